"""Pushback on Slack: Socket Mode or signed HTTP in, Block Kit out.

events ── what Slack delivers, as an `Ask`; and `Place`, where its answer goes
blocks ── a `Reply` as messages of Block Kit, within its limits
home ──── the App Home and the one form
errors ── Slack's error codes, as `Sent`
quiet ─── what the libraries may log: where and what kind, never words
sending ─ the ways to a place, one call each
adapter ─ `Slack`: connects and listens
"""

from bot.slack.adapter import Slack

__all__ = ["Slack"]

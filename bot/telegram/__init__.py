"""Pushback on Telegram.

adapter.py ── Telegram: starts, takes updates in, stops
sending.py ── a reply to where it belongs, a message that stands put right or taken away
reading.py ── an update as what it means to the bot, or nothing
render.py ─── a reply as HTML messages and rows of buttons
errors.py ─── what Telegram's errors mean: a table
menu.py ───── the commands that Telegram lists when a person types "/"
quiet.py ──── no token and no body in a log
"""

from bot.telegram.adapter import Pace, Telegram

__all__ = ["Pace", "Telegram"]

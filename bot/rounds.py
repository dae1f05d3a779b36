"""What the bot says unasked, on its rounds: letters to ask after. Never in anyone's quiet hours, and each once.

The row before the send: a question is written down as asked, and only then sent. What may have been sent is never sent
again, so a question that a stop or a lost answer swallowed is not asked at all.
"""

import logging
from collections.abc import Mapping

from bot.app import App
from bot.inbox import Inbox
from bot.port import GONE, Chat, Outcome
from handlers.chat import Person, Reply
from handlers.letter import chaser
from handlers.records import Member, Records

log = logging.getLogger("pushback")
EVERY = 600.0  # seconds between two rounds


async def go_round(app: App, inbox: Inbox, chats: Mapping[str, Chat]) -> None:
    """Ask after the letters that are due."""
    while asked := await inbox.work(_next, app, chats):
        person, reply = asked
        sent = await chats[person.chat].send(person, reply)
        log.info("asked after a letter chat=%s outcome=%s reason=%s", person.chat, sent.outcome, sent.reason)
        if sent.reason in GONE:
            await inbox.gone(person, sent.reason)
        if sent.outcome is Outcome.LATER:
            return


def _next(app: App, chats: Mapping[str, Chat]) -> tuple[Person, Reply] | None:
    """Take the next letter to ask after, written down as asked; None where there is none for now."""
    records, now = app.house.records, app.house.now()
    for chase in records.chases.due(now) if records else ():
        assert records  # noqa: S101 - for the type checker: the loop is empty without
        member = records.members.by_id(chase.member)
        if member is None or chaser.quiet(member, now):
            continue
        person, reply = _reachable(member, records, chats), chaser.question(chase, app.house)
        if not records.chases.asked(chase.incident, now):
            continue
        if person and reply:
            return person, reply
    return None


def _reachable(member: Member, records: Records, chats: Mapping[str, Chat]) -> Person | None:
    """Return a member on the first of their apps that runs and where they can be reached."""
    for account in member.people:
        chat, ident = account.split(" ", 1)
        if chat in chats and records.places.is_reachable(account):
            return Person(chat, ident)
    return None

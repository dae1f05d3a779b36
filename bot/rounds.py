"""What the bot says unasked, on its rounds: letters to ask after. Never in anyone's quiet hours, and each once.

The row before the send: a question is written down as asked, and only then sent. What may have been sent is never sent
again, so a question that a stop or a lost answer swallowed is not asked at all.
"""

import asyncio
from collections.abc import Mapping

from bot.app import App
from bot.inbox import Inbox
from bot.port import Chat, Outcome
from bot.telling import reachable, tell
from handlers.chat import Person, Reply
from handlers.letter import chaser

EVERY = 600.0  # seconds between two rounds


async def go_round(app: App, inbox: Inbox, chats: Mapping[str, Chat], stop: asyncio.Event | None = None) -> None:
    """Ask after the letters that are due, no faster than a chat lets.

    Args:
        app: whose records tell which.
        inbox: whose thread the records belong to.
        chats: by their names.
        stop: ends the round early.
    """
    while (stop is None or not stop.is_set()) and (asked := await inbox.work(_next, app, chats)):
        incident, person, reply = asked
        sent = await tell(person, reply, inbox, chats, "a letter")
        if sent.outcome is Outcome.LATER and app.house.records:
            await inbox.work(app.house.records.chases.put_back, incident)
            return


def _next(app: App, chats: Mapping[str, Chat]) -> tuple[int, Person, Reply] | None:
    """Take the next letter to ask after, written down as asked; None where there is none for now."""
    records, now = app.house.records, app.house.now()
    for chase in records.chases.due(now) if records else ():
        assert records  # noqa: S101 - for the type checker: the loop is empty without
        member, letter = records.members.by_id(chase.member), records.incidents.by_id(chase.incident)
        ours = member and letter and member.practice == letter.practice and "reminders" not in member.stopped
        reply = chaser.question(chase, app.house)
        if member is None or not ours or reply is None:
            records.chases.drop(chase.incident)
            continue
        person = reachable(member, records, chats)
        if person is None or chaser.quiet(member, now):
            continue
        if records.chases.asked(chase.incident, now):
            return chase.incident, person, reply
    return None

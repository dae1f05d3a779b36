"""What pledges make the bot say unasked: that a condition is met or was not, and one question a week.

Conditions are solved first. Then each message goes out once, never in anyone's quiet hours: the row before the send.
Only what an app says was not sent comes again.
"""

import asyncio
import logging
from collections.abc import Mapping

from bot.app import App
from bot.inbox import Inbox
from bot.port import Chat, Outcome
from bot.telling import reachable, tell
from handlers.chat import House, Person, Reply
from handlers.letter.chaser import quiet
from handlers.pledge import nudge
from handlers.pledge.conditions import settle
from handlers.pledge.progress import week
from handlers.records import Notice, Records

log = logging.getLogger("pushback")


async def go_round(app: App, inbox: Inbox, chats: Mapping[str, Chat], stop: asyncio.Event | None = None) -> None:
    """Settle conditions, count the week, then tell and ask who is to be told and asked.

    Args:
        app: whose records tell which.
        inbox: whose thread the records belong to.
        chats: by their names.
        stop: ends the round early.
    """
    house, records = app.house, app.house.records
    if records is None:
        return
    try:
        await inbox.work(settle, house)
        await inbox.work(week, house)
        for notice in await inbox.work(records.pledges.notices):
            told = await inbox.work(_notice, notice, house, records, chats)
            if told and not await _sent(*told, inbox, chats, stop):
                await inbox.work(records.pledges.tell, notice)
                return
        for practice in await inbox.work(nudge.due, house):
            asked = await inbox.work(_nudge, practice, house, records, chats)
            if asked and not await _sent(*asked, inbox, chats, stop):
                await inbox.work(records.pledges.nudge, practice, house.now() - nudge.EVERY)
                return
    except ValueError as error:  # pledges that another key sealed must not end the bot
        log.error("pledges were left out: %s", error)


async def _sent(
    person: Person, reply: Reply, inbox: Inbox, chats: Mapping[str, Chat], stop: asyncio.Event | None
) -> bool:
    """Send one; False where it was surely not sent, and may come again."""
    if stop is not None and stop.is_set():
        return False
    sent = await tell(person, reply, inbox, chats, "a pledge")
    return sent.outcome is not Outcome.LATER


def _notice(notice: Notice, house: House, records: Records, chats: Mapping[str, Chat]) -> tuple[Person, Reply] | None:
    """Take a message, erased before it is sent; None where it must wait, or there is nobody to tell."""
    member = records.members.by_id(notice.member)
    if member and quiet(member, house.clock()):
        return None
    person = reachable(member, records, chats) if member else None
    if not records.pledges.told(notice) or person is None:
        return None
    return person, nudge.said(notice, house)


def _nudge(practice: str, house: House, records: Records, chats: Mapping[str, Chat]) -> tuple[Person, Reply] | None:
    """Take the week's question to a practice, written down as asked; None where nobody is to be asked now."""
    taken = nudge.take(practice, house, lambda member: reachable(member, records, chats) is not None)
    person = reachable(taken[0], records, chats) if taken else None
    return (person, taken[1]) if taken and person else None

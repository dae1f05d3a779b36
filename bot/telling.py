"""What the bot says unasked, to one person or in one place: sent, logged, and no faster than a chat lets.

What may have been sent is never sent again: of what `tell` returns, LATER alone may be told another time.
"""

import asyncio
import logging
from collections.abc import Mapping

from bot.inbox import Inbox
from bot.port import GONE, Chat, Outcome, Sent
from handlers.chat import Person, Reply
from handlers.records import Member, Records

log = logging.getLogger("pushback")


async def tell(
    person: Person,
    reply: Reply,
    inbox: Inbox,
    chats: Mapping[str, Chat],
    about: str,
    place: str = "",
    patience: float = 0.0,
) -> Sent:
    """Send a reply that nobody asked for just now, and note it where the person is gone.

    Args:
        person: to whom; their chat is one that runs.
        reply: what.
        inbox: whose thread the records belong to.
        chats: by their names.
        about: what it is about, for the log: `a letter`.
        place: where, as the chat wrote it; "" is the person in private.
        patience: seconds in all for which what a chat puts off is tried again, each time after as long as it says;
            for a task that a stop may cancel.

    Returns:
        What became of it.
    """
    chat, waited = chats[person.chat], 0.0
    while True:
        sent = await chat.send(person, reply, place)
        log.info("told of %s chat=%s outcome=%s reason=%s", about, person.chat, sent.outcome, sent.reason)
        if sent.reason in GONE and not place:  # put out of a channel, the bot can still write to the person
            await inbox.gone(person, sent.reason)
        pace = 1 / chat.limits.per_second
        wait = max(sent.wait, pace)
        waited += wait
        if sent.outcome is not Outcome.LATER or waited > patience:
            await asyncio.sleep(pace)
            return sent
        await asyncio.sleep(wait)


def reachable(member: Member, records: Records, chats: Mapping[str, Chat]) -> Person | None:
    """Return a member on the first of their apps that runs and where they can be reached."""
    for account in member.people:
        chat, ident = account.split(" ", 1)
        if chat in chats and records.places.is_reachable(account):
            return Person(chat, ident)
    return None

"""What the bot says unasked is sent once, put off for as long as the chat says, and noted where nobody is there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.app import App
from bot.inbox import Inbox
from bot.port import Outcome, Reason, Sent
from bot.store import Store
from bot.telling import reachable, tell
from handlers.chat import Person, Reply, Small
from tests.bot.paper import DONE, Paper

GP, CARD = Person("paper", "7"), Reply((Small("a card"),))
BUSY = Sent(Outcome.LATER, reason=Reason.BUSY, wait=0.004)
BLOCKED = Sent(Outcome.FAILED, reason=Reason.KICKED)


@asynccontextmanager
async def opened(app: App, chat: Paper, store: Store) -> AsyncIterator[Inbox]:
    inbox = Inbox(app, store, {"paper": chat})
    try:
        yield inbox
    finally:
        await inbox.stop()
        store.close()


async def test_it_goes_to_the_person_or_to_the_place(app: App) -> None:
    chat = Paper(per_second=1_000)
    async with opened(app, chat, Store(None)) as inbox:
        assert await tell(GP, CARD, inbox, {"paper": chat}, "a card") == DONE
        assert await tell(GP, CARD, inbox, {"paper": chat}, "a card", "the desk") == DONE
    assert [(each.person, each.reply, each.place) for each in chat.sent] == [(GP, CARD, ""), (GP, CARD, "the desk")]


@pytest.mark.parametrize(("patience", "outcome", "calls"), [(0.0, BUSY, 1), (0.006, BUSY, 2), (9.0, DONE, 3)])
async def test_what_is_put_off_is_tried_again_for_as_long_as_patience_lasts(
    app: App, patience: float, outcome: Sent, calls: int
) -> None:
    chat = Paper(BUSY, BUSY, per_second=1_000)
    async with opened(app, chat, Store(None)) as inbox:
        assert await tell(GP, CARD, inbox, {"paper": chat}, "a card", patience=patience) == outcome
    assert len(chat.sent) == calls


async def test_what_may_have_been_sent_is_not_sent_again(app: App) -> None:
    chat = Paper(Sent(Outcome.UNSURE, reason=Reason.NETWORK), per_second=1_000)
    async with opened(app, chat, Store(None)) as inbox:
        sent = await tell(GP, CARD, inbox, {"paper": chat}, "a card", patience=9.0)
    assert (sent.outcome, len(chat.sent)) == (Outcome.UNSURE, 1)


@pytest.mark.parametrize(("place", "there"), [("", None), ("the desk", GP)])
async def test_who_is_gone_is_told_no_more_but_a_place_that_is_gone_is_nobody(
    app: App, place: str, there: Person | None
) -> None:
    chat, store = Paper(BLOCKED, per_second=1_000), Store(None)
    async with opened(app, chat, store) as inbox:
        member = await inbox.work(store.records.members.begin, GP.account, 0)
        assert await inbox.work(reachable, member, store.records, {"paper": chat}) == GP
        await tell(GP, CARD, inbox, {"paper": chat}, "a card", place)
        assert await inbox.work(reachable, member, store.records, {"paper": chat}) == there
        assert await inbox.work(reachable, member, store.records, {}) is None

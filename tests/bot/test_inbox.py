"""What arrives is answered once, whatever is delivered twice, put off, lost or stopped."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import App
from bot.inbox import STALE, Inbox, _read
from bot.port import Outcome, Reason, Sent
from bot.store import Store
from handlers.chat import Ask, Change, Person
from tests.bot.paper import Paper

GP = Person("paper", "7")
FIT_NOTE = Ask(GP, "rule hospital-fit-note", key="1")


@asynccontextmanager
async def opened(
    app: App, chat: Paper, store: Store | None = None, clock: Callable[[], float] = lambda: 1_000_000.0
) -> AsyncIterator[Inbox]:
    inbox = Inbox(app, store or Store(None), {"paper": chat}, clock)
    try:
        yield inbox
    finally:
        await inbox.stop()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0)


async def test_a_question_is_answered_where_it_was_asked(app: App) -> None:
    chat = Paper()
    async with opened(app, chat) as inbox:
        await inbox.receive(Ask(GP, "rule hospital-fit-note", key="1", place="thread 9"))
        await chat.have(1)
    (told,) = chat.sent
    assert (told.person, told.place) == (GP, "thread 9")
    assert told.text.startswith("↩ NOT YOURS")


async def test_what_is_delivered_twice_is_answered_once(app: App) -> None:
    chat, store = Paper(), Store(None)
    async with opened(app, chat, store) as inbox:
        for _ in range(3):
            await inbox.receive(FIT_NOTE)
        await inbox.receive(Ask(GP, "help", key="2"))
        await chat.have(2)
    async with opened(app, chat, store) as inbox:  # a restart knows it too
        await inbox.receive(FIT_NOTE)
    assert len(chat.sent) == 2


async def test_a_stop_before_the_call_is_answered_at_the_next_start(app: App, tmp_path: Path) -> None:
    path = tmp_path / "pushback.db"
    before = Store(path)
    told = {"chat": "paper", "id": "7", "text": "rule hospital-fit-note", "kinds": ["email"], "place": "p"}
    body = json.dumps(told | {"private": True, "room": ""})
    assert before.records.seen.take("paper 1", body, 999_990)
    before.close()
    chat, after = Paper(), Store(path)
    async with opened(app, chat, after) as inbox:
        await inbox.resume()
        await chat.have(1)
        await inbox.receive(FIT_NOTE)
    assert len(chat.sent) == 1
    assert "an e-mail address" in chat.sent[0].text
    assert after.records.seen.unanswered() == []
    after.close()


async def test_a_stop_during_the_call_is_never_sent_again(app: App, tmp_path: Path) -> None:
    chat, store = Paper(), Store(tmp_path / "pushback.db")
    chat.gate = asyncio.Event()  # the call never comes back
    inbox = Inbox(app, store, {"paper": chat}, lambda: 1_000_000.0)
    await inbox.receive(FIT_NOTE)
    await until(lambda: not store.records.seen.unanswered())
    await inbox.stop()
    chat.gate = None
    async with opened(app, chat, store) as again:
        await again.resume()
        await again.receive(FIT_NOTE)
    assert chat.sent == []
    store.close()


async def test_what_comes_during_the_start_is_answered_once(app: App) -> None:
    chat, store = Paper(), Store(None)
    async with opened(app, chat, store) as inbox:
        left = await inbox.left_open()
        await inbox.receive(FIT_NOTE)
        await inbox.resume(left)
        await inbox.receive(Ask(GP, "help", key="2"))
        await chat.have(2)
    assert len(chat.sent) == 2


async def test_a_stop_while_an_answer_is_put_off_leaves_it_to_the_next_start(app: App) -> None:
    chat, store = Paper(Sent(Outcome.LATER, reason=Reason.BUSY, wait=60.0)), Store(None)
    async with opened(app, chat, store) as inbox:
        await inbox.receive(FIT_NOTE)
        await chat.have(1)
        await until(lambda: bool(store.records.seen.unanswered()))
    async with opened(app, chat, store) as again:
        await again.resume()
        await chat.have(2)
    assert len(chat.sent) == 2


async def test_what_came_unread_is_told_after_a_stop_too(app: App) -> None:
    chat, store = Paper(Sent(Outcome.LATER, reason=Reason.BUSY, wait=60.0)), Store(None)
    async with opened(app, chat, store) as inbox:
        await inbox.receive(replace(FIT_NOTE, unread=True))
        await chat.have(1)
        await until(lambda: bool(store.records.seen.unanswered()))
    async with opened(app, chat, store) as again:
        await again.resume()
        await chat.have(2)
    assert [each.text.startswith("Not read: ") for each in chat.sent] == [True, True]


async def test_a_row_that_cannot_be_read_is_let_go(app: App) -> None:
    chat, store = Paper(), Store(None)
    store.records.seen.take("paper 1", '{"chat":"paper"}', 1_000_000)
    async with opened(app, chat, store) as inbox:
        await inbox.resume()
    assert (chat.sent, store.records.seen.unanswered()) == ([], [])


async def test_a_chat_that_gives_no_key_delivers_once(app: App) -> None:
    chat = Paper()
    async with opened(app, chat) as inbox:
        for _ in range(2):
            await inbox.receive(Ask(GP, "help"))
        await chat.have(2)
    assert len(chat.sent) == 2


async def test_what_has_waited_too_long_is_let_go(app: App) -> None:
    chat, store = Paper(), Store(None)
    store.records.seen.take(
        "paper 1", '{"chat":"paper","id":"7","text":"help","kinds":[],"place":"","private":true,"room":""}', 0
    )
    async with opened(app, chat, store, lambda: STALE + 1.0) as inbox:
        await inbox.resume()
    assert (chat.sent, store.records.seen.unanswered()) == ([], [])


async def test_a_platform_that_is_busy_is_tried_again(app: App) -> None:
    chat = Paper(Sent(Outcome.LATER, reason=Reason.BUSY, wait=0.0))
    async with opened(app, chat) as inbox:
        await inbox.receive(FIT_NOTE)
        await chat.have(2)
    assert len(chat.sent) == 2


@pytest.mark.parametrize("outcome", [Outcome.UNSURE, Outcome.FAILED])
async def test_what_may_have_been_sent_is_not_sent_again(app: App, outcome: Outcome) -> None:
    chat = Paper(Sent(outcome, reason=Reason.NETWORK))
    async with opened(app, chat) as inbox:
        await inbox.receive(FIT_NOTE)
        await chat.have(1)
    assert len(chat.sent) == 1


async def test_who_blocked_the_bot_is_known_until_they_write_again(app: App) -> None:
    chat, store = Paper(Sent(Outcome.FAILED, reason=Reason.BLOCKED)), Store(None)
    async with opened(app, chat, store) as inbox:
        await inbox.receive(FIT_NOTE)
        await chat.have(1)
        await until(lambda: not store.records.places.is_reachable("paper 7"))
        await inbox.receive(Ask(GP, "help", key="2"))
        await chat.have(2)
    assert store.records.places.is_reachable("paper 7")


async def test_messages_of_one_person_are_answered_in_their_order(app: App) -> None:
    chat = Paper()
    async with opened(app, chat) as inbox:
        for number in range(20):
            await inbox.receive(Ask(GP, f"rule long-gone-rule-{number}", key=str(number)))
        await chat.have(20)
    assert [f"long-gone-rule-{number}:" in each.text for number, each in enumerate(chat.sent)] == [True] * 20


async def test_a_store_that_fails_does_not_keep_an_answer_back(app: App, caplog: pytest.LogCaptureFixture) -> None:
    chat, store = Paper(), Store(None)
    store.close()
    async with opened(app, chat, store) as inbox:
        await inbox.receive(FIT_NOTE)
        await chat.have(1)
    assert chat.sent[0].text.startswith("↩ NOT YOURS")
    assert "could not be written down: Cannot operate on a closed database" in caplog.text


async def test_the_log_holds_no_words_and_no_ids(app: App, caplog: pytest.LogCaptureFixture) -> None:
    chat, store = Paper(), Store(None)
    with caplog.at_level(logging.DEBUG):
        async with opened(app, chat, store) as inbox:
            await inbox.receive(Ask(Person("paper", "u-4711"), "marmalade for my aunt", key="k-4712", place="p-4713"))
            await chat.have(1)
    for secret in ("marmalade", "u-4711", "k-4712", "p-4713"):
        assert secret not in caplog.text


async def test_only_masked_words_are_written_down(app: App, tmp_path: Path) -> None:
    chat, store = Paper(), Store(tmp_path / "pushback.db")
    chat.gate = asyncio.Event()
    async with opened(app, chat, store) as inbox:
        await inbox.receive(Ask(GP, "NHS number 943 476 5919 wants a fit note", key="1"))
        written = (tmp_path / "pushback.db").read_bytes() + (tmp_path / "pushback.db-wal").read_bytes()
        (taken,) = await inbox.work(store.records.seen.unanswered)
        chat.gate.set()
        await chat.have(1)
    assert "[NHS number] wants a fit note" in taken.body
    assert "943 476" not in taken.body
    assert b"fit note" not in written, "without the key it is not to be read at all"
    store.close()
    assert b"fit note" not in (tmp_path / "pushback.db").read_bytes(), "nor is it kept once it is answered"


SAID = Ask(GP, "hosp wants bloods", key="1", said="7/1")
EDITED = replace(SAID, text="hosp wants scans", key="2", change=Change.EDITED, overheard=True)


async def test_what_is_overheard_is_neither_answered_nor_written_down(app: App) -> None:
    chat, store = Paper(), Store(None)
    overheard = Ask(GP, "lunch?", key="1", said="7/1", about="7/0", overheard=True)
    async with opened(app, chat, store) as inbox:
        await inbox.receive(overheard)
        await inbox.receive(Ask(GP, "help", key="2"))
        await chat.have(1)
    assert [told.text.startswith("CAN I") for told in chat.sent] == [False]
    assert store.records.seen.take("paper 1", "", 0), "nobody knows of it"


async def test_a_correction_that_comes_at_once_waits_for_the_message_that_it_corrects(app: App) -> None:
    chat, store = Paper(), Store(None)
    async with opened(app, chat, store) as inbox:
        await asyncio.gather(inbox.receive(SAID), inbox.receive(EDITED))
        assert store.records.seen.take("paper 2", "", 0) is None, "it is written down"
        await chat.have(1)
    assert len(chat.sent) == 1


async def test_a_reply_without_parts_is_not_sent_and_its_row_is_done(app: App) -> None:
    chat, store = Paper(), Store(None)
    async with opened(app, chat, store) as inbox:
        await asyncio.gather(inbox.receive(SAID), inbox.receive(EDITED))
        await inbox.receive(Ask(GP, "help", key="3"))
        await chat.have(2)
        await until(lambda: not store.records.seen.unanswered())
    assert len(chat.sent) == 2


async def test_a_stop_forgets_nothing_of_an_ask_but_the_name(app: App) -> None:
    chat, store = Paper(Sent(Outcome.LATER, reason=Reason.BUSY, wait=60.0)), Store(None)
    ask = replace(SAID, person=replace(GP, name="Dr Ann"), about="7/0", here="9", change=Change.EDITED, room="r")
    async with opened(app, chat, store) as inbox:
        await inbox.receive(ask)
        await until(lambda: bool(store.records.seen.unanswered()))
        (taken,) = await inbox.left_open()
        assert "Ann" not in taken.body
        again = _read(taken)
    assert again
    assert again.ask == replace(ask, key="")
    assert again.ask.person.name == ""

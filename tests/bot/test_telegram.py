"""Pushback on Telegram: conversations over a real wire, with the real library, App, Inbox and store."""

import asyncio
import inspect
import logging
import re
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.app import App
from bot.inbox import Inbox
from bot.port import ChatError, Found, Outcome, Reason
from bot.store import Store
from bot.telegram import Telegram, adapter, menu
from bot.telegram.quiet import Redacting
from handlers import COMMANDS
from handlers.chat import Ask, Attachment, Button, Change, Headline, Person, Reply, Section
from tests.bot.telegram_rig import ANN, PACE, Rig, settings
from tests.bot.telegram_server import FORUM, GROUP, ME, TOKEN, Refused, Seen, Server

BLOODS = "hosp wants bloods b4 clinic do i have to"
NOT_YOURS = "↩ NOT YOURS: hand it back"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@pytest.fixture
def store() -> Iterator[Store]:
    store = Store(None)
    yield store
    store.close()


@pytest.fixture
async def rig(app: App, store: Store) -> AsyncIterator[Rig]:
    async with Rig.open(app, store) as rig:
        yield rig


class Notes:
    """A door that keeps what is brought to it; `before` runs first and may fail."""

    def __init__(self, before: Callable[[], Awaitable[object]] | None = None) -> None:
        self.asks: list[Ask] = []
        self.gone_: list[tuple[Person, Reason]] = []
        self.moves: list[tuple[str, str]] = []
        self.came = asyncio.Condition()
        self.before = before

    async def receive(self, ask: Ask) -> None:
        if self.before:
            await self.before()
        async with self.came:
            self.asks.append(ask)
            self.came.notify_all()

    async def look(self, ask: Ask) -> Reply:
        raise AssertionError(ask)

    async def find(self, words: str, person: Person) -> tuple[Found, ...]:
        raise AssertionError((words, person))

    async def gone(self, person: Person, reason: Reason) -> None:
        async with self.came:
            self.gone_.append((person, reason))
            self.came.notify_all()

    async def moved(self, chat: str, old: str, new: str) -> None:
        assert chat == "telegram"
        async with self.came:
            self.moves.append((old, new))
            self.came.notify_all()

    async def now_at(self, chat: str, place: str) -> str:
        assert chat == "telegram"
        return dict(self.moves).get(place, place)

    async def until(self, true: Callable[[], bool]) -> None:
        async with self.came, asyncio.timeout(10):
            await self.came.wait_for(true)


@asynccontextmanager
async def noted(door: Notes | None = None, **more: Any) -> AsyncIterator[tuple[Server, Telegram, Notes]]:
    """The platform and the adapter, before a door that answers nothing."""
    door = door or Notes()
    async with Server() as server:
        chat = Telegram(settings(server, **more), PACE)
        await chat.start(door)
        try:
            yield server, chat, door
        finally:
            await chat.stop()
        assert not server.faults


# Private


async def test_a_gp_asks_looks_behind_and_goes_back_in_one_message(rig: Rig) -> None:
    await rig.say(BLOODS)
    (answer,) = await rig.shown(1)
    assert answer.text.startswith(f"{NOT_YOURS}\nBloods an NHS hospital wants before or for its own clinic\n\n")
    assert answer.buttons[:3] == ("Letter", "Why", "Not my question")
    await rig.press("Why")
    *_, behind = await rig.shown(2)
    assert behind.edited
    assert "Why: You are paid to investigate" in behind.text
    await rig.press("Back to the answer")
    *_, back = await rig.shown(3)
    assert back.edited
    assert back.text.split("\n")[:8] == answer.text.split("\n")[:8]
    assert len(rig.server.seen) == 1


async def test_a_card_is_bold_italic_and_linked_and_nothing_in_it_is_alive(rig: Rig) -> None:
    await rig.say(BLOODS)
    await rig.shown(1)
    (card,) = rig.server.seen
    kinds = {entity.kind: entity for entity in card.entities}
    assert set(kinds) == {"bold", "italic", "text_link"}
    assert card.entities[0].text == NOT_YOURS
    assert kinds["text_link"].url.startswith("https://")


async def test_a_letter_is_copied_by_a_tap_and_stays_when_the_next_button_is_pressed(rig: Rig) -> None:
    await rig.say("rule hospital-fit-note")
    await rig.press_when_shown(1, "Letter")
    _, letter = await rig.shown(2)
    assert not letter.edited
    (copied,) = [entity.text for entity in rig.server.seen[1].entities if entity.kind == "code"]
    assert copied.startswith("21 November 2026\n\nDear colleague,")
    await rig.press("They asked again")
    *_, again = await rig.shown(3)
    assert not again.edited
    await rig.press("Back to the answer")
    *_, card = await rig.shown(4)
    assert not card.edited
    assert [each.edited for each in rig.server.seen] == [False] * 4


async def test_a_press_ends_its_spinner_before_it_is_answered(rig: Rig) -> None:
    await rig.say(BLOODS)
    await rig.press_when_shown(1, "Why")
    await rig.shown(2)
    methods = [call.method for call in rig.server.calls]
    assert methods.index("answerCallbackQuery") < methods.index("editMessageText")


async def test_pressing_twice_changes_nothing_and_sends_nothing(rig: Rig) -> None:
    await rig.say(BLOODS)
    await rig.shown(1)
    await rig.server.pressed(rig.server.seen[0], "why bloods-before-outpatient-clinic")
    await rig.shown(2)
    await rig.server.pressed(rig.server.seen[0], "rule bloods-before-outpatient-clinic")
    await rig.shown(3)
    await rig.server.pressed(rig.server.seen[0], "rule bloods-before-outpatient-clinic")
    await rig.server.called("editMessageText", 3)
    await rig.say("help")
    assert len(await rig.shown(4)) == 4
    assert len(rig.server.seen) == 2


@pytest.mark.parametrize("gone", ["old", "deleted", "inaccessible"])
async def test_a_press_on_a_message_that_cannot_be_changed_is_answered_anew(rig: Rig, gone: str) -> None:
    if gone == "old":
        await rig.press_old("rule hospital-fit-note")
    else:
        lost = Seen(5, 77, "A list", [], [[("It", "rule hospital-fit-note")]])
        told = None if gone == "deleted" else {"message_id": 77, "date": 0, "chat": rig.server.chat(5)}
        await rig.server.press(lost, "It", under=told)
    (anew,) = await rig.shown(1)
    assert anew.text.startswith("That list is old, so the answer stands in a new message.\n\n")
    assert "First fit note after a hospital stay" in anew.text
    assert anew.buttons[0] == "Letter"


@pytest.mark.parametrize(
    ("typed", "brought"),
    [
        ("  hosp wants bloods  ", "hosp wants bloods"),
        ("/help", "help"),
        ("/help@PushbackBot", "help"),
        ("/HELP@pushbackbot", "help"),
        ("/settings", "settings"),
        ("/privacy", "privacy"),
        ("/ask fit note?", "fit note?"),
        ("/ask\nfit note\nfor 3 weeks", "fit note\nfor 3 weeks"),
        ("/start", "start"),
        ("/start rule_hospital-fit-note", "start rule_hospital-fit-note"),
        ("/start help", "help"),
        ("/rule hospital-fit-note", "rule hospital-fit-note"),
        ("/fitnote who signs", "fitnote who signs"),
        ("/ not a command", "/ not a command"),
        ("half a sign \ud83d here", "half a sign \ufffd here"),
    ],
)
async def test_what_is_typed_in_private_is_a_sentence(typed: str, brought: str) -> None:
    async with noted() as (server, _, door):
        await server.say(typed)
        await door.until(lambda: bool(door.asks))
        (ask,) = door.asks
        assert (ask.person, ask.text, ask.place, ask.private) == (ANN, brought, "", True)


async def test_captions_and_forwarded_words_are_questions() -> None:
    async with noted() as (server, _, door):
        photo = [{"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}]
        await server.deliver("message", server.message(photo=photo, caption="can we decline this?"))
        origin = {"type": "hidden_user", "date": 1_795_000_000, "sender_user_name": "Bob"}
        await server.say("GP to kindly repeat U&Es", forward_origin=origin)
        await door.until(lambda: len(door.asks) == 2)
        assert [ask.text for ask in door.asks] == ["can we decline this?", "GP to kindly repeat U&Es"]
        assert [ask.unread for ask in door.asks] == [True, False]


async def test_a_picture_with_words_is_answered_and_said_not_to_be_read(rig: Rig) -> None:
    picture = {"photo": [_FILE | {"width": 9, "height": 9}], "media_group_id": "77"}
    for words in ({"caption": BLOODS}, {}, {}):  # an album, with words on its first picture
        await rig.server.deliver("message", rig.server.message() | picture | words)
    await rig.say("help")
    answer, _ = await rig.shown(2)
    assert answer.text.startswith("Not read: I read words only, and not the picture or file")
    assert "please delete it" in answer.text
    assert NOT_YOURS in answer.text


async def test_a_picture_that_somebody_else_is_answered_about_is_not_read_either() -> None:
    async with noted() as (server, _, door):
        theirs = server.message("", person=9, chat=GROUP, document=_FILE, caption="GP to kindly repeat U&Es")
        await server.say("/ask", chat=GROUP, reply_to_message=theirs)
        await server.say("/ask can we decline this?", chat=GROUP, reply_to_message=theirs)
        await door.until(lambda: len(door.asks) == 2)
        assert [(ask.text, ask.unread) for ask in door.asks] == [
            ("GP to kindly repeat U&Es", True),
            ("can we decline this?", False),
        ]


async def test_a_command_for_another_bot_is_not_ours() -> None:
    async with noted() as (server, _, door):
        await server.say("/help@OtherBot")
        await server.say("/help")
        await door.until(lambda: bool(door.asks))
        assert [ask.text for ask in door.asks] == ["help"]


_FILE = {"file_id": "f", "file_unique_id": "u"}


@pytest.mark.parametrize(
    "content",
    [
        {"photo": [_FILE | {"width": 9, "height": 9}]},
        {"voice": _FILE | {"duration": 3}},
        {"document": _FILE},
        {"video": _FILE | {"width": 9, "height": 9, "duration": 1}},
    ],
)
async def test_a_picture_or_a_voice_message_gets_one_kind_sentence(content: dict[str, Any]) -> None:
    async with noted() as (server, _, door):
        await server.deliver("message", server.message(**content))
        (told,) = await server.see(1)
        assert told.text.startswith("I read text only")
        assert "Never send a picture of a letter with a patient's name." in told.text
        assert not door.asks


async def test_an_album_gets_it_once() -> None:
    async with noted() as (server, _, _door):
        photo = [_FILE | {"width": 9, "height": 9}]
        for _ in range(3):
            await server.deliver("message", server.message(photo=photo, media_group_id="77"))
        await server.deliver("message", server.message(photo=photo, media_group_id="78"))
        assert len(await server.see(2)) == 2


async def test_ask_alone_asks_for_the_question() -> None:
    async with noted() as (server, _, _door):
        await server.say("/ask")
        (told,) = await server.see(1)
        assert told.forced
        assert told.text.startswith("What is the question?")


async def test_a_question_put_right_at_once_is_asked_anew_and_a_late_preview_is_not() -> None:
    async with noted() as (server, _, door):
        first = server.message("hosp wnats bloods")
        await server.deliver("message", first)
        await server.deliver("edited_message", first | {"edit_date": first["date"] + 5})
        await server.deliver("edited_message", first | {"edit_date": first["date"] + 9, "text": "hosp wants bloods"})
        await server.say("help")
        await door.until(lambda: len(door.asks) == 3)
        assert [ask.text for ask in door.asks] == ["hosp wnats bloods", "hosp wants bloods", "help"]
        assert [ask.overheard for ask in door.asks] == [False, False, False]
        assert len({ask.key for ask in door.asks}) == 3


async def test_a_late_edit_is_overheard() -> None:
    async with noted() as (server, _, door):
        first = server.message("hosp wants bloods")
        await server.deliver("message", first)
        await server.deliver("edited_message", first | {"edit_date": first["date"] + 99, "text": "never mind"})
        await server.deliver("edited_message", first | {"edit_date": first["date"] + 120, "text": "never mind"})
        await server.say("help")
        await door.until(lambda: len(door.asks) == 3)
        late = door.asks[1]
        assert (late.text, late.change, late.overheard) == ("never mind", Change.EDITED, True)
        assert late.said == door.asks[0].said


async def test_the_desk_may_stand_in_one_topic_of_a_forum() -> None:
    async with noted() as (server, chat, door):
        topic = {"message_thread_id": 9, "is_topic_message": True}
        await server.say("/desk@PushbackBot here", chat=FORUM, **topic)
        await door.until(lambda: len(door.asks) == 1)
        await chat.send(ANN, Reply((Headline("?", "QUESTION 12"),)), door.asks[0].here)
        (card,) = await server.see(1)
        assert (card.chat, card.thread, card.reply) == (FORUM, 9, 0)


async def test_an_edit_of_what_a_stop_forgot_is_no_question_asked_anew() -> None:
    async with noted() as (server, _, door):
        first = server.message("hosp wants bloods")
        await server.deliver("edited_message", first | {"edit_date": first["date"] + 9})
        await server.say("help")
        await door.until(lambda: len(door.asks) == 2)
        assert [ask.overheard for ask in door.asks] == [True, False]


async def test_a_question_put_right_while_the_door_stumbles_is_not_lost() -> None:
    trouble = [OSError(), None]

    async def stumble() -> None:
        if trouble and (error := trouble.pop()):
            raise error

    async with noted(Notes(stumble)) as (server, _, door):
        first = server.message("hosp wnats bloods")
        await server.deliver("message", first)
        await server.deliver("edited_message", first | {"edit_date": first["date"] + 9, "text": "hosp wants bloods"})
        await server.say("help")
        await door.until(lambda: "help" in [ask.text for ask in door.asks])
        assert [ask.text for ask in door.asks] == ["hosp wnats bloods", "hosp wants bloods", "help"]


async def test_service_messages_and_unknown_updates_are_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    async with noted() as (server, _, door):
        await server.deliver("message", server.message(pinned_message=server.message("x")))
        await server.deliver("something_new", {"what": "ever"})
        await server.deliver("message", {"message_id": "no number", "chat": 7})
        await server.deliver("callback_query", {"id": "1", "from": {"id": 5, "is_bot": False, "first_name": "A"}})
        await server.say("help")
        await door.until(lambda: bool(door.asks))
        assert [ask.text for ask in door.asks] == ["help"]
    assert "not readable: update=7002" in caplog.text
    assert "Traceback" not in caplog.text


async def test_forty_thousand_characters_are_answered(rig: Rig) -> None:
    await rig.say("x" * 40_000)
    assert len(await rig.shown(1)) == 1


# Groups


async def test_a_group_is_answered_only_where_the_bot_is_spoken_to() -> None:
    async with noted() as (server, _, door):
        bots = {"message_id": 900, "date": 1, "chat": server.chat(GROUP), "from": ME, "text": "a card"}
        anns = {"message_id": 901, "date": 1, "chat": server.chat(GROUP), "text": "GP to chase the scan"}
        anns["from"] = {"id": 6, "is_bot": False, "first_name": "Bob"}
        said: tuple[tuple[str, dict[str, Any]], ...] = (
            ("lunch at one?", {}),
            ("/unknown", {}),
            ("/help@OtherBot", {}),
            ("ask @SomebodyElse then", {}),
            ("quite so", {"reply_to_message": anns}),
            ("hosp wants bloods @PushbackBot do i have to", {}),
            ("/help", {}),
            ("/fitnote@PushbackBot who signs", {}),
            ("and in Wales?", {"reply_to_message": bots}),
            ("@pushbackbot", {"reply_to_message": anns}),
            ("/ask", {"reply_to_message": anns}),
            ("@PushbackBot", {}),
        )
        for text, more in said:
            await server.say(text, chat=GROUP, **more)
        await server.deliver("message", server.message(chat=GROUP, voice=_FILE | {"duration": 3}))
        await server.say("help")
        await door.until(lambda: len(door.asks) == 8)
        assert [ask.text for ask in door.asks] == [
            "hosp wants bloods do i have to",
            "help",
            "fitnote who signs",
            "and in Wales?",
            "GP to chase the scan",
            "GP to chase the scan",
            "help",
            "help",
        ]
        assert [ask.private for ask in door.asks] == [False] * 7 + [True]
        assert {ask.person.id for ask in door.asks} == {"5"}
        assert not server.shown


async def test_a_group_is_answered_under_the_question_and_in_its_topic(rig: Rig) -> None:
    await rig.server.say(f"/ask {BLOODS}", chat=GROUP)
    await rig.server.say("/help", chat=FORUM, message_thread_id=4, is_topic_message=True)
    card, guide = sorted(await rig.server.see(2), key=lambda each: each.thread)
    assert (card.chat, card.thread, card.text.split("\n")[0]) == (GROUP, 0, NOT_YOURS)
    assert (guide.chat, guide.thread) == (FORUM, 4)
    assert card.reply
    assert guide.reply


async def test_in_a_group_ones_own_card_changes_and_anothers_does_not(rig: Rig) -> None:
    question = rig.server.message(f"/ask {BLOODS}", chat=GROUP)
    await rig.server.deliver("message", question)
    (card,) = await rig.server.see(1)
    under = rig.server.written(rig.server.seen[0]) | {"reply_to_message": question}
    await rig.server.press(rig.server.seen[0], "Why", person=6, under=under)
    _, theirs = await rig.server.see(2)
    assert (theirs.edited, theirs.reply) == (False, card.id)
    await rig.server.press(rig.server.seen[0], "Why", person=5, under=under)
    *_, mine = await rig.server.see(3)
    assert (mine.edited, mine.id) == (True, card.id)


async def test_an_administrator_who_hides_is_the_group_and_a_channel_is_nobody() -> None:
    async with noted() as (server, _, door):
        anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
        hidden: dict[str, Any] = {"from": anonymous}
        await server.say("/help", chat=GROUP, sender_chat=server.chat(GROUP), **hidden)
        await server.say("/help", chat=GROUP, sender_chat={"id": -1009, "type": "channel", "title": "News"})
        await server.say("/lmc", chat=GROUP)
        await door.until(lambda: len(door.asks) == 2)
        assert [(ask.person.id, ask.text) for ask in door.asks] == [(str(GROUP), "help"), ("5", "lmc")]


async def test_a_group_that_moved_is_noted_and_answered_where_it_is_now(rig: Rig) -> None:
    rig.server.moved[GROUP] = -2001
    await rig.server.say("/help", chat=GROUP)
    (card,) = await rig.server.see(1)
    assert card.chat == -2001
    assert await rig.door.now_at("telegram", str(GROUP)) == "-2001"
    sent = await rig.chat.send(ANN, Reply((Headline("?", "AGAIN"),)), f"{GROUP}/0/17/0")
    assert sent.message.startswith("-2001/")
    assert rig.server.seen[-1].reply == 0, "what was message 17 is another there"


async def test_people_who_block_and_groups_that_put_it_out_are_noted() -> None:
    async with noted() as (server, _, door):
        ann = {"id": 5, "is_bot": False, "first_name": "Ann"}

        def member(chat: int, status: str) -> dict[str, Any]:
            more = {"until_date": 0} if status == "kicked" else {}
            old, new = ({"user": ME, "status": each} for each in ("member", status))
            told = {"chat": server.chat(chat), "from": ann, "date": 1_795_000_000}
            return told | {"old_chat_member": old, "new_chat_member": new | more}

        await server.deliver("my_chat_member", member(5, "kicked"))
        await server.deliver("my_chat_member", member(5, "member"))
        await server.deliver("my_chat_member", member(GROUP, "left"))
        await server.deliver("message", server.message(chat=GROUP, migrate_to_chat_id=-2001))
        await door.until(lambda: bool(door.moves))
        assert door.gone_ == [(ANN, Reason.BLOCKED), (Person("telegram", str(GROUP)), Reason.KICKED)]
        assert door.moves == [(str(GROUP), "-2001")]


# In any chat, behind the bot's name


async def _looked(rig: Rig, words: str, times: int = 1) -> dict[str, Any]:
    ann = {"id": 5, "is_bot": False, "first_name": "Ann"}
    await rig.server.deliver("inline_query", {"id": "9", "from": ann, "query": words, "offset": ""})
    return (await rig.server.called("answerInlineQuery", times))[-1].told


async def test_words_behind_the_bots_name_find_rules(rig: Rig) -> None:
    told = await _looked(rig, "fit note after hospital")
    assert 1 <= len(told["results"]) <= 5
    first = told["results"][0]
    assert first["title"]
    assert first["input_message_content"]["message_text"].startswith("<b>")
    assert told["is_personal"] is True
    assert told["cache_time"] <= 10
    assert not rig.server.shown


@pytest.mark.parametrize("words", ["", "   ", "qqqq zzzz"])
async def test_no_words_and_no_rules_lead_to_the_bot_itself(rig: Rig, words: str) -> None:
    told = await _looked(rig, words)
    assert told["results"] == []
    assert told["button"]["start_parameter"] == "help"


async def test_a_query_that_is_too_old_is_nobodys_trouble(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    rig.server.fail("answerInlineQuery", Refused(400, old))
    await _looked(rig, "fit note")
    rig.server.fail("answerCallbackQuery", Refused(400, old))
    await rig.say(BLOODS)
    await rig.press_when_shown(1, "Why")
    assert len(await rig.shown(2)) == 2
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


# What is sent


async def test_files_follow_the_text_and_buttons_stand_below_the_last_text(rig: Rig) -> None:
    long = tuple(Section("", ("word " * 300,)) for _ in range(4))
    files = (Attachment("chart.png", PNG, "A chart of <b>areas</b>"), Attachment("letter.docx", b"PK..", "The letter"))
    sent = await rig.send(Reply((Headline("?", "LONG"), *long), (Button("On", "help"),), files))
    assert sent.outcome is Outcome.SENT
    first, second, chart, letter = rig.server.seen
    assert first.text.startswith("? LONG\n\nword word")
    assert [each.row() for each in rig.server.seen] == [(), ("On",), (), ()]
    assert (chart.file, chart.photo, chart.text) == (("chart.png", PNG), True, "A chart of <b>areas</b>")
    assert (letter.file, letter.photo, letter.text) == (("letter.docx", b"PK.."), False, "The letter")
    assert sent.message == " ".join(f"5/{each.id}" for each in (first, second, chart, letter))
    assert second.text.count("word") + first.text.count("word") == 1200


async def test_the_rest_of_a_reply_waits_and_its_beginning_is_not_sent_twice(rig: Rig) -> None:
    files = (Attachment("letter.docx", b"PK..", "The letter"),)
    rig.server.fail("sendDocument", Refused(429, "Too Many Requests: retry after 1", retry_after=0.02))
    assert (await rig.send(Reply((Headline("?", "ONE"),), files=files))).outcome is Outcome.SENT
    assert [each.text for each in rig.server.seen] == ["? ONE", "The letter"]
    rig.server.fail("sendDocument", Refused(403, "Forbidden: bot was blocked by the user"))
    cut_short = await rig.send(Reply((Headline("?", "TWO"),), files=files))
    assert (cut_short.outcome, cut_short.reason) == (Outcome.UNSURE, Reason.BLOCKED)


@pytest.mark.parametrize(
    ("what", "outcome", "reason", "stands"),
    [
        ("blocked", Outcome.FAILED, Reason.BLOCKED, 0),
        ("busy", Outcome.LATER, Reason.BUSY, 0),
        ("lost", Outcome.UNSURE, Reason.NETWORK, 1),
        ("down", Outcome.LATER, Reason.NETWORK, 0),
    ],
)
async def test_a_failure_on_the_wire_is_told_for_what_it_is(
    rig: Rig, what: str, outcome: Outcome, reason: Reason, stands: int
) -> None:
    await rig.server.called("setMyDescription")
    await rig.fail_next(what)
    sent = await rig.send(Reply((Headline("?", "ONE"),)))
    assert (sent.outcome, sent.reason) == (outcome, reason)
    assert (sent.wait > 0) == (outcome is Outcome.LATER)
    assert len(rig.server.seen) == stands
    if rig.server.rising:
        await rig.server.rising
    assert (await rig.send(Reply((Headline("?", "TWO"),)))).outcome is Outcome.SENT


async def test_a_reply_that_nothing_can_be_made_of_is_a_failure_not_an_exception(rig: Rig) -> None:
    assert (await rig.chat.send(ANN, Reply(()), "no/place")).outcome is Outcome.FAILED
    assert (await rig.send(Reply(()))).reason is Reason.REFUSED


async def test_two_hundred_at_once_are_all_answered_once(rig: Rig) -> None:
    await rig.server.called("setMyDescription")
    assert len(await rig.server.burst(200)) == 200
    assert sorted(each.chat for each in rig.server.seen) == list(range(1000, 1200))


# Once, and never lost


async def test_what_is_delivered_twice_is_answered_once(rig: Rig) -> None:
    await rig.say(BLOODS)
    await rig.shown(1)
    await rig.deliver_again()
    await rig.say("help")
    _, second = await rig.shown(2)
    assert second.text.startswith("? CAN I DECLINE THIS WORK?")


async def test_what_was_answered_before_a_restart_is_not_answered_after_it(app: App, store: Store) -> None:
    async with Server() as server:
        for said in (BLOODS, "help"):
            chat = Telegram(settings(server), PACE)
            inbox = Inbox(app, store, {"telegram": chat})
            await chat.start(inbox)
            if server.last:
                await server.deliver_again()  # a stop came before the poll that would have confirmed it
            await server.say(said)
            await server.see(1 if said == BLOODS else 2)
            await chat.stop()
            await inbox.stop()
        assert [each.text[0] for each in server.shown] == ["↩", "?"]


_KILLED = """
import asyncio, os, signal, sys
from bot.config import TelegramTable
from bot.telegram import Pace, Telegram
from handlers.chat import Headline, Reply

class Dying:
    async def receive(self, ask):
        for _ in range(5):  # time enough for a poll that confirms too early
            await chat.send(ask.person, Reply((Headline("?", "DYING"),)))
        os.kill(os.getpid(), signal.SIGKILL)

async def run():
    global chat
    chat = Telegram(TelegramTable(token=sys.argv[1], api_url=sys.argv[2]), Pace(poll=5, first=0.01))
    await chat.start(Dying())
    await asyncio.Event().wait()

asyncio.run(run())
"""


async def test_a_kill_before_the_row_is_written_loses_nothing(app: App, store: Store) -> None:
    async with Server() as server:
        await server.say(BLOODS)
        dying = await asyncio.create_subprocess_exec(sys.executable, "-c", _KILLED, TOKEN, server.api)
        async with asyncio.timeout(30):
            assert await dying.wait() == -signal.SIGKILL
        assert server.delivered
        chat = Telegram(settings(server), PACE)
        inbox = Inbox(app, store, {"telegram": chat})
        await chat.start(inbox)
        *dead, answer = await server.see(6)
        await chat.stop()
        await inbox.stop()
        assert [each.text for each in dead] == ["? DYING"] * 5
        assert answer.text.startswith(NOT_YOURS)


async def test_an_update_is_confirmed_only_when_the_door_has_it() -> None:
    held, begun = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        begun.set()
        await held.wait()

    async with noted(Notes(hold)) as (server, chat, door):
        update = await server.say("help")
        async with asyncio.timeout(10):
            await begun.wait()
        for _ in range(5):  # time enough for a poll that confirms too early
            await chat.send(ANN, Reply((Headline("?", "MEANWHILE"),)))
        assert max(call.told["offset"] for call in await server.called("getUpdates")) <= update
        held.set()
        await server.until(lambda: server.calls[-1].told.get("offset") == update + 1)
        assert len(door.asks) == 1


async def test_a_door_that_stumbles_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    trouble = [OSError("patient Jane Doe"), OSError("patient Jane Doe")]

    async def stumble() -> None:
        if trouble:
            raise trouble.pop()

    async with noted(Notes(stumble)) as (server, _, door):
        await server.say("help")
        await door.until(lambda: bool(door.asks))
    assert "not taken: update=7000 OSError" in caplog.text
    assert "Jane" not in caplog.text


async def test_a_stop_takes_no_longer_than_half_a_second_and_what_is_out_may_finish() -> None:
    async with Server() as server:
        chat = Telegram(settings(server), PACE)
        await chat.start(Notes())
        await server.called("getUpdates")
        began = time.perf_counter()
        await chat.stop()
        assert time.perf_counter() - began < 0.5
        assert (await chat.send(ANN, Reply((Headline("?", "LATE"),)))).outcome is Outcome.SENT


# Start


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"token": "secret"}, "[telegram] token"),
        ({"token": "123456789:" + "A" * 35}, "[telegram] token"),
        ({"mode": "webhook"}, "[telegram] webhook_url"),
        ({"mode": "webhook", "webhook_url": "http://a.example/x"}, "[telegram] webhook_url"),
        ({"mode": "webhook", "webhook_url": "https://a.example/x"}, "[telegram] webhook_secret"),
        ({"mode": "webhook", "webhook_url": "https://a.example/x", "webhook_secret": "short"}, "webhook_secret"),
    ],
)
async def test_a_wrong_key_is_named_at_the_start_and_its_value_is_not(wrong: dict[str, str], says: str) -> None:
    async with Server() as server:
        chat = Telegram(settings(server, **wrong), PACE)
        with pytest.raises(ChatError) as error:
            await chat.start(Notes())
        assert says in str(error.value)
        assert not [value for key, value in wrong.items() if key != "mode" and value in str(error.value)]
        await chat.stop()


async def test_a_network_that_is_down_at_the_start_is_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "pushback")
    async with Server() as server:
        await server.down()
        chat, door = Telegram(settings(server), PACE), Notes()
        await chat.start(door)
        assert "waiting for the network chat=telegram: Telegram cannot be reached" in caplog.text
        assert "started" not in caplog.text
        await server.up()
        await server.say("help")
        await door.until(lambda: bool(door.asks))
        await chat.stop()
    assert caplog.text.count("started chat=telegram") == 1


async def test_another_process_with_the_same_token_is_told_of_and_waited_for(
    caplog: pytest.LogCaptureFixture,
) -> None:
    words = "terminated by other getUpdates request; make sure that only one bot instance is running"
    async with Server() as server:
        for _ in range(3):
            server.fail("getUpdates", Refused(409, f"Conflict: {words}"))
        chat, door = Telegram(settings(server), PACE), Notes()
        await chat.start(door)
        await server.say("help")
        await door.until(lambda: bool(door.asks))
        await chat.stop()
    said = [record.getMessage() for record in caplog.records if "same [telegram] token" in record.getMessage()]
    assert len(said) == 1


@pytest.mark.parametrize("trouble", [Refused(401, "Unauthorized"), Refused(500, "Internal Server Error"), None])
async def test_trouble_while_it_listens_is_outlived(trouble: Refused | None) -> None:
    async with noted() as (server, _, door):
        await server.called("getUpdates")
        for _ in range(2):
            server.fail("getUpdates", trouble)
        await server.say("help")
        await server.say("lmc")
        await door.until(lambda: len({ask.text for ask in door.asks}) == 2)


async def test_a_token_that_is_withdrawn_is_named_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async with noted() as (server, _, door):
        server.fail("getUpdates", Refused(401, "Unauthorized"))
        await server.say("help")
        await server.say("lmc")
        await door.until(lambda: len(door.asks) >= 2)
        server.fail("getUpdates", Refused(401, "Unauthorized"))
        await server.say("lmc")
        await door.until(lambda: len(door.asks) >= 3)
    assert "[telegram] token: Telegram no longer knows it" in caplog.text


async def test_the_menus_are_published_for_private_chats_and_groups() -> None:
    async with noted() as (server, _, _door):
        calls = await server.called("setMyCommands", 2)
        await server.called("setMyDescription")
        private, group = ([each["command"] for each in call.told["commands"]] for call in calls)
        assert private[:2] == ["ask", "help"]
        assert group == ["ask", "help", "lmc"]
        assert [call.told["scope"]["type"] for call in calls] == ["all_private_chats", "all_group_chats"]


def test_every_command_of_the_menu_makes_sense_alone(app: App) -> None:
    for each in menu.private():
        assert each.command == "ask" or COMMANDS[each.command].fits((), app.house)


def test_the_guide_tells_of_every_trouble() -> None:
    guide = (Path(__file__).parent.parent.parent / "docs" / "telegram.md").read_text(encoding="utf-8")
    for _, said in adapter.TROUBLES:
        assert said.split(";")[0].split(": stop")[0] in guide
    for key in re.findall(r'"\[telegram\] (\w+)', inspect.getsource(adapter)):
        assert key in guide


# The webhook


@asynccontextmanager
async def called_upon(door: Notes) -> AsyncIterator[Server]:
    hook: dict[str, Any] = {
        "mode": "webhook",
        "webhook_url": "https://bot.example/hook",
        "webhook_secret": "0123456789abcdef",
    }
    async with noted(door, listen="127.0.0.1:0", **hook) as (server, chat, _):
        await server.called("setMyDescription")
        server.reached = f"http://127.0.0.1:{chat.listens_on}/hook"
        yield server


async def test_the_webhook_brings_updates_and_answers_once_they_are_written_down() -> None:
    door = Notes()
    async with called_upon(door) as server:
        assert await server.post({"update_id": 1, "message": server.message("help")}) == 200
        assert [ask.text for ask in door.asks] == ["help"]


async def test_the_webhook_turns_away_who_does_not_know_its_secret(caplog: pytest.LogCaptureFixture) -> None:
    door = Notes()
    async with called_upon(door) as server:
        for secret in ("", "0123456789abcdeF"):
            assert await server.post({"update_id": 1, "message": server.message("help")}, secret) == 403
        assert not door.asks
    assert caplog.text.count("without the right secret") == 2


async def test_the_webhook_asks_for_an_update_again_that_could_not_be_written_down() -> None:
    async def fail() -> None:
        raise OSError

    async with called_upon(Notes(fail)) as server:
        assert await server.post({"update_id": 1, "message": server.message("help")}) == 500


@pytest.mark.parametrize("body", [b"", b"no json", b"[1, 2]", b"\xff", b"{}", b'{"update_id": "x", "message": 7}'])
async def test_a_call_that_is_no_update_is_turned_away_or_passed_over(body: bytes) -> None:
    door = Notes()
    async with called_upon(door) as server:
        headers = {"X-Telegram-Bot-Api-Secret-Token": "0123456789abcdef"}
        async with ClientSession() as session, session.post(server.reached, data=body, headers=headers) as answer:
            assert answer.status == (200 if body.startswith(b"{") else 400)
        assert await server.post({"update_id": 1, "message": server.message("help")}) == 200
        assert len(door.asks) == 1


async def test_a_port_in_use_is_named() -> None:
    hook: dict[str, Any] = {
        "mode": "webhook",
        "webhook_url": "https://bot.example/hook",
        "webhook_secret": "0123456789abcdef",
    }
    async with noted(listen="127.0.0.1:0", **hook) as (server, chat, _):
        await server.called("setMyDescription")
        second = Telegram(settings(server, listen=f"127.0.0.1:{chat.listens_on}", **hook), PACE)
        with pytest.raises(ChatError, match=r"\[telegram\] listen"):
            await second.start(Notes())


# The log


async def test_no_token_and_no_words_are_ever_logged(
    app: App, store: Store, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    async with Rig.open(app, store) as rig:
        for name in ("httpx", "httpcore", "telegram", "telegram.Bot"):
            monkeypatch.setattr(logging.getLogger(name), "level", logging.DEBUG)
        logging.getLogger().manager._clear_cache()  # type: ignore[attr-defined]  # levels were set behind its back
        await rig.say(BLOODS)
        await rig.shown(1)
        await rig.fail_next("lost")
        await rig.send(Reply((Headline("?", "ONE"),)))
        try:
            raise RuntimeError(f"{rig.server.api}/bot{TOKEN}/getMe")
        except RuntimeError:
            logging.getLogger("anything").exception("%s", TOKEN)
    assert "/sendMessage" in caplog.text
    assert "[secret]" in caplog.text
    assert TOKEN not in caplog.text
    assert TOKEN.split(":")[1] not in caplog.text


class Unreadable:
    """What cannot be written."""

    def __repr__(self) -> str:
        raise ValueError


LAME: dict[str, tuple[str, tuple[object, ...], tuple[str, tuple[object, ...]]]] = {
    "that fits": ("number %d", (7,), ("number %d", (7,))),
    "that does not fit": ("number %d", ("x",), ("number %d", ("x",))),
    "with a token that does not fit": ("number %d", (f"bot{TOKEN}",), ("number %d ('bot[secret]',)", ())),
    "with a name of none": ("%(a)s", ({"b": TOKEN},), ("%(a)s {'b': '[secret]'}", ())),
}


@pytest.mark.parametrize("record", LAME)
def test_a_record_reaches_its_handler_and_never_troubles_who_logged(record: str) -> None:
    said, given, stands = LAME[record]
    make = Redacting(logging.LogRecord)
    make.secrets.add(TOKEN)
    made = make("a library", logging.WARNING, "", 1, said, given, None)
    assert (made.msg, made.args) == stands


def test_a_record_of_what_cannot_be_written_reaches_its_handler() -> None:
    thing = Unreadable()
    made = Redacting(logging.LogRecord)("a library", logging.WARNING, "", 1, "%s", (thing,), None)
    assert made.args == (thing,)


async def test_our_own_log_tells_events_and_ids_alone(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await rig.say("my patient Jane Doe wants bloods")
    await rig.shown(1)
    await rig.fail_next("blocked")
    await rig.send(Reply((Section("", ("for Jane Doe",)),)))
    assert "Jane" not in caplog.text


# What stands is changed


async def test_a_message_that_stands_is_corrected_and_taken_away(rig: Rig) -> None:
    files = (Attachment("letter.docx", b"PK..", "The letter"),)
    sent = await rig.send(Reply((Headline("✉", "NEWS"), Section("", ("Old words",))), (Button("On", "help"),), files))
    new = Reply((Headline("✉", "NEWS"), Section("", ("<b>New</b> words",))), (Button("On", "help"),))
    for _ in range(2):  # the second time Telegram calls it not modified
        assert (await rig.chat.edit(sent.message, new)).outcome is Outcome.SENT
    assert [each.text for each in rig.server.seen] == ["✉ NEWS\n\n<b>New</b> words", "The letter"]
    for _ in range(2):  # the second time it is gone already
        assert (await rig.chat.delete(sent.message)).outcome is Outcome.SENT
    assert rig.server.seen == []


async def test_a_press_below_an_update_leaves_it_there(rig: Rig) -> None:
    update = Reply((Section("", ("News",)),), (Button("Read and understood", "understood 1"),), stays=True)
    await rig.send(update)
    await rig.press("Read and understood")
    shown = await rig.shown(2)
    assert [each.edited for each in shown] == [False, False]
    assert rig.server.seen[0].text == "News"


async def test_a_message_that_is_too_old_stays_and_it_is_said(rig: Rig) -> None:
    sent = await rig.send(Reply((Section("", ("Old words",)),)))
    rig.server.old.add(rig.server.seen[0].id)
    for changed in (await rig.chat.edit(sent.message, adapter.WORDLESS), await rig.chat.delete(sent.message)):
        assert (changed.outcome, changed.reason) == (Outcome.FAILED, Reason.TOO_OLD)
    assert (await rig.chat.delete("no place")).outcome is Outcome.FAILED


async def test_a_correction_that_no_message_holds_is_refused(rig: Rig) -> None:
    sent = await rig.send(Reply((Section("", ("Old words",)),)))
    long = Reply((Section("", ("word " * 2_000,)),))
    assert (await rig.chat.edit(sent.message, long)).reason is Reason.REFUSED

"""Conversations with the LMC over both wires: the asker on one app, the officers' room on the other."""

import dataclasses
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.app import App
from bot.store import Store
from handlers.records import Item, Kind, Line, Rank, Room, Towards
from tests.bot.desk_wires import Wires, wires
from tests.bot.platforms import Refused, platforms
from tests.bot.slack_server import GP, Post
from tests.bot.slack_server import OFFICER as LMC
from tests.bot.telegram_server import GROUP, Seen
from tests.bot.test_run import on_telegram, running

OFFICER, CLERK, PERSON, SUPERGROUP = 900, 77, 5, -2001
QUESTION = "tell lmc may the icb fine us for closing on a training afternoon"


@asynccontextmanager
async def opened(app: App) -> AsyncIterator[Wires]:
    store = Store(None)
    ranks = {f"telegram {OFFICER}": Rank.OWNER, "telegram 901": Rank.OFFICER, f"slack {LMC}": Rank.OWNER}
    house = dataclasses.replace(app.house, records=store.records, ranks=ranks, a_minute=0)
    async with wires(App(house), store) as made:
        yield made
    store.close()


async def asked_on_slack(here: Wires) -> Seen:
    """Have the room on Telegram and a question there from Slack; its card."""
    await here.telegram_says("/desk here", OFFICER, GROUP)
    await here.on_telegram("THIS IS THE LMC'S DESK")
    await here.slack_types(QUESTION, GP)
    await here.on_slack("SEND THIS TO ANYSHIRE LMC?")
    await here.slack_types("lmc send 1", GP)
    return await here.on_telegram("✉ QUESTION 1\n")


async def test_from_slack_to_a_telegram_group_and_back(app: App) -> None:
    async with opened(app) as here:
        card = await asked_on_slack(here)
        assert (card.chat, card.row()) == (GROUP, ("Take", "Ask who it is", "Open in the book", "Close"))
        assert GP not in card.text
        await here.telegram_says("It may not.", OFFICER, GROUP, to=card)
        answer = await here.on_slack("FROM ANYSHIRE LMC")
        assert "It may not." in answer.text
        await here.telegram.until(lambda: "Taken by Ann" in card.text)
        await here.slack_types("And on a Monday?", GP)
        await here.on_slack("Sent to Anyshire LMC (question 1).")
        back = await here.on_telegram("And on a Monday?")
        assert (back.chat, back.reply) == (GROUP, card.id)
        await here.telegram_says("Nor then.", OFFICER, GROUP, to=back)
        await here.on_slack("Nor then.")


async def test_an_edit_on_telegram_reaches_slack(app: App) -> None:
    async with opened(app) as here:
        card = await asked_on_slack(here)
        told = here.telegram.message("It may knot.", OFFICER, GROUP, reply_to_message=here.telegram.written(card))
        await here.telegram.deliver("message", told)
        await here.on_slack("It may knot.")
        await here.telegram.deliver("edited_message", told | {"text": "It may not.", "edit_date": told["date"] + 900})
        changed = await here.on_slack("It may not.")
        assert "corrected" in changed.text
        assert changed.edited


async def test_who_is_no_officer_reads_that_nothing_was_sent(app: App) -> None:
    async with opened(app) as here:
        card = await asked_on_slack(here)
        await here.telegram_says("It may.", CLERK, GROUP, to=card)
        await here.on_telegram("Only the LMC's officers answer here")
        assert not any("It may." in post.text for post in here.slack.messages.values())


async def test_an_identifier_is_held_and_sent_masked_by_a_press(app: App) -> None:
    async with opened(app) as here:
        card = await asked_on_slack(here)
        await here.telegram_says("Is it NHS number 943 476 5919?", OFFICER, GROUP, to=card)
        held = await here.on_telegram("Your message holds an NHS number.")
        assert "943" not in held.text
        await here.telegram.press(held, "Send it masked", OFFICER)
        await here.on_slack("Is it NHS number [NHS number]?")


async def test_a_question_to_the_book_that_the_bot_asked_for_in_the_officers_room(app: App) -> None:
    async with opened(app) as here:
        await asked_on_slack(here)
        await here.telegram_says("/ask", OFFICER, GROUP)
        which = await here.on_telegram("What is the question?")
        await here.telegram_says("can we decline this? hosp wants bloods before clinic", OFFICER, GROUP, to=which)
        await here.on_telegram("Basis: ")
        assert not any("NOT PASSED ON" in each.text for each in here.telegram.seen)


async def test_a_press_on_the_card_leaves_it_and_takes_the_question(app: App) -> None:
    async with opened(app) as here:
        card = await asked_on_slack(here)
        await here.telegram.press(card, "Take", 901)
        await here.on_telegram("QUESTION 1 IS YOURS")
        await here.telegram.until(lambda: "Taken by Ann" in card.text)
        await here.telegram.press(card, "Open in the book", 901)
        rule = await here.on_telegram("Basis: ")
        assert rule.reply == card.id
        assert card.text.startswith("✉ QUESTION 1")


async def test_the_group_put_the_bot_out(app: App) -> None:
    async with opened(app) as here:
        await here.telegram_says("/desk here", OFFICER, GROUP)
        await here.on_telegram("THIS IS THE LMC'S DESK")
        here.telegram.whim = lambda method, told: (
            Refused(403, "Forbidden: bot was kicked from the supergroup chat")
            if method == "sendMessage" and int(told["chat_id"]) == GROUP
            else ""
        )
        await here.slack_types(QUESTION, GP)
        await here.on_slack("SEND THIS TO ANYSHIRE LMC?")
        await here.slack_types("lmc send 1", GP)
        told = await here.on_telegram("The officers' room cannot be reached (kicked).")
        assert told.chat == OFFICER


async def test_a_room_that_becomes_a_supergroup_stays_the_desk(app: App) -> None:
    async with opened(app) as here:
        await here.telegram_says("/desk here", OFFICER, GROUP)
        await here.on_telegram("THIS IS THE LMC'S DESK")
        here.telegram.moved[GROUP] = SUPERGROUP
        await here.telegram.deliver("message", here.telegram.message(chat=GROUP, migrate_to_chat_id=SUPERGROUP))
        await here.telegram_says("/desk", OFFICER, SUPERGROUP)
        shown = await here.on_telegram("THE DESK: 0 OPEN")
        assert shown.chat == SUPERGROUP
        await here.slack_types(QUESTION, GP)
        await here.on_slack("SEND THIS TO ANYSHIRE LMC?")
        await here.slack_types("lmc send 1", GP)
        card = await here.on_telegram("✉ QUESTION 1\n")
        await here.telegram.press(card, "Take", OFFICER)
        yours = await here.on_telegram("QUESTION 1 IS YOURS")
        assert (card.chat, yours.chat) == (SUPERGROUP, SUPERGROUP)
        await here.telegram_says("It may not.", OFFICER, SUPERGROUP, to=yours)
        await here.on_telegram("NOT PASSED ON")
        await here.telegram_says("It may not.", OFFICER, SUPERGROUP, to=card)
        await here.on_slack("It may not.")


async def test_an_asker_on_telegram_reads_the_answer_as_a_message_that_stays(app: App) -> None:
    async with opened(app) as here:
        await here.telegram_says("/desk here", OFFICER, GROUP)
        await here.on_telegram("THIS IS THE LMC'S DESK")
        await here.telegram_says(QUESTION, PERSON)
        await here.telegram.press(await here.on_telegram("SEND THIS TO ANYSHIRE LMC?"), "Send it", PERSON)
        card = await here.on_telegram("✉ QUESTION 1\n")
        await here.telegram_says("It may not.", OFFICER, GROUP, to=card)
        answer = await here.on_telegram("FROM ANYSHIRE LMC")
        await here.telegram_says("Thank you", PERSON, to=answer)
        await here.on_telegram("THEY WRITE")
        await here.telegram.press(answer, "That is all, thanks", PERSON)
        await here.on_telegram("Question 1 is closed")
        assert "It may not." in answer.text


async def asked_on_telegram(here: Wires) -> Post:
    """Have the room in a Slack channel and a question there from Telegram; its card."""
    await here.slack.deliver("events_api", here.slack.mentioned("desk here", user=LMC))
    await here.on_slack("THIS IS THE LMC'S DESK")
    await here.telegram_says(QUESTION, PERSON)
    await here.telegram.press(await here.on_telegram("SEND THIS TO ANYSHIRE LMC?"), "Send it", PERSON)
    return await here.on_slack("QUESTION 1")


async def test_from_telegram_to_a_slack_channel_and_back(app: App) -> None:
    async with opened(app) as here:
        card = await asked_on_telegram(here)
        await here.slack.deliver("events_api", here.slack.replied(card, "It may not.", LMC))
        answer = await here.on_telegram("FROM ANYSHIRE LMC")
        assert (answer.chat, answer.row()) == (PERSON, ("That is all, thanks", "Tell them my practice"))
        await here.telegram_says("And on a Monday?", PERSON, to=answer)
        back = await here.on_slack("And on a Monday?")
        assert back.thread == card.ts
        await here.slack.deliver("events_api", here.slack.replied(back, "Nor then.", LMC))
        await here.on_telegram("Nor then.")


async def test_an_edit_and_a_deletion_on_slack_reach_telegram(app: App) -> None:
    async with opened(app) as here:
        card = await asked_on_telegram(here)
        reply = here.slack.replied(card, "It may knot.", LMC)
        await here.slack.deliver("events_api", reply)
        answer = await here.on_telegram("It may knot.")
        await here.slack.deliver("events_api", here.slack.edited(reply, "It may not."))
        await here.telegram.until(lambda: "It may not." in answer.text)
        assert answer.text.endswith("corrected")
        await here.slack.deliver("events_api", here.slack.withdrawn(reply))
        await here.telegram.until(lambda: "Anyshire LMC took this message back." in answer.text)


async def test_who_is_no_officer_on_slack_reads_that_nothing_was_sent(app: App) -> None:
    async with opened(app) as here:
        card = await asked_on_telegram(here)
        await here.slack.deliver("events_api", here.slack.replied(card, "It may.", GP))
        told = await here.on_slack("Only the LMC's officers answer here")
        assert told.user == GP
        assert not any("It may." in each.text for each in here.telegram.seen)


async def test_a_command_in_the_thread_is_no_answer(app: App) -> None:
    async with opened(app) as here:
        card = await asked_on_telegram(here)
        await here.slack.deliver("events_api", here.slack.replied(card, "desk close 1", LMC))
        await here.on_slack("QUESTION 1 IS CLOSED")
        await here.on_telegram("closed your question without writing to you here")
        assert not any("desk close" in each.text for each in here.telegram.seen)


@pytest.mark.parametrize("after", [1, 7])
async def test_after_a_kill_no_card_is_lost_and_none_comes_twice(tmp_path: Path, cache: Path, after: int) -> None:
    questions = 20
    store = Store(tmp_path / "pushback.db")
    member = store.records.members.begin("telegram 5", 0).id
    store.records.desk.settle_in(Room("telegram", f"{GROUP}/0/0/0"))
    for number in range(questions):
        item = Item(f"question number {number}", member, "telegram", 0, half=2**33, promised=2**33)
        store.records.desk.open(item, Line(0, Kind.CARD, Towards.DESK, 0))
    store.close()
    async with platforms() as (telegram, _):

        def cards() -> list[str]:
            return [each.text.split("\n")[0] for each in telegram.seen if each.text.startswith("✉ QUESTION")]

        async with running(tmp_path, cache, **on_telegram(telegram)) as process:
            await telegram.called("getUpdates")
            await telegram.until(lambda: len(cards()) >= after)
            process.kill()
            await process.wait()
        with sqlite3.connect(tmp_path / "pushback.db") as db:
            (doubt,) = db.execute("SELECT count(*) FROM desk_line WHERE state = 'sending'").fetchone()
        db.close()
        assert doubt <= 1
        async with running(tmp_path, cache, **on_telegram(telegram)):
            await telegram.until(lambda: sum(call.method == "getMe" for call in telegram.calls) > 1)
            await telegram.until(lambda: len(cards()) >= questions - doubt)
            await telegram.until(lambda: sum("may or may not have" in each.text for each in telegram.seen) == doubt)
        assert len(cards()) == len(set(cards()))
        assert len(cards()) >= questions - doubt

"""Two weeks after a letter, one quiet question; never twice, never at night."""

import asyncio
import dataclasses
import datetime
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.app import App
from bot.inbox import Inbox
from bot.port import Outcome, Reason, Sent
from bot.rounds import go_round
from bot.store import Store
from handlers.chat import LONDON, Ask, Person, Reply, plain_text
from knowledge.model import Role
from tests.bot.paper import DONE, Paper

GP, DAY = Person("paper", "1"), 86_400
LETTER = "letter hospital-fit-note first to rvw"


class Practice:
    """A GP who sent a letter at noon, and a clock."""

    def __init__(self, app: App, store: Store) -> None:
        self.now = datetime.datetime(2026, 11, 2, 12, tzinfo=LONDON).timestamp()
        self.store = store
        self.app = App(dataclasses.replace(app.house, records=store.records, clock=lambda: self.now))
        member = store.records.members.begin(GP.account, 0)
        store.records.members.change(member.id, practice="A81001", role=Role.PARTNER)
        self.chat = Paper()
        self.inbox = Inbox(self.app, store, {"paper": self.chat})

    def say(self, text: str) -> Reply:
        return self.app.handle(Ask(GP, text))

    async def after(self, days: float) -> list[Reply]:
        self.now += days * DAY
        self.chat.sent.clear()
        await go_round(self.app, self.inbox, {"paper": self.chat})
        assert all((each.person, each.place) == (GP, "") for each in self.chat.sent)
        return [each.reply for each in self.chat.sent]


@asynccontextmanager
async def practice(app: App, change: Callable[[Practice], object] = lambda _: None) -> AsyncIterator[Practice]:
    made = Practice(app, Store(None))
    change(made)
    try:
        yield made
    finally:
        await made.inbox.stop()
        made.store.close()


async def test_after_two_weeks_and_once(app: App) -> None:
    async with practice(app) as gp:
        gp.say(LETTER)
        assert await gp.after(13.9) == []
        (question,) = await gp.after(0.2)
        assert plain_text(question).startswith("? DID NORTH TEES AND HARTLEPOOL NHS FOUNDATION TRUST REPLY?")
        assert "Your letter of 2 November 2026: First fit note" in plain_text(question)
        assert [button.label for button in question.buttons] == ["Yes", "No: next letter", "Stop asking"]
        assert await gp.after(1) == []


async def test_yes(app: App) -> None:
    async with practice(app) as gp:
        gp.say(LETTER)
        (question,) = await gp.after(15)
        assert "I ask about that letter no more" in plain_text(gp.say(question.buttons[0].sentence))


async def test_no_gives_the_next_letter_and_asks_after_that(app: App) -> None:
    async with practice(app) as gp:
        gp.say(LETTER)
        (question,) = await gp.after(15)
        assert "They asked again" in plain_text(gp.say(question.buttons[1].sentence))
        (second,) = await gp.after(15)
        assert "To the body above them" in plain_text(gp.say(second.buttons[1].sentence))
        assert await gp.after(15) == [], "above them there is nobody to write to"


async def test_stop_asking(app: App) -> None:
    async with practice(app) as gp:
        gp.say(LETTER)
        gp.say("letter bloods-before-outpatient-clinic first to rvw")
        question = (await gp.after(15))[0]
        gp.say(question.buttons[2].sentence)
        gp.say("letter ring-pessary first to rvw")
        assert await gp.after(15) == []


async def test_what_is_due_is_not_asked_after_reminders_are_stopped(app: App) -> None:
    async with practice(app) as gp:
        gp.say(LETTER)
        gp.say("settings stop reminders")
        assert await gp.after(15) == []


async def test_who_left_the_practice_is_not_asked_after_its_letters(app: App) -> None:
    async with practice(app) as gp:
        gp.say(LETTER)
        gp.say("leave")
        assert await gp.after(15) == []


async def test_what_was_certainly_not_sent_is_asked_later(app: App) -> None:
    async with practice(app) as gp:
        gp.say(LETTER)
        gp.chat.always = Sent(Outcome.LATER, reason=Reason.NETWORK, wait=2)
        assert len(await gp.after(15)) == 1
        gp.chat.always = DONE
        assert len(await gp.after(0.01)) == 1
        assert await gp.after(1) == []


async def test_a_round_ends_when_it_is_told_to(app: App) -> None:
    async with practice(app) as gp:
        gp.say(LETTER)
        gp.now += 15 * DAY
        stop = asyncio.Event()
        stop.set()
        await go_round(gp.app, gp.inbox, {"paper": gp.chat}, stop)
        assert gp.chat.sent == []


async def test_quiet_hours_are_kept_by_londons_clock(app: App) -> None:
    async with practice(app) as gp:
        gp.say(LETTER)
        assert await gp.after(14 + 8 / 24) == [], "20:00 is quiet"
        assert await gp.after(11 / 24) == [], "07:00 is quiet"
        assert len(await gp.after(1 / 24)) == 1, "08:00 is not"


async def test_a_letter_that_is_not_counted_is_not_asked_after(app: App) -> None:
    async with practice(app) as gp:
        gp.say(LETTER)
        gp.say("undo 1")
        assert await gp.after(15) == []


async def test_what_may_have_been_sent_is_not_sent_again(app: App) -> None:
    async with practice(app) as gp:
        gp.say(LETTER)
        gp.chat.always = Sent(Outcome.UNSURE, reason=Reason.NETWORK)
        assert len(await gp.after(15)) == 1
        gp.chat.always = DONE
        assert await gp.after(1) == []


async def test_who_blocked_the_bot_is_not_asked(app: App) -> None:
    async with practice(app) as gp:
        gp.say(LETTER)
        gp.chat.always = Sent(Outcome.FAILED, reason=Reason.BLOCKED)
        gp.say("letter bloods-before-outpatient-clinic first to rvw")
        assert len(await gp.after(15)) == 1, "the first was refused; after it the bot knows"
        assert not gp.store.records.places.is_reachable(GP.account)

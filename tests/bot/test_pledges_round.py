"""What pledges make the bot say unasked: once, to everyone at once, never at night."""

import dataclasses
import datetime
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.app import App
from bot.inbox import Inbox
from bot.pledging import go_round
from bot.port import Outcome, Reason, Sent
from bot.store import Store
from handlers.chat import LONDON, Ask, Person, plain_text
from knowledge.model import Role
from tests.bot.paper import DONE, Paper

ACTION, DAY = "en-2026-05-data-sharing", 86_400
PLACE = ["A81001", "A81002", "A81004"]  # practices of one sub-ICB


class Place:
    """Practices 0, 1 and 2 of one place, a partner each under that number, on a Monday at noon."""

    def __init__(self, app: App) -> None:
        self.now = datetime.datetime(2026, 11, 2, 12, tzinfo=LONDON).timestamp()
        self.store = Store(None)
        self.app = App(dataclasses.replace(app.house, records=self.store.records, clock=lambda: self.now))
        for number, code in enumerate(PLACE):
            self.joins(str(number), code, Role.PARTNER)
        self.chat = Paper(per_second=1_000)
        self.inbox = Inbox(self.app, self.store, {"paper": self.chat})

    def joins(self, who: str, code: str, role: Role) -> None:
        members = self.store.records.members
        members.change(members.begin(f"paper {who}", 0).id, practice=code, role=role)

    def say(self, who: int, rest: str) -> str:
        return plain_text(self.app.handle(Ask(Person("paper", str(who)), f"pledge {ACTION} {rest}")))

    async def after(self, days: float = 0) -> list[tuple[str, str]]:
        self.now += days * DAY
        self.chat.sent.clear()
        await go_round(self.app, self.inbox, {"paper": self.chat})
        assert {each.place for each in self.chat.sent} <= {""}
        return [(each.person.id, each.text) for each in self.chat.sent]


@asynccontextmanager
async def place(app: App) -> AsyncIterator[Place]:
    made = Place(app)
    try:
        yield made
    finally:
        await made.inbox.stop()
        made.store.close()


async def test_everyone_in_it_is_told_at_once_and_once(app: App) -> None:
    async with place(app) as here:
        here.say(0, "when 3 place by 2026-11-20")
        here.say(1, "when 3 place by 2026-11-20")
        assert await here.after() == []
        assert "MET: it starts" in here.say(2, "when 3 place by 2026-11-20")
        told = await here.after()
        assert [who for who, _ in told] == ["0", "1"], "who set the last condition read it in the answer"
        for _, text in told:
            assert text.startswith("◆ YOUR CONDITION IS MET")
            assert "At least 3 practices of the place 16C do it now, yours among them." in text
            assert "Your practice decides." in text
        assert await here.after() == []


async def test_at_the_deadline_the_others_are_told_what_is_missing_in_bands(app: App) -> None:
    async with place(app) as here:
        here.say(0, "when 5 place by 2026-11-20")
        here.say(1, "when 40 place by 2026-11-20")
        here.say(2, "when 40 place by 2026-12-20")
        assert await here.after(18) == [], "the last day is not over"
        told = dict(await here.after(1))
        assert told.keys() == {"0", "1"}
        assert "YOUR CONDITION WAS NOT MET" in told["0"]
        assert "It lacked up to 4 more of the place 16C." in told["0"]
        assert "It lacked 6 or more of the place 16C." in told["1"]
        assert here.store.records.pledges.counted(ACTION) == {"unmet": 2}
        assert here.store.records.pledges.history(PLACE[0]) == []
        assert [each.practice for each in here.store.records.pledges.on(ACTION)] == [PLACE[2]]


async def test_who_meets_it_on_the_last_day_starts(app: App) -> None:
    async with place(app) as here:
        here.say(0, "when 2 place by 2026-11-20")
        here.now += 18 * DAY
        here.say(1, "doing")
        assert [who for who, text in await here.after() if "IS MET" in text] == ["0"]


async def test_messages_wait_for_the_morning(app: App) -> None:
    async with place(app) as here:
        here.say(0, "when 2 place by 2026-11-20")
        here.now += 10 * 3600
        here.say(1, "doing")
        assert await here.after() == [], "22:00 is quiet"
        assert [who for who, _ in await here.after(10 / 24)] == ["0"]


async def test_what_was_not_sent_comes_again_and_what_may_have_been_does_not(app: App) -> None:
    async with place(app) as here:
        here.say(0, "when 2 place by 2026-11-20")
        here.say(1, "doing")
        here.chat.always = Sent(Outcome.LATER, wait=5)
        assert len(await here.after()) == 1
        here.chat.always = Sent(Outcome.UNSURE, reason=Reason.NETWORK)
        assert len(await here.after()) == 1
        here.chat.always = DONE
        assert await here.after() == []


async def test_one_question_a_week_to_one_person_of_a_practice(app: App) -> None:
    async with place(app) as here:
        here.joins("7", PLACE[0], Role.MANAGER)
        here.joins("8", PLACE[0], Role.NURSE)
        here.say(0, "doing")
        assert await here.after(6.9) == []
        ((who, text),) = await here.after(0.2)
        assert who == "7", "the manager, where there is one"
        assert text.startswith("? STILL DOING IT?")
        assert [button.sentence for button in here.chat.sent[0].reply.buttons] == [
            "pledge still", "pledge trouble", "pledge quiet"
        ]  # fmt: skip
        assert await here.after(6.9) == []
        assert len(await here.after(0.2)) == 1


async def test_no_question_to_who_considers_paused_waits_or_begins_later(app: App) -> None:
    async with place(app) as here:
        here.say(0, "considering")
        here.say(1, "doing")
        here.say(1, "paused")
        here.say(2, "from 2026-11-30")
        assert await here.after(8) == []
        assert [who for who, _ in await here.after(21)] == ["2"]


async def test_no_question_at_night_nor_to_who_stopped_them_nor_where_nobody_is_reached(app: App) -> None:
    async with place(app) as here:
        for who in range(3):
            here.say(who, "doing")
        here.app.handle(Ask(Person("paper", "1"), "pledge quiet"))
        here.store.records.places.unreachable("paper 2", "blocked", 1)
        assert await here.after(7 + 8 / 24) == [], "20:00 is quiet"
        assert [who for who, _ in await here.after(13 / 24)] == ["0"]


async def test_a_question_that_was_not_sent_is_asked_on_the_next_round(app: App) -> None:
    async with place(app) as here:
        here.say(0, "doing")
        here.chat.always = Sent(Outcome.LATER, wait=5)
        assert len(await here.after(7)) == 1
        here.chat.always = DONE
        assert len(await here.after(0.01)) == 1


async def test_each_week_is_counted_on_the_round(app: App) -> None:
    async with place(app) as here:
        for _ in range(3):
            await here.after(3)
        assert list(here.store.records.pledges.weeks()) == ["2026-11-05", "2026-11-11"]


async def test_pledges_of_another_key_end_no_round(app: App) -> None:
    async with place(app) as here:
        here.say(0, "when 3 place by 2026-11-20")
        here.store._db.execute("UPDATE pledge SET sealed = zeroblob(300)")
        assert await here.after() == []

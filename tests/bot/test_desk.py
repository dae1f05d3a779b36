"""The desk's lines on their way: each once, to the second, whatever is put off, refused, lost or stopped."""

import asyncio
import dataclasses
import datetime
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.app import App
from bot.desk import FIRST_PAUSE, Courier, Looks
from bot.drawings import drawings
from bot.inbox import STALE, Inbox
from bot.port import Outcome, Reason, Sent
from bot.store import Store
from handlers.chat import LONDON, Ask, Change, Person, Reply, plain_text
from handlers.records import Line, LineState, Rank
from tests.bot.paper import Paper, Told

GP, OFFICER = Person("paper", "5"), Person("card", "900", name="Dr A")
QUICK = Looks(lines=0.002, promises=0.01)
BLOCKED, LOST = Sent(Outcome.FAILED, reason=Reason.BLOCKED), Sent(Outcome.UNSURE, reason=Reason.NETWORK)
KICKED, REFUSED = Sent(Outcome.FAILED, reason=Reason.KICKED), Sent(Outcome.FAILED, reason=Reason.REFUSED)


class Card(Paper):
    """A chat of paper whose messages have a place, and can be changed there."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name, per_second=5_000)
        self.edits: list[tuple[str, str]] = []
        self.changing = Sent(Outcome.SENT)

    def below(self, message: str) -> str:
        return f"below {message}"

    async def send(self, person: Person, reply: Reply, place: str = "") -> Sent:
        sent = await super().send(person, reply, place)
        stands = f"{self.name}/{len(self.sent)}" if sent.outcome is Outcome.SENT else ""
        return dataclasses.replace(sent, message=stands)

    async def edit(self, message: str, reply: Reply) -> Sent:
        self.edits.append((message, plain_text(reply)))
        return self.changing

    async def delete(self, message: str) -> Sent:
        raise NotImplementedError(message)


class Office:
    """An asker on one app, officers on the other, and what carries between them."""

    def __init__(self, app: App, store: Store | None = None) -> None:
        self.now = datetime.datetime(2026, 11, 20, 12, tzinfo=LONDON).timestamp()
        self.store = store or Store(None)
        self.paper, self.card = Card("paper"), Card("card")
        chats = {"paper": self.paper, "card": self.card}
        self.app = App(
            dataclasses.replace(
                app.house,
                records=self.store.records,
                ranks={OFFICER.account: Rank.OWNER},
                clock=lambda: self.now,
                drawings=drawings(chats),
                a_minute=0,
            )
        )
        self.inbox = Inbox(self.app, self.store, chats, lambda: self.now)
        self.courier = Courier(self.app, self.inbox, chats, QUICK)
        self._messages = 0

    async def say(self, person: Person, text: str, about: str = "", **more: object) -> Reply:
        self._messages += 1
        ask = Ask(person, text, said=f"m{self._messages}", about=about)
        ask = dataclasses.replace(ask, **more)  # type: ignore[arg-type]  # fields by name
        return await self.inbox.work(self.app.handle, ask)

    async def ask(self) -> None:
        """Have the officers' room set, and send them a question."""
        await self.say(OFFICER, "desk here", here="room")
        await self.say(GP, "tell lmc may we close on a training afternoon")
        await self.say(GP, "lmc send")

    async def lines(self, item: int = 1) -> list[Line]:
        return await self.inbox.work(self.store.records.desk.lines, item)

    async def until_state(self, number: int, state: LineState) -> None:
        async with asyncio.timeout(20):
            while (line := await self.inbox.work(self.store.records.desk.line, number)) is None or line.state != state:
                await asyncio.sleep(0.001)

    async def until_edited(self, chat: Card, words: str) -> None:
        async with asyncio.timeout(20):
            while not any(words in text for _, text in chat.edits):
                await asyncio.sleep(0.001)

    async def idle(self) -> None:
        """Let several looks go by."""
        await asyncio.sleep(20 * QUICK.lines)


@asynccontextmanager
async def office(app: App, store: Store | None = None) -> AsyncIterator[Office]:
    made = Office(app, store)
    await made.courier.start()
    try:
        yield made
    finally:
        await made.courier.stop()
        await made.inbox.stop()
        made.store.close()


def to(told: Told) -> tuple[str, str, str]:
    return told.person.id, told.place, told.text.split("\n")[0]


async def test_from_a_question_to_its_answer(app: App) -> None:
    async with office(app) as here:
        await here.ask()
        await here.card.have(1)
        assert to(here.card.sent[0]) == ("", "room", "✉ QUESTION 1")
        assert not (await here.say(OFFICER, "It may not.", "card/1")).parts
        await here.paper.have(1)
        assert to(here.paper.sent[0]) == ("5", "", "✉ FROM ANYSHIRE LMC")
        await here.until_edited(here.card, "answered at 12:00")
        await here.say(GP, "And on Mondays?", "paper/1")
        await here.card.have(2)
        assert to(here.card.sent[1]) == ("", "below card/1", "✉ QUESTION 1: THEY WRITE")
        await here.say(OFFICER, "It may not!", said="m4", change=Change.EDITED, overheard=True)
        await here.until_edited(here.paper, "It may not!")
        assert here.paper.edits[0][0] == "paper/1"


async def test_a_lost_answer_is_in_doubt_and_sent_again_by_an_officers_word_alone(app: App) -> None:
    async with office(app) as here:
        await here.ask()
        await here.card.have(1)
        here.paper.outcomes = [LOST]
        await here.say(OFFICER, "It may not.", "card/1")
        await here.card.have(2)
        assert "Your answer may or may not have arrived" in here.card.sent[1].text
        assert here.card.sent[1].place == "below card/1"
        await here.idle()
        assert len(here.paper.sent) == 1
        await here.say(OFFICER, "desk again 2")
        await here.paper.have(2)


async def test_what_a_stop_cuts_off_is_in_doubt(app: App, tmp_path: Path) -> None:
    async with office(app, Store(tmp_path / "pushback.db")) as here:
        await here.ask()
        await here.card.have(1)
        here.paper.gate = asyncio.Event()
        await here.say(OFFICER, "It may not.", "card/1")
        await here.paper.waits.wait()
    async with office(app, Store(tmp_path / "pushback.db")) as here:
        await here.card.have(1)
        assert "Your answer may or may not have arrived" in here.card.sent[0].text
        await here.idle()
        assert here.paper.sent == []
        assert [line.state for line in await here.lines()][:2] == [LineState.SENT, LineState.UNSURE]


async def test_an_answer_that_was_taken_in_and_not_heard_before_a_stop_reaches_its_asker_however_late(app: App) -> None:
    async with office(app) as here:
        await here.ask()
        await here.card.have(1)
        await here.until_state(1, LineState.SENT)
        told = {"chat": "card", "id": OFFICER.id, "text": "It may not.", "kinds": [], "place": "", "private": True}
        body = json.dumps(told | {"room": "", "said": "x", "about": "card/1"})
        await here.inbox.work(here.store.records.seen.take, "card k", body, int(here.now))
        here.now += STALE + 1
        await here.inbox.resume()
        await here.paper.have(1)
        assert to(here.paper.sent[0]) == ("5", "", "✉ FROM ANYSHIRE LMC")


async def test_what_waits_at_a_stop_goes_at_the_next_start(app: App, tmp_path: Path) -> None:
    stopped = Office(app, Store(tmp_path / "pushback.db"))
    await stopped.ask()
    await stopped.inbox.stop()
    stopped.store.close()
    async with office(app, Store(tmp_path / "pushback.db")) as here:
        await here.card.have(1)
        assert to(here.card.sent[0]) == ("", "room", "✉ QUESTION 1")


async def test_what_an_app_puts_off_goes_later_and_holds_up_no_other(app: App) -> None:
    async with office(app) as here:
        here.card.outcomes = [Sent(Outcome.LATER, reason=Reason.BUSY, wait=0.05)]
        await here.ask()
        await here.card.have(2)
        assert [line.state for line in await here.lines()] == [LineState.SENT]


async def test_a_room_that_cannot_be_reached_waits_and_an_owner_is_told_once(app: App) -> None:
    async with office(app) as here:
        here.card.outcomes = [KICKED]
        await here.ask()
        await here.card.have(2)
        assert to(here.card.sent[1]) == ("900", "", "! THE OFFICERS' ROOM")
        await here.idle()
        assert len(here.card.sent) == 2, "it rests"
        here.card.outcomes = [KICKED]
        here.now += FIRST_PAUSE
        await here.card.have(3)
        await here.idle()
        room = await here.inbox.work(here.store.records.desk.room)
        assert room
        assert room.pause == 2 * FIRST_PAUSE
        here.now += 2 * FIRST_PAUSE
        await here.card.have(4)
        assert to(here.card.sent[3]) == ("", "room", "✉ QUESTION 1")
        await here.until_state(1, LineState.SENT)
        room = await here.inbox.work(here.store.records.desk.room)
        assert room
        assert room.failing == 0
        assert [each.text.split("\n")[0] for each in here.card.sent].count("! THE OFFICERS' ROOM") == 1


async def test_a_message_that_the_room_does_not_take_holds_up_none(app: App) -> None:
    async with office(app) as here:
        here.card.outcomes = [REFUSED]
        await here.ask()
        await here.card.have(2)
        assert "The card of this question did not reach them" in here.card.sent[1].text


async def test_an_asker_who_blocked_the_bot_is_reached_on_their_other_app(app: App) -> None:
    async with office(app) as here:
        await here.ask()
        await here.card.have(1)

        def link() -> None:
            records = here.store.records
            member = records.members.of(GP.account)
            assert member
            records.members.link(member.id, "card 5")

        await here.inbox.work(link)
        here.paper.outcomes = [BLOCKED]
        await here.say(OFFICER, "It may not.", "card/1")
        await here.card.have(2)
        assert to(here.card.sent[1]) == ("5", "", "✉ FROM ANYSHIRE LMC")


async def test_an_asker_whose_app_runs_no_more_is_reached_on_their_other_app(app: App) -> None:
    async with office(app) as here:
        await here.ask()
        await here.card.have(1)
        await here.inbox.work(here.store.records.desk.change, 1, chat="gone")
        await here.say(OFFICER, "It may not.", "card/1")
        await here.paper.have(1)
        assert to(here.paper.sent[0]) == ("5", "", "✉ FROM ANYSHIRE LMC")


async def test_an_asker_who_blocked_the_bot_everywhere(app: App) -> None:
    async with office(app) as here:
        await here.ask()
        await here.card.have(1)
        here.paper.outcomes = [BLOCKED]
        await here.say(OFFICER, "It may not.", "card/1")
        await here.card.have(2)
        assert "they have stopped this bot or left" in here.card.sent[1].text
        await here.say(GP, "lmc item 1")
        await here.inbox.work(here.store.records.places.reachable, GP.account)  # as the Inbox does when they write
        await here.say(OFFICER, "desk again 2")
        await here.paper.have(2)


async def test_who_writes_too_much_at_once_does_not_flood_the_officers(app: App) -> None:
    async with office(app) as here:
        await here.ask()
        await here.card.have(1)
        await here.say(OFFICER, "It may not.", "card/1")
        await here.paper.have(1)
        await here.until_state(2, LineState.SENT)
        here.app.house = dataclasses.replace(here.app.house, a_minute=5)
        here.now += 60
        said = [plain_text(await here.say(GP, f"And this? {number}", "paper/1")) for number in range(6)]
        assert ["Sent to" in each for each in said] == [True] * 5 + [False]
        assert said[-1].startswith("– ONE MOMENT")
        assert len(await here.lines()) == 2 + 5


async def test_what_can_be_changed_no_more_is_sent_anew(app: App) -> None:
    async with office(app) as here:
        await here.ask()
        await here.card.have(1)
        await here.say(OFFICER, "It may knot.", "card/1", said="x")
        await here.paper.have(1)
        await here.until_state(2, LineState.SENT)
        here.paper.changing = Sent(Outcome.FAILED, reason=Reason.TOO_OLD)
        await here.say(OFFICER, "It may not.", said="x", change=Change.EDITED, overheard=True)
        await here.paper.have(2)
        assert "It may not.\nQuestion 1 · reply to this message to write back · corrected" in here.paper.sent[1].text


async def test_an_answer_that_is_taken_back_on_its_way_is_no_answer(app: App) -> None:
    async with office(app) as here:
        await here.ask()
        await here.card.have(1)
        here.paper.gate = asyncio.Event()
        await here.say(OFFICER, "It may knot.", "card/1", said="x")
        await here.paper.waits.wait()
        await here.say(OFFICER, "", said="x", change=Change.WITHDRAWN, overheard=True)
        here.paper.gate.set()
        await here.until_edited(here.paper, "took this message back")
        item = await here.inbox.work(here.store.records.desk.by_id, 1)
        assert item
        assert item.answered == 0
        assert item.listens == 0


async def test_reminders_go_out_by_themselves(app: App) -> None:
    async with office(app) as here:
        await here.ask()
        await here.card.have(1)
        here.now += 30 * 86400
        await here.card.have(2)
        await here.paper.have(1)
        assert to(here.card.sent[1]) == ("", "below card/1", "! QUESTION 1: THE TIME IS OVER")
        assert to(here.paper.sent[0]) == ("5", "", "✉ QUESTION 1: NO ANSWER YET")


async def test_a_room_that_moved_has_what_is_new_for_itself(app: App) -> None:
    async with office(app) as here:
        await here.ask()
        await here.card.have(1)
        await here.until_state(1, LineState.SENT)
        here.now += 60
        await here.say(OFFICER, "desk here", here="another room")
        await here.say(OFFICER, "It may not.", "card/1")
        await here.paper.have(1)
        await here.say(GP, "And on Mondays?", "paper/1")
        await here.card.have(2)
        assert here.card.sent[1].place == "another room"


async def test_what_waited_for_a_room_is_answered_below_its_card_in_the_next(app: App) -> None:
    async with office(app) as here:
        here.card.outcomes = [KICKED]
        await here.ask()
        await here.card.have(2)
        here.now += 10
        await here.say(OFFICER, "desk here", here="another room")
        await here.card.have(3)
        await here.until_state(1, LineState.SENT)
        await here.say(OFFICER, "It may not.", "card/3")
        await here.paper.have(1)
        await here.say(GP, "And on Mondays?", "paper/1")
        await here.card.have(4)
        assert [each.place for each in here.card.sent[2:]] == ["another room", "below card/3"]


async def test_a_line_that_cannot_be_written_holds_up_none(app: App, caplog: pytest.LogCaptureFixture) -> None:
    async with office(app) as here:
        await here.ask()
        await here.card.have(1)
        await here.inbox.work(here.store.records.desk.change, 1, rules=(["no text"],))
        await here.say(OFFICER, "It may not.", "card/1")
        await here.paper.have(1)
        await here.say(GP, "And on Mondays?", "paper/1")
        await here.card.have(2)
        assert to(here.card.sent[1]) == ("", "below card/1", "✉ QUESTION 1: THEY WRITE")
        assert "a line of the desk cannot be written: TypeError" in caplog.text
        assert "It may not" not in caplog.text


async def test_the_log_holds_no_words_and_no_ids(app: App, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    async with office(app) as here:
        await here.ask()
        await here.card.have(1)
        await here.say(OFFICER, "It may not.", "card/1")
        await here.paper.have(1)
    told = [record.getMessage() for record in caplog.records if record.name == "pushback"]
    assert any("desk line=1 kind=card chat=card outcome=sent" in line for line in told)
    for secret in ("training", "may not", "Dr A", "900", "paper 5"):
        assert not any(secret in line for line in told)

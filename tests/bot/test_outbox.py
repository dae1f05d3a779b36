"""What goes out to many: each once, at an app's pace, whatever is put off, refused, lost or stopped."""

import asyncio
import dataclasses
import datetime
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.app import App
from bot.drawings import drawings
from bot.inbox import Inbox
from bot.outbox import REFUSALS, Outbox, Pace
from bot.port import Chat, Outcome, Reason, Sent
from bot.store import Store
from handlers.broadcast import text
from handlers.chat import LONDON, Ask, Person, Reply, plain_text
from handlers.records import Broadcast, Member, Rank, Stage, State
from tests.bot.paper import DONE, Paper

OFFICER = Person("paper", "900")
QUICK = Pace({"paper": 2_000.0, "card": 2_000.0}, {"paper": 2_000.0, "card": 2_000.0}, look=0.002, report=0.0)
BLOCKED = Sent(Outcome.FAILED, reason=Reason.BLOCKED)
LOST = Sent(Outcome.UNSURE, reason=Reason.NETWORK)


class Post(Paper):
    """Paper where what each person's calls come to is given; the officer, who is told how it goes, does not count."""

    def __init__(self, name: str = "paper") -> None:
        super().__init__(name=name)
        self.own: dict[str, list[Sent]] = {}

    async def send(self, person: Person, reply: Reply, place: str = "") -> Sent:
        assert place == ""
        if person == OFFICER:
            return Sent(Outcome.SENT, "900/1")
        mine = self.own.get(person.id)
        sent = await super().send(person, reply, place)
        if mine or sent != DONE:
            return mine.pop(0) if mine else sent
        return Sent(Outcome.SENT, f"{person.id}/{len(self.sent)}")

    @property
    def people(self) -> list[str]:
        return [each.person.id for each in self.calls]


class Card(Post):
    """One that lets messages be changed."""

    def __init__(self, name: str = "paper") -> None:
        super().__init__(name)
        self.edits: list[tuple[str, str]] = []
        self.deleted: list[str] = []
        self.changing = Sent(Outcome.SENT)

    async def edit(self, message: str, reply: Reply) -> Sent:
        self.edits.append((message, plain_text(reply)))
        return self.changing

    async def delete(self, message: str) -> Sent:
        self.deleted.append(message)
        return self.changing


class Office:
    """An officer, members on paper, and an outbox."""

    def __init__(self, app: App, chats: Mapping[str, Chat], people: int, store: Store | None) -> None:
        self.now = datetime.datetime(2026, 11, 21, 12, tzinfo=LONDON).timestamp()
        self.store = store or Store(None)
        self.records = self.store.records
        self.app = App(
            dataclasses.replace(
                app.house,
                records=self.records,
                ranks={OFFICER.account: Rank.OWNER},
                clock=lambda: self.now,
                drawings=drawings(chats),
                a_minute=0,
            )
        )
        for number in range(1, people + 1):
            self.records.members.begin(f"paper {number}", 0)
        self.inbox = Inbox(self.app, self.store, chats, lambda: self.now)
        self.outbox = Outbox(self.app, self.inbox, chats, QUICK)

    async def say(self, text: str) -> str:
        return plain_text(await self.inbox.work(self.app.handle, Ask(OFFICER, text)))

    async def member(self, account: str, **changes: object) -> Member:
        def make() -> Member:
            member = self.records.members.begin(account, 0)
            return self.records.members.change(member.id, **changes)

        return await self.inbox.work(make)

    async def send(self, text: str = "broadcast News for you", word: str = "send") -> int:
        said = await self.say(text)
        ident = int(said.split("DRAFT ")[1].split("\n")[0])
        await self.say(f"{word} {ident}")
        return ident

    async def of(self, ident: int = 1) -> Broadcast:
        found = await self.inbox.work(self.records.broadcasts.by_id, ident)
        assert found
        return found

    async def states(self, ident: int = 1) -> dict[State, int]:
        rows = await self.inbox.work(self.records.broadcasts.counts, ident)
        found: dict[State, int] = {}
        for row in rows:
            found[row.state] = found.get(row.state, 0) + row.number
        return found

    async def until(self, so: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not so():
                await asyncio.sleep(0.001)

    async def stage(self, stage: Stage, ident: int = 1) -> None:
        async with asyncio.timeout(20):
            while (await self.of(ident)).stage is not stage:
                await asyncio.sleep(0.001)


@asynccontextmanager
async def office(app: App, *chats: Post, people: int = 3, store: Store | None = None) -> AsyncIterator[Office]:
    made = Office(app, {chat.name: chat for chat in chats}, people, store)
    await made.outbox.start()
    try:
        yield made
    finally:
        await made.outbox.stop()
        await made.inbox.stop()
        if store is None:
            made.store.close()


async def test_everyone_gets_it_once(app: App) -> None:
    chat = Post()
    async with office(app, chat, people=250) as lmc:
        await lmc.send()
        await lmc.stage(Stage.DONE)
        assert await lmc.states() == {State.SENT: 251}
    assert sorted(map(int, chat.people)) == list(range(1, 251))
    assert all(each.text.startswith("✉ From Anyshire LMC: contract\nNews for you") for each in chat.calls)


async def test_what_is_busy_waits_for_that_app_alone(app: App) -> None:
    busy, free = Post("paper"), Post("card")
    busy.own["1"] = [Sent(Outcome.LATER, reason=Reason.BUSY, wait=0.05)]
    async with office(app, busy, free, people=2) as lmc:
        await lmc.member("card 7")
        await lmc.send()
        await lmc.stage(Stage.DONE)
        assert await lmc.states() == {State.SENT: 4}
    assert busy.people == ["1", "1", "2"], "the same person again, and nobody before them"
    assert free.people == ["7"]


async def test_a_lost_answer_is_a_doubt_and_never_a_second_copy(app: App) -> None:
    chat = Post()
    chat.own["2"] = [LOST]
    async with office(app, chat) as lmc:
        await lmc.send()
        await lmc.stage(Stage.DONE)
        assert await lmc.states() == {State.SENT: 3, State.UNSURE: 1}
        assert chat.people == ["1", "2", "3"]
        said = await lmc.say("unsure 1")
        number = said.split("Unsure: ")[1].split(":")[0]
        await lmc.say(f"unsure 1 resend {number}")
        await lmc.until(lambda: len(chat.calls) == 4)
        await lmc.stage(Stage.DONE)
    assert chat.people == ["1", "2", "3", "2"]


async def test_a_restart_turns_what_was_on_its_way_into_doubt(app: App) -> None:
    chat, store = Post(), Store(None)
    chat.gate = asyncio.Event()
    async with office(app, chat, store=store) as lmc:
        await lmc.send()
        await chat.waits.wait()
    chat.gate = None
    async with office(app, chat, people=0, store=store) as lmc:
        await lmc.stage(Stage.DONE)
        assert await lmc.states() == {State.SENT: 3, State.UNSURE: 1}
    assert sorted(chat.people) == ["1", "2", "3"]
    store.close()


async def test_who_blocked_the_bot_is_marked_and_not_tried_again(app: App) -> None:
    chat = Post()
    chat.own["2"] = [BLOCKED]
    async with office(app, chat) as lmc:
        await lmc.send()
        await lmc.stage(Stage.DONE)
        await lmc.send()
        await lmc.stage(Stage.DONE, 2)
        assert "1: stopped the bot earlier" in await lmc.say("status 2")
    assert chat.people.count("2") == 1


async def test_who_blocked_one_app_gets_it_on_the_other(app: App) -> None:
    first, second = Post("paper"), Post("card")
    first.own["1"] = [BLOCKED]
    async with office(app, first, second, people=1) as lmc:
        member = await lmc.member("paper 1")
        await lmc.inbox.work(lmc.records.members.link, member.id, "card 1")
        await lmc.send()
        await lmc.stage(Stage.DONE)
        assert await lmc.states() == {State.SENT: 2}
    assert (first.people, second.people) == (["1"], ["1"])


async def test_what_an_app_refuses_five_times_running_is_paused(app: App) -> None:
    chat = Post()
    chat.always = Sent(Outcome.FAILED, reason=Reason.REFUSED)
    async with office(app, chat, people=20) as lmc:
        await lmc.send()
        await lmc.stage(Stage.PAUSED)
        assert "an app refused it five times running" in await lmc.say("status 1")
    assert len(chat.calls) == REFUSALS


async def test_a_token_that_is_refused_loses_nobody(app: App) -> None:
    chat = Post()
    chat.always = Sent(Outcome.FAILED, reason=Reason.NO_ACCESS)
    async with office(app, chat) as lmc:
        await lmc.send()
        await lmc.until(lambda: bool(chat.calls))
        await lmc.outbox.stop()
        states = await lmc.states()
        assert State.FAILED not in states
        assert states[State.QUEUED] >= 3


async def test_what_cannot_be_written_is_put_back_and_leaves_no_doubt(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat, write, failed = Post(), text.message, list[int]()

    def broken(found: Broadcast, *rest: Any) -> Reply:
        if found.begun and not failed:
            failed.append(found.id)
            raise ValueError("a rule that is gone")
        return write(found, *rest)

    async with office(app, chat) as lmc:
        monkeypatch.setattr(text, "message", broken)
        await lmc.send("broadcast News", "urgent")
        await lmc.stage(Stage.DONE)
        assert failed
        assert await lmc.states() == {State.SENT: 4}
    assert sorted(chat.people) == ["1", "2", "3"]


async def test_a_schedule_begins_at_its_time(app: App) -> None:
    chat = Post()
    async with office(app, chat) as lmc:
        await lmc.say("broadcast News")
        await lmc.say("send 1 at 2026-11-21 13:00")
        assert (await lmc.of()).stage is Stage.SCHEDULED
        assert not chat.calls
        lmc.now += 3600
        await lmc.stage(Stage.DONE)
    assert sorted(chat.people) == ["1", "2", "3"]


async def test_a_schedule_that_was_slept_through_is_not_sent(app: App) -> None:
    chat = Post()
    async with office(app, chat) as lmc:
        await lmc.say("broadcast News")
        await lmc.say("send 1 at 2026-11-21 13:00")
        lmc.now += 4 * 3600
        await lmc.stage(Stage.CANCELLED)
        assert "by more than two hours" in await lmc.say("status 1")
    assert not chat.calls


async def test_a_correction_changes_what_stands_and_nothing_else(app: App) -> None:
    chat = Card()
    chat.own["2"] = [BLOCKED]
    async with office(app, chat) as lmc:
        await lmc.send()
        await lmc.stage(Stage.DONE)
        await lmc.say("correct 1 Better news")
        await lmc.until(lambda: sum("Better news" in text and "✉" in text for _, text in chat.edits) == 3)
        async with asyncio.timeout(20):
            while "Corrected: 3 of 3" not in await lmc.say("status 1"):
                await asyncio.sleep(0.001)
    assert len(chat.calls) == 3


async def test_a_recall_deletes_where_it_can(app: App) -> None:
    chat = Card()
    async with office(app, chat) as lmc:
        await lmc.send()
        await lmc.stage(Stage.DONE)
        chat.changing = Sent(Outcome.FAILED, reason=Reason.TOO_OLD)
        await lmc.say("recall 1")
        async with asyncio.timeout(20):
            while "4 not on Paper: too old to change" not in await lmc.say("status 1"):
                await asyncio.sleep(0.001)
    assert len(chat.deleted) == 4


async def test_the_officer_sees_it_go_in_one_message_that_changes(app: App) -> None:
    chat = Card()
    async with office(app, chat, people=30) as lmc:
        await lmc.send()
        await lmc.stage(Stage.DONE)
        await lmc.until(lambda: any("Sent: 31 of 31" in text for _, text in chat.edits))
    assert {message for message, _ in chat.edits} == {"900/1"}


async def test_an_urgent_one_overtakes(app: App) -> None:
    chat = Post()
    chat.gate = asyncio.Event()
    async with office(app, chat, people=20) as lmc:
        await lmc.send()
        await chat.waits.wait()
        await lmc.send("broadcast Stop the line", "urgent")
        async with asyncio.timeout(20):
            while sum((await lmc.states(2)).values()) < 21:
                await asyncio.sleep(0.001)
        chat.gate.set()
        await lmc.stage(Stage.DONE, 2)
        urgent = [each.text.startswith("! URGENT, from Anyshire LMC") for each in chat.calls]
        assert urgent[1:21] == [True] * 20
        await lmc.stage(Stage.DONE, 1)


async def test_a_pause_holds_the_next_call(app: App) -> None:
    chat = Post()
    chat.gate = asyncio.Event()
    async with office(app, chat, people=20) as lmc:
        await lmc.send()
        await chat.waits.wait()
        await lmc.say("pause 1")
        chat.gate.set()
        async with asyncio.timeout(20):
            while (await lmc.states()).get(State.SENDING):
                await asyncio.sleep(0.001)
        before = len(chat.calls)
        assert before == 1
        await lmc.say("resume 1")
        await lmc.stage(Stage.DONE)
    assert len(chat.calls) == 20


async def test_a_question_is_answered_while_a_call_hangs(app: App) -> None:
    chat = Post()
    chat.gate = asyncio.Event()
    async with office(app, chat) as lmc:
        await lmc.send()
        await chat.waits.wait()
        assert "WHAT I KEEP OF YOU" in await lmc.say("me")
        chat.gate.set()
        await lmc.stage(Stage.DONE)


async def test_a_file_goes_with_each(app: App) -> None:
    chat = Post()
    async with office(app, chat) as lmc:
        draft = Broadcast("The plan", file_name="plan.pdf", file_says="The plan")
        await lmc.inbox.work(lmc.records.broadcasts.draft, draft, b"%PDF-1.7")
        kept = await lmc.inbox.work(lmc.app.handle, Ask(OFFICER, "preview 1"))
        assert [(file.name, file.content) for file in kept.files] == [("plan.pdf", b"%PDF-1.7")]
        await lmc.say("send 1")
        await lmc.stage(Stage.DONE)

"""What the LMC's desk sends: each line once, to an asker or to the officers' room, beside the inbox and the outbox.

    carry ── one task for each app: change what stands, else claim (row) ── the call ── settle (row)
    tend  ── reminders of what was promised

A stop or a lost answer leaves a line in doubt, which officers decide on. A room that cannot be reached holds up nobody
but itself: its lines wait, longer each time, and an owner is told once.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from bot.app import App
from bot.inbox import Inbox
from bot.port import GONE, Chat, Editing, Outcome, Reason, Sent
from bot.telling import reachable
from handlers import gaps
from handlers.chat import Person, Reply, kept
from handlers.desk import exchange, shown
from handlers.desk.reminders import remind
from handlers.records import Item, Kind, Line, LineState, Rank, Towards

log = logging.getLogger("pushback")

GRACE = 1.0  # seconds that a stop gives to the call that is on its way
FIRST_PAUSE, LONGEST_PAUSE = 30, 3600  # seconds before a room that cannot be reached is tried again
NO_ACCESS_WAIT = 60.0  # seconds before another try where the app does not know the token any more
CHANGE_WAIT = 5.0  # seconds before another try to change what stands, where nobody can say whether it was


@dataclass(frozen=True)
class Looks:
    """How often: seconds between two looks for something to send, and for something to remind of.

    An answer is to be with its asker within a second.
    """

    lines: float = 0.2
    promises: float = 15.0


@dataclass(frozen=True)
class _Call:
    """One message on its way: the line, to whom or where, and what it says."""

    line: Line
    person: Person
    place: str
    reply: Reply


class Courier:
    """Carries the desk's lines of one bot."""

    def __init__(self, app: App, inbox: Inbox, chats: Mapping[str, Chat], looks: Looks | None = None) -> None:
        """Carry for some chats, by their names."""
        self._app, self._inbox, self._chats, self._looks = app, inbox, chats, looks or Looks()
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._free = dict.fromkeys(chats, 0.0)  # when each app takes the next call, by the loop's clock

    async def start(self) -> None:
        """Call what the last stop left in doubt by its name, and begin."""
        if self._app.house.records is None:
            return
        if left := await self._inbox.work(self._recover):
            log.warning("a stop left lines of the desk unsure: %d", left)
        carriers = [self._always(partial(self._carry, chat), self._looks.lines) for chat in self._chats.values()]
        tending = self._always(self._tend, self._looks.promises)
        self._tasks = [asyncio.create_task(each) for each in (tending, *carriers)]

    async def stop(self) -> None:
        """Claim nothing more; the call that is on its way may finish, for a moment."""
        self._stop.set()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=GRACE)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _always(self, work: Callable[[], Awaitable[bool]], pause: float) -> None:
        """Do some work again and again until told to stop, after a pause where there was none."""
        while not self._stop.is_set():
            try:
                busy = await work()
            except Exception as error:
                log.error("the desk failed: %s", type(error).__name__)
                busy = False
            if not busy:
                await self._pause(pause)

    async def _pause(self, seconds: float) -> None:
        if seconds > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), seconds)

    def _recover(self) -> int:
        records = kept(self._app.house)
        with records.upkeep.together():
            left = records.desk.recover()
            for line in left:
                exchange.undelivered(line, self._app.house)
        return len(left)

    async def _tend(self) -> bool:
        # An app that was turned off brings nobody their answer: `_to_member` finds who is on another.
        await self._inbox.work(kept(self._app.house).desk.bring_over, [*self._chats])
        weekly = await self._inbox.work(gaps.tend, self._app.house)
        return bool(await self._inbox.work(remind, self._app.house)) or weekly

    # One app

    async def _carry(self, chat: Chat) -> bool:
        """Make one call; whether there was one to make."""
        await self._pause(self._free[chat.name] - _clock())
        if self._stop.is_set():
            return False
        if isinstance(chat, Editing) and (change := await self._inbox.work(self._changing, chat.name)):
            await self._change(chat, *change)
            return True
        claimed = await self._inbox.work(self._claim, chat)
        if claimed is None:
            return False
        if isinstance(claimed, _Call):
            self._inbox.answers[chat.name] += 1  # what is sent to many leaves room for it, as for any answer
            self._free[chat.name] = _clock() + 1 / chat.limits.per_second
            sent = await chat.send(claimed.person, claimed.reply, claimed.place)
            await self._settle(chat, claimed, sent)
        return True

    def _claim(self, chat: Chat) -> _Call | Line | None:
        """Take the next line; what cannot be sent there is settled at once, and returned as it stands."""
        house, records = self._app.house, kept(self._app.house)
        with records.upkeep.together():
            line = records.desk.claim(chat.name, house.now())
            if line is None:
                return None
            item = records.desk.by_id(line.item) if line.item else None
            if line.kind is Kind.CARD:  # it may have waited for another room than it was made for
                records.desk.move(line.id, [LineState.SENDING], LineState.SENDING, at=house.now())
            try:
                reply = shown.message(line, item, house)
                found = self._at_desk(chat, line, item) if line.towards is Towards.DESK else self._to_member(line, item)
            except Exception as error:  # one line that cannot be written must not hold up the rest
                log.error("a line of the desk cannot be written: %s", type(error).__name__)
                return self._failed(line, "unwritten")
            if found is None:
                return self._failed(line, "unreachable")
            person, place = found
            if person.chat == chat.name:
                return _Call(line, person, place, reply)
            records.desk.move(line.id, [LineState.SENDING], LineState.QUEUED, chat=person.chat)
            return line

    def _at_desk(self, chat: Chat, line: Line, item: Item | None) -> tuple[Person, str]:
        """Say where in the officers' room a line goes: below its item's card, where that stands there."""
        desk = kept(self._app.house).desk
        room = desk.room()
        assert room  # noqa: S101 - the claim looked
        cards = [each for each in desk.lines(item.id) if each.kind is Kind.CARD] if item else []
        there = [each.copy for each in cards if each.id != line.id and each.copy and each.at >= room.since]
        return Person(chat.name, ""), chat.below(there[-1].partition(" ")[2]) if there else room.place

    def _to_member(self, line: Line, item: Item | None) -> tuple[Person, str] | None:
        """Say where a member is reached: on the app of the line, else on another of theirs; None where nowhere."""
        records = kept(self._app.house)
        member = records.members.by_id(item.member if item else line.member)
        if member is None:
            return None
        first = sorted(member.people, key=lambda account: not account.startswith(f"{line.chat} "))
        person = reachable(replace(member, people=tuple(first)), records, self._chats)
        return (person, "") if person else None

    def _failed(self, line: Line, reason: str) -> Line:
        line = replace(line, state=LineState.FAILED, reason=reason)
        kept(self._app.house).desk.settle(line, LineState.FAILED, reason)
        exchange.undelivered(line, self._app.house)
        return line

    async def _settle(self, chat: Chat, call: _Call, sent: Sent) -> None:
        """Write down what became of a call."""
        line, outcome, reason = call.line, sent.outcome, sent.reason
        log.info("desk line=%d kind=%s chat=%s outcome=%s reason=%s", line.id, line.kind, chat.name, outcome, reason)
        if outcome is Outcome.LATER or reason is Reason.NO_ACCESS:
            wait = sent.wait if outcome is Outcome.LATER else NO_ACCESS_WAIT
            self._free[chat.name] = _clock() + max(wait, 1 / chat.limits.per_second)
        if reason in GONE and line.towards is not Towards.DESK:
            await self._inbox.gone(call.person, reason)
        await self._inbox.work(self._settled, line, sent, f"{chat.name} {sent.message}" if sent.message else "")

    def _settled(self, line: Line, sent: Sent, copy: str) -> None:
        house, records = self._app.house, kept(self._app.house)
        with records.upkeep.together():
            if sent.outcome is Outcome.SENT:
                if records.desk.settle(line, LineState.SENT, copy=copy):  # else it was taken back on its way
                    exchange.arrived(line, house)
                room = records.desk.room()
                if line.towards is Towards.DESK and room and room.failing:
                    records.desk.settle_in(replace(room, failing=0, pause=0, again=0))
            elif sent.outcome is Outcome.UNSURE:
                reason = sent.reason or Reason.UNKNOWN
                records.desk.settle(line, LineState.UNSURE, reason)
                exchange.undelivered(replace(line, state=LineState.UNSURE, reason=reason), house)
            elif line.towards is Towards.DESK and sent.reason not in (Reason.REFUSED, Reason.BUSY):
                records.desk.settle(line, LineState.QUEUED)
                self._out_of_reach(sent.reason or Reason.UNKNOWN)
            elif sent.outcome is Outcome.LATER or sent.reason in GONE or sent.reason is Reason.NO_ACCESS:
                records.desk.settle(line, LineState.QUEUED)  # who is gone there may be reached on another app
            else:
                self._failed(line, sent.reason or Reason.UNKNOWN)

    def _out_of_reach(self, reason: Reason) -> None:
        """Let the room rest, longer each time; tell an owner once."""
        house, desk = self._app.house, kept(self._app.house).desk
        room, now = desk.room(), house.now()
        if room is None:
            return
        pause = min(max(FIRST_PAUSE, 2 * room.pause), LONGEST_PAUSE)
        desk.settle_in(replace(room, failing=room.failing or now, pause=pause, again=now + pause))
        if not room.failing and (owner := self._owner()):
            member, chat = owner
            desk.add(Line(0, Kind.OUTAGE, Towards.OWNER, now, text=str(reason), member=member, chat=chat))

    def _owner(self) -> tuple[int, str] | None:
        """Return an owner who can be written to, and the app."""
        house, records = self._app.house, kept(self._app.house)
        named = [account for account, rank in house.ranks.items() if rank is Rank.OWNER]
        ranked = [account for member in records.members.ranked(Rank.OWNER) for account in member.people]
        for account in (*named, *ranked):
            chat = account.split(" ")[0]
            if chat in self._chats and records.places.is_reachable(account):
                return records.members.begin(account, house.now()).id, chat
        return None

    # What stands

    def _changing(self, chat: str) -> tuple[Line, Reply] | None:
        house, desk = self._app.house, kept(self._app.house).desk
        line = desk.changing(chat)
        if line is None:
            return None
        try:
            return line, shown.message(line, desk.by_id(line.item) if line.item else None, house)
        except Exception as error:
            log.error("a line of the desk cannot be written: %s", type(error).__name__)
            desk.changed(line)
            return None

    async def _change(self, chat: Chat, line: Line, reply: Reply) -> None:
        """Put what a line says now in the place of what stands. Done twice it is the same: no row before the call."""
        assert isinstance(chat, Editing)  # noqa: S101 - `_carry` asked
        self._inbox.answers[chat.name] += 1
        self._free[chat.name] = _clock() + 1 / chat.limits.per_second
        _, _, message = line.copy.partition(" ")
        sent = await chat.edit(message, reply)
        log.info("desk line=%d changed chat=%s outcome=%s reason=%s", line.id, chat.name, sent.outcome, sent.reason)
        if sent.outcome in (Outcome.LATER, Outcome.UNSURE):
            self._free[chat.name] = _clock() + max(sent.wait, CHANGE_WAIT if sent.outcome is Outcome.UNSURE else 0.0)
            return
        await self._inbox.work(self._changed, line, sent.outcome is Outcome.FAILED)

    def _changed(self, line: Line, stuck: bool) -> None:
        with kept(self._app.house).upkeep.together():
            kept(self._app.house).desk.changed(line)
            if stuck:
                exchange.stuck(line, self._app.house)


def _clock() -> float:
    """The loop's own clock, in seconds, which nobody sets back."""
    return asyncio.get_running_loop().time()

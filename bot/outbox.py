"""What goes out to many: beside the inbox, one message a call, each app at its own pace.

    tend ── begins what is due, writes deliveries down, tells the officer how it is going
    carry ── one task for each app: change what stands, else claim (row) ── the call ── settle (row)

One call of an app is on its way at a time, so that a kill leaves at most one person of each app in doubt. The store is
asked for a little at a time in the answers' own thread, so that an answer waits for no more than one row.
"""

import asyncio
import contextlib
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from bot.app import App
from bot.aside import Aside
from bot.inbox import Inbox
from bot.port import GONE, Chat, Editing, Outcome, Reason, Sent
from bot.telling import reachable
from handlers import broadcast as broadcasting
from handlers.broadcast import audience, pledged, text, watch, when
from handlers.chat import Person, Reply, kept
from handlers.records import Broadcast, Change, Claim, Stage, State

log = logging.getLogger("pushback")
_T = TypeVar("_T")

FILLED = 100  # deliveries that are written down at once
CATCH_UP = 2.0  # seconds of time lost on the way that a pace makes good
JITTER = 0.02  # seconds between two calls that may be missing: from its turn to the call itself a row is claimed
HASTE = 1.03  # how much faster meanwhile: 28.8 a second on Telegram, which takes 30
GRACE = 1.0  # seconds that a stop gives to the call that is on its way
REFUSALS = 5  # running, after which a broadcast is paused: the fault is in it, not in the people
NO_ACCESS_WAIT = 60.0  # seconds before another try where the app does not know the token any more
PERSON = 1.0  # seconds between two messages to one person
REMEMBERED = 200  # people of the last seconds


@dataclass(frozen=True)
class Pace:
    """How fast: messages a second, and a second for what is urgent; seconds between two looks, and two reports.

    Telegram: 30 a second in all (core.telegram.org/bots/faq#broadcasting-to-users), answers among them.
    Slack: one a second to a channel, and to a workspace "several hundred a minute", which is as much as it says
    (docs.slack.dev/apis/web-api/rate-limits): urgent ones take them at once.
    """

    seconds: Mapping[str, float]
    urgent: Mapping[str, float]
    look: float = 1.0
    report: float = 5.0


USUAL = Pace({"telegram": 28.0, "slack": 4.0}, {"telegram": 28.0, "slack": 12.0})


@dataclass
class Gait:
    """When an app has its next call; in seconds of one clock, which nobody sets back."""

    turn: float = 0.0  # by the pace
    soonest: float = 0.0  # however much time was lost

    @property
    def due(self) -> float:
        """When the next call may be made."""
        return max(self.turn, self.soonest)

    def count(self, calls: int, rate: float, now: float) -> None:
        """Leave room for some calls that are made now, at so many a second."""
        self.turn = max(self.turn, now - CATCH_UP) + calls / rate
        self.soonest = max(self.soonest, now - JITTER) + calls / (HASTE * rate)

    def rest(self, now: float) -> None:
        """Forget lost time: there was nothing to send."""
        self.turn = max(self.turn, now)

    def hold(self, until: float) -> None:
        """Make no call before a time."""
        self.turn = until


class Outbox:
    """The broadcasts of one bot, on their way."""

    def __init__(self, app: App, inbox: Inbox, chats: Mapping[str, Chat], pace: Pace = USUAL) -> None:
        """Carry for some chats, by their names."""
        self._app, self._inbox, self._chats, self._pace = app, inbox, chats, pace
        self._stop = asyncio.Event()
        self._aside = Aside("outbox")
        self._gaits = {name: Gait() for name in chats}
        self._answers = dict.fromkeys(chats, 0)
        self._last: OrderedDict[str, float] = OrderedDict()
        self._refused: dict[int, int] = {}
        self._told: dict[int, tuple[float, Reply]] = {}
        self._file: tuple[int, bytes] = (0, b"")

    async def start(self) -> None:
        """Call what the last stop left in doubt by its name, and begin."""
        if self._app.house.records is None:
            return
        if left := await self._inbox.work(kept(self._app.house).broadcasts.recover):
            log.warning("a stop left deliveries unsure: %d", left)
        for gait in self._gaits.values():
            gait.rest(_clock())
        self._aside.begin(self._always(self._tend))
        for chat in self._chats.values():
            self._aside.begin(self._always(partial(self._carry, chat)))

    async def stop(self) -> None:
        """Claim nothing more; the call that is on its way may finish, for a moment."""
        self._stop.set()
        await self._aside.stop(GRACE)

    async def _always(self, work: Callable[[], Awaitable[bool]]) -> None:
        """Do some work again and again until told to stop, after a pause where there was none."""
        while not self._stop.is_set():
            try:
                busy = await work()
            except Exception as error:
                log.error("broadcasting failed: %s", type(error).__name__)
                busy = False
            if not busy:
                await self._pause(self._pace.look)

    async def _pause(self, seconds: float) -> None:
        if seconds > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), seconds)

    # One app

    async def _carry(self, chat: Chat) -> bool:
        """Make one call; whether there was one to make."""
        self._leave_room(chat.name)
        await self._pause(self._gaits[chat.name].due - _clock())
        if self._stop.is_set():
            return False
        if isinstance(chat, Editing) and (change := await self._inbox.work(self._changing, chat.name)):
            await self._change(chat, *change)
            return True
        if (claimed := await self._inbox.work(self._claim, chat.name)) is None:
            self._gaits[chat.name].rest(_clock())
            return False
        claim, reply, urgent = claimed
        # Two of one person within a second are rare: the claim is held for as long as that takes.
        await self._pause(self._last.get(claim.account, 0.0) + PERSON - _clock())
        self._spend(chat.name, claim.account, urgent)
        sent = await chat.send(_person(claim.account), reply)
        await self._settle(chat, claim, sent)
        return True

    def _leave_room(self, chat: str) -> None:
        """Let answers count for an app's pace: they never wait, so that what is sent to many does."""
        new = self._inbox.answers[chat] - self._answers[chat]
        self._answers[chat] += new
        if new:
            self._gaits[chat].count(new, self._rate(chat), _clock())

    def _rate(self, chat: str, urgent: bool = False) -> float:
        paces = self._pace.urgent if urgent else self._pace.seconds
        return paces.get(chat, self._chats[chat].limits.per_second)

    def _spend(self, chat: str, account: str, urgent: bool = False) -> None:
        self._gaits[chat].count(1, self._rate(chat, urgent), _clock())
        self._last[account] = _clock()
        self._last.move_to_end(account)
        while len(self._last) > REMEMBERED:
            self._last.popitem(last=False)

    def _claim(self, chat: str) -> tuple[Claim, Reply, bool] | None:
        house = self._app.house
        broadcasts, now = kept(house).broadcasts, house.now()
        claim = broadcasts.claim(
            chat,
            now,
            lambda member: when.free_from(member, now),
            lambda practice, action: pledged.does(practice, action, house),
        )
        if claim is None:
            return None
        try:
            return claim, *self._written([each for each in map(broadcasts.by_id, claim.broadcasts) if each])
        except Exception:
            broadcasts.settle(claim, State.QUEUED)  # nothing was sent: no doubt, and nobody lost
            raise

    def _written(self, found: list[Broadcast]) -> tuple[Reply, bool]:
        """Write what one call sends, and say whether it is urgent."""
        if len(found) > 1:
            return text.digest(found, self._app.house), False
        return text.message(found[0], self._app.house, self._content(found[0])), found[0].urgent

    def _content(self, found: Broadcast) -> bytes:
        """Return a broadcast's file; one is held, not read anew for each person."""
        if found.file_name and self._file[0] != found.id:
            self._file = (found.id, kept(self._app.house).broadcasts.file(found.id))
        return self._file[1] if found.file_name else b""

    async def _settle(self, chat: Chat, claim: Claim, sent: Sent) -> None:
        """Write down what became of a call."""
        broadcasts = kept(self._app.house).broadcasts
        log.info("broadcast=%s chat=%s outcome=%s reason=%s", claim.broadcasts, chat.name, sent.outcome, sent.reason)
        if sent.outcome is Outcome.SENT:
            for ident in claim.broadcasts:
                self._refused.pop(ident, None)
            await self._inbox.work(broadcasts.settle, claim, State.SENT, "", sent.message)
        elif sent.outcome is Outcome.UNSURE:
            await self._inbox.work(broadcasts.settle, claim, State.UNSURE, sent.reason or "unknown")
        elif sent.outcome is Outcome.LATER or sent.reason is Reason.NO_ACCESS:
            wait = sent.wait if sent.outcome is Outcome.LATER else NO_ACCESS_WAIT
            self._gaits[chat.name].hold(_clock() + max(wait, 1 / self._rate(chat.name)))
            await self._inbox.work(broadcasts.settle, claim, State.QUEUED)
        else:
            await self._fail(claim, sent.reason)

    async def _fail(self, claim: Claim, reason: Reason) -> None:
        """Write a refusal down: by a person who left, for another of their apps; by an app, until it is too often."""
        broadcasts = kept(self._app.house).broadcasts
        if reason in GONE:
            await self._inbox.gone(_person(claim.account), reason)
            if await self._inbox.work(broadcasts.reroute, claim, tuple(self._chats)):
                return
        await self._inbox.work(broadcasts.settle, claim, State.FAILED, reason or Reason.UNKNOWN)
        for ident in claim.broadcasts:
            ours = reason in (Reason.REFUSED, Reason.UNKNOWN)
            self._refused[ident] = self._refused.get(ident, 0) + 1 if ours else 0
            if self._refused[ident] >= REFUSALS:
                del self._refused[ident]
                step = partial(broadcasts.step, ident, [Stage.SENDING], Stage.PAUSED, note="refused")
                await self._inbox.work(step)

    def _changing(self, chat: str) -> tuple[Change, Reply | None] | None:
        house = self._app.house
        change = kept(house).broadcasts.changing(chat)
        found = kept(house).broadcasts.by_id(change.broadcast) if change else None
        if change is None or found is None:
            return None
        # Its file stays below it: what is put in its place is the text alone.
        return change, None if change.version < 0 else text.message(found, house)

    async def _change(self, chat: Chat, change: Change, reply: Reply | None) -> None:
        """Correct or delete one message. Done twice it is the same, so that no row is needed before the call."""
        assert isinstance(chat, Editing)  # noqa: S101 - `_carry` asked
        if change.message:
            self._spend(chat.name, change.message)
            sent = await (chat.edit(change.message, reply) if reply else chat.delete(change.message))
        else:  # it came in a digest, which shows what it says now to whoever opens it; or it never came
            sent = Sent(Outcome.SENT)
        log.info("change broadcast=%s chat=%s outcome=%s", change.broadcast, chat.name, sent.outcome)
        if sent.outcome in (Outcome.LATER, Outcome.UNSURE):
            self._gaits[chat.name].hold(_clock() + max(sent.wait, self._pace.look))
            return
        stuck = (sent.reason or Reason.UNKNOWN) if sent.outcome is Outcome.FAILED else ""
        await self._inbox.work(kept(self._app.house).broadcasts.changed, change, stuck)

    # All of them

    async def _tend(self) -> bool:
        """Begin what is due, write deliveries down, end what is done; whether there is more to write down."""
        await self._inbox.work(self._begin)
        more = False
        for found in await self._inbox.work(kept(self._app.house).broadcasts.at_stage, Stage.SENDING):
            more = await self._inbox.work(self._fill, found) or more
            await self._inbox.work(kept(self._app.house).broadcasts.finish, found.id)
            await self._report(found.id)
        for ident in list(self._told):
            await self._report(ident)
        return more

    def _begin(self) -> None:
        house = self._app.house
        broadcasts = kept(house).broadcasts
        for found in broadcasts.at_stage(Stage.SCHEDULED):
            if found.at <= house.now():
                stage, note = broadcasting.begin(found, house)
                begun = house.now() if stage is Stage.SENDING else 0
                broadcasts.step(found.id, [Stage.SCHEDULED], stage, begun=begun, note=note)
                log.info("begun broadcast=%d stage=%s", found.id, stage)
                if stage is not Stage.SENDING:
                    self._told.setdefault(found.id, (0.0, Reply(())))

    def _fill(self, found: Broadcast) -> bool:
        house = self._app.house
        chosen, now = audience.selection(found, house), house.now()
        return kept(house).broadcasts.fill(found.id, chosen, lambda member: when.due(member, now), FILLED)

    async def _report(self, ident: int) -> None:
        """Tell the officer who sent it how it is going, in one message that changes; where it cannot, at the end."""
        before, shown = self._told.setdefault(ident, (0.0, Reply(())))
        found = await self._inbox.work(kept(self._app.house).broadcasts.by_id, ident)
        ended = found is None or found.stage not in (Stage.SENDING, Stage.PAUSED)
        if not ended and _clock() - before < self._pace.report:
            return
        reply = await self._inbox.work(watch.progress, found, self._app.house) if found else shown
        if found and reply != shown and (asker := await self._inbox.work(self._asker, found)):
            await self._tell(found, asker, reply, ended)
        self._told[ident] = (_clock(), reply)
        if ended:
            del self._told[ident]

    async def _tell(self, found: Broadcast, person: Person, reply: Reply, ended: bool) -> None:
        chat, change = self._chats[person.chat], kept(self._app.house).broadcasts.change
        there, _, message = found.watch.partition(" ")
        if message and there == chat.name and isinstance(chat, Editing):
            sent = await chat.edit(message, reply)
            if sent.outcome is not Outcome.FAILED:
                return
        if ended or isinstance(chat, Editing):
            sent = await chat.send(person, reply)
            if sent.message and sent.outcome is Outcome.SENT:
                await self._inbox.work(partial(change, found.id, watch=f"{chat.name} {sent.message}"))

    def _asker(self, found: Broadcast) -> Person | None:
        """Return whom to tell, None where they cannot be reached."""
        records = kept(self._app.house)
        member = records.members.by_id(found.asker)
        return reachable(member, records, self._chats) if member else None


def _person(account: str) -> Person:
    chat, ident = account.split(" ", 1)
    return Person(chat, ident)


def _clock() -> float:
    """The loop's own clock, in seconds, which nobody sets back."""
    return asyncio.get_running_loop().time()

"""What arrives: written down, answered and sent once, whatever a platform delivers twice and whenever the bot stops.

    receive ── taken (row) ── answered ── sending (row) ── the call ── done (row)

A stop before the call leaves a row that the next start answers; a stop during it leaves one that nobody sends again.
All work but the calls is done in one thread of its own, so that the loop is always free to acknowledge.
What was overheard is let go before that, unless the LMC's desk minds it.
"""

import asyncio
import json
import logging
import secrets
import sqlite3
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import ParamSpec, TypeVar
from weakref import WeakValueDictionary

from bot.app import App
from bot.aside import Aside
from bot.plain import plain
from bot.port import GONE, Chat, Clock, Found, Outcome, Reason, Sent
from bot.store import Store
from handlers.chat import Ask, Change, Person, Reply
from handlers.privacy import Masked, mask
from handlers.records import Step, Taken

log = logging.getLogger("pushback")

CALLS = 4  # answers on their way to one app at once: what a kill leaves in doubt, and 40 a second at 0.1 s each
PATIENCE = 120.0  # seconds in all that an answer is put off
SHORTEST_WAIT = 0.1  # seconds that each further try counts for at least
STALE = 15 * 60  # seconds after which an answer to what a stop left open would only puzzle
GRACE = 1.5  # seconds that a stop gives to what is on its way out

_T = TypeVar("_T")
_P = ParamSpec("_P")


@dataclass(frozen=True)
class _Arrival:
    ask: Ask
    masked: Masked
    taken: Taken | None  # None where it could not be written down


class Inbox:
    """The door through which every chat brings what arrives."""

    def __init__(self, app: App, store: Store, chats: Mapping[str, Chat], clock: Clock = time.time) -> None:
        """Open for some chats, by their names."""
        self._app, self._chats, self._clock = app, chats, clock
        self._seen, self._places = store.records.seen, store.records.places
        self._worker = ThreadPoolExecutor(1, "answers")
        self._aside = Aside("inbox")
        self._unheard: set[tuple[str, str]] = set()  # messages that the App has yet to hear
        self._calls = {name: asyncio.Semaphore(CALLS) for name in chats}
        self.answers = dict.fromkeys(chats, 0)  # calls made on each app: a broadcast leaves room for them
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def receive(self, ask: Ask) -> None:
        """Write down what a person sent, and answer it soon. Once this returns the delivery may be acknowledged."""
        # A message and its correction may come at once, after a stop: the desk does not know the first one yet.
        if ask.overheard and not await self.work(self._minds, ask) and _own(ask) not in self._unheard:
            return
        arrival = await self.work(self._take, ask)
        if arrival:
            self._begin(arrival)

    async def look(self, ask: Ask) -> Reply:
        """Answer at once what the chat itself will show and can ask for again."""
        return await self.work(self._app.look, ask)

    async def find(self, words: str, person: Person) -> tuple[Found, ...]:
        """The rules that a few words find, best first."""
        return await self.work(self._app.find, words, person)

    async def gone(self, person: Person, reason: Reason) -> None:
        """Note that a person stopped the bot, or left."""
        log.info("gone chat=%s reason=%s", person.chat, reason)
        try:
            await self.work(self._places.unreachable, f"{person.chat} {person.id}", reason, int(self._clock()))
        except sqlite3.Error as error:
            log.error("could not be written down: %s", plain(error))

    async def moved(self, chat: str, old: str, new: str) -> None:
        """Note that a group has a new id."""
        log.info("moved chat=%s", chat)
        await self.work(self._places.moved, chat, old, new)

    async def now_at(self, chat: str, place: str) -> str:
        """Return the id that a group has now."""
        return await self.work(self._places.now_at, chat, place)

    async def work(self, run: Callable[_P, _T], *args: _P.args, **named: _P.kwargs) -> _T:
        """Run something in the answers' own thread, which alone touches the book and the store."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, partial(run, *args, **named))

    async def left_open(self) -> list[Taken]:
        """Return what the last stop left open: to be read before a chat begins, or what arrives is among it."""
        return await self.work(self._seen.unanswered)

    async def resume(self, left: list[Taken] | None = None) -> None:
        """Answer what the last stop left open; what is too old, or cannot be read, is let go.

        Words for the LMC's desk are never too old: who wrote them waits for no answer of the bot's.
        """
        for taken in await self.left_open() if left is None else left:
            arrival = _read(taken)
            fresh = self._clock() - taken.at <= STALE
            wanted = arrival and (fresh or await self.work(self._minds, arrival.ask))
            if arrival and wanted and arrival.ask.person.chat in self._chats:
                self._begin(arrival)
            else:
                await self.work(self._seen.step, taken, Step.DONE)
        await self.sweep()

    async def sweep(self) -> None:
        """Forget what has been kept for as long as it may be."""
        await self.work(self._app.sweep)

    async def stop(self) -> None:
        """Let what is on its way out finish, for a moment; leave the rest to the next start."""
        await self._aside.stop(GRACE)
        self._worker.shutdown()

    def _minds(self, ask: Ask) -> bool:
        try:
            return self._app.minds(ask)
        except sqlite3.Error as error:
            log.error("the desk cannot be asked: %s", plain(error))
            return False

    def _take(self, ask: Ask) -> _Arrival | None:
        masked = mask(ask.text)
        arrival = _Arrival(replace(ask, text=masked.text), masked, None)
        key = ask.key or secrets.token_hex(16)  # a chat that gives none delivers once
        try:
            taken = self._seen.take(f"{ask.person.chat} {key}", _written(arrival), int(self._clock()))
        except sqlite3.Error as error:
            # A disk that is full must not keep a GP from an answer; the price is that it may come twice.
            log.error("could not be written down: %s", plain(error))
            return arrival
        if taken is None:
            return None
        try:
            self._places.reachable(f"{ask.person.chat} {ask.person.id}")
        except sqlite3.Error as error:
            log.error("could not be written down: %s", plain(error))
        return replace(arrival, taken=taken)

    def _begin(self, arrival: _Arrival) -> None:
        if arrival.ask.said:
            self._unheard.add(_own(arrival.ask))
        self._aside.begin(self._answer(arrival))

    async def _answer(self, arrival: _Arrival) -> None:
        ask = arrival.ask
        turn = self._turns.setdefault((ask.person.chat, ask.place or ask.person.id), asyncio.Lock())
        async with turn:  # two messages of one person are answered in their order
            try:
                reply = await self.work(self._app.handle, ask, arrival.masked)
            finally:
                self._unheard.discard(_own(ask))
            if not reply.parts:
                await self._step(arrival, Step.DONE)
                return
            async with self._calls[ask.person.chat]:
                sent = await self._send(arrival, reply)
                await self._step(arrival, Step.DONE)
        log.info("answered chat=%s outcome=%s reason=%s", ask.person.chat, sent.outcome, sent.reason)
        if sent.reason in GONE and ask.private:  # put out of a group, the bot can still write to who asked there
            await self.gone(ask.person, sent.reason)

    async def _send(self, arrival: _Arrival, reply: Reply) -> Sent:
        """Send an answer; again only where the platform says that nothing was sent, and while somebody still waits."""
        waited, ask = 0.0, arrival.ask
        while True:
            await self._step(arrival, Step.SENDING)
            self.answers[ask.person.chat] += 1
            sent = await self._chats[ask.person.chat].send(ask.person, reply, ask.place)
            waited += max(sent.wait, SHORTEST_WAIT)
            if sent.outcome is not Outcome.LATER or waited > PATIENCE:
                return sent
            await self._step(arrival, Step.TAKEN)  # a stop while it waits leaves it to the next start
            await asyncio.sleep(sent.wait)

    async def _step(self, arrival: _Arrival, step: Step) -> None:
        if arrival.taken:
            try:
                await self.work(self._seen.step, arrival.taken, step)
            except sqlite3.Error as error:
                log.error("could not be written down: %s", plain(error))


def _own(ask: Ask) -> tuple[str, str]:
    """Where a person's own message stands."""
    return ask.person.chat, ask.said


# Fields of an Ask that a row may lack: an earlier version wrote it. A name is never written down.
_LATER = ("unread", "said", "about", "change", "overheard", "here")


def _written(arrival: _Arrival) -> str:
    ask = arrival.ask
    told = {"chat": ask.person.chat, "id": ask.person.id, "text": ask.text, "kinds": arrival.masked.kinds}
    where = {"place": ask.place, "private": ask.private, "room": ask.room}
    return json.dumps(told | where | {name: getattr(ask, name) for name in _LATER}, ensure_ascii=False)


def _read(taken: Taken) -> _Arrival | None:
    """Read what was written down; None for what another version wrote in another shape."""
    try:
        told = json.loads(taken.body)
        later = {name: told[name] for name in _LATER if name in told}
        if "change" in later:
            later["change"] = Change(later["change"])
        person = Person(told["chat"], told["id"])
        ask = Ask(person, told["text"], place=told["place"], private=told["private"], room=told["room"], **later)
        return _Arrival(ask, Masked(told["text"], tuple(told["kinds"])), taken)
    except (ValueError, KeyError, TypeError):
        log.error("a row that was left open cannot be read, and is let go")
        return None

"""The book read again while the bot runs: files that changed are checked, bound, and taken up between two questions.

    look ── the files as they were ──▶ nothing
      └─ changed, and alike in two looks ── bound apart (binding.py) ─┬─ faults ──▶ refused, and owners are told
                                                                      └─ none ────▶ taken up, and kept as a release

`pushback rules reload` leaves a wish in the database, which the next look takes: no signal, no port, no process id, so
that it works wherever the two share a database, and tells by the wish that nobody takes that no bot is running.
"""

import asyncio
import logging
import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.app import App
from bot.aside import Aside
from bot.binding import BindingError, Bound, Half, Job, bound
from bot.inbox import Inbox
from bot.plain import plain
from bot.port import Chat
from bot.telling import tell
from handlers.chat import Headline, House, Person, Reply, Section, Small
from handlers.letter import chaser
from handlers.records import Kept, Rank
from knowledge.changes import Change
from knowledge.library import Fault, Library
from knowledge.matcher import Matcher

log = logging.getLogger("pushback")
LOOK = 1.0  # seconds between two looks: some 5 ms each for the whole book
WAITS = 10  # seconds for which somebody waits for their wish to be taken
SHOWN = 8  # faults that one message names, and changes that a line does
REFUSED = "Refused"

Stamps = dict[str, tuple[int, int, int]]  # a file's time in nanoseconds, its size, its number on the disk


@dataclass(frozen=True)
class Source:
    """Where the running bot's book comes from; `ready` says whether its first vectors are made, or never will be."""

    folders: tuple[Path, ...]
    cache: Path
    ready: Callable[[], bool] = lambda: True


@dataclass(frozen=True)
class _Owner:
    """An owner where they can be reached; `accounts` are all of theirs, `quiet` whether it is their quiet hours."""

    person: Person
    accounts: tuple[str, ...]
    quiet: bool


def stamps(folders: Sequence[Path]) -> Stamps:
    """Say how each file that may be of the book stands, without opening it."""
    found: Stamps = {}
    for folder in folders:
        for home, _, names in os.walk(folder):
            for name in names:
                if name.endswith(".toml") and not name.startswith("."):
                    path = os.path.join(home, name)  # noqa: PTH118 (every second, for every file: pathlib takes thrice as long)
                    with suppress(OSError):
                        seen = os.stat(path)  # noqa: PTH116 (the same)
                        found[path] = (seen.st_mtime_ns, seen.st_size, seen.st_ino)
    return found


class Rereading:
    """Looks at the book's files for as long as the bot runs."""

    def __init__(self, app: App, inbox: Inbox, chats: Mapping[str, Chat], source: Source) -> None:
        """Begin with the book that the app has, unchecked."""
        self._app, self._inbox, self._chats, self._source = app, inbox, chats, source
        self._aside = Aside("book")
        self._seen: Stamps = {}
        self._read: Stamps | None = None  # the files as they were when they were last taken up or refused
        self._busy: asyncio.Task[None] | None = None
        self._wishes: list[int] = []
        self._stands = ""  # what came of them
        self._broke = False  # whether nothing could come of them, whatever the files hold
        self._told: dict[Fault, set[str]] = {}  # what is to be mended, and the accounts that were told of it
        self._untold = False  # whether some owner may have to hear of it still

    def start(self) -> None:
        """Look until `stop`."""
        self._aside.begin(self._go())

    async def stop(self) -> None:
        """Look no more, and leave what is being bound."""
        await self._aside.stop()

    async def _go(self) -> None:
        while True:
            try:
                await self.look()
            except Exception as error:
                said = plain(error) if isinstance(error, sqlite3.Error) else type(error).__name__
                log.error("a look at the book was left out: %s", said)
            await asyncio.sleep(LOOK)

    async def look(self) -> asyncio.Task[None] | None:
        """Look once.

        Returns:
            What was begun, if it was.
        """
        if records := self._app.house.records:
            self._wishes += await self._inbox.work(records.books.take, self._app.house.now() - WAITS)
        if self._busy and not self._busy.done():
            return None
        now = await asyncio.to_thread(stamps, self._source.folders)
        settled, self._seen = now == self._seen, now
        if self._untold:
            await self._tell()
        if not self._source.ready():
            return None
        if now == self._read and not (self._broke and self._wishes):
            wishes, self._wishes = self._wishes, []
            await self._answer(wishes, self._stands)
        elif settled or self._wishes:
            self._busy = self._aside.begin(self._reread(now))
            return self._busy
        return None

    async def _reread(self, now: Stamps) -> None:
        wishes, house, source = self._wishes, self._app.house, self._source
        before = None if self._read is None else house.library  # the first time all of the book is checked
        by_meaning = house.matcher.design == "semantic"  # not what was wished for: the encoder may be missing
        halves: tuple[Half, ...] = ("index", "vectors") if before and by_meaning else ("index",)
        self._read, self._wishes, self._broke = now, [], False
        try:
            said = await self._settle(await bound(Job(source.folders, source.cache, before), halves), house)
        except Exception as error:
            # No fault of the files: a process that was killed or cannot begin, a disk that is full. A wish tries anew.
            self._broke = True
            reason = plain(error) if isinstance(error, BindingError | OSError | sqlite3.Error) else type(error).__name__
            log.error("the book could not be read again: %s; `pushback rules reload` tries anew", reason)
            said = self._stands = f"{REFUSED}: {reason}. The bot goes on with {self._app.house.library.release}."
        await self._answer(wishes, said)

    async def _settle(self, found: Bound, house: House) -> str:
        """Take a book up or refuse it; what to say of that."""
        new, old = found.library, house.library.release
        same = new is not None and new.release == old
        for fault in found.faults:
            if fault not in self._told:
                log.error("the book has a fault: %s", fault)
                self._untold = True
        self._told = {fault: self._told.get(fault, set()) for fault in found.faults}
        faults = "\n".join(map(str, found.faults))
        if new is None or (found.faults and not same):
            log.error("the book stays as it was: %s", old)
            self._stands = f"{REFUSED}: the bot goes on with {old}.\n{faults}"
            return self._stands
        if not same:
            await self._take_up(new)
            log.info("took up %s: %s", new.release, _counted(found.changes))
        self._stands = "\n".join(filter(None, (f"Nothing has changed: {new.release} is in use.", faults)))
        if house.records and not await self._inbox.work(house.records.books.has, new.release.digest):
            kept = Kept(new.release.digest, str(new.release), house.now())
            await self._inbox.work(house.records.books.keep, kept, found.parts)
        return self._stands if same else f"Taken up: {new.release}, after {old}.\n{_listed(found.changes)}"

    async def _take_up(self, library: Library) -> None:
        old = self._app.house.matcher
        matcher = await asyncio.to_thread(self._opened, library, old)
        await self._inbox.work(self._app.take_up, library, matcher)  # between two questions
        await self._inbox.work(old.close)

    def _opened(self, library: Library, old: Matcher) -> Matcher:
        matcher = Matcher(library, self._source.cache)
        if old.design == "semantic" and not matcher.learn(after=old):
            log.error("answers go by words alone: %s", matcher.fallback)
        return matcher

    async def _answer(self, wishes: list[int], said: str) -> None:
        if wishes and (records := self._app.house.records):
            await self._inbox.work(records.books.settle, wishes, said)

    async def _tell(self) -> None:
        """Tell the owners of new faults: each of them once, and after their quiet hours."""
        owners = await self._inbox.work(self._owners)
        waiting = not owners  # where none can be reached: look on
        for owner in owners:
            faults = [fault for fault, told in self._told.items() if not told.intersection(owner.accounts)]
            if faults and owner.quiet:
                waiting = True
            elif faults:
                for fault in faults:
                    self._told[fault].add(owner.person.account)
                reply = _refusal(faults, self._app.house, self._stands.startswith(REFUSED))
                await tell(owner.person, reply, self._inbox, self._chats, "the book")
        self._untold = waiting  # only now: where a message broke, the others are told at the next look

    def _owners(self) -> list[_Owner]:
        """Return the owners who can be reached, on each app where they can."""
        records, found = self._app.house.records, []
        named = [account for account, rank in self._app.house.ranks.items() if rank is Rank.OWNER]
        ranked = records.members.ranked(Rank.OWNER) if records else ()
        for account in dict.fromkeys((*named, *(account for member in ranked for account in member.people))):
            chat, ident = account.split(" ", 1)
            member = records.members.of(account) if records else None
            if chat not in self._chats or (records and not records.places.is_reachable(account)):
                continue
            resting = member is not None and chaser.quiet(member, self._app.house.now())
            found.append(_Owner(Person(chat, ident), member.people if member else (account,), resting))
        return found


_STAYS = "Files of the rulebook were changed, and I did not take them up. I answer from the book as it was before."
_HAS = "The rulebook that I answer from has what no release may hold."


def _refusal(faults: Sequence[Fault], house: House, refused: bool) -> Reply:
    more = [f"and {len(faults) - SHOWN} more: pushback rules check names all"] if len(faults) > SHOWN else []
    return Reply(
        (
            Headline("!", "THE BOOK HAS A FAULT"),
            Section("", (_STAYS if refused else _HAS,)),
            Section("To mend", (*map(str, faults[:SHOWN]), *more)),
            Small(str(house.library.release)),
        )
    )


def _counted(changes: Sequence[Change]) -> str:
    counts = Counter(change.kind for change in changes)
    return ", ".join(f"{number} {kind}" for kind, number in counts.items()) or "nothing that an answer says"


def _listed(changes: Sequence[Change]) -> str:
    lines = [f"{change.kind} {change.name}" for change in changes[:SHOWN]]
    more = [f"and {len(changes) - SHOWN} more: pushback rules diff tells all"] if len(changes) > SHOWN else []
    return "\n".join([*lines, *more]) or "Nothing changed that an answer says."

"""What practices pledge, so kept that a copy of the database without its key tells of no practice.

Rows are found by hashes made with the installation's key; what they say is sealed (`sealing.py`). One row lives for a
practice and an action: its hash is the primary key.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import astuple

from sqlite_utils import Database

from bot.store.sealing import Seal
from handlers.records import Entry, Move, Notice, Pledge, Stand


class _StaleError(Exception):
    """What stands is not what was seen."""


class Pledges:
    """Pledges, their history, and what is to be said of them."""

    def __init__(self, db: Database, seal: Seal) -> None:
        """Use an open database."""
        self._db, self._seal = db, seal
        # What was opened, beside what it was opened from: to open takes four times as long as to read. In memory alone.
        self._open: dict[str, tuple[bytes, Pledge]] = {}
        self._resting: dict[str, int] = {}  # in memory alone: a condition that was withdrawn leaves only a count

    def of(self, practice: str) -> list[Pledge]:
        """Return the pledges of a practice that live."""
        rows = self._db.execute(
            "SELECT hash, action, sealed FROM pledge WHERE practice = ? ORDER BY action", [self.name_of(practice)]
        )
        return [self._opened(*row) for row in rows]

    def on(self, action: str) -> list[Pledge]:
        """Return the pledges on an action that live, in no order."""
        rows = self._db.execute("SELECT hash, action, sealed FROM pledge WHERE action = ?", [action])
        return [self._opened(*row) for row in rows]

    def actions(self) -> list[str]:
        """Return the actions on which there is a pledge."""
        return [str(action) for (action,) in self._db.execute("SELECT DISTINCT action FROM pledge ORDER BY action")]

    def apply(
        self, moves: Sequence[Move], notices: Sequence[Notice] = (), counts: Sequence[tuple[str, str]] = ()
    ) -> bool:
        """Take steps, write messages down and count, all or nothing. False where a `before` is not what stands now."""
        try:
            with self._db.atomic():
                for move in moves:
                    self._move(move)
                self._tell(notices)
                for action, what in counts:
                    self._db.execute(
                        """
                        INSERT INTO pledge_count (action, what, number) VALUES (?, ?, 1)
                        ON CONFLICT DO UPDATE SET number = number + 1
                        """,
                        [action, what],
                    )
        except _StaleError:
            return False
        return True

    def _move(self, move: Move) -> None:
        named = move.before or move.after
        if named is None:
            return
        row = self._row(named.practice, named.action)
        # It writes first: a transaction that reads and then writes can lose to another process halfway.
        stood = self._db.execute("DELETE FROM pledge WHERE hash = ? RETURNING hash, action, sealed", [row]).fetchone()
        if (self._opened(*stood) if stood else None) != move.before:
            raise _StaleError
        self._open.pop(row, None)
        if move.after:
            self._db.execute(
                "INSERT INTO pledge (hash, practice, action, sealed) VALUES (?, ?, ?, ?)",
                [row, self.name_of(named.practice), named.action, self._sealed(move.after, row)],
            )
        if move.entry:
            self._add(move.entry)

    def history(self, practice: str) -> list[Entry]:
        """Return the history of a practice, oldest first."""
        name = self.name_of(practice)
        rows = self._db.execute("SELECT sealed FROM pledge_entry WHERE practice = ? ORDER BY id", [name])
        return [Entry(*json.loads(self._seal.open(sealed, name))) for (sealed,) in rows]

    def note(self, entry: Entry) -> None:
        """Add a line to a practice's history."""
        with self._db.atomic():
            self._add(entry)

    def _add(self, entry: Entry) -> None:
        name = self.name_of(entry.practice)
        self._db.execute(
            "INSERT INTO pledge_entry (practice, sealed) VALUES (?, ?)",
            [name, self._seal.seal(json.dumps(astuple(entry)), name)],
        )

    def counted(self, action: str) -> dict[str, int]:
        """Return what was counted on an action."""
        return dict(self._db.execute("SELECT what, number FROM pledge_count WHERE action = ?", [action]).fetchall())

    def rest(self, practice: str, action: str, until: int) -> None:
        """Hold in memory alone that a practice may set no new condition on an action until a time."""
        self._resting[self._row(practice, action)] = until

    def rests(self, practice: str, action: str) -> int:
        """Return until when; 0 where nothing is held."""
        return self._resting.get(self._row(practice, action), 0)

    def notices(self) -> list[Notice]:
        """Return the messages to send, oldest first."""
        return [self._notice(*row) for row in self._db.execute("SELECT id, sealed FROM notice ORDER BY id").fetchall()]

    def _notice(self, ident: int, sealed: bytes) -> Notice:
        member, action, head, said = json.loads(self._seal.open(sealed, "notice"))
        return Notice(member, action, head, said, ident)

    def told(self, notice: Notice) -> bool:
        """Erase a message before it is sent. False where it was already."""
        with self._db.atomic():
            return bool(self._db.execute("DELETE FROM notice WHERE id = ?", [notice.id]).rowcount)

    def tell(self, notice: Notice) -> None:
        """Write a message down, or put one back that was not sent."""
        with self._db.atomic():
            self._tell([notice])

    def _tell(self, notices: Iterable[Notice]) -> None:
        for notice in notices:
            sealed = self._seal.seal(json.dumps(astuple(notice)[:-1]), "notice")
            self._db.execute("INSERT INTO notice (sealed) VALUES (?)", [sealed])

    def nudged(self) -> dict[str, int]:
        """Return when practices were asked last, by `name_of`."""
        return dict(self._db.execute("SELECT practice, at FROM nudge").fetchall())

    def name_of(self, practice: str) -> str:
        """Return the name by which rows know a practice: a hash, no use without the key."""
        return self._seal.hashed(f"practice {practice}")

    def nudge(self, practice: str, at: int) -> None:
        """Write down, before the question goes out, that a practice was asked."""
        with self._db.atomic():
            self._db.execute("INSERT OR REPLACE INTO nudge (practice, at) VALUES (?, ?)", [self.name_of(practice), at])

    def weeks(self) -> dict[str, str]:
        """Return the figures of each week that was counted, by the day on which it was, oldest first."""
        return dict(self._db.execute("SELECT day, body FROM pledge_week ORDER BY day").fetchall())

    def keep_week(self, day: str, body: str) -> None:
        """Keep a week's figures; those of a day that are there already stay as they are."""
        with self._db.atomic():
            self._db.execute("INSERT INTO pledge_week (day, body) VALUES (?, ?) ON CONFLICT DO NOTHING", [day, body])

    def joined(self) -> list[str]:
        """Return the practices that somebody speaks for."""
        rows = self._db.execute("SELECT DISTINCT practice FROM member WHERE practice != '' ORDER BY practice")
        return [str(practice) for (practice,) in rows]

    def _row(self, practice: str, action: str) -> str:
        return self._seal.hashed(f"pledge {practice} {action}")

    def _sealed(self, pledge: Pledge, row: str) -> bytes:
        # Codes, days and numbers, none of which holds a bar: read back six times as fast as JSON.
        kept = (pledge.practice, pledge.stand, pledge.day, pledge.area, pledge.until)
        return self._seal.seal("|".join((*kept, str(pledge.at), str(pledge.number), str(pledge.percent))), row)

    def _opened(self, row: str, action: str, sealed: bytes) -> Pledge:
        known = self._open.get(row)
        if known and known[0] == sealed:
            return known[1]
        practice, stand, day, area, until, at, number, percent = self._seal.open(sealed, row).split("|")
        pledge = Pledge(practice, action, _STANDS[stand], day, int(at), area, int(number), int(percent), until)
        self._open[row] = (sealed, pledge)
        return pledge


_STANDS: dict[str, Stand] = {stand.value: stand for stand in Stand}

"""What has arrived, and where people and groups are."""

import base64
import logging
from collections.abc import Callable

from sqlite_utils import Database

from bot.store.sealing import Seal
from handlers.records import Step, Taken

log = logging.getLogger("pushback")


class Seen:
    """Deliveries, each once.

    A body is sealed: what a person types tells what their practice pledges, and a log that is not folded in yet still
    holds it after it is erased.
    """

    def __init__(self, db: Database, seal: Seal) -> None:
        """Use an open database; keys are hashed, for a chat's key may hold a person's id."""
        self._db, self._seal = db, seal

    def take(self, key: str, body: str, at: int) -> Taken | None:
        """Write a delivery down. None where it is there already."""
        taken = Taken(self._seal.hashed(key), body, at)
        with self._db.atomic():
            made = self._db.execute(
                "INSERT INTO seen (key, step, body, at) VALUES (?, 'taken', ?, ?) ON CONFLICT DO NOTHING RETURNING 1",
                [taken.key, self._sealed(taken), at],
            ).fetchall()
        return taken if made else None

    def step(self, taken: Taken, step: Step) -> None:
        """Write how far its answer has come; its body stands there only while it may have to be answered anew."""
        body = self._sealed(taken) if step is Step.TAKEN else ""
        with self._db.atomic():
            self._db.execute("UPDATE seen SET step = ?, body = ? WHERE key = ?", [step, body, taken.key])

    def unanswered(self) -> list[Taken]:
        """Return what was taken and never sent, oldest first."""
        rows = self._db.execute("SELECT key, body, at FROM seen WHERE step = 'taken' ORDER BY at, rowid").fetchall()
        return [Taken(key, body, at) for key, kept, at in rows if (body := self._opened(key, kept)) is not None]

    def _sealed(self, taken: Taken) -> str:
        return base64.b64encode(self._seal.seal(taken.body, taken.key)).decode() if taken.body else ""

    def _opened(self, key: str, kept: str) -> str | None:
        """Open a body; None where its key is gone. One from before bodies were sealed is JSON as it stands."""
        if kept == "" or kept.startswith("{"):
            return kept
        try:
            return self._seal.open(base64.b64decode(kept), key)
        except ValueError:
            log.error("a message cannot be opened: the key beside the database is not the one it was written with")
            return None

    def forget(self, before: int) -> int:
        """Erase the deliveries from before a time; how many they were."""
        with self._db.atomic():
            return int(self._db.execute("DELETE FROM seen WHERE at < ?", [before]).rowcount)


class Places:
    """Where people and groups are now."""

    def __init__(self, db: Database, hashed: Callable[[str], str]) -> None:
        """Use an open database."""
        self._db, self._hashed = db, hashed

    def moved(self, chat: str, old: str, new: str) -> None:
        """Write down that a group has a new id."""
        with self._db.atomic():
            self._db.execute("INSERT OR REPLACE INTO moved (chat, old, new) VALUES (?, ?, ?)", [chat, old, new])

    def now_at(self, chat: str, place: str) -> str:
        """Return the id that a group has now."""
        row = self._db.execute("SELECT new FROM moved WHERE chat = ? AND old = ?", [chat, place]).fetchone()
        return str(row[0]) if row else place

    def unreachable(self, person: str, reason: str, at: int) -> None:
        """Write down that a person cannot be sent to."""
        with self._db.atomic():
            self._db.execute("INSERT OR REPLACE INTO unreachable VALUES (?, ?, ?)", [self._hashed(person), reason, at])

    def reachable(self, person: str) -> None:
        """Write down that a person is there again."""
        with self._db.atomic():
            self._db.execute("DELETE FROM unreachable WHERE person = ?", [self._hashed(person)])

    def is_reachable(self, person: str) -> bool:
        """Whether nothing says that a person cannot be sent to."""
        found = self._db.execute("SELECT 1 FROM unreachable WHERE person = ?", [self._hashed(person)])
        return found.fetchone() is None

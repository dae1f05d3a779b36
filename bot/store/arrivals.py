"""What has arrived, and where people and groups are."""

from collections.abc import Callable

from sqlite_utils import Database

from handlers.records import Step, Taken


class Seen:
    """Deliveries, each once."""

    def __init__(self, db: Database, hashed: Callable[[str], str]) -> None:
        """Use an open database; keys are hashed, for a chat's key may hold a person's id."""
        self._db, self._hashed = db, hashed

    def take(self, key: str, body: str, at: int) -> Taken | None:
        """Write a delivery down. None where it is there already."""
        taken = Taken(self._hashed(key), body, at)
        with self._db.atomic():
            made = self._db.execute(
                "INSERT INTO seen (key, step, body, at) VALUES (?, 'taken', ?, ?) ON CONFLICT DO NOTHING RETURNING 1",
                [taken.key, body, at],
            ).fetchall()
        return taken if made else None

    def step(self, taken: Taken, step: Step) -> None:
        """Write how far its answer has come; its body is erased once nothing needs it."""
        with self._db.atomic():
            self._db.execute("UPDATE seen SET step = ?, body = '' WHERE key = ?", [step, taken.key])

    def unanswered(self) -> list[Taken]:
        """Return what was taken and never sent, oldest first."""
        rows = self._db.execute("SELECT key, body, at FROM seen WHERE step = 'taken' ORDER BY at, rowid").fetchall()
        return [Taken(*row) for row in rows]

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

"""What is remembered, in one SQLite file. It passes the contract of the Protocols in `handlers/records.py`.

One connection, one thread at a time: the answers' own thread has it (`bot/inbox.py`).
"""

import hashlib
import hmac
import os
import secrets
import sqlite3
from pathlib import Path

from sqlite_utils import Database

from bot.migrations import migrations
from handlers.records import Step, Taken

BUSY = 5.0  # seconds to wait for another process that writes


class StoreError(Exception):
    """The database cannot be used; the message says which file, and what to do."""


class Store:
    """The records of one installation."""

    def __init__(self, path: Path | None) -> None:
        """Open a database, or make it; bring it up to date.

        Args:
            path: the file; None keeps everything in memory.

        Raises:
            StoreError: for a file that cannot be opened or written, is no database, or is from a newer version.
        """
        self.path = path
        try:
            if path:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._key = _key(path.with_suffix(".key")) if path else secrets.token_bytes(32)
            # Made before SQLite makes it, so that nobody else on the machine can ever read it.
            if path and not path.exists():
                path.touch(mode=0o600)
            connection = sqlite3.connect(str(path or ":memory:"), timeout=BUSY, check_same_thread=False)
            self._db = Database(connection)
            self._db.execute("PRAGMA foreign_keys = ON")
            self._db.execute("PRAGMA synchronous = NORMAL")  # safe in WAL but for the last moments before a power cut
            self._db.execute("PRAGMA secure_delete = ON")  # what is erased is gone from the file
            self._db.enable_wal()
            self._refuse_newer()
            migrations.apply(self._db)
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"{path}: {_said(error)}") from error

    def _refuse_newer(self) -> None:
        known = {migration.name for migration in migrations.pending(Database(memory=True))}
        newer = [each.name for each in migrations.applied(self._db) if each.name not in known]
        if newer:
            raise StoreError(
                f"{self.path}: is from a newer version of Pushback: install that version, or name another file"
            )

    def close(self) -> None:
        """Close the file, its log folded in."""
        self._db.close()

    def hashed(self, value: str) -> str:
        """Hash an id with the installation's key: always the same here, and no use elsewhere."""
        return hmac.new(self._key, value.encode(), hashlib.sha256).hexdigest()[:32]

    # Seen

    def take(self, key: str, body: str, at: int) -> Taken | None:
        """Write a delivery down. None where it is there already."""
        taken = Taken(self.hashed(key), body, at)
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

    def forget_seen(self, before: int) -> int:
        """Erase the deliveries from before a time; how many they were."""
        with self._db.atomic():
            return int(self._db.execute("DELETE FROM seen WHERE at < ?", [before]).rowcount)

    # Places

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
            self._db.execute("INSERT OR REPLACE INTO unreachable VALUES (?, ?, ?)", [self.hashed(person), reason, at])

    def reachable(self, person: str) -> None:
        """Write down that a person is there again."""
        with self._db.atomic():
            self._db.execute("DELETE FROM unreachable WHERE person = ?", [self.hashed(person)])

    def is_reachable(self, person: str) -> bool:
        """Whether nothing says that a person cannot be sent to."""
        found = self._db.execute("SELECT 1 FROM unreachable WHERE person = ?", [self.hashed(person)])
        return found.fetchone() is None


def _key(path: Path) -> bytes:
    """Read the installation's key, or make it: 32 random bytes that nobody else on the machine can read."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
    except FileExistsError:
        pass
    key = path.read_bytes()
    if len(key) < 32:
        raise OSError(f"the key in {path.name} is cut short: put the whole one back from a backup")
    return key


def _said(error: Exception) -> str:
    """Say in plain words what is the matter with a database."""
    said = str(error)
    for part, plain in _PLAIN.items():
        if part in said:
            return plain
    return said


_PLAIN = {
    "readonly": "can only be read: give the bot's user the right to write it and its folder",
    "locked": "another process holds it: stop that one, or name another file",
    "full": "the disk is full: make room and start again; nothing is lost",
    "not a database": "is no SQLite database: name another file",
    "unable to open": "cannot be opened: check the folder and its rights",
}

"""What is remembered, in one SQLite file: opened here, one module for each noun of `handlers/records/`.

One connection, one thread at a time: the answers' own thread has it (`bot/inbox.py`).
"""

import hmac
import os
import secrets
import sqlite3
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlite_utils import Database

from bot.plain import plain
from bot.store.arrivals import Places, Seen
from bot.store.asked import Asked
from bot.store.audit import Audit
from bot.store.books import Books
from bot.store.broadcasts import Broadcasts
from bot.store.desk import Desk
from bot.store.gaps import Gaps
from bot.store.hidden import Hidden
from bot.store.incidents import Chases, Incidents, Releases
from bot.store.migrations import migrations
from bot.store.opinions import Opinions
from bot.store.people import Codes, Members
from bot.store.pledges import Pledges
from bot.store.questions import Questions
from bot.store.sealing import Seal
from handlers.records import Records

_APPLIED = "_sqlite_migrations"  # where sqlite-utils notes which changes a database has had, and of whose set
BUSY = 5.0  # seconds to wait for another process that writes


class _Database(Database):
    """A database of which a change holds the file from its first word.

    Where one reads first and then writes, SQLite refuses the write at once if another process wrote in between, however
    long `BUSY` is (sqlite.org/rescode.html#busy_snapshot). So that `pushback broadcast` can write while the bot runs,
    each asks for the file before it reads, and waits its turn.
    """

    @contextmanager
    def atomic(self) -> Generator[Database, None, None]:
        """Make all that is done within one change: it happens, or nothing of it does."""
        if self.conn.in_transaction:
            with super().atomic():
                yield self
            return
        self.execute("BEGIN IMMEDIATE")
        try:
            yield self
            self.commit()
        except BaseException:
            self.rollback()
            raise


class StoreError(Exception):
    """The database cannot be used; the message says which file, and what to do."""


class Store:
    """The records of one installation."""

    def __init__(self, path: Path | None) -> None:
        """Open a database, or make it; bring it up to date.

        Args:
            path: the file; None keeps everything in memory.

        Raises:
            StoreError: for a file that cannot be opened or written, is no database, is another program's, or is from
                a newer version.
        """
        self.path = path
        try:
            if path:
                path.parent.mkdir(parents=True, exist_ok=True)
            if path:
                _refuse_foreign(path)
            self._key = _key(path) if path else secrets.token_bytes(32)
            # Made before SQLite makes it, so that nobody else on the machine can ever read it.
            if path and not path.exists():
                path.touch(mode=0o600)
            self._db = db = _Database(sqlite3.connect(str(path or ":memory:"), timeout=BUSY, check_same_thread=False))
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("PRAGMA synchronous = NORMAL")  # safe in WAL but for the last moments before a power cut
            db.execute("PRAGMA secure_delete = ON")  # what is erased is gone from the file
            db.enable_wal()
            self._refuse_newer()
            if migrations.pending(db):
                with db.atomic():  # who comes second waits, and finds it done
                    migrations.apply(db)
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"{path}: {plain(error)}") from error
        seal = Seal(self._key, self.hashed)
        self.records = Records(
            Seen(db, seal), Places(db, self.hashed), Members(db), Codes(db, self.hashed),
            Questions(db, self.hashed), Opinions(db, self.hashed), Asked(db, self.hashed),
            Hidden(db), Gaps(db, self.hashed), Incidents(db), Chases(db),
            Broadcasts(db, seal), Releases(db),
            Pledges(db, seal), Desk(db, self.hashed), Books(db), Audit(db, self.hashed), Upkeep(db),
        )  # fmt: skip

    def _refuse_newer(self) -> None:
        known = {migration.name for migration in migrations.pending(Database(memory=True))}
        if any(each.name not in known for each in migrations.applied(self._db)):
            raise StoreError(f"{self.path}: is from a newer version of Pushback: install that, or name another file")

    def tables(self) -> list[str]:
        """The names of the tables."""
        return self._db.table_names()

    def close(self) -> None:
        """Close the file, its log folded in."""
        self._db.close()

    def hashed(self, value: str) -> str:
        """Hash an id with the installation's key: always the same here, and no use elsewhere."""
        return hmac.digest(self._key, value.encode(), "sha256").hex()[:32]


def _refuse_foreign(path: Path) -> None:
    """Refuse a file that is not ours before a key is made for it or a byte of it changed.

    Raises:
        StoreError: for a database of another program.
        sqlite3.Error: for what is no database, or cannot be read.
    """
    if not path.exists():
        return
    # Not read-only: a database that a kill has left needs its log folded in before it can be read.
    with closing(sqlite3.connect(str(path), timeout=BUSY)) as db:
        db.execute("PRAGMA query_only = ON")
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        sets = db.execute(f"SELECT DISTINCT migration_set FROM {_APPLIED}") if _APPLIED in tables else ()
        ours = any(name == migrations.name for (name,) in sets)
    if tables - {_APPLIED} and not ours:
        raise StoreError(f"{path}: is the database of another program: name another file in [store] path")


def _is_database(path: Path) -> bool:
    if not path.exists():
        return False
    with path.open("rb") as file:
        return file.read(6) == b"SQLite"


class Upkeep:
    """What is done to the whole file."""

    def __init__(self, db: Database) -> None:
        """Use an open database."""
        self._db, self._asked = db, False

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make all that is done within one change: it happens, or nothing of it does."""
        with self._db.atomic():
            yield
        if self._asked and not self._db.conn.in_transaction:
            self.scrub()

    def scrub(self) -> None:
        """Fold the write-ahead log in and empty it: what was erased stood there still. Within a change, after it."""
        self._asked = self._db.conn.in_transaction
        if not self._asked:
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _key(database: Path) -> bytes:
    """Read the installation's key, or make it with its database: 32 random bytes that only the bot's user can read."""
    path = database.with_suffix(".key")
    if not path.exists() and _is_database(database):
        raise OSError(f"its key, {path.name}, is gone: put it back beside it, from where you keep it")
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
    except FileExistsError:
        pass
    key = path.read_bytes()
    if len(key) < 32:
        raise OSError(f"the key in {path.name} is cut short: put the whole one back from a backup")
    return key

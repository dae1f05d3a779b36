"""The releases of the book: each part compressed and kept once, under its content's digest."""

import hashlib
import json
import zlib
from collections.abc import Mapping

from sqlite_utils import Database

from handlers.records import Kept

_LEFT = 3600  # seconds after which nobody waits for what came of a wish: whoever did was killed


class Books:
    """What each release held, and who waits for a reload."""

    def __init__(self, db: Database) -> None:
        """Use an open database."""
        self._db = db

    def has(self, digest: str) -> bool:
        """Whether a release is kept."""
        return bool(self._db.execute("SELECT 1 FROM book WHERE digest = ?", [digest]).fetchone())

    def keep(self, book: Kept, parts: Mapping[str, bytes]) -> None:
        """Keep a release: its parts by their names, each content once, however many releases hold it."""
        named = {name: hashlib.sha256(body).hexdigest()[:32] for name, body in parts.items()}
        with self._db.atomic():
            known = {part for (part,) in self._db.execute("SELECT digest FROM book_part")}
            fresh = {named[name]: body for name, body in parts.items() if named[name] not in known}
            self._db.conn.executemany(
                "INSERT INTO book_part (digest, body) VALUES (?, ?)",
                [(digest, zlib.compress(body)) for digest, body in fresh.items()],
            )
            held = zlib.compress(json.dumps(named, sort_keys=True).encode())
            self._db.execute(
                "INSERT OR IGNORE INTO book (digest, name, at, parts) VALUES (?, ?, ?, ?)",
                [book.digest, book.name, book.at, held],
            )

    def all(self) -> list[Kept]:
        """Return the releases, the last one taken up first."""
        rows = self._db.execute("SELECT digest, name, at FROM book ORDER BY at DESC, rowid DESC")
        return [Kept(*row) for row in rows]

    def parts(self, digest: str) -> dict[str, bytes]:
        """Return what a release held; nothing where it is not kept."""
        row = self._db.execute("SELECT parts FROM book WHERE digest = ?", [digest]).fetchone()
        named: dict[str, str] = json.loads(zlib.decompress(row[0])) if row else {}
        bodies = dict(self._db.execute("SELECT digest, body FROM book_part")) if named else {}
        return {name: zlib.decompress(bodies[part]) for name, part in named.items()}

    def wish(self, at: int) -> int:
        """Ask the running bot to reload; the wish's number."""
        with self._db.atomic():
            (number,) = self._db.execute("INSERT INTO book_wish (at) VALUES (?) RETURNING id", [at]).fetchone()
        return int(number)

    def take(self, since: int) -> list[int]:
        """Return the wishes from a time on that nobody has taken, taken now; drop those from before it.

        One that was taken is whose wish it was to drop: a reload may take longer than a wish waits to be taken.
        """
        if not self._db.execute("SELECT 1 FROM book_wish WHERE NOT taken LIMIT 1").fetchone():
            return []  # it is looked for every second: no write where there is nothing to write
        with self._db.atomic():
            self._db.execute("DELETE FROM book_wish WHERE at < ? AND (NOT taken OR at < ?)", [since, since - _LEFT])
            found = [number for (number,) in self._db.execute("SELECT id FROM book_wish WHERE NOT taken ORDER BY id")]
            self._db.execute("UPDATE book_wish SET taken = 1")
        return found

    def settle(self, wishes: list[int], said: str) -> None:
        """Say what came of wishes."""
        with self._db.atomic():
            self._db.conn.executemany("UPDATE book_wish SET said = ? WHERE id = ?", [(said, each) for each in wishes])

    def heard(self, wish: int) -> tuple[bool, str]:
        """Say whether a wish was taken, and what came of it: "" until it is known."""
        row = self._db.execute("SELECT taken, said FROM book_wish WHERE id = ?", [wish]).fetchone()
        return (bool(row[0]), row[1]) if row else (False, "")

    def drop(self, wish: int) -> None:
        """Forget a wish."""
        with self._db.atomic():
            self._db.execute("DELETE FROM book_wish WHERE id = ?", [wish])

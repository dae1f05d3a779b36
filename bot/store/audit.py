"""What officers did: only ever added to."""

from collections.abc import Callable, Sequence

from sqlite_utils import Database

from bot.store.marks import marks
from handlers.records import Act


class Audit:
    """The acts of officers, for good; a trigger refuses any change."""

    def __init__(self, db: Database, hashed: Callable[[str], str]) -> None:
        """Use an open database."""
        self._db, self._hashed = db, hashed

    def note(self, at: int, person: str, what: str, about: str = "") -> None:
        """Note an act; its person is hashed."""
        with self._db.atomic():
            self._db.execute(
                "INSERT INTO audit (at, who, what, about) VALUES (?, ?, ?, ?)", [at, self._hashed(person), what, about]
            )

    def acts(self, most: int = 100) -> list[Act]:
        """Return the last acts, newest first."""
        rows = self._db.execute("SELECT at, who, what, about FROM audit ORDER BY id DESC LIMIT ?", [most])
        return [Act(*row) for row in rows]

    def by(self, people: Sequence[str]) -> list[Act]:
        """Return what some accounts did."""
        rows = self._db.execute(
            f"SELECT at, who, what, about FROM audit WHERE who IN ({marks(people)}) ORDER BY id",
            [self._hashed(person) for person in people],
        )
        return [Act(*row) for row in rows]

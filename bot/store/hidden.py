"""Rules that officers have hidden."""

import sqlite3
from contextlib import suppress

from sqlite_utils import Database

from handlers.records import Hiding


class Hidden:
    """Rules that are hidden: a few rows, read for each answer."""

    def __init__(self, db: Database) -> None:
        """Use an open database."""
        self._db = db
        self._known = frozenset[str]()

    def rules(self) -> frozenset[str]:
        """Return their ids; those last known where the records cannot be read just now."""
        with suppress(sqlite3.Error):  # a question is answered even then, and a hidden rule stays hidden
            self._known = frozenset(rule for (rule,) in self._db.execute("SELECT rule FROM hidden"))
        return self._known

    def all(self) -> list[Hiding]:
        """Return them with who hid them, the latest first."""
        rows = self._db.execute("SELECT rule, at, coalesce(officer, 0) FROM hidden ORDER BY at DESC, rule")
        return [Hiding(*row) for row in rows]

    def hide(self, hiding: Hiding) -> bool:
        """Hide a rule; False where it is hidden already, and stays as it is."""
        with self._db.atomic():
            done = self._db.execute(
                "INSERT INTO hidden (rule, at, officer) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                [hiding.rule, hiding.at, hiding.officer or None],
            )
            return bool(done.rowcount)

    def show(self, rule: str) -> bool:
        """Show a rule again; False where it is not hidden."""
        with self._db.atomic():
            return bool(self._db.execute("DELETE FROM hidden WHERE rule = ?", [rule]).rowcount)

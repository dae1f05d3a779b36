"""Rows that stand with a hashed person for a while, then are counts by day: questions, and what was said of answers."""

from collections.abc import Callable, Sequence

from sqlite_utils import Database

from bot.store.marks import marks

# London's day would need its own summer time in SQL; a day's edge an hour off does not change a count by month.
_DAY = "date(at, 'unixepoch')"


class Fading:
    """A table of rows, the table of what is left of them, and the two columns that they are counted by."""

    _rows: str
    _counts: str
    _by: str

    def __init__(self, db: Database, hashed: Callable[[str], str]) -> None:
        """Use an open database."""
        self._db, self._hashed = db, hashed

    def counts(self, since: str = "") -> list[tuple[str, str, str, int]]:
        """Return the counts by day and by what they are counted by, of rows kept and forgotten, from a day on."""
        by = self._by
        rows = self._db.execute(
            f"""
            SELECT day, {by}, sum(number) FROM (
                SELECT day, {by}, number FROM {self._counts}
                UNION ALL SELECT {_DAY}, {by}, 1 FROM {self._rows}
            ) WHERE day >= ? GROUP BY day, {by} ORDER BY day, {by}
            """,
            [since],
        )
        return [(str(day), str(first), str(second), int(number)) for day, first, second, number in rows]

    def forget(self, before: int) -> int:
        """Turn the rows from before a time into counts; how many they were."""
        return self._count("at < ?", [before])

    def forget_people(self, people: Sequence[str]) -> int:
        """Turn the rows of some accounts into counts; how many they were."""
        return self._count(f"person IN ({marks(people)})", [self._hashed(person) for person in people])

    def _count(self, where: str, given: Sequence[int | str]) -> int:
        with self._db.atomic():
            self._db.execute(
                f"""
                INSERT INTO {self._counts} (day, {self._by}, number)
                SELECT {_DAY}, {self._by}, count(*) FROM {self._rows} WHERE {where} GROUP BY 1, 2, 3
                ON CONFLICT (day, {self._by}) DO UPDATE SET number = number + excluded.number
                """,
                given,
            )
            return int(self._db.execute(f"DELETE FROM {self._rows} WHERE {where}", given).rowcount)

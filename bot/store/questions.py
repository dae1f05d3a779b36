"""What was asked: masked words for a while, then counts."""

from collections.abc import Callable, Sequence

from sqlite_utils import Database

from bot.store.marks import marks
from handlers.records import Question

# London's day would need its own summer time in SQL; a day's edge an hour off does not change a count by month.
DAY = "date(at, 'unixepoch')"
_READ = "at, '', text, outcome, rule, kind, p, id"


class Questions:
    """What was asked."""

    def __init__(self, db: Database, hashed: Callable[[str], str]) -> None:
        """Use an open database."""
        self._db, self._hashed = db, hashed

    def keep(self, question: Question) -> int:
        """Keep a question; its person is hashed. Its number."""
        row = [question.at, self._hashed(question.person), question.text, question.outcome, question.rule]
        with self._db.atomic():
            (number,) = self._db.execute(
                "INSERT INTO question (at, person, text, outcome, rule, kind, p) VALUES (?, ?, ?, ?, ?, ?, ?) "
                "RETURNING id",
                [*row, question.kind, question.p],
            ).fetchone()
        return int(number)

    def of(self, people: Sequence[str]) -> list[Question]:
        """Return what some accounts asked, oldest first; `person` is empty."""
        rows = self._db.execute(
            f"SELECT {_READ} FROM question WHERE person IN ({marks(people)}) ORDER BY id",
            [self._hashed(person) for person in people],
        )
        return [Question(*row) for row in rows]

    def one(self, number: int, people: Sequence[str]) -> Question | None:
        """Return the question of a number where one of some accounts asked it, and it is kept still."""
        row = self._db.execute(
            f"SELECT {_READ} FROM question WHERE id = ? AND person IN ({marks(people)})",
            [number, *(self._hashed(person) for person in people)],
        ).fetchone()
        return Question(*row) if row else None

    def counts(self, since: str = "") -> list[tuple[str, str, str, int]]:
        """Return the counts by day, outcome and rule, of questions kept and forgotten, from a day on."""
        rows = self._db.execute(
            f"""
            SELECT day, outcome, rule, sum(number) FROM (
                SELECT day, outcome, rule, number FROM asked
                UNION ALL SELECT {DAY}, outcome, rule, 1 FROM question
            ) WHERE day >= ? GROUP BY day, outcome, rule ORDER BY day, outcome, rule
            """,
            [since],
        )
        return [(str(day), str(outcome), str(rule), int(number)) for day, outcome, rule, number in rows]

    def forget(self, before: int) -> int:
        """Turn the questions from before a time into counts; how many they were."""
        return self._count("at < ?", [before])

    def forget_people(self, people: Sequence[str]) -> int:
        """Turn the questions of some accounts into counts; how many they were."""
        return self._count(f"person IN ({marks(people)})", [self._hashed(person) for person in people])

    def _count(self, where: str, given: Sequence[int | str]) -> int:
        with self._db.atomic():
            self._db.execute(
                f"""
                INSERT INTO asked (day, outcome, rule, number)
                SELECT {DAY}, outcome, rule, count(*) FROM question WHERE {where} GROUP BY 1, 2, 3
                ON CONFLICT (day, outcome, rule) DO UPDATE SET number = number + excluded.number
                """,
                given,
            )
            return int(self._db.execute(f"DELETE FROM question WHERE {where}", given).rowcount)

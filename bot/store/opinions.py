"""What people said of answers: the last word of each for a while, then counts."""

from collections.abc import Callable, Sequence

from sqlite_utils import Database

from bot.store.marks import marks
from bot.store.questions import DAY
from handlers.records import Judged, Opinion


class Opinions:
    """What people said of answers."""

    def __init__(self, db: Database, hashed: Callable[[str], str]) -> None:
        """Use an open database."""
        self._db, self._hashed = db, hashed

    def keep(self, opinion: Opinion) -> None:
        """Keep an opinion; what the same person said of the same answer before goes."""
        row = [opinion.at, self._hashed(opinion.person), opinion.judged, opinion.rule, opinion.question]
        with self._db.atomic():
            # On a question of theirs the rule may be another one: what they opened in place of the first answer.
            self._db.execute(
                "DELETE FROM opinion WHERE question = ? AND (question != 0 OR (person = ? AND rule = ?))",
                [opinion.question, row[1], opinion.rule],
            )
            self._db.execute("INSERT INTO opinion (at, person, judged, rule, question) VALUES (?, ?, ?, ?, ?)", row)

    def of(self, people: Sequence[str]) -> list[Opinion]:
        """Return what some accounts said, oldest first; `person` is empty."""
        rows = self._db.execute(
            f"SELECT at, judged, rule, question FROM opinion WHERE person IN ({marks(people)}) ORDER BY at, id",
            [self._hashed(person) for person in people],
        )
        return [Opinion(at, "", Judged(judged), rule, question) for at, judged, rule, question in rows]

    def counts(self, since: str = "") -> list[tuple[str, str, str, int]]:
        """Return the counts by day, rule and what was said, kept and forgotten, from a day on."""
        rows = self._db.execute(
            f"""
            SELECT day, rule, judged, sum(number) FROM (
                SELECT day, rule, judged, number FROM opinion_count
                UNION ALL SELECT {DAY}, rule, judged, 1 FROM opinion
            ) WHERE day >= ? GROUP BY day, rule, judged ORDER BY day, rule, judged
            """,
            [since],
        )
        return [(str(day), str(rule), str(judged), int(number)) for day, rule, judged, number in rows]

    def forget(self, before: int) -> int:
        """Turn the opinions from before a time into counts; how many they were."""
        return self._count("at < ?", [before])

    def forget_people(self, people: Sequence[str]) -> int:
        """Turn the opinions of some accounts into counts; how many they were."""
        return self._count(f"person IN ({marks(people)})", [self._hashed(person) for person in people])

    def _count(self, where: str, given: Sequence[int | str]) -> int:
        with self._db.atomic():
            self._db.execute(
                f"""
                INSERT INTO opinion_count (day, rule, judged, number)
                SELECT {DAY}, rule, judged, count(*) FROM opinion WHERE {where} GROUP BY 1, 2, 3
                ON CONFLICT (day, rule, judged) DO UPDATE SET number = number + excluded.number
                """,
                given,
            )
            return int(self._db.execute(f"DELETE FROM opinion WHERE {where}", given).rowcount)

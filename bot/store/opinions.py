"""What people said of answers: the last word of each for a while, then counts."""

from collections.abc import Sequence

from bot.store.fading import Fading
from bot.store.marks import marks
from handlers.records import Judged, Opinion


class Opinions(Fading):
    """What people said of answers."""

    _rows, _counts, _by = "opinion", "opinion_count", "rule, judged"

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

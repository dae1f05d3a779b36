"""What was asked: masked words for a while, then counts."""

from collections.abc import Sequence

from bot.store.fading import Fading
from bot.store.marks import marks
from handlers.records import Question

_READ = "at, '', text, outcome, rule, kind, p, id"


class Questions(Fading):
    """What was asked."""

    _rows, _counts, _by = "question", "asked", "outcome, rule"

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

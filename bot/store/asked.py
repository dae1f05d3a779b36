"""What the figures of questions are worked out from, and what may be seen of the weeks that are over."""

from collections import Counter
from collections.abc import Callable

from sqlite_utils import Database

from handlers.records import Marked, Outcome, Tally, Waited

_OUTCOMES = {each.value: each for each in Outcome}
# Who is in distress is counted, and never counted as such.
_TOLD = "('no-rule', 'clinical', 'outside', 'chat')"


def _week(at: str) -> str:
    """The Monday of a time: weeks begin in UTC, as the days do on which questions are counted."""
    return f"date({at}, 'unixepoch', 'weekday 0', '-6 days')"


class Asked:
    """What is counted of questions."""

    def __init__(self, db: Database, hashed: Callable[[str], str]) -> None:
        """Use an open database."""
        self._db, self._hashed = db, hashed

    def tallies(self) -> list[Tally]:
        """Return the counts of the questions that are kept still, by week, asker, rule and outcome."""
        askers = self._askers()
        rows = self._db.execute(
            f"""
            SELECT {_week("at")}, person, outcome,
                CASE WHEN outcome != 'none' THEN rule WHEN kind IN {_TOLD} THEN kind ELSE '' END
            FROM question
            """
        )
        counts = Counter((week, askers.get(who, who), outcome, rule) for week, who, outcome, rule in rows)
        # Counted here: SQLite would sort every row to group them, which takes longer.
        return [
            Tally(week, who, "", rule, _OUTCOMES[outcome], number)
            for (week, who, outcome, rule), number in counts.items()
        ]

    def marks(self) -> list[Marked]:
        """Return what was said of answers to questions that are kept still."""
        askers = self._askers()
        rows = self._db.execute(
            f"""
            SELECT {_week("opinion.at")}, opinion.person, question.p, judged = 'helped' AND opinion.rule = question.rule
            FROM opinion JOIN question ON question.id = opinion.question WHERE question.outcome = 'answer'
            """
        )
        return [Marked(week, askers.get(who, who), p, bool(right)) for week, who, p, right in rows]

    def waits(self) -> list[Waited]:
        """Return how long each question to the officers waited that has had an answer."""
        rows = self._db.execute(
            f"""
            SELECT {_week("item.answered")},
                coalesce(nullif(member.practice, ''), 'member ' || member.id, ''),
                max(item.answered - made, 0), item.answered <= promised
            FROM desk_item AS item LEFT JOIN member ON member.id = item.member WHERE item.answered > 0
            ORDER BY item.id
            """
        )
        return [Waited(week, who, int(seconds), bool(kept)) for week, who, seconds, kept in rows]

    def unanswered(self, most: int) -> list[tuple[int, int]]:
        """Return the open questions to the officers without an answer: number and time, those longest first."""
        rows = self._db.execute(
            "SELECT id, made FROM desk_item WHERE state != 'closed' AND answered = 0 ORDER BY made, id LIMIT ?", [most]
        )
        return [(int(ident), int(made)) for ident, made in rows]

    def last(self) -> str:
        """Return what may be seen, as it was kept last; "" where nothing is."""
        row = self._db.execute("SELECT body FROM asked_release ORDER BY through DESC LIMIT 1").fetchone()
        return str(row[0]) if row else ""

    def keep(self, through: str, body: str) -> None:
        """Keep what may be seen through a week, in place of what was kept of earlier ones; once for each week."""
        with self._db.atomic():
            self._db.execute(
                "INSERT INTO asked_release (through, body) VALUES (?, ?) ON CONFLICT DO NOTHING", [through, body]
            )
            self._db.execute("DELETE FROM asked_release WHERE through < ?", [through])

    def _askers(self) -> dict[str, str]:
        """Who each hash is, as far as it is known: the practice, else the member."""
        rows = self._db.execute(
            "SELECT person, coalesce(nullif(practice, ''), 'member ' || id) FROM account JOIN member ON id = member"
        )
        return {self._hashed(person): str(who) for person, who in rows}

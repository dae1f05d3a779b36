"""Questions that the book did not answer."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from sqlite_utils import Database

from bot.store.marks import marks
from handlers.records import Lack, Missed

_NO_GAP = "('clinical', 'distress', 'chat')"  # kinds of questions that no rule is to answer


class Gaps:
    """What the book did not answer."""

    def __init__(self, db: Database, hashed: Callable[[str], str]) -> None:
        """Use an open database."""
        self._db, self._hashed = db, hashed

    def missed(self, most: int) -> list[Missed]:
        """Return the last questions that came to nothing, newest first; none clinical, of distress, or mere talk."""
        rows = self._db.execute(
            f"""
            SELECT question.id, text, question.person, 'none', '' FROM question
            WHERE outcome = 'none' AND kind NOT IN {_NO_GAP}
                AND NOT EXISTS (SELECT 1 FROM opinion WHERE opinion.question = question.id)
            UNION ALL
            SELECT question.id, text, question.person, judged, opinion.rule
            FROM opinion JOIN question ON question.id = opinion.question
            WHERE judged IN ('not', 'wrong') AND kind NOT IN {_NO_GAP}
            ORDER BY 1 DESC LIMIT ?
            """,
            [most],
        ).fetchall()
        people = self._people()
        return [
            Missed(number, text, people.get(person, person), Lack(lack), rule)
            for number, text, person, lack, rule in rows
        ]

    def wrong(self) -> list[tuple[str, int]]:
        """Return the rules that are said to be wrong or out of date, and by how many people each, the most first."""
        people = self._people()
        held: defaultdict[str, set[str]] = defaultdict(set)
        for rule, person in self._db.execute("SELECT rule, person FROM opinion WHERE judged = 'wrong'"):
            held[rule].add(people.get(person, person))
        return sorted(((rule, len(said)) for rule, said in held.items()), key=lambda each: (-each[1], each[0]))

    def _people(self) -> dict[str, str]:
        """Return whose each hash is, where they are known: one who asks on two apps is one person."""
        rows = self._db.execute(
            "SELECT person, member FROM account "
            "WHERE member IN (SELECT member FROM account GROUP BY member HAVING count(*) > 1)"
        )
        return {self._hashed(person): f"member {member}" for person, member in rows}

    def exchanges(self, numbers: Sequence[int]) -> list[int]:
        """Return the numbers of the exchanges about some questions that are closed, oldest first."""
        rows = self._db.execute(
            f"SELECT id FROM desk_item WHERE question IN ({marks(numbers)}) AND state = 'closed' ORDER BY id",
            list(numbers),
        )
        return [int(ident) for (ident,) in rows]

    def drop(self, number: int, at: int) -> None:
        """Note that what people ask with a question is no gap."""
        with self._db.atomic():
            self._db.execute(
                "INSERT INTO gap_dropped (question, at) VALUES (?, ?) ON CONFLICT DO NOTHING", [number, at]
            )

    def dropped(self) -> frozenset[int]:
        """Return the numbers of the questions that an officer put aside."""
        return frozenset(int(number) for (number,) in self._db.execute("SELECT question FROM gap_dropped"))

    def week_begun(self, day: str) -> bool:
        """Whether the card of the week that began on a day was sent, or is being."""
        return self._db.execute("SELECT 1 FROM gap_week WHERE day = ?", [day]).fetchone() is not None

    def begin_week(self, day: str) -> bool:
        """Note, before it is sent, that the card of the week that began on a day is; False where it is already."""
        with self._db.atomic():
            return bool(
                self._db.execute("INSERT INTO gap_week (day) VALUES (?) ON CONFLICT DO NOTHING", [day]).rowcount
            )

    def forget(self, before: int) -> int:
        """Erase what was put aside before a time; how many."""
        with self._db.atomic():
            return int(self._db.execute("DELETE FROM gap_dropped WHERE at < ?", [before]).rowcount)

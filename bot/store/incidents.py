"""The ledger of what practices hand back and suffer, and the letters whose answer is asked after."""

from collections import Counter

from sqlite_utils import Database

from handlers.records import Chase, Incident, Tally, Wrong

_KINDS = {kind.value: kind for kind in Wrong}
_READ = "day, practice, kind, provider, rule, detail, id"


class Incidents:
    """What happened to practices."""

    def __init__(self, db: Database) -> None:
        """Use an open database."""
        self._db = db

    def add(self, incident: Incident, at: int, within: int = 0, corrects: int = 0) -> int:
        """Write an incident down; its number. The same of one practice within some seconds is one."""
        what = [incident.practice, incident.kind, incident.provider, incident.rule, incident.detail]
        with self._db.atomic():
            same = self._db.execute(
                """
                SELECT id FROM incident
                WHERE practice = ? AND kind = ? AND provider = ? AND rule = ? AND detail = ? AND undone = 0 AND at > ?
                ORDER BY id DESC LIMIT 1
                """,
                [*what, at - within],
            ).fetchone()
            if within and same:
                return int(same[0])
            wrong = self._db.execute(
                """
                SELECT id FROM incident
                WHERE practice = ? AND kind = ? AND rule = ? AND detail = ? AND undone = 0 AND at > ?
                ORDER BY id DESC LIMIT 1
                """,
                [incident.practice, incident.kind, incident.rule, incident.detail, at - corrects],
            ).fetchone()
            if corrects and wrong:
                self._db.execute("UPDATE incident SET provider = ? WHERE id = ?", [incident.provider, wrong[0]])
                return int(wrong[0])
            (ident,) = self._db.execute(
                """
                INSERT INTO incident (practice, kind, provider, rule, detail, day, at) VALUES (?, ?, ?, ?, ?, ?, ?)
                RETURNING id
                """,
                [*what, incident.day, at],
            ).fetchone()
        return int(ident)

    def by_id(self, ident: int) -> Incident | None:
        """Return an incident that counts."""
        row = self._db.execute(f"SELECT {_READ} FROM incident WHERE id = ? AND undone = 0", [ident]).fetchone()
        if row is None:
            return None
        day, practice, kind, provider, rule, detail, number = row
        return Incident(day, practice, Wrong(kind), provider, rule, detail, number)

    def latest(self, practice: str, since: int) -> int:
        """Return the number of what a practice counted last, since a time; 0 where it counted nothing."""
        row = self._db.execute(
            "SELECT max(id) FROM incident WHERE practice = ? AND undone = 0 AND at >= ?", [practice, since]
        ).fetchone()
        return int(row[0] or 0)

    def undo(self, ident: int) -> bool:
        """Count an incident no more; whether it did."""
        with self._db.atomic():
            return bool(
                self._db.execute("UPDATE incident SET undone = 1 WHERE id = ? AND undone = 0", [ident]).rowcount
            )

    def tallies(self, first: str, last: str) -> list[Tally]:
        """Return the counts by month, practice, provider, rule and kind, between two days, both in, oldest first."""
        # Counted here: SQLite would sort every row to group them by month, which takes twice as long.
        rows = self._db.execute(
            """
            SELECT substr(day, 1, 7), practice, provider, rule, kind FROM incident
            WHERE undone = 0 AND day BETWEEN ? AND ? ORDER BY day
            """,
            [first, last],
        )
        return [
            Tally(month, practice, provider, rule, _KINDS[kind], number)
            for (month, practice, provider, rule, kind), number in Counter(rows).items()
        ]

    def last_providers(self, practice: str, most: int = 3) -> list[str]:
        """Return the providers that a practice named last, newest first."""
        rows = self._db.execute(
            """
            SELECT provider FROM incident WHERE practice = ? AND provider != ''
            GROUP BY provider ORDER BY max(id) DESC LIMIT ?
            """,
            [practice, most],
        )
        return [str(provider) for (provider,) in rows]


class Chases:
    """Letters to ask after, each once."""

    def __init__(self, db: Database) -> None:
        """Use an open database."""
        self._db = db

    def add(self, chase: Chase) -> None:
        """Keep a letter to ask after; one that is there already stays as it is."""
        with self._db.atomic():
            self._db.execute(
                "INSERT INTO chase (incident, member, due) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                [chase.incident, chase.member, chase.due],
            )

    def due(self, now: int) -> list[Chase]:
        """Return the letters to ask after now, whose incident still counts."""
        rows = self._db.execute(
            """
            SELECT incident, member, due FROM chase JOIN incident ON incident.id = incident
            WHERE due <= ? AND asked IS NULL AND undone = 0 ORDER BY due, incident
            """,
            [now],
        )
        return [Chase(*row) for row in rows]

    def asked(self, incident: int, at: int) -> bool:
        """Write down, before the question goes out, that it was asked. False where it was already."""
        with self._db.atomic():
            changed = self._db.execute(
                "UPDATE chase SET asked = ? WHERE incident = ? AND asked IS NULL", [at, incident]
            )
            return bool(changed.rowcount)

    def put_back(self, incident: int) -> None:
        """Write down that a question was certainly not sent, and is still to be asked."""
        with self._db.atomic():
            self._db.execute("UPDATE chase SET asked = NULL WHERE incident = ?", [incident])

    def of(self, member: int) -> list[Chase]:
        """Return the letters that a member is, or was, to be asked after."""
        rows = self._db.execute("SELECT incident, member, due FROM chase WHERE member = ? ORDER BY incident", [member])
        return [Chase(*row) for row in rows]

    def drop(self, incident: int) -> None:
        """Ask after a letter no more."""
        with self._db.atomic():
            self._db.execute("DELETE FROM chase WHERE incident = ?", [incident])

    def drop_all(self, member: int) -> None:
        """Ask a member after nothing more."""
        with self._db.atomic():
            self._db.execute("DELETE FROM chase WHERE member = ?", [member])


class Releases:
    """What may be seen of the months that are over."""

    def __init__(self, db: Database) -> None:
        """Use an open database."""
        self._db = db

    def last(self) -> str:
        """Return the last release, "" where there is none."""
        row = self._db.execute("SELECT body FROM release ORDER BY through DESC LIMIT 1").fetchone()
        return str(row[0]) if row else ""

    def keep(self, through: str, body: str) -> None:
        """Keep a release through a month; one of that month that is there already stays as it is."""
        with self._db.atomic():
            self._db.execute(
                "INSERT INTO release (through, body) VALUES (?, ?) ON CONFLICT DO NOTHING", [through, body]
            )

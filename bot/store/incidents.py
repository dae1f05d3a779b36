"""The ledger of what practices hand back and suffer."""

from sqlite_utils import Database

from handlers.records import Incident, Tally, Wrong

_READ = "day, practice, kind, provider, rule, detail, id"


class Incidents:
    """What happened to practices."""

    def __init__(self, db: Database) -> None:
        """Use an open database."""
        self._db = db

    def add(self, incident: Incident, at: int, within: int = 0) -> int:
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

    def undo(self, ident: int) -> bool:
        """Count an incident no more; whether it did."""
        with self._db.atomic():
            return bool(
                self._db.execute("UPDATE incident SET undone = 1 WHERE id = ? AND undone = 0", [ident]).rowcount
            )

    def tallies(self, first: str, last: str) -> list[Tally]:
        """Return the counts by month, practice, provider, rule and kind, between two days, both included."""
        rows = self._db.execute(
            """
            SELECT substr(day, 1, 7), practice, provider, rule, kind, count(*) FROM incident
            WHERE undone = 0 AND day BETWEEN ? AND ? GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
            """,
            [first, last],
        )
        return [
            Tally(month, practice, provider, rule, Wrong(kind), n) for month, practice, provider, rule, kind, n in rows
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

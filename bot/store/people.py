"""Members with their accounts, and the codes that make them."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sqlite_utils import Database

from bot.store.marks import marks
from handlers.records import Code, Member, Purpose, Rank, Refused
from knowledge.model import Nation, Role

GUESSES = 5  # wrong codes
WITHIN = 3600  # seconds in which they count


class Members:
    """Who people are."""

    def __init__(self, db: Database) -> None:
        """Use an open database."""
        self._db = db

    def of(self, person: str) -> Member | None:
        """Return the member that an account belongs to."""
        row = self._db.execute("SELECT member FROM account WHERE person = ?", [person]).fetchone()
        return self.by_id(row[0]) if row else None

    def by_id(self, member: int) -> Member | None:
        """Return a member."""
        found = self._read("WHERE id = ?", [member])
        return found[0] if found else None

    def begin(self, person: str, at: int) -> Member:
        """Return the member that an account belongs to, made if there is none."""
        with self._db.atomic():
            if found := self.of(person):
                return found
            (ident,) = self._db.execute("INSERT INTO member (joined) VALUES (?) RETURNING id", [at]).fetchone()
            self._db.execute("INSERT INTO account (person, member, place) VALUES (?, ?, 0)", [person, ident])
            return self._there(ident)

    def change(self, member: int, **changes: object) -> Member:
        """Change some of a member's own fields."""
        with self._db.atomic():
            new = replace(self._there(member), **changes)  # type: ignore[arg-type]  # a wrong name or kind fails here
            self._db.execute(
                """
                UPDATE member SET role = ?, nation = ?, practice = ?, rank = ?,
                    quiet_from = ?, quiet_until = ?, stopped = ?, digest = ?, ahead = ? WHERE id = ?
                """,
                [
                    *(new.role, new.nation, new.practice, new.rank, *new.quiet, json.dumps(sorted(new.stopped))),
                    *(new.digest, new.ahead, member),
                ],
            )
            return self._there(member)

    def link(self, member: int, person: str) -> Member:
        """Give an account to a member. What it belonged to before goes, where no account is left to it."""
        with self._db.atomic():
            before = self.of(person)
            place = "(SELECT coalesce(max(place), -1) + 1 FROM account WHERE member = ?)"
            self._db.execute(f"INSERT OR REPLACE INTO account VALUES (?, ?, {place})", [person, member, member])
            if before and before.id != member and before.people == (person,):
                self._db.execute("DELETE FROM member WHERE id = ?", [before.id])
            return self._there(member)

    def of_practice(self, practice: str) -> list[Member]:
        """Return the members of a practice."""
        return self._read("WHERE practice = ? AND practice != ''", [practice])

    def ranked(self, rank: Rank) -> list[Member]:
        """Return the members of a rank."""
        return self._read("WHERE rank = ?", [rank])

    def forget(self, member: int) -> None:
        """Erase a member and their accounts."""
        with self._db.atomic():
            self._db.execute("DELETE FROM member WHERE id = ?", [member])

    def _there(self, member: int) -> Member:
        found = self.by_id(member)
        if found is None:
            raise LookupError(f"there is no member {member}")
        return found

    def _read(self, where: str, given: list[Any]) -> list[Member]:
        rows = self._db.execute(f"SELECT {MEMBER} FROM member {where} ORDER BY id", given)
        return [member_of(row) for row in rows]


MEMBER = (
    "id, joined, role, nation, practice, rank, quiet_from, quiet_until, stopped, digest, ahead, (SELECT "
    "json_group_array(person) FROM (SELECT person FROM account WHERE account.member = member.id ORDER BY place))"
)


def member_of(row: Sequence[Any]) -> Member:
    """Read a member from the columns that `MEMBER` names."""
    ident, joined, role, nation, practice, rank, quiet_from, quiet_until, stopped, digest, ahead, accounts = row
    return Member(
        id=ident,
        joined=joined,
        role=Role(role) if role else None,
        nation=Nation(nation) if nation else None,
        practice=practice,
        rank=Rank(rank),
        quiet=(quiet_from, quiet_until),
        stopped=frozenset(json.loads(stopped)),
        people=tuple(json.loads(accounts)),
        digest=bool(digest),
        ahead=bool(ahead),
    )


class Codes:
    """Codes: made once, kept as a hash, used once."""

    def __init__(self, db: Database, hashed: Callable[[str], str]) -> None:
        """Use an open database."""
        self._db, self._hashed = db, hashed

    def make(self, code: str, what: Code, at: int) -> None:
        """Keep a code."""
        row = [self._hashed(code), what.purpose, what.practice, what.role, what.member or None, at, what.ends]
        with self._db.atomic():
            self._db.execute(
                "INSERT INTO code (hash, purpose, practice, role, member, made, ends) VALUES (?, ?, ?, ?, ?, ?, ?)", row
            )

    def use(self, code: str, person: str, at: int) -> Code | Refused:
        """Use a code up; a wrong one counts."""
        with self._db.atomic():
            found = self.peek(code, person, at)
            if isinstance(found, Code):
                self._db.execute("UPDATE code SET used = ? WHERE hash = ?", [at, self._hashed(code)])
            return found

    def peek(self, code: str, person: str, at: int) -> Code | Refused:
        """What `use` would return, leaving the code unused; a wrong one counts."""
        who = self._hashed(person)
        with self._db.atomic():
            wrong = self._db.execute("SELECT count(*) FROM guess WHERE person = ? AND at > ?", [who, at - WITHIN])
            if wrong.fetchone()[0] >= GUESSES:
                return Refused.SLOW_DOWN
            row = self._db.execute(
                "SELECT purpose, ends, practice, role, member, used FROM code WHERE hash = ?", [self._hashed(code)]
            ).fetchone()
            refused = Refused.UNKNOWN if row is None else Refused.USED if row[5] else None
            if refused is None and row[1] <= at:
                refused = Refused.ENDED
            if refused:
                self._db.execute("INSERT INTO guess (person, at) VALUES (?, ?)", [who, at])
                return refused
        purpose, ends, practice, role, member, _ = row
        return Code(Purpose(purpose), ends, practice, Role(role) if role else None, member or 0)

    def wrong(self, people: Sequence[str]) -> list[int]:
        """Return when some accounts said wrong codes."""
        given = [self._hashed(person) for person in people]
        rows = self._db.execute(f"SELECT at FROM guess WHERE person IN ({marks(given)}) ORDER BY at", given)
        return [int(at) for (at,) in rows]

    def forget_people(self, people: Sequence[str]) -> int:
        """Erase the wrong guesses of some accounts; how many they were."""
        given = [self._hashed(person) for person in people]
        with self._db.atomic():
            return int(self._db.execute(f"DELETE FROM guess WHERE person IN ({marks(given)})", given).rowcount)

    def forget(self, before: int) -> int:
        """Erase codes that ended, and wrong guesses, from before a time; how many they were."""
        with self._db.atomic():
            gone = self._db.execute("DELETE FROM code WHERE ends < ?", [before]).rowcount
            return int(gone + self._db.execute("DELETE FROM guess WHERE at < ?", [before]).rowcount)

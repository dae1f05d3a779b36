"""Broadcasts, and a row for each person before anything is sent to them.

    fill ── queued ── claim ── sending ── settle ── sent | failed | unsure | queued again
                 └── cancel ── cancelled          recover: sending is unsure after a stop

To those who pledged (`sealed` is not NULL) everybody who might have has a row, and in the end each reads `sent`: who
was sent it, and where it stands, only the installation's key opens. So a copy of the database tells no more of a
practice than its pledges do, which are sealed.

Each step is one small transaction, so that an answer to a question waits for none of them.
"""

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlite_utils import Database

from bot.store.marks import marks
from bot.store.people import MEMBER, member_of
from bot.store.sealing import Seal
from handlers.records import (
    Audience,
    Broadcast,
    Change,
    Claim,
    Counted,
    Doubt,
    Mark,
    Member,
    Selection,
    Stage,
    State,
)
from knowledge.model import Nation, Role

LOOKED_AT = 50  # rows that one claim puts off to after a person's quiet hours before it gives the thread back

_COLUMNS = [each.name for each in fields(Broadcast) if each.name != "choices"]
_PEOPLE = frozenset({"maker", "asker", "confirmer"})  # 0 is nobody, NULL in the table
_PLEDGED = "coalesce(json_extract(audience, '$.pledged'), '')"
_BEGUN = "(SELECT begun FROM broadcast WHERE broadcast.id = delivery.broadcast)"
_VERSION = "(SELECT version FROM broadcast WHERE broadcast.id = delivery.broadcast)"
# What a sealed delivery holds: that it was sent, and where it stands, if that is known; or that it was not. What is
# sealed loses the spaces at its end.
_YES, _NO = "yes:", "no"
_CHAT = "substr(account.person, 1, instr(account.person, ' ') - 1)"
_BEST = f"""
    (SELECT account.person FROM account WHERE account.member = member.id
        AND instr(:chats, '"' || {_CHAT} || '"')
        AND NOT EXISTS (SELECT 1 FROM unreachable WHERE unreachable.person = hashed(account.person))
        ORDER BY place LIMIT 1)
"""
_CHOSEN = """
    (:roles = '[]' OR role IN (SELECT value FROM json_each(:roles)))
    AND (:practices IS NULL OR practice IN (SELECT value FROM json_each(:practices)))
    AND (:nations = '[]' OR nation IN (SELECT value FROM json_each(:nations))
        OR (nation IS NULL AND practice IN (SELECT value FROM json_each(:at_home))))
    AND (stopped = '[]' OR NOT EXISTS (SELECT 1 FROM json_each(stopped) WHERE value = :topic))
"""


def _nobody(_practice: str, _action: str) -> bool:
    return False


class Broadcasts:
    """Updates to members."""

    def __init__(self, db: Database, seal: Seal) -> None:
        """Use an open database; accounts are told from those that cannot be sent to by their hash."""
        self._db, self._seal, self._hashed = db, seal, seal.hashed
        assert isinstance(db.conn, sqlite3.Connection)  # noqa: S101 - for the type checker: it is open
        db.conn.create_function("hashed", 1, seal.hashed, deterministic=True)
        db.conn.create_function("came", 2, lambda sealed, number: sealed is None or self._came(number, sealed))

    def draft(self, broadcast: Broadcast, content: bytes = b"") -> Broadcast:
        """Keep a draft, with the content of its file."""
        names = [name for name in _COLUMNS if name != "id"]
        values = [_value(name, getattr(broadcast, name)) for name in names]
        with self._db.atomic():
            (ident,) = self._db.execute(
                f"INSERT INTO broadcast ({', '.join(names)}, file) VALUES ({marks(names)}, ?) RETURNING id",
                [*values, content],
            ).fetchone()
            for number, choice in enumerate(broadcast.choices, 1):
                self._db.execute(
                    "INSERT INTO choice (broadcast, number, text) VALUES (?, ?, ?)", [ident, number, choice]
                )
            return self._there(ident)

    def by_id(self, ident: int) -> Broadcast | None:
        """Return a broadcast."""
        found = self._read("WHERE id = ?", [ident])
        return found[0] if found else None

    def file(self, ident: int) -> bytes:
        """Return the content of its file."""
        row = self._db.execute("SELECT file FROM broadcast WHERE id = ?", [ident]).fetchone()
        return bytes(row[0]) if row else b""

    def change(self, ident: int, **changes: object) -> Broadcast:
        """Change some of its fields, but for its stage; a new version is to reach what already stands."""
        with self._db.atomic():
            self._set(ident, changes)
            if changes.keys() & {"version", "recalled"}:
                self._db.execute("UPDATE delivery SET stuck = '' WHERE broadcast = ? AND stuck != ''", [ident])
            return self._there(ident)

    def step(self, ident: int, before: Sequence[Stage], after: Stage, **changes: object) -> bool:
        """Move it on, and change some of its fields; False where it stands at none of the stages before."""
        with self._db.atomic():
            done = self._db.execute(
                f"UPDATE broadcast SET stage = ? WHERE id = ? AND stage IN ({marks(before)})", [after, ident, *before]
            ).rowcount
            if done and changes:
                self._set(ident, changes)
        return bool(done)

    def at_stage(self, *stages: Stage) -> list[Broadcast]:
        """Return the broadcasts at some stages, oldest first."""
        return self._read(f"WHERE stage IN ({marks(stages)})", list(stages))

    def practices(self) -> list[str]:
        """Return the practices that members have, each once, "" among them."""
        return [str(code) for (code,) in self._db.execute("SELECT DISTINCT practice FROM member ORDER BY practice")]

    def count(self, selection: Selection) -> dict[str, int]:
        """Return how many would get it on each chat; under "" who cannot be sent to."""
        rows = self._db.execute(
            f"""
            WITH chosen AS MATERIALIZED (SELECT {_BEST} AS best FROM member WHERE {_CHOSEN})
            SELECT coalesce(substr(best, 1, instr(best, ' ') - 1), ''), count(*) FROM chosen GROUP BY 1
            """,
            _given(selection),
        ).fetchall()
        return {chat: number for chat, number in rows if chat in ("", *(selection.platforms or selection.chats))}

    def spread(self, selection: Selection) -> int:
        """Return of how many practices those are who would get it."""
        rows = self._db.execute(
            f"SELECT DISTINCT practice, {_BEST} FROM member WHERE practice != '' AND {_CHOSEN}", _given(selection)
        ).fetchall()
        there = selection.platforms or selection.chats
        return len({practice for practice, best in rows if best and best.split(" ")[0] in there})

    def fill(self, ident: int, selection: Selection, after: Callable[[Member], int], most: int) -> bool:
        """Write some of its deliveries down; False once all stand."""
        with self._db.atomic():
            row = self._db.execute(
                f"SELECT filled, urgent, {_PLEDGED} FROM broadcast WHERE id = ? AND stage = 'sending' AND filled >= 0",
                [ident],
            ).fetchone()
            if row is None:
                return False
            filled, urgent, action = row
            people = self._db.execute(
                f"SELECT {_BEST}, {MEMBER} FROM member WHERE id > :filled AND {_CHOSEN} ORDER BY id LIMIT :most",
                _given(selection) | {"filled": filled, "most": most},
            ).fetchall()
            for best, *columns in people:
                self._queue(ident, member_of(columns), best, selection, after, bool(urgent), bool(action))
            last = people[-1][1] if len(people) == most else -1
            self._db.execute("UPDATE broadcast SET filled = ? WHERE id = ?", [last, ident])
        return bool(last != -1)

    def _queue(
        self,
        ident: int,
        member: Member,
        best: str | None,
        selection: Selection,
        after: Callable[[Member], int],
        urgent: bool,
        hidden: bool,
    ) -> None:
        chat = (best or next(iter(member.people), "none")).split(" ")[0]
        if selection.platforms and chat not in selection.platforms:
            return
        state, reason = (State.QUEUED, "") if best else (State.FAILED, "unreachable")
        turn = 0 if selection.asked and member.ahead and self._asked(selection.asked, member) else 1
        bundle = member.digest and not urgent
        self._db.execute(
            """
            INSERT INTO delivery (broadcast, member, chat, state, reason, turn, after, bundle, sealed)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """,
            [
                *(ident, member.id, chat, state, reason, turn, 0 if urgent else after(member), bundle),
                b"" if hidden else None,
            ],
        )

    def _asked(self, rule: str, member: Member) -> bool:
        """Whether a member asked about a rule, as far back as questions are kept."""
        who = [self._hashed(person) for person in member.people]
        found = self._db.execute(
            f"SELECT 1 FROM question WHERE person IN ({marks(who)}) AND rule = ? LIMIT 1", [*who, rule]
        )
        return found.fetchone() is not None

    def claim(
        self, chat: str, now: int, after: Callable[[Member], int], pledged: Callable[[str, str], bool] = _nobody
    ) -> Claim | None:
        """Take the next delivery on a chat, written down as being sent; None where there is none for now."""
        with self._db.atomic():
            going = self._db.execute(
                f"SELECT id, urgent, topic, turn, {_PLEDGED} FROM broadcast, (SELECT 0 AS turn UNION SELECT 1) "
                "WHERE stage = 'sending' ORDER BY urgent DESC, id, turn"
            ).fetchall()
            for ident, urgent, topic, turn, action in going:
                rows = self._db.execute(
                    """
                    SELECT id, member, bundle FROM delivery
                    WHERE broadcast = ? AND chat = ? AND turn = ? AND state = 'queued' AND after <= ?
                    ORDER BY after, id LIMIT ?
                    """,
                    [ident, chat, turn, now, LOOKED_AT],
                ).fetchall()
                for number, who, bundle in rows:
                    member = self._member(who)
                    if member is None or topic in member.stopped:
                        self._db.execute("UPDATE delivery SET state = 'cancelled' WHERE id = ?", [number])
                    elif not urgent and not bundle and (later := after(member)) > now:
                        self._db.execute("UPDATE delivery SET after = ? WHERE id = ?", [later, number])
                    elif not (account := self._account(member, chat)):
                        self._elsewhere(number, member, chat)
                    elif action and not pledged(member.practice, action):
                        self._close(number, _NO)
                    else:
                        return self._taken(number, ident, member, account, chat, now, bool(bundle), pledged)
        return None

    def _taken(
        self,
        number: int,
        ident: int,
        member: Member,
        account: str,
        chat: str,
        now: int,
        bundle: bool,
        pledged: Callable[[str, str], bool],
    ) -> Claim:
        """Write a delivery down as being sent, and with it all that is due in the same digest."""
        rows = [(number, ident)]
        if bundle:
            due = self._db.execute(
                f"""
                SELECT delivery.id, broadcast.id, {_PLEDGED}
                FROM delivery JOIN broadcast ON broadcast.id = delivery.broadcast
                WHERE delivery.member = ? AND chat = ? AND state = 'queued' AND bundle = 1 AND after <= ?
                    AND stage = 'sending' ORDER BY broadcast.id
                """,
                [member.id, chat, now],
            ).fetchall()
            rows = [(each, its) for each, its, action in due if not action or pledged(member.practice, action)]
            for each, _, _ in due:
                if each not in dict(rows):
                    self._close(each, _NO)
        for each, _ in rows:
            self._db.execute(
                f"""
                UPDATE delivery SET state = 'sending', at = CASE WHEN sealed IS NULL THEN ? ELSE {_BEGUN} END,
                    stands = {_VERSION} WHERE id = ?
                """,
                [now, each],
            )
        numbers, idents = zip(*rows, strict=True)
        return Claim(tuple(numbers), tuple(idents), account)

    def _close(self, number: int, what: str) -> None:
        """Call a delivery to those who pledged sent, whatever became of it; only the key tells.

        Its time is the broadcast's: those that were sent took a moment longer than those that were not.
        """
        self._db.execute(
            f"UPDATE delivery SET state = 'sent', sealed = ?, at = {_BEGUN}, stands = {_VERSION} WHERE id = ?",
            [self._seal.seal(what, f"delivery {number}"), number],
        )

    def _is_hidden(self, number: int) -> bool:
        """Whether a delivery that is being sent is to those who pledged."""
        sql = "SELECT 1 FROM delivery WHERE id = ? AND state = 'sending' AND sealed IS NOT NULL"
        return self._db.execute(sql, [number]).fetchone() is not None

    def _came(self, number: int, sealed: bytes) -> bool:
        """Whether a sealed delivery was sent, or may have been."""
        return bool(sealed) and self._seal.open(sealed, f"delivery {number}").startswith(_YES)

    def _elsewhere(self, number: int, member: Member, chat: str) -> None:
        """Let another of a person's chats have a delivery; call it failed where they have none."""
        others = [each.split(" ")[0] for each in member.people if self._reachable(each)]
        if other := next((each for each in others if each != chat), ""):
            self._db.execute("UPDATE delivery SET chat = ? WHERE id = ?", [other, number])
        else:
            self._db.execute("UPDATE delivery SET state = 'failed', reason = 'unreachable' WHERE id = ?", [number])

    def settle(self, claim: Claim, state: State, reason: str = "", message: str = "") -> None:
        """Write down what became of it; QUEUED puts it back. A digest is no message that could be corrected."""
        kept = message if len(claim.numbers) == 1 else ""
        with self._db.atomic():
            for number in claim.numbers:
                if state is not State.QUEUED and self._is_hidden(number):
                    came = f"{_YES}{kept if state is State.SENT else ''}"
                    self._close(number, came if state in (State.SENT, State.UNSURE) else _NO)
                    continue
                # Its person may have been erased meanwhile: where it stands is then not to be kept.
                self._db.execute(
                    """
                    UPDATE delivery SET state = ?, reason = ?, message = CASE WHEN member IS NULL THEN '' ELSE ? END
                    WHERE id = ? AND state = 'sending'
                    """,
                    [state, reason, kept if state is State.SENT else "", number],
                )

    def reroute(self, claim: Claim, chats: Sequence[str]) -> bool:
        """Put back what cannot reach a person on one chat, for another of theirs; False where they have none."""
        before = claim.account.split(" ")[0]
        with self._db.atomic():
            row = self._db.execute("SELECT member FROM delivery WHERE id = ?", [claim.numbers[0]]).fetchone()
            member = self._member(row[0])
            there = [each.split(" ")[0] for each in member.people if self._reachable(each)] if member else []
            other = next((each for each in there if each in chats and each != before), "")
            if other:
                self._db.execute(
                    f"UPDATE delivery SET state = 'queued', chat = ? WHERE id IN ({marks(claim.numbers)})",
                    [other, *claim.numbers],
                )
        return bool(other)

    def recover(self) -> int:
        """Turn what was being sent at a stop into doubt; how many."""
        with self._db.atomic():
            hidden = "SELECT id FROM delivery WHERE state = 'sending' AND sealed IS NOT NULL"
            for (number,) in self._db.execute(hidden).fetchall():
                self._close(number, _YES)
            begun = self._db.execute("UPDATE delivery SET state = 'unsure', reason = 'stop' WHERE state = 'sending'")
            return int(begun.rowcount)

    def finish(self, ident: int) -> bool:
        """Call it done where nothing of it is left to send."""
        with self._db.atomic():
            done = self._db.execute(
                """
                UPDATE broadcast SET stage = 'done' WHERE id = ? AND stage = 'sending' AND filled = -1
                    AND NOT EXISTS (SELECT 1 FROM delivery WHERE broadcast = broadcast.id AND state = 'queued')
                    AND NOT EXISTS (SELECT 1 FROM delivery WHERE broadcast = broadcast.id AND state = 'sending')
                """,
                [ident],
            )
            return bool(done.rowcount)

    def cancel(self, ident: int) -> int:
        """Cancel what is queued; how many."""
        with self._db.atomic():
            left = self._db.execute(
                "UPDATE delivery SET state = 'cancelled' WHERE broadcast = ? AND state = 'queued'", [ident]
            )
            self._db.execute("UPDATE broadcast SET filled = -1 WHERE id = ?", [ident])
            return int(left.rowcount)

    def counts(self, ident: int) -> list[Counted]:
        """Return its deliveries, counted."""
        rows = self._db.execute(
            """
            SELECT chat, state, reason, stands, stuck, count(*) FROM delivery WHERE broadcast = ?
            GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
            """,
            [ident],
        )
        return [Counted(chat, State(state), *rest) for chat, state, *rest in rows]

    def doubts(self, ident: int, most: int = 10) -> list[Doubt]:
        """Return the deliveries in doubt that nobody has decided on."""
        rows = self._db.execute(
            """
            SELECT delivery.id, chat, role FROM delivery LEFT JOIN member ON member.id = delivery.member
            WHERE broadcast = ? AND state = 'unsure' AND reason != 'left' ORDER BY delivery.id LIMIT ?
            """,
            [ident, most],
        )
        return [Doubt(number, chat, Role(role) if role else None) for number, chat, role in rows]

    def decide(self, ident: int, number: int, resend: bool) -> bool:
        """Send a delivery in doubt again, or leave it; False where it is in doubt no more."""
        state, reason = (State.QUEUED, "") if resend else (State.UNSURE, "left")
        with self._db.atomic():
            done = self._db.execute(
                """
                UPDATE delivery SET state = ?, reason = ?, after = 0, bundle = 0
                WHERE id = ? AND broadcast = ? AND state = 'unsure' AND reason != 'left' AND member IS NOT NULL
                """,
                [state, reason, number, ident],
            ).rowcount
            if done and resend:
                self._db.execute("UPDATE broadcast SET stage = 'sending' WHERE id = ? AND stage = 'done'", [ident])
        return bool(done)

    def changing(self, chat: str) -> Change | None:
        """Return a message on a chat that is to be changed."""
        changed = self._db.execute("SELECT id, version, recalled FROM broadcast WHERE changed > 0 ORDER BY id DESC")
        for ident, version, recalled in changed.fetchall():
            row = self._db.execute(
                """
                SELECT id, message, sealed FROM delivery
                WHERE broadcast = ? AND chat = ? AND state = 'sent' AND stuck = '' AND stands BETWEEN 0 AND ?
                LIMIT 1
                """,
                [ident, chat, version if recalled else version - 1],
            ).fetchone()
            if row:
                number, message, sealed = row
                if sealed and self._came(number, sealed):
                    message = self._seal.open(sealed, f"delivery {number}").removeprefix(_YES)
                return Change(number, ident, message, -1 if recalled else version)
        return None

    def changed(self, change: Change, stuck: str = "") -> None:
        """Write down that a message was changed, or why it cannot be."""
        with self._db.atomic():
            self._db.execute(
                """
                UPDATE delivery SET stuck = CASE WHEN sealed IS NULL THEN :stuck ELSE '' END,
                    stands = CASE WHEN sealed IS NULL AND :stuck != '' THEN stands ELSE :version END WHERE id = :number
                """,
                {"stuck": stuck, "version": change.version, "number": change.number},
            )

    def archive(self, member: int, before: int = 0, most: int = 8) -> list[Broadcast]:
        """Return what went to everyone or to a member, newest first, before a number; none that was recalled."""
        return self._read(
            f"WHERE {_IN_ARCHIVE} AND (:before = 0 OR id < :before)",
            {"member": member, "before": before, "most": most},
            "id DESC LIMIT :most",
        )

    def got(self, ident: int, member: int) -> bool:
        """Whether a broadcast is in a member's archive."""
        return bool(self._read(f"WHERE {_IN_ARCHIVE} AND id = :ident", {"member": member, "ident": ident}))

    def mark(self, ident: int, what: Mark, member: int) -> bool:
        """Count a member once, by a hash; False where they were counted already."""
        with self._db.atomic():
            made = self._db.execute(
                "INSERT INTO mark (broadcast, what, who) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                [ident, what, self._who(ident, what, member)],
            )
            return bool(made.rowcount)

    def marked(self, ident: int, what: Mark) -> int:
        """Return how many were counted."""
        row = self._db.execute("SELECT count(*) FROM mark WHERE broadcast = ? AND what = ?", [ident, what]).fetchone()
        return int(row[0])

    def vote(self, ident: int, choice: int, member: int) -> bool:
        """Count a vote and, apart from it, that this member voted; False where they did already."""
        with self._db.atomic():
            if not self.mark(ident, Mark.VOTED, member):
                return False
            counted = self._db.execute(
                "UPDATE choice SET votes = votes + 1 WHERE broadcast = ? AND number = ?", [ident, choice]
            )
            if not counted.rowcount:
                raise LookupError(f"broadcast {ident} has no choice {choice}")
        return True

    def votes(self, ident: int) -> tuple[int, ...]:
        """Return the votes for each choice."""
        rows = self._db.execute("SELECT votes FROM choice WHERE broadcast = ? ORDER BY number", [ident])
        return tuple(int(votes) for (votes,) in rows)

    def of_member(self, member: int) -> list[tuple[int, str, State, int]]:
        """Return what went to a member: the broadcast, the chat, what became of it and when."""
        rows = self._db.execute(
            "SELECT broadcast, chat, state, at FROM delivery WHERE member = ? AND came(sealed, id) ORDER BY broadcast",
            [member],
        )
        return [(ident, chat, State(state), at) for ident, chat, state, at in rows]

    def forget(self, member: int) -> None:
        """Erase that a member was counted; the counts of a poll stay."""
        with self._db.atomic():
            for ident, what in self._db.execute("SELECT DISTINCT broadcast, what FROM mark").fetchall():
                self._db.execute(
                    "DELETE FROM mark WHERE broadcast = ? AND what = ? AND who = ?",
                    [ident, what, self._who(ident, what, member)],
                )

    def _who(self, ident: int, what: str, member: int) -> str:
        # A hash for each broadcast of its own: no two of them tell that the same person came.
        return self._hashed(f"{what} {ident} {member}")

    def _member(self, member: int | None) -> Member | None:
        row = self._db.execute(f"SELECT {MEMBER} FROM member WHERE id = ?", [member]).fetchone()
        return member_of(row) if row else None

    def _account(self, member: Member, chat: str) -> str:
        """Return the first of a person's accounts on a chat where they can be reached, "" where there is none."""
        mine = [account for account in member.people if account.split(" ")[0] == chat]
        return next((account for account in mine if self._reachable(account)), "")

    def _reachable(self, account: str) -> bool:
        found = self._db.execute("SELECT 1 FROM unreachable WHERE person = ?", [self._hashed(account)])
        return found.fetchone() is None

    def _there(self, ident: int) -> Broadcast:
        found = self.by_id(ident)
        if found is None:
            raise LookupError(f"there is no broadcast {ident}")
        return found

    def _set(self, ident: int, changes: dict[str, object]) -> None:
        if changes.keys() - set(_COLUMNS) or changes.keys() & {"id", "stage"}:
            raise TypeError(f"a broadcast cannot change its {', '.join(changes)}")
        named = ", ".join(f"{name} = ?" for name in changes)
        values = [_value(name, value) for name, value in changes.items()]
        self._db.execute(f"UPDATE broadcast SET {named} WHERE id = ?", [*values, ident])

    def _read(self, where: str, given: Sequence[object] | dict[str, object], order: str = "id") -> list[Broadcast]:
        choices = "(SELECT json_group_array(text) FROM (SELECT text FROM choice WHERE broadcast = id ORDER BY number))"
        rows = self._db.execute(
            f"SELECT {choices}, {', '.join(_COLUMNS)} FROM broadcast {where} ORDER BY {order}", given
        )
        return [
            Broadcast(
                choices=tuple(json.loads(chosen)),
                **{name: _read_as(name, value) for name, value in zip(_COLUMNS, values, strict=True)},
            )
            for chosen, *values in rows.fetchall()
        ]


_IN_ARCHIVE = """
    recalled = 0 AND begun > 0 AND stage IN ('sending', 'paused', 'done')
    AND (audience = '{}' OR EXISTS
        (SELECT 1 FROM delivery
            WHERE delivery.broadcast = broadcast.id AND delivery.member = :member AND came(sealed, delivery.id)))
"""


def _given(selection: Selection) -> dict[str, Any]:
    practices = None if selection.practices is None else json.dumps(selection.practices)
    lists = {name: json.dumps(getattr(selection, name)) for name in ("roles", "nations", "at_home", "chats")}
    return lists | {"practices": practices, "topic": selection.topic}


def _value(name: str, value: object) -> object:
    """Write a field as its column: an audience as the parts that it has."""
    if isinstance(value, Audience):
        return json.dumps({key: each for key, each in asdict(value).items() if each})
    return value or None if name in _PEOPLE else value


def _read_as(name: str, value: Any) -> Any:  # noqa: ANN401 - as the column has it
    match name:
        case "audience":
            told = json.loads(value)
            kinds: dict[str, Callable[[str], Any]] = {"roles": Role, "nations": Nation}
            pledged = told.pop("pledged", "")
            lists = {key: tuple(map(kinds.get(key, str), each)) for key, each in told.items()}
            return Audience(**lists, pledged=pledged)
        case "stage":
            return Stage(value)
        case "urgent" | "closed" | "recalled":
            return bool(value)
    return value or 0 if name in _PEOPLE else value

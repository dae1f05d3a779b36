"""The officers' desk: a row for each question and for each of its lines, before anything is sent.

    open, add ── queued ── claim ── sending ── settle ── sent | failed | unsure | queued again
                 held ── move ── queued | withdrawn         recover: sending is unsure after a stop
    reword, change ── stale ── changing ── the call ── changed

Where messages stand is found by a hash of the chat and its own words for it.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from typing import Any

from sqlite_utils import Database

from bot.store.marks import marks
from handlers.records import Item, ItemState, Kind, Line, LineState, Room, Towards
from knowledge.model import Nation, Role

_ITEM = [each.name for each in fields(Item)]
_LINE = [each.name for each in fields(Line)]
_NOBODY = frozenset({"member", "officer", "item"})  # 0 in a record, NULL in the table
_NOT_SHOWN = frozenset({"listens", "reminded"})  # what a card does not tell
_Reading = dict[str, Callable[[Any], Any]]  # how a column becomes a field, where it does not stand as it is
_OF_NOBODY: _Reading = dict.fromkeys(_NOBODY, lambda value: value or 0)
_OF_ITEM: _Reading = _OF_NOBODY | {
    "rules": lambda value: tuple(json.loads(value)),
    "role": lambda value: Role(value) if value else None,
    "nation": Nation,
    "state": ItemState,
}
_OF_LINE: _Reading = _OF_NOBODY | {"state": LineState, "kind": Kind, "towards": Towards, "corrected": bool}
_UNSENT = (LineState.QUEUED, LineState.HELD, LineState.FAILED, LineState.UNSURE)


class Desk:
    """Questions that the officers answer themselves."""

    def __init__(self, db: Database, hashed: Callable[[str], str]) -> None:
        """Use an open database; messages are found by their hash."""
        self._db, self._hashed = db, hashed

    def room(self) -> Room | None:
        """Return the officers' room, where it is now; None where there is none.

        A place begins with the id of its group, where an app gives groups new ids: "-2001/0/0/0".
        """
        row = self._db.execute("SELECT chat, place, failing, pause, again, since FROM desk_room").fetchone()
        if row is None:
            return None
        room = Room(*row)
        group, slash, rest = room.place.partition("/")
        moved = self._db.execute("SELECT new FROM moved WHERE chat = ? AND old = ?", [room.chat, group]).fetchone()
        return replace(room, place=f"{moved[0]}{slash}{rest}") if moved else room

    def settle_in(self, room: Room | None) -> None:
        """Make a place the officers' room, or none."""
        with self._db.atomic():
            self._db.execute("DELETE FROM desk_room")
            if room:
                row = [room.chat, room.place, room.failing, room.pause, room.again, room.since]
                self._db.execute(
                    "INSERT INTO desk_room (one, chat, place, failing, pause, again, since) "
                    "VALUES (1, ?, ?, ?, ?, ?, ?)",
                    row,
                )

    # Items

    def open(self, item: Item, card: Line) -> Item:
        """Keep a question, and the line that shows it to the officers."""
        with self._db.atomic():
            made = replace(item, id=self._insert("desk_item", _ITEM, item))
            self.add(replace(card, item=made.id))
        return made

    def by_id(self, ident: int) -> Item | None:
        """Return an item."""
        return next(iter(self._items("WHERE id = ?", [ident])), None)

    def change(self, ident: int, **changes: object) -> Item:
        """Change some of an item's fields, but for its state; its card is to show it."""
        with self._db.atomic():
            self._set("desk_item", ident, changes)
            if changes.keys() - _NOT_SHOWN:
                self._show(ident)
            found = self.by_id(ident)
        if found is None:
            raise LookupError(f"there is no item {ident}")
        return found

    def step(self, ident: int, before: Sequence[ItemState], after: ItemState, **changes: object) -> bool:
        """Move an item on, and change some of its fields; False where it stands at none of the states before."""
        with self._db.atomic():
            done = self._set("desk_item", ident, {"state": after, **changes}, before)
            if done:
                self._show(ident)
        return done

    def _show(self, ident: int) -> None:
        self._db.execute(
            "UPDATE desk_line SET stale = stale + 1 WHERE item = ? AND kind = 'card' AND state IN ('sending', 'sent')",
            [ident],
        )

    def open_items(self, most: int, skip: int = 0) -> list[Item]:
        """Return some of the items that are not closed, those promised first first."""
        return self._items("WHERE state != 'closed' ORDER BY promised, id LIMIT ? OFFSET ?", [most, skip])

    def how_many_open(self) -> int:
        """Return how many items are not closed."""
        row = self._db.execute("SELECT count(*) FROM desk_item WHERE state != 'closed'").fetchone()
        return int(row[0])

    def of(self, member: int) -> list[Item]:
        """Return what a member asked, oldest first."""
        return self._items("WHERE member = ? ORDER BY id", [member])

    def taken_by(self, member: int) -> list[int]:
        """Return the numbers of the items that an officer has or had."""
        rows = self._db.execute("SELECT id FROM desk_item WHERE officer = ? ORDER BY id", [member])
        return [int(ident) for (ident,) in rows]

    def known_as(self, officer: int) -> str:
        """Return what their app called an officer last, as an item that they took tells; "" where none does."""
        row = self._db.execute(
            "SELECT officer_name FROM desk_item WHERE officer = ? AND officer_name != '' ORDER BY taken DESC LIMIT 1",
            [officer],
        ).fetchone()
        return str(row[0]) if row else ""

    def listening(self, member: int, now: int) -> Item | None:
        """Return the item that minds what its asker types: of several, the one that was written to last."""
        found = self._items(
            "WHERE member = ? AND state != 'closed' AND listens > ? ORDER BY listens DESC, id DESC LIMIT 1",
            [member, now],
        )
        return next(iter(found), None)

    def overdue(self, now: int) -> list[Item]:
        """Return the open items without an answer of which a reminder is due."""
        return self._items(
            """
            WHERE state != 'closed' AND answered = 0 AND reminded < 2
                AND CASE reminded WHEN 0 THEN half ELSE promised END <= ? ORDER BY promised, id LIMIT 100
            """,
            [now],
        )

    # Lines

    def add(self, line: Line, said: str = "") -> Line:
        """Keep a line; `said` is the message that its words came in."""
        with self._db.atomic():
            made = replace(line, id=self._insert("desk_line", _LINE, line))
            if said:
                self._place(said, made.id, said=True)
        return made

    def line(self, ident: int) -> Line | None:
        """Return a line."""
        return next(iter(self._lines("WHERE id = ?", [ident])), None)

    def lines(self, item: int) -> list[Line]:
        """Return the lines of an item, oldest first."""
        return self._lines("WHERE item = ? ORDER BY id", [item])

    def move(self, ident: int, before: Sequence[LineState], after: LineState, **changes: object) -> bool:
        """Move a line on, and change some of its fields; False where it stands at none of the states before."""
        with self._db.atomic():
            done = self._set("desk_line", ident, {"reason": "", "state": after, **changes}, before)
            if done and after is LineState.WITHDRAWN:
                self._db.execute("UPDATE desk_line SET stale = stale + 1 WHERE id = ?", [ident])
        return done

    def reword(self, ident: int, text: str) -> Line:
        """Put other words in a line; where it stands it is to be changed."""
        with self._db.atomic():
            self._db.execute("UPDATE desk_line SET text = ? WHERE id = ?", [text, ident])
            self._db.execute(
                "UPDATE desk_line SET corrected = 1, stale = stale + 1 WHERE id = ? AND state IN ('sending', 'sent')",
                [ident],
            )
            found = self.line(ident)
        if found is None:
            raise LookupError(f"there is no line {ident}")
        return found

    def said(self, message: str) -> Line | None:
        """Return the line whose words came in a message."""
        return self._at(message, said=True)

    def told(self, message: str) -> Line | None:
        """Return the line that a message of the bot's own shows."""
        return self._at(message, said=False)

    def minds(self, chat: str, about: str, said: str) -> bool:
        """Whether a message on a chat answers one of the desk's, or is one that a line's words came in."""
        return bool((about and self.told(f"{chat} {about}")) or (said and self.said(f"{chat} {said}")))

    def _at(self, message: str, said: bool) -> Line | None:
        where = "WHERE id = (SELECT line FROM desk_place WHERE place = ? AND said = ?)"
        return next(iter(self._lines(where, [self._hashed(message), said])), None)

    def _place(self, message: str, line: int, said: bool) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO desk_place (place, line, said) VALUES (?, ?, ?)",
            [self._hashed(message), line, said],
        )

    def bring_over(self, chats: Sequence[str]) -> int:
        """Have what waits for an app that is none of some go by the first of those; how many lines that is."""
        with self._db.atomic():
            done = self._db.execute(
                f"UPDATE desk_line SET chat = ? WHERE state = 'queued' AND chat NOT IN ('', {marks(chats)})",
                [chats[0], *chats],
            )
        return int(done.rowcount)

    def claim(self, chat: str, now: int) -> Line | None:
        """Take the next line for a chat, written down as being sent; None where there is none for now.

        The lines of an item go in their order: one waits while an earlier one to the same side is on its way.
        """
        with self._db.atomic():
            room = self.room()
            to = [chat, ""] if room and room.chat == chat and room.again <= now else [chat]
            for each in to:
                found = self._lines(
                    """
                    WHERE state = 'queued' AND chat = ? AND NOT EXISTS (
                        SELECT 1 FROM desk_line AS other WHERE other.item = desk_line.item AND other.id < desk_line.id
                            AND other.towards = desk_line.towards AND other.state IN ('queued', 'sending')
                    ) ORDER BY id LIMIT 1
                    """,
                    [each],
                )
                for line in found:
                    self._set("desk_line", line.id, {"state": LineState.SENDING})
                    return replace(line, state=LineState.SENDING)
        return None

    def settle(self, line: Line, state: LineState, reason: str = "", copy: str = "") -> bool:
        """Write down what became of a line that was being sent; False where it was taken back meanwhile."""
        with self._db.atomic():
            done = self._set(
                "desk_line", line.id, {"state": state, "reason": reason, "copy": copy}, [LineState.SENDING]
            )
            if not done and copy:
                self._set("desk_line", line.id, {"copy": copy}, [LineState.WITHDRAWN])
            if copy:
                self._place(copy, line.id, said=False)
        return done

    def changing(self, chat: str) -> Line | None:
        """Return a line that stands on a chat and is to be changed there, or taken back."""
        found = self._lines("WHERE stale > 0 AND copy != '' AND copy GLOB ? ORDER BY id LIMIT 1", [f"{chat} *"])
        return next(iter(found), None)

    def changed(self, line: Line) -> None:
        """Write down that a line's copy shows what the line was when `changing` returned it."""
        with self._db.atomic():
            self._db.execute("UPDATE desk_line SET stale = 0 WHERE id = ? AND stale = ?", [line.id, line.stale])

    def recover(self) -> list[Line]:
        """Turn what was being sent at a stop into doubt, and return it."""
        with self._db.atomic():
            found = self._lines("WHERE state = 'sending' ORDER BY id", [])
            self._db.execute("UPDATE desk_line SET state = 'unsure', reason = 'stop' WHERE state = 'sending'")
        return [replace(line, state=LineState.UNSURE, reason="stop") for line in found]

    # Forgetting

    def erase(self, ident: int) -> None:
        """Erase the words of an item and of all its lines; cancel what waits, and have what stands taken back."""
        with self._db.atomic():
            for line in self.lines(ident):
                if line.kind is Kind.WORDS and line.towards is Towards.DESK:
                    self.move(line.id, [*_UNSENT, LineState.SENDING, LineState.SENT], LineState.WITHDRAWN)
                else:
                    self.move(line.id, _UNSENT, LineState.WITHDRAWN)
            self._db.execute("UPDATE desk_line SET text = '' WHERE item = ?", [ident])
            self._db.execute(  # reminders show the question's first words
                "UPDATE desk_line SET stale = stale + 1 "
                "WHERE item = ? AND towards = 'desk' AND kind IN ('half', 'late') AND state IN ('sending', 'sent')",
                [ident],
            )
            self.change(ident, text="", practice="")

    def forget(self, before: int) -> int:
        """Erase the words of items that were closed before a time, and who asked; how many they were."""
        where = "SELECT id FROM desk_item WHERE state = 'closed' AND member IS NOT NULL AND closed < ?"
        with self._db.atomic():
            self._db.execute(
                f"UPDATE desk_line SET text = '', member = NULL, copy = '', stale = 0 WHERE item IN ({where})", [before]
            )
            gone = self._db.execute(
                """
                UPDATE desk_item SET text = '', member = NULL, officer = NULL, officer_name = '', practice = ''
                WHERE state = 'closed' AND member IS NOT NULL AND closed < ?
                """,
                [before],
            )
            return int(gone.rowcount)

    def forget_member(self, member: int) -> int:
        """Erase what a member asked and wrote, before the member goes; how many items they had."""
        theirs = self.of(member)
        with self._db.atomic():
            for item in theirs:
                self.erase(item.id)
                # Where the bot's messages to them stand tells their account.
                self._db.execute("UPDATE desk_line SET copy = '' WHERE item = ? AND towards != 'desk'", [item.id])
                closed = item.closed or max(item.made, item.taken, item.answered)
                changes = {"member": 0, "closed": closed, "settled": item.settled or "withdrawn"}
                self.step(item.id, list(ItemState), ItemState.CLOSED, **changes)
            for ident in self.taken_by(member):
                self.step(ident, [ItemState.TAKEN], ItemState.WAITING)
                self.change(ident, officer=0, officer_name="")
        return len(theirs)

    # Rows

    def _insert(self, table: str, names: Sequence[str], record: Item | Line) -> int:
        kept = [name for name in names if name != "id"]
        (ident,) = self._db.execute(
            f"INSERT INTO {table} ({', '.join(kept)}) VALUES ({marks(kept)}) RETURNING id",
            [_value(name, getattr(record, name)) for name in kept],
        ).fetchone()
        return int(ident)

    def _set(self, table: str, ident: int, changes: dict[str, Any], before: Sequence[str] = ()) -> bool:
        """Change a row; where states are given, only if it stands at one of them."""
        named = ", ".join(f"{name} = ?" for name in changes)
        states = f" AND state IN ({marks(before)})" if before else ""
        done = self._db.execute(
            f"UPDATE {table} SET {named} WHERE id = ?{states}",
            [*(_value(name, value) for name, value in changes.items()), ident, *before],
        )
        return bool(done.rowcount)

    def _items(self, rest: str, given: Sequence[object]) -> list[Item]:
        rows = self._db.execute(f"SELECT {', '.join(_ITEM)} FROM desk_item {rest}", given)
        return [Item(**_read(_ITEM, row, _OF_ITEM)) for row in rows]

    def _lines(self, rest: str, given: Sequence[object]) -> list[Line]:
        rows = self._db.execute(f"SELECT {', '.join(_LINE)} FROM desk_line {rest}", given).fetchall()
        return [Line(**_read(_LINE, row, _OF_LINE)) for row in rows]


def _read(names: Sequence[str], row: Sequence[Any], readers: _Reading) -> dict[str, Any]:
    return {name: readers[name](value) if name in readers else value for name, value in zip(names, row, strict=True)}


def _value(name: str, value: object) -> object:
    """Write a field as its column."""
    if name == "rules":
        return json.dumps(value)
    return value or None if name in _NOBODY else value

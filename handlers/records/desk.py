"""Questions that the officers answer themselves, and each line that goes between an asker and them.

Item    one question: who may know what of its asker, who has it, when an answer was promised
Line    one message of it, on its way or sent: to the asker, to the officers' room, or to an owner
Room    the group or channel that is the officers' desk
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from knowledge.model import Nation, Role


class ItemState(StrEnum):
    """Whose turn an item is."""

    WAITING = "waiting"  # no officer has it
    TAKEN = "taken"
    CLOSED = "closed"


class LineState(StrEnum):
    """What became of a line."""

    QUEUED = "queued"
    SENDING = "sending"  # the call may have been made
    SENT = "sent"
    FAILED = "failed"  # not sent, and trying again by itself will not help
    UNSURE = "unsure"  # it may or may not stand there: an officer says what to do
    HELD = "held"  # an officer says whether it goes at all
    WITHDRAWN = "withdrawn"  # who wrote it took it back


class Towards(StrEnum):
    """To whom a line goes."""

    ASKER = "asker"
    DESK = "desk"
    OWNER = "owner"


class Kind(StrEnum):
    """What a line says: people's own words, or what the bot says about an item."""

    CARD = "card"  # the item itself, in the officers' room
    WORDS = "words"
    NOTE = "note"  # something for the officers to know, in `text`
    HALF = "half"  # half of the time that was promised is over
    LATE = "late"  # all of it is
    NAMING = "naming"  # whether the asker agrees to be named
    ENDED = "ended"  # the item was closed: did that answer it?
    GAPS = "gaps"  # what the book lacks, once a week
    OUTAGE = "outage"  # the officers' room cannot be reached


@dataclass(frozen=True)
class Item:
    """One question to the officers, masked; `text` is "" once its words are erased.

    `member` asked it, on the app `chat`; 0 is nobody any more. `question` is the number of the kept question that it
    was, 0 for none. `outcome` and `rules` are what the bot would have said, with the probability `p`. `practice` is an
    ODS code, and "" until they agree; `naming` is "", "asked", "agreed" or "refused". `half` and `promised` are when
    half and all of the promised time is over, `reminded` how many of the two were told. `officer` is the member who
    has it, with what their app calls them; `answered` when an officer's first word reached the asker. What the asker
    types until `listens` goes to the officers. `settled` is "", "yes", "no" or "withdrawn".
    """

    text: str
    member: int
    chat: str
    made: int
    outcome: str = "none"
    rules: tuple[str, ...] = ()
    p: float = 0.0
    question: int = 0
    role: Role | None = None
    nation: Nation = Nation.ENGLAND
    practice: str = ""
    naming: str = ""
    half: int = 0
    promised: int = 0
    reminded: int = 0
    state: ItemState = ItemState.WAITING
    officer: int = 0
    officer_name: str = ""
    taken: int = 0
    answered: int = 0
    closed: int = 0
    settled: str = ""
    listens: int = 0
    id: int = 0


@dataclass(frozen=True)
class Line:
    """One message of an item; of none where `item` is 0.

    `member` wrote its words, or is the owner whom it tells. `chat` is the app that it goes to, "" for that of the
    officers' room, and `copy` the message that it stands in, "telegram 5/17". `about` is the number of the line that
    a note tells of. `reason` is why it failed, or is in doubt, or is held. `corrected` is whether its words were
    changed after they were sent; `stale` counts the changes that the copy does not show yet.
    """

    item: int
    kind: Kind
    towards: Towards
    at: int
    text: str = ""
    member: int = 0
    chat: str = ""
    about: int = 0
    state: LineState = LineState.QUEUED
    reason: str = ""
    copy: str = ""
    corrected: bool = False
    stale: int = 0
    id: int = 0


@dataclass(frozen=True)
class Room:
    """The officers' desk: an app, and the place there where all of them read, `since` when.

    It has not been reached since `failing`, 0 where it is; after `pause` seconds, at `again`, it is tried once more.
    """

    chat: str
    place: str
    failing: int = 0
    pause: int = 0
    again: int = 0
    since: int = 0


class Desk(Protocol):
    """The officers' desk: a row for each question and for each message, before anything is sent."""

    def room(self) -> Room | None:
        """Return the officers' room; None where there is none."""

    def settle_in(self, room: Room | None) -> None:
        """Make a place the officers' room, or none; what is known of it before is replaced."""

    def open(self, item: Item, card: Line) -> Item:
        """Keep a question, and the line that shows it to the officers, whose `item` is set to it."""

    def by_id(self, ident: int) -> Item | None:
        """Return an item."""

    def change(self, ident: int, **changes: object) -> Item:
        """Change some of an item's fields, but for its state; its card is to show it."""

    def step(self, ident: int, before: Sequence[ItemState], after: ItemState, **changes: object) -> bool:
        """Move an item on, and change some of its fields; False where it stands at none of the states before."""

    def open_items(self, most: int, skip: int = 0) -> list[Item]:
        """Return some of the items that are not closed, those promised first first."""

    def how_many_open(self) -> int:
        """Return how many items are not closed."""

    def of(self, member: int) -> list[Item]:
        """Return what a member asked, oldest first."""

    def taken_by(self, member: int) -> list[int]:
        """Return the numbers of the items that an officer has or had."""

    def known_as(self, officer: int) -> str:
        """Return what their app called an officer last, as an item that they took tells; "" where none does."""

    def listening(self, member: int, now: int) -> Item | None:
        """Return the item that minds what its asker types: of several, the one that was written to last."""

    def overdue(self, now: int) -> list[Item]:
        """Return the open items without an answer of which a reminder is due."""

    def add(self, line: Line, said: str = "") -> Line:
        """Keep a line; `said` is the message that its words came in, "telegram 5/17"."""

    def line(self, ident: int) -> Line | None:
        """Return a line."""

    def lines(self, item: int) -> list[Line]:
        """Return the lines of an item, oldest first."""

    def move(self, ident: int, before: Sequence[LineState], after: LineState, **changes: object) -> bool:
        """Move a line on, and change some of its fields; False where it stands at none of the states before."""

    def reword(self, ident: int, text: str) -> Line:
        """Put other words in a line; where it stands it is to be changed."""

    def said(self, message: str) -> Line | None:
        """Return the line whose words came in a message, "telegram 5/17"."""

    def told(self, message: str) -> Line | None:
        """Return the line that a message of the bot's own shows, "telegram 5/17"."""

    def minds(self, chat: str, about: str, said: str) -> bool:
        """Whether a message on a chat answers one of the desk's, or is one that a line's words came in."""

    def bring_over(self, chats: Sequence[str]) -> int:
        """Have what waits for an app that is none of some go by the first of those; how many lines that is."""

    def claim(self, chat: str, now: int) -> Line | None:
        """Take the next line for a chat, written down as being sent; None where there is none for now."""

    def settle(self, line: Line, state: LineState, reason: str = "", copy: str = "") -> bool:
        """Write down what became of a line that was being sent; False where it was taken back meanwhile."""

    def changing(self, chat: str) -> Line | None:
        """Return a line that stands on a chat and is to be changed there, or taken back."""

    def changed(self, line: Line) -> None:
        """Write down that a line's copy shows what the line was when `changing` returned it."""

    def recover(self) -> list[Line]:
        """Turn what was being sent at a stop into doubt, and return it."""

    def erase(self, ident: int) -> None:
        """Erase the words of an item and of all its lines; cancel what waits, and have what stands taken back."""

    def forget(self, before: int) -> int:
        """Erase the words of items that were closed before a time, and who asked; how many they were."""

    def forget_member(self, member: int) -> int:
        """Erase what a member asked and wrote, before the member goes; how many items they had."""

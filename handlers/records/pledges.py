"""What practices pledge, on what condition; their history; what they are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Stand(StrEnum):
    """Where a practice stands on an action."""

    CONSIDERING = "considering"
    WAITING = "waiting"  # on its condition: nobody is told
    PLEDGED = "pledged"  # from a day
    DOING = "doing"
    PAUSED = "paused"
    STOPPED = "stopped"  # in its history alone


ACTIVE = frozenset({Stand.PLEDGED, Stand.DOING})  # what counts, for a condition and in a figure


@dataclass(frozen=True)
class Pledge:
    """Where a practice stands on an action: the practice's own word, and no person's.

    `practice` is an ODS code, `action` an id; `day` is that from which it holds, 2026-12-01; `at` when it was said.
    While it waits, `area` is the code of the area that it waits for, exactly one of `number` and `percent` is not 0,
    and `until` is the last day of its condition.
    """

    practice: str
    action: str
    stand: Stand
    day: str
    at: int
    area: str = ""
    number: int = 0
    percent: int = 0
    until: str = ""


@dataclass(frozen=True)
class Entry:
    """A line of a practice's own history: `what` is a stand, "still" or "letter"; `note` says more, or is ""."""

    at: int
    practice: str
    action: str
    what: str
    day: str
    note: str = ""


@dataclass(frozen=True)
class Move:
    """A step of one practice on one action, from what was seen to what is to be; None is nothing. `entry` is told."""

    before: Pledge | None
    after: Pledge | None
    entry: Entry | None = None


@dataclass(frozen=True)
class Notice:
    """A message to send once: to which member, on which action, what."""

    member: int
    action: str
    head: str
    said: str
    id: int = 0


class Pledges(Protocol):
    """What practices pledge. Without the installation's key nothing here tells which practice said what, nor when."""

    def of(self, practice: str) -> list[Pledge]:
        """Return the pledges of a practice that live."""

    def on(self, action: str) -> list[Pledge]:
        """Return the pledges on an action that live, in no order."""

    def actions(self) -> list[str]:
        """Return the actions on which there is a pledge."""

    def apply(
        self, moves: Sequence[Move], notices: Sequence[Notice] = (), counts: Sequence[tuple[str, str]] = ()
    ) -> bool:
        """Take steps, write messages down and count, all or nothing. False where a `before` is not what stands now.

        Args:
            moves: the steps, at most one a practice and action.
            notices: the messages to send of it.
            counts: an action and what to count there, "withdrawn" or "unmet"; once for each time.
        """

    def history(self, practice: str) -> list[Entry]:
        """Return the history of a practice, oldest first. It is only ever added to."""

    def note(self, entry: Entry) -> None:
        """Add a line to a practice's history."""

    def counted(self, action: str) -> dict[str, int]:
        """Return what was counted on an action."""

    def rest(self, practice: str, action: str, until: int) -> None:
        """Hold in memory alone that a practice may set no new condition on an action until a time."""

    def rests(self, practice: str, action: str) -> int:
        """Return until when; 0 where nothing is held."""

    def notices(self) -> list[Notice]:
        """Return the messages to send, oldest first."""

    def told(self, notice: Notice) -> bool:
        """Erase a message before it is sent. False where it was already."""

    def tell(self, notice: Notice) -> None:
        """Write a message down, or put one back that was not sent."""

    def nudged(self) -> dict[str, int]:
        """Return when practices were asked last, by `name_of`."""

    def name_of(self, practice: str) -> str:
        """Return the name by which `nudged` knows a practice."""

    def nudge(self, practice: str, at: int) -> None:
        """Write down, before the question goes out, that a practice was asked."""

    def weeks(self) -> dict[str, str]:
        """Return the figures of each week that was counted, by the day on which it was, oldest first."""

    def keep_week(self, day: str, body: str) -> None:
        """Keep a week's figures; those of a day that are there already stay as they are."""

    def joined(self) -> list[str]:
        """Return the practices that somebody speaks for."""

"""What has arrived, each delivery once, and where people and groups are now."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Step(StrEnum):
    """How far the answer to one delivery has come."""

    TAKEN = "taken"  # written down; nothing was sent
    SENDING = "sending"  # the call may have been made
    DONE = "done"  # it was answered, or it never will be


@dataclass(frozen=True)
class Taken:
    """A delivery that is written down and not yet answered: masked, and only until it is."""

    key: str
    body: str
    at: int


class Seen(Protocol):
    """What has arrived: each delivery once, whatever a platform delivers twice."""

    def take(self, key: str, body: str, at: int) -> Taken | None:
        """Write a delivery down. None where it is there already."""

    def step(self, taken: Taken, step: Step) -> None:
        """Write how far its answer has come; its body stands there only while it may have to be answered anew."""

    def unanswered(self) -> list[Taken]:
        """Return what was taken and never sent, oldest first; what was being sent stays as it is, never sent again."""

    def forget(self, before: int) -> int:
        """Erase the deliveries from before a time; how many they were."""


class Places(Protocol):
    """Where people and groups are now."""

    def moved(self, chat: str, old: str, new: str) -> None:
        """Write down that a group has a new id."""

    def now_at(self, chat: str, place: str) -> str:
        """Return the id that a group has now: the old one where it never moved."""

    def unreachable(self, person: str, reason: str, at: int) -> None:
        """Write down that a person cannot be sent to."""

    def reachable(self, person: str) -> None:
        """Write down that a person is there again."""

    def is_reachable(self, person: str) -> bool:
        """Whether nothing says that a person cannot be sent to."""

"""Questions that the book did not answer, and what an officer made of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Lack(StrEnum):
    """Why a question counts as one that the book did not answer."""

    NONE = "none"  # it came to no rule
    NOT = "not"  # it came to one that was not the question, as the asker said
    WRONG = "wrong"  # it came to one that is wrong or out of date, as the asker said


@dataclass(frozen=True)
class Missed:
    """A kept question that the book did not answer, masked; `rule` is the one that the asker put aside, or "".

    `who` tells one person from another, whichever of their accounts they used, and nothing more.
    """

    number: int
    text: str
    who: str
    lack: Lack
    rule: str = ""


class Gaps(Protocol):
    """What the book did not answer."""

    def missed(self, most: int) -> list[Missed]:
        """Return the last questions that came to nothing, newest first; none clinical, of distress, or mere talk."""

    def wrong(self) -> list[tuple[str, int]]:
        """Return the rules that are said to be wrong or out of date, and by how many people each, the most first."""

    def exchanges(self, numbers: Sequence[int]) -> list[int]:
        """Return the numbers of the exchanges about some questions that are closed, oldest first."""

    def drop(self, number: int, at: int) -> None:
        """Note that what people ask with a question is no gap."""

    def dropped(self) -> frozenset[int]:
        """Return the numbers of the questions that an officer put aside."""

    def week_begun(self, day: str) -> bool:
        """Whether the card of the week that began on a day was sent, or is being."""

    def begin_week(self, day: str) -> bool:
        """Note, before it is sent, that the card of the week that began on a day is; False where it is already."""

    def forget(self, before: int) -> int:
        """Erase what was put aside before a time; how many."""

"""What officers did, for good."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Act:
    """One thing that an officer did: `who` is a hash, `about` an id, a code or a number, never a name."""

    at: int
    who: str
    what: str
    about: str


class Audit(Protocol):
    """What officers did. It is only ever added to; the store refuses anything else."""

    def note(self, at: int, person: str, what: str, about: str = "") -> None:
        """Note an act; its person is hashed."""

    def acts(self, most: int = 100) -> list[Act]:
        """Return the last acts, newest first."""

    def by(self, people: Sequence[str]) -> list[Act]:
        """Return what some accounts did."""

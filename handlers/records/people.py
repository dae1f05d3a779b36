"""Who people are, for which practice; the codes by which they join it or are one person on both apps."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from knowledge.model import Nation, Role


class Rank(StrEnum):
    """What a member is to the LMC."""

    MEMBER = "member"
    OFFICER = "officer"
    OWNER = "owner"


TOPICS = ("contract", "interface", "action", "support", "reminders")  # of unasked messages; a person may stop each


@dataclass(frozen=True)
class Member:
    """A person who told the bot something of themselves.

    `practice` is an ODS code, "" until they join one; `quiet` is two hours of the day, London time, between which
    nothing unasked is sent: (19, 8), or equal hours for never; `stopped` are the topics that they do not want; `people`
    are their accounts, "telegram 123", first the one that they came by; `digest` is whether they take updates once a
    day, `ahead` whether they hear first of what they asked about.
    """

    id: int
    joined: int
    role: Role | None = None
    nation: Nation | None = None
    practice: str = ""
    rank: Rank = Rank.MEMBER
    quiet: tuple[int, int] = (19, 8)
    stopped: frozenset[str] = frozenset()
    people: tuple[str, ...] = ()
    digest: bool = False
    ahead: bool = False


class Members(Protocol):
    """Who people are."""

    def of(self, person: str) -> Member | None:
        """Return the member that an account belongs to."""

    def by_id(self, member: int) -> Member | None:
        """Return a member."""

    def begin(self, person: str, at: int) -> Member:
        """Return the member that an account belongs to, made if there is none."""

    def change(self, member: int, **changes: object) -> Member:
        """Change some of a member's own fields: role, nation, practice, rank, quiet, stopped, digest, ahead."""

    def link(self, member: int, person: str) -> Member:
        """Give an account to a member. What it belonged to before goes, where no account is left to it."""

    def of_practice(self, practice: str) -> list[Member]:
        """Return the members of a practice."""

    def ranked(self, rank: Rank) -> list[Member]:
        """Return the members of a rank."""

    def forget(self, member: int) -> None:
        """Erase a member and their accounts."""


class Purpose(StrEnum):
    """What a code is for."""

    JOIN = "join"  # a practice, in a role
    OFFICER = "officer"
    LINK = "link"  # another account of one member


@dataclass(frozen=True)
class Code:
    """What a code gives to the first who says it before it ends."""

    purpose: Purpose
    ends: int
    practice: str = ""
    role: Role | None = None
    member: int = 0


class Refused(StrEnum):
    """Why a code gives nothing."""

    UNKNOWN = "unknown"
    USED = "used"
    ENDED = "ended"
    SLOW_DOWN = "slow-down"  # too many wrong ones from one person


class Codes(Protocol):
    """Codes: made once, kept as a hash, used once."""

    def make(self, code: str, what: Code, at: int) -> None:
        """Keep a code."""

    def use(self, code: str, person: str, at: int) -> Code | Refused:
        """Use a code up. Wrong ones are counted for each person: after five within an hour all are refused."""

    def peek(self, code: str, person: str, at: int) -> Code | Refused:
        """What `use` would return, leaving the code unused; a wrong one counts."""

    def wrong(self, people: Sequence[str]) -> list[int]:
        """Return when some accounts said wrong codes."""

    def forget_people(self, people: Sequence[str]) -> int:
        """Erase the wrong guesses of some accounts; how many they were."""

    def forget(self, before: int) -> int:
        """Erase codes that ended, and wrong guesses, from before a time; how many they were."""

"""What practices hand back and suffer, the letters to ask after, and what may be seen of a month that is over."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol

from handlers.records.questions import Outcome

# What a practice does of this is never in the ledger, where its code stands in clear: pledges are sealed.
UNCOUNTED = frozenset({"collective-action"})  # categories of rules


class Wrong(StrEnum):
    """What a practice counts: what was sent to it, or done to its staff."""

    LETTER = "letter"  # work that it handed back by a letter: the first, or another
    REQUEST = "request"  # an inappropriate request, noted without a letter
    REJECTED = "rejected"  # a referral that was refused
    ABUSE = "abuse"  # of staff; `detail` is its type alone


@dataclass(frozen=True)
class Incident:
    """One thing that happened to a practice: no patient, no person.

    `day` is a day in London, 2026-11-22; `practice` and `provider` are ODS codes, `provider` "" where none was named;
    `rule` is a rule's id or ""; `detail` is a letter's wording (first, repeat, escalate) or a type of abuse.
    """

    day: str
    practice: str
    kind: Wrong
    provider: str = ""
    rule: str = ""
    detail: str = ""
    id: int = 0


class Tally(NamedTuple):
    """How many incidents of one practice, provider, rule, kind and month (2026-11) there were.

    Of what is asked: the questions of one asker, of a week (its Monday) and an outcome; `records/asked.py` says whose.

    A tuple: a release takes a hundred thousand at once, and a frozen dataclass takes three times as long to make.
    """

    month: str
    practice: str
    provider: str
    rule: str
    kind: Wrong | Outcome
    number: int


class Incidents(Protocol):
    """The ledger of what practices hand back and suffer."""

    def add(self, incident: Incident, at: int, within: int = 0, corrects: int = 0) -> int:
        """Write an incident down; its number.

        The same of one practice within some seconds is one: who looks at a letter twice has not sent it twice. What
        differs in its provider alone, within `corrects` seconds, puts the first one right.
        """

    def latest(self, practice: str, since: int) -> int:
        """Return the number of what a practice counted last, since a time; 0 where it counted nothing."""

    def by_id(self, ident: int) -> Incident | None:
        """Return an incident that counts."""

    def undo(self, ident: int) -> bool:
        """Count an incident no more; whether it did."""

    def tallies(self, first: str, last: str) -> list[Tally]:
        """Return the counts by month, practice, provider, rule and kind, between two days, both in, oldest first."""

    def last_providers(self, practice: str, most: int = 3) -> list[str]:
        """Return the providers that a practice named last, newest first."""


@dataclass(frozen=True)
class Chase:
    """A letter whose answer is to be asked after: the number of its incident, who sent it, and from when to ask."""

    incident: int
    member: int
    due: int


class Chases(Protocol):
    """Letters to ask after, each once."""

    def add(self, chase: Chase) -> None:
        """Keep a letter to ask after; one that is there already stays as it is."""

    def due(self, now: int) -> list[Chase]:
        """Return the letters to ask after now, whose incident still counts."""

    def asked(self, incident: int, at: int) -> bool:
        """Write down, before the question goes out, that it was asked. False where it was already."""

    def put_back(self, incident: int) -> None:
        """Write down that a question was certainly not sent, and is still to be asked."""

    def of(self, member: int) -> list[Chase]:
        """Return the letters that a member is, or was, to be asked after."""

    def drop(self, incident: int) -> None:
        """Ask after a letter no more."""

    def drop_all(self, member: int) -> None:
        """Ask a member after nothing more."""


class Releases(Protocol):
    """What may be seen of the months that are over, kept for good: a month is never worked out twice.

    Its text names practices whose counts wait: it never leaves the LMC.
    """

    def last(self) -> str:
        """Return the last release, "" where there is none."""

    def keep(self, through: str, body: str) -> None:
        """Keep a release through a month, 2026-11; one of that month that is there already stays as it is."""

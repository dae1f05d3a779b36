"""What a file of the rulebook must hold.

    Rule ── Basis      the clause that the answer rests on
      │ └── Source     the page that says so
      └── Verdict, Nation, Role, Status, Confidence

Each type is a frozen dataclass that pydantic checks when it is made, so a file that is wrong never becomes a `Rule`.
Lengths are in characters; they keep an answer to one phone screen.
"""

import datetime
import re
from dataclasses import field
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, ConfigDict, Field, HttpUrl, StringConstraints, TypeAdapter, model_validator
from pydantic.dataclasses import dataclass


class Verdict(StrEnum):
    """What the practice must do about a request: the first line of every answer."""

    MUST_DO = "must-do"  # contract or statute makes the practice do it
    NOT_YOURS = "not-yours"  # another party must
    MAY_DECLINE = "may-decline"  # no duty
    COMMISSIONED_ONLY = "commissioned-only"  # only where a service pays the practice for it
    DEPENDS = "depends"  # `depends_on` says on what
    SIGNPOST = "signpost"  # the answer is whom to go to


class Nation(StrEnum):
    """The four nations, each with its own GP contract."""

    ENGLAND = "england"
    WALES = "wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern-ireland"


class Role(StrEnum):
    """Who is asking, where the answer differs by it."""

    PARTNER = "partner"
    SALARIED = "salaried"
    LOCUM = "locum"
    REGISTRAR = "registrar"
    MANAGER = "manager"
    NURSE = "nurse"


class Status(StrEnum):
    """How far a curator has come with a rule."""

    DRAFT = "draft"
    CHECKED = "checked"
    RETIRED = "retired"


class Confidence(StrEnum):
    """How well the research supports a rule: statute or contract text, one good source, or a single weak one."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


def _link(url: str) -> str:
    """Refuse what a browser would not open; keep the text exactly as written (HttpUrl alone would add a slash)."""
    if url:
        TypeAdapter(HttpUrl).validate_python(url)
    return url


def _plain(text: str) -> str:
    """Refuse control characters: they break a chat's markup and hide text from a reader."""
    if any(ord(c) < 32 or ord(c) == 127 for c in text):
        raise ValueError("has a line break, tab or control character: write it on one line")
    return text


def _each_once(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse a line that stands twice, whatever its case and punctuation."""
    seen: set[str] = set()
    for line in lines:
        bare = re.sub(r"[^a-z0-9]+", " ", line.lower()).strip()
        if bare in seen:
            raise ValueError(f"{line!r} stands twice: take one out")
        seen.add(bare)
    return lines


FEWEST_ASKS = 12
ID_PATTERN = r"[a-z0-9]+(?:-[a-z0-9]+)*"
ID_LENGTH = 40  # `why ID salaried` must fit the 64 bytes of a Telegram button
_PLAIN = AfterValidator(_plain)
Line = Annotated[str, StringConstraints(max_length=200), _PLAIN]
Said = Annotated[str, StringConstraints(min_length=1, max_length=200), _PLAIN]
Link = Annotated[str, _PLAIN, AfterValidator(_link)]
Id = Annotated[str, StringConstraints(max_length=ID_LENGTH, pattern=f"^{ID_PATTERN}$")]
Year = Annotated[str, StringConstraints(pattern=r"^(20\d\d/\d\d)?$")]

_FILE = ConfigDict(extra="forbid")


@dataclass(frozen=True, kw_only=True, config=_FILE)
class Basis:
    """A clause that an answer rests on; `clause` is empty where its number was not confirmed."""

    instrument: Annotated[str, StringConstraints(min_length=1, max_length=200), _PLAIN]
    clause: Line = ""
    says: Annotated[str, StringConstraints(min_length=1, max_length=240), _PLAIN]
    note: Line = ""


@dataclass(frozen=True, kw_only=True, config=_FILE)
class Source:
    """A page that supports an answer; `date` is as the publisher gives it, `url` empty where no page was found."""

    title: Annotated[str, StringConstraints(min_length=1, max_length=300), _PLAIN]
    publisher: Line = ""
    url: Link = ""
    date: Line = ""
    supports: Line = ""


@dataclass(frozen=True, kw_only=True, config=_FILE)
class Rule:
    """One question that practices ask, and its reviewed answer.

    `id` is the file's name, `category` its folder, and `local` is true where an LMC's own file lays over the national
    one: the loader gives all three, a file never does.
    """

    id: Id
    category: Id
    local: bool = False
    title: Annotated[str, StringConstraints(min_length=5, max_length=90), _PLAIN]
    verdict: Verdict
    answer: Annotated[str, StringConstraints(min_length=10, max_length=240), _PLAIN]
    why: Annotated[str, StringConstraints(min_length=10, max_length=400), _PLAIN]
    who: Said
    unless: Annotated[tuple[Said, ...], Field(min_length=1)]
    depends_on: Line = ""
    nations: Annotated[tuple[Nation, ...], Field(min_length=1)]
    fee: Line = ""
    letter: Annotated[str, StringConstraints(max_length=ID_LENGTH, pattern=f"^({ID_PATTERN})?$")] = ""
    status: Status = Status.DRAFT
    checked_by: Line = ""
    checked_on: datetime.date | None = None
    confidence: Confidence
    contract_year: Year = ""
    valid_from: datetime.date | None = None
    review_by: datetime.date
    watch: Annotated[str, StringConstraints(max_length=400), _PLAIN] = ""
    asks: Annotated[tuple[Said, ...], Field(min_length=FEWEST_ASKS), AfterValidator(_each_once)]
    words: tuple[Said, ...]
    roles: dict[Role, Said] = field(default_factory=dict)
    basis: tuple[Basis, ...] = ()
    sources: tuple[Source, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """What no single key can say: each fault behind its key."""
        faults = [
            (self.verdict is Verdict.DEPENDS and not self.depends_on, "depends_on: say on what the answer depends"),
            (
                self.verdict is not Verdict.DEPENDS and bool(self.depends_on),
                f'depends_on: only for verdict "depends", and this one is "{self.verdict}"',
            ),
            (
                self.status is Status.CHECKED and not (self.checked_by and self.checked_on),
                "status: a checked rule names checked_by and checked_on",
            ),
        ]
        if said := "; ".join(text for wrong, text in faults if wrong):
            raise ValueError(said)
        return self

    def due(self, today: datetime.date) -> bool:
        """Whether the rule's review date has passed."""
        return today > self.review_by

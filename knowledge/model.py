"""What a file of the rulebook must hold.

    Rule ─┬─ Basis      the clause that the answer rests on
          ├─ Source     the page that says so
          └─ Verdict, Nation, Role, Status, Confidence
    Letter              what a practice sends back
    ActionSet ── Action collective action, a set a call
    Contact             whom to go to

Each type is a frozen dataclass that pydantic checks when it is made, so a file that is wrong never becomes a `Rule`.
Lengths are in characters; they keep an answer to one phone screen.
"""

import datetime
import re
from dataclasses import field
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, ValidationInfo, model_validator
from pydantic.dataclasses import dataclass
from pydantic_core import SchemaValidator, core_schema


class Verdict(StrEnum):
    """What the practice must do about a request: the first line of every answer."""

    MUST_DO = "must-do"  # contract or statute makes the practice do it
    NOT_YOURS = "not-yours"  # another party must
    MAY_DECLINE = "may-decline"  # no duty
    COMMISSIONED_ONLY = "commissioned-only"  # only where a service pays the practice for it
    DEPENDS = "depends"  # `depends_on` says on what
    SIGNPOST = "signpost"  # the answer is whom to go to


HANDED_BACK = frozenset({Verdict.NOT_YOURS, Verdict.MAY_DECLINE, Verdict.COMMISSIONED_ONLY})  # they let work go back


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
    OTHER = "other"


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


# What HttpUrl asks for; pydantic.networks, where that stands, takes as long to import as all of this file.
_URL = SchemaValidator(core_schema.url_schema(max_length=2083, allowed_schemes=["http", "https"]))
PRINTED = r"^[^\x00-\x1f\x7f]*$"  # no control characters: they break a chat's markup and hide text from a reader
READ_BEFORE = True  # the context of a book that comes from the cache: what takes long was asked when it was written


def _link(url: str, info: ValidationInfo) -> str:
    """Refuse what a browser would not open; keep the text exactly as written (a parsed one would get a slash)."""
    if url and info.context is not READ_BEFORE:
        _URL.validate_python(url)
    return url


def _each_once(lines: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
    """Refuse a line that stands twice, whatever its case and punctuation."""
    if info.context is READ_BEFORE:
        return lines
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
_PLAIN = StringConstraints(pattern=PRINTED)  # in pydantic's core: a book holds 30,000 lines
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


class Kind(StrEnum):
    """To whom a letter goes, which decides the wordings that it has."""

    PROVIDER = "provider"  # a hospital, clinic, community service or private provider
    COMMISSIONER = "commissioner"  # ICB, council, NHS England
    REQUESTER = "requester"  # employer, school, insurer, solicitor, police, agency
    PATIENT = "patient"
    NOTICE = "notice"  # notice on unfunded work or on an enhanced service
    REFERRAL = "referral"  # used instead of a proforma
    REPLY = "reply"  # one line


_BLANK = re.compile(r"\{(\w*)\}")
_TYPED = re.compile(r"\b(?:20\d\d|reg(?:ulation)? \d+|SC\d+|clause \d+|para(?:graph)? \d+)\b")
BLANKS = frozenset({"practice", "provider", "service", "date", "basis", "safety", "items"})
# What each wording of a letter must hold, by its kind: `safety` says who keeps the patient safe meanwhile, `basis` is
# filled with the rule's clause and year, so that a letter is never older than its rule.
_WHOLE = {
    "first": {"practice", "date", "basis", "safety"},
    "repeat": {"basis", "safety"},
    "escalate": {"basis", "provider"},
}
HOLDS: dict[Kind, dict[str, set[str]]] = {
    **dict.fromkeys((Kind.PROVIDER, Kind.COMMISSIONER, Kind.REQUESTER, Kind.NOTICE), _WHOLE),
    Kind.PATIENT: {"first": {"practice", "safety"}},
    Kind.REFERRAL: {"first": {"practice"}},
    Kind.REPLY: {"first": {"practice"}},
}
_Body = Annotated[str, StringConstraints(max_length=2_000)]


@dataclass(frozen=True, kw_only=True, config=_FILE)
class Letter:
    """What a practice sends back: a first wording, one for when it is asked again, one for the body above.

    `{practice}` and the like are filled in; `[patient's name]` and the like stay for the practice to fill. No clause,
    year or date is typed into a letter.
    """

    id: Id
    title: Annotated[str, StringConstraints(min_length=5, max_length=80), _PLAIN]
    to: Annotated[str, StringConstraints(min_length=2, max_length=160), _PLAIN]
    kind: Kind
    subject: Annotated[str, StringConstraints(min_length=5, max_length=160), _PLAIN]
    safety: Annotated[str, StringConstraints(max_length=300), _PLAIN] = ""
    first: _Body
    repeat: _Body = ""
    escalate: _Body = ""
    patient: _Body = ""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        faults = []
        for wording, text in self.wordings().items():
            held = set(_BLANK.findall(text))
            if strange := held - BLANKS:
                faults.append(f"{wording}: {{{min(strange)}}} is not filled by anything: use one of {sorted(BLANKS)}")
            if lacking := HOLDS[self.kind].get(wording, set()) - held:
                faults.append(f"{wording}: must hold {{{'} and {'.join(sorted(lacking))}}}")
            if found := _TYPED.search(text):
                faults.append(
                    f"{wording}: {found.group()!r} is typed in: the clause and year come from the rule, as {{basis}}"
                )
        faults += [f"{wording}: is missing: add it" for wording in HOLDS[self.kind] if wording not in self.wordings()]
        if "{safety}" in self.first and not self.safety:
            faults.append("safety: say who keeps the patient safe meanwhile")
        if named := re.search(r"\[(?:patient's name|NHS number)\]", self.escalate):
            faults.append(f"escalate: holds {named.group()}: a letter above the sender names no patient")
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def wordings(self) -> dict[str, str]:
        """The wordings that are there, by name."""
        every = {"first": self.first, "repeat": self.repeat, "escalate": self.escalate, "patient": self.patient}
        return {name: text for name, text in every.items() if text.strip()}


class State(StrEnum):
    """Whether a set of actions is the one to act on."""

    CURRENT = "current"
    ENDED = "ended"
    SUPERSEDED = "superseded"


class Allowed(StrEnum):
    """Whether a practice may take an action under its contract today."""

    YES = "yes"
    NOTICE = "notice"  # after notice, or a talk with the commissioner
    NO = "no"  # it would now breach the contract
    HISTORY = "history"  # no longer a thing to do
    UNCLEAR = "unclear"  # the sources do not settle it


_Long = Annotated[str, StringConstraints(min_length=1, max_length=400), _PLAIN]


@dataclass(frozen=True, kw_only=True, config=_FILE)
class ActionSet:
    """A call for collective action: who called it, on what footing, from when to when (dates as its sources give)."""

    id: Id
    title: Annotated[str, StringConstraints(min_length=5, max_length=90), _PLAIN]
    nation: Nation
    since: Line
    until: Line = ""
    state: State
    about: _Long
    superseded_by: Line = ""


@dataclass(frozen=True, kw_only=True, config=_FILE)
class Action:
    """One collective action of a set; `status_today` says what a practice may do under its contract now."""

    id: Id
    set: Id
    title: Annotated[str, StringConstraints(min_length=5, max_length=90), _PLAIN]
    number: int | None = None
    does: _Long
    why: _Long
    safety: _Long
    status_today: _Long
    allowed: Allowed
    applies_to: Line
    measure: _Long
    letters: tuple[Id, ...] = ()
    watch: Annotated[str, StringConstraints(max_length=400), _PLAIN] = ""
    valid_from: Line = ""
    valid_to: Line = ""
    sources: tuple[Source, ...]


@dataclass(frozen=True, kw_only=True, config=_FILE)
class Contact:
    """Whom to go to; a number, link or hour stands here only where a source gives it."""

    id: Id
    title: Annotated[str, StringConstraints(min_length=2, max_length=80), _PLAIN]
    what_for: Said
    phone: Line = ""
    url: Link = ""
    hours: Line = ""
    source: Id

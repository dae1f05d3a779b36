"""What is remembered, and the Protocols of who remembers it: one noun each. `bot/store/` keeps them in SQLite.

Records ─┬─ seen, places    what has arrived, and groups that moved
         ├─ members         who people are, for which practice; their accounts in the chats
         ├─ codes           invitations and links: used once, kept as a hash, for a while
         ├─ questions       what was asked, masked, for a while; then only counts
         ├─ incidents       what practices hand back and suffer
         ├─ releases        what may be seen of the months that are over
         ├─ pledges         what practices pledge, on what condition; their history; what they are told
         ├─ chases          letters whose answer is to be asked after
         └─ audit           what officers did, for good

Times are whole seconds since 1970, UTC. A person is "telegram 123": the chat's name and their id there. Everywhere but
in `members` a person is kept as a hash, made with this installation's key.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from knowledge.model import Nation, Role


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
        """Write how far its answer has come; its body is erased once nothing needs it."""

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
    are their accounts, "telegram 123", first the one that they prefer.
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


class Members(Protocol):
    """Who people are."""

    def of(self, person: str) -> Member | None:
        """Return the member that an account belongs to."""

    def by_id(self, member: int) -> Member | None:
        """Return a member."""

    def begin(self, person: str, at: int) -> Member:
        """Return the member that an account belongs to, made if there is none."""

    def change(self, member: int, **changes: object) -> Member:
        """Change some of a member's own fields: role, nation, practice, rank, quiet, stopped."""

    def link(self, member: int, person: str) -> Member:
        """Give an account to a member. What it belonged to before goes, where no account is left to it."""

    def prefer(self, member: int, person: str) -> Member:
        """Put one of a member's accounts first."""

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

    def forget_people(self, people: Sequence[str]) -> int:
        """Erase the wrong guesses of some accounts; how many they were."""

    def forget(self, before: int) -> int:
        """Erase codes that ended, and wrong guesses, from before a time; how many they were."""


@dataclass(frozen=True)
class Question:
    """A question, masked, and what it was taken for: `outcome` is answer, choice, none or letter."""

    at: int
    person: str
    text: str
    outcome: str
    rule: str = ""
    kind: str = ""
    p: float = 0.0


class Questions(Protocol):
    """What was asked."""

    def keep(self, question: Question) -> None:
        """Keep a question; its person is hashed."""

    def of(self, people: Sequence[str]) -> list[Question]:
        """Return what some accounts asked, oldest first; `person` is empty."""

    def counts(self, since: str = "") -> list[tuple[str, str, str, int]]:
        """Return the counts by day (2026-11-22), outcome and rule, of questions kept and forgotten, from a day on."""

    def forget(self, before: int) -> int:
        """Turn the questions from before a time into counts; how many they were."""

    def forget_people(self, people: Sequence[str]) -> int:
        """Turn the questions of some accounts into counts; how many they were."""


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


@dataclass(frozen=True)
class Tally:
    """How many incidents of one practice, provider, rule, kind and month (2026-11) there were."""

    month: str
    practice: str
    provider: str
    rule: str
    kind: Wrong
    number: int


class Incidents(Protocol):
    """The ledger of what practices hand back and suffer."""

    def add(self, incident: Incident, at: int, within: int = 0) -> int:
        """Write an incident down; its number.

        The same of one practice within some seconds is one: who looks at a letter twice has not sent it twice.
        """

    def by_id(self, ident: int) -> Incident | None:
        """Return an incident that counts."""

    def undo(self, ident: int) -> bool:
        """Count an incident no more; whether it did."""

    def tallies(self, first: str, last: str) -> list[Tally]:
        """Return the counts by month, practice, provider, rule and kind, between two days, both included."""

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
        """Return the letters to ask after now, whose incident still counts and whose sender is still there."""

    def asked(self, incident: int, at: int) -> bool:
        """Write down, before the question goes out, that it was asked. False where it was already."""

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


class Upkeep(Protocol):
    """What is done to the whole."""

    def scrub(self) -> None:
        """Make what was erased unreadable in every file, the write-ahead log among them."""


@dataclass(frozen=True)
class Records:
    """All that is remembered."""

    seen: Seen
    places: Places
    members: Members
    codes: Codes
    questions: Questions
    incidents: Incidents
    chases: Chases
    releases: Releases
    pledges: Pledges
    audit: Audit
    upkeep: Upkeep

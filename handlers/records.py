"""What is remembered, and the Protocols of who remembers it: one noun each. `bot/store/` keeps them in SQLite.

Records ─┬─ seen, places    what has arrived, and groups that moved
         ├─ members         who people are, for which practice; their accounts in the chats
         ├─ codes           invitations and links: used once, kept as a hash, for a while
         ├─ questions       what was asked, masked, for a while; then only counts
         ├─ incidents       what practices hand back and suffer
         ├─ releases        what may be seen of the months that are over
         ├─ pledges         what practices pledge, on what condition; their history; what they are told
         ├─ chases          letters whose answer is to be asked after
         ├─ broadcasts      updates to members, and what became of each for each person
         └─ audit           what officers did, for good

Times are whole seconds since 1970, UTC. A person is "telegram 123": the chat's name and their id there. Everywhere but
in `members` a person is kept as a hash, made with this installation's key.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
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
    are their accounts, "telegram 123", first the one that they prefer; `digest` is whether they take updates once a
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

    def wrong(self, people: Sequence[str]) -> list[int]:
        """Return when some accounts said wrong codes."""

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


class Stage(StrEnum):
    """How far a broadcast has come."""

    DRAFT = "draft"
    ASKED = "asked"  # waits for the word of a second officer
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


class State(StrEnum):
    """What became of one broadcast for one person."""

    QUEUED = "queued"
    SENDING = "sending"  # the call may have been made
    SENT = "sent"
    FAILED = "failed"  # not sent, and trying again will not help
    UNSURE = "unsure"  # it may or may not stand there: an officer says what to do
    CANCELLED = "cancelled"


class Mark(StrEnum):
    """What a person did with a broadcast, counted once and without a name."""

    UNDERSTOOD = "understood"
    VOTED = "voted"


@dataclass(frozen=True)
class Audience:
    """To whom, as an officer said it: what is empty leaves nobody out.

    `areas` are codes of an ICB, sub-ICB or health board; `practices` are ODS codes; `platforms` names of chats.
    """

    roles: tuple[Role, ...] = ()
    areas: tuple[str, ...] = ()
    practices: tuple[str, ...] = ()
    nations: tuple[Nation, ...] = ()
    platforms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Selection:
    """To whom, as a store can look for it.

    `practices` are ODS codes, None for any or none; `at_home` those, "" among them, whose members are of `nations`
    where they did not say another; `chats` are the names of the chats that run, `platforms` those that may be used;
    `asked` is the rule that goes first to who asked about it.
    """

    roles: tuple[Role, ...]
    practices: tuple[str, ...] | None
    nations: tuple[Nation, ...]
    at_home: tuple[str, ...]
    chats: tuple[str, ...]
    platforms: tuple[str, ...]
    topic: str
    asked: str = ""


@dataclass(frozen=True)
class Broadcast:
    """One update to many.

    `maker`, `asker` and `confirmer` are members, 0 for nobody: who wrote it, who said to send it, who confirmed;
    `at` and `latest` are when to begin, 0 for at once, and after when never to; `rule` is the one that it announces;
    `corrects` another whose text this is to become; `choices` are those of a poll; `version` counts the corrections,
    the last at `changed`; `note` is why the bot itself stopped it; `watch` is where its progress stands in the asker's
    chat.
    """

    text: str
    topic: str = "contract"
    audience: Audience = Audience()
    maker: int = 0
    made: int = 0
    rule: str = ""
    choices: tuple[str, ...] = ()
    file_name: str = ""
    file_says: str = ""
    id: int = 0
    stage: Stage = Stage.DRAFT
    urgent: bool = False
    asker: int = 0
    confirmer: int = 0
    at: int = 0
    latest: int = 0
    begun: int = 0
    closed: bool = False
    version: int = 0
    changed: int = 0
    recalled: bool = False
    corrects: int = 0
    note: str = ""
    watch: str = ""


@dataclass(frozen=True)
class Claim:
    """What one call is to send to one account: one broadcast, or several in a digest; `numbers` are its deliveries."""

    numbers: tuple[int, ...]
    broadcasts: tuple[int, ...]
    account: str


@dataclass(frozen=True)
class Change:
    """A message that stands and is to be corrected to a version, or taken away: then `version` is -1."""

    number: int
    broadcast: int
    message: str
    version: int


@dataclass(frozen=True)
class Counted:
    """How many deliveries on one chat are in a state, and why; `stuck` is why a change could not be made there."""

    chat: str
    state: State
    reason: str
    stands: int
    stuck: str
    number: int


@dataclass(frozen=True)
class Doubt:
    """A delivery that may or may not have been made."""

    number: int
    chat: str
    role: Role | None


class Broadcasts(Protocol):
    """Updates to members: a row for each person, before anything is sent."""

    def draft(self, broadcast: Broadcast, content: bytes = b"") -> Broadcast:
        """Keep a draft, with the content of its file."""

    def by_id(self, ident: int) -> Broadcast | None:
        """Return a broadcast."""

    def file(self, ident: int) -> bytes:
        """Return the content of its file."""

    def change(self, ident: int, **changes: object) -> Broadcast:
        """Change some of its fields, but for its stage."""

    def step(self, ident: int, before: Sequence[Stage], after: Stage, **changes: object) -> bool:
        """Move it on, and change some of its fields; False where it stands at none of the stages before."""

    def at_stage(self, *stages: Stage) -> list[Broadcast]:
        """Return the broadcasts at some stages, oldest first."""

    def practices(self) -> list[str]:
        """Return the practices that members have, each once, "" among them."""

    def count(self, selection: Selection) -> dict[str, int]:
        """Return how many would get it on each chat; under "" who cannot be sent to."""

    def fill(self, ident: int, selection: Selection, after: Callable[[Member], int], most: int) -> bool:
        """Write some of its deliveries down; `after` says from when a person may be sent it. False once all stand."""

    def claim(self, chat: str, now: int, after: Callable[[Member], int]) -> Claim | None:
        """Take the next delivery on a chat, written down as being sent; None where there is none for now."""

    def settle(self, claim: Claim, state: State, reason: str = "", message: str = "") -> None:
        """Write down what became of it; QUEUED puts it back."""

    def reroute(self, claim: Claim, chats: Sequence[str]) -> bool:
        """Put back what cannot reach a person on one chat, for another of theirs; False where they have none."""

    def recover(self) -> int:
        """Turn what was being sent at a stop into doubt; how many."""

    def finish(self, ident: int) -> bool:
        """Call it done where nothing of it is left to send."""

    def cancel(self, ident: int) -> int:
        """Cancel what is queued, and queue nothing more; how many."""

    def counts(self, ident: int) -> list[Counted]:
        """Return its deliveries, counted."""

    def doubts(self, ident: int, most: int = 10) -> list[Doubt]:
        """Return the deliveries in doubt that nobody has decided on."""

    def decide(self, ident: int, number: int, resend: bool) -> bool:
        """Send a delivery in doubt again, or leave it; False where it is in doubt no more."""

    def changing(self, chat: str) -> Change | None:
        """Return a message on a chat that is to be changed."""

    def changed(self, change: Change, stuck: str = "") -> None:
        """Write down that a message was changed, or why it cannot be."""

    def archive(self, member: int, before: int = 0, most: int = 8) -> list[Broadcast]:
        """Return what went to everyone or to a member, newest first, before a number; none that was recalled."""

    def got(self, ident: int, member: int) -> bool:
        """Whether a broadcast is in a member's archive."""

    def mark(self, ident: int, what: Mark, member: int) -> bool:
        """Count a member once, by a hash; False where they were counted already."""

    def marked(self, ident: int, what: Mark) -> int:
        """Return how many were counted."""

    def vote(self, ident: int, choice: int, member: int) -> bool:
        """Count a vote and, apart from it, that this member voted; False where they did already."""

    def votes(self, ident: int) -> tuple[int, ...]:
        """Return the votes for each choice."""

    def of_member(self, member: int) -> list[tuple[int, str, State, int]]:
        """Return what went to a member: the broadcast, the chat, what became of it and when."""

    def forget(self, member: int) -> None:
        """Erase that a member was counted; the counts stay."""


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

    def together(self) -> AbstractContextManager[object]:
        """Make all that is done within one change: it happens, or nothing of it does."""

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
    broadcasts: Broadcasts
    releases: Releases
    pledges: Pledges
    audit: Audit
    upkeep: Upkeep

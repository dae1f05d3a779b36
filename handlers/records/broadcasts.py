"""Updates to members, and what became of each for each person."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from handlers.records.people import Member
from knowledge.model import Nation, Role


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

    `areas` are codes of an ICB, sub-ICB or health board; `practices` are ODS codes; `platforms` names of chats;
    `pledged` is an action that their practice has pledged or does.
    """

    roles: tuple[Role, ...] = ()
    areas: tuple[str, ...] = ()
    practices: tuple[str, ...] = ()
    nations: tuple[Nation, ...] = ()
    platforms: tuple[str, ...] = ()
    pledged: str = ""


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

    def spread(self, selection: Selection) -> int:
        """Return of how many practices those are who would get it."""

    def fill(self, ident: int, selection: Selection, after: Callable[[Member], int], most: int) -> bool:
        """Write some of its deliveries down; `after` says from when a person may be sent it. False once all stand."""

    def claim(
        self, chat: str, now: int, after: Callable[[Member], int], pledged: Callable[[str, str], bool] = ...
    ) -> Claim | None:
        """Take the next delivery on a chat, written down as being sent; None where there is none for now.

        Args:
            chat: its name.
            now: seconds since 1970.
            after: from when a member may be sent what is not urgent.
            pledged: whether a practice has pledged an action. Of a broadcast to those who pledged, everyone else's row
                is closed as if it had been sent: what was sent to whom is sealed.
        """

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

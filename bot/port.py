"""What a chat app is to the rest of the bot: a name, its limits, `send`; and to start and to stop. Nothing more.

What arrives goes the other way, through a `Door`. What may have been sent is never sent again: `Sent` says which it is.

Sent ── SENT     it stands in the chat
        LATER    nothing was sent; the platform says how long to wait
        FAILED   nothing was sent, and trying again will not help: `reason`
        UNSURE   it may or may not stand there: the answer to the call was lost
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from handlers.chat import Ask, Person, Reply


class Outcome(StrEnum):
    """What became of a message."""

    SENT = "sent"
    LATER = "later"
    FAILED = "failed"
    UNSURE = "unsure"


class Reason(StrEnum):
    """Why a message was not sent, whatever the app calls it."""

    NONE = ""
    BLOCKED = "blocked"  # the person stopped the bot
    DEACTIVATED = "deactivated"  # the account is gone
    KICKED = "kicked"  # the bot was put out of the group, channel or workspace
    NO_SUCH_PLACE = "no-such-place"
    TOO_OLD = "too-old"  # the message that was pressed cannot be changed any more
    BUSY = "busy"  # too many messages: LATER, with the wait
    REFUSED = "refused"  # the app does not take this message as it is
    NO_ACCESS = "no-access"  # the token or a scope is wrong
    NETWORK = "network"
    UNKNOWN = "unknown"


GONE = frozenset({Reason.BLOCKED, Reason.DEACTIVATED, Reason.KICKED})  # nobody to send to until they come back


@dataclass(frozen=True)
class Sent:
    """What became of one reply; `message` is where it stands, in the chat's own words; `wait` is in seconds."""

    outcome: Outcome
    message: str = ""
    reason: Reason = Reason.NONE
    wait: float = 0.0


@dataclass(frozen=True)
class Limits:
    """What a chat takes: characters of one message, buttons below it, messages a second."""

    text: int
    buttons: int
    per_second: float


@dataclass(frozen=True)
class Found:
    """One rule that a word finds, for a list to pick from: a title, a line about it, and the whole card."""

    ident: str
    title: str
    says: str
    reply: Reply


class Door(Protocol):
    """Where a chat brings what arrives."""

    async def receive(self, ask: Ask) -> None:
        """Write down what a person sent, and answer it soon. Once this returns the delivery may be acknowledged."""

    async def look(self, ask: Ask) -> Reply:
        """Answer at once what the chat itself will show and can ask for again: a home page, a form."""

    async def find(self, words: str, person: Person) -> tuple[Found, ...]:
        """The rules that a few words find, best first; none where they find none."""

    async def gone(self, person: Person, reason: Reason) -> None:
        """Note that a person stopped the bot, or left."""

    async def moved(self, chat: str, old: str, new: str) -> None:
        """Note that a group has a new id."""

    async def now_at(self, chat: str, place: str) -> str:
        """Return the id that a group has now."""


class Chat(Protocol):
    """A chat app."""

    @property
    def name(self) -> str:
        """The word for it in a `Person`: `telegram`."""

    @property
    def limits(self) -> Limits:
        """What it takes."""

    @property
    def start_link(self) -> str:
        """The address that opens the bot there, and has it answer what follows; "" where a chat has none."""

    async def start(self, door: Door) -> None:
        """Connect, and bring what arrives to the door until `stop`.

        Raises:
            ChatError: where it cannot be begun: a wrong token, a port in use.
        """

    async def stop(self) -> None:
        """Take nothing more in; what is on its way out may finish."""

    async def send(self, person: Person, reply: Reply, place: str = "") -> Sent:
        """Send a reply. Never raises: what went wrong is in what it returns.

        Args:
            person: to whom.
            reply: what.
            place: where, as the chat wrote it on an `Ask`; "" is the person in private.
        """

    def below(self, message: str) -> str:
        """Return the place that answers a message which stands: a reply to it, or its thread.

        Args:
            message: where it stands, as `Sent.message`, `Ask.said` or `Ask.about` say it.
        """


@runtime_checkable
class Editing(Protocol):
    """What a chat may do with a message of the bot's own that stands there: by `Sent.message`, as often as asked."""

    async def edit(self, message: str, reply: Reply) -> Sent:
        """Put other words in its place; files below it stay. Never raises.

        Returns:
            SENT where they stand there now; FAILED with TOO_OLD where the chat lets nobody change it any more.
        """

    async def delete(self, message: str) -> Sent:
        """Take it away, with its files. Never raises.

        Returns:
            SENT where it stands there no more; FAILED with TOO_OLD where the chat lets nobody delete it any more.
        """


class ChatError(Exception):
    """A chat cannot be begun; the message says which key to mend."""


Clock = Callable[[], float]  # seconds since 1970, UTC

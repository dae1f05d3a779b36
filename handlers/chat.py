"""The neutral words of a chat: what a person asks, what they get back. Only an adapter knows markup.

Ask ── Person                     a message, a command or a press: all three are a sentence
Reply ─┬─ Headline, Title         the first two lines
       ├─ Section, Link, Small    the rest, in order
       ├─ Block                   text to copy as it stands: a letter
       ├─ Button                  a label, and the sentence that a press sends
       └─ Attachment              a file or a picture
"""

import functools
import mimetypes
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from handlers.measures import Figures, Pledging
from handlers.office import Office
from handlers.records import Member, Rank, Records
from knowledge import directory
from knowledge.curate import Drawer
from knowledge.directory import Directory
from knowledge.library import Library
from knowledge.matcher import Matcher, in_groups
from knowledge.model import Nation, Role


@dataclass(frozen=True)
class Person:
    """Who asks: on which chat, under which id there; `role` is None until they say.

    `member` is what is remembered of them, None where nothing is; `rank` also tells what the configuration says.
    `name` is what the app calls them, "" where it does not say: never logged, and no part of who they are.
    """

    chat: str
    id: str
    role: Role | None = None
    nation: Nation = Nation.ENGLAND
    member: Member | None = None
    rank: Rank = Rank.MEMBER
    name: str = field(default="", compare=False, repr=False)

    @property
    def account(self) -> str:
        """The name that records know them by."""
        return f"{self.chat} {self.id}"


class Change(StrEnum):
    """What became of a person's own message."""

    NEW = "new"
    EDITED = "edited"  # other words stand there now
    WITHDRAWN = "withdrawn"  # it was deleted


@dataclass(frozen=True)
class Ask:
    """One sentence from a person, typed or pressed.

    `key` names the delivery, the same however often a chat delivers it, "" where a chat delivers once; `place` is where
    to answer, in that chat's own words, "" for the person in private; `private` is whether nobody else reads it there;
    `room` names the group or channel where others do; `unread` is whether a picture or a file came with the words.

    `said` is where their own message stands, and `about` the bot's message that it answers, both in the form of
    `Sent.message`: "" for a press, and where there is none. `change` tells that it is the same message once more.
    `overheard` is for what was not said to the bot: a reply between people below one of its messages, a late edit, a
    deletion. Its text may be "": the message is gone, or was a picture alone. `here` is the place where everybody in
    that group or channel reads what the bot says, "" in private.
    """

    person: Person
    text: str
    key: str = ""
    place: str = ""
    private: bool = True
    room: str = ""
    unread: bool = False
    said: str = ""
    about: str = ""
    change: Change = Change.NEW
    overheard: bool = False
    here: str = ""


@dataclass(frozen=True)
class Headline:
    """The first line: what to do, in words, behind a sign that does not rely on colour."""

    sign: str
    text: str


@dataclass(frozen=True)
class Title:
    """The question as it was understood."""

    text: str


@dataclass(frozen=True)
class Section:
    """A paragraph, or several lines as a list; `label` says what it is, or is empty."""

    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Link:
    """A page to open."""

    text: str
    url: str


@dataclass(frozen=True)
class Small:
    """One small line at the end."""

    text: str


@dataclass(frozen=True)
class Block:
    """Text to copy as it stands, line breaks and all: a letter."""

    text: str


Part = Headline | Title | Section | Link | Small | Block

LONGEST_SENTENCE = 64  # bytes of a button's sentence: Telegram's limit for callback data


@dataclass(frozen=True)
class Button:
    """A press sends `sentence`, just as if the person had typed it."""

    label: str
    sentence: str

    def __post_init__(self) -> None:
        if len(self.sentence.encode()) > LONGEST_SENTENCE:
            raise ValueError(f"a button's sentence has at most {LONGEST_SENTENCE} bytes: {self.sentence!r}")


@dataclass(frozen=True)
class Attachment:
    """A file or a picture; `name` with its ending, `says` for who cannot see it."""

    name: str
    content: bytes
    says: str

    @property
    def kind(self) -> str:
        """The media type, by the name's ending: `image/png`."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    @property
    def picture(self) -> bool:
        """Whether a chat can show it in place."""
        return self.kind.startswith("image/")


@dataclass(frozen=True)
class Reply:
    """What a person gets back; `again` is the sentence that shows it once more, "" where none does.

    Without parts it says nothing, and is not sent.
    `stays` is for what a press below it must not replace: an update that can be corrected where it stands.
    """

    parts: tuple[Part, ...]
    buttons: tuple[Button, ...] = ()
    files: tuple[Attachment, ...] = ()
    again: str = ""
    stays: bool = False

    @property
    def keeps(self) -> bool:
        """Whether it is to stay as a message of its own: a letter or a file, which the next press must not replace."""
        return self.stays or bool(self.files) or any(isinstance(part, Block) for part in self.parts)


@dataclass(frozen=True)
class Lmc:
    """The committee that runs this bot, as its configuration names it; what is empty is not shown.

    `nation` is the one whose contract most of its practices hold.
    """

    name: str = "your LMC"
    email: str = ""
    phone: str = ""
    url: str = ""
    nation: Nation = Nation.ENGLAND


LONDON = ZoneInfo("Europe/London")
_packaged = functools.cache(directory.load)


@dataclass(frozen=True)
class House:
    """What a handler may use: the book, its matcher, the committee's own details, a clock and what is remembered.

    `clock` gives seconds since 1970, UTC; `records` is None where nothing is to be remembered: `pushback ask`;
    `ranks` are the officers and owners that the configuration names; `start_link` is the address that opens the bot on
    Telegram with what follows it, "" where it is not there; `keep_days` is how long the words of a question are kept;
    `a_minute` how many messages one person may send in a minute, 0 for any number;
    `pledging` what the LMC sets for pledges; `figures` how the LMC counts;
    `drawings` are what each chat that runs makes of a reply: its messages, as plain text; `two_officers` is whether a
    broadcast needs the word of two; `office` when officers work, and by when they answer;
    `alike` puts texts together by likeness, or says None where that takes a while: ask again; `drawer` is the folder
    where the bot may propose changes of the book, None where there is none.
    """

    library: Library
    matcher: Matcher
    lmc: Lmc = field(default_factory=Lmc)
    clock: Callable[[], float] = time.time
    records: Records | None = None
    directory: Callable[[], Directory] = _packaged
    ranks: Mapping[str, Rank] = field(default_factory=dict)
    start_link: Callable[[], str] = str
    keep_days: int = 90
    a_minute: int = 20
    figures: Figures = field(default_factory=Figures)
    pledging: Pledging = field(default_factory=Pledging)
    drawings: Mapping[str, Callable[[Reply], tuple[str, ...]]] = field(default_factory=dict)
    two_officers: bool = False
    office: Office = field(default_factory=Office)
    alike: Callable[[Matcher, tuple[str, ...]], Sequence[Sequence[str]] | None] = in_groups
    drawer: Drawer | None = None

    def now(self) -> int:
        """The time, in whole seconds since 1970, UTC."""
        return int(self.clock())

    def today(self) -> date:
        """The day in London."""
        return datetime.fromtimestamp(self.clock(), LONDON).date()

    def hidden(self, rule: str) -> bool:
        """Whether an officer has hidden a rule: nothing is answered from it, wherever it would be."""
        return self.records is not None and rule in self.records.hidden.rules()


def kept(house: House) -> Records:
    """What is remembered; a command that needs it is refused before it runs where nothing is."""
    if house.records is None:
        raise LookupError("nothing is remembered here")
    return house.records


def plain_text(reply: Reply) -> str:
    """Write a reply as plain text, as a person reads it: for a pipe, a log of a conversation, a test."""
    return "\n".join(line for part in reply.parts for line in _lines(part))


def _lines(part: Part) -> list[str]:
    match part:
        case Headline(sign, text):
            return [f"{sign} {text}"]
        case Section(label, (line,)):
            return [f"{label}: {line}" if label else line]
        case Section(label, lines):
            return [f"{label}:" if label else "", *(f"- {line}" for line in lines)]
        case Link(text, url):
            return [f"{text} {url}"]
        case Title(text) | Small(text):
            return [text]
        case Block(text):
            return ["", *text.splitlines(), ""]

"""What is remembered, and the Protocols of who remembers it: one noun each. `bot/store/` keeps them in SQLite.

Records
    arrivals.py     seen, places  what has arrived, and groups that moved
    people.py       members       who people are, for which practice; their accounts in the chats
                    codes         invitations and links: used once, kept as a hash, for a while
    questions.py    questions     what was asked, masked, for a while; then only counts
    opinions.py     opinions      what people said of answers, for a while; then only counts
    asked.py        asked         what is counted of questions; what may be seen of the weeks that are over
    incidents.py    incidents     what practices hand back and suffer
                    chases        letters whose answer is to be asked after
                    releases      what may be seen of the months that are over
    broadcasts.py   broadcasts    updates to members, and what became of each for each person
    pledges.py      pledges       what practices pledge, on what condition; their history; what they are told
    desk.py         desk          questions that the officers answer themselves, and every line of them
    gaps.py         gaps          questions that the book did not answer
    hidden.py       hidden        rules that officers have hidden
    books.py        books         releases of the book that were taken up, and wishes to reload
    audit.py        audit         what officers did, for good

Times are whole seconds since 1970, UTC. A person is "telegram 123": the chat's name and their id there. Everywhere but
in `members` a person is kept as a hash, made with this installation's key.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from handlers.records.arrivals import Places, Seen, Step, Taken
from handlers.records.asked import Asked, Marked, Waited
from handlers.records.audit import Act, Audit
from handlers.records.books import Books, Kept
from handlers.records.broadcasts import (
    Audience,
    Broadcast,
    Broadcasts,
    Change,
    Claim,
    Counted,
    Doubt,
    Mark,
    Selection,
    Stage,
    State,
)
from handlers.records.desk import Desk, Item, ItemState, Kind, Line, LineState, Room, Towards
from handlers.records.gaps import Gaps, Lack, Missed
from handlers.records.hidden import Hidden, Hiding
from handlers.records.incidents import UNCOUNTED, Chase, Chases, Incident, Incidents, Releases, Tally, Wrong
from handlers.records.opinions import Judged, Opinion, Opinions
from handlers.records.people import TOPICS, Code, Codes, Member, Members, Purpose, Rank, Refused
from handlers.records.pledges import ACTIVE, Entry, Move, Notice, Pledge, Pledges, Stand
from handlers.records.questions import Outcome, Question, Questions

__all__ = [
    "ACTIVE",
    "TOPICS",
    "UNCOUNTED",
    "Act",
    "Asked",
    "Audience",
    "Audit",
    "Books",
    "Broadcast",
    "Broadcasts",
    "Change",
    "Chase",
    "Chases",
    "Claim",
    "Code",
    "Codes",
    "Counted",
    "Desk",
    "Doubt",
    "Entry",
    "Gaps",
    "Hidden",
    "Hiding",
    "Incident",
    "Incidents",
    "Item",
    "ItemState",
    "Judged",
    "Kept",
    "Kind",
    "Lack",
    "Line",
    "LineState",
    "Mark",
    "Marked",
    "Member",
    "Members",
    "Missed",
    "Move",
    "Notice",
    "Opinion",
    "Opinions",
    "Outcome",
    "Places",
    "Pledge",
    "Pledges",
    "Purpose",
    "Question",
    "Questions",
    "Rank",
    "Records",
    "Refused",
    "Releases",
    "Room",
    "Seen",
    "Selection",
    "Stage",
    "Stand",
    "State",
    "Step",
    "Taken",
    "Tally",
    "Towards",
    "Upkeep",
    "Waited",
    "Wrong",
]


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
    opinions: Opinions
    asked: Asked
    hidden: Hidden
    gaps: Gaps
    incidents: Incidents
    chases: Chases
    broadcasts: Broadcasts
    releases: Releases
    pledges: Pledges
    desk: Desk
    books: Books
    audit: Audit
    upkeep: Upkeep

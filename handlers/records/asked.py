"""What the figures of questions are worked out from, and what may be seen of the weeks that are over.

A week is named by its Monday: 2026-11-16. An asker is a practice's ODS code where it is known, else a member, else a
hash: what a practice's people ask counts as one asker's, so that no practice stands behind a figure alone.
"""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from handlers.records.incidents import Tally


class Marked(NamedTuple):
    """What one person said, in one week, of an answer that was stated with the probability `p`.

    It was `right` where they said so of that answer itself: not where it was wrong, another question's, or where they
    went on to another rule.
    """

    week: str
    asker: str
    p: float
    right: bool


@dataclass(frozen=True)
class Waited:
    """How long a question to the officers waited for their first word, in seconds; `week` is that of the word.

    `asker` is "" for who is forgotten; `kept` is whether it came when it was promised.
    """

    week: str
    asker: str
    seconds: int
    kept: bool


class Asked(Protocol):
    """What is counted of questions."""

    def tallies(self) -> list[Tally]:
        """Return the counts of the questions that are kept still, by week, asker, rule and outcome.

        Of a question that was declined the rule is why: no-rule, clinical, outside or chat.
        """

    def marks(self) -> list[Marked]:
        """Return what was said of answers to questions that are kept still."""

    def waits(self) -> list[Waited]:
        """Return how long each question to the officers waited that has had an answer."""

    def unanswered(self, most: int) -> list[tuple[int, int]]:
        """Return the open questions to the officers without an answer: number and time, those longest first."""

    def last(self) -> str:
        """Return what may be seen, as it was kept last; "" where nothing is."""

    def keep(self, through: str, body: str) -> None:
        """Keep what may be seen through a week, in place of what was kept of earlier ones; once for each week."""

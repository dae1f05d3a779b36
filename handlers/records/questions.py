"""What was asked, masked, for a while; then only counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    """What a question was taken for."""

    ANSWER = "answer"
    CHOICE = "choice"  # two or three rules, offered
    NONE = "none"
    LETTER = "letter"  # several requests, each answered in a line


@dataclass(frozen=True)
class Question:
    """A question, masked, and what it was taken for: `outcome` is one of `Outcome`.

    `id` is its number, 0 before it is kept: never that of another question, even once this one is forgotten.
    """

    at: int
    person: str
    text: str
    outcome: str
    rule: str = ""
    kind: str = ""
    p: float = 0.0
    id: int = 0


class Questions(Protocol):
    """What was asked."""

    def keep(self, question: Question) -> int:
        """Keep a question; its person is hashed. Its number."""

    def of(self, people: Sequence[str]) -> list[Question]:
        """Return what some accounts asked, oldest first; `person` is empty."""

    def one(self, number: int, people: Sequence[str]) -> Question | None:
        """Return the question of a number where one of some accounts asked it, and it is kept still."""

    def counts(self, since: str = "") -> list[tuple[str, str, str, int]]:
        """Return the counts by day (2026-11-22), outcome and rule, of questions kept and forgotten, from a day on."""

    def forget(self, before: int) -> int:
        """Turn the questions from before a time into counts; how many they were."""

    def forget_people(self, people: Sequence[str]) -> int:
        """Turn the questions of some accounts into counts; how many they were."""

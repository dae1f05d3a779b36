"""What people said of answers, for a while; then only counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Judged(StrEnum):
    """What a person says of an answer."""

    HELPED = "helped"
    WRONG = "wrong"  # or out of date
    NOT = "not"  # the answer to another question than theirs


@dataclass(frozen=True)
class Opinion:
    """What a person said of a rule as an answer: to their question of that number, 0 where they opened it by itself."""

    at: int
    person: str
    judged: Judged
    rule: str
    question: int = 0


class Opinions(Protocol):
    """What people said of answers."""

    def keep(self, opinion: Opinion) -> None:
        """Keep an opinion; its person is hashed.

        A person has one on each of their questions, and one on each rule that they opened by itself: the last.
        """

    def of(self, people: Sequence[str]) -> list[Opinion]:
        """Return what some accounts said, oldest first; `person` is empty."""

    def counts(self, since: str = "") -> list[tuple[str, str, str, int]]:
        """Return the counts by day (2026-11-22), rule and what was said, kept and forgotten, from a day on."""

    def forget(self, before: int) -> int:
        """Turn the opinions from before a time into counts; how many they were."""

    def forget_people(self, people: Sequence[str]) -> int:
        """Turn the opinions of some accounts into counts; how many they were."""

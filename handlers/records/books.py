"""The releases of the book that were taken up, so that what changed between two can be told; and wishes to reload."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Kept:
    """A release that was taken up: its whole digest, its name on a card, and when it was taken up first."""

    digest: str
    name: str
    at: int


class Books(Protocol):
    """What each release held, and who waits for a reload."""

    def has(self, digest: str) -> bool:
        """Whether a release is kept."""

    def keep(self, book: Kept, parts: Mapping[str, bytes]) -> None:
        """Keep a release: its parts by their names, each content once, however many releases hold it."""

    def all(self) -> list[Kept]:
        """Return the releases, the last one taken up first."""

    def parts(self, digest: str) -> dict[str, bytes]:
        """Return what a release held; nothing where it is not kept."""

    def wish(self, at: int) -> int:
        """Ask the running bot to reload; the wish's number."""

    def take(self, since: int) -> list[int]:
        """Return the wishes from a time on that nobody has taken, taken now; drop those from before it.

        One that was taken is whose wish it was to drop: a reload may take longer than a wish waits to be taken.
        """

    def settle(self, wishes: list[int], said: str) -> None:
        """Say what came of wishes."""

    def heard(self, wish: int) -> tuple[bool, str]:
        """Say whether a wish was taken, and what came of it: "" until it is known."""

    def drop(self, wish: int) -> None:
        """Forget a wish."""

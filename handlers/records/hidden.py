"""Rules that officers have hidden: the bot gives no answer from them until they are shown again."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Hiding:
    """That a rule is hidden: since when, and by which officer (a member's number, 0 for one who was forgotten)."""

    rule: str
    at: int
    officer: int


class Hidden(Protocol):
    """Rules that are hidden."""

    def rules(self) -> frozenset[str]:
        """Return their ids; those last known where the records cannot be read just now."""

    def all(self) -> list[Hiding]:
        """Return them with who hid them, the latest first."""

    def hide(self, hiding: Hiding) -> bool:
        """Hide a rule; False where it is hidden already, and stays as it is."""

    def show(self, rule: str) -> bool:
        """Show a rule again; False where it is not hidden."""

"""The net under the specific rules: who asks, and what is asked of the practice.

A question that no rule is near enough to may still say who asks (a council) and what for (a letter); the general rule
of that cell is then offered as such. The grid is data: general.toml.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as checked


@checked(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class General:
    """What general.toml holds: the words of each asker and each act, and the rule of each cell."""

    askers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    acts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    grid: dict[str, dict[str, str]] = field(default_factory=dict)

    def empty(self) -> list[tuple[str, str]]:
        """Return the cells that have no rule."""
        return [(who, what) for who in self.askers for what in self.acts if what not in self.grid.get(who, {})]


@dataclass(frozen=True)
class Cell:
    """Who asks and what, as a question says it, and the general rule for that."""

    asker: str
    act: str
    rule: str


def general(terms: Iterable[str], net: General) -> Cell | None:
    """Find the general rule for a question.

    Args:
        terms: the words of the question, spelt out.
        net: the grid.

    Returns:
        The cell of the first asker, in the grid's order, and the first act that the question names and that has a rule;
        None where it names no asker or no act.
    """
    said = f" {' '.join(terms)} "
    for asker in _named(said, net.askers):
        for act in _named(said, net.acts):
            if rule := net.grid.get(asker, {}).get(act):
                return Cell(asker, act, rule)
        return None  # the first asker decides: a private consultant is not also a hospital
    return None


def _named(said: str, names: Mapping[str, tuple[str, ...]]) -> list[str]:
    return [name for name, words in names.items() if any(f" {word} " in said for word in words)]

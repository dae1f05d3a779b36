"""How the LMC counts: what may be seen, in which areas, and what time is worth. The configuration sets it."""

from dataclasses import dataclass, field
from enum import StrEnum

from handlers.disclosure import Safety


class Grain(StrEnum):
    """The smallest areas that are counted apart. It is chosen once: each is a world of its own in `disclosure`.

    A small LMC shows more rules and providers as one area; a large one can tell its areas apart.
    """

    SUB_ICB = "sub-icb"  # in Wales the health board
    ICB = "icb"
    WHOLE = "whole"


@dataclass(frozen=True)
class Assumptions:
    """What a report takes the practices' time for: minutes for each incident, and pounds for a minute, 0 for no price.

    Both are the LMC's own choice, and are printed wherever they are used.
    """

    minutes_each: float = 10
    cost_a_minute: float = 0
    source: str = ""  # where the cost is from, as it is printed


@dataclass(frozen=True)
class Pledging:
    """What the LMC sets for pledges.

    `areas` are the codes of the ICBs, sub-ICBs or health boards that are its own, none for the places of its members'
    practices; `tracker` is the address of GPC England's survey, "" for none.
    """

    areas: tuple[str, ...] = ()
    tracker: str = ""


@dataclass(frozen=True)
class Figures:
    """How the LMC counts: what may be seen, in which areas, and what time is worth."""

    safety: Safety = field(default_factory=Safety)
    grain: Grain = Grain.SUB_ICB
    assumptions: Assumptions = field(default_factory=Assumptions)

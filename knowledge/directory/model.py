"""What the directory holds, and what can be wrong with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from knowledge.library import Fault
from knowledge.model import Nation

Kind = Literal["practice", "trust", "icb"]

# The ODS code of each Local Health Board, which the official files give as the commissioner of a Welsh practice.
HEALTH_BOARDS = {
    "7A1": "Betsi Cadwaladr University Health Board",
    "7A2": "Hywel Dda University Health Board",
    "7A3": "Swansea Bay University Health Board",
    "7A4": "Cardiff and Vale University Health Board",
    "7A5": "Cwm Taf Morgannwg University Health Board",
    "7A6": "Aneurin Bevan University Health Board",
    "7A7": "Powys Teaching Health Board",
}


@dataclass(frozen=True, slots=True)
class Practice:
    """A GP practice.

    `town` has its district before it where the address tells one: "Acton, London". In England `icb` and `sub_icb` are
    ODS codes and `board` is empty; in Wales `board` is the health board's code and the other two are empty. `closed`
    is the day from which it is no practice any more, or None.
    """

    code: str
    name: str
    town: str
    postcode: str
    icb: str
    sub_icb: str
    board: str
    nation: Nation
    closed: date | None = None

    @property
    def area(self) -> str:
        """The code of the ICB or health board."""
        return self.icb or self.board


@dataclass(frozen=True, slots=True)
class Trust:
    """An NHS trust: `site` is the hospital or house of its address, which people often say for the trust."""

    code: str
    name: str
    town: str
    postcode: str
    icb: str
    site: str
    nation: Nation
    closed: date | None = None


@dataclass(frozen=True, slots=True)
class Icb:
    """An integrated care board of England."""

    code: str
    name: str
    closed: date | None = None


@dataclass(frozen=True)
class Change:
    """One body before and after an update: its names where it was renamed, its places where it moved."""

    code: str
    before: str
    after: str


@dataclass(frozen=True)
class Changes:
    """What an update did, by ODS code.

    `added` are new, or open again; `closed` were open before; `renamed` counts what a person can see, not official
    spelling; `moved` have another postcode, ICB, sub-ICB or health board; `nameless` are ICB codes that practices or
    trusts have and the list of ICBs has not. `dated` is the date of the data now.
    """

    added: tuple[str, ...]
    closed: tuple[str, ...]
    renamed: tuple[Change, ...]
    moved: tuple[Change, ...]
    nameless: tuple[str, ...]
    dated: date


class DirectoryError(Exception):
    """A file cannot be used; `faults` says which file, which line and what to do."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))

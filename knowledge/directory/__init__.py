"""GP practices, NHS trusts and ICBs: found by ODS code, name, town or postcode, with slips; kept up to date.

Contains NHS Organisation Data Service data, Open Government Licence v3.0.

    load(folder) -> Directory                    the packaged data, or an update in the folder if that is newer
    Directory.find("densham stockton")           the best five, best first
    update([epraccur.csv], folder) -> Changes    added, closed, renamed, moved; nothing known is ever dropped

    model.py     Practice, Trust, Icb, Changes, DirectoryError
    names.py     official capitals made readable, the town found in an address
    official.py  the official files read, and laid over what is known
    store.py     the one compact file, read and written
    search.py    the index behind `find`
    directory.csv, NOTICE   the data and its licence
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, overload

from knowledge.directory import store
from knowledge.directory.model import (
    HEALTH_BOARDS,
    Change,
    Changes,
    DirectoryError,
    Icb,
    Kind,
    Practice,
    Trust,
)
from knowledge.directory.official import update

if TYPE_CHECKING:
    from knowledge.directory.search import Index

__all__ = [
    "HEALTH_BOARDS",
    "Change",
    "Changes",
    "Directory",
    "DirectoryError",
    "Icb",
    "Kind",
    "Practice",
    "Trust",
    "load",
    "update",
]


@dataclass(frozen=True)
class Directory:
    """All bodies by ODS code, closed ones among them, and the date of the data."""

    dated: date
    practices: Mapping[str, Practice]
    trusts: Mapping[str, Trust]
    icbs: Mapping[str, Icb]

    @overload
    def find(self, text: str, kind: Literal["practice"] = "practice", near: str = "") -> tuple[Practice, ...]: ...
    @overload
    def find(self, text: str, kind: Literal["trust"], near: str = "") -> tuple[Trust, ...]: ...
    @overload
    def find(self, text: str, kind: Literal["icb"], near: str = "") -> tuple[Icb, ...]: ...
    def find(self, text: str, kind: Kind = "practice", near: str = "") -> tuple[Practice | Trust | Icb, ...]:
        """Find what a text most likely means: an ODS code, a name, a town, a postcode or several of these, with slips.

        Args:
            text: as typed.
            kind: what is looked for.
            near: an ICB's or health board's code: its bodies come before others that fit as well.

        Returns:
            Five at most, best first: a code, then a whole name, then what fits best. Of two that fit as well, the
            open one comes before the closed one.
        """
        match kind:
            case "practice":
                return tuple(self.practices[code] for code in self._practices.find(text, near))
            case "trust":
                return tuple(self.trusts[code] for code in self._trusts.find(text, near))
            case "icb":
                return tuple(self.icbs[code] for code in self._icbs.find(text, near))

    def area(self, code: str) -> str:
        """Name an ICB or a health board; a code that has no name here is returned as it is."""
        return self.icbs[code].name if code in self.icbs else HEALTH_BOARDS.get(code, code)

    # The first search of each kind builds its index; what never searches never pays for one, nor for numpy.
    @cached_property
    def _practices(self) -> "Index":
        from knowledge.directory.search import Entry, Index

        return Index(
            [Entry(p.code, p.name, p.town, p.postcode, p.area, closed=bool(p.closed)) for p in self.practices.values()]
        )

    @cached_property
    def _trusts(self) -> "Index":
        from knowledge.directory.search import Entry, Index

        return Index(
            [
                Entry(t.code, t.name, t.town, t.postcode, t.icb, t.site, _initials(t.name), bool(t.closed))
                for t in self.trusts.values()
            ]
        )

    @cached_property
    def _icbs(self) -> "Index":
        from knowledge.directory.search import Entry, Index

        return Index(
            [
                Entry(i.code, i.name, "", "", i.code, initials=_initials(i.name), closed=bool(i.closed))
                for i in self.icbs.values()
            ]
        )


def load(folder: Path | None = None) -> Directory:
    """Read the directory.

    Args:
        folder: where `update` wrote, or None for the packaged data alone; the newer of the two counts, and what only
            the other one knows is kept as closed.

    Returns:
        The directory; its index is built by the first search.

    Raises:
        DirectoryError: the folder's file cannot be read.
    """
    contents = store.current(folder)
    return Directory(contents.dated, contents.practices, contents.trusts, contents.icbs)


def _initials(name: str) -> str:
    """What people shorten a body's name to: UCLH, NENC; empty for a single word."""
    core = name.split(" NHS", maxsplit=1)[0].removeprefix("NHS ").removesuffix(" Integrated Care Board")
    letters = "".join(
        word[0] for word in core.replace("-", " ").split() if word.lower() not in {"and", "of", "the", "for"}
    )
    return letters.lower() if len(letters) > 1 else ""

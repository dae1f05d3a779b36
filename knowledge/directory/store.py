"""The directory as one compact file: read, and written whole or not at all.

One file holds practices, trusts and ICBs with one date, so that an update replaces them in one step. The file in the
package is the fallback; an update writes one of the same name to a folder of the LMC's. The one with the newer date
wins; a body that only the other one knows is kept, as closed, so that no record loses its practice.
"""

import csv
import io
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from knowledge import cache
from knowledge.directory.model import DirectoryError, Icb, Practice, Trust
from knowledge.library import Fault
from knowledge.model import Nation

FILE = "directory.csv"
PACKAGED = Path(__file__).with_name(FILE)
LICENCE = "Contains NHS Organisation Data Service data, Open Government Licence v3.0"
_HEADER = ("kind", "code", "name", "town", "postcode", "area", "sub_icb", "site", "nation", "closed")
_NATIONS = {"": Nation.ENGLAND} | {str(nation): nation for nation in Nation}
Body = TypeVar("Body", Practice, Trust, Icb)


@dataclass(frozen=True)
class Contents:
    """All that one file holds, each kind by ODS code in the order of codes."""

    dated: date
    practices: Mapping[str, Practice]
    trusts: Mapping[str, Trust]
    icbs: Mapping[str, Icb]


def current(folder: Path | None) -> Contents:
    """Read the directory that counts: the packaged one or the folder's, whichever is newer, with the other's bodies.

    Args:
        folder: where an update was written, or None; it need not hold one.

    Raises:
        DirectoryError: a file is not as `write` left it.
    """
    own = folder / FILE if folder else PACKAGED
    if not folder or not own.exists():
        return read(PACKAGED)
    own_first = _head(own)[1] >= _head(PACKAGED)[1]
    newer = read(own if own_first else PACKAGED)
    known = newer.practices.keys() | newer.trusts.keys() | newer.icbs.keys()
    older = read(PACKAGED if own_first else own, known)
    return Contents(
        newer.dated,
        _with_gone(newer.practices, older.practices, newer.dated),
        _with_gone(newer.trusts, older.trusts, newer.dated),
        _with_gone(newer.icbs, older.icbs, newer.dated),
    )


def _with_gone(newer: Mapping[str, Body], gone: Mapping[str, Body], dated: date) -> Mapping[str, Body]:
    return {**{code: body if body.closed else replace(body, closed=dated) for code, body in gone.items()}, **newer}


def _head(path: Path) -> tuple[Iterator[list[str]], date]:
    """Open one file: its rows after the header, and the date of its data."""
    line = 1
    try:
        rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
        next(rows)  # the licence
        line = 2
        dated = date.fromisoformat(next(rows)[0].removeprefix("# dated "))
        line = 3
        if tuple(next(rows)) != _HEADER:
            raise ValueError
    except OSError as error:
        raise DirectoryError([Fault(str(path), "", f"cannot be read: {error.strerror}")]) from error
    except (ValueError, IndexError, StopIteration, csv.Error) as error:
        raise _spoilt(path, line) from error
    return rows, dated


def read(path: Path, known: Container[str] = ()) -> Contents:
    """Read one file.

    Args:
        path: the file.
        known: codes to pass over, which another file tells of.

    Raises:
        DirectoryError: it is missing or is not as `write` left it.
    """
    practices: dict[str, Practice] = {}
    trusts: dict[str, Trust] = {}
    icbs: dict[str, Icb] = {}
    rows, dated = _head(path)
    line = 3
    try:
        for line, row in enumerate(rows, 4):  # noqa: B007  # told where a row breaks
            kind, code, name, town, postcode, area, sub, site, nation, end = row
            if code in known:
                continue
            closed = date.fromisoformat(end) if end else None
            if kind == "practice":
                place = _NATIONS[nation]
                icb, board = ("", area) if place is Nation.WALES else (area, "")
                practices[code] = Practice(code, name, town, postcode, icb, sub, board, place, closed)
            elif kind == "trust":
                trusts[code] = Trust(code, name, town, postcode, area, site, _NATIONS[nation], closed)
            elif kind == "icb":
                icbs[code] = Icb(code, name, closed)
            else:
                raise ValueError
    except (ValueError, KeyError, csv.Error) as error:
        raise _spoilt(path, line) from error
    return Contents(dated, practices, trusts, icbs)


def _spoilt(path: Path, line: int) -> DirectoryError:
    say = "is not as an update writes it: take the file away and update the directory again"
    return DirectoryError([Fault(str(path), f"line {line}", say)])


def write(contents: Contents, path: Path) -> None:
    """Write one file, whole or not at all.

    Raises:
        DirectoryError: it cannot be written.
    """
    out = io.StringIO(newline="")
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow([f"# {LICENCE}"])
    rows.writerow([f"# dated {contents.dated}"])
    rows.writerow(_HEADER)
    rows.writerows(_rows(contents))
    if not cache.write(path, out.getvalue().encode()):
        raise DirectoryError([Fault(str(path), "", "cannot be written: is the folder yours, and the disk not full?")])
    path.chmod(0o644)  # public data: who updates it is often not who runs the bot


def _rows(contents: Contents) -> Iterator[Iterable[object]]:
    for p in _sorted(contents.practices):
        nation = "" if p.nation is Nation.ENGLAND else p.nation
        yield "practice", p.code, p.name, p.town, p.postcode, p.area, p.sub_icb, "", nation, p.closed or ""
    for t in _sorted(contents.trusts):
        nation = "" if t.nation is Nation.ENGLAND else t.nation
        yield "trust", t.code, t.name, t.town, t.postcode, t.icb, "", t.site, nation, t.closed or ""
    for i in _sorted(contents.icbs):
        yield "icb", i.code, i.name, "", "", "", "", "", "", i.closed or ""


def _sorted(bodies: Mapping[str, Body]) -> list[Body]:
    return [bodies[code] for code in sorted(bodies)]

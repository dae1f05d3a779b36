"""The official files of the NHS Organisation Data Service, read; and the directory brought up to date with them.

    epraccur.csv   GP practices and other prescribers     etr.csv   NHS trusts     (27 columns, no header)
    icb.csv        a code and a name a line, under the header `ods,name`

Which file is which is read from its content. Of epraccur, what is active (status A) in prescribing setting 4 is a GP
practice: 6,220 in national groupings that begin with Y (the regions of England) and 398 in W00 (Wales) in August 2025.
The files carry no date of their own. The newest day on which something in them opened or closed stands for it; bodies
that are only proposed (status P) open after the release, and do not count.
Source of the columns: the specification published with the files, as a PDF in the same zip.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from knowledge.directory import store
from knowledge.directory.model import HEALTH_BOARDS, Change, Changes, DirectoryError, Icb, Kind, Practice, Trust
from knowledge.directory.names import readable, town
from knowledge.directory.store import Body, Contents
from knowledge.library import Fault
from knowledge.model import Nation

COLUMNS = 27
SHOWN = 5  # faults of one file: a file of the wrong kind has one on every line
LEAST = 0.5  # the share of the bodies open now that a whole file must still hold
_WHAT: dict[Kind, str] = {"practice": "practices (epraccur)", "trust": "trusts (etr)", "icb": "ICBs"}
_NAMED: dict[Kind, str] = {"practice": "epraccur", "trust": "etr", "icb": "icb"}
_GROUPING_OF_WALES = "W00"
_NO_ICB = "Q99"  # the geography of what lies outside England
_GP_PRACTICE = "4"


def _day(value: object) -> object:
    """A day as the official files write it, 20250807; empty is None."""
    text = str(value)
    if not text:
        return None
    if not re.fullmatch(r"\d{8}", text):
        raise ValueError(f"must be a day such as 20250807, not {text!r}")
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


_Day = Annotated[date | None, BeforeValidator(_day)]
_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
_Postcode = Annotated[str, StringConstraints(pattern=r"^([A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2})?$")]


class _Row(BaseModel):
    """What is read of a line of epraccur or etr; the rest (telephone numbers among it) is never looked at."""

    model_config = ConfigDict(frozen=True)

    code: str
    name: _Name
    grouping: str
    geography: str
    address: tuple[str, ...]
    postcode: _Postcode
    opened: _Day
    closed: _Day
    status: Annotated[str, StringConstraints(pattern="^[ACDP]?$")]
    commissioner: str
    setting: str


# Where each stands in a line, counted from 0.
_SETTING = 25
_AT: dict[str, int | slice] = {
    "code": 0,
    "name": 1,
    "grouping": 2,
    "geography": 3,
    "address": slice(4, 9),
    "postcode": 9,
    "opened": 10,
    "closed": 11,
    "status": 12,
    "commissioner": 14,
    "setting": _SETTING,
}
_CODES: dict[Kind, re.Pattern[str]] = {
    "practice": re.compile(r"[A-Z][A-Z0-9]{5}"),
    "trust": re.compile(r"[A-Z][A-Z0-9]{2}|[A-Z]\d[A-Z]\d[A-Z]"),
    "icb": re.compile(r"Q[A-Z0-9]{2}"),
}


@dataclass
class _Found:
    """What the official files hold: open bodies, and the day on which others closed."""

    practices: dict[str, Practice] = field(default_factory=dict)
    trusts: dict[str, Trust] = field(default_factory=dict)
    icbs: dict[str, Icb] = field(default_factory=dict)
    ended: dict[str, date] = field(default_factory=dict)
    newest: date = date.min


def update(
    files: Sequence[Path],
    folder: Path,
    dated: date | None = None,
    force: bool = False,
) -> Changes:
    """Bring the directory up to date with official files.

    A body that is closed in a file, or has gone from it, is marked as closed and kept. Kinds that no file is given for
    stay as they are.

    Args:
        files: one or more of epraccur, etr and icb, each a CSV file.
        folder: where the directory is kept; the update reads what is there (or in the package) and writes there.
        dated: the day of the release, if known; else the newest day on which something in the files opened or closed
            (proposed bodies apart), which is never later than the release.
        force: take a file that is older than the directory, or holds fewer than half of what is open now.

    Returns:
        What changed.

    Raises:
        DirectoryError: with every fault of every file; nothing is written then.
    """
    before = store.current(folder)
    found, kinds = _all(files)
    day = dated or found.newest
    faults = []
    if not force:
        faults = [fault for fault in (_short(file, kind, before, found) for kind, file in kinds.items()) if fault]
        if "practice" in kinds and day < before.dated:
            say = f"holds nothing after {day}, and the directory is of {before.dated}: give its date, or a newer file"
            faults.append(Fault(str(kinds["practice"]), "", say))
    if faults:
        raise DirectoryError(faults)
    now = max(day, before.dated)
    after = Contents(
        now,
        _laid(before.practices, found.practices, found.ended, now) if "practice" in kinds else before.practices,
        _laid(before.trusts, found.trusts, found.ended, now) if "trust" in kinds else before.trusts,
        _laid(before.icbs, found.icbs, found.ended, now) if "icb" in kinds else before.icbs,
    )
    store.write(after, folder / store.FILE)
    return _compared(before, after)


def _all(files: Sequence[Path]) -> tuple[_Found, dict[Kind, Path]]:
    found = _Found()
    kinds: dict[Kind, Path] = {}
    faults: list[Fault] = []
    for file in files:
        try:
            rows = _rows(file)
            kind = _kind(file, rows)
            if kind in kinds:
                raise DirectoryError([Fault(str(file), "", f"holds {_WHAT[kind]}, as {kinds[kind]} does: give one")])
            kinds[kind] = file
            _take_icbs(file, rows, found) if kind == "icb" else _take(file, kind, rows, found)
        except DirectoryError as error:
            faults += error.faults
    if faults:
        raise DirectoryError(faults)
    return found, kinds


def _rows(file: Path) -> list[tuple[int, list[str]]]:
    """Read a CSV file's lines, each with its number."""

    def wrong(line: str, say: str) -> DirectoryError:
        return DirectoryError([Fault(str(file), line, say)])

    try:
        data = file.read_bytes()
    except OSError as error:
        raise wrong("", f"cannot be read: {error.strerror}") from error
    if data[:4] == b"PK\x03\x04":
        raise wrong("", "is a zip file or a workbook: unpack it, or save it as CSV, and give the .csv file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise wrong(f"line {line}", "is not UTF-8 text: take the file as it was published") from error
    if "\0" in text:
        raise wrong("line 1", "is not text: take the file as it was published")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows = []
    try:
        for row in reader:
            if any(row):
                rows.append((reader.line_num, row))
    except csv.Error as error:
        raise wrong(f"line {reader.line_num}", f"is not CSV ({error}): is the download whole?") from error
    if not rows:
        raise wrong("", "is empty: download it again")
    return rows


def _kind(file: Path, rows: list[tuple[int, list[str]]]) -> Kind:
    """Tell which official file it is, by its shape; its name must not say another."""
    line, top = rows[0]
    kind: Kind | None = None
    if [cell.strip().lower() for cell in top] == ["ods", "name"]:
        kind = "icb"
    elif len(top) == COLUMNS:
        # A prescriber has a setting; a trust has none, and so have the lists of GPs, sites and pharmacies.
        likely: Kind = "practice" if top[_SETTING].isdigit() else "trust"
        kind = likely if _CODES[likely].fullmatch(top[0]) else None
    if not kind:
        say = "is neither epraccur nor etr (27 columns, no header) nor a list of ICBs (header ods,name)"
        raise DirectoryError([Fault(str(file), f"line {line}", f"{say}: take the file as it was published")])
    named = next((other for other, name in _NAMED.items() if file.stem.lower().startswith(name)), kind)
    if named != kind:
        say = f"holds {_WHAT[kind]}, not {_WHAT[named]} as its name says: download it again"
        raise DirectoryError([Fault(str(file), f"line {line}", say)])
    return kind


def _take(file: Path, kind: Kind, rows: list[tuple[int, list[str]]], found: _Found) -> None:
    """Read the lines of epraccur or etr."""
    faults: list[Fault] = []
    for line, cells in rows:
        key = f"line {line}"
        if len(cells) != COLUMNS:
            say = f"has {len(cells)} columns, not {COLUMNS}: is the download whole?"
            faults.append(Fault(str(file), key, say))
        elif not _CODES[kind].fullmatch(cells[0]):
            faults.append(Fault(str(file), key, f"{cells[0]!r} is no code of {_WHAT[kind]}: is it the right file?"))
        else:
            try:
                row = _Row.model_validate({name: cells[at] for name, at in _AT.items()})
            except ValidationError as error:
                faults += [Fault(str(file), key, f"{at}: {say}") for at, say in _said(error)]
            else:
                _keep(row, kind, found)
    if faults:
        more = [Fault(str(file), "", f"and {len(faults) - SHOWN} more")] if len(faults) > SHOWN else []
        raise DirectoryError([*faults[:SHOWN], *more])


def _said(error: ValidationError) -> Iterator[tuple[str, str]]:
    for wrong in error.errors(include_url=False):
        message = wrong["msg"].removeprefix("Value error, ")
        yield str(wrong["loc"][0]), message if "not '" in message else f"{wrong['input']!r}: {message}"


def _keep(row: _Row, kind: Kind, found: _Found) -> None:
    if row.status == "P":  # proposed: its opening lies ahead of the release
        return
    found.newest = max(found.newest, row.opened or date.min, row.closed or date.min)
    if row.closed:
        found.ended[row.code] = row.closed
    wales = row.grouping == _GROUPING_OF_WALES
    nation = Nation.WALES if wales else Nation.ENGLAND
    icb = "" if row.geography == _NO_ICB else row.geography
    name = readable(row.name)
    if kind == "trust":
        if not row.closed:
            place, site = town(row.address), _site(row.address)
            found.trusts[row.code] = Trust(row.code, name, place, row.postcode, icb, site, nation)
    elif row.status == "A" and row.setting == _GP_PRACTICE and (wales or row.grouping.startswith("Y")):
        board, sub = (row.commissioner, "") if wales else ("", row.commissioner)
        place = town(row.address)
        found.practices[row.code] = Practice(row.code, name, place, row.postcode, icb, sub, board, nation)


_SITE = re.compile(r"\b(?:HOSPITALS?|HOS|INFIRMARY|HOUSE|CENTRE|CENTER|ROYAL)\b")


def _site(address: Sequence[str]) -> str:
    """The hospital or house of a trust's address, a hospital first: people say it for the trust."""
    named = [line for line in address if _SITE.search(line) and not re.search(r"\d", line)]
    hospitals = [line for line in named if re.search(r"\b(?:HOSPITALS?|HOS|INFIRMARY|ROYAL)\b", line)]
    return readable((hospitals or named or [""])[0])


def _take_icbs(file: Path, rows: list[tuple[int, list[str]]], found: _Found) -> None:
    faults = []
    for line, cells in rows[1:]:
        if len(cells) == 2 and _CODES["icb"].fullmatch(cells[0]) and cells[1].strip():
            found.icbs[cells[0]] = Icb(cells[0], readable(cells[1]))
        else:
            say = "must be an ICB's code and name, such as QHM,NHS North East and North Cumbria Integrated Care Board"
            faults.append(Fault(str(file), f"line {line}", say))
    if faults:
        raise DirectoryError(faults[:SHOWN])


def _short(file: Path, kind: Kind, before: Contents, found: _Found) -> Fault | None:
    """Say so if a file holds too little to be whole."""
    held = {
        "practice": (len(found.practices), _open(before.practices)),
        "trust": (len(found.trusts), _open(before.trusts)),
        "icb": (len(found.icbs), _open(before.icbs)),
    }
    new, old = held[kind]
    if new >= LEAST * old:
        return None
    say = f"holds {new:,} open {_WHAT[kind]}; the directory has {old:,}: download it again, or force it"
    return Fault(str(file), "", say)


def _open(bodies: Mapping[str, Body]) -> int:
    return sum(not body.closed for body in bodies.values())


def _laid(old: Mapping[str, Body], new: Mapping[str, Body], ended: Mapping[str, date], now: date) -> dict[str, Body]:
    """Lay what is open now over what was known: what is not open any more is kept, closed."""
    kept = {
        code: body if body.closed else replace(body, closed=ended.get(code, now))
        for code, body in old.items()
        if code not in new
    }
    return {**kept, **new}


def _compared(before: Contents, after: Contents) -> Changes:
    added: list[str] = []
    closed: list[str] = []
    renamed: list[Change] = []
    moved: list[Change] = []

    def compare(old: Mapping[str, Body], new: Mapping[str, Body], place: Callable[[Body], str]) -> None:
        for code in sorted(new):
            was, now = old.get(code), new[code]
            if now.closed:
                if was and not was.closed:
                    closed.append(code)
                continue
            if not was or was.closed:
                added.append(code)
                continue
            if was.name != now.name:
                renamed.append(Change(code, was.name, now.name))
            if place(was) != place(now):
                moved.append(Change(code, place(was), place(now)))

    compare(before.practices, after.practices, lambda p: " ".join(filter(None, (p.postcode, p.area, p.sub_icb))))
    compare(before.trusts, after.trusts, lambda t: " ".join(filter(None, (t.postcode, t.icb))))
    compare(before.icbs, after.icbs, lambda _: "")
    areas = {p.area for p in after.practices.values() if not p.closed} | {
        t.icb for t in after.trusts.values() if t.icb and not t.closed
    }
    nameless = sorted(areas - after.icbs.keys() - HEALTH_BOARDS.keys())
    return Changes(tuple(added), tuple(closed), tuple(renamed), tuple(moved), tuple(nameless), after.dated)

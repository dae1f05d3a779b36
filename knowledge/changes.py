"""What changed between two books: rules added, removed, retired; of each changed thing the keys, old words and new.

parts(library) -> {"rules/hospital-fit-note": b'{"title": …}', "words": …}      the book, cut so that it can be kept
changed(before, after) -> Change …                                              in the order of a reader's interest
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

from pydantic import TypeAdapter

from knowledge.library import Library
from knowledge.model import Status

Kind = Literal["added", "removed", "retired", "changed"]
Parts = Mapping[str, bytes]

_SHELVES = ("rules", "letters", "sets", "actions", "contacts", "clauses", "outside", "facets")  # a part each thing
_TABLES = ("general", "near", "words")  # one part
_LISTED: tuple[Kind, ...] = ("added", "removed", "retired", "changed")
_FOUND_BY = ("title", "name")  # what a reader knows a thing by


@dataclass(frozen=True)
class Edit:
    """One key: its words before and after, "" where there are none; of a list, one line that went or came."""

    key: str
    old: str
    new: str


@dataclass(frozen=True)
class Change:
    """What became of one part of the book; `title` is what a reader knows it by, "" where it has none."""

    kind: Kind
    name: str
    title: str
    edits: tuple[Edit, ...] = ()


def parts(library: Library) -> dict[str, bytes]:
    """Cut a book into its things, each as JSON: only what it says, so that a later version reads no change into it."""
    shelved = {f"{shelf}/{ident}": thing for shelf in _SHELVES for ident, thing in getattr(library, shelf).items()}
    return {
        name: _json(thing) for name, thing in (shelved | {each: getattr(library, each) for each in _TABLES}).items()
    }


def _json(thing: object) -> bytes:
    adapter = _adapter(type(thing))  # type: ignore[arg-type]  # a class is hashable
    said = adapter.dump_python(thing, exclude_defaults=True)  # as JSON at once, a set would stand in any order
    return json.dumps(said, ensure_ascii=False, sort_keys=True, default=_plain).encode()


def _plain(held: date | frozenset[str]) -> str | list[str]:
    return held.isoformat() if isinstance(held, date) else sorted(held)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 (a type, whatever it is)
    return TypeAdapter(kind)


def changed(before: Parts, after: Parts) -> list[Change]:
    """Tell what changed from one book to another: rules first, each kind of change together, by name."""
    found = [
        _change(name, before.get(name), after.get(name))
        for name in before.keys() | after.keys()
        if before.get(name) != after.get(name)
    ]
    return sorted(found, key=lambda each: (not each.name.startswith("rules/"), _LISTED.index(each.kind), each.name))


def _change(name: str, before: bytes | None, after: bytes | None) -> Change:
    old, new = (json.loads(each) if each else None for each in (before, after))
    title = next(
        (str(held[key]) for held in (new, old) if isinstance(held, dict) for key in _FOUND_BY if key in held), ""
    )
    if old is None:
        return Change("added", name, title)
    if new is None:
        return Change("removed", name, title)
    edits = tuple(_edits("", old, new))
    retired = any(edit.key == "status" and edit.new == Status.RETIRED for edit in edits)
    return Change("retired" if retired else "changed", name, title, edits)


def _edits(key: str, old: Any, new: Any) -> Iterator[Edit]:  # noqa: ANN401 (whatever JSON holds)
    """Go down where both sides have the same form; a list of lines is told line by line, wherever they stand."""
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for each in sorted(old.keys() | new.keys()):
            yield from _edits(f"{key}.{each}" if key else each, old.get(each), new.get(each))
    elif isinstance(old or new, list) and isinstance(old or [], list) and isinstance(new or [], list):
        gone, come = (
            [each for each in one if each not in other]
            for one, other in ((old or [], new or []), (new or [], old or []))
        )
        yield from (Edit(key, _said(each), "") for each in gone)
        yield from (Edit(key, "", _said(each)) for each in come)
        if not gone and not come:
            yield Edit(key, "", "the same lines in another order")
    else:
        yield Edit(key, _said(old), _said(new))


def _said(value: Any) -> str:  # noqa: ANN401 (whatever JSON holds)
    if value is None:
        return ""
    if isinstance(value, dict):
        return " · ".join(f"{key}: {_said(each)}" for key, each in value.items())
    return ", ".join(map(_said, value)) if isinstance(value, list) else str(value)

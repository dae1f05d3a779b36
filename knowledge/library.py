"""The whole rulebook, read from folders of TOML files.

    <folder>/rules/<category>/<id>.toml     one rule a file
    <folder>/letters/<id>.toml              what a practice sends back
    <folder>/actions/<set>.toml             a call for collective action
    <folder>/actions/<set>/<id>.toml        its actions
    <folder>/contacts.toml                  whom to go to, a table each
    <folder>/clauses.toml                   the clauses that were confirmed, by instrument
    <folder>/facets.toml                    what tells near twins apart
    <folder>/general.toml                   the net under the specific rules: who asks, and what
    <folder>/near.toml                      pairs of rules that are easily confused
    <folder>/outside.toml                   questions that the book has no rule for, by kind
    <folder>/words.toml                     abbreviations, and words that tell rules nothing apart
    <folder>/release.toml                   the day on which a person dated the folder's book (release.py)

`load` reads one or more folders. A file in a later folder lays over the one of the same id before it, so that an LMC
changes a national rule without touching it. Every fault of every file is reported at once, with the file, the key and
what to write instead. A book that was read before comes from a cache, keyed by a digest of all that was read.
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache, cached_property
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, TypeVar

from pydantic import ConfigDict, StringConstraints, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked
from rapidfuzz import process

from knowledge import cache as kept
from knowledge import model, release
from knowledge.general import General
from knowledge.model import (
    ID_LENGTH,
    ID_PATTERN,
    PRINTED,
    READ_BEFORE,
    Action,
    ActionSet,
    Contact,
    Letter,
    Rule,
    Status,
)
from knowledge.release import Release, Stamp

NATIONAL = Path(__file__).parent
_Lower = Annotated[str, StringConstraints(pattern=r"^[^A-Z]+$", max_length=60)]


@dataclass(frozen=True, order=True)
class Fault:
    """One thing to mend: in which file, at which key (or line), and what to write instead."""

    file: str
    key: str
    say: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.key, self.say) if part)


class BookError(Exception):
    """The rulebook cannot be used; `faults` holds every reason."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(map(str, self.faults)))


@checked(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Words:
    """What `words.toml` holds.

    `abbreviations` are replaced in a question, `stop` words are not looked for; `clinical` and `contract` phrases are
    what a question of each kind says.
    """

    abbreviations: dict[_Lower, str] = field(default_factory=dict)
    stop: frozenset[_Lower] = frozenset()
    clinical: frozenset[_Lower] = frozenset()
    contract: frozenset[_Lower] = frozenset()


@checked(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Outside:
    """One kind of question that the book has no rule for: what to say to it, and examples of it."""

    says: str
    asks: tuple[str, ...]


@checked(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Near:
    """Pairs of rules that are easily confused, by their ids."""

    pairs: tuple[tuple[str, str], ...] = ()


@checked(frozen=True, kw_only=True)
class _Book:
    """What the cache keeps: all of a library that files gave."""

    rules: dict[str, Rule] = field(default_factory=dict)
    letters: dict[str, Letter] = field(default_factory=dict)
    sets: dict[str, ActionSet] = field(default_factory=dict)
    actions: dict[str, Action] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    clauses: dict[str, tuple[str, ...]] = field(default_factory=dict)
    outside: dict[str, Outside] = field(default_factory=dict)
    facets: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    near: Near = field(default_factory=Near)
    general: General = field(default_factory=General)
    words: Words = field(default_factory=Words)


@dataclass(frozen=True)
class Library:
    """The rulebook: everything by its id, rules in the order of category and id.

    `digest` names the content: two libraries with the same digest give the same answers. `release` names it for people;
    `files` are the digests of all files that it was read from, by the number of their folder and their place in it.
    """

    rules: dict[str, Rule]
    letters: dict[str, Letter]
    sets: dict[str, ActionSet]
    actions: dict[str, Action]
    contacts: dict[str, Contact]
    clauses: dict[str, tuple[str, ...]]
    outside: dict[str, Outside]
    facets: dict[str, dict[str, tuple[str, ...]]]
    near: Near
    general: General
    words: Words
    digest: str
    release: Release
    files: Mapping[str, str]

    @cached_property
    def live(self) -> tuple[Rule, ...]:
        """The rules that may be answered: all but the retired ones."""
        return tuple(rule for rule in self.rules.values() if rule.status is not Status.RETIRED)

    @cached_property
    def decoys(self) -> tuple[tuple[str, str], ...]:
        """The examples of what is outside the book, each with its kind; they are matched after the live rules."""
        return tuple((kind, ask) for kind, each in self.outside.items() for ask in each.asks)


def load(folders: Sequence[Path] = (NATIONAL,), cache: Path | None = None, before: Library | None = None) -> Library:
    """Read the rulebook.

    Args:
        folders: the national book's folder first, then any that lay over it.
        cache: a folder for the checked book, so that the next start need not parse it again; None to do without.
        before: a library that was read from these folders earlier: what a file gave that has not changed is taken from
            it.

    Returns:
        The library.

    Raises:
        BookError: with every fault of every file, if there is one.
    """
    files = {
        f"{number}/{'/'.join(path.parts[len(folder.parts) :])}": path
        for number, folder in enumerate(folders)
        for path in _files(folder)
    }
    strays = [fault for folder in folders[1:] for fault in _strays(folder, set(files.values()))]
    missing = [
        Fault(str(folder), "", "is no folder: name one that exists") for folder in folders if not folder.is_dir()
    ]
    if missing or strays:
        raise BookError(missing + strays)
    faults: list[Fault] = []
    texts = {name: text for name, path in files.items() if (text := _bytes(path, faults)) is not None}
    digests = {name: release.of_bytes(text) for name, text in texts.items()}
    named = _release(folders, digests, faults)
    if faults:
        raise BookError(faults)
    digest = release.of_files(digests | {"model.py": _MODEL})  # another schema reads another book in the same files
    place = cache / f"book-{digest}.json" if cache else None
    if place and (data := kept.read(place)):
        try:
            book = _adapter(_Book).validate_json(data, context=READ_BEFORE)
            return _library(book, digest, named, digests)
        except ValidationError:
            pass  # written by another version, or damaged: read the files again
    book = _read(files, texts, _Before.of(before, digests))
    if place:
        kept.write(place, _adapter(_Book).dump_json(book))
    return _library(book, digest, named, digests)


def _library(book: _Book, digest: str, named: Release, files: Mapping[str, str]) -> Library:
    held = {each.name: getattr(book, each.name) for each in fields(_Book)}
    return Library(**held, digest=digest, release=named, files=files)


def _bytes(path: Path, faults: list[Fault]) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError as error:  # it may have gone since it was listed
        faults.append(Fault(_short(path), "", f"cannot be read: {error.strerror}"))
    return None


def _release(folders: Sequence[Path], digests: Mapping[str, str], faults: list[Fault]) -> Release:
    """Name the book for people, by the stamps of its folders."""
    dated: list[tuple[str, Stamp | None]] = []
    for number, folder in enumerate(folders):
        path, stamp = folder / release.FILE, None
        if path.is_file() and (text := _bytes(path, faults)) is not None:
            raw = _toml(path, text, faults)
            stamp = None if raw is None else _checked(Stamp, raw, path, faults)
        if found := of_folder(digests, number):
            dated.append((found, stamp))
    return release.released(release.of_files(digests), dated)


def of_folder(digests: Mapping[str, str], number: int) -> str:
    """Return the digest of one folder's files, by its number in the order of folders; "" where it has none."""
    own = {name.partition("/")[2]: found for name, found in digests.items() if name.partition("/")[0] == str(number)}
    return release.of_files(own) if own else ""


@dataclass(frozen=True)
class _Place:
    """Where one kind of file stands, what it holds, and what its place gives it."""

    glob: str
    shelf: str
    kind: Any
    given: Callable[[PurePosixPath], dict[str, str]]

    def holds(self, name: str) -> bool:
        """Whether a file's name, as in `Library.files`, is of this kind."""
        _, top, *rest = name.split("/")
        return bool(rest) and top == self.glob.partition("/")[0] and len(rest) == self.glob.count("/")


_PLACES = (
    _Place("rules/*/*.toml", "rules", Rule, lambda path: {"id": path.stem, "category": path.parent.name}),
    _Place("letters/*.toml", "letters", Letter, lambda path: {"id": path.stem}),
    _Place("actions/*.toml", "sets", ActionSet, lambda path: {"id": path.stem}),
    _Place("actions/*/*.toml", "actions", Action, lambda path: {"id": path.stem, "set": path.parent.name}),
)
_TABLES: dict[str, Any] = {
    "contacts": dict[str, Contact],
    "clauses": dict[str, tuple[str, ...]],
    "facets": dict[str, dict[str, tuple[str, ...]]],
    "general": General,
    "near": Near,
    "outside": dict[str, Outside],
    "words": Words,
}


def _files(folder: Path) -> Iterator[Path]:
    for place in _PLACES:
        # A name that begins with a dot is an editor's or a system's own: a lock, what a Mac leaves on a shared disk.
        yield from sorted(path for path in folder.glob(place.glob) if not path.name.startswith("."))
    yield from (path for name in _TABLES if (path := folder / f"{name}.toml").is_file())


def _strays(folder: Path, read: set[Path]) -> Iterator[Fault]:
    """Tell of files that nothing reads: a local rule in the wrong place would be thought to be in force."""
    for path in sorted(set(folder.rglob("*.toml")) - read - {folder / release.FILE}):
        if path.name.startswith("."):
            continue
        yield Fault(str(path), "", "stands where nothing reads it: a rule belongs in rules/<category>/<id>.toml")


_MODEL = release.of_bytes(Path(model.__file__).read_bytes())


@dataclass(frozen=True)
class _Before:
    """What an earlier library holds for files that have not changed since: by a file's name, and by a table's."""

    placed: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, library: Library | None, digests: Mapping[str, str]) -> "_Before":
        if library is None:
            return cls()
        known = library.files
        last = {  # where folders lay over each other, the library holds what the last of them gave
            (place.shelf, PurePosixPath(name).stem): name for name in known for place in _PLACES if place.holds(name)
        }
        same = {name for name, digest in digests.items() if known.get(name) == digest}
        placed = {name: getattr(library, shelf)[ident] for (shelf, ident), name in last.items() if name in same}
        files = {name: {each for each in known.keys() | digests.keys() if _is_table(each, name)} for name in _TABLES}
        return cls(placed, {name: getattr(library, name) for name, each in files.items() if each <= same})


def _is_table(file: str, table: str) -> bool:
    return file.partition("/")[2] == f"{table}.toml"


def _read(files: Mapping[str, Path], texts: Mapping[str, bytes], before: _Before) -> _Book:
    """Parse and check every file; collect the faults of all before giving up."""
    faults: list[Fault] = []
    shelves: dict[str, dict[str, Any]] = {place.shelf: {} for place in _PLACES}
    homes: dict[tuple[str, str, str], Path] = {}
    for name, path in files.items():
        place = next((each for each in _PLACES if each.holds(name)), None)
        if place is None:
            continue
        given = place.given(PurePosixPath(name))
        folder, ident = name.partition("/")[0], given["id"]
        if taken := homes.get((place.shelf, folder, ident)):
            say = f"{ident!r} stands in {_short(taken)} already: an id names one thing; rename this file"
            faults.append(Fault(_short(path), "id", say))
            continue
        homes[place.shelf, folder, ident] = path
        found = before.placed.get(name)
        if found is None and (raw := _toml(path, texts[name], faults)) is not None:
            found = _placed(place, path, raw, given, folder != "0", faults)
        if found is not None:
            shelves[place.shelf][ident] = found
    tables = {name: before.tables.get(name) or _table(name, files, texts, faults) for name in _TABLES}
    if faults:
        raise BookError(faults)
    order = sorted(shelves["rules"].values(), key=lambda rule: (rule.category, rule.id))
    return _Book(**shelves | {"rules": {rule.id: rule for rule in order}}, **tables)


def _placed(
    place: _Place, path: Path, raw: dict[str, Any], given: dict[str, str], local: bool, faults: list[Fault]
) -> Any:  # noqa: ANN401 (of the place's kind)
    """Check one file of a place; what its place gives must not stand in it."""
    extra = given | ({"local": local} if place.kind is Rule else {})
    doubled = [Fault(_short(path), key, "comes from the file's place: take it out") for key in extra if key in raw]
    faults += doubled
    return None if doubled else _checked(place.kind, raw | extra, path, faults)


def _table(table: str, files: Mapping[str, Path], texts: Mapping[str, bytes], faults: list[Fault]) -> Any:  # noqa: ANN401
    """Check the files that hold a table of small things; what a later folder holds is added to an earlier one's."""
    laid: dict[str, Any] = {}
    for name, path in files.items():
        if not _is_table(name, table) or (raw := _toml(path, texts[name], faults)) is None:
            continue
        given = _given(table, raw)
        if _checked(_TABLES[table], given, path, faults) is not None:
            laid = _laid(laid, given)
    return _adapter(_TABLES[table]).validate_python(laid)


def _given(name: str, raw: dict[str, Any]) -> dict[str, Any]:
    """Give each contact its id, which is its table's name."""
    if name != "contacts":
        return raw
    return {ident: each | {"id": ident} if isinstance(each, dict) else each for ident, each in raw.items()}


def _laid(under: Any, over: Any) -> Any:  # noqa: ANN401 (whatever TOML holds)
    """Lay one table over another: tables key by key, lists one after the other, anything else by the upper one."""
    if isinstance(under, dict) and isinstance(over, dict):
        return under | {key: _laid(under[key], value) if key in under else value for key, value in over.items()}
    return [*under, *over] if isinstance(under, list) and isinstance(over, list) else over


_T = TypeVar("_T")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 (a type, whatever it is)
    return TypeAdapter(kind)


def _short(path: Path) -> str:
    """Name a file as a curator knows it: a national one from the book's folder on, a local one in full."""
    return str(path.relative_to(NATIONAL)) if path.is_relative_to(NATIONAL) else str(path)


def _toml(path: Path, text: bytes, faults: list[Fault]) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text.decode("utf-8"))
    except UnicodeDecodeError as error:
        faults.append(Fault(_short(path), "", f"is not UTF-8 text (byte {error.start}): save it as UTF-8"))
    except tomllib.TOMLDecodeError as error:
        faults.append(Fault(_short(path), "", f"is not TOML: {error}"))
    return None


def _checked(kind: type[_T], raw: dict[str, Any], path: Path, faults: list[Fault]) -> _T | None:
    try:
        found: _T = _adapter(kind).validate_python(raw)  # type: ignore[arg-type]  # a class is hashable
    except ValidationError as error:
        keys = [each.name for each in fields(kind)] if is_dataclass(kind) else []
        faults += [Fault(_short(path), key, say) for key, say in said(error, keys)]
        return None
    return found


def said(error: ValidationError, keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Put pydantic's errors in a curator's words.

    Args:
        error: what pydantic found.
        keys: the keys that the file may hold, to suggest for a misspelt one.

    Yields:
        The key, such as `sources.2.url` (counted from 1), and what to write instead.
    """
    for found in error.errors(include_url=False):
        where = ".".join(str(part + 1) if isinstance(part, int) else part for part in found["loc"] if part != "[key]")
        context = found.get("ctx", {}) | {"input": found["input"], "keys": keys, "where": where}
        say = _say(found["type"], found["msg"], context)
        if not where and found["type"] == "value_error":
            for part in say.split("; "):
                key, _, rest = part.partition(": ")
                yield key, rest
        else:
            yield where, say


def _say(kind: str, message: str, context: dict[str, Any]) -> str:
    saying = _SAYINGS.get(kind)
    return saying(context) if saying else message.removeprefix("Value error, ")


def _unknown(context: dict[str, Any]) -> str:
    level = context["where"].count(".")
    keys = [key for key in context["keys"] if key.count(".") == level]
    close = process.extractOne(context["where"], keys, score_cutoff=60)
    return "is not a key of this file: " + (f"did you mean {close[0]!r}?" if close else "take it out")


def _not_text(context: dict[str, Any]) -> str:
    return f"must be text in quotes, not {context['input']!r}"


def _pattern(context: dict[str, Any]) -> str:
    if context["pattern"] == PRINTED:
        return "has a line break, tab or control character: write it on one line"
    if "https?" in context["pattern"]:
        return f"must be a link that begins with https:// or http://, not {context['input']!r}"
    if ID_PATTERN in context["pattern"]:
        return f"must be kebab-case, such as hospital-fit-note, not {context['input']!r}"
    return f"must fit {context['pattern']}, not {context['input']!r}"


def _too_long(context: dict[str, Any]) -> str:
    more = " (an id must fit a button)" if context["max_length"] == ID_LENGTH else ""
    return f"has {len(context['input'])} characters: shorten it to {context['max_length']}{more}"


# One row for each kind of fault that a file can have: pydantic's name for it, and what a curator reads.
_SAYINGS: dict[str, Callable[[dict[str, Any]], str]] = {
    "missing": lambda _: "is missing: add it",
    "unexpected_keyword_argument": _unknown,
    "extra_forbidden": _unknown,
    "string_type": _not_text,
    "string_too_long": _too_long,
    "too_short": lambda c: f"has {c['actual_length']}: write at least {c['min_length']}",
    "string_too_short": lambda c: f"is {'empty' if not c['input'].strip() else 'too short'}: write something here",
    "string_pattern_mismatch": _pattern,
    "enum": lambda c: f"must be one of {c['expected']}, not {c['input']!r}",
    "literal_error": lambda c: f"must be one of {c['expected']}, not {c['input']!r}",
    "model_type": lambda _: "must be a table: write it as [name] on a line of its own, then its keys",
    "date_type": lambda c: f"must be a date such as 2027-03-31, without quotes, not {c['input']!r}",
    "date_from_datetime_parsing": lambda c: f"must be a date such as 2027-03-31, not {c['input']!r}",
    "date_parsing": lambda c: f"must be a date such as 2027-03-31, not {c['input']!r}",
    "url_parsing": lambda c: f"must be a link that begins with https:// or http://, not {c['input']!r}",
    "url_scheme": lambda c: f"must be a link that begins with https:// or http://, not {c['input']!r}",
    "tuple_type": lambda c: f"must be a list in square brackets, not {c['input']!r}",
    "dict_type": lambda _: "must be a table: write [roles] on a line of its own, then one line a role",
    "dataclass_type": lambda _: "must be a table: write [[basis]] or [[sources]] on a line of its own, then its keys",
}

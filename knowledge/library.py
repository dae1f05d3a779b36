"""The whole rulebook, read from folders of TOML files.

    <folder>/rules/<category>/<id>.toml     one rule a file
    <folder>/words.toml                     abbreviations, and words that tell rules nothing apart

`load` reads one or more folders. A file in a later folder lays over the one of the same id before it, so that an LMC
changes a national rule without touching it. Every fault of every file is reported at once, with the file, the key and
what to write instead. A book that was read before comes from a cache, keyed by a digest of all that was read.
"""

import hashlib
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import ConfigDict, StringConstraints, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked
from rapidfuzz import process

from knowledge import cache as kept
from knowledge import model
from knowledge.model import ID_LENGTH, ID_PATTERN, Rule, Status

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
    """What `words.toml` holds: `abbreviations` are replaced in a question, `stop` words are not looked for."""

    abbreviations: dict[_Lower, str]
    stop: frozenset[_Lower]


@checked(frozen=True, kw_only=True)
class _Book:
    """What the cache keeps: all of a library that files gave."""

    rules: tuple[Rule, ...]
    words: Words


@dataclass(frozen=True)
class Library:
    """The rulebook: every rule by its id, in the order of category and id.

    `digest` names the content: two libraries with the same digest give the same answers.
    """

    rules: dict[str, Rule]
    words: Words
    digest: str

    @cached_property
    def live(self) -> tuple[Rule, ...]:
        """The rules that may be answered: all but the retired ones."""
        return tuple(rule for rule in self.rules.values() if rule.status is not Status.RETIRED)


def load(folders: Sequence[Path] = (NATIONAL,), cache: Path | None = None) -> Library:
    """Read the rulebook.

    Args:
        folders: the national book's folder first, then any that lay over it.
        cache: a folder for the checked book, so that the next start need not parse it again; None to do without.

    Returns:
        The library.

    Raises:
        BookError: with every fault of every file, if there is one.
    """
    files = [(folder, path) for folder in folders for path in _files(folder)]
    missing = [
        Fault(str(folder), "", "is no folder: name one that exists") for folder in folders if not folder.is_dir()
    ]
    if missing:
        raise BookError(missing)
    texts = {path: path.read_bytes() for _, path in files}
    digest = _digest([str(path.relative_to(folder)).encode() + b"\0" + texts[path] for folder, path in files])
    place = cache / f"book-{digest}.json" if cache else None
    if place and (data := kept.read(place)):
        try:
            return _library(_adapter(_Book).validate_json(data), digest)
        except ValidationError:
            pass  # written by another version, or damaged: read the files again
    book = _read(folders, files, texts)
    if place:
        kept.write(place, _adapter(_Book).dump_json(book))
    return _library(book, digest)


def _library(book: _Book, digest: str) -> Library:
    return Library({rule.id: rule for rule in book.rules}, book.words, digest)


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.glob("rules/*/*.toml"))
    yield from sorted(folder.glob("words.toml"))


def _digest(parts: Iterable[bytes]) -> str:
    """Name the content of files, and the schema that read them, in 16 hexadecimal digits."""
    whole = hashlib.sha256(Path(model.__file__).read_bytes())
    for part in parts:
        whole.update(len(part).to_bytes(8, "big") + part)
    return whole.hexdigest()[:16]


def _read(folders: Sequence[Path], files: Sequence[tuple[Path, Path]], texts: dict[Path, bytes]) -> _Book:
    """Parse and check every file; collect the faults of all before giving up."""
    faults: list[Fault] = []
    rules: dict[str, Rule] = {}
    words = Words(abbreviations={}, stop=frozenset())
    homes: dict[tuple[Path, str], Path] = {}
    for folder, path in files:
        raw = _toml(path, texts[path], faults)
        if raw is None:
            continue
        if path.name == "words.toml":
            if found := _checked(Words, raw, path, faults):
                words = Words(abbreviations=words.abbreviations | found.abbreviations, stop=words.stop | found.stop)
            continue
        ident, category = path.stem, path.parent.name
        if taken := homes.get((folder, ident)):
            say = f"{ident!r} stands in {_short(taken)} already: an id names one rule; rename this file"
            faults.append(Fault(_short(path), "id", say))
            continue
        homes[folder, ident] = path
        given = [Fault(_short(path), key, "comes from the file's place: take it out") for key in _PLACED if key in raw]
        faults += given
        local = folder != folders[0]
        if not given and (
            rule := _checked(Rule, raw | {"id": ident, "category": category, "local": local}, path, faults)
        ):
            rules[ident] = rule
    if faults:
        raise BookError(faults)
    return _Book(rules=tuple(sorted(rules.values(), key=lambda rule: (rule.category, rule.id))), words=words)


_PLACED = ("id", "category", "local")
_T = TypeVar("_T")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 (a type, whatever it is)
    return TypeAdapter(kind)


def _short(path: Path) -> str:
    """Name a file as a curator knows it: from `rules/` on."""
    return str(Path(*path.parts[path.parts.index("rules") :])) if "rules" in path.parts else path.name


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
        keys = [each.name for each in fields(kind)]  # type: ignore[arg-type]  # every kind of file is a dataclass
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
    "too_short": lambda c: f"has {c['actual_length']} lines: write at least {c['min_length']}",
    "string_too_short": lambda c: f"is too short: write at least {c['min_length']} characters",
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

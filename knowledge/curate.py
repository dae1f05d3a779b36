"""A curator's acts on files. What they wrote stays as they wrote it.

    new, sign           start a rule, sign a rule
    draft, phrase       what the bot proposes: a rule for a gap, another phrasing of a rule, in the uppermost folder

What is started or proposed is named `<id>.toml.new`, which nothing reads: it is in force once a person renames it.
"""

import datetime
import hashlib
import json
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.library import Library
from knowledge.model import ID_LENGTH, ID_PATTERN, Rule, Status


class CannotError(Exception):
    """The act is not possible; the message says why, and what to do instead."""


_SKELETON = """# {id}: say who asks, what for, and of whom. Lengths are in characters.
title = ""            # the question as you understand it, at most 90
verdict = ""          # must-do | not-yours | may-decline | commissioned-only | depends | signpost
{notes}answer = {answer}           # what to do, first words first, at most 240
why = ""              # the reason, at most 400
who = ""              # who does it instead, at most 200
unless = [            # when the answer flips, and what keeps the patient safe: at least one line, at most 200 each
    "",
]
# depends_on = ""     # needed where the verdict is "depends", and only there
nations = ["england"] # england, wales, scotland, northern-ireland
# fee = ""            # money only with its year
# letter = ""         # the id of a file in letters/
status = "draft"
confidence = ""       # high: statute or contract text, or two good sources | medium: one | low: a weak one
# contract_year = ""  # such as "2026/27", where the answer rests on that year's contract
review_by = {review}  # the contract year's end, twelve months for guidance, two years for statute
# watch = ""          # what is disputed, local or dated, at most 400
asks = [              # 12 or more, as people type them: short, long, from a manager, in the sender's own words
    {ask},
]
words = [             # key words that an asker would use: forms, drugs, brands, abbreviations
    "",
]

# [roles]             # only where the answer differs: partner, salaried, locum, registrar, manager, nurse
# salaried = ""

[[basis]]
instrument = ""       # the act, regulations, contract or guidance
clause = ""           # only a number that you have read there; it must stand in clauses.toml
says = ""             # in your own words, at most 240

[[sources]]
title = ""
publisher = ""
url = ""
date = ""
supports = ""
"""


def new(category: str, ident: str, library: Library, folders: Sequence[Path], opens: bool = False) -> Path:
    """Write the skeleton of a rule file into the uppermost folder, beside where it will be read.

    Args:
        category: its folder under `rules/`.
        ident: the rule's id, the file's name.
        library: to see that the id was never used.
        folders: the book's folders, the national one first.
        opens: whether the category may be one that the book does not have yet.

    Returns:
        The file.

    Raises:
        CannotError: where the id is taken or is no id, or the book has no such category.
    """
    for name, text in (("category", category), ("id", ident)):
        if not re.fullmatch(ID_PATTERN, text) or len(text) > ID_LENGTH:
            raise CannotError(
                f"{text!r} is no {name}: kebab-case, at most {ID_LENGTH} characters, such as hospital-fit-note"
            )
    categories = sorted({rule.category for rule in library.rules.values()})
    if category not in categories and not opens:
        raise CannotError(f"the book has no category {category!r}: it has {', '.join(categories)}")
    if ident in library.rules:
        raise CannotError(f"{ident!r} is taken ({library.rules[ident].title}): an id is never used again")
    path = folders[-1] / "rules" / category / f"{ident}.toml.new"  # not read until it is whole and renamed
    if path.exists():
        raise CannotError(f"{path} is there already")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_skeleton(ident), encoding="utf-8")
    return path


def _skeleton(ident: str, ask: str = "", answer: str = "", notes: Sequence[str] = ()) -> str:
    above = "".join(f"# {note}\n" for note in notes)
    return _SKELETON.format(id=ident, review="2027-03-31", ask=_quoted(ask), answer=_quoted(answer), notes=above)


def _quoted(text: str) -> str:
    """Write a text on one line, as TOML does: as JSON, but for one sign."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


@dataclass(frozen=True)
class Said:
    """What officers wrote to a question; `about` is the question, in its asker's words."""

    text: str
    about: str


def draft(
    question: str, ask: str, said: Sequence[Said], category: str, library: Library, folders: Sequence[Path]
) -> Path:
    """Write the skeleton of a rule for a question that the book has none for; nothing is overwritten.

    Args:
        question: what was asked, which gives the rule its id.
        ask: the question as a phrasing, "" where it is not to stand there.
        said: what officers wrote about it and its like; the first stands as the answer, and all above it, as comments.
        category: the rule's.
        library: to see that the id was never used.
        folders: the book's folders, the national one first.

    Returns:
        The file.

    Raises:
        CannotError: where there is a draft for it already, or the folder cannot be written.
    """
    ident = named(question, library)
    there = sorted(folders[-1].glob(f"rules/*/{ident}.toml.new"))
    if there:
        raise CannotError(f"{there[0]} is there already: I write over nothing")
    path = folders[-1] / "rules" / category / f"{ident}.toml.new"
    notes = [f"the LMC's desk wrote {_quoted(each.text)} to {_quoted(each.about)}" for each in said]
    _write(path, _skeleton(ident, ask, said[0].text if said else "", notes), "x")
    return path


def named(question: str, library: Library) -> str:
    """Return an id for a rule that answers a question: its telling words, with a number where that id is taken."""
    words = [word for word in re.findall(r"[a-z0-9]+", question.lower()) if word not in library.words.stop]
    ident = ""
    for word in dict.fromkeys(words):
        longer = f"{ident}-{word}".removeprefix("-")
        if len(longer) <= ID_LENGTH - 3:  # room for a number
            ident = longer
    if not re.fullmatch(ID_PATTERN, ident):
        ident = f"question-{hashlib.sha256(question.encode()).hexdigest()[:8]}"
    taken = (f"{ident}-{number}" for number in range(2, 99))
    return next(each for each in (ident, *taken) if each not in library.rules)


def phrase(rule: Rule, ask: str, folders: Sequence[Path]) -> Path:
    """Propose another phrasing of a rule: the whole rule with it, beside where the uppermost folder has it or would.

    Several proposals add up in one file. The rule itself stays as it is.

    Args:
        rule: whose phrasing it is to be.
        ask: the phrasing.
        folders: the book's folders; the rule's file is in the last one that has it.

    Returns:
        The file.

    Raises:
        CannotError: where the rule has that phrasing, its file cannot be found, or the folder cannot be written.
    """
    place = Path("rules") / rule.category / f"{rule.id}.toml"
    proposed = folders[-1] / place.with_name(f"{place.name}.new")
    home = proposed if proposed.is_file() else _home(rule, folders)
    try:
        text = home.read_text(encoding="utf-8")
        before = tomllib.loads(text)
        if ask.casefold() in (str(each).casefold() for each in before.get("asks", ())):
            raise CannotError(f"{home} has that phrasing already")
        changed = _with_ask(text, ask)
        sound = tomllib.loads(changed) == before | {"asks": [*before.get("asks", ()), ask]}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise CannotError(f"{home} cannot be read: {error}") from error
    if not sound:
        raise CannotError(f"{home}: I cannot find the end of its asks: add the phrasing there by hand")
    _write(proposed, changed, "w")
    return proposed


# A string, a comment, or any other single sign of a TOML list.
_TOKEN = re.compile(
    r""""{3}.*?"{3}|'{3}.*?'{3}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\n]*|\s+|.""",
    re.DOTALL,
)


def _with_ask(text: str, ask: str) -> str:
    """Add a phrasing behind the last; every other line stays as it is."""
    begin = re.search(r"^asks\s*=\s*\[", text, re.MULTILINE)
    if begin is None:
        return text
    last = begin.end()  # behind the last sign that is no space and no comment
    for token in _TOKEN.finditer(text, begin.end()):
        if token.group() == "]":
            break
        if not token.group().isspace() and not token.group().startswith("#"):
            last = token.end()
    comma = "" if text[last - 1] in "[," else ","
    rest = text[last:]
    if "\n" not in text[last : token.start()]:
        return f"{text[:last]}{comma}{' ' if comma or text[last - 1] == ',' else ''}{_quoted(ask)}{rest}"
    line, end, below = rest.partition("\n")
    return f"{text[:last]}{comma}{line}{end}    {_quoted(ask)},\n{below}"


def _home(rule: Rule, folders: Sequence[Path]) -> Path:
    """Return a rule's file: in the last folder that has it.

    Raises:
        CannotError: where none has.
    """
    homes = [folder / "rules" / rule.category / f"{rule.id}.toml" for folder in folders]
    path = next((home for home in reversed(homes) if home.is_file()), None)
    if path is None:
        raise CannotError(f"{rule.id}: its file is in none of the book's folders")
    return path


def _write(path: Path, text: str, mode: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open(mode, encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise CannotError(f"{path} cannot be written: {error.strerror}") from error


@dataclass(frozen=True)
class Drawer:
    """A curator's own folder, as the running bot may use it: what it proposes lies there until somebody takes it up.

    `folders` are the book's, the national one first; the last is the curator's own.
    """

    folders: tuple[Path, ...]

    def draft(self, question: str, ask: str, said: Sequence[Said], category: str, library: Library) -> Path:
        """See `draft`."""
        return draft(question, ask, said, category, library, self.folders)

    def phrase(self, rule: Rule, ask: str) -> Path:
        """See `phrase`."""
        return phrase(rule, ask, self.folders)


def sign(rule: Rule, name: str, today: datetime.date, folders: Sequence[Path]) -> Path:
    """Mark a rule as checked by a person, in its file, every other line left as it is.

    Args:
        rule: what was read against its sources.
        name: who read it.
        today: the day of the signature.
        folders: the book's folders; the rule's file is in the last one that has it.

    Returns:
        The file.

    Raises:
        CannotError: where the rule is retired, its file cannot be found or written, or the name is empty.
    """
    if rule.status is Status.RETIRED:
        raise CannotError(f"{rule.id} is retired: nobody is shown it as an answer")
    if not name.strip() or any(ord(c) < 32 for c in name):
        raise CannotError("give your name on one line")
    path = _home(rule, folders)
    lines = [
        line for line in path.read_text(encoding="utf-8").splitlines() if not re.match(r"checked_(?:by|on)\s*=", line)
    ]
    signed = [
        'status = "checked"',
        f"checked_by = {json.dumps(name.strip(), ensure_ascii=False)}",
        f"checked_on = {today.isoformat()}",
    ]
    at = next((number for number, line in enumerate(lines) if re.match(r"status\s*=", line)), None)
    if at is None:
        at = next(number for number, line in enumerate(lines) if re.match(r"confidence\s*=", line))
        lines[at:at] = signed
    else:
        lines[at : at + 1] = signed
    try:
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise CannotError(f"{path} cannot be written: {error.strerror}") from error
    return path

"""A curator's two acts on files: start a rule, sign a rule. What they wrote stays as they wrote it."""

import datetime
import json
import re
from collections.abc import Sequence
from pathlib import Path

from knowledge.library import Library
from knowledge.model import ID_LENGTH, ID_PATTERN, Rule, Status


class CannotError(Exception):
    """The act is not possible; the message says why, and what to do instead."""


_SKELETON = """# {id}: say who asks, what for, and of whom. Lengths are in characters.
title = ""            # the question as you understand it, at most 90
verdict = ""          # must-do | not-yours | may-decline | commissioned-only | depends | signpost
answer = ""           # what to do, first words first, at most 240
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
    "",
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
    path.write_text(_SKELETON.format(id=ident, review="2027-03-31"), encoding="utf-8")
    return path


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
    homes = [folder / "rules" / rule.category / f"{rule.id}.toml" for folder in folders]
    path = next((home for home in reversed(homes) if home.is_file()), None)
    if path is None:
        raise CannotError(f"{rule.id}: its file is in none of the book's folders")
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

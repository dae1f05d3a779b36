"""What the bot does: one module a job; text in, replies out; no network, no SQL.

`COMMANDS` is the one table from a word to a handler. Its first word makes a sentence a command only where the rest fits
what the command takes; every other sentence is a question ("why do I have to…", "help with a fit note").
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from handlers import ask, help
from handlers.chat import House, Person, Reply
from knowledge.model import ID_LENGTH, ID_PATTERN, Role


@dataclass(frozen=True)
class Command:
    """A word that a sentence may begin with; `says` is its line in the help."""

    run: Callable[[str, Role | None, House, Person], Reply]
    takes: Literal["nothing", "a rule"]
    says: str


def _alone(run: Callable[[House, Person], Reply]) -> Callable[[str, Role | None, House, Person], Reply]:
    return lambda _ident, _role, house, person: run(house, person)


COMMANDS: dict[str, Command] = {
    "help": Command(_alone(help.guide), "nothing", "what you can ask"),
    "start": Command(_alone(help.guide), "nothing", "what you can ask"),
    "lmc": Command(_alone(help.lmc), "nothing", "how to reach your LMC"),
    "rule": Command(ask.open_rule, "a rule", "open a rule by its id"),
    "why": Command(ask.open_why, "a rule", "the reason, the clauses and the sources of a rule"),
    "not": Command(ask.not_this, "a rule", "the rules nearest to one that was not your question"),
}

_ID = re.compile(ID_PATTERN)


def command(sentence: str, house: House) -> Callable[[House, Person], Reply] | None:
    """Find the command that a sentence is.

    Args:
        sentence: what a person typed or a button sent; `/help` is `help`.
        house: to tell a rule's id from a word.

    Returns:
        What to run with the house and the person, or None where the sentence is a question.
    """
    word, *rest = sentence.split() or [""]
    found = COMMANDS.get(word.removeprefix("/").lower())
    if not found:
        return None
    if found.takes == "nothing":
        return None if rest else lambda house, person: found.run("", None, house, person)
    if len(rest) not in (1, 2) or (len(rest) == 2 and rest[1].lower() not in set(Role)):
        return None
    ident = rest[0].lower()
    known = ident in house.library.rules
    once_known = word.lower() == "rule" and "-" in ident and len(ident) <= ID_LENGTH and _ID.fullmatch(ident)
    if not known and not once_known:
        return None
    role = Role(rest[1].lower()) if len(rest) == 2 else None
    return lambda house, person: found.run(ident, role, house, person)

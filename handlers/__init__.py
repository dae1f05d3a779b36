"""What the bot does: one module a job; text in, replies out; no network, no SQL.

`COMMANDS` is the one table from a word to a handler. Its first word makes a sentence a command only where the rest fits
what the command takes; every other sentence is a question ("why do I have to…", "help with a fit note").
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from handlers import ask, help, letter
from handlers.chat import House, Person, Reply
from knowledge.model import ID_LENGTH, ID_PATTERN, Role

Run = Callable[[str, str, House, Person], Reply]  # a rule's id and the word after it, both "" where there is none


@dataclass(frozen=True)
class Command:
    """A word that a sentence may begin with.

    `takes` says whether a rule's id follows, `then` which words may follow that, `says` what the help tells.
    """

    run: Run
    takes: Literal["nothing", "a rule"]
    says: str
    then: frozenset[str] = frozenset()


def _alone(run: Callable[[House, Person], Reply]) -> Run:
    return lambda _ident, _then, house, person: run(house, person)


_ROLES = frozenset(Role)
COMMANDS: dict[str, Command] = {
    "help": Command(_alone(help.guide), "nothing", "what you can ask"),
    "start": Command(_alone(help.guide), "nothing", "what you can ask"),
    "lmc": Command(_alone(help.lmc), "nothing", "how to reach your LMC"),
    "rule": Command(ask.open_rule, "a rule", "open a rule by its id", _ROLES),
    "why": Command(ask.open_why, "a rule", "the reason, the clauses and the sources of a rule", _ROLES),
    "not": Command(ask.not_this, "a rule", "the rules nearest to one that was not your question"),
    "letter": Command(letter.open_letter, "a rule", "a letter to send back", frozenset(letter.WORDINGS)),
}

_ID = re.compile(ID_PATTERN)


@dataclass(frozen=True)
class Found:
    """A command that a sentence is: its word, the rule that it names ("" if none), and what to run."""

    word: str
    rule: str
    run: Callable[[House, Person], Reply]


def command(sentence: str, house: House) -> Found | None:
    """Find the command that a sentence is.

    Args:
        sentence: what a person typed or a button sent; `/help` is `help`.
        house: to tell a rule's id from a word.

    Returns:
        The command, or None where the sentence is a question.
    """
    word, *rest = sentence.lower().split() or [""]
    word = word.removeprefix("/")
    found = COMMANDS.get(word)
    if not found:
        return None
    if found.takes == "nothing":
        return None if rest else Found(word, "", lambda house, person: found.run("", "", house, person))
    if len(rest) not in (1, 2) or (len(rest) == 2 and rest[1] not in found.then):
        return None
    ident, then = rest[0], rest[1] if len(rest) == 2 else ""
    hyphens = 1 if word == "rule" else 2  # "why pre-op" is a question; "why hospital-fit-note" never was
    once_known = ident.count("-") >= hyphens and len(ident) <= ID_LENGTH and _ID.fullmatch(ident)
    if ident not in house.library.rules and not once_known:
        return None
    return Found(word, ident, lambda house, person: found.run(ident, then, house, person))

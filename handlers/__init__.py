"""What the bot does: one module a job; text in, replies out; no network, no SQL.

`COMMANDS` is the one table from a word to a handler. Its first word makes a sentence a command only where the rest fits
what the command takes; every other sentence is a question ("why do I have to…", "help with a fit note").
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from handlers import ask, help, letter
from handlers.chat import House, Person, Reply
from knowledge.model import ID_LENGTH, ID_PATTERN, Role

Words = Sequence[str]  # what follows a command's first word, in small letters


@dataclass(frozen=True)
class Command:
    """A word that a sentence may begin with: what it runs, what may follow it, and what the help tells of it.

    `names_rule` says that the first word after it is a rule's id.
    """

    run: Callable[[Words, House, Person], Reply]
    fits: Callable[[Words, House], bool]
    says: str
    names_rule: bool = False


_ID = re.compile(ID_PATTERN)


def _nothing(words: Words, _house: House) -> bool:
    return not words


def _alone(run: Callable[[House, Person], Reply], says: str) -> Command:
    return Command(lambda _words, house, person: run(house, person), _nothing, says)


def _of_a_rule(
    run: Callable[[str, str, House, Person], Reply], says: str, then: frozenset[str] = frozenset(), hyphens: int = 2
) -> Command:
    """Make a command that a rule's id follows, and perhaps one of some words after that.

    An id with some hyphens is taken for a rule that is gone: "why pre-op" is a question, "why hospital-fit-note" never.
    """

    def fits(words: Words, house: House) -> bool:
        if len(words) not in (1, 2) or (len(words) == 2 and words[1] not in then):
            return False
        ident = words[0]
        once_known = ident.count("-") >= hyphens and len(ident) <= ID_LENGTH and bool(_ID.fullmatch(ident))
        return ident in house.library.rules or once_known

    return Command(lambda words, house, person: run(words[0], "".join(words[1:]), house, person), fits, says, True)


_ROLES = frozenset(Role)
COMMANDS: dict[str, Command] = {
    "help": _alone(help.guide, "what you can ask"),
    "start": _alone(help.guide, "what you can ask"),
    "lmc": _alone(help.lmc, "how to reach your LMC"),
    "rule": _of_a_rule(ask.open_rule, "open a rule by its id", _ROLES, hyphens=1),
    "why": _of_a_rule(ask.open_why, "the reason, the clauses and the sources of a rule", _ROLES),
    "not": _of_a_rule(ask.not_this, "the rules nearest to one that was not your question"),
    "letter": _of_a_rule(letter.open_letter, "a letter to send back", frozenset(letter.WORDINGS)),
    "letters": Command(letter.open_letters, letter.are_rules, "one letter that hands back several requests"),
}


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
    word, *words = sentence.lower().split() or [""]
    word = word.removeprefix("/")
    found = COMMANDS.get(word)
    if not found or not found.fits(words, house):
        return None
    return Found(word, words[0] if found.names_rule else "", lambda house, person: found.run(words, house, person))

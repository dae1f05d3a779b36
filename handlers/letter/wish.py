"""What somebody wants of a letter, as a sentence: whose rules, which wording, to whom, for which service.

letter hospital-fit-note                                    the first letter
letter hospital-fit-note repeat to r0a cardiology clinic    asked again; to a provider, for its service
letter hospital-fit-note first at derby                     which provider is it?
letter ring-pessary hospital-fit-note to skip               one letter for two; the provider stays a gap
"""

import base64
import functools
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.chat import LONGEST_SENTENCE
from knowledge.model import ID_LENGTH, Rule

# What each wording is called on its button, in the order of a quarrel.
WORDINGS = {
    "first": "First letter",
    "repeat": "They asked again",
    "escalate": "To the body above them",
    "patient": "For the patient",
}
SKIP = "skip"  # in a provider's place: the gap stays


@dataclass(frozen=True)
class Wish:
    """What somebody wants of a letter.

    `provider` is an ODS code, `skip`, or "" while nobody said; `looked_for` is part of a provider's name.
    """

    rules: tuple[Rule, ...]
    wording: str = "first"
    provider: str = ""
    service: str = ""
    looked_for: str = ""

    def sentence(self, word: str = "letter", most: int = LONGEST_SENTENCE) -> str:
        """Write the wish as a sentence; rules by their short names, and a service cut, where it would be too long.

        Args:
            word: the command.
            most: bytes of the sentence.
        """
        to = ["to", self.provider.lower(), *self.service.split()] if self.provider else []
        for names in ([rule.id for rule in self.rules], [short(rule.id) for rule in self.rules]):
            said = " ".join([word, *names, self.wording, *to])
            if len(said.encode()) <= most:
                return said
        return said.encode()[:most].decode(errors="ignore").rsplit(" ", 1)[0]


@functools.cache  # of each rule of the book, whenever a letter is asked for
def short(ident: str) -> str:
    """Return a short name for a rule, five letters and digits, the same for ever: for a button that names several."""
    return base64.b32encode(hashlib.blake2b(ident.encode(), digest_size=5).digest()).decode().lower()[:5]


def names(rules: Mapping[str, Rule]) -> dict[str, Rule]:
    """Return the rules by their ids and by their short names."""
    return {short(ident): rule for ident, rule in rules.items()} | dict(rules)


def read(words: Sequence[str], rules: Mapping[str, Rule]) -> Wish | None:
    """Read what follows the word `letter`.

    Args:
        words: in small letters.
        rules: by their names.

    Returns:
        The wish, with no rules where the one that is named is gone; None where the words are no such sentence.
    """
    found: dict[str, Rule] = {}
    rest = list(words)
    while rest and rest[0] in rules:
        rule = rules[rest.pop(0)]
        found[rule.id] = rule
    if not found:
        gone = len(words) in (1, 2) and words[0].count("-") >= 2 and len(words[0]) <= ID_LENGTH
        return Wish(()) if gone and (len(words) == 1 or words[1] in WORDINGS) else None
    wording = rest.pop(0) if rest and rest[0] in WORDINGS else "first"
    match rest:
        case []:
            return Wish(tuple(found.values()), wording)
        case ["to", provider, *service]:
            code = provider if provider == SKIP else provider.upper()
            return Wish(tuple(found.values()), wording, code, " ".join(service))
        case ["at", *name] if name:
            return Wish(tuple(found.values()), wording, looked_for=" ".join(name))
    return None

"""By itself: Jane Smith, J. Smith, Khalid al-Rashid; Smith, Jane, Patel R.; Dorothy; "Kowalczyk needs"."""

import re

from handlers.privacy.names.line import Line, Span
from handlers.privacy.vocabulary import given, surnames, words

_SURNAME_AND_INITIAL = re.compile(r"\.|[,;:)]|$| ?\(?(?:d\.?o|nhs|\d|chi)")


def read(line: Line, at: int) -> Span | None:
    """Read a name that nothing announces."""
    if _signs(line, at) or _barred(line, at):
        return None
    last = _forwards(line, at)
    if last in (None, at):
        last = _backwards(line, at) or last
    if last is None and _bare(line, at):
        last = at
    return None if last is None or line.body(at, last) else Span(at, last)


def _signs(line: Line, at: int) -> bool:
    """Say whether somebody signs here, who is no patient."""
    return line.low(at - 1) in words("bodies", "signing") and bool(re.fullmatch(r"[,.!]?\s*", line.gap(at)))


def _barred(line: Line, at: int) -> bool:
    """Say whether the word before makes something else of it: "St Thomas", "the Christie"."""
    before, ahead = _before(line, at), line.word(at + 1)
    if before == "the":
        return not (ahead and ahead.surname and line.close(at + 1))
    return before in words("bodies", "before")


def _before(line: Line, at: int) -> str:
    return line.low(at - 1) if line.close(at) else ""


def _forwards(line: Line, at: int) -> int | None:
    """Read a name whose surname comes last: return its last word."""
    word = line.words[at]
    ahead = line.word(at + 1) if line.close(at + 1) else None
    if word.shape == "initial":
        return _initialled(line, at)
    if word.capital and ahead and ahead.shape in {"capital", "upper", "initial"} and not line.owned(at):
        return _paired(line, at)
    if word.shape == "small" and ahead and ahead.shape == "small" and _small(line, at):
        return at + 1
    if word.shape == "capital" and word.low in given() and line.particles(at):
        return line.more(at, False)
    return None


def _initialled(line: Line, at: int) -> int | None:
    """Read J. Smith, J Smith, J.R. Smith."""
    if _before(line, at) in words("inside", "lettered"):
        return None
    last = line.initials(at, 2)
    ahead = line.word(last + 1)
    dotted = line.gap(last + 1).startswith(".")
    if not ahead or not (line.close(last + 1) or line.gap(last + 1) in {". ", "."}):
        return None
    if not ahead.capital or (ahead.shape == "upper" and not dotted) or not (ahead.surname or ahead.foreign):
        return None
    if line.words[at].text in {"A", "I"} and not dotted and last == at:
        return None
    return line.more(last + 1, False)


def _paired(line: Line, at: int) -> int | None:
    """Read Jane Smith; Will Barnes, where only the surname is surely one; Chidi Okonkwo, of whom one is known."""
    word, ahead = line.words[at], line.words[at + 1]
    if ahead.shape == "initial":
        stands = line.word(at + 2)
        fits = word.given and stands and line.close(at + 2) and stands.capital and not stands.plain
    elif any(ahead.low in words(*key) for key in (("bodies", "after"), ("titles", "all"), ("clinicians", "before"))):
        fits = False
    elif word.shape == ahead.shape == "upper":
        fits = word.given and ahead.surname
    elif word.given:
        fits = ahead.sure or (ahead.shape == "capital" and (not ahead.plain or ahead.low in surnames()))
    elif word.low in given():
        fits = ahead.surname or (ahead.foreign and ahead.shape == "capital")
    else:
        # Two words that no list knows are a name more often than anything else.
        fits = word.shape == ahead.shape == "capital" and word.foreign and (ahead.foreign or ahead.sure)
    return line.more(at, False) if fits else None


def _small(line: Line, at: int) -> bool:
    """Say whether two words in small letters are a name: jane smith."""
    word, ahead = line.words[at], line.words[at + 1]
    if word.given and (ahead.surname or line.subject(at + 1)):
        return True
    return word.low in given() and ahead.surname and line.low(at + 2) in words("people", "verbs")


def _backwards(line: Line, at: int) -> int | None:
    """Read a name whose surname comes first: Smith, Jane; Patel R."""
    word, ahead = line.words[at], line.word(at + 1)
    if not ahead or word.shape == "initial" or line.owned(at):
        return None
    gap = line.gap(at + 1)
    if word.capital and word.surname and gap == ", " and ahead.foreign and ahead.shape == "capital":
        return at + 1
    told = ahead.shape == "capital" and (ahead.given or (ahead.foreign and (word.foreign or word.surname)))
    listed = (re.fullmatch(r" ?, ?", gap) and ahead.given and ahead.shape == word.shape) or (
        word.shape == "upper" and gap == ", " and told
    )
    if listed and _surname(line, at):
        return line.reversed(at)
    if word.capital and word.surname and ahead.shape == "initial" and line.close(at + 1):
        rest = line.line[line.ends[at + 1] : line.ends[at + 1] + 6].lower()
        if _SURNAME_AND_INITIAL.match(rest) or line.acts(at + 1):
            return at + 1
    return None


def _surname(line: Line, at: int) -> bool:
    """Say whether a word before a comma is a surname; in small letters only one that opens the line."""
    word = line.words[at]
    if word.shape == "small":
        return word.surname and word is line.words[0]
    unknown = word.shape in {"capital", "upper"} and not word.plain and len(word.text) > 2
    return word.surname or unknown or (word.low in surnames() and word.shape == "upper")


def _bare(line: Line, at: int) -> bool:
    """Say whether one word is a whole name: Dorothy. A surname, one in small letters and a month need more."""
    word = line.words[at]
    if line.acts(at) and _subject(line, at):
        return True
    if word.shape != "capital" or word.given:
        return word.shape == "capital"
    if word.low not in given() or word.low in words("people", "words") | words("titles", "all"):
        return False
    opens = not _before(line, at) and line.close(at + 1) and line.low(at + 1) in words("people", "does")
    return opens or _met(line, at)


def _subject(line: Line, at: int) -> bool:
    """Say whether a word that acts is a person: "Kowalczyk needs", "mohammed wants"; no company, no minister."""
    word = line.words[at]
    if word.low in words("bodies", "acting"):
        return False
    return (word.capital and word.surname) or (word.shape == "small" and word.given)


def _met(line: Line, at: int) -> bool:
    """Say whether somebody was met, or has a family: "saw Frank", "Lewis's mum"."""
    if line.close(at) and line.low(at - 1) in words("people", "met"):
        return True
    return line.owned(at) and line.low(at + 1) in words("people", "words")

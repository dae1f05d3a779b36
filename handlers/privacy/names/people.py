"""After who somebody is: pt John Smith, her daughter is Tom, patient: SMITH, John."""

import re

from handlers.privacy.names.line import Line, Span
from handlers.privacy.names.word import Word
from handlers.privacy.vocabulary import given, words

_MANY = frozenset({"patients", "pts", "twins"})
# Behind these a name in small letters is one too.
_NEAR = frozenset({"pt", "patient", "surname", "named", "called"})
_NAMED = frozenset({"name", "forename", "surname"})
_THEIRS = frozenset({"her", "his", "their", "whose", "child", "patient", "pt"})
_MONTHS = frozenset({"may", "march", "april", "june", "august", "jan", "apr", "jun", "aug"})
_DOTTED = re.compile(r"[A-Z]\. ?[A-Z]\.")


def read(line: Line, at: int) -> Span | None:
    """Read a name after a word for a person; the span is the name alone."""
    cue, first = line.words[at], _first(line, at)
    word, gap = line.word(first), line.gap(first)
    if not word or not gap or not re.fullmatch(r"(?:'s)?[ ]{0,2}[:;,(=-]?[ ]{0,2}", gap):
        return None
    if any(word.low in words(*key) for key in (("titles", "all"), ("people", "words"), ("clinicians", "before"))):
        return None
    if word.shape == "initial":
        return _initialled(line, first)
    owns = gap.startswith("'") and first == at + 1
    loose = cue.low in _MANY or "," in gap or owns or line.low(first - 1) in {"a", "the"}
    if not (_told(line, first, cue) or _fits(line, first, cue, loose)):
        return None
    last = line.reversed(line.more(first, word.shape == "small"), word.shape == "upper")
    return None if last == first and loose and line.body(first, last) else Span(first, last)


def _first(line: Line, at: int) -> int:
    """Return the word behind "is", "called" and the like."""
    first = at + 1
    while (
        first <= at + 2
        and line.low(first) in words("people", "between")
        and line.words[first].shape == "small"
        and re.fullmatch(r"(?:'s)? ", line.gap(first))
    ):
        first += 1
    return first


def _initialled(line: Line, first: int) -> Span | None:
    """Read "pt J Smith", and "pt A.B." of whom no more is told."""
    ahead = line.word(first + 1)
    near = line.close(first + 1) or line.gap(first + 1) in {".", ". "}
    if ahead and near and ahead.capital and (ahead.known or not ahead.plain):
        return Span(first, line.more(first + 1, False))
    return Span(first, first + 1) if _DOTTED.match(line.line, line.starts[first]) else None


def _told(line: Line, at: int, cue: Word) -> bool:
    """Say whether a word is told to be somebody's name: "her name is wren", and not "her name is on the list"."""
    word = line.words[at]
    if cue.low not in _NAMED or line.low(at - 1) not in {"is", "was"} or line.low(at - 3) not in _THEIRS:
        return False
    ends = line.acts(at) or not line.gap(at + 1).startswith(" ")
    return word.shape == "small" and (word.sure or (word.known and ends))


def _fits(line: Line, at: int, cue: Word, loose: bool) -> bool:
    """Say whether a word is a name behind such a cue; `loose` that it stands further from it."""
    word = line.words[at]
    match word.shape:
        case "capital":
            meant = word.known and cue.shape == "small" and word.low not in _MONTHS
            return word.sure or (not loose and (meant or not word.plain))
        case "upper":
            listed = word.known and line.gap(at + 1).strip() == ","
            told = not loose and not word.plain and len(word.text) > 3
            return word.sure or ((listed or told) and line.reversed(at, True) > at)
        case "small":
            doing = word.low in given() and line.low(at + 1) in words("people", "does")
            near = cue.low in _NEAR and (word.surname or doing or line.subject(at))
            return not loose and (word.given or near)
        case shape:
            return shape == "other"

"""After a title: Mrs J Smith, Mr and Mrs Pettigrew, baby Khan."""

import re

from handlers.privacy.names import clinicians
from handlers.privacy.names.line import Line, Span
from handlers.privacy.names.word import Word
from handlers.privacy.vocabulary import surnames, words


def read(line: Line, at: int) -> Span | None:
    """Read a title and the name after it."""
    last = _titles(line, at)
    title = line.words[at if line.low(last) == "baby" else last]
    last = _small(line, line.initials(last, 3), title)
    word = line.word(last + 1)
    if not word or not (line.close(last + 1) or line.gap(last + 1) in {". ", "."}):
        return None
    if word.low in words("titles", "all") or not _fits(line, last + 1, title):
        return None
    span = Span(at, line.reversed(line.more(last + 1, word.shape == "small")))
    return None if clinicians.meant(line, span) else span


def _titles(line: Line, at: int) -> int:
    """Return the last of several titles: "Mr and Mrs", "Mr/Mrs"."""
    titles, last = words("titles", "all"), at
    while last < at + 3 and (word := line.word(last + 1)) and re.fullmatch(r"\.? ?[&/+]? ?", line.gap(last + 1)):
        if word.low in titles:
            last += 1
        elif word.low == "and" and line.low(last + 2) in titles:
            last += 2
        else:
            break
    return last


def _small(line: Line, last: int, title: Word) -> int:
    """Pass over a small word before the name: "Mrs de Souza", "baby boy Khan"."""
    ahead = line.word(last + 2)
    if line.low(last + 1) in words("inside", "particles") and line.close(last + 1):
        last += bool(ahead and ahead.shape == "capital")
    if title.low == "baby" and line.low(last + 1) in {"boy", "girl", "of"} and line.close(last + 1):
        last += 1
    return last


def _fits(line: Line, at: int, title: Word) -> bool:
    """Say whether a word is a name behind such a title."""
    word = line.words[at]
    sure = title.low in words("titles", "sure")
    good = sure or (title.shape == "capital" and title.low in words("titles", "capital"))
    match word.shape:
        case "capital":
            return good or word.sure or not word.plain or (title.shape == "capital" and word.known)
        case "upper":
            spaced = title.shape == "upper" and title.low in {"mr", "ms"} and word.low in surnames()
            return word.sure or (good and not word.plain and len(word.text) > 3) or (sure and word.known) or spaced
        case "small":
            told = (good or title.low == "mr") and not word.plain
            return word.sure or told or (sure and word.known) or line.subject(at)
        case shape:
            return shape == "other"

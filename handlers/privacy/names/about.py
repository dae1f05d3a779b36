"""After "re": re: Okafor."""

import re

from handlers.privacy.names.line import Line, Span
from handlers.privacy.vocabulary import words


def read(line: Line, at: int) -> Span | None:
    """Read a name after a word that says whom a letter is about; the span is the name alone."""
    word, ahead = line.word(at + 1), line.word(at + 2)
    if not word or not re.fullmatch(r" ?[:.-]? ?", line.gap(at + 1)) or word.low in words("titles", "all"):
        return None
    pair = ahead and line.close(at + 2) and ahead.shape == "capital" and not ahead.plain
    if not (word.capital and (word.sure or (not word.plain and pair))) and word.shape != "other":
        return None
    last = line.reversed(line.more(at + 1, False))
    return None if line.body(at + 1, last) else Span(at + 1, last)

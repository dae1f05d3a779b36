"""Clinicians, who are no patients: passed over after "Dr" or "the consultant", told by what follows a title."""

import re

from handlers.privacy.names.line import LONGEST, Line, Span
from handlers.privacy.vocabulary import words

_PLACES = frozenset({"hospital", "surgery", "ward", "llp"})
_SHARED = frozenset({"list", "team", "clinic"})  # a patient may be on one too


def passed(line: Line, at: int) -> Span | None:
    """Read a clinician's name after a word for one."""
    last = at
    while (
        (word := line.word(last + 1))
        and last < at + LONGEST
        and (line.close(last + 1) or line.gap(last + 1) in {". ", ", ", "."})
    ):
        titled = word.low in words("titles", "all") or word.low in words("clinicians", "before")
        if not (titled or word.shape == "initial" or (word.capital and (word.known or not word.plain))):
            break
        if line.gap(last + 1) == ", " and not titled:
            break
        last += 1
    return Span(at, last) if last > at else None


def meant(line: Line, span: Span) -> bool:
    """Say whether a title and its name are a consultant's or a body's."""
    if line.low(span.first - 1) in words("clinicians", "before") and line.gap(span.first) in {" ", ", "}:
        return True
    after = line.low(span.last + 1)
    if line.owned(span.last):
        return after in words("clinicians", "after")
    if re.fullmatch(r"(?: |, ?| ?\()(?:the )?", line.gap(span.last + 1)):
        return after in words("clinicians", "after") - _SHARED or after in _PLACES
    return False

"""Patients' names.

    titles.py        Mrs J Smith, Mr and Mrs Pettigrew, baby Khan
    people.py        pt John Smith, her daughter is Tom, patient: SMITH, John
    about.py         re: Okafor
    alone.py         Jane Smith, Smith, Jane, J. Smith, Patel R., Dorothy, "Kowalczyk needs"
    clinicians.py    passed over: Dr Patel, the consultant, Mr Smith
    line.py          the words of a line, and how a name goes on; word.py    one of them

What stands by itself is told by lists of names; a name that is also a word, a place or a product ("Will", "Grace",
"Chelsea", "Yasmin") needs a title, a person or a surname beside it. A clinician's name, a body's, a law's and an
illness's stays. The line is cut into words once and read from left to right, each word a bounded number of times.
"""

from collections.abc import Callable, Iterator

from handlers.privacy.names import about, alone, clinicians, people, titles
from handlers.privacy.names.line import Line, Span
from handlers.privacy.spans import Find
from handlers.privacy.vocabulary import words

# A list of words.toml, what reads a name that one of its words announces, and whether that name is a patient's.
_CUES: tuple[tuple[tuple[str, str], Callable[[Line, int], Span | None], bool], ...] = (
    (("clinicians", "before"), clinicians.passed, False),
    (("titles", "all"), titles.read, True),
    (("people", "words"), people.read, True),
    (("about", "words"), about.read, True),
)


def find(text: str) -> Iterator[Find]:
    """Find patients' names.

    Args:
        text: a plain text (`spans.plain`).
    """
    line, at = Line(text), 0
    while at < len(line.words):
        span, named = _read(line, at)
        if named:
            yield Find(line.starts[span.first], line.end(span.last), "name")
        at = max(at, span.last) + 1


def _read(line: Line, at: int) -> tuple[Span, bool]:
    """Read what begins at a word: a span, and whether it is a patient's name or only passed over."""
    word = line.words[at]
    if word.mute:
        return Span(at, at), False
    if f"{word.low} {line.low(at + 1)}" in words("bodies", "phrases"):
        return Span(at, at + 1), False
    for cue, reads, named in _CUES:
        if word.low in words(*cue) and (span := reads(line, at)):
            return span, named
    lone = alone.read(line, at)
    return lone or Span(at, at), bool(lone)

"""Patient identifiers, found and masked before anything else sees a message.

    mask(text) -> Masked      each identifier replaced by its kind in brackets
    spans.py                  a text made plain, character for character; Find, one stretch of it
    numbers.py                NHS, CHI and H&C numbers, hospital numbers, phones
    mails.py                  e-mail addresses
    papers.py                 National Insurance and passport numbers, a record system's own
    dates.py                  dates of birth: labelled, or beside a name or a number
    places.py                 postcodes and addresses
    names/                    a patient's name, by title, by who they are to whom, or by itself
    vocabulary.py             the words that these look for: words.toml; given.txt, surnames.txt, ordinary.txt

Where two overlap the surer one stands: a labelled number over a phone, a phone over a date, any of them over a name.
A doctor's name, a body's, a law's or an illness's is nobody's identifier and stays: the answer may hang on it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from handlers.privacy import mails, names, places
from handlers.privacy.spans import Find, plain

# What stands in the text for each kind.
SHOWN = {
    "nhs-number": "[NHS number]",
    "chi-number": "[CHI number]",
    "hsc-number": "[H&C number]",
    "hospital-number": "[hospital number]",
    "ni-number": "[NI number]",
    "passport-number": "[passport number]",
    "record-number": "[record number]",
    "dob": "[date of birth]",
    "postcode": "[postcode]",
    "phone": "[phone]",
    "email": "[e-mail]",
    "address": "[address]",
    "name": "[name]",
}
_FIGURE = re.compile(r"\d")
_SHOWN = re.compile("|".join(map(re.escape, SHOWN.values())))


@dataclass(frozen=True)
class Masked:
    """A text without identifiers, and the kinds that were in it."""

    text: str
    kinds: tuple[str, ...]


def mask(text: str) -> Masked:
    """Replace each identifier by its kind in brackets.

    A masked text holds none: masking it again changes nothing and finds nothing.

    Args:
        text: as a person typed or pasted it; any characters, any length.

    Returns:
        The text with `[NHS number]` and the like, and the kinds found, each once, in order.
    """
    kinds: list[str] = []
    # Once more, since the surer of two that overlap may leave a rest of the other that still says who it is.
    while found := _found(text):
        kinds += [find.kind for find in found]
        pieces, end = [], 0
        for find in found:
            pieces += [text[end : find.start], SHOWN[find.kind]]
            end = find.end
        text = "".join(pieces) + text[end:]
    return Masked(text, tuple(dict.fromkeys(kinds)))


def _found(text: str) -> list[Find]:
    """Find all identifiers that do not overlap, in order of place."""
    line = plain(text, _SHOWN)
    taken = bytearray(len(line))
    kept: list[Find] = []

    def keep(finds: Iterator[Find]) -> None:
        for find in finds:
            if not any(taken[find.start : find.end]):
                taken[find.start : find.end] = b"\1" * (find.end - find.start)
                kept.append(find)

    # Most questions hold no figure, and most of the work is about figures; its patterns take long to make, too.
    figures = bool(_FIGURE.search(line))
    keep(mails.find(line))
    if figures:
        from handlers.privacy import dates, numbers, papers

        keep(numbers.sure(line))
        keep(papers.find(line))
        keep(dates.labelled(line))
        keep(numbers.likely(line))
        keep(places.postcodes(line))
        keep(places.streets(line))
    keep(places.houses(line))
    keep(names.find(line))
    if figures:
        keep(dates.beside(line, kept))
    return sorted(kept, key=lambda find: find.start)

"""A text made plain for reading by patterns, and a stretch of it.

`plain` keeps the length, so that what is found in the plain text is cut from the one that was typed.
"""

import re
import unicodedata
from dataclasses import dataclass

BLANK = "\0"  # stands where an identifier was masked before: no letter, no digit, no space


@dataclass(frozen=True)
class Find:
    """An identifier: from `start` to before `end`, in characters."""

    start: int
    end: int
    kind: str


def plain(text: str, shown: re.Pattern[str]) -> str:
    """Fold digits, letters, dashes, quotes and spaces of other shapes into the common ones, one for one.

    Args:
        text: any text.
        shown: fits what stands for an identifier that is masked already.

    Returns:
        A text of the same length; what is masked already is blanked out.
    """
    folded = text if text.isascii() else "".join(map(_folded, text))
    return shown.sub(lambda found: BLANK * len(found[0]), folded.replace(BLANK, " "))


def _folded(character: str) -> str:
    if character.isascii():
        return character
    if (digit := unicodedata.decimal(character, None)) is not None:
        return str(digit)
    category = unicodedata.category(character)
    if category == "Pd":
        return "-"
    if category in {"Zs", "Cf"}:
        return " "
    if character in "\u2018\u2019\u02bc\u2032`\u00b4":
        return "'"
    same = unicodedata.normalize("NFKC", character)
    return same if len(same) == 1 else character

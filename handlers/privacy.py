"""Patient identifiers, found and masked before anything else sees a message.

What a check digit proves (an NHS, CHI or Health and Care number) and an e-mail address are found here so far.
"""

import re
from dataclasses import dataclass

from stdnum.gb import nhs

_DIGITS = re.compile(r"(?<!\d)\d(?:[ \u00a0.\-]{0,2}\d){9}(?!\d)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


@dataclass(frozen=True)
class Masked:
    """A text without identifiers, and the kinds that were in it."""

    text: str
    kinds: tuple[str, ...]


def mask(text: str) -> Masked:
    """Replace each identifier by its kind in brackets.

    Args:
        text: as a person typed or pasted it.

    Returns:
        The text with `[NHS number]` and the like, and the kinds found, each once, in order.
    """
    kinds: list[str] = []

    def number(found: re.Match[str]) -> str:
        if not nhs.is_valid(re.sub(r"\D", "", found.group())):
            return found.group()
        kinds.append("nhs-number")
        return "[NHS number]"

    def email(_: re.Match[str]) -> str:
        kinds.append("email")
        return "[e-mail]"

    return Masked(_EMAIL.sub(email, _DIGITS.sub(number, text)), tuple(dict.fromkeys(kinds)))

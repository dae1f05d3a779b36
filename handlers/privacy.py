"""Patient identifiers, found and masked before anything else sees a message.

What a check digit proves (an NHS, CHI or Health and Care number) and an e-mail address are found here so far.
"""

import re
from dataclasses import dataclass

from stdnum.gb import nhs

# Ten digits with up to two marks between them, wherever they begin: a date of birth before a number hides its start.
_DIGITS = re.compile(r"(?<!\d)(?=(\d(?:[\W_]{0,2}\d){9})(?!\d))")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


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

    def email(_: re.Match[str]) -> str:
        kinds.append("email")
        return "[e-mail]"

    masked, end = [], 0
    for found in _DIGITS.finditer(text):
        if found.start() >= end and nhs.is_valid(re.sub(r"\D", "", found.group(1))):
            masked += [text[end : found.start()], "[NHS number]"]
            end = found.end(1)
            kinds.append("nhs-number")
    return Masked(_EMAIL.sub(email, "".join(masked) + text[end:]), tuple(dict.fromkeys(kinds)))

"""Numbers of a person's papers and of a practice's own system.

    National Insurance: labelled, or of the right form     passports, record systems: labelled

A National Insurance number is two letters, six digits and A, B, C or D; some letters and pairs are never used in it
(www.gov.uk/hmrc-internal-manuals/national-insurance-manual/nim39110).
"""

import re
from collections.abc import Iterator

from handlers.privacy.spans import Find

_NUMBER = r"(?:[ .]{0,2}(?:number|num|no|nr|id|ref(?:erence)?|#)(?![a-z]))"
_IS = r"[\W_]{0,4}(?:(?:is|was)[\W_]{1,3})?"
_PAIR = r"(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
_TABLE = (
    # Mistyped, with a letter of old or without its last one, it still points at somebody.
    (
        rf"(?<![a-z])(?:nino|ni|n\.i\.?|nat(?:ional|\.)? ins(?:urance|\.)?){_NUMBER}?{_IS}"
        r"([a-z]{2}(?:[ /-]?\d){6}(?: ?[a-dfmp])?)(?!\w)",
        re.I,
        "ni-number",
    ),
    # In pieces it has capital letters: "on 12 34 56 a day" has none.
    (rf"(?<!\w)({_PAIR}(?:[ /-]{{0,2}}\d\d){{3}}[ /-]{{0,2}}[A-D])(?!\w)", re.NOFLAG, "ni-number"),
    (rf"(?<!\w)({_PAIR}\d{{6}}[A-D])(?!\w)", re.I, "ni-number"),
    # Nine digits for a British one; letters and digits for others, of which five and more are digits.
    (
        rf"(?<![a-z])passport{_NUMBER}?{_IS}"
        r"((?=(?:[a-z]{0,2}\d){5})[a-z\d]{7,9}|[a-z]{0,2} ?\d(?:[ -]?\d){6,8})(?![\w/])",
        re.I,
        "passport-number",
    ),
    (
        rf"(?<![a-z])(?:emis(?: web)?|systm ?one|tpp|vision){_NUMBER}{_IS}(\d(?:[ -]?\d){{3,9}})(?!\w)",
        re.I,
        "record-number",
    ),
)
_PATTERNS = tuple((re.compile(pattern, flags), kind) for pattern, flags, kind in _TABLE)


def find(line: str) -> Iterator[Find]:
    """Find these numbers.

    Args:
        line: a plain text (`spans.plain`).
    """
    for pattern, kind in _PATTERNS:
        for found in pattern.finditer(line):
            yield Find(*found.span(1), kind)

"""E-mail addresses, also those that are spelt out."""

import re
from collections.abc import Iterator

from handlers.privacy.spans import Find

_EMAIL = re.compile(r"(?<![\w.+'%-])[\w.+'%-]+ ?(?:@|[(\[]at[)\]]) ?[\w-]+(?:(?:\.|[(\[]dot[)\]])[\w-]+)+", re.I)

# Spelt out to keep it from being read: "jane dot doe at example dot com". Before "at" a dot too, or a word of e-mail:
# "look at gov dot uk" is an address of a page.
_DOT = r"(?:\.| dot | ?[(\[]dot[)\]] ?)"
_SPELT = re.compile(
    rf"(?<![\w.+'%-])(?:e-?mail(?:ed|s)?(?: (?:is|me|her|him|them|address|on|to|at))*[ :]{{1,2}}(?P<told>)|(?=[a-z]))"
    rf"(?P<address>[\w+'%-]+(?(told)(?:{_DOT}[\w+'%-]+){{0,3}}|(?:{_DOT}[\w+'%-]+){{1,3}})"
    rf" (?:at|@|[(\[]at[)\]]) [\w-]+(?:{_DOT}[a-z][a-z-]*){{1,4}})",
    re.I,
)


def find(line: str) -> Iterator[Find]:
    """Find e-mail addresses.

    Args:
        line: a plain text (`spans.plain`).
    """
    for found in _EMAIL.finditer(line):
        yield Find(*found.span(), "email")
    for found in _SPELT.finditer(line):
        yield Find(*found.span("address"), "email")

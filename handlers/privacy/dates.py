"""Dates of birth.

    labelled(line)           "dob 1/2/50", "born 3 March 1962"
    beside(line, others)     a date next to a name or a number of a patient, or too old to be a contract's

A date is a date of birth only where something says so: contracts, clauses and letters are full of dates. Beside a name
it is one in brackets, or up to 2019; a later one may be the letter's own. A whole date before 1985 is one wherever it
stands: no contract in force is as old.
"""

import re
from collections.abc import Iterator, Sequence

from handlers.privacy.spans import Find

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_FIGURES = r"\d{1,2} ?(?P<mark>[./-]) ?\d{1,2} ?(?P=mark) ?(?P<y1>\d{4}|'?\d\d)(?!\d)"
_SPACED = r"\d{1,2} \d{1,2} (?:\d{4}|\d\d)(?!\d)"
_ISO = r"(?P<y2>\d{4})[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)"
_DAY_MONTH = rf"\d{{1,2}}(?:st|nd|rd|th)?[ .,/-]{{0,2}}(?:of )?{_MONTH}(?![a-z])"
_WORDS = rf"{_DAY_MONTH}[ .,/'-]{{0,3}}(?P<y3>\d{{4}}|\d\d)(?!\d)"
_AMERICAN = rf"{_MONTH}(?![a-z])[ .-]{{0,2}}\d{{1,2}}(?:st|nd|rd|th)?[ ,]{{1,2}}(?P<y4>\d{{4}})(?!\d)"
_ANY = rf"(?:{_ISO}|{_FIGURES}|{_WORDS}|{_AMERICAN})"
_BIRTH = re.compile(
    r"(?<![a-z])(?P<label>d ?\. ?o ?\. ?b\.?|dob|d/o/b|d o b|date of birth|birth ?date|birthday|(?:was )?born|b\.)"
    r"[\W_]{0,4}(?:(?:is|on|was|the)[\W_]{1,2}){0,2}"
    # Atomic: of a date that goes on "or later" its first half is none either.
    rf"(?P<date>(?>{_ANY}|{_SPACED}|{_DAY_MONTH}|\d{{8}}(?!\d)|\d{{6}}(?!\d)|(?:19|20)\d\d(?!\d)))"
    r"(?! ?(?:or|and) (?:later|after|onwards?|before|earlier)| onwards?)",
    re.I,
)
_DATE = re.compile(rf"(?<![\d./£-])(?:{_ANY})(?![\w/])", re.I)
_PEOPLE = re.compile(
    r"(?:^|[^a-z])(?:pts?|patients?|male|female|lady|gentleman|gent|man|woman|boy|girl|son|daughter|[mf])[ ,:(]{1,3}$",
    re.I,
)

_GAP_BEFORE = re.compile(r"[^\w\0]*$")
_GAP_AFTER = re.compile(r"[^\w\0]*")

NEWEST = 2019  # a later date without a label may be a letter's
OLDEST = 1985  # an earlier one is no contract's or letter's
_LAWS = 1948  # the year of the NHS itself, which laws and histories name


def labelled(line: str) -> Iterator[Find]:
    """Find dates that a word says to be of birth.

    Args:
        line: a plain text (`spans.plain`).
    """
    for found in _BIRTH.finditer(line):
        bare = found["date"].isdigit()
        if not (bare and found["label"].lower() in {"born", "was born", "b."}):
            yield Find(*found.span("date"), "dob")


def beside(line: str, others: Sequence[Find]) -> Iterator[Find]:
    """Find dates that stand next to somebody, or are too old to be anything else.

    Args:
        line: a plain text (`spans.plain`).
        others: what else was found in it.
    """
    people = [
        find for find in others if find.kind in {"name", "nhs-number", "chi-number", "hsc-number", "hospital-number"}
    ]
    ends = {find.end for find in people}
    starts = {find.start for find in people}
    for found in _DATE.finditer(line):
        start, end = found.span()
        year = _year(found)
        if not year:
            continue
        gap = _length(_GAP_BEFORE.search(line[max(0, start - 4) : start]))
        after = end + _length(_GAP_AFTER.match(line[end : end + 4]))
        told = start - gap in ends or (after > end and after in starts)
        bracket = start - gap in ends and line[start - 1] == "("
        told = told or bool(_PEOPLE.search(line, max(0, start - 16), start))
        clause = found["mark"] == "." and len(found["y1"]) < 4
        if bracket or (told and year <= NEWEST) or (year < OLDEST and year != _LAWS and not clause):
            yield Find(start, end, "dob")


def _length(found: re.Match[str] | None) -> int:
    return len(found[0]) if found else 0


def _year(found: re.Match[str]) -> int:
    """Read the year; 0 where day and month are none."""
    typed = next((found[name] for name in ("y1", "y2", "y3", "y4") if found[name]), "").strip("'")
    if found["y1"]:
        day, month = (int(part) for part in re.findall(r"\d+", found[0])[:2])
        if not (1 <= day <= 31 and 1 <= month <= 31 and min(day, month) <= 12):
            return 0
    year = int(typed)
    if len(typed) == 2:
        year += 2000 if year < 30 else 1900
    return year if 1900 <= year <= 2100 else 0

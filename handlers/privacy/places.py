"""Postcodes and addresses.

    postcodes(line)    streets(line), which have a number    houses(line), which need none

A postcode has an area of the Royal Mail, a district and a unit whose letters are never C, I, K, M, O or V: that alone
tells "SR1 2pm" and "B12 1mg" from one. A street is a number, one to four words and a street word, unless a body's name
goes on behind it ("14 Park Road Surgery").
"""

import re
from collections.abc import Iterator
from functools import cache

from handlers.privacy.spans import Find
from handlers.privacy.vocabulary import ordinary, words

_POSTCODE = re.compile(r"(?<![\w£-])([a-z]{1,2})(\d[a-z\d]?)[ -]{0,2}(\d[abd-hjlnp-uw-z]{2})(?!\w)", re.I)
_SAID = re.compile(
    r"(?:post ?code|p/code|lives|living|address|addr|moved|from|at|in)[ :,.is]{1,6}(?:to |at |is |in )?$", re.I
)
# A unit in small letters may be a dose, an ordinal or a span of time: "B12 1bd", "L4 5th".
_NOT_UNITS = re.compile(
    r"\d(?:st|nd|rd|th|bd|ds|td|qd|gp|gps|hr|yr|wk|wt|pt|pts|ng|ug|pa|pd|st|ft|lb|gb|dr|sr|wa|ap|np|pn)", re.I
)


def postcodes(line: str) -> Iterator[Find]:
    """Find postcodes.

    Args:
        line: a plain text (`spans.plain`).
    """
    for found in _POSTCODE.finditer(line):
        if found[1].lower() not in words("postcodes", "areas"):
            continue
        small = not found[3][1:].isupper()
        told = _SAID.search(line, max(0, found.start() - 24), found.start())
        if small and _NOT_UNITS.fullmatch(found[3]) and not told:
            continue
        yield Find(*found.span(), "postcode")


_WORD = r"[^\W\d_][^\W\d_'-]*\.?"
_NAME = r"[A-Z][a-z'-]+"
_TOWN = re.compile(
    r",? ?(?=[A-Z])([A-Z][^\W\d_]+(?:[ -](?:[A-Z][^\W\d_]+|upon|on|le|under|in|the)(?![\w])){0,3})(?![\w'])"
)
_AFTER = re.compile(r"[ ,]{1,2}([^\W\d_]+)")
_FLAT = re.compile(
    r"(?<![\w.])(?:flat|apartment|apt\.?) ?\d{1,4}[a-z]?(?![\w.])"
    rf"(?:,? (?:{_WORD}[ ,]{{1,2}}){{0,3}}?(?:house|court|towers?|mansions|lodge|point|heights)(?!\w))?",
    re.I,
)
_CAPITALS = re.compile(r"[\dA-Z]")
_CAPITAL = r"[\dA-Z][\w'-]*"
_LABEL = re.compile(
    r"(?<![\w-])(?<!mail )"
    r"(?:addr(?:ess)?(?: is)?\b[ :.-]{1,3}(?:is )?|(?:lives|living|lived|resides|residing|moved to|staying) at )"
    rf"(?=[\dA-Z])({_CAPITAL}(?:,? (?:{_CAPITAL}|of|the|on|upon|le|by)){{1,9}})"
)


@cache
def _street() -> re.Pattern[str]:
    """Fits a number, up to four words and a street word."""
    part = rf"(?:(?:{'|'.join(words('streets', 'parts'))})\.? ?\d{{0,4}}[a-z]?,? )"
    return re.compile(
        rf"(?<![\w./£-])(?=[\dfarupchn])((?:{part})?\d{{1,4}}[a-z]?(?: ?[-/] ?\d{{1,4}})?,? (?=[^\W\d_]))"
        rf"((?:{_WORD} ){{1,4}}?)({'|'.join(words('streets', 'all'))})(?![\w'])\.?",
        re.I,
    )


@cache
def _house() -> re.Pattern[str]:
    """Fits a house with a name, and its street: The Old Rectory, Church Lane."""
    return re.compile(
        rf"(?<![\w'])(?:[Tt]he )?(?:{_NAME} ){{0,2}}(?i:{'|'.join(words('streets', 'houses'))}),? (?:\d{{1,4}}[a-z]? )?"
        rf"(?:{_NAME} ){{1,3}}(?i:{'|'.join(words('streets', 'sure'))})(?![\w'])"
    )


def streets(line: str) -> Iterator[Find]:
    """Find addresses that have a number.

    Args:
        line: a plain text (`spans.plain`).
    """
    bodies = words("streets", "bodies")
    sure = words("streets", "sure")
    for found in _street().finditer(line):
        between, street = found[2].split(), found[3]
        after = _AFTER.match(line, found.end())
        if after and after[1].lower() in bodies:
            continue
        lows = {word.lower() for word in between}
        if between[-1].lower() in words("streets", "known") or lows & words("streets", "never"):
            continue
        part = bool(re.match(r"[a-z]", found[1], re.I))
        named = all(word[0].isupper() for word in between) and (street[0].isupper() or street.lower() in sure)
        small = street.lower() in sure and len(between) < 3
        told = bool(_SAID.search(line, max(0, found.start() - 24), found.start()))
        if not (named or small or part or told):
            continue
        if (
            street.lower() not in sure
            and not (part or told)
            and all(_plain(word) for word in between)
            and not _TOWN.match(line, found.end())
        ):
            continue
        yield Find(found.start(), _with_town(line, found.end()), "address")
    for found in _FLAT.finditer(line):
        yield Find(*found.span(), "address")


def houses(line: str) -> Iterator[Find]:
    """Find addresses by a house's name, or by words that say so.

    Args:
        line: a plain text (`spans.plain`).
    """
    if not _CAPITALS.search(line):
        return  # each has a name; typed without one, only a number tells it
    bodies = words("streets", "bodies")
    for found in _house().finditer(line):
        after = _AFTER.match(line, found.end())
        if not (after and after[1].lower() in bodies):
            yield Find(found.start(), _with_town(line, found.end()), "address")
    for found in _LABEL.finditer(line):
        last = re.split(r"[ ,]+", found[1])
        if not any(word.lower() in bodies or word.lower() in {"home", "nursing", "residential"} for word in last):
            yield Find(*found.span(1), "address")


def _plain(word: str) -> bool:
    return word.lower() in ordinary()


def _with_town(line: str, end: int) -> int:
    """Take the towns behind a street with it: ", Anytown, Kent", up to three."""
    for _ in range(3):
        town = _TOWN.match(line, end)
        if (
            not town
            or not line[end:].startswith(",")
            or town[1].isupper()
            or town[1].split()[0].lower() in words("streets", "never")
        ):
            break
        end = town.end()
    return end

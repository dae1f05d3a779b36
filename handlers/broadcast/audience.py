"""To whom: an officer's sentences, each narrowing what went before.

    audience 12 role gp            partners, salaried GPs, locums and registrars
    audience 12 area QHM           of an ICB, a sub-ICB or a health board
    audience 12 practice A81001    audience 12 nation wales    audience 12 platform slack
    audience 12 topic contract     what it is about: who stopped that topic is left out
    audience 12 pledged en-2026-06-medicines    whose practice has pledged it: `pledged.py`
    audience 12 everyone           begins again

Of one kind, either is enough (of actions, the last); of two kinds, both must be. Officers see how many, never who.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from handlers.broadcast import pledged
from handlers.cards import NATIONS, ROLES
from handlers.chat import House, kept
from handlers.pledge.progress import title
from handlers.records import TOPICS, Broadcast, Selection
from knowledge.model import Nation, Role

_T = TypeVar("_T")
APPS = ("telegram", "slack")  # where broadcasts go when the bot itself is not running: from the command line
GPS = (Role.PARTNER, Role.SALARIED, Role.LOCUM, Role.REGISTRAR)
_KNOWN: dict[str, Sequence[str]] = {"role": ("gp", *Role), "nation": tuple(Nation), "platform": APPS, "topic": TOPICS}
KINDS = ("role", "area", "practice", "nation", "platform", "topic", "pledged")


def narrowed(broadcast: Broadcast, kind: str, value: str, house: House) -> Broadcast | str:
    """Narrow an audience, or say what the word can be."""
    audience, directory = broadcast.audience, house.directory()
    if value not in _KNOWN.get(kind, (value,)):
        return f"{kind.capitalize()}s are: {', '.join(_KNOWN[kind])}."
    match kind:
        case "role":
            roles = GPS if value == "gp" else (Role(value),)
            audience = replace(audience, roles=_with(audience.roles, roles))
        case "nation":
            audience = replace(audience, nations=_with(audience.nations, (Nation(value),)))
        case "platform":
            audience = replace(audience, platforms=_with(audience.platforms, (value,)))
        case "topic":
            return replace(broadcast, topic=value)
        case "practice" if value.upper() in directory.practices:
            audience = replace(audience, practices=_with(audience.practices, (value.upper(),)))
        case "practice":
            return f"No practice has the code {value.upper()}."
        case "area" if any(value.upper() in _areas(code, house) for code in directory.practices):
            audience = replace(audience, areas=_with(audience.areas, (value.upper(),)))
        case "pledged" if value in house.library.actions:
            audience = replace(audience, pledged=value)
        case "pledged":
            return f"I have no action called {value}: `pledge` shows them, each with its id."
        case _:
            return f"No ICB, sub-ICB or health board has the code {value.upper()}."
    changed = replace(broadcast, audience=audience)
    return barred(changed, house) or changed


def barred(broadcast: Broadcast, house: House) -> str:
    """Say why an update cannot go to its audience as it is now; "" where it can."""
    action = broadcast.audience.pledged
    return pledged.barred(broadcast, selection(broadcast, house), house) if action else ""


def _with(before: tuple[_T, ...], more: tuple[_T, ...]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys((*before, *more)))


def _areas(practice: str, house: House) -> Sequence[str]:
    found = house.directory().practices.get(practice)
    return [code for code in (found.icb, found.sub_icb, found.board) if code] if found else []


def selection(broadcast: Broadcast, house: House) -> Selection:
    """Write an audience as a store can look for it: of those who pledged, everybody who might have."""
    audience, there = broadcast.audience, kept(house).broadcasts.practices()
    practices: tuple[str, ...] | None = None
    if audience.areas or audience.practices or audience.pledged:
        practices = tuple(
            code
            for code in there
            if code
            and (not audience.practices or code in audience.practices)
            and (not audience.areas or set(audience.areas) & set(_areas(code, house)))
        )
    at_home = tuple(code for code in there if _nation(code, house) in audience.nations)
    return Selection(
        roles=audience.roles,
        practices=practices,
        nations=audience.nations,
        at_home=at_home,
        chats=tuple(house.drawings) or APPS,
        platforms=audience.platforms,
        topic=broadcast.topic,
        asked=broadcast.rule,
    )


def _nation(practice: str, house: House) -> Nation:
    found = house.directory().practices.get(practice)
    return found.nation if found else house.lmc.nation


def told(broadcast: Broadcast, house: House) -> str:
    """Say an audience in words."""
    audience = broadcast.audience
    roles = [ROLES[role].removeprefix("a ") + "s" for role in audience.roles if role is not Role.OTHER]
    roles += ["other roles"] if Role.OTHER in audience.roles else []
    said = [
        " or ".join(roles),
        f"of area {' or '.join(audience.areas)}" if audience.areas else "",
        f"of practice {' or '.join(audience.practices)}" if audience.practices else "",
        f"in {' or '.join(NATIONS[nation] for nation in audience.nations)}" if audience.nations else "",
        f"on {' or '.join(each.capitalize() for each in audience.platforms)}" if audience.platforms else "",
        f"whose practice has pledged “{title(audience.pledged, house)}”" if audience.pledged else "",
    ]
    return ", ".join(filter(None, said)) or "everyone"

"""How it goes: a practice's own record, and its area's share in bands that name nobody.

    record(...)   what the practice pledged, and its history; for itself
    week(...)     each area's band on each action, counted once a week, kept for good
    card(...)     the bands of a practice's own areas
    rows(...)     the same, for a picture or a table

A band is shown where at least `[figures] hide_below` practices (8 or more) stand behind it, and where it leaves open
which of at least three numbers it is: so "three quarters or more" of eight, which is all of them, is not shown. Counted
once a week, and never again, no two figures lie so close that they tell what one practice did between them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from handlers.cards import day
from handlers.chat import Button, Headline, House, Part, Person, Reply, Section, Small, kept
from handlers.may import May, below, may
from handlers.pledge import actions, chart, conditions
from handlers.records import ACTIVE, Entry, Pledge, Stand
from knowledge.model import Action, Nation

HIDDEN = 0
BANDS = ("none, or too few to show", "under a quarter", "a quarter to a half", "half to three quarters",
         "three quarters or more")  # fmt: skip
_OPEN = 3  # numbers that a band leaves open at least
WEEKS = 12  # that a chart shows
SHOWN = 12  # lines of history on a screen

Bands = Mapping[str, Mapping[str, int]]  # action, area's code -> band; what is hidden is not in it


@dataclass(frozen=True)
class Week:
    """What may be seen of one week: the day on which it was counted, 2026-11-16."""

    day: str
    bands: Bands


def band(number: int, eligible: int, hide_below: int) -> int:
    """Return the band of a share, 1 to 4; `HIDDEN` where it must not be shown.

    Args:
        number: the practices that do it.
        eligible: the practices of the area.
        hide_below: the least number that may stand behind a figure.
    """
    if number < hide_below or number > eligible:
        return HIDDEN
    quarter = min(3, 4 * number // eligible)
    least = max(hide_below, -(-quarter * eligible // 4))
    most = eligible if quarter == 3 else -(-(quarter + 1) * eligible // 4) - 1
    return quarter + 1 if most - least + 1 >= _OPEN else HIDDEN


def week(house: House) -> Week:
    """Return this week's figures; the first who asks in a week has them counted, and kept for good."""
    pledges, today = kept(house).pledges, house.today()
    weeks = pledges.weeks()
    last = max(weeks, default="")
    if last >= (today - timedelta(today.weekday())).isoformat():
        return Week(last, json.loads(weeks[last]))
    every, hide = conditions.areas(house), house.figures.safety.hide_below
    bands: dict[str, dict[str, int]] = {}
    for action in pledges.actions():
        doing = {each.practice for each in pledges.on(action) if each.stand in ACTIVE}
        found = {code: band(len(doing & held), len(held), hide) for code, held in every.items()}
        bands[action] = {code: shown for code, shown in sorted(found.items()) if shown != HIDDEN}
    pledges.keep_week(today.isoformat(), json.dumps(bands))
    return Week(today.isoformat(), bands)


def own_areas(house: House, person: Person) -> dict[str, str]:
    """The areas that a person sees: their practice's place and ICB, and the LMC's; their names by their codes."""
    practice = actions.practice_of(house, person)
    codes = dict.fromkeys(conditions.codes_of(practice).values()) if practice else {conditions.LMC: None}
    return {code: conditions.named(code, house) for code in codes}


def pledgeable(house: House, nation: Nation) -> list[Action]:
    """The current actions of a nation that a practice can pledge."""
    held = actions.of_sets(house, actions.sets(house, nation))
    return [each for each in held if each.allowed in actions.TAKEN]


def card(house: House, person: Person) -> Reply:
    """Show the bands of a practice's own areas: `pledge progress`."""
    found, areas = week(house), own_areas(house, person)
    parts: list[Part] = [Headline("▤", "HOW IT GOES: no practice is named")]
    for action in pledgeable(house, actions.nation(house, person)):
        lines = tuple(f"{name}: {BANDS[found.bands.get(action.id, {}).get(code, 0)]}" for code, name in areas.items())
        parts.append(Section(action.title, lines))
    if len(parts) == 1:
        parts.append(Section("", ("There is no action here that a practice can pledge now.",)))
    parts.append(Small(small_print(found, house)))
    own = (actions.RECORD,) if actions.practice_of(house, person) else ()
    buttons = (Button("As a picture", "pledge chart"), *own, actions.ALL)
    return Reply((*parts, actions.DECIDES), buttons, again="pledge progress")


def small_print(found: Week, house: House) -> str:
    """How the figures were made safe, in one line."""
    hide = house.figures.safety.hide_below
    on = day(date.fromisoformat(found.day))
    return f"Share of all open practices, counted once a week: {on}. Fewer than {hide} practices are never shown."


def as_chart(house: House, person: Person) -> Reply:
    """Give the bands as pictures: by area, and over time: `pledge chart`."""
    found, areas = week(house), own_areas(house, person)
    files = []
    for action in pledgeable(house, actions.nation(house, person)):
        by_area = [(name, found.bands.get(action.id, {}).get(code, 0)) for code, name in areas.items()]
        files.append(chart.by_area(action.title, by_area, small_print(found, house), f"{action.id}-areas.png"))
        files.append(chart.over_time(action.title, *over_weeks(action.id, house), small_print(found, house),
                                     f"{action.id}-weeks.png"))  # fmt: skip
    if not files:
        return actions.slip("There is no action here that a practice can pledge now.")
    said = Section("", ("They name no practice.", small_print(found, house)))
    back = Button("How it goes", "pledge progress")
    return Reply((Headline("▤", "HOW IT GOES, IN PICTURES"), said, actions.DECIDES), (back,), tuple(files))


def over_weeks(action: str, house: House) -> tuple[str, list[tuple[str, int]]]:
    """Return the LMC's area by name, and its band on an action in each of the last weeks, by the day counted."""
    weeks = list(kept(house).pledges.weeks().items())[-WEEKS:]
    bands = [(counted, json.loads(body).get(action, {}).get(conditions.LMC, HIDDEN)) for counted, body in weeks]
    return conditions.named(conditions.LMC, house), bands


def record(house: House, person: Person) -> Reply:
    """Show what a practice pledged, and its history, to the practice: `pledge record`."""
    if no := below(person, May.MEMBER):
        return Reply((*no.parts, actions.DECIDES), no.buttons)
    assert person.member  # noqa: S101 - `below` lets none through without
    pledges, practice = kept(house).pledges, person.member.practice
    live, history = pledges.of(practice), pledges.history(practice)
    if not may(person, May.SPEAKER):  # a condition is known to those who speak for the practice alone
        live = [each for each in live if each.stand is not Stand.WAITING]
    found = actions.practice_of(house, person)
    parts: list[Part] = [Headline("▤", "OUR RECORD: for the practice alone")]
    parts.append(Section("Practice", (f"{found.name} ({practice})" if found else practice,)))
    parts += [Section(title(each.action, house), (_stands(each, house),)) for each in live]
    if not live:
        parts.append(Section("", ("It has pledged nothing that lives now.",)))
    if history:
        more = (f"and {len(history) - SHOWN} before; the evidence has them all",) if len(history) > SHOWN else ()
        parts.append(Section("History", (*(line(each, house) for each in history[: -SHOWN - 1 : -1]), *more)))
    buttons = [Button(title(each.action, house), f"pledge {each.action}") for each in live]
    buttons += [Button("Evidence (Word)", "pledge pack"), Button("How our area does", "pledge progress")]
    return Reply((*parts, actions.DECIDES), (*buttons, actions.ALL), again="pledge record")


def _stands(pledge: Pledge, house: House) -> str:
    if pledge.stand is not Stand.WAITING:
        return actions.told(pledge)
    amount = f"{pledge.percent}%" if pledge.percent else f"{pledge.number}"
    return f"{actions.told(pledge)}: {amount} practices of {conditions.named(pledge.area, house)}".replace(
        "% practices", "% of the practices"
    )


def title(action: str, house: House) -> str:
    """An action's title; its id where the book holds it no more."""
    found = house.library.actions.get(action)
    return found.title if found else action


_WHAT = {"still": "still doing it", "letter": "letter sent"}


def said(entry: Entry) -> str:
    """What a line of a practice's history tells."""
    what = _WHAT.get(entry.what) or actions.STANDS[Stand(entry.what)]
    return f"{what} ({entry.note})" if entry.note else what


def line(entry: Entry, house: House) -> str:
    """Write a line of a practice's history: the day, the action, what."""
    return f"{day(date.fromisoformat(entry.day))}: {title(entry.action, house)}: {said(entry)}"

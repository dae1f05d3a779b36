"""What the LMC's officers see of pledges: bands; and behind a second word, written into the audit, the practices.

    pledges                                  each action's band
    pledges chart en-2026-06-medicines       its band in each place of the LMC
    pledges list en-2026-06-medicines        asks first; … yes names the practices that do it
    pledges export                           bands by week, action and area, as CSV and SQLite
    pledges export full                      asks first; … yes gives every practice: for the LMC alone

Who waits on a condition is in none of these.
"""

import csv
import io
import json
import sqlite3
from collections.abc import Iterable, Sequence

from handlers.cards import NATIONS
from handlers.chat import Attachment, Button, Headline, House, Part, Person, Reply, Section, Small, kept
from handlers.pledge import actions, chart, conditions, progress
from handlers.records import ACTIVE, Pledge, Stand

MOST = 40  # practices named on one screen
_FIGURES = ("counted on", "action", "action title", "area", "area name", "share of practices")
_FULL = ("practice", "practice name", "place", "icb", "action", "action title", "stands", "from")
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # OWASP, CSV injection
_BACK = Button("Back", "pledges")


def fits(words: Sequence[str]) -> bool:
    """Whether words are what follows `pledges`, rightly valued or not."""
    match list(words):
        case [] | ["export"] | ["export", "full"] | ["export", "full", "yes"]:
            return True
        case [("list" | "chart"), _] | ["list", _, "yes"]:
            return True
    return False


def pledges(words: Sequence[str], house: House, person: Person) -> Reply:
    """Show officers the figures, the list or the export."""
    match list(words):
        case ["chart", ident]:
            return _chart(ident, house)
        case ["list", ident, *rest]:
            return _list(ident, bool(rest), house, person)
        case ["export", *rest]:
            return _full(rest == ["full", "yes"], house, person) if rest else _export(house, person)
    return _overview(house)


def _overview(house: House) -> Reply:
    found = progress.week(house)
    parts: list[Part] = [Headline("▤", "PLEDGES: no practice is named")]
    shown = _shown(found, house)
    for ident in shown:
        share = progress.BANDS[found.bands.get(ident, {}).get(conditions.LMC, 0)]
        parts.append(Section(progress.title(ident, house), (f"{conditions.named(conditions.LMC, house)}: {share}",)))
    if not shown:
        parts.append(Section("", (f"There is nothing to pledge in {NATIONS[house.lmc.nation]} now.",)))
    parts.append(Small(progress.small_print(found, house)))
    buttons = [Button(f"Places: {progress.title(each, house)}", f"pledges chart {each}") for each in shown]
    buttons += [Button(f"Who: {progress.title(each, house)}", f"pledges list {each}") for each in shown]
    return Reply((*parts, actions.DECIDES), (*buttons, Button("Export", "pledges export")), again="pledges")


def _shown(found: progress.Week, house: House) -> list[str]:
    """The actions that have a line: those that can be pledged now, and those of which a figure can be shown.

    Never those on which there is a pledge: a line that appears would tell one from none.
    """
    now = [each.id for each in progress.pledgeable(house, house.lmc.nation)]
    figured = [ident for ident, bands in found.bands.items() if bands and ident in house.library.actions]
    return list(dict.fromkeys([*now, *sorted(figured)]))


def _chart(ident: str, house: House) -> Reply:
    if ident not in house.library.actions:
        return actions.slip(f"I have no action called {ident}.")
    found, every = progress.week(house), conditions.areas(house)
    places = {conditions.place(house.directory().practices[code]) for code in every[conditions.LMC]}
    bands = found.bands.get(ident, {})
    rows = [(conditions.named(code, house), bands.get(code, 0)) for code in [conditions.LMC, *sorted(places)]]
    foot, title = progress.small_print(found, house), progress.title(ident, house)
    files = (
        chart.by_area(title, rows, foot, f"{ident}-places.png"),
        chart.over_time(title, *progress.over_weeks(ident, house), foot, f"{ident}-weeks.png"),
    )
    said = Section("", ("They name no practice and hide small numbers.",))
    return Reply((Headline("▤", "BY PLACE AND BY WEEK"), said, actions.DECIDES), (_BACK,), files)


def _list(ident: str, sure: bool, house: House, person: Person) -> Reply:
    if ident not in house.library.actions and ident not in kept(house).pledges.actions():
        return actions.slip(f"I have no action called {ident}.")
    title = progress.title(ident, house)
    if not sure:
        said = "This names practices. It is for the LMC alone, and goes into the audit. Do you need it?"
        yes = Button("Yes, show me", f"pledges list {ident} yes")
        return Reply((Headline("?", "NAME THE PRACTICES?"), Section(title, (said,)), actions.DECIDES), (yes, _BACK))
    kept(house).audit.note(house.now(), person.account, "pledges list", ident)
    found = sorted(_open(ident, house), key=lambda each: (each.stand, each.practice))
    lines = [f"{_name(each, house)}: {actions.told(each)}" for each in found]
    more = [f"and {len(lines) - MOST} more: they are in the full export"] if len(lines) > MOST else []
    parts = (Headline("!", "INSIDE THE LMC ONLY"), Section(title, (*lines[:MOST], *more) or ("none",)))
    return Reply((*parts, actions.DECIDES), (_BACK,))


def _open(ident: str, house: House) -> list[Pledge]:
    """The pledges of an action that officers may see: not those that wait or consider."""
    return [each for each in kept(house).pledges.on(ident) if each.stand in (*ACTIVE, Stand.PAUSED)]


def _name(pledge: Pledge, house: House) -> str:
    practice = house.directory().practices.get(pledge.practice)
    return f"{practice.name}, {practice.town} ({practice.code})" if practice else pledge.practice


def _export(house: House, person: Person) -> Reply:
    progress.week(house)
    kept(house).audit.note(house.now(), person.account, "pledges export")
    lines = [
        (counted, ident, progress.title(ident, house), code, conditions.named(code, house), progress.BANDS[band])
        for counted, body in kept(house).pledges.weeks().items()
        for ident, bands in json.loads(body).items()
        for code, band in bands.items()
    ]
    said = "Shares in bands. They name no practice, and what is too small to show is not in them."
    parts = (Headline("▤", "EXPORT"), Section("", (said,)), actions.DECIDES)
    full = Button("With every practice", "pledges export full")
    return Reply(parts, (full, _BACK), _files("pledges", "share", _FIGURES, lines))


def _full(sure: bool, house: House, person: Person) -> Reply:
    if not sure:
        said = "This names every practice and what it does. It is for the LMC alone, and goes into the audit."
        yes = Button("Yes, with every practice", "pledges export full yes")
        return Reply((Headline("?", "EXPORT WITH NAMES?"), Section("", (said,)), actions.DECIDES), (yes, _BACK))
    kept(house).audit.note(house.now(), person.account, "pledges export full")
    lines = []
    for ident in kept(house).pledges.actions():
        for each in sorted(_open(ident, house), key=lambda each: each.practice):
            practice = house.directory().practices.get(each.practice)
            where = (practice.name, conditions.place(practice), practice.area) if practice else ("", "", "")
            lines.append((each.practice, *where, ident, progress.title(ident, house), each.stand.value, each.day))
    parts = (
        Headline("!", "INSIDE THE LMC ONLY"),
        Section("", ("Delete these files when you are done. They go to no commissioner.",)),
    )
    return Reply((*parts, actions.DECIDES), (_BACK,), _files("pledges-inside", "pledge", _FULL, lines))


def _files(name: str, table: str, heads: Sequence[str], lines: Iterable[Sequence[str]]) -> tuple[Attachment, ...]:
    """Write lines as a CSV file and as a SQLite file with one table."""
    kept_lines = list(lines)
    written = io.StringIO(newline="")
    sheet = csv.writer(written)
    sheet.writerow(heads)
    sheet.writerows(
        [f"'{cell}" if cell.startswith(_STARTS_A_FORMULA) else cell for cell in line] for line in kept_lines
    )
    columns = ", ".join(f'"{head.replace(" ", "_")}" TEXT NOT NULL' for head in heads)
    # A file to hand over, made in memory: what is remembered is bot/store's alone.
    made = sqlite3.connect(":memory:")
    made.execute(f'CREATE TABLE "{table}" ({columns}) STRICT')
    made.executemany(f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(heads))})', kept_lines)  # noqa: S608 - our own words
    made.commit()
    content = bytes(made.serialize())
    made.close()
    return (
        Attachment(f"{name}.csv", written.getvalue().encode("utf-8-sig"), f"{len(kept_lines)} lines, as CSV"),
        Attachment(f"{name}.sqlite", content, f"{len(kept_lines)} lines, as a SQLite file with one table: {table}"),
    )

"""The figures of a report: what was asked for, summed, rounded, in order.

Wanted ──┐
Release ─┴─ report ─ Report ─ Row     sums of what may be seen, and of nothing else
tallies ─── inside ─ Report           exact, for the LMC alone
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from handlers.disclosure import SUBJECTS, About, Release, Safety, Shown, earlier, periods
from handlers.measures import Assumptions, Grain
from handlers.records import Tally
from knowledge.directory import Directory
from knowledge.library import Library


class By(StrEnum):
    """What has a line each."""

    PROVIDER = "provider"
    RULE = "rule"
    AREA = "area"
    MONTH = "month"


@dataclass(frozen=True)
class Wanted:
    """What an officer asks for: whole months, both included, and perhaps one area, provider or rule.

    `area` is the code of an ICB, a sub-ICB or a health board; "" for all, as with `provider` and `rule`. There is no
    way to ask for an area less a practice.
    """

    first: str
    last: str
    by: By = By.PROVIDER
    area: str = ""
    provider: str = ""
    rule: str = ""
    about: About = About.WORK


@dataclass(frozen=True)
class Row:
    """A line: `number` is None for none, or too few to show; `code` is "" for what has no name of its own."""

    code: str
    name: str
    number: int | None


@dataclass(frozen=True)
class Report:
    """A report, ready to be written as a card, a picture, a table or a brief.

    `place` names the area and what else it was narrowed to. `rows` are in the order to be read; only months have rows
    without a number: which providers or areas had too few to show is not told. `total` is rounded by itself, so rows
    need not add up to it. `top` are the five most common rules, `months` the six months to the last, each with its
    number, and `settled` whether all six are past the record's first months, which read low. `inside` is a report with
    exact figures that never leaves the LMC.
    """

    wanted: Wanted
    place: tuple[str, ...]
    rows: tuple[Row, ...]
    total: int | None
    top: tuple[Row, ...]
    months: tuple[Row, ...]
    settled: bool
    safety: Safety
    assumptions: Assumptions
    inside: bool = False


TOP = 5
OTHER = "Other, or not named"
NO_AREA = "Area not known"


def report(
    release: Release,
    wanted: Wanted,
    directory: Directory,
    library: Library,
    safety: Safety,
    assumptions: Assumptions | None = None,
) -> Report:
    """Make a report that may leave the LMC.

    Args:
        release: what may be seen; a month that is not in it has no line.
        wanted: what is asked for.
        directory: the names of providers and areas.
        library: the titles of rules.
        safety: what figures are rounded to, and what the report says of how they were made safe.
        assumptions: what an incident's time is worth.

    Returns:
        The report: sums of what may be seen, each rounded.

    Raises:
        ValueError: the period ends before it begins.
    """
    began = min((count.month for count in release.shown if count.about is wanted.about), default=release.through)
    return _report(
        release.shown, release.through, began, wanted, (directory, library), safety, assumptions or Assumptions(), False
    )


def inside(
    tallies: Iterable[Tally],
    wanted: Wanted,
    directory: Directory,
    library: Library,
    assumptions: Assumptions | None = None,
    grain: Grain = Grain.SUB_ICB,
) -> Report:
    """Make a report with exact figures, for officers alone: it can be shown as a card, never as a file.

    Args:
        tallies: what happened, this month's among it.
        wanted: what is asked for.
        directory: the names of providers and areas.
        library: the titles of rules.
        assumptions: what an incident's time is worth.
        grain: the areas that have a line each.

    Returns:
        The report: every count as it is; practices have no lines here either.

    Raises:
        ValueError: the period ends before it begins.
    """
    where = area_of(directory, grain)
    exact = [
        Shown(tally.month, where(tally.practice), SUBJECTS[tally.kind], tally.provider, tally.rule, tally.number)
        for tally in tallies
    ]
    safety = Safety(hide_below=0, round_to=1, practices_at_least=0, largest_share=1, wait=0)
    began = min((count.month for count in exact), default="")
    names = (directory, library)
    return _report(exact, wanted.last, began, wanted, names, safety, assumptions or Assumptions(), True)


def area_of(directory: Directory, grain: Grain = Grain.SUB_ICB) -> Callable[[str], str]:
    """Return what tells a practice's area, for `disclosure.release`.

    Args:
        directory: every practice, closed ones among them.
        grain: the smallest areas that are counted apart.

    Returns:
        A function from a practice's ODS code to its area's: "" for a practice that is not known, and for every one
        where the LMC is one area.
    """
    if grain is Grain.WHOLE:
        return lambda _practice: ""
    areas = {
        code: (practice.sub_icb if grain is Grain.SUB_ICB else "") or practice.icb or practice.board
        for code, practice in directory.practices.items()
    }
    return lambda practice: areas.get(practice, "")


def _report(
    counts: Iterable[Shown],
    through: str,
    began: str,
    wanted: Wanted,
    names: tuple[Directory, Library],
    safety: Safety,
    assumptions: Assumptions,
    exact: bool,
) -> Report:
    if wanted.last < wanted.first:
        raise ValueError(f"a report from {wanted.first} to {wanted.last}: it ends before it begins")
    directory, library = names
    areas = _areas(directory)
    last = min(wanted.last, through)
    by_month: dict[str, int] = defaultdict(int)
    by_key: dict[str, int] = defaultdict(int)
    by_rule: dict[str, int] = defaultdict(int)
    for count in counts:
        if count.about is not wanted.about or not _asked(count, wanted, areas):
            continue
        by_month[count.month] += count.number
        if wanted.first <= count.month <= last:
            by_key[getattr(count, wanted.by)] += count.number
            by_rule[count.rule] += count.number

    def row(code: str, name: str, number: int) -> Row:
        return Row(code, name, safety.rounded(number) if number or exact else None)

    def month_rows(first: str) -> tuple[Row, ...]:
        listed = periods(first, last) if last else []
        return tuple(row(month, month, by_month.get(month, 0)) for month in listed)

    before = earlier(last, 5) if last else ""
    titled = {By.PROVIDER: _provider(directory), By.RULE: _rule(library), By.AREA: _area(directory, areas)}
    if wanted.by is By.MONTH:
        rows = month_rows(wanted.first)
    else:
        rows = _ordered(row(code, titled[wanted.by](code), number) for code, number in by_key.items())
    top = _ordered(row(code, titled[By.RULE](code), number) for code, number in by_rule.items() if code)
    place = [titled[By.AREA](wanted.area)] if wanted.area else []
    place += [titled[By.PROVIDER](wanted.provider)] if wanted.provider else []
    place += [titled[By.RULE](wanted.rule)] if wanted.rule else []
    # The pots fill first and empty later, so the record's first months read low and would make every trend a rise.
    settled = bool(began and before) and earlier(before, safety.wait) >= began
    total = row("", "", sum(by_key.values())).number
    return Report(wanted, tuple(place), rows, total, top[:TOP], month_rows(before), settled, safety, assumptions, exact)


def _asked(count: Shown, wanted: Wanted, areas: Mapping[str, str]) -> bool:
    return (
        (not wanted.area or wanted.area in (count.area, areas.get(count.area)))
        and (not wanted.provider or count.provider == wanted.provider)
        and (not wanted.rule or count.rule == wanted.rule)
    )


def _ordered(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Most first, by the figure that is shown: the order tells no more than the figures. What is not named is last."""
    return tuple(sorted(rows, key=lambda row: (row.name == OTHER, -(row.number or 0), row.name, row.code)))


def _areas(directory: Directory) -> dict[str, str]:
    """The ICB of each sub-ICB."""
    return {each.sub_icb: each.icb for each in directory.practices.values() if each.sub_icb}


def _provider(directory: Directory) -> Callable[[str], str]:
    return lambda code: (directory.trusts[code].name if code in directory.trusts else directory.area(code)) or OTHER


def _rule(library: Library) -> Callable[[str], str]:
    return lambda code: (library.rules[code].title if code in library.rules else code) or OTHER


def _area(directory: Directory, areas: Mapping[str, str]) -> Callable[[str], str]:
    alone = {icb for icb in areas.values() if list(areas.values()).count(icb) == 1}

    def name(code: str) -> str:
        icb = areas.get(code, code)
        short = directory.area(icb).removeprefix("NHS ").removesuffix(" Integrated Care Board")
        return (short if icb == code or icb in alone else f"{short} ({code})") or NO_AREA

    return name

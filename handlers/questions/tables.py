"""The figures of questions: what was asked for, summed, rounded, in order.

Wanted ─┐
Weeks ──┴─ summary ─ Summary     sums of what may be seen, and of nothing else
records ── exact ─── Summary     every count as it is, for the LMC alone
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from statistics import median_low

from handlers.chat import House, kept
from handlers.disclosure import About, Safety, periods
from handlers.questions.weeks import BANDS, MANY, OUTCOMES, Desk, Sure, Weeks, by_band
from handlers.records import Outcome
from handlers.report import Row
from knowledge.lint import due
from knowledge.model import Status

SOON = 60  # days within which a rule's review falls due
LISTED = 10  # open questions that wait longest


@dataclass(frozen=True)
class Wanted:
    """What an officer asks for: whole weeks, both included, each by its Monday."""

    first: str
    last: str
    inside: bool = False


@dataclass(frozen=True)
class Numbers:
    """What became of questions, each count rounded by itself; None for none, or too few to show."""

    all: int | None
    answered: int | None
    offered: int | None
    letters: int | None
    declined: int | None


@dataclass(frozen=True)
class Week:
    """The questions of a week."""

    week: str
    numbers: Numbers


@dataclass(frozen=True)
class Band:
    """What was said of answers that were stated with a probability from `least` to `most` per cent.

    `low` and `high` are the least and the most that the share who said right can be, in per cent.
    """

    least: int
    most: int
    right: int
    wrong: int | None
    low: int
    high: int


@dataclass(frozen=True)
class Book:
    """How the book stands today. There is no person in it: exact."""

    checked: int
    draft: int
    late: int
    soon: int
    hidden: int
    retired: int


@dataclass(frozen=True)
class Open:
    """For the LMC alone: how many questions to the officers are open, and the number and age in s of the oldest."""

    number: int
    oldest: tuple[tuple[int, int], ...]
    kept: int  # promises, of those answered within the weeks
    answered: int


@dataclass(frozen=True)
class Summary:
    """The figures of some weeks, ready to be written as a card, a picture or a table.

    `rules` are what was answered, and `declined` why nothing was, most first; a rule or a reason that is not listed had
    none, or too few to show. `open` is there in exact figures alone.
    """

    wanted: Wanted
    weeks: tuple[Week, ...]
    total: Numbers
    rules: tuple[Row, ...]
    declined: tuple[Row, ...]
    sure: tuple[Band, ...]
    desk: tuple[Desk, ...]
    book: Book
    safety: Safety
    open: Open | None = None


_Count = tuple[str, About, str, int]  # week, outcome, rule and number
WHY = {
    "no-rule": "No rule in the book",
    "clinical": "Clinical: refused as a class",
    "outside": "Not about GP work or contracts",
    "chat": "No question in it",
}


def summary(weeks: Weeks, wanted: Wanted, house: House) -> Summary:
    """Sum what may be seen, and round it.

    Args:
        weeks: what may be seen.
        wanted: which weeks.
        house: the book, and what figures are rounded to.
    """
    counts = [(each.month, each.about, each.rule, each.number) for each in weeks.counts]
    within = [each for each in weeks.sure if wanted.first <= each.week <= wanted.last]
    desk = tuple(each for each in weeks.desk if wanted.first <= each.week <= wanted.last)
    return _summary(counts, within, desk, wanted, house, house.figures.safety)


def exact(wanted: Wanted, house: House) -> Summary:
    """Sum what was asked as it is, this week's among it; nothing is rounded and nothing left out.

    Args:
        wanted: which weeks.
        house: whose records tell.
    """
    records = kept(house)
    end = (date.fromisoformat(wanted.last) + timedelta(6)).isoformat()
    counts = [
        (_monday(day), OUTCOMES[Outcome(outcome)], rule, number)
        for day, outcome, rule, number in records.questions.counts(wanted.first)
        if day <= end
    ]
    sure = []
    marks = (each for each in records.asked.marks() if wanted.first <= each.week <= wanted.last)
    for band, held in by_band(marks).items():
        right = sum(each.right for each in held)
        if held:
            sure.append(Sure(wanted.last, band, right, len(held) - right))
    waits = [each for each in records.asked.waits() if wanted.first <= each.week <= wanted.last]
    desk = []
    for week in periods(wanted.first, wanted.last):
        seconds = [each.seconds for each in waits if each.week == week]
        if seconds:
            desk.append(Desk(week, len(seconds), median_low(seconds), max(seconds)))
    now = house.now()
    oldest = tuple((number, now - made) for number, made in records.asked.unanswered(LISTED))
    told = Open(records.desk.how_many_open(), oldest, sum(each.kept for each in waits), len(waits))
    safety = Safety(hide_below=0, round_to=1, practices_at_least=0, largest_share=1, wait=0)
    made = _summary(counts, sure, tuple(desk), replace(wanted, inside=True), house, safety)
    return replace(made, open=told)


@cache
def _monday(day: str) -> str:
    on = date.fromisoformat(day)
    return (on - timedelta(on.weekday())).isoformat()


def _summary(
    counts: Iterable[_Count],
    sure: Sequence[Sure],
    desk: tuple[Desk, ...],
    wanted: Wanted,
    house: House,
    safety: Safety,
) -> Summary:
    by_week: dict[str, dict[About, int]] = defaultdict(lambda: defaultdict(int))
    total: dict[About, int] = defaultdict(int)
    rules: dict[str, int] = defaultdict(int)
    why: dict[str, int] = defaultdict(int)
    for week, about, rule, held in counts:
        if wanted.first <= week <= wanted.last:
            by_week[week][about] += held
            total[about] += held
            if about is About.ANSWERED and rule:
                rules[rule] += held
            if about is About.DECLINED and rule:
                why[rule] += held

    def number(count: int) -> int | None:
        return safety.rounded(count) if count or wanted.inside else None

    def numbers(of: Mapping[About, int]) -> Numbers:
        return Numbers(number(sum(of.values())), *(number(of.get(about, 0)) for about in _OURS))

    def rows(of: Mapping[str, int], named: Mapping[str, str]) -> tuple[Row, ...]:
        made = [Row(code, named.get(code, code), number(count)) for code, count in of.items()]
        return tuple(sorted(made, key=lambda row: (-(row.number or 0), row.name, row.code)))

    titles = {ident: rule.title for ident, rule in house.library.rules.items()}
    return Summary(
        wanted,
        tuple(Week(week, numbers(by_week.get(week, {}))) for week in periods(wanted.first, wanted.last)),
        numbers(total),
        rows(rules, titles),
        rows(why, WHY),
        _bands(sure, safety),
        desk,
        _book(house),
        safety,
    )


_OURS = (About.ANSWERED, About.OFFERED, About.PASTED, About.DECLINED)


def _bands(sure: Sequence[Sure], safety: Safety) -> tuple[Band, ...]:
    """Sum each band. Where `wrong` was too few to show it was from none to one less than is shown."""
    found = []
    for least, most in zip(BANDS, (*BANDS[1:], 100), strict=True):
        held = [each for each in sure if each.band == least]
        if held:
            right = safety.rounded(sum(each.right for each in held))
            wrong = safety.rounded(sum(each.wrong or 0 for each in held))
            hidden = any(each.wrong is None for each in held)
            low = _per_cent(right, right + wrong + (right / MANY if hidden else 0))
            high = _per_cent(right, right + wrong)
            found.append(Band(least, most, right, None if hidden and not wrong else wrong, low, high))
    return tuple(found)


def _per_cent(part: float, whole: float) -> int:
    """A share to the nearest five per cent: the counts behind it are rounded too."""
    return 5 * round(20 * part / whole) if whole else 0


def _book(house: House) -> Book:
    rules, today = house.library.rules.values(), house.today()
    states = [rule.status for rule in rules]
    late = sum(rule.due(today) for rule in house.library.live)
    return Book(
        states.count(Status.CHECKED),
        states.count(Status.DRAFT),
        late,
        len(due(house.library, today + timedelta(SOON))) - late,
        len(kept(house).hidden.rules()),
        states.count(Status.RETIRED),
    )

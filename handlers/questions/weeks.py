"""What may leave the LMC of what is asked: worked out once for each week that is over, kept, and without who asked.

    asked.tallies ── disclosure.release ─┐
    asked.marks ──── together ───────────┼─ Weeks ── written ── kept in place of the week before
    asked.waits ──── together ───────────┘

The one to protect is who asks. They may know every report, and what they asked themselves.

- **Counts** go by the method of `handlers/disclosure.py`, and have what it guarantees: a practice, or who belongs to
  none, stands where it has a practice; a week where it has a month; each outcome is a world of its own. A count waits
  4 weeks for 8 questions with its rule, then with its outcome alone, until the words of its questions are swept.
- **Who asked is in no release.** What waits is kept as weeks, outcomes and rules, and who they wait from is read anew
  from the questions. Whoever is forgotten, and whatever is swept, is so here at once; what was not shown by then never
  is. So the daily sweep releases the weeks that are over before it forgets.
- **Marks** wait within a band of stated probability until as many said right, and as many said wrong, as may be shown;
  then both are told, and the band begins anew. Or until ten times as many say right as are hidden, and fewer than that
  wrong: then it is told that nine in ten or more said right, which is so for each number from none to seven.
- **Times** at the officers' desk wait until enough questions of enough askers have an answer; then the middle one and
  the longest are told, on a coarse scale. A time is no count, and says nothing of whose it was.

What stays open: whoever holds several accounts that belong to no practice counts as several askers, and who knows of
several practices what they asked knows more than one attacker does here.

No other figure is a sum over marks or times, and what is told of them is told once: so nothing small can be had from
them by taking one figure from another.
"""

import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from statistics import median_low
from typing import Protocol, TypeVar

from handlers.chat import House, kept
from handlers.disclosure import About, Parts, Pot, Release, Safety, Shown, earlier, periods, release
from handlers.records import Marked, Outcome, Tally, Waited, Wrong

WAIT = 4  # weeks
BANDS = (0, 50, 60, 70, 80, 90)  # per cent: where each band of stated probability begins
MANY = 10  # times as many right as are hidden wrong: nine in ten at least

OUTCOMES: Mapping[Wrong | Outcome, About] = {
    Outcome.ANSWER: About.ANSWERED,
    Outcome.CHOICE: About.OFFERED,
    Outcome.LETTER: About.PASTED,
    Outcome.NONE: About.DECLINED,
}


@dataclass(frozen=True)
class Sure:
    """What was said in a band of stated probability, up to a week: how many right, and wrong.

    `wrong` is None where fewer than are shown said so, against `MANY` times as many.
    """

    week: str
    band: int
    right: int
    wrong: int | None


@dataclass(frozen=True)
class Desk:
    """How long some questions to the officers waited, answered up to a week: the middle one and the longest, in s."""

    week: str
    number: int
    middle: int
    longest: int


Waiting = tuple[str, About, str]  # week, outcome and rule of what is not shown yet


@dataclass(frozen=True)
class Weeks:
    """All that may be seen of the weeks up to `through`, "" for none yet; and what waits, which names nobody."""

    through: str = ""
    counts: tuple[Shown, ...] = ()
    sure: tuple[Sure, ...] = ()
    desk: tuple[Desk, ...] = ()
    waiting: frozenset[Waiting] = frozenset()


def monday(day: date) -> str:
    """Return the week of a day, by its Monday."""
    return (day - timedelta(day.weekday())).isoformat()


def last_week(house: House) -> str:
    """Return the last week that is over, by the days on which questions are counted."""
    return earlier(monday(datetime.fromtimestamp(house.now(), UTC).date()), 1)


def released(house: House) -> Weeks:
    """Return what may be seen; a week that is new is worked out, and kept for good."""
    asked = kept(house).asked
    before, last = read(asked.last()), last_week(house)
    if before.through >= last:
        return before
    made = released_from(asked.tallies(), asked.marks(), asked.waits(), house.figures.safety, last, before)
    asked.keep(last, written(made))
    return made


def released_from(
    tallies: Sequence[Tally],
    marks: Iterable[Marked],
    waits: Iterable[Waited],
    safety: Safety,
    through: str,
    before: Weeks,
) -> Weeks:
    """Work out what may be seen of the weeks that are over.

    Args:
        tallies: the questions that are kept still, those of earlier weeks among them.
        marks: what was said of their answers.
        waits: the questions to the officers that have an answer.
        safety: from when on a count may be shown; its `wait` is not used.
        through: the last week, which is over.
        before: what was released before, which stands as it is.
    """
    after = Release(before.through, before.counts, _reopened(tallies, before))
    made = release(tallies, lambda _asker: "", replace(safety, wait=WAIT), through, after, OUTCOMES)
    begun = before.through or earlier(min((each.month for each in tallies), default=through), 1)
    new = periods(earlier(begun, -1), through)
    sure = [found for band, held in by_band(marks).items() for found in _sure(band, held, safety, new, before)]
    desk = [
        Desk(week, len(held), median_low(each.seconds for each in held), max(each.seconds for each in held))
        for week, held in _together(
            [each for each in waits if each.asker],
            max((each.week for each in before.desk), default=""),
            new,
            lambda held: safety.lets(_by_asker(held)),
        )
    ]
    return Weeks(
        through,
        made.shown,
        (*before.sure, *sorted(sure, key=lambda each: (each.week, each.band))),
        (*before.desk, *desk),
        frozenset(_waiting(made.waiting)),
    )


def _reopened(tallies: Iterable[Tally], before: Weeks) -> dict[Pot, Parts]:
    """Put what was not shown yet back into its pots, from whoever it waits from still."""
    found: dict[Pot, Parts] = {}
    poured = earlier(before.through, WAIT) if before.through else ""
    for week, asker, _, rule, outcome, number in tallies:
        about = OUTCOMES[outcome]
        if (week, about, rule) in before.waiting:
            late = bool(rule) and week <= poured
            pot, since = ("", about, "", "" if late else rule), earlier(week, -WAIT) if late else week
            held, part = found.setdefault(pot, {}), (since, "", rule, asker)
            held[part] = held.get(part, 0) + number
    return found


def _waiting(pots: Mapping[Pot, Parts]) -> Iterator[Waiting]:
    for (_, about, _, named), parts in pots.items():
        for since, _, rule, _ in parts:
            yield earlier(since, WAIT) if rule and not named else since, about, rule


class _OfAWeek(Protocol):
    @property
    def week(self) -> str: ...

    @property
    def asker(self) -> str: ...


_Each = TypeVar("_Each", bound=_OfAWeek)


def _together(
    each: Sequence[_Each], since: str, weeks: Iterable[str], safe: Callable[[Sequence[_Each]], bool]
) -> list[tuple[str, list[_Each]]]:
    """Gather what came after a week until it is safe, week by week; then begin anew."""
    found = []
    for week in weeks:
        held = [one for one in each if since < one.week <= week]
        if safe(held):
            found.append((week, held))
            since = week
    return found


def _by_asker(held: Iterable[_OfAWeek]) -> Counter[str]:
    return Counter(each.asker for each in held)


def by_band(marks: Iterable[Marked]) -> dict[int, list[Marked]]:
    """Return the marks of each band of stated probability, by where the band begins."""
    found: dict[int, list[Marked]] = {band: [] for band in BANDS}
    for each in marks:
        found[BANDS[bisect_right(BANDS, 100 * each.p) - 1]].append(each)
    return found


def _sure(band: int, marks: Sequence[Marked], safety: Safety, weeks: Iterable[str], before: Weeks) -> Iterable[Sure]:
    def split(held: Sequence[Marked]) -> tuple[list[Marked], list[Marked]]:
        return [each for each in held if each.right], [each for each in held if not each.right]

    def hides(right: Sequence[Marked], wrong: Sequence[Marked]) -> bool:
        return len(wrong) < safety.hide_below and len(right) >= MANY * safety.hide_below

    def safe(held: Sequence[Marked]) -> bool:
        right, wrong = split(held)
        return safety.lets(_by_asker(right)) and (safety.lets(_by_asker(wrong)) or hides(right, wrong))

    since = max((each.week for each in before.sure if each.band == band), default="")
    for week, held in _together(marks, since, weeks, safe):
        right, wrong = split(held)
        yield Sure(week, band, len(right), None if hides(right, wrong) else len(wrong))


def written(weeks: Weeks) -> str:
    """Write what may be seen, and what waits, as JSON: the same bytes for the same."""
    body = {
        "through": weeks.through,
        "counts": [[each.month, each.about, each.rule, each.number] for each in weeks.counts],
        "sure": [[each.week, each.band, each.right, each.wrong] for each in weeks.sure],
        "desk": [[each.week, each.number, each.middle, each.longest] for each in weeks.desk],
        "waiting": sorted(weeks.waiting),
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def read(body: str) -> Weeks:
    """Read what `written` wrote; nothing from ""."""
    if not body:
        return Weeks()
    held = json.loads(body)
    return Weeks(
        held["through"],
        tuple(Shown(week, "", _ABOUT[about], "", rule, number) for week, about, rule, number in held["counts"]),
        tuple(Sure(*each) for each in held["sure"]),
        tuple(Desk(*each) for each in held["desk"]),
        frozenset((week, _ABOUT[about], rule) for week, about, rule in held["waiting"]),
    )


_ABOUT = {each.value: each for each in About}

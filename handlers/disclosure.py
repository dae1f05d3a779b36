"""What may leave the LMC: counts in which nobody is found, whoever asks for which reports and lays them side by side.

    release(tallies, area_of, safety, through) -> Release     every month that is over, once, for good
                                                              (every week of what is asked: questions/weeks.py)
    Shown     one count that may be seen: an area, a month, a provider or none, a rule or none
    Pot       where what is too small to show waits: its Parts
    written, read     a release as it is kept

The attacker holds every report ever made, knows the method and the numbers of their own practice. Rounding alone does
not hold: a total less the rows beside it bounds what is missing, and so does a month more or an area less. So nothing
small is hidden in a table here: it is not in the tables.

1. Each area is a world of its own, and so is each subject (work sent, referrals refused, abuse of staff; questions by
   what they were taken for). What has happened to one practice never moves a figure of another area.
2. A count is taken into a pot of its provider and rule. A pot is *safe* once it holds at least 8, from at least 3
   practices, of which none brought more than half. Then all of it is shown, in that month.
3. What is in a pot that is not safe waits, each month's by its own clock. After 3 months it is poured into the next
   wider one: of the provider alone, then of the rule alone, then of the area. The widest holds it for as long as it
   takes. So the way of a count depends on which pots were shown, and when: on what everybody sees.
4. Every report is a sum of what was shown, then rounded to 5. It looks at nothing else.

What this guarantees, with the figures of `Safety`:

- What is shown is, to the last count, what the same method shows of a ledger in which nothing small ever happened.
  So where nothing is shown, no two reports, nor all of them, tell a small count from none at all. A count of 1 to 7
  in any cell (an area or all, a provider or any, a rule or any, in a month) can be put at each of eight values at
  least without any report changing by a byte. `tests/handlers/test_disclosure.py` builds these ledgers, one for each
  value, and reads the reports again. They move one cell; who knows of several practices from elsewhere knows more.
- Who takes the numbers of their own practice out of such a small count leaves at least four values for the others'.
  Who takes them out of a count that is shown is left with at least two practices, at least half of it, and rounding.

Why it holds: what a pot gives out, and when, is all that decides where a count goes. So up to 7 of what is shown can
have come earlier, and from any pot on the way: alone they are fewer than 8, so no pot gives anything out sooner. With
one's own practice in the pot it is up to 3, as 8 with no more than half from one practice need 4 from the others.

Keep every release and give it as `after`: a month that was shown is then never worked out again. A letter undone, a
practice that moved and a changed setting act on later months alone, and two reports on one month are always the same.
Worked out afresh, the same months without one practice would tell what it had brought.

The price: a count may come some months late, without its rule, without its provider, or not yet. Reports say so.

Where the figures are from: fewer than 8 hidden and the rest rounded to 5 is NHS England's rule for Hospital Episode
Statistics since 2018 ("Disclosure control methodology for HES and ECDS"). Three contributors is the least at which one
of them cannot subtract themselves and read another; that the largest may make half at most is the dominance rule of
output checking (Australian Bureau of Statistics, DataLab; Hundepool and others, *Statistical Disclosure Control*,
2012). Both matter here, as a row names a practice where one practice alone stands behind it.
"""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from operator import itemgetter

from pydantic_core import from_json, to_json

from handlers.records import Outcome, Tally, Wrong


class About(StrEnum):
    """What is counted together, and never with another."""

    WORK = "work"
    REJECTED = "rejected"
    ABUSE = "abuse"
    ANSWERED = "answered"
    OFFERED = "offered"
    PASTED = "pasted"
    DECLINED = "declined"


SUBJECTS: Mapping[Wrong | Outcome, About] = {
    Wrong.LETTER: About.WORK,
    Wrong.REQUEST: About.WORK,
    Wrong.REJECTED: About.REJECTED,
    Wrong.ABUSE: About.ABUSE,
}


@dataclass(frozen=True)
class Safety:
    """From when on a count may be shown.

    `hide_below` and `round_to` are counts; `practices_at_least` must have brought it; `largest_share` is what one of
    them may have brought at most, of 1; `wait` is how many months, or weeks, a count waits before it loses a detail.
    """

    hide_below: int = 8
    round_to: int = 5
    practices_at_least: int = 3
    largest_share: float = 0.5
    wait: int = 3

    def lets(self, by_practice: Mapping[str, int]) -> bool:
        """Whether what some practices brought may be shown as one count."""
        number = sum(by_practice.values())
        return (
            number >= max(self.hide_below, 1)
            and len(by_practice) >= self.practices_at_least
            and max(by_practice.values()) <= self.largest_share * number
        )

    def rounded(self, number: int) -> int:
        """Round a count to the nearest step, a half up."""
        return (2 * number + self.round_to) // (2 * self.round_to) * self.round_to


@dataclass(frozen=True, order=True)
class Shown:
    """A count that may be seen.

    `month` is the one in which it became safe, 2026-11, or the Monday of that week; `area` as `area_of` named it;
    `provider` and `rule` are "" where none was named, or where the count was too small with it.
    """

    month: str
    area: str
    about: About
    provider: str
    rule: str
    number: int


Pot = tuple[str, About, str, str]  # its area and subject; its provider and rule, either of which may be ""
Part = tuple[str, str, str, str]  # month in which it came into its pot; the provider, rule and practice of it
Parts = dict[Part, int]


@dataclass(frozen=True)
class Release:
    """All that may be seen of the months up to `through` ("" for none yet), and what waits. `waiting` never leaves."""

    through: str = ""
    shown: tuple[Shown, ...] = ()
    waiting: Mapping[Pot, Parts] = field(default_factory=dict)


NOTHING = Release()
_Levels = tuple[dict[Pot, Parts], ...]  # the pots by what they name: both, the provider, the rule, neither


def release(
    tallies: Iterable[Tally],
    area_of: Callable[[str], str],
    safety: Safety,
    through: str,
    after: Release = NOTHING,
    subjects: Mapping[Wrong | Outcome, About] = SUBJECTS,
) -> Release:
    """Work out what may be seen of the months that are over.

    Args:
        tallies: what happened; those of months that were released before, or are later than `through`, are left out.
        area_of: a practice's ODS code to its area: a sub-ICB or a health board, "" where it is not known.
        safety: from when on a count may be shown.
        through: the last month to show, 2026-11: one that is over, or tomorrow's report would tell of today.
        after: what was released before; its counts stand as they are.
        subjects: what each kind of tally is counted with.

    Returns:
        The same for the same arguments, in whatever order the tallies come; `after` where there is no later month.
    """
    if through <= after.through:
        return after
    levels = _opened(after.waiting)
    shown = [count for count, _ in _settled(tallies, area_of, safety, through, after.through, subjects, levels)]
    waiting = {pot: parts for level in levels for pot, parts in level.items() if parts}
    return Release(through, tuple(sorted((*after.shown, *shown))), waiting)


def traced(
    tallies: Iterable[Tally],
    area_of: Callable[[str], str],
    safety: Safety,
    through: str,
    subjects: Mapping[Wrong | Outcome, About] = SUBJECTS,
) -> list[tuple[Shown, Parts]]:
    """Return each count that may be seen with what it is made of. What it is made of never leaves the LMC."""
    return sorted(_settled(tallies, area_of, safety, through, "", subjects, _opened({})), key=itemgetter(0))


def written(release: Release) -> str:
    """Write a release as JSON, the same bytes for the same release."""
    waiting = (
        {
            "area": area,
            "about": about,
            "provider": provider,
            "rule": rule,
            "held": [
                {"since": since, "provider": named, "rule": asked, "practice": practice, "number": number}
                for (since, named, asked, practice), number in sorted(parts.items())
            ],
        }
        for (area, about, provider, rule), parts in sorted(release.waiting.items())
    )
    return to_json({"through": release.through, "shown": release.shown, "waiting": waiting}).decode()


def read(body: str) -> Release:
    """Read a release as `written` wrote it, whichever version of it did."""
    kept = from_json(body)
    shown = tuple(Shown(**{**count, "about": About(count["about"])}) for count in kept["shown"])
    waiting = {
        (pot["area"], About(pot["about"]), pot["provider"], pot["rule"]): {
            (part["since"], part["provider"], part["rule"], part["practice"]): part["number"] for part in pot["held"]
        }
        for pot in kept["waiting"]
    }
    return Release(kept["through"], shown, waiting)


def periods(first: str, last: str) -> list[str]:
    """Return the months from one to another, both included: 2026-11, 2026-12; or the weeks, by their Mondays."""
    return [_named(at, first) for at in range(_number(first), _number(last) + 1)]


@cache
def earlier(period: str, by: int) -> str:
    """Return the month, or the week, that is some before another."""
    return _named(_number(period) - by, period)


def _number(period: str) -> int:
    if _is_month(period):
        return int(period[:4]) * 12 + int(period[5:]) - 1
    return datetime.date.fromisoformat(period).toordinal() // 7  # day 1 was a Monday


def _named(number: int, like: str) -> str:
    if _is_month(like):
        return f"{number // 12:04}-{number % 12 + 1:02}"
    return datetime.date.fromordinal(7 * number + 1).isoformat()


def _is_month(period: str) -> bool:
    return len(period) == 7


def _settled(
    tallies: Iterable[Tally],
    area_of: Callable[[str], str],
    safety: Safety,
    through: str,
    after: str,
    subjects: Mapping[Wrong | Outcome, About],
    levels: _Levels,
) -> Iterator[tuple[Shown, Parts]]:
    """Go through the months that are new, and give out each pot that becomes safe; `levels` keep what waits."""
    began = through
    for month, practice, provider, rule, kind, number in tallies:
        if after < month <= through and number > 0:
            pot = (area_of(practice), subjects[kind], provider, rule)
            _pour(levels, pot, (month, provider, rule, practice), number)
            began = min(began, month)
    span = periods(earlier(after, -1) if after else began, through)
    # A pot is poured into wider ones alone: so from the narrowest to the widest, each through all its months at once.
    for level in levels:
        for pot, parts in level.items():
            if level is not levels[-1] and sum(parts.values()) < safety.hide_below:
                level[pot] = _never_safe(pot, parts, span, safety, levels)
                continue
            coming, waits, number = sorted(parts, reverse=True), Parts(), 0
            for month in span:
                while coming and coming[-1][0] <= month:
                    part = coming.pop()
                    waits[part] = parts[part]
                    number += parts[part]
                if number >= safety.hide_below and safety.lets(_by_practice(waits)):
                    yield Shown(month, *pot, number=number), waits
                    waits, number = {}, 0
                elif level is not levels[-1]:
                    overdue = earlier(month, safety.wait)
                    for part in [part for part in waits if part[0] <= overdue]:
                        number -= waits[part]
                        _pour(levels, _wider(pot, part[2]), (month, *part[1:]), waits.pop(part))
            level[pot] = waits


def _never_safe(pot: Pot, parts: Parts, span: Sequence[str], safety: Safety, levels: _Levels) -> Parts:
    """Pour over what a pot holds too little of in all its months: most pots are such; return what waits."""
    waits: Parts = {}
    for part, number in parts.items():
        month = max(span[0], earlier(part[0], -safety.wait))
        if month <= span[-1]:
            _pour(levels, _wider(pot, part[2]), (month, *part[1:]), number)
        else:
            waits[part] = number
    return waits


def _wider(pot: Pot, rule: str) -> Pot:
    """The pot that comes after one: first without the rule, then without the provider, then without either."""
    area, about, provider, shown_rule = pot
    if provider and shown_rule:
        return (area, about, provider, "")
    return (area, about, "", rule if provider else "")


def _pour(levels: _Levels, pot: Pot, part: Part, number: int) -> None:
    _, _, provider, rule = pot
    held = levels[2 * (not provider) + (not rule)].setdefault(pot, {})
    held[part] = held.get(part, 0) + number


def _by_practice(parts: Parts) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for (*_, practice), number in parts.items():
        found[practice] += number
    return found


def _opened(waiting: Mapping[Pot, Parts]) -> _Levels:
    """Copy what waits."""
    levels: _Levels = ({}, {}, {}, {})
    for pot, parts in waiting.items():
        for part, number in parts.items():
            _pour(levels, pot, part, number)
    return levels

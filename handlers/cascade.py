"""Conditional pledges: "we do this when so many practices in our area do", solved for one action at a time.

    Condition ── need, possible    what a practice asks for, in practices; whether it can ever be had
    solve(conditions, ...)         the practices whose conditions hold together: they start, in one transaction
    missing(told, ...)             for the others, at their deadline: how many more, in bands that name nobody

**The greatest set.** A set of practices supports itself when, with it and those that do it already, the condition of
each of its members holds. More practices never break a condition ("at least so many"), so the union of two sets that
support themselves supports itself, and so does the union of all: that one is the greatest, there is no second, and
the order of arrival cannot matter. For the same reason a further practice, with a condition or without, never puts
another out. `solve` finds it from above: it takes everyone in, then lets go whoever lacks support, until nobody does.

**Who counts.** A practice counts itself: "when 5 of us do" waits for four others. Whoever started stays in `doing`,
whatever becomes of its condition or of the others: it alone may stop. A condition past its deadline is not passed in:
the caller solves with all that are live on the last day, starts those, and only then asks what the others lack.
A practice new to an area raises what a percentage of it means; that can delay a start, and undoes none.

**What an insider learns.** Nobody is told who else has pledged before a condition holds. What is missing is told in
bands, never on a number of one's own choosing: it is rounded up to a multiple of five first. So all who ask about one
area on one day, with any numbers, learn together no more than the five values among which the support lies; no other
practice at all looks the same as four. Two ways remain, which the caller narrows:
- to pledge on ever lower numbers until one starts: it tells the support to within one, at the price of starting. Let a
  practice change or withdraw the condition of an action once a week, with a deadline at least a week away;
- to pledge, ask, withdraw, ask again: a support on the edge of five values moves over it. Tell a band once, at the
  deadline, as it was reckoned then; never on demand, and never to who has withdrawn.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass
from enum import StrEnum

Areas = Mapping[str, frozenset[str]]
"""The eligible practices of each PCN, place, ICB or LMC: ODS codes, by the area's code; each code names one area."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What a practice waits for: that so many practices, or so many in a hundred of those eligible, in an area do it.

    `practice` and `area` are codes; exactly one of `number`, from 1, and `percent`, from 1 to 100, is given.
    """

    practice: str
    area: str
    number: int | None = None
    percent: int | None = None

    def __post_init__(self) -> None:
        if (self.number is None) == (self.percent is None):
            raise ValueError("a condition gives a number or a percentage, one of the two")
        if self.number is not None and self.number < 1:
            raise ValueError(f"a condition's number is at least 1: {self.number}")
        if self.percent is not None and not 1 <= self.percent <= 100:
            raise ValueError(f"a condition's percentage is from 1 to 100: {self.percent}")


class Band(StrEnum):
    """How many more are needed, as told; each is true of the exact number. They overlap: see `missing`."""

    FEW = "up to 4 more"
    SOME = "up to 9 more"
    MANY = "6 or more"
    MORE = "more"


EDGES = ((4, Band.FEW), (9, Band.SOME))  # so many more suffice; beyond the last, `MANY`
GRAIN = 5  # practices: a need is rounded up to a multiple of it before it meets an edge
FEWEST = 8  # eligible practices in an area: with fewer, no more is told than `MORE`. Reports hide counts below 8 too.


def need(condition: Condition, areas: Areas) -> int:
    """Say how many practices a condition asks for, its own among them.

    Args:
        condition: the condition.
        areas: the eligible practices of each area.

    Returns:
        Its number; or its percentage of the eligible practices, rounded up, and at least 1.
    """
    if condition.number is not None:
        return condition.number
    eligible = len(areas.get(condition.area, ()))
    return max(1, -(-eligible * (condition.percent or 0) // 100))  # in whole numbers: 7 % of 100 is 7


def possible(condition: Condition, areas: Areas) -> bool:
    """Whether a condition could ever hold; one that could not is refused at the door.

    Args:
        condition: the condition.
        areas: the eligible practices of each area.

    Returns:
        True where the practice is itself eligible in the area, and the area has as many practices as it asks for.
    """
    eligible = areas.get(condition.area, frozenset())
    return condition.practice in eligible and need(condition, areas) <= len(eligible)


def solve(conditions: Iterable[Condition], areas: Areas, doing: Set[str] = frozenset()) -> frozenset[str]:
    """Find the greatest set of practices that supports itself: those that start now, together.

    It takes time in proportion to the conditions and to the sizes of the areas that they name.

    Args:
        conditions: the live conditions on one action, at most one a practice, in any order. One that is not `possible`
            (a practice closed or moved, an area dissolved) holds never.
        areas: the eligible practices of each area.
        doing: the practices that do it already; a condition of one of them is of no account.

    Returns:
        The practices that start, by ODS code; none of them is in `doing`.

    Raises:
        ValueError: a practice has two conditions.
    """
    return frozenset(_supported(conditions, areas, doing, {}))


def missing(
    told: Iterable[str], conditions: Collection[Condition], areas: Areas, doing: Set[str] = frozenset()
) -> dict[str, Band]:
    """Say how many more practices of its area would have to do it, unasked, for a practice to start.

    The exact number k is the least with which, were k further practices of the area to do it, the practice would be in
    the greatest set: whom they bring along is reckoned with, so ten that each wait for eleven lack one, not ten. The
    further ones count in that area alone; that they also count in an area around it can only help.

    The band is that of the need rounded up to a multiple of `GRAIN`: at most four above k, which is why `SOME` begins
    at 1 and `MANY` at 6.

    Args:
        told: the practices to tell, by ODS code.
        conditions: the live conditions on the action and those that end today, at most one a practice.
        areas: the eligible practices of each area.
        doing: the practices that do it already.

    Returns:
        The band of each practice told. Absent: who has no condition, or one that holds; and who has one that is not
        `possible` any more, which no number meets.

    Raises:
        ValueError: a practice has two conditions.
    """
    settled = doing | solve(conditions, areas, doing)
    short = frozenset(told) - settled
    waiting: defaultdict[str, list[Condition]] = defaultdict(list)
    for condition in conditions:
        if condition.practice in short and possible(condition, areas):
            waiting[condition.area].append(condition)
    bands: dict[str, Band] = {}
    for area, asked in waiting.items():
        if len(areas[area]) < FEWEST:
            bands |= dict.fromkeys((each.practice for each in asked), Band.MORE)
            continue
        reaches = [(_reach(conditions, areas, settled, area, more), band) for more, band in EDGES]
        for each in asked:
            rounded = -(-need(each, areas) // GRAIN) * GRAIN
            bands[each.practice] = next((band for reach, band in reaches if reach >= rounded), Band.MANY)
    return bands


def _reach(conditions: Iterable[Condition], areas: Areas, doing: Set[str], area: str, more: int) -> int:
    """Count the practices of an area that would do it if `more` of it began, these included.

    A condition in the area holds exactly when this reaches its need: if it did and the practice were out, the set with
    it would support itself too. So one count serves every practice that asks, whatever its number.
    """
    supported = _supported(conditions, areas, doing, {area: more})
    return len(areas[area] & (doing | supported)) + more


def _supported(conditions: Iterable[Condition], areas: Areas, doing: Set[str], more: Mapping[str, int]) -> set[str]:
    """Find the greatest set that supports itself, with so many `more` unnamed practices in some areas."""
    needs: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    supported: set[str] = set()
    seen: set[str] = set()
    for condition in conditions:
        if condition.practice in seen:
            raise ValueError(f"{condition.practice} has two conditions on one action")
        seen.add(condition.practice)
        if condition.practice not in doing and possible(condition, areas):
            supported.add(condition.practice)
            needs[condition.area].append((need(condition, areas), condition.practice))

    counted = doing | supported
    counts = {area: len(areas[area] & counted) + more.get(area, 0) for area in needs}
    homes: defaultdict[str, list[str]] = defaultdict(list)
    for area, waiting in needs.items():
        waiting.sort()  # the most demanding last: the first to go
        for practice in areas[area] & supported:
            homes[practice].append(area)

    shaken = list(needs)
    while shaken:
        area = shaken.pop()
        waiting = needs[area]
        while waiting and waiting[-1][0] > counts[area]:
            practice = waiting.pop()[1]
            supported.remove(practice)
            for home in homes[practice]:
                counts[home] -= 1
            shaken += homes[practice]
    return supported

"""What leaves the LMC of what is asked, read by someone who holds every report and has a small number to find."""

import dataclasses
import random
from collections import Counter
from collections.abc import Iterable, Sequence

import pytest

from bot.app import App
from handlers.chat import House, plain_text
from handlers.disclosure import NOTHING, About, Safety, earlier, periods, release, traced
from handlers.questions.card import card
from handlers.questions.sheet import sheet
from handlers.questions.tables import Wanted, summary
from handlers.questions.weeks import OUTCOMES, WAIT, Weeks, read, released_from, written
from handlers.records import Marked, Outcome, Tally, Waited

WEEKS = periods("2026-08-03", "2026-10-26")
LAST = WEEKS[-1]
SAFETY = Safety()
SLOW = dataclasses.replace(SAFETY, wait=WAIT)
OUTCOME = {about: outcome for outcome, about in OUTCOMES.items()}


def nowhere(_asker: str) -> str:
    return ""


def ledger(seed: int, questions: int = 400) -> list[Tally]:
    """What a small LMC could really be asked: practices busy and quiet, a rule that many ask, others that few do."""
    chance = random.Random(seed)  # noqa: S311 (a ledger, not a secret)
    askers = [f"A8100{number}" for number in range(8)] + ["member 3", "f00d"]
    busy = [chance.lognormvariate(0, 0.8) for _ in askers]
    counts: Counter[tuple[str, str, str, Outcome]] = Counter()
    for _ in range(questions):
        outcome = chance.choices(list(OUTCOMES), [70, 14, 3, 13])[0]
        outcome = Outcome(outcome)
        rule = {
            Outcome.ANSWER: chance.choices(["r1", "r2", "r3", "r4", "r5"], [8, 4, 2, 1, 1])[0],
            Outcome.NONE: chance.choices(["no-rule", "clinical", ""], [5, 2, 1])[0],
        }.get(outcome, "")
        counts[chance.choice(WEEKS), chance.choices(askers, busy)[0], rule, outcome] += 1
    return [
        Tally(week, who, "", rule, outcome, number) for (week, who, rule, outcome), number in sorted(counts.items())
    ]


def shown(tallies: Sequence[Tally], through: str = LAST, before: Weeks | None = None) -> Weeks:
    return released_from(tallies, [], [], SAFETY, through, before or Weeks())


# Released week by week, with nobody's name kept between two weeks.


@pytest.mark.parametrize("seed", range(12))
def test_week_by_week_without_who_asked_is_the_same_as_at_once_with_them(seed: int) -> None:
    tallies, slowly = ledger(seed), Weeks()
    for week in WEEKS:
        asked_so_far = [each for each in tallies if each.month <= week]
        slowly = read(written(shown(asked_so_far, week, slowly)))
    assert slowly.counts == release(tallies, nowhere, SLOW, LAST, NOTHING, OUTCOMES).shown
    assert slowly == shown(tallies)


@pytest.mark.parametrize("seed", range(4))
def test_who_asked_is_in_no_release(seed: int) -> None:
    body = written(shown(ledger(seed)))
    assert "waiting" in body
    assert not any(tally.practice in body for tally in ledger(seed))


def test_what_is_forgotten_before_it_was_shown_never_is_and_what_was_shown_stands() -> None:
    for seed in range(8):
        tallies = ledger(seed)
        half = WEEKS[len(WEEKS) // 2]
        before = shown(tallies, half)
        left = [each for each in tallies if each.practice != "A81000" or each.month > half]
        after = shown(left, LAST, before)
        assert [each for each in after.counts if each.month <= half] == list(before.counts)
        whole = sum(each.number for each in left if each.month > half)
        waited = sum(each.number for each in left if each.month <= half) - _given(before, left, half)
        assert sum(each.number for each in after.counts if each.month > half) <= whole + waited


def _given(before: Weeks, left: Iterable[Tally], half: str) -> int:
    """How many of what is left were shown before."""
    return sum(
        each.number
        for each in left
        if each.month <= half and (each.month, OUTCOMES[each.kind], each.rule) not in before.waiting
    )


def test_nothing_is_shown_twice() -> None:
    for seed in range(8):
        tallies = ledger(seed)
        found = shown(tallies)
        waits = sum(each.number for each in tallies if (each.month, OUTCOMES[each.kind], each.rule) in found.waiting)
        assert sum(each.number for each in found.counts) + waits == sum(each.number for each in tallies)


# The attacker. A cell is any place where a number can stand: an outcome or all, a rule or any, a week. The ledgers that
# an attacker cannot tell apart are built, and every report is read again in each of them.

Cell = tuple[str, str, str]  # outcome, rule ("*" for any) and week
Key = tuple[str, About, str]  # week, outcome and rule of a count that is shown


def cells(tallies: Iterable[Tally]) -> Counter[Cell]:
    found: Counter[Cell] = Counter()
    for week, _, _, rule, outcome, number in tallies:
        for what in {str(outcome), "*"}:
            for which in {rule, "*"}:
                found[what, which, week] += number
    return found


def within(cell: Cell, tally: Tally) -> bool:
    what, which, week = cell
    return what in ("*", tally.kind) and which in ("*", tally.rule) and week == tally.month


class World:
    """A ledger as the reports tell of it: only what is shown, from those who asked it, and nothing small."""

    def __init__(self, tallies: Sequence[Tally]) -> None:
        self.parts: dict[Key, Counter[str]] = {}
        self.came: dict[Key, set[str]] = {}  # the rules that a count was made of
        for count, parts in traced(tallies, nowhere, SLOW, LAST, OUTCOMES):
            key = (count.month, count.about, count.rule)
            self.parts[key], self.came[key] = Counter(), set()
            for (_, _, rule, asker), number in parts.items():
                self.parts[key][asker] += number
                self.came[key].add(rule)

    def tallies(self) -> list[Tally]:
        return [
            Tally(week, asker, "", rule, OUTCOME[about], number)
            for (week, about, rule), held in self.parts.items()
            for asker, number in held.items()
        ]

    def with_(self, number: int, outcome: Outcome, rule: str, week: str) -> list[Tally]:
        """Build a world with some questions more in one place, taken from the count that they would come to be in."""
        mark = Tally(week, "nobody", "", rule, outcome, 1)
        came = [
            (count.month, count.about, count.rule)
            for count, parts in traced([*self.tallies(), mark], nowhere, SLOW, LAST, OUTCOMES)
            if any(part[-1] == mark.practice for part in parts)
        ]
        if not came:  # it waits to the end
            return [*self.tallies(), mark._replace(number=number)]
        there, taken = self.parts[came[0]].copy(), list[Tally]()
        for asker, held in there.most_common():
            take = min(held, number - sum(tally.number for tally in taken))
            there[asker] -= take
            taken.append(Tally(week, asker, "", rule, outcome, take))
        others = [each for each in self.tallies() if (each.month, OUTCOMES[each.kind], each.rule) != came[0]]
        left = [Tally(came[0][0], who, "", came[0][2], OUTCOME[came[0][1]], held) for who, held in there.items()]
        return [tally for tally in [*others, *left, *taken] if tally.number]


def worlds(tallies: Sequence[Tally], cell: Cell) -> dict[int, list[Tally]]:
    """Build ledgers that the reports do not tell from this one, by what stands in a cell in each."""
    world, told = World(tallies), shown(tallies).counts
    assert shown(world.tallies()).counts == told, "a ledger with nothing small tells the same"

    def sought(of: Iterable[Tally]) -> int:
        return sum(tally.number for tally in of if within(cell, tally))

    found = {sought(world.tallies()): world.tallies()}
    week = cell[-1]
    places = sorted({(each.kind, each.rule, week) for each in tallies if within(cell, each)})
    if sought(world.tallies()):  # what is shown here came from before, some of it
        keys = [key for key in world.parts if key[0] == week and cell[0] in ("*", OUTCOME[key[1]])]
        before = reversed(WEEKS[max(0, WEEKS.index(week) - WAIT - 1) : WEEKS.index(week)])
        places = [
            (OUTCOME[about], rule, then)
            for then in before
            for _, about, named in keys
            for rule in sorted(world.came[week, about, named] | {named})
        ]
    for outcome, rule, then in places:
        for number in range(1, 8):
            other = world.with_(number, Outcome(outcome), rule, then)
            if (value := sought(other)) not in found and shown(other).counts == told:
                found[value] = other
        if len(found) >= 8:
            break
    return found


@pytest.mark.parametrize("seed", range(6))
def test_every_small_count_could_be_any_of_eight_whatever_was_reported(seed: int) -> None:
    tallies = ledger(seed)
    small = sorted(cell for cell, number in cells(tallies).items() if 1 <= number <= 7)
    assert len(small) > 60
    for cell in random.Random(seed).sample(small, 30):  # noqa: S311
        assert len(worlds(tallies, cell)) >= 8, cell


def pairs(chance: random.Random) -> dict[str, tuple[Wanted, Wanted]]:
    """Make a pair of reports of each kind: what they differ in is what an attacker would read.

    A report shows all outcomes, all rules and all weeks at once: so each also holds all less answered, a rule less,
    and the weeks beside their sum.
    """
    at = chance.randint(4, len(WEEKS) - 1)
    whole = Wanted(WEEKS[0], WEEKS[at])
    return {
        "a week more": (whole, Wanted(WEEKS[0], WEEKS[at - 1])),
        "a week later": (whole, Wanted(WEEKS[1], WEEKS[at])),
        "one week": (whole, Wanted(WEEKS[at], WEEKS[at])),
        "all and a month": (Wanted(WEEKS[0], LAST), Wanted(WEEKS[at - 3], WEEKS[at])),
        "two weeks apart": (Wanted(WEEKS[at - 1], WEEKS[at - 1]), Wanted(WEEKS[at], WEEKS[at])),
    }


@pytest.mark.parametrize("seed", range(20))
def test_no_pair_of_reports_of_questions_gives_a_small_count_away(seed: int, remembering: App) -> None:
    house = remembering.house
    tallies, chance = ledger(seed, 250), random.Random(seed)  # noqa: S311
    small = sorted(cell for cell, number in cells(tallies).items() if 1 <= number <= 7)

    def seen(of: Sequence[Tally], each: tuple[Wanted, Wanted]) -> list[object]:
        return [_read(shown(of), wanted, house) for wanted in each]

    tried = 0
    for kind, pair in pairs(chance).items():
        apart = [
            cell
            for cell in small
            if (pair[0].first <= cell[-1] <= pair[0].last) != (pair[1].first <= cell[-1] <= pair[1].last)
        ]
        cell = chance.choice(apart or small)
        same = worlds(tallies, cell)
        assert len(same) >= 8, (kind, cell)
        told = seen(tallies, pair)
        for number, world in same.items():
            assert seen(world, pair) == told, (kind, cell, number)
        tried += 1
    assert tried == 5


def _read(weeks: Weeks, wanted: Wanted, house: House) -> tuple[str, bytes]:
    made = summary(weeks, wanted, house)
    return plain_text(card(made)), sheet(made).content


def test_a_suite_that_finds_nothing_could_find_something(remembering: App) -> None:
    # The same ledgers, summed and rounded without pots: a pair of reports tells some of them apart.
    tallies = ledger(1)
    small = sorted(cell for cell, number in cells(tallies).items() if 3 <= number <= 7)
    cell = small[0]
    less = [each for each in tallies if not within(cell, each)]
    bare = Safety(hide_below=1, round_to=5, practices_at_least=1, largest_share=1, wait=WAIT)
    wanted = Wanted(cell[-1], cell[-1])
    with_, without = (
        _read(released_from(of, [], [], bare, LAST, Weeks()), wanted, remembering.house) for of in (tallies, less)
    )
    assert with_ != without


# Marks and times.


def marked(right: int, wrong: int, week: str = LAST, p: float = 0.93) -> list[Marked]:
    """Marks of four askers, in turn."""
    said = [True] * right + [False] * wrong
    return [Marked(week, f"A8100{at % 4}", p, each) for at, each in enumerate(said)]


def sure(marks: Sequence[Marked], through: str = LAST) -> list[tuple[str, int, int, int | None]]:
    made = released_from(ledger(1), marks, [], SAFETY, through, Weeks())
    return [(each.week, each.band, each.right, each.wrong) for each in made.sure]


@pytest.mark.parametrize("right", [7, 8, 40, 79, 80, 200])
def test_how_many_said_wrong_is_not_told_where_few_did(right: int) -> None:
    told = [sure(marked(right, wrong)) for wrong in range(8)]
    assert all(each == told[0] for each in told)
    assert bool(told[0]) is (right >= 80)


@pytest.mark.parametrize("wrong", [8, 40])
def test_how_many_said_right_is_not_told_where_few_did(wrong: int) -> None:
    assert all(sure(marked(right, wrong)) == [] for right in range(8))


def test_a_band_is_told_once_enough_of_both_were_said_and_then_begins_anew() -> None:
    early = marked(20, 6, WEEKS[2])
    assert sure(early) == []
    later = [*early, *marked(5, 2, WEEKS[5])]
    assert sure(later) == [(WEEKS[5], 90, 25, 8)]
    assert sure([*later, *marked(5, 3, WEEKS[8])]) == [(WEEKS[5], 90, 25, 8)]
    assert sure([*later, *marked(9, 9, WEEKS[8], 0.62)]) == [(WEEKS[5], 90, 25, 8), (WEEKS[8], 60, 9, 9)]


def test_what_one_practice_said_is_no_share() -> None:
    alone = [each._replace(asker="A81000") for each in marked(300, 0)]
    assert sure(alone) == []
    assert sure([*marked(20, 0), *(each._replace(asker="A81000") for each in marked(0, 20))]) == []


def waited(number: int, week: str = LAST) -> list[Waited]:
    return [Waited(week, f"A8100{at % 4}", 3600 * (at + 1), True) for at in range(number)]


def test_times_at_the_desk_are_told_of_eight_questions_or_more() -> None:
    def desk(waits: Sequence[Waited]) -> list[tuple[str, int, int, int]]:
        made = released_from(ledger(1), [], waits, SAFETY, LAST, Weeks())
        return [(each.week, each.number, each.middle, each.longest) for each in made.desk]

    assert all(desk(waited(number)) == [] for number in range(8))
    assert desk(waited(8)) == [(LAST, 8, 4 * 3600, 8 * 3600)]
    assert desk([*waited(4, WEEKS[1]), *waited(5, WEEKS[3]), *waited(7)]) == [(WEEKS[3], 9, 3 * 3600, 5 * 3600)]
    nobody = [dataclasses.replace(each, asker="") for each in waited(9)]
    assert desk(nobody) == [], "of who is forgotten it is not known who they were"


def test_released_again_is_the_same_bytes() -> None:
    for seed in range(4):
        tallies, marks, waits = ledger(seed), marked(90, 9), waited(9)
        once = written(released_from(tallies, marks, waits, SAFETY, LAST, Weeks()))
        mixed = random.Random(seed).sample(tallies, len(tallies))  # noqa: S311
        assert written(released_from(mixed, marks, waits, SAFETY, LAST, Weeks())) == once
        assert written(read(once)) == once


def test_weeks_go_over_the_year() -> None:
    assert periods("2026-12-21", "2027-01-04") == ["2026-12-21", "2026-12-28", "2027-01-04"]
    assert earlier("2027-01-04", 2) == "2026-12-21"
    assert earlier("2026-12-21", -2) == "2027-01-04"

"""Conditional pledges: worked examples first, then properties, held against every subset of up to 14 practices."""

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from handlers.cascade import EDGES, FEWEST, GRAIN, Areas, Band, Condition, missing, need, possible, solve

MOST = 14  # practices in a random world
NAMES = [f"P{n:02}" for n in range(MOST)]
AREAS = ["pcn", "place", "icb", "lmc"]


def people(count: int, letter: str = "A") -> list[str]:
    return [f"{letter}{n}" for n in range(count)]


def alike(practices: list[str], area: str, number: int) -> list[Condition]:
    """All ask for the same."""
    return [Condition(practice, area, number) for practice in practices]


# What a condition is.

REFUSED: list[tuple[dict[str, int], str]] = [
    ({}, "one of the two"),
    ({"number": 3, "percent": 50}, "one of the two"),
    ({"number": 0}, "at least 1: 0"),
    ({"number": -2}, "at least 1: -2"),
    ({"percent": 0}, "from 1 to 100: 0"),
    ({"percent": 101}, "from 1 to 100: 101"),
]


@pytest.mark.parametrize(("given_", "said"), REFUSED)
def test_a_condition_gives_one_sensible_figure(given_: dict[str, int], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Condition("A0", "pcn", **given_)


# percentage, eligible practices, what it comes to
PERCENTAGES = [
    (1, 1, 1),
    (50, 5, 3),
    (50, 6, 3),
    (51, 6, 4),
    (1, 100, 1),
    (7, 100, 7),
    (100, 9, 9),
    (34, 3, 2),
    (33, 3, 1),
]


@pytest.mark.parametrize(("percent", "eligible", "comes_to"), PERCENTAGES)
def test_a_percentage_is_rounded_up(percent: int, eligible: int, comes_to: int) -> None:
    areas = {"pcn": frozenset(people(eligible))}
    assert need(Condition("A0", "pcn", percent=percent), areas) == comes_to


POSSIBLE = [
    (Condition("A0", "pcn", 4), True),
    (Condition("A0", "pcn", 5), False),
    (Condition("A0", "pcn", percent=100), True),
    (Condition("B0", "pcn", 1), False),
    (Condition("A0", "dissolved", 1), False),
    (Condition("A0", "dissolved", percent=1), False),
]


@pytest.mark.parametrize(("condition", "could"), POSSIBLE)
def test_a_condition_that_could_never_hold_is_known_at_the_door(condition: Condition, could: bool) -> None:
    areas = {"pcn": frozenset(people(4))}
    assert possible(condition, areas) is could
    if not could:
        assert solve([condition], areas, frozenset(people(4)) - {"A0"}) == frozenset()
        assert missing([condition.practice], [condition], areas) == {}


def test_a_practice_with_two_conditions_is_a_fault() -> None:
    two = [Condition("A0", "pcn", 2), Condition("A0", "lmc", 9)]
    with pytest.raises(ValueError, match="A0 has two conditions"):
        solve(two, {})
    with pytest.raises(ValueError, match="A0 has two conditions"):
        missing(["A0"], two, {})


# Worked examples.


def test_five_that_each_wait_for_five_start_together() -> None:
    areas = {"lmc": frozenset(people(9))}
    assert solve(alike(people(4), "lmc", 5), areas) == frozenset()
    assert solve(alike(people(5), "lmc", 5), areas) == frozenset(people(5))


def test_each_brings_the_next_along() -> None:
    areas = {"lmc": frozenset(people(9))}
    ladder = [Condition(practice, "lmc", n) for n, practice in enumerate(people(9), 1)]
    assert solve(ladder[1:], areas) == frozenset()
    assert solve(ladder, areas) == frozenset(people(9))
    assert solve(ladder[1:], areas, {"A0"}) == frozenset(people(9)[1:])


def test_a_practice_that_waits_for_one_waits_for_nobody() -> None:
    assert solve([Condition("A0", "pcn", 1)], {"pcn": frozenset(people(4))}) == {"A0"}


def test_two_areas_hold_each_other_up() -> None:
    areas = {"north": frozenset({"A0", "A1"}), "south": frozenset({"A1", "A2"}), "ring": frozenset({"A2", "A0"})}
    ring = [Condition("A0", "north", 2), Condition("A1", "south", 2), Condition("A2", "ring", 2)]
    assert solve(ring, areas) == {"A0", "A1", "A2"}
    assert solve(ring[:2], areas) == frozenset()


def test_a_practice_outside_the_area_does_not_count_there() -> None:
    areas = {"pcn": frozenset(people(4))}
    assert solve([Condition("A0", "pcn", 2)], areas, {"B0", "B1"}) == frozenset()


def test_who_does_it_already_is_not_started_again() -> None:
    areas = {"pcn": frozenset(people(4))}
    assert solve(alike(people(2), "pcn", 2), areas, {"A0"}) == {"A1"}


def test_one_that_falls_takes_a_whole_country_with_it() -> None:
    names = people(6_220)
    areas = {f"pair {n}": frozenset(names[n : n + 2]) for n in range(6_219)} | {"all": frozenset(names)}
    pairs = [Condition(names[n], f"pair {n}", 2) for n in range(6_219)]
    assert solve(pairs, areas) == frozenset()
    assert solve([*pairs, Condition(names[-1], "all", percent=100)], areas) == frozenset(names)


# What is missing, in an area of 40: practices that wait, the number each waits for, those that do it already, the band.
LACKS = [
    (9, 10, 0, Band.FEW),  # one more, though nine wait for ten
    (6, 10, 0, Band.FEW),
    (5, 10, 0, Band.SOME),
    (1, 10, 0, Band.SOME),
    (1, 10, 4, Band.SOME),
    (1, 10, 5, Band.FEW),
    (1, 15, 0, Band.MANY),
    (5, 15, 0, Band.MANY),
    (6, 15, 0, Band.SOME),
    (1, 2, 0, Band.FEW),
    (1, 5, 0, Band.FEW),
    (1, 6, 0, Band.SOME),
    (2, 40, 28, Band.MANY),
    (2, 40, 29, Band.SOME),
]


@pytest.mark.parametrize(("waiting", "number", "doing", "band"), LACKS)
def test_what_is_missing_is_told_in_a_band(waiting: int, number: int, doing: int, band: Band) -> None:
    areas = {"lmc": frozenset(people(10) + people(30, "B"))}
    conditions = alike(people(waiting), "lmc", number)
    told = missing(people(waiting), conditions, areas, frozenset(people(doing, "B")))
    assert told == dict.fromkeys(people(waiting), band)


def test_where_few_are_eligible_nothing_but_more_is_told() -> None:
    for eligible in range(2, 13):
        areas = {"pcn": frozenset(people(eligible))}
        for number in range(2, eligible + 1):
            (band,) = missing(["A0"], [Condition("A0", "pcn", number)], areas).values()
            assert (band is Band.MORE) is (eligible < 8)


def test_only_those_to_be_told_are_told_and_none_whose_condition_holds() -> None:
    areas = {"lmc": frozenset(people(30)), "pcn": frozenset(people(4))}
    conditions = [*alike(people(2), "pcn", 2), *alike(people(9)[2:], "lmc", 20)]
    assert missing(["A0", "A2", "A3", "Z9"], conditions, areas) == {"A2": Band.MANY, "A3": Band.MANY}


@pytest.mark.parametrize("number", range(2, 31))
def test_no_answer_tells_that_nobody_else_stands_ready(number: int) -> None:
    areas = {"lmc": frozenset(people(40))}
    one = [Condition("A0", "lmc", number)]
    answers = {
        tuple(missing(["A0"], one, areas, frozenset(people(others + 1)) - {"A0"}).items()) for others in range(5)
    }
    answers.discard(())  # held: it started, at the price of starting
    assert len(answers) == 1


@pytest.mark.parametrize("others", range(40))
def test_all_numbers_asked_together_leave_five_values_of_the_support(others: int) -> None:
    areas = {"lmc": frozenset(people(60))}

    def answers(support: int) -> list[Band | None]:
        """Return what each number gets; None where it holds, and the practice starts."""
        doing = frozenset(people(support + 1)) - {"A0"}
        return [missing(["A0"], [Condition("A0", "lmc", number)], areas, doing).get("A0") for number in range(1, 61)]

    lowest = others // GRAIN * GRAIN
    for support in range(lowest, lowest + GRAIN):
        pairs = zip(answers(support), answers(others), strict=True)
        assert all(one == other for one, other in pairs if one and other)


def test_bands_read_on_from_a_verb() -> None:
    assert {band: f"{band} are needed" for band in Band} == {
        Band.FEW: "up to 4 more are needed",
        Band.SOME: "up to 9 more are needed",
        Band.MANY: "6 or more are needed",
        Band.MORE: "more are needed",
    }


# Random worlds: areas that overlap as they like, up to 14 practices, a condition for some, some that do it already.


@dataclass(frozen=True)
class World:
    """All that `solve` is given."""

    areas: Areas
    conditions: tuple[Condition, ...]
    doing: frozenset[str]


def members(mask: int) -> frozenset[str]:
    return frozenset(name for n, name in enumerate(NAMES) if mask >> n & 1)


def mask_of(names: frozenset[str]) -> int:
    return sum(1 << n for n, name in enumerate(NAMES) if name in names)


WAITS_IN = [None, *AREAS, "lmc", "lmc", "dissolved"]  # None: no condition


def figure(byte: int) -> dict[str, int]:
    """Half are percentages, a quarter low numbers: in about half of all worlds some start and others do not."""
    if byte < 128:
        return {"percent": 1 + byte % 100}
    return {"number": 1 + byte % (5 if byte < 192 else MOST)}


def world(drawn: bytes) -> World:
    """Read a world out of bytes: one draw is several times faster than a hundred."""
    everyone = (1 << max(1 + drawn[0] % MOST, drawn[1] % MOST)) - 1
    masks = [drawn[n] << 8 | drawn[n + 1] for n in range(2, 14, 2)]
    areas = {area: members(mask & everyone) for area, mask in zip(AREAS, [*masks[:3], everyone], strict=True)}
    pledges = zip(sorted(members(everyone)), drawn[14::2], drawn[15::2], strict=False)
    conditions = tuple(
        Condition(name, area, **figure(byte)) for name, at, byte in pledges if (area := WAITS_IN[at % len(WAITS_IN)])
    )
    return World(areas, conditions, members(masks[3] & masks[4] & masks[5] & everyone))


def worlds() -> st.SearchStrategy[World]:
    size = 14 + 2 * MOST
    return st.binary(min_size=size, max_size=size).map(world)


SUBSETS = np.arange(1 << MOST, dtype=np.uint16)
SIZES = np.array([subset.bit_count() for subset in range(1 << MOST)], dtype=np.int16)


def supporting(world: World, further: dict[str, int] | None = None) -> NDArray[np.uint16]:
    """Every subset of who waits that supports itself, by trying all; `further` practices, unnamed, do it in an area."""
    waiting = [condition for condition in world.conditions if condition.practice not in world.doing]
    allowed = mask_of(frozenset(condition.practice for condition in waiting))
    subsets = SUBSETS[: allowed + 1]
    good = subsets & ~np.uint16(allowed) == 0
    for condition in waiting:
        without = subsets & mask_of(frozenset({condition.practice})) == 0
        eligible = world.areas.get(condition.area, frozenset())
        wanted = condition.number or max(1, math.ceil(Fraction(condition.percent or 0, 100) * len(eligible)))
        if condition.practice in eligible and wanted <= len(eligible):
            counted = (subsets | mask_of(world.doing)) & mask_of(eligible)
            good &= without | (SIZES[counted] + (further or {}).get(condition.area, 0) >= wanted)
        else:
            good &= without
    found: NDArray[np.uint16] = subsets[good]
    return found


def greatest(world: World, further: dict[str, int] | None = None) -> frozenset[str]:
    found = supporting(world, further)
    largest = int(found[SIZES[found].argmax()])
    assert not (found & ~np.uint16(largest)).any()  # every other lies within it: it is the only one of its size
    return members(largest)


def solved(world: World) -> frozenset[str]:
    return solve(world.conditions, world.areas, world.doing)


def holds(condition: Condition, areas: Areas, doing: frozenset[str]) -> bool:
    return len(areas[condition.area] & doing) >= need(condition, areas)


many = settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
some = settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@many
@given(worlds())
def test_it_is_what_trying_every_subset_finds(world: World) -> None:
    assert solved(world) == greatest(world)


@some
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_never_matters(world: World, random: Any) -> None:
    shuffled = list(world.conditions)
    random.shuffle(shuffled)
    areas = dict(random.sample(sorted(world.areas.items()), len(world.areas)))
    assert solve(shuffled, areas, world.doing) == solved(world)


@some
@given(worlds())
def test_arriving_one_by_one_comes_to_the_same_as_all_at_once(world: World) -> None:
    doing = world.doing
    for upto in range(1, len(world.conditions) + 1):
        doing |= solve(world.conditions[:upto], world.areas, doing)
    assert doing == world.doing | solved(world)


@some
@given(worlds())
def test_everyone_that_starts_has_what_it_asked_for_and_nobody_else_would(world: World) -> None:
    starts = solved(world)
    after = world.doing | starts
    assert not starts & world.doing
    for condition in world.conditions:
        if condition.practice in starts:
            assert holds(condition, world.areas, after)
        elif condition.practice not in world.doing and possible(condition, world.areas):
            assert not holds(condition, world.areas, after | {condition.practice})


@some
@given(worlds(), st.sampled_from(NAMES))
def test_a_further_practice_never_puts_another_out(world: World, name: str) -> None:
    without = tuple(condition for condition in world.conditions if condition.practice != name)
    before = world.doing | solved(replace(world, conditions=without))
    assert before <= world.doing | solved(world)
    assert before <= world.doing | {name} | solved(replace(world, conditions=without, doing=world.doing | {name}))


@some
@given(worlds(), st.sampled_from(NAMES))
def test_who_asks_for_less_puts_nobody_out(world: World, name: str) -> None:
    def eased(condition: Condition) -> Condition:
        fewer = max(1, need(condition, world.areas) - 1)
        return Condition(name, condition.area, fewer) if condition.practice == name else condition

    assert solved(world) <= solved(replace(world, conditions=tuple(eased(each) for each in world.conditions)))


@some
@given(worlds())
def test_who_has_not_started_may_withdraw_and_nobody_notices(world: World) -> None:
    starts = solved(world)
    for gone in world.conditions:
        rest = tuple(condition for condition in world.conditions if condition is not gone)
        if gone.practice not in starts:
            assert solved(replace(world, conditions=rest)) == starts
        else:
            assert solved(replace(world, conditions=rest)) <= starts - {gone.practice}


@some
@given(worlds())
def test_once_they_have_started_nobody_starts_again(world: World) -> None:
    assert solved(replace(world, doing=world.doing | solved(world))) == frozenset()


@some
@given(worlds())
def test_a_percentage_is_the_number_that_it_comes_to(world: World) -> None:
    numbers = tuple(Condition(each.practice, each.area, need(each, world.areas)) for each in world.conditions)
    assert solved(replace(world, conditions=numbers)) == solved(world)


@some
@given(worlds())
def test_a_band_is_true_of_the_number_that_trying_finds(world: World) -> None:
    told = missing(NAMES, world.conditions, world.areas, world.doing)
    starts = greatest(world)
    for condition in world.conditions:
        practice = condition.practice
        if practice in world.doing | starts or not possible(condition, world.areas):
            assert practice not in told
            continue
        short = next(k for k in range(1, MOST) if practice in greatest(world, {condition.area: k}))
        match told[practice]:
            case Band.MORE:
                assert len(world.areas[condition.area]) < FEWEST
            case Band.FEW:
                assert short <= 4
            case Band.SOME:
                assert short <= 9
            case Band.MANY:
                assert short >= 6


@some
@given(worlds())
def test_so_many_real_practices_are_enough_and_in_one_area_no_fewer(world: World) -> None:
    one_area = tuple(replace(each, area="lmc") for each in world.conditions)
    world = replace(world, conditions=one_area)
    starts = solved(world)
    left = [each for each in one_area if each.practice not in world.doing | starts and possible(each, world.areas)]
    for condition in left[:1]:
        practice = condition.practice
        short = next(k for k in range(1, MOST) if practice in greatest(world, {"lmc": k}))
        others = sorted(world.areas["lmc"] - world.doing - {practice})
        enough = (
            k
            for k in range(1, len(others) + 1)
            for chosen in combinations(others, k)
            if practice in solve(one_area, world.areas, world.doing | frozenset(chosen))
        )
        assert next(enough) == short


@some
@given(worlds(), st.sampled_from(NAMES))
def test_a_number_of_ones_own_choosing_moves_the_band_by_whole_steps_alone(world: World, name: str) -> None:
    """Every number of one step, from a multiple of five up to the next, gets one answer, or is met."""
    others = [condition for condition in world.conditions if condition.practice != name]
    doing = world.doing - {name}
    eligible = len(world.areas["lmc"])
    for step in range(1, eligible + 1, GRAIN):
        numbers = range(step, min(step + GRAIN, eligible + 1))
        told = {missing([name], [*others, Condition(name, "lmc", n)], world.areas, doing).get(name) for n in numbers}
        assert len(told - {None}) <= 1


def test_the_edges_stand_one_short_of_a_step() -> None:
    assert [most for most, _ in EDGES] == [GRAIN - 1, 2 * GRAIN - 1]

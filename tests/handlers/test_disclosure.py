"""What leaves the LMC, read by someone who holds every report, knows the method and has a small number to find."""

import datetime
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import pytest

from handlers.disclosure import (
    NOTHING,
    SUBJECTS,
    About,
    Release,
    Safety,
    Shown,
    periods,
    read,
    release,
    traced,
    written,
)
from handlers.records import Tally, Wrong
from handlers.report import By, Report, Wanted, area_of, report
from knowledge.directory import Directory, Icb, Practice
from knowledge.library import Library
from knowledge.model import Nation

MONTHS = periods("2026-01", "2026-09")
LAST = MONTHS[-1]
SAFETY = Safety()


def area(practice: str) -> str:
    """A practice's first letter: A1 is in A."""
    return practice[0]


def letters(month: str, held: dict[str, int], provider: str = "T1", rule: str = "r1") -> list[Tally]:
    return [Tally(month, practice, provider, rule, Wrong.LETTER, number) for practice, number in held.items()]


def numbers(found: Release) -> list[tuple[str, str, str, str, int]]:
    return [(each.month, each.area, each.provider, each.rule, each.number) for each in found.shown]


def shown(tallies: Iterable[Tally], through: str = LAST, safety: Safety = SAFETY) -> Release:
    return release(tallies, area, safety, through)


# A ledger that somebody could really have: busy areas and quiet ones, one big trust, many small things.


def ledger(seed: int, incidents: int = 420) -> list[Tally]:
    chance = random.Random(seed)  # noqa: S311 (a ledger, not a secret)
    practices = ["A1", "A2", "A3", "A4", "A5", "A6", "B1", "B2", "B3", "B4", "C1", "C2"]
    busy = [chance.lognormvariate(0, 1) for _ in practices]
    counts = Counter(
        (
            chance.choice(MONTHS),
            chance.choices(practices, busy)[0],
            chance.choices(["T1", "T2", "T3", ""], [6, 2, 1, 1])[0],
            chance.choices(["r1", "r2", "r3", "r4", ""], [5, 3, 1, 1, 1])[0],
        )
        for _ in range(incidents)
    )
    return [Tally(*key, Wrong.LETTER, number) for key, number in sorted(counts.items())]


@pytest.mark.parametrize(
    ("held", "may"),
    [
        ({"A1": 3, "A2": 3, "A3": 2}, True),
        ({"A1": 3, "A2": 2, "A3": 2}, False),  # seven
        ({"A1": 20, "A2": 20}, False),  # two practices
        ({"A1": 40}, False),  # one
        ({"A1": 20, "A2": 10, "A3": 10}, True),  # one brought half
        ({"A1": 21, "A2": 10, "A3": 10}, False),  # and more than half
        ({}, False),
    ],
)
def test_a_count_is_shown_only_where_enough_practices_stand_behind_it(held: dict[str, int], may: bool) -> None:
    assert SAFETY.lets(held) is may
    assert bool(shown(letters(LAST, held)).shown) is may


@pytest.mark.parametrize(("number", "reads"), [(8, 10), (10, 10), (12, 10), (13, 15), (17, 15), (18, 20), (0, 0)])
def test_a_figure_is_rounded_to_five(number: int, reads: int) -> None:
    assert SAFETY.rounded(number) == reads


def test_months_go_over_the_year() -> None:
    assert periods("2026-11", "2027-02") == ["2026-11", "2026-12", "2027-01", "2027-02"]


def test_every_kind_has_its_subject() -> None:
    assert set(SUBJECTS) == set(Wrong)


def test_a_small_count_waits_until_it_is_large_enough_and_comes_once() -> None:
    small = {"A1": 2, "A2": 1, "A3": 1}
    found = shown([*letters("2026-01", small), *letters("2026-02", small)])
    assert numbers(found) == [("2026-02", "A", "T1", "r1", 8)]
    assert not found.waiting


def test_a_count_that_waited_too_long_loses_its_rule_and_then_its_provider_and_then_both() -> None:
    two = {"A1": 1, "A2": 1}
    late = [
        *letters("2026-01", two, rule="r1"),
        *letters("2026-02", {"A3": 1}, rule="r2"),
    ]
    # r1 goes without its rule from April, r2 from May: three in all, and five more that never had one.
    assert numbers(shown([*late, *letters("2026-05", {"A4": 3, "A5": 2}, rule="")])) == [("2026-05", "A", "T1", "", 8)]
    other = [*letters("2026-01", two), *letters("2026-06", {"A1": 2, "A2": 2, "A3": 3}, provider="")]
    assert numbers(shown(other)) == [("2026-07", "A", "", "r1", 9)]
    any_at_all = [*letters("2026-01", two), *letters("2026-09", {"A1": 2, "A2": 2, "A3": 3}, provider="", rule="")]
    assert not shown(any_at_all).shown
    assert numbers(release(any_at_all, area, SAFETY, "2026-10")) == [("2026-10", "A", "", "", 9)]


def test_nothing_is_made_and_nothing_is_lost() -> None:
    tallies = ledger(1)
    found = shown(tallies)
    waits = sum(number for parts in found.waiting.values() for number in parts.values())
    assert sum(each.number for each in found.shown) + waits == sum(tally.number for tally in tallies)


def test_an_area_says_nothing_of_another_and_neither_does_a_subject() -> None:
    alone = letters(LAST, {"A1": 4, "A2": 4, "A3": 4})
    beside = [*letters(LAST, {"B1": 3}), Tally(LAST, "A1", "T1", "r1", Wrong.ABUSE, 5)]
    assert shown([*alone, *beside]).shown == shown(alone).shown
    refused = [Tally(LAST, practice, "T1", "", Wrong.REJECTED, 4) for practice in ("A1", "A2", "A3")]
    assert [each.about for each in shown(refused).shown] == [About.REJECTED]


def test_what_is_shown_is_safe_and_so_is_every_sum_of_it() -> None:
    for seed in range(20):
        counts = traced(ledger(seed), area, SAFETY, LAST)
        assert counts
        chance = random.Random(seed)  # noqa: S311
        for _ in range(50):
            some = chance.sample(counts, chance.randint(1, len(counts)))
            together: Counter[str] = Counter()
            for _, parts in some:
                for (*_, practice), number in parts.items():
                    together[practice] += number
            assert SAFETY.lets(together)


# What was shown stands.


def test_released_month_by_month_is_the_same_as_at_once() -> None:
    tallies, slowly = ledger(3), NOTHING
    for month in MONTHS:
        slowly = release(tallies, area, SAFETY, month, after=slowly)
    assert slowly == shown(tallies)
    assert release(tallies, area, SAFETY, "2026-03", after=slowly) is slowly


def test_what_waits_is_kept_as_json_and_read_again() -> None:
    half = shown(ledger(3), "2026-05")
    assert half.waiting
    assert read(written(half)) == half
    assert written(read(written(half))) == written(half)


def test_a_release_is_kept_in_the_form_that_it_always_had() -> None:
    body = (
        '{"through":"2026-06","shown":[{"month":"2026-05","area":"A","about":"work","provider":"T1","rule":"",'
        '"number":9}],"waiting":[{"area":"A","about":"abuse","provider":"","rule":"r1","held":[{"since":"2026-04",'
        '"provider":"T1","rule":"r1","practice":"A1","number":2},{"since":"2026-06","provider":"","rule":"r1",'
        '"practice":"A2","number":1}]}]}'
    )
    kept = Release(
        "2026-06",
        (Shown("2026-05", "A", About.WORK, "T1", "", 9),),
        {("A", About.ABUSE, "", "r1"): {("2026-06", "", "r1", "A2"): 1, ("2026-04", "T1", "r1", "A1"): 2}},
    )
    assert written(kept) == body
    assert read(body) == kept
    assert release([], area, SAFETY, "2026-07", after=read(body)).waiting == {
        ("A", About.ABUSE, "", "r1"): {("2026-06", "", "r1", "A2"): 1},
        ("A", About.ABUSE, "", ""): {("2026-07", "T1", "r1", "A1"): 2},
    }


def test_what_was_released_before_stays_as_it_was_read() -> None:
    half = shown(ledger(3), "2026-05")
    before = written(half)
    release(ledger(3), area, SAFETY, LAST, after=half)
    assert written(half) == before


def test_a_pot_that_is_safe_once_its_oldest_went_is_shown_the_month_after() -> None:
    # A1 brought more than half of it; what it brought is poured over in April, and the rest is safe in May.
    rest = letters("2026-02", {"A2": 4, "A3": 4, "A4": 4})
    assert numbers(shown([*letters("2026-01", {"A1": 20}), *rest])) == [("2026-05", "A", "T1", "r1", 12)]


def test_the_order_of_the_tallies_does_not_matter() -> None:
    tallies = ledger(4)
    mixed = random.Random(4).sample(tallies, len(tallies))  # noqa: S311
    assert shown(mixed) == shown(tallies)


def test_a_practice_that_moves_closes_or_undoes_changes_no_month_that_was_shown() -> None:
    tallies = ledger(5)
    before = shown(tallies, "2026-06")
    less = [each._replace(number=each.number - 1) for each in tallies if each.practice != "A1"]
    strict = Safety(hide_below=20)
    for later in (
        release(tallies, lambda practice: "B" if practice == "A1" else area(practice), SAFETY, LAST, before),
        release(less, area, SAFETY, LAST, before),
        release(tallies, area, strict, LAST, before),
    ):
        assert [each for each in later.shown if each.month <= "2026-06"] == list(before.shown)


# The attacker. A cell is any place where a number can stand: an area or all, a provider or any, a rule or any, some
# months. The worlds that an attacker cannot tell apart are built, and every report is read again in each of them.

Cell = tuple[str, str, str, str]  # area, provider, rule ("*" for any) and month


def cells(tallies: Iterable[Tally]) -> Counter[Cell]:
    """Count every cell of a ledger, and every sum over areas, providers and rules."""
    found: Counter[Cell] = Counter()
    for tally in tallies:
        for where in {area(tally.practice), "*"}:
            for provider in {tally.provider, "*"}:
                for rule in {tally.rule, "*"}:
                    found[where, provider, rule, tally.month] += tally.number
    return found


def within(cell: Cell, tally: Tally) -> bool:
    where, provider, rule, month = cell
    return (
        where in ("*", area(tally.practice))
        and provider in ("*", tally.provider)
        and rule in ("*", tally.rule)
        and month == tally.month
    )


Key = tuple[str, str, str, str]  # month, area, provider and rule of a count that is shown
SHIFT = 3 * SAFETY.wait + 1  # months within which a count is shown, or never before more comes


class World:
    """A ledger as the reports tell of it: only what is shown, at the practices that brought it, and nothing small.

    The numbers of the attacker's `own` practice stay as they are: they know those.
    """

    def __init__(self, tallies: list[Tally], own: str = "") -> None:
        self.own = [tally for tally in tallies if tally.practice == own]
        self.parts: dict[Key, Counter[str]] = {}
        self.came: dict[Key, set[tuple[str, str]]] = {}  # the providers and rules that a count was made of
        for count, parts in traced(tallies, area, SAFETY, LAST):
            key = (count.month, count.area, count.provider, count.rule)
            self.parts[key] = Counter()
            for (*_, practice), number in parts.items():
                if practice != own:
                    self.parts[key][practice] += number
            self.came[key] = {(provider, rule) for _, provider, rule, _ in parts}

    def tallies(self) -> list[Tally]:
        return [
            *self.own,
            *(
                Tally(key[0], practice, key[2], key[3], Wrong.LETTER, number)
                for key, held in self.parts.items()
                for practice, number in held.items()
            ),
        ]

    def with_(self, number: int, where: str, provider: str, rule: str, month: str) -> list[Tally]:
        """Build a world with some incidents more in one place, taken from the count that they would come to be in."""
        mark = Tally(month, f"{where}0", provider, rule, Wrong.LETTER, 1)  # of a practice that is not there
        came = [
            (count.month, count.area, count.provider, count.rule)
            for count, parts in traced([*self.tallies(), mark], area, SAFETY, LAST)
            if any(practice == mark.practice for *_, practice in parts)
        ]
        if not came:  # it waits to the end
            return [*self.tallies(), mark._replace(number=number)]
        there, taken = self.parts[came[0]].copy(), list[Tally]()
        for practice, held in there.most_common():
            take = min(held, number - sum(tally.number for tally in taken))
            there[practice] -= take
            taken.append(Tally(month, practice, provider, rule, Wrong.LETTER, take))
        others = [
            tally
            for tally in self.tallies()
            if tally in self.own or (tally.month, area(tally.practice), *names(tally)) != came[0]
        ]
        left = [Tally(came[0][0], each, *came[0][2:], Wrong.LETTER, held) for each, held in there.items()]
        return [tally for tally in [*others, *left, *taken] if tally.number]


def names(tally: Tally) -> tuple[str, str]:
    return (tally.provider, tally.rule)


def worlds(tallies: list[Tally], cell: Cell, own: str = "") -> dict[int, list[Tally]]:
    """Build ledgers that the reports do not tell from this one, by what others than `own` have in a cell in each.

    Each is read again: it counts only where every report that could be made of it is the same.
    """
    world, told = World(tallies, own), shown(tallies).shown
    assert shown(world.tallies()).shown == told, "a ledger with nothing small tells the same"

    def sought(of: list[Tally]) -> int:
        return sum(tally.number for tally in of if tally.practice != own and within(cell, tally))

    found = {sought(world.tallies()): world.tallies()}
    *where, month = cell
    spots = sorted({(area(tally.practice), *names(tally)) for tally in tallies if within(cell, tally)})
    places = [(*spot, month) for spot in spots]
    if sought(world.tallies()):  # what is shown here came from before, some of it
        keys = [key for key in world.parts if key[0] == month and where[0] in ("*", key[1])]
        before = reversed(MONTHS[max(0, MONTHS.index(month) - SHIFT) : MONTHS.index(month)])
        places = [
            (key[1], *names, earlier)
            for earlier in before
            for key in keys
            for names in sorted(world.came[key] | {(key[2], key[3])})
        ]
    for place in places:
        for number in range(1, 8):
            other = world.with_(number, *place)
            if (value := sought(other)) not in found and shown(other).shown == told:
                found[value] = other
        if len(found) >= 8:
            break
    return found


@pytest.mark.parametrize("seed", range(6))
def test_every_small_count_could_be_any_of_eight_whatever_was_reported(seed: int) -> None:
    tallies = ledger(seed)
    small = sorted(cell for cell, number in cells(tallies).items() if 1 <= number <= 7)
    assert len(small) > 100
    for cell in random.Random(seed).sample(small, 40):  # noqa: S311
        assert len(worlds(tallies, cell)) >= 8, cell


@pytest.mark.parametrize("own", ["A1", "A4", "B2", "C1"])
def test_in_a_small_count_who_knows_their_own_leaves_four_values_for_the_others(own: str) -> None:
    for seed in range(3):
        tallies = ledger(seed)
        theirs = cells(tally for tally in tallies if tally.practice != own)
        known = cells(tally for tally in tallies if tally.practice == own)
        small = sorted(cell for cell in known if theirs[cell] and theirs[cell] + known[cell] <= 7)
        assert small
        for cell in random.Random(seed).sample(small, min(15, len(small))):  # noqa: S311
            assert len(worlds(tallies, cell, own)) >= 4, (seed, cell)


def test_a_count_that_came_through_two_pots_could_be_any_of_eight() -> None:
    # One letter of May, shown with what had waited under a provider. With one clock for a whole pot, a count elsewhere
    # decided when that was poured over, and the ledgers with another number here were told from this one.
    tallies, cell = ledger(26, 900), ("B", "", "r1", "2026-05")
    assert cells(tallies)[cell] == 1
    assert len(worlds(tallies, cell)) >= 8


# Pairs of reports, laid side by side as an attacker does.

AREAS = {"A": "Q1", "B": "Q1", "C": "Q2"}
DIRECTORY = Directory(
    datetime.date(2026, 10, 1),
    {
        f"{code}{at}": Practice(f"{code}{at}", "A surgery", "Anytown", "AA1 1AA", icb, code, "", Nation.ENGLAND)
        for code, icb in AREAS.items()
        for at in range(7)
    },
    {},
    {code: Icb(code, f"NHS Shire {code} Integrated Care Board") for code in ("Q1", "Q2")},
)


def pairs(chance: random.Random) -> dict[str, tuple[Wanted, Wanted]]:
    """Make a pair of each kind: what they differ in is what an attacker would read."""
    at = chance.randint(3, len(MONTHS) - 1)
    by, where = chance.choice([By.PROVIDER, By.RULE, By.AREA]), chance.choice([*AREAS, "Q1", "Q2", ""])
    whole = Wanted(MONTHS[0], MONTHS[at], by, where)
    return {
        "a month more": (whole, replace(whole, last=MONTHS[at - 1])),
        "a month later": (whole, replace(whole, first=MONTHS[1])),
        "an area less": (replace(whole, area="Q1"), replace(whole, area=chance.choice("AB"))),
        "all and one ICB": (replace(whole, area=""), replace(whole, area=chance.choice(["Q1", "Q2"]))),
        "all and one provider": (whole, replace(whole, provider=chance.choice(["T1", "T2", "T3"]))),
        "all and one rule": (whole, replace(whole, rule=chance.choice(["r1", "r2", "r3", "r4"]))),
        "two cuts": (replace(whole, by=By.PROVIDER), replace(whole, by=By.RULE)),
        "months and rows": (replace(whole, by=By.MONTH), whole),
    }


def counted(wanted: Wanted, cell: Cell) -> bool:
    """Whether a report looks at a cell."""
    where, provider, rule, month = cell
    return (
        wanted.first <= month <= wanted.last
        and wanted.area in ("", where, AREAS.get(where))
        and wanted.provider in ("", provider)
        and wanted.rule in ("", rule)
    )


@pytest.mark.parametrize("seed", range(30))
def test_no_pair_of_reports_gives_a_small_count_away(seed: int, library: Library) -> None:
    tallies, chance = ledger(seed, 300), random.Random(seed)  # noqa: S311
    small = sorted(cell for cell, number in cells(tallies).items() if 1 <= number <= 7 and "*" not in cell)
    where = area_of(DIRECTORY)

    def read(of: list[Tally], wanted: Wanted) -> Report:
        return report(release(of, where, SAFETY, LAST), wanted, DIRECTORY, library, SAFETY)

    tried = 0
    for kind, (one, other) in pairs(chance).items():
        sought = [cell for cell in small if counted(one, cell) or counted(other, cell)]
        apart = [cell for cell in sought if counted(one, cell) != counted(other, cell)] or sought
        if not apart:
            continue
        cell = chance.choice(apart)
        same = worlds(tallies, cell)
        assert len(same) >= 8, (kind, cell)
        seen = (read(tallies, one), read(tallies, other))
        for number, world in same.items():
            assert (read(world, one), read(world, other)) == seen, (kind, cell, number)
        tried += 1
    assert tried >= 7  # of eight kinds; with thirty ledgers, more than two hundred pairs


def test_hiding_and_rounding_alone_would_give_a_count_away() -> None:
    # What the suite above would find: three rows of which the third is hidden, and their total, all rounded to 5.
    true = {"T1": 22, "T2": 12, "T3": 7}
    total, *rest = (SAFETY.rounded(number) for number in (sum(true.values()), true["T1"], true["T2"]))
    least, most = total - 2 - sum(each + 2 for each in rest), total + 2 - sum(each - 2 for each in rest)
    assert (total, rest) == (40, [20, 10])
    assert set(range(max(1, least), min(7, most) + 1)) == {4, 5, 6, 7}, "half of what it could be is out"
    # By the method here, the third row is in no total.
    held = {"A1": 0.4, "A2": 0.3, "A3": 0.3}
    rows = [each for name, number in true.items() for each in letters(LAST, _split(number, held), name)]
    assert sum(each.number for each in shown(rows).shown) == true["T1"] + true["T2"]


def _split(number: int, shares: dict[str, float]) -> dict[str, int]:
    least = {practice: int(number * share) for practice, share in shares.items()}
    return least | {"A3": least["A3"] + number - sum(least.values())}


def test_who_takes_their_own_numbers_out_is_left_with_others_and_half_of_it() -> None:
    for seed in range(10):
        for count, parts in traced(ledger(seed), area, SAFETY, LAST):
            for own in {practice for *_, practice in parts}:
                others = {practice: 0 for *_, practice in parts if practice != own}
                for (*_, practice), number in parts.items():
                    if practice != own:
                        others[practice] += number
                assert len(others) >= 2
                assert 2 * sum(others.values()) >= count.number

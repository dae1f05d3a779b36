"""What is remembered, at the size of a large LMC: speed beside its limits. Part of `make bench`."""

import dataclasses
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.app import App
from bot.store import Store
from handlers.cascade import Condition, solve
from handlers.chat import Ask, House, Person
from handlers.records import Code, Incident, Judged, Opinion, Purpose, Question, Rank, Records, Wrong
from knowledge.library import load
from knowledge.matcher import Matcher
from knowledge.model import Role

MEMBERS, QUESTIONS, INCIDENTS = 10_000, 1_000_000, 100_000
KEPT = 100_000  # questions with their words
NOW = 1_795_000_000  # 18 November 2026
DAY = 86_400
OFFICER, GP = Person("telegram", "1"), Person("telegram", "2")


def main() -> None:
    """Fill a store, measure what handlers ask of it, print one table."""
    table = Table("what", "limit", "p50", "p99", box=None, pad_edge=False)
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "pushback.db")
        library = load()
        house = House(library, Matcher(library), records=store.records, clock=lambda: NOW, a_minute=0)
        app = App(dataclasses.replace(house, ranks={OFFICER.account: Rank.OWNER}))
        _fill(store, app)
        for name, run in _queries(store.records).items():
            _row(table, f"store: {name}, ms", "5", run, 300)
        member = store.records.members.begin(GP.account, NOW)
        store.records.members.change(member.id, practice="A81001", role=Role.PARTNER)
        app.handle(Ask(GP, "letter hospital-fit-note"))  # the directory is read once
        _row(table, "a letter, from the tap, ms", "50", lambda _: app.handle(Ask(GP, LETTER)), 100)
        asked = "figures provider 2026-05 2026-10"
        table.add_row("figures over 100,000 incidents, first, s", "2", f"{_seconds(app, asked):.2f}", "one run")
        table.add_row("the same again, s", "", f"{_seconds(app, asked):.2f}", "one run")
        table.add_row("the same as a brief, s", "", f"{_seconds(app, f'{asked} as brief'):.2f}", "one run")
        _ask(store, app)
        asked = "figures questions"
        table.add_row(
            "questions: 1,000,000 counted, 100,000 kept, first, s", "2", f"{_seconds(app, asked):.2f}", "one run"
        )
        table.add_row("the same again, s", "", f"{_seconds(app, asked):.2f}", "one run")
        table.add_row("the same exact, inside, s", "2", f"{_seconds(app, f'{asked} inside'):.2f}", "one run")
        table.add_row("the same as pictures, s", "", f"{_seconds(app, f'{asked} as chart'):.2f}", "one run")
        store.close()
    table.add_row("10 actions of 6,220 conditional pledges, s", "1", f"{_cascade():.2f}", "one run")
    Console(width=100).print(table)


LETTER = "letter hospital-fit-note first to rvw"


def _fill(store: Store, app: App) -> None:
    """Make members, questions and incidents; in one transaction each, which no handler does."""
    rng, records = random.Random(9), store.records
    practices = [each.code for each in app.house.directory().practices.values() if each.icb == "QHM"]
    trusts = [each.code for each in app.house.directory().trusts.values() if each.icb == "QHM"]
    rules = [rule.id for rule in app.house.library.live]
    with records.upkeep.together():
        for number in range(MEMBERS):
            member = records.members.begin(f"telegram {1000 + number}", NOW)
            records.members.change(member.id, practice=rng.choice(practices), role=rng.choice(list(Role)))
    with records.upkeep.together():
        for number in range(QUESTIONS):
            person = f"telegram {1000 + number % MEMBERS}"
            records.questions.keep(
                Question(NOW - number % (90 * DAY), person, "words " * 8, "answer", rng.choice(rules))
            )
    with records.upkeep.together():
        for number in range(INCIDENTS):
            day = f"2026-{1 + number % 10:02}-{1 + number % 28:02}"
            letter = Incident(day, rng.choice(practices), Wrong.LETTER, rng.choice(trusts), rng.choice(rules))
            records.incidents.add(letter, NOW - 1_000_000 + number)


def _ask(store: Store, app: App) -> None:
    """Turn the questions into counts, and let others be asked, a fifth of them with a mark."""
    rng, records = random.Random(10), store.records
    rules = [rule.id for rule in app.house.library.live]
    records.questions.forget(NOW + 1)
    with records.upkeep.together():
        for number in range(KEPT):
            at, person = NOW - number * 77, f"telegram {1000 + number % MEMBERS}"
            outcome = rng.choices(["answer", "choice", "none"], [70, 15, 15])[0]
            rule, p = rng.choice(rules) if outcome == "answer" else "", rng.uniform(0.5, 1)
            ident = records.questions.keep(Question(at, person, "words " * 8, outcome, rule, p=p))
            if rule and rng.random() < 0.3:
                judged = Judged.HELPED if rng.random() < p else Judged.WRONG
                records.opinions.keep(Opinion(at, person, judged, rule, ident))


def _queries(records: Records) -> dict[str, Callable[[int], object]]:
    """What handlers ask for each message, or may."""

    def someone(number: int) -> str:
        return f"telegram {1000 + number * 31 % MEMBERS}"

    def code(number: int) -> object:
        records.codes.make(f"code {number}", Code(Purpose.JOIN, NOW + DAY, "A81001", Role.MANAGER), NOW)
        return records.codes.use(f"code {number}", someone(number), NOW)

    incident = Incident("2026-11-01", "A81001", Wrong.LETTER, "RVW", "hospital-fit-note")
    return {
        "who asks": lambda number: records.members.of(someone(number)),
        "taken down": lambda number: records.seen.take(f"telegram {number}", "", NOW),
        "a question kept": lambda number: records.questions.keep(Question(NOW, someone(number), "words", "none")),
        "what one person asked": lambda number: records.questions.of([someone(number)]),
        "the members of a practice": lambda _: records.members.of_practice("A81001"),
        "a code made and used": code,
        "an incident counted": lambda number: records.incidents.add(incident, NOW + number, 900),
        "the last providers": lambda _: records.incidents.last_providers("A81001"),
        "an act noted": lambda number: records.audit.note(NOW, someone(number), "invite"),
        "whether someone can be reached": lambda number: records.places.is_reachable(someone(number)),
    }


def _row(table: Table, name: str, limit: str, run: Callable[[int], object], times: int) -> None:
    taken = []
    for number in range(times):
        begun = time.perf_counter()
        run(number)
        taken.append(1000 * (time.perf_counter() - begun))
    taken.sort()
    table.add_row(name, limit, f"{taken[times // 2]:.2f}", f"{taken[int(times * 0.99)]:.2f}")


def _seconds(app: App, sentence: str) -> float:
    begun = time.perf_counter()
    reply = app.handle(Ask(OFFICER, sentence))
    seconds = time.perf_counter() - begun
    if not reply.again and not reply.files:
        raise SystemExit(f"{sentence!r} gave no figures")
    return seconds


def _cascade() -> float:
    """Return the seconds to solve 10 actions of 6,220 conditions, in a country where every tenth says nothing."""
    chance = random.Random(8)
    practices = [f"P{number}" for number in range(6_911)]
    sizes = {"pcn": 5, "place": 60, "lmc": 100, "icb": 150}
    areas = {
        f"{kind} {start}": frozenset(practices[start : start + size])
        for kind, size in sizes.items()
        for start in range(0, len(practices), size)
    }

    def condition(number: int) -> Condition:
        kind = chance.choice(list(sizes))
        area = f"{kind} {number // sizes[kind] * sizes[kind]}"
        return Condition(practices[number], area, percent=round(chance.triangular(1, 100, 50)))

    actions = [[condition(number) for number in range(6_911) if number % 10 != 9] for _ in range(10)]
    begun = time.perf_counter()
    for conditions in actions:
        solve(conditions, areas)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()

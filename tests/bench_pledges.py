"""Pledges at the size of England: 6,220 practices with a condition on each of ten actions. Part of `make bench`."""

import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from bot.app import App
from bot.store import Store
from handlers.chat import Ask, House, Person
from handlers.pledge import conditions
from handlers.records import Move, Pledge, Stand
from knowledge.library import load
from knowledge.matcher import Matcher
from knowledge.model import Nation, Role

ACTIONS = 10
NOW = 1_795_262_400  # 21 November 2026
GP = Person("telegram", "1")


def main() -> None:
    """Fill a store, measure, print one table."""
    table = Table("what", "limit", "median", "spread", box=None, pad_edge=False)
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "pushback.db")
        library = load()
        house = House(library, Matcher(library), records=store.records, clock=lambda: NOW, a_minute=0)
        app = App(house)
        member = store.records.members.begin(GP.account, NOW)
        practices = [each for each in house.directory().practices.values() if each.nation is Nation.ENGLAND]
        store.records.members.change(member.id, practice=practices[0].code, role=Role.PARTNER)
        actions = list(library.actions)[: ACTIONS - 1]
        fill(house, ["en-2026-05-data-sharing", *actions])
        for name, limit, run in (
            (f"{ACTIONS} actions of {len(practices):,} conditions, read and solved, s", "1", lambda: solved(house)),
            ("the week's figures, once a week, s", "", lambda: week(app, store)),
        ):
            _row(table, name, limit, run, 3, 1)
        _row(table, "the first again, in processor time, s", "1", lambda: solved(house), 3, 1, time.process_time)
        app.handle(Ask(GP, "pledge progress"))
        _row(table, "progress card, ms", "100", lambda: app.handle(Ask(GP, "pledge progress")), 30, 1000)
        _row(table, "the practice's own record, ms", "", lambda: app.handle(Ask(GP, "pledge record")), 30, 1000)
        press = iter(["paused", "doing"] * 20)
        app.handle(Ask(GP, "pledge en-2026-05-data-sharing doing"))
        step = "one step, and all that it may set off, ms"
        _row(table, step, "", lambda: app.handle(Ask(GP, f"pledge en-2026-05-data-sharing {next(press)}")), 20, 1000)
        store.close()
    Console(width=100).print(table)


def fill(house: House, actions: list[str]) -> None:
    """Give every practice of England a condition on each action, of which few hold."""
    rng, records = random.Random(9), house.records
    assert records
    practices = [each for each in house.directory().practices.values() if each.nation is Nation.ENGLAND]
    for action in actions:
        moves = []
        for practice in practices:
            area = rng.choice([conditions.place(practice), practice.area])
            waits = (area, 0, round(rng.triangular(1, 100, 55)), "2026-12-20")
            moves.append(Move(None, Pledge(practice.code, action, Stand.WAITING, "2026-11-21", NOW, *waits)))
        assert records.pledges.apply(moves)


def solved(house: House) -> int:
    """Read every action's pledges from the store and solve them; how many would start."""
    every, records = conditions.areas(house), house.records
    assert records
    return sum(len(conditions.starts(records.pledges.on(each), every)) for each in records.pledges.actions())


def week(app: App, store: Store) -> None:
    """Count a week anew."""
    store._db.execute("DELETE FROM pledge_week")
    app.handle(Ask(GP, "pledge progress"))


def _row(
    table: Table,
    name: str,
    limit: str,
    run: Callable[[], object],
    times: int,
    unit: int,
    clock: Callable[[], float] = time.perf_counter,
) -> None:
    took = []
    for _ in range(times):
        begun = clock()
        run()
        took.append(unit * (clock() - begun))
    table.add_row(name, limit, f"{median(took):.2f}", f"{min(took):.2f} to {max(took):.2f}")


if __name__ == "__main__":
    main()

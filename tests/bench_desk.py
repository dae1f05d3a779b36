"""The desk, beside its limits: from a question to the officers' room, from a reply to its asker, a long list."""

import asyncio
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from bot.app import App
from bot.store import Store
from handlers.chat import Ask, House, Person
from handlers.desk.officers import desk
from handlers.records import Item, Kind, Line, Rank, Room, Towards
from knowledge.library import load
from knowledge.matcher import Matcher

if TYPE_CHECKING:
    from tests.bot.desk_wires import Wires, wires
    from tests.bot.slack_server import GP
else:  # the wires stand among the tests, which are no package once they are installed
    sys.path.insert(0, str(Path(__file__).parent / "bot"))
    from desk_wires import Wires, wires
    from slack_server import GP

OPEN, EXCHANGES = 10_000, 30
OFFICER = Person("telegram", "900", name="Dr A")
GROUP = -1001


def main() -> None:
    """Measure, and print one table."""
    table = Table("what", "limit", "at worst", "of", box=None, pad_edge=False)
    library = load()
    matcher = Matcher(library)
    with tempfile.TemporaryDirectory() as folder:
        for name, measure in (("wires", _exchanges), ("open", _listing)):
            store = Store(Path(folder) / f"{name}.db")
            store.records.desk.settle_in(Room("telegram", f"{GROUP}/0/0/0"))
            ranks = {OFFICER.account: Rank.OFFICER}
            measure(table, App(House(library, matcher, records=store.records, ranks=ranks, a_minute=0)), store)
            store.close()
    matcher.close()
    Console(width=100).print(table)


def _listing(table: Table, app: App, store: Store) -> None:
    """Measure the list of what is open, on pages near and far."""
    records = store.records
    member = records.members.begin("telegram 5", 0).id
    item = Item("May we close on a training afternoon?", member, "telegram", 0)
    with records.upkeep.together():
        for number in range(OPEN):
            records.desk.open(replace(item, promised=number), Line(0, Kind.CARD, Towards.DESK, 0))
    took = []
    for page in range(1, OPEN // 8, 40):
        begin = time.perf_counter()
        desk(("page", str(page)), app.house, OFFICER)
        took.append(time.perf_counter() - begin)
    table.add_row("what is open, listed, ms", "100", f"{1_000 * max(took):.1f}", f"{OPEN:,} questions")


def _exchanges(table: Table, app: App, store: Store) -> None:
    there, back = asyncio.run(_exchanged(app, store))
    for name, took in (("from a question to the room", there), ("from a reply to its asker", back)):
        table.add_row(f"{name}, s", "1", f"{max(took):.2f}", f"{len(took)}, over loopback")


async def _exchanged(app: App, store: Store) -> tuple[list[float], list[float]]:
    async with wires(app, store) as open_wires:
        took = [await _exchange(number, app, open_wires) for number in range(1, EXCHANGES + 1)]
    return [there for there, _ in took], [back for _, back in took]


async def _exchange(number: int, app: App, here: Wires) -> tuple[float, float]:
    """Ask on Slack, answer in the Telegram group, and close: the seconds there and back."""
    asker = Person("slack", GP)
    await here.inbox.work(app.handle, Ask(asker, f"tell lmc may we close on training afternoon {number}"))
    begin = time.perf_counter()
    await here.slack_types("lmc send", GP)
    card = await here.on_telegram(f"QUESTION {number}\n")
    between = time.perf_counter()
    await here.telegram_says(f"Not on afternoon {number}.", int(OFFICER.id), GROUP, to=card)
    await here.on_slack(f"Not on afternoon {number}.")
    end = time.perf_counter()
    await here.inbox.work(app.handle, Ask(asker, f"lmc yes {number}"))
    return between - begin, end - between


if __name__ == "__main__":
    main()

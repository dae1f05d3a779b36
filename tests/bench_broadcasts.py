"""Broadcasts over loopback, killed and at the apps' own pace, beside their limits: `make bench` runs a small one.

bench_broadcasts.py --people 10000 --kills 300    the whole of it: half an hour
"""

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from tests.bot.broadcast_drill import FIRST, Hurried, drill, halves, hurry
else:  # the drill stands among the tests, which are no package once they are installed
    sys.path.insert(0, str(Path(__file__).parent / "bot"))
    from broadcast_drill import FIRST, Hurried, drill, halves, hurry

PACES = {"telegram": 28, "slack": 4}  # messages a second that docs/broadcasts.md tells of


@click.command()
@click.option("--people", default=1_000, help="How many, half on each app.")
@click.option("--kills", default=20, help="How often the bot is killed.")
@click.option("--minutes", default=1.0, help="How long the usual pace is measured for.")
def main(people: int, kills: int, minutes: float) -> None:
    """Measure, and print one table."""
    table = Table("what", "limit", "measured", "of", box=None, pad_edge=False)
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(table, Path(folder), people, kills, minutes))
    Console(width=100).print(table)


async def measure(table: Table, folder: Path, people: int, kills: int, minutes: float) -> None:
    """Add rows to a table.

    Args:
        table: what, limit, figure and what it is of.
        folder: for the databases and the book's cache.
        people: in the drill, half on each app.
        kills: in the drill, each with -9.
        minutes: that the usual pace is measured for.
    """
    told = await drill(folder, folder, people, kills)
    of = f"{told.people} people, {told.kills} kills"
    table.add_row("people lost", "0", str(len(told.lost)), of)
    table.add_row("people with two, but by an officer's word", "0", str(len(told.twice)), of)
    table.add_row("left unsure by one kill on one app, at most", "1", str(told.most_by_one_stop), of)
    table.add_row("left unsure in all, by kills and by lost answers", "", _shown(told.unsure), of)
    table.add_row("resident at most, MB", "", f"{told.resident / 2**20:.0f}", of)
    urgent = await hurry(folder, folder, halves(300))
    table.add_row("urgent to 300, handed over, s", "15", f"{urgent.seconds:.1f}", "half on each app")
    usual = await hurry(folder, folder, crowd(minutes), urgent=False)
    for chat, pace in PACES.items():
        limits = f"{0.97 * pace:.2f} to {1.03 * pace:.2f}"
        table.add_row(f"{chat}'s own pace, messages a second", limits, f"{usual.rates[chat]:.2f}", f"{minutes:g} min")
    table.add_row("a question meanwhile, p99, ms", "100", _p99(usual), f"{len(usual.answers)} questions, usual")
    table.add_row("the same while an urgent one goes", "100", _p99(urgent), f"{len(urgent.answers)} questions")
    table.add_row("the bot's own processor time a message, ms", "", f"{1_000 * usual.processor:.1f}", "answers too")
    table.add_row("resident at the end, MB", "", f"{usual.resident / 2**20:.0f}", f"{len(crowd(minutes))} people")
    table.add_row("messages that Telegram refused as too many", "0", str(usual.refused + urgent.refused), "both")


def crowd(minutes: float) -> list[str]:
    """Name as many people as both apps take so many minutes for."""
    prefix = {"telegram": "telegram ", "slack": "slack U"}
    return [
        f"{prefix[chat]}{FIRST + each}" for chat, pace in PACES.items() for each in range(round(60 * minutes * pace))
    ]


def _p99(told: Hurried) -> str:
    return f"{1_000 * told.answers[int(0.99 * len(told.answers))]:.0f}"


def _shown(numbers: dict[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in sorted(numbers.items())) or "none"


if __name__ == "__main__":
    main()

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
    from tests.bot.broadcast_drill import drill, hurry
else:  # the drill stands among the tests, which are no package once they are installed
    sys.path.insert(0, str(Path(__file__).parent / "bot"))
    from broadcast_drill import drill, hurry


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
    urgent = await hurry(folder, folder, 300)
    table.add_row("urgent to 300, handed over, s", "15", f"{urgent.seconds:.1f}", "half on each app")
    (folder / "hurry.db").unlink()
    usual = await hurry(folder, folder, round(minutes * 60 * 8), urgent=False)
    pace = f"{usual.rates['slack']:.2f}"
    table.add_row("Slack's own pace, messages a second", "3.88 to 4.12", pace, f"{minutes:g} min")
    answers = 1_000 * usual.answers[int(0.99 * len(usual.answers))]
    table.add_row("a question meanwhile, p99, ms", "100", f"{answers:.0f}", f"{len(usual.answers)} questions")
    table.add_row("messages that Telegram refused as too many", "0", str(usual.refused + urgent.refused), "both")


def _shown(numbers: dict[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in sorted(numbers.items())) or "none"


if __name__ == "__main__":
    main()

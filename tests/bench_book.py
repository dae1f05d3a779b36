"""Taking up an edited book while the bot answers, beside its limits: part of `make bench`.

A bot that runs by meaning over the whole book and one local rule, and is asked five times a second: seconds from the
wish that `pushback rules reload` leaves to the word that the edit is taken up, and how long a question takes meanwhile.
"""

import asyncio
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from bot.store import Store
from knowledge.library import NATIONAL

if TYPE_CHECKING:
    from tests.bot.telegram_server import TOKEN, Server
else:  # the loopback platforms stand among the tests, which are no package once they are installed
    sys.path.insert(0, str(Path(__file__).parent / "bot"))
    from telegram_server import TOKEN, Server

PUSHBACK = str(Path(sys.executable).with_name("pushback"))
RULE = Path("rules/interface/hospital-fit-note.toml")
EDITS = {
    "one answer edited": (r'\nwho *= *"', '\nwho = "Edit {n}. '),
    "one phrasing added": (r"\nasks *= *\[", '\nasks = ["edit number {n}: must I write that note", '),
}
RUNS = 3
PAUSE = 0.2  # seconds between two questions: more than a whole county asks


def main() -> None:
    """Measure, print one table."""
    table = Table("what", "limit", "median", "spread", box=None, pad_edge=False)
    asyncio.run(_measured(table))
    Console(width=100).print(table)


async def _measured(table: Table) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        local = folder / "local"
        (local / RULE).parent.mkdir(parents=True)
        shutil.copy(NATIONAL / RULE, local / RULE)
        async with Server() as telegram:
            environment = os.environ | {
                "PUSHBACK_BOOK_CACHE": str(folder / "cache"),
                "PUSHBACK_BOOK_LOCAL": str(local),
                "PUSHBACK_STORE_PATH": str(folder / "bench.db"),
                "PUSHBACK_LIMITS_MESSAGES_A_MINUTE": "0",
                "PUSHBACK_TELEGRAM_TOKEN": TOKEN,
                "PUSHBACK_TELEGRAM_API_URL": telegram.api,
                "XDG_CONFIG_HOME": name,
            }
            begun = time.perf_counter()
            log = (folder / "log").open("wb")
            bot = await asyncio.create_subprocess_exec(PUSHBACK, "run", env=environment, stderr=log)
            try:
                await telegram.burst(1)
                while not await _reload(environment):  # answered once the first vectors are made
                    pass
                table.add_row(
                    "whole book, cold: start to first check, s", "60", f"{time.perf_counter() - begun:.1f}", "one run"
                )
                alone = await _asking(telegram, asyncio.sleep(3))
                _times(table, "a question, nothing else, p99, ms", "40", alone[1])
                for what, (found, put) in EDITS.items():
                    seconds: list[float] = []
                    asked: list[float] = []
                    for n in range(RUNS):
                        text = (local / RULE).read_text(encoding="utf-8")
                        changed = re.sub(found, put.format(n=n), text, count=1)
                        assert changed != text
                        (local / RULE).write_text(changed, encoding="utf-8")
                        took, times = await _asking(telegram, _wished(folder / "bench.db"))
                        seconds.append(took)
                        asked += times
                    spread = f"{min(seconds):.2f} to {max(seconds):.2f}"
                    table.add_row(f"{what}: wish to taken up, s", "3", f"{statistics.median(seconds):.2f}", spread)
                    _times(table, f"{what}: a question meanwhile, p99, ms", "100", asked)
            finally:
                bot.terminate()
                await bot.wait()
                log.close()


def _times(table: Table, what: str, limit: str, times: list[float]) -> None:
    ordered = sorted(times)
    p50, p99 = (ordered[int(share * len(ordered))] for share in (0.5, 0.99))
    table.add_row(what, limit, f"{p99:.0f}", f"p50 {p50:.0f}, most {ordered[-1]:.0f}, of {len(ordered)}")


async def _asking(telegram: Server, meanwhile: Coroutine[Any, Any, object]) -> tuple[float, list[float]]:
    """Ask one question after the other until something has ended: its seconds, and each answer's milliseconds."""
    begun, ended = time.perf_counter(), list[float]()
    other = asyncio.create_task(meanwhile)
    other.add_done_callback(lambda _: ended.append(time.perf_counter()))
    times: list[float] = []
    while not ended:
        times += [1000 * each for each in await telegram.burst(1)]
        await asyncio.sleep(PAUSE)
    await other
    return ended[0] - begun, times


async def _wished(path: Path) -> None:
    """Do what `pushback rules reload` does, less the second in which a command starts."""
    store = Store(path)
    try:
        wish = store.records.books.wish(int(time.time()))
        while not (said := store.records.books.heard(wish)[1]):
            await asyncio.sleep(0.02)
        assert said.startswith("Taken up"), said
        store.records.books.drop(wish)
    finally:
        store.close()


async def _reload(environment: dict[str, str]) -> bool:
    process = await asyncio.create_subprocess_exec(
        *(PUSHBACK, "rules", "reload"), env=environment, stdout=subprocess.DEVNULL
    )
    return not await process.wait()


if __name__ == "__main__":
    main()

"""Speed and memory, beside their limits: `make bench`. Medians of several runs; a noisy machine shows as a wide spread.

It measures and tells; it never fails: a timed test on a busy machine says nothing.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from rich.console import Console
from rich.table import Table

from knowledge.library import load
from knowledge.matcher import Matcher

if TYPE_CHECKING:
    from tests.bot.slack_server import APP_TOKEN, BOT_TOKEN, Slackware
    from tests.bot.telegram_server import TOKEN, Server
else:  # the loopback platforms stand among the tests, which are no package once they are installed
    sys.path.insert(0, str(Path(__file__).parent / "bot"))
    from slack_server import APP_TOKEN, BOT_TOKEN, Slackware
    from telegram_server import TOKEN, Server

RUNS = 5
PUSHBACK = [str(Path(sys.executable).with_name("pushback"))]
QUESTION = "hosp wants bloods b4 clinic do i have to"


def main() -> None:
    """Measure everything, print one table."""
    table = Table("what", "limit", "median", "spread", box=None, pad_edge=False)
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder)
        built = _build(cache)
        table.add_row("first build of the vectors, s", "40", f"{built:.1f}", "one run")
        for design in ("semantic", "lexical"):
            runs = [_questions(cache, design) for _ in range(RUNS)]
            limit = {"semantic": "15", "lexical": "6"}[design]
            _row(table, f"{design}: a question of 15 words or fewer, p50, ms", "", [run[0] for run in runs])
            _row(table, f"{design}: the same, p99, ms", limit, [run[1] for run in runs])
            memory = {"semantic": "260", "lexical": "60"}[design]
            _row(table, f"{design}: resident, MB", memory, [_resident(cache, design) for _ in range(3)])
        environment = os.environ | {"PUSHBACK_BOOK_CACHE": folder}
        for name, limit, words in (
            ("ask, semantic, from start to answer, s", "1.5", ["ask", QUESTION]),
            ("ask, lexical, from start to answer, s", "0.6", ["ask", "--lexical", QUESTION]),
            ("--help, s", "0.25", ["--help"]),
        ):
            _row(table, name, limit, [_command(words, environment) for _ in range(RUNS)])
        asyncio.run(_chats(table, cache))
    Console(width=100).print(table)


async def _chats(table: Table, cache: Path) -> None:
    """Measure the running bot on both apps, over loopback: one question after another, then 200 at once on each."""
    slack = Slackware()
    await slack.open()
    async with Server() as telegram:
        environment = os.environ | {
            "PUSHBACK_BOOK_CACHE": str(cache),
            "PUSHBACK_STORE_PATH": str(cache / "bench.db"),
            "PUSHBACK_LIMITS_MESSAGES_A_MINUTE": "0",
            "PUSHBACK_TELEGRAM_TOKEN": TOKEN,
            "PUSHBACK_TELEGRAM_API_URL": telegram.api,
            "PUSHBACK_SLACK_BOT_TOKEN": BOT_TOKEN,
            "PUSHBACK_SLACK_APP_TOKEN": APP_TOKEN,
            "PUSHBACK_SLACK_API_URL": slack.api_url,
        }
        process = await asyncio.create_subprocess_exec(*PUSHBACK, "run", env=environment, stderr=subprocess.DEVNULL)
        try:
            await slack.until(lambda: slack.connections > 0)
            await telegram.burst(1)
            await asyncio.sleep(5)  # the design by meaning takes over from the one by words
            for name, burst in (("telegram", telegram.burst), ("slack", lambda n: slack.burst(n, QUESTION))):
                alone = sorted([1000 * seconds for _ in range(200) for seconds in await burst(1)])
                table.add_row(f"{name}: arrival to send, p99, ms", "40", f"{alone[197]:.1f}", f"p50 {alone[100]:.1f}")
            begun = time.perf_counter()
            await asyncio.gather(telegram.burst(200), slack.burst(200, QUESTION))
            table.add_row("200 questions at once on each app, s", "10", f"{time.perf_counter() - begun:.1f}", "one run")
            resident = psutil.Process(process.pid).memory_info().rss / 2**20
            table.add_row("both apps: resident, MB", "320", f"{resident:.0f}", "one run")
            told = time.perf_counter()
            process.terminate()
            await process.wait()
            table.add_row("SIGTERM to the end, s", "2", f"{time.perf_counter() - told:.2f}", "one run")
        finally:
            if process.returncode is None:
                process.kill()
            await slack.close()


def _row(table: Table, name: str, limit: str, runs: list[float]) -> None:
    table.add_row(name, limit, f"{statistics.median(runs):.2f}", f"{min(runs):.2f} to {max(runs):.2f}")


def _timed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def _build(cache: Path) -> float:
    matcher = Matcher(load(cache=cache), cache)
    seconds = _timed(matcher.learn)
    matcher.close()
    return seconds


def _questions(cache: Path, design: str) -> tuple[float, float]:
    """Return the p50 and p99, in milliseconds, of 600 of the book's own phrasings."""
    library = load(cache=cache)
    matcher = Matcher(library, cache)
    if design == "semantic":
        matcher.learn()
    asks = [ask for rule in library.live for ask in rule.asks if len(ask.split()) <= 15]
    matcher.match(asks[0])
    times = sorted(1000 * _timed(lambda ask=ask: matcher.match(ask)) for ask in asks[:: max(1, len(asks) // 600)])  # type: ignore[misc]
    matcher.close()
    return times[len(times) // 2], times[int(0.99 * len(times))]


def _resident(cache: Path, design: str) -> float:
    """Return the resident memory, in MB, of a process that has answered 50 questions."""
    code = f"""
from pathlib import Path
from bot.app import App
from handlers.chat import Ask, House, Person
from knowledge.library import load
from knowledge.matcher import Matcher
cache = Path({str(cache)!r})
library = load(cache=cache)
matcher = Matcher(library, cache)
{"matcher.learn()" if design == "semantic" else ""}
app = App(House(library, matcher))
for rule in list(library.live)[:50]:
    app.handle(Ask(Person("bench", "1"), rule.asks[0]))
print("ready", flush=True)
input()
"""
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe) as process:
        assert process.stdout
        process.stdout.readline()
        resident = psutil.Process(process.pid).memory_info().rss / 2**20
        process.communicate(b"\n")
    return float(resident)


def _command(words: list[str], environment: dict[str, str]) -> float:
    run = [*PUSHBACK, *words]
    return _timed(lambda: subprocess.run(run, env=environment, stdout=subprocess.DEVNULL, check=True))


if __name__ == "__main__":
    main()

"""The running bot, as its own process: both apps at once, a clean stop, and what a kill leaves."""

import asyncio
import signal
import sqlite3
import sys
import time
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from bot.inbox import CALLS
from tests.bot.platforms import APP_TOKEN, BOT_TOKEN, TOKEN, Server, Slackware, platforms
from tests.bot.platforms import running as run

PUSHBACK = str(Path(sys.executable).with_name("pushback"))
OWNER = 77
QUESTION = "hosp wants bloods b4 clinic do i have to"


def running(folder: Path, cache: Path, **settings: str) -> AbstractAsyncContextManager[asyncio.subprocess.Process]:
    """Run `pushback run` by words alone, its log in a file."""
    usual = {
        "PUSHBACK_MATCHING_DESIGN": "lexical",
        "PUSHBACK_BOOK_CACHE": str(cache),
        "PUSHBACK_STORE_PATH": str(folder / "pushback.db"),
        "PUSHBACK_PEOPLE_OWNERS": f"telegram {OWNER}",
        "PUSHBACK_LIMITS_MESSAGES_A_MINUTE": "0",
        "XDG_CONFIG_HOME": str(folder),
    }
    return run([PUSHBACK, "run"], folder / "log", usual | settings)


def on_telegram(server: Server) -> dict[str, str]:
    return {"PUSHBACK_TELEGRAM_TOKEN": TOKEN, "PUSHBACK_TELEGRAM_API_URL": server.api}


def on_slack(server: Slackware) -> dict[str, str]:
    return {
        "PUSHBACK_SLACK_BOT_TOKEN": BOT_TOKEN,
        "PUSHBACK_SLACK_APP_TOKEN": APP_TOKEN,
        "PUSHBACK_SLACK_API_URL": server.api_url,
    }


async def test_both_apps_in_one_process_and_a_clean_stop(tmp_path: Path, cache: Path) -> None:
    async with platforms() as (telegram, slack):
        async with running(tmp_path, cache, **on_telegram(telegram), **on_slack(slack)) as process:
            await slack.until(lambda: slack.connections > 0)
            await telegram.say(QUESTION)
            await slack.deliver("events_api", slack.typed(QUESTION))
            (here,), (there,) = await telegram.see(1), await slack.have(1)
            assert "NOT YOURS" in here.text
            assert "NOT YOURS" in there.text
            await telegram.say("invite A81001 manager", person=OWNER)
            await telegram.until(lambda: any("?start=join_" in each.text for each in telegram.shown))
            told = time.monotonic()
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), 20) == 0
            stopped = time.monotonic() - told
        log = (tmp_path / "log").read_text(encoding="utf-8")
    assert "Traceback" not in log
    assert log.rstrip().endswith("stopped")
    assert log.count("started chat=telegram") == log.count("started chat=slack") == 1
    for secret in (TOKEN, BOT_TOKEN, APP_TOKEN, QUESTION):
        assert secret not in log
    # Two seconds are the promise, and `make bench` measures it; this only tells a stop from a hang on a busy machine.
    assert stopped < 15


def sending(folder: Path) -> int:
    """Return how many answers a kill has left in doubt."""
    if not (folder / "pushback.db").exists():
        return 0
    with sqlite3.connect(folder / "pushback.db") as store:
        (count,) = store.execute("SELECT count(*) FROM seen WHERE step = 'sending'").fetchone()
    store.close()
    return int(count)


@pytest.mark.parametrize("answered", [0, 1, 7])
async def test_after_a_kill_nobody_is_lost_and_nobody_is_answered_twice(
    tmp_path: Path, cache: Path, answered: int
) -> None:
    people = range(1, 21)
    async with platforms() as (telegram, _):
        async with running(tmp_path, cache, **on_telegram(telegram)) as process:
            await telegram.called("getUpdates")
            for person in people:
                await telegram.say("rule hospital-fit-note", person=person)
            await telegram.see(answered)
            process.kill()
            await process.wait()
        in_doubt = sending(tmp_path)
        async with running(tmp_path, cache, **on_telegram(telegram)):
            await telegram.say("help", person=99)
            await telegram.until(lambda: len(telegram.shown) >= len(people) - in_doubt + 1)
        told = sorted(each.chat for each in telegram.shown if each.chat != 99)
    assert len(told) == len(set(told))
    assert len(told) >= len(people) - in_doubt
    assert in_doubt <= CALLS


async def test_no_chat_is_configured(tmp_path: Path, cache: Path) -> None:
    async with running(tmp_path, cache) as process:
        assert await process.wait() == 1
    assert "no chat is set up: give [telegram] a token" in (tmp_path / "log").read_text(encoding="utf-8")


async def test_half_of_slack_is_told_by_the_key_that_is_missing(tmp_path: Path, cache: Path) -> None:
    async with running(tmp_path, cache, PUSHBACK_SLACK_APP_TOKEN=APP_TOKEN) as process:
        assert await process.wait() == 1
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert "[slack] bot_token: is missing" in log
    assert APP_TOKEN not in log


async def test_a_wrong_token_is_named_by_its_key(tmp_path: Path, cache: Path) -> None:
    async with platforms() as (telegram, _):
        wrong = on_telegram(telegram) | {"PUSHBACK_TELEGRAM_TOKEN": "1:wrong"}
        async with running(tmp_path, cache, **wrong) as process:
            assert await process.wait() == 1
        telegram.faults.clear()
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert "[telegram] token" in log
    assert "1:wrong" not in log


async def test_a_database_that_cannot_be_opened(tmp_path: Path, cache: Path) -> None:
    (tmp_path / "pushback.db").write_text("a letter to my aunt " * 100, encoding="utf-8")
    async with platforms() as (telegram, _), running(tmp_path, cache, **on_telegram(telegram)) as process:
        assert await process.wait() == 1
    assert "is no SQLite database" in (tmp_path / "log").read_text(encoding="utf-8")

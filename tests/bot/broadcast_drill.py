"""A broadcast to thousands over both loopback platforms, with a bot that is killed and begun again.

broadcast_drill.py DATABASE TELEGRAM SLACK PACE    is the bot itself: its own process, so that a kill is one
drill(…)                                           kills it, and counts what people got
hurry(…)                                           one at the apps' own pace, questions asked meanwhile
"""

import asyncio
import json
import random
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from bot.store import Store
from handlers.records import Broadcast, Stage

if TYPE_CHECKING:
    from tests.bot.platforms import APP_TOKEN, BOT_TOKEN, TOKEN, Refused, Server, Slackware, platforms, running
else:  # it also runs as a script, and from the bench, where the tests are no package
    sys.path.insert(0, str(Path(__file__).parent))
    from platforms import APP_TOKEN, BOT_TOKEN, TOKEN, Refused, Server, Slackware, platforms, running

BLOCKED, BUSY, LOST = 0.02, 0.01, 0.005  # of people; of calls; of calls
FAST = 400.0  # messages a second, where the pace is not what is measured
QUESTION = "hosp wants bloods b4 clinic do i have to"
FIRST = 100_000  # ids of people begin here


@dataclass
class Told:
    """What came of a drill."""

    people: int
    kills: int = 0
    sent: int = 0
    blocked: int = 0
    unsure: Counter[str] = field(default_factory=Counter)  # by the reason
    left_by_stops: Counter[str] = field(default_factory=Counter)  # by the app
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    most_by_one_stop: int = 0  # on one app
    seconds: float = 0.0
    resident: int = 0  # bytes, the most that was seen


@dataclass
class Hurried:
    """What came of a broadcast at the apps' own pace.

    `seconds` until the last had it; `rates` in messages a second, answers among them; `answers` in seconds, sorted;
    `refused` by Telegram as too many; `processor` seconds of the bot for each message; `resident` bytes.
    """

    seconds: float
    rates: dict[str, float]
    answers: list[float]
    refused: int
    processor: float
    resident: int


def bot(
    path: Path, cache: Path, telegram: Server, slack: Slackware, pace: float
) -> AbstractAsyncContextManager[asyncio.subprocess.Process]:
    """Run the bot: this file, as a process."""
    words = [sys.executable, __file__, str(path), str(cache), telegram.api, slack.api_url, str(pace)]
    return running(words, path.with_suffix(".log"), {})


def halves(people: int) -> list[str]:
    """Name people, half on each app, in turns."""
    return [f"telegram {FIRST + each}" if each % 2 else f"slack U{FIRST + each}" for each in range(people)]


def begin(path: Path, people: Iterable[str], urgent: bool = False) -> int:
    """Write people down, and a broadcast that is on its way to all of them; its number."""
    store = Store(path)
    try:
        for account in people:
            member = store.records.members.begin(account, 0)
            store.records.members.change(member.id, quiet=(0, 0))
        broadcasts = store.records.broadcasts
        draft = broadcasts.draft(Broadcast("# News\nA drill.", made=int(time.time())))
        broadcasts.step(draft.id, [Stage.DRAFT], Stage.SENDING, begun=int(time.time()), urgent=urgent)
        return draft.id
    finally:
        store.close()


def query(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """Look into the bot's database."""
    connection = sqlite3.connect(path, timeout=20)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def unruly(telegram: Server, slack: Slackware, rng: random.Random, people: int) -> set[str]:
    """Let both platforms misbehave as often as the real ones might; the accounts that blocked the bot."""
    numbers = [FIRST + number for number in range(people)]
    gone = set(rng.sample(numbers, round(people * BLOCKED)))

    def on_telegram(method: str, told: dict[str, Any]) -> Refused | str:
        if method != "sendMessage":
            return ""
        if int(told["chat_id"]) in gone:
            return Refused(403, "Forbidden: bot was blocked by the user")
        luck = rng.random()
        if luck < BUSY:
            return Refused(429, "Too Many Requests: retry after 1", retry_after=1)
        return "lost" if luck < BUSY + LOST else ""

    def on_slack(method: str, said: dict[str, Any]) -> None:
        if method != "chat.postMessage":
            return
        luck = rng.random()
        if int(said["channel"].removeprefix("U")) in gone:
            slack.fail(method, "user_disabled")
        elif luck < BUSY:
            slack.busy(method, "1")
        elif luck < BUSY + LOST:
            slack.lose(method)

    telegram.whim, slack.whim = on_telegram, on_slack
    return {f"telegram {each}" if (each - FIRST) % 2 else f"slack U{each}" for each in gone}


def got(telegram: Server, slack: Slackware) -> Counter[str]:
    """Count what stands before each person."""
    there = Counter(f"telegram {each.chat}" for each in telegram.seen)
    there.update(f"slack U{post.channel.removeprefix('D')}" for post in slack.posts)
    return there


async def drill(folder: Path, cache: Path, people: int, kills: int, seed: int = 9) -> Told:
    """Send to people, killing the bot at random moments, then let an officer settle what is in doubt.

    Args:
        folder: for the database and the log.
        cache: of the rulebook.
        people: how many, half on each app.
        kills: how often, each with -9; the bot is begun again after each.
        seed: of what goes wrong, and when.

    Returns:
        What people got.
    """
    rng, path, begun = random.Random(seed), folder / "drill.db", time.monotonic()  # noqa: S311 - the same each time
    told = Told(people)
    ident = begin(path, halves(people))
    async with platforms() as (telegram, slack):
        gone = unruly(telegram, slack, rng, people)
        each = max(1, people // (kills + 1))
        while told.kills < kills and not _done(path, ident):
            before = _in_doubt(path)
            async with bot(path, cache, telegram, slack, FAST) as process:
                enough = len(telegram.seen) + len(slack.posts) + rng.randint(1, max(1, each))
                await _have(telegram, slack, enough, path, ident)
                await asyncio.sleep(rng.random() / 50)
                told.resident = max(told.resident, _resident(process.pid))
                process.kill()
                await process.wait()
            told.kills += 1
            told.most_by_one_stop = max(told.most_by_one_stop, *_new(_in_doubt(path, "sending"), Counter()), 0)
            assert not _new(before, _in_doubt(path)), "what was in doubt stays in doubt"
        async with bot(path, cache, telegram, slack, FAST) as process:
            await _have(telegram, slack, 10**9, path, ident)
            told.resident = max(told.resident, _resident(process.pid))
        _count(told, path, got(telegram, slack), gone)
        doubts = [number for (number,) in query(path, "SELECT id FROM delivery WHERE state = 'unsure'")]
        there = got(telegram, slack)
        again = _resend(path, ident, doubts[::2])
        async with bot(path, cache, telegram, slack, FAST):
            await _have(telegram, slack, 10**9, path, ident)
        now = got(telegram, slack)
        told.twice += [f"{who} after a resend" for who in now if now[who] > there[who] + (who in again)]
    told.seconds = time.monotonic() - begun
    return told


def _count(told: Told, path: Path, there: Counter[str], gone: Iterable[str]) -> None:
    """Hold what the rows say against what people have."""
    rows = query(path, "SELECT person, state, reason FROM delivery JOIN account USING (member)")
    told.lost += [f"{who} has no row" for who in there.keys() - {who for who, _, _ in rows}]
    assert len(rows) == told.people, (len(rows), told.people)
    for who, state, reason in rows:
        if there[who] > 1:
            told.twice.append(who)
        match state:
            case "sent" if there[who] == 1:
                told.sent += 1
            case "failed" if who in gone and not there[who]:
                told.blocked += 1
            case "unsure":
                told.unsure[reason] += 1
                if reason == "stop":
                    told.left_by_stops[who.split(" ")[0]] += 1
            case _:
                told.lost.append(f"{who} is {state} {reason} and has {there[who]}")


def _resend(path: Path, ident: int, numbers: Iterable[int]) -> set[str]:
    """Say *resend* for some doubts; whose they are."""
    store = Store(path)
    try:
        for number in numbers:
            assert store.records.broadcasts.decide(ident, number, resend=True)
    finally:
        store.close()
    asked = json.dumps(list(numbers))
    sql = "SELECT person FROM delivery JOIN account USING (member) WHERE delivery.id IN (SELECT value FROM json_each"
    return {who for (who,) in query(path, f"{sql}('{asked}'))")}


def _in_doubt(path: Path, state: str = "unsure") -> Counter[str]:
    sql = f"SELECT chat, count(*) FROM delivery WHERE state = '{state}' GROUP BY 1"  # noqa: S608 - our own word
    return Counter(dict(query(path, sql)))


def _new(more: Counter[str], less: Counter[str]) -> list[int]:
    return list((more - less).values())


def _done(path: Path, ident: int) -> bool:
    return query(path, f"SELECT stage FROM broadcast WHERE id = {ident}") == [("done",)]  # noqa: S608 - a number


async def _have(telegram: Server, slack: Slackware, number: int, path: Path, ident: int) -> None:
    """Wait until so much has been sent, or all of it."""
    async with asyncio.timeout(1_200):
        while len(telegram.seen) + len(slack.posts) < number and not _done(path, ident):
            await asyncio.sleep(0.02)


def _resident(pid: int) -> int:
    return int(psutil.Process(pid).memory_info().rss)


async def hurry(folder: Path, cache: Path, people: Sequence[str], urgent: bool = True) -> Hurried:
    """Send at the apps' own pace, which Telegram enforces here, and ask two questions a second there meanwhile.

    Args:
        folder: for the database and the log.
        cache: of the rulebook.
        people: their accounts.
        urgent: whether it is.
    """
    path = folder / f"{'urgent' if urgent else 'usual'}.db"
    async with platforms() as (telegram, slack):
        telegram.paced = True
        Store(path).close()
        async with bot(path, cache, telegram, slack, 0) as process:
            await slack.until(lambda: slack.connections > 0)
            await telegram.burst(1)
            begin(path, people, urgent)
            told, spent = time.perf_counter(), _processor(process.pid)
            answers: list[float] = []
            while not _done(path, 1):
                answers += await telegram.burst(1, QUESTION)
                await asyncio.sleep(0.5)
            assert process.returncode is None
            spent, resident = _processor(process.pid) - spent, _resident(process.pid)
        calls = [
            ("telegram", each.at, f"{each.told['chat_id']}") for each in telegram.calls if _is_message(each.method)
        ]
        calls += [("slack", post.at, f"U{post.channel.removeprefix('D')}") for post in slack.posts]
    mine = set(people)
    sent = [(chat, at) for chat, at, who in calls if f"{chat} {who}" in mine]
    rates = {}
    for name in dict(sent):
        at = [each for chat, each in sent if chat == name]
        within = [each for chat, each, _ in calls if chat == name and min(at) <= each <= max(at)]
        rates[name] = (len(within) - 1) / (max(at) - min(at))
    last = max(at for _, at in sent)
    return Hurried(last - told, rates, sorted(answers), telegram.hurried, spent / len(calls), resident)


def _is_message(method: str) -> bool:
    return method == "sendMessage"


def _processor(pid: int) -> float:
    used = psutil.Process(pid).cpu_times()
    return float(used.user + used.system)


async def _serve(path: Path, cache: Path, api: str, slack_api: str, pace: float) -> None:
    """Be the bot: both chats, its own pace or a faster one."""
    from bot.app import App
    from bot.config import Config, SlackTable, TelegramTable
    from bot.outbox import USUAL, Pace
    from bot.run import chats, serve
    from handlers.chat import House
    from knowledge.library import load
    from knowledge.matcher import Matcher

    settings = Config(
        telegram=TelegramTable.model_validate({"token": TOKEN, "api_url": api}),
        slack=SlackTable.model_validate({"bot_token": BOT_TOKEN, "app_token": APP_TOKEN, "api_url": slack_api}),
    )
    library = load(cache=cache)
    store = Store(path)
    app = App(House(library, Matcher(library, cache), records=store.records, a_minute=0))
    fast = Pace({"telegram": pace, "slack": pace}, {"telegram": pace, "slack": pace}, look=0.02)
    await serve(app, store, chats(settings), asyncio.Event(), fast if pace else replace(USUAL))


if __name__ == "__main__":
    database, books, *apis, rate = sys.argv[1:]
    asyncio.run(_serve(Path(database), Path(books), apis[0], apis[1], float(rate)))

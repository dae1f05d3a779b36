"""The running bot: every chat that is configured, in one process, until it is told to stop."""

import asyncio
import logging
import signal
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from bot.app import App
from bot.config import Config
from bot.desk import Courier
from bot.drawings import drawings
from bot.inbox import Inbox
from bot.outbox import USUAL, Outbox, Pace
from bot.plain import plain
from bot.pledging import go_round as go_round_pledges
from bot.port import Chat, ChatError
from bot.rereading import Rereading, Source
from bot.rounds import EVERY, go_round
from bot.sorting import Sorting
from bot.store import Store

log = logging.getLogger("pushback")
SWEEP = 24 * 3600.0  # seconds between two sweeps of what is kept too long


def chats(settings: Config) -> dict[str, Chat]:
    """Make the chats that have a token.

    Raises:
        ChatError: where none has, or where one lacks what its mode needs.
    """
    made: dict[str, Chat] = {}
    if settings.telegram.token:
        from bot.telegram import Telegram

        made["telegram"] = Telegram(settings.telegram)
    if settings.slack.bot_token:
        from bot.slack import Slack

        made["slack"] = Slack(settings.slack)
    elif settings.slack.app_token or settings.slack.signing_secret:
        raise ChatError("[slack] bot_token: is missing, and the rest of [slack] is there: docs/slack.md, step 6")
    if not made:
        raise ChatError(
            "no chat is set up: give [telegram] a token or [slack] a bot_token (docs/telegram.md, slack.md)"
        )
    return made


async def serve(
    app: App,
    store: Store,
    chats: Mapping[str, Chat],
    stop: asyncio.Event,
    pace: Pace = USUAL,
    source: Source | None = None,
) -> None:
    """Run until `stop` is set, and end within two seconds of it with nothing half-sent.

    Args:
        app: what answers.
        store: what is remembered.
        chats: by their names.
        stop: ends it.
        pace: of broadcasts.
        source: where the book comes from, if its files are to be watched.

    Raises:
        ChatError: where a chat cannot be begun.
    """
    sorting = Sorting()
    app.house = replace(
        app.house,
        start_link=lambda: next(filter(None, (chat.start_link for chat in chats.values())), ""),
        drawings=drawings(chats),
        alike=sorting,
    )
    inbox = Inbox(app, store, chats)
    outbox, courier = Outbox(app, inbox, chats, pace), Courier(app, inbox, chats)
    rereading = Rereading(app, inbox, chats, source) if source else None
    begun: list[Chat] = []
    try:
        left = await inbox.left_open()
        for chat in chats.values():
            await chat.start(inbox)
            begun.append(chat)
        await inbox.resume(left)
        await outbox.start()
        await courier.start()
        if rereading:
            rereading.start()
        await _go_on(app, inbox, chats, stop)
    finally:
        if rereading:
            await rereading.stop()
        await asyncio.gather(outbox.stop(), courier.stop(), *(chat.stop() for chat in begun), return_exceptions=True)
        await inbox.stop()
        await asyncio.to_thread(sorting.stop)
        log.info("stopped")


async def _go_on(app: App, inbox: Inbox, chats: Mapping[str, Chat], stop: asyncio.Event) -> None:
    """Go round until `stop`. A database that cannot be written for a while ends no round for good."""
    swept = asyncio.get_running_loop().time()
    while not stop.is_set():
        try:
            await go_round(app, inbox, chats, stop)
            await go_round_pledges(app, inbox, chats, stop)
            if asyncio.get_running_loop().time() - swept > SWEEP:
                await inbox.sweep()
                swept = asyncio.get_running_loop().time()
        except sqlite3.Error as error:
            log.error("a round was left out: %s", plain(error))
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), EVERY)


def run(app: App, store: Store, chats: Mapping[str, Chat], source: Source) -> None:
    """Serve until SIGTERM or Ctrl-C."""

    async def until_told() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(each, stop.set)
        await serve(app, store, chats, stop, source=source)

    asyncio.run(until_told())

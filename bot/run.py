"""The running bot: every chat that is configured, in one process, until it is told to stop."""

import asyncio
import logging
import signal
from collections.abc import Mapping
from dataclasses import replace

from bot.app import App
from bot.config import Config
from bot.drawings import drawings
from bot.inbox import Inbox
from bot.outbox import Outbox
from bot.port import Chat, ChatError
from bot.rounds import EVERY, go_round
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
    if not made:
        raise ChatError(
            "no chat is set up: give [telegram] a token or [slack] a bot_token (docs/telegram.md, slack.md)"
        )
    return made


async def serve(app: App, store: Store, chats: Mapping[str, Chat], stop: asyncio.Event) -> None:
    """Run until `stop` is set, and end within two seconds of it with nothing half-sent.

    Raises:
        ChatError: where a chat cannot be begun.
    """
    app.house = replace(
        app.house,
        start_link=lambda: next(filter(None, (chat.start_link for chat in chats.values())), ""),
        drawings=drawings(chats),
    )
    inbox = Inbox(app, store, chats)
    outbox = Outbox(app, inbox, chats)
    begun: list[Chat] = []
    try:
        for chat in chats.values():
            await chat.start(inbox)
            begun.append(chat)
            log.info("started chat=%s", chat.name)
        await inbox.resume()
        await outbox.start()
        swept = asyncio.get_running_loop().time()
        while not stop.is_set():
            await go_round(app, inbox, chats)
            try:
                await asyncio.wait_for(stop.wait(), EVERY)
            except TimeoutError:
                if asyncio.get_running_loop().time() - swept > SWEEP:
                    swept = asyncio.get_running_loop().time()
                    await inbox.sweep()
    finally:
        await asyncio.gather(outbox.stop(), *(chat.stop() for chat in begun), return_exceptions=True)
        await inbox.stop()
        log.info("stopped")


def run(app: App, store: Store, chats: Mapping[str, Chat]) -> None:
    """Serve until SIGTERM or Ctrl-C."""

    async def until_told() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(each, stop.set)
        await serve(app, store, chats, stop)

    asyncio.run(until_told())

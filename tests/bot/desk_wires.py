"""The desk over both wires: who asks is on Slack, the officers' room is a Telegram group, or the other way round."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot.app import App
from bot.config import SlackTable, TelegramTable
from bot.desk import Courier
from bot.inbox import Inbox
from bot.port import Chat
from bot.slack import Slack
from bot.store import Store
from bot.telegram import Pace, Telegram

if TYPE_CHECKING:
    from tests.bot.platforms import APP_TOKEN, BOT_TOKEN, TOKEN, Server, Slackware, platforms
    from tests.bot.slack_server import Post
    from tests.bot.telegram_server import Seen
else:  # the bench runs where the tests are no package
    sys.path.insert(0, str(Path(__file__).parent))
    from platforms import APP_TOKEN, BOT_TOKEN, TOKEN, Server, Slackware, platforms
    from slack_server import Post
    from telegram_server import Seen


class Wires:
    """Both platforms, and the bot on both."""

    def __init__(self, telegram: Server, slack: Slackware, inbox: Inbox, chats: Mapping[str, Chat]) -> None:
        """Hold what `wires` opened."""
        self.telegram, self.slack, self.inbox, self.chats = telegram, slack, inbox, chats

    async def on_telegram(self, words: str) -> Seen:
        """Wait for a message that now stands on Telegram with some words; the newest."""
        await self.telegram.until(lambda: any(words in each.text for each in self.telegram.seen))
        return next(each for each in reversed(self.telegram.seen) if words in each.text)

    async def on_slack(self, words: str) -> Post:
        """Wait for a message that now stands on Slack with some words; the newest."""
        await self.slack.until(lambda: any(words in each.text for each in self.slack.messages.values()))
        return next(each for each in reversed(self.slack.messages.values()) if words in each.text)

    async def telegram_says(self, text: str, person: int, chat: int = 0, to: Seen | None = None) -> None:
        """Type on Telegram, in answer to a message of the bot's where one is given."""
        answers = {"reply_to_message": self.telegram.written(to)} if to else {}
        await self.telegram.say(text, person, chat, **answers)

    async def slack_types(self, text: str, user: str) -> None:
        """Type on Slack, in private."""
        await self.slack.deliver("events_api", self.slack.typed(text, user))


@asynccontextmanager
async def wires(app: App, store: Store) -> AsyncIterator[Wires]:
    """Open both platforms, with the bot on both."""
    async with platforms() as (telegram, slack):
        here = TelegramTable(token=SecretStr(TOKEN), api_url=telegram.api)
        there = SlackTable(bot_token=SecretStr(BOT_TOKEN), app_token=SecretStr(APP_TOKEN), api_url=slack.api_url)
        pace = Pace(poll=5, first=0.01, longest=0.05, network=0.2)
        chats: dict[str, Chat] = {"telegram": Telegram(here, pace), "slack": Slack(there, ping=0.1)}
        inbox = Inbox(app, store, chats)
        courier = Courier(app, inbox, chats)
        for chat in chats.values():
            await chat.start(inbox)
        await courier.start()
        try:
            yield Wires(telegram, slack, inbox, chats)
        finally:
            await asyncio.gather(courier.stop(), *(chat.stop() for chat in chats.values()))
            await inbox.stop()

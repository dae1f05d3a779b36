"""The bot on Telegram as a rig: the platform on loopback, the real adapter, App, Inbox and store."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import NamedTuple

from pydantic import SecretStr

from bot.app import App
from bot.config import TelegramTable
from bot.inbox import Inbox
from bot.port import Sent
from bot.store import Store
from bot.telegram import Pace, Telegram
from handlers.chat import Person, Reply
from tests.bot.telegram_server import TOKEN, Refused, Seen, Server

ANN = Person("telegram", "5")
PACE = Pace(poll=5, first=0.01, longest=0.05, network=0.2)


class Shown(NamedTuple):
    """One send or edit, as a person sees it."""

    text: str
    buttons: tuple[str, ...]
    files: tuple[tuple[str, bytes], ...]
    edited: bool


def settings(server: Server, **more: object) -> TelegramTable:
    """Make a configuration that points at the server."""
    return TelegramTable.model_validate({"token": SecretStr(TOKEN), "api_url": server.api} | more)


class Rig:
    """One person in a private chat with the bot."""

    name = "telegram"

    def __init__(self, server: Server, chat: Telegram, inbox: Inbox) -> None:
        """Hold what `open` made."""
        self.server, self.chat, self.inbox = server, chat, inbox

    @classmethod
    @asynccontextmanager
    async def open(cls, app: App, store: Store) -> AsyncIterator["Rig"]:
        """Start the platform and the bot; stop both after, and see that the bot broke no rule of the platform."""
        async with Server() as server:
            chat = Telegram(settings(server), PACE)
            inbox = Inbox(app, store, {"telegram": chat})
            await chat.start(inbox)
            try:
                yield cls(server, chat, inbox)
            finally:
                await chat.stop()
                await inbox.stop()
            assert not server.faults

    async def say(self, text: str) -> None:
        """Type in private."""
        await self.server.say(text)

    async def press(self, label: str) -> None:
        """Press the button with that label on the newest message that has it."""
        newest = next(each for each in reversed(self.server.seen) if label in each.row())
        await self.server.press(newest, label)

    async def press_when_shown(self, count: int, label: str) -> None:
        """Wait for so many sends and edits, then press."""
        await self.shown(count)
        await self.press(label)

    async def shown(self, count: int) -> list[Shown]:
        """Wait until so many sends and edits have reached the platform; all of them in order."""
        return [_shown(each) for each in await self.server.see(count)]

    async def deliver_again(self) -> None:
        """Let the platform deliver its last event once more."""
        await self.server.deliver_again()

    async def press_old(self, sentence: str) -> None:
        """Press a button of a message that can no longer be edited."""
        old = Seen(5, 1, "An old list", [], [[("Old", sentence)]])
        self.server.seen.append(old)
        self.server.old.add(old.id)
        await self.server.press(old, "Old")

    async def fail_next(self, what: str) -> None:
        """Let the next send fail: "blocked", "busy", "lost" or "down"."""
        await _FAILURES[what](self.server)

    async def send(self, reply: Reply) -> Sent:
        """Send to the person in private."""
        return await self.chat.send(ANN, reply)


def _shown(seen: Seen) -> Shown:
    return Shown(seen.text, seen.row(), (seen.file,) if seen.file else (), seen.edited)


async def _blocked(server: Server) -> None:
    server.fail("sendMessage", Refused(403, "Forbidden: bot was blocked by the user"))


async def _busy(server: Server) -> None:
    server.fail("sendMessage", Refused(429, "Too Many Requests: retry after 1", retry_after=0.02))


async def _lost(server: Server) -> None:
    server.fail("sendMessage", None)


async def _down(server: Server) -> None:
    """Refuse connections until the bot has noticed: a message of its log says so."""
    log, loop = logging.getLogger("pushback"), asyncio.get_running_loop()

    class Noticed(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if "reason=network" in record.getMessage():
                log.removeHandler(self)
                server.rising = loop.create_task(server.up())

    log.addHandler(Noticed())
    await server.down()


_FAILURES: dict[str, Callable[[Server], Awaitable[None]]] = {
    "blocked": _blocked,
    "busy": _busy,
    "lost": _lost,
    "down": _down,
}

"""The bot on Telegram as a rig: the platform on loopback, the real adapter, App, Inbox and store."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from pydantic import SecretStr

from bot.app import App
from bot.config import TelegramTable
from bot.inbox import Inbox
from bot.port import Door, Sent
from bot.store import Store
from bot.telegram import Pace, Telegram
from handlers.chat import Person, Reply
from tests.bot.telegram_server import GROUP, TOKEN, Refused, Seen, Server

ANN = Person("telegram", "5")
PACE = Pace(poll=5, first=0.01, longest=0.05, network=0.2)


class Shown(NamedTuple):
    """One send or edit, as a person sees it.

    `where` is who reads it, or the room; `stands` its own place and `under` that of the message which it answers.
    """

    text: str
    buttons: tuple[str, ...]
    files: tuple[tuple[str, bytes], ...]
    edited: bool
    where: str
    stands: str
    under: str


def settings(server: Server, **more: object) -> TelegramTable:
    """Make a configuration that points at the server."""
    return TelegramTable.model_validate({"token": SecretStr(TOKEN), "api_url": server.api} | more)


class Rig:
    """A person in a private chat with the bot, and a group that an officer and the bot are in."""

    name = "telegram"
    gp, officer, room, handle = ANN.id, "6", str(GROUP), "@PushbackBot"

    def __init__(self, server: Server, chat: Telegram, door: Door) -> None:
        """Hold what `open` made."""
        self.server, self.chat, self.door = server, chat, door
        self.below = chat.below
        self._last: dict[str, Any] = {}

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

    @classmethod
    @asynccontextmanager
    async def before(cls, door: Door) -> AsyncIterator["Rig"]:
        """Start the platform and the bot's chat before a door of one's own."""
        async with Server() as server:
            chat = Telegram(settings(server), PACE)
            await chat.start(door)
            try:
                yield cls(server, chat, door)
            finally:
                await chat.stop()
            assert not server.faults

    async def say(self, text: str, by: str = gp, room: bool = False) -> None:
        """Type in private; or in the group, to the bot."""
        words = f"{self.handle} {text}" if room else text
        await self._write(self.server.message(words, int(by), GROUP if room else int(by)))

    async def reply(self, text: str, to: str = "", by: str = "", picture: bool = False) -> None:
        """Answer the bot's newest message that shows some words."""

        def having() -> list[Seen]:
            return [each for each in self.server.seen if to in each.text or to in each.row()]

        await self.server.until(lambda: bool(having()))
        answered = having()[-1]
        person = int(by or (self.officer if answered.chat < 0 else self.gp))
        more = {"photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]} if picture else {}
        told = self.server.message(text, person, answered.chat, reply_to_message=self.server.written(answered), **more)
        await self._write(told)

    async def chatter(self, text: str) -> None:
        """Write in the group what is not for the bot: it comes all the same to one that was made an administrator."""
        await self._write(self.server.message(text, int(self.officer), GROUP))

    async def edit_last(self, text: str) -> None:
        """Put other words in what was written last, an hour later."""
        self._last = self._last | {"text": text, "edit_date": self._last["date"] + 3_600}
        await self.server.deliver("edited_message", self._last)

    async def delete_last(self) -> bool:
        """Delete what was written last: Telegram tells no bot of it."""
        return False

    async def _write(self, message: dict[str, Any]) -> None:
        self._last = message
        await self.server.deliver("message", message)

    async def press(self, label: str, by: str = gp) -> None:
        """Press the button with that label on the newest message that has it."""
        newest = next(each for each in reversed(self.server.seen) if label in each.row())
        await self.server.press(newest, label, int(by))

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

    async def send(self, reply: Reply, place: str = "") -> Sent:
        """Send to the person in private, or to a place."""
        return await self.chat.send(ANN, reply, place)


def _shown(seen: Seen) -> Shown:
    files = (seen.file,) if seen.file else ()
    under = f"{seen.chat}/{seen.reply}" if seen.reply else ""
    return Shown(seen.text, seen.row(), files, seen.edited, str(seen.chat), f"{seen.chat}/{seen.id}", under)


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

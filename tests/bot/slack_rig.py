"""Slack as any chat is tested: a person in private with the bot, over a real wire."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from pydantic import SecretStr

from bot.app import App
from bot.config import SlackTable
from bot.inbox import Inbox
from bot.port import Door, Sent
from bot.slack import Slack
from bot.store import Store
from handlers.chat import Person, Reply
from tests.bot.slack_server import APP_TOKEN, BOT, BOT_TOKEN, GP, OFFICER, SECRET, Json, Post, Slackware, named

OLD = "1700000000.000001"  # a message that Slack no longer has


class Shown(NamedTuple):
    """One message or edit, as a person sees it.

    `where` is who reads it, or the room; `stands` its own place and `under` that of the message which it answers.
    """

    text: str
    buttons: tuple[str, ...]
    files: tuple[tuple[str, bytes], ...]
    edited: bool
    where: str
    stands: str
    under: str


def table(server: Slackware, **changes: str) -> SlackTable:
    """Return the settings for a server on loopback."""
    secrets = {"bot_token": BOT_TOKEN, "app_token": APP_TOKEN, "signing_secret": SECRET} | changes
    kept = {key: SecretStr(value) for key, value in secrets.items() if key in SlackTable.model_fields}
    plain = {key: value for key, value in changes.items() if key in {"mode", "listen"}}
    return SlackTable.model_validate({"api_url": server.api_url, **kept, **plain})


class Line:
    """The chat as the Inbox has it: after a call that was refused a connection, the server is up again."""

    def __init__(self, chat: Slack, server: Slackware) -> None:
        self._chat, self._server = chat, server
        self.name, self.limits, self.start_link = chat.name, chat.limits, chat.start_link

    async def start(self, door: Door) -> None:
        await self._chat.start(door)

    async def stop(self) -> None:
        await self._chat.stop()

    def below(self, message: str) -> str:
        return self._chat.below(message)

    async def send(self, person: Person, reply: Reply, place: str = "") -> Sent:
        sent = await self._chat.send(person, reply, place)
        await self._server.up()
        return sent


class Rig:
    """A GP's own chat with the bot on Slack, and a channel that an officer and the bot are in."""

    name = "slack"
    gp, officer, room, handle = GP, OFFICER, "C0GPS", "@Pushback"

    def __init__(self, server: Slackware, chat: Line) -> None:
        self.server, self._chat = server, chat
        self.below = chat.below
        self._last: Json = {}

    @classmethod
    @asynccontextmanager
    async def open(cls, app: App, store: Store) -> AsyncIterator["Rig"]:
        async with slack(app, store) as (server, line):
            yield cls(server, line)

    @classmethod
    @asynccontextmanager
    async def before(cls, door: Door) -> AsyncIterator["Rig"]:
        """Start the platform and the bot's chat before a door of one's own."""
        async with served(Slackware()) as server:
            line = Line(Slack(table(server), ping=0.1), server)
            try:
                await line.start(door)
                yield cls(server, line)
            finally:
                await line.stop()

    async def say(self, text: str, by: str = GP, room: bool = False) -> None:
        """Type in private; or in the channel, to the bot."""
        where = self.room if room else "D" + by[1:]
        await self._write(self.server.written(where, _composed(f"{self.handle} {text}" if room else text), by))

    async def reply(self, text: str, to: str = "", by: str = "", picture: bool = False) -> None:
        """Answer the bot's newest message that shows some words, in its thread."""
        post = await self._newest(to)
        written = self.server.replied(post, _composed(text), by or (GP if post.channel.startswith("D") else OFFICER))
        if picture:
            written["event"] |= {"subtype": "file_share", "files": [{"id": "F1", "mimetype": "image/png"}]}
        await self._write(written)

    async def chatter(self, text: str) -> None:
        """Write in the channel what is not for the bot."""
        await self._write(self.server.written(self.room, _composed(text), OFFICER))

    async def edit_last(self, text: str) -> None:
        """Put other words in what was written last, an hour later."""
        await self.server.deliver("events_api", self.server.edited(self._last, _composed(text)))

    async def delete_last(self) -> bool:
        """Delete what was written last; whether the platform tells of it."""
        await self.server.deliver("events_api", self.server.withdrawn(self._last))
        return True

    async def _write(self, written: Json) -> None:
        self._last = written
        await self.server.deliver("events_api", written)
        event = written["event"]
        if f"<@{BOT}>" in event["text"] and not event["channel"].startswith("D"):
            await self.server.deliver("events_api", self.server.mentioning(written))

    async def _newest(self, words: str) -> Post:
        """Wait for a message of the bot's that shows some words; the newest."""

        def having() -> list[Post]:
            return [each for each in self.server.messages.values() if words in each.text or words in _labels(each)]

        await self.server.until(lambda: bool(having()))
        return having()[-1]

    async def press(self, label: str, by: str = GP) -> None:
        """Press the button with that label, on the newest message that has it, once there is one."""

        def having() -> list[Post]:
            held = self.server.messages.values()
            return [post for post in held if any(label in named(button) for button in post.buttons)]

        await self.server.until(lambda: bool(having()))
        post = having()[-1]
        await self.server.deliver("interactive", self.server.pressed(post, post.button(label), by))

    async def shown(self, count: int) -> list[Shown]:
        """Wait until so many messages and edits have arrived; all of them, in order."""
        return [seen(post) for post in await self.server.have(count)]

    async def deliver_again(self) -> None:
        await self.server.deliver_again()

    async def press_old(self, sentence: str) -> None:
        """Press a button of a message that can no longer be edited."""
        button: Json = {"type": "button", "action_id": "say-0", "value": sentence, "text": {"text": "Old"}}
        blocks = [{"type": "actions", "elements": [button]}]
        post = Post("D" + GP[1:], OLD, "", "", "", blocks, "", edited=False, at=0.0)
        await self.server.deliver("interactive", self.server.pressed(post, button))

    async def fail_next(self, what: str) -> None:
        """Make the next message fail: blocked, busy, lost or down."""
        if what == "blocked":
            self.server.fail("chat.postMessage", "user_disabled")
        elif what == "busy":
            self.server.busy("chat.postMessage", "0.01")
        elif what == "lost":
            self.server.lose("chat.postMessage")
        elif what == "down":
            await self.server.down()
        else:
            raise ValueError(what)

    async def send(self, reply: Reply, place: str = "") -> Sent:
        """Send to the person in private, or to a place, what the App never says."""
        return await self._chat.send(Person("slack", GP), reply, place)


def seen(post: Post) -> Shown:
    where = post.user or ("U" + post.channel[1:] if post.channel.startswith("D") else post.channel)
    under = f"{post.channel} {post.thread}" if post.thread else ""
    stands = f"{post.channel} {post.ts}"
    return Shown(post.text, _labels(post), post.files, post.edited, where, stands, under)


def _labels(post: Post) -> tuple[str, ...]:
    return tuple(named(button) for button in post.buttons)


def _composed(text: str) -> str:
    """Write a message as Slack's own composer does."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace(Rig.handle, f"<@{BOT}>")


@asynccontextmanager
async def served(server: Slackware) -> AsyncIterator[Slackware]:
    """Open a workspace; nothing that the bot did in it may be a problem."""
    await server.open()
    try:
        yield server
    finally:
        await server.close()
    assert not server.problems, server.problems


@asynccontextmanager
async def slack(app: App, store: Store, server: Slackware | None = None) -> AsyncIterator[tuple[Slackware, Line]]:
    """Open a workspace with the bot in it."""
    async with served(server or Slackware()) as open_server:
        line = Line(Slack(table(open_server), ping=0.1), open_server)
        inbox = Inbox(app, store, {"slack": line})
        try:
            await line.start(inbox)
            yield open_server, line
        finally:
            await line.stop()
            await inbox.stop()

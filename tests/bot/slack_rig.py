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
from tests.bot.slack_server import APP_TOKEN, BOT_TOKEN, GP, SECRET, Json, Post, Slackware, named

OLD = "1700000000.000001"  # a message that Slack no longer has


class Shown(NamedTuple):
    """One message or edit, as a person sees it."""

    text: str
    buttons: tuple[str, ...]
    files: tuple[tuple[str, bytes], ...]
    edited: bool


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
    """One GP's own chat with the bot on Slack."""

    name = "slack"

    def __init__(self, server: Slackware, chat: Line) -> None:
        self.server, self._chat = server, chat

    @classmethod
    @asynccontextmanager
    async def open(cls, app: App, store: Store) -> AsyncIterator["Rig"]:
        async with slack(app, store) as (server, line):
            yield cls(server, line)

    async def say(self, text: str) -> None:
        """Type in private, as Slack's own composer escapes it."""
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        await self.server.deliver("events_api", self.server.typed(escaped))

    async def press(self, label: str) -> None:
        """Press the button with that label, on the newest message that has it, once there is one."""

        def having() -> list[Post]:
            held = self.server.messages.values()
            return [post for post in held if any(label in named(button) for button in post.buttons)]

        await self.server.until(lambda: bool(having()))
        post = having()[-1]
        await self.server.deliver("interactive", self.server.pressed(post, post.button(label)))

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

    async def send(self, reply: Reply) -> Sent:
        """Send to the person in private what the App never says."""
        return await self._chat.send(Person("slack", GP), reply)


def seen(post: Post) -> Shown:
    return Shown(post.text, tuple(named(button) for button in post.buttons), post.files, post.edited)


@asynccontextmanager
async def slack(app: App, store: Store, server: Slackware | None = None) -> AsyncIterator[tuple[Slackware, Line]]:
    """Open a workspace with the bot in it; nothing that it did may be a problem."""
    server = server or Slackware()
    await server.open()
    line = Line(Slack(table(server), ping=0.1), server)
    inbox = Inbox(app, store, {"slack": line})
    try:
        await line.start(inbox)
        yield server, line
    finally:
        await line.stop()
        await inbox.stop()
        await server.close()
    assert not server.problems, server.problems

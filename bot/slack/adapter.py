"""Slack as a chat: connects, brings what arrives to the door, sends.

    Socket Mode or HTTP ─ bolt ─ one listener a kind ─ an Ask ─ door.receive ─ acknowledged

Everything in a channel is shown to its sender alone; only what somebody shares is read by others.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.aside import Aside
from bot.config import SlackTable
from bot.port import ChatError, Door, Limits, Outcome, Reason, Sent
from bot.slack import blocks, events, home
from bot.slack.errors import MEND, became, code, passing
from bot.slack.events import NAME, Body, Place, at
from bot.slack.quiet import library_log
from bot.slack.sending import Sending
from handlers import COMMANDS
from handlers.chat import Ask, Headline, Person, Reply, Section

log = logging.getLogger("pushback")

SLOW = 2.0  # seconds after which a delivery is acknowledged whatever the door does: Slack waits for three
STOP = 0.3  # seconds that the connection gets to close
CONNECT, ANSWER = 10.0, 30.0  # seconds for a connection, and for a call in all
AGAIN = (1.0, 2.0, 5.0, 10.0, 30.0)  # seconds between two tries to begin; the last one from then on
PING = 10.0  # seconds between two pings of the connection
LARGEST = 1024 * 1024  # bytes of one HTTP delivery
PATH = "/slack/events"

NO_TEXT = Reply(
    (
        Headline("!", "I READ TEXT ONLY"),
        Section("", ("Type the request, or paste the line of the letter.",)),
        Section("Never send", ("a picture or a file with a patient's name: please delete it.",)),
    )
)


class _NotTaken(Exception):
    """The door did not take a delivery: it is not acknowledged, so that Slack brings it again."""


class _Handler(AsyncSocketModeHandler):
    """The library's own, but for deliveries that it cannot read: it would leave them for Slack to bring again."""

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]  # as it does
        try:
            await super().handle(client, req)
        except Exception as error:
            log.error("slack: a delivery could not be read kind=%s: %s", req.type, type(error).__name__)
            await client.send_socket_mode_response(SocketModeResponse(req.envelope_id))


class Slack:
    """One app in one workspace."""

    name = NAME
    # Slack: "one message a second to a channel", "several hundred a minute" to a workspace.
    limits = Limits(text=blocks.TEXT, buttons=25, per_second=4.0)

    def __init__(self, settings: SlackTable, ping: float = PING) -> None:
        """Prepare for one workspace; nothing is connected.

        Args:
            settings: the `[slack]` table.
            ping: seconds between two pings of the connection.
        """
        self._settings, self._ping = settings, ping
        self._log = library_log()
        self._aside, self._slow = Aside(NAME), Aside(NAME)
        self._me = AuthorizeResult(enterprise_id=None, team_id=None)
        self._sending = 0
        self._stopped = False
        self._session: aiohttp.ClientSession | None = None
        self._socket: _Handler | None = None
        self._runner: web.AppRunner | None = None
        self.port = 0  # that HTTP mode listens on, once it does

    # Begin and end

    @property
    def start_link(self) -> str:
        """Slack has no such link."""
        return ""

    async def start(self, door: Door) -> None:
        """Connect, and bring what arrives to the door until `stop`.

        Raises:
            ChatError: where a token or secret is missing or refused, or the port is in use. A network that is down is
                no error: it goes on trying.
        """
        _checked(self._settings)
        self._door = door
        timeout = aiohttp.ClientTimeout(total=ANSWER, sock_connect=CONNECT)
        self._session = aiohttp.ClientSession(timeout=timeout)
        # No retry handlers: the library's own send again after a lost answer, and the same message comes twice.
        self._client = AsyncWebClient(
            self._settings.bot_token.get_secret_value(),
            self._settings.api_url,
            session=self._session,
            logger=self._log,
            retry_handlers=[],
        )
        self._out = Sending(self._client, self._session, self._log)
        self._bolt = self._listening()
        try:
            if self._settings.mode == "http":
                await self._listen()
            await self._begin()
        except Exception as error:
            if isinstance(error, ChatError) or not passing(error):
                await self.stop()
                raise
            log.warning("waiting for the network chat=%s: %s", NAME, type(error).__name__)
            self._aside.begin(self._go_on())

    async def stop(self) -> None:
        """Take nothing more in; what is on its way out may finish."""
        self._stopped = True
        await self._aside.stop()
        if self._socket:
            await _closed(self._socket.client)
        if self._runner:
            await self._runner.cleanup()
        await self._rest()

    async def _begin(self) -> None:
        """Say who we are to Slack, and connect."""
        try:
            me = await self._client.auth_test()
        except SlackApiError as error:
            raise _refused("bot_token", error) from None
        self._me = AuthorizeResult(
            enterprise_id=me.get("enterprise_id"),
            team_id=me.get("team_id"),
            bot_user_id=me.get("user_id"),
            bot_id=me.get("bot_id"),
            bot_token=self._client.token,
        )
        if self._settings.mode == "socket":
            await self._connect()
        else:
            log.info("started chat=%s", NAME)

    async def _connect(self) -> None:
        token = self._settings.app_token.get_secret_value()
        try:
            opened = await self._client.apps_connections_open(app_token=token)
        except SlackApiError as error:
            raise _refused("app_token", error) from None
        self._socket = _Handler(self._bolt, token, logger=self._log, web_client=self._client, ping_interval=self._ping)
        client = self._socket.client
        client.wss_uri = opened["url"]
        self._aside.begin(self._fresh(client))
        # The library tries until it is connected: a wall in front of wss:// must not keep the other chats waiting.
        done, _ = await asyncio.wait({self._aside.begin(_connected(client))}, timeout=CONNECT)
        if not done:
            log.warning("waiting for the network chat=%s: is wss:// to slack.com let through?", NAME)

    async def _fresh(self, client: SocketModeClient) -> None:
        """Give each new connection a ticket of its own.

        The library tries the ticket that failed for ever, and a ticket is good for one connection and a short while
        (slackapi/python-slack-sdk issue 1379 is the same fault in its sister).
        """
        while True:
            await asyncio.sleep(self._ping)
            if not await client.is_connected():
                client.wss_uri = None

    async def _go_on(self) -> None:
        """Try to begin until it is begun, or Slack refuses a token."""
        for attempt in range(10**9):
            await asyncio.sleep(AGAIN[min(attempt, len(AGAIN) - 1)])
            try:
                await self._begin()
            except ChatError as error:
                log.error("slack: %s", error)
                return
            except Exception as error:
                if not passing(error):
                    log.error("slack: cannot begin (%s)", type(error).__name__)
                    return
            else:
                return

    async def _listen(self) -> None:
        """Listen for Slack's own calls; bolt checks the signature and its time."""
        app = web.Application(client_max_size=LARGEST)
        app.router.add_post(PATH, self._called)
        self._runner = web.AppRunner(app, access_log=None, logger=self._log, shutdown_timeout=STOP)
        await self._runner.setup()
        host, _, port = self._settings.listen.rpartition(":")
        try:
            await web.TCPSite(self._runner, host.strip("[]") or None, int(port)).start()
        except OSError as error:
            raise ChatError(f"[slack] listen: {self._settings.listen} cannot be had: {error.strerror}") from None
        self.port = self._runner.addresses[0][1]

    async def _called(self, request: web.Request) -> web.Response:
        """Answer one HTTP delivery: 401 where its signature or its time is wrong, 400 where it is no delivery."""
        if not re.fullmatch(r"\d{1,12}", request.headers.get("X-Slack-Request-Timestamp", "")):
            log.warning("slack: refused a call without a time")
            return web.Response(status=401)
        try:
            asked = await to_bolt_request(request)
        except ValueError:
            log.warning("slack: refused a call that is no delivery")
            return web.Response(status=400)
        response = await self._bolt.async_dispatch(asked)
        if response.status == 401:
            log.warning("slack: refused a call with a wrong signature or an old time")
        return await to_aiohttp_response(response)

    async def _rest(self) -> None:
        """Close the connections to Slack once nothing is on its way out."""
        if self._session and self._stopped and not self._sending:
            await self._session.close()

    # What arrives

    def _listening(self) -> AsyncApp:
        """Make the bolt app: one listener for each kind of delivery, so that every one is acknowledged."""

        async def known() -> AuthorizeResult:
            return self._me

        app = AsyncApp(
            name=self._log.name,  # bolt sets up the logger of this name as its own: not ours
            # Without a token: bolt would ask Slack who it is at the first delivery, and we know.
            client=AsyncWebClient(base_url=self._settings.api_url, logger=self._log, retry_handlers=[]),
            authorize=known,
            signing_secret=self._settings.signing_secret.get_secret_value() or "unused in socket mode",
            logger=self._log,
            process_before_response=True,  # acknowledged once the row is written, not before
        )
        every = re.compile(".*", re.DOTALL)
        app.event(every)(self._event)
        app.command(every)(self._command)
        app.action(every)(self._action)
        app.shortcut(every)(self._shortcut)
        app.view_submission(every)(self._form)
        app.view_closed(every)(self._acknowledge)
        app.options(every)(self._acknowledge)
        app.error(_failed)
        return app

    async def _event(self, body: dict[str, Any]) -> None:
        if hear := EVENTS.get(at(body, "event", "type")):
            await hear(self, body)

    async def _message(self, body: Body) -> None:
        if user := events.wordless(body):
            self._aside.begin(self.send(Person(NAME, user), NO_TEXT))
        await self._bring(events.message(body, self._me.bot_user_id or ""))

    async def _mention(self, body: Body) -> None:
        await self._bring(events.mention(body, self._me.bot_user_id or ""))

    async def _opened(self, body: Body) -> None:
        if at(body, "event", "tab") in {"", "home"}:
            self._aside.begin(self._show_home(at(body, "event", "user")))

    async def _removed(self, body: Body) -> None:
        log.error("slack: %s: install the app to the workspace again (docs/slack.md)", at(body, "event", "type"))

    async def _command(self, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
        await self._bring(events.command(body))
        return await ack()

    async def _action(self, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
        action = events.action(body)
        if action in {home.FIELD, home.BUTTON}:
            ask = events.box(body, home.BLOCK, home.FIELD)
            if ask:
                self._aside.begin(self._show_home(ask.person.id, ask.key.rpartition(" ")[2], asked=True))
        else:
            ask = events.share(body) if action == blocks.SHARE else events.press(body)
        await self._bring(ask)
        return await ack()

    async def _shortcut(self, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
        kind = SHORTCUTS.get(at(body, "callback_id"))
        if kind == "message":
            await self._bring(events.chosen(body))
        elif kind == "global":
            self._aside.begin(self._show_form(at(body, "trigger_id")))
        return await ack()

    async def _form(self, ack: AsyncAck, body: dict[str, Any]) -> BoltResponse:
        ask = events.form(body, home.BLOCK, home.FIELD)
        if ask is None and at(body, "view", "callback_id") == home.FORM:
            errors = {f"{home.BLOCK}0": "Type the request, as it reached you."}
            return await ack(response_action="errors", errors=errors)
        await self._bring(ask)
        return await ack()

    async def _acknowledge(self, ack: AsyncAck) -> BoltResponse:
        return await ack()

    async def _bring(self, ask: Ask | None) -> None:
        """Bring an Ask to the door; where the door is slow, go on so that the delivery is acknowledged in time."""
        if ask is None:
            return
        if self._stopped:
            raise _NotTaken("stopping")
        task = asyncio.create_task(self._door.receive(ask))
        done, _ = await asyncio.wait({task}, timeout=SLOW)
        if done:
            if error := task.exception():
                raise _NotTaken(type(error).__name__) from None
        else:  # acknowledged, so that a stop must not cancel it
            self._slow.keep(task)

    async def _show_home(self, user: str, number: str = "0", asked: bool = False) -> None:
        person = Person(NAME, user)
        shown = [await self._door.look(Ask(person, word)) for word in home.WORDS if word in COMMANDS]
        await self._show(self._client.views_publish(user_id=user, view=home.home(shown, number, asked)))

    async def _show_form(self, trigger: str) -> None:
        await self._show(self._client.views_open(trigger_id=trigger, view=home.form()))

    async def _show(self, call: Awaitable[Any]) -> None:
        """Show a page; one that cannot be shown is asked for again by opening it."""
        try:
            await call
        except Exception as error:
            sent = became(error)
            log.warning("slack: a page was not shown outcome=%s reason=%s", sent.outcome, sent.reason)

    async def send(self, person: Person, reply: Reply, place: str = "") -> Sent:
        """Send a reply. Never raises: what went wrong is in what it returns.

        Args:
            person: to whom.
            reply: what.
            place: where, as `events.Place` writes it; "" is the person in private.
        """
        self._sending += 1
        try:
            return await self._out.send(person, reply, Place.read(place))
        except Exception as error:
            log.error("slack: sending failed: %s", type(error).__name__)
            return Sent(Outcome.UNSURE, reason=Reason.UNKNOWN)
        finally:
            self._sending -= 1
            await self._rest()

    def below(self, message: str) -> str:
        """Return the place that answers a message: its thread."""
        return events.below(message)

    async def edit(self, message: str, reply: Reply) -> Sent:
        """Put other words in the place of a message. Never raises."""
        return await self._changing(self._out.edit(message, reply))

    async def delete(self, message: str) -> Sent:
        """Take a message away, with its files. Never raises."""
        return await self._changing(self._out.delete(message))

    async def _changing(self, call: Awaitable[Sent]) -> Sent:
        self._sending += 1
        try:
            return await call
        except Exception as error:
            log.error("slack: changing failed: %s", type(error).__name__)
            return Sent(Outcome.FAILED, reason=Reason.UNKNOWN)
        finally:
            self._sending -= 1
            await self._rest()


Hear = Callable[[Slack, Body], Coroutine[Any, Any, None]]

# The events that the manifest subscribes to; every other is acknowledged and let go.
EVENTS: dict[str, Hear] = {
    "message": Slack._message,
    "app_mention": Slack._mention,
    "app_home_opened": Slack._opened,
    "app_uninstalled": Slack._removed,
    "tokens_revoked": Slack._removed,
}
COMMAND = "/pushback"
SHORTCUTS: dict[str, str] = {"can-we-decline": "message", "ask": "global"}

# What each method that is called here needs; the manifest asks for no more.
SCOPES: dict[str, str] = {
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "files.delete": "files:write",
    "conversations.open": "im:write",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
    "auth.test": "",
    "views.open": "",
    "views.publish": "",
    "apps.connections.open": "",  # the app-level token's own connections:write
}


def _checked(settings: SlackTable) -> None:
    """Refuse what cannot be a token, before Slack does.

    Raises:
        ChatError: naming the key to mend, and never its value.
    """
    kinds = {"bot_token": ("xoxb-", settings.bot_token)}
    if settings.mode == "socket":
        kinds["app_token"] = ("xapp-", settings.app_token)
    elif not settings.signing_secret.get_secret_value():
        raise ChatError('[slack] signing_secret: mode = "http" needs it: Basic Information, App Credentials')
    for key, (begins, token) in kinds.items():
        if not re.fullmatch(rf"{begins}[\w.-]+", token.get_secret_value()):
            raise ChatError(f"[slack] {key}: begins with {begins} and has no spaces; this one does not look like it")


def _refused(key: str, error: SlackApiError) -> Exception:
    """Turn a refusal at the start into the key to mend, or into itself where it will pass."""
    if passing(error):
        return error
    said = code(error)
    return ChatError(f"[slack] {key}: Slack says {said or 'no'}: {MEND.get(said, 'see docs/slack.md')}")


async def _failed(error: Exception, request: AsyncBoltRequest) -> BoltResponse:
    """Log what broke by its kind and the delivery's; acknowledged, unless the door did not take it."""
    kind = at(request.body, "event", "type") or at(request.body, "type") or "command"
    log.error(
        "slack: a delivery broke kind=%s: %s", kind, error if isinstance(error, _NotTaken) else type(error).__name__
    )
    return BoltResponse(status=500 if isinstance(error, _NotTaken) else 200)


async def _connected(client: SocketModeClient) -> None:
    await client.connect()  # type: ignore[no-untyped-call]  # the library gives this one no types
    log.info("started chat=%s", NAME)


async def _closed(client: SocketModeClient) -> None:
    """Close the connection, at once where Slack does not answer, and wait for the library's own tasks to end."""
    try:
        await asyncio.wait_for(client.close(), STOP)  # type: ignore[no-untyped-call]  # nor this one
    except Exception as error:
        log.debug("slack: closed hard: %s", type(error).__name__)
    left = [
        task for task in (client.message_processor, client.current_session_monitor, client.message_receiver) if task
    ]
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    await client.aiohttp_client_session.close()

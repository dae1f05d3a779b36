"""Slack on loopback, as strict as Slack: Web API, Socket Mode, response URLs, uploads; and what a person would see.

    deliver ── an envelope, kept until it is acknowledged, brought again on the next connection
    posts ──── every message and edit that was taken, in order, as it reads on the screen
    faults ─── what the next call of a method gets in place of an answer
    problems ─ what no app may do: a method that is not there, markup in a text, an answer that nobody sees

Limits and error codes: https://docs.slack.dev/reference/methods and /reference/block-kit.
"""

import asyncio
import hashlib
import hmac
import json
import re
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientSession, WSMsgType, web

Json = dict[str, Any]

BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-loopback-1-abcDEF", "xapp-1-loopback-abcDEF", "signing-secret-of-a-test"
TEAM, BOT, BOT_ID = "T0LMC", "U0BOT", "B0BOT"
GP, OFFICER = "U0GP", "U0LMC"
PATIENCE = 20.0  # seconds that a test waits for what must come

# The scope that each method needs, by Slack's own pages.
NEEDS = {
    "auth.test": "",
    "apps.connections.open": "connections:write",
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "files.delete": "files:write",
    "conversations.open": "im:write",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
    "views.open": "",
    "views.publish": "",
}
GRANTED = frozenset(
    {"chat:write", "im:write", "app_mentions:read", "commands", "files:write"}
    | {"im:history", "channels:history", "groups:history"}
)
SURFACES = {"message": 50, "home": 100, "modal": 100}
ACTION_BLOCKS = {"actions", "section", "input"}


class Refused(Exception):
    """An error of the Web API, by its code."""


@dataclass
class Post:
    """One message or edit, as it reached Slack."""

    channel: str
    ts: str
    thread: str
    user: str  # who alone sees it; "" for everyone there
    notice: str
    blocks: list[Json]
    text: str
    edited: bool
    at: float
    files: tuple[tuple[str, bytes], ...] = ()

    @property
    def buttons(self) -> list[Json]:
        return buttons(self.blocks)

    def button(self, label: str) -> Json:
        return next(each for each in self.buttons if label in named(each))


@dataclass
class Channel:
    """A channel, and who is in it."""

    members: set[str]
    archived: bool = False


@dataclass
class Envelope:
    """A delivery over the socket, until it is acknowledged."""

    kind: str
    payload: Json
    ident: str
    acknowledged: asyncio.Future[Json]
    delivered: float = 0.0
    tries: int = 0


@dataclass
class Hook:
    """A response URL: five uses."""

    channel: str
    user: str
    ts: str
    uses: int = 5


LOST = web.RequestKey("lost", bool)  # the answer to this request is not to arrive
Fault = Callable[[web.Request], Awaitable[web.Response | None]]


@dataclass
class Slackware:
    """One workspace."""

    channels: dict[str, Channel] = field(default_factory=lambda: {"C0GPS": Channel({BOT, GP, OFFICER})})
    scopes: frozenset[str] = GRANTED
    tokens: set[str] = field(default_factory=lambda: {BOT_TOKEN, APP_TOKEN})
    posts: list[Post] = field(default_factory=list)
    messages: dict[tuple[str, str], Post] = field(default_factory=dict)
    deleted: list[tuple[str, str]] = field(default_factory=list)
    said: dict[tuple[str, str], Json] = field(default_factory=dict)  # what people wrote, as its event
    homes: dict[str, Json] = field(default_factory=dict)
    forms: list[Json] = field(default_factory=list)
    calls: list[tuple[str, Json]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    faults: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    unacknowledged: dict[str, Envelope] = field(default_factory=dict)
    hooks: dict[str, Hook] = field(default_factory=dict)
    triggers: set[str] = field(default_factory=set)
    tickets: set[str] = field(default_factory=set)
    uploads: dict[str, tuple[str, int, bytes | None]] = field(default_factory=dict)
    connections: int = 0
    http: str = ""  # where the bot listens in HTTP mode

    def __post_init__(self) -> None:
        self.whim: Callable[[str, Json], None] = lambda _method, _said: None  # may call `fail`, `busy` or `lose`
        self.changed = asyncio.Condition()
        self.stuck: asyncio.Event | None = None  # while it is not set, nothing more is read from the socket
        self._numbers = count(1)
        self._socket: web.WebSocketResponse | None = None
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        self._last: tuple[str, Json] | None = None
        self.port = 0

    # Open and close

    async def open(self) -> None:
        app = web.Application(client_max_size=64 * 1024 * 1024, middlewares=[_each_alone])
        app.router.add_post("/api/{method}", self._called)
        app.router.add_get("/link", self._linked)
        app.router.add_post("/hook/{ident}", self._hooked)
        app.router.add_post("/upload/{ident}", self._uploaded)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await self.up()

    async def close(self) -> None:
        await self.drop()
        assert self._runner
        await self._runner.cleanup()

    async def up(self) -> None:
        """Listen, on the port of before."""
        if self._site is None:
            assert self._runner
            self._site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
            await self._site.start()
            self.port = self._runner.addresses[0][1]

    async def down(self) -> None:
        """Refuse every new connection; the open socket stays, and no other is kept alive."""
        assert self._site
        await self._site.stop()
        self._site = None

    async def drop(self) -> None:
        """Cut the socket."""
        if self._socket:
            await self._socket.close()
            self._socket = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    # Faults

    def fail(self, method: str, said: str, **more: Any) -> None:
        """Refuse the next call of a method with one of Slack's codes."""

        async def refuse(_: web.Request) -> web.Response:
            return web.json_response({"ok": False, "error": said, **more})

        self.faults[method].append(refuse)

    def busy(self, method: str, after: str) -> None:
        async def wait(_: web.Request) -> web.Response:
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": after})

        self.faults[method].append(wait)

    def broken(self, method: str, status: int, body: str = "<html>down</html>") -> None:
        async def down(_: web.Request) -> web.Response:
            return web.Response(status=status, text=body, content_type="text/html")

        self.faults[method].append(down)

    def lose(self, method: str) -> None:
        """Do what the next call asks, and lose the answer."""

        async def lost(request: web.Request) -> None:
            request[LOST] = True

        self.faults[method].append(lost)

    # The Web API

    async def _called(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        arguments = await _arguments(request)
        self.calls.append((method, arguments))
        if method not in NEEDS:
            self.problems.append(f"there is no method {method}")
            return web.json_response({"ok": False, "error": "unknown_method"})
        if not self.faults[method]:
            self.whim(method, arguments)
        if self.faults[method]:
            answer = await self.faults[method].popleft()(request)
            if answer is not None:
                return answer
        try:
            self._authorised(method, request)
            done = await getattr(self, "_" + re.sub(r"\W", "_", method))(arguments)
        except Refused as error:
            return web.json_response({"ok": False, "error": str(error), "needed": NEEDS[method]})
        if request.get(LOST) and request.transport:
            request.transport.abort()
        return web.json_response({"ok": True, **done})

    def _authorised(self, method: str, request: web.Request) -> None:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not token:
            raise Refused("not_authed")
        if token not in self.tokens:
            raise Refused("invalid_auth")
        if (method == "apps.connections.open") != token.startswith("xapp-"):
            raise Refused("not_allowed_token_type")
        if token.startswith("xoxb-") and NEEDS[method] and NEEDS[method] not in self.scopes:
            raise Refused("missing_scope")

    async def _auth_test(self, _: Json) -> Json:
        return {"url": "https://lmc.slack.example/", "team_id": TEAM, "user_id": BOT, "bot_id": BOT_ID}

    async def _apps_connections_open(self, _: Json) -> Json:
        ticket = f"ticket-{next(self._numbers)}"
        self.tickets.add(ticket)
        return {"url": f"ws://127.0.0.1:{self.port}/link?ticket={ticket}"}

    async def _chat_postMessage(self, said: Json) -> Json:
        channel = said["channel"]
        if channel.startswith("U"):
            channel = "D" + channel[1:]
        self._open_to(channel)
        for key in ("unfurl_links", "unfurl_media", "link_names", "mrkdwn"):
            if _true(said.get(key, True)):
                self.problems.append(f"{key} is on")
        post = await self._put(channel, said, thread=said.get("thread_ts") or "")
        return {"channel": channel, "ts": post.ts, "message": {"blocks": post.blocks}}

    async def _chat_postEphemeral(self, said: Json) -> Json:
        channel, thread = said["channel"], said.get("thread_ts") or ""
        self._open_to(channel)
        if channel in self.channels and said["user"] not in self.channels[channel].members:
            raise Refused("user_not_in_channel")
        below = [post.thread for post in self.messages.values()] + [
            each.get("thread_ts", "") for each in self.said.values()
        ]
        if thread and thread not in below:
            self.problems.append("an ephemeral message in a thread that is none yet: nobody sees it")
        post = await self._put(channel, said, thread=thread, user=said["user"])
        return {"message_ts": post.ts}

    async def _chat_update(self, said: Json) -> Json:
        post = self.messages.get((said["channel"], said["ts"]))
        if post is None:
            raise Refused("message_not_found")
        if post.user:
            raise Refused("cant_update_message")
        await self._put(post.channel, said, thread=post.thread, ts=post.ts)
        return {"channel": post.channel, "ts": post.ts}

    async def _chat_delete(self, said: Json) -> Json:
        if self.messages.pop((said["channel"], said["ts"]), None) is None:
            raise Refused("message_not_found")
        self.deleted.append((said["channel"], said["ts"]))
        await self._tell()
        return {"channel": said["channel"], "ts": said["ts"]}

    async def _files_delete(self, said: Json) -> Json:
        if self.uploads.pop(said["file"], None) is None:
            raise Refused("file_not_found")
        return {}

    async def _conversations_open(self, said: Json) -> Json:
        return {"channel": {"id": "D" + said["users"][1:]}}

    async def _files_getUploadURLExternal(self, said: Json) -> Json:
        ident = f"F{next(self._numbers)}"
        self.uploads[ident] = (said["filename"], int(said["length"]), None)
        return {"file_id": ident, "upload_url": f"{self.url}/upload/{ident}"}

    async def _files_completeUploadExternal(self, said: Json) -> Json:
        files = _json(said["files"])
        channel = said["channel_id"]
        if not channel.startswith(("C", "D")):
            raise Refused("channel_not_found")
        held = [self.uploads[each["id"]] for each in files]
        if any(content is None for _, _, content in held):
            raise Refused("file_not_found")
        kept = tuple((name, content or b"") for name, _, content in held)
        titles = "\n".join(each.get("title", "") for each in files)
        thread = said.get("thread_ts") or ""
        await self._add(Post(channel, self.stamp(), thread, "", "", [], titles, False, time.perf_counter(), kept))
        return {"files": [{"id": each["id"]} for each in files]}

    async def _views_open(self, said: Json) -> Json:
        if said["trigger_id"] not in self.triggers:
            raise Refused("expired_trigger_id")
        self.triggers.discard(said["trigger_id"])
        view = _json(said["view"])
        self._validate(view["blocks"], "modal")
        if view["type"] != "modal" or len(view["title"]["text"]) > 24:
            raise Refused("invalid_arguments")
        self.forms.append(view)
        await self._tell()
        return {"view": {"id": f"V{next(self._numbers)}"}}

    async def _views_publish(self, said: Json) -> Json:
        view = _json(said["view"])
        if view["type"] != "home":
            raise Refused("invalid_arguments")
        self._validate(view["blocks"], "home")
        self.homes[said["user_id"]] = view
        await self._tell()
        return {"view": {"id": "V0HOME"}}

    def _open_to(self, channel: str) -> None:
        if channel.startswith("D"):
            return
        if channel not in self.channels:
            raise Refused("channel_not_found")
        if self.channels[channel].archived:
            raise Refused("is_archived")
        if BOT not in self.channels[channel].members:
            raise Refused("not_in_channel")

    async def _put(self, channel: str, said: Json, thread: str = "", user: str = "", ts: str = "") -> Post:
        blocks, notice = _json(said.get("blocks") or "[]"), said.get("text") or ""
        if not blocks and not notice:
            raise Refused("no_text")
        if len(notice) > 40_000:
            raise Refused("msg_too_long")
        if len(json.dumps(blocks, ensure_ascii=False)) > 13_200:
            raise Refused("msg_blocks_too_long")
        if not notice:
            self.problems.append("a message without a line for its notification")
        if re.search(r"[<>*_~`]|&(?!(?:amp|lt|gt);)", notice):
            self.problems.append(f"markup in a notification: {notice!r}")
        self._validate(blocks, "message")
        made = Post(
            channel, ts or self.stamp(), thread, user, notice, blocks, shown(blocks), bool(ts), time.perf_counter()
        )
        await self._add(made)
        return made

    async def _add(self, post: Post) -> None:
        self.messages.pop((post.channel, post.ts), None)  # an edit is the newest
        self.messages[post.channel, post.ts] = post
        self.posts.append(post)
        await self._tell()

    async def _tell(self) -> None:
        async with self.changed:
            self.changed.notify_all()

    def stamp(self) -> str:
        return f"1790000000.{next(self._numbers):06d}"

    def _validate(self, blocks: list[Json], surface: str) -> None:
        faults = list(faulty(blocks, surface))
        if faults:
            self.problems += faults
            raise Refused("invalid_blocks")

    # Response URLs and uploads

    async def _hooked(self, request: web.Request) -> web.Response:
        hook = self.hooks.get(request.match_info["ident"])
        said = await request.json()
        if self.faults["response_url"]:
            answer = await self.faults["response_url"].popleft()(request)
            if answer is not None:
                return answer
        if hook is None:
            return web.json_response({"ok": False, "error": "expired_url"}, status=404)
        if not hook.uses:
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        hook.uses -= 1
        if said.get("delete_original"):
            self.messages.pop((hook.channel, hook.ts), None)
            await self._tell()
            return web.Response(text="ok")
        if said.get("response_type") != "ephemeral":
            self.problems.append("an answer that everyone reads")
        over = hook.ts if said.get("replace_original") else ""
        thread = self.messages[hook.channel, over].thread if over else ""
        try:
            await self._put(hook.channel, said, thread=thread, user=hook.user, ts=over)
        except Refused as error:
            return web.json_response({"ok": False, "error": str(error)}, status=400)
        if request.get(LOST) and request.transport:
            request.transport.abort()
        return web.Response(text="ok")

    async def _uploaded(self, request: web.Request) -> web.Response:
        name, length, _ = self.uploads[request.match_info["ident"]]
        content = await request.read()
        if len(content) != length:
            return web.Response(status=400, text="wrong length")
        self.uploads[request.match_info["ident"]] = (name, length, content)
        return web.Response(text=f"OK - {length}")

    # Socket Mode

    async def _linked(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self.tickets:
            return web.Response(status=404)
        self.tickets.discard(ticket)  # good for one connection
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        self._socket = socket
        self.connections += 1
        await self._tell()
        for envelope in list(self.unacknowledged.values()):
            await self._bring(envelope)
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                said = json.loads(frame.data)
                if done := self.unacknowledged.pop(said["envelope_id"], None):
                    done.acknowledged.set_result(said.get("payload") or {})
            if self.stuck:
                await self.stuck.wait()
        return socket

    async def _bring(self, envelope: Envelope) -> None:
        assert self._socket
        held = {
            "envelope_id": envelope.ident,
            "type": envelope.kind,
            "payload": envelope.payload,
            "accepts_response_payload": envelope.kind != "events_api",
        }
        if envelope.kind == "events_api":
            held |= {"retry_attempt": envelope.tries, "retry_reason": "timeout" if envelope.tries else ""}
        envelope.tries += 1
        envelope.delivered = time.perf_counter()
        await self._socket.send_json(held)

    async def deliver(self, kind: str, payload: Json) -> Json:
        """Deliver, and wait until it is acknowledged; the payload that came with it."""
        self._last = (kind, payload)
        if self.http:
            return await self._post(kind, payload)
        envelope = Envelope(kind, payload, f"e{next(self._numbers)}", asyncio.get_running_loop().create_future())
        self.unacknowledged[envelope.ident] = envelope
        if self._socket and not self._socket.closed:
            await self._bring(envelope)
        async with asyncio.timeout(PATIENCE):
            return await envelope.acknowledged

    async def deliver_again(self) -> Json:
        """Bring the last delivery once more."""
        assert self._last
        return await self.deliver(*self._last)

    async def _post(self, kind: str, payload: Json) -> Json:
        status, said = await self.post(kind, payload)
        assert status == 200, status
        return dict(json.loads(said)) if said.startswith("{") else {}

    async def post(self, kind: str, payload: Json, secret: str = SECRET, at: float | None = None) -> tuple[int, str]:
        """Deliver over signed HTTP; the answer's status and body."""
        media = "application/json" if kind == "events_api" else _FORM
        held = {"payload": json.dumps(payload)} if kind == "interactive" else payload
        body = json.dumps(payload) if kind == "events_api" else urlencode(held)
        return await self.post_raw(body.encode(), media, secret, at)

    async def post_raw(self, body: bytes, media: str, secret: str = SECRET, at: float | None = None) -> tuple[int, str]:
        stamp = str(int(at if at is not None else time.time()))
        digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": media,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={digest}",
        }
        async with ClientSession() as session, session.post(self.http, data=body, headers=headers) as answer:
            return answer.status, await answer.text()

    async def disconnect(self) -> None:
        """Ask the app to connect anew, as Slack does every few hours."""
        assert self._socket
        await self._socket.send_json({"type": "disconnect", "reason": "refresh_requested"})

    # What people do

    def event(self, event: Json) -> Json:
        ident = f"Ev{next(self._numbers)}"
        return {"type": "event_callback", "team_id": TEAM, "api_app_id": "A0", "event_id": ident, "event": event}

    def typed(self, text: str, user: str = GP, **more: Any) -> Json:
        """A message in the app's own chat with a person."""
        return self.written("D" + str(user)[1:], text, user, **more)

    def written(self, channel: str, text: str, user: str = GP, /, **more: Any) -> Json:
        """A message that a person wrote, wherever it stands."""
        ts = self.stamp()
        kind = "im" if channel.startswith("D") else "channel"
        event = {"type": "message", "channel_type": kind, "channel": channel, "user": user, "client_msg_id": f"c{ts}"}
        event |= {"ts": ts, "event_ts": ts, "text": text, "team": TEAM, **more}
        self.said[channel, ts] = event
        return self.event(event)

    def replied(self, post: Post, text: str, user: str = GP) -> Json:
        """A message in the thread below one of the bot's own, or in the thread where that one stands."""
        root = post.thread or post.ts
        above = self.said[post.channel, root]["user"] if (post.channel, root) in self.said else BOT
        return self.written(post.channel, text, user, thread_ts=root, parent_user_id=above)

    def mentioning(self, written: Json) -> Json:
        """The second delivery of a message in a channel that mentions the bot."""
        event = {key: value for key, value in written["event"].items() if key != "channel_type"}
        return self.event({**event, "type": "app_mention"})

    def edited(self, written: Json, text: str) -> Json:
        """Other words in a message that a person wrote; with the same it is a preview that came late."""
        event, before = self._stood(written["event"])
        now = self.stamp()
        told = {"edited": {"user": before["user"], "ts": now}} if text != before["text"] else {}
        after = {**before, "text": text, "source_team": TEAM, "user_team": TEAM, **told}
        self.said[event["channel"], event["ts"]] = {**written["event"], "text": text}
        event |= {"subtype": "message_changed", "hidden": True, "ts": now, "event_ts": now}
        return self.event({**event, "message": after, "previous_message": before})

    def withdrawn(self, written: Json) -> Json:
        """The deletion of a message that a person wrote: one above a thread leaves a stone in its place."""
        event, before = self._stood(written["event"])
        at, now = (event["channel"], event["ts"]), self.stamp()
        del self.said[at]
        event |= {"hidden": True, "ts": now, "event_ts": now, "previous_message": before}
        below = [post.thread for post in self.messages.values()] + [
            each.get("thread_ts") for each in self.said.values()
        ]
        if at[1] not in below:
            return self.event({**event, "subtype": "message_deleted", "deleted_ts": at[1]})
        stone: Json = {
            "type": "message",
            "subtype": "tombstone",
            "user": "USLACKBOT",
            "text": "This message was deleted.",
        }
        stone |= {"hidden": True, "ts": at[1], "thread_ts": at[1]}
        return self.event({**event, "subtype": "message_changed", "message": stone})

    def _stood(self, event: Json) -> tuple[Json, Json]:
        """Take apart what tells where a message stands, and the message as it is told of later."""
        about = ("type", "channel", "channel_type", "ts")
        latest = self.said[event["channel"], event["ts"]]
        held = {key: value for key, value in latest.items() if key not in {"channel", "channel_type", "event_ts"}}
        return {key: event[key] for key in about}, held

    def mentioned(self, text: str, channel: str = "C0GPS", user: str = GP, **more: Any) -> Json:
        ts = self.stamp()
        event = {"type": "app_mention", "channel": channel, "user": user, "ts": ts, "event_ts": ts, "team": TEAM}
        return self.event({**event, "text": f"<@{BOT}> {text}", **more})

    def commanded(self, text: str, channel: str = "C0GPS", user: str = GP) -> Json:
        held = {"command": "/pushback", "text": text, "user_id": user, "user_name": "ann", "channel_id": channel}
        held["team_id"] = TEAM
        return {**held, "trigger_id": self.trigger(), "response_url": self.hook(channel, user)}

    def interaction(self, kind: str, user: str = GP, **more: Any) -> Json:
        held = {"type": kind, "team": {"id": TEAM}, "api_app_id": "A0"}
        held["user"] = {"id": user, "username": "ann", "name": "ann", "team_id": TEAM}
        return {**held, "trigger_id": self.trigger(), **more}

    def pressed(self, post: Post, button: Json, user: str = GP) -> Json:
        """A press of a button of a message."""
        held: Json = {"type": "message", "message_ts": post.ts, "channel_id": post.channel}
        held["is_ephemeral"] = bool(post.user)
        if post.thread:
            held["thread_ts"] = post.thread
        block = next(each for each in post.blocks if button in buttons([each]))
        action = {**button, "type": "button", "block_id": block.get("block_id", "b1"), "action_ts": self.stamp()}
        more: Json = {"container": held, "channel": {"id": post.channel}, "actions": [action]}
        more["response_url"] = self.hook(post.channel, user, post.ts)
        if not post.user:
            more["message"] = {"ts": post.ts, "blocks": post.blocks}
        return self.interaction("block_actions", user, **more)

    def trigger(self) -> str:
        made = f"trigger.{next(self._numbers)}"
        self.triggers.add(made)
        return made

    def hook(self, channel: str, user: str, ts: str = "") -> str:
        ident = f"h{next(self._numbers)}"
        self.hooks[ident] = Hook(channel, user, ts)
        return f"{self.url}/hook/{ident}"

    # Waiting

    async def until(self, so: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE), self.changed:
            await self.changed.wait_for(so)

    async def have(self, number: int) -> list[Post]:
        """Wait until so many messages and edits have arrived; all of them."""
        await self.until(lambda: len(self.posts) >= number)
        return self.posts

    async def burst(self, number: int, text: str) -> list[float]:
        """Ask a question as so many people at once; the seconds from each delivery to its answer's call."""
        before = len(self.posts)
        asked = {f"U{each:05d}": self.typed(text, f"U{each:05d}") for each in range(number)}
        begun: dict[str, float] = {}

        async def ask(user: str, payload: Json) -> None:
            begun["D" + user[1:]] = time.perf_counter()
            await self.deliver("events_api", payload)

        await asyncio.gather(*(ask(user, payload) for user, payload in asked.items()))
        await self.have(before + number)
        return [post.at - begun[post.channel] for post in self.posts[before:]]


def named(button: Json) -> str:
    """Return what a button is called: a screen reader's name where it has one, then what it shows."""
    return f"{button.get('accessibility_label', '')} {button['text']['text']}".strip()


def buttons(blocks: list[Json]) -> list[Json]:
    found = []
    for block in blocks:
        elements = block.get("elements", []) if block["type"] == "actions" else [block.get("accessory", {})]
        found += [each for each in elements if each.get("type") == "button"]
    return found


def shown(blocks: list[Json]) -> str:
    """Write blocks as they read on the screen, as plain text, without the buttons."""
    return "\n".join(_read(block) for block in blocks if block["type"] not in {"actions", "divider"})


def _read(block: Json) -> str:
    match block["type"]:
        case "header" | "section":
            return str(block["text"]["text"])
        case "context":
            return " ".join(each["text"] for each in block["elements"])
        case "input":
            return str(block["label"]["text"])
        case "rich_text":
            return "\n".join(_rich(each) for each in block["elements"])
    raise AssertionError(block["type"])


def _rich(element: Json) -> str:
    if element["type"] == "rich_text_list":
        return "\n".join("• " + _rich(each) for each in element["elements"])
    return "".join(_run(each) for each in element["elements"])


def _run(run: Json) -> str:
    match run["type"]:
        case "text":
            return str(run["text"])
        case "link":
            return f"{run['text']} ({run['url']})" if "text" in run else str(run["url"])
        case "user":
            return f"@{run['user_id']}"
    raise AssertionError(run["type"])


# What Slack refuses


def faulty(blocks: list[Json], surface: str) -> list[str]:
    """Return what Slack would refuse in a list of blocks, or what no block of ours may hold."""
    faults = [f"more than {SURFACES[surface]} blocks"] if len(blocks) > SURFACES[surface] else []
    actions: list[str] = []
    for block in blocks:
        check = _FAULTS.get(block["type"])
        faults += check(block) if check else [f"no such block: {block['type']}"]
        held = block.get("elements", []) if block["type"] == "actions" else [block.get("accessory")]
        actions += [each["action_id"] for each in held if each and block["type"] in ACTION_BLOCKS]
    idents = [block["block_id"] for block in blocks if "block_id" in block]
    faults += ["the same action_id twice"] if len(set(actions)) < len(actions) else []
    faults += ["the same block_id twice"] if len(set(idents)) < len(idents) else []
    faults += [f"a long id: {each}" for each in (*actions, *idents) if not 1 <= len(each) <= 255]
    return faults


def _plain(held: Mapping[str, Any] | None, most: int, what: str) -> list[str]:
    if not held or held.get("type") != "plain_text" or held.get("emoji") is not False:
        return [f"{what}: not plain_text without emoji"]
    return [] if 1 <= len(held["text"]) <= most and held["text"].strip() else [f"{what}: 1 to {most} characters"]


def _button(held: Json) -> list[str]:
    faults = _plain(held["text"], 75, "button")
    faults += [] if 1 <= len(held.get("value", "x")) <= 2000 else ["a button's value"]
    faults += [] if len(held.get("accessibility_label", "")) <= 75 else ["a button's accessibility_label"]
    if ask := held.get("confirm"):
        limits = {"title": 100, "text": 300, "confirm": 30, "deny": 30}
        faults += [each for key, most in limits.items() for each in _plain(ask.get(key), most, f"confirm {key}")]
    return faults


def _actions(block: Json) -> list[str]:
    faults = [] if 1 <= len(block["elements"]) <= 25 else ["1 to 25 elements in actions"]
    return faults + [each for held in block["elements"] for each in _button(held)]


def _section(block: Json) -> list[str]:
    return _plain(block["text"], 3000, "section") + (_button(block["accessory"]) if "accessory" in block else [])


def _context(block: Json) -> list[str]:
    faults = [] if 1 <= len(block["elements"]) <= 10 else ["1 to 10 elements in context"]
    return faults + [each for held in block["elements"] for each in _plain(held, 2000, "context")]


def _input(block: Json) -> list[str]:
    held = block["element"]
    faults = _plain(block["label"], 2000, "label") + _plain(block["hint"], 2000, "hint")
    return faults + _plain(held["placeholder"], 150, "placeholder") + ([] if held["max_length"] <= 3000 else ["input"])


def _rich_text(block: Json) -> list[str]:
    faults = [] if block["elements"] else ["an empty rich_text"]
    for held in block["elements"]:
        if held["type"] == "rich_text_list":
            faults += [] if held["style"] in {"bullet", "ordered"} and held["elements"] else ["a list"]
            faults += [each for item in held["elements"] for each in _runs(item, {"text", "link", "user"})]
        elif held["type"] in {"rich_text_section", "rich_text_preformatted"}:
            faults += _runs(held, {"text", "link", "user"} if held["type"] == "rich_text_section" else {"text", "link"})
        else:
            faults.append(f"no such rich text: {held['type']}")
    return faults


def _runs(held: Json, kinds: set[str]) -> list[str]:
    faults = [] if held["elements"] else ["an empty line of rich text"]
    for run in held["elements"]:
        if run["type"] not in kinds:
            faults.append(f"no such run: {run['type']}")
        elif run["type"] == "text" and not 1 <= len(run["text"]) <= 3000:
            faults.append("a run of rich text has 1 to 3000 characters")
        elif run["type"] == "link" and not re.fullmatch(r"https?://[^\s<>|]+", run["url"]):
            faults.append(f"a link to {run['url']}")
    return faults


_FAULTS: dict[str, Callable[[Json], list[str]]] = {
    "header": lambda block: _plain(block["text"], 150, "header"),
    "section": _section,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "rich_text": _rich_text,
    "divider": lambda _: [],
}


@web.middleware
async def _each_alone(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Keep no connection alive, so that `down` is down at once."""
    response = await handler(request)
    response.force_close()
    return response


_FORM = "application/x-www-form-urlencoded"


async def _arguments(request: web.Request) -> Json:
    if request.content_type == "application/json":
        return dict(await request.json())
    return {**request.query, **(await request.post())}


def _json(held: Any) -> Any:
    return json.loads(held) if isinstance(held, str) else held


def _true(value: object) -> bool:
    return value not in (False, "0", 0, "false")

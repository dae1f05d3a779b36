"""A Bot API server on loopback, as strict as Telegram's: what it refuses, it refuses with Telegram's own words.

Anything that Telegram would not know (a method, an argument) is a fault of the bot, kept in `faults`; a test ends with
`faults == []`. What people would see is kept in `seen`: text as Telegram renders it, never as it was sent.

The rules are those of core.telegram.org/bots/api, and of its parser, tdlib's MessageEntity.cpp.
"""

import asyncio
import json
import re
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiohttp import ClientSession, web

TOKEN = "123456789:AAFxH3y-L_00pback0000000000000000000"  # noqa: S105  known to nobody
ME = {"id": 123456789, "is_bot": True, "first_name": "Pushback", "username": "PushbackBot"}
PATIENCE = 20.0  # seconds that a test waits for what must come
MOST_A_SECOND = 30  # messages: core.telegram.org/bots/faq#broadcasting-to-users
GROUP, FORUM = -1001, -1002  # a plain group and a forum

_PLACE = {"chat_id", "message_thread_id", "reply_parameters", "reply_markup", "parse_mode"}
METHODS: dict[str, tuple[set[str], set[str]]] = {  # what each needs, and what it takes besides
    "getMe": (set(), set()),
    "getUpdates": (set(), {"offset", "timeout", "limit", "allowed_updates"}),
    "deleteWebhook": (set(), {"drop_pending_updates"}),
    "setWebhook": ({"url"}, {"allowed_updates", "secret_token", "max_connections"}),
    "setMyCommands": ({"commands"}, {"scope", "language_code"}),
    "setMyDescription": (set(), {"description", "language_code"}),
    "setMyShortDescription": (set(), {"short_description", "language_code"}),
    "answerCallbackQuery": ({"callback_query_id"}, {"text", "show_alert", "cache_time", "url"}),
    "answerInlineQuery": ({"inline_query_id", "results"}, {"cache_time", "is_personal", "next_offset", "button"}),
    "sendMessage": ({"chat_id", "text"}, _PLACE | {"link_preview_options"}),
    "editMessageText": ({"chat_id", "message_id", "text"}, {"parse_mode", "link_preview_options", "reply_markup"}),
    "deleteMessage": ({"chat_id", "message_id"}, set()),
    "sendPhoto": ({"chat_id", "photo"}, _PLACE | {"caption"}),
    "sendDocument": ({"chat_id", "document"}, _PLACE | {"caption"}),
}
UPDATES = {"message", "edited_message", "callback_query", "inline_query", "my_chat_member"}


class Refused(Exception):
    """An error of the platform: its code, its words, and its parameters."""

    def __init__(self, code: int, words: str, **parameters: object) -> None:
        super().__init__(words)
        self.code, self.words, self.parameters = code, words, parameters


@dataclass(frozen=True)
class Entity:
    """What is more than plain text: its kind, the text that it covers, and where a link leads."""

    kind: str
    text: str
    url: str = ""
    at: int = 0


@dataclass
class Seen:
    """A message as people see it."""

    chat: int
    id: int
    text: str
    entities: list[Entity]
    buttons: list[list[tuple[str, str]]]
    thread: int = 0
    reply: int = 0
    file: tuple[str, bytes] | None = None
    photo: bool = False
    forced: bool = False
    edited: bool = False

    def row(self) -> tuple[str, ...]:
        """The labels of its buttons, in order."""
        return tuple(label for row in self.buttons for label, _ in row)


@dataclass(frozen=True)
class Call:
    """One call of the bot, and when it came (`time.perf_counter`)."""

    method: str
    told: dict[str, Any]
    at: float


@dataclass
class _Failure:
    answer: Refused | None  # None: the answer is lost
    after: bool = False  # whether the act is done all the same


@dataclass
class Server:
    """The platform. Open it with `async with`."""

    token: str = TOKEN
    api: str = ""
    seen: list[Seen] = field(default_factory=list)
    shown: list[Seen] = field(default_factory=list)  # every send and edit, as it then was
    calls: list[Call] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    delivered: dict[int, float] = field(default_factory=dict)  # update ids, and when they were first handed over
    old: set[int] = field(default_factory=set)  # messages that can no longer be edited
    moved: dict[int, int] = field(default_factory=dict)
    webhook: str = ""
    reached: str = ""  # where the webhook's proxy hands on to
    secret: str = ""

    def __post_init__(self) -> None:
        self._changed = asyncio.Condition()
        self._waiting: list[dict[str, Any]] = []
        self._failures: defaultdict[str, deque[_Failure]] = defaultdict(deque)
        self._updates, self._ids = count(7000), count(100)
        self._people = count(1000)  # who ask in a burst
        self._polls = 0
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        self._port = 0
        self.whim: Callable[[str, dict[str, Any]], Refused | str] = lambda _method, _told: ""
        self.paced = False  # whether what is sent too fast is refused
        self.hurried = 0  # how much was
        self._recent: deque[tuple[float, int]] = deque()
        self.last: dict[str, Any] = {}
        self.rising: asyncio.Task[None] | None = None  # comes up again once the bot has noticed that it was down

    async def __aenter__(self) -> "Server":
        app = web.Application(client_max_size=60_000_000)
        app.router.add_route("*", "/bot{token}/{method}", self._called)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await self.up()
        self.api = f"http://127.0.0.1:{self._port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner
        async with self._changed:
            self._polls += 1  # ends the polls that wait
            self._changed.notify_all()
        await self._runner.cleanup()

    async def up(self) -> None:
        """Take connections, on the same port as ever."""
        assert self._runner
        self._site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await self._site.start()
        self._port = int(self._runner.addresses[0][1])

    async def down(self) -> None:
        """Take no connections, and drop those that there are."""
        assert self._runner and self._site and self._runner.server
        await self._site.stop()
        for each in list(self._runner.server.connections):
            each.force_close()
            if each.transport:
                each.transport.abort()

    # What a test does

    async def deliver(self, kind: str, content: dict[str, Any]) -> int:
        """Put an update before the bot; its id."""
        number = next(self._updates)
        await self._put({"update_id": number, kind: content})
        return number

    async def deliver_again(self) -> None:
        """Put the last update before the bot once more, under the same id."""
        await self._put(self.last)

    async def _put(self, update: dict[str, Any]) -> None:
        self.last = update
        if self.webhook:
            await self.post(update)
            return
        async with self._changed:
            self._waiting.append(update)
            self._changed.notify_all()

    async def post(self, update: dict[str, Any], secret: str | None = None) -> int:
        """Call the webhook as Telegram does; the status of its answer."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret if secret is None else secret}
        async with (
            ClientSession() as session,
            session.post(self.reached or self.webhook, json=update, headers=headers) as answer,
        ):
            return answer.status

    def message(self, text: str = "", person: int = 5, chat: int = 0, **more: Any) -> dict[str, Any]:
        """Write a message as Telegram does, its mentions and commands marked."""
        found: dict[str, Any] = {
            "message_id": next(self._ids),
            "date": 1_795_000_000,
            "from": {"id": person, "is_bot": False, "first_name": "Ann", "language_code": "en"},
            "chat": self.chat(chat or person),
        }
        if text:
            entities = [
                {"type": kind, "offset": _units(text[: each.start()]), "length": _units(each.group())}
                for kind, pattern in (("mention", r"@\w+"), ("bot_command", r"(?<!\w)/\w+(?:@\w+)?"))
                for each in re.finditer(pattern, text)
            ]
            found |= {"text": text, "entities": entities}
        return found | more

    def chat(self, ident: int) -> dict[str, Any]:
        """Write a chat as Telegram does."""
        if ident > 0:
            return {"id": ident, "type": "private", "first_name": "Ann"}
        return {"id": ident, "type": "supergroup", "title": "A group", "is_forum": ident == FORUM}

    async def say(self, text: str, person: int = 5, chat: int = 0, **more: Any) -> int:
        """Type a message."""
        return await self.deliver("message", self.message(text, person, chat, **more))

    async def press(self, message: Seen, label: str, person: int = 5, under: dict[str, Any] | None = None) -> int:
        """Press a button of a message."""
        (sentence,) = {data for row in message.buttons for name, data in row if name == label}
        return await self.pressed(message, sentence, person, under)

    async def pressed(self, message: Seen, sentence: str, person: int = 5, under: dict[str, Any] | None = None) -> int:
        """Press a button that sends a sentence; `under` replaces what is told of the message."""
        told = under or self.written(message)
        query = {"id": str(next(self._ids)), "from": {"id": person, "is_bot": False, "first_name": "Ann"}}
        return await self.deliver("callback_query", query | {"chat_instance": "1", "data": sentence, "message": told})

    def written(self, message: Seen) -> dict[str, Any]:
        """Write a message of the bot's own as Telegram does."""
        found: dict[str, Any] = {
            "message_id": message.id,
            "date": 1_795_000_000,
            "from": ME,
            "chat": self.chat(message.chat),
            "text": message.text,
            "entities": [
                {"type": each.kind, "offset": _units(message.text[: each.at])}
                | {"length": _units(each.text)}
                | ({"url": each.url} if each.url else {})
                for each in message.entities
            ],
        }
        if message.buttons:
            rows = [[{"text": label, "callback_data": data} for label, data in row] for row in message.buttons]
            found["reply_markup"] = {"inline_keyboard": rows}
        if message.file:
            del found["text"], found["entities"]
            found["document"] = {"file_id": "f", "file_unique_id": "u", "file_name": message.file[0]}
        return found

    def fail(self, method: str, error: Refused | None, after: bool = False) -> None:
        """Answer the next call of a method with an error; None loses the answer."""
        self._failures[method].append(_Failure(error, after))

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something holds."""
        async with self._changed, asyncio.timeout(PATIENCE):
            await self._changed.wait_for(true)

    async def see(self, number: int) -> list[Seen]:
        """Wait for so many sends and edits; all of them."""
        await self.until(lambda: len(self.shown) >= number)
        return list(self.shown)

    async def called(self, method: str, times: int = 1) -> list[Call]:
        """Wait for so many calls of a method."""
        await self.until(lambda: sum(call.method == method for call in self.calls) >= times)
        return [call for call in self.calls if call.method == method]

    async def burst(self, people: int, text: str = "hosp wants bloods b4 clinic do i have to") -> list[float]:
        """Let many people ask at once; seconds from each delivery to the call that answers it, in their order."""
        new = [next(self._people) for _ in range(people)]
        asked = {person: await self.say(text, person=person) for person in new}

        def answers() -> dict[int, float]:
            found: dict[int, float] = {}
            for call in self.calls:
                if call.method == "sendMessage":
                    found.setdefault(int(call.told["chat_id"]), call.at)
            return found

        async with self._changed, asyncio.timeout(6 * PATIENCE):
            await self._changed.wait_for(lambda: answers().keys() >= asked.keys())
        came = answers()
        return [came[person] - self.delivered[update] for person, update in asked.items()]

    # What the platform does

    async def _called(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        try:
            if request.match_info["token"] != self.token:
                raise Refused(401, "Unauthorized")
            if method not in METHODS:
                self.faults.append(f"no such method: {method}")
                raise Refused(404, "Not Found")
            told = await self._told(request, method)
            self.calls.append(Call(method, told, time.perf_counter()))
            failure = self._failures[method].popleft() if self._failures[method] else self._whim(method, told)
            if failure and not failure.after and failure.answer:
                raise failure.answer
            result = await getattr(self, f"_{method}")(told)
            if failure and failure.answer is None:
                assert request.transport
                request.transport.abort()
            elif failure and failure.answer:
                raise failure.answer
        except Refused as refused:
            error: dict[str, object] = {"ok": False, "error_code": refused.code, "description": refused.words}
            if refused.parameters:
                error["parameters"] = refused.parameters
            return web.json_response(error, status=refused.code)
        finally:
            async with self._changed:
                self._changed.notify_all()
        return web.json_response({"ok": True, "result": result})

    def _whim(self, method: str, told: dict[str, Any]) -> "_Failure | None":
        """What goes wrong by itself: more messages than Telegram takes, and what `whim` says."""
        if self.paced and method == "sendMessage":
            now, chat = time.perf_counter(), int(told["chat_id"])
            while self._recent and now - self._recent[0][0] >= 1.0:
                self._recent.popleft()
            if len(self._recent) >= MOST_A_SECOND or any(each == chat for _, each in self._recent):
                self.hurried += 1
                return _Failure(Refused(429, "Too Many Requests: retry after 1", retry_after=1))
            self._recent.append((now, chat))
        match self.whim(method, told):
            case "lost":
                return _Failure(None)
            case Refused() as refused:
                return _Failure(refused)
        return None

    async def _told(self, request: web.Request, method: str) -> dict[str, Any]:
        needed, besides = METHODS[method]
        told: dict[str, Any] = {}
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                told[name] = (value.filename, value.file.read())
            else:
                told[name] = _read(str(value)) if name not in {"text", "caption", "url", "secret_token"} else str(value)
        for name, value in told.items():  # a file is named by another field: attach://…
            if isinstance(value, str) and value.startswith("attach://"):
                told[name] = told[value.removeprefix("attach://")]
        unknown = {name for name in told if name not in needed | besides and not isinstance(told[name], tuple)}
        if unknown or not needed <= told.keys():
            self.faults.append(f"{method}: {sorted(unknown)} unknown, {sorted(needed - told.keys())} missing")
        return told

    async def _getMe(self, _told: dict[str, Any]) -> object:
        return ME | {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": True}

    async def _getUpdates(self, told: dict[str, Any]) -> object:
        if self.webhook:
            raise Refused(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the "
                "webhook first",
            )
        if not set(told.get("allowed_updates", UPDATES)) <= UPDATES:
            self.faults.append("getUpdates: an update that nobody knows")
        offset = told.get("offset", 0)
        self._waiting = [each for each in self._waiting if each["update_id"] >= offset]
        self._polls += 1
        mine = self._polls
        async with self._changed:
            self._changed.notify_all()  # a poll that waits gives way to a newer one
            try:
                async with asyncio.timeout(told.get("timeout", 0)):
                    await self._changed.wait_for(lambda: self._waiting or self._polls != mine)
            except TimeoutError:
                return []
        if self._polls != mine:
            words = "terminated by other getUpdates request; make sure that only one bot instance is running"
            raise Refused(409, f"Conflict: {words}")
        for update in self._waiting[:100]:
            self.delivered.setdefault(update["update_id"], time.perf_counter())
        return self._waiting[:100]

    async def _deleteWebhook(self, _told: dict[str, Any]) -> object:
        self.webhook = ""
        return True

    async def _setWebhook(self, told: dict[str, Any]) -> object:
        if not told["url"].startswith("https://"):
            raise Refused(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", told.get("secret_token", "x")):
            raise Refused(400, "Bad Request: secret token contains unallowed characters")
        self.webhook, self.secret = told["url"], told.get("secret_token", "")
        return True

    async def _setMyCommands(self, told: dict[str, Any]) -> object:
        for each in told["commands"]:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", each["command"]):
                raise Refused(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(each["description"]) <= 256:
                raise Refused(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        return True

    async def _setMyDescription(self, told: dict[str, Any]) -> object:
        return self._at_most(told.get("description", ""), 512)

    async def _setMyShortDescription(self, told: dict[str, Any]) -> object:
        return self._at_most(told.get("short_description", ""), 120)

    def _at_most(self, text: str, longest: int) -> bool:
        if len(text) > longest:
            raise Refused(400, "Bad Request: BOT_DESCRIPTION_TOO_LONG")
        return True

    async def _answerCallbackQuery(self, _told: dict[str, Any]) -> object:
        return True

    async def _answerInlineQuery(self, told: dict[str, Any]) -> object:
        if len(told["results"]) > 50:
            raise Refused(400, "Bad Request: RESULTS_TOO_MUCH")
        for each in told["results"]:
            if not 1 <= len(each["id"].encode()) <= 64 or not each["title"]:
                raise Refused(400, "Bad Request: RESULT_ID_INVALID")
            rendered(each["input_message_content"]["message_text"], each["input_message_content"]["parse_mode"])
        return True

    async def _sendMessage(self, told: dict[str, Any]) -> object:
        if told.get("link_preview_options") != {"is_disabled": True}:
            self.faults.append("sendMessage: a link would be shown as a preview")
        text, entities = rendered(told["text"], told.get("parse_mode"))
        return self._show(told, text, entities)

    async def _editMessageText(self, told: dict[str, Any]) -> object:
        chat = told["chat_id"]
        before = next((each for each in self.seen if (each.chat, each.id) == (chat, told["message_id"])), None)
        if before is None:
            raise Refused(400, "Bad Request: message to edit not found")
        if before.id in self.old or before.file:
            raise Refused(400, "Bad Request: message can't be edited")
        text, entities = rendered(told["text"], told.get("parse_mode"))
        buttons, _ = _markup(told)
        if (text, entities, buttons) == (before.text, before.entities, before.buttons):
            words = "specified new message content and reply markup are exactly the same as a current content and "
            raise Refused(400, f"Bad Request: message is not modified: {words}reply markup of the message")
        before.text, before.entities, before.buttons, before.edited = text, entities, buttons, True
        self.shown.append(Seen(**vars(before)))
        return self.written(before)

    async def _deleteMessage(self, told: dict[str, Any]) -> object:
        found = next(
            (each for each in self.seen if (each.chat, each.id) == (told["chat_id"], told["message_id"])), None
        )
        if found is None:
            raise Refused(400, "Bad Request: message to delete not found")
        if found.id in self.old:
            raise Refused(400, "Bad Request: message can't be deleted")
        self.seen.remove(found)
        return True

    async def _sendPhoto(self, told: dict[str, Any]) -> object:
        if not told["photo"][1].startswith(b"\x89PNG") or len(told["photo"][1]) > 10_000_000:
            raise Refused(400, "Bad Request: IMAGE_PROCESS_FAILED")
        return self._file(told, told["photo"], photo=True)

    async def _sendDocument(self, told: dict[str, Any]) -> object:
        return self._file(told, told["document"])

    def _file(self, told: dict[str, Any], file: tuple[str, bytes], photo: bool = False) -> object:
        if not file[1]:
            raise Refused(400, "Bad Request: file must be non-empty")
        text, entities = rendered(told.get("caption", ""), told.get("parse_mode"), empty=True)
        if _units(text) > 1024:
            raise Refused(400, "Bad Request: message caption is too long")
        return self._show(told, text, entities, file=file, photo=photo)

    def _show(self, told: dict[str, Any], text: str, entities: list[Entity], **more: Any) -> object:
        chat = int(told["chat_id"])
        if chat in self.moved:
            raise Refused(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=self.moved[chat],
            )
        thread = told.get("message_thread_id", 0)
        if thread and chat != FORUM:
            raise Refused(400, "Bad Request: message thread not found")
        buttons, forced = _markup(told)
        reply = told.get("reply_parameters", {}).get("message_id", 0)
        shown = Seen(chat, next(self._ids), text, entities, buttons, thread, reply, forced=forced, **more)
        self.seen.append(shown)
        self.shown.append(Seen(**vars(shown)))
        return self.written(shown)


def _read(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _markup(told: dict[str, Any]) -> tuple[list[list[tuple[str, str]]], bool]:
    """Read the buttons below a message, and whether an answer is asked for."""
    markup = told.get("reply_markup", {})
    if markup.get("force_reply"):
        if not 1 <= len(markup.get("input_field_placeholder", "x")) <= 64:
            raise Refused(400, "Bad Request: can't parse reply keyboard markup JSON object")
        return [], True
    rows = markup.get("inline_keyboard", [])
    if sum(map(len, rows)) > 100 or any(len(row) > 8 for row in rows):
        raise Refused(400, "Bad Request: reply markup is too long")
    for each in (each for row in rows for each in row):
        if not each["text"].strip():
            raise Refused(
                400,
                "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
            )
        if not 1 <= len(each["callback_data"].encode()) <= 64:
            raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
    return [[(each["text"], each["callback_data"]) for each in row] for row in rows], False


_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
}
_ENTITY = re.compile(r"&(?:#(\d+)|#x([0-9a-fA-F]+)|(lt|gt|amp|quot));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
# What is found without any markup, outside code, pre and links.
_FOUND = {
    "mention": r"(?<!\w)@\w{2,32}",
    "hashtag": r"(?<!\w)#\w*[^\W\d]\w*(?:@\w+)?",
    "cashtag": r"(?<!\w)\$(?:1INCH|[A-Z]{1,8})(?!\w)",
    "bot_command": r"(?<![\w/<>])/\w{1,64}(?:@\w{2,32})?(?![\w/<>])",
    "url": r"(?:(?:https?|ftp|tg|ton|tonsite)://\S+"
    r"|(?<![\w@.])(?:[\w-]+\.)+(?:com|org|net|uk|de|me|io|co|info|app|dev|ru|xn--\w+)\b(?!@)"
    r"|(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]))",
}


def rendered(text: str, mode: str | None, empty: bool = False) -> tuple[str, list[Entity]]:
    """Render a text as Telegram does.

    Returns:
        What people see, and every entity in it: from a tag, or found by Telegram itself.

    Raises:
        Refused: as Telegram refuses it.
    """
    text = re.sub(r"[\u2028-\u202e]", "", re.sub(r"[\x00-\x09\x0b-\x1f]", " ", text.replace("\r", "")))
    plain, tags = _parsed(text) if mode == "HTML" else (text, [])
    start = len(plain) - len(plain.lstrip())
    if not plain.strip() and not empty:
        raise Refused(400, "Bad Request: message text is empty")
    if _units(plain.strip()) > 4096:
        raise Refused(400, "Bad Request: message is too long")
    if len(tags) > 100:
        tags = tags[:100]
    dead = {at for kind, first, last, _ in tags if kind in ("code", "pre", "text_link") for at in range(first, last)}
    found = [
        (kind, each.start(), each.end(), "")
        for kind, pattern in _FOUND.items()
        for each in re.finditer(pattern, plain)
        if dead.isdisjoint(range(each.start(), each.end()))
    ]
    entities = [
        Entity(kind, plain[first:last].strip(), url, max(0, first - start))
        for kind, first, last, url in sorted(tags + found)
    ]
    return plain[start:].rstrip(), entities


def _parsed(html: str) -> tuple[str, list[tuple[str, int, int, str]]]:
    plain, open_tags, tags, at = "", list[tuple[str, int, str]](), list[tuple[str, int, int, str]](), 0
    while at < len(html):
        char = html[at]
        if char == "&" and (found := _ENTITY.match(html, at)):
            decimal, hexadecimal, name = found.groups()
            plain += _NAMED[name] if name else chr(int(decimal) if decimal else int(hexadecimal, 16))
            at = found.end()
        elif char != "<":
            found = re.compile(r"[^<&]*").match(html, at + 1)
            assert found
            plain, at = plain + html[at : found.end()], found.end()
        elif found := re.compile(r"</([^\s>]*)\s*>").match(html, at):
            if not open_tags:
                raise Refused(
                    400,
                    f"Bad Request: can't parse entities: Unexpected end tag at byte offset {len(html[:at].encode())}",
                )
            tag, start, url = open_tags.pop()
            if found.group(1).lower() not in ("", tag):
                byte = len(html[:at].encode())
                words = f'Unmatched end tag at byte offset {byte}, expected "</{tag}>", found "{found.group()}"'
                raise Refused(400, f"Bad Request: can't parse entities: {words}")
            if len(plain) > start:
                tags.append((_TAGS[tag], start, len(plain), url))
            at = found.end()
        else:
            found = re.compile(r'<([^\s>]*)((?:\s+[\w-]+(?:=(?:"[^"]*"|[^\s>]*))?)*)\s*>').match(html, at)
            name = (found.group(1) if found else html[at + 1 : at + 20]).lower()
            if not found or name not in _TAGS:
                words = f'Unsupported start tag "{name}" at byte offset {len(html[:at].encode())}'
                raise Refused(400, f"Bad Request: can't parse entities: {words}")
            link = re.search(r'href="([^"]*)"', found.group(2))
            url = _ENTITY.sub(lambda each: _NAMED.get(each.group(3), each.group()), link.group(1)) if link else ""
            open_tags.append((name, len(plain), url))
            at = found.end()
    if open_tags:
        words = f'Can\'t find end tag corresponding to start tag "{open_tags[-1][0]}"'
        raise Refused(400, f"Bad Request: can't parse entities: {words}")
    return plain, tags

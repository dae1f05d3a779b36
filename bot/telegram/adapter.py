"""The bot on Telegram: takes updates in, hands replies to what sends them, starts and stops.

poll or webhook ── raw update ── read ── door.receive ── confirmed
door ── send, edit, delete ── sending.py ── Sent

Telegram forgets an update once a later offset is asked for. The library's own updater asks before anybody has seen
what it queued, so a bot that is killed loses that. Here the offset moves on when `door.receive` has returned; and the
webhook answers 200 then, and not before.
"""

import asyncio
import hmac
import logging
import os
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import urlsplit

from aiohttp import web
from telegram import (
    Bot,
    ForceReply,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    Update,
    User,
)
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    Conflict,
    InvalidToken,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from bot.aside import Aside
from bot.config import TelegramTable
from bot.port import ChatError, Door, Found, Limits, Outcome, Reason, Sent
from bot.telegram import menu
from bot.telegram.errors import seconds
from bot.telegram.quiet import hush
from bot.telegram.reading import (
    NAME,
    WANTED,
    WHICH,
    Arrival,
    Left,
    Looked,
    Moved,
    Place,
    Said,
    Unasked,
    Wordless,
    below,
    read,
)
from bot.telegram.render import LONGEST, MOST_BUTTONS, cut, messages
from bot.telegram.sending import NO_PREVIEW, Sending
from handlers.chat import Ask, Person, Reply, Section

log = logging.getLogger("pushback")
_T = TypeVar("_T")

TRIES = 3  # to bring one update to the door before it is let go
GRACE = 0.2  # seconds that a stop gives to what is told beside the answers
REMEMBERED = 500  # questions and albums
TOKEN = re.compile(r"\d{3,}:[\w-]{30,}", re.ASCII)
SECRET = re.compile(r"[\w-]{16,256}", re.ASCII)

WORDLESS = Reply(
    (
        Section("", ("I read text only: please type the request, or paste the line of the letter.",)),
        Section("", ("Never send a picture of a letter with a patient's name. If this was one, please delete it.",)),
    )
)
_ANSWER = ForceReply(selective=True, input_field_placeholder="hosp wants bloods before clinic")
# What is the matter while it starts or polls, in plain words; the first that fits.
TROUBLES: tuple[tuple[type[TelegramError], str], ...] = (
    (Conflict, "another process takes this bot's messages with the same [telegram] token: stop that one"),
    (InvalidToken, "[telegram] token: Telegram no longer knows it; make a new one with @BotFather and start again"),
    (RetryAfter, "Telegram asks us to wait"),
    (TimedOut, "Telegram does not answer"),
    (TelegramError, "Telegram cannot be reached"),
)


@dataclass(frozen=True)
class Pace:
    """How long to wait, in seconds."""

    poll: int = 30  # that Telegram holds a poll open when there is nothing
    first: float = 0.5  # after a first failure; doubled after each
    longest: float = 30.0
    network: float = 2.0  # before a message is sent that found no connection


class _Bot(Bot):
    """The library's bot, and a way to updates as they come.

    Its own logs a whole batch, words and all, and gives none of it, where it cannot read one update.
    """

    async def updates(self, offset: int, wait: int) -> list[dict[str, Any]]:
        """Return what arrived from an update's id on, waiting some seconds where there is nothing.

        Raises:
            TelegramError: as every call.
        """
        told = {"offset": offset, "timeout": wait, "allowed_updates": list(WANTED)}
        found = await self._post("getUpdates", told, read_timeout=wait + 10)
        return [each for each in found if isinstance(each.get("update_id"), int)]


class Telegram:
    """The bot on Telegram."""

    name = NAME
    # At most 30 messages a second in all, one a second to one person: core.telegram.org/bots/faq#broadcasting-to-users
    limits = Limits(text=LONGEST, buttons=MOST_BUTTONS, per_second=25.0)

    def __init__(self, settings: TelegramTable, pace: Pace | None = None) -> None:
        """Make it; nothing is asked of the network before `start`."""
        self._settings, self._pace = settings, pace or Pace()
        self._token = settings.token.get_secret_value().strip()
        hush(self._token, settings.webhook_secret.get_secret_value())
        # Or the library warns whenever it reads how long Telegram says to wait.
        os.environ.setdefault("PTB_TIMEDELTA", "true")
        self._outward = HTTPXRequest(connection_pool_size=40, read_timeout=15, pool_timeout=20)
        self._out = Sending(self._outward, self._pace.network)
        self._in = HTTPXRequest(connection_pool_size=1)
        self._bot: _Bot
        self._door: Door
        self._me: User | None = None
        self._working: asyncio.Task[None] | None = None
        self._runner: web.AppRunner | None = None
        self._aside = Aside(NAME)
        self._looking: dict[str, asyncio.Task[None]] = {}
        self._typed: OrderedDict[tuple[int, int], int] = OrderedDict()
        self._albums: OrderedDict[str, None] = OrderedDict()
        self.listens_on = 0

    @property
    def start_link(self) -> str:
        """The deep link of the bot: what follows it is said to the bot by whoever opens it."""
        return f"https://t.me/{self._me.username}?start=" if self._me else ""

    async def start(self, door: Door) -> None:
        """Connect, and bring what arrives to the door until `stop`.

        Raises:
            ChatError: for a wrong token or webhook key, or a port in use. A network that is down is waited for.
        """
        self._door = door
        self._check()
        api = self._settings.api_url.rstrip("/")
        self._bot = _Bot(self._token, f"{api}/bot", f"{api}/file/bot", self._outward, self._in)
        self._out.begin(self._bot, door)
        try:
            await self._meet()
        except InvalidToken:
            await self._hang_up()
            raise ChatError(
                "[telegram] token: Telegram does not know it; copy it again from @BotFather, /mybots, API Token"
            ) from None
        except TelegramError as error:
            log.warning("waiting for the network chat=%s: %s", NAME, _kind(error))
        if self._settings.mode == "webhook":
            await self._listen()
        self._working = asyncio.create_task(self._work(), name="telegram")

    async def stop(self) -> None:
        """Take nothing more in; what is on its way out may finish."""
        ending = [task for task in (self._working, *self._looking.values()) if task]
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
        if self._runner:
            await self._runner.cleanup()
        await self._aside.stop(GRACE)
        await self._in.shutdown()
        await self._out.close()

    async def send(self, person: Person, reply: Reply, place: str = "") -> Sent:
        """Send a reply. Never raises: what went wrong is in what it returns."""
        return await self._safely("sending", lambda: self._out.send(Place.of(place, person), reply))

    def below(self, message: str) -> str:
        """Return the place that answers a message: as a reply to it."""
        return below(message)

    async def edit(self, message: str, reply: Reply) -> Sent:
        """Put other words in the place of the first message of a reply. Never raises."""
        return await self._safely("changing", lambda: self._out.edit(message, reply))

    async def delete(self, message: str) -> Sent:
        """Take every message of a reply away. Never raises."""
        return await self._safely("deleting", lambda: self._out.delete(message))

    async def _safely(self, what: str, call: Callable[[], Awaitable[Sent]]) -> Sent:
        async with self._out.open():
            try:
                sent = await call()
            except Exception as error:
                log.error("%s failed: %s", what, type(error).__name__)
                sent = Sent(Outcome.FAILED, reason=Reason.UNKNOWN)
        if sent.outcome is not Outcome.SENT:
            log.warning("not sent chat=%s outcome=%s reason=%s", NAME, sent.outcome, sent.reason)
        return sent

    # What comes in

    async def _arrive(self, raw: dict[str, Any], me: User) -> None:
        """Bring one update to the door; once this returns it may be confirmed."""
        try:
            update = Update.de_json(raw, self._bot)
            arrival = read(update, me)
        except Exception as error:
            log.warning("not readable: update=%s %s", raw.get("update_id"), type(error).__name__)
            return
        if arrival:
            await self._bring(arrival)

    async def _bring(self, arrival: Arrival) -> None:
        match arrival:
            case Said(_, pressed):
                if pressed:
                    self._aside.begin(self._acknowledge(pressed))
                if arrival.album:
                    _first_time(self._albums, arrival.album)  # the answer tells of the other pictures too
                if meant := self._meant(arrival):
                    await self._door.receive(meant)
                self._note(arrival)  # not before: what the door did not take is brought again
            case Unasked(place):
                self._aside.begin(self._safely("telling", lambda: self._out.tell(place, WHICH, _ANSWER)))
            case Wordless(place, album):
                if not album or _first_time(self._albums, album):
                    self._aside.begin(self._safely("telling", lambda: self._out.tell(place, messages(WORDLESS)[0])))
            case Looked(_, _, person):
                if before := self._looking.get(person.id):
                    before.cancel()  # each letter typed is a query of its own: only the last matters
                self._looking[person.id] = self._aside.begin(self._look(arrival))
            case Left(person, reason):
                await self._door.gone(person, reason)
            case Moved(old, new):
                await self._door.moved(NAME, old, new)

    def _meant(self, said: Said) -> Ask | None:
        """What a sentence is to the door: an edit is nothing where the same words stood there before.

        Telegram also calls a message edited where only its link preview came late. Where a stop forgot what stood
        there, an edit is no question asked anew, and only overheard.
        """
        if said.message is None or not said.edited:
            return said.ask
        before = self._typed.get(said.message)
        if before == hash(said.ask.text):
            return None
        return said.ask if before is not None else replace(said.ask, overheard=True)

    def _note(self, said: Said) -> None:
        """Note what stands in a message now."""
        if said.message:
            self._typed[said.message] = hash(said.ask.text)
        while len(self._typed) > REMEMBERED:
            self._typed.popitem(last=False)

    async def _acknowledge(self, press: str) -> None:
        """End the press's spinner, before any work."""
        await self._quietly("press", self._bot.answer_callback_query(press))

    async def _look(self, looked: Looked) -> None:
        """Show rules below what a person types behind the bot's name, in any chat."""
        try:
            found = await self._door.find(looked.words, looked.person) if looked.words else ()
            said = "Nothing found: ask me directly" if looked.words else "Type a few words, or press here to ask me"
            button = None if found else InlineQueryResultsButton(said, start_parameter="help")
            results = [_article(each) for each in found]
            answer = self._bot.answer_inline_query(looked.query, results, cache_time=5, is_personal=True, button=button)
            await self._quietly("inline", answer)
        finally:
            if self._looking.get(looked.person.id) is asyncio.current_task():
                del self._looking[looked.person.id]

    async def _quietly(self, what: str, call: Awaitable[Any]) -> None:
        """Make a call whose failure nobody needs to hear of: the press or query is too old, the network is down."""
        async with self._out.open():
            try:
                await call
            except BadRequest as error:
                log.debug("%s: %s", what, error.message)
            except TelegramError as error:
                log.info("%s not answered: %s", what, _kind(error))

    # Connections

    def _check(self) -> None:
        if not TOKEN.fullmatch(self._token):
            raise ChatError("[telegram] token: is not one; it looks like 123456789:AA…, from @BotFather")
        if self._settings.mode == "webhook":
            if not self._settings.webhook_url.startswith("https://"):
                raise ChatError('[telegram] webhook_url: mode "webhook" needs the https:// address that Telegram calls')
            if not SECRET.fullmatch(self._settings.webhook_secret.get_secret_value()):
                raise ChatError("[telegram] webhook_secret: 16 to 256 letters, digits, _ and -, of your own making")

    async def _meet(self) -> User:
        if self._me is None:
            self._me = await self._bot.get_me()
        return self._me

    async def _work(self) -> None:
        me = await self._persist(self._introduce)
        log.info("started chat=%s", NAME)
        if self._settings.mode == "polling":
            await self._poll(me)

    async def _introduce(self) -> User:
        """Say where updates are to come, and what the menus hold."""
        me = await self._meet()
        if self._settings.mode == "polling":
            await self._bot.delete_webhook()
        else:
            await self._bot.set_webhook(
                self._settings.webhook_url,
                allowed_updates=WANTED,
                secret_token=self._settings.webhook_secret.get_secret_value(),
            )
        self._aside.begin(self._publish())
        return me

    async def _publish(self) -> None:
        try:
            await menu.publish(self._bot)
        except TelegramError as error:
            log.warning("the menus were not set: %s", _kind(error))

    async def _poll(self, me: User) -> None:
        offset = 0

        async def ask() -> list[dict[str, Any]]:
            return await self._bot.updates(offset, self._pace.poll)

        while True:
            for raw in await self._persist(ask):
                await self._insist(raw, me)
                offset = int(raw["update_id"]) + 1

    async def _insist(self, raw: dict[str, Any], me: User) -> None:
        """Bring an update to the door, again where that fails: it is not confirmed until it is written down."""
        for attempt in range(TRIES):
            try:
                return await self._arrive(raw, me)
            except Exception as error:
                log.error("not taken: update=%s %s", raw.get("update_id"), type(error).__name__)
                await asyncio.sleep(self._pace.first * 2**attempt)
        log.error("let go: update=%s", raw.get("update_id"))
        return None

    async def _persist(self, call: Callable[[], Awaitable[_T]]) -> _T:
        """Make a call until it succeeds, waiting twice as long each time; each new kind of trouble is logged once."""
        wait, said = self._pace.first, ""
        while True:
            try:
                found = await call()
            except Exception as error:  # whatever it is: a bot that has stopped to listen looks like one that is well
                if (now := _kind(error)) != said:
                    log.warning("%s: trying on", now)
                    said = now
                asked = seconds(error.retry_after) if isinstance(error, RetryAfter) else 0.0
                await asyncio.sleep(max(asked, wait))
                wait = min(2 * wait, self._pace.longest)
            else:
                if said:
                    log.info("Telegram is back")
                return found

    async def _listen(self) -> None:
        """Open the webhook's port.

        Raises:
            ChatError: where it is in use.
        """
        host, _, port = self._settings.listen.rpartition(":")
        door = web.Application()
        door.router.add_post(urlsplit(self._settings.webhook_url).path or "/", self._called)
        self._runner = web.AppRunner(door, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host.strip("[]") or None, int(port)).start()
        except OSError as error:
            await self._runner.cleanup()
            await self._hang_up()
            raise ChatError(f"[telegram] listen: {self._settings.listen} cannot be opened: {error.strerror}") from None
        self.listens_on = int(self._runner.addresses[0][1])

    async def _called(self, request: web.Request) -> web.Response:
        """Take one update that Telegram brings; 200 only once it is written down."""
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "").encode()
        if not hmac.compare_digest(given, self._settings.webhook_secret.get_secret_value().encode()):
            log.warning("webhook: a call without the right secret was turned away")
            return web.Response(status=403)
        if self._me is None:
            return web.Response(status=503)
        try:
            raw = await request.json()
        except ValueError:
            raw = None
        if not isinstance(raw, dict):
            log.warning("webhook: a body that is no update was turned away")
            return web.Response(status=400)
        try:
            await self._arrive(raw, self._me)
        except Exception as error:
            log.error("not taken: update=%s %s", raw.get("update_id"), type(error).__name__)
            return web.Response(status=500)
        return web.Response()

    async def _hang_up(self) -> None:
        await self._in.shutdown()
        await self._outward.shutdown()


def _kind(error: Exception) -> str:
    """Say in plain words what is the matter, and never the error's own text."""
    return next((said for kind, said in TROUBLES if isinstance(error, kind)), f"unforeseen: {type(error).__name__}")


def _article(found: Found) -> InlineQueryResultArticle:
    content = InputTextMessageContent(
        messages(found.reply)[0], parse_mode=ParseMode.HTML, link_preview_options=NO_PREVIEW
    )
    return InlineQueryResultArticle(found.ident, found.title, content, description=cut(found.says, 100))


def _first_time(seen: OrderedDict[str, None], what: str) -> bool:
    new = what not in seen
    seen[what] = None
    while len(seen) > REMEMBERED:
        seen.popitem(last=False)
    return new

"""What goes out to Telegram: replies, corrections, and the connections that they need.

send ── change the pressed message, or new ones, then files ── Sent
edit, delete ── a message that stands

A call that may have been heard is never made again.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from telegram import Bot, ForceReply, InlineKeyboardMarkup, LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import ChatMigrated, TelegramError
from telegram.request import HTTPXRequest

from bot.port import Door, Outcome, Reason, Sent
from bot.telegram.errors import meaning
from bot.telegram.reading import NAME, TOO_OLD, Place
from bot.telegram.render import caption, keyboard, messages
from handlers.chat import Attachment, Reply, Section

TRIES = 3  # to send the rest of a reply
LONGEST_WAIT = 60.0  # seconds that the rest of a reply is put off
IS_OLD = Section("", ("That list is old, so the answer stands in a new message.",))
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

_Call = Callable[[Place], Awaitable[Message | bool]]


class Sending:
    """What sends, and holds its connections open while it does."""

    def __init__(self, connections: HTTPXRequest, network_wait: float) -> None:
        """Hold connections that are opened when they are needed.

        Args:
            connections: the library's own, that the bot sends by.
            network_wait: seconds before a message is sent that found no connection.
        """
        self._connections, self._network_wait = connections, network_wait
        self._bot: Bot
        self._door: Door
        self._busy = 0
        self._closing = False

    def begin(self, bot: Bot, door: Door) -> None:
        """Send as a bot, and ask a door where a group is now."""
        self._bot, self._door = bot, door

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Hold the connections open while something is on its way; the last one out after `close` closes them."""
        self._busy += 1
        try:
            await self._connections.initialize()
            yield
        finally:
            self._busy -= 1
            if self._closing and not self._busy:
                await self._connections.shutdown()

    async def close(self) -> None:
        """Close the connections, once nothing is on its way."""
        self._closing = True
        if not self._busy:
            await self._connections.shutdown()

    async def send(self, place: Place, reply: Reply) -> Sent:
        """Send a reply.

        Args:
            place: where; a message to change is changed where the reply fits it.
            reply: what.
        """
        now = int(await self._door.now_at(NAME, str(place.chat))) if place.chat < 0 else place.chat
        if now != place.chat:
            place = replace(place, chat=now, reply=0, edit=0)  # its messages have new ids too
        texts, old = messages(reply), place.edit == TOO_OLD
        if place.edit > 0 and not reply.keeps and len(texts) == 1:
            sent = await self._call(place, self._changing(texts[0], keyboard(reply.buttons)))
            if sent.reason is not Reason.TOO_OLD:
                return sent
            old = True
        if old:
            texts = messages(replace(reply, parts=(IS_OLD, *reply.parts)))
        rows = keyboard(reply.buttons)
        calls = [self._telling(text, rows if text is texts[-1] else None) for text in texts]
        calls += [self._handing(file) for file in reply.files]
        sent, stand = Sent(Outcome.FAILED, reason=Reason.REFUSED), list[str]()
        for number, call in enumerate(calls):
            sent = await (self._call(place, call) if not number else self._finish(place, call))
            if sent.outcome is not Outcome.SENT:
                # The beginning stands there already: to send the whole again would show it twice.
                return replace(sent, outcome=Outcome.UNSURE, wait=0.0) if number else sent
            stand.append(sent.message)
        return replace(sent, message=" ".join(stand))

    async def tell(self, place: Place, text: str, rows: ForceReply | None = None) -> Sent:
        """Send one text, in Telegram's HTML."""
        return await self._call(place, self._telling(text, rows))

    async def edit(self, message: str, reply: Reply) -> Sent:
        """Put other words in the place of the first message of a reply.

        Args:
            message: where the reply stands: "5/17 5/18", chat and message of each.
            reply: what is to stand there.
        """
        texts = messages(reply)
        if len(texts) != 1:
            return Sent(Outcome.FAILED, reason=Reason.REFUSED)
        return await self._each(message.split()[:1], self._changing(texts[0], keyboard(reply.buttons)))

    async def delete(self, message: str) -> Sent:
        """Take every message of a reply away.

        Args:
            message: where the reply stands.
        """
        return await self._each(message.split(), lambda place: self._bot.delete_message(place.chat, place.edit))

    async def _each(self, stand: list[str], call: _Call) -> Sent:
        """Make a call for each message that stands; the first that fails ends it."""
        sent = Sent(Outcome.FAILED, reason=Reason.TOO_OLD)
        for each in stand:
            chat, ident = map(int, each.split("/"))
            sent = await self._call(Place(chat, edit=ident), call)
            if sent.outcome is not Outcome.SENT:
                break
        return sent

    async def _finish(self, place: Place, call: _Call) -> Sent:
        """Send the rest of a reply, waiting where Telegram says so."""
        for _ in range(TRIES):
            sent = await self._call(place, call)
            if sent.outcome is not Outcome.LATER or sent.wait > LONGEST_WAIT:
                break
            await asyncio.sleep(sent.wait)
        return sent

    async def _call(self, place: Place, call: _Call) -> Sent:
        try:
            try:
                done = await call(place)
            except ChatMigrated as moved:
                await self._door.moved(NAME, str(place.chat), str(moved.new_chat_id))
                place = replace(place, chat=moved.new_chat_id, reply=0, edit=0)  # its messages have new ids too
                done = await call(place)
        except TelegramError as error:
            return meaning(error, self._network_wait)
        return Sent(Outcome.SENT, f"{place.chat}/{done.message_id}" if isinstance(done, Message) else "")

    def _telling(self, text: str, rows: InlineKeyboardMarkup | ForceReply | None) -> _Call:
        return lambda place: self._bot.send_message(
            place.chat,
            text,
            parse_mode=ParseMode.HTML,
            link_preview_options=NO_PREVIEW,
            reply_markup=rows,
            **_where(place),
        )

    def _changing(self, text: str, rows: InlineKeyboardMarkup | None) -> _Call:
        return lambda place: self._bot.edit_message_text(
            text,
            place.chat,
            place.edit,
            parse_mode=ParseMode.HTML,
            link_preview_options=NO_PREVIEW,
            reply_markup=rows,
        )

    def _handing(self, file: Attachment) -> _Call:
        says: dict[str, Any] = {"caption": caption(file.says), "parse_mode": ParseMode.HTML}
        if file.picture:
            return lambda place: self._bot.send_photo(
                place.chat, file.content, filename=file.name, **says, **_where(place)
            )
        return lambda place: self._bot.send_document(
            place.chat, file.content, filename=file.name, **says, **_where(place)
        )


def _where(place: Place) -> dict[str, Any]:
    """Say in which topic, and as an answer to what; an answer to a message that is gone is sent all the same."""
    found: dict[str, Any] = {}
    if place.thread:
        found["message_thread_id"] = place.thread
    if place.reply:
        found["reply_parameters"] = ReplyParameters(place.reply, allow_sending_without_reply=True)
    return found

"""How a reply goes out: the ways to a place, best first, one call each until one is not refused.

A call that may have been heard is never made again, by this way or another.
"""

import asyncio
import logging
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.port import Outcome, Reason, Sent
from bot.slack import blocks
from bot.slack.blocks import Element, Message, Shared
from bot.slack.errors import ELSEWHERE, answered, became, code
from bot.slack.events import Place, at
from handlers.chat import Attachment, Headline, Person, Reply, Section, Small

log = logging.getLogger("pushback")

GONE = frozenset({"message_not_found", "file_not_found", "file_deleted"})  # what is to be deleted is
LONGEST_WAIT = 30.0  # seconds that the rest of a reply waits where Slack is busy

OLD = Small("That message could not be changed any more: here is the answer anew.")
CANNOT_SHARE = Reply(
    (
        Headline("!", "NOT SHARED"),
        Section("", ("I am not a member of this conversation. Type /invite @Pushback here, then share again.",)),
    )
)


@dataclass(frozen=True)
class Way:
    """One call that brings a message to where it belongs.

    `method` is Slack's own name for it, or `response_url`.
    """

    method: str
    channel: str = ""
    thread: str = ""
    ts: str = ""
    url: str = ""
    replace: bool = False

    @property
    def then(self) -> "Way":
        """The way of the next message of the same reply: never over the first."""
        return replace(self, method=self.method.replace("update", "postMessage"), ts="", replace=False)


def ways(person: Person, place: Place, keeps: bool) -> list[Way]:
    """Return the ways to a place, best first; the last is the person's own chat with the app.

    Args:
        person: to whom.
        place: where.
        keeps: whether the reply is to stay, so that it gets a message of its own.
    """
    private = Way("chat.postMessage", person.id)
    if place.shared:
        return [Way("chat.postMessage", place.channel, place.under)]
    if place.alone:
        by_url = [Way("response_url", url=place.url, replace=place.replace and not keeps)] if place.url else []
        by_name = [Way("chat.postEphemeral", place.channel, place.thread)] if place.channel else []
        return [*by_url, *by_name, private]
    if not place.channel:
        return [private]
    anew = Way("chat.postMessage", place.channel, place.thread)
    return [Way("chat.update", place.channel, place.thread, place.edit), anew] if place.edit and not keeps else [anew]


class Sending:
    """What sends by one client and its open connections."""

    def __init__(self, client: AsyncWebClient, session: aiohttp.ClientSession, library: logging.Logger) -> None:
        """Send with a client, a session for response URLs, and the log for the library's own words."""
        self._client, self._session, self._log = client, session, library

    async def send(self, person: Person, reply: Reply, place: Place) -> Sent:
        """Send a reply by the first way that is not refused.

        Args:
            person: to whom.
            reply: what.
            place: where.
        """
        shares = place.alone and reply.again and place.channel and not place.channel.startswith("D")
        share = Shared(reply.again, place.under) if shares else None
        first, *rest = blocks.messages(reply, share, place.under if place.alone else "")
        if place.shared:
            [*rest, last] = [first, *rest]
            signed = replace(last, blocks=(*last.blocks, blocks.signed(person.id)))
            first, *rest = [*rest, signed]
        for way in ways(person, place, reply.keeps):
            sent = await self._call(way, person, first)
            if sent.outcome is not Outcome.FAILED or sent.reason not in ELSEWHERE:
                break
            if sent.reason is Reason.TOO_OLD:
                first = replace(first, blocks=(blocks.small(OLD.text), *first.blocks))
        if place.shared:
            sent = await self._told_sharer(person, place, sent)
        if sent.outcome is not Outcome.SENT:
            return sent
        ended = await self._follow(way.then, person, rest)
        if ended.outcome is Outcome.SENT and reply.files:
            ended = sent = await self._attach(person, place, sent, reply.files)
        return sent if ended.outcome is Outcome.SENT else ended

    async def edit(self, message: str, reply: Reply) -> Sent:
        """Put other words in the place of a message: "D1 1790000000.000001", and perhaps its files.

        Args:
            message: where it stands.
            reply: what is to stand there.
        """
        channel, ts, *_ = message.split()
        first, *rest = blocks.messages(reply)
        if rest:
            return Sent(Outcome.FAILED, reason=Reason.REFUSED)
        return await self._call(Way("chat.update", channel, ts=ts), Person("slack", ""), first)

    async def delete(self, message: str) -> Sent:
        """Take a message away, and the files below it; what is gone already is gone.

        Args:
            message: where it stands.
        """
        channel, ts, *files = message.split()
        try:
            for each in files:
                await self._gone(self._client.files_delete(file=each))
            await self._gone(self._client.chat_delete(channel=channel, ts=ts))
        except Exception as error:
            return self._noted(error)
        return Sent(Outcome.SENT)

    @staticmethod
    async def _gone(call: Awaitable[object]) -> None:
        try:
            await call
        except SlackApiError as error:
            if code(error) not in GONE:
                raise

    async def _told_sharer(self, person: Person, place: Place, sent: Sent) -> Sent:
        """Take the sharer's own copy away once everyone can read it, or say why nobody can."""
        if sent.outcome is Outcome.SENT:
            if place.url:
                await self._respond(place.url, {"delete_original": True})
            return sent
        if sent.outcome is Outcome.FAILED and sent.reason in ELSEWHERE:
            alone = replace(place, shared=False, alone=True, thread="")
            return await self.send(person, CANNOT_SHARE, alone)
        return sent

    async def _follow(self, way: Way, person: Person, rest: list[Message]) -> Sent:
        """Send what did not fit the first message. The first stands, so that nothing here may send it again."""
        sent = Sent(Outcome.SENT)
        for message in rest:
            sent = await self._call(way, person, message)
            if sent.outcome is Outcome.LATER and sent.wait <= LONGEST_WAIT:
                await asyncio.sleep(sent.wait)
                sent = await self._call(way, person, message)
            if sent.outcome is not Outcome.SENT:
                return _in_part(sent)
        return sent

    async def _attach(self, person: Person, place: Place, sent: Sent, files: tuple[Attachment, ...]) -> Sent:
        """Send files: below the text, or to the person's own chat where that text is ephemeral, as no file can be."""
        channel, _, _ = sent.message.partition(" ")
        try:
            if place.alone or not channel:
                opened = await self._client.conversations_open(users=person.id)
                channel = at(opened.data, "channel", "id")
            done = await self._client.files_upload_v2(
                channel=channel,
                thread_ts=None if place.alone else (place.under or place.thread) or None,
                file_uploads=[
                    {"file": each.content, "filename": each.name, "title": each.says, "alt_txt": each.says}
                    for each in files
                ],
            )
            stand = [str(file["id"]) for file in done.get("files") or []]
        except Exception as error:
            return _in_part(self._noted(error))
        return replace(sent, message=" ".join([sent.message, *stand]))

    async def _call(self, way: Way, person: Person, message: Message) -> Sent:
        """Make one call, and say what became of it."""
        shown: list[Element] = list(message.blocks)
        # unfurl: no preview of a page; parse and link_names: nothing in the notification's line becomes a mention.
        quiet: dict[str, Any] = {"parse": "none", "link_names": False}
        still: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}
        thread = way.thread or None
        try:
            match way.method:
                case "response_url":
                    body = {"text": message.text, "blocks": shown, "response_type": "ephemeral", **still}
                    return await self._respond(way.url, {**body, "replace_original": way.replace})
                case "chat.update":
                    done = await self._client.chat_update(
                        channel=way.channel, ts=way.ts, text=message.text, blocks=shown, **quiet
                    )
                case "chat.postEphemeral":
                    done = await self._client.chat_postEphemeral(
                        channel=way.channel,
                        user=person.id,
                        thread_ts=thread,
                        text=message.text,
                        blocks=shown,
                        **quiet,
                    )
                case _:
                    done = await self._client.chat_postMessage(
                        channel=way.channel,
                        thread_ts=thread,
                        text=message.text,
                        blocks=shown,
                        mrkdwn=False,
                        **quiet,
                        **still,
                    )
        except Exception as error:
            return self._noted(error)
        stands = f"{done.get('channel') or way.channel} {done.get('ts') or done.get('message_ts')}"
        return Sent(Outcome.SENT, stands)

    async def _respond(self, url: str, body: dict[str, Any]) -> Sent:
        hook = AsyncWebhookClient(url, session=self._session, logger=self._log, retry_handlers=[])
        try:
            return answered(await hook.send_dict(body))
        except Exception as error:
            return self._noted(error)

    def _noted(self, error: Exception) -> Sent:
        """Say what became of a call that raised; where the app itself is at fault, tell the log what to mend."""
        sent = became(error)
        if sent.reason is Reason.NO_ACCESS and isinstance(error, SlackApiError):
            needed = at(getattr(error.response, "data", None), "needed")
            log.error("slack: %s %s: see docs/slack.md", code(error), needed)
        return sent


def _in_part(sent: Sent) -> Sent:
    """A reply whose beginning stands is never to be sent again as a whole."""
    return replace(sent, outcome=Outcome.UNSURE, wait=0.0)

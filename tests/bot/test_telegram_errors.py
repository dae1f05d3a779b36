"""What Telegram's errors mean: every row, from the words that the platform sends to what the bot does."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.port import Outcome, Reason
from bot.telegram import Telegram
from bot.telegram.errors import BUSY_WAIT, TABLE, meaning, seconds
from handlers.chat import Headline, Reply
from tests.bot.telegram_rig import ANN, PACE, settings
from tests.bot.telegram_server import Refused, Server
from tests.bot.test_telegram import Notes

ONE = Reply((Headline("?", "ONE"),))
SENT, LATER, FAILED, UNSURE = Outcome.SENT, Outcome.LATER, Outcome.FAILED, Outcome.UNSURE

WORDS: list[tuple[int, str, Outcome, Reason]] = [
    (403, "Forbidden: bot was blocked by the user", FAILED, Reason.BLOCKED),
    (403, "Forbidden: bot can't initiate conversation with a user", FAILED, Reason.BLOCKED),
    (403, "Forbidden: user is deactivated", FAILED, Reason.DEACTIVATED),
    (403, "Forbidden: bot was kicked from the group chat", FAILED, Reason.KICKED),
    (403, "Forbidden: bot was kicked from the supergroup chat", FAILED, Reason.KICKED),
    (403, "Forbidden: bot is not a member of the channel chat", FAILED, Reason.KICKED),
    (403, "Forbidden: the group chat was deleted", FAILED, Reason.KICKED),
    (403, "Forbidden: bot can't send messages to bots", FAILED, Reason.REFUSED),
    (400, "Bad Request: message is not modified: specified new message content and so on", SENT, Reason.NONE),
    (400, "Bad Request: message to edit not found", FAILED, Reason.TOO_OLD),
    (400, "Bad Request: message can't be edited", FAILED, Reason.TOO_OLD),
    (400, "Bad Request: message to delete not found", SENT, Reason.NONE),
    (400, "Bad Request: message can't be deleted for everyone", FAILED, Reason.TOO_OLD),
    (400, "Bad Request: MESSAGE_ID_INVALID", FAILED, Reason.TOO_OLD),
    (400, "Bad Request: query is too old and response timeout expired", FAILED, Reason.TOO_OLD),
    (400, "Bad Request: chat not found", FAILED, Reason.NO_SUCH_PLACE),
    (400, "Bad Request: user not found", FAILED, Reason.NO_SUCH_PLACE),
    (400, "Bad Request: PEER_ID_INVALID", FAILED, Reason.NO_SUCH_PLACE),
    (400, "Bad Request: message thread not found", FAILED, Reason.NO_SUCH_PLACE),
    (400, "Bad Request: TOPIC_CLOSED", FAILED, Reason.NO_SUCH_PLACE),
    (400, "Bad Request: group chat was deactivated", FAILED, Reason.NO_SUCH_PLACE),
    (400, "Bad Request: can't parse entities: Unsupported start tag", FAILED, Reason.REFUSED),
    (400, "Bad Request: message is too long", FAILED, Reason.REFUSED),
    (400, "Bad Request: not enough rights to send text messages to the chat", FAILED, Reason.NO_SUCH_PLACE),
    (400, "Bad Request: have no rights to send a message", FAILED, Reason.NO_SUCH_PLACE),
    (400, "Bad Request: need administrator rights in the channel chat", FAILED, Reason.NO_SUCH_PLACE),
    (401, "Unauthorized", FAILED, Reason.NO_ACCESS),
    (404, "Not Found", FAILED, Reason.NO_ACCESS),
    (409, "Conflict: terminated by other getUpdates request", FAILED, Reason.UNKNOWN),
    (413, "Request Entity Too Large", FAILED, Reason.REFUSED),
    (429, "Too Many Requests", LATER, Reason.BUSY),
    (500, "Internal Server Error: restart", UNSURE, Reason.NETWORK),
    (502, "Bad Gateway", UNSURE, Reason.NETWORK),
]


@pytest.fixture
async def wire() -> AsyncIterator[tuple[Server, Telegram]]:
    async with Server() as server:
        chat = Telegram(settings(server), PACE)
        await chat.start(Notes())
        yield server, chat
        await chat.stop()


async def test_the_platforms_words_mean_what_the_table_says(wire: tuple[Server, Telegram]) -> None:
    server, chat = wire
    for code, words, outcome, reason in WORDS:
        server.fail("sendMessage", Refused(code, words))
        sent = await chat.send(ANN, ONE)
        assert (words, sent.outcome, sent.reason) == (words, outcome, reason)
        assert sent.wait == (BUSY_WAIT if outcome is LATER else 0)
    assert not server.seen


def test_every_row_of_the_table_has_a_test() -> None:
    kinds: dict[int, type[TelegramError]] = {403: Forbidden, 400: BadRequest, 401: InvalidToken, 404: InvalidToken}
    kinds |= {409: Conflict}
    met = set()
    for code, words, _, _ in WORDS:
        error = kinds.get(code, NetworkError)
        rows = [row for row in TABLE if issubclass(error, row[0]) and row[1] in words.lower()]
        met.add(rows[0])
    assert {row for row in TABLE if row not in met} == {row for row in TABLE if row[0] is ChatMigrated}
    assert meaning(ChatMigrated(-2), 1.0).reason is Reason.NO_SUCH_PLACE


async def test_the_wait_is_the_one_that_telegram_tells(wire: tuple[Server, Telegram]) -> None:
    server, chat = wire
    server.fail("sendMessage", Refused(429, "Too Many Requests: retry after 35", retry_after=35))
    sent = await chat.send(ANN, ONE)
    assert (sent.outcome, sent.reason, sent.wait) == (LATER, Reason.BUSY, 35.0)


def test_a_wait_is_read_in_either_form() -> None:
    assert seconds(3) == seconds(timedelta(seconds=3)) == 3.0


def _raised(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (_raised(TimedOut(), httpx.ConnectTimeout("")), LATER),
        (_raised(TimedOut(), httpx.PoolTimeout("")), LATER),
        (_raised(TimedOut(), httpx.ReadTimeout("")), UNSURE),
        (_raised(TimedOut(), httpx.WriteTimeout("")), UNSURE),
        (_raised(NetworkError(""), httpx.ConnectError("")), LATER),
        (_raised(NetworkError(""), httpx.ProxyError("")), LATER),
        (_raised(NetworkError(""), httpx.ReadError("")), UNSURE),
        (_raised(NetworkError(""), httpx.WriteError("")), UNSURE),
        (_raised(NetworkError(""), httpx.RemoteProtocolError("")), UNSURE),
        (TelegramError("Invalid server response"), UNSURE),
    ],
)
def test_what_may_have_been_sent_is_unsure_and_what_never_left_is_later(error: TelegramError, outcome: Outcome) -> None:
    sent = meaning(error, 2.0)
    assert (sent.outcome, sent.reason) == (outcome, Reason.NETWORK)
    assert sent.wait == (2.0 if outcome is LATER else 0.0)


def test_a_wait_that_the_library_read_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    assert meaning(RetryAfter(timedelta(seconds=7)), 1.0).wait == 7.0

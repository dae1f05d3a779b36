"""What Telegram's errors mean: the first row that fits. The library gives a type, a text and, under it, httpx's error.

Texts are those of the Bot API server (tdlib/telegram-bot-api, Client.cpp); it documents none of them.
"""

from datetime import timedelta

import httpx
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.port import Outcome, Reason, Sent

SENT, LATER, FAILED, UNSURE = Outcome.SENT, Outcome.LATER, Outcome.FAILED, Outcome.UNSURE
BUSY_WAIT = 5.0  # seconds, where Telegram says "too many requests" and not how long

# The error's type, a part of its text in lower case ("" is any), and what it means.
TABLE: tuple[tuple[type[TelegramError], str, Outcome, Reason], ...] = (
    (Forbidden, "blocked by the user", FAILED, Reason.BLOCKED),
    (Forbidden, "can't initiate conversation", FAILED, Reason.BLOCKED),  # the person never pressed Start
    (Forbidden, "user is deactivated", FAILED, Reason.DEACTIVATED),
    (Forbidden, "kicked", FAILED, Reason.KICKED),
    (Forbidden, "not a member", FAILED, Reason.KICKED),
    (Forbidden, "chat was deleted", FAILED, Reason.KICKED),
    (Forbidden, "", FAILED, Reason.REFUSED),
    (BadRequest, "message is not modified", SENT, Reason.NONE),
    (BadRequest, "message to edit not found", FAILED, Reason.TOO_OLD),
    (BadRequest, "message can't be edited", FAILED, Reason.TOO_OLD),
    (BadRequest, "message_id_invalid", FAILED, Reason.TOO_OLD),
    (BadRequest, "message to delete not found", SENT, Reason.NONE),
    (BadRequest, "message can't be deleted", FAILED, Reason.TOO_OLD),  # Telegram: within 48 hours
    (BadRequest, "query is too old", FAILED, Reason.TOO_OLD),
    (BadRequest, "chat not found", FAILED, Reason.NO_SUCH_PLACE),
    (BadRequest, "user not found", FAILED, Reason.NO_SUCH_PLACE),
    (BadRequest, "peer_id_invalid", FAILED, Reason.NO_SUCH_PLACE),
    (BadRequest, "message thread not found", FAILED, Reason.NO_SUCH_PLACE),
    (BadRequest, "topic_closed", FAILED, Reason.NO_SUCH_PLACE),
    (BadRequest, "group chat was deactivated", FAILED, Reason.NO_SUCH_PLACE),
    (BadRequest, "not enough rights to send", FAILED, Reason.NO_SUCH_PLACE),  # a group where only some may write
    (BadRequest, "no rights to send", FAILED, Reason.NO_SUCH_PLACE),
    (BadRequest, "need administrator rights", FAILED, Reason.NO_SUCH_PLACE),
    (BadRequest, "", FAILED, Reason.REFUSED),  # can't parse entities, message is too long …
    (InvalidToken, "", FAILED, Reason.NO_ACCESS),
    (Conflict, "", FAILED, Reason.UNKNOWN),
    (ChatMigrated, "", FAILED, Reason.NO_SUCH_PLACE),  # sent again to the new id before it comes to this
    (TelegramError, "request entity too large", FAILED, Reason.REFUSED),
    (TelegramError, "too many requests", LATER, Reason.BUSY),
    (TelegramError, "", UNSURE, Reason.NETWORK),  # 5xx, an answer that is no JSON, a broken connection
)

# No byte of the request had left: the connection was never made.
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


def meaning(error: TelegramError, network_wait: float) -> Sent:
    """Say what became of a message whose call raised.

    Args:
        error: what the library raised.
        network_wait: seconds to wait where there was no connection.

    Returns:
        The outcome and its reason, with the wait in seconds where it is LATER.
    """
    if isinstance(error, RetryAfter):
        return Sent(LATER, reason=Reason.BUSY, wait=seconds(error.retry_after))
    if isinstance(error.__cause__, NOT_SENT):
        return Sent(LATER, reason=Reason.NETWORK, wait=network_wait)
    said = error.message.lower()
    outcome, reason = next(
        (outcome, reason) for kind, part, outcome, reason in TABLE if isinstance(error, kind) and part in said
    )
    return Sent(outcome, reason=reason, wait=BUSY_WAIT if outcome is LATER else 0.0)


def seconds(wait: int | timedelta) -> float:
    """Read a wait, which the library gives in either form."""
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)

"""Slack's error codes and the network's, as what became of a message.

Codes: https://docs.slack.dev/reference/methods/chat.postMessage and its neighbours chat.update, chat.postEphemeral,
files.completeUploadExternal, conversations.open. A code that is not here is FAILED: Slack answered, and said no.
"""

import json

from aiohttp import ClientConnectorError, ClientError, ConnectionTimeoutError
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.webhook.webhook_response import WebhookResponse

from bot.port import Outcome, Reason, Sent

PAUSE = 1.0  # seconds before another try where Slack names none
TOO_MANY = 429
BROKEN = 500

ERRORS: dict[str, tuple[Outcome, Reason]] = {
    "ratelimited": (Outcome.LATER, Reason.BUSY),
    "rate_limited": (Outcome.LATER, Reason.BUSY),
    "message_limit_exceeded": (Outcome.FAILED, Reason.BUSY),
    # The person
    "user_disabled": (Outcome.FAILED, Reason.DEACTIVATED),
    "user_not_found": (Outcome.FAILED, Reason.NO_SUCH_PLACE),
    "users_not_found": (Outcome.FAILED, Reason.NO_SUCH_PLACE),
    "user_not_visible": (Outcome.FAILED, Reason.NO_SUCH_PLACE),
    "cannot_dm_bot": (Outcome.FAILED, Reason.NO_SUCH_PLACE),
    "user_not_in_channel": (Outcome.FAILED, Reason.NO_SUCH_PLACE),
    # The place
    "not_in_channel": (Outcome.FAILED, Reason.KICKED),
    "channel_not_found": (Outcome.FAILED, Reason.NO_SUCH_PLACE),
    "is_archived": (Outcome.FAILED, Reason.NO_SUCH_PLACE),
    "cannot_reply_to_message": (Outcome.FAILED, Reason.NO_SUCH_PLACE),
    "restricted_action": (Outcome.FAILED, Reason.NO_SUCH_PLACE),
    "restricted_action_read_only_channel": (Outcome.FAILED, Reason.NO_SUCH_PLACE),
    "restricted_action_thread_only_channel": (Outcome.FAILED, Reason.NO_SUCH_PLACE),
    # The message that was pressed
    "message_not_found": (Outcome.FAILED, Reason.TOO_OLD),
    "cant_update_message": (Outcome.FAILED, Reason.TOO_OLD),
    "cant_delete_message": (Outcome.FAILED, Reason.TOO_OLD),
    "edit_window_closed": (Outcome.FAILED, Reason.TOO_OLD),
    "expired_trigger_id": (Outcome.FAILED, Reason.TOO_OLD),
    "expired_url": (Outcome.FAILED, Reason.TOO_OLD),
    "used_url": (Outcome.FAILED, Reason.TOO_OLD),
    # What was sent
    "msg_too_long": (Outcome.FAILED, Reason.REFUSED),
    "msg_blocks_too_long": (Outcome.FAILED, Reason.REFUSED),
    "invalid_blocks": (Outcome.FAILED, Reason.REFUSED),
    "invalid_blocks_format": (Outcome.FAILED, Reason.REFUSED),
    "no_text": (Outcome.FAILED, Reason.REFUSED),
    "invalid_arguments": (Outcome.FAILED, Reason.REFUSED),
    # The app
    "invalid_auth": (Outcome.FAILED, Reason.NO_ACCESS),
    "not_authed": (Outcome.FAILED, Reason.NO_ACCESS),
    "account_inactive": (Outcome.FAILED, Reason.NO_ACCESS),
    "token_revoked": (Outcome.FAILED, Reason.NO_ACCESS),
    "token_expired": (Outcome.FAILED, Reason.NO_ACCESS),
    "missing_scope": (Outcome.FAILED, Reason.NO_ACCESS),
    "not_allowed_token_type": (Outcome.FAILED, Reason.NO_ACCESS),
    "no_permission": (Outcome.FAILED, Reason.NO_ACCESS),
    "messages_tab_disabled": (Outcome.FAILED, Reason.NO_ACCESS),
    "ekm_access_denied": (Outcome.FAILED, Reason.NO_ACCESS),
    "team_access_not_granted": (Outcome.FAILED, Reason.NO_ACCESS),
    # Slack itself: "some aspect of the operation may have succeeded before the error was raised"
    "fatal_error": (Outcome.UNSURE, Reason.NETWORK),
    "internal_error": (Outcome.UNSURE, Reason.NETWORK),
    "request_timeout": (Outcome.UNSURE, Reason.NETWORK),
    "service_unavailable": (Outcome.UNSURE, Reason.NETWORK),
}

# Reasons for which the answer goes another way: the person is still there.
ELSEWHERE = frozenset({Reason.TOO_OLD, Reason.KICKED, Reason.NO_SUCH_PLACE})

# What an officer does about a token that Slack refuses at the start. Whatever else Slack says: the page tells.
MEND: dict[str, str] = {
    "invalid_auth": "copy it again, all of it",
    "not_authed": "copy it again, all of it",
    "not_allowed_token_type": "this is another kind of token: bot_token begins with xoxb-, app_token with xapp-",
    "account_inactive": "the app was removed: install it to the workspace again, and copy the new token",
    "token_revoked": "the app was removed: install it to the workspace again, and copy the new token",
    "token_expired": "turn token rotation off in the app's settings, and copy the new token",
    "missing_scope": "a scope is missing: bot_token needs those of the manifest, app_token needs connections:write",
}


def code(error: SlackApiError) -> str:
    """Return Slack's own code for a refusal; "" where its answer held none."""
    data = getattr(error.response, "data", None)
    return str(data.get("error", "")) if isinstance(data, dict) else ""


def passing(error: Exception) -> bool:
    """Whether the next try may well go through: the network is down, or Slack is."""
    if isinstance(error, SlackApiError):
        return refused(error).outcome is not Outcome.FAILED
    return isinstance(error, ClientError | TimeoutError | OSError)


def became(error: Exception) -> Sent:
    """Say what became of a message whose call raised.

    Args:
        error: what the call raised.

    Returns:
        LATER only where nothing can have been sent; UNSURE where the answer was lost, or is no answer at all.
    """
    match error:
        case SlackApiError():
            return refused(error)
        case SlackRequestError():  # a file that the upload refused
            return Sent(Outcome.FAILED, reason=Reason.REFUSED)
        case ClientConnectorError() | ConnectionTimeoutError():
            return Sent(Outcome.LATER, reason=Reason.NETWORK, wait=PAUSE)
        case ClientError() | TimeoutError() | OSError():
            return Sent(Outcome.UNSURE, reason=Reason.NETWORK)
    return Sent(Outcome.UNSURE, reason=Reason.UNKNOWN)


def refused(error: SlackApiError) -> Sent:
    """Say what became of a message that Slack answered with an error."""
    status = getattr(error.response, "status_code", BROKEN)  # no code: the body was no JSON, and nobody knows
    headers = getattr(error.response, "headers", None) or {}
    return _told(code(error), int(status), headers.get("Retry-After"))


def answered(response: WebhookResponse) -> Sent:
    """Say what became of a message to a response URL."""
    try:
        body = json.loads(response.body)
        said = str(body.get("error", "")) if isinstance(body, dict) else ""
    except ValueError:
        said = response.body.strip()
    if response.status_code == 200 and said in {"", "ok"}:
        return Sent(Outcome.SENT)
    if said not in ERRORS and response.status_code in {404, 410}:
        said = "expired_url"
    return _told(said, response.status_code, response.headers.get("Retry-After"))


def _told(said: str, status: int, after: str | None) -> Sent:
    if status == TOO_MANY:
        said = "ratelimited"
    if said not in ERRORS and (status >= BROKEN or not said):  # without a code it was not Slack's API that answered
        return Sent(Outcome.UNSURE, reason=Reason.NETWORK)
    outcome, reason = ERRORS.get(said, (Outcome.FAILED, Reason.UNKNOWN))
    return Sent(outcome, reason=reason, wait=_seconds(after) if outcome is Outcome.LATER else 0.0)


def _seconds(after: str | None) -> float:
    try:
        return max(0.0, float(after or PAUSE))
    except ValueError:
        return PAUSE

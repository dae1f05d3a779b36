"""No token and no body in a log: a URL of the Bot API holds the token, and libraries log URLs and bodies."""

import logging
import traceback
from collections.abc import Callable
from contextlib import suppress

LEVELS = {
    "httpx": logging.WARNING,  # logs each URL at INFO
    "httpcore": logging.WARNING,
    "telegram": logging.WARNING,
    # Logs a whole body at ERROR where it is no JSON, a whole update at CRITICAL where it cannot be read.
    "telegram.request.BaseRequest": logging.CRITICAL + 1,
    "telegram.Bot": logging.CRITICAL + 1,
    "aiohttp.access": logging.WARNING,
}
SHORTEST = 16  # characters of what can be a secret at all: "secret" itself is a word of many records


class Redacting:
    """Makes log records in which no secret stands: in a message, its arguments or a traceback.

    A filter would not do: one on a logger does not see the records of the loggers below it, and one on a handler
    misses the handlers that come later.
    """

    def __init__(self, make: Callable[..., logging.LogRecord]) -> None:
        """Wrap what makes records."""
        self._make, self.secrets = make, set[str]()

    def __call__(self, *args: object, **named: object) -> logging.LogRecord:
        """Make a record."""
        record = self._make(*args, **named)
        told = _told(record)
        if (clean := self._clean(told)) != told:
            record.msg, record.args = clean, ()
        if record.exc_info and record.exc_info[1]:
            record.exc_text = self._clean("".join(traceback.format_exception(record.exc_info[1])).rstrip())
        return record

    def _clean(self, text: str) -> str:
        for secret in self.secrets:
            text = text.replace(secret, "[secret]")
        return text


def _told(record: logging.LogRecord) -> str:
    """Return what a record says; where its arguments do not fit, its parts: that is its handler's to report."""
    try:
        return record.getMessage()
    except Exception:
        with suppress(Exception):
            return f"{record.msg} {record.args}"
    return ""


def hush(*secrets: str) -> None:
    """Keep the libraries quiet, and secrets out of every record from now on, at every level."""
    for name, level in LEVELS.items():
        logging.getLogger(name).setLevel(level)
    factory = logging.getLogRecordFactory()
    if not isinstance(factory, Redacting):
        factory = Redacting(factory)
        logging.setLogRecordFactory(factory)
    factory.secrets |= {secret for secret in secrets if len(secret) >= SHORTEST}

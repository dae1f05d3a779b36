"""What Slack's libraries may write to the log: where it happened and what kind of fault it was, never its words.

Their own messages hold tokens, tickets, response URLs and whole bodies, and several are warnings.
"""

import logging

LIBRARIES = ("slack_bolt", "slack_sdk", "aiohttp")


class _Wordless(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else record.levelname
        record.msg, record.args = "slack library: %s: %s", (record.funcName, kind)
        record.exc_info = record.exc_text = record.stack_info = None
        return True


def library_log() -> logging.Logger:
    """Return the logger to hand to Slack's libraries, and keep those that they make themselves at warnings."""
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)
    log = logging.getLogger("pushback.slack")
    if not log.filters:
        log.addFilter(_Wordless())
        log.setLevel(logging.WARNING)
    return log

"""What each chat makes of a reply, as plain text: how many messages, and what they say. For looking before sending."""

import html
import re
from collections.abc import Callable, Iterable

from handlers.chat import Reply, plain_text

Draw = Callable[[Reply], tuple[str, ...]]


def drawings(chats: Iterable[str] = ("telegram", "slack")) -> dict[str, Draw]:
    """Return how some chats draw a reply, by their names."""
    return {name: _DRAWN.get(name, lambda reply: (plain_text(reply),)) for name in chats}


def _telegram(reply: Reply) -> tuple[str, ...]:
    from bot.telegram.render import messages

    return tuple(html.unescape(re.sub(r"<[^>]*>", "", text)) for text in messages(reply))


def _slack(reply: Reply) -> tuple[str, ...]:
    from bot.slack.blocks import messages, spelt

    return tuple(spelt(message.blocks) for message in messages(reply))


_DRAWN: dict[str, Draw] = {"telegram": _telegram, "slack": _slack}

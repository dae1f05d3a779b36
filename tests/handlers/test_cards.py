"""Cards: what every rule of the book shows on one screen."""

import re

from bot.app import App
from handlers.cards import card
from handlers.chat import Person, Section


def test_what_to_watch_is_words_on_every_card(app: App) -> None:
    asker = Person(chat="test", id="1")
    for rule in app.house.library.rules.values():
        watched = [part for part in card(rule, app.house, asker).parts if isinstance(part, Section)]
        said = [line for part in watched if part.label == "Watch" for line in part.lines]
        assert all(re.search("[a-z]{3}", line) for line in said), rule.id
        assert rule.watch or not said, rule.id

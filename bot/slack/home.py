"""The two pages that are no message: the App Home, with a box to ask in, and the form of the global shortcut."""

from typing import Any

from bot.slack.blocks import Element, page, plain, small
from handlers.chat import Reply

BLOCK = "ask-"  # begins the id of the box's block; a number after it, since a new id is what empties the box
FIELD = "ask"
BUTTON = "ask-button"
FORM = "ask-form"
WORDS = ("help", "me", "pledge", "privacy")  # what the home page shows, where the house has such a word
MOST = 100  # blocks of a page
LONGEST = 3_000  # characters of a box
_NEVER = "Never a patient's name, NHS number, date of birth or address."


def home(replies: list[Reply], number: str = "0", asked: bool = False) -> dict[str, Any]:
    """Write a person's home page.

    Args:
        replies: what it shows below the box.
        number: a new one empties the box.
        asked: whether they have just asked, and are to be told where the answer stands.
    """
    button = {"type": "button", "text": plain("Ask"), "action_id": BUTTON, "value": "ask", "style": "primary"}
    top: list[Element] = [
        _box(number, multiline=False),
        {"type": "actions", "elements": [button]},
        *([small("Your answer is under Messages, at the top of this page.")] if asked else []),
        {"type": "divider"},
    ]
    return {"type": "home", "blocks": [*top, *page(replies)][:MOST]}


def form() -> dict[str, Any]:
    """Write the form that the global shortcut opens."""
    return {
        "type": "modal",
        "callback_id": FORM,
        "title": plain("Pushback"),
        "submit": plain("Ask"),
        "close": plain("Cancel"),
        "blocks": [
            _box("0", multiline=True),
            small("The answer comes in your messages with Pushback. Nobody else sees it."),
        ],
    }


def _box(number: str, multiline: bool) -> Element:
    field: Element = {
        "type": "plain_text_input",
        "action_id": FIELD,
        "multiline": multiline,
        "max_length": LONGEST,
        "placeholder": plain("hospital wants bloods before clinic, do I have to?"),
    }
    if not multiline:
        field["dispatch_action_config"] = {"trigger_actions_on": ["on_enter_pressed"]}
    return {
        "type": "input",
        "block_id": f"{BLOCK}{number}",
        "label": plain("The request, as it reached you"),
        "element": field,
        "hint": plain(_NEVER),
        **({} if multiline else {"dispatch_action": True}),
    }

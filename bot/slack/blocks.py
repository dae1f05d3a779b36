"""A reply as messages of Block Kit.

Headline ─ header          Section ─ rich_text, or a row with its button     Block ── rich_text_preformatted
Title ──── rich_text       Link ──── a link in the rich_text above it        Small ── context
Button ─── a row of short ones; a long label stands as text beside a button that says *Open* or *Ask*

Text stands in rich_text elements and plain_text objects alone, which hold no markup: what a person typed or a rule
holds is shown as it is. Limits: https://docs.slack.dev/reference/block-kit/blocks; the size of all blocks together is
not documented (13,200 characters as JSON: slackapi/bolt-js issue 2509).
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from bot.slack.events import KEPT
from handlers.chat import Block, Button, Headline, Link, Part, Reply, Section, Small, Title

Element = dict[str, Any]

HEADER = 150  # characters of a header
LABEL = 75  # of a button's text
PLAIN = 2_000  # of one plain_text element of a context
TEXT = 2_800  # of one paragraph, list line or letter; longer ones are cut at a line or a word
SIZE = 10_000  # of all blocks of a message, as JSON
BLOCKS = 45  # of a message; Slack takes 50
ROW = 5  # buttons in a row; Slack takes 25, a telephone shows them under each other
SHORT = 30  # characters that a button shows on a telephone before it cuts them
NOTICE = 150  # characters of the line that a notification shows

SAY = "say-"  # begins the action of a button
SHARE = "share"


@dataclass(frozen=True)
class Message:
    """One message: its blocks, and the line that a notification shows in their place."""

    text: str
    blocks: tuple[Element, ...]


@dataclass(frozen=True)
class Shared:
    """What *Share* sends: the sentence that shows the card once more, and the message that the copy hangs from."""

    sentence: str
    under: str


def messages(reply: Reply, share: Shared | None = None, under: str = "", first: int = 0) -> tuple[Message, ...]:
    """Write a reply as messages, buttons below the last.

    Args:
        reply: what to say.
        share: what a *Share* button sends; None for no such button.
        under: the message that a copy would hang from, told on by each button to the next card.
        first: the number of its first button, where a page has buttons above.

    Returns:
        At least one message, each within Slack's limits.
    """
    text = notice(reply)
    packed = _packed(_pieces(reply, share, under, first))
    return tuple(Message(text, blocks) for blocks in packed) or (Message(text, ()),)


def spelt(blocks: Sequence[Element]) -> str:
    """Write blocks as plain text, without their buttons: how they read."""
    return "\n".join(filter(None, (_spelt(block) for block in blocks if block["type"] != "actions")))


def _spelt(held: Element) -> str:
    """Write a block, or what stands in one, as plain text."""
    match held.get("type"):
        case "plain_text" | "text":
            return str(held["text"])
        case "link":
            return f"{held.get('text', '')} {held['url']}".strip()
        case "header" | "section":
            return _spelt(held["text"])
        case "rich_text_list":
            return "\n".join(f"• {_spelt(each)}" for each in held["elements"])
        case "rich_text" | "context":
            return "\n".join(_spelt(each) for each in held["elements"])
    return "".join(_spelt(each) for each in held.get("elements", ()))


def notice(reply: Reply) -> str:
    """Write the line that a notification shows: the headline, which holds nothing that a person typed.

    A notification's line is read as mrkdwn, so its signs are taken out of it.
    """
    head = next((part for part in reply.parts if isinstance(part, Headline)), None)
    said = f"{head.sign} {head.text}" if head else next((file.says for file in reply.files), "Pushback")
    said = re.sub(r":(?=\S)", ": ", re.sub(r"[*_~`]", " ", said))  # a colon alone: with a word behind it, an emoji
    return escaped(_short(said, NOTICE)).strip() or "Pushback"


def escaped(text: str) -> str:
    """Escape the three signs that begin a mention, a link or an entity."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str) -> Element:
    """Make a plain_text object, in which `:+1:` stays as it is."""
    return {"type": "plain_text", "text": text, "emoji": False}


def small(text: str) -> Element:
    """Make one small line."""
    return {"type": "context", "elements": [plain(_short(text, PLAIN))]}


def signed(user: str) -> Element:
    """Say who shared a card, below the copy that everyone reads."""
    return _rich(_line([_text("Shared by ", italic=True), {"type": "user", "user_id": user}]))


def page(replies: Iterable[Reply]) -> list[Element]:
    """Write several replies as one page, a line between them."""
    blocks: list[Element] = []
    first = 0
    for reply in replies:
        blocks += [{"type": "divider"}] if blocks else []
        blocks += [block for message in messages(reply, first=first) for block in message.blocks]
        first += len(reply.buttons)
    return blocks


def _pieces(reply: Reply, share: Shared | None, under: str, first: int) -> list[Element]:
    """Draw each part, with a button beside the text that says its label already, and the other buttons below."""
    prefix = KEPT if reply.keeps else SAY
    made = [
        (button.label, _button(button, f"{prefix}{number}"))
        for number, button in enumerate(reply.buttons, first)
        if button.sentence.strip() and button.label.strip()
    ]
    by_label = dict(reversed(made))
    beside: set[str] = set()  # the labels that stand beside a text, each once
    blocks: list[Element] = []
    for part in reply.parts:
        if isinstance(part, Link) and blocks and _joins(blocks[-1]):
            blocks[-1]["elements"][-1]["elements"] += [_text("\n"), _link(part)]
            continue
        rows = _rows(part, {label: button for label, button in by_label.items() if label not in beside})
        beside |= rows.keys()
        blocks += rows.values() or [block for each in _cut(part) for block in _drawn(each)]
    left = [(label, button) for label, button in made if label not in beside or button is not by_label[label]]
    left += [("Share", _share(share))] if share else []
    blocks += [block for long, run in groupby(left, lambda each: len(each[0]) > SHORT) for block in _below(long, run)]
    if under:
        for number, block in enumerate(block for block in blocks if block["type"] in {"actions", "section"}):
            block["block_id"] = f"under-{under}-{number}"
    return blocks


def _below(long: bool, run: Iterable[tuple[str, Element]]) -> list[Element]:
    """Draw a run of buttons: long labels one a row, as text beside a button; short ones a few to a row."""
    if long:
        return [_row(label, button) for label, button in run]
    short = [button for _, button in run]
    return [{"type": "actions", "elements": short[at : at + ROW]} for at in range(0, len(short), ROW)]


def _rows(part: Part, buttons: dict[str, Element]) -> dict[str, Element]:
    """Draw what a choice offers, or a list of examples, as rows, each with its button; none where part is neither."""
    if not isinstance(part, Section) or sum(map(len, (part.label, *part.lines))) > TEXT:
        return {}
    if part.label in buttons:
        return {part.label: _row("\n".join((part.label, *part.lines)), buttons[part.label])}
    each_once = len(set(part.lines)) == len(part.lines) > 1
    if not part.label and each_once and all(line in buttons for line in part.lines):
        return {line: _row(line, buttons[line]) for line in part.lines}
    return {}


def _row(text: str, button: Element) -> Element:
    label = button["text"]["text"]
    verb = "Ask" if button["value"] == text else "Open"
    named = {**button, "text": plain(verb), "accessibility_label": _short(f"{verb}: {label}", LABEL)}
    return {"type": "section", "text": plain(text), "accessory": named}


def _button(button: Button, action: str) -> Element:
    return {
        "type": "button",
        "text": plain(_short(button.label, LABEL)),
        "value": button.sentence,
        "action_id": action,
    }


def _share(shared: Shared) -> Element:
    """The one button whose press others see: it asks first."""
    ask = {
        "title": plain("Share this card?"),
        "text": plain("Everyone in this conversation will read it, guests and other organisations too."),
        "confirm": plain("Share"),
        "deny": plain("Keep it to myself"),
    }
    value = json.dumps({"sentence": shared.sentence, "under": shared.under}, ensure_ascii=False)
    return {"type": "button", "text": plain("Share"), "value": value, "action_id": SHARE, "confirm": ask}


def _drawn(part: Part) -> list[Element]:
    match part:
        case Headline(sign, text):
            said = f"{sign} {text}".strip()
            fits = said and len(said) <= HEADER and "\n" not in said
            return [{"type": "header", "text": plain(said)}] if fits else _paragraph([(said, True)])
        case Title(text):
            return _paragraph([(text, True)])
        case Section(label, ()):
            return _paragraph([(label, True)])
        case Section("", (line,)):
            return _paragraph([(line, False)])
        case Section(label, (line,)):
            return _paragraph([(f"{label}: ", True), (line, False)])
        case Section(label, lines):
            items = [_line([_text(line)]) for line in lines if line]
            label_line = [_line([_text(f"{label}:", bold=True)])] if label else []
            bullets = [{"type": "rich_text_list", "style": "bullet", "elements": items}] if items else []
            return [_rich(*label_line, *bullets)] if label_line or bullets else []
        case Link():
            return [_rich(_line([_link(part)]))]
        case Small(text):
            return [small(text)] if text.strip() else []
        case Block(text):
            return [_rich({"type": "rich_text_preformatted", "elements": [_text(text)]})] if text else []


def _paragraph(runs: Sequence[tuple[str, bool]]) -> list[Element]:
    shown = [_text(text, bold=bold) for text, bold in runs if text]
    return [_rich(_line(shown))] if shown else []


def _rich(*elements: Element) -> Element:
    return {"type": "rich_text", "elements": list(elements)}


def _line(elements: list[Element]) -> Element:
    return {"type": "rich_text_section", "elements": elements}


def _text(text: str, **style: bool) -> Element:
    on = {name: True for name, value in style.items() if value}
    return {"type": "text", "text": text, **({"style": on} if on else {})}


_URL = str.maketrans({"<": "%3C", ">": "%3E", "|": "%7C", '"': "%22"})


def _link(link: Link) -> Element:
    """A link where the address is one of the web; the text alone where it is anything else."""
    if not re.fullmatch(r"https?://\S{1,2000}", link.url):
        return _text(link.text or link.url or " ")
    return {"type": "link", "url": link.url.translate(_URL), **({"text": link.text} if link.text else {})}


def _joins(block: Element) -> bool:
    """Whether a link may stand under what a block says: a paragraph, not a list or a letter."""
    return block["type"] == "rich_text" and block["elements"][-1]["type"] == "rich_text_section" and _size(block) < TEXT


def _cut(part: Part) -> list[Part]:
    """Cut a part that is too long for one element, losing no character."""
    match part:
        case Title(text):
            return [Title(piece) for piece in _cuts(text)]
        case Small(text) if len(text) > PLAIN:
            return [Section("", (piece,)) for piece in _cuts(text)]
        case Headline(sign, text) if len(text) > TEXT:
            first, *rest = _cuts(text)
            return [Headline(sign, first), *(Title(piece) for piece in rest)]
        case Block(text):
            return [Block(piece) for piece in _cuts(text)]
        case Link(text, url) if len(text) > TEXT:
            *rest, last = _cuts(text)
            return [*(Section("", (piece,)) for piece in rest), Link(last, url)]
        case Section(label, lines) if sum(map(len, (label, *lines))) > TEXT:
            *over, label = _cuts(label)
            pieces = [piece for line in lines for piece in _cuts(line)]
            return [
                *(Title(piece) for piece in over),
                Section(label, tuple(pieces[:1])),
                *(Section("", (piece,)) for piece in pieces[1:]),
            ]
    return [part]


def _cuts(text: str) -> list[str]:
    """Cut a text at the last line's end that fits, else at the last word's, else where it must be."""
    pieces = []
    while len(text) > TEXT:
        end = max(text.rfind("\n", 0, TEXT), 0) or max(text.rfind(" ", 0, TEXT), 0)
        end = end + 1 if end else TEXT
        pieces.append(text[:end])
        text = text[end:]
    return [*pieces, text]


def _packed(blocks: list[Element]) -> list[tuple[Element, ...]]:
    """Put blocks into as few messages as they need, in order."""
    packed: list[list[Element]] = []
    held = 0
    for block in blocks:
        size = _size(block)
        if packed and len(packed[-1]) < BLOCKS and held + size <= SIZE:
            packed[-1].append(block)
            held += size
        else:
            packed.append([block])
            held = size
    return [tuple(each) for each in packed]


def _size(block: Element) -> int:
    return len(json.dumps(block, ensure_ascii=False))


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"

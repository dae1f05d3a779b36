"""A reply as HTML messages and rows of buttons.

reply ── paragraphs of lines of runs ── packed into messages ── HTML

A run is text under one tag. Text is cut between runs or inside one, before a tag is written, so a cut never breaks
markup. What Telegram would bring to life by itself (a mention, a hashtag, a command, an address) is written as code:
entities are never looked for there, no character is changed, and a tap copies it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Literal
from urllib.parse import urlsplit

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from handlers.chat import Block, Button, Headline, Link, Part, Reply, Section, Small, Title

LONGEST = 3500  # UTF-16 units of one message after markup; Telegram takes 4,096
CAPTION = 1000  # the same of a file's caption; Telegram takes 1,024
MOST_LIVE = 40  # words of one message that are written as code: Telegram drops what is over 100 entities
LONGEST_LABEL = 60  # characters of a button
LONGEST_LINK = 90  # characters of a link's text: two lines of a phone
LONGEST_HEADING = 30  # characters of a label that stands before its text, not above it
WIDTH = 36  # characters of all labels in one row, as phones show them
ABREAST = 3  # buttons in one row
MOST_BUTTONS = 100

Tag = Literal["", "b", "i", "code", "pre", "a"]


@dataclass(frozen=True)
class Run:
    """Text under one tag; `url` for a link."""

    text: str
    tag: Tag = ""
    url: str = ""


Line = tuple[Run, ...]
Paragraph = tuple[Line, ...]


def messages(reply: Reply, longest: int = LONGEST) -> list[str]:
    """Write a reply as HTML.

    Args:
        reply: what to write.
        longest: UTF-16 units of one message, as Telegram counts them after markup.

    Returns:
        The messages, none of them empty; no message at all where the reply has no text.
    """
    written = (_html(lines) for lines in _packed(_paragraphs(reply.parts), longest))
    return [text for text in written if text]


def caption(text: str) -> str:
    """Write what is said of a file, cut to what a caption takes."""
    for lines in _packed([((Run(clean(text)),),)], CAPTION):
        return _html(lines)
    return ""


def keyboard(buttons: Sequence[Button]) -> InlineKeyboardMarkup | None:
    """Lay buttons out: two or three short ones abreast, a long one by itself. None where there are none."""
    rows: list[list[Button]] = []
    for button in buttons[:MOST_BUTTONS]:
        row = [*rows[-1], button] if rows else []
        if row and len(row) <= ABREAST and len(row) * max(len(each.label) for each in row) <= WIDTH:
            rows[-1] = row
        else:
            rows.append([button])
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label(each), callback_data=each.sentence) for each in row] for row in rows]
    )


def label(button: Button) -> str:
    """Write a button's label, cut with … where it is long."""
    return cut(clean(button.label).strip(), LONGEST_LABEL) or "…"


def cut(text: str, longest: int) -> str:
    """Cut a text at a word, with …, to a number of characters."""
    if len(text) <= longest:
        return text
    short = text[: longest - 1]
    return (short.rsplit(" ", 1)[0] if " " in short[longest // 2 :] else short).rstrip(" ,.;:(") + "…"


def units(text: str) -> int:
    """Count a text as Telegram does: in UTF-16 units."""
    return len(text) + sum(char > "\uffff" for char in text)


def clean(text: str) -> str:
    """Put a sign in the place of half a character, which no request can carry, and do what Telegram does to a text.

    It drops signs that turn the direction of reading, and makes a space of a control character.
    """
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\r\n", "\n").translate(_CLEANED)


_CLEANED = (
    dict.fromkeys(range(32), " ")
    | dict.fromkeys(range(0x202A, 0x202F), "")
    | dict.fromkeys((0x0A, 0x0D, 0x2028, 0x2029), "\n")
)


def _paragraphs(parts: Iterable[Part]) -> list[Paragraph]:
    found: list[Paragraph] = []
    before: Part | None = None
    for part in parts:
        lines = tuple(tuple(replace(run, text=clean(run.text)) for run in line) for line in _lines(part))
        if found and _beside(before, part):
            found[-1] += lines
        else:
            found.append(lines)
        before = part
    return found


def _lines(part: Part) -> Paragraph:
    match part:
        case Headline(sign, text):
            return ((Run(f"{sign} {text}", "b"),),)
        case Title(text) | Small(text):
            return _each(text, "i")
        case Section("", (line,)):
            return _each(line)
        case Section("", lines):
            return _listed(lines)
        case Section(label, (line,)) if len(label) <= LONGEST_HEADING:
            first, *rest = _each(line)
            return ((Run(f"{label}: ", "b"), *first), *rest)
        case Section(label, (line,)):
            return ((Run(label, "b"),), *_each(line))
        case Section(label, lines):
            return ((Run(f"{label}:", "b"),), *_listed(lines))
        case Link(text, url):
            return ((_linked(text, url),),)
        case Block(text):
            # A tap copies <code> on every phone; <pre> has no such tap on an iPhone (Telegram-iOS, issue 1454).
            # A block of one line is <pre> all the same, for `reading.is_letter` to know it.
            tag: Tag = "code" if "\n" in text.strip() else "pre"
            return ((Run("Tap the text to copy it:", "i"),), (Run(text.strip(), tag),))


def _each(text: str, tag: Tag = "") -> Paragraph:
    return tuple((Run(line, tag),) for line in text.split("\n"))


def _listed(lines: Sequence[str]) -> Paragraph:
    return tuple((Run(f"• {line}"),) for line in lines)


def _linked(text: str, url: str) -> Run:
    parts = urlsplit(url)
    safe = parts.scheme in ("http", "https") and parts.netloc and not re.search(r"[\s\x00-\x1f]", url)
    return Run(f"↗ {cut(text, LONGEST_LINK)}", "a", clean(url)) if safe else Run(text)


def _beside(before: Part | None, part: Part) -> bool:
    """Whether a part follows the one before without a blank line: what belongs together, and short lines."""
    match before, part:
        case Headline(), Title():
            return True
        case ((Section(str(label), _) | Link(str(label), _)), Link()):
            return bool(label)
        case Section(str(), (above,)), Section(str(label), (line,)):
            return bool(before.label and label) and max(len(above), len(line)) <= LONGEST_LABEL // 2
    return False


def _packed(paragraphs: Sequence[Paragraph], longest: int) -> Iterator[list[Line]]:
    """Pack paragraphs into messages: cut between paragraphs where that will do, else between lines, else words."""
    held: list[Line] = []
    room = _Room(longest)
    for paragraph in paragraphs:
        if held and not room.takes(((),), *((line,) for line in paragraph)) and _Room(longest).takes(paragraph):
            yield held
            held, room = [], _Room(longest)
        if held:
            held.append(())
            room.fill(())
        for line in paragraph:
            for piece in _pieces(line, room, longest):
                if held and not room.takes((piece,)):
                    yield held
                    held, room = [], _Room(longest)
                held.append(piece)
                room.fill(piece)
    if held:
        yield held


@dataclass
class _Room:
    """What still fits into one message."""

    units: int
    live: int = MOST_LIVE

    def takes(self, *paragraphs: Paragraph) -> bool:
        lines = [line for paragraph in paragraphs for line in paragraph]
        return sum(map(_cost, lines)) <= self.units and sum(map(_alive, lines)) <= self.live

    def fill(self, line: Line) -> None:
        self.units -= _cost(line)
        self.live -= _alive(line)


def _cost(line: Line) -> int:
    return sum(units(run.text) for run in line) + 1


def _alive(line: Line) -> int:
    return sum(len(list(_live(run.text))) for run in line if run.tag not in _DEAD)


def _pieces(line: Line, begun: _Room, longest: int) -> Iterator[Line]:
    """Cut a line that no message could hold, to go on in one that is begun.

    It is cut at a line break inside it, else a space, else anywhere.
    """
    if _Room(longest).takes((line,)):
        yield line
        return
    room = replace(begun) if begun.units > longest // 4 else _Room(longest)
    held: list[Run] = []
    for run in line:
        rest = run.text
        while rest:
            piece = _fitting(rest, run.tag, room)
            if piece:
                held.append(replace(run, text=piece))
                room.fill((replace(run, text=piece),))
                rest = rest[len(piece) :]
            if rest:
                if held:
                    yield tuple(held)
                held, room = [], _Room(longest)
    if held:
        yield tuple(held)


def _fitting(text: str, tag: Tag, room: _Room) -> str:
    """Return as much of the beginning of a text as there is room for."""
    end, used = 0, 0
    for char in text:
        used += units(char)
        if used > room.units - 1:
            break
        end += 1
    if tag not in _DEAD:
        for count, found in enumerate(_live(text[:end])):
            if count >= room.live:
                return text[: found.start()]
    if end == len(text):
        return text
    for stop in ("\n", " "):
        at = text.rfind(stop, end // 2, end)
        if at > 0:
            return text[: at + 1]
    return text[:end]


_DEAD = frozenset({"code", "pre", "a"})  # inside these Telegram looks for nothing

# What Telegram may find something in: wider than its own rules (tdlib, MessageEntity.cpp), on purpose.
_LIVE = re.compile(
    r"@\w"  # @name
    r"|[#$＃]\w"  # #tag, $TAG
    r"|(?<!\w)/\w"  # /command
    r"|[^\W_][-_]*\.[^\W\d_][\w-]"  # example.com
    r"|\d\.\d+\.\d+\.\d"  # 10.0.0.1
    r"|://"
)
# An address to write to stays what Telegram makes of it: something to tap, which tells nobody anything. An office's
# own is shown; one that a person typed was masked on arrival.
_ADDRESS = re.compile(r"[\w+%-]+(?:\.[\w+%-]+)*(?<=\w)@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_OPENS, _STOPS = "([\"'“‘", ")]\"'”’.,;:!?…"


def _html(lines: Sequence[Line]) -> str:
    text = "\n".join("".join(map(_run, line)) for line in lines)
    return text.strip()


def _run(run: Run) -> str:
    text = run.text
    match run.tag:
        case "a":
            return f'<a href="{escape(run.url)}">{_escaped(text)}</a>'
        case "code" | "pre":
            return _tagged(text, run.tag)
    written, at = [], 0
    for found in _live(text):
        before, word, after = _around(found.group())
        if _ADDRESS.fullmatch(word):
            continue
        start = found.start() + len(before)
        written += [_tagged(text[at:start], run.tag), _tagged(word, "code")]
        at = found.end() - len(after)
    return "".join([*written, _tagged(text[at:], run.tag)])


def _live(text: str) -> Iterator[re.Match[str]]:
    """Find the words in which Telegram may find something."""
    return (word for word in re.finditer(r"\S+", text) if _LIVE.search(word.group()))


def _around(word: str) -> tuple[str, str, str]:
    """Part a word from the brackets and stops around it."""
    inner = word.lstrip(_OPENS)
    core = inner.rstrip(_STOPS)
    return word[: len(word) - len(inner)], core, inner[len(core) :]


def _tagged(text: str, tag: str) -> str:
    return f"<{tag}>{_escaped(text)}</{tag}>" if tag and text.strip() else _escaped(text)


def _escaped(text: str) -> str:
    return escape(text, quote=False)

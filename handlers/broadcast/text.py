"""What an officer wrote, checked before it is kept, and as the message that people get.

    # A heading
    A paragraph, with a link: https://www.bma.org.uk
    - a line of a list
    [Fit notes] rule hospital-fit-note          up to three buttons, as the last lines
    [Book a place] https://lmc.example/book

Faults come all at once, each a sentence with its line. A text that holds a patient's identifier is never kept.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from handlers.broadcast.when import shown
from handlers.chat import (
    LONGEST_SENTENCE,
    Attachment,
    Button,
    Headline,
    House,
    Link,
    Part,
    Reply,
    Section,
    Small,
    Title,
    plain_text,
)
from handlers.privacy import SHOWN, mask
from handlers.records import Broadcast

BUTTONS = 3
CHOICES = range(2, 7)  # of a poll: how many there may be
LONGEST_CHOICE = 60  # characters
LABEL = 40  # characters of a button of an officer's own
FILE = 10_000_000  # bytes: Telegram's limit for a picture, the least of all
ENDINGS = (".pdf", ".png", ".jpg", ".jpeg")
_BUTTON = re.compile(r"\[([^\]\n]+)\][ \t]+(\S.*)")
_ADDRESS = re.compile(r"(?:https?://|ftp://|www\.)\S*", re.IGNORECASE)
_AROUND = ".,;:!?)\"'”’"  # stops behind an address, which are no part of it
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::\d+)?")
# What a button of an officer's own may say for whoever presses it.
OF_A_RULE = ("rule", "why", "letter")
MAY_SAY = (*OF_A_RULE, "pledge", "pledges", "updates", "help", "lmc")


@dataclass(frozen=True)
class Written:
    """A text in its parts; `links` are the addresses of its buttons that open a page."""

    parts: tuple[Part, ...]
    buttons: tuple[Button, ...]
    links: tuple[Link, ...]


def as_typed(given: str) -> str:
    """Return a text with its list as it was typed: Slack's composer makes “• ” of a line that begins with “- ”."""
    return re.sub(r"^[ \t]*[•◦▪][ \t]+", "- ", given, flags=re.MULTILINE).strip()


def identifiers(text: str) -> tuple[str, ...]:
    """Return what was masked in a text on arrival, or should have been: `[NHS number]` and the like."""
    there = [shown for shown in SHOWN.values() if shown in text]
    return tuple(dict.fromkeys([*there, *(SHOWN[kind] for kind in mask(text).kinds)]))


def faults(text: str, choices: tuple[str, ...], house: House) -> list[str]:
    """Say all that is wrong with a text, each in a sentence; nothing where it can be sent as it is."""
    if found := identifiers(text):
        kinds = ", ".join(found)
        return [
            f"It holds what could be a patient's: {kinds}. I kept nothing. Take it out, and send it again.",
            "A name, an address or a number of the LMC's own belongs on a page: give its link.",
        ]
    if not text.strip():
        return ["It has no words."]
    said = [fault for number, line in enumerate(text.splitlines(), 1) for fault in _faults_of(line, number, house)]
    buttons = [line for line in text.splitlines() if _BUTTON.fullmatch(line.strip())]
    if len(buttons) > BUTTONS:
        said.append(f"It has {len(buttons)} buttons: {BUTTONS} at most.")
    if choices and len(choices) not in CHOICES:
        said.append("A poll has two to six choices, each on a line that begins with “- ”.")
    said += [f"“{each}” is too long for a choice: {LONGEST_CHOICE} characters." for each in choices if _long(each)]
    if len(set(choices)) < len(choices):
        said.append("Two choices are the same.")
    return said or _too_long(Broadcast(text, choices=choices, id=99_999, version=1, changed=house.now()), house)


def _long(choice: str) -> bool:
    return len(choice) > LONGEST_CHOICE


def _faults_of(line: str, number: int, house: House) -> list[str]:
    said = [
        f"Line {number}: {address} is not a link. A whole one begins with https:// and names a page."
        for address in _addresses(line)
        if not _is_link(address)
    ]
    if button := _BUTTON.fullmatch(line.strip()):
        label, does = button.groups()
        word, *rest = does.split()
        if len(label) > LABEL:
            said.append(f"Line {number}: a button has {LABEL} characters at most.")
        if not _addresses(does) and (word.lower() not in MAY_SAY or len(does.encode()) > LONGEST_SENTENCE):
            said.append(f"Line {number}: a button says “rule ID”, “pledge …” or a link, not “{does}”.")
        if word.lower() in OF_A_RULE and (not rest or rest[0] not in house.library.rules):
            said.append(f"Line {number}: there is no rule {' '.join(rest[:1]) or 'named'}.")
        elif word.lower() in OF_A_RULE and house.hidden(rest[0]):
            said.append(f"Line {number}: the rule {rest[0]} is hidden, and is being checked.")
    return said


def _too_long(broadcast: Broadcast, house: House) -> list[str]:
    """Say which chat would cut it, and where."""
    said = []
    for chat, draw in house.drawings.items():
        first, *rest = draw(message(broadcast, house)) or ("",)
        if rest:
            begins = " ".join(rest[0].split())[:40]
            said.append(f"It is too long for {chat.capitalize()}: {len(first):,} characters fit, up to “{begins}…”.")
    return said


def _addresses(line: str) -> list[str]:
    return [found.group().rstrip(_AROUND) for found in _ADDRESS.finditer(line)]


def _is_link(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(_HOST.fullmatch(parts.netloc))


def read(text: str) -> Written:
    """Read a text that has no faults into parts and buttons."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    chosen = [found.groups() for line in lines if (found := _BUTTON.fullmatch(line.strip()))]
    rest = [line for line in lines if not _BUTTON.fullmatch(line.strip())]
    buttons = tuple(Button(label, does) for label, does in chosen if not _addresses(does))
    links = tuple(Link(label, address) for label, does in chosen for address in _addresses(does)[:1])
    return Written(tuple(_parts(rest)), buttons, links)


def _parts(lines: Iterable[str]) -> list[Part]:
    """Gather lines into headings, lists and paragraphs, links below what they stand in."""
    parts: list[Part] = []
    held: list[str] = []

    def end() -> None:
        if held:
            listed = all(line.startswith("- ") for line in held)
            shown = tuple(_worded(line.removeprefix("- ")) for line in held)
            only_links = [line for line in held if _addresses(line) == [line.strip()]]
            if len(only_links) < len(held):
                words = tuple(said for said in shown if said)
                parts.append(Section("", words if listed else ("\n".join(words),)))
            parts.extend(Link(_named(address), address) for line in held for address in _addresses(line))
            held.clear()

    for line in lines:
        if line.startswith("#") or not line.strip():
            end()
            if heading := line.lstrip("#").strip():
                parts.append(Title(heading))
            continue
        if held and line.startswith("- ") != held[-1].startswith("- "):
            end()
        held.append(line)
    end()
    return parts


def _worded(line: str) -> str:
    """Write a line with the host in the place of an address: the whole link stands below. A line of its own goes."""
    if _addresses(line) == [line.strip()]:
        return ""
    for address in _addresses(line):
        line = line.replace(address, urlsplit(address).netloc)
    return line


def _named(address: str) -> str:
    parts = urlsplit(address)
    return (parts.netloc.removeprefix("www.") + parts.path.rstrip("/"))[:60]


def message(broadcast: Broadcast, house: House, content: bytes = b"") -> Reply:
    """Write a broadcast as the message that everyone gets.

    Args:
        broadcast: what.
        house: the committee.
        content: of its file, where it has one.
    """
    written = read(broadcast.text)
    name, topic = house.lmc.name, broadcast.topic
    head = Headline("!", f"URGENT, from {name}") if broadcast.urgent else Headline("✉", f"From {name}: {topic}")
    parts: list[Part] = [head, *written.parts]
    buttons = list(written.buttons)
    if broadcast.choices:
        parts.append(Section("", broadcast.choices))
        parts.append(
            Small("Your choice is counted apart from you: nobody can see who chose what. It cannot be changed.")
        )
        buttons += [Button(text, f"vote {broadcast.id} {n}") for n, text in enumerate(broadcast.choices, 1)]
    parts += written.links
    if broadcast.version:
        parts.append(Small(f"Corrected on {shown(broadcast.changed)}."))
    parts.append(Small(f"Update {broadcast.id}. For no more about {topic}, send: settings stop {topic}"))
    buttons.append(Button("Read and understood", f"understood {broadcast.id}"))
    buttons.append(Button(f"No more: {topic}", f"settings stop {topic}"))
    files = (Attachment(broadcast.file_name, content, broadcast.file_says),) if content else ()
    return Reply(tuple(parts), tuple(buttons), files, stays=True)


def digest(broadcasts: Iterable[Broadcast], house: House) -> Reply:
    """Write several broadcasts as the one message of a day: their first lines, each with its button."""
    lines = {each.id: first_line(each) for each in broadcasts}
    parts = (
        Headline("✉", f"{len(lines)} updates from {house.lmc.name}"),
        Section("", tuple(lines.values())),
        Small("You get them once a day. To get each as it comes, send: settings digest off"),
    )
    return Reply(parts, tuple(Button(f"Open {ident}", f"updates {ident}") for ident in lines))


def first_line(broadcast: Broadcast, most: int = 60) -> str:
    """Return what a broadcast is called in a list: its number and first words."""
    said = plain_text(Reply(read(broadcast.text).parts)).strip().split("\n")[0]
    return f"{broadcast.id}: {said if len(said) <= most else said[: most - 1] + '…'}"

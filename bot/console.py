"""The terminal as a chat: cards by rich, numbered buttons, history, a clean Ctrl-D."""

import re
from collections.abc import Callable
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.history import InMemoryHistory
from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.style import Style
from rich.text import Text

from bot.app import App
from handlers.chat import Ask, Attachment, Block, Button, Headline, Link, Part, Person, Reply, Section, Small, Title

HERE = Person(chat="console", id="terminal")
_WIDEST = 88  # columns of a card: longer lines are slow to read


def chat(app: App, console: Console, person: Person = HERE, status: Callable[[], str] = str) -> None:
    """Talk until Ctrl-D.

    Args:
        app: answers.
        console: where cards are shown.
        person: who is typing.
        status: one line below the prompt while there is something to say, such as how far the encoder has come.
    """
    # In memory only: a question may hold a patient's details until it is masked, and a history file would keep them.
    session: PromptSession[str] = PromptSession(history=InMemoryHistory())
    reply: Reply = app.handle(Ask(person, "help"))
    show(console, reply)
    while True:
        try:
            toolbar = (lambda: status() or None) if status() else None
            typed = session.prompt("\n> ", bottom_toolbar=toolbar, refresh_interval=0.5 if toolbar else 0).strip()
        except KeyboardInterrupt:
            continue
        except EOFError:
            console.print("Goodbye.")
            return
        if re.fullmatch(r"\d{1,2}", typed) and int(typed) not in range(1, len(reply.buttons) + 1):
            console.print(f"There is no button {typed}: press 1 to {len(reply.buttons)}, or type a question.")
        elif typed:
            reply = app.handle(Ask(person, pressed(typed, reply.buttons)))
            show(console, reply)


def pressed(typed: str, buttons: tuple[Button, ...]) -> str:
    """Return the sentence of the button that was pressed by its number, or what was typed."""
    if re.fullmatch(r"\d{1,2}", typed) and 1 <= int(typed) <= len(buttons):
        return buttons[int(typed) - 1].sentence
    return typed


def show(console: Console, reply: Reply, folder: Path | None = None) -> None:
    """Print a reply as a card, its buttons numbered below it; save its files in a folder, else where the person is."""
    head = next((part for part in reply.parts if isinstance(part, Headline)), None)
    rest = [_drawn(part) for part in reply.parts if part is not head]
    title = Text(f" {head.sign} {head.text} ", "bold") if head else None
    body = Group(*(line for part in rest for line in part))
    width = min(console.width, _WIDEST)
    console.print(Panel(body, title=title, title_align="left", box=box.ROUNDED, width=width, padding=(0, 1)))
    for file in reply.files:
        console.print(Text(_saved(file, folder or Path.cwd())), width=width)
    for number, button in enumerate(reply.buttons, 1):
        console.print(Text.assemble(("  ", ""), (f"{number} ", "bold cyan"), button.label), width=width)


def _saved(file: Attachment, folder: Path) -> str:
    """Save a file under a name that is free, for its reader alone: it may hold what nobody else should read."""
    named = Path(file.name)
    for name in (named.name, *(f"{named.stem}-{number}{named.suffix}" for number in range(2, 1_000))):
        try:
            (folder / name).touch(mode=0o600, exist_ok=False)
            (folder / name).write_bytes(file.content)
        except FileExistsError:
            continue
        except OSError as error:
            return f"{name} could not be saved in {folder}: {error.strerror}. Start again in a folder of your own."
        return f"Saved {folder / name}: {file.says}"
    return f"{named.name} was not saved: {folder} is full of them."


def _drawn(part: Part) -> list[RenderableType]:
    """Draw one part. All text is `Text`, so that nothing a person typed is read as markup."""
    match part:
        case Title(text):
            return [Text(text, "italic"), Text()]
        case Section("", (line,)):
            return [Text(line, "bold"), Text()]
        case Section("", lines):
            return [*(_bullet(line) for line in lines), Text()]
        case Section(label, (line,)):
            return [Text.assemble((f"{label}: ", "bold cyan"), line)]
        case Section(label, lines):
            return [Text(f"{label}:", "bold cyan"), *(_bullet(line) for line in lines)]
        case Link(text, url):
            return [Text(text, Style(link=url, underline=True)), Text(url, "dim")]
        case Small(text):
            return [Text(), Text(text, "dim")]
        case Block(text):
            return [Rule(style="dim"), *(Text(line) for line in text.splitlines()), Rule(style="dim")]
        case Headline(sign, text):
            return [Text(f"{sign} {text}", "bold")]


def _bullet(line: str) -> RenderableType:
    return Padding(Text(f"• {line}"), (0, 0, 0, 1))

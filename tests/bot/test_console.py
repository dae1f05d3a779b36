"""The terminal as a chat, over a pipe in place of a keyboard."""

import io
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.console import Console

from bot import console
from bot.app import App
from bot.learning import Learning, with_bar
from handlers.chat import Attachment, Button, Headline, Link, Reply, Section, Title
from knowledge.matcher import Matcher


@pytest.fixture
def keyboard() -> Iterator[PipeInput]:
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        yield pipe


def _screen() -> Console:
    return Console(file=io.StringIO(), width=100, force_terminal=False)


def _seen(screen: Console) -> str:
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue()


def test_a_conversation(app: App, keyboard: PipeInput) -> None:
    screen = _screen()
    keyboard.send_text("hosp wants bloods b4 clinic do i have to\r2\r\r99\r\x04")
    console.chat(app, screen)
    seen = _seen(screen)
    shown = [
        "CAN I DECLINE THIS WORK?",
        "NOT YOURS: hand it back",
        "  2 Why",
        "Why: ",
        "Back to the answer",
        "Goodbye.",
    ]
    places = [seen.index(text) for text in shown]
    assert places == sorted(places)


def test_ctrl_c_clears_the_line_and_the_chat_goes_on(app: App, keyboard: PipeInput) -> None:
    screen = _screen()
    keyboard.send_text("half a quest\x03help\r\x04")
    console.chat(app, screen)
    assert _seen(screen).count("CAN I DECLINE THIS WORK?") == 2


def test_a_number_presses_a_button() -> None:
    buttons = (Button("Why", "why x"), Button("Help", "help"))
    assert [console.pressed(typed, buttons) for typed in ("1", "2", "3", "0", "12 people")] == [
        "why x",
        "help",
        "3",
        "0",
        "12 people",
    ]


def test_what_a_person_typed_is_never_markup() -> None:
    screen = _screen()
    hostile = "[bold]x[/bold] [link=http://evil]y"
    parts = (Headline("!", hostile), Title(hostile), Section(hostile, (hostile,)), Link(hostile, "https://a.example"))
    console.show(screen, Reply(parts, (Button(hostile, "help"),)))
    assert _seen(screen).count("[bold]x[/bold]") == 6


def test_the_tool_bar_tells_how_far_it_is() -> None:
    class Slow:
        fallback = "the model is not there"

        def learn(self, progress: object) -> bool:
            assert callable(progress)
            progress(50, 200)
            seen.append(learning.status())
            return False

    seen: list[str] = []
    learning = Learning(Slow())  # type: ignore[arg-type]
    learning.start()
    learning.wait()
    assert "50 of 200" in seen[0]
    assert learning.status() == "Answers go by words alone: the model is not there"


def test_the_bar_is_for_whoever_waits(matcher: Matcher) -> None:
    assert with_bar(matcher)


def test_a_file_is_saved_beside_the_others_and_never_over_them(tmp_path: Path) -> None:
    reply = Reply((Headline("→", "YOUR DATA"),), files=(Attachment("../data.json", b"{}", "All of it"),))
    screen = _screen()
    for _ in range(2):
        console.show(screen, reply, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data-2.json", "data.json"]
    assert _seen(screen).count("Saved ") == 2
    assert stat.S_IMODE((tmp_path / "data.json").stat().st_mode) == 0o600


def test_a_file_that_cannot_be_saved_is_told(tmp_path: Path) -> None:
    screen = _screen()
    console.show(screen, Reply((), files=(Attachment("data.json", b"{}", "All of it"),)), tmp_path / "nowhere")
    assert "data.json could not be saved" in " ".join(_seen(screen).split())

"""What every chat does alike: the same conversations in the terminal, and over a real wire on Telegram and on Slack."""

import io
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pytest
from rich.console import Console

from bot import console
from bot.app import App
from bot.port import Outcome, Reason, Sent
from bot.store import Store
from handlers.chat import Ask, Attachment, Block, Button, Headline, Link, Part, Reply, Section, Small, Title
from tests.bot import slack_rig, telegram_rig


class Shown(Protocol):
    """One message or edit, as a person sees it."""

    @property
    def text(self) -> str: ...
    @property
    def buttons(self) -> tuple[str, ...]: ...
    @property
    def files(self) -> tuple[tuple[str, bytes], ...]: ...


class Rig(Protocol):
    """One person in a private chat with the bot."""

    async def say(self, text: str) -> None: ...
    async def press(self, label: str) -> None: ...
    async def shown(self, count: int) -> "Sequence[Shown]": ...
    async def press_old(self, sentence: str) -> None: ...
    async def send(self, reply: Reply) -> Sent: ...


class Wired(Rig, Protocol):
    """The same over a wire, on which things go wrong."""

    async def deliver_again(self) -> None: ...
    async def fail_next(self, what: str) -> None: ...


class Printed(NamedTuple):
    """One card, as it stands in the terminal."""

    text: str
    buttons: tuple[str, ...]
    files: tuple[tuple[str, bytes], ...]


class Terminal:
    """The terminal: what is printed is what is shown."""

    def __init__(self, app: App, folder: Path) -> None:
        self._app, self._folder = app, folder
        self._shown: list[Printed] = []
        self._last = Reply(())

    async def say(self, text: str) -> None:
        self._last = self._app.handle(Ask(console.HERE, console.pressed(text, self._last.buttons)))
        await self.send(self._last)

    async def press(self, label: str) -> None:
        await self.say(str([button.label for button in self._last.buttons].index(label) + 1))

    async def press_old(self, sentence: str) -> None:
        await self.say(sentence)

    async def shown(self, count: int) -> list[Printed]:
        assert len(self._shown) >= count
        return self._shown

    async def send(self, reply: Reply) -> Sent:
        screen = Console(file=io.StringIO(), width=2_000, force_terminal=False)
        console.show(screen, reply, self._folder)
        assert isinstance(screen.file, io.StringIO)
        files = tuple((file.name, (self._folder / file.name).read_bytes()) for file in reply.files)
        self._shown.append(Printed(screen.file.getvalue(), tuple(button.label for button in reply.buttons), files))
        return Sent(Outcome.SENT)


def terminal(folder: Path) -> "Callable[[App, Store], AbstractAsyncContextManager[Rig]]":
    @asynccontextmanager
    async def opened(app: App, _store: Store) -> AsyncIterator[Rig]:
        yield Terminal(app, folder)

    return opened


WIRED: dict[str, Any] = {"telegram": telegram_rig.Rig.open, "slack": slack_rig.Rig.open}


@pytest.fixture(params=["terminal", *WIRED])
async def rig(request: pytest.FixtureRequest, app: App, tmp_path: Path) -> AsyncIterator[Rig]:
    store = Store(None)
    async with WIRED.get(request.param, terminal(tmp_path))(app, store) as made:
        yield made
    store.close()


@pytest.fixture(params=WIRED)
async def wired(request: pytest.FixtureRequest, app: App) -> AsyncIterator[Wired]:
    store = Store(None)
    async with WIRED[request.param](app, store) as made:
        yield made
    store.close()


QUESTION = "hosp wants bloods b4 clinic do i have to"


async def test_a_question(rig: Rig) -> None:
    await rig.say(QUESTION)
    (answer,) = await rig.shown(1)
    assert "NOT YOURS: hand it back" in answer.text
    assert "Unless" in answer.text
    assert "Basis: " in answer.text
    assert answer.buttons[:3] == ("Letter", "Why", "Not my question")


async def test_a_press(rig: Rig) -> None:
    await rig.say(QUESTION)
    await rig.shown(1)
    await rig.press("Why")
    behind = (await rig.shown(2))[-1]
    assert "Why" in behind.text
    assert "Back to the answer" in behind.buttons


async def test_a_letter_is_not_overwritten_by_the_next_press(rig: Rig) -> None:
    await rig.say("letter hospital-fit-note")
    (letter,) = await rig.shown(1)
    assert "Dear colleague," in letter.text
    await rig.press("Back to the answer")
    last = (await rig.shown(2))[-1]
    assert not getattr(last, "edited", False)


async def test_a_message_of_40_000_characters(rig: Rig) -> None:
    await rig.say("hospital wants bloods before clinic do i have to " + "well " * 7_990)
    (answer,) = await rig.shown(1)
    assert "I read the first 2,000 characters" in answer.text


async def test_a_long_reply_arrives_whole_and_in_order(rig: Rig) -> None:
    lines = [f"paragraph {number} " + "of the update " * 12 for number in range(150)]
    parts: tuple[Part, ...] = (Headline("→", "UPDATE"), *(Section("", (line,)) for line in lines), Small("the end"))
    sent = await rig.send(Reply(parts, (Button("Why", "why hospital-fit-note"),)))
    assert sent.outcome is Outcome.SENT
    shown = await rig.shown(1)
    whole = " ".join(" ".join(each.text for each in shown).replace("│", " ").split())
    places = [whole.index(" ".join(line.split())) for line in lines]
    assert places == sorted(places)
    assert shown[-1].buttons == ("Why",)


async def test_a_button_of_an_old_message(rig: Rig) -> None:
    await rig.press_old("rule hospital-fit-note")
    (answer,) = await rig.shown(1)
    assert "First fit note" in answer.text


async def test_unknown_words_from_a_button(rig: Rig) -> None:
    await rig.press_old("zzz \u0000 unheard of")
    (answer,) = await rig.shown(1)
    assert answer.text.strip()


HOSTILE = (
    "<!channel> <!here> @channel @everyone",
    "<@U0123> <#C0123|general> <https://evil.example|your bank>",
    "*bold* _italic_ ~struck~ `code` ```block``` > quote",
    "<b>bold</b> <a href='tg://user?id=1'>x</a> &lt; &amp; </pre><script>",
    "[red]rich[/red] [link=https://evil.example]x[/link] \\[bold]",
    "__u__ ||spoiler|| {fill} %s \\n",
)


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_is_text(rig: Rig, text: str) -> None:
    parts = (Headline("!", text), Title(text), Section(text, (text, text)), Link(text, "https://x.example/?a=1&b=<2>"))
    await rig.send(Reply((*parts, Block(text), Small(text)), (Button(text[:70], "help"),)))
    shown = await rig.shown(1)
    assert " ".join("".join(each.text for each in shown).split()).count(" ".join(text.split())) >= 7


async def test_an_attachment(rig: Rig) -> None:
    file = Attachment("letter.docx", b"PK\x03\x04 not really", "The letter, to edit")
    await rig.send(Reply((Headline("✉", "LETTER"),), files=(file,)))
    shown = await rig.shown(1)
    files = [given for each in await rig.shown(len(shown)) for given in each.files]
    if not files:
        files = [given for each in await rig.shown(2) for given in each.files]
    assert files == [("letter.docx", file.content)]


async def test_what_is_delivered_twice_is_answered_once(wired: Wired) -> None:
    await wired.say(QUESTION)
    await wired.shown(1)
    await wired.deliver_again()
    await wired.say("help")
    shown = await wired.shown(2)
    assert ["CAN I DECLINE" in each.text for each in shown] == [False, True]


@pytest.mark.parametrize(
    ("what", "outcome", "reason"),
    [
        ("blocked", Outcome.FAILED, {Reason.BLOCKED, Reason.DEACTIVATED}),
        ("busy", Outcome.LATER, {Reason.BUSY}),
        ("lost", Outcome.UNSURE, {Reason.NETWORK}),
    ],
)
async def test_what_went_wrong_is_told(wired: Wired, what: str, outcome: Outcome, reason: set[Reason]) -> None:
    await wired.fail_next(what)
    sent = await wired.send(Reply((Headline("→", "UPDATE"),)))
    assert sent.outcome is outcome
    assert sent.reason in reason
    assert (sent.wait > 0) is (outcome is Outcome.LATER)


async def test_a_busy_platform_gets_the_answer_a_little_later(wired: Wired) -> None:
    await wired.fail_next("busy")
    await wired.say(QUESTION)
    (answer,) = await wired.shown(1)
    assert "NOT YOURS" in answer.text


async def test_an_answer_that_may_have_arrived_is_not_sent_again(wired: Wired) -> None:
    await wired.fail_next("lost")
    await wired.say(QUESTION)
    await wired.shown(1)
    await wired.say("help")
    shown = await wired.shown(2)
    assert [each.text.count("NOT YOURS") for each in shown] == [1, 0]

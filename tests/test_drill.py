"""A thousand messages with patients' identifiers, through every way in; then every byte that was kept is searched."""

import dataclasses
import logging
import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from stdnum.gb import nhs

from bot.app import App
from bot.inbox import Inbox
from bot.store import Store
from handlers.chat import Ask, Person, plain_text
from tests.bot.paper import Paper

MESSAGES = 1_000


def _nhs_number(rng: random.Random) -> str:
    while not nhs.is_valid(number := f"9{rng.randrange(10**9):09}"):
        pass
    return number


def _spaced(number: str) -> str:
    return f"{number[:3]} {number[3:6]} {number[6:]}"


# An identifier, the words around it, and the part of it that must be nowhere afterwards: too long to stand in a hash.
KINDS: tuple[tuple[str, Callable[[random.Random], str]], ...] = (
    ("{} wants a backdated sick note", lambda rng: _spaced(_nhs_number(rng))),
    ("NHS no {} hospital wants bloods before clinic", _nhs_number),
    ("who does the wound check for dob {}", lambda rng: f"{rng.randrange(10, 29)}/07/19{rng.randrange(20, 99)}"),
    ("ring her on {} about the shared care", lambda rng: f"07{rng.randrange(10**9):09}"),
    ("write to jo{}@example.org about the referral", lambda rng: str(rng.randrange(10**9, 10**10))),
    ("Hospital number: {} GP to chase the scan", lambda rng: f"K{rng.randrange(10**6, 10**7)}"),
    ("Mrs Margaret Threlfall{} needs a letter for housing", lambda rng: rng.choice(("", "-Osgathorpe", "-Entwistle"))),
)  # fmt: skip


def _messages() -> list[tuple[str, str]]:
    rng = random.Random(20261122)  # noqa: S311 - the same thousand each time
    made = []
    for number in range(MESSAGES):
        words, make = KINDS[number % len(KINDS)]
        value = make(rng)
        made.append((words.format(value), "Threlfall" if "Threlfall" in words else value))
    return made


async def test_no_identifier_is_left_anywhere(app: App, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = Store(tmp_path / "pushback.db")
    app = App(dataclasses.replace(app.house, records=store.records, a_minute=0))
    messages, chat = _messages(), Paper()
    inbox = Inbox(app, store, {"paper": chat})
    with caplog.at_level(logging.DEBUG):
        for number, (text, _) in enumerate(messages[::2]):
            await inbox.receive(Ask(Person("paper", str(number)), text, key=str(number)))
        await chat.have(len(messages[::2]), 120)
        assert len(chat.sent) == len(messages[::2])
        for number, (text, secret) in enumerate(messages[1::2]):
            said = plain_text(app.handle(Ask(Person("console", str(number)), text)))
            assert secret not in said
            assert "please delete the message" in said
    with sqlite3.connect(tmp_path / "backup.db") as backup, sqlite3.connect(tmp_path / "pushback.db") as live:
        live.backup(backup)
    backup.close()
    live.close()
    kept = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    await inbox.stop()
    store.close()
    kept |= {f"{path.name} once closed": path.read_bytes() for path in tmp_path.iterdir()}
    assert {"pushback.db", "pushback.db-wal", "backup.db"} <= kept.keys()
    kept["log"] = caplog.text.encode()
    for _, secret in messages:
        for name, content in kept.items():
            assert secret.encode() not in content, name


def test_what_is_forgotten_is_gone_from_the_file(app: App, tmp_path: Path) -> None:
    store = Store(tmp_path / "pushback.db")
    app = App(dataclasses.replace(app.house, records=store.records, a_minute=0))
    gp = Person("console", "4711471147")
    for text in ("settings role locum", "the marmalade pathway is that ours", "forget me yes"):
        app.handle(Ask(gp, text))
    kept = [path.read_bytes() for path in tmp_path.iterdir()]
    store.close()
    for content in kept:
        assert b"marmalade" not in content
        assert b"4711471147" not in content

"""What the tests share: the real book, read once, and books of a few rules made on the spot."""

import dataclasses
import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.app import App
from bot.store import Store
from handlers.chat import House, Lmc
from handlers.records import Rank
from knowledge.library import NATIONAL, Library, load
from knowledge.matcher import Matcher

TODAY = datetime.date(2026, 11, 21)
NOON = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC).timestamp()


@pytest.fixture(scope="session")
def cache(request: pytest.FixtureRequest) -> Path:
    """A folder that outlives the run: what is in it is keyed by content, so it is never stale."""
    assert request.config.cache
    return request.config.cache.mkdir("pushback")


@pytest.fixture(scope="session")
def library() -> Library:
    return load()


@pytest.fixture(scope="session")
def words_alone(library: Library) -> Iterator[Matcher]:
    """The lexical design over the real book."""
    matcher = Matcher(library)
    yield matcher
    matcher.close()


@pytest.fixture(scope="session")
def matcher(library: Library, cache: Path) -> Iterator[Matcher]:
    """The semantic design over the real book: the slow fixture, the first time."""
    matcher = Matcher(library, cache)
    assert matcher.learn(), matcher.fallback
    yield matcher
    matcher.close()


@pytest.fixture
def app(library: Library, words_alone: Matcher) -> App:
    return App(
        House(library, words_alone, Lmc(name="Anyshire LMC", email="office@lmc.example"), lambda: NOON, a_minute=0)
    )


@pytest.fixture
def remembering(app: App) -> Iterator[App]:
    """An App that remembers, for one test."""
    store = Store(None)
    yield App(dataclasses.replace(app.house, records=store.records, ranks={"test 900": Rank.OWNER}, a_minute=0))
    store.close()


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    """Make a folder with the rule files that are given as `id=text`, in the category `things`."""

    def make(folder: str = "book", **files: str) -> Path:
        (tmp_path / folder).mkdir(exist_ok=True)
        for name, text in files.items():
            path = tmp_path / folder / "rules" / "things" / f"{name.replace('_', '-')}.toml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        words = (NATIONAL / "words.toml").read_bytes()
        (tmp_path / folder / "words.toml").write_bytes(words)
        return tmp_path / folder

    return make


def rule_text(**changes: str) -> str:
    """Write a whole rule file; `changes` replace or add keys, a value of "" takes one out."""
    keys = {
        "title": '"Bloods that the hospital wants before its clinic"',
        "verdict": '"not-yours"',
        "answer": '"Hand it back. The clinic that needs a test orders it."',
        "why": '"A test in your name brings you its result."',
        "who": '"The clinic that asked."',
        "unless": '["Waiting could harm the patient: take it now."]',
        "nations": '["england"]',
        "confidence": '"high"',
        "review_by": "2027-11-21",
        "asks": "[" + ", ".join(f'"bloods before clinic number {n}"' for n in range(12)) + "]",
        "words": '["phlebotomy"]',
    } | changes
    return "\n".join(f"{key} = {value}" for key, value in keys.items() if value) + "\n"

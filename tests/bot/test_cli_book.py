"""The commands about releases of the book, as a curator runs them, and as they get them wrong."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.store import Store
from handlers.records import Kept
from knowledge.changes import parts
from knowledge.library import NATIONAL, Library, load
from tests.conftest import rule_text

Run = Callable[..., Result]


@pytest.fixture
def local(tmp_path: Path) -> Path:
    folder = tmp_path / "local"
    (folder / "rules" / "ours").mkdir(parents=True)
    (folder / "rules" / "ours" / "our-own.toml").write_text(rule_text(), encoding="utf-8")
    return folder


@pytest.fixture
def run(cache: Path, tmp_path: Path, local: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("PUSHBACK_BOOK_CACHE", str(cache))
    monkeypatch.setenv("PUSHBACK_BOOK_LOCAL", str(local))
    monkeypatch.setenv("PUSHBACK_STORE_PATH", str(tmp_path / "pushback.db"))
    monkeypatch.setattr("bot.rereading.WAITS", 0)
    return lambda *words: CliRunner().invoke(main, words)


@pytest.fixture
def kept(tmp_path: Path, library: Library, local: Path) -> str:
    """What was taken up once: the national book with the local rule, and without; the first one's digest on a card."""
    store = Store(tmp_path / "pushback.db")
    whole = load([NATIONAL, local])
    store.records.books.keep(Kept(whole.release.digest, str(whole.release), 1_795_000_000), parts(whole))
    store.records.books.keep(Kept(library.release.digest, str(library.release), 1_795_000_001), parts(library))
    store.close()
    return whole.release.short


def test_reload_says_that_no_bot_runs(run: Run, tmp_path: Path) -> None:
    done = run("rules", "reload")
    assert done.exit_code == 1
    assert "no running bot took this up" in done.output
    store = Store(tmp_path / "pushback.db")
    assert store.records.books.take(since=0) == [], "the next bot finds no wish that nobody waits for"
    store.close()


def test_reload_tells_a_fault_at_once(run: Run, local: Path) -> None:
    (local / "rules" / "ours" / "our-own.toml").write_text(rule_text(who=""), encoding="utf-8")
    done = run("rules", "reload")
    assert done.exit_code == 1
    assert "our-own.toml: who: is missing: add it" in done.output


def test_diff_tells_the_words_of_an_edit(run: Run, local: Path, kept: str) -> None:
    (local / "rules" / "ours" / "our-own.toml").write_text(rule_text(who='"Whoever asked."'), encoding="utf-8")
    said = run("rules", "diff", kept).output.splitlines()
    assert said[0].startswith("book ")
    assert said[1:] == [
        "changed  rules/our-own  Bloods that the hospital wants before its clinic",
        "  - who: The clinic that asked.",
        "  + who: Whoever asked.",
        "1 change.",
    ]


def test_diff_between_two_releases(run: Run, kept: str, library: Library) -> None:
    said = run("rules", "diff", kept, library.release.digest).output
    assert "removed  rules/our-own" in said
    assert said.endswith("1 change.\n")


def test_diff_takes_folders(run: Run, local: Path) -> None:
    assert run("rules", "diff", str(local), str(local)).output.endswith("No changes.\n")


def test_diff_lists_what_is_kept_where_it_knows_no_such_release(run: Run, kept: str) -> None:
    done = run("rules", "diff", "ffffff")
    assert done.exit_code == 1
    assert "'ffffff' is no release that was kept, and no folder. Kept," in done.output
    assert kept in done.output


def test_diff_where_nothing_is_kept(run: Run) -> None:
    assert "none yet: each that a running bot takes up is kept" in run("rules", "diff", "ffffff").output


def test_release_dates_the_local_book_and_the_card_shows_it(run: Run, local: Path) -> None:
    assert run("rules", "release", "--on", "2026-11-30").exit_code == 0
    assert "book 2026-11-30" in run("rules", "show", "our-own").output
    (local / "rules" / "ours" / "our-own.toml").write_text(rule_text(who='"Whoever asked."'), encoding="utf-8")
    assert "book 2026-11-30+" in run("rules", "show", "our-own").output


def test_release_of_a_folder_that_holds_nothing(run: Run, local: Path) -> None:
    (local / "rules" / "ours" / "our-own.toml").unlink()
    assert "holds no rule and no table yet: there is nothing to date" in run("rules", "release").output


def test_an_answer_for_a_machine_tells_the_release(run: Run) -> None:
    told = json.loads(run("ask", "--json", "--lexical", "hosp wants bloods b4 clinic do i have to").stdout)
    assert "book " in told["text"]

"""Each release of the book is kept once, and given back as it was; a wish for a reload is taken once."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.store import Store
from handlers.records import Books, Kept

ONE, TWO = Kept("a1" * 8, "book 2026-11-22 a1a1a1", 100), Kept("b2" * 8, "book 2026-11-22+ b2b2b2", 200)
PARTS = {"rules/one": b'{"title": "One"}', "rules/two": b'{"title": "Two"}', "words": "£".encode()}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "pushback.db")
    yield store
    store.close()


@pytest.fixture
def books(store: Store) -> Books:
    return store.records.books


def test_a_release_is_given_back_as_it_was(books: Books) -> None:
    assert not books.has(ONE.digest)
    books.keep(ONE, PARTS)
    books.keep(TWO, PARTS | {"rules/two": b"{}"})
    assert books.has(ONE.digest)
    assert books.parts(ONE.digest) == PARTS
    assert books.parts(TWO.digest) == PARTS | {"rules/two": b"{}"}
    assert books.all() == [TWO, ONE]


def test_what_two_releases_share_is_kept_once(books: Books, tmp_path: Path) -> None:
    books.keep(ONE, PARTS)
    books.keep(TWO, PARTS | {"rules/two": b"{}"})
    with closing(sqlite3.connect(tmp_path / "pushback.db")) as db:
        assert db.execute("SELECT count(*) FROM book_part").fetchone() == (4,)


def test_a_release_that_comes_back_keeps_its_first_day(books: Books) -> None:
    books.keep(ONE, PARTS)
    books.keep(Kept(ONE.digest, ONE.name, 300), PARTS)
    assert books.all() == [ONE]


def test_a_release_that_is_not_kept_holds_nothing(books: Books) -> None:
    assert books.parts("c3" * 8) == {}


def test_a_wish_is_taken_once_and_answered(books: Books) -> None:
    wish = books.wish(100)
    assert books.heard(wish) == (False, "")
    assert books.take(since=40) == [wish]
    assert books.take(since=40) == []
    assert books.heard(wish) == (True, "")
    books.settle([wish], "taken up")
    assert books.heard(wish) == (True, "taken up")
    books.drop(wish)
    assert books.heard(wish) == (False, "")


def test_a_wish_that_nobody_waits_for_any_more_is_dropped(books: Books) -> None:
    books.wish(100)
    fresh = books.wish(200)
    assert books.take(since=150) == [fresh]


def test_a_wish_that_was_taken_is_not_lost_to_the_next(books: Books) -> None:
    slow = books.wish(100)
    books.take(since=90)
    books.wish(115)
    books.take(since=105)
    assert books.heard(slow) == (True, ""), "its reload takes longer than a wish waits to be taken"
    books.settle([slow], "taken up")
    assert books.heard(slow) == (True, "taken up")
    books.wish(9_000)
    books.take(since=8_990)
    assert books.heard(slow) == (False, ""), "whoever wished it is long gone"

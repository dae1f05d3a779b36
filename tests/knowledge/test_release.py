"""A release is named by its files: the same name wherever they are the same."""

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge import release
from knowledge.library import BookError, load, of_folder
from tests.conftest import rule_text

Book = Callable[..., Path]
DAY = datetime.date(2026, 11, 22)


def dated(folder: Path, number: int = 0, *, above: tuple[Path, ...] = ()) -> None:
    library = load([*above, folder])
    release.date(folder, of_folder(library.files, number), DAY)


def test_the_same_files_have_the_same_name_wherever_they_stand(book: Book) -> None:
    here, there = load([book("here", one=rule_text())]), load([book("there", one=rule_text())])
    assert here.release == there.release
    assert str(here.release) == f"book {here.release.digest[:6]}"


def test_a_file_that_another_system_wrote_is_the_same_file(book: Book) -> None:
    folder = book(one=rule_text())
    before = load([folder]).release
    path = folder / "rules" / "things" / "one.toml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert load([folder]).release == before


def test_a_changed_word_is_another_release(book: Book) -> None:
    before = load([book(one=rule_text())]).release
    assert load([book(one=rule_text(who='"Whoever asked."'))]).release != before


def test_a_local_file_is_another_release(book: Book) -> None:
    national = book(one=rule_text())
    assert load([national, book("local", two=rule_text())]).release != load([national]).release


def test_a_dated_book_shows_its_day(book: Book) -> None:
    folder = book(one=rule_text())
    undated = load([folder]).release
    dated(folder)
    shown = load([folder]).release
    assert shown.digest == undated.digest, "the stamp is no part of what it names"
    assert str(shown) == f"book 2026-11-22 {shown.short}"


def test_what_changed_since_the_day_shows_a_plus(book: Book) -> None:
    folder = book(one=rule_text())
    dated(folder)
    book(one=rule_text(who='"Whoever asked."'))
    assert str(load([folder]).release).startswith("book 2026-11-22+ ")


def test_local_rules_that_nobody_dated_show_a_plus_until_somebody_does(book: Book) -> None:
    national, local = book(one=rule_text()), book("local", two=rule_text())
    dated(national)
    assert str(load([national, local]).release).startswith("book 2026-11-22+ ")
    dated(local, 1, above=(national,))
    assert str(load([national, local]).release).startswith("book 2026-11-22 ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('dated = "soon"\ndigest = "0123456789abcdef"', "release.toml: dated: must be a date such as"),
        ("dated = 2026-11-22", "release.toml: digest: is missing: add it"),
        ("dated = ", "release.toml: is not TOML"),
    ],
)
def test_a_stamp_with_a_fault_is_told(book: Book, text: str, said: str) -> None:
    folder = book(one=rule_text())
    (folder / "release.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BookError, match=said):
        load([folder])

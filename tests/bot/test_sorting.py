"""Questions are put together beside the answers, and those of a moment ago will do meanwhile."""

import logging
import threading
from collections.abc import Callable

import pytest

from bot.sorting import Sorting
from knowledge.matcher import Matcher


class Slow:
    """A matcher that puts together once it may."""

    design = "lexical"

    def __init__(self) -> None:
        self.may = threading.Event()

    def alike(self, texts: tuple[str, ...], _step: Callable[[], object]) -> tuple[tuple[int, ...], ...]:
        assert self.may.wait(30)
        return (tuple(range(len(texts))),)


def settled(sorting: Sorting) -> None:
    thread = sorting._thread
    assert thread
    thread.join(30)
    assert not thread.is_alive()


def test_what_takes_a_moment_is_had_at_once(words_alone: Matcher) -> None:
    assert Sorting(at_once=30)(words_alone, ("bloods before clinic", "clinic bloods")) == (
        ("bloods before clinic", "clinic bloods"),
    )


def test_what_takes_longer_is_had_the_next_time() -> None:
    sorting, slow = Sorting(), Slow()
    assert sorting(slow, ("a", "b")) is None  # type: ignore[arg-type]  # all that it asks of a matcher
    slow.may.set()
    settled(sorting)
    assert sorting(slow, ("a", "b")) == (("a", "b"),)  # type: ignore[arg-type]


def test_meanwhile_the_last_ones_do() -> None:
    sorting, slow = Sorting(), Slow()
    slow.may.set()
    sorting(slow, ("a",))  # type: ignore[arg-type]
    settled(sorting)
    slow.may.clear()
    assert sorting(slow, ("a", "b")) == (("a",),)  # type: ignore[arg-type]
    slow.may.set()
    settled(sorting)
    assert sorting(slow, ("a", "b")) == (("a", "b"),)  # type: ignore[arg-type]


def test_another_book_begins_anew() -> None:
    sorting, old, new = Sorting(), Slow(), Slow()
    old.may.set()
    sorting(old, ("a",))  # type: ignore[arg-type]
    settled(sorting)
    assert sorting(new, ("a",)) is None  # type: ignore[arg-type]
    new.may.set()
    settled(sorting)


def test_a_fault_is_told_without_words_and_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Slow):
        def alike(self, texts: tuple[str, ...], _step: Callable[[], object]) -> tuple[tuple[int, ...], ...]:
            raise ValueError(texts)

    sorting, broken = Sorting(), Broken()
    with caplog.at_level(logging.ERROR, "pushback"):
        sorting(broken, ("zebra",))  # type: ignore[arg-type]
        settled(sorting)
    assert sorting(broken, ("zebra",)) == ()  # type: ignore[arg-type]
    assert "ValueError" in caplog.text
    assert "zebra" not in caplog.text


def test_a_stop_ends_it_at_the_next_question(caplog: pytest.LogCaptureFixture) -> None:
    class Long(Slow):
        def alike(self, _texts: tuple[str, ...], step: Callable[[], object]) -> tuple[tuple[int, ...], ...]:
            while True:
                self.may.set()
                step()

    sorting, long = Sorting(), Long()
    assert sorting(long, ("a", "b")) is None  # type: ignore[arg-type]
    assert long.may.wait(30)
    sorting.stop()
    settled(sorting)
    assert not caplog.records

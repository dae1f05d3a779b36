"""Whoever waits for the first build is told why; whoever has it already is not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.learning import Learning, with_bar
from knowledge.library import load
from knowledge.matcher import Matcher
from tests.conftest import rule_text

ONCE = "Learning the rulebook, once: up to a minute or two on a slow machine\n"


def test_the_first_build_is_told_of_where_there_is_no_terminal_and_never_again(
    book: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small = load((book(bloods=rule_text()),), None)
    for said in (ONCE, ""):
        matcher = Matcher(small, tmp_path / "cache")
        assert with_bar(matcher), matcher.fallback
        matcher.close()
        assert capsys.readouterr() == ("", said)


class Stepwise:
    """A matcher that says how far it is, and what was shown before and after."""

    fallback = ""
    shown: tuple[str, ...] = ()
    status: Callable[[], str]

    def learn(self, progress: Callable[[int, int], None]) -> bool:
        before = self.status()
        progress(1, 2)
        self.shown = (before, self.status())
        return True


def test_the_chat_speaks_of_learning_only_once_there_is_something_to_learn() -> None:
    matcher = Stepwise()
    learning = Learning(matcher)  # type: ignore[arg-type]  # it asks a matcher for these two things alone
    matcher.status = learning.status
    learning.start()
    learning.wait()
    assert matcher.shown[0] == "Loading the rulebook: answers go by words alone until it is done"
    assert matcher.shown[1].startswith("Learning the rulebook, once ")
    assert learning.status() == ""

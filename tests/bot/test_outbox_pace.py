"""How fast: an app's pace is kept over time lost on the way, and is never a burst."""

from collections.abc import Callable

import pytest

from bot.outbox import USUAL, Gait

MOST_A_SECOND = 30  # core.telegram.org/bots/faq#broadcasting-to-users
CLAIMING = 0.008  # seconds from a call's turn to the call


def calls(rate: float, seconds: float, takes: Callable[[int], float]) -> list[float]:
    """Make one call after the other, each of which takes so long; when each was made."""
    gait, now, made = Gait(), 0.0, list[float]()
    while now < seconds:
        made.append(now)
        gait.count(1, rate, now)
        now = max(now + takes(len(made)), gait.due) + CLAIMING
    return made


@pytest.mark.parametrize("chat", USUAL.seconds)
@pytest.mark.parametrize(
    "takes",
    [
        lambda _: 0.01,
        lambda number: 0.25 if number % 140 == 0 else 0.01,
        lambda number: 1.5 if number == 300 else 0.01,
    ],
    ids=["never late", "now and then late", "late for long"],
)
def test_a_pace_is_kept_within_three_in_a_hundred(chat: str, takes: Callable[[int], float]) -> None:
    rate = USUAL.seconds[chat]
    assert len(calls(rate, 240, takes)) / 240 == pytest.approx(rate, rel=0.03)


def test_lost_time_is_never_made_good_in_a_burst() -> None:
    made = calls(USUAL.seconds["telegram"], 60, lambda number: 1.5 if number % 200 == 0 else 0.01)
    assert max(sum(first <= each < first + 1 for each in made) for first in made) <= MOST_A_SECOND


def test_no_time_is_made_good_for_which_there_was_nothing_to_send() -> None:
    gait = Gait()
    gait.rest(100.0)
    gait.count(1, 4.0, 100.0)
    assert gait.due == pytest.approx(100.25)


def test_what_an_app_asks_to_wait_is_waited() -> None:
    gait = Gait()
    gait.count(1, 28.0, 5.0)
    gait.hold(65.0)
    assert gait.due == 65.0


def test_answers_count_for_the_pace() -> None:
    gait = Gait()
    gait.rest(0.0)
    gait.count(7, 28.0, 0.0)
    assert gait.due == pytest.approx(0.25)

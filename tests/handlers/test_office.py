"""By when an answer is promised: evenings, weekends, bank holidays, and the nights when the clocks change."""

import dataclasses
from datetime import date, datetime, time

import pytest

from handlers.chat import LONDON
from handlers.office import Office, after, is_open

USUAL = Office()
CHRISTMAS = Office(closed_on=frozenset({date(2026, 12, 25), date(2026, 12, 28)}))  # the second for Boxing Day


def at(text: str) -> float:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=LONDON).timestamp()


def told(when: float) -> str:
    return f"{datetime.fromtimestamp(when, LONDON):%a %Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("asked", "hours", "promised"),
    [
        ("2026-11-23 09:00", 8, "Mon 2026-11-23 17:00"),  # a closing time is still that day
        ("2026-11-23 10:00", 8, "Tue 2026-11-24 10:00"),
        ("2026-11-23 03:00", 8, "Mon 2026-11-23 17:00"),  # before it opens
        ("2026-11-23 17:00", 8, "Tue 2026-11-24 17:00"),  # as it closes
        ("2026-11-23 21:00", 4, "Tue 2026-11-24 13:00"),
        ("2026-11-20 16:30", 8, "Mon 2026-11-23 16:30"),  # over a weekend
        ("2026-11-21 12:00", 8, "Mon 2026-11-23 17:00"),
        ("2026-11-20 16:30", 0.5, "Fri 2026-11-20 17:00"),
        ("2026-11-20 16:30", 40, "Fri 2026-11-27 16:30"),
        ("2026-12-24 15:00", 8, "Tue 2026-12-29 15:00"),  # Christmas Day, a weekend and the day for Boxing Day
        ("2027-03-26 16:00", 8, "Mon 2027-03-29 16:00"),  # summer time begins on the Sunday
        ("2026-10-23 16:00", 8, "Mon 2026-10-26 16:00"),  # and ends
    ],
)
def test_so_many_working_hours(asked: str, hours: float, promised: str) -> None:
    assert told(after(at(asked), hours, CHRISTMAS)) == promised


def test_an_office_that_opens_through_the_night_when_the_clocks_change() -> None:
    night = Office(days=(6,), opens=time(0), closes=time(6), hours=1)
    assert told(after(at("2027-03-28 00:30"), 1, night)) == "Sun 2027-03-28 02:30"  # one o'clock did not exist
    assert told(after(at("2026-10-25 00:30"), 2, night)) == "Sun 2026-10-25 01:30"  # and came twice


def test_an_office_that_never_opens_promises_something_far_off() -> None:
    never = dataclasses.replace(USUAL, days=())
    assert after(at("2026-11-23 09:00"), 8, never) > at("2027-11-23 09:00")
    assert not is_open(at("2026-11-23 09:00"), never)


@pytest.mark.parametrize(
    ("now", "answer"),
    [
        ("2026-11-23 08:59", False),
        ("2026-11-23 09:00", True),
        ("2026-11-23 16:59", True),
        ("2026-11-23 17:00", False),
        ("2026-11-22 12:00", False),
        ("2026-12-25 12:00", False),
    ],
)
def test_whether_it_is_open(now: str, answer: bool) -> None:
    assert is_open(at(now), CHRISTMAS) is answer

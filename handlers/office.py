"""When the LMC's office is open, and by when an answer is promised: so many working hours from now, by London's clock.

A day's hours are told apart by the clock on the wall, so that nine o'clock is nine in summer and in winter.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_LONDON = ZoneInfo("Europe/London")
_FARTHEST = 400  # days that are looked at: more than any run of days on which an office is closed


@dataclass(frozen=True)
class Office:
    """When officers work.

    `days` are those of the week, 0 for Monday; `hours` is how many working hours an answer may take; `closed_on` are
    bank holidays and the like.
    """

    days: tuple[int, ...] = (0, 1, 2, 3, 4)
    opens: time = time(9)
    closes: time = time(17)
    hours: float = 8
    closed_on: frozenset[date] = frozenset()


def after(start: float, hours: float, office: Office) -> int:
    """Return when so many working hours are over.

    Args:
        start: seconds since 1970, UTC; outside office hours they begin to run once the office opens.
        hours: working hours.
        office: when they are.

    Returns:
        Seconds since 1970, UTC. An end that is a closing time is that, and not the next opening.
    """
    left = hours * 3600
    for opens, closes in _open_from(start, office):
        worked = closes - max(opens, start)
        if worked >= left:
            return round(max(opens, start) + left)
        left -= worked
    return round(start + _FARTHEST * 86400)


def is_open(at: float, office: Office) -> bool:
    """Whether the office is open at a time, in seconds since 1970, UTC."""
    opens, closes = next(_open_from(at, office), (at + 1, at))
    return opens <= at < closes


def _open_from(start: float, office: Office) -> Iterator[tuple[float, float]]:
    """Yield when the office opens and closes, in seconds since 1970, from the day of a time on; none that is over."""
    first = datetime.fromtimestamp(start, _LONDON).date()
    for number in range(_FARTHEST):
        day = first + timedelta(number)
        if day.weekday() in office.days and day not in office.closed_on:
            opens, closes = (datetime.combine(day, hour, _LONDON).timestamp() for hour in (office.opens, office.closes))
            if closes > start:
                yield opens, closes

"""When a broadcast may reach a person: London's clock, quiet hours, a daily digest, a time to begin."""

from datetime import datetime, timedelta

from handlers.cards import day
from handlers.chat import LONDON
from handlers.records import Member

DIGEST = 8  # the hour, London time, at which a digest comes where no quiet hours end
# What a time to send at begins with: "at" alone is read, and for the others it is said how.
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
BEGINS = frozenset({"at", "on", "now", "today", "tonight", "tomorrow", *_DAYS})
LATE = 2 * 3600  # seconds after its time at which a broadcast is not begun any more


def read_time(date: str, hour: str, now: int) -> int | str:
    """Read a time in London.

    Args:
        date: 2026-12-01.
        hour: 18:30.
        now: seconds since 1970.

    Returns:
        Seconds since 1970; or the sentence that says why it is no time to begin at.
    """
    try:
        naive = datetime.strptime(f"{date} {hour}", "%Y-%m-%d %H:%M")
    except ValueError:
        return "Say a day and an hour, London time, such as: at 2026-12-01 18:30. With no time, it goes now."
    first, second = (naive.replace(tzinfo=LONDON, fold=fold) for fold in (0, 1))
    before, after = (each.utcoffset() or timedelta() for each in (first, second))
    if before != after:
        how = "comes twice" if before > after else "does not exist"
        return f"On that night the clocks change, and {hour} {how}: choose an hour before or after."
    at = int(first.timestamp())
    if at <= now:
        return f"{shown(at)} is past: it is {shown(now)} now."
    return at


def shown(at: int) -> str:
    """Write a time as an officer reads it, in London's clock."""
    then = datetime.fromtimestamp(at, LONDON)
    return f"{day(then.date())}, {then:%H:%M}"


def free_from(member: Member, now: int) -> int:
    """Return when a person's quiet hours end, in seconds since 1970; 0 where it is none of them now."""
    begin, end = member.quiet
    hour = datetime.fromtimestamp(now, LONDON).hour
    quiet = begin <= hour < end if begin <= end else hour >= begin or hour < end
    return _next(end, now) if quiet and begin != end else 0


def due(member: Member, now: int) -> int:
    """Return from when a person may be sent what is not urgent: at once is 0, or at their digest's hour."""
    if member.digest:
        begin, end = member.quiet
        return _next(end if begin != end else DIGEST, now)
    return free_from(member, now)


def _next(hour: int, now: int) -> int:
    here = datetime.fromtimestamp(now, LONDON)
    then = here.replace(hour=hour, minute=0, second=0, microsecond=0, fold=0)
    if then.timestamp() <= now:
        then = (then.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=LONDON)
    return int(then.timestamp())

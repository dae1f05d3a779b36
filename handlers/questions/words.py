"""What the figures of questions say in sentences. Every number in them is one that is shown."""

import re
from datetime import date, timedelta

from handlers.questions.tables import SOON, Band, Book, Numbers, Open, Summary
from handlers.questions.weeks import Desk
from handlers.report.words import NONE, TOO_FEW, figure

HEADS = ("REPORT: no person and no practice is named", "INSIDE THE LMC ONLY")
BANNER = "Inside the LMC only: exact figures, which can tell who asked. Do not send them on."
STAR = f"* {TOO_FEW}."
OUTCOMES = {"answered": "Answered", "offered": "Offered a choice", "letters": "Letters", "declined": "Not answered"}
_HOUR, _DAY = 3600, 86_400
# What a time is told as: the first that it is not longer than.
_STEPS = (
    (_HOUR, "an hour"),
    (2 * _HOUR, "two hours"),
    (4 * _HOUR, "four hours"),
    (8 * _HOUR, "eight hours"),
    (_DAY, "a day"),
    (2 * _DAY, "two days"),
    (4 * _DAY, "four days"),
    (7 * _DAY, "a week"),
    (14 * _DAY, "two weeks"),
    (28 * _DAY, "four weeks"),
)


def title(summary: Summary) -> str:
    """Of which weeks the figures are: Questions, 24 August to 15 November 2026."""
    return f"Questions, {span(summary.wanted.first, summary.wanted.last)}"


def span(first: str, last: str) -> str:
    """Write some weeks, each by its Monday, from the first day to the last."""
    begins, ends = date.fromisoformat(first), date.fromisoformat(sunday(last))
    if begins.year != ends.year:
        return f"{_day(begins)} {begins.year} to {_day(ends)} {ends.year}"
    start = _day(begins) if begins.month != ends.month else str(begins.day)
    return f"{start} to {_day(ends)} {ends.year}"


def week(of: str) -> str:
    """Write a week without its year: 9 to 15 November."""
    return re.sub(r" \d{4}", "", span(of, of))


def _day(on: date) -> str:
    return f"{on.day} {on:%B}"


def count(number: int | None, inside: bool) -> str:
    """Write a count by itself."""
    return TOO_FEW if number is None else figure(number) if inside else f"about {figure(number)}"


def change(summary: Summary) -> str:
    """Set the last week beside the one before it."""
    *_, then, now = (None, *summary.weeks)
    inside = summary.wanted.inside
    said = f"{week(now.week)}: {count(now.numbers.all, inside)}" if now else NONE
    return f"{said}; the week before: {count(then.numbers.all, inside)}" if then else said


def shares(numbers: Numbers, inside: bool) -> tuple[str, ...]:
    """Say what became of questions, a line each, with its share of all that is shown."""
    found, step = [], 1 if inside else 5
    for name, label in OUTCOMES.items():
        number = getattr(numbers, name)
        part = f" ({_share(number, numbers.all, step)})" if number and numbers.all else ""
        found.append(f"{label}: {figure(number)}{part}")
    return tuple(found)


def _share(part: int, whole: int, step: int) -> str:
    share = step * round(100 * part / whole / step)
    return f"{share}%" if share else f"under {step}%"


def band(of: Band, inside: bool) -> str:
    """Say how many said that answers of one band were right."""
    stated = f"Under {of.most}% sure" if of.least == 0 else f"{of.least} to {of.most}% sure"
    if inside:
        return f"{stated}: {of.right} of {of.right + (of.wrong or 0)} marked right"
    share = f"about {of.high}%" if of.low == of.high else f"{of.low} to {of.high}%"
    return f"{stated}: {share} marked right"


def waited(of: Desk) -> str:
    """Say how long some questions to the officers waited."""
    return f"half within {at_most(of.middle)}, all within {at_most(of.longest)}"


def at_most(seconds: int) -> str:
    """Write a time on a coarse scale."""
    return next((name for most, name in _STEPS if seconds <= most), "more than four weeks")


def exactly(seconds: int) -> str:
    """Write a time as it is, for the LMC alone: 2 days 3 h, 3 h 10 min."""
    days, hours, minutes = seconds // _DAY, seconds % _DAY // _HOUR, seconds % _HOUR // 60
    if days:
        return f"{days} day{'s' if days > 1 else ''} {hours} h"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def waited_exactly(of: Desk) -> str:
    """Say how long some questions to the officers waited, for the LMC alone."""
    return f"half within {exactly(of.middle)}, the longest {exactly(of.longest)}"


def sunday(week: str) -> str:
    """Return the last day of a week: 2026-11-15."""
    return (date.fromisoformat(week) + timedelta(6)).isoformat()


def last_day(week: str) -> str:
    """Write the last day of a week: 15 November."""
    return _day(date.fromisoformat(sunday(week)))


def still_open(of: Open) -> tuple[str, ...]:
    """Say which questions to the officers wait longest, by their numbers."""
    kept = (f"Answered when promised: {of.kept} of {of.answered}",) if of.answered else ()
    if not of.oldest:
        return (*kept, f"Open: {of.number}, each with an answer")
    oldest = ", ".join(f"{number} ({exactly(age)})" for number, age in of.oldest)
    return (*kept, f"Open: {of.number}. Longest without an answer: {oldest}")


def book(of: Book) -> tuple[str, ...]:
    """Say how the book stands today."""
    away = "".join(f"; {name}: {number}" for name, number in (("hidden", of.hidden), ("retired", of.retired)) if number)
    return (
        f"{of.checked} of {of.checked + of.draft} rules checked, {of.draft} drafts{away}",
        f"Past their review date: {of.late}; due within {SOON} days: {of.soon}",
    )


def standing(of: Book) -> dict[str, int]:
    """Name each of the counts of the book."""
    return {
        "checked": of.checked,
        "draft": of.draft,
        "past their review date": of.late,
        f"due within {SOON} days": of.soon,
        "hidden": of.hidden,
        "retired": of.retired,
    }


def small_print(summary: Summary) -> str:
    """Say how the figures were made safe, in one line."""
    return f"Rounded to {summary.safety.round_to}. Small counts come in a later week, or never: a floor. {STAR}"


def of_marks() -> str:
    """Say what the shares of marks are, in one line."""
    return "To the nearest 5%, of those who marked an answer. What is not listed had too few marks to show."

"""What a report says in sentences. Every number in them is one that the report shows."""

import calendar
import re

from handlers.disclosure import About, Safety
from handlers.report.tables import By, Report, Row

SUBJECTS = {
    About.WORK: "Work that practices handed back or noted",
    About.REJECTED: "Referrals that were refused",
    About.ABUSE: "Abuse of practice staff",
}
BY = {By.PROVIDER: "by provider", By.RULE: "by request", By.AREA: "by area", By.MONTH: "by month"}
BANNER = "Inside the LMC only: exact figures, which can name a practice. Do not send them on."
NONE = "Nothing that may be shown."
TOO_FEW = "none, or too few to show"


def title(report: Report) -> str:
    """What a report is about."""
    return f"{SUBJECTS[report.wanted.about]}, {BY[report.wanted.by]}"


def month(code: str) -> str:
    """Write a month: 2026-11 as November 2026."""
    return f"{calendar.month_name[int(code[5:])]} {code[:4]}"


def short_month(code: str) -> str:
    """Write a month under a bar: 2026-11 as Nov 26."""
    return f"{calendar.month_abbr[int(code[5:])]} {code[2:4]}"


def period(report: Report) -> str:
    """The months of a report."""
    return span(report.wanted.first, report.wanted.last)


def span(first: str, last: str) -> str:
    """Write some months: July to September 2026."""
    if first == last:
        return month(first)
    return f"{month(first).split()[0] if first[:4] == last[:4] else month(first)} to {month(last)}"


def name(row: Row) -> str:
    """A row's name, a month's written out."""
    return month(row.code) if row.name == row.code and _is_month(row.code) else row.name


def short_name(row: Row) -> str:
    """A row's name for a small screen: a trust without what all trusts are called."""
    return re.sub(r",? NHS (Foundation )?Trust$", "", name(row))


def _is_month(code: str) -> bool:
    return len(code) == 7 and code[4] == "-"


def figure(number: int | None) -> str:
    """A number as it is read: 1,250, or a star for none or too few to show."""
    return "*" if number is None else f"{number:,}"


def total(report: Report) -> str:
    """The count of all, in words."""
    if report.total is None:
        return NONE
    return f"{figure(report.total)}" if report.inside else f"About {figure(report.total)}"


def trend(report: Report) -> str:
    """Compare the last three months with the three before, from their figures; say so where they do not tell."""
    figures = [row.number for row in report.months]
    numbers = [number for number in figures if number is not None]
    if len(numbers) < 6 or not report.settled:
        return "Too early, or too few, to compare the last three months with the three before."
    before, after = sum(numbers[:3]), sum(numbers[3:])
    then, now = (span(report.months[at].code, report.months[at + 2].code) for at in (0, 3))
    said = f"{figure(after)} in {now}, {figure(before)} in {then}"
    # Each of three figures is off by half a step at most: within that, and within a tenth, nothing has changed.
    if abs(after - before) <= max(3 * report.safety.round_to, before / 10):
        return f"Much the same: {said}."
    share = abs(after - before) / before if before else 0
    most = f"by about {5 * round(20 * share)}%" if share < 1 else f"to about {round(after / before, 1):g} times"
    return f"{'Up' if after > before else 'Down'} {most}: {said}."


def worth(report: Report) -> str:
    """What the practices' time came to, with what was assumed; "" where there is nothing to count."""
    if not report.total:
        return ""
    each, price = report.assumptions.minutes_each, report.assumptions.cost_a_minute
    hours = report.total * each / 60
    said = f"About {_about(hours)} hours of practice time, at {each:g} minutes each"
    if not price:
        return f"{said}."
    source = f" ({report.assumptions.source})" if report.assumptions.source else ""
    return f"{said}; about £{_about(report.total * each * price)}, at £{price:.2f} a minute{source}."


def _about(number: float) -> str:
    """Round to two figures that count: more would claim what an assumption cannot give."""
    whole = max(1, round(number))
    step = int(10 ** max(0, len(str(whole)) - 2))
    return f"{(2 * whole + step) // (2 * step) * step:,}"


def small_print(report: Report) -> str:
    """How the figures were made safe, in one line."""
    if report.inside:
        return BANNER
    return f"Rounded to {report.safety.round_to}. Small counts come some months late: the first months read low."


def method(safety: Safety) -> tuple[str, ...]:
    """How the figures were made safe, for who wants to judge them."""
    return (
        f"Every figure is rounded to the nearest {safety.round_to}, totals by themselves: rows need not add up.",
        f"A count is shown once it is at least {safety.hide_below}, from {safety.practices_at_least} practices or more "
        f"of which none brought more than {safety.largest_share:.0%}. Until then it waits, and adds to a later month.",
        f"After {safety.wait} months it is counted without its rule, then without its provider. So the "
        "first months read low, and so do rare requests and small providers; a later month may hold earlier counts.",
        "A star stands for none, or too few to show; the two cannot be told apart. What is not listed had the same.",
        "A month that was reported is never changed afterwards. No practice, person or patient is in these figures.",
    )

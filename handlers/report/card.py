"""A report as a reply: what fits a phone's screen."""

from handlers.chat import Button, Headline, Part, Reply, Section, Small, Title
from handlers.report import words
from handlers.report.tables import By, Report, Row

MOST = 8  # rows on a card
MOST_MONTHS = 12


def card(report: Report, buttons: tuple[Button, ...] = (), again: str = "") -> Reply:
    """Write a report as a card.

    Args:
        report: its figures; one with exact figures says first that it is for the LMC alone.
        buttons: what to offer under it.
        again: the sentence that shows it once more.

    Returns:
        The card: the period and place, the rows, all in all, the trend, what the time was worth, the small print.
    """
    parts: list[Part] = [
        Headline("!", "INSIDE THE LMC ONLY") if report.inside else Headline("▤", "REPORT: no practice is named"),
        Title(f"{words.title(report)}: {words.period(report)}"),
    ]
    if report.inside:
        parts.append(Section("", (words.BANNER,)))
    if report.place:
        parts.append(Section("For", ("; ".join(report.place),)))
    if report.total is None:
        return Reply((*parts, Section("", (words.NONE,)), Small(words.small_print(report))), buttons, again=again)
    parts += [Section(words.BY[report.wanted.by].capitalize(), _lines(report)), Section("All", (words.total(report),))]
    if report.top and report.wanted.by is not By.RULE and not report.wanted.rule:
        parts.append(Section("Most common", tuple(_line(row) for row in report.top[:3])))
    parts += [Section("Trend", (words.trend(report),)), Section("Time", (words.worth(report),))]
    if not report.inside:
        parts.append(Small(words.small_print(report)))
    return Reply(tuple(parts), buttons, again=again)


def _lines(report: Report) -> tuple[str, ...]:
    months = report.wanted.by is By.MONTH
    most = MOST_MONTHS if months else MOST
    kept = report.rows[-most:] if months else report.rows[:most]
    left = len(report.rows) - len(kept)
    more = (f"and {left} {'months before' if months else 'more'}",) if left else ()
    star = (f"* {words.TOO_FEW}",) if any(row.number is None for row in kept) else ()
    return (*(_line(row) for row in kept), *more, *star)


def _line(row: Row) -> str:
    return f"{words.short_name(row)}: {words.figure(row.number)}"

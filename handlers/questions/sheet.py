"""The figures of questions as CSV, for a spreadsheet: each line says of itself what it counts."""

from collections.abc import Iterator

from handlers.chat import Attachment
from handlers.questions import words
from handlers.questions.tables import Numbers, Summary
from handlers.report.sheet import table
from handlers.report.words import TOO_FEW

COLUMNS = ("what", "first day", "last day", "code", "name", "number", "read as")


def sheet(summary: Summary) -> Attachment:
    """Write the figures as CSV.

    Args:
        summary: the figures, which may leave the LMC.

    Returns:
        The file: UTF-8 with a byte order mark; a line for each week and outcome, each rule, each reason, each band.

    Raises:
        ValueError: the figures are exact, which is for the LMC alone.
    """
    if summary.wanted.inside:
        raise ValueError("exact figures are never written into a file")
    lines = list(_lines(summary))
    says = f"{words.title(summary)}: a table of {len(lines)} rows."
    name = f"questions-{summary.wanted.first}-{summary.wanted.last}.csv"
    return Attachment(name, table(COLUMNS, lines), says)


def _lines(summary: Summary) -> Iterator[tuple[str, ...]]:
    first, last = summary.wanted.first, words.sunday(summary.wanted.last)
    rounded = f"rounded to {summary.safety.round_to}"

    def counts(what: str, begins: str, ends: str, of: Numbers) -> Iterator[tuple[str, ...]]:
        for name, label in (("all", "All"), *words.OUTCOMES.items()):
            number = getattr(of, name)
            yield what, begins, ends, name, label, _written(number), TOO_FEW if number is None else rounded

    for each in summary.weeks:
        yield from counts("week", each.week, words.sunday(each.week), each.numbers)
    yield from counts("all weeks", first, last, summary.total)
    for what, rows in (("rule", summary.rules), ("not answered", summary.declined)):
        for row in rows:
            yield what, first, last, row.code, row.name, _written(row.number), rounded
    for band in summary.sure:
        stated = f"{band.least} to {band.most}% sure"
        share = str(band.high) if band.low == band.high else f"{band.low} to {band.high}"
        yield "marked right", first, last, str(band.least), stated, _written(band.right), rounded
        yield (
            "marked wrong", first, last, str(band.least), stated,
            _written(band.wrong), TOO_FEW if band.wrong is None else rounded,
        )  # fmt: skip
        yield "share right", first, last, str(band.least), stated, share, "per cent, to the nearest 5"
    for group in summary.desk:
        number = str(summary.safety.rounded(group.number))
        ends = words.sunday(group.week)
        yield "desk", "", ends, "answered", "Questions to the officers", number, rounded
        yield "desk", "", ends, "half", "Half answered within", words.at_most(group.middle), "at most"
        yield "desk", "", ends, "all", "All answered within", words.at_most(group.longest), "at most"
    for name, rules in words.standing(summary.book).items():
        yield "book", "", "", name.replace(" ", "-"), f"Rules: {name}", str(rules), "exact, on the day of the report"


def _written(number: int | None) -> str:
    """A number as a spreadsheet reads it: a star for none, or too few to show."""
    return "*" if number is None else str(number)

"""A report as a picture for a phone: large letters, every bar with its number, nothing told by colour alone."""

import textwrap
from typing import TYPE_CHECKING

from handlers.chat import Attachment
from handlers.drawing import ACROSS, BAR, EMPTY, INK, LARGE, LETTERS, frame, own_settings, picture
from handlers.report import words
from handlers.report.tables import OTHER, By, Report, Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST = 12  # bars


@own_settings()
def chart(report: Report) -> Attachment:
    """Draw a report.

    Args:
        report: its figures, which may leave the LMC.

    Returns:
        A PNG, 1080 px wide, the same bytes for the same report and the same matplotlib; its numbers in words beside it.

    Raises:
        ValueError: the report's figures are exact, which is for the LMC alone.
    """
    if report.inside:
        raise ValueError("exact figures are never drawn into a file")
    figure = _columns(report) if report.wanted.by is By.MONTH and report.rows else _bars(report)
    name = f"report-{report.wanted.by}-{report.wanted.first}-{report.wanted.last}.png"
    return picture(figure, name, _says(report))


def _says(report: Report) -> str:
    rows = "; ".join(
        f"{words.name(row)}: {words.TOO_FEW if row.number is None else words.figure(row.number)}"
        for row in _drawn(report)
    )
    return f"Bar chart. {words.title(report)}, {words.period(report)}. {rows or words.NONE}"


def _drawn(report: Report) -> tuple[Row, ...]:
    if report.wanted.by is By.MONTH or len(report.rows) <= MOST:
        return report.rows
    named = [row for row in report.rows if row.name != OTHER]
    return (*named[: MOST - 1], *(row for row in report.rows if row.name == OTHER))


def _frame(report: Report, high: float) -> "tuple[Figure, Axes]":
    by = f"{words.BY[report.wanted.by].capitalize()}, {words.period(report)}"
    return frame(words.SUBJECTS[report.wanted.about], (by, *report.place), _foot(report), high)


def _foot(report: Report) -> tuple[str, ...]:
    star = (f"* {words.TOO_FEW}",) if any(row.number is None for row in _drawn(report)) else ()
    left = len(report.rows) - len(_drawn(report))
    more = (f"{left} more are not drawn.",) if left else ()
    return (*star, *more, words.small_print(report))


def _bars(report: Report) -> "Figure":
    """Draw a bar for each row, its name over it: names are long, and a phone is narrow."""
    rows = _drawn(report)
    names = [textwrap.wrap(words.short_name(row), ACROSS) for row in rows]
    each = [0.95 + 0.36 * (len(lines) - 1) for lines in names]
    figure, axes = _frame(report, sum(each) or 1.2)
    most = max((row.number or 0 for row in rows), default=0) or 1
    axes.set_xlim(0, most * 1.18)
    axes.set_ylim(sum(each) or 1.2, 0)
    if not rows:
        axes.text(0, 0.6, words.NONE, size=LARGE, color=INK, parse_math=False)
    down = 0.0
    for row, lines, height in zip(rows, names, each, strict=True):
        axes.text(0, down + 0.08, "\n".join(lines), size=LETTERS, color=INK, va="top", parse_math=False)
        other = row.name == OTHER
        at = down + height - 0.3
        axes.barh(at, row.number or 0, 0.36, color=EMPTY if other else BAR, hatch="//" if other else "", edgecolor=INK)
        label = f" {words.figure(row.number)}"
        axes.text(row.number or 0, at, label, size=LETTERS, weight="bold", color=INK, va="center", parse_math=False)
        down += height
    return figure


def _columns(report: Report) -> "Figure":
    """Draw a column for each month, in the order of time."""
    rows = report.rows
    figure, axes = _frame(report, 6.6)
    most = max((row.number or 0 for row in rows), default=0) or 1
    many = len(rows) > 8
    axes.set_xlim(-0.6, len(rows) - 0.4)
    axes.set_ylim(-most * (0.2 if many else 0.1), most * (1.15 if many else 1.1))
    turned = 90 if many else 0
    size = LETTERS if len(rows) <= 18 else max(9, LETTERS * 18 // len(rows))
    for at, row in enumerate(rows):
        axes.bar(at, row.number or 0, 0.72, color=BAR, edgecolor=INK)
        axes.text(
            at, (row.number or 0) + most * 0.015, words.figure(row.number),
            size=size, weight="bold", color=INK, ha="center", va="bottom", rotation=turned, parse_math=False,
        )  # fmt: skip
        axes.text(
            at, -most * 0.015, words.short_month(row.code),
            size=size, color=INK, ha="center", va="top", rotation=turned, parse_math=False,
        )  # fmt: skip
    axes.plot((-0.6, len(rows) - 0.4), (0, 0), color=INK, linewidth=1.5)
    return figure

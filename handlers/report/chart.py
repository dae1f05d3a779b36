"""A report as a picture for a phone: large letters, every bar with its number, nothing told by colour alone.

matplotlib is imported when a chart is drawn: no other command waits for it.
"""

import io
import textwrap
from typing import TYPE_CHECKING

from handlers.chat import Attachment
from handlers.report import words
from handlers.report.tables import OTHER, By, Report, Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDE = 10.8  # inches, at 100 dots each: 1080 px, what phones show without shrinking further
DOTS = 100
MOST = 12  # bars
BAR, OTHER_BAR, INK = "#1d5f8a", "#ffffff", "#111111"
LETTERS, LARGE = 22, 28  # points at 100 dpi: about 4 mm on a phone


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
    from matplotlib import rc_context, rcdefaults
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    with rc_context():
        rcdefaults()  # a person's own matplotlibrc must not change what an LMC sends
        figure = _columns(report) if report.wanted.by is By.MONTH and report.rows else _bars(report)
        content = io.BytesIO()
        FigureCanvasAgg(figure)
        figure.savefig(content, format="png", metadata={"Software": None})
    name = f"report-{report.wanted.by}-{report.wanted.first}-{report.wanted.last}.png"
    return Attachment(name, content.getvalue(), _says(report))


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


def _figure(report: Report, high: float) -> "tuple[Figure, Axes]":
    from matplotlib.figure import Figure

    heading = textwrap.wrap(words.SUBJECTS[report.wanted.about], 42)
    by = f"{words.BY[report.wanted.by].capitalize()}, {words.period(report)}"
    under = [line for part in (by, *report.place) for line in textwrap.wrap(part, 56)]
    foot = [line for part in _foot(report) for line in textwrap.wrap(part, 84)]
    top, bottom = 0.5 + 0.45 * len(heading) + 0.36 * len(under), 0.3 + 0.32 * len(foot)
    figure = Figure(figsize=(WIDE, high + top + bottom), dpi=DOTS, facecolor="white")
    tall = high + top + bottom
    axes = figure.add_axes((0.04, bottom / tall, 0.92, high / tall))
    texts = [(0.25 + 0.45 * at, line, LARGE, "bold") for at, line in enumerate(heading)]
    texts += [(0.3 + 0.45 * len(heading) + 0.36 * at, line, LETTERS, "normal") for at, line in enumerate(under)]
    texts += [(tall - 0.32 * (len(foot) - at), line, 17, "normal") for at, line in enumerate(foot)]
    for down, line, size, weight in texts:
        figure.text(0.04, 1 - down / tall, line, size=size, weight=weight, color=INK, va="top", parse_math=False)
    axes.set_axis_off()
    return figure, axes


def _foot(report: Report) -> tuple[str, ...]:
    star = (f"* {words.TOO_FEW}",) if any(row.number is None for row in _drawn(report)) else ()
    left = len(report.rows) - len(_drawn(report))
    more = (f"{left} more are not drawn.",) if left else ()
    return (*star, *more, words.small_print(report))


def _bars(report: Report) -> "Figure":
    """Draw a bar for each row, its name over it: names are long, and a phone is narrow."""
    rows = _drawn(report)
    names = [textwrap.wrap(words.short_name(row), 56) for row in rows]
    each = [0.95 + 0.36 * (len(lines) - 1) for lines in names]
    figure, axes = _figure(report, sum(each) or 1.2)
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
        axes.barh(
            at, row.number or 0, 0.36, color=OTHER_BAR if other else BAR, hatch="//" if other else "", edgecolor=INK
        )
        label = f" {words.figure(row.number)}"
        axes.text(row.number or 0, at, label, size=LETTERS, weight="bold", color=INK, va="center", parse_math=False)
        down += height
    return figure


def _columns(report: Report) -> "Figure":
    """Draw a column for each month, in the order of time."""
    rows = report.rows
    figure, axes = _figure(report, 6.6)
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

"""Bands as a picture for a phone: four cells to a bar, so that no colour and no exact height tells anything.

matplotlib is imported when a chart is drawn: no other command waits for it.
"""

import io
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from handlers.chat import Attachment
from handlers.report.chart import BAR, DOTS, INK, LARGE, LETTERS, WIDE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CELLS = 4
MOST = 24  # areas in one picture
_EMPTY = "#ffffff"
_WORDS = ("none, or too few to show", "under ¼", "¼ to ½", "½ to ¾", "¾ or more")


def by_area(title: str, rows: Sequence[tuple[str, int]], foot: str, name: str) -> Attachment:
    """Draw the band of each area, one under the other.

    Args:
        title: the action's.
        rows: each area's name and its band, 0 (hidden) to 4.
        foot: the small print.
        name: of the file.

    Returns:
        A PNG, 1080 px wide; its bands in words beside it.
    """
    drawn = rows[:MOST]
    figure, axes = _figure(title, "Share of practices, by area", foot, 1.15 * max(1, len(drawn)))
    axes.set_xlim(0, 7)
    axes.set_ylim(1.15 * max(1, len(drawn)), 0)
    for at, (area, band) in enumerate(drawn):
        top = 1.15 * at
        axes.text(0, top + 0.08, textwrap.shorten(area, 56), size=LETTERS, color=INK, va="top", parse_math=False)
        for cell in range(CELLS):
            axes.barh(top + 0.78, 0.96, 0.42, left=cell, color=BAR if cell < band else _EMPTY, edgecolor=INK)
        axes.text(4.1, top + 0.78, _WORDS[band], size=17, color=INK, va="center", parse_math=False)
    said = "; ".join(f"{area}: {_WORDS[band]}" for area, band in rows)
    return _drawn(figure, name, f"Share of practices, by area. {title}. {said}")


def over_time(title: str, area: str, weeks: Sequence[tuple[str, int]], foot: str, name: str) -> Attachment:
    """Draw an area's band in each week, in the order of time; arguments and result as in `by_area`."""
    figure, axes = _figure(title, f"Share of practices, by week: {area}", foot, 5.2)
    axes.set_xlim(-1.6, max(4, len(weeks)) - 0.4)
    axes.set_ylim(-1.3, CELLS + 0.2)
    for cell in range(CELLS):
        axes.text(-0.6, cell + 0.5, _WORDS[cell + 1], size=15, color=INK, ha="right", va="center", parse_math=False)
    for at, (counted, band) in enumerate(weeks):
        for cell in range(CELLS):
            axes.bar(at, 0.92, 0.8, bottom=cell, color=BAR if cell < band else _EMPTY, edgecolor=INK)
        axes.text(at, -0.1, "*" if band == 0 else "", size=LETTERS, color=INK, ha="center", va="top")
        label = f"{int(counted[8:])}/{int(counted[5:7])}"
        axes.text(at, -0.6, label, size=17, color=INK, ha="center", va="top", parse_math=False)
    said = "; ".join(f"{counted}: {_WORDS[band]}" for counted, band in weeks)
    return _drawn(figure, name, f"Share of practices, by week. {title}, {area}. {said}")


def _figure(title: str, under: str, foot: str, high: float) -> "tuple[Figure, Axes]":
    from matplotlib import rc_context, rcdefaults
    from matplotlib.figure import Figure

    with rc_context():
        rcdefaults()  # a person's own matplotlibrc must not change what an LMC sends
        heading, second = textwrap.wrap(title, 42), textwrap.wrap(under, 56)
        last = [*textwrap.wrap(foot, 84), f"* {_WORDS[0]}"]
        top, bottom = 0.5 + 0.45 * len(heading) + 0.36 * len(second), 0.3 + 0.32 * len(last)
        tall = high + top + bottom
        figure = Figure(figsize=(WIDE, tall), dpi=DOTS, facecolor="white")
        axes = figure.add_axes((0.04, bottom / tall, 0.92, high / tall))
    texts = [(0.25 + 0.45 * at, line, LARGE, "bold") for at, line in enumerate(heading)]
    texts += [(0.3 + 0.45 * len(heading) + 0.36 * at, line, LETTERS, "normal") for at, line in enumerate(second)]
    texts += [(tall - 0.32 * (len(last) - at), line, 17, "normal") for at, line in enumerate(last)]
    for down, line, size, weight in texts:
        figure.text(0.04, 1 - down / tall, line, size=size, weight=weight, color=INK, va="top", parse_math=False)
    axes.set_axis_off()
    return figure, axes


def _drawn(figure: "Figure", name: str, says: str) -> Attachment:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    content = io.BytesIO()
    FigureCanvasAgg(figure)
    figure.savefig(content, format="png", metadata={"Software": None})
    return Attachment(name, content.getvalue(), says)

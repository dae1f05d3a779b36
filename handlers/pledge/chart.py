"""Bands as a picture for a phone: four cells to a bar, so that no colour and no exact height tells anything."""

import textwrap
from collections.abc import Sequence

from handlers.chat import Attachment
from handlers.drawing import ACROSS, BAR, EMPTY, INK, LETTERS, SMALL, frame, own_settings, picture

CELLS = 4
MOST = 24  # areas in one picture
_WORDS = ("none, or too few to show", "under ¼", "¼ to ½", "½ to ¾", "¾ or more")
_STAR = f"* {_WORDS[0]}"


@own_settings()
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
    high = 1.15 * max(1, len(drawn))
    figure, axes = frame(title, ("Share of practices, by area",), (foot, _STAR), high)
    axes.set_xlim(0, 7)
    axes.set_ylim(high, 0)
    for at, (area, band) in enumerate(drawn):
        top = 1.15 * at
        axes.text(0, top + 0.08, textwrap.shorten(area, ACROSS), size=LETTERS, color=INK, va="top", parse_math=False)
        for cell in range(CELLS):
            axes.barh(top + 0.78, 0.96, 0.42, left=cell, color=BAR if cell < band else EMPTY, edgecolor=INK)
        axes.text(4.1, top + 0.78, _WORDS[band], size=SMALL, color=INK, va="center", parse_math=False)
    said = "; ".join(f"{area}: {_WORDS[band]}" for area, band in rows)
    return picture(figure, name, f"Share of practices, by area. {title}. {said}")


@own_settings()
def over_time(title: str, area: str, weeks: Sequence[tuple[str, int]], foot: str, name: str) -> Attachment:
    """Draw an area's band in each week, in the order of time; arguments and result as in `by_area`."""
    figure, axes = frame(title, (f"Share of practices, by week: {area}",), (foot, _STAR), 5.2)
    axes.set_xlim(-1.6, max(4, len(weeks)) - 0.4)
    axes.set_ylim(-1.3, CELLS + 0.2)
    for cell in range(CELLS):
        axes.text(-0.6, cell + 0.5, _WORDS[cell + 1], size=15, color=INK, ha="right", va="center", parse_math=False)
    for at, (counted, band) in enumerate(weeks):
        for cell in range(CELLS):
            axes.bar(at, 0.92, 0.8, bottom=cell, color=BAR if cell < band else EMPTY, edgecolor=INK)
        axes.text(at, -0.1, "*" if band == 0 else "", size=LETTERS, color=INK, ha="center", va="top")
        label = f"{int(counted[8:])}/{int(counted[5:7])}"
        axes.text(at, -0.6, label, size=SMALL, color=INK, ha="center", va="top", parse_math=False)
    said = "; ".join(f"{counted}: {_WORDS[band]}" for counted, band in weeks)
    return picture(figure, name, f"Share of practices, by week. {title}, {area}. {said}")

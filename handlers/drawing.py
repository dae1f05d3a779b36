"""A picture for a phone: large letters, a heading over it and its small print under it; what is drawn is the caller's.

matplotlib is imported when a picture is drawn: no other command waits for it.
"""

import io
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from handlers.chat import Attachment

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDE = 10.8  # inches, at 100 dots each: 1080 px, what phones show without shrinking further
DOTS = 100
BAR, EMPTY, INK = "#1d5f8a", "#ffffff", "#111111"
LETTERS, LARGE, SMALL = 22, 28, 17  # points at 100 dpi: 22 are about 4 mm on a phone
ACROSS = 56  # letters of ordinary size in a line


@contextmanager
def own_settings() -> Iterator[None]:
    """Draw by matplotlib's own settings: a person's matplotlibrc must not change what an LMC sends."""
    from matplotlib import rc_context, rcdefaults

    with rc_context():
        rcdefaults()
        yield


def frame(heading: str, under: Sequence[str], foot: Sequence[str], high: float) -> "tuple[Figure, Axes]":
    """Begin a picture.

    Args:
        heading: the first line, large; like all the text, on as many lines as it needs.
        under: what stands below it.
        foot: the small print.
        high: inches for what is drawn.

    Returns:
        The figure, `WIDE` inches wide, and the axes to draw on, with no lines of their own.
    """
    from matplotlib.figure import Figure

    first = textwrap.wrap(heading, 42)
    second = [line for part in under for line in textwrap.wrap(part, ACROSS)]
    last = [line for part in foot for line in textwrap.wrap(part, 78)]
    top, bottom = 0.5 + 0.45 * len(first) + 0.36 * len(second), 0.3 + 0.32 * len(last)
    tall = high + top + bottom
    figure = Figure(figsize=(WIDE, tall), dpi=DOTS, facecolor="white")
    axes = figure.add_axes((0.04, bottom / tall, 0.92, high / tall))
    texts = [(0.25 + 0.45 * at, line, LARGE, "bold") for at, line in enumerate(first)]
    texts += [(0.3 + 0.45 * len(first) + 0.36 * at, line, LETTERS, "normal") for at, line in enumerate(second)]
    texts += [(tall - 0.32 * (len(last) - at), line, SMALL, "normal") for at, line in enumerate(last)]
    for down, line, size, weight in texts:
        figure.text(0.04, 1 - down / tall, line, size=size, weight=weight, color=INK, va="top", parse_math=False)
    axes.set_axis_off()
    return figure, axes


def picture(figure: "Figure", name: str, says: str) -> Attachment:
    """Finish a picture.

    Args:
        figure: as `frame` began it.
        name: of the file.
        says: the same in words, for who cannot see it.

    Returns:
        A PNG, the same bytes for the same drawing and the same matplotlib.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    content = io.BytesIO()
    FigureCanvasAgg(figure)
    figure.savefig(content, format="png", metadata={"Software": None})
    return Attachment(name, content.getvalue(), says)

"""The figures of questions as pictures for a phone: each column with its number, nothing told by colour alone."""

from datetime import date

from handlers.chat import Attachment
from handlers.drawing import BAR, EMPTY, INK, LARGE, LETTERS, SMALL, frame, own_settings, picture
from handlers.questions import words
from handlers.questions.tables import Summary
from handlers.report.words import NONE, figure

MOST = 26  # columns
HIGH = 6.6  # inches


@own_settings()
def by_week(summary: Summary) -> Attachment:
    """Draw how many questions there were in each week, and how many of them were answered.

    Args:
        summary: the figures, which may leave the LMC.

    Returns:
        A PNG, 1080 px wide, the same bytes for the same figures and the same matplotlib; its numbers in words.

    Raises:
        ValueError: the figures are exact, which is for the LMC alone.
    """
    _outward(summary)
    weeks = summary.weeks[-MOST:]
    left = len(summary.weeks) - len(weeks)
    foot = ((f"{left} weeks before are not drawn.",) if left else ()) + (words.small_print(summary),)
    under = (
        words.span(weeks[0].week, weeks[-1].week),
        "Filled: answered. Striped: all else that was asked.",
    )
    figure_, axes = frame("Questions, by week", under, foot, HIGH)
    most = max((each.numbers.all or 0 for each in weeks), default=0)
    axes.set_xlim(-0.6, max(len(weeks), 4) - 0.4)
    axes.set_ylim(-(most or 1) * 0.22, (most or 1) * 1.15)
    size = LETTERS if len(weeks) <= 18 else SMALL
    if not most:
        axes.text(-0.5, 0.5, NONE, size=LARGE, color=INK, parse_math=False)
    for at, each in enumerate(weeks):
        whole, filled = each.numbers.all or 0, min(each.numbers.answered or 0, each.numbers.all or 0)
        axes.bar(at, filled, 0.72, color=BAR, edgecolor=INK)
        axes.bar(at, whole - filled, 0.72, bottom=filled, color=EMPTY, hatch="//", edgecolor=INK)
        turned = 90 if len(weeks) > 8 else 0
        axes.text(
            at, whole + (most or 1) * 0.015, figure(each.numbers.all),
            size=size, weight="bold", color=INK, ha="center", va="bottom", rotation=turned, parse_math=False,
        )  # fmt: skip
        on = date.fromisoformat(each.week)
        axes.text(
            at, -(most or 1) * 0.015, f"{on.day} {on:%b}",
            size=size, color=INK, ha="center", va="top", rotation=turned, parse_math=False,
        )  # fmt: skip
    axes.plot((-0.6, max(len(weeks), 4) - 0.4), (0, 0), color=INK, linewidth=1.5)
    said = "; ".join(
        f"{words.week(each.week)}: {figure(each.numbers.all)}, answered {figure(each.numbers.answered)}"
        for each in weeks
    )
    return picture(figure_, _name(summary, "week"), f"Bar chart. {words.title(summary)}, by week. {said}")


@own_settings()
def by_sureness(summary: Summary) -> Attachment:
    """Draw, for each band of stated probability, the share of marks that said right; arguments as in `by_week`."""
    _outward(summary)
    bands = tuple(reversed(summary.sure))
    under = (
        words.span(summary.wanted.first, summary.wanted.last),
        "Filled: marked right. Striped: as sure as I was.",
    )
    figure_, axes = frame("How sure I was, and how often right", under, (words.of_marks(),), 1.5 * len(bands))
    axes.set_xlim(0, 100)
    axes.set_ylim(1.5 * len(bands), 0)
    for at, band in enumerate(bands):
        top = 1.5 * at
        axes.text(0, top + 0.08, words.band(band, False), size=LETTERS, color=INK, va="top", parse_math=False)
        axes.barh(top + 0.72, band.high, 0.36, color=EMPTY, edgecolor=INK)
        axes.barh(top + 0.72, band.low, 0.36, color=BAR, edgecolor=INK)
        axes.barh(top + 1.08, band.most - band.least, 0.36, left=band.least, color=EMPTY, hatch="//", edgecolor=INK)
        axes.plot((0, 0), (top + 0.5, top + 1.3), color=INK, linewidth=1.5)
        axes.plot((99.9, 99.9), (top + 0.5, top + 1.3), color=INK, linewidth=1.5)
    said = "; ".join(words.band(band, False) for band in bands)
    return picture(figure_, _name(summary, "sure"), f"Bar chart. {words.title(summary)}. {said}")


def _name(summary: Summary, what: str) -> str:
    return f"questions-{what}-{summary.wanted.first}-{summary.wanted.last}.png"


def _outward(summary: Summary) -> None:
    if summary.wanted.inside:
        raise ValueError("exact figures are never drawn into a file")

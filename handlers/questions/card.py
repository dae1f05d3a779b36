"""The figures of questions as a reply: what an officer reads on a phone in ten seconds."""

from handlers.chat import Button, Headline, Part, Reply, Section, Small, Title
from handlers.questions import words
from handlers.questions.tables import Summary
from handlers.report import Row
from handlers.report.words import NONE, figure

MOST = 5  # rules
WEEKS = 8  # of exact figures
SHOWN = 3  # of the desk


def card(summary: Summary, buttons: tuple[Button, ...] = (), again: str = "") -> Reply:
    """Write the figures as a card.

    Args:
        summary: the figures; exact ones say first that they are for the LMC alone.
        buttons: what to offer under it.
        again: the sentence that shows it once more.
    """
    inside = summary.wanted.inside
    parts: list[Part] = [
        Headline("!", words.HEADS[1]) if inside else Headline("▤", words.HEADS[0]),
        Title(words.title(summary)),
    ]
    if inside:
        parts.append(Section("", (words.BANNER,)))
    if summary.total.all:
        parts += [
            Section("Latest week", (words.change(summary),)),
            Section(f"In all {words.count(summary.total.all, inside)}", words.shares(summary.total, inside)),
        ]
        if inside:
            parts.append(Section("By week", _weeks(summary)))
        if summary.rules:
            parts.append(Section("Most asked", _rows(summary.rules[:MOST])))
        if summary.declined:
            parts.append(Section("Why not answered", _rows(summary.declined)))
    else:
        parts.append(Section("", (NONE,)))
    if summary.sure:
        parts.append(
            Section("How sure, how often right", tuple(words.band(each, inside) for each in reversed(summary.sure)))
        )
    parts += _desk(summary)
    parts.append(Section("Book today", words.book(summary.book)))
    if not inside:
        parts.append(Small(words.small_print(summary)))
    return Reply(tuple(parts), buttons, again=again)


def _rows(rows: tuple[Row, ...]) -> tuple[str, ...]:
    return tuple(f"{row.name}: {figure(row.number)}" for row in rows)


def _weeks(summary: Summary) -> tuple[str, ...]:
    return tuple(
        f"{words.week(each.week)}: {figure(each.numbers.all)}, {figure(each.numbers.answered)} answered, "
        f"{figure(each.numbers.declined)} not"
        for each in summary.weeks[-WEEKS:]
    )


def _desk(summary: Summary) -> list[Part]:
    lines = [
        f"{words.week(each.week)}: {each.number} answered; {words.waited_exactly(each)}"
        if summary.wanted.inside
        else f"To {words.last_day(each.week)}: about {figure(summary.safety.rounded(each.number))} answered; "
        f"{words.waited(each)}"
        for each in summary.desk[-SHOWN:]
    ]
    if summary.open:
        lines += words.still_open(summary.open)
    return [Section("Your desk", tuple(lines))] if lines else []

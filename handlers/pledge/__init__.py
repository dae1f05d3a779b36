"""Collective action, a practice at a time: what it pledges, on what condition, how its area does, and its evidence.

    pledge                                                  the current actions of the practice's nation
    pledge en-2026-06-medicines                             one of them: what it means, safety, contract status, letters
    pledge en-2026-06-medicines doing                       considering, pledged, doing, paused, stopped
    pledge en-2026-06-medicines from 2026-12-01             pledged from a day
    pledge en-2026-06-medicines when 10 place by 2026-12-06 a condition: so many, or so many in a hundred, in an area
    pledge en-2026-06-medicines withdraw                    the condition goes, and leaves only a count
    pledge record, progress, chart, pack, history           its own record; its area in bands; the evidence; past sets
    pledges                                                 for officers: see `officers.py`
    icb asked us                                            one line to send, and what the law makes a practice answer

    wish.py        what is wanted, as a sentence
    actions.py     the sets and actions of the book, as screens
    take.py        a practice changes where it stands
    conditions.py  areas, conditions, who starts, who is told, who is let go at the deadline
    progress.py    the own record; the area's share in bands, counted once a week
    chart.py       the same as pictures
    nudge.py       one question a week, and its answers
    pack.py        the practice's evidence as a Word file, for itself alone
    officers.py    the LMC's officers: figures, the list behind a second word, the export

A pledge is the practice's and names no person. The practice decides; the LMC does not direct: every screen says so.
"""

from collections.abc import Sequence

from handlers.chat import House, Person, Reply
from handlers.pledge import actions, conditions, nudge, pack, progress, take
from handlers.pledge.wish import WITH_ID, is_action, read

__all__ = ["asked_us", "fits", "is_asked_us", "pledge"]


def fits(words: Sequence[str], house: House) -> bool:
    """Whether words are what follows `pledge`, rightly valued or not."""
    match list(words):
        case []:
            return True
        case [word]:
            return word in _SCREENS or word in nudge.ANSWERS or is_action(word, house.library)
        case [word, _] if word in WITH_ID:
            return True
    return is_action(words[0], house.library)


_SCREENS = {
    "history": actions.history,
    "record": progress.record,
    "progress": progress.card,
    "chart": progress.as_chart,
    "pack": pack.evidence,
}


def pledge(words: Sequence[str], house: House, person: Person) -> Reply:
    """Show the actions, or take one for a practice."""
    match list(words):
        case []:
            return actions.current(house, person)
        case [word] if word in _SCREENS:
            return _SCREENS[word](house, person)
        case ["set", ident]:
            return actions.past(ident, house, person)
        case ["sent", letter]:
            return take.sent(letter, house, person)
        case [word] if word in nudge.ANSWERS:
            return nudge.answered(word, house, person)
    wish = read(words)
    if wish.fault:
        return actions.slip(wish.fault, wish.action)
    match wish.verb:
        case "" | "more":
            return actions.one(wish.action, house, person, more=bool(wish.verb))
        case "from" if not wish.day:
            return take.days(wish.action, house, person)
        case "when":
            return conditions.wanted(wish, house, person)
        case "withdraw":
            return conditions.withdraw(wish.action, house, person)
    return take.change(wish, house, person)


def is_asked_us(words: Sequence[str]) -> bool:
    """Whether what follows `icb` is that it asked which actions a practice takes."""
    return list(words) in (["asked", "us"], ["asked"])


def asked_us(house: House, person: Person) -> Reply:
    """Say what to send a commissioner that asks, and what must be answered: `icb asked us`."""
    return actions.asked_us(house, person)

"""Figures of questions for the LMC's officers: what is asked, answered and declined, the desk, the book.

figures questions                          the last twelve weeks that are over
figures questions 2026-09 2026-11          the weeks that begin in these months
figures questions 2026-11-02 2026-11-09    the weeks of these days
figures questions as chart | as csv        the same as a picture, as a table
figures questions inside                   exact, this week too, for officers alone, and written into the audit

weeks.py    what may leave the LMC: released once for each week, without who asked
tables.py   Wanted, Numbers, Band, Book, Summary: the figures
words.py    the sentences
card.py  chart.py  sheet.py
"""

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from handlers.chat import Attachment, Button, Headline, House, Person, Reply, Section, kept
from handlers.disclosure import earlier
from handlers.questions.card import card
from handlers.questions.chart import by_sureness, by_week
from handlers.questions.sheet import sheet
from handlers.questions.tables import Summary, Wanted, exact, summary
from handlers.questions.weeks import last_week, monday, released

WEEKS = 12  # that a report covers where none are named
_FORMS = {"chart": "Chart", "csv": "Table (CSV)"}
_TIME = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])(?:-\d\d)?")
WORD = "questions"
_START = Button("The last twelve weeks", f"figures {WORD}")


@dataclass(frozen=True)
class _Asked:
    """What an officer asks for; `form` is "" for a card."""

    wanted: Wanted
    form: str = ""

    def sentence(self) -> str:
        """Write it as it could be typed."""
        how = ["inside"] if self.wanted.inside else ["as", self.form] if self.form else []
        return " ".join(["figures", WORD, self.wanted.first, self.wanted.last, *how])


def questions(words: Sequence[str], house: House, person: Person) -> Reply:
    """Show the figures of questions, or give them as a file.

    Args:
        words: what follows `figures questions`.
        house: whose records tell.
        person: the officer.
    """
    last = last_week(house)
    asked = _read(words, last, monday(datetime.fromtimestamp(house.now(), UTC).date()))
    if isinstance(asked, str):
        example = f"Such as: figures {WORD} {earlier(last[:7], 2)} {last[:7]}, or two days: {earlier(last, 3)} {last}"
        return Reply((Headline("?", "WHICH WEEKS?"), Section("", (asked, example))), (_START,))
    note = kept(house).audit.note
    if asked.wanted.inside:
        note(house.now(), person.account, "figures inside", asked.sentence())
        outward = _Asked(Wanted(asked.wanted.first, min(asked.wanted.last, last)))
        leave = Button("What may leave the LMC", outward.sentence() if asked.wanted.first <= last else _START.sentence)
        return card(exact(asked.wanted, house), (leave,), asked.sentence())
    made = summary(released(house), asked.wanted, house)
    if not asked.form:
        return card(made, _buttons(asked), asked.sentence())
    note(house.now(), person.account, f"figures as {asked.form}", asked.sentence())
    said = Section("", ("It names no person and no practice, and hides small counts: it may leave the LMC.",))
    back = Button("Back to the figures", _Asked(asked.wanted).sentence())
    return Reply((Headline("▤", _FORMS[asked.form].upper()), said), (back,), _files(made, asked.form))


def _files(made: Summary, form: str) -> tuple[Attachment, ...]:
    if form == "csv":
        return (sheet(made),)
    return (by_week(made), *((by_sureness(made),) if made.sure else ()))


def _read(words: Sequence[str], last: str, this: str) -> _Asked | str:
    """Read what was asked for, or say what is wrong with it; `last` and `this` are weeks."""
    given = [word for word in words if _TIME.fullmatch(word)]
    how = [word for word in words if not _TIME.fullmatch(word)]
    inside = how == ["inside"]
    if how and not inside and (len(how) != 2 or how[0] != "as" or how[1] not in _FORMS):
        if "inside" in how:
            return "Exact figures are a card alone: say inside by itself."
        return f"I read two months or two days, and after them: as {', as '.join(_FORMS)}, or inside."
    if len(given) not in (0, 2):
        return "Name two months or two days, the earlier first."
    until = this if inside else last
    if not given:
        return _Asked(Wanted(earlier(until, WEEKS - 1), until, inside), "" if inside else "".join(how[1:]))
    for each in given:
        if not _is_time(each):
            return f"There is no {each}."
    first, end = _begins(given[0]), _ends(given[1])
    if given[1][: len(given[0])] < given[0][: len(given[1])]:
        return f"{given[0]} is after {given[1]}: put the earlier one first."
    if first > until or (len(given[1]) > 7 and end > until):
        return f"{given[first <= until]} is not over: the last week that can be shown is that of {until}."
    if end < first:
        return f"No week begins in {given[0]} to {given[1]}."
    return _Asked(Wanted(first, min(end, until), inside), "" if inside else "".join(how[1:]))


def _is_time(given: str) -> bool:
    try:
        date.fromisoformat(given if len(given) > 7 else f"{given}-01")
    except ValueError:
        return False
    return True


def _begins(given: str) -> str:
    """Return the first week of a month, or the week of a day."""
    if len(given) > 7:
        return monday(date.fromisoformat(given))
    return monday(date.fromisoformat(f"{given}-07"))  # a month's first Monday is one of its first seven days


def _ends(given: str) -> str:
    """Return the last week that begins in a month, or the week of a day."""
    if len(given) > 7:
        return monday(date.fromisoformat(given))
    year, month = map(int, given.split("-"))
    return monday(date(year, month, calendar.monthrange(year, month)[1]))


def _buttons(asked: _Asked) -> tuple[Button, ...]:
    """Offer the other ways to see these figures."""
    want = asked.wanted
    offered = [Button(label, _Asked(want, form).sentence()) for form, label in _FORMS.items()]
    offered.append(Button("Exact, inside the LMC", _Asked(Wanted(want.first, want.last, True)).sentence()))
    return (*offered, Button("What the book lacks", "gaps"), Button("Work sent back", "figures"))

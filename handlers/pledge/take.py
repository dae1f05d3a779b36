"""A practice changes where it stands on an action: who may, from where to where, from which day."""

import calendar
from dataclasses import replace
from datetime import date, timedelta

from handlers.cards import day
from handlers.chat import Button, Headline, House, Part, Person, Reply, Section, Title, kept
from handlers.pledge import actions, conditions
from handlers.pledge.wish import Wish, parsed
from handlers.records import ACTIVE, Entry, Move, Pledge, Stand

_FARTHEST = 366  # days ahead that a practice may pledge from
_TO = {
    "considering": Stand.CONSIDERING,
    "from": Stand.PLEDGED,
    "today": Stand.PLEDGED,
    "doing": Stand.DOING,
    "paused": Stand.PAUSED,
    "stopped": Stand.STOPPED,
}
# From where a practice may go where; what is not here has its sentence in `_cannot`.
FOLLOWS: dict[Stand | None, frozenset[Stand]] = {
    None: frozenset({Stand.CONSIDERING, Stand.PLEDGED, Stand.DOING}),
    Stand.CONSIDERING: frozenset({Stand.PLEDGED, Stand.DOING, Stand.STOPPED}),
    Stand.WAITING: frozenset({Stand.CONSIDERING, Stand.PLEDGED, Stand.DOING}),
    Stand.PLEDGED: frozenset({Stand.PLEDGED, Stand.DOING, Stand.PAUSED, Stand.STOPPED}),
    Stand.DOING: frozenset({Stand.PAUSED, Stand.STOPPED}),
    Stand.PAUSED: frozenset({Stand.PLEDGED, Stand.DOING, Stand.STOPPED}),
}
_HEADS = {
    Stand.CONSIDERING: "NOTED: you consider it",
    Stand.PLEDGED: "PLEDGED",
    Stand.DOING: "NOTED: you do it",
    Stand.PAUSED: "PAUSED",
    Stand.STOPPED: "STOPPED",
}
STALE = "Somebody of your practice changed this a moment ago. This is how it stands now:"


def change(wish: Wish, house: House, person: Person) -> Reply:
    """Take a stand for a practice: `pledge en-2026-06-medicines doing`, `… from 2026-12-01`."""
    stand = _TO[wish.verb]
    if no := actions.refused(house, person):
        return no
    # Who stops or pauses may do so for ever, whatever became of the action.
    if stand not in (Stand.STOPPED, Stand.PAUSED) and (no := actions.barred(wish.action, stand, house)):
        return no
    if wish.action not in house.library.actions:
        return actions.slip(f"I have no action called {wish.action}: it may have been renamed.")
    begins = house.today() if not wish.day else _begins(wish.day, house.today())
    if isinstance(begins, str):
        return actions.slip(begins, wish.action)
    assert person.member  # noqa: S101 - `refused` lets none through without
    practice = person.member.practice
    own = conditions.own(practice, wish.action, house)
    if own and (own.stand, own.day) == (stand, begins.isoformat() if stand is Stand.PLEDGED else own.day):
        return _said("–", "SO IT STANDS ALREADY", "Nothing was changed.", wish.action, house, person)
    if stand is Stand.STOPPED and own and own.stand is Stand.WAITING:
        return conditions.withdraw(wish.action, house, person)
    if stand not in FOLLOWS[own.stand if own else None]:
        return actions.slip(_cannot(own, stand), wish.action)
    return _changed(own, Pledge(practice, wish.action, stand, begins.isoformat(), house.now()), house, person)


def _begins(text: str, today: date) -> date | str:
    """Read the day from which a practice pledges, or say what is wrong with it."""
    if text == "today":
        return today
    found = parsed(text)
    if found is None:
        return f"I read a day as {today + timedelta(7)}: year, month, day. “{text}” I cannot read."
    if found < today:
        return f"{day(found)} is past. A practice pledges from today on; what it did before needs no pledge."
    if (found - today).days > _FARTHEST:
        return f"{day(found)} is more than a year ahead. Nobody knows what will be lawful then: choose a nearer day."
    return found


def _cannot(own: Pledge | None, stand: Stand) -> str:
    if own is None:
        return f"Your practice has not pledged it, so there is nothing to be {stand}."
    if stand is Stand.CONSIDERING:
        return f"Your practice is past that: it has {actions.told(own)}. Pause or stop it instead."
    return f"Your practice stands at “{actions.told(own)}”: from there it cannot be {stand}."


def _changed(own: Pledge | None, pledge: Pledge, house: House, person: Person) -> Reply:
    records = kept(house)
    entry = Entry(pledge.at, pledge.practice, pledge.action, pledge.stand, pledge.day)
    after = None if pledge.stand is Stand.STOPPED else pledge
    left = own is not None and own.stand is Stand.WAITING and pledge.stand is Stand.CONSIDERING
    found = conditions.ripple(Move(own, after, entry), house, person)
    counts = [(pledge.action, "withdrawn")] if left else []
    if not records.pledges.apply(found.moves, found.notices, counts):
        return _said("–", "CHANGED ALREADY", STALE, pledge.action, house, person)
    if own and own.stand is Stand.WAITING:
        conditions.forgotten(own, house)
    said = f"From {day(date.fromisoformat(pledge.day))}. It goes into your practice's own record."
    if pledge.stand in ACTIVE:
        said += " It counts in your area's figure, which names nobody."
    return _said("✔", _HEADS[pledge.stand], said, pledge.action, house, person)


def _said(sign: str, head: str, said: str, ident: str, house: House, person: Person) -> Reply:
    """Say what was done, and how it stands now."""
    return actions.one(ident, house, person, first=(Headline(sign, head), Section("", (said,))))


def days(ident: str, house: House, person: Person) -> Reply:
    """Offer days to pledge from: today, next Monday, the first of next month."""
    if no := actions.refused(house, person) or actions.barred(ident, Stand.PLEDGED, house):
        return no
    today = house.today()
    monday = today + timedelta(7 - today.weekday())
    first = today.replace(day=1) + timedelta(calendar.monthrange(today.year, today.month)[1])
    offered = {today: "Today", monday: day(monday), first: day(first)}
    buttons = [Button(label, f"pledge {ident} from {each}") for each, label in offered.items()]
    said = f"From which day? Another can be typed: pledge {ident} from {today + timedelta(14)}"
    parts: tuple[Part, ...] = (Headline("?", "PLEDGED FROM WHEN?"), Title(house.library.actions[ident].title))
    return Reply((*parts, Section("", (said,)), actions.DECIDES), (*buttons, actions.back_to(ident)))


def sent(letter: str, house: House, person: Person) -> Reply:
    """Note that a letter of an action went out: `pledge sent data-sharing-decline-new`."""
    if no := actions.refused(house, person):
        return no
    assert person.member  # noqa: S101 - `refused` lets none through without
    practice, pledges = person.member.practice, kept(house).pledges
    live = [each.action for each in pledges.of(practice) if each.stand is not Stand.WAITING]
    about = [each for each in live if letter in getattr(house.library.actions.get(each), "letters", ())]
    if letter not in house.library.letters or not about:
        return actions.slip("That is no letter of an action that your practice has taken up.")
    today, title = house.today().isoformat(), house.library.letters[letter].title
    line = Entry(house.now(), practice, about[0], "letter", today, title)
    before = [replace(each, at=line.at) for each in pledges.history(practice)]
    if line not in before:
        pledges.note(line)
    return _said("✔", "NOTED: letter sent", f"“{title}”, today, in your practice's record.", about[0], house, person)

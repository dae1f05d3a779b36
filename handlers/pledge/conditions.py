"""Conditional pledges: the areas they may name, who starts, who is told, who is let go at the deadline.

    wanted(...)    the three questions, then the condition itself
    ripple(...)    one practice's step, and all that start because of it: one transaction
    settle(...)    on the round: who starts now, and whose last day is over
    withdraw(...)  leaves a count

`handlers/cascade.py` solves. Before a condition holds nobody, an officer neither, sees who waits.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from handlers.cards import day
from handlers.cascade import Areas, Condition, missing, need, possible, solve
from handlers.chat import LONDON, LONGEST_SENTENCE, Button, Headline, House, Part, Person, Reply, Section, Title, kept
from handlers.may import SPEAKS
from handlers.pledge import actions
from handlers.pledge.wish import Wish, parsed
from handlers.records import ACTIVE, Entry, Move, Notice, Pledge, Stand
from knowledge.directory import Practice

LMC = "lmc"  # the code of the LMC's own area; no ODS code is like it
WEEK = 7  # days: the nearest deadline, and how often a practice may set a condition on one action
_FARTHEST = 366  # days
_SHARES = ("25%", "50%", "75%")
_WEEKS = (2, 4, 8)


def place(practice: Practice) -> str:
    """The code of a practice's place: its sub-ICB, in Wales its health board."""
    return practice.sub_icb or practice.board


def areas(house: House) -> Areas:
    """Return the eligible practices of every place and ICB, and of the LMC's own area: all that are open.

    The LMC's area is what `[pledges] areas` names; else the places of its members' practices.
    """
    found: dict[str, set[str]] = {LMC: set()}
    practices = house.directory().practices
    named = set(house.pledging.areas)
    if not named:
        named = {place(practices[code]) for code in kept(house).pledges.joined() if code in practices}
    for practice in practices.values():
        if practice.closed:
            continue
        codes = {place(practice), practice.area}
        for code in codes:
            found.setdefault(code, set()).add(practice.code)
        if codes & named:
            found[LMC].add(practice.code)
    return {code: frozenset(each) for code, each in found.items()}


def codes_of(practice: Practice) -> dict[str, str]:
    """The areas that a practice may name, by the word for each."""
    return {"place": place(practice), "icb": practice.area, "lmc": LMC}


def named(code: str, house: House) -> str:
    """Name an area: an ICB or health board by its name, a place by its code within its ICB."""
    if code == LMC:
        return f"the area of {house.lmc.name}"
    name = house.directory().area(code)
    return name if name != code else f"the place {code}"


def own(practice: str, action: str, house: House) -> Pledge | None:
    """Return where a practice stands on an action."""
    return next((each for each in kept(house).pledges.of(practice) if each.action == action), None)


def wanted(wish: Wish, house: House, person: Person) -> Reply:
    """Take a condition, asking for what it lacks: its area, its number, its deadline."""
    if no := actions.refused(house, person) or actions.barred(wish.action, Stand.WAITING, house):
        return no
    practice = actions.practice_of(house, person)
    assert practice  # noqa: S101 - `refused` lets none through without
    before = own(practice.code, wish.action, house)
    if said := _too_late(before) or _too_soon(practice.code, before, wish.action, house):
        return actions.slip(said, wish.action)
    every = areas(house)
    if not wish.area:
        return _ask_area(wish, practice, every, house)
    code = codes_of(practice)[wish.area]
    if not wish.amount:
        return _ask_number(wish, code, every, house)
    condition = Condition(practice.code, code, wish.number or None, wish.percent or None)
    if said := _hopeless(condition, every, house):
        return actions.slip(said, wish.action)
    if not wish.until:
        return _ask_until(wish, condition, every, house)
    until = _until(wish.until, house.today())
    if isinstance(until, str):
        return actions.slip(until, wish.action)
    pledge = Pledge(
        practice.code, wish.action, Stand.WAITING, house.today().isoformat(), house.now(),
        code, wish.number, wish.percent, until.isoformat(),
    )  # fmt: skip
    return _set(before, pledge, every, house, person)


def _too_late(before: Pledge | None) -> str:
    if before and before.stand in (*ACTIVE, Stand.PAUSED):
        return f"Your practice stands at “{actions.told(before)}”. A condition is for who has not begun: stop it first."
    return ""


def _too_soon(practice: str, before: Pledge | None, action: str, house: House) -> str:
    """Once a week: on ever lower numbers, day after day, a practice could feel its way to how many others wait."""
    again = kept(house).pledges.rests(practice, action)
    if before and before.stand is Stand.WAITING:
        again = before.at + WEEK * 86_400
    if house.now() >= again:
        return ""
    on = day(datetime.fromtimestamp(again, LONDON).date())
    free = " It can be withdrawn at any time." if before and before.stand is Stand.WAITING else ""
    return f"Your practice set a condition on this within a week. It can set a new one from {on}.{free}"


def _hopeless(condition: Condition, every: Areas, house: House) -> str:
    """Say why a condition can never hold, or holds by itself; "" where it is a condition."""
    eligible, needed = len(every.get(condition.area, ())), need(condition, every)
    if needed > eligible:
        return f"{needed} is more than the {eligible} practices of {named(condition.area, house)}. Choose fewer."
    if not possible(condition, every):
        return f"Your practice is not in {named(condition.area, house)}: choose another area."
    return "That is your practice alone. Pledge it without a condition, or wait for 2 or more." if needed < 2 else ""


def _until(text: str, today: date) -> date | str:
    """Read a condition's last day, or say what is wrong with it."""
    found, first = parsed(text), today + timedelta(WEEK)
    if found is None:
        return f"I read a last day as {today + timedelta(14)}: year, month, day. “{text}” I cannot read."
    if found < today:
        return f"{day(found)} is past. The last day of a condition is {day(first)} or later."
    if found < first:
        return f"{day(found)} is too soon: others need a week to join. Choose {day(first)} or later."
    if (found - today).days > _FARTHEST:
        return f"{day(found)} is more than a year ahead. Choose a nearer day."
    return found


def _screen(head: str, said: str, wish: Wish, offered: Mapping[str, Wish], house: House) -> Reply:
    """Ask one thing of a condition; what does not fit a button can be typed."""
    parts: tuple[Part, ...] = (Headline("?", head), Title(house.library.actions[wish.action].title))
    sentences = {label: each.sentence() for label, each in offered.items()}
    buttons = [Button(label, said) for label, said in sentences.items() if len(said.encode()) <= LONGEST_SENTENCE]
    typed = f"It can be typed too: pledge {wish.action} when 10 place by {house.today() + timedelta(14)}"
    return Reply(
        (*parts, Section("", (said,)), Section("", (typed,)), _SECRET, actions.DECIDES),
        (*buttons, actions.back_to(wish.action)),
    )


_SECRET = Section(
    "", ("Until it is met nobody sees who waits, the LMC neither. Then all who are in it start at once.",)
)


def _ask_area(wish: Wish, practice: Practice, every: Areas, house: House) -> Reply:
    by_code = {code: word for word, code in reversed(codes_of(practice).items())}  # in Wales a place is a whole board
    offered = {
        f"{_capital(named(code, house))}: {len(every[code])} practices": replace(wish, area=word)
        for code, word in sorted(by_code.items(), key=lambda each: len(every.get(each[0], ())))
        if practice.code in every.get(code, ())
    }
    return _screen("IF OTHERS DO: WHERE?", "PCNs are not in my directory.", wish, offered, house)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _ask_number(wish: Wish, code: str, every: Areas, house: House) -> Reply:
    eligible = len(every.get(code, ()))
    said = f"Of {eligible} practices of {named(code, house)}, yours among them. A number can be typed as well."
    offered = {f"{share} of them": replace(wish, percent=int(share[:-1])) for share in _SHARES}
    return _screen("IF HOW MANY DO?", said, wish, offered, house)


def _ask_until(wish: Wish, condition: Condition, every: Areas, house: House) -> Reply:
    said = f"You start when {need(condition, every)} practices of {named(condition.area, house)} do. Until when?"
    ends = [house.today() + timedelta(7 * weeks) for weeks in _WEEKS]
    offered = {day(each): replace(wish, until=each.isoformat()) for each in ends}
    return _screen("UNTIL WHEN?", said, wish, offered, house)


@dataclass(frozen=True)
class Ripple:
    """All that one step sets off."""

    moves: tuple[Move, ...]
    notices: tuple[Notice, ...] = ()


def ripple(move: Move, house: House, person: Person, every: Areas | None = None) -> Ripple:
    """Work out what one practice's step sets off: whose conditions now hold, and whom to tell.

    Args:
        move: the step.
        house: what is remembered.
        person: who took it; they read it in the answer, and are not told again.
        every: the areas, where they are known.

    Returns:
        The step and those of all that start, its own practice's as it comes to stand; a message for each other person
        who speaks for one of them.
    """
    after = move.after
    if after is None or after.stand not in (*ACTIVE, Stand.WAITING):
        return Ripple((move,))
    every = every or areas(house)
    rows = [each for each in kept(house).pledges.on(after.action) if each.practice != after.practice]
    started = _started([*rows, after], every, house)
    first = next((each for each in started if each.before == after), None)
    mine = Move(move.before, first.after, first.entry) if first else move
    moves = (mine, *(each for each in started if each is not first))
    told = _told(started, every, house, person.member.id if person.member else 0)
    return Ripple(moves, tuple(told))


def condition_of(pledge: Pledge) -> Condition:
    """What a pledge waits for."""
    return Condition(pledge.practice, pledge.area, pledge.number or None, pledge.percent or None)


def starts(rows: Iterable[Pledge], every: Areas) -> list[Pledge]:
    """Return those of one action's pledges whose conditions hold together, by the code of the practice."""
    rows = list(rows)
    waiting = {each.practice: each for each in rows if each.stand is Stand.WAITING}
    doing = frozenset(each.practice for each in rows if each.stand in ACTIVE)
    found = solve([condition_of(each) for each in waiting.values()], every, doing)
    return [waiting[practice] for practice in sorted(found)]


def _started(rows: Iterable[Pledge], every: Areas, house: House) -> list[Move]:
    """Return the steps of those that start."""
    return [_start(each, every, house) for each in starts(rows, every)]


def _start(pledge: Pledge, every: Areas, house: House) -> Move:
    today = house.today().isoformat()
    after = Pledge(pledge.practice, pledge.action, Stand.PLEDGED, today, house.now())
    note = f"its condition was met: {need(condition_of(pledge), every)} practices of {named(pledge.area, house)}"
    return Move(pledge, after, Entry(house.now(), pledge.practice, pledge.action, Stand.PLEDGED, today, note))


def _told(started: Iterable[Move], every: Areas, house: House, but: int = 0) -> list[Notice]:
    found = []
    for move in started:
        assert move.before  # noqa: S101 - who starts has waited
        said = f"{met(move.before, every, house)} Your practice has pledged it from today."
        found += _to_speakers(move.before, "YOUR CONDITION IS MET", said, house, but)
    return found


def met(pledge: Pledge, every: Areas, house: House) -> str:
    """Say that a condition is met."""
    needed = need(condition_of(pledge), every)
    return f"At least {needed} practices of {named(pledge.area, house)} do it now, yours among them."


def _to_speakers(pledge: Pledge, head: str, said: str, house: House, but: int = 0) -> list[Notice]:
    """Write a message to each who speaks for a practice."""
    speak = [each for each in kept(house).members.of_practice(pledge.practice) if each.role in SPEAKS]
    return [Notice(each.id, pledge.action, head, said) for each in speak if each.id != but]


def _set(before: Pledge | None, pledge: Pledge, every: Areas, house: House, person: Person) -> Reply:
    found = ripple(Move(before, pledge), house, person, every)
    if not kept(house).pledges.apply(found.moves, found.notices):
        said = "Somebody of your practice changed this a moment ago. This is how it stands now:"
        first = (Headline("–", "CHANGED ALREADY"), Section("", (said,)))
        return actions.one(pledge.action, house, person, first=first)
    if found.moves[0].after != pledge:
        said = f"{met(pledge, every, house)} You start today, and all who waited for you are told."
        return actions.one(pledge.action, house, person, first=(Headline("✔", "MET: it starts"), Section("", (said,))))
    needed = need(condition_of(pledge), every)
    until = day(date.fromisoformat(pledge.until))
    said = f"You start when {needed} practices of {named(pledge.area, house)} do, until {until}."
    parts = (Headline("✔", "WAITING FOR OTHERS"), Section("", (said,)), _SECRET)
    return actions.one(pledge.action, house, person, first=parts)


def withdraw(ident: str, house: House, person: Person) -> Reply:
    """Take a condition back: `pledge en-2026-06-medicines withdraw`. Only a count stays of it."""
    if no := actions.refused(house, person):
        return no
    assert person.member  # noqa: S101 - `refused` lets none through without
    pledge = own(person.member.practice, ident, house)
    if pledge is None or pledge.stand is not Stand.WAITING:
        return actions.slip("Your practice waits for nobody here, so there is no condition to withdraw.", ident)
    kept(house).pledges.apply([Move(pledge, _as_before(pledge, house))], (), [(ident, "withdrawn")])
    forgotten(pledge, house)
    said = "Nothing of it stays but a count that names nobody."
    return actions.one(ident, house, person, first=(Headline("✔", "WITHDRAWN"), Section("", (said,))))


def forgotten(pledge: Pledge, house: House) -> None:
    """See that a condition that was taken back is gone from the file, and that the next one waits its week."""
    records = kept(house)
    records.pledges.rest(pledge.practice, pledge.action, pledge.at + WEEK * 86_400)
    records.upkeep.scrub()


def _as_before(pledge: Pledge, house: House) -> Pledge | None:
    """Where a practice stood before its condition, as its history tells: it considers the action, or it does not."""
    said = [each for each in kept(house).pledges.history(pledge.practice) if each.action == pledge.action]
    last = next((each for each in reversed(said) if each.what in set(Stand)), None)
    if last is None or last.what != Stand.CONSIDERING:
        return None
    return Pledge(pledge.practice, pledge.action, Stand.CONSIDERING, last.day, last.at)


def settle(house: House) -> None:
    """Start whose conditions hold; let go whose last day is over, and tell them what was missing, in a band.

    Each action in one transaction: who starts, who is let go, and every message.
    """
    pledges, today = kept(house).pledges, house.today().isoformat()
    every: Areas | None = None
    for action in pledges.actions():
        rows = pledges.on(action)
        waiting = [each for each in rows if each.stand is Stand.WAITING]
        if not waiting:
            continue
        every = every or areas(house)
        started = _started(rows, every, house)
        begun = {move.before.practice for move in started if move.before}
        over = [each for each in waiting if each.until < today and each.practice not in begun]
        if not started and not over:
            continue
        doing = frozenset(each.practice for each in rows if each.stand in ACTIVE)
        ask = [condition_of(each) for each in waiting]
        bands = missing([each.practice for each in over], ask, every, doing)
        notices = _told(started, every, house)
        for pledge in over:
            notices += _to_speakers(pledge, "YOUR CONDITION WAS NOT MET", _lacking(pledge, bands, house), house)
        gone = [Move(each, _as_before(each, house)) for each in over]
        pledges.apply([*started, *gone], notices, [(action, "unmet")] * len(over))
        kept(house).upkeep.scrub()


def _lacking(pledge: Pledge, bands: Mapping[str, str], house: House) -> str:
    where = named(pledge.area, house)
    band = bands.get(pledge.practice)
    told = f"It lacked {band} of {where}." if band else f"It cannot be met any more: {where} changed."
    return (
        f"Its last day is over. {told} Nobody was told that your practice waited, and nothing of it stays but a count."
    )

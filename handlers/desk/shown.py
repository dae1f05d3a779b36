"""How an item and its lines read: the card in the officers' room, words each way, and what the bot says about them.

`message` writes what one line sends, by `_WRITTEN`, the table from a line's kind and side to how it is written.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from handlers import gaps
from handlers.cards import NATIONS, told
from handlers.chat import LONDON, Button, Headline, House, Link, Part, Reply, Section, Small
from handlers.records import Item, ItemState, Judged, Kind, Line, LineState, Towards
from knowledge.model import Role

ASKERS: dict[Role | None, str] = {
    Role.PARTNER: "a GP partner",
    Role.SALARIED: "a salaried GP",
    Role.LOCUM: "a locum GP",
    Role.REGISTRAR: "a GP registrar",
    Role.MANAGER: "a practice manager",
    Role.NURSE: "a practice nurse",
    Role.OTHER: "somebody in another role",
    None: "somebody who has not said their role",
}
CONTACTS = "To reach them yourself"
BRIEF = 60  # characters of a question in a list


def message(line: Line, item: Item | None, house: House) -> Reply:
    """Write what a line sends, as it stands now.

    Args:
        line: which.
        item: what it is about; None for a line of its own.
        house: the book and the committee.

    Raises:
        KeyError: for a line that nothing is written for.
    """
    if item is None:
        return _ALONE[line.kind](line, house)
    return _WRITTEN[line.kind, line.towards](line, item, house)


def committee(house: House) -> str:
    """Name the committee at the beginning of a sentence: Anyshire LMC, Your LMC."""
    return house.lmc.name[:1].upper() + house.lmc.name[1:]


def moment(at: int) -> str:
    """Write a time by London's clock: Monday 23 November, 10:03."""
    then = datetime.fromtimestamp(at, LONDON)
    return f"{then:%A} {then.day} {then:%B}, {then:%H:%M}"


def since(at: int, house: House) -> str:
    """Write when something was: at 10:03, or on Monday 23 November, 10:03."""
    then = datetime.fromtimestamp(at, LONDON)
    return f"at {then:%H:%M}" if then.date() == house.today() else f"on {moment(at)}"


def asker(item: Item, house: House) -> str:
    """Say who asks, as much as they let be known."""
    who = f"{ASKERS[item.role]} in {NATIONS[item.nation]}"
    if item.practice:
        return f"{who}, {practice_named(item.practice, house)}"
    how = {"asked": "not named; asked whether they agree", "refused": "who wishes to stay unnamed"}
    return f"{who}, {how.get(item.naming, 'not named')}"


def practice_named(code: str, house: House) -> str:
    """Name a practice with its code."""
    practice = house.directory().practices.get(code)
    return f"{practice.name} ({practice.code})" if practice else code


def from_the_book(item: Item, house: House) -> str:
    """Say what the book has for a question: its answer, the rules it would offer, or that it has none."""
    rules = [house.library.rules[each] for each in item.rules if each in house.library.rules]
    if item.outcome == "answer" and rules:
        return f"{told(rules[0], house)}. {rules[0].title}"
    if not rules:
        return "It has no rule for this."
    had = "A pasted letter, taken for" if item.outcome == "letter" else "Nothing sure. It would offer"
    return f"{had}: {'; '.join(rule.title for rule in rules)}"


MARKED_WRONG = "The asker marked this answer wrong or out of date."


def is_marked_wrong(item: Item, people: Sequence[str], house: House) -> bool:
    """Whether the last word of who asked, on the answer that goes with an item, is that it is wrong or out of date.

    Args:
        item: about a kept question and its answer.
        people: the accounts of who asked.
        house: what is remembered.
    """
    if house.records is None or not item.question or item.outcome != "answer":
        return False
    said = (each for each in house.records.opinions.of(people) if each.question == item.question)
    return any(each.judged is Judged.WRONG and each.rule in item.rules[:1] for each in said)


def brief(item: Item) -> str:
    """Return a question's first words, for a list."""
    said = " ".join(item.text.split()) or "its words are erased"
    return said if len(said) <= BRIEF else said[: BRIEF - 1] + "…"


def standing(item: Item, house: House) -> str:
    """Say who has an item, and how far it has come."""
    match item.state:
        case ItemState.WAITING:
            return "waits for somebody to take it"
        case ItemState.TAKEN:
            said = f"taken by {holder(item)} {since(item.taken, house)}"
            return f"{said}; answered {since(item.answered, house)}" if item.answered else f"{said}; not answered yet"
        case ItemState.CLOSED:
            said = f"closed {since(item.closed, house)}"
            return f"{said}; {_SETTLED[item.settled]}" if item.settled else said


_SETTLED = {
    "yes": "it answered their question",
    "no": "it did not answer their question",
    "withdrawn": "the asker took it back",
}


def holder(item: Item) -> str:
    """Name the officer who has an item, as their app does."""
    return item.officer_name or "an officer"


HERE = "Every reply to this message goes to them, as the LMC's answer."
THERE = "To answer, reply to its own message in your room."


def card(item: Item, house: House, how: str = HERE) -> Reply:
    """Write an item as officers see it; `how` says where a reply to it belongs."""
    shown = item.text or "Its words are erased."
    said = standing(item, house)
    member = house.records.members.by_id(item.member) if house.records and item.member else None
    marked = (MARKED_WRONG,) if member and is_marked_wrong(item, member.people, house) else ()
    parts: list[Part] = [Headline("✉", f"QUESTION {item.id}"), Section("", (shown,))]
    if item.text:
        parts += [Section("From", (asker(item, house),)), Section("The book", (from_the_book(item, house), *marked))]
    if item.state is not ItemState.CLOSED:
        parts.append(Section("Promised", (f"by {moment(item.promised)}",)))
    parts.append(Section("Now", (said[:1].upper() + said[1:],)))
    if item.state is not ItemState.CLOSED:
        parts.append(Small(how))
    return Reply(tuple(parts), tuple(buttons(item, house)), stays=True, again=f"desk item {item.id}")


def buttons(item: Item, house: House) -> list[Button]:
    """What officers may do with an item."""
    if not item.text:
        return []
    if item.state is ItemState.CLOSED:
        return [Button("Open again", f"desk open {item.id}")]
    taken = item.state is ItemState.TAKEN
    found = [Button("Put back", f"desk back {item.id}") if taken else Button("Take", f"desk take {item.id}")]
    if not item.naming and item.member:
        found.append(Button("Ask who it is", f"desk who {item.id}"))
    if rule := next((each for each in item.rules if each in house.library.rules), ""):
        found.append(Button("Open in the book", f"rule {rule}"))
    return [*found, Button("Close", f"desk close {item.id}")]


def contacts(house: House) -> list[Part]:
    """How to reach the committee without the bot."""
    ways = " · ".join(filter(None, (house.lmc.email, house.lmc.phone)))
    link = [Link(house.lmc.name, house.lmc.url)] if house.lmc.url else []
    return [*([Section(CONTACTS, (ways,))] if ways else []), *link]


# To the asker


def answer(line: Line, item: Item, house: House) -> Reply:
    """Write an officer's words as their asker reads them."""
    head = Headline("✉", f"FROM {house.lmc.name.upper()}")
    number = f"Question {item.id}"
    if line.state is LineState.WITHDRAWN:
        said = f"{committee(house)} took this message back."
        return Reply((head, Section("", (said,)), Small(number)), stays=True)
    foot = f"{number} · reply to this message to write back{' · corrected' if line.corrected else ''}"
    named = () if item.practice else (Button("Tell them my practice", f"lmc name {item.id}"),)
    done = Button("That is all, thanks", f"lmc yes {item.id}")
    return Reply((head, Section("", (line.text,)), Small(foot)), (done, *named), stays=True)


def _naming(_line: Line, item: Item, house: House) -> Reply:
    said = (
        f"{committee(house)} would like to know which practice asks. They know your role and nation only, and you get "
        "your answer whether you tell them or not."
    )
    buttons = (
        Button("Tell them my practice", f"lmc name {item.id}"),
        Button("Stay unnamed", f"lmc anonymous {item.id}"),
    )
    return Reply((_about(item, "MAY THEY KNOW WHO ASKS?"), Section("", (said,)), _quoted(item)), buttons)


def _late(_line: Line, item: Item, house: House) -> Reply:
    said = (
        f"You were promised an answer by {moment(item.promised)}. I am sorry: there is none yet. I have told the "
        "officers so, and your question stays with them."
    )
    parts = (_about(item, "NO ANSWER YET"), Section("", (said,)), *contacts(house), _quoted(item))
    return Reply(parts, (Button("Take my question back", f"lmc withdraw {item.id}"),))


def _ended(_line: Line, item: Item, house: House) -> Reply:
    if item.answered:
        said = f"{committee(house)} closed your question. Did that answer it?"
    else:
        said = f"{committee(house)} closed your question without writing to you here. Is it settled?"
    buttons = (Button("Yes", f"lmc yes {item.id}"), Button("No", f"lmc no {item.id}"))
    return Reply((_about(item, "CLOSED"), Section("", (said,)), _quoted(item)), buttons)


def _about(item: Item, says: str) -> Headline:
    return Headline("✉", f"QUESTION {item.id}: {says}")


def _quoted(item: Item) -> Small:
    return Small(f"You asked: {brief(item)}")


# To the officers


def _card(_line: Line, item: Item, house: House) -> Reply:
    return card(item, house)


def _back(line: Line, item: Item, _house: House) -> Reply:
    """Write an asker's words as officers read them."""
    if line.state is LineState.WITHDRAWN or not line.text:
        return Reply((_about(item, "TAKEN BACK"), Section("", ("They took this message back.",))), stays=True)
    foot = f"Your reply to this message goes to them.{' They corrected it.' if line.corrected else ''}"
    return Reply((_about(item, "THEY WRITE"), Section("", (line.text,)), Small(foot)), stays=True)


def _note(line: Line, item: Item, _house: House) -> Reply:
    again = (Button("Send again", f"desk again {line.about}"),) if line.about else ()
    return Reply((Headline("–", f"QUESTION {item.id}"), Section("", (line.text,))), again, stays=True)


def _half(_line: Line, item: Item, house: House) -> Reply:
    return _reminder("HALF OF THE TIME IS OVER", f"An answer was promised by {moment(item.promised)}.", item, house)


def _overdue(_line: Line, item: Item, house: House) -> Reply:
    also = "I told the asker so, and how to reach you."
    return _reminder("THE TIME IS OVER", f"An answer was promised by {moment(item.promised)}. {also}", item, house)


def _reminder(head: str, said: str, item: Item, house: House) -> Reply:
    now = f"It {standing(item, house)}." if item.state is ItemState.WAITING else f"It is {standing(item, house)}."
    parts = (Headline("!", f"QUESTION {item.id}: {head}"), Section("", (f"{said} {now}",)), Small(brief(item)))
    take = (Button("Take", f"desk take {item.id}"),) if item.state is ItemState.WAITING else ()
    return Reply(parts, (*take, Button("Show it", f"desk item {item.id}")), stays=True)


# To an owner


def _outage(line: Line, _house: House) -> Reply:
    said = (
        f"The officers' room cannot be reached ({line.text}). What was asked waits, and I go on trying. If I was put "
        "out of the room, add me again and type there: desk here",
        "If it has moved, type that in the new one. Nothing is lost meanwhile.",
    )
    return Reply((Headline("!", "THE OFFICERS' ROOM"), *(Section("", (each,)) for each in said)))


_ALONE: dict[Kind, Callable[[Line, House], Reply]] = {Kind.OUTAGE: _outage, Kind.GAPS: gaps.card}
_WRITTEN: dict[tuple[Kind, Towards], Callable[[Line, Item, House], Reply]] = {
    (Kind.CARD, Towards.DESK): _card,
    (Kind.WORDS, Towards.DESK): _back,
    (Kind.NOTE, Towards.DESK): _note,
    (Kind.HALF, Towards.DESK): _half,
    (Kind.LATE, Towards.DESK): _overdue,
    (Kind.WORDS, Towards.ASKER): answer,
    (Kind.NAMING, Towards.ASKER): _naming,
    (Kind.LATE, Towards.ASKER): _late,
    (Kind.ENDED, Towards.ASKER): _ended,
}


def too_long(text: str, item: Item, towards: Towards, house: House) -> bool:
    """Whether words do not fit one message on an app that they may go to: what is sent in two cannot be corrected.

    Args:
        text: the words.
        item: what they are about.
        towards: to whom; an asker may be reached on any of their apps, the officers on any that runs.
        house: what each app makes of a reply.
    """
    line = Line(item.id, Kind.WORDS, towards, 0, text, corrected=True)
    written = message(line, replace(item, practice=""), house)
    return any(len(drawn(written)) > 1 for drawn in house.drawings.values())


def listed(items: Sequence[Item], house: House) -> list[Part]:
    """Write some items as a list, a line each with what was promised and who has it."""
    return [
        Section(f"{each.id}", (f"{brief(each)} · by {moment(each.promised)} · {standing(each, house)}",))
        for each in items
    ]

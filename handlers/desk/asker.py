"""What an asker says of the desk: `lmc`, what would be sent, sending it, and all that may be said of it after.

lmc                              how to reach the LMC, and what of mine is open
lmc QID | RULE | RULE QID        what would be sent; QID is the number of a kept question
lmc send [QID | RULE | RULE QID]
tell lmc WORDS                   the same with words of one's own
lmc item|name|anonymous|withdraw|yes|no N    of the question that the LMC has as N
lmc new LINE                     what I wrote was a new question
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from handlers import ask, danger, feedback, help
from handlers.buttons import LMC, WHAT_TO_ASK
from handlers.chat import Button, Headline, House, Part, Person, Reply, Section, Small, kept
from handlers.desk import shown
from handlers.desk.exchange import OPEN, UNSENT, reopen, room_at_work, take_back
from handlers.office import after
from handlers.records import Item, ItemState, Kind, Line, LineState, Question, Towards
from knowledge.model import Rule
from knowledge.text import LONGEST

MOST_OPEN = 10  # questions of one person that the officers have at once
SHOWN = 5  # of them that have a button
LATELY = 3600  # seconds in which the question that was asked last is offered


@dataclass(frozen=True)
class _Wish:
    """What would be sent, and the words that send it."""

    item: Item
    sentence: str
    kind: str = ""


def is_said(words: Sequence[str], house: House) -> bool:
    """Whether what follows `lmc` is one of its sentences."""
    match list(words):
        case ["send", *about]:
            return feedback.is_for_lmc(about, house)
        case [word, number] if word in _OF_ITEM:
            return feedback.is_number(number)
        case ["new", number]:
            return feedback.is_number(number)
    return feedback.is_for_lmc(words, house)


def is_told(words: Sequence[str]) -> bool:
    """Whether what follows `tell` is for the LMC: `tell lmc may we charge for this`."""
    return bool(words) and _told(words[0]) is not None


def _told(text: str) -> str | None:
    """Return the words that are for the LMC, "" where none follow; None of what is not for it."""
    first, _, rest = text.strip().partition(" ")
    if first.lower() == "the":
        first, _, rest = rest.strip().partition(" ")
    return rest.strip() if first.lower().rstrip(":,") == "lmc" else None


def lmc(words: Sequence[str], house: House, person: Person) -> Reply:
    """Do what follows `lmc`."""
    if house.records is None:
        return help.lmc(house, person)
    match list(words):
        case []:
            return _home(house, person)
        case ["send", *about]:
            wish = _wish(about, house, person)
            return wish if isinstance(wish, Reply) else _send(wish, house, person)
        case ["new", number]:
            return _new(int(number), house, person)
        case [word, number] if word in _OF_ITEM:
            item = _mine(int(number), house, person)
            return _OF_ITEM[word](item, house, person) if item else _not_mine(number)
    wish = _wish(words, house, person)
    return wish if isinstance(wish, Reply) else _preview(wish, house, person)


def aloud(words: Sequence[str], house: House, person: Person) -> Reply:
    """Say where others read how to reach the LMC, and nothing of what anybody asked."""
    said = () if not words else (Section("", ("Others read along here. Ask your LMC through me in a private chat.",)),)
    reply = help.lmc(house, person)
    return replace(reply, parts=(*reply.parts, *said))


def tell(words: Sequence[str], house: House, person: Person) -> Reply:
    """Show what would be sent of words of one's own: `tell lmc may we charge for this`."""
    text = (_told(words[0]) or "")[:LONGEST]
    if not (text and passes_on(house)):
        return _home(house, person)
    answered = ask.answer(text, house, person)
    outcome = "letter" if answered.requests else answered.match.outcome
    rule, kind, p = answered.match.rule or "", answered.kind or "", answered.match.p
    number = kept(house).questions.keep(Question(house.now(), person.account, text, outcome, rule, kind, p))
    reply = lmc([str(number)], house, person)
    return replace(reply, parts=(*danger.ahead(text), *reply.parts))


# Sending


def passes_on(house: House) -> bool:
    """Whether questions can be passed on: officers have a room on an app that runs, or none runs at all."""
    return not house.drawings or room_at_work(house) is not None


def _home(house: House, person: Person) -> Reply:
    reply, buttons = help.lmc(house, person), list[Button]()
    parts = [*reply.parts]
    if not passes_on(house):
        said = "I cannot pass questions on yet: the LMC has not set up where its officers read them."
        return replace(reply, parts=(*parts, Small(said)))
    by = shown.moment(after(house.now(), house.office.hours, house.office))
    said = f"Type: tell lmc, then your question. I pass it on without your name and bring the answer here, by {by}."
    parts.append(Section("Ask through me", (said,)))
    if (last := _newest(house, person)) and house.now() - last.at <= LATELY:
        buttons.append(Button("Send my last question", f"lmc {last.id}"))
    mine = [each for each in _all_mine(house, person) if each.state is not ItemState.CLOSED]
    if mine:
        lines = tuple(f"{each.id}: {shown.brief(each)} ({_standing(each, house)})" for each in mine)
        parts.append(Section("With the LMC", lines))
    buttons += [Button(f"Question {each.id}", f"lmc item {each.id}") for each in mine[-SHOWN:]]
    return replace(reply, parts=tuple(parts), buttons=(*buttons, *reply.buttons))


def _wish(about: Sequence[str], house: House, person: Person) -> _Wish | Reply:
    """Read what would be sent: a kept question, or a rule; why there is nothing to send, where that is so."""
    number = feedback.number_in(about)
    rule = house.library.rules.get(about[0]) if about else None
    question = kept(house).questions.one(number, _people(person)) if number else None
    if not passes_on(house):
        return _home(house, person)
    if not number and (last := _newest(house, person)) and (rule is None or last.rule == rule.id):
        question = last
    if question is None and rule is None:
        said = "I do not have that question any more. Ask it once more, or type: tell lmc, then your question."
        return Reply((Headline("–", "NOTHING TO SEND"), Section("", (said,))), (LMC, WHAT_TO_ASK))
    text = question.text if question else f"About the rule: {rule.title}" if rule else ""
    outcome, rules = _taken_for(question, rule, house)
    item = Item(
        text=text,
        member=0,
        chat=person.chat,
        made=house.now(),
        outcome=outcome,
        rules=rules,
        p=question.p if question else 1.0,
        question=question.id if question else 0,
        role=person.role,
        nation=person.nation,
        half=after(house.now(), house.office.hours / 2, house.office),
        promised=after(house.now(), house.office.hours, house.office),
    )
    sentence = " ".join(["lmc send", *([rule.id] if rule else []), *([str(item.question)] if item.question else [])])
    return _Wish(item, sentence, question.kind if question else "")


def _taken_for(question: Question | None, rule: Rule | None, house: House) -> tuple[str, tuple[str, ...]]:
    """Return what the bot would have said: the rule that was open, else what the question was taken for."""
    if rule or question is None:
        return "answer", (rule.id,) if rule else ()
    return question.outcome, (question.rule,) if question.rule else house.matcher.match(question.text).choices


def _preview(wish: _Wish, house: House, person: Person) -> Reply:
    item, name = wish.item, house.lmc.name
    marked = (shown.MARKED_WRONG,) if shown.is_marked_wrong(item, _people(person), house) else ()
    parts: list[Part] = [
        Headline("?", f"SEND THIS TO {name.upper()}?"),
        Section("", (item.text,)),
        Section("From", (shown.asker(item, house),)),
        Section("With it", (shown.from_the_book(item, house), *marked)),
        Section("Not sent", ("your name, practice, area and account; you may tell them later",)),
        Section("An answer", (f"comes here, by {shown.moment(item.promised)}",)),
    ]
    if wish.kind == "clinical":
        parts.append(
            Section("Not clinical advice", (f"{shown.committee(house)} does not say how to treat a patient.",))
        )
    if len(item.text) >= LONGEST:
        parts.append(Section("Long message", (f"These are its first {LONGEST:,} characters: no more is sent.",)))
    wrong = ", or what is wrong with that answer" if item.outcome == "answer" and item.rules else ""
    parts.append(Small(f"To say it in other words{wrong}, type: tell lmc, then your words."))
    return Reply(tuple(parts), (Button("Send it", wish.sentence), Button("How to reach them", "lmc")))


def _send(wish: _Wish, house: House, person: Person) -> Reply:
    desk = kept(house).desk
    member = kept(house).members.begin(person.account, house.now()).id
    mine = [each for each in desk.of(member) if each.state is not ItemState.CLOSED]
    if same := next((each for each in mine if _same(each, wish.item)), None):
        return _sent(same, house, f"{shown.committee(house)} has it already.")
    if len(mine) >= MOST_OPEN:
        said = f"{shown.committee(house)} has {len(mine)} questions of yours that are open. Wait for an answer, or "
        back = "take one back. What is urgent, ask them yourself."
        return Reply((Headline("–", "NOT SENT"), Section("", (said + back,)), *shown.contacts(house)), (LMC,))
    item = desk.open(replace(wish.item, member=member), Line(0, Kind.CARD, Towards.DESK, house.now()))
    return _sent(item, house)


def _same(one: Item, other: Item) -> bool:
    """Whether two are the same question: sent twice, as by a second press."""
    return one.question == other.question and (bool(one.question) or one.text == other.text)


def _sent(item: Item, house: House, already: str = "") -> Reply:
    parts: list[Part] = [
        Headline("✔", f"SENT TO {house.lmc.name.upper()}"),
        Section("", (already or f"It is question {item.id}. The answer comes here, from {house.lmc.name}.",)),
        Section("Promised", (f"by {shown.moment(item.promised)}",)),
    ]
    if not house.drawings and kept(house).desk.room() is None:
        said = f"Nothing is sent from this terminal. Officers would now read it in their room: desk item {item.id}"
        parts.append(Small(said))
    named = () if item.practice else (Button("Tell them my practice", f"lmc name {item.id}"),)
    return Reply(
        tuple(parts),
        (Button("Show it", f"lmc item {item.id}"), *named, Button("Take it back", f"lmc withdraw {item.id}")),
    )


# Of one question


def _item(item: Item, house: House, _person: Person) -> Reply:
    """Show a question, and what was written about it: `lmc item 12`."""
    parts: list[Part] = [
        Headline("✉", f"QUESTION {item.id}"),
        Section("", (item.text or "Its words are erased.",)),
        Section("Now", (_standing(item, house),)),
    ]
    for line in kept(house).desk.lines(item.id):
        if line.kind is Kind.WORDS and line.text and may_read(line):
            who = "You" if line.towards is Towards.DESK else shown.committee(house)
            parts.append(Section(who, (line.text,)))
    if item.state is ItemState.CLOSED:
        return Reply(tuple(parts), (LMC,))
    named = (
        Button("Stay unnamed", f"lmc anonymous {item.id}")
        if item.practice
        else Button("Tell them my practice", f"lmc name {item.id}")
    )
    buttons = (Button("That is all, thanks", f"lmc yes {item.id}"), named)
    return Reply(tuple(parts), (*buttons, Button("Take it back", f"lmc withdraw {item.id}")))


def may_read(line: Line) -> bool:
    """Whether an asker may read a line of theirs again: what officers wrote and is not sent is not theirs yet."""
    return line.state is LineState.SENT or (line.towards is Towards.DESK and line.state is not LineState.WITHDRAWN)


def _standing(item: Item, house: House) -> str:
    if item.state is ItemState.CLOSED:
        return f"closed {shown.since(item.closed, house)}"
    if item.answered:
        return f"answered {shown.since(item.answered, house)}"
    with_whom = "an officer has it" if item.state is ItemState.TAKEN else "waits for an officer"
    return f"{with_whom}; an answer is promised by {shown.moment(item.promised)}"


def _name(item: Item, house: House, person: Person) -> Reply:
    """Tell the officers which practice asks: `lmc name 12`."""
    if not item.text:
        return _erased()
    practice = person.member.practice if person.member else ""
    if not practice:
        said = "You have joined no practice here. If you wish, write who you are in your next message to them."
        return Reply((Headline("–", "NO PRACTICE TO TELL"), Section("", (said,))), (_show(item),))
    named = shown.practice_named(practice, house)
    if item.practice != practice:
        kept(house).desk.change(item.id, practice=practice, naming="agreed")
        _note(item, "They agreed to be named: their practice stands on the card now.", house)
    said = f"{shown.committee(house)} now sees that question {item.id} is from {named}. Your own name is not told."
    back = Button("Stay unnamed after all", f"lmc anonymous {item.id}")
    return Reply((Headline("✔", "NAMED"), Section("", (said,))), (_show(item), back))


def _anonymous(item: Item, house: House, _person: Person) -> Reply:
    """Stay unnamed, or be unnamed again: `lmc anonymous 12`."""
    if item.naming != "refused":
        kept(house).desk.change(item.id, practice="", naming="refused")
        if item.naming:
            _note(item, "They wish to stay unnamed.", house)
    said = "Your practice does not stand with your question."
    if item.practice:
        said += " Who has read it there has read it."
    return Reply((Headline("✔", "UNNAMED"), Section("", (said,))), (_show(item),))


def _withdraw(item: Item, house: House, _person: Person) -> Reply:
    """Take a question back: `lmc withdraw 12`."""
    desk = kept(house).desk
    open_still = desk.step(item.id, OPEN, ItemState.CLOSED, **_closed("withdrawn", house))
    stands = any(line.kind is Kind.CARD and line.state not in UNSENT for line in desk.lines(item.id))
    desk.erase(item.id)
    if open_still and stands:
        _note(item, "It was taken back by who asked it.", house)
    said = "Its words are taken out of the officers' room as far as the app lets me. Who has read them has read them."
    return Reply((Headline("✔", f"QUESTION {item.id} TAKEN BACK"), Section("", (said,))), (LMC,))


def _yes(item: Item, house: House, _person: Person) -> Reply:
    """Say that it is answered, which closes it: `lmc yes 12`."""
    desk = kept(house).desk
    if desk.step(item.id, OPEN, ItemState.CLOSED, **_closed("yes", house)):
        _note(item, "They say that it is settled.", house)
    elif item.settled != "withdrawn":
        desk.change(item.id, settled="yes")
    said = f"Thank you. Question {item.id} is closed; what you type next is a new question to me."
    return Reply((Headline("✔", "CLOSED"), Section("", (said,))), (_show(item),))


def _no(item: Item, house: House, _person: Person) -> Reply:
    """Say that it did not answer: `lmc no 12`. The question is open again."""
    if not item.text:
        return _erased()
    if reopen(item, house):
        _note(item, "They say that it is not settled. It is open again.", house)
    kept(house).desk.change(item.id, settled="no")
    said = f"{shown.committee(house)} knows, and question {item.id} is open again. To say what is missing, reply to "
    return Reply((Headline("→", "OPEN AGAIN"), Section("", (f"{said}one of its messages.",))), (_show(item),))


def _new(number: int, house: House, person: Person) -> Reply:
    """Take back what was typed while an exchange listened, and answer it from the book: `lmc new 31`."""
    desk = kept(house).desk
    line = desk.line(number)
    item = _mine(line.item, house, person) if line and line.towards is Towards.DESK else None
    if line is None or item is None or line.kind is not Kind.WORDS or not line.text:
        return _not_mine(str(number))
    take_back(line, house)
    desk.change(item.id, listens=0)
    answered = ask.answer(line.text, house, person)
    said = f"Taken back from {house.lmc.name}. What you type is for me again, until they write."
    return replace(answered.reply, parts=(*answered.reply.parts, Small(said)))


_OF_ITEM: dict[str, Callable[[Item, House, Person], Reply]] = {
    "item": _item,
    "name": _name,
    "anonymous": _anonymous,
    "withdraw": _withdraw,
    "yes": _yes,
    "no": _no,
}


def _closed(how: str, house: House) -> dict[str, object]:
    return {"closed": house.now(), "settled": how, "listens": 0}


def _note(item: Item, said: str, house: House) -> None:
    kept(house).desk.add(Line(item.id, Kind.NOTE, Towards.DESK, house.now(), said))


def _erased() -> Reply:
    return Reply((Headline("–", "NO LONGER THERE"), Section("", ("Ask it once more, in your own words.",))), (LMC,))


def _show(item: Item) -> Button:
    return Button(f"Question {item.id}", f"lmc item {item.id}")


def _people(person: Person) -> tuple[str, ...]:
    return person.member.people if person.member else (person.account,)


def _newest(house: House, person: Person) -> Question | None:
    asked = kept(house).questions.of(_people(person))
    return asked[-1] if asked else None


def _all_mine(house: House, person: Person) -> list[Item]:
    return kept(house).desk.of(person.member.id) if person.member else []


def _mine(number: int, house: House, person: Person) -> Item | None:
    """Return a question of this person's own."""
    item = kept(house).desk.by_id(number)
    return item if item and person.member and item.member == person.member.id else None


def _not_mine(number: str) -> Reply:
    said = f"You have no question {number} with your LMC, or it was erased a while after it was closed."
    return Reply((Headline("–", "NOT THERE"), Section("", (said,))), (LMC,))

"""What officers say of the desk: `desk …`, in private or in their room.

desk | desk page 2              what is open, first what was promised first
desk item N                     one question, with every line of it
desk here | desk nowhere        this group or channel is the officers' room; there is none
desk take|over|back|who|close|open N
desk send|drop LINE             a line that is held: let it go, or not
desk again LINE                 a line in doubt, once more
desk recall LINE                a line that went: taken back from who asked
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from handlers.chat import Button, Headline, House, Part, Person, Reply, Section, Small, kept
from handlers.desk import shown
from handlers.desk.exchange import OPEN, TAKEN, in_hand, let_go, not_sent, room_at_work, take, take_back, why_held
from handlers.feedback import is_number
from handlers.records import Item, ItemState, Kind, Line, LineState, Room, Towards

PAGE = 8  # items in one message
_HOW = "type /desk here in the group that your officers share; in a channel on Slack, @, my name, and desk here"


def is_said(words: Sequence[str]) -> bool:
    """Whether what follows `desk` is one of its sentences."""
    match list(words):
        case [] | ["here"] | ["nowhere"]:
            return True
        case [word, number]:
            return is_number(number) and (word == "page" or word in _OF_ITEM or word in _OF_LINE)
    return False


def desk(words: Sequence[str], house: House, person: Person) -> Reply:
    """Do what follows `desk`; after `here` comes the app's own word for the place, which nobody types."""
    match list(words):
        case []:
            return _page(1, house)
        case ["page", number]:
            return _page(int(number), house)
        case ["here", *place]:
            return _here("".join(place), house, person)
        case ["nowhere"]:
            return _nowhere(house, person)
        case [word, number] if word in _OF_ITEM:
            item = kept(house).desk.by_id(int(number))
            return _OF_ITEM[word](item, house, person) if item else _none(f"There is no question {number}.")
    word, number = str(words[0]), words[1]
    line = kept(house).desk.line(int(number))
    item = kept(house).desk.by_id(line.item) if line else None
    if line is None or item is None:
        return _none(f"There is no message {number}.")
    if not item.text:
        return _erased()
    return _OF_LINE[word](line, item, house, person)


# The room


def _here(place: str, house: House, person: Person) -> Reply:
    """Make a group or channel the officers' room."""
    if not place:
        said = "Here nobody else reads. Type that in the group or channel that your officers share, once I am in it."
        return Reply((Headline("–", "NOT A ROOM"), Section("", (said,))))
    before = kept(house).desk.room()
    moves = before is None or (before.chat, before.place) != (person.chat, place)
    kept(house).desk.settle_in(Room(person.chat, place, since=house.now() if moves or not before else before.since))
    kept(house).audit.note(house.now(), person.account, "desk", "here")
    moved = ("It was elsewhere until now; what stands there stays.",) if before and moves else ()
    told = (
        "Questions to the LMC come here from now on, each as a message of its own. Who reads here reads them.",
        "Every reply of an officer to such a message goes to its asker.",
        *moved,
    )
    return Reply((Headline("✔", "THIS IS THE LMC'S DESK"), *(Section("", (each,)) for each in told)), (_OPEN,))


def _nowhere(house: House, person: Person) -> Reply:
    """Have no officers' room."""
    kept(house).desk.settle_in(None)
    kept(house).audit.note(house.now(), person.account, "desk", "nowhere")
    said = f"Questions cannot be passed on any more. What is open waits for a room: {_HOW}"
    return Reply((Headline("✔", "NO ROOM"), Section("", (said,))), (_OPEN,))


# What is open


def _page(number: int, house: House) -> Reply:
    records = kept(house).desk
    number, total = max(number, 1), records.how_many_open()
    items = records.open_items(PAGE, (number - 1) * PAGE)
    parts: list[Part] = [Headline("✉", f"THE DESK: {total} OPEN"), *_room_said(house)]
    parts += shown.listed(items, house) or [Section("", ("Nothing waits." if not total else "No more than that.",))]
    buttons = [Button(f"Question {each.id}", f"desk item {each.id}") for each in items]
    if total > number * PAGE:
        buttons.append(Button("More", f"desk page {number + 1}"))
    return Reply(tuple(parts), tuple(buttons), again="desk")


def _room_said(house: House) -> list[Part]:
    room = kept(house).desk.room()
    if room is None:
        return [Section("No room yet", (f"{_HOW[:1].upper()}{_HOW[1:]}",))]
    if room_at_work(house) is None:
        said = f"it is on an app that does not run ({room.chat}): what was asked waits"
        return [Section("The room cannot be reached", (said,))]
    if room.failing:
        said = f"not since {shown.moment(room.failing)}: what was asked waits"
        return [Section("The room cannot be reached", (said,))]
    return []


def _item(item: Item, house: House, _person: Person) -> Reply:
    """Show an item, and every line of it."""
    card = shown.card(item, house, shown.THERE)
    lines = kept(house).desk.lines(item.id)
    parts = [part for line in lines if (part := _told(line))]
    buttons = [button for line in lines for button in _decide(line)]
    sent = [line for line in lines if line.kind is Kind.WORDS and line.towards is Towards.ASKER and line.copy]
    if sent and sent[-1].state is LineState.SENT and sent[-1].text:
        buttons.append(Button("Take the last answer back", f"desk recall {sent[-1].id}"))
    return replace(card, parts=(*card.parts, *parts), buttons=(*buttons, *card.buttons), stays=False)


_SIDES = {Towards.ASKER: "To them", Towards.DESK: "From them"}
_STATES = {
    LineState.QUEUED: "on its way",
    LineState.SENDING: "on its way",
    LineState.SENT: "",
    LineState.FAILED: "did not arrive",
    LineState.UNSURE: "may or may not have arrived",
    LineState.HELD: "not sent yet",
    LineState.WITHDRAWN: "taken back",
}


def _told(line: Line) -> Part | None:
    state = _STATES[line.state] or ("corrected" if line.corrected else "")
    if line.kind is not Kind.WORDS:
        what = {Kind.CARD: "The card in your room", Kind.NAMING: "Whether they agree to be named"}.get(line.kind)
        return Section(what, (state,)) if what and line.state in (LineState.UNSURE, LineState.FAILED) else None
    side = f"{_SIDES[line.towards]} ({line.id})"
    theirs = line.towards is Towards.DESK and line.state is LineState.WITHDRAWN
    words = "its words are theirs again" if theirs else line.text or "its words are erased"
    return Section(f"{side}, {state}" if state else side, (words,))


def _decide(line: Line) -> list[Button]:
    """What an officer may decide of a line."""
    if line.state is LineState.HELD:
        return [Button(f"Send {line.id}", f"desk send {line.id}"), Button(f"Drop {line.id}", f"desk drop {line.id}")]
    if line.state in (LineState.UNSURE, LineState.FAILED) and line.kind is not Kind.NOTE:
        return [Button("Send again", f"desk again {line.id}")]
    return []


# Of one item


def _take(item: Item, house: House, person: Person) -> Reply:
    """Take an item that waits: `desk take 12`."""
    me = _me(house, person)
    if take(item, me, person, house) or (item.officer == me and item.state is ItemState.TAKEN):
        said = "Answer by replying to its message in your room; each reply goes to them."
        return _done(f"QUESTION {item.id} IS YOURS", said, _button("Put back", "back", item))
    now = kept(house).desk.by_id(item.id) or item
    over = [_button("Take over", "over", now)] if now.state is ItemState.TAKEN else [_button("Open again", "open", now)]
    return Reply(
        (Headline("–", f"QUESTION {item.id}"), Section("", (f"It stands so: {shown.standing(now, house)}.",))), (*over,)
    )


def _over(item: Item, house: House, person: Person) -> Reply:
    """Take an item over from another officer: `desk over 12`."""
    mine = in_hand(_me(house, person), person, house)
    if not kept(house).desk.step(item.id, OPEN, ItemState.TAKEN, **mine):
        return _closed_already(item, house)
    kept(house).audit.note(house.now(), person.account, "desk over", str(item.id))
    return _done(f"QUESTION {item.id} IS YOURS", f"Until now: {shown.standing(item, house)}.")


def _back(item: Item, house: House, person: Person) -> Reply:
    """Put an item back that one has taken: `desk back 12`."""
    if item.state is ItemState.TAKEN and item.officer != _me(house, person):
        said = f"It is {shown.standing(item, house)}, not by you."
        return Reply((Headline("–", "NOT YOURS"), Section("", (said,))), (_button("Take over", "over", item),))
    kept(house).desk.step(item.id, [ItemState.TAKEN], ItemState.WAITING, officer=0, officer_name="", taken=0)
    return _done(f"QUESTION {item.id} IS PUT BACK", "It waits for another officer.", _button("Take", "take", item))


def _who(item: Item, house: House, _person: Person) -> Reply:
    """Ask the asker whether they agree to be named: `desk who 12`."""
    if item.naming:
        return _done(f"QUESTION {item.id}", f"It is from {shown.asker(item, house)}.")
    if not item.member or item.state is ItemState.CLOSED:
        return _closed_already(item, house)
    kept(house).desk.change(item.id, naming="asked")
    asked = Line(item.id, Kind.NAMING, Towards.ASKER, house.now(), chat=item.chat)
    kept(house).desk.add(asked)
    return _done(
        "ASKED", f"I asked who sent question {item.id} whether you may know their practice. Its card will say."
    )


def _close(item: Item, house: House, _person: Person) -> Reply:
    """Close an item, and ask whether that answered it: `desk close 12`."""
    if not kept(house).desk.step(item.id, OPEN, ItemState.CLOSED, closed=house.now(), settled="", listens=0):
        return _closed_already(item, house)
    if item.member:
        kept(house).desk.add(Line(item.id, Kind.ENDED, Towards.ASKER, house.now(), chat=item.chat))
    said = "I ask them whether that answered it." if item.answered else "I tell them so: they had no answer here."
    return _done(f"QUESTION {item.id} IS CLOSED", said, _button("Open again", "open", item))


def _open(item: Item, house: House, person: Person) -> Reply:
    """Open an item that was closed: `desk open 12`."""
    if not item.text:
        return _erased()
    mine = in_hand(_me(house, person), person, house)
    kept(house).desk.step(item.id, [ItemState.CLOSED], ItemState.TAKEN, closed=0, settled="", **mine)
    return _done(f"QUESTION {item.id} IS OPEN", "You have it. Answer by replying to its message in your room.")


# Of one line


def _send(line: Line, item: Item, house: House, person: Person) -> Reply:
    """Let go what is held, taking its item over or opening it: `desk send 31`."""
    me = _me(house, person)
    if line.state is not LineState.HELD:
        return _not_held(line)
    new = set(why_held((), item, me)) - set(line.reason.split())
    if new:  # another took it, or closed it, since the officer read why it is held
        why = " ".join([*line.reason.split(), *sorted(new)])
        kept(house).desk.move(line.id, [LineState.HELD], LineState.HELD, reason=why)
        return not_sent(kept(house).desk.line(line.id) or line, item, (), house)
    if TAKEN in line.reason.split() and item.officer != me:
        kept(house).audit.note(house.now(), person.account, "desk over", str(item.id))
    let_go(line, me, person, house)
    return _done("ON ITS WAY", f"It goes to who asked question {item.id}. You have the question now.")


def _again(line: Line, item: Item, house: House, _person: Person) -> Reply:
    """Send again what did not arrive, or may not have: `desk again 31`."""
    if not kept(house).desk.move(line.id, [LineState.UNSURE, LineState.FAILED], LineState.QUEUED):
        return _not_held(line)
    return _done("ON ITS WAY", f"I send that of question {item.id} once more.")


def _drop(line: Line, item: Item, house: House, _person: Person) -> Reply:
    """Let words that are held not go: `desk drop 31`. What has gone meanwhile is asked about, and stays till then."""
    if not _by_an_officer(line):
        return _none("Only what an officer wrote can be dropped.")
    if kept(house).desk.move(line.id, [LineState.HELD], LineState.WITHDRAWN):
        return _done("DROPPED", f"It is not sent. It was about question {item.id}.")
    now = kept(house).desk.line(line.id) or line
    if now.state is LineState.WITHDRAWN:
        return _not_held(now)
    parts = (
        Headline("–", "NOT DROPPED"),
        Section("", (f"{_STOOD[now.state]} Take it back from who asked question {item.id}?",)),
        Section("It reads", (now.text,)),
    )
    return Reply(parts, (Button("Take it back from them", f"desk recall {now.id}"), _OPEN))


_STOOD = {
    LineState.QUEUED: "It is no longer held: it is on its way.",
    LineState.SENDING: "It is no longer held: it is on its way.",
    LineState.SENT: "It was sent.",
    LineState.FAILED: "It did not arrive, and can be sent again until it is taken back.",
    LineState.UNSURE: "It may or may not have arrived.",
}


def _recall(line: Line, item: Item, house: House, _person: Person) -> Reply:
    """Take back what went to who asked, wherever it is on its way: `desk recall 31`."""
    if not _by_an_officer(line):
        return _none("Only what an officer wrote can be taken back.")
    if line.state is LineState.WITHDRAWN:
        return _not_held(line)
    stood = line.state in (LineState.SENT, LineState.SENDING)
    take_back(line, house)
    said = "They now read that you took it back." if stood else "It is not sent."
    return _done("TAKEN BACK", f"{said} It was about question {item.id}.")


def _by_an_officer(line: Line) -> bool:
    return line.kind is Kind.WORDS and line.towards is Towards.ASKER


_OF_ITEM: dict[str, Callable[[Item, House, Person], Reply]] = {
    "item": _item,
    "take": _take,
    "over": _over,
    "back": _back,
    "who": _who,
    "close": _close,
    "open": _open,
}
_OF_LINE: dict[str, Callable[[Line, Item, House, Person], Reply]] = {
    "send": _send,
    "drop": _drop,
    "again": _again,
    "recall": _recall,
}
_OPEN = Button("What is open", "desk")


def _me(house: House, person: Person) -> int:
    return kept(house).members.begin(person.account, house.now()).id


def _button(label: str, word: str, item: Item) -> Button:
    return Button(label, f"desk {word} {item.id}")


def _done(head: str, said: str, *buttons: Button) -> Reply:
    return Reply((Headline("✔", head), Section("", (said,))), (*buttons, _OPEN))


def _none(said: str) -> Reply:
    return Reply((Headline("–", "NOT THERE"), Section("", (said,))), (_OPEN,))


def _erased() -> Reply:
    return _none("I no longer have that one: its words are erased.")


def _closed_already(item: Item, house: House) -> Reply:
    said = f"It stands so: {shown.standing(item, house)}."
    again = (_button("Open again", "open", item),) if item.text else ()
    return Reply((Headline("–", f"QUESTION {item.id}"), Section("", (said,))), (*again, _OPEN))


def _not_held(line: Line) -> Reply:
    gone = "It was taken back." if line.copy else "It was dropped."
    said = {LineState.SENT: "It was sent.", LineState.WITHDRAWN: gone}.get(line.state, "It is on its way.")
    return Reply((Headline("–", "NOT NOW"), Section("", (said,)), Small("Nothing was sent twice.")), (_OPEN,))

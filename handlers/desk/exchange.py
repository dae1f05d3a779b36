"""What people write below the desk's messages: taken up, passed on, corrected, taken back.

heard ── an edit or a deletion of words that were taken up
      ── a reply in the officers' room        to the asker, or held until an officer decides
      ── a reply to one of the desk's         to the officers
typed ── words while an exchange listens      to the officers
astray ── a reply in the officers' room to what is no message of a question: to nobody

Nothing is sent from here: each line is kept, and `bot/desk.py` sends it. `arrived`, `undelivered` and `stuck` are what
becomes of a question once its line was sent, was not, or cannot be changed any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers import danger
from handlers.buttons import LMC
from handlers.chat import Ask, Button, Change, Headline, House, Part, Person, Reply, Section, Small, kept
from handlers.desk import shown
from handlers.may import May, may
from handlers.outside import own_danger
from handlers.privacy import Masked
from handlers.privacy.said import in_words, left_out
from handlers.records import Item, ItemState, Kind, Line, LineState, Room, Towards

LISTENS = 24 * 3600  # seconds after an officer's word in which what its asker types goes to the officers
NOTHING = Reply(())
OPEN = (ItemState.WAITING, ItemState.TAKEN)
# What a room's commands begin with, and how many words follow in the longest: more are a sentence.
_ROOMS, _SLIP = ("desk", "gaps", "hide", "unhide"), 3
HAS = 3  # questions of an officer's own that have a button
UNSENT = (LineState.QUEUED, LineState.HELD, LineState.FAILED, LineState.UNSURE)

# Why an officer's words are held, and what the button says that lets them go.
IDENTIFIER, TAKEN, CLOSED = "identifier", "taken", "closed"
_LET_GO = {IDENTIFIER: "Send it masked", TAKEN: "Take over and send", CLOSED: "Open again and send"}


@dataclass(frozen=True)
class _Heard:
    """What somebody wrote, masked, and who they are."""

    ask: Ask
    masked: Masked
    person: Person
    house: House

    @property
    def text(self) -> str:
        return self.masked.text.strip()

    @property
    def said(self) -> str:
        """Where it stands, as records find it."""
        return f"{self.ask.person.chat} {self.ask.said}"


def heard(ask: Ask, masked: Masked, person: Person, house: House) -> Reply | None:
    """Take up what belongs to an exchange.

    Args:
        ask: what was written, edited or deleted, and below which message.
        masked: its words without identifiers.
        person: who wrote it.
        house: whose records tell of the exchange.

    Returns:
        What to say to who wrote it, nothing being one of the replies; None where it does not belong to an exchange.
    """
    if house.records is None or not ask.said:
        return None
    what, desk = _Heard(ask, masked, person, house), house.records.desk
    if mine := desk.said(what.said):
        return _changed(what, mine)
    if ask.change is Change.WITHDRAWN or not ask.about:
        return None
    about = desk.told(f"{ask.person.chat} {ask.about}")
    item = desk.by_id(about.item) if about else None
    if about is None or item is None or about.towards is Towards.OWNER:
        return None
    return _from_officer(what, item) if about.towards is Towards.DESK else _from_asker(what, item)


def typed(ask: Ask, person: Person, house: House) -> Reply | None:
    """Take up what an asker types while an exchange of theirs listens; None where none does.

    Args:
        ask: what was typed, masked; no command and no reply.
        person: who typed it.
        house: whose records tell of the exchange.
    """
    if house.records is None or not (ask.said and ask.private and person.member) or ask.overheard or ask.here:
        return None  # what others read would tell officers there who it is that asks
    item = house.records.desk.listening(person.member.id, house.now())
    if item is None:
        return None
    if danger.of_oneself(ask.text):  # it may have been meant for nobody at the LMC
        reply = own_danger(house.matcher.match(""), house, person).reply
        said = f"I did not pass this on. To write it to {house.lmc.name}, reply to their message."
        return replace(reply, parts=(*reply.parts, Small(said)))
    # What was masked or not read is told by who brings it, as for a question.
    return _from_asker(_Heard(replace(ask, unread=False), Masked(ask.text, ()), person, house), item, listening=True)


# From an officer


def _from_officer(what: _Heard, item: Item) -> Reply:
    """Take up an officer's words for an asker."""
    house, desk = what.house, kept(what.house).desk
    refused = _not_an_officer(what) or _slip(what) or _gone(item) or _wordless(what)
    if refused := refused or _too_long(what, item, Towards.ASKER):
        return _behind(_told(what), refused)
    me = kept(house).members.begin(what.person.account, house.now()).id
    if not what.masked.kinds and item.state is ItemState.WAITING:
        take(item, me, what.person, house)
        item = desk.by_id(item.id) or item
    reasons = why_held(what.masked.kinds, item, me)
    state = LineState.HELD if reasons else LineState.QUEUED
    words = Line(item.id, Kind.WORDS, Towards.ASKER, house.now(), what.text, me, item.chat, state=state)
    line = desk.add(replace(words, reason=" ".join(reasons)), what.said)
    return not_sent(line, item, what.masked.kinds, house) if reasons else _pictures(what)


def take(item: Item, member: int, person: Person, house: House) -> bool:
    """Give an item that waits to an officer; False where another was quicker."""
    mine = in_hand(member, person, house)
    return kept(house).desk.step(item.id, [ItemState.WAITING], ItemState.TAKEN, **mine)


def in_hand(member: int, person: Person, house: House) -> dict[str, object]:
    """What an item tells of the officer who has it: not every message says what the app calls them."""
    name = person.name or kept(house).desk.known_as(member)
    return {"officer": member, "officer_name": name, "taken": house.now()}


def why_held(kinds: Sequence[str], item: Item, me: int) -> list[str]:
    """Say why an officer's words do not go yet."""
    held = [IDENTIFIER] if kinds else []
    if item.state is ItemState.CLOSED:
        return [*held, CLOSED]
    return [*held, TAKEN] if item.state is ItemState.TAKEN and item.officer != me else held


def not_sent(line: Line, item: Item, kinds: Sequence[str], house: House) -> Reply:
    """Show words that do not go yet, why, and what an officer may decide."""
    reasons, parts = line.reason.split(), list[Part]()
    if TAKEN in reasons or CLOSED in reasons:
        parts.append(Section("", (f"Question {item.id}: {shown.standing(item, house)}.",)))
    if IDENTIFIER in reasons:
        found = f"Your message holds {in_words(kinds)}." if kinds else "Your message held an identifier."
        said = f"{found} Edit it, or send it as it stands here. If that is a patient's, please delete your message."
        parts += [Section("", (said,)), Section("It would read", (line.text,))]
    last = next(each for each in (CLOSED, TAKEN, IDENTIFIER) if each in reasons)
    label = _LET_GO[last] + (" it masked" if IDENTIFIER in reasons and last != IDENTIFIER else "")
    buttons = (Button(label, f"desk send {line.id}"), Button("Drop it", f"desk drop {line.id}"))
    return Reply((Headline("!", "NOT SENT"), *parts), buttons, stays=True)


def let_go(line: Line, member: int, person: Person, house: House) -> bool:
    """Send words that were held, and give their item to who says so; False where they are held no more."""
    desk = kept(house).desk
    if not desk.move(line.id, [LineState.HELD], LineState.QUEUED):
        return False
    mine = in_hand(member, person, house) | {"closed": 0, "settled": ""}
    item = desk.by_id(line.item)
    if item and (item.officer != member or item.state is not ItemState.TAKEN):
        desk.step(line.item, list(ItemState), ItemState.TAKEN, **mine)
    return True


def astray(text: str, person: Person, house: House) -> Reply:
    """Say of a reply in the officers' room, to a message of the bot's that no question has, that it went nowhere.

    It may have been meant for an asker, so it is no question to the book either, and is not kept.

    Args:
        text: what was typed, masked; no command.
        person: who typed it.
        house: whose records tell which questions they have.
    """
    said = (
        "I passed nothing on and kept nothing: a reply to that message of mine goes to nobody.",
        f"To answer who asked, reply to the question's own message here, which says: {shown.HERE}",
        "To ask the book, write to me in a message that replies to none of mine.",
    )
    member = kept(house).members.of(person.account) if may(person, May.OFFICER) else None
    mine = [kept(house).desk.by_id(each) for each in kept(house).desk.taken_by(member.id)] if member else []
    taken = [each.id for each in mine if each and each.state is ItemState.TAKEN][-HAS:]
    buttons = [Button(f"Question {each}", f"desk item {each}") for each in taken]
    parts: tuple[Part, ...] = (
        *danger.ahead(text),
        Headline("–", "NOT PASSED ON"),
        *(Section("", (each,)) for each in said),
    )
    return Reply(parts, (*buttons, Button("What is open", "desk")) if may(person, May.OFFICER) else ())


# From an asker


def _from_asker(what: _Heard, item: Item, listening: bool = False) -> Reply:
    """Take up an asker's words for the officers."""
    house, desk, person = what.house, kept(what.house).desk, what.person
    member = kept(house).members.of(person.account)
    if member is None or member.id != item.member:
        return _behind(_ahead(what), _no_longer())
    if refused := _gone(item) or _wordless(what) or _too_long(what, item, Towards.DESK):
        return _behind(_ahead(what), refused)
    line = desk.add(Line(item.id, Kind.WORDS, Towards.DESK, house.now(), what.text, member.id), what.said)
    reopen(item, house)
    room, name = room_at_work(house), house.lmc.name
    sent = f"Sent to {name} (question {item.id})."
    waits = f"Kept for {name} (question {item.id}): it goes to the officers as soon as their room can be reached."
    new = (Button("That was a new question", f"lmc new {line.id}"),) if listening else ()
    parts: tuple[Part, ...] = (
        *_ahead(what),
        *_pictures(what).parts,
        Section("", (sent if room and not room.failing else waits,)),
    )
    return Reply(parts, new)


def room_at_work(house: House) -> Room | None:
    """Return the officers' room, where its app runs; None where nothing can be sent there."""
    room = kept(house).desk.room()
    return room if room and (room.chat in house.drawings or not house.drawings) else None


def reopen(item: Item, house: House) -> bool:
    """Open an item again that was closed, for the officer who had it; False where it is open."""
    state = ItemState.TAKEN if item.officer else ItemState.WAITING
    return kept(house).desk.step(item.id, [ItemState.CLOSED], state, closed=0, settled="")


def _ahead(what: _Heard) -> tuple[Part, ...]:
    """What an asker reads first, whatever becomes of their words: of danger, and of what was masked."""
    return (*danger.ahead(what.text), *_told(what))


def _behind(parts: tuple[Part, ...], reply: Reply) -> Reply:
    return replace(reply, parts=(*parts, *reply.parts))


def _told(what: _Heard) -> tuple[Part, ...]:
    """Tell who wrote what was masked in it."""
    if not what.masked.kinds:
        return ()
    return (Section("Patient details", (left_out(what.masked.kinds),)),)


# Edits and deletions


def _changed(what: _Heard, line: Line) -> Reply | None:
    """Do with a line what was done with the message that its words came in."""
    desk = kept(what.house).desk
    item = desk.by_id(line.item)
    change = what.ask.change
    if line.state is LineState.WITHDRAWN and change is Change.EDITED and not what.ask.overheard:
        return None  # put aside as a new question, which is now asked in other words
    if change is Change.NEW or item is None or line.state is LineState.WITHDRAWN or not line.text:
        return NOTHING  # delivered once more, or dropped, or erased
    if change is Change.WITHDRAWN:
        take_back(line, what.house)
        return NOTHING
    if what.text == line.text and not what.masked.kinds:
        return NOTHING if line.state is not LineState.HELD else _reworded(what, line, item)
    if line.towards is Towards.ASKER:
        return _reworded(what, line, item)
    if refused := _wordless(what) or _too_long(what, item, Towards.DESK):
        return _behind(_ahead(what), _earlier(refused))
    desk.reword(line.id, what.text)
    return Reply(_ahead(what))


def _reworded(what: _Heard, line: Line, item: Item) -> Reply:
    """Take up an officer's other words."""
    desk, held = kept(what.house).desk, line.state is LineState.HELD
    if refused := _not_an_officer(what) or _wordless(what) or _too_long(what, item, Towards.ASKER):
        return refused if held else _earlier(refused)
    if what.masked.kinds and not held:
        said = (
            f"Your edit holds {in_words(what.masked.kinds)}, so I did not pass it on: they have your earlier words.",
            "Edit it once more without that. If it is a patient's, please delete your message.",
        )
        return Reply((Headline("!", "EDIT NOT SENT"), *(Section("", (each,)) for each in said)), stays=True)
    line = desk.reword(line.id, what.text)
    if not held:
        return NOTHING
    me = kept(what.house).members.begin(what.person.account, what.house.now()).id
    reasons = why_held(what.masked.kinds, item, me)
    if not reasons:
        let_go(line, me, what.person, what.house)
        return NOTHING
    desk.move(line.id, [LineState.HELD], LineState.HELD, reason=" ".join(reasons))
    return not_sent(replace(line, reason=" ".join(reasons)), item, what.masked.kinds, what.house)


def _earlier(refused: Reply) -> Reply:
    return replace(refused, parts=(*refused.parts, Small("What you wrote before stays as it is.")))


# What does not go


def _not_an_officer(what: _Heard) -> Reply | None:
    if may(what.person, May.OFFICER):
        return None
    said = "Only the LMC's officers answer here, and I do not know you as one: I passed nothing on and kept nothing."
    how = "If you are one on your other app, be one person on both: send me there, in private, the word: link"
    return Reply((Headline("–", "NOT SENT"), Section("", (said,)), Section("", (how,))))


def _slip(what: _Heard) -> Reply | None:
    """Refuse what begins as a command of the room and is none: `desk tkae 12`; a command never comes this far."""
    first, *rest = what.text.lower().split() or [""]
    if first.removeprefix("/") not in _ROOMS or len(rest) > _SLIP:
        return None
    said = "That begins like a command of mine, and is none: I passed nothing on and kept nothing."
    how = "Such as: desk take 12, or desk close 12. If it was for them, begin with another word."
    return Reply((Headline("–", "NOT SENT"), Section("", (said,)), Section("", (how,))))


def _gone(item: Item) -> Reply | None:
    if item.text:
        return None
    if item.settled == "withdrawn":
        said = f"Question {item.id} was taken back by who asked it, so I sent nothing."
        return Reply((Headline("–", "TAKEN BACK"), Section("", (said,))))
    return _no_longer()


def _no_longer() -> Reply:
    said = "I no longer have that one: its words are erased a while after it is closed. I sent nothing."
    return Reply((Headline("–", "NO LONGER THERE"), Section("", (said,))), (LMC,))


def _wordless(what: _Heard) -> Reply | None:
    if what.text:
        return None
    return Reply((Headline("–", "NOT SENT"), Section("", ("I pass on words only, no pictures and no files.",))))


def _pictures(what: _Heard) -> Reply:
    if not what.ask.unread:
        return NOTHING
    said = "I passed on the words only, and not the picture or file. If it shows a patient, please delete it."
    return Reply((Section("Not sent", (said,)),))


def _too_long(what: _Heard, item: Item, towards: Towards) -> Reply | None:
    if not shown.too_long(what.text, item, towards, what.house):
        return None
    said = f"That is too long for one message ({len(what.text):,} characters), so I sent nothing. Send it in parts."
    return Reply((Headline("–", "TOO LONG"), Section("", (said,))))


def take_back(line: Line, house: House) -> None:
    """Take words back, wherever they are: an answer of which nothing stands is owed still."""
    desk = kept(house).desk
    desk.move(line.id, [*UNSENT, LineState.SENDING, LineState.SENT], LineState.WITHDRAWN)
    item = desk.by_id(line.item)
    stand = [each for each in desk.lines(line.item) if _is_answer(each) and each.state is LineState.SENT]
    if item and item.answered and _is_answer(line) and not stand:
        desk.change(item.id, answered=0)


def _is_answer(line: Line) -> bool:
    return line.kind is Kind.WORDS and line.towards is Towards.ASKER


# What becomes of a line


def arrived(line: Line, house: House) -> None:
    """Note that a line was sent: an officer's word answers its question, and from then on the exchange listens."""
    desk, now = kept(house).desk, house.now()
    item = desk.by_id(line.item) if _is_answer(line) else None
    if item and item.state is not ItemState.CLOSED:
        answered = {} if item.answered else {"answered": now}
        desk.change(item.id, listens=now + LISTENS, **answered)


# Why a line was not sent, or may not have been, as officers read it.
_WHAT = {
    (Kind.CARD, Towards.DESK): "The card of this question",
    (Kind.WORDS, Towards.DESK): "What the asker wrote",
    (Kind.WORDS, Towards.ASKER): "Your answer",
    (Kind.NAMING, Towards.ASKER): "Your wish to know who asks",
    (Kind.ENDED, Towards.ASKER): "My word that it is closed",
    (Kind.LATE, Towards.ASKER): "My word that the answer is late",
}
_WHY = {
    "unreachable": "they have stopped this bot or left, on every app that I know them on",
    "refused": "their app does not take it as it is",
}


def undelivered(line: Line, house: House) -> None:
    """Tell the officers that a line was not sent, or that nobody can say whether it was."""
    what = _WHAT.get((line.kind, line.towards))
    if what is None or not line.item:  # a note that tells of a note would never end
        return
    if line.state is LineState.UNSURE:
        said = f"{what} may or may not have arrived: the app did not say. I do not send it again by myself."
    else:
        said = f"{what} did not reach them: {_WHY.get(line.reason, 'their app refused it')}."
    note = Line(line.item, Kind.NOTE, Towards.DESK, house.now(), said, about=line.id)
    kept(house).desk.add(note)


_QUOTING = frozenset({Kind.CARD, Kind.HALF, Kind.LATE})  # what shows the question's words in the officers' room


def stuck(line: Line, house: House) -> None:
    """Do by another way what an app does not let be changed: send the other words anew, or tell the officers."""
    desk = kept(house).desk
    item = desk.by_id(line.item)
    if line.state is LineState.WITHDRAWN or (item and not item.text and line.kind in _QUOTING):
        said = "A message that was taken back still stands there: the app does not let me change it any more."
        desk.add(Line(line.item, Kind.NOTE, Towards.DESK, house.now(), said))
    elif line.kind is Kind.WORDS:
        desk.move(line.id, [LineState.SENT], LineState.QUEUED, copy="", stale=0)

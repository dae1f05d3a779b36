"""What a person says of an answer: it answered, it is wrong or out of date, it was another question's.

    helped RULE [ROLE] [NUMBER]     wrong RULE [ROLE] [NUMBER]     not RULE [NUMBER]

`NUMBER` is that of the question, kept for a while; without it, or where it is nobody's or another's, the rule alone is
meant. What is shown after a press is the same card with one small line: on a phone the press has replaced the card, and
it must not be lost by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers import ask, danger
from handlers.cards import card
from handlers.chat import LONGEST_SENTENCE, Button, House, Person, Reply, Small, kept
from handlers.records import Judged, Opinion, Question
from knowledge.model import Role

DIGITS = 15  # of a number that a record may have
WORDS = frozenset(Judged)  # the commands
_NUMBERED = WORDS | {"lmc"}  # those that a question's number may end
# Both fit beside each other on a phone.
LABELS = {Judged.HELPED: "That answered it", Judged.WRONG: "Wrong or outdated"}
_MARKED = {
    Judged.HELPED: "Marked: that answered it. Thank you.",
    Judged.WRONG: "Marked: wrong or out of date. Thank you: your LMC's officers count these.",
}


@dataclass(frozen=True)
class _Said:
    """What was said: of which rule, as shown for which role, to the question of which number (0 for none)."""

    rule: str
    role: Role | None = None
    number: int = 0


def is_number(word: str) -> bool:
    """Whether a word is the number of something that is kept."""
    return word.isdecimal() and len(word) <= DIGITS


def fits(rest: Sequence[str]) -> bool:
    """Whether words are what follows a rule's id: nothing, a role, a question's number, or both in this order."""
    match list(rest):
        case []:
            return True
        case [word]:
            return word in set(Role) or is_number(word)
        case [role, number]:
            return role in set(Role) and is_number(number)
    return False


def is_number_alone(rest: Sequence[str]) -> bool:
    """Whether words are what follows a rule's id after `not`: nothing, or a question's number."""
    return len(rest) < 2 and all(map(is_number, rest))


def is_for_lmc(words: Sequence[str], house: House) -> bool:
    """Whether words are what follows `lmc`: nothing, or what to ask it about: a rule, a question's number, or both."""
    return is_number_alone(words[1:] if words and words[0] in house.library.rules else words)


def number_in(words: Sequence[str]) -> int:
    """Return the question's number that a sentence ends with, 0 where it ends otherwise."""
    return int(words[-1]) if words and is_number(words[-1]) else 0


def _read(words: Sequence[str]) -> _Said:
    rule, *rest = words
    role = next((Role(word) for word in rest if word in set(Role)), None)
    return _Said(rule, role, number_in(rest))


def helped(words: Sequence[str], house: House, person: Person) -> Reply:
    """Count that an answer answered: `helped hospital-fit-note 12`."""
    return _marked(Judged.HELPED, words, house, person)


def wrong(words: Sequence[str], house: House, person: Person) -> Reply:
    """Count that an answer is wrong or out of date, and offer to say what is: `wrong hospital-fit-note 12`."""
    return _marked(Judged.WRONG, words, house, person)


def not_this(words: Sequence[str], house: House, person: Person) -> Reply:
    """Offer the rules nearest to one that was not the question: `not hospital-fit-note 12`."""
    note_not(words, house, person)
    return ask.not_this(words[0], "", house, person)


def note_not(words: Sequence[str], house: House, person: Person) -> None:
    """Count that a rule was not the answer to a question of this person's; without its number nothing is counted."""
    said = _read(words)
    if house.records and _asked(said, house, person):
        _note(Judged.NOT, said, house, person)


def _marked(judged: Judged, words: Sequence[str], house: House, person: Person) -> Reply:
    said = _read(words)
    if said.rule not in house.library.rules:
        return ask.open_rule(said.rule, "", house, person)  # it says that the rule is gone
    question = _asked(said, house, person)
    _note(judged, said if question else replace(said, number=0), house, person)
    reply = _again(said, question, house, person)
    tell = replace(reply, buttons=tuple(_told(each) for each in reply.buttons)) if judged is Judged.WRONG else reply
    return replace(tell, parts=(*tell.parts, Small(_MARKED[judged])))


def _told(button: Button) -> Button:
    return replace(button, label="Tell the LMC what is wrong") if button.sentence.split()[0] == "lmc" else button


def _asked(said: _Said, house: House, person: Person) -> Question | None:
    """Return the question that was answered, where it is kept still and this person's own."""
    people = person.member.people if person.member else (person.account,)
    return kept(house).questions.one(said.number, people) if said.number else None


def _note(judged: Judged, said: _Said, house: House, person: Person) -> None:
    kept(house).opinions.keep(Opinion(house.now(), person.account, judged, said.rule, said.number))


def _again(said: _Said, question: Question | None, house: House, person: Person) -> Reply:
    """Show the answer as it stood: to the question, with what came before and beside it, or the rule's card alone."""
    if question and not said.role:
        answered = ask.answer(question.text, house, person)
        if answered.match.rule == said.rule and not answered.requests:
            return answered.reply
    reply = card(house.library.rules[said.rule], house, person, role=said.role)
    return replace(reply, parts=(*(danger.first(question.text) if question else ()), *reply.parts))


def below(reply: Reply, number: int, marked: str = "") -> Reply:
    """Put what may be said of an answer below it, and the number of its question into every button that takes one.

    Args:
        reply: the answer; one that is no rule's card gets the number alone.
        number: the question's; 0 where there is none.
        marked: what was just said, which need not be said again.

    Returns:
        The answer with its buttons, *Ask the LMC* still the last.
    """
    buttons = list(reply.buttons)
    _, _, shown = reply.again.partition("rule ")
    if shown and any(each.sentence.startswith("not ") for each in buttons):
        buttons[-1:-1] = [Button(label, f"{word} {shown}") for word, label in LABELS.items() if word != marked]
    return replace(reply, buttons=tuple(_numbered(each, number) for each in buttons))


def _numbered(button: Button, number: int) -> Button:
    word, *rest = button.sentence.split()
    if not number or word not in _NUMBERED or len(rest) > 2 or (rest and is_number(rest[-1])):
        return button
    sentence = f"{button.sentence} {number}"
    # The longest id with a role leaves no room for the number: the question's counts for more than for whom it was.
    if len(sentence.encode()) > LONGEST_SENTENCE:
        sentence = f"{word} {rest[0]} {number}"
    return replace(button, sentence=sentence)

"""A letter to send back: the rule's own clause filled in, what only the practice may add left as a visible gap.

    wish.py      what is wanted, as a sentence
    provider.py  to whom: asked only where it must be
    word.py      the same as a Word file
    chaser.py    two weeks later: did they reply?

A letter that goes out for a practice is written into the ledger: the day, the practice, the provider and the rule.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from handlers.buttons import LMC, back_to, why_of
from handlers.cards import NATIONS, checking, day, holds_in, named, told, warnings
from handlers.chat import Block, Button, Headline, House, Part, Person, Reply, Section, Small, Title
from handlers.letter import chaser, provider, word
from handlers.letter.wish import SKIP, WORDINGS, Wish, names, read, short
from handlers.records import UNCOUNTED, Incident, Wrong
from knowledge.model import HANDED_BACK, Kind, Letter, Nation, Rule, Status

__all__ = ["WORDINGS", "as_file", "basis", "fits", "one_for_all", "open_letter", "short", "write"]

_TO = {"escalate": "The contract lead, at the ICB or whichever body stands above them", "patient": "[patient's name]"}
_GAPS = {"practice": "[your practice]", "provider": "[the provider]", "service": "[the service]"}
_COUNTED = frozenset({Kind.PROVIDER, Kind.COMMISSIONER, Kind.REQUESTER, Kind.REFERRAL})  # work sent back
SEVERAL = "several-items-returned"  # the letter that hands back more than one request
CORRECTED = 2 * 60  # seconds within which the same letter to another provider corrects the first
SAME = 15 * 60  # seconds within which the same letter, looked at again, is the same
MOST = 7  # requests that one letter hands back: as many short names as a button's sentence holds


@dataclass(frozen=True)
class Written:
    """A letter as it goes out: its head, and the text to copy."""

    title: str
    to: str
    subject: str
    text: str


def fits(words: Sequence[str], house: House) -> bool:
    """Whether words are what follows `letter`."""
    return read(words, names(house.library.rules)) is not None


def open_letter(words: Sequence[str], house: House, person: Person) -> Reply:
    """Show a letter, ready to paste: `letter hospital-fit-note`, `letter hospital-fit-note repeat to r0a`."""
    return _but_hidden(words, house, lambda wish: _opened(wish, words, house, person))


def _opened(wish: Wish, words: Sequence[str], house: House, person: Person) -> Reply:
    letter = _letter(wish, house)
    if letter is None:
        return _none(wish, words)
    if wish.looked_for:
        return provider.found(wish, house, person)
    if "[" in wish.service or "[" in wish.provider:
        return _refused(wish)
    wish = provider.settled(wish, letter, house, person)
    if provider.must_ask(wish, letter, house, person):
        return provider.ask(wish, house, person)
    if wish.provider not in ("", SKIP) and not provider.named(wish.provider, house.directory()):
        return provider.unknown(wish, house, person)
    return _shown(wish, letter, house, person)


def as_file(words: Sequence[str], house: House, person: Person) -> Reply:
    """Give a letter as a Word file: `docx hospital-fit-note first to r0a`."""
    return _but_hidden(words, house, lambda wish: _filed(wish, words, house, person))


def _filed(wish: Wish, words: Sequence[str], house: House, person: Person) -> Reply:
    letter = _letter(wish, house)
    if letter is None:
        return _none(wish, words)
    written = write(wish, letter, house, person)
    said = "Fill the gaps in square brackets in your own system, never here."
    parts = (Headline("✉", f"LETTER: {letter.title}"), Section("Before you send", (said,)))
    back = Button("Back to the letter", wish.sentence())
    file = word.file(written.to, written.subject, written.text, wish.rules[0].id)
    return Reply(parts, (back,), (file,), again=wish.sentence())


def _but_hidden(words: Sequence[str], house: House, written: Callable[[Wish], Reply]) -> Reply:
    """Write what is wished for without the rules that are hidden, and say which are; of those alone nothing."""
    wish = read(words, names(house.library.rules)) or Wish(())
    hidden = [rule for rule in wish.rules if house.hidden(rule.id)]
    if hidden and len(hidden) == len(wish.rules):
        return checking(hidden[0], house)
    reply = written(
        _for_one_letter(replace(wish, rules=tuple(rule for rule in wish.rules if rule not in hidden)), house)
    )
    left_out = tuple(Section("Left out", (f"{rule.title}: {told(rule, house)}",)) for rule in hidden)
    return replace(reply, parts=(*left_out, *reply.parts))


def _for_one_letter(wish: Wish, house: House) -> Wish:
    """Keep, of several rules, those that one letter can hand back."""
    if len(wish.rules) < 2:
        return wish
    back = tuple(rule for rule in wish.rules if _returnable(rule, house))[:MOST]
    several = len(back) > 1 and SEVERAL in house.library.letters
    return replace(wish, rules=back, wording="first") if several else replace(wish, rules=wish.rules[:1])


def _letter(wish: Wish, house: House) -> Letter | None:
    if not wish.rules or any(rule.status is Status.RETIRED for rule in wish.rules):
        return None
    return house.library.letters.get(SEVERAL if len(wish.rules) > 1 else wish.rules[0].letter)


def write(wish: Wish, letter: Letter, house: House, person: Person) -> Written:
    """Fill a letter in.

    Args:
        wish: whose rules, which wording, to whom.
        letter: the book's letter for them.
        house: the book, the directory and the clock.
        person: whose practice it is.
    """
    practice = provider.of_person(person, house)
    to = provider.named(wish.provider, house.directory())
    known = {
        "practice": practice.name if practice else "",
        "provider": to,
        "service": " ".join(_spelt(each, house) for each in wish.service.split()),
    }
    filled = _GAPS | {key: value for key, value in known.items() if value}
    filled |= {"date": day(house.today()), "safety": letter.safety} | _reasons(wish.rules, house, person.nation)
    wordings = letter.wordings()
    chosen = wish.wording if wish.wording in wordings else "first"
    # Above the sender nobody is named, and a patient knows who they are: both get what it is about as subject.
    subject = "; ".join(rule.title for rule in wish.rules) if chosen in _TO else letter.subject
    return Written(
        letter.title, fill(_TO.get(chosen, letter.to), filled), fill(subject, filled),
        fill(wordings[chosen], filled).strip(),
    )  # fmt: skip


def _reasons(rules: Sequence[Rule], house: House, nation: Nation) -> dict[str, str]:
    """Return what the letter rests on; and each item with who keeps the patient safe, where there are several."""
    if len(rules) == 1:
        return {"basis": basis(rules[0], nation), "items": ""}
    letters = [house.library.letters[rule.letter] for rule in rules]
    items = "\n\n".join(f"{number}. {each.title}. {each.safety}" for number, each in enumerate(letters, 1))
    return {
        "items": items,
        "basis": "; ".join(f"{number}: {basis(rule, nation)}" for number, rule in enumerate(rules, 1)),
    }


def _spelt(service: str, house: House) -> str:
    """Write ENT and CAMHS in capitals, whatever way they were typed."""
    return service.upper() if service in house.library.words.abbreviations else service


def _shown(wish: Wish, letter: Letter, house: House, person: Person) -> Reply:
    written, wordings = write(wish, letter, house, person), letter.wordings()
    wish = replace(wish, wording=wish.wording if wish.wording in wordings else "first")
    titles = "; ".join(rule.title for rule in wish.rules)
    parts: list[Part] = [
        Headline("✉", f"LETTER: {written.title}"),
        Title(f"{WORDINGS[wish.wording]}, for: {titles}"),
        *dict.fromkeys(part for rule in wish.rules for part in warnings(rule, house.today(), person.nation)),
        Section("To", (written.to,)),
        Section("Subject", (written.subject,)),
        Block(written.text),
        Section("Before you send", ("Fill the gaps in square brackets in your own system, never here.",)),
    ]
    buttons = [Button("As a Word file", wish.sentence("docx"))]
    if counted := _count(wish, letter, house, person):
        parts.append(Small("Counted for your practice's evidence: the day, the provider and the rule. No patient."))
        buttons.append(Button("Don't count this", " ".join(["undo", *map(str, counted)])))
    if wish.provider not in ("", SKIP) and not wish.service and "[the service]" in written.to + written.subject:
        parts.append(Small("For one service? Type `service` and its name, such as: service cardiology"))
    if len(wish.rules) == 1:
        others = [each for each in wordings if each != wish.wording]
        buttons += [Button(WORDINGS[each], replace(wish, wording=each).sentence()) for each in others]
        buttons.append(back_to(wish.rules[0].id))
    else:
        buttons += [Button(rule.title, f"rule {rule.id}") for rule in wish.rules]
    return Reply(tuple(parts), tuple(buttons), again=wish.sentence())


def _count(wish: Wish, letter: Letter, house: House, person: Person) -> tuple[int, ...]:
    """Write a letter into the ledger; the numbers of its incidents, one for each rule."""
    member = person.member
    if not (house.records and member and member.practice) or letter.kind not in _COUNTED or wish.wording == "patient":
        return ()
    to = "" if wish.provider == SKIP else wish.provider
    numbers = []
    for rule in wish.rules:
        if rule.category in UNCOUNTED:
            continue
        incident = Incident(house.today().isoformat(), member.practice, Wrong.LETTER, to, rule.id, wish.wording)
        numbers.append(house.records.incidents.add(incident, house.now(), SAME, CORRECTED))
    if numbers:
        chaser.begin(numbers[0], wish.wording, house, member)
    return tuple(numbers)


def _none(wish: Wish, words: Sequence[str]) -> Reply:
    """Say that there is no letter, and what comes nearest to one."""
    rule = wish.rules[0] if wish.rules else None
    gone = rule.title if rule else words[0]
    said = f"The book holds no letter for {gone}. Its clause, under Why, is what to quote."
    if rule and rule.status is Status.RETIRED:
        said = f"The rule on {gone} no longer holds, nor does its letter. Ask the question anew."
    back = (back_to(rule.id), why_of(rule.id)) if rule else ()
    return Reply((Headline("–", "NO LETTER FOR THIS"), Section("", (said,))), (*back, LMC))


def _refused(wish: Wish) -> Reply:
    said = "That held a patient's details. A letter here has none: fill them in in your own system."
    plain = replace(wish, service="", provider="" if "[" in wish.provider else wish.provider)
    return Reply((Headline("–", "NOT INTO A LETTER"), Section("", (said,))), (Button("The letter", plain.sentence()),))


def one_for_all(rules: Sequence[Rule], house: House) -> tuple[Button, ...]:
    """Offer one letter for the requests of a pasted letter that are handed back to its sender, where there are several.

    Args:
        rules: what the requests were answered by.
        house: the book's letters.

    Returns:
        A button, or nothing where fewer than two can be returned in one letter.
    """
    back = [rule for rule in {rule.id: rule for rule in rules}.values() if _returnable(rule, house)][:MOST]
    if len(back) < 2 or SEVERAL not in house.library.letters:
        return ()
    return (Button(f"One letter for {len(back)}", Wish(tuple(back)).sentence()),)


def _returnable(rule: Rule, house: House) -> bool:
    letter = house.library.letters.get(rule.letter)
    sent = letter is not None and letter.kind is Kind.PROVIDER and rule.status is not Status.RETIRED
    return sent and rule.verdict in HANDED_BACK and not house.hidden(rule.id)


def fill(text: str, filled: Mapping[str, str]) -> str:
    """Fill the blanks of a letter's text.

    Raises:
        KeyError: for a blank that nothing fills; the book's check lets none through.
    """
    return re.sub(r"\{(\w+)\}", lambda found: filled[found.group(1)], text)


def basis(rule: Rule, nation: Nation = Nation.ENGLAND) -> str:
    """Name what a rule rests on, as a letter cites it: instrument, clause and contract year; else its first source.

    Args:
        rule: whose basis.
        nation: of the practice: a clause of another nation is never cited, a gap stands in its place.
    """
    held = [each for each in rule.basis if holds_in(each, nation)]
    if rule.basis and not held:
        return f"[the clause for {NATIONS[nation]}: ask your LMC]"
    best = next((each for each in held if each.clause), held[0] if held else None)
    if best is None:
        return f"{rule.sources[0].title} ({rule.sources[0].publisher})" if rule.sources else "our contract"
    return f"{named(best)} (contract year {rule.contract_year})" if rule.contract_year else named(best)

"""A letter to send back: the rule's own clause filled in, what only the practice may add left as a visible gap."""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence

from handlers.cards import day, named, warnings
from handlers.chat import LONGEST_SENTENCE, Block, Button, Headline, House, Part, Person, Reply, Section, Title
from knowledge.model import Kind, Rule, Status, Verdict

# What each wording is called on its button, in the order of a quarrel.
WORDINGS = {
    "first": "First letter",
    "repeat": "They asked again",
    "escalate": "To the body above them",
    "patient": "For the patient",
}
_TO = {"escalate": "The contract lead, at the ICB or whichever body stands above them", "patient": "[patient's name]"}
_GAPS = {"practice": "[your practice]", "provider": "[the provider]", "service": "[the service]"}


def open_letter(ident: str, wording: str, house: House, person: Person) -> Reply:
    """Show a rule's letter, ready to paste: `letter hospital-fit-note`, `letter hospital-fit-note repeat`."""
    rule = house.library.rules.get(ident)
    letter = house.library.letters.get(rule.letter) if rule else None
    if rule is None or letter is None or rule.status is Status.RETIRED:
        said = f"The book holds no letter for {rule.title if rule else ident}. Its clause, under Why, is what to quote."
        back = (Button("Back to the answer", f"rule {ident}"),) if rule else ()
        return Reply((Headline("–", "NO LETTER FOR THIS"), Section("", (said,))), (*back, Button("Ask the LMC", "lmc")))
    wordings = letter.wordings()
    chosen = wording if wording in wordings else "first"
    filled = _GAPS | {"date": day(house.today()), "basis": basis(rule), "safety": letter.safety}
    parts: list[Part] = [
        Headline("✉", f"LETTER: {letter.title}"),
        Title(f"{WORDINGS[chosen]}, for: {rule.title}"),
        *warnings(rule, house.today(), person.nation),
        Section("To", (fill(_TO.get(chosen, letter.to), filled),)),
        # Above the sender nobody is named, and a patient knows who they are: both get the letter's title as subject.
        Section("Subject", (letter.title if chosen in _TO else fill(letter.subject, filled),)),
        Block(fill(wordings[chosen], filled).strip()),
        Section("Before you send", ("Fill the gaps in square brackets in your own system, never here.",)),
    ]
    others = [Button(WORDINGS[other], f"letter {rule.id} {other}") for other in wordings if other != chosen]
    others.append(Button("Back to the answer", f"rule {rule.id}"))
    return Reply(tuple(parts), tuple(others), again=f"letter {rule.id} {chosen}")


SEVERAL = "several-items-returned"  # the letter that hands back more than one request
_HANDED_BACK = frozenset({Verdict.NOT_YOURS, Verdict.MAY_DECLINE, Verdict.COMMISSIONED_ONLY})


def one_for_all(rules: Sequence[Rule], house: House) -> tuple[Button, ...]:
    """Offer one letter for the requests of a pasted letter that are handed back to its sender, where there are several.

    Args:
        rules: what the requests were answered by.
        house: the book's letters.

    Returns:
        A button, or nothing where fewer than two can be returned in one letter.
    """
    back = [rule for rule in {rule.id: rule for rule in rules}.values() if _returnable(rule, house)][
        : LONGEST_SENTENCE // 6 - 2
    ]
    if len(back) < 2 or SEVERAL not in house.library.letters:
        return ()
    return (Button(f"One letter for {len(back)}", " ".join(["letters", *(short(rule.id) for rule in back)])),)


def short(ident: str) -> str:
    """Return a short name for a rule, five letters and digits, the same for ever: for a button that names several."""
    return base64.b32encode(hashlib.blake2b(ident.encode(), digest_size=5).digest()).decode().lower()[:5]


def are_rules(words: Sequence[str], house: House) -> bool:
    """Whether each of some words is a rule's id or its short name."""
    known = house.library.rules.keys() | {short(ident) for ident in house.library.rules}
    return bool(words) and known.issuperset(words)


def open_letters(words: Sequence[str], house: House, person: Person) -> Reply:
    """Show one letter that hands back several requests: `letters hospital-fit-note bloods-before-outpatient-clinic`."""
    named = {short(ident): rule for ident, rule in house.library.rules.items()} | dict(house.library.rules)
    rules = [rule for rule in {named[word].id: named[word] for word in words}.values() if _returnable(rule, house)]
    frame = house.library.letters.get(SEVERAL)
    if not frame or len(rules) < 2:
        return open_letter(named[words[0]].id, "", house, person)
    letters = house.library.letters
    items = "\n\n".join(
        f"{number}. {letters[rule.letter].title}. {letters[rule.letter].safety}" for number, rule in enumerate(rules, 1)
    )
    bases = "; ".join(f"{number}: {basis(rule)}" for number, rule in enumerate(rules, 1))
    filled = _GAPS | {"date": day(house.today()), "items": items, "safety": frame.safety, "basis": bases}
    parts: list[Part] = [
        Headline("✉", f"LETTER: {frame.title}"),
        Title("For: " + "; ".join(rule.title for rule in rules)),
        *dict.fromkeys(part for rule in rules for part in warnings(rule, house.today(), person.nation)),
        Section("To", (fill(frame.to, filled),)),
        Section("Subject", (fill(frame.subject, filled),)),
        Block(fill(frame.first, filled).strip()),
        Section("Before you send", ("Fill the gaps in square brackets in your own system, never here.",)),
    ]
    back = tuple(Button(rule.title, f"rule {rule.id}") for rule in rules)
    return Reply(tuple(parts), back, again=" ".join(["letters", *words]))


def _returnable(rule: Rule, house: House) -> bool:
    letter = house.library.letters.get(rule.letter)
    sent = letter is not None and letter.kind is Kind.PROVIDER and rule.status is not Status.RETIRED
    return sent and rule.verdict in _HANDED_BACK


def fill(text: str, filled: Mapping[str, str]) -> str:
    """Fill the blanks of a letter's text.

    Raises:
        KeyError: for a blank that nothing fills; the book's check lets none through.
    """
    return re.sub(r"\{(\w+)\}", lambda found: filled[found.group(1)], text)


def basis(rule: Rule) -> str:
    """Name what a rule rests on, as a letter cites it: instrument, clause and contract year; else its first source."""
    best = next((each for each in rule.basis if each.clause), rule.basis[0] if rule.basis else None)
    if best is None:
        return f"{rule.sources[0].title} ({rule.sources[0].publisher})" if rule.sources else "our contract"
    return f"{named(best)} (contract year {rule.contract_year})" if rule.contract_year else named(best)

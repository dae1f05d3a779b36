"""A letter to send back: the rule's own clause filled in, what only the practice may add left as a visible gap."""

import re
from collections.abc import Mapping

from handlers.cards import day, named, warnings
from handlers.chat import Block, Button, Headline, House, Part, Person, Reply, Section, Title
from knowledge.model import Rule, Status

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

"""The main job: a question in, a card out."""

import re
from dataclasses import replace

from handlers import danger
from handlers.answered import Answer
from handlers.buttons import LMC, WHAT_TO_ASK
from handlers.cards import card, choice, why
from handlers.chat import Headline, House, Person, Reply, Section
from handlers.outside import no_words, outside, own_danger
from handlers.pasted import pasted
from knowledge.model import Role, Rule
from knowledge.text import LONGEST

WHICH = Headline("?", "WHICH OF THESE IS IT?")
NEAREST = Headline("?", "PERHAPS ONE OF THESE")


def answer(question: str, house: House, person: Person) -> Answer:
    """Answer a question from the book.

    Args:
        question: what the person typed, identifiers masked.
        house: the book, the matcher and the committee.
        person: who asks.

    Returns:
        One rule's card; or up to three rules to choose from; or the plain word that there is no rule.
    """
    if danger.of_oneself(question):
        return own_danger(house.matcher.match(""), house, person)
    said = MASKED.sub(" ", question)  # "[name]" is no word of the question
    found = pasted(question, house) or _question(said, house, person)
    if found.kind == "distress":
        return found
    return replace(found, reply=replace(found.reply, parts=(*danger.first(question), *found.reply.parts)))


MASKED = re.compile(r"\[[^\[\]\n]{1,30}\]")


def _question(question: str, house: House, person: Person) -> Answer:
    match = house.matcher.match(question)
    rules = house.library.rules
    if match.rule:
        reply = card(rules[match.rule], house, person, [rules[other] for other in match.choices])
    elif match.choices:
        reply = choice([rules[each] for each in match.choices], house, WHICH)
    elif not match.reading.terms or match.reading.foreign:
        return Answer(match, no_words(), "chat")
    else:
        return outside(match, house, person)
    if len(question) > LONGEST:
        said = f"I read the first {LONGEST:,} characters. Ask about one request at a time for a surer answer."
        reply = replace(reply, parts=(*reply.parts, Section("Long message", (said,))))
    shown = match.rule and not house.hidden(match.rule)
    return Answer(match, reply, verdict=rules[match.rule].verdict if match.rule and shown else None)


def open_rule(ident: str, role: str, house: House, person: Person) -> Reply:
    """Show a rule's card by its id: `rule hospital-fit-note`, or `rule hospital-fit-note salaried`."""
    rule = house.library.rules.get(ident)
    return card(rule, house, person, role=Role(role) if role else None) if rule else _gone(ident)


def open_why(ident: str, role: str, house: House, person: Person) -> Reply:
    """Show what stands behind a rule: `why hospital-fit-note`."""
    rule = house.library.rules.get(ident)
    return why(rule, house, person, Role(role) if role else None) if rule else _gone(ident)


def not_this(ident: str, _then: str, house: House, _person: Person) -> Reply:
    """Offer the three rules nearest to one that was not the question: `not hospital-fit-note`."""
    rule = house.library.rules.get(ident)
    if not rule:
        return _gone(ident)
    return choice(_beside(rule, house), house, NEAREST)


def _beside(rule: Rule, house: House) -> list[Rule]:
    """The rules most like this one: what its own title, asked as a question, comes near to."""
    near = house.matcher.match(f"{rule.title}. {rule.answer}").ranking
    return [house.library.rules[ident] for ident in near if ident != rule.id][:3]


def _gone(ident: str) -> Reply:
    said = f"I have no rule called {ident}: it may have been renamed. Ask me in your own words."
    return Reply((Headline("?", "NO SUCH RULE"), Section("", (said,))), (WHAT_TO_ASK, LMC))

"""The main job: a question in, a card out."""

import re
from dataclasses import dataclass, replace
from typing import Literal

from handlers.cards import VERDICTS, card, choice, why
from handlers.chat import Button, Headline, House, Part, Person, Reply, Section, Small
from handlers.help import guide
from knowledge.general import general
from knowledge.matcher import Match
from knowledge.model import Role, Rule, Verdict
from knowledge.requests import is_letter, sender
from knowledge.requests import requests as asked_of_us
from knowledge.text import LONGEST

Kind = Literal["no-rule", "clinical", "outside", "chat", "distress"]

WHICH = Headline("?", "WHICH OF THESE IS IT?")
NEAREST = Headline("?", "PERHAPS ONE OF THESE")
_LMC = Button("Ask the LMC", "lmc")
_HELP = Button("What can I ask?", "help")


@dataclass(frozen=True)
class Request:
    """One request of a pasted letter, in its own words, and what it was taken for."""

    text: str
    match: Match


@dataclass(frozen=True)
class Answer:
    """What a question was taken for, and what the person is shown.

    `kind` says why where there is no answer; `requests` are those of a pasted letter.
    """

    match: Match
    reply: Reply
    kind: Kind | None = None
    verdict: Verdict | None = None
    requests: tuple[Request, ...] = ()


def answer(question: str, house: House, person: Person) -> Answer:
    """Answer a question from the book.

    Args:
        question: what the person typed, identifiers masked.
        house: the book, the matcher and the committee.
        person: who asks.

    Returns:
        One rule's card; or up to three rules to choose from; or the plain word that there is no rule.
    """
    found = _letter(question, house) or _question(question, house, person)
    if found.kind == "distress" or not _CRISIS.search(question.lower()):
        return found
    return replace(found, reply=replace(found.reply, parts=(IN_DANGER, *found.reply.parts)))


# Somebody's life is in danger: said first, whatever the question is about and whatever the book holds.
_CRISIS = re.compile(
    r"\b(?:kill|hang|harm|hurt)(?:ing)? (?:him|her|them|my|your)sel(?:f|ves)\b|\bsuicid|\boverdos(?:e|ed|ing)\b"
    r"|\b(?:end|ending|take|taking) (?:it all|(?:his|her|their|my) (?:own )?li(?:fe|ves))\b|\bwants? to die\b"
)
IN_DANGER = Section("In danger now", ("999. Urgent mental health help: 111, or your crisis team. Act first.",))


def _question(question: str, house: House, person: Person) -> Answer:
    match = house.matcher.match(question)
    rules = house.library.rules
    if match.rule:
        reply = card(rules[match.rule], house, person, [rules[other] for other in match.choices])
    elif match.choices:
        reply = choice([rules[each] for each in match.choices], WHICH)
    elif not match.reading.terms or match.reading.foreign:
        return Answer(match, _no_words(), "chat")
    else:
        return _outside(match, house, person)
    if len(question) > LONGEST:
        said = f"I read the first {LONGEST:,} characters. Ask about one request at a time for a surer answer."
        reply = replace(reply, parts=(*reply.parts, Section("Long message", (said,))))
    return Answer(match, reply, verdict=rules[match.rule].verdict if match.rule else None)


MOST = 12  # requests of one letter that are answered: more than a screen holds is not read
LONGEST_LETTER = 10_000  # characters of a pasted letter that are searched for requests


def _letter(text: str, house: House) -> Answer | None:
    """Answer each request of a pasted letter in a line; None where the text is a question after all."""
    found = asked_of_us(text[:LONGEST_LETTER])
    if not is_letter(text, found):
        return None
    left, found = found[MOST:], found[:MOST]
    who = sender(text)
    asked = tuple(Request(each, _netted(house.matcher.match(f"{who} asks gp to {each}"), house)) for each in found)
    reached = {each.match.ranking[0] for each in asked if each.match.outcome != "none"}
    if len(text.splitlines()) == 1 and len(reached) < len(asked):
        return None  # one line that comes to one rule is one question
    rules = house.library.rules
    parts: list[Part] = [Headline("\u2261", f"{len(asked)} REQUEST{'S'[: len(asked) != 1]} IN THIS LETTER")]
    buttons = []
    for number, each in enumerate(asked, 1):
        parts.append(Section(f"{number}. {_short(each.text)}", (_line(each.match, house),)))
        if each.match.outcome != "none":
            rule = rules[each.match.ranking[0]]
            buttons.append(Button(f"{number}: {rule.title}", f"rule {rule.id}"))
    if left:
        parts.append(Section("Not read", (f"{len(left)} more requests: paste them in a message of their own.",)))
    parts.append(Small("A request that cannot wait is made safe first. Open each for when its answer flips."))
    return Answer(asked[0].match, Reply(tuple(parts), (*dict.fromkeys(buttons), _LMC)), requests=asked)


def _netted(match: Match, house: House) -> Match:
    """Put the general rule for who asks and what they want before a match that came to nothing."""
    if match.outcome != "none" or match.outside or not match.ranking:
        return match
    cell = general(match.reading.terms, house.library.general)
    live = cell and cell.rule in {rule.id for rule in house.library.live}
    return replace(match, outcome="choice", ranking=(cell.rule,)) if cell and live else match


def _line(match: Match, house: House) -> str:
    rules = [house.library.rules[each] for each in match.ranking]
    if match.outcome == "answer":
        return f"{VERDICTS[rules[0].verdict].text}. {rules[0].title}"
    if match.outcome == "choice":
        return "Perhaps: " + "; or ".join(f"{rule.title} ({VERDICTS[rule.verdict].text})" for rule in rules[:2])
    if match.outside:
        return house.library.outside[match.outside].says + "."
    return "No rule for this yet: ask the LMC."


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:77].rsplit(" ", 1)[0] + " \u2026"


# Words of a question that is about somebody else: the support card is for whoever asks.
_OTHERS = {
    "patient",
    "patients",
    "he",
    "she",
    "him",
    "her",
    "his",
    "they",
    "mum",
    "dad",
    "husband",
    "wife",
    "son",
    "daughter",
}
_SUPPORT = "support-practitioner-health"
_GENERAL = (
    Headline("–", "NO RULE FOR EXACTLY THIS"),
    Section("", ("The general one for who asks and what they want is below. If waiting could do harm, act first.",)),
)
_KINDS: dict[str, Kind] = {"clinical": "clinical", "chat": "chat", "distress": "distress", "profession": "outside"}


def _outside(match: Match, house: House, person: Person) -> Answer:
    """Say what a question outside the book is taken for, and the nearest way on."""
    rules, kind = house.library.rules, _KINDS.get(match.outside, "no-rule")
    says = house.library.outside[match.outside].says if match.outside else ""
    if kind == "distress" and not _OTHERS.isdisjoint(match.reading.terms):
        return Answer(match, Reply((IN_DANGER, *_no_rule(house).parts), (_LMC, _HELP)), kind)
    if kind == "distress" and _SUPPORT in rules:
        shown = card(rules[_SUPPORT], house, person)
        first = Section("", (f"{says}. In danger now: 999.",))
        return Answer(match, replace(shown, parts=(first, *shown.parts)), kind)
    if kind == "clinical":
        said = "For what is right for a patient ask a colleague, the BNF, NICE or a specialist."
        near = [Button(rules[each].title, f"rule {each}") for each in match.ranking[:1] if match.p >= match.least]
        more = (
            "If I misread you, this is the nearest contract rule." if near else "If I misread you, say who asks whom."
        )
        parts = (Headline("–", says.upper()), Section("", (said,)), Section("", (more,)))
        return Answer(match, Reply(parts, (*near, _LMC)), kind)
    if kind == "chat":
        return Answer(
            match, Reply((Headline("–", says.upper()), *guide(house, person).parts[1:4]), (_HELP, _LMC)), kind
        )
    if kind == "outside" or says:
        reply = Reply((Headline("–", says.upper()), *_no_rule(house).parts[1:]), (_LMC, _HELP))
        return Answer(match, reply, kind)
    netted = _netted(match, house)
    if netted.outcome == "choice":
        rule = rules[netted.ranking[0]]
        parts = (*_GENERAL, Section(rule.title, (VERDICTS[rule.verdict].text,)))
        reply = Reply(parts, (Button(rule.title, f"rule {rule.id}"), Button("Not that: ask the LMC", "lmc")))
        return Answer(netted, reply)
    return Answer(match, _no_rule(house), kind)


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
    return choice(_beside(rule, house), NEAREST)


def _beside(rule: Rule, house: House) -> list[Rule]:
    """The rules most like this one: what its own title, asked as a question, comes near to."""
    near = house.matcher.match(f"{rule.title}. {rule.answer}").ranking
    return [house.library.rules[ident] for ident in near if ident != rule.id][:3]


def _gone(ident: str) -> Reply:
    said = f"I have no rule called {ident}: it may have been renamed. Ask me in your own words."
    return Reply((Headline("?", "NO SUCH RULE"), Section("", (said,))), (_HELP, _LMC))


def _no_rule(house: House) -> Reply:
    said = (
        "Nothing in the rulebook is near enough to your question, and a wrong answer is worse than none. "
        f"Say it in other words: who asks, and what they want of you. Or ask {house.lmc.name}.",
        "If waiting could harm the patient, make them safe first and argue afterwards.",
    )
    return Reply((Headline("–", "NO RULE FOR THIS YET"), *(Section("", (line,)) for line in said)), (_LMC, _HELP))


def _no_words() -> Reply:
    said = "Type the request in English words, such as: hospital wants bloods before clinic, do I have to?"
    return Reply((Headline("–", "I FOUND NO ENGLISH WORDS"), Section("", (said,))), (_HELP,))

"""Questions outside the book: what each is taken for, in one sentence, and the nearest way on."""

from collections.abc import Callable
from dataclasses import replace

from handlers import danger
from handlers.answered import Answer, Kind, netted
from handlers.buttons import LMC, WHAT_TO_ASK
from handlers.cards import card, told
from handlers.chat import Button, Headline, House, Person, Reply, Section
from handlers.help import EXAMPLES
from knowledge.matcher import Match
from knowledge.model import Rule

# Words of a question that is about somebody else: the support card is for whoever asks.
_OTHERS = frozenset(
    (
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
    )
)
_SUPPORT = "support-practitioner-health"


def outside(match: Match, house: House, person: Person) -> Answer:
    """Say what a question outside the book is taken for, and the nearest way on."""
    kind, reply = _KINDS.get(match.outside, ("no-rule", _near_miss))
    if match.outside:
        return Answer(match, reply(match, house, person), kind)
    general = netted(match, house)
    if general.outcome == "choice":
        return Answer(general, _general(general, house))
    return Answer(match, no_rule(house), kind)


def own_danger(match: Match, house: House, person: Person) -> Answer:
    """Answer who tells that their own life is at risk: help for them, and no contract at all."""
    rule = _support(house)
    shown = card(rule, house, person).parts if rule else ()
    return Answer(match, Reply((danger.SELF, *shown), (LMC,)), "distress")


def no_rule(house: House) -> Reply:
    """Say that the book holds nothing near enough, and how to go on."""
    said = (
        "Nothing in the rulebook is near enough to your question, and a wrong answer is worse than none. "
        f"Say it in other words: who asks, and what they want of you. Or ask {house.lmc.name}."
    )
    safe = "If waiting could harm the patient, make them safe first and argue afterwards."
    return Reply(
        (Headline("–", "NO RULE FOR THIS YET"), Section("", (said,)), Section("", (safe,))), (LMC, WHAT_TO_ASK)
    )


def no_words() -> Reply:
    """Say that a message held no English words."""
    said = "Type the request in English words, such as: hospital wants bloods before clinic, do I have to?"
    return Reply((Headline("–", "I FOUND NO ENGLISH WORDS"), Section("", (said,))), (WHAT_TO_ASK,))


def _support(house: House) -> Rule | None:
    """The rule that says who helps a doctor; None where the book has none, or it is hidden."""
    return None if house.hidden(_SUPPORT) else house.library.rules.get(_SUPPORT)


def _says(match: Match, house: House) -> str:
    return house.library.outside[match.outside].says


def _clinical(match: Match, house: House, _person: Person) -> Reply:
    near = [house.library.rules[each] for each in match.ranking[:1] if match.p >= match.least]
    more = "this is the nearest contract rule" if near else "say who asks whom"
    parts = (
        Headline("–", _says(match, house).upper()),
        Section("", ("For what is right for a patient ask a colleague, the BNF, NICE or a specialist.",)),
        Section("", (f"If I misread you, {more}.",)),
    )
    return Reply(parts, (*(Button(rule.title, f"rule {rule.id}") for rule in near), LMC))


def _distress(match: Match, house: House, person: Person) -> Reply:
    support = _support(house)
    if support is None or not _OTHERS.isdisjoint(match.reading.terms):
        reply = no_rule(house)
        return replace(reply, parts=(danger.CRISIS, *reply.parts))
    reply = card(support, house, person)
    said = Section("", (f"{_says(match, house)}.",))
    return replace(reply, parts=(danger.SELF, said, *reply.parts), buttons=(LMC,))


def _chat(match: Match, house: House, _person: Person) -> Reply:
    head = Headline("–", _says(match, house).upper())
    return Reply(
        (head, Section("", ("Type a request as it reached you, such as:",)), Section("", EXAMPLES)), (WHAT_TO_ASK, LMC)
    )


def _near_miss(match: Match, house: House, _person: Person) -> Reply:
    reply = no_rule(house)
    return replace(reply, parts=(Headline("–", _says(match, house).upper()), *reply.parts[1:]))


def _general(match: Match, house: House) -> Reply:
    rule = house.library.rules[match.ranking[0]]
    said = "The general one for who asks and what they want is below. If waiting could do harm, act first."
    parts = (
        Headline("–", "NO RULE FOR EXACTLY THIS"),
        Section("", (said,)),
        Section(rule.title, (told(rule, house),)),
    )
    return Reply(parts, (Button(rule.title, f"rule {rule.id}"), Button("Not that: ask the LMC", "lmc")))


# What a group of `knowledge/outside.toml` is answered with; every other group is a near miss.
_KINDS: dict[str, tuple[Kind, Callable[[Match, House, Person], Reply]]] = {
    "clinical": ("clinical", _clinical),
    "chat": ("chat", _chat),
    "distress": ("distress", _distress),
    "profession": ("outside", _near_miss),
}

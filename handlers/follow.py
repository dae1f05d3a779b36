"""What follows an answer within ten minutes: "what about salaried?", "and in Wales?", "who pays?", "source?", "letter".

Only the last match of a person in a chat is remembered, in memory, and only for that long. A sentence that says enough
to stand alone is a question of its own.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from handlers.ask import NEAREST, open_rule, open_why
from handlers.buttons import back_to, why_of
from handlers.cards import checking, choice
from handlers.chat import Headline, House, Person, Reply, Section, Small
from handlers.letter import open_letter
from handlers.letter.wish import SKIP
from knowledge.matcher import OFFERED, Match
from knowledge.model import Nation, Role

MINUTES = 10
LONGEST = 60  # characters of what can only be understood after an answer


@dataclass(frozen=True)
class Last:
    """A person's last question, and the rule that they were shown for it."""

    match: Match
    rule: str  # "" while they are still to choose
    again: str = ""  # the sentence that showed what they see: what they say next may complete it
    question: int = 0  # its number, where it is kept


_ROLES = {
    r"partners?": Role.PARTNER,
    r"salaried(?: gps?| doctors?)?|employed gps?": Role.SALARIED,
    r"locums?|freelance(?: gps?)?": Role.LOCUM,
    r"registrars?|trainees?|gp trainees?": Role.REGISTRAR,
    r"(?:practice )?managers?": Role.MANAGER,
    r"(?:practice )?nurses?": Role.NURSE,
}
_NATIONS = {
    r"england": Nation.ENGLAND,
    r"wales|welsh(?: practices?)?": Nation.WALES,
    r"scotland|scottish(?: practices?)?": Nation.SCOTLAND,
    r"northern ireland|n\.?i\.?": Nation.NORTHERN_IRELAND,
}
_BEFORE = r"(?:(?:and|so|but|ok|okay|what|how|what if|is it|does (?:it|that|this)|apply|the same|different|same) ?)*"
_BETWEEN = r"(?:(?:about|if|i am|i'?m|we are|we'?re|for|to|in|as|an?|the|apply|hold|different|same) ?)*"


def _asks_for(words: str) -> re.Pattern[str]:
    return re.compile(rf"^{_BEFORE}{_BETWEEN}(?:{words})\W*$")


def _why(last: Last, house: House, person: Person) -> Reply:
    return open_why(last.rule, "", house, person)


def _letter(last: Last, house: House, person: Person) -> Reply:
    return open_letter((last.rule,), house, person)


def _fee(last: Last, house: House, _person: Person) -> Reply:
    rule = house.library.rules[last.rule]
    if house.hidden(rule.id):
        return checking(rule, house)
    said = rule.fee or "The rule names no fee and no payment. What is behind it stands under Why."
    buttons = (why_of(rule.id), back_to(rule.id))
    return Reply((Headline("£", "WHO PAYS"), Section("", (said,)), Small(rule.title)), buttons)


def others(last: Last, house: House, _person: Person) -> Reply:
    """Offer the next three rules: those after the answer, or after the three that were offered."""
    seen = {last.rule} if last.match.rule or last.rule else set(last.match.choices)
    rules = [house.library.rules[each] for each in last.match.ranking if each not in seen][:OFFERED]
    return choice(rules, house, NEAREST)


# What a person may say after an answer, and what it gives them.
_SAYINGS: tuple[tuple[str, Callable[[Last, House, Person], Reply]], ...] = (
    (r"why(?: is that| so| not)?|reasons?|explain(?: that)?|how come", _why),
    (
        r"(?:what(?:'?s| is| are)|show me|give me|where(?:'?s| is)) (?:the |its )?(?:sources?|links?|clauses?|basis)",
        _why,
    ),
    (r"sources?|links?|clauses?|basis|evidence|says who|where does it say (?:that|so)|can you prove it", _why),
    (r"letters?|templates?|(?:a )?letter please|(?:give me|draft|send)(?: me)? (?:a |the )?letter", _letter),
    (r"who pays|who funds (?:it|this|that)|fees?|can (?:we|i) charge|what can (?:we|i) charge|how much|cost", _fee),
    (r"not my question|not that|wrong one|none of (?:these|those|them)|something else|no,? not that", others),
)


def follow(sentence: str, last: Last, house: House, person: Person) -> Reply | None:
    """Answer what only makes sense after the last answer.

    Args:
        sentence: what the person typed.
        last: their last question and the rule that they were shown.
        house: the book.
        person: who asks.

    Returns:
        The reply, or None where the sentence stands alone.
    """
    said = sentence.lower().strip()
    if len(said) > LONGEST:
        return None
    if last.rule not in house.library.rules:
        return others(last, house, person) if _asks_for(_SAYINGS[-1][0]).match(said) else None
    for words, answer in _SAYINGS:
        if _asks_for(words).match(said):
            return answer(last, house, person)
    for words, role in _ROLES.items():
        if _asks_for(words).match(said):
            return _as(role, last, house, person)
    for words, nation in _NATIONS.items():
        if _asks_for(words).match(said):
            return open_rule(last.rule, "", house, replace(person, nation=nation))
    return None


_COMPLETES = re.compile(r"(?P<word>at|service)[: ]+(?P<rest>\S.*)", re.IGNORECASE)
_COMPLETED = ("letter ", "report ")


def completed(sentence: str, last: Last) -> str:
    """Complete the sentence that showed the last reply, where what was said only makes sense as the rest of it.

    After a letter or a report "at derby" looks for its provider, and "service cardiology" names the service.

    Returns:
        The whole sentence; "" where there is none.
    """
    said = _COMPLETES.fullmatch(sentence.strip())
    if not said or not last.again.startswith(_COMPLETED):
        return ""
    base, _, to = last.again.partition(" to ")
    if said["word"].lower() == "at":
        return f"{base} at {said['rest']}"
    return f"{base} to {to.split()[0] if to else SKIP} {said['rest']}" if base.startswith("letter ") else ""


def _as(role: Role, last: Last, house: House, person: Person) -> Reply:
    reply = open_rule(last.rule, role, house, person)
    if role in house.library.rules[last.rule].roles or house.hidden(last.rule):
        return reply
    said = Section("", ("The book holds nothing of its own for that role: the answer is the same for everyone.",))
    return replace(reply, parts=(said, *reply.parts))


def explained(match: Match, house: House) -> Small:
    """Say why a question was taken for its rule: the words and the phrasing that decided, the runner-up, how sure."""
    said = [f"words: {', '.join(match.hits)}" if match.hits else ""]
    said.append(f'nearest phrasing: "{match.phrasing}"' if match.phrasing else "")
    if len(match.ranking) > 1:
        said.append(f"runner-up: {house.library.rules[match.ranking[1]].title}")
    said.append(f"{match.p:.0%} sure, by {'meaning' if match.design == 'semantic' else 'words alone'}")
    return Small("Matched by " + " · ".join(part for part in said if part))

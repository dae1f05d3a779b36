"""A pasted letter: each request in it answered in a line, and one letter back for what is handed back."""

from dataclasses import replace

from handlers import danger
from handlers.answered import Answer, Request, general_rule, netted
from handlers.buttons import LMC
from handlers.cards import told
from handlers.chat import Button, Headline, House, Part, Reply, Section, Small
from handlers.letter import one_for_all
from knowledge.matcher import OFFERED, Match
from knowledge.requests import is_letter, question, read, sender

MOST = 12  # requests of one letter that are answered: more than a screen holds is not read
LONGEST_LETTER = 10_000  # characters of a pasted letter that are searched for requests


def pasted(text: str, house: House) -> Answer | None:
    """Answer each request of a pasted letter in a line; None where the text is a question after all."""
    found = read(text[:LONGEST_LETTER])
    if not is_letter(text, [each.text for each in found]):
        return None
    left, found = found[MOST:], found[:MOST]
    who = sender(text)
    asked = tuple(Request(each.text, _match(question(each, who), house)) for each in found)
    reached = {each.match.ranking[0] for each in asked if each.match.outcome != "none"}
    if len(text.splitlines()) == 1 and len(reached) <= 1:
        return None  # one line that comes to one rule is one question
    rules = house.library.rules
    parts: list[Part] = [Headline("\u2261", f"{len(asked)} REQUEST{'S'[: len(asked) != 1]} IN THIS LETTER")]
    buttons = []
    asked = tuple(sorted(asked, key=lambda each: not danger.urgent(each.text)))
    for number, each in enumerate(asked, 1):
        act_first = danger.URGENT.lines if danger.urgent(each.text) else ()
        parts.append(Section(f"{number}. {_short(each.text)}", (*act_first, *_lines(each.match, house))))
        if each.match.outcome != "none":
            rule = rules[each.match.ranking[0]]
            buttons.append(Button(f"{number}: {rule.title}", f"rule {rule.id}"))
    if left:
        parts.append(Section("Not read", (f"{len(left)} more requests: paste them in a message of their own.",)))
    parts.append(Small("A request that cannot wait is made safe first. Open each for when its answer flips."))
    back = one_for_all([rules[each.match.rule] for each in asked if each.match.rule], house)
    return Answer(asked[0].match, Reply(tuple(parts), (*dict.fromkeys(buttons), *back, LMC)), requests=asked)


def _match(asked: str, house: House) -> Match:
    """Match a request. Where it is not sure, the general rule for who asks and what they want is one of the three."""
    match = house.matcher.match(asked)
    if match.outcome == "answer":
        return match
    # A letter asks the practice to do something: what sounds clinical in it is a request all the same.
    match = netted(replace(match, outside="") if match.outside == "clinical" else match, house)
    if match.outcome == "choice" and (general := general_rule(match, house)) and general not in match.choices:
        return replace(match, ranking=(*match.ranking[: OFFERED - 1], general, *match.ranking[OFFERED - 1 :]))
    return match


def _lines(match: Match, house: House) -> tuple[str, ...]:
    rules = [house.library.rules[each] for each in match.ranking]
    if match.outcome == "answer":
        return (f"{told(rules[0], house)}. {rules[0].title}",)
    if match.outcome == "choice":
        return tuple(f"Perhaps {rule.title} ({told(rule, house)})" for rule in rules[:OFFERED])
    if match.outside:
        return (house.library.outside[match.outside].says + ".",)
    return ("No rule for this yet.",)


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:77].rsplit(" ", 1)[0] + " \u2026"

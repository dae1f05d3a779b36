"""A pasted letter: each request in it answered in a line, and one letter back for what is handed back."""

from handlers.answered import LMC, Answer, Request, netted
from handlers.cards import VERDICTS
from handlers.chat import Button, Headline, House, Part, Reply, Section, Small
from handlers.letter import one_for_all
from knowledge.matcher import Match
from knowledge.requests import is_letter, sender
from knowledge.requests import requests as asked_of_us

MOST = 12  # requests of one letter that are answered: more than a screen holds is not read
LONGEST_LETTER = 10_000  # characters of a pasted letter that are searched for requests


def pasted(text: str, house: House) -> Answer | None:
    """Answer each request of a pasted letter in a line; None where the text is a question after all."""
    found = asked_of_us(text[:LONGEST_LETTER])
    if not is_letter(text, found):
        return None
    left, found = found[MOST:], found[:MOST]
    who = sender(text)
    asked = tuple(Request(each, netted(house.matcher.match(f"{who} asks gp to {each}"), house)) for each in found)
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
    back = one_for_all([rules[each.match.rule] for each in asked if each.match.rule], house)
    return Answer(asked[0].match, Reply(tuple(parts), (*dict.fromkeys(buttons), *back, LMC)), requests=asked)


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

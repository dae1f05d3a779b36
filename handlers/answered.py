"""What a question was taken for, and what the person is shown for it."""

from dataclasses import dataclass, replace
from typing import Literal

from handlers.chat import House, Reply
from knowledge.general import general
from knowledge.matcher import Match
from knowledge.model import Verdict

Kind = Literal["no-rule", "clinical", "outside", "chat", "distress"]


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


def netted(match: Match, house: House) -> Match:
    """Put the general rule for who asks and what they want before a match that came to nothing."""
    if match.outcome != "none" or match.outside or not match.ranking:
        return match
    found = general_rule(match, house)
    return replace(match, outcome="choice", ranking=(found,)) if found else match


def general_rule(match: Match, house: House) -> str:
    """Return the id of the general rule for who asks and what they want; "" where there is none."""
    cell = general(match.reading.terms, house.library.general)
    return cell.rule if cell and cell.rule in {rule.id for rule in house.library.live} else ""

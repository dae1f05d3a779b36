"""What a practice wants of an action, as a sentence.

en-2026-06-medicines                            the action
en-2026-06-medicines doing                      a stand
en-2026-06-medicines from 2026-12-01            pledged from a day
en-2026-06-medicines when 50% lmc 2026-12-06    a condition; small words between are let pass
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.library import Library
from knowledge.model import ID_LENGTH, ID_PATTERN

WITH_ID = ("set", "sent")
VERBS = {
    "more": "more",
    "considering": "considering",
    "consider": "considering",
    "pledged": "from",
    "pledge": "from",
    "from": "from",
    "today": "today",
    "doing": "doing",
    "do": "doing",
    "paused": "paused",
    "pause": "paused",
    "stopped": "stopped",
    "stop": "stopped",
    "when": "when",
    "withdraw": "withdraw",
}
AREAS = ("place", "icb", "lmc")
_SMALL = frozenset({"in", "our", "by", "of", "the", "practices", "practice", "do", "does", "at", "least", "on", "from"})
_ID = re.compile(ID_PATTERN)
_NUMBER = re.compile(r"(\d{1,5})(%?)")
LIKE = "pledge ID when 10 place by 2026-12-31"


@dataclass(frozen=True)
class Wish:
    """What is wanted: `verb` as in `VERBS`; of a condition what was said so far; `fault` is what cannot be read."""

    action: str
    verb: str = ""
    day: str = ""
    area: str = ""
    number: int = 0
    percent: int = 0
    until: str = ""
    fault: str = ""

    @property
    def amount(self) -> str:
        """How many, as typed: 10 or 50%; "" where it was not said."""
        return f"{self.percent}%" if self.percent else str(self.number or "")

    def sentence(self) -> str:
        """Write a condition as it could be typed."""
        return " ".join(word for word in ("pledge", self.action, "when", self.amount, self.area, self.until) if word)


def is_action(word: str, library: Library) -> bool:
    """Whether a word is an action's id, or looks like one that is gone; "pledge pre-op" is a question."""
    gone = word.count("-") >= 3 and len(word) <= ID_LENGTH and bool(_ID.fullmatch(word))
    return word in library.actions or gone


def read(words: Sequence[str]) -> Wish:
    """Read what follows `pledge` where its first word is an action's id."""
    action, *rest = words
    verb = VERBS.get(rest[0], "") if rest else ""
    if rest and not verb:
        return Wish(action, fault=f"I do not know “{rest[0]}”. Say considering, from a day, doing, paused or stopped.")
    if verb == "when":
        return _condition(action, rest[1:])
    said = [word for word in rest[1:] if word not in _SMALL]
    if verb == "from":
        return Wish(action, verb, day=" ".join(said))
    return Wish(action, verb) if not said else Wish(action, fault=f"After {rest[0]} I expect nothing more.")


def _condition(action: str, rest: Sequence[str]) -> Wish:
    found = {"area": "", "amount": "", "until": ""}
    for word in rest:
        if word in _SMALL:
            continue
        kind = "area" if word in AREAS else "amount" if _NUMBER.fullmatch(word) else "until"
        if word == "pcn":
            return Wish(action, fault="PCNs are not in my directory. Choose your place, your ICB or the LMC's area.")
        if found[kind]:
            return Wish(action, fault=f"I cannot read “{found[kind]} {word}”. Write it like this: {LIKE}")
        found[kind] = word
    number = _NUMBER.fullmatch(found["amount"])
    percent = int(number[1]) if number and number[2] else 0
    if number and not (1 <= percent <= 100 if number[2] else int(number[1]) >= 1):
        return Wish(action, fault=f"{found['amount']} is no number to wait for: from 1 up, or from 1% to 100%.")
    plain = int(number[1]) if number and not number[2] else 0
    return Wish(action, "when", area=found["area"], number=plain, percent=percent, until=found["until"])


def parsed(text: str) -> date | None:
    """Read a day as it is typed, 2026-12-01; None where it is none."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None

"""What a practice counts without a letter, in two taps, and how it takes back what was counted.

    report                                 of which kind?
    report request hospital-fit-note       work that was sent to it: from whom?
    report rejected to r0a                 a referral that a provider refused
    report abuse verbal                    of staff: its type alone, no person and no words

No patient, no person: a day, the practice, the provider, the rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers.chat import Button, Headline, House, Person, Reply, Section, kept
from handlers.letter import provider
from handlers.letter.wish import SKIP
from handlers.records import UNCOUNTED, Incident, Wrong
from knowledge.model import Rule

TWICE = 10  # seconds within which a second tap is the same one
LATELY = 3600  # seconds within which `undo` alone takes back
DIGITS = 15  # of a number that a record may have
KINDS = {
    Wrong.REQUEST: "Work that is not ours",
    Wrong.REJECTED: "A rejected referral",
    Wrong.ABUSE: "Abuse of our staff",
}
ABUSE = {
    "verbal": "Shouting or insults",
    "threats": "Threats",
    "physical": "Violence",
    "hate": "Racist or other hate",
    "online": "Online or in reviews",
    "damage": "Damage to property",
}


@dataclass(frozen=True)
class _Report:
    """What is reported, as far as it is said; `looked_for` is part of a provider's name."""

    kind: Wrong
    rule: Rule | None = None
    provider: str = ""
    detail: str = ""
    looked_for: str = ""

    def sentence(self) -> str:
        """Write it as it could be typed."""
        to = ["to", self.provider.lower()] if self.provider else []
        return " ".join(["report", self.kind, *([self.rule.id] if self.rule else []), *to])


def fits(words: Sequence[str], house: House) -> bool:
    """Whether words are what follows `report`."""
    return list(words) in ([], ["it"]) or _read(words, house) is not None


def _read(words: Sequence[str], house: House) -> _Report | None:
    """Read what follows `report`; None where it is no such sentence."""
    if not words or words[0] not in set(KINDS):
        return None
    kind, rest = Wrong(words[0]), list(words[1:])
    if kind is Wrong.ABUSE:
        return _Report(kind, detail=rest[0] if rest else "") if len(rest) < 2 else None
    rule = house.library.rules.get(rest[0]) if rest else None
    rest = rest[1:] if rule else rest
    match rest:
        case []:
            return _Report(kind, rule)
        case ["to", code]:
            return _Report(kind, rule, code if code == SKIP else code.upper())
        case ["at", *name] if name:
            return _Report(kind, rule, looked_for=" ".join(name))
    return None


def report(words: Sequence[str], house: House, person: Person) -> Reply:
    """Count an incident, asking for what it needs: its kind, then the provider or the type of abuse."""
    told = _read(words, house)
    if told is None:
        buttons = tuple(Button(label, f"report {kind}") for kind, label in KINDS.items())
        said = "Only the day, the provider and the kind are counted. No patient, no person, no words."
        return Reply((Headline("?", "WHAT HAPPENED?"), Section("", (said,))), buttons)
    if told.kind is Wrong.ABUSE and told.detail not in ABUSE:
        buttons = tuple(Button(label, f"report abuse {word}") for word, label in ABUSE.items())
        said = "In danger now: 999. The type alone is counted."
        return Reply((Headline("?", "WHAT KIND OF ABUSE?"), Section("", (said,))), buttons)
    if told.kind is not Wrong.ABUSE and (asked := _provider(told, house, person)):
        return asked
    return _counted(told, house, person)


def _provider(told: _Report, house: House, person: Person) -> Reply | None:
    """Ask for the provider where none is named, or the named one is not known; None where it is settled."""

    def to(code: str) -> str:
        return replace(told, provider=code, looked_for="").sentence()

    again = replace(told, provider="", looked_for="").sentence()
    if told.looked_for:
        return provider.matching(told.looked_for, to, again, house, person)
    if not told.provider:
        about = told.rule.title if told.rule else ""
        return provider.choose(Headline("?", "FROM WHOM?"), about, to, again, house, person)
    if told.provider != SKIP and not provider.named(told.provider, house.directory()):
        return provider.matching(told.provider, to, again, house, person)
    return None


def _counted(told: _Report, house: House, person: Person) -> Reply:
    member = person.member
    practice = member.practice if member else ""
    to = "" if told.provider == SKIP else told.provider
    rule = told.rule.id if told.rule and told.rule.category not in UNCOUNTED else ""
    incident = Incident(house.today().isoformat(), practice, told.kind, to, rule, told.detail)
    number = kept(house).incidents.add(incident, house.now(), TWICE)
    what = ABUSE[told.detail].lower() if told.kind is Wrong.ABUSE else provider.named(to, house.directory())
    said = f"{KINDS[told.kind]}{f': {what}' if what else ''}, today. It goes into figures that name no practice."
    buttons = (Button("Don't count this", f"undo {number}"), Button("Another", "report"))
    return Reply((Headline("✔", "COUNTED"), Section("", (said,))), buttons)


def is_number(words: Sequence[str]) -> bool:
    """Whether what follows `undo` are numbers of incidents, or nothing: the last one."""
    return all(word.isdecimal() and len(word) <= DIGITS for word in words)


def undo(words: Sequence[str], house: House, person: Person) -> Reply:
    """Count incidents no more: `undo 123`, those of one letter together; `undo`, what was counted last."""
    incidents, member = kept(house).incidents, person.member
    if not words and member:
        words = (str(incidents.latest(member.practice, house.now() - LATELY)),)
    found = [incidents.by_id(int(word)) for word in words]
    ours = [each.id for each in found if each and member and each.practice == member.practice]
    if not ours:
        return Reply((Headline("–", "NOTHING TO TAKE BACK"), Section("", ("It is not counted, or not yours.",))))
    for number in ours:
        incidents.undo(number)
    return Reply(
        (
            Headline("✔", "NOT COUNTED"),
            Section("", ("It goes into no figure. What was shown for a month that is over stays.",)),
        )
    )

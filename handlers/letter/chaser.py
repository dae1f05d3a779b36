"""Two weeks after a letter, one quiet question: did they reply?"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from handlers.buttons import SETTINGS
from handlers.cards import day
from handlers.chat import LONDON, Button, Headline, House, Person, Reply, Section, Small, kept
from handlers.letter import provider
from handlers.letter.wish import Wish
from handlers.records import Chase, Incident, Member, Wrong

AFTER = 14 * 86400  # seconds
_NEXT = {"first": "repeat", "repeat": "escalate"}  # the wording that comes after one that had no answer


def begin(incident: int, wording: str, house: House, member: Member) -> None:
    """Keep a letter to ask after, where another letter could follow it and its sender wants reminders."""
    if wording in _NEXT and "reminders" not in member.stopped:
        kept(house).chases.add(Chase(incident, member.id, house.now() + AFTER))


def quiet(member: Member, now: float) -> bool:
    """Whether a time is within a member's quiet hours, by London's clock."""
    begin, end = member.quiet
    hour = datetime.fromtimestamp(now, LONDON).hour
    return begin <= hour < end if begin <= end else hour >= begin or hour < end


def question(chase: Chase, house: House) -> Reply | None:
    """Write the question; None where the letter counts no more."""
    incident = kept(house).incidents.by_id(chase.incident)
    rule = house.library.rules.get(incident.rule) if incident else None
    if incident is None or rule is None or incident.kind is not Wrong.LETTER:
        return None
    name = provider.named(incident.provider, house.directory()) or "they"
    sent = f"Your letter of {day(date.fromisoformat(incident.day))}: {rule.title}"
    buttons = [Button("Yes", f"replied {chase.incident} yes")]
    if following := _following(incident, house):
        buttons.append(Button("No: next letter", following))
    buttons.append(Button("Stop asking", f"replied {chase.incident} stop"))
    return Reply(
        (Headline("?", f"DID {name.upper()} REPLY?"), Section("", (sent,)), Small("Asked once.")), tuple(buttons)
    )


def _following(incident: Incident, house: House) -> str:
    """Return the sentence for the letter that comes after one; "" where there is none."""
    rule = house.library.rules[incident.rule]
    letter = house.library.letters.get(rule.letter)
    wording = _NEXT.get(incident.detail, "")
    if letter is None or house.hidden(rule.id) or wording not in letter.wordings():
        return ""
    return replace(Wish((rule,), wording), provider=incident.provider or "skip").sentence()


def is_reply(words: Sequence[str]) -> bool:
    """Whether what follows `replied` is a letter's number and an answer."""
    return len(words) == 2 and words[0].isdecimal() and len(words[0]) <= 15 and words[1] in ("yes", "stop")


def replied(words: Sequence[str], house: House, person: Person) -> Reply:
    """Take the answer to the question: `replied 12 yes`, `replied 12 stop`."""
    records, number = kept(house), int(words[0])
    found, member = records.incidents.by_id(number), person.member
    if found is None or member is None or found.practice != member.practice:
        return Reply((Headline("–", "THAT LETTER IS NOT YOURS"), Section("", ("Or it is not counted any more.",))))
    records.chases.drop(number)
    if words[1] == "yes":
        return Reply((Headline("✔", "GOOD"), Section("", ("I ask about that letter no more.",))))
    records.chases.drop_all(member.id)
    records.members.change(member.id, stopped=member.stopped | {"reminders"})
    said = "I ask about no letter any more. To have it back: settings want reminders"
    return Reply((Headline("✔", "STOPPED"), Section("", (said,))), (SETTINGS,))

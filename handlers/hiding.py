"""A rule taken back at once: an officer hides it, and the bot answers nothing from it until it is shown again.

    hide                      the rules that are hidden, by whom and since when
    hide hospital-fit-note    hide one            unhide hospital-fit-note    show it again

`House.hidden` alone says whether a rule is; what is shown in its place stands in `handlers/cards.py`. The matcher knows
nothing of it: a hidden rule is still found, so that no other rule answers in its place.
"""

from collections.abc import Sequence
from datetime import datetime

from handlers.cards import day
from handlers.chat import LONDON, Button, Headline, House, Part, Person, Reply, Section, Small, kept
from handlers.records import Hiding

_ALL = Button("All that are hidden", "hide")


def hide(words: Sequence[str], house: House, person: Person) -> Reply:
    """Hide a rule, or list those that are hidden."""
    if not words:
        return _listed(house, person)
    ident = words[0]
    rule = house.library.rules.get(ident)
    if rule is None:
        return Reply((Headline("–", f"THERE IS NO RULE {ident}"),), (_ALL,))
    records, me = kept(house), kept(house).members.begin(person.account, house.now()).id
    new = records.hidden.hide(Hiding(ident, house.now(), me))
    if new:
        records.audit.note(house.now(), person.account, "hide", ident)
    (held,) = [each for each in records.hidden.all() if each.rule == ident]
    said = f"Whoever comes to it reads that {house.lmc.name} is checking it, and gets no verdict and no letter."
    parts: list[Part] = [
        Headline("✔", "HIDDEN" if new else "IT IS HIDDEN ALREADY"),
        Section(rule.title, (_by(held, me),)),
        Section("", (said,)),
        Small("What was sent before stands where it stands: a letter, a shared card, an update."),
    ]
    return Reply(
        tuple(parts), (Button("Show it again", f"unhide {ident}"), Button("What they see", f"rule {ident}"), _ALL)
    )


def unhide(words: Sequence[str], house: House, person: Person) -> Reply:
    """Show a rule again."""
    ident, records = words[0], kept(house)
    if not records.hidden.show(ident):
        return Reply((Headline("–", "THAT RULE IS NOT HIDDEN"),), (_ALL,))
    records.audit.note(house.now(), person.account, "unhide", ident)
    rule = house.library.rules.get(ident)
    said = f"{rule.title}: it answers again." if rule else f"{ident} is not in the book any more."
    return Reply((Headline("✔", "SHOWN AGAIN"), Section("", (said,))), (*_open(ident, house), _ALL))


def _open(ident: str, house: House) -> tuple[Button, ...]:
    return (
        (Button("Open it", f"rule {ident}"), Button("Hide it", f"hide {ident}")) if ident in house.library.rules else ()
    )


def _listed(house: House, person: Person) -> Reply:
    held = kept(house).hidden.all()
    me = person.member.id if person.member else -1
    if not held:
        said = "To hide one at once, send: hide and its id, such as: hide hospital-fit-note"
        return Reply((Headline("→", "NO RULE IS HIDDEN"), Section("", (said,))))
    named = {each.rule: house.library.rules[each.rule].title for each in held if each.rule in house.library.rules}
    parts = [
        Section(named.get(each.rule, f"{each.rule} (not in the book any more)"), (_by(each, me),)) for each in held
    ]
    buttons = tuple(Button(f"Show again: {named.get(each.rule, each.rule)}", f"unhide {each.rule}") for each in held)
    return Reply((Headline("→", f"HIDDEN: {len(held)}"), *parts), buttons)


def _by(held: Hiding, me: int) -> str:
    at = datetime.fromtimestamp(held.at, LONDON)
    who = "you" if held.officer == me else f"officer {held.officer}" if held.officer else "an officer who has left"
    return f"Hidden by {who}, {day(at.date())} {at:%H:%M}"

"""A rule as a card: what fits one phone screen, and what *Why* opens."""

import re
from collections.abc import Sequence
from datetime import date

from handlers.buttons import ask_lmc_of, back_to, why_of
from handlers.chat import Button, Headline, House, Link, Part, Person, Reply, Section, Small, Title
from handlers.records import UNCOUNTED
from knowledge.model import HANDED_BACK, Basis, Confidence, Contact, Nation, Role, Rule, Status, Verdict

# The first line of every answer.
VERDICTS: dict[Verdict, Headline] = {
    Verdict.MUST_DO: Headline("✔", "YOURS: this one must be done"),
    Verdict.NOT_YOURS: Headline("↩", "NOT YOURS: hand it back"),
    Verdict.MAY_DECLINE: Headline("○", "YOU MAY DECLINE"),
    Verdict.COMMISSIONED_ONLY: Headline("£", "ONLY IF COMMISSIONED"),
    Verdict.DEPENDS: Headline("?", "IT DEPENDS"),
    Verdict.SIGNPOST: Headline("→", "WHO TO GO TO"),
}
NATIONS: dict[Nation, str] = {
    Nation.ENGLAND: "England",
    Nation.WALES: "Wales",
    Nation.SCOTLAND: "Scotland",
    Nation.NORTHERN_IRELAND: "Northern Ireland",
}
ROLES: dict[Role, str] = {
    Role.PARTNER: "a partner",
    Role.SALARIED: "a salaried GP",
    Role.LOCUM: "a locum",
    Role.REGISTRAR: "a registrar",
    Role.MANAGER: "a manager",
    Role.NURSE: "a nurse",
    Role.OTHER: "in another role",
}
_CONFIDENCE: dict[Confidence, str] = {
    Confidence.HIGH: "",
    Confidence.MEDIUM: "medium confidence",
    Confidence.LOW: "low confidence: check before you rely on it",
}


def card(rule: Rule, house: House, person: Person, beside: Sequence[Rule] = (), role: Role | None = None) -> Reply:
    """Write a rule as an answer.

    Args:
        rule: what to answer.
        house: the committee and the clock.
        person: who asks; their nation and role shape the card.
        beside: runners-up, offered as buttons.
        role: the role to answer for, where the person chose one for this answer.

    Returns:
        The card: verdict, question as understood, answer, who, unless, basis with a link, one small line; and buttons.
        Of a hidden rule nothing but that it is being checked, and no runners-up: they are no answer to its question.
    """
    if house.hidden(rule.id):
        return checking(rule, house)
    again = " ".join(filter(None, ("rule", rule.id, role)))
    role = role or person.role
    parts = [VERDICTS[rule.verdict], Title(rule.title), *warnings(rule, house.today(), person.nation)]
    parts.append(Section("", (rule.answer,)))
    if role and role in rule.roles:
        parts.append(Section(f"As {ROLES[role]}", (rule.roles[role],)))
    parts += [Section("Who", (rule.who,)), Section("Unless", rule.unless)]
    if rule.fee:
        parts.append(Section("Fee", (rule.fee,)))
    if point := _first_point(rule.watch):
        parts.append(Section("Watch", (point,)))
    parts += _basis(rule, person.nation)
    parts.append(Small(_small(rule, house)))
    return Reply(tuple(parts), tuple(_buttons(rule, role, beside, person)), again=again)


def why(rule: Rule, house: House, person: Person, role: Role | None = None) -> Reply:
    """Write what stands behind a rule: the reason, every clause, every source, what to watch."""
    if house.hidden(rule.id):
        return checking(rule, house)
    role = role or person.role
    parts: list[Part] = [VERDICTS[rule.verdict], Title(rule.title), *warnings(rule, house.today(), person.nation)]
    parts.append(Section("Why", (rule.why,)))
    if rule.depends_on:
        parts.append(Section("It depends on", (rule.depends_on,)))
    if rule.watch:
        parts.append(Section("Watch", (rule.watch,)))
    parts += [Section(f"As {ROLES[each]}", (said,)) for each, said in rule.roles.items() if each is not role]
    parts += [
        part for contact in house.library.contacts.values() if contact.source == rule.id for part in _to(contact, house)
    ]
    if rule.basis:
        parts.append(Section("Basis", tuple(map(_told, rule.basis))))
    unlinked = [source for source in rule.sources if not source.url]
    parts += [
        Link(_cited(source.title, source.publisher, source.date), source.url) for source in rule.sources if source.url
    ]
    if unlinked:
        parts.append(Section("No page for", tuple(f"{source.supports} ({source.publisher})" for source in unlinked)))
    parts.append(Small(_small(rule, house)))
    back = (back_to(rule.id), ask_lmc_of(rule.id))
    return Reply(tuple(parts), back, again=f"why {rule.id}")


def checking(rule: Rule, house: House) -> Reply:
    """Say, in the place of anything from a hidden rule, that the LMC is checking it."""
    said = "It may be wrong or out of date, so I show no verdict and no letter until that is settled. Ask them."
    safe = "If waiting could harm the patient, make them safe first and argue afterwards."
    parts = (
        Headline("!", f"{house.lmc.name.upper()} IS CHECKING THIS"),
        Title(rule.title),
        Section("", (said,)),
        Section("", (safe,)),
    )
    return Reply(parts, (ask_lmc_of(rule.id), Button("Not my question", f"not {rule.id}")))


def told(rule: Rule, house: House) -> str:
    """Tell a rule's verdict in a line, where one of several is offered."""
    return "being checked by the LMC" if house.hidden(rule.id) else VERDICTS[rule.verdict].text


def choice(rules: Sequence[Rule], house: House, intro: Headline) -> Reply:
    """Offer a few rules, each with its verdict, and a way on where it is none of them."""
    parts: list[Part] = [intro]
    parts += [Section(rule.title, (told(rule, house),)) for rule in rules]
    buttons = [Button(rule.title, f"rule {rule.id}") for rule in rules]
    return Reply(tuple(parts), (*buttons, Button("None of these: ask the LMC", "lmc")))


def warnings(rule: Rule, today: date, nation: Nation) -> list[Part]:
    """What must be seen before the answer is."""
    found: list[Part] = []
    if rule.status is Status.RETIRED:
        found.append(Section("Withdrawn", ("This rule no longer holds. Ask the LMC.",)))
    if nation not in rule.nations:
        where = _and([NATIONS[each] for each in rule.nations])
        found.append(Section("Another nation", (f"This is the rule in {where}. Check it for {NATIONS[nation]}.",)))
    elif rule.basis and not any(holds_in(each, nation) for each in rule.basis):
        said = f"What it rests on below is another nation's. Check it for {NATIONS[nation]} before you quote it."
        found.append(Section("Another nation's clause", (said,)))
    if rule.due(today):
        said = f"This rule was due for review by {day(rule.review_by)}. Check it before you rely on it."
        found.append(Section("Out of date", (said,)))
    if rule.valid_from and today < rule.valid_from:
        found.append(Section("Not yet", (f"This holds from {day(rule.valid_from)}.",)))
    return found


def _basis(rule: Rule, nation: Nation) -> list[Part]:
    """The clause that the answer rests on (one with a number before one without), and the first page that says so."""
    parts: list[Part] = []
    if rule.basis:
        held = [each for each in rule.basis if holds_in(each, nation)] or list(rule.basis)
        best = next((basis for basis in held if basis.clause), held[0])
        weak = " (note under Why)" if best.note else ""
        parts.append(Section("Basis", (named(best) + weak,)))
    if source := next((source for source in rule.sources if source.url), None):
        parts.append(Link(_cited(source.title, source.publisher, source.date), source.url))
    return parts


def _to(contact: Contact, house: House) -> list[Part]:
    """Whom to go to; the LMC's own ways are those of its configuration."""
    lmc = house.lmc if contact.id == "lmc" else None
    ways = [lmc.phone, lmc.email] if lmc else [contact.phone, contact.hours]
    said = " · ".join(part for part in (contact.what_for, *ways) if part)
    url = lmc.url if lmc else contact.url
    return [Section(contact.title, (said,)), *([Link(contact.title, url)] if url else [])]


def _told(basis: Basis) -> str:
    said = f"{named(basis)}: {basis.says}"
    return f"{said} [{basis.note}]" if basis.note else said


def named(basis: Basis) -> str:
    """Name an instrument with its clause, where the clause was confirmed."""
    return f"{basis.instrument}, {basis.clause}" if basis.clause else basis.instrument


# What the small line says already: a watch that opens with it would hide its point.
_LABEL = re.compile(
    r"(?:Position for )?(?:England|Wales|Scotland|Northern Ireland|and|only|,| )+[.;]|(?:Low|Medium) confidence\b.*"
)


def _first_point(watch: str) -> str:
    """The first sentence of a watch that is more than the name of a nation or a grade of confidence; "" if none is."""
    sentences = re.split(r"(?<=[.;])\s", watch)
    return next((line.rstrip(".;") + "." for line in sentences if line and not _LABEL.fullmatch(line)), "")


_ENGLISH = re.compile(r"\bEngland\b|\bEnglish\b|NHS Standard Contract|\bNHSE\b")
_DEVOLVED = {
    Nation.WALES: re.compile(r"\bWales\b|\bWelsh\b"),
    Nation.SCOTLAND: re.compile(r"\bScot(?:land|tish)\b"),
    Nation.NORTHERN_IRELAND: re.compile(r"\bNorthern Ireland\b"),
}


def holds_in(basis: Basis, nation: Nation) -> bool:
    """Whether a basis may be cited in a nation: one that names other nations alone may not."""
    told = named(basis)
    others = {each for each, words in (_DEVOLVED | {Nation.ENGLAND: _ENGLISH}).items() if words.search(told)}
    return not others or nation in others


def _cited(title: str, publisher: str, dated: str) -> str:
    about = ", ".join(part for part in (publisher, dated) if part)
    return f"{title} ({about})" if about else title


def _small(rule: Rule, house: House) -> str:
    checked = (
        f"checked by {rule.checked_by}" if rule.status is Status.CHECKED else "draft: no curator has signed it yet"
    )
    said = [
        _and([NATIONS[nation] for nation in rule.nations]),
        f"contract {rule.contract_year}" if rule.contract_year else "",
        checked,
        _CONFIDENCE[rule.confidence],
        f"review by {day(rule.review_by)}",
        "local rule" if rule.local else "",
        rule.id,
        str(house.library.release),
    ]
    return " · ".join(part for part in said if part)


def _buttons(rule: Rule, role: Role | None, beside: Sequence[Rule], person: Person) -> list[Button]:
    sendable = rule.letter and rule.status is not Status.RETIRED
    buttons = [Button("Letter", f"letter {rule.id}")] if sendable else []
    buttons += [why_of(rule.id), Button("Not my question", f"not {rule.id}")]
    counts = rule.verdict in HANDED_BACK and rule.category not in UNCOUNTED
    if person.member and person.member.practice and counts:
        buttons.append(Button("Just count it", f"report request {rule.id}"))
    if role is None:
        buttons += [Button(f"I am {ROLES[each]}", f"rule {rule.id} {each}") for each in rule.roles]
    buttons += [Button(other.title, f"rule {other.id}") for other in beside]
    return [*buttons, ask_lmc_of(rule.id)]


def _and(names: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def day(on: date) -> str:
    """Write a day as people do: 31 March 2027."""
    return f"{on.day} {on:%B %Y}"

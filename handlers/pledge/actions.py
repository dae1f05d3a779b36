"""The sets and actions of the book as screens: the current ones to take, the past ones to read."""

from collections.abc import Sequence
from datetime import date

from handlers.ask import open_rule
from handlers.buttons import LMC, why_of
from handlers.cards import NATIONS, day
from handlers.chat import LONGEST_SENTENCE, Button, Headline, House, Link, Part, Person, Reply, Section, Small, Title
from handlers.may import May, below, may
from handlers.member import nation_of
from handlers.records import Pledge, Stand
from knowledge.directory import Practice
from knowledge.model import Action, ActionSet, Allowed, Nation, Role, State

DECIDES = Small("Your practice decides. The LMC does not direct it, and tells no commissioner.")
STATUS = {
    Allowed.YES: "allowed today",
    Allowed.NOTICE: "allowed after notice, or a talk with the commissioner",
    Allowed.NO: "would breach the contract today",
    Allowed.HISTORY: "no longer a thing to do",
    Allowed.UNCLEAR: "not settled: ask your LMC",
}
TAKEN = frozenset({Allowed.YES, Allowed.NOTICE})  # what a practice may pledge here
STANDS = {
    Stand.CONSIDERING: "considering",
    Stand.WAITING: "waiting for its condition",
    Stand.PLEDGED: "pledged",
    Stand.DOING: "doing it",
    Stand.PAUSED: "paused",
    Stand.STOPPED: "stopped",
}
RULES = {Role.SALARIED: "ca-salaried", Role.LOCUM: "ca-locum", Role.REGISTRAR: "ca-registrar"}
_STATUS_RULE = {
    Nation.ENGLAND: "ca-current-status-england",
    Nation.WALES: "ca-status-wales",
    Nation.SCOTLAND: "ca-status-scotland",
    Nation.NORTHERN_IRELAND: "ca-status-northern-ireland",
}
# What binds a practice whatever action it takes, when a commissioner asks.
MUST_ANSWER = {
    "data-dpn-statutory": "a Data Provision Notice of NHS England",
    "data-edec": "the yearly declaration (eDEC)",
    "data-cqc-information": "the CQC",
    "data-icb-prescribing-inquiry": "a proper inquiry about what you prescribe or refer",
    "data-icb-info-request": "what a clause of the contract or a direction asks for",
}
ALL = Button("All actions", "pledge")
RECORD = Button("Our record", "pledge record")


def practice_of(house: House, person: Person) -> Practice | None:
    """Return the practice that a person speaks for, None where there is none in the directory."""
    member = person.member
    return house.directory().practices.get(member.practice) if member and member.practice else None


def nation(house: House, person: Person) -> Nation:
    """The nation whose actions a person sees: their practice's, else what they set."""
    practice = practice_of(house, person)
    return practice.nation if practice else nation_of(person.member, house)


def sets(house: House, where: Nation, state: bool = True) -> list[ActionSet]:
    """Return a nation's sets, newest first: the current ones, or the past ones."""
    found = [each for each in house.library.sets.values() if each.nation is where]
    return sorted(
        (each for each in found if (each.state is State.CURRENT) is state), key=lambda each: each.since, reverse=True
    )


def of_sets(house: House, held: Sequence[ActionSet]) -> list[Action]:
    """Return the actions of some sets, in their order."""
    order = {each.id: at for at, each in enumerate(held)}
    found = [each for each in house.library.actions.values() if each.set in order]
    return sorted(found, key=lambda each: (order[each.set], each.number or 0, each.id))


def ended(action: Action, house: House) -> str:
    """Say since when an action is over; "" where it is not."""
    until = action.valid_to
    if until and until < house.today().isoformat()[: len(until)]:
        return until
    held = house.library.sets.get(action.set)
    return "" if held and held.state is State.CURRENT else until or (held.until if held else "") or "an earlier dispute"


def current(house: House, person: Person) -> Reply:
    """Show the current set of a practice's nation: `pledge`."""
    where = nation(house, person)
    held = sets(house, where)
    listed = of_sets(house, held)
    own = {pledge.action: pledge for pledge in _own(house, person)}
    parts: list[Part] = [Headline("◆", f"COLLECTIVE ACTION: {NATIONS[where]}")]
    for called in held:
        parts += [Title(called.title), Section("", (called.about,))]
    if not held:
        parts.append(Section("", (f"The book has no current set of actions for {NATIONS[where]}. Ask your LMC.",)))
    open_ = any(each.allowed in TAKEN for each in listed)
    for each in listed:
        stands = f"Your practice: {told(own[each.id])}" if each.id in own else ""
        said = each.does if open_ else each.status_today
        parts.append(Section(each.title, tuple(part for part in (said, STATUS[each.allowed], stands) if part)))
    if not open_:
        parts.append(Section("", ("There is nothing here for a practice to pledge.",)))
    rule = _STATUS_RULE[where]
    buttons = [Button(each.title, f"pledge {each.id}") for each in listed]
    buttons += [Button("What is current?", f"rule {rule}")] if rule in house.library.rules else []
    if practice_of(house, person):
        buttons.append(RECORD)
    buttons += [Button("How our area does", "pledge progress"), Button("The ICB asked us", "icb asked us")]
    buttons += [Button("Earlier actions", "pledge history")] if sets(house, where, state=False) else []
    return Reply((*parts, DECIDES), tuple(buttons), again="pledge")


def _own(house: House, person: Person) -> list[Pledge]:
    """What a person's practice pledged; a condition is for those who speak for it."""
    if house.records is None or person.member is None or not person.member.practice:
        return []
    speaks = may(person, May.SPEAKER)
    return [each for each in house.records.pledges.of(person.member.practice) if speaks or each.stand != Stand.WAITING]


def _once(ident: str, house: House, person: Person) -> str:
    """Write where a practice without a pledge stands: since when it has stopped, or that it has said nothing."""
    practice = practice_of(house, person)
    history = house.records.pledges.history(practice.code) if practice and house.records else []
    last = next((entry for entry in reversed(history) if entry.action == ident and entry.what == Stand.STOPPED), None)
    return f"stopped on {day(date.fromisoformat(last.day))}" if last else "has not said anything"


def told(pledge: Pledge) -> str:
    """Write where a practice stands, with the day."""
    on = day(date.fromisoformat(pledge.day))
    match pledge.stand:
        case Stand.PLEDGED:
            return f"pledged from {on}"
        case Stand.WAITING:
            return f"waiting for its condition, until {day(date.fromisoformat(pledge.until))}"
    return f"{STANDS[pledge.stand]} since {on}"


def one(ident: str, house: House, person: Person, more: bool = False, first: Sequence[Part] = ()) -> Reply:
    """Show an action: what it means, its safety note, its contract status with a date, its letters.

    Args:
        ident: the action's id.
        house: the book and what is remembered.
        person: who looks.
        more: whether to show the reason, what to watch, how it is measured, and the sources.
        first: what to say before it: what was just done.
    """
    action = house.library.actions.get(ident)
    if action is None:
        said = f"I have no action called {ident}: it may have been renamed."
        return Reply((Headline("?", "NO SUCH ACTION"), Section("", (said,)), DECIDES), (ALL,))
    own = next((each for each in _own(house, person) if each.action == ident), None)
    over = ended(action, house)
    parts: list[Part] = [*(first or [Headline("◆", "AN ACTION")]), Title(action.title)]
    if over:
        parts.append(Section("Read-only", (f"This action ended ({over}). It stands here as history.",)))
    if practice_of(house, person) and not over:
        parts.append(Section("Your practice", (told(own) if own else _once(ident, house, person),)))
    dated = max((source.date for source in action.sources if source.date), default="")
    status = f"{STATUS[action.allowed][:1].upper()}{STATUS[action.allowed][1:]}. {action.status_today}"
    # What was just done is told in short: the whole stood on the screen before.
    parts += [] if first else [Section("What it means", (action.does,))]
    parts += [
        Section("Safety", (action.safety,)),
        Section(f"Contract today (sources to {dated})" if dated else "Contract today", (status,)),
    ]
    if more:
        parts += [Section("Why", (action.why,)), Section("For", (action.applies_to,))]
        parts += [Section("Watch", (action.watch,))] if action.watch else []
        parts.append(Section("Measured by", (action.measure,)))
        parts += [
            Link(f"{each.title} ({each.publisher}, {each.date})", each.url) for each in action.sources if each.url
        ]
    buttons = [
        *(() if over else _steps(action, own)),
        *_letters(action, house, own is not None and own.stand is not Stand.WAITING),
    ]
    buttons += [] if more else [Button("All of it" if first else "More", f"pledge {ident} more")]
    fitting = tuple(each for each in buttons if each)
    return Reply((*parts, DECIDES), (*fitting, ALL), again=f"pledge {ident}")


_NEXT: dict[Stand | None, tuple[tuple[str, str], ...]] = {
    None: (
        ("We consider it", "considering"),
        ("We pledge it", "from"),
        ("We do it", "doing"),
        ("If others do", "when"),
    ),
    Stand.CONSIDERING: (("We pledge it", "from"), ("We do it", "doing"), ("If others do", "when"), ("No", "stopped")),
    Stand.WAITING: (("Withdraw", "withdraw"), ("Without a condition", "from")),
    Stand.PLEDGED: (("We do it", "doing"), ("Another day", "from"), ("Pause", "paused"), ("Stop", "stopped")),
    Stand.DOING: (("Pause", "paused"), ("Stop", "stopped")),
    Stand.PAUSED: (("We do it again", "doing"), ("Stop", "stopped")),
}


def _steps(action: Action, own: Pledge | None) -> list[Button]:
    """Offer where a practice can stand next; the last word on who may is spoken when it is pressed."""
    if action.allowed is Allowed.UNCLEAR:
        return [Button("We consider it", f"pledge {action.id} considering")] if own is None else []
    if action.allowed not in TAKEN:
        return []
    return [Button(label, f"pledge {action.id} {verb}") for label, verb in _NEXT[own.stand if own else None]]


def _letters(action: Action, house: House, pledged: bool) -> list[Button]:
    """Offer the action's letters through a rule that gives each, and to note one that was sent."""
    buttons = []
    for ident in action.letters:
        title = house.library.letters[ident].title
        rule = next((each.id for each in house.library.live if each.letter == ident), "")
        sentences = [("Letter", f"letter {rule}")] if rule else []
        sentences += [("We sent it", f"pledge sent {ident}")] if pledged else []
        buttons += [
            Button(f"{label}: {title}", said) for label, said in sentences if len(said.encode()) <= LONGEST_SENTENCE
        ]
    return buttons


def history(house: House, person: Person) -> Reply:
    """List the past sets of a nation: `pledge history`."""
    held = sets(house, nation(house, person), state=False)
    lines = [Section(each.title, (f"{each.since} to {each.until or 'an unknown day'}",)) for each in held]
    if not held:
        lines = [Section("", ("The book holds no earlier set.",))]
    buttons = tuple(Button(each.title, f"pledge set {each.id}") for each in held)
    return Reply((Headline("◇", "EARLIER ACTIONS: to read only"), *lines, DECIDES), (*buttons, ALL))


def past(ident: str, house: House, _person: Person) -> Reply:
    """Show one set to read: `pledge set england-2024-08-menu-of-ten`."""
    held = house.library.sets.get(ident)
    if held is None:
        said = f"I have no set called {ident}."
        return Reply((Headline("?", "NO SUCH SET"), Section("", (said,)), DECIDES), (ALL,))
    listed = of_sets(house, [held])
    over = held.state is not State.CURRENT
    parts: list[Part] = [Headline("◇", "TO READ ONLY" if over else "CURRENT"), Title(held.title)]
    parts += [Section("", (held.about,))]
    parts += [Section(each.title, (STATUS[each.allowed],)) for each in listed]
    buttons = tuple(Button(each.title, f"pledge {each.id}") for each in listed)
    return Reply((*parts, DECIDES), (*buttons, Button("Earlier actions", "pledge history"), ALL))


def back_to(ident: str) -> Button:
    """Lead back to an action."""
    return Button("Back to the action", f"pledge {ident}")


def slip(said: str, ident: str = "") -> Reply:
    """Say what is wrong with a sentence, and lead back."""
    back = (back_to(ident),) if ident else ()
    return Reply((Headline("?", "NOT LIKE THAT"), Section("", (said,)), DECIDES), (*back, ALL))


def refused(house: House, person: Person) -> Reply | None:
    """Say why a person may not speak for a practice here; None where they may.

    A salaried GP, locum or registrar gets the rule for their role.
    """
    role = person.member.role if person.member else person.role
    rule = RULES.get(role) if role else None
    if rule and rule in house.library.rules and not may(person, May.SPEAKER):
        reply = open_rule(rule, "", house, person)
        said = Section("", ("A partner or the manager says what a practice does. For you this is the rule:",))
        first: tuple[Part, ...] = (Headline("–", "YOUR PRACTICE DECIDES"), said)
        return Reply((*first, *reply.parts, DECIDES), (*reply.buttons[:3], ALL))
    if no := below(person, May.SPEAKER):
        return Reply((*no.parts, DECIDES), (*no.buttons, ALL))
    practice = practice_of(house, person)
    code = person.member.practice if person.member else ""
    if practice is None or practice.closed:
        when = f"closed on {day(practice.closed)}" if practice and practice.closed else "is in my directory no more"
        name = practice.name if practice else code
        said_closed = f"{name} {when}. If it merged, ask your LMC for an invitation to the practice that took it on."
        return Reply((Headline("–", "THAT PRACTICE IS CLOSED"), Section("", (said_closed,)), DECIDES), (ALL,))
    return None


def barred(ident: str, stand: Stand, house: House) -> Reply | None:
    """Say why an action cannot be taken; None where it can."""
    action = house.library.actions.get(ident)
    if action is None:
        return slip(f"I have no action called {ident}: it may have been renamed.")
    if over := ended(action, house):
        return slip(f"“{action.title}” ended ({over}). A practice can pledge what is current alone.", ident)
    if action.allowed in TAKEN or (action.allowed is Allowed.UNCLEAR and stand is Stand.CONSIDERING):
        return None
    why = {
        Allowed.NO: "It would breach the contract today, so it is not pledged here.",
        Allowed.HISTORY: "It is no longer a thing to do.",
        Allowed.UNCLEAR: "It is not settled whether a contract allows it today: ask your LMC. You can consider it.",
    }
    return slip(why[action.allowed], ident)


def asked_us(house: House, person: Person) -> Reply:
    """Say what to send a commissioner that asks, and what must be answered."""
    where, rules = nation(house, person), house.library.rules
    if where is not Nation.ENGLAND:
        said = f"What a commissioner in {NATIONS[where]} may ask is not in the book. Before you answer, ask your LMC."
        parts: list[Part] = [Headline("→", "ASK YOUR LMC FIRST"), Section("", (said,))]
        return Reply((*parts, DECIDES), (LMC,), again="icb asked us")
    stand = [ident for ident in (_ASKS, *MUST_ANSWER) if ident in rules and not house.hidden(ident)]
    checked = tuple(rules[ident].title for ident in (_ASKS, *MUST_ANSWER) if ident in rules and ident not in stand)
    must = tuple(said for ident, said in MUST_ANSWER.items() if ident in stand)
    parts = [
        Headline("→", "THE ICB ASKED WHICH ACTIONS YOU TAKE"),
        *([Section("One line to send", (_LINE,))] if _ASKS not in rules or _ASKS in stand else []),
        Section("You need not say", ("which actions you take. Never pass on the figures or answers of this bot.",)),
        *([Section("You must answer", must)] if must else []),
        *([Section("Being checked by your LMC: ask them", checked)] if checked else []),
        Section("And", ("if you stop a service, give the notice that its own contract asks for.",)),
        *tracker(house),
    ]
    buttons = [Button("The letter", f"letter {_ASKS}"), why_of(_ASKS)] if _ASKS in stand else []
    buttons += [Button(rules[ident].title, f"rule {ident}") for ident in MUST_ANSWER if ident in stand]
    return Reply((*parts, DECIDES), (*buttons, LMC), again="icb asked us")


_ASKS = "ca-icb-asks-participation"
_LINE = (
    "“The practice continues to meet its contractual obligations; if you have a specific concern, please raise it with "
    "us, with the clause to which it relates.”"
)


def tracker(house: House) -> list[Part]:
    """Remind of GPCE's tracker: one answer a practice, to the BMA and never to a commissioner."""
    said = (
        "GPC England's tracker takes one answer a practice, if you choose to give one. It goes to the BMA, not the ICB."
    )
    url = house.pledging.tracker
    return [Section("Tracker", (said,)), *([Link("The tracker", url)] if url else [])]

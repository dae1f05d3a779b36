"""What a person sees and changes of what is kept of them: `me`, `settings`, `leave`, `my data`, `forget me`."""

import json
from dataclasses import asdict
from datetime import datetime

from handlers.buttons import FORGET_ME, ME, MY_DATA, SETTINGS
from handlers.cards import NATIONS, ROLES, day
from handlers.chat import LONDON, Attachment, Button, Headline, House, Part, Person, Reply, Section, Small, kept
from handlers.desk import asker
from handlers.may import SPEAKS
from handlers.records import TOPICS, Item, Kind, Member, Rank
from knowledge.model import Nation, Role

QUIET = ("19-8", "18-9", "21-7", "never")  # hours that the settings offer; any other pair can be typed


def is_setting(words: tuple[str, ...]) -> bool:
    """Whether what follows `settings` is one, rightly valued or not."""
    return not words or (len(words) == 1 and words[0] in _GROUPS) or (len(words) == 2 and words[0] in _SETTERS)


def me(house: House, person: Person) -> Reply:
    """Show all that is kept of a person."""
    records = kept(house)
    member = records.members.of(person.account)
    asked = len(records.questions.of(member.people if member else [person.account]))
    accounts = ", ".join(member.people if member else [person.account])
    parts: list[Part] = [Headline("→", "WHAT I KEEP OF YOU"), Section("Account", (accounts,))]
    if member:
        parts += [Section(label, (said,)) for label, said in _told(member, house)]
    if person.rank is not Rank.MEMBER:
        by = ", as the configuration says" if person.account in house.ranks else ""
        parts.append(Section("Rank", (f"{person.rank} of {house.lmc.name}{by}",)))
    if member and (acts := records.audit.by(member.people)):
        parts.append(Section("Acts as an officer", (f"{len(acts)}, in a record that nobody can change",)))
    questions = f"{asked} of your questions, masked, for {house.keep_days} days; then only counts"
    parts.append(Section("Questions", (questions,)))
    if member and (sent := records.desk.of(member.id)):
        parts.append(Section("With your LMC", (f"{len(sent)} question{'s'[: len(sent) != 1]} with your LMC: lmc",)))
    if not member:
        parts.append(Section("", ("Nothing else: no name, no practice. You may ask without joining.",)))
    buttons = (SETTINGS, MY_DATA, FORGET_ME)
    leave = (Button("Leave my practice", "leave"),) if member and member.practice else ()
    return Reply(tuple(parts), (*buttons, *leave))


def _told(member: Member, house: House) -> list[tuple[str, str]]:
    practice = house.directory().practices.get(member.practice)
    apps = [account.split(" ")[0].capitalize() for account in member.people]
    named = f"{practice.name} ({practice.code})" if practice else member.practice or "none"
    return [
        ("Practice", f"{named}{', closed' if practice and practice.closed else ''}"),
        ("Role", ROLES[member.role].removeprefix("a ") if member.role else "not said"),
        ("Nation", NATIONS[nation_of(member, house)]),
        ("Apps", f"{' and '.join(apps)}; unasked messages come on {apps[0]}"),
        ("Quiet hours", _hours(member.quiet)),
        ("Topics", ", ".join(topic for topic in TOPICS if topic not in member.stopped) or "none"),
        ("Digest", "updates once a day" if member.digest else "each update as it comes"),
        ("First", "what you asked about comes to you first" if member.ahead else "with everybody"),
        ("Since", day(datetime.fromtimestamp(member.joined, LONDON).date())),
    ]


def nation_of(member: Member | None, house: House) -> Nation:
    """The nation whose contract a person works under: what they set, else their practice's, else the LMC's."""
    if member and member.nation:
        return member.nation
    practice = house.directory().practices.get(member.practice) if member and member.practice else None
    return practice.nation if practice else house.lmc.nation


def settings(words: tuple[str, ...], house: House, person: Person) -> Reply:
    """Show what can be set, or set it: `settings`, `settings nation wales`."""
    records = kept(house)
    if len(words) < 2:  # looking keeps nothing
        member = records.members.of(person.account) or Member(0, house.now(), people=(person.account,))
        return _choices(words[0], member, house) if words else _overview(member, house)
    member = records.members.begin(person.account, house.now())
    name, value = words
    said = _SETTERS[name](value, member, house)
    return Reply((Headline("→", "SETTINGS"), Section("", (said,))), (SETTINGS, ME))


def _overview(member: Member, house: House) -> Reply:
    told = dict(_told(member, house))
    parts = [Section(label, (told[label],)) for label in _GROUPS.values()]
    buttons = [Button(label, f"settings {name}") for name, label in _GROUPS.items()]
    return Reply((Headline("→", "SETTINGS"), *parts), (*buttons, ME))


_GROUPS = {
    "role": "Role",
    "nation": "Nation",
    "quiet": "Quiet hours",
    "topics": "Topics",
    "digest": "Digest",
    "ahead": "First",
}


def _choices(group: str, member: Member, house: House) -> Reply:
    """Show what one setting can be, but what it is."""
    match group:
        case "role":
            roles = [role for role in Role if role != member.role and _may_become(role, member)]
            buttons = [Button(_capital(ROLES[role].removeprefix("a ")), f"settings role {role}") for role in roles]
        case "nation":
            nations = [each for each in Nation if each != nation_of(member, house)]
            buttons = [Button(NATIONS[each], f"settings nation {each}") for each in nations]
        case "quiet":
            offered = [(hours, parsed) for hours in QUIET if (parsed := _parsed(hours)) and parsed != member.quiet]
            buttons = [Button(_capital(_hours(parsed)), f"settings quiet {hours}") for hours, parsed in offered]
        case "digest":
            wish = ("Each as it comes", "off") if member.digest else ("Once a day", "on")
            buttons = [Button(wish[0], f"settings digest {wish[1]}")]
        case "ahead":
            wish = ("With everybody", "off") if member.ahead else ("First, of what I asked about", "on")
            buttons = [Button(wish[0], f"settings ahead {wish[1]}")]
        case _:
            words = {topic: ("want", "Send me") if topic in member.stopped else ("stop", "No more") for topic in TOPICS}
            buttons = [Button(f"{verb}: {topic}", f"settings {word} {topic}") for topic, (word, verb) in words.items()]
    now = Section("Now", (dict(_told(member, house))[_GROUPS[group]],))
    typed = (Small("Other hours can be typed: settings quiet 20-7"),) if group == "quiet" else ()
    return Reply((Headline("→", _GROUPS[group].upper()), now, *typed), (*buttons, SETTINGS))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _may_become(role: Role, member: Member) -> bool:
    """For a practice speaks who was invited to: nobody makes themselves its partner or manager."""
    return not member.practice or member.role in SPEAKS or role not in SPEAKS


def _set_role(value: str, member: Member, house: House) -> str:
    if value not in set(Role):
        return f"I know these roles: {', '.join(Role)}."
    role = Role(value)
    if not _may_become(role, member):
        return f"A {role} speaks for the practice: ask your LMC for an invitation in that role."
    kept(house).members.change(member.id, role=role)
    return f"Your answers are now those for {ROLES[role]}."


def _set_nation(value: str, member: Member, house: House) -> str:
    if value not in set(Nation):
        return f"I know these nations: {', '.join(Nation)}."
    kept(house).members.change(member.id, nation=Nation(value))
    return f"Your answers are now those for {NATIONS[Nation(value)]}."


def _set_quiet(value: str, member: Member, house: House) -> str:
    hours = _parsed(value)
    if hours is None:
        return "Say two hours of the day, such as: settings quiet 19-8. Or: settings quiet never"
    kept(house).members.change(member.id, quiet=hours)
    return f"Quiet hours: {_hours(hours)}. Urgent updates come all the same; answers to you always do."


def _stop(value: str, member: Member, house: House) -> str:
    return _topics(value, member.stopped | {value}, f"No more about: {value}.", member, house)


def _want(value: str, member: Member, house: House) -> str:
    return _topics(value, member.stopped - {value}, f"You get updates about: {value}.", member, house)


def _topics(value: str, stopped: frozenset[str], said: str, member: Member, house: House) -> str:
    if value not in TOPICS:
        return f"Topics are: {', '.join(TOPICS)}."
    kept(house).members.change(member.id, stopped=stopped)
    return said


def _set_digest(value: str, member: Member, house: House) -> str:
    if value not in _SWITCH:
        return "Say: settings digest on. Or: settings digest off"
    kept(house).members.change(member.id, digest=_SWITCH[value])
    once = "Updates come once a day, in one message. Urgent ones come at once."
    return once if _SWITCH[value] else "Each update comes to you as it goes out."


def _set_ahead(value: str, member: Member, house: House) -> str:
    if value not in _SWITCH:
        return "Say: settings ahead on. Or: settings ahead off"
    kept(house).members.change(member.id, ahead=_SWITCH[value])
    first = "When a rule changes that you asked about, you hear of it first."
    return first if _SWITCH[value] else "You hear of changed rules with everybody."


_SWITCH = {"on": True, "off": False}
_SETTERS = {
    "role": _set_role,
    "nation": _set_nation,
    "quiet": _set_quiet,
    "stop": _stop,
    "want": _want,
    "digest": _set_digest,
    "ahead": _set_ahead,
}


def _parsed(hours: str) -> tuple[int, int] | None:
    if hours == "never":
        return (0, 0)
    begin, _, end = hours.partition("-")
    valid = begin.isdecimal() and end.isdecimal() and int(begin) < 24 and int(end) < 24
    return (int(begin), int(end)) if valid else None


def _hours(quiet: tuple[int, int]) -> str:
    return "never" if quiet[0] == quiet[1] else f"{quiet[0]:02}:00 to {quiet[1]:02}:00"


def leave(house: House, person: Person) -> Reply:
    """Stop speaking for a practice."""
    member = person.member
    if member is None or not member.practice:
        return Reply((Headline("–", "YOU HAVE JOINED NO PRACTICE"),), (ME,))
    practice = house.directory().practices.get(member.practice)
    kept(house).members.change(member.id, practice="")
    kept(house).chases.drop_all(member.id)
    name = practice.name if practice else member.practice
    said = f"You no longer speak for {name}. What it pledged stays its own. To come back you need a new invitation."
    return Reply((Headline("✔", "LEFT"), Section("", (said,))), (ME, FORGET_ME))


def data(house: House, person: Person) -> Reply:
    """Give a person everything that is kept of them, as JSON."""
    records = kept(house)
    member = records.members.of(person.account)
    people = member.people if member else (person.account,)
    told = {
        "member": asdict(member) | {"stopped": sorted(member.stopped)} if member else None,
        "accounts": list(people),
        "questions": [asdict(each) for each in records.questions.of(people)],
        "what_you_said_of_answers": [asdict(each) for each in records.opinions.of(people)],
        "updates": records.broadcasts.of_member(member.id) if member else [],
        "letters_to_ask_after": [asdict(each) for each in records.chases.of(member.id)] if member else [],
        "wrong_codes": records.codes.wrong(people),
        "questions_to_the_lmc": [_exchange(each, house) for each in records.desk.of(member.id)] if member else [],
        "questions_that_you_took": records.desk.taken_by(member.id) if member else [],
        "acts_as_officer": [asdict(each) for each in records.audit.by(people)],
        "reachable": {account: records.places.is_reachable(account) for account in people},
        "times": "seconds since 1970, UTC",
    }
    content = json.dumps(told, indent=1, ensure_ascii=False).encode()
    said = "Everything that I keep of you. What your practice pledged or sent belongs to the practice."
    file = Attachment("pushback-my-data.json", content, "All that Pushback keeps of you, as JSON")
    return Reply((Headline("→", "YOUR DATA"), Section("", (said,))), (FORGET_ME,), (file,))


def _exchange(item: Item, house: House) -> dict[str, object]:
    """Tell of a question to the LMC, and of what was written about it; which officer has it is theirs."""
    told = {name: value for name, value in asdict(item).items() if not name.startswith("officer")}
    lines = [line for line in kept(house).desk.lines(item.id) if line.kind is Kind.WORDS and asker.may_read(line)]
    return told | {"lines": [{"at": line.at, "towards": line.towards, "text": line.text} for line in lines]}


def forget(words: tuple[str, ...], house: House, person: Person) -> Reply:
    """Erase a person: `forget me` asks, `forget me yes` does it and gives a receipt."""
    if words != ("me", "yes"):
        said = (
            "I erase your practice, role, settings, accounts and the words of your questions, on both apps. What you "
            "asked your LMC is taken back as far as its app lets me.",
            "What your practice pledged stays the practice's. What you did as an officer stays in the audit, unnamed.",
        )
        button = Button("Yes, forget me", "forget me yes")
        return Reply((Headline("?", "FORGET YOU?"), Section("", said)), (button, Button("My data first", "my data")))
    records = kept(house)
    member = records.members.of(person.account)
    people = member.people if member else (person.account,)
    asked = records.questions.forget_people(people)
    records.opinions.forget_people(people)
    for account in people:
        records.places.reachable(account)
    records.codes.forget_people(people)
    if member:
        records.broadcasts.forget(member.id)
        records.desk.forget_member(member.id)
        records.members.forget(member.id)
    records.upkeep.scrub()
    erased = f"{len(people)} account{'s'[: len(people) != 1]}, {asked} question{'s'[: asked != 1]}"
    parts = (
        Headline("✔", "FORGOTTEN"),
        Section("Receipt", (f"On {day(house.today())} I erased: {erased}, and all settings.",)),
        Section("", ("Backups that the LMC holds are overwritten in their turn. Write again and you are new to me.",)),
    )
    return Reply(parts)

"""How a person comes to speak for a practice, becomes an officer, or is one person on both apps: by a code.

A code is ten letters, said once, within its time: `join BCDFG-HJKLM`. The store keeps its hash alone.
"""

import re
import secrets
from string import capwords

from handlers.buttons import LMC, ME, SETTINGS
from handlers.cards import ROLES, day
from handlers.chat import Block, Button, Headline, House, Part, Person, Reply, Section, kept
from handlers.may import May, below
from handlers.records import Code, Member, Purpose, Rank, Refused
from knowledge.directory import Practice
from knowledge.model import Role

# Consonants alone: no code is a word, a postcode or a number, and none is misread on paper. 20**10 is 43 bits.
ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"
DAYS = 7  # that an invitation lasts
MINUTES = 15  # that a link lasts
_CODE = re.compile(rf"[{ALPHABET}]{{5}}-?[{ALPHABET}]{{5}}", re.IGNORECASE)
_LOOSE = re.compile(rf"(?<![A-Z])([{ALPHABET}]{{5}})[\s-]*([{ALPHABET}]{{5}})(?![A-Z])", re.IGNORECASE)
_LIKE = re.compile(r"[a-z0-9]{3,7}-[a-z0-9]{3,7}", re.IGNORECASE)  # a code with a slip, not a word of a question
_ODS = re.compile(r"[a-z]\d{5}", re.IGNORECASE)  # of a practice: A81001, W00001


def is_code(words: tuple[str, ...]) -> bool:
    """Whether what follows `join` or `link` is a code, perhaps with a slip, or nothing."""
    if len(words) == 2 and words[1] == "yes":
        words = words[:1]
    return not words or (len(words) == 1 and bool(_CODE.fullmatch(words[0]) or _LIKE.fullmatch(words[0])))


def code_in(sentence: str) -> str:
    """Return the code that a sentence holds, in whatever words: a code is never kept as a question; "" for none."""
    found = _LOOSE.search(sentence)
    return f"{found[1]}-{found[2]}" if found else ""


def said_aloud(words: tuple[str, ...], house: House, person: Person) -> Reply:
    """End a code that was said where others read: whoever read it could use it."""
    if words and house.records:
        house.records.codes.use(_plain(words[0]), person.account, house.now())
    said = "Others read that code, so I have ended it. Ask for a new one, and send it to me in a private chat."
    return Reply((Headline("–", "IN PRIVATE, PLEASE"), Section("", (said,))), (LMC,))


def is_invitation(words: tuple[str, ...]) -> bool:
    """Whether what follows `invite` names a practice, a role or an officer; "invite patients for flu jabs" does not."""
    named = bool(words) and (bool(_ODS.fullmatch(words[0])) or words[-1] in set(Role))
    return not words or words in (("officer",), ("owner",)) or named


def invite(words: tuple[str, ...], house: House, person: Person) -> Reply:
    """Make a code: `invite A81001 manager`, `invite officer`."""
    if words in (("officer",), ("owner",)):
        return _invite_officer(house, person)
    *named, role = words or ("",)
    if role not in set(Role) or not named:
        said = f"Name the practice and the role: invite A81001 manager. Roles: {', '.join(Role)}."
        return Reply((Headline("?", "INVITE WHOM?"), Section("", (said,))))
    practice = house.directory().practices.get(named[0].upper()) if len(named) == 1 else None
    if practice is None:
        return _which(" ".join(named), role, house)
    if practice.closed:
        return _closed(practice)
    code = _made(Code(Purpose.JOIN, house.now() + DAYS * 86400, practice.code, Role(role)), house)
    kept(house).audit.note(house.now(), person.account, "invite", f"{practice.code} {role}")
    place = f"{practice.name} ({practice.code})"
    return _invitation(code, f"{place}, {ROLES[Role(role)].removeprefix('a ')}", f"{_of(Role(role))} {place}", house)


def _invite_officer(house: House, person: Person) -> Reply:
    if no := below(person, May.OWNER):
        return no
    code = _made(Code(Purpose.OFFICER, house.now() + DAYS * 86400), house)
    kept(house).audit.note(house.now(), person.account, "invite", "officer")
    return _invitation(code, what := f"an officer of {house.lmc.name}", f"as {what}", house)


def _of(role: Role) -> str:
    """Begin what a person is to a practice, for its name to follow."""
    return f"{ROLES[role]} at" if role is Role.OTHER else f"as {ROLES[role]} of"


def _invitation(code: str, what: str, being: str, house: House) -> Reply:
    lines = [f"You are invited to Pushback, {being}. Send the bot this, in a private chat, within {DAYS} days:"]
    lines += ["", f"join {code}"]
    if link := house.start_link():
        lines += ["", f"or on Telegram open {link}join_{code}"]
    parts: list[Part] = [
        Headline("✉", "INVITATION"),
        Section("", (f"For {what}. It works once. Send it to that person alone:",)),
        Block("\n".join(lines)),
    ]
    return Reply(tuple(parts))


def officers(house: House, _person: Person) -> Reply:
    """Show who is an officer, for an owner to dismiss: `officers`."""
    found = kept(house).members.ranked(Rank.OFFICER)
    lines = tuple(f"{member.id}: {', '.join(member.people)}" for member in found)
    named = [f"{account} (by the configuration)" for account in house.ranks]
    buttons = tuple(Button(f"Dismiss {member.id}", f"dismiss {member.id}") for member in found[:8])
    return Reply((Headline("→", "OFFICERS"), Section("", (*lines, *named) or ("None yet.",))), buttons)


def is_member(words: tuple[str, ...]) -> bool:
    """Whether what follows `dismiss` is a member's number."""
    return len(words) == 1 and words[0].isdecimal() and len(words[0]) <= 15


def dismiss(words: tuple[str, ...], house: House, person: Person) -> Reply:
    """Take an officer's rank away: `dismiss 12`. What they did stays in the audit."""
    records = kept(house)
    member = records.members.by_id(int(words[0]))
    if member is None or member.rank is not Rank.OFFICER:
        said = "Nobody of that number is an officer. Who stands in the configuration is dismissed there."
        return Reply((Headline("–", "NO OFFICER"), Section("", (said,))), (Button("Officers", "officers"),))
    records.members.change(member.id, rank=Rank.MEMBER)
    records.audit.note(house.now(), person.account, "dismiss", words[0])
    return Reply((Headline("✔", "DISMISSED"), Section("", ("They are a member again, with no officer's rights.",))))


def _which(text: str, role: str, house: House) -> Reply:
    found = [each for each in house.directory().find(text) if not each.closed]
    if not found:
        # A command comes in small letters: a code is written in capitals, a practice as a name.
        typed = text.upper() if _ODS.fullmatch(text) else capwords(text)
        said = f"I know no practice called {typed}. Send its ODS code, such as: invite A81001 {role}."
        return Reply((Headline("?", "WHICH PRACTICE?"), Section("", (said,))))
    lines = tuple(f"{each.name}, {each.town} {each.postcode} ({each.code})" for each in found)
    buttons = tuple(Button(f"{each.name} ({each.code})", f"invite {each.code} {role}") for each in found)
    return Reply((Headline("?", "WHICH PRACTICE?"), Section("", lines)), buttons)


def join(words: tuple[str, ...], house: House, person: Person) -> Reply:
    """Use an invitation up: `join BCDFG-HJKLM`."""
    if not words:
        said = "Your LMC gives you a code for your practice and role. Send it to me as: join BCDFG-HJKLM"
        return Reply((Headline("→", "JOIN YOUR PRACTICE"), Section("", (said,))), (LMC,))
    records, code = kept(house), words[0]
    found = records.codes.peek(_plain(code), person.account, house.now())
    if isinstance(found, Refused) or found.purpose is Purpose.LINK:
        return _refused(found)
    practice = house.directory().practices.get(found.practice)
    if found.purpose is Purpose.JOIN and (practice is None or practice.closed):
        return _closed(practice)
    found = records.codes.use(_plain(code), person.account, house.now())
    if isinstance(found, Refused):
        return _refused(found)
    member = records.members.begin(person.account, house.now())
    if found.purpose is Purpose.OFFICER:
        if member.rank is Rank.MEMBER:
            records.members.change(member.id, rank=Rank.OFFICER)
        records.audit.note(house.now(), person.account, "became officer")
        return Reply((Headline("✔", f"YOU ARE AN OFFICER OF {house.lmc.name.upper()}"),), (ME,))
    assert practice and found.role  # noqa: S101 - the store keeps no invitation without them
    before = house.directory().practices.get(member.practice)
    if member.practice != practice.code:
        records.chases.drop_all(member.id)  # its letters are for who speaks for it
    records.members.change(member.id, practice=practice.code, role=found.role, nation=None)
    lines = [f"You are {_of(found.role).removeprefix('as ')} {practice.name} ({practice.code}), {practice.town}."]
    if before and before.code != practice.code:
        lines.append(f"You no longer speak for {before.name}.")
    return Reply((Headline("✔", "JOINED"), Section("", tuple(lines))), (ME, SETTINGS))


def link(words: tuple[str, ...], house: House, person: Person) -> Reply:
    """Make two accounts one person: `link` on one app, `link BCDFG-HJKLM` on the other, and that both are theirs.

    Who says a code becomes the person who made it, so it is asked first; who has joined a practice or is an officer
    loses nothing to a stranger's code: they make the code, and say it with the account that has nothing yet.
    """
    records = kept(house)
    if not words:
        member = records.members.begin(person.account, house.now())
        code = _made(Code(Purpose.LINK, house.now() + MINUTES * 60, member=member.id), house)
        said = f"On your other app, send me this in a private chat within {MINUTES} minutes. Give it to nobody else:"
        return Reply((Headline("→", "ONE PERSON ON BOTH APPS"), Section("", (said,)), Block(f"link {code}")))
    found = records.codes.peek(_plain(words[0]), person.account, house.now())
    if isinstance(found, Refused) or found.purpose is not Purpose.LINK:
        return _refused(found)
    other, here = records.members.by_id(found.member), records.members.of(person.account)
    if other is None or (here and here.id == other.id):
        said = "Send that on your other app: here I know you already."
        return Reply((Headline("–", "THAT IS THIS APP"), Section("", (said,))))
    if here and (here.practice or here.rank is not Rank.MEMBER):
        said = "You have joined here. Make the code here: send me `link`, and its code on your other app."
        return Reply(
            (Headline("–", "THE OTHER WAY ROUND"), Section("", (said,))), (Button("Make a code here", "link"),)
        )
    if words[1:] != ("yes",):
        return _asked(words[0], other, house)
    if isinstance(used := records.codes.use(_plain(words[0]), person.account, house.now()), Refused):
        return _refused(used)
    records.members.link(other.id, person.account)
    records.audit.note(house.now(), person.account, "linked an account")
    said = "What you set on one app now holds on both. Unasked messages come to the one that you linked from."
    return Reply((Headline("✔", "LINKED"), Section("", (said,))), (ME,))


def _asked(code: str, other: Member, house: House) -> Reply:
    """Show whose account it is before two become one."""
    practice = house.directory().practices.get(other.practice)
    role = f"{ROLES[other.role]}{f' of {practice.name}' if practice else ''}" if other.role else "no role said"
    said = (
        f"The other account: {role}.",
        "Go on only if it is yours. Its owner will see and change all that is kept of you.",
    )
    return Reply(
        (Headline("?", "ARE BOTH YOURS?"), Section("", said)), (Button("Yes, both are mine", f"link {code} yes"),)
    )


def _made(what: Code, house: House) -> str:
    letters = "".join(secrets.choice(ALPHABET) for _ in range(10))
    kept(house).codes.make(letters, what, house.now())
    return f"{letters[:5]}-{letters[5:]}"


def _plain(code: str) -> str:
    return code.upper().replace("-", "")


_REFUSED = {
    Refused.UNKNOWN: "I do not know that code. Check each letter; it has ten, and no vowels.",
    Refused.USED: "That code was used already: each works once. Ask for a new one.",
    Refused.ENDED: "That code has ended. Ask for a new one.",
    Refused.SLOW_DOWN: "That was too many wrong codes. Wait an hour, or ask for a new one then.",
}


def _refused(found: Refused | Code) -> Reply:
    said = _REFUSED[found] if isinstance(found, Refused) else "That code is for something else: send the whole line."
    return Reply((Headline("–", "THAT CODE DOES NOT WORK"), Section("", (said,))), (LMC,))


def _closed(practice: Practice | None) -> Reply:
    when = f" closed on {day(practice.closed)}" if practice and practice.closed else " is in my directory no more"
    said = f"{practice.name if practice else 'That practice'}{when}. Ask your LMC which practice took its patients on."
    return Reply((Headline("–", "THAT PRACTICE IS CLOSED"), Section("", (said,))), (LMC,))

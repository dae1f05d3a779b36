"""An update to many: what an officer says to write it, aim it, send it, stop it, correct it and take it back.

    broadcast # Heading          audience 12 role gp       preview 12    send 12 test
    text                    ──   send 12 | send 12 at 2026-12-01 18:30 | urgent 12   ── confirm 12, by another officer
    [Label] rule ID              pause 12   resume 12   cancel 12   status 12   unsure 12
                                 correct 12 text   recall 12
    poll Question                announce RULE   tip   weekly manager: drafts that the bot writes
    - choice                     close 12

Here it is only written down; `bot/outbox.py` sends. `text.py` reads and draws, `audience.py` says to whom, `when.py`
when, `watch.py` how it is going; `readers.py` is for those who get it.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from handlers.broadcast import audience, pledged, text, when
from handlers.broadcast.watch import of, progress
from handlers.chat import Block, Button, Headline, House, Part, Person, Reply, Section, Small, kept
from handlers.records import Broadcast, Member, Rank, Stage

WEEK = 7  # days that `weekly` looks back
_NUMBERED = re.compile(r"(\d+)\s+(\S.*)", re.DOTALL)
_CHOICE = re.compile(r"-\s+(\S.*)")
HOW = (
    "Send it as one message: broadcast, then the text. A heading is a line that begins with “# ”.",
    "Up to three buttons, as the last lines: [Fit notes] rule hospital-fit-note, or [Book] https://lmc.example/book",
    "Then I show it to you, and you say to whom, and when.",
)


# Writing


def broadcast(words: Sequence[str], house: House, person: Person) -> Reply:
    """Write a draft: `broadcast`, then the text as it is."""
    if not words:
        return Reply((Headline("✉", "AN UPDATE"), Section("", HOW)))
    return _drafted(Broadcast(text.as_typed(words[0])), house, person)


def is_poll(words: Sequence[str]) -> bool:
    """Whether what follows `poll` has choices; "poll tax letter" has none."""
    return bool(words) and any(_CHOICE.fullmatch(line) for line in _lines(words[0]))


def _lines(typed: str) -> list[str]:
    return [line.strip() for line in text.as_typed(typed).splitlines()]


def poll(words: Sequence[str], house: House, person: Person) -> Reply:
    """Write a poll as a draft: the question, then each choice on a line that begins with “- ”."""
    lines = _lines(words[0])
    choices = tuple(found.group(1) for line in lines if (found := _CHOICE.fullmatch(line)))
    question = "\n".join(line for line in lines if not _CHOICE.fullmatch(line))
    return _drafted(Broadcast(question, choices=choices), house, person)


def drafted(written: Broadcast, house: House, content: bytes = b"") -> Broadcast | list[str]:
    """Keep a draft where nothing is wrong with it; else say what is."""
    said = text.faults(written.text, written.choices, house)
    said += _faults_of_file(written.file_name, content)
    return said or kept(house).broadcasts.draft(replace(written, made=house.now()), content)


def _faults_of_file(name: str, content: bytes) -> list[str]:
    if name and not name.lower().endswith(text.ENDINGS):
        return [f"{name}: a PDF or a picture can go with it ({', '.join(text.ENDINGS)})."]
    if len(content) > text.FILE:
        return [f"{name} has more than {text.FILE // 1_000_000} MB: give a link to it."]
    return [f"{name} is empty."] if name and not content else []


def _drafted(written: Broadcast, house: House, person: Person) -> Reply:
    made = drafted(replace(written, maker=_me(house, person)), house)
    if isinstance(made, list):
        return _refused(made)
    _note(f"draft {made.id}", house, person)
    return shown(made, house)


def _refused(said: Sequence[str]) -> Reply:
    return Reply((Headline("–", "NOT KEPT"), Section("", tuple(said)), Section("", ("Send the whole again.",))))


def shown(draft: Broadcast, house: House) -> Reply:
    """Show a draft: what it says, to whom and how many, and what to do with it."""
    parts: list[Part] = [Headline("✉", f"DRAFT {draft.id}"), *text.read(draft.text).parts]
    parts += [Section("Choices", draft.choices)] if draft.choices else []
    parts += [Section("To", (f"{audience.told(draft, house)}; about {draft.topic}",)), *_people(draft, house)]
    parts.append(Small(f"To put other words in its place, send: correct {draft.id} and the new text."))
    return Reply(tuple(parts), tuple(Button(label, each.format(draft.id)) for label, each in _NEXT))


_NEXT = (
    ("Preview", "preview {}"),
    ("Test to me", "send {} test"),
    ("Audience", "audience {}"),
    ("Send", "send {}"),
    ("Send as urgent", "urgent {}"),
    ("Cancel", "cancel {}"),
)


def _people(draft: Broadcast, house: House) -> list[Part]:
    """Say how many would get it; of those who pledged, among how many they are."""
    if said := audience.barred(draft, house):
        return [Section("People", (said,))]
    numbers = kept(house).broadcasts.count(audience.selection(draft, house))
    gone = numbers.pop("", 0)
    on = ", ".join(f"{number:,} on {chat.capitalize()}" for chat, number in sorted(numbers.items()))
    people = sum(numbers.values())
    hidden = bool(draft.audience.pledged)
    said = f"{'at most ' * hidden}{people:,}{f': {on}' if on else ''}"
    lines = (said, f"{gone:,} more cannot be reached: they stopped the bot")[: 1 + bool(gone)]
    return [Section("People", lines), *(pledged.shown(draft, house) if hidden else ())]


# To whom, and how it looks


def is_narrowing(words: Sequence[str]) -> bool:
    """Whether words are what follows `audience`, rightly said or not: a number."""
    return bool(words) and words[0].isdecimal()


def aim(words: Sequence[str], house: House, person: Person) -> Reply:
    """Say to whom a draft goes: `audience 12 role gp`."""
    draft = of(words[0], house)
    if isinstance(draft, Reply):
        return draft
    if draft.stage is not Stage.DRAFT:
        return _not_now(draft, "Its audience was settled when it was sent.")
    if len(words) == 1:
        return _choices(draft, house)
    if words[1:] != ("everyone",) and (len(words) != 3 or words[1] not in audience.KINDS):
        said = f"After audience {draft.id} comes everyone, or one of {', '.join(audience.KINDS)}, and one word."
        return Reply((Headline("?", "TO WHOM?"), Section("", (said,))), (_button("Audience", "audience", draft),))
    new = replace(draft, audience=type(draft.audience)()) if words[1] == "everyone" else ""
    changed = new or audience.narrowed(draft, words[1], words[2], house)
    if isinstance(changed, str):
        return Reply((Headline("?", "TO WHOM?"), Section("", (changed,))), (_button("Audience", "audience", draft),))
    changed = kept(house).broadcasts.change(draft.id, audience=changed.audience, topic=changed.topic)
    _note(f"audience {' '.join(words)}", house, person)
    return _choices(changed, house)


def _choices(draft: Broadcast, house: House) -> Reply:
    offered = {"GPs": "role gp", "Managers": "role manager", "About: action": "topic action"}
    offered |= {"On Slack": "platform slack", "On Telegram": "platform telegram", "Everyone": "everyone"}
    buttons = [Button(label, f"audience {draft.id} {rest}") for label, rest in offered.items()]
    parts = (
        Headline("→", f"DRAFT {draft.id}: TO WHOM?"),
        Section("Now", (f"{audience.told(draft, house)}; about {draft.topic}",)),
        *_people(draft, house),
        Small(
            f"Also typed: audience {draft.id} area QHM, practice A81001, nation wales, role nurse, topic contract, "
            "or pledged and an action’s id."
        ),
    )
    return Reply(parts, (*buttons, _button("Draft", "preview", draft), _button("Send", "send", draft)))


def is_preview(words: Sequence[str]) -> bool:
    """Whether words are what follows `preview`: a number, perhaps an app, rightly named or not."""
    return len(words) in (1, 2) and words[0].isdecimal()


def preview(words: Sequence[str], house: House, person: Person) -> Reply:  # noqa: ARG001 - a command's own
    """Show a broadcast as it will come: here, or in words as `preview 12 slack` does."""
    found = of(words[0], house)
    if isinstance(found, Reply):
        return found
    made = text.message(found, house, kept(house).broadcasts.file(found.id))
    if len(words) == 1:
        return made
    draw = house.drawings.get(words[1])
    if draw is None:
        return Reply((Headline("–", f"{words[1].upper()} IS NOT SET UP HERE"),))
    labels = " ".join(f"[{button.label}]" for button in made.buttons)
    head = Headline("→", f"UPDATE {found.id} ON {words[1].upper()}")
    return Reply((head, *(Block(each) for each in draw(made)), Section("Buttons", (labels,))))


# Sending


def is_sending(words: Sequence[str]) -> bool:
    """Whether words are what follows `send`, its time rightly said or not; "send patient to a&e" is a question."""
    if not words or not words[0].isdecimal():
        return False
    return len(words) == 1 or words[1:] == ("test",) or (words[1] in when.BEGINS and len(words) <= 4)


def send(words: Sequence[str], house: House, person: Person) -> Reply:
    """Send a draft: now, at a time, or to oneself alone."""
    match tuple(words):
        case (ident, "test"):
            return preview((ident,), house, person)
        case (ident, first, *time):
            date, hour, *_ = (*time, "", "") if first == "at" else ("", "")
            at = when.read_time(date, hour, house.now())
            if isinstance(at, str):
                return Reply((Headline("?", "WHEN?"), Section("", (at,))))
            return _send(ident, house, person, at, False)
    return _send(words[0], house, person, 0, False)


def urgent(words: Sequence[str], house: House, person: Person) -> Reply:
    """Send a draft now, through quiet hours and digests."""
    return _send(words[0], house, person, 0, True)


def _send(ident: str, house: House, person: Person, at: int, at_once: bool) -> Reply:
    draft = of(ident, house)
    if isinstance(draft, Reply):
        return draft
    if draft.stage is not Stage.DRAFT:
        return _not_now(draft, f"It is {draft.stage} already: nothing was sent twice.")
    if said := text.faults(draft.text, draft.choices, house):
        return _refused(said)
    numbers = kept(house).broadcasts.count(audience.selection(draft, house))
    if not sum(number for chat, number in numbers.items() if chat):
        said = ["Nobody is in its audience, so it was not sent. Change to whom it goes."]
        return Reply((Headline("–", "TO NOBODY"), Section("", tuple(said))), (_button("Audience", "audience", draft),))
    if few := audience.barred(draft, house):
        return Reply((Headline("–", "NOT TO SO FEW"), Section("", (few,))), (_button("Audience", "audience", draft),))
    latest = at + when.LATE if at else 0
    wish = {"at": at, "latest": latest, "urgent": at_once, "asker": _me(house, person), "note": ""}
    stage = Stage.ASKED if house.two_officers else _next(at)
    begun = {} if stage is not Stage.SENDING else {"begun": house.now()}
    if not kept(house).broadcasts.step(draft.id, [Stage.DRAFT], stage, **wish, **begun):
        return _not_now(draft, "Another officer was quicker.")
    _note(f"send {draft.id}", house, person)
    return _answer(draft.id, house)


def _next(at: int) -> Stage:
    return Stage.SCHEDULED if at else Stage.SENDING


def confirm(words: Sequence[str], house: House, person: Person) -> Reply:
    """Give the second officer's word: `confirm 12`."""
    found = of(words[0], house)
    if isinstance(found, Reply):
        return found
    if found.stage is not Stage.ASKED:
        return _not_now(found, "It does not wait for a second officer.")
    if found.asker == (me := _me(house, person)):
        return _not_now(found, "You asked to send it: another officer confirms.")
    if not _is_officer(found.asker, house):
        kept(house).broadcasts.step(found.id, [Stage.ASKED], Stage.DRAFT, note="officer")
        return _answer(found.id, house)
    if _hidden(found, house):
        kept(house).broadcasts.step(found.id, [Stage.ASKED], Stage.DRAFT, note="hidden")
        return _answer(found.id, house)
    if found.corrects:
        kept(house).broadcasts.step(found.id, [Stage.ASKED], Stage.CANCELLED, confirmer=me, note="taken over")
        _note(f"confirm {found.id}", house, person)
        return _corrected(found.corrects, found.text, house)
    if found.at and found.at <= house.now():
        kept(house).broadcasts.step(found.id, [Stage.ASKED], Stage.DRAFT, at=0, latest=0)
        return _not_now(found, f"Its time, {when.shown(found.at)}, is past: it is a draft again.")
    if few := audience.barred(found, house):
        kept(house).broadcasts.step(found.id, [Stage.ASKED], Stage.DRAFT, note="few")
        return _not_now(found, few)
    begun = {} if found.at else {"begun": house.now()}
    kept(house).broadcasts.step(found.id, [Stage.ASKED], _next(found.at), confirmer=me, **begun)
    _note(f"confirm {found.id}", house, person)
    return _answer(found.id, house)


def begin(found: Broadcast, house: House) -> tuple[Stage, str]:
    """Say what becomes of a scheduled broadcast whose time has come: its stage, and why where it does not begin."""
    if found.latest and house.now() > found.latest:
        return Stage.CANCELLED, "late"
    if not all(_is_officer(each, house) for each in (found.asker, found.confirmer or found.asker)):
        return Stage.DRAFT, "officer"
    if audience.barred(found, house):
        return Stage.DRAFT, "few"
    if _hidden(found, house):
        return Stage.DRAFT, "hidden"
    return Stage.SENDING, ""


def _hidden(found: Broadcast, house: House) -> bool:
    """Whether an update tells of a rule that was hidden since it was written."""
    of_rules = [button.sentence.split() for button in text.read(found.text).buttons]
    named = {words[1] for words in of_rules if words[0].lower() in text.OF_A_RULE and len(words) > 1}
    return any(house.hidden(rule) for rule in named | {found.rule})


def _is_officer(ident: int, house: House) -> bool:
    member = kept(house).members.by_id(ident)
    return member is not None and any(rank is not Rank.MEMBER for rank in _ranks(member, house))


def _ranks(member: Member, house: House) -> list[Rank]:
    return [member.rank, *(house.ranks[account] for account in member.people if account in house.ranks)]


# Stopping and changing

_STEPS: dict[str, tuple[tuple[Stage, ...], Stage]] = {
    "pause": ((Stage.SENDING,), Stage.PAUSED),
    "resume": ((Stage.PAUSED,), Stage.SENDING),
}
_WAITING = (Stage.DRAFT, Stage.ASKED, Stage.SCHEDULED)
_GOING = (Stage.SENDING, Stage.PAUSED)


def pause(words: Sequence[str], house: House, person: Person) -> Reply:
    """Send no more of it for now."""
    return _moved("pause", words[0], house, person)


def resume(words: Sequence[str], house: House, person: Person) -> Reply:
    """Go on sending."""
    return _moved("resume", words[0], house, person)


def _moved(word: str, ident: str, house: House, person: Person) -> Reply:
    found = of(ident, house)
    if isinstance(found, Reply):
        return found
    before, after = _STEPS[word]
    if not kept(house).broadcasts.step(found.id, before, after, note=""):
        return _not_now(found, f"It cannot {word}: it is {found.stage}.")
    _note(f"{word} {found.id}", house, person)
    return _answer(found.id, house)


def cancel(words: Sequence[str], house: House, person: Person) -> Reply:
    """Drop a draft, or what is left of a broadcast to send."""
    found, broadcasts = of(words[0], house), kept(house).broadcasts
    if isinstance(found, Reply):
        return found
    dropped = broadcasts.step(found.id, _WAITING, Stage.CANCELLED)
    if not dropped and not broadcasts.step(found.id, _GOING, Stage.DONE, note="cancelled"):
        return _not_now(found, f"Nothing of it is left to cancel: it is {found.stage}.")
    broadcasts.cancel(found.id)
    _note(f"cancel {found.id}", house, person)
    return _answer(found.id, house)


def is_correction(words: Sequence[str]) -> bool:
    """Whether what follows `correct` is a number, and a text that may have been forgotten."""
    return bool(words) and (words[0].isdecimal() or bool(_NUMBERED.fullmatch(words[0])))


def correct(words: Sequence[str], house: House, person: Person) -> Reply:
    """Put other words in the place of a broadcast's, everywhere: `correct 12 text`."""
    numbered = _NUMBERED.fullmatch(words[0])
    if numbered is None:
        how = f"Send it as one message: correct {words[0]}, and the whole new text after it."
        return Reply((Headline("?", "CORRECT IT TO WHAT?"), Section("", (how,))))
    ident, new = numbered.group(1), text.as_typed(numbered.group(2))
    found, broadcasts = of(ident, house), kept(house).broadcasts
    if isinstance(found, Reply):
        return found
    if found.recalled or found.stage is Stage.CANCELLED:
        return _not_now(found, "It was taken back, or cancelled: there is nothing to correct.")
    if said := text.faults(new, found.choices, house):
        return _refused(said)
    _note(f"correct {found.id}", house, person)
    if not found.begun:
        # Who confirmed, confirmed other words.
        broadcasts.step(found.id, _WAITING, Stage.DRAFT, text=new, at=0, latest=0)
        return shown(broadcasts.change(found.id, text=new), house)
    if house.two_officers:
        asked = broadcasts.draft(
            Broadcast(new, maker=_me(house, person), made=house.now(), corrects=found.id, topic=found.topic)
        )
        broadcasts.step(asked.id, [Stage.DRAFT], Stage.ASKED, asker=_me(house, person))
        return _answer(asked.id, house)
    return _corrected(found.id, new, house)


def _corrected(ident: int, new: str, house: House) -> Reply:
    found = kept(house).broadcasts.by_id(ident)
    version = found.version + 1 if found else 1
    kept(house).broadcasts.change(ident, text=new, version=version, changed=house.now())
    return _answer(ident, house)


def recall(words: Sequence[str], house: House, person: Person) -> Reply:
    """Take a broadcast back: cancel what is left, and delete what stands where the app lets me."""
    found, broadcasts = of(words[0], house), kept(house).broadcasts
    if isinstance(found, Reply):
        return found
    if found.recalled or not found.begun:
        return _not_now(found, "Nothing of it stands anywhere: cancel it if it is a draft.")
    broadcasts.step(found.id, _GOING, Stage.DONE)
    broadcasts.cancel(found.id)
    broadcasts.change(found.id, recalled=True, changed=house.now())
    _note(f"recall {found.id}", house, person)
    shown = _answer(found.id, house)
    said = "Slack lets me delete it everywhere; Telegram for two days after it was sent. Who read it has read it."
    return replace(shown, parts=(*shown.parts, Small(said)))


def close(words: Sequence[str], house: House, person: Person) -> Reply:
    """End a poll, and show what was chosen where enough voted: `close 12`."""
    found = of(words[0], house)
    if isinstance(found, Reply):
        return found
    if not found.choices or not found.begun:
        return _not_now(found, "It is no poll that runs.")
    kept(house).broadcasts.change(found.id, closed=True)
    _note(f"close {found.id}", house, person)
    return _answer(found.id, house)


# Drafts that the bot writes


def announce(words: Sequence[str], house: House, person: Person) -> Reply:
    """Write a draft that tells of a changed rule; it goes first to those who asked about it and wish so."""
    rule = house.library.rules.get(words[0])
    if rule is None:
        return Reply((Headline("–", f"THERE IS NO RULE {words[0]}"),))
    if house.hidden(rule.id):
        return _refused([f"{rule.title}: the rule is hidden, and is being checked."])
    said = f"# A rule changed\n{rule.title}\n\n{rule.answer}\n\n[Open the rule] rule {rule.id}"
    return _drafted(Broadcast(said, topic="interface", rule=rule.id), house, person)


def tip(words: Sequence[str], house: House, person: Person) -> Reply:  # noqa: ARG001 - a command's own
    """Write the tip of the month as a draft: the rule that was asked for most in four weeks."""
    since = (house.today() - timedelta(28)).isoformat()
    numbers: dict[str, int] = {}
    for _, _, rule, number in kept(house).questions.counts(since):
        if rule in house.library.rules and not house.hidden(rule):
            numbers[rule] = numbers.get(rule, 0) + number
    if not numbers:
        said = "Nobody asked about a rule in four weeks, so I have no tip. Announce one: announce RULE"
        return Reply((Headline("–", "NO TIP"), Section("", (said,))))
    most = house.library.rules[max(sorted(numbers), key=lambda each: numbers[each])]
    said = f"# Tip of the month\n{most.title}\n\n{most.answer}\n\n{most.who}\n\n[Open the rule] rule {most.id}"
    return _drafted(Broadcast(said, topic="support"), house, person)


def weekly(words: Sequence[str], house: House, person: Person) -> Reply:
    """Write what changed in the book within a week as a draft, for one role where it is named: `weekly manager`."""
    since = house.today() - timedelta(WEEK)
    role = words[0] if words else ""
    new = [
        rule
        for rule in house.library.live
        if max(filter(None, (rule.checked_on, rule.valid_from)), default=since) > since
        and max(filter(None, (rule.checked_on, rule.valid_from))) <= house.today()
        and (not role or not rule.roles or role in rule.roles)
        and not house.hidden(rule.id)
    ]
    if not new:
        return Reply((Headline("–", "NOTHING CHANGED"), Section("", ("No rule changed within a week.",))))
    lines = [f"- {rule.title}" for rule in new[:10]]
    lines += [f"- and {len(new) - 10} more"] if len(new) > 10 else []
    lines += ["", *(f"[{rule.title[:38]}] rule {rule.id}" for rule in new[:3])]
    draft = Broadcast("\n".join(["# What changed this week", *lines]), topic="interface")
    aimed = audience.narrowed(draft, "role", role, house) if role else draft
    return _drafted(draft if isinstance(aimed, str) else aimed, house, person)


# Of all


def _answer(ident: int, house: House) -> Reply:
    """Show how a broadcast stands now."""
    found = kept(house).broadcasts.by_id(ident)
    assert found  # noqa: S101 - it was there a line ago
    shown = progress(found, house)
    if found.stage is not Stage.ASKED:
        return shown
    said = f"Another officer sends me: confirm {found.id}"
    return replace(shown, parts=(*shown.parts, Section("", (said,))))


def _not_now(found: Broadcast, said: str) -> Reply:
    return Reply(
        (Headline("–", f"UPDATE {found.id}: NOT NOW"), Section("", (said,))), (_button("Status", "status", found),)
    )


def _button(label: str, word: str, found: Broadcast) -> Button:
    return Button(label, f"{word} {found.id}")


def _me(house: House, person: Person) -> int:
    return kept(house).members.begin(person.account, house.now()).id


def _note(about: str, house: House, person: Person) -> None:
    kept(house).audit.note(house.now(), person.account, "broadcast", about)

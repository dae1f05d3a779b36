"""How a broadcast is going: `status 12`, and the doubts that an officer settles: `unsure 12 resend 5`.

What is shown names nobody: an app, a role, a number.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from handlers.broadcast import audience, pledged, when
from handlers.broadcast.text import first_line
from handlers.buttons import UPDATES
from handlers.cards import ROLES
from handlers.chat import Button, Headline, House, Part, Person, Reply, Section, Small, kept
from handlers.records import Broadcast, Counted, Mark, Stage, State

ENOUGH = 8  # votes before any result is shown
STAGES: dict[Stage, str] = {
    Stage.DRAFT: "a draft",
    Stage.ASKED: "waits for a second officer",
    Stage.SCHEDULED: "scheduled",
    Stage.SENDING: "on its way",
    Stage.PAUSED: "paused",
    Stage.DONE: "done",
    Stage.CANCELLED: "cancelled",
}
# Why a delivery failed or a change could not be made, by the port's words; any other is shown as it is.
REASONS: dict[str, str] = {
    "blocked": "stopped the bot",
    "deactivated": "the account is gone",
    "kicked": "the bot was put out",
    "unreachable": "stopped the bot earlier",
    "no-such-place": "no such account",
    "refused": "the app refused it",
    "too-old": "too old to change",
}
# Why the bot itself stopped a broadcast.
NOTES: dict[str, str] = {
    "late": "Not sent: its time had passed by more than two hours when I could send.",
    "few": "Not begun: this week too few practices have pledged it to be an audience.",
    "officer": "Not begun: who sent it, or confirmed it, is no officer any more. Another officer can send it.",
    "hidden": "Not begun: it tells of a rule that is hidden, and is being checked.",
    "refused": "Paused: an app refused it five times running. Read it, correct it, then resume.",
    "empty": "Nobody was left in its audience.",
    "cancelled": "Cancelled: what was left was not sent.",
}
_BUTTONS: dict[Stage, tuple[tuple[str, str], ...]] = {
    Stage.DRAFT: (("Preview", "preview"), ("Audience", "audience"), ("Send", "send"), ("Cancel", "cancel")),
    Stage.ASKED: (("Preview", "preview"), ("Confirm", "confirm"), ("Cancel", "cancel")),
    Stage.SCHEDULED: (("Preview", "preview"), ("Cancel", "cancel")),
    Stage.SENDING: (("Refresh", "status"), ("Pause", "pause"), ("Cancel the rest", "cancel")),
    Stage.PAUSED: (("Resume", "resume"), ("Cancel the rest", "cancel")),
    Stage.DONE: (("Refresh", "status"), ("Recall", "recall")),
    Stage.CANCELLED: (),
}


def of(ident: str, house: House) -> Broadcast | Reply:
    """Find a broadcast by its number, or say that there is none."""
    found = kept(house).broadcasts.by_id(int(ident))
    if found:
        return found
    return Reply((Headline("–", f"THERE IS NO UPDATE {ident}"),), (UPDATES,))


def status(words: Sequence[str], house: House, person: Person) -> Reply:  # noqa: ARG001 - a command's own
    """Show how a broadcast is going: `status 12`."""
    found = of(words[0], house)
    return found if isinstance(found, Reply) else progress(found, house)


def progress(broadcast: Broadcast, house: House) -> Reply:
    """Write how a broadcast is going."""
    rows = kept(house).broadcasts.counts(broadcast.id)
    by_state = Counter[State]()
    for row in rows:
        by_state[row.state] += row.number
    hidden = bool(broadcast.audience.pledged)
    in_doubt = 0 if hidden else sum(row.number for row in rows if row.state is State.UNSURE and row.reason != "left")
    parts: list[Part] = [
        Headline("→", f"UPDATE {broadcast.id}: {STAGES[broadcast.stage].upper()}"),
        Section("Says", (first_line(broadcast),)),
        Section("To", (f"{audience.told(broadcast, house)}; about {broadcast.topic}",)),
    ]
    if broadcast.at and broadcast.stage in (Stage.ASKED, Stage.SCHEDULED):
        parts.append(Section("When", (f"{when.shown(broadcast.at)}, London time",)))
    if broadcast.note:
        parts.append(Section("", (NOTES.get(broadcast.note, broadcast.note),)))
    if rows and not hidden:
        waiting = by_state[State.QUEUED] + by_state[State.SENDING]
        parts.append(Section("Sent", (f"{by_state[State.SENT]:,} of {sum(by_state.values()):,}",)))
        parts += [Section("Waiting", (f"{waiting:,}",))] if waiting else []
        if waiting and broadcast.stage is Stage.SENDING and not broadcast.urgent:
            parts.append(Small("Who is in their quiet hours gets it when those end; who chose a digest, with that."))
        parts += _failed(rows)
        parts += [Section("Unsure", (f"{in_doubt:,} may or may not have it",))] if in_doubt else []
        parts += [Section("Cancelled", (f"{by_state[State.CANCELLED]:,}",))] if by_state[State.CANCELLED] else []
        parts += _changed(broadcast, rows)
    if rows:
        marked = kept(house).broadcasts.marked(broadcast.id, Mark.UNDERSTOOD)
        parts.append(Section("Read and understood", (pledged.understood(marked) if hidden else f"{marked:,}",)))
    if hidden and (broadcast.version or broadcast.recalled):
        parts.append(Section("", (f"{'Taken back' if broadcast.recalled else 'Corrected'} wherever the app lets me.",)))
    if hidden and broadcast.begun:
        parts.append(Small("How many got it, or did not, is not shown: it could tell whose practice has pledged."))
    parts += _poll(broadcast, house)
    offered = [each for each in _BUTTONS[broadcast.stage] if each[1] != "recall" or not broadcast.recalled]
    buttons = [Button(label, f"{word} {broadcast.id}") for label, word in offered]
    buttons += [Button("Unsure", f"unsure {broadcast.id}")] if in_doubt else []
    if broadcast.choices and broadcast.begun and not broadcast.closed:
        buttons.append(Button("Close the poll", f"close {broadcast.id}"))
    return Reply(tuple(parts), tuple(buttons))


def _failed(rows: Iterable[Counted]) -> list[Part]:
    reasons = Counter[str]()
    for row in rows:
        if row.state is State.FAILED:
            reasons[REASONS.get(row.reason, row.reason)] += row.number
    return [Section("Failed", tuple(f"{number:,}: {reason}" for reason, number in reasons.most_common()))] * bool(
        reasons
    )


def _changed(broadcast: Broadcast, rows: Iterable[Counted]) -> list[Part]:
    """Say how far a correction or a recall has come, and where it cannot."""
    if not broadcast.version and not broadcast.recalled:
        return []
    wanted = -1 if broadcast.recalled else broadcast.version
    sent = [row for row in rows if row.state is State.SENT]
    done = sum(row.number for row in sent if row.stands == wanted)
    lines = [f"{done:,} of {sum(row.number for row in sent):,}"]
    lines += [
        f"{row.number:,} not on {row.chat.capitalize()}: {REASONS.get(row.stuck, row.stuck)}"
        for row in sent
        if row.stuck
    ]
    return [Section("Recalled" if broadcast.recalled else "Corrected", tuple(lines))]


def _poll(broadcast: Broadcast, house: House) -> list[Part]:
    """Say how many voted; what they chose only once it is closed, and from eight votes on.

    Seen while it runs, two looks with one vote between them would tell what that one person chose.
    """
    if not broadcast.choices or not broadcast.begun:
        return []
    votes = kept(house).broadcasts.votes(broadcast.id)
    number = sum(votes)
    parts: list[Part] = [Section("Votes", (f"{number:,}",))]
    if not broadcast.closed:
        parts.append(Small(f"What was chosen is shown once the poll is closed, and from {ENOUGH} votes on."))
    elif number < ENOUGH:
        parts.append(Small(f"Fewer than {ENOUGH} voted: what they chose is not shown to anybody."))
    else:
        shares = zip(broadcast.choices, votes, strict=True)
        parts.append(Section("Chosen", tuple(f"{text}: {each:,} ({each / number:.0%})" for text, each in shares)))
    return parts


def is_doubt(words: Sequence[str]) -> bool:
    """Whether words are what follows `unsure`: a number, and perhaps what to do with one of its doubts."""
    if not all(word.isdecimal() for word in words[:1] + words[2:]):  # type: ignore[operator]  # both are tuples
        return False
    return len(words) == 1 or (len(words) == 3 and words[1] in ("resend", "leave"))


def unsure(words: Sequence[str], house: House, person: Person) -> Reply:
    """List who may or may not have it, each with *resend* and *leave*: `unsure 12`, `unsure 12 resend 5`."""
    found = of(words[0], house)
    if isinstance(found, Reply):
        return found
    records, said = kept(house), ""
    if len(words) == 3:
        done = records.broadcasts.decide(found.id, int(words[2]), words[1] == "resend")
        if done:
            records.audit.note(house.now(), person.account, f"broadcast {words[1]}", f"{found.id} {words[2]}")
        said = {"resend": "Sent again.", "leave": "Left as it is."}[words[1]] if done else "That is settled already."
    doubts = records.broadcasts.doubts(found.id)
    if found.audience.pledged:
        said = "Of those who pledged nobody is listed. Where an app did not say, it is left: nobody gets it twice."
    parts: list[Part] = [Headline("?", f"UPDATE {found.id}: UNSURE")]
    parts += [Section("", (said,))] if said else []
    if not doubts:
        parts += [] if found.audience.pledged else [Section("", ("Nobody is in doubt.",))]
        return Reply(tuple(parts), (Button("Status", f"status {found.id}"),))
    parts.append(Section("", ("The app did not say whether these arrived. Sent again, a person may get it twice.",)))
    lines = [f"{each.number}: {_who(each.role)}, on {each.chat.capitalize()}" for each in doubts]
    parts.append(Section("Unsure", tuple(lines)))
    buttons = [
        Button(f"{verb} {each.number}", f"unsure {found.id} {word} {each.number}")
        for each in doubts
        for verb, word in (("Resend", "resend"), ("Leave", "leave"))
    ]
    return Reply(tuple(parts), (*buttons, Button("Status", f"status {found.id}")))


def _who(role: object) -> str:
    return next((said for known, said in ROLES.items() if known is role), "somebody")

"""One question a week to a practice that pledged: still doing it? any trouble? One tap answers.

    due(...)       the practices to ask now
    take(...)      whom to ask, and what; written down as asked
    answered(...)  `pledge still`, `pledge trouble`, `pledge quiet`
    said(...)      a message that a condition calls for

One person a practice is asked, a manager first: the answer is the practice's. It is written into the practice's own
history, and goes to nobody else.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import date

from handlers.buttons import LMC
from handlers.cards import day
from handlers.chat import Button, Headline, House, Part, Person, Reply, Section, Small, Title, kept
from handlers.letter.chaser import quiet
from handlers.may import SPEAKS
from handlers.pledge import actions
from handlers.pledge.progress import title
from handlers.records import ACTIVE, Entry, Member, Notice, Pledge
from knowledge.model import Role

EVERY = 7 * 86_400  # seconds
ANSWERS = ("still", "trouble", "quiet")
_BUTTONS = (
    Button("Still doing it", "pledge still"),
    Button("Some trouble", "pledge trouble"),
    Button("Stop asking", "pledge quiet"),
)


def due(house: House) -> list[str]:
    """Return the practices that pledged, or were asked, a week ago or longer; by ODS code."""
    pledges, now, today = kept(house).pledges, house.now(), house.today().isoformat()
    since: defaultdict[str, int] = defaultdict(int)
    for action in pledges.actions():
        for each in pledges.on(action):
            if each.stand in ACTIVE and each.day <= today:
                since[each.practice] = max(since[each.practice], each.at)
    asked = pledges.nudged()
    return sorted(code for code, at in since.items() if max(at, asked.get(pledges.name_of(code), 0)) + EVERY <= now)


def take(practice: str, house: House, reaches: Callable[[Member], bool]) -> tuple[Member, Reply] | None:
    """Return whom of a practice to ask and what, written down as asked; None where nobody is to be asked now.

    Args:
        practice: its ODS code.
        house: what is remembered, and the clock.
        reaches: whether a member can be sent to.

    Returns:
        One person who speaks for the practice, and the question. Who wants no reminders or has quiet hours is not
        asked: another is, or the question waits.
    """
    records = kept(house)
    found = [each for each in records.members.of_practice(practice) if each.role in SPEAKS]
    awake = [each for each in found if "reminders" not in each.stopped and not quiet(each, house.clock())]
    wanted = [each for each in awake if reaches(each)]
    live = _live(practice, house)
    if not wanted or not live:
        return None
    first = min(wanted, key=lambda each: (each.role is not Role.MANAGER, each.id))
    records.pledges.nudge(practice, house.now())
    return first, question(live, house)


def _live(practice: str, house: House) -> list[Pledge]:
    today = house.today().isoformat()
    return [each for each in kept(house).pledges.of(practice) if each.stand in ACTIVE and each.day <= today]


def question(live: list[Pledge], house: House) -> Reply:
    """Write the question about a practice's pledges."""
    parts: list[Part] = [Headline("?", "STILL DOING IT?")]
    parts += [Section(title(each.action, house), (actions.told(each),)) for each in live]
    parts += actions.tracker(house)
    return Reply((*parts, Small("Asked once a week. The answer stays with your practice."), actions.DECIDES), _BUTTONS)


def answered(said: str, house: House, person: Person) -> Reply:
    """Take the answer."""
    if no := actions.refused(house, person):
        return no
    assert person.member  # noqa: S101 - `refused` lets none through without
    records, member = kept(house), person.member
    if said == "quiet":
        records.members.change(member.id, stopped=member.stopped | {"reminders"})
        told = "I remind you of nothing any more. To have it back: settings want reminders"
        return Reply((Headline("✔", "STOPPED"), Section("", (told,)), actions.DECIDES), (actions.RECORD,))
    live, today = _live(member.practice, house), house.today().isoformat()
    if not live:
        return actions.slip("Your practice has pledged nothing that it could be doing today.")
    if said == "trouble":
        return _trouble(live, house)
    noted = {(each.action, each.day) for each in records.pledges.history(member.practice) if each.what == "still"}
    for each in live:
        if (each.action, today) not in noted:
            records.pledges.note(Entry(house.now(), member.practice, each.action, "still", today))
    told = f"Your practice's record says so, on {day(date.fromisoformat(today))}."
    return Reply((Headline("✔", "NOTED"), Section("", (told,)), actions.DECIDES), (actions.RECORD,))


def _trouble(live: list[Pledge], house: House) -> Reply:
    """Say what to do in trouble; it is noted nowhere: what is wrong is for the practice to tell, or not."""
    parts: list[Part] = [
        Headline("→", "IN TROUBLE"),
        Section("Patients first", ("If somebody could be harmed, do what is safe now. You may pause at any time.",)),
    ]
    for each in live:
        action = house.library.actions.get(each.action)
        if action:
            parts += [Title(action.title), Section("Safety", (action.safety,))]
    buttons = [Button(f"Pause: {title(each.action, house)}", f"pledge {each.action} paused") for each in live]
    buttons += [Button("The ICB asked us", "icb asked us"), LMC]
    return Reply((*parts, Small("I noted nothing of this."), actions.DECIDES), tuple(buttons))


def said(notice: Notice, house: House) -> Reply:
    """Write a message that a condition calls for."""
    parts: tuple[Part, ...] = (Headline("◆", notice.head), Title(title(notice.action, house)))
    button = Button("The action", f"pledge {notice.action}")
    return Reply((*parts, Section("", (notice.said,)), actions.DECIDES), (button, actions.RECORD))

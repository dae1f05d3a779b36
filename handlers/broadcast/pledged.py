"""To those whose practice has pledged an action: what an officer may choose, and what they see of it.

    audience 12 pledged en-2026-06-medicines    barred(…)  why it cannot go to them, "" where it can
                                                shown(…)   the only figures of it
                                                does(…)    asked for each person, in the moment of sending

Who gets it is worked out for each person when their turn comes: their practice has pledged the action, or does it. Who
waits on a condition, considers, paused or stopped is never among them.

**Why no number comes nearer.** An officer knows how many people each practice has here (`audience 12 practice A81001`).
Any live count of those who pledged could be set beside that: narrowed to one practice it says yes or no; narrowed to
this role and then to that, or looked at before and after a day, two counts differ by one practice; and where one
practice has more people than all others, even a rounded sum tells of it. Only a sum that does not depend on who pledged
is safe under every such pair. So everything that is shown, and every refusal, is worked out from two things that
officers may see anyway:

- how many people there would be if every practice had pledged: "at most 214". It follows each narrowing;
- the band of `pledges` for the LMC's area, or for the area named: counted once a week, hidden below eight practices and
  where it would leave too few numbers open (`handlers/pledge/progress.py`).

It is refused where that band is hidden, for one practice, for a poll (its votes would be counted), and where the other
words leave people of fewer than eight practices, pledged or not: how long so few take, or that one waits for the
end of somebody's quiet hours, would tell of them. While it goes and afterwards nothing is counted for the officer, no
failure and no doubt is listed. In the database everyone who might have got it has the same row; who did is sealed
(`bot/store/broadcasts.py`). How long it takes still tells roughly how many get it, no better than the band does.
"""

from datetime import date

from handlers.cards import day
from handlers.chat import House, Part, Section, Small, kept
from handlers.pledge import conditions, progress
from handlers.records import ACTIVE, Broadcast, Selection

ENOUGH = 8  # people who understood it, from which on it is said


def barred(broadcast: Broadcast, chosen: Selection, house: House) -> str:
    """Say why an update cannot go to those who pledged.

    Args:
        broadcast: with an action in its audience.
        chosen: everybody who would get it if every practice had pledged.
        house: whose pledges, and whose least number for a figure.

    Returns:
        The sentence; "" where it can go.
    """
    hide, found = house.figures.safety.hide_below, progress.week(house)
    if broadcast.choices:
        return "A poll cannot go to those who pledged: its votes would tell how many they are."
    if broadcast.audience.practices:
        return "Not together with a practice: it would tell whether that practice has pledged. Begin again: everyone."
    bands = found.bands.get(broadcast.audience.pledged, {})
    if hidden := [code for code in _areas(broadcast) if code not in bands]:
        where = " or ".join(conditions.named(code, house) for code in hidden)
        return (
            f"Fewer than {hide} practices of {where} have pledged it, or too few to tell apart, as counted on "
            f"{day(date.fromisoformat(found.day))}: it cannot go to so few. It is counted anew each week."
        )
    if kept(house).broadcasts.spread(chosen) < hide:
        return f"That leaves people of fewer than {hide} practices: too few to ask which of them have pledged."
    return ""


def _areas(broadcast: Broadcast) -> tuple[str, ...]:
    return broadcast.audience.areas or (conditions.LMC,)


def shown(broadcast: Broadcast, house: House) -> list[Part]:
    """Show all that an officer sees of those who pledged: bands, by area."""
    found = progress.week(house)
    bands = found.bands.get(broadcast.audience.pledged, {})
    lines = [f"{conditions.named(code, house)}: {progress.BANDS[bands.get(code, 0)]}" for code in _areas(broadcast)]
    return [
        Section("Of them, those whose practice has pledged it", tuple(lines)),
        Small(f"{progress.small_print(found, house)} Nobody is shown who they are, or how many got it."),
    ]


def does(practice: str, action: str, house: House) -> bool:
    """Whether a practice has pledged an action, or does it, at this moment."""
    found = conditions.own(practice, action, house)
    return found is not None and found.stand in ACTIVE


def understood(number: int) -> str:
    """Say how many read it, so that no two looks tell of one."""
    return f"{ENOUGH} or more" if number >= ENOUGH else f"fewer than {ENOUGH}"

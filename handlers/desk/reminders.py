"""The promise kept in mind: officers are told at half of the time and at its end, who asked at its end; once each."""

from handlers.chat import House, kept
from handlers.records import Item, Kind, Line, Towards


def remind(house: House) -> int:
    """Write down what is due to be said of answers that were promised; how many questions that is of."""
    desk = kept(house).desk
    due = desk.overdue(house.now())
    with kept(house).upkeep.together():
        for item in due:
            _remind(item, house)
    return len(due)


def _remind(item: Item, house: House) -> None:
    desk, now = kept(house).desk, house.now()
    over = now >= item.promised
    desk.add(Line(item.id, Kind.LATE if over else Kind.HALF, Towards.DESK, now))
    if over and item.member:
        desk.add(Line(item.id, Kind.LATE, Towards.ASKER, now, chat=item.chat))
    desk.change(item.id, reminded=2 if over else 1)

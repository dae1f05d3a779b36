"""The contract of whoever keeps the officers' desk: every test speaks to the Protocols alone."""

import dataclasses
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store import Store
from handlers.records import Item, ItemState, Kind, Line, LineState, Question, Records, Room, Towards
from knowledge.model import Role

DAY = 86400
ANNE, ANNES_OTHER, DR_A, DR_B = "telegram 471147", "slack U471", "telegram 900", "slack U900"
CARD = Line(0, Kind.CARD, Towards.DESK, 10)
ROOM = Room("slack", '{"channel":"C1"}')


@pytest.fixture(params=["in memory", "on disk"])
def records(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Records]:
    store = Store(None if request.param == "in memory" else tmp_path / "pushback.db")
    yield store.records
    store.close()


def asked(records: Records, **changes: object) -> Item:
    """Keep a question of Anne's, shown to officers in a Slack channel."""
    anne = records.members.begin(ANNE, 1)
    if records.desk.room() is None:
        records.desk.settle_in(ROOM)
    item = Item("who does the bloods", anne.id, "telegram", 10, role=Role.PARTNER, half=20, promised=30)
    return records.desk.open(dataclasses.replace(item, **changes), CARD)  # type: ignore[arg-type]  # fields by name


def sent(records: Records, copy: str = "slack C1 1.1", chat: str = "slack") -> Line:
    """Send the next line for a chat."""
    line = records.desk.claim(chat, 100)
    assert line
    assert records.desk.settle(line, LineState.SENT, copy=copy)
    return line


def words(records: Records, item: Item, text: str = "they do", **changes: object) -> Line:
    """Keep an officer's words for Anne, that came in the message "slack C1 2.2"."""
    line = Line(item.id, Kind.WORDS, Towards.ASKER, 11, text, chat="telegram")
    return records.desk.add(dataclasses.replace(line, **changes), "slack C1 2.2")  # type: ignore[arg-type]  # the same


def line_of(records: Records, line: Line) -> Line:
    found = records.desk.line(line.id)
    assert found
    return found


def test_the_officers_room_is_one_and_can_be_none(records: Records) -> None:
    assert records.desk.room() is None
    records.desk.settle_in(ROOM)
    other = Room("telegram", "-5/0/0/0", failing=7, pause=30, again=37)
    records.desk.settle_in(other)
    assert records.desk.room() == other
    records.desk.settle_in(None)
    assert records.desk.room() is None


def test_a_room_whose_group_moved_is_where_it_is_now(records: Records) -> None:
    records.places.moved("telegram", "-5", "-1005")
    records.desk.settle_in(Room("telegram", "-55/0/0/0"))
    assert records.desk.room() == Room("telegram", "-55/0/0/0"), "another group"
    records.desk.settle_in(Room("telegram", "-5/0/0/0", failing=7))
    assert records.desk.room() == Room("telegram", "-1005/0/0/0", failing=7)
    records.desk.settle_in(Room("slack", "-5/0/0/0"))
    assert records.desk.room() == Room("slack", "-5/0/0/0"), "another app"


def test_a_question_is_kept_with_its_card(records: Records) -> None:
    item = asked(records, rules=("ring-pessary", "hospital-fit-note"), outcome="choice", p=0.4)
    assert records.desk.by_id(item.id) == item
    assert records.desk.of(item.member) == records.desk.open_items(10) == [item]
    (card,) = records.desk.lines(item.id)
    assert (card.item, card.kind, card.state) == (item.id, Kind.CARD, LineState.QUEUED)
    assert records.desk.by_id(99) is None
    assert records.desk.line(99) is None


def test_what_was_promised_first_is_listed_first(records: Records) -> None:
    late, soon = asked(records, promised=50), asked(records, promised=30)
    closed = asked(records, promised=20)
    assert records.desk.step(closed.id, [ItemState.WAITING], ItemState.CLOSED, closed=12)
    assert [each.id for each in records.desk.open_items(10)] == [soon.id, late.id]
    assert [each.id for each in records.desk.open_items(10, skip=1)] == [late.id]
    assert records.desk.how_many_open() == 2


def test_a_question_is_taken_once(records: Records) -> None:
    item = asked(records)
    one, two = records.members.begin(DR_A, 2), records.members.begin(DR_B, 2)
    take = {"officer": one.id, "officer_name": "Dr A", "taken": 11}
    assert records.desk.step(item.id, [ItemState.WAITING], ItemState.TAKEN, **take)
    assert not records.desk.step(item.id, [ItemState.WAITING], ItemState.TAKEN, officer=two.id)
    found = records.desk.by_id(item.id)
    assert found
    assert (found.officer, found.officer_name, found.taken) == (one.id, "Dr A", 11)
    assert records.desk.taken_by(one.id) == [item.id]
    assert records.desk.taken_by(two.id) == []
    assert (records.desk.known_as(one.id), records.desk.known_as(two.id)) == ("Dr A", "")


def test_two_officers_on_two_connections_race_and_one_has_it(tmp_path: Path) -> None:
    stores = [Store(tmp_path / "pushback.db") for _ in range(4)]
    item = asked(stores[0].records)
    begin, won = threading.Barrier(len(stores)), list[int]()

    def take(number: int) -> None:
        begin.wait()
        desk = stores[number].records.desk
        if desk.step(item.id, [ItemState.WAITING], ItemState.TAKEN, officer_name=str(number), taken=11):
            won.append(number)

    racing = [threading.Thread(target=take, args=[number]) for number in range(len(stores))]
    for each in racing:
        each.start()
    for each in racing:
        each.join()
    found = stores[0].records.desk.by_id(item.id)
    assert found
    assert [str(number) for number in won] == [found.officer_name]
    for store in stores:
        store.close()


def test_a_line_is_claimed_once_and_settled(records: Records) -> None:
    item = asked(records)
    assert records.desk.claim("telegram", 11) is None, "the room is on Slack"
    card = records.desk.claim("slack", 11)
    assert card
    assert records.desk.claim("slack", 11) is None
    assert records.desk.settle(card, LineState.SENT, copy="slack C1 1.1")
    assert not records.desk.settle(card, LineState.FAILED, "blocked"), "it is settled"
    (found,) = records.desk.lines(item.id)
    assert (found.state, found.copy) == (LineState.SENT, "slack C1 1.1")
    assert records.desk.told("slack C1 1.1") == found
    assert records.desk.told("telegram C1 1.1") is None


def test_a_line_is_put_back(records: Records) -> None:
    asked(records)
    card = records.desk.claim("slack", 11)
    assert card
    assert records.desk.settle(card, LineState.QUEUED)
    again = records.desk.claim("slack", 11)
    assert again == card


def test_the_lines_of_a_question_go_in_their_order(records: Records) -> None:
    item = asked(records)
    records.desk.add(Line(item.id, Kind.NOTE, Towards.DESK, 11, "named"))
    mine, other = words(records, item), asked(records)
    card = records.desk.claim("slack", 11)
    assert card
    assert card.kind is Kind.CARD
    second = records.desk.claim("slack", 11)
    assert second
    assert second.item == other.id, "the note waits for its card, and holds up nobody else"
    assert records.desk.claim("telegram", 11) == dataclasses.replace(mine, state=LineState.SENDING)
    records.desk.settle(card, LineState.UNSURE, "network")
    note = records.desk.claim("slack", 11)
    assert note
    assert note.kind is Kind.NOTE


def test_lines_wait_for_a_room(records: Records) -> None:
    item = asked(records)
    records.desk.settle_in(dataclasses.replace(ROOM, failing=11, pause=30, again=41))
    mine = words(records, item)
    assert records.desk.claim("slack", 40) is None
    assert records.desk.claim("telegram", 40) == dataclasses.replace(mine, state=LineState.SENDING), (
        "the asker's do not"
    )
    assert records.desk.claim("slack", 41)
    records.desk.settle_in(None)
    asked(records)
    records.desk.settle_in(None)
    assert records.desk.claim("slack", 50) is None


def test_a_stop_leaves_doubt(records: Records) -> None:
    asked(records)
    card = records.desk.claim("slack", 11)
    assert card
    (doubt,) = records.desk.recover()
    assert doubt == line_of(records, card)
    assert (doubt.state, doubt.reason) == (LineState.UNSURE, "stop")
    assert records.desk.claim("slack", 11) is None
    assert records.desk.recover() == []
    assert records.desk.move(card.id, [LineState.UNSURE, LineState.FAILED], LineState.QUEUED)
    assert records.desk.claim("slack", 11)


def test_words_are_found_by_the_message_that_they_came_in(records: Records) -> None:
    item = asked(records)
    mine = words(records, item)
    assert records.desk.said("slack C1 2.2") == mine
    assert records.desk.told("slack C1 2.2") is None
    assert records.desk.minds("slack", "", "C1 2.2")
    assert not records.desk.minds("slack", "", "C1 9.9")
    assert not records.desk.minds("slack", "", "")
    sent(records)
    assert records.desk.minds("slack", "C1 1.1", "C1 7.7")
    assert not records.desk.minds("telegram", "C1 1.1", "")


def test_other_words_reach_what_stands(records: Records) -> None:
    item = asked(records)
    mine = words(records, item)
    assert not records.desk.reword(mine.id, "they all do").corrected, "nobody has read it yet"
    sent(records, "telegram 471147/8", "telegram")
    assert records.desk.changing("telegram") is None
    assert records.desk.reword(mine.id, "the clinic does").corrected
    change = records.desk.changing("telegram")
    assert change
    assert (change.text, change.stale) == ("the clinic does", 1)
    assert records.desk.changing("slack") is None
    records.desk.reword(mine.id, "the ward does")
    records.desk.changed(change)
    again = records.desk.changing("telegram")
    assert again, "it changed while the first was on its way"
    assert again.text == "the ward does"
    records.desk.changed(again)
    assert records.desk.changing("telegram") is None


def test_what_is_taken_back_while_it_is_sent_is_taken_back_after(records: Records) -> None:
    item = asked(records)
    words(records, item)
    line = records.desk.claim("telegram", 11)
    assert line
    assert records.desk.move(line.id, [LineState.SENDING], LineState.WITHDRAWN)
    assert not records.desk.settle(line, LineState.SENT, copy="telegram 471147/8")
    change = records.desk.changing("telegram")
    assert change
    assert (change.state, change.copy) == (LineState.WITHDRAWN, "telegram 471147/8")


def test_a_card_is_to_show_what_changed(records: Records) -> None:
    item = asked(records)
    records.desk.change(item.id, naming="asked")
    sent(records)
    assert records.desk.changing("slack") is None, "it was written after that"
    records.desk.change(item.id, listens=99)
    assert records.desk.changing("slack") is None, "a card does not tell of it"
    records.desk.step(item.id, [ItemState.WAITING], ItemState.TAKEN, taken=12)
    change = records.desk.changing("slack")
    assert change
    assert change.kind is Kind.CARD
    with pytest.raises(LookupError):
        records.desk.change(999, naming="asked")


def test_reminders_are_due_at_half_and_at_the_end(records: Records) -> None:
    item, answered = asked(records), asked(records)
    records.desk.change(answered.id, answered=12)
    assert records.desk.overdue(19) == []
    assert [each.id for each in records.desk.overdue(20)] == [item.id]
    records.desk.change(item.id, reminded=1)
    assert records.desk.overdue(29) == []
    assert [each.id for each in records.desk.overdue(30)] == [item.id]
    records.desk.change(item.id, reminded=2)
    assert records.desk.overdue(99) == []


def test_the_question_that_was_written_to_last_listens(records: Records) -> None:
    first, second = asked(records), asked(records)
    assert records.desk.listening(first.member, 20) is None
    records.desk.change(first.id, listens=50)
    records.desk.change(second.id, listens=40)
    found = records.desk.listening(first.member, 30)
    assert found
    assert found.id == first.id
    records.desk.step(first.id, [ItemState.WAITING], ItemState.CLOSED, closed=31)
    found = records.desk.listening(first.member, 32)
    assert found
    assert found.id == second.id
    assert records.desk.listening(first.member, 40) is None


def test_words_go_a_while_after_a_question_was_closed(records: Records) -> None:
    item, still = asked(records), asked(records)
    sent(records)
    mine = words(records, item)
    records.desk.step(item.id, [ItemState.WAITING], ItemState.CLOSED, closed=50)
    assert records.desk.forget(before=50) == 0
    assert records.desk.forget(before=51) == 1
    assert records.desk.forget(before=51) == 0
    found = records.desk.by_id(item.id)
    assert found
    assert (found.text, found.member, found.practice, found.closed) == ("", 0, "", 50)
    assert (line_of(records, mine).text, line_of(records, mine).member) == ("", 0)
    assert records.desk.told("slack C1 1.1"), "who answers it now is told that it is gone"
    assert records.desk.by_id(still.id) == still


def test_an_asker_who_is_forgotten_takes_their_words_along(records: Records) -> None:
    item = asked(records)
    sent(records)
    mine = words(records, item)
    sent(records, "telegram 471147/8", "telegram")
    theirs = records.desk.add(Line(item.id, Kind.WORDS, Towards.DESK, 13, "which clinic"), "telegram 471147/9")
    sent(records, "slack C1 3.3")
    assert records.desk.forget_member(item.member) == 1
    records.members.forget(item.member)
    found = records.desk.by_id(item.id)
    assert found
    assert (found.text, found.member, found.state, found.settled) == ("", 0, ItemState.CLOSED, "withdrawn")
    assert line_of(records, mine).copy == line_of(records, mine).text == line_of(records, theirs).text == ""
    taken_back = {records.desk.changing("slack")}
    assert {each.kind for each in taken_back if each} == {Kind.CARD}
    assert line_of(records, theirs).state is LineState.WITHDRAWN


def test_what_an_officer_had_waits_again_once_they_are_forgotten(records: Records) -> None:
    item, officer = asked(records), records.members.begin(DR_A, 2)
    records.desk.step(item.id, [ItemState.WAITING], ItemState.TAKEN, officer=officer.id, officer_name="Dr A", taken=12)
    assert records.desk.forget_member(officer.id) == 0
    records.members.forget(officer.id)
    found = records.desk.by_id(item.id)
    assert found
    assert (found.state, found.officer, found.officer_name) == (ItemState.WAITING, 0, "")


def test_a_question_follows_its_asker_to_the_member_that_they_are_linked_to(records: Records) -> None:
    item = asked(records)
    words(records, item, member=item.member)
    both = records.members.link(records.members.begin(ANNES_OTHER, 2).id, ANNE)
    assert [each.id for each in records.desk.of(both.id)] == [item.id]
    assert [each.member for each in records.desk.lines(item.id)] == [0, both.id]


def test_a_claim_reads_no_more_of_ten_thousand_lines_than_it_must(tmp_path: Path) -> None:
    store = Store(tmp_path / "pushback.db")
    store.close()
    with sqlite3.connect(tmp_path / "pushback.db") as db:
        plans = [
            db.execute(f"EXPLAIN QUERY PLAN {query}").fetchall()
            for query in (
                "SELECT id FROM desk_line WHERE state = 'queued' AND chat = 'x' ORDER BY id LIMIT 1",
                "SELECT id FROM desk_line WHERE stale > 0 AND copy != '' AND copy GLOB 'x *' ORDER BY id LIMIT 1",
                "SELECT id FROM desk_item WHERE state != 'closed' ORDER BY promised, id LIMIT 9",
                "SELECT id FROM desk_item WHERE state != 'closed' AND answered = 0 AND reminded < 2 "
                "AND CASE reminded WHEN 0 THEN half ELSE promised END <= 5 ORDER BY promised, id LIMIT 100",
            )
        ]
    db.close()
    assert all("INDEX desk_" in str(plan) for plan in plans), plans


def test_no_account_stands_in_clear(tmp_path: Path) -> None:
    store = Store(tmp_path / "pushback.db")
    item = asked(store.records)
    words(store.records, item)
    sent(store.records, "telegram 471147/8", "telegram")
    store.records.questions.keep(Question(1, ANNE, "words", "none"))
    store.records.desk.forget_member(item.member)
    store.records.members.forget(item.member)
    store.records.upkeep.scrub()
    store.close()
    assert b"471147" not in (tmp_path / "pushback.db").read_bytes()

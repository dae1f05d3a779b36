"""What the figures of questions are worked out from: who counts as one asker, which week, what is never counted."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store import Store
from handlers.records import (
    Item,
    ItemState,
    Judged,
    Kind,
    Line,
    Marked,
    Opinion,
    Outcome,
    Question,
    Records,
    Tally,
    Towards,
    Waited,
)

ANNE, ANNE_TOO, BOB, CY = "telegram 1", "slack U1", "telegram 2", "telegram 3"


@pytest.fixture(params=["in memory", "on disk"])
def records(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Records]:
    store = Store(None if request.param == "in memory" else tmp_path / "pushback.db")
    yield store.records
    store.close()


def at(day: str, hour: int = 12, minute: int = 0) -> int:
    return int(datetime.datetime.fromisoformat(f"{day}T{hour:02}:{minute:02}:00+00:00").timestamp())


def ask(records: Records, person: str, day: str = "2026-11-18", **named: str) -> int:
    given = {"outcome": "answer", "rule": "a-rule", "kind": ""} | named
    return records.questions.keep(Question(at(day), person, "words", **given, p=0.8))  # type: ignore[arg-type]


def test_questions_are_counted_by_week_asker_rule_and_outcome(records: Records) -> None:
    for day in ("2026-11-16", "2026-11-22", "2026-11-23"):  # a Monday, its Sunday, the Monday after
        ask(records, ANNE, day)
    ask(records, BOB, outcome="choice", rule="")
    offered, one, two = sorted(records.asked.tallies(), key=lambda each: (each.rule, each.month))
    assert offered == Tally("2026-11-16", offered.practice, "", "", Outcome.CHOICE, 1)
    assert one == Tally("2026-11-16", one.practice, "", "a-rule", Outcome.ANSWER, 2)
    assert two == Tally("2026-11-23", one.practice, "", "a-rule", Outcome.ANSWER, 1)
    assert offered.practice != one.practice
    assert not {ANNE, BOB} & {offered.practice, one.practice}


@pytest.mark.parametrize(
    ("kind", "told"),
    [("no-rule", "no-rule"), ("clinical", "clinical"), ("outside", "outside"), ("chat", "chat"), ("distress", "")],
)
def test_why_a_question_was_declined_is_counted_and_distress_never_as_such(
    records: Records, kind: str, told: str
) -> None:
    ask(records, ANNE, outcome="none", rule="", kind=kind)
    assert [each.rule for each in records.asked.tallies()] == [told]


def test_a_practice_is_one_asker_and_so_is_a_member_with_two_accounts(records: Records) -> None:
    for person in (ANNE, ANNE_TOO, BOB, CY):
        ask(records, person)
    assert len(records.asked.tallies()) == 4
    member = records.members.begin(ANNE, 0)
    records.members.link(member.id, ANNE_TOO)
    assert f"member {member.id}" in {each.practice for each in records.asked.tallies()}
    assert len(records.asked.tallies()) == 3
    for person in (ANNE, BOB):
        records.members.change(records.members.begin(person, 0).id, practice="A81001")
    assert sorted(each.number for each in records.asked.tallies()) == [1, 3]


def test_a_question_that_is_forgotten_counts_for_nobody(records: Records) -> None:
    ask(records, ANNE, "2026-11-02")
    ask(records, BOB, "2026-11-18")
    records.questions.forget_people([BOB])
    records.questions.forget(at("2026-11-10"))
    assert records.asked.tallies() == []


def test_a_mark_is_right_where_it_says_so_of_the_answer_itself(records: Records) -> None:
    said = [
        (Judged.HELPED, "a-rule", True),
        (Judged.HELPED, "another-rule", False),  # they went on to another one
        (Judged.WRONG, "a-rule", False),
        (Judged.NOT, "a-rule", False),
    ]
    for judged, rule, _ in said:
        number = ask(records, ANNE)
        records.opinions.keep(Opinion(at("2026-11-24"), ANNE, judged, rule, number))
    offered = ask(records, BOB, outcome="choice", rule="")
    records.opinions.keep(Opinion(at("2026-11-24"), BOB, Judged.HELPED, "a-rule", offered))  # no probability was stated
    records.opinions.keep(Opinion(at("2026-11-24"), BOB, Judged.HELPED, "a-rule"))  # of no question
    marks = records.asked.marks()
    assert [each.right for each in marks] == [right for *_, right in said]
    assert {each[:1] + each[2:3] for each in marks} == {("2026-11-23", 0.8)}
    assert all(isinstance(each, Marked) for each in marks)


def test_how_long_the_officers_took_is_counted_from_question_to_first_word(records: Records) -> None:
    member = records.members.begin(ANNE, 0)
    records.members.change(member.id, practice="A81001")
    made = at("2026-11-13", 16)
    numbers = []
    for promised in (made + 3600, made + 90_000, 0):
        item = Item("words", member.id, "telegram", made, half=min(promised, made), promised=promised)
        numbers.append(records.desk.open(item, Line(0, Kind.CARD, Towards.DESK, made)).id)
    for number in numbers[:2]:
        records.desk.change(number, answered=made + 72 * 3600)
    assert records.asked.waits() == [
        Waited("2026-11-16", "A81001", 72 * 3600, kept=False),
        Waited("2026-11-16", "A81001", 72 * 3600, kept=False),
    ]
    assert records.asked.unanswered(5) == [(numbers[2], made)]
    records.desk.step(numbers[2], [ItemState.WAITING], ItemState.CLOSED, closed=made + 1)
    assert records.asked.unanswered(5) == []
    records.members.forget(member.id)
    assert {each.asker for each in records.asked.waits()} == {""}


def test_the_last_release_alone_is_kept_and_one_of_its_week_stays(records: Records) -> None:
    assert records.asked.last() == ""
    records.asked.keep("2026-11-09", '{"first":1}')
    records.asked.keep("2026-11-09", '{"again":1}')
    assert records.asked.last() == '{"first":1}'
    records.asked.keep("2026-11-16", '{"next":1}')
    assert records.asked.last() == '{"next":1}'

"""The contract of whoever remembers: every test speaks to the Protocols of `handlers/records/` alone."""

import dataclasses
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store import Store
from handlers.records import (
    Audience,
    Broadcast,
    Chase,
    Claim,
    Code,
    Hiding,
    Incident,
    Judged,
    Lack,
    Member,
    Opinion,
    Purpose,
    Question,
    Rank,
    Records,
    Refused,
    Selection,
    Stage,
    State,
    Step,
    Tally,
    Wrong,
)
from knowledge.model import Nation, Role

HOUR = 3600
ANNE, BOB, CY = "telegram 1", "slack U1", "telegram 3"


@pytest.fixture(params=["in memory", "on disk"])
def records(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Records]:
    store = Store(None if request.param == "in memory" else tmp_path / "pushback.db")
    yield store.records
    store.close()


def test_a_delivery_is_taken_once(records: Records) -> None:
    taken = records.seen.take("telegram 5", "words", 10)
    assert taken
    assert records.seen.take("telegram 5", "words", 11) is None
    assert records.seen.unanswered() == [taken]
    records.seen.step(taken, Step.SENDING)
    assert records.seen.unanswered() == []
    records.seen.step(taken, Step.DONE)
    assert records.seen.take("telegram 5", "words", 12) is None
    assert records.seen.forget(before=11) == 1
    assert records.seen.take("telegram 5", "words", 13)


def test_a_group_that_moved_is_found(records: Records) -> None:
    assert records.places.now_at("telegram", "-1") == "-1"
    records.places.moved("telegram", "-1", "-100")
    assert records.places.now_at("telegram", "-1") == "-100"
    assert records.places.now_at("slack", "-1") == "-1"


def test_who_cannot_be_sent_to(records: Records) -> None:
    records.places.unreachable(ANNE, "blocked", 1)
    assert not records.places.is_reachable(ANNE)
    assert records.places.is_reachable(BOB)
    records.places.reachable(ANNE)
    assert records.places.is_reachable(ANNE)


def test_a_member_begins_once_and_changes(records: Records) -> None:
    assert records.members.of(ANNE) is None
    anne = records.members.begin(ANNE, 5)
    assert records.members.begin(ANNE, 9) == anne
    assert (anne.joined, anne.people, anne.rank, anne.practice) == (5, (ANNE,), Rank.MEMBER, "")
    changed = records.members.change(
        anne.id,
        role=Role.PARTNER,
        nation=Nation.WALES,
        practice="W00001",
        quiet=(20, 7),
        stopped=frozenset({"support"}),
    )
    assert records.members.of(ANNE) == records.members.by_id(anne.id) == changed
    assert (changed.role, changed.nation, changed.practice) == (Role.PARTNER, Nation.WALES, "W00001")
    assert (changed.quiet, changed.stopped) == ((20, 7), frozenset({"support"}))
    assert records.members.of_practice("W00001") == [changed]
    assert records.members.of_practice("") == []
    with pytest.raises(TypeError):
        records.members.change(anne.id, colour="red")
    with pytest.raises(LookupError):
        records.members.change(999, role=Role.PARTNER)


def test_two_accounts_become_one_person(records: Records) -> None:
    anne = records.members.change(records.members.begin(ANNE, 5).id, practice="A81001")
    records.members.begin(BOB, 6)
    both = records.members.link(anne.id, BOB)
    assert both.people == (ANNE, BOB)
    assert records.members.of(BOB) == both
    assert len(records.members.of_practice("A81001")) == 1
    assert records.members.link(anne.id, BOB).people == (ANNE, BOB), "linking again is harmless"


def test_a_member_is_forgotten_with_their_accounts_and_codes(records: Records) -> None:
    anne = records.members.begin(ANNE, 5)
    records.codes.make("word", Code(Purpose.LINK, 100, member=anne.id), 5)
    records.members.forget(anne.id)
    assert records.members.of(ANNE) is None
    assert records.members.by_id(anne.id) is None
    assert records.codes.use("word", BOB, 6) is Refused.UNKNOWN
    assert records.members.begin(ANNE, 7).id != anne.id, "nothing of theirs can come to someone else"


def test_officers_are_found(records: Records) -> None:
    anne = records.members.begin(ANNE, 5)
    records.members.begin(BOB, 5)
    officer = records.members.change(anne.id, rank=Rank.OFFICER)
    assert records.members.ranked(Rank.OFFICER) == [officer]


def test_a_code_works_once_and_for_a_while(records: Records) -> None:
    join = Code(Purpose.JOIN, ends=100, practice="A81001", role=Role.MANAGER)
    records.codes.make("one", join, 5)
    assert records.codes.peek("one", ANNE, 6) == join
    assert records.codes.use("one", ANNE, 6) == join
    assert records.codes.use("one", ANNE, 7) is Refused.USED
    records.codes.make("two", join, 5)
    assert records.codes.use("two", ANNE, 100) is Refused.ENDED
    assert records.codes.forget(before=101) == 4, "two codes and two wrong guesses"


def test_guessing_is_slowed_down(records: Records) -> None:
    join = Code(Purpose.JOIN, ends=10 * HOUR, practice="A81001", role=Role.MANAGER)
    records.codes.make("right", join, 0)
    assert [records.codes.use(f"wrong {n}", ANNE, n) for n in range(6)] == [*[Refused.UNKNOWN] * 5, Refused.SLOW_DOWN]
    assert records.codes.use("right", ANNE, 10) is Refused.SLOW_DOWN
    assert records.codes.peek("right", BOB, 10) == join, "another person is not kept waiting"
    assert records.codes.use("right", ANNE, HOUR + 10) == join


def test_questions_become_counts(records: Records) -> None:
    day = 86400
    for at, person, rule in ((1, ANNE, "a"), (2, ANNE, "a"), (3, BOB, "b"), (day + 1, ANNE, "a")):
        records.questions.keep(Question(at, person, "words", "answer", rule, p=0.9))
    before = records.questions.counts()
    assert before == [
        ("1970-01-01", "answer", "a", 2),
        ("1970-01-01", "answer", "b", 1),
        ("1970-01-02", "answer", "a", 1),
    ]
    assert [question.at for question in records.questions.of([ANNE])] == [1, 2, day + 1]
    assert records.questions.forget(before=3) == 2
    assert records.questions.counts() == before
    assert records.questions.forget_people([ANNE, BOB]) == 2
    assert records.questions.counts() == before
    assert records.questions.of([ANNE, BOB]) == []
    assert records.questions.counts(since="1970-01-02") == before[2:]


def test_the_number_of_a_question_is_never_used_again(records: Records) -> None:
    numbers = [records.questions.keep(Question(at, who, "words", "none")) for at, who in ((1, ANNE), (2, BOB))]
    found = records.questions.one(numbers[1], [CY, BOB])
    assert found
    assert (found.at, found.text, found.person, found.id) == (2, "words", "", numbers[1])
    assert records.questions.one(numbers[1], [ANNE]) is None, "each has their own"
    records.questions.forget_people([BOB])
    assert records.questions.one(numbers[1], [BOB]) is None
    assert records.questions.keep(Question(3, BOB, "words", "none")) > numbers[1]


def test_a_person_has_one_opinion_of_an_answer(records: Records) -> None:
    said = [
        Opinion(1, ANNE, Judged.WRONG, "a", 7),
        Opinion(2, ANNE, Judged.HELPED, "b", 7),  # the answer that they opened in place of the first
        Opinion(3, ANNE, Judged.WRONG, "a"),
        Opinion(4, ANNE, Judged.HELPED, "a"),
        Opinion(5, ANNE, Judged.HELPED, "b"),
        Opinion(6, BOB, Judged.WRONG, "a"),
    ]
    for each in said:
        records.opinions.keep(each)
    assert records.opinions.of([ANNE]) == [dataclasses.replace(said[n], person="") for n in (1, 3, 4)]
    assert records.opinions.of([BOB, CY]) == [dataclasses.replace(said[5], person="")]


def test_opinions_become_counts(records: Records) -> None:
    for at, person, judged in ((1, ANNE, Judged.WRONG), (2, BOB, Judged.WRONG), (86_401, CY, Judged.NOT)):
        records.opinions.keep(Opinion(at, person, judged, "a"))
    before = records.opinions.counts()
    assert before == [("1970-01-01", "a", "wrong", 2), ("1970-01-02", "a", "not", 1)]
    assert records.opinions.forget(before=2) == 1
    assert records.opinions.forget_people([BOB, CY]) == 2
    assert records.opinions.of([ANNE, BOB, CY]) == []
    assert records.opinions.counts() == before
    assert records.opinions.counts(since="1970-01-02") == before[1:]


def test_a_rule_is_hidden_once_and_shown_again(records: Records) -> None:
    anne = records.members.begin(ANNE, 5)
    assert records.hidden.rules() == frozenset()
    assert records.hidden.hide(Hiding("a", 1, anne.id))
    assert not records.hidden.hide(Hiding("a", 2, 0)), "it stays as it was hidden first"
    assert records.hidden.hide(Hiding("b", 2, 0))
    assert records.hidden.rules() == {"a", "b"}
    assert records.hidden.all() == [Hiding("b", 2, 0), Hiding("a", 1, anne.id)]
    records.members.forget(anne.id)
    assert records.hidden.all()[1] == Hiding("a", 1, 0), "the rule stays hidden, and nobody is named"
    assert records.hidden.show("a")
    assert not records.hidden.show("a")
    assert records.hidden.rules() == {"b"}


def test_what_the_book_did_not_answer(records: Records) -> None:
    def asked(at: int, person: str, outcome: str, kind: str = "") -> int:
        return records.questions.keep(Question(at, person, f"words {at}", outcome, kind=kind))

    one, two = asked(1, ANNE, "none"), asked(2, BOB, "answer")
    for at, kind in enumerate(("clinical", "distress", "chat"), 3):
        asked(at, CY, "none", kind)
    near, helped = asked(6, CY, "none", "outside"), asked(7, CY, "none")
    records.opinions.keep(Opinion(8, BOB, Judged.NOT, "a", two))
    records.opinions.keep(Opinion(8, CY, Judged.HELPED, "a", helped))
    records.opinions.keep(Opinion(8, CY, Judged.WRONG, "b"))
    missed = records.gaps.missed(9)
    assert [(each.number, each.text, each.lack, each.rule) for each in missed] == [
        (near, "words 6", Lack.NONE, ""),
        (two, "words 2", Lack.NOT, "a"),
        (one, "words 1", Lack.NONE, ""),
    ]
    assert len({each.who for each in missed}) == 3
    assert not [each for each in missed if each.who in (ANNE, BOB, CY)], "who it is is not told"
    records.members.link(records.members.begin(ANNE, 5).id, BOB)
    assert len({each.who for each in records.gaps.missed(9)}) == 2, "one person on two apps is one"
    assert [each.number for each in records.gaps.missed(1)] == [near]
    assert records.gaps.exchanges([one, two]) == []


def test_which_rules_are_said_to_be_wrong(records: Records) -> None:
    for at, (person, rule) in enumerate(((ANNE, "a"), (BOB, "a"), (CY, "b"), (CY, "a"), (ANNE, "c"), (BOB, "c"))):
        records.opinions.keep(Opinion(at, person, Judged.WRONG, rule))
    records.opinions.keep(Opinion(9, ANNE, Judged.HELPED, "c"))
    assert records.gaps.wrong() == [("a", 3), ("b", 1), ("c", 1)]


def test_what_is_no_gap_and_the_week_that_began(records: Records) -> None:
    records.gaps.drop(7, 1)
    records.gaps.drop(7, 2)
    records.gaps.drop(8, 2)
    assert records.gaps.dropped() == {7, 8}
    assert records.gaps.forget(before=2) == 1
    assert records.gaps.dropped() == {8}
    assert not records.gaps.week_begun("2026-11-23")
    assert records.gaps.begin_week("2026-11-23")
    assert not records.gaps.begin_week("2026-11-23")
    assert records.gaps.week_begun("2026-11-23")


def test_incidents_are_tallied(records: Records) -> None:
    letter = Incident("2026-11-22", "A81001", Wrong.LETTER, "RXH", "hospital-fit-note", "first")
    one = records.incidents.add(letter, at=1_000)
    assert records.incidents.add(letter, at=1_200, within=900) == one, "looked at again"
    two = records.incidents.add(letter, at=2_200, within=900)
    assert two != one, "for another patient"
    records.incidents.add(dataclasses.replace(letter, day="2026-12-01", provider="R0A", detail="repeat"), at=3_000)
    assert records.incidents.by_id(one) == dataclasses.replace(letter, id=one)
    november = Tally("2026-11", "A81001", "RXH", "hospital-fit-note", Wrong.LETTER, 2)
    december = Tally("2026-12", "A81001", "R0A", "hospital-fit-note", Wrong.LETTER, 1)
    assert records.incidents.tallies("2026-11-01", "2026-12-31") == [november, december]
    assert records.incidents.last_providers("A81001") == ["R0A", "RXH"]
    assert records.incidents.undo(two)
    assert not records.incidents.undo(two)
    assert records.incidents.by_id(two) is None
    assert records.incidents.tallies("2026-11-01", "2026-11-30") == [november._replace(number=1)]


def test_letters_are_asked_after_once(records: Records) -> None:
    anne = records.members.begin(ANNE, 1)
    letter = Incident("2026-11-22", "A81001", Wrong.LETTER, "RXH", "hospital-fit-note", "first")
    first, second = (records.incidents.add(letter, at) for at in (1, 2))
    for number in (first, second):
        records.chases.add(Chase(number, anne.id, due=100))
        records.chases.add(Chase(number, anne.id, due=999))
    assert records.chases.due(99) == []
    assert records.chases.due(100) == [Chase(first, anne.id, 100), Chase(second, anne.id, 100)]
    assert records.chases.asked(first, 101)
    assert not records.chases.asked(first, 102)
    assert records.chases.due(103) == [Chase(second, anne.id, 100)]
    records.incidents.undo(second)
    assert records.chases.due(103) == []
    records.chases.add(Chase(records.incidents.add(letter, 3), anne.id, due=100))
    records.chases.drop_all(anne.id)
    assert records.chases.due(103) == []
    third = records.incidents.add(letter, 4)
    records.chases.add(Chase(third, anne.id, due=100))
    records.members.forget(anne.id)
    assert records.chases.due(103) == [], "nobody is left to ask"
    assert records.incidents.by_id(third), "but the letter still counts"


ALL = Selection((), None, (), (), ("telegram", "slack"), (), "contract")


def sent(records: Records, *accounts: str) -> Broadcast:
    """Keep people, and a broadcast that is on its way to all of them."""
    for account in accounts:
        records.members.begin(account, 1)
    made = records.broadcasts.draft(Broadcast("News", choices=("Yes", "No"), made=1))
    assert records.broadcasts.step(made.id, [Stage.DRAFT], Stage.SENDING, begun=2)
    while records.broadcasts.fill(made.id, ALL, lambda _: 0, most=1):
        pass
    return made


def at_once(_: Member) -> int:
    return 0


def test_a_broadcast_has_one_row_a_person_and_each_is_claimed_once(records: Records) -> None:
    made = sent(records, ANNE, CY, BOB)
    assert records.broadcasts.count(ALL) == {"slack": 1, "telegram": 2}
    assert not records.broadcasts.fill(made.id, ALL, at_once, most=9), "nobody twice"
    first = records.broadcasts.claim("telegram", 5, at_once)
    second = records.broadcasts.claim("telegram", 5, at_once)
    assert first and second
    assert {first.account, second.account} == {ANNE, CY}
    assert records.broadcasts.claim("telegram", 5, at_once) is None
    records.broadcasts.settle(first, State.SENT, message="1/7")
    records.broadcasts.settle(second, State.QUEUED)
    assert records.broadcasts.claim("telegram", 5, at_once) == second, "put back, it is taken again"
    assert records.broadcasts.recover() == 1
    records.broadcasts.settle(second, State.SENT, message="too late")
    assert [(row.chat, row.state) for row in records.broadcasts.counts(made.id)] == [
        ("slack", State.QUEUED),
        ("telegram", State.SENT),
        ("telegram", State.UNSURE),
    ]
    assert not records.broadcasts.finish(made.id)
    assert records.broadcasts.cancel(made.id) == 1
    assert records.broadcasts.finish(made.id)


def test_a_broadcast_moves_only_from_where_it_stands(records: Records) -> None:
    made = sent(records, ANNE)
    assert not records.broadcasts.step(made.id, [Stage.DRAFT], Stage.SENDING)
    assert records.broadcasts.step(made.id, [Stage.SENDING], Stage.PAUSED, note="refused")
    assert records.broadcasts.claim("telegram", 5, at_once) is None
    assert [each.note for each in records.broadcasts.at_stage(Stage.PAUSED)] == ["refused"]
    with pytest.raises(TypeError):
        records.broadcasts.change(made.id, stage=Stage.DONE)


def test_who_voted_and_what_was_chosen_stand_apart(tmp_path: Path) -> None:
    store = Store(tmp_path / "pushback.db")
    member = store.records.members.begin(ANNE, 1)
    for _ in range(2):
        made = sent(store.records, ANNE)
        assert store.records.broadcasts.vote(made.id, 2, member.id)
        assert not store.records.broadcasts.vote(made.id, 1, member.id)
        assert store.records.broadcasts.votes(made.id) == (0, 1)
    with sqlite3.connect(tmp_path / "pushback.db") as other:
        marks = other.execute("SELECT * FROM mark ORDER BY broadcast").fetchall()
        columns = [name for _, name, *_ in other.execute("PRAGMA table_info(mark)")]
    other.close()
    store.close()
    assert columns == ["broadcast", "what", "who"], "no choice, and no time"
    assert len({who for _, _, who in marks}) == 2, "one person, two hashes"


def test_where_a_message_stands_goes_with_its_member(tmp_path: Path) -> None:
    store = Store(tmp_path / "pushback.db")
    made = sent(store.records, "telegram 471147", ANNE)
    claim = store.records.broadcasts.claim("telegram", 5, at_once)
    assert claim and claim.account == "telegram 471147"
    store.records.broadcasts.settle(claim, State.SENT, message="471147/12")
    member = store.records.members.of("telegram 471147")
    assert member
    store.records.members.forget(member.id)
    assert sum(row.number for row in store.records.broadcasts.counts(made.id)) == 2, "the count stays"
    store.records.upkeep.scrub()
    store.close()
    assert b"471147" not in (tmp_path / "pushback.db").read_bytes()


ACTION, PLEDGED = "en-2026-06-medicines", frozenset({"A81001", "A81003"})
PRACTICES = {"telegram 1": "A81001", "telegram 2": "A81002", "telegram 3": "A81003", "telegram 4": "A81004"}


def to_who_pledged(records: Records, **wishes: object) -> Broadcast:
    """Keep four people of four practices, and an update that is on its way to those whose practice has pledged."""
    for account, practice in PRACTICES.items():
        records.members.change(records.members.begin(account, 1).id, practice=practice, **wishes)
    made = records.broadcasts.draft(Broadcast("News", audience=Audience(pledged=ACTION), made=1))
    assert records.broadcasts.step(made.id, [Stage.DRAFT], Stage.SENDING, begun=2)
    while records.broadcasts.fill(made.id, ALL, at_once, most=3):
        pass
    return made


def has_pledged(practice: str, action: str) -> bool:
    assert action == ACTION
    return practice in PLEDGED


def taken(records: Records, now: int = 5) -> Claim:
    claim = records.broadcasts.claim("telegram", now, at_once, has_pledged)
    assert claim
    return claim


def all_sent(records: Records) -> list[str]:
    """Send all there is; to whom."""
    accounts = []
    while claim := records.broadcasts.claim("telegram", 9, at_once, has_pledged):
        records.broadcasts.settle(claim, State.SENT, message=f"{claim.account.split()[1]}471147/12")
        accounts.append(claim.account)
    return accounts


def test_an_update_to_those_who_pledged_goes_to_them_alone(records: Records) -> None:
    made = to_who_pledged(records)
    assert records.broadcasts.by_id(made.id) == dataclasses.replace(made, stage=Stage.SENDING, begun=2)
    assert records.broadcasts.spread(ALL) == 4
    assert all_sent(records) == ["telegram 1", "telegram 3"]
    assert records.broadcasts.finish(made.id)
    assert [records.broadcasts.got(made.id, member) for member in (1, 2, 3, 4)] == [True, False, True, False]
    assert [len(records.broadcasts.of_member(member)) for member in (1, 2, 3, 4)] == [1, 0, 1, 0]
    assert records.broadcasts.archive(2) == []


def test_who_asks_without_saying_who_pledged_sends_it_to_nobody(records: Records) -> None:
    to_who_pledged(records)
    assert records.broadcasts.claim("telegram", 5, at_once) is None


def test_a_digest_takes_along_only_what_is_for_its_person(records: Records) -> None:
    made = to_who_pledged(records, digest=True)
    news = records.broadcasts.draft(Broadcast("For all", made=1))
    records.broadcasts.step(news.id, [Stage.DRAFT], Stage.SENDING, begun=2)
    records.broadcasts.fill(news.id, ALL, at_once, most=9)
    found = {}
    while claim := records.broadcasts.claim("telegram", 9, at_once, has_pledged):
        found[claim.account] = claim.broadcasts
        records.broadcasts.settle(claim, State.SENT)
    both, one = (made.id, news.id), (news.id,)
    assert found == {"telegram 1": both, "telegram 2": one, "telegram 3": both, "telegram 4": one}
    assert [records.broadcasts.got(made.id, member) for member in (1, 2, 3, 4)] == [True, False, True, False]


def test_who_may_have_an_update_to_those_who_pledged_finds_it(records: Records) -> None:
    made = to_who_pledged(records)
    records.broadcasts.settle(taken(records), State.UNSURE, "network")
    taken(records)
    records.broadcasts.recover()
    assert [records.broadcasts.got(made.id, member) for member in (1, 2, 3, 4)] == [True, False, True, False]
    assert [len(records.broadcasts.of_member(member)) for member in (1, 2, 3, 4)] == [1, 0, 1, 0]


def test_a_copy_of_the_database_does_not_tell_who_was_sent_what_goes_to_those_who_pledged(tmp_path: Path) -> None:
    """Sent, refused, in doubt, stopped in the middle, not meant at all: without the key their rows are alike."""
    path = tmp_path / "pushback.db"
    store = Store(path)
    to_who_pledged(store.records)
    store.records.broadcasts.settle(taken(store.records), State.SENT, message="471147/12")
    store.records.broadcasts.settle(taken(store.records, 7), State.FAILED, "refused")
    to_who_pledged(store.records)
    store.records.broadcasts.settle(taken(store.records), State.UNSURE, "network")
    taken(store.records, 8)
    assert store.records.broadcasts.recover() == 0
    assert store.records.broadcasts.claim("telegram", 9, at_once, has_pledged) is None
    raw = path.read_bytes() + path.with_suffix(".db-wal").read_bytes()
    with sqlite3.connect(path) as copy:
        columns = [name for _, name, *_ in copy.execute("PRAGMA table_info(delivery)")]
        told = ", ".join(name for name in columns if name not in ("id", "broadcast", "member", "sealed"))
        rows = copy.execute(f"SELECT {told}, length(sealed), member FROM delivery").fetchall()  # noqa: S608 - our own
    copy.close()
    store.close()
    assert len(rows) == 8
    assert len({row[:-1] for row in rows}) == 1
    assert b"471147" not in raw


def test_a_correction_to_those_who_pledged_reaches_what_stands_and_tells_nothing(records: Records) -> None:
    made = to_who_pledged(records)
    all_sent(records)
    records.broadcasts.change(made.id, text="Other news", version=1, changed=5)
    messages = []
    while change := records.broadcasts.changing("telegram"):
        messages.append(change.message)
        records.broadcasts.changed(change, "too-old" if change.message.startswith("3") else "")
    assert messages == ["1471147/12", "", "3471147/12", ""]
    assert {(row.state, row.stands, row.stuck) for row in records.broadcasts.counts(made.id)} == {(State.SENT, 1, "")}


def test_who_is_forgotten_leaves_nothing_in_what_went_to_those_who_pledged(records: Records) -> None:
    made = to_who_pledged(records)
    all_sent(records)
    records.members.forget(1)
    assert not records.broadcasts.got(made.id, 1)
    records.broadcasts.change(made.id, version=1, changed=5)
    change = records.broadcasts.changing("telegram")
    assert change and change.message == "", "where it stood is gone"


def test_the_audit_is_only_ever_added_to(records: Records) -> None:
    records.audit.note(1, ANNE, "invite", "A81001 manager")
    records.audit.note(2, BOB, "broadcast", "7")
    newest, oldest = records.audit.acts()
    assert (oldest.what, oldest.about, newest.at) == ("invite", "A81001 manager", 2)
    assert "telegram" not in oldest.who
    assert records.audit.by([ANNE]) == [oldest]


def test_no_id_of_a_person_is_in_clear_but_in_their_account(tmp_path: Path) -> None:
    path = tmp_path / "pushback.db"
    store = Store(path)
    records = store.records
    who = "telegram 471147"
    records.seen.take(who, "", 1)
    records.places.unreachable(who, "blocked", 1)
    records.questions.keep(Question(1, who, "words", "none"))
    records.opinions.keep(Opinion(1, who, Judged.WRONG, "a", 1))
    records.audit.note(1, who, "invite")
    records.codes.use("wrong", who, 1)
    store.close()
    assert b"471147" not in path.read_bytes()

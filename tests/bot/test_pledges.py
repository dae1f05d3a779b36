"""Pledges in the store: one for a practice and an action, whoever races for it; unreadable without the key."""

import hashlib
import re
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.store import Store
from bot.store.sealing import STEP, Seal
from handlers.records import Entry, Move, Notice, Pledge, Records, Stand
from knowledge import directory

ACTION = "en-2026-05-data-sharing"
DENSHAM = Pledge("A81001", ACTION, Stand.DOING, "2026-11-22", 1_000)
WAITS = Pledge("A81002", ACTION, Stand.WAITING, "2026-11-22", 1_000, "16C", 10, 0, "2026-12-06")
LINE = Entry(1_000, "A81001", ACTION, "doing", "2026-11-22")


@pytest.fixture(params=["in memory", "on disk"])
def records(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Records]:
    store = Store(None if request.param == "in memory" else tmp_path / "pushback.db")
    yield store.records
    store.close()


def test_a_pledge_is_kept_changed_and_ended(records: Records) -> None:
    pledges = records.pledges
    assert pledges.apply([Move(None, DENSHAM, LINE)])
    assert pledges.apply([Move(None, WAITS)])
    assert pledges.of("A81001") == [DENSHAM]
    assert {each.practice for each in pledges.on(ACTION)} == {"A81001", "A81002"}
    assert pledges.actions() == [ACTION]
    paused = replace(DENSHAM, stand=Stand.PAUSED)
    assert pledges.apply([Move(DENSHAM, paused, replace(LINE, what="paused"))])
    assert pledges.apply([Move(paused, None, replace(LINE, what="stopped"))])
    assert pledges.of("A81001") == []
    assert [entry.what for entry in pledges.history("A81001")] == ["doing", "paused", "stopped"]
    assert pledges.history("A81002") == []


def test_a_step_from_what_stands_no_more_is_not_taken(records: Records) -> None:
    pledges = records.pledges
    assert pledges.apply([Move(None, DENSHAM, LINE)])
    assert not pledges.apply([Move(None, WAITS), Move(None, DENSHAM, LINE)]), "one of them is there already"
    assert not pledges.apply([Move(replace(DENSHAM, stand=Stand.PAUSED), None)])
    assert pledges.on(ACTION) == [DENSHAM], "nothing of either was done"
    assert pledges.history("A81001") == [LINE]


def test_steps_messages_and_counts_are_one(records: Records) -> None:
    pledges, notice = records.pledges, Notice(7, ACTION, "MET", "It starts.")
    assert not pledges.apply([Move(DENSHAM, None)], [notice], [(ACTION, "withdrawn")])
    assert (pledges.notices(), pledges.counted(ACTION)) == ([], {})
    assert pledges.apply([Move(None, DENSHAM)], [notice, notice], [(ACTION, "unmet"), (ACTION, "unmet")])
    assert pledges.counted(ACTION) == {"unmet": 2}
    first, second = pledges.notices()
    assert (first, second) == (replace(notice, id=first.id), replace(notice, id=second.id))
    assert pledges.told(first)
    assert not pledges.told(first)
    pledges.tell(first)
    assert [each.said for each in pledges.notices()] == ["It starts.", "It starts."]


def test_when_a_practice_was_asked_and_what_a_week_came_to(records: Records) -> None:
    pledges = records.pledges
    pledges.nudge("A81001", 5)
    pledges.nudge("A81001", 9)
    assert pledges.nudged() == {pledges.name_of("A81001"): 9}
    pledges.keep_week("2026-11-16", "{}")
    pledges.keep_week("2026-11-16", "[]")
    pledges.keep_week("2026-11-09", "{}")
    assert list(pledges.weeks().items()) == [("2026-11-09", "{}"), ("2026-11-16", "{}")]
    records.members.change(records.members.begin("telegram 1", 1).id, practice="A81001")
    records.members.begin("telegram 2", 1)
    assert pledges.joined() == ["A81001"]


def test_two_connections_that_race_make_one_pledge(tmp_path: Path) -> None:
    stores = [Store(tmp_path / "pushback.db") for _ in range(2)]
    for number in range(30):
        gate = threading.Barrier(2)
        won: list[bool] = []

        def race(store: Store, pledge: Pledge, gate: threading.Barrier = gate, won: list[bool] = won) -> None:
            gate.wait()
            won.append(store.records.pledges.apply([Move(None, pledge, LINE)]))

        runners = [
            threading.Thread(target=race, args=(store, replace(DENSHAM, practice=f"A{number}", at=at)))
            for at, store in enumerate(stores)
        ]
        for runner in runners:
            runner.start()
        for runner in runners:
            runner.join()
        assert sorted(won) == [False, True]
        assert len(stores[0].records.pledges.of(f"A{number}")) == 1
    assert len(stores[0].records.pledges.history("A81001")) == 30, "who lost the race left no line either"
    for store in stores:
        store.close()


def test_the_table_itself_refuses_a_second_pledge(tmp_path: Path) -> None:
    store = Store(tmp_path / "pushback.db")
    store.records.pledges.apply([Move(None, DENSHAM)])
    with sqlite3.connect(tmp_path / "pushback.db") as other, pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        other.execute("INSERT INTO pledge SELECT * FROM pledge")
    other.close()
    store.close()


def test_what_practices_pledged_stays_when_a_person_is_forgotten(records: Records) -> None:
    member = records.members.begin("telegram 1", 1)
    records.members.change(member.id, practice="A81001")
    records.pledges.apply([Move(None, DENSHAM, LINE)])
    records.members.forget(member.id)
    assert (records.pledges.of("A81001"), records.pledges.history("A81001")) == ([DENSHAM], [LINE])


def test_what_is_sealed_opens_with_its_key_and_in_its_row_alone() -> None:
    seal, other = (Seal(key * 32, str) for key in (b"1", b"2"))
    sealed = seal.seal("words", "row")
    assert seal.open(sealed, "row") == "words"
    assert len(sealed) == len(seal.seal("w" * STEP, "row")), "a length tells nothing"
    assert sealed != seal.seal("words", "row")
    for key, row, content in ((other, "row", sealed), (seal, "another", sealed), (seal, "row", sealed[:-1] + b"?")):
        with pytest.raises(ValueError, match="with this key"):
            key.open(content, row)


def test_a_condition_is_of_one_length_with_any_other_pledge(tmp_path: Path) -> None:
    store = Store(tmp_path / "pushback.db")
    store.records.pledges.apply([Move(None, DENSHAM), Move(None, WAITS)])
    with sqlite3.connect(tmp_path / "pushback.db") as other:
        ((short, long),) = other.execute("SELECT min(length(sealed)), max(length(sealed)) FROM pledge").fetchall()
    other.close()
    store.close()
    assert short == long


def test_no_code_and_no_plain_hash_of_one_stands_in_the_tables(tmp_path: Path) -> None:
    """Whoever reads the bytes knows all 6,618 codes and every action, and may hash whatever they like."""
    store = Store(tmp_path / "pushback.db")
    codes = sorted(directory.load().practices)
    waiting = [replace(WAITS, practice=code) for code in codes[:50]]
    store.records.pledges.apply([Move(None, each) for each in waiting], [Notice(1, ACTION, "MET", codes[1])])
    store.records.pledges.note(replace(LINE, practice=codes[0]))
    store.records.pledges.nudge(codes[0], 1)
    raw = (tmp_path / "pushback.db").read_bytes() + (tmp_path / "pushback.db-wal").read_bytes()
    assert ACTION.encode() in raw, "the file is the right one"
    found = {text.decode() for text in re.findall(rb"(?=([A-Z]\d{5}))", raw)}
    assert not found & set(codes)
    windows = {raw[at : at + 16] for at in range(len(raw) - 15)} | {raw[at : at + 32] for at in range(len(raw) - 31)}
    for code in codes:
        for text in (code, f"practice {code}", f"pledge {code} {ACTION}", f"{code} {ACTION}"):
            for kind in ("md5", "sha1", "sha256"):
                digest = hashlib.new(kind, text.encode(), usedforsecurity=False)
                assert digest.digest()[:16] not in windows
                assert digest.hexdigest()[:32].encode() not in windows
    store.close()

"""The store: it opens what an earlier version wrote, and says plainly what it cannot open."""

import dataclasses
import hmac
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.app import App
from bot.store import Store, StoreError
from bot.store.migrations import migrations
from handlers.chat import Ask, Person, plain_text
from handlers.records import Entry, Question


def test_a_database_of_every_earlier_version_opens(tmp_path: Path) -> None:
    names = [each.name for each in migrations.pending(Database(memory=True))]
    for number, name in enumerate(names):
        path = tmp_path / f"{number}.db"
        old = Database(path)
        migrations.apply(old, stop_before=name)
        old.close()
        path.with_suffix(".key").write_bytes(bytes(32))
        Store(path).close()
        opened = Database(path)
        assert [each.name for each in migrations.applied(opened)] == names
        opened.close()


def test_questions_that_were_kept_before_they_had_numbers_for_good_keep_theirs(tmp_path: Path) -> None:
    path = tmp_path / "pushback.db"
    old = Database(path)
    migrations.apply(old, stop_before="opinions")
    path.with_suffix(".key").write_bytes(bytes(32))
    who = hmac.digest(bytes(32), b"telegram 1", "sha256").hex()[:32]
    for _ in range(3):
        old.execute(
            "INSERT INTO question (at, person, text, outcome, rule, kind, p) VALUES (1, ?, 'words', 'none', '', '', 0)",
            [who],
        )
    old.conn.commit()
    old.close()
    store = Store(path)
    assert [question.id for question in store.records.questions.of(["telegram 1"])] == [1, 2, 3]
    store.records.questions.forget_people(["telegram 1"])
    assert store.records.questions.keep(Question(2, "telegram 1", "more", "none")) == 4
    store.close()


@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["audit", "pledge_entry"])
def test_what_is_only_ever_added_to_refuses_a_change(tmp_path: Path, table: str, change: str) -> None:
    store = Store(tmp_path / "pushback.db")
    store.records.audit.note(1, "telegram 1", "invite", "A81001")
    store.records.pledges.note(Entry(1_000, "A81001", "en-2026-05-data-sharing", "doing", "2026-11-22"))
    other = sqlite3.connect(tmp_path / "pushback.db")
    with pytest.raises(sqlite3.IntegrityError, match="only ever"):
        other.execute(change.format(table))
    other.close()
    store.close()


def test_a_database_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "pushback.db"
    Store(path).close()
    with sqlite3.connect(path) as newer:
        newer.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('pushback', 'x', '')")
    newer.close()
    with pytest.raises(StoreError, match="from a newer version of Pushback"):
        Store(path)


def test_what_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "pushback.db"
    path.write_text("a letter to my aunt, long enough to be read as a header of some kind " * 20, encoding="utf-8")
    with pytest.raises(StoreError, match="is no SQLite database"):
        Store(path)
    assert path.read_text(encoding="utf-8").startswith("a letter to my aunt")
    assert [each.name for each in tmp_path.iterdir()] == ["pushback.db"], "no key of a file that was refused"


@pytest.mark.parametrize("sets", [(), ("payroll",)], ids=["without migrations", "with migrations of its own"])
def test_the_database_of_another_program_is_refused_and_left_alone(tmp_path: Path, sets: tuple[str, ...]) -> None:
    path = tmp_path / "other.db"
    other = Database(path)
    other.table("wages").insert({"person": "x", "pounds": 1})
    for name in sets:
        other.table("_sqlite_migrations").insert({"migration_set": name, "name": "m001", "applied_at": ""})
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"other\.db: is the database of another program"):
        Store(path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["other.db"]


def test_an_empty_file_is_made_a_database(tmp_path: Path) -> None:
    (tmp_path / "pushback.db").touch()
    Store(tmp_path / "pushback.db").close()
    Store(tmp_path / "pushback.db").close()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StoreError, match=r"pushback\.db: "):
        Store(tmp_path / "file" / "pushback.db")


def test_the_key_and_the_database_are_nobody_elses(tmp_path: Path) -> None:
    Store(tmp_path / "pushback.db").close()
    for name in ("pushback.db", "pushback.key"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_a_key_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pushback.key").write_bytes(b"short")
    with pytest.raises(StoreError, match=r"the key in pushback\.key is cut short"):
        Store(tmp_path / "pushback.db")


def test_a_key_that_is_gone_is_asked_for_and_never_made_anew(tmp_path: Path) -> None:
    Store(tmp_path / "pushback.db").close()
    (tmp_path / "pushback.key").unlink()
    with pytest.raises(StoreError, match=r"its key, pushback\.key, is gone: put it back"):
        Store(tmp_path / "pushback.db")
    assert not (tmp_path / "pushback.key").exists()


def test_a_hash_is_the_same_here_and_nowhere_else(tmp_path: Path) -> None:
    here, there = Store(tmp_path / "here.db"), Store(tmp_path / "there.db")
    again = Store(tmp_path / "here.db")
    assert here.hashed("slack U1") == again.hashed("slack U1") != there.hashed("slack U1")
    for store in (here, there, again):
        store.close()


@pytest.fixture
def remembering(app: App, tmp_path: Path) -> Iterator[App]:
    """An App over a database on disk."""
    store = Store(tmp_path / "pushback.db")
    yield App(dataclasses.replace(app.house, records=store.records))
    store.close()


GP = Person("test", "1")


def test_a_database_that_is_locked_keeps_no_answer_back_and_loses_nothing(
    remembering: App, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert remembering.house.records
    remembering.handle(Ask(GP, "settings role locum"))
    holder = sqlite3.connect(tmp_path / "pushback.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    assert "NOT YOURS" in plain_text(remembering.handle(Ask(GP, "hosp wants bloods b4 clinic do i have to")))
    said = plain_text(remembering.handle(Ask(GP, "settings role partner")))
    assert said.startswith("! NOT SAVED\nMy records cannot be used just now, so nothing was changed.")
    holder.execute("ROLLBACK")
    holder.close()
    assert "Role: locum" in plain_text(remembering.handle(Ask(GP, "me")))
    assert "another process holds it" in caplog.text


def limited(store: Store) -> None:
    """Let the file grow no more: what SQLite then says is what it says of a full disk."""
    (pages,) = store._db.execute("PRAGMA page_count").fetchone()
    store._db.execute(f"PRAGMA max_page_count = {pages}")


def test_a_disk_that_is_full_keeps_no_answer_back_and_loses_nothing(app: App, tmp_path: Path) -> None:
    Store(tmp_path / "pushback.db").close()
    store = Store(tmp_path / "pushback.db")
    remembering = App(dataclasses.replace(app.house, records=store.records))
    remembering.handle(Ask(GP, "settings role locum"))
    limited(store)
    filled = 0
    while "NOT SAVED" not in plain_text(remembering.handle(Ask(Person("other", str(filled)), "settings role nurse"))):
        filled += 1
        assert filled < 5_000
    assert "NOT YOURS" in plain_text(remembering.handle(Ask(GP, "hosp wants bloods b4 clinic do i have to")))
    assert "Role: locum" in plain_text(remembering.handle(Ask(GP, "me")))
    store.close()


def test_a_change_holds_the_file_before_it_reads(tmp_path: Path) -> None:
    store = Store(tmp_path / "pushback.db")
    other = sqlite3.connect(tmp_path / "pushback.db", timeout=0, isolation_level=None)
    with store.records.upkeep.together():
        assert store.records.members.of("telegram 1") is None
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        store.records.members.begin("telegram 1", 0)
    other.execute("BEGIN IMMEDIATE")
    other.close()
    assert store.records.members.of("telegram 1")
    store.close()


def test_a_change_that_fails_leaves_nothing_and_lets_go(tmp_path: Path) -> None:
    store, other = Store(tmp_path / "pushback.db"), Store(tmp_path / "pushback.db")
    with pytest.raises(LookupError), store.records.upkeep.together():
        store.records.members.begin("telegram 1", 0)
        store.records.members.change(9, practice="A81001")
    other.records.members.begin("telegram 2", 0)
    assert store.records.members.of("telegram 1") is None
    for each in (store, other):
        each.close()


def test_all_who_open_a_new_file_at_once_find_it_whole(tmp_path: Path) -> None:
    (tmp_path / "pushback.key").write_bytes(bytes(32))
    together, opened = threading.Barrier(3), list[int]()

    def start() -> None:
        together.wait()
        store = Store(tmp_path / "pushback.db")
        opened.append(len(store.tables()))
        store.close()

    threads = [threading.Thread(target=start) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(opened) == 3
    assert len(set(opened)) == 1


WRITER = """
import sys, pathlib
from bot.store import Store
store = Store(pathlib.Path(sys.argv[1]))
sys.stdin.readline()
for number in range(200):
    store.records.members.change(store.records.members.begin(f"{sys.argv[2]} {number}", 0).id, practice="A81001")
store.close()
"""


def test_two_processes_that_write_at_once_wait_for_each_other(tmp_path: Path) -> None:
    path = tmp_path / "pushback.db"
    Store(path).close()
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), chat], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        for chat in ("telegram", "slack")
    ]
    for each in writers:
        assert each.stdin
        each.stdin.write(b"now\n")
        each.stdin.flush()
    for each in writers:
        _, said = each.communicate(timeout=60)
        assert (each.returncode, said) == (0, b"")
    store = Store(path)
    assert len(store.records.members.of_practice("A81001")) == 400
    store.close()

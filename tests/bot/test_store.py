"""The store: it opens what an earlier version wrote, and says plainly what it cannot open."""

import sqlite3
import stat
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.store import Store, StoreError
from bot.store.migrations import migrations


def test_a_database_of_every_earlier_version_opens(tmp_path: Path) -> None:
    names = [each.name for each in migrations.pending(Database(memory=True))]
    for number, name in enumerate(names):
        path = tmp_path / f"{number}.db"
        old = Database(path)
        migrations.apply(old, stop_before=name)
        old.close()
        Store(path).close()
        opened = Database(path)
        assert [each.name for each in migrations.applied(opened)] == names
        opened.close()


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


def test_a_hash_is_the_same_here_and_nowhere_else(tmp_path: Path) -> None:
    here, there = Store(tmp_path / "here.db"), Store(tmp_path / "there.db")
    again = Store(tmp_path / "here.db")
    assert here.hashed("slack U1") == again.hashed("slack U1") != there.hashed("slack U1")
    for store in (here, there, again):
        store.close()

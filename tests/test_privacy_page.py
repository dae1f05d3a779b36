"""Each promise of docs/privacy.md is proved by a test that is there, and each table that keeps something is told of."""

import re
from pathlib import Path

from bot.store import Store

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")


def test_every_promise_has_its_test() -> None:
    promises = PAGE.split("## Promises")[1].split("##")[0]
    named = set(re.findall(r"`(test_\w+)`", promises))
    there = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert named
    assert not named - there
    assert all("`test_" in line for line in promises.splitlines() if line.startswith("| ") and "promise |" not in line)


def test_every_table_is_told_of() -> None:
    store = Store(None)
    kept = set(store.tables()) - {"_sqlite_migrations", "sqlite_sequence"}
    store.close()
    told = set(re.findall(r"`(\w+)`", PAGE.split("## What is kept")[1].split("Everything stands")[0]))
    assert not kept - told - NOTHING_OF_PEOPLE


NOTHING_OF_PEOPLE = {"moved", "asked", "opinion_count"}  # groups with a new id; counts

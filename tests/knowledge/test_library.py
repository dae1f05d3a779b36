"""The book is read whole, or every fault of it is told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.library import BookError, Library, load
from tests.conftest import rule_text

Book = Callable[..., Path]


def test_the_book_is_whole(library: Library) -> None:
    assert len(library.rules) >= 447
    rule = library.rules["hospital-fit-note"]
    assert (rule.category, rule.verdict) == ("interface", "not-yours")
    assert all(rule.unless and rule.sources for rule in library.rules.values())


# What a curator may write, and what they are told.
FAULTS = {
    "a missing key": ({"who": ""}, "who: is missing: add it"),
    "an unknown key": ({"answr": '"x"'}, "answr: is not a key of this file: did you mean 'answer'?"),
    "a strange key": ({"zzz": '"x"'}, "zzz: is not a key of this file: take it out"),
    "a wrong verdict": ({"verdict": '"maybe"'}, "verdict: must be one of 'must-do'"),
    "a number for text": ({"title": "3"}, "title: must be text in quotes, not 3"),
    "a text for a list": ({"unless": '"x"'}, "unless: must be a list in square brackets"),
    "a list for a table": ({"roles": '["x"]'}, "roles: must be a table: write [roles]"),
    "an unknown role": ({"roles": '{ boss = "x" }'}, "roles.boss: must be one of 'partner'"),
    "an answer too long": ({"answer": '"' + "x" * 241 + '"'}, "answer: has 241 characters: shorten it to 240"),
    "an answer too short": ({"answer": '"x"'}, "answer: is too short: write something here"),
    "a date in words": ({"review_by": '"next spring"'}, "review_by: must be a date such as 2027-03-31"),
    "a year of a wrong form": ({"contract_year": '"2026"'}, "contract_year: must fit"),
    "no line for safety": ({"unless": "[]"}, "unless: has 0: write at least 1"),
    "no nation": ({"nations": "[]"}, "nations: has 0: write at least 1"),
    "too few phrasings": ({"asks": '["a question"]'}, "asks: has 1: write at least 12"),
    "one phrasing twice": (
        {"asks": "[" + '"Bloods?", "bloods",' + ",".join(f'"q {n}"' for n in range(12)) + "]"},
        "asks: 'bloods' stands twice: take one out",
    ),
    "depends on nothing": ({"verdict": '"depends"'}, "depends_on: say on what the answer depends"),
    "depends without need": ({"depends_on": '"x"'}, 'depends_on: only for verdict "depends"'),
    "checked by nobody": ({"status": '"checked"'}, "status: a checked rule names checked_by and checked_on"),
    "a line break in a line": ({"who": '"a\\nb"'}, "who: has a line break, tab or control character"),
    "a link that is none": (
        {"sources": '[{ title = "x", url = "www.x" }]'},
        "sources.1.url: must be a link that begins with https://",
    ),
    "an id in the file": ({"id": '"x"'}, "id: comes from the file's place: take it out"),
    "not TOML": ({"title": '"unclosed'}, "is not TOML: "),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told(book: Book, fault: str) -> None:
    changes, said = FAULTS[fault]
    with pytest.raises(BookError) as error:
        load([book(one=rule_text(**changes))])
    (only,) = error.value.faults
    assert "/rules/things/one.toml: " in str(only)
    assert said in str(only)


def test_every_fault_of_every_file_is_told_at_once(book: Book) -> None:
    with pytest.raises(BookError) as error:
        load([book(one=rule_text(who="", answer='"x"'), two=rule_text(nations="[]", unless="[]"))])
    assert [(fault.file[-8:], fault.key) for fault in error.value.faults] == [
        ("one.toml", "answer"),
        ("one.toml", "who"),
        ("two.toml", "nations"),
        ("two.toml", "unless"),
    ]


def test_an_id_names_one_rule(book: Book) -> None:
    folder = book(one=rule_text())
    (folder / "rules" / "more").mkdir()
    (folder / "rules" / "more" / "one.toml").write_text(rule_text(), encoding="utf-8")
    with pytest.raises(BookError, match=r"'one' stands in \S+/rules/more/one\.toml already"):
        load([folder])


@pytest.mark.parametrize("name", ["Two_Words", "a" * 41])
def test_an_id_is_kebab_case_and_fits_a_button(book: Book, name: str) -> None:
    folder = book(one=rule_text())
    (folder / "rules" / "things" / "one.toml").rename(folder / "rules" / "things" / f"{name}.toml")
    with pytest.raises(BookError, match=r"id: (must be kebab-case|has 41 characters: shorten it to 40)"):
        load([folder])


def test_a_file_that_is_no_text(book: Book) -> None:
    folder = book(one=rule_text())
    (folder / "rules" / "things" / "two.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BookError, match=r"two\.toml: is not UTF-8 text"):
        load([folder])


def test_a_folder_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(BookError, match="is no folder: name one that exists"):
        load([tmp_path / "nowhere"])


def test_a_local_file_lays_over_the_national_one(book: Book) -> None:
    national = book(one=rule_text(), two=rule_text())
    local = book("local", one=rule_text(who='"Your own trust."'))
    library = load([national, local])
    assert [(rule.id, rule.who, rule.local) for rule in library.rules.values()] == [
        ("one", "Your own trust.", True),
        ("two", "The clinic that asked.", False),
    ]


@pytest.mark.parametrize("place", ["one.toml", "things/one.toml", "rules/one.toml"])
def test_a_local_file_in_the_wrong_place_is_told(book: Book, place: str) -> None:
    national, local = book(one=rule_text()), book("local")
    (local / place).parent.mkdir(parents=True, exist_ok=True)
    (local / place).write_text(rule_text(), encoding="utf-8")
    with pytest.raises(BookError, match="stands where nothing reads it: a rule belongs in rules/"):
        load([national, local])


def test_a_local_table_adds_to_the_national_one(book: Book) -> None:
    national, local = book(one=rule_text(), two=rule_text()), book("local")
    (national / "near.toml").write_text('pairs = [["one", "two"]]', encoding="utf-8")
    (local / "near.toml").write_text('pairs = [["two", "one"]]', encoding="utf-8")
    (local / "words.toml").write_text('[abbreviations]\nxyz = "something local"', encoding="utf-8")
    library = load([national, local])
    assert library.near.pairs == (("one", "two"), ("two", "one"))
    assert library.words.abbreviations["xyz"] == "something local"
    assert library.words.abbreviations["hosp"] == "hospital"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("contacts", "x = 3", "contacts.toml: x: must be a table"),
        ("near", 'pair = [["a", "b"]]', "near.toml: pair: is not a key of this file: did you mean 'pairs'?"),
        ("general", '[grids.a]\nb = "c"', "general.toml: grids: is not a key of this file: did you mean 'grid'?"),
    ],
)
def test_a_broken_table_is_told(book: Book, name: str, text: str, said: str) -> None:
    folder = book(one=rule_text())
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BookError) as error:
        load([folder])
    assert said in str(error.value)


def test_a_retired_rule_is_not_live(book: Book) -> None:
    library = load([book(one=rule_text(status='"retired"'), two=rule_text())])
    assert [rule.id for rule in library.live] == ["two"]
    assert "one" in library.rules


def test_the_cache_gives_the_same_book(book: Book, tmp_path: Path) -> None:
    folder = book(one=rule_text())
    first = load([folder], tmp_path / "cache")
    assert load([folder], tmp_path / "cache") == first
    (made,) = (tmp_path / "cache").glob("book-*.json")
    made.write_text("damaged", encoding="utf-8")
    assert load([folder], tmp_path / "cache") == first


def test_an_edit_makes_another_book(book: Book, tmp_path: Path) -> None:
    before = load([book(one=rule_text())], tmp_path / "cache")
    after = load([book(one=rule_text(who='"Somebody else."'))], tmp_path / "cache")
    assert before.digest != after.digest
    assert after.rules["one"].who == "Somebody else."


def test_a_cache_that_cannot_be_written_is_no_fault(book: Book, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert load([book(one=rule_text())], tmp_path / "file" / "cache").rules


# What a curator may do to a book that was read before: files written, or taken away where there is no text.
ONE, TWO, THREE = (f"rules/things/{ident}.toml" for ident in ("one", "two", "three"))
EDITS: dict[str, dict[str, str | None]] = {
    "nothing": {},
    "a rule changed": {f"book/{ONE}": rule_text(who='"Whoever asked."')},
    "a rule added": {f"book/{THREE}": rule_text()},
    "a rule taken out": {f"book/{TWO}": None},
    "a local rule laid over": {f"local/{TWO}": rule_text(who='"Your own trust."')},
    "a local rule changed": {f"local/{ONE}": rule_text(who='"Another trust."')},
    "a local rule taken away": {f"local/{ONE}": None},
    "the rule under a local one changed": {f"book/{ONE}": rule_text(fee='"None"')},
    "a rule moved to another category": {f"book/{TWO}": None, "book/rules/others/two.toml": rule_text()},
    "a table changed": {"local/near.toml": 'pairs = [["two", "one"]]'},
    "a table taken away": {"local/near.toml": None},
}


@pytest.mark.parametrize("edit", EDITS)
def test_what_has_not_changed_is_taken_from_the_book_before(book: Book, tmp_path: Path, edit: str) -> None:
    folders = [book(one=rule_text(), two=rule_text()), book("local", one=rule_text(who='"Your own trust."'))]
    (folders[1] / "near.toml").write_text('pairs = [["one", "two"]]', encoding="utf-8")
    before = load(folders)
    for name, text in EDITS[edit].items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.unlink() if text is None else path.write_text(text, encoding="utf-8")
    after, fresh = load(folders, before=before), load(folders)
    assert after == fresh
    assert list(after.rules) == list(fresh.rules)
    assert (after.digest == before.digest) == (edit == "nothing")
    assert after.words is before.words
    assert after.words is not fresh.words


def test_a_fault_in_a_changed_file_is_told_all_the_same(book: Book) -> None:
    before = load([book(one=rule_text(), two=rule_text())])
    with pytest.raises(BookError, match=r"two\.toml: who: is missing"):
        load([book(two=rule_text(who=""))], before=before)


@pytest.mark.parametrize("name", [".#one.toml", "._one.toml"])
def test_what_an_editor_or_a_system_leaves_beside_a_rule_is_not_read(book: Book, name: str) -> None:
    national, local = book(one=rule_text()), book("local", two=rule_text())
    for folder in (national, local):
        (folder / "rules" / "things" / name).symlink_to("nowhere")
    assert set(load([national, local]).rules) == {"one", "two"}


def test_a_file_that_cannot_be_read_is_told(book: Book) -> None:
    folder = book(one=rule_text())
    (folder / "rules" / "things" / "two.toml").mkdir()
    with pytest.raises(BookError, match=r"two\.toml: cannot be read: "):
        load([folder])

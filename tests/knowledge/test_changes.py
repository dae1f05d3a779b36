"""What changed between two books, in a curator's words."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.changes import Change, Edit, changed, parts
from knowledge.library import Library, load
from tests.conftest import rule_text

Book = Callable[..., Path]


def between(book: Book, before: dict[str, str], after: dict[str, str]) -> list[Change]:
    return changed(parts(load([book("before", **before)])), parts(load([book("after", **after)])))


ONE = rule_text()
TITLE = "Bloods that the hospital wants before its clinic"
# A rule before and after, and the one change that is told: its kind and its edits.
CHANGES = {
    "a rule that came": ("", ONE, "added", ()),
    "a rule that went": (ONE, "", "removed", ()),
    "a rule retired": (ONE, rule_text(status='"retired"'), "retired", (Edit("status", "", "retired"),)),
    "an answer in other words": (
        ONE,
        rule_text(answer='"Hand it back, unless it is urgent."'),
        "changed",
        (
            Edit(
                "answer", "Hand it back. The clinic that needs a test orders it.", "Hand it back, unless it is urgent."
            ),
        ),
    ),
    "a key that came": (ONE, rule_text(fee='"None (2026)."'), "changed", (Edit("fee", "", "None (2026)."),)),
    "a line of a list changed": (
        ONE,
        rule_text(unless='["It is urgent: take it now."]'),
        "changed",
        (
            Edit("unless", "Waiting could harm the patient: take it now.", ""),
            Edit("unless", "", "It is urgent: take it now."),
        ),
    ),
    "lists in another order": (
        rule_text(words='["a", "b"]'),
        rule_text(words='["b", "a"]'),
        "changed",
        (Edit("words", "", "the same lines in another order"),),
    ),
    "one role's words": (
        rule_text(roles='{ salaried = "Ask.", locum = "No." }'),
        rule_text(roles='{ salaried = "Ask.", locum = "Yes." }'),
        "changed",
        (Edit("roles.locum", "No.", "Yes."),),
    ),
    "a date": (
        ONE,
        rule_text(review_by="2028-11-21"),
        "changed",
        (Edit("review_by", "2027-11-21", "2028-11-21"),),
    ),
    "a source that came": (
        ONE,
        rule_text(sources='[{ title = "A page", url = "https://a.example" }]'),
        "changed",
        (Edit("sources", "", "title: A page · url: https://a.example"),),
    ),
}


@pytest.mark.parametrize("case", CHANGES)
def test_a_change_is_told(book: Book, case: str) -> None:
    old, new, kind, edits = CHANGES[case]
    before, after = ({"one": text} if text else {} for text in (old, new))
    assert between(book, {"other": ONE} | before, {"other": ONE} | after) == [Change(kind, "rules/one", TITLE, edits)]  # type: ignore[arg-type]  # a word of the table


def test_nothing_changed(book: Book) -> None:
    assert between(book, {"one": ONE}, {"one": ONE}) == []


def test_a_comment_changes_nothing_that_is_said(book: Book) -> None:
    assert between(book, {"one": ONE}, {"one": "# read again\n" + ONE}) == []


def test_a_table_is_told_by_its_key(book: Book) -> None:
    before, after = book("before", one=ONE), book("after", one=ONE)
    words = after / "words.toml"
    words.write_text(words.read_text().replace("[abbreviations]", '[abbreviations]\nxyz = "x-ray"', 1))
    (told,) = changed(parts(load([before])), parts(load([after])))
    assert told == Change("changed", "words", "", (Edit("abbreviations.xyz", "", "x-ray"),))


def test_rules_come_first_and_by_what_became_of_them(book: Book) -> None:
    before = {"a": ONE, "b": ONE, "c": ONE}
    after = {"a": rule_text(who='"Them."'), "c": rule_text(status='"retired"'), "d": ONE}
    assert [(each.kind, each.name) for each in between(book, before, after)] == [
        ("added", "rules/d"),
        ("removed", "rules/b"),
        ("retired", "rules/c"),
        ("changed", "rules/a"),
    ]


def test_every_thing_of_the_book_is_a_part_and_the_same_each_time(library: Library) -> None:
    found = parts(library)
    assert found == parts(load())
    assert len([name for name in found if name.startswith("rules/")]) == len(library.rules)
    assert json.loads(found["rules/hospital-fit-note"])["title"] == library.rules["hospital-fit-note"].title
    assert {f"letters/{ident}" for ident in library.letters} < found.keys()


def test_a_set_of_words_is_kept_in_one_order_so_that_no_process_reads_a_change_into_it(library: Library) -> None:
    kept = json.loads(parts(library)["words"])
    assert kept["clinical"] == sorted(library.words.clinical)

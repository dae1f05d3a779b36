"""The curator's lint: what is an error, what is a warning, and that the shipped book has no error."""

import dataclasses
import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge import curate, lint
from knowledge.library import BookError, Library, load
from knowledge.matcher import Matcher
from tests.conftest import TODAY, rule_text

Book = Callable[..., Path]


def test_the_book_has_no_error(library: Library) -> None:
    assert lint.errors(library) == []


def test_phrasings_reach_their_own_rule(library: Library, matcher: Matcher) -> None:
    sample = dataclasses.replace(library, rules=dict(list(library.rules.items())[::9]))
    found = lint.reach(sample, matcher)
    assert found.first >= 0.97
    assert found.among_three >= 0.995


def test_every_set_of_actions_has_its_state(library: Library) -> None:
    assert library.sets["england-2026"].state == "current"
    assert {each.nation for each in library.sets.values()} == {"england", "wales", "scotland", "northern-ireland"}
    assert all(action.set in library.sets for action in library.actions.values())


WRONG = {
    "a letter that is not there": ({"letter": '"nobody-wrote-it"'}, "letter: there is no letter 'nobody-wrote-it'"),
    "a clause nobody confirmed": (
        {"basis": '[{ instrument = "GMS contract", clause = "reg 99", says = "x" }]'},
        "basis.1.clause: 'reg 99' of GMS contract is not in clauses.toml",
    ),
    "money without a year": ({"fee": '"£40 from the patient."'}, "fee: holds a sum of money without its year"),
    "money in the answer": (
        {"answer": '"Hand it back, or charge £40 for it."'},
        "answer: holds a sum of money without its year",
    ),
    "an answer too hard to read": (
        {"answer": '"Contractual interpretation necessitates organisational escalation."'},
        "answer: reads at grade",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_an_error_names_file_and_key(book: Book, case: str) -> None:
    changes, said = WRONG[case]
    (fault,) = lint.errors(load([book(one=rule_text(**changes))]))
    assert str(fault).startswith("rules/things/one.toml: ")
    assert said in str(fault)


@pytest.mark.parametrize("case", WRONG)
def test_an_edit_is_held_to_what_it_brought(book: Book, case: str) -> None:
    changes, said = WRONG[case]
    good, other = load([book(one=rule_text(), two=rule_text())]), rule_text(who='"Whoever asked."')
    bad = load([book(one=rule_text(**changes))])
    worse = load([book(two=other)])
    assert [said in str(fault) for fault in lint.errors(bad, good)] == [True]
    assert lint.errors(worse, bad) == [], "what was wrong before is no fault of this edit"
    assert [said in str(fault) for fault in lint.errors(worse, good)] == [True]


@pytest.mark.parametrize(
    "fee", ['"£40 in 2026/27."', '"£40 (undated) from the patient."', '"Nothing from the patient."']
)
def test_money_with_its_year_is_no_error(book: Book, fee: str) -> None:
    assert lint.errors(load([book(one=rule_text(fee=fee))])) == []


def test_warnings_are_for_a_person_to_see(book: Book) -> None:
    library = load([book(one=rule_text(review_by="2026-01-01"))])
    said = [str(fault) for fault in lint.warnings(library, TODAY)]
    assert any("review_by: was 2026-01-01: read it again" in each for each in said)
    assert any("sources: none has a link" in each for each in said)


def test_two_rules_with_the_same_phrasings_collide(book: Book) -> None:
    library = load([book(one=rule_text(), two=rule_text())])
    matcher = Matcher(library)
    found = lint.reach(library, matcher)
    matcher.close()
    assert found.first == 0.5
    assert "is taken for one: say it otherwise" in str(found.strays[0])


def test_what_is_due(book: Book) -> None:
    library = load([book(one=rule_text(review_by="2027-03-31"), two=rule_text(review_by="2027-11-21"))])
    assert [rule.id for rule in lint.due(library, datetime.date(2027, 4, 1))] == ["one"]
    assert lint.standing(library, TODAY)[-1] == ("all", 2, 2, 0, 0, 0)


def test_a_signature_changes_two_lines(book: Book) -> None:
    folder = book(one=rule_text(status='"draft"'))
    before = (folder / "rules/things/one.toml").read_text(encoding="utf-8")
    rule = load([folder]).rules["one"]
    curate.sign(rule, 'Dr "A" Curator', TODAY, [folder])
    signed = load([folder]).rules["one"]
    assert (signed.status, signed.checked_by, signed.checked_on) == ("checked", 'Dr "A" Curator', TODAY)
    after = (folder / "rules/things/one.toml").read_text(encoding="utf-8")
    assert [line for line in after.splitlines() if "checked" not in line] == [
        line for line in before.splitlines() if "status" not in line
    ]
    curate.sign(signed, "Dr B", TODAY, [folder])
    assert load([folder]).rules["one"].checked_by == "Dr B"


@pytest.mark.parametrize("name", ["", "  ", "two\nlines"])
def test_a_signature_needs_a_name(book: Book, name: str) -> None:
    folder = book(one=rule_text())
    with pytest.raises(curate.CannotError, match="give your name"):
        curate.sign(load([folder]).rules["one"], name, TODAY, [folder])


def test_a_new_rule_is_a_file_to_fill_in(book: Book) -> None:
    folder = book(one=rule_text())
    path = curate.new("things", "another-thing", load([folder]), [folder])
    assert path == folder / "rules/things/another-thing.toml.new"
    assert "another-thing" not in load([folder]).rules
    path.rename(path.with_suffix(""))
    with pytest.raises(BookError) as error:
        load([folder])
    assert {fault.key for fault in error.value.faults} >= {"title", "verdict", "answer", "unless.1", "asks"}


@pytest.mark.parametrize("ident", ["one", "Two Words", "a" * 41])
def test_an_id_that_cannot_be_new(book: Book, ident: str) -> None:
    folder = book(one=rule_text())
    with pytest.raises(curate.CannotError, match=r"is taken|is no id"):
        curate.new("things", ident, load([folder]), [folder])


LETTER = {
    "title": '"Please order your own tests"',
    "to": '"The clinic"',
    "kind": '"provider"',
    "subject": '"A test for your clinic"',
    "safety": '"You stay responsible."',
    "first": '"{practice} {date} {basis} {safety}"',
    "repeat": '"{basis} {safety}"',
    "escalate": '"{basis} {provider}"',
}
LETTER_FAULTS = {
    "no wording for a second time": ({"repeat": ""}, "repeat: is missing"),
    "nobody keeps the patient safe": ({"first": '"{practice} {date} {basis}"'}, "first: must hold {safety}"),
    "a blank that nothing fills": ({"repeat": '"{basis} {safety} {trust}"'}, "repeat: {trust} is not filled"),
    "a clause typed in": ({"repeat": '"{basis} {safety} see SC11"'}, "repeat: 'SC11' is typed in"),
    "a year typed in": ({"repeat": '"{basis} {safety} of 2026"'}, "repeat: '2026' is typed in"),
    "a patient named above": ({"escalate": '"{basis} {provider} [patient\'s name]"'}, "names no patient"),
    "an empty safety line": ({"safety": '""'}, "safety: say who keeps the patient safe"),
}


@pytest.mark.parametrize("case", LETTER_FAULTS)
def test_a_letter_is_held_to_its_form(book: Book, case: str) -> None:
    changes, said = LETTER_FAULTS[case]
    folder = book(one=rule_text())
    (folder / "letters").mkdir()
    text = "\n".join(f"{key} = {value}" for key, value in (LETTER | changes).items() if value)
    (folder / "letters" / "own-tests.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BookError) as error:
        load([folder])
    assert said in str(error.value)

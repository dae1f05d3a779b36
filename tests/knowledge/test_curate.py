"""What the bot proposes to a curator: files that nothing reads until a person renames them."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge import curate
from knowledge.library import NATIONAL, BookError, Library, load
from knowledge.model import ID_LENGTH, ID_PATTERN
from tests.conftest import rule_text


def test_a_rule_is_begun_for_a_question(book: Callable[..., Path], tmp_path: Path) -> None:
    folder, mine = book(one=rule_text()), tmp_path / "mine"
    library = load([folder])
    said = [curate.Said("We do.", "who paints it"), curate.Said('A "line"\nand\x7f\x01 answer = "x"', "and who pays?")]
    path = curate.draft("Who paints the zebra?", 'Who paints the "zebra"?', said, "things", library, [folder, mine])
    assert path == mine / "rules" / "things" / "paints-zebra.toml.new"
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    assert (raw["asks"], raw["answer"]) == (['Who paints the "zebra"?'], "We do.")
    above = path.read_text(encoding="utf-8").partition("\nanswer = ")[0].splitlines()[-2:]
    assert above == [
        '# the LMC\'s desk wrote "We do." to "who paints it"',
        r'''# the LMC's desk wrote "A \"line\"\nand\u007f\u0001 answer = \"x\"" to "and who pays?"''',
    ], "all that was written stands there, and none of it but the first is read"
    with pytest.raises(curate.CannotError, match="is there already"):
        curate.draft("who PAINTS the zebra", "", (), "others", library, [folder, mine])
    (mine / "words.toml").write_bytes((folder / "words.toml").read_bytes())
    assert load([folder, mine]).rules == library.rules, "nothing reads it"
    path.rename(path.with_suffix(""))
    with pytest.raises(BookError) as error:
        load([folder, mine])
    named = {fault.key for fault in error.value.faults}
    assert {"title", "verdict", "why", "who", "confidence"} <= {key.split(".")[0] for key in named}


@pytest.mark.parametrize(
    ("question", "ident"),
    [
        ("zebra", "zebra-2"),
        ("telling " * 3 + "words that go on for longer than any id may", "telling-words-longer-than-id"),
        ("??", "question-"),
        ("naïve café", "na-ve-caf"),
    ],
)
def test_a_question_gives_its_rule_a_name(book: Callable[..., Path], question: str, ident: str) -> None:
    named = curate.named(question, load([book(zebra=rule_text())]))
    assert named.startswith(ident)
    assert len(named) <= ID_LENGTH
    assert re.fullmatch(ID_PATTERN, named)


# How a list may be written, and what is wrong with it where nothing can be added.
LISTS = (
    'asks = ["a", "b"]',
    'asks = ["a", "b",]',
    'asks = [\n    "a",\n    "b",\n]',
    'asks = [\n    "a", # asks = ["x"]\n    "b" # the last ]\n]',
    'asks = [ # both\n    "a",\n    "b, ] # no end",\n    # and no more\n]',
    "asks = ['a', 'b]']",
    'asks=["""a\n]""", "b"]',
    "asks = []",
)


@pytest.mark.parametrize("written", LISTS)
def test_a_phrasing_is_added_however_the_list_is_written(
    book: Callable[..., Path], tmp_path: Path, written: str
) -> None:
    folder, mine = book(one=rule_text()), tmp_path / "mine"
    rule = load([folder]).rules["one"]
    home = folder / "rules" / "things" / "one.toml"
    text = f"# mine\ntitle = 'One'\n{written}\nwords = []  # kept\n"
    home.write_text(text, encoding="utf-8")
    before = tomllib.loads(text)
    for ask in ('who "paints"', "a zebra\\"):
        path = curate.phrase(rule, ask, [folder, mine])
    assert path == mine / "rules" / "things" / "one.toml.new"
    after = tomllib.loads(path.read_text(encoding="utf-8"))
    assert after == before | {"asks": [*before["asks"], 'who "paints"', "a zebra\\"]}, "both stand there"
    assert set(text.split()) - {'"b"', "[]", '"b"]', "'b]']", '"b",]'} <= set(path.read_text(encoding="utf-8").split())
    assert home.read_text(encoding="utf-8") == text
    with pytest.raises(curate.CannotError, match="has that phrasing already"):
        curate.phrase(rule, 'WHO "paints"', [folder, mine])


def test_a_phrasing_can_be_added_to_every_rule(library: Library, tmp_path: Path) -> None:
    for rule in library.rules.values():
        path = curate.phrase(rule, "who paints the zebra", [NATIONAL, tmp_path])
        assert path.name == f"{rule.id}.toml.new"
    assert load([NATIONAL, tmp_path]).rules == library.rules


def test_a_folder_that_cannot_be_written_says_so(book: Callable[..., Path], tmp_path: Path) -> None:
    folder = book(one=rule_text())
    (tmp_path / "mine").write_text("a file, and no folder", encoding="utf-8")
    library = load([folder])
    with pytest.raises(curate.CannotError, match="cannot be written"):
        curate.draft("who paints the zebra", "", (), "things", library, [folder, tmp_path / "mine"])
    with pytest.raises(curate.CannotError, match="cannot be written"):
        curate.phrase(library.rules["one"], "who paints", [folder, tmp_path / "mine"])

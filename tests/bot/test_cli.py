"""The commands as a person runs them, and as they get them wrong."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from knowledge.library import Library
from tests.conftest import rule_text

BLOODS = "bloods-before-outpatient-clinic"


@pytest.fixture
def run(cache: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("PUSHBACK_BOOK_CACHE", str(cache))

    def run_it(*words: str, given: str | bytes | None = None) -> Result:
        return CliRunner().invoke(main, words, input=given)

    return run_it


def test_ask_prints_the_card(run: Callable[..., Result]) -> None:
    done = run("ask", "--lexical", "hosp wants bloods b4 clinic do i have to")
    assert done.exit_code == 0
    assert done.output.startswith("↩ NOT YOURS: hand it back\n")


def test_ask_as_json(run: Callable[..., Result]) -> None:
    told = json.loads(run("ask", "--json", "hosp wants bloods b4 clinic do i have to").stdout)
    assert (told["outcome"], told["rule"], told["verdict"]) == ("answer", BLOODS, "not-yours")
    assert set(told) == {
        *("outcome", "rule", "verdict", "choices", "ranking", "kind", "p", "masked", "identifiers", "requests", "text")
    }
    assert len(told["ranking"]) == 5
    assert 0.7 <= told["p"] <= 1


def test_a_batch_streams(cache: Path) -> None:
    """Each answer comes before the next question is given."""
    command = [sys.executable, "-c", "import bot.cli; bot.cli.main()", "ask", "--lexical", "--json", "--batch", "-"]
    environment = {"PUSHBACK_BOOK_CACHE": str(cache), "PYTHONPATH": ":".join(sys.path)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdin
        assert process.stdout
        for question in ("ward discharged him with no sick note", ""):
            process.stdin.write(json.dumps({"q": question}).encode() + b"\n")
            process.stdin.flush()
            told = json.loads(process.stdout.readline())
            assert told["outcome"] == ("answer" if question else "none")
        process.stdin.close()
        assert process.wait() == 0


# What a person may get wrong: the words, what is given on standard input, and the one line that they get.
WRONG = {
    "nothing asked": (["ask"], None, "Ask something, such as"),
    "spaces asked": (["ask", "  "], None, "Ask something, such as"),
    "both ways": (["ask", "x", "--batch", "-"], "", "Give a QUESTION or --batch, not both."),
    "a batch file that is missing": (["ask", "--batch", "nowhere"], None, "No such file"),
    "a line that is not JSON": (["ask", "--lexical", "--batch", "-"], "fit note\n", "line 1: must be a JSON object"),
    "a line without q": (["ask", "--lexical", "--batch", "-"], '\n{"x": 1}\n', "line 2: must be a JSON object"),
    "a batch that is binary": (["ask", "--lexical", "--batch", "-"], b"\xff\x00\n", "line 1: must be a JSON object"),
    "an unknown rule": (["rules", "show", "hospital-fit-not"], None, "did you mean hospital-fit-note"),
    "a rule unlike any": (["rules", "show", "zzzzzzzz"], None, "`pushback rules list` shows them all"),
    "an unknown category": (["rules", "list", "interfaces"], None, "there is no category 'interfaces'"),
    "a word that is no rule": (["ask", "--lexical", "why", "nope"], None, "there is no rule 'nope'"),
    "an id with a slip": (["ask", "--lexical", "letter", "hospital-fit-notes"], None, "did you mean hospital-fit-note"),
    "a new category": (["rules", "new", "bogus", "foo"], None, "the book has no category 'bogus': it has "),
    "a day in words": (["rules", "due", "--by", "tomorrow"], None, "must be a day such as 2027-03-31, not 'tomorrow'"),
    "a configuration that is missing": (["--config", "nowhere.toml", "rules", "check"], None, "there is no such file"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_one_clear_line(run: Callable[..., Result], case: str) -> None:
    words, given, said = WRONG[case]
    done = run(*words, given=given)
    assert done.exit_code != 0
    assert said in done.output
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    "question", ["x" * 10_000, "\x00\x07\x1b[31m", "\U0001f937", "quel certificat pour l'\u00e9cole", "a\nb"]
)
def test_any_question_has_an_answer(run: Callable[..., Result], question: str) -> None:
    done = run("ask", "--lexical", "--json", question)
    assert done.exit_code == 0
    assert json.loads(done.stdout)["text"]


def test_the_book_is_checked(
    run: Callable[..., Result], book: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, library: Library
) -> None:
    done = run("rules", "check", "--lexical")
    assert done.exit_code == 0
    assert f"{len(library.rules)} rules" in done.output
    monkeypatch.setenv("PUSHBACK_BOOK_LOCAL", str(book(broken=rule_text(who="", nations="[]"))))
    done = run("rules", "check")
    assert done.exit_code == 1
    assert "the rulebook has 2 faults:" in done.output
    assert "/rules/things/broken.toml: who: is missing: add it" in done.output


def test_rules_are_listed_and_shown(run: Callable[..., Result], library: Library) -> None:
    listed = run("rules", "list", "interface").output
    assert all(rule.id in listed for rule in library.rules.values() if rule.category == "interface")
    shown = run("rules", "show", BLOODS).output
    assert "NOT YOURS" in shown
    assert "Why: " in shown


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    code = "import sys, bot.cli; print([m for m in ('pydantic', 'numpy', 'rich', 'onnxruntime') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_broadcast_from_a_file_is_a_draft(
    run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUSHBACK_STORE_PATH", str(tmp_path / "pushback.db"))
    (tmp_path / "update.txt").write_text("# Bloods\nA new letter.", encoding="utf-8")
    (tmp_path / "plan.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "plan.exe").write_bytes(b"MZ")
    attach = ("--attach", str(tmp_path / "plan.pdf"), "--says", "The plan")
    done = run("broadcast", str(tmp_path / "update.txt"), *attach)
    assert done.output == "Draft 1. An officer sends the bot: preview 1, audience 1, send 1\n"
    wrong = run("broadcast", str(tmp_path / "update.txt"), "--attach", str(tmp_path / "plan.exe"))
    assert wrong.exit_code == 1
    assert "plan.exe: a PDF or a picture can go with it" in wrong.output
    (tmp_path / "update.txt").write_text("NHS number 943 476 5919", encoding="utf-8")
    refused = run("broadcast", str(tmp_path / "update.txt"))
    assert "[NHS number]" in refused.output
    assert b"943 476" not in (tmp_path / "pushback.db").read_bytes()


def test_a_batch_in_text_shows_each_question_and_goes_on_below_a_bad_line(run: Callable[..., Result]) -> None:
    done = run("ask", "--lexical", "--batch", "-", given='{"q": "fit note"}\nnonsense\n\n{"q": "ring\\npessary"}\n')
    assert done.exit_code == 1
    assert [line for line in done.stdout.splitlines() if line.startswith("> ")] == ["> fit note", "> ring pessary"]
    assert done.stderr.splitlines() == [
        'line 2: must be a JSON object with a text "q", such as {"q": "fit note"}',
        "Error: 1 line could not be read; the rest is answered",
    ]


def test_a_question_that_begins_like_a_command_is_answered(run: Callable[..., Result]) -> None:
    done = run("ask", "--lexical", "letter school")
    assert done.exit_code == 0
    assert "there is no rule" not in done.output


def test_a_file_that_is_not_saved_is_told(run: Callable[..., Result]) -> None:
    done = run("ask", "--lexical", "docx hospital-fit-note")
    assert "is not saved from here: `pushback chat` saves it" in done.stderr


def test_a_rule_is_begun_in_the_last_folder_of_the_lmcs_own(
    run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.toml").write_text('[book]\nlocal = ["first", "last"]\n', encoding="utf-8")
    for folder in ("first", "last"):
        (tmp_path / folder).mkdir()
    of_the_file = ("--config", str(tmp_path / "config.toml"))
    assert run(*of_the_file, "rules", "new", "interface", "our-own").exit_code == 0
    assert (tmp_path / "last" / "rules" / "interface" / "our-own.toml.new").is_file()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PUSHBACK_BOOK_LOCAL", "first")
    assert run("rules", "new", "--new-category", "bogus", "our-own").exit_code == 0
    assert (tmp_path / "first" / "rules" / "bogus" / "our-own.toml.new").is_file()

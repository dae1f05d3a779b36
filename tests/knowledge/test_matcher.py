"""A question finds its rule; what is not in the book is not answered; nothing depends on luck."""

import builtins
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from knowledge.library import Library, load
from knowledge.matcher import Matcher, encoder, lexical, semantic
from knowledge.matcher.bands import Bands, Features
from knowledge.matcher.encoder import Encoder
from knowledge.matcher.lexical import Lexical
from tests.conftest import rule_text

Book = Callable[..., Path]

QUESTIONS = {
    "hosp wants bloods b4 clinic do i have to": "bloods-before-outpatient-clinic",
    "ward discharged him with no sick note": "hospital-fit-note",
    "clinic will only take a referral on its own proforma": "referral-proforma-mandatory",
    "who takes the stitches out after an NHS operation": "suture-removal",
    "GP to kindly chase the outstanding MRI report": "chase-hospital-results",
}
OUTSIDE = ["what is the capital of France", "qwer zxcv hjkl", "zebra violin marmalade", "???", ""]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_finds_its_rule(matcher: Matcher, question: str) -> None:
    match = matcher.match(question)
    assert (match.ranking[0], match.design) == (QUESTIONS[question], "semantic")
    assert match.outcome in ("answer", "choice")


@pytest.mark.parametrize("question", QUESTIONS)
def test_words_alone_find_it_too(words_alone: Matcher, question: str) -> None:
    match = words_alone.match(question)
    assert QUESTIONS[question] in match.ranking[:2]
    assert match.design == "lexical"


@pytest.mark.parametrize("question", OUTSIDE)
def test_what_is_not_in_the_book_is_not_answered(matcher: Matcher, words_alone: Matcher, question: str) -> None:
    for each in (matcher, words_alone):
        match = each.match(question)
        assert (match.outcome, match.rule, match.choices) == ("none", None, ())


def test_one_rare_word_among_strangers_offers_nothing(matcher: Matcher, words_alone: Matcher) -> None:
    for each in (matcher, words_alone):
        match = each.match("purple monkey dishwasher")
        assert (match.outcome, match.hits, match.choices) == ("none", ("monkey",), ())
        assert each.match("monkey bite abroad, rabies jab?").ranking[0] == "rabies-post-exposure"


def test_the_same_question_gives_the_same_answer(library: Library, matcher: Matcher, cache: Path) -> None:
    other = Matcher(library, cache)
    assert other.learn()
    for question in QUESTIONS:
        assert other.match(question) == matcher.match(question)
    other.close()


def test_the_index_on_disk_is_the_index_in_memory(library: Library, words_alone: Matcher, cache: Path) -> None:
    on_disk = Matcher(library, cache)
    for question in [*QUESTIONS, *OUTSIDE]:
        assert on_disk.match(question) == words_alone.match(question)
    on_disk.close()


def test_a_damaged_index_is_made_again(book: Book, tmp_path: Path) -> None:
    library = load([book(one=rule_text(), two=rule_text())])
    Matcher(library, tmp_path / "cache").close()
    (index,) = (tmp_path / "cache").glob("index-*.sqlite")
    index.write_bytes(b"not a database")
    matcher = Matcher(library, tmp_path / "cache")
    assert matcher.match("bloods before clinic").ranking
    matcher.close()
    assert index.read_bytes().startswith(b"SQLite format 3")


EDITS = {
    "an answer": {"two": rule_text(answer='"Write it, for a fee that you name first."')},
    "a phrasing": {"two": rule_text(asks='["' + '", "'.join(f"gym letter of kind {n}" for n in range(12)) + '"]')},
    "words": {"two": rule_text(words='["zumba", "treadmill"]')},
    "a title": {"three": rule_text(title='"Bloods and a zumba class"')},
    "two rules": {"one": rule_text(who='"Nobody."'), "three": rule_text(words='["spirometry"]')},
    "a rule more": {"four": rule_text(title='"Parking permits"')},
    "a rule less": {"two": rule_text(status='"retired"')},
    "nothing": {},
}


@pytest.mark.parametrize("files", EDITS.values(), ids=EDITS)
def test_an_edited_index_is_the_index_made_anew(book: Book, tmp_path: Path, files: dict[str, str]) -> None:
    gym = rule_text(title='"A letter for a gym"', asks=_asks("a letter for the gym"), words='["gym", "zumba"]')
    first = load([book(one=rule_text(), two=gym, three=rule_text())])
    Lexical(first, tmp_path / "cache").close()
    edited = load([book(**files)])
    tables = []
    for cache, before in ((tmp_path / "cache", first), (tmp_path / "other", None)):
        Lexical(edited, cache, before).close()
        db = sqlite3.connect(next(cache.glob(f"index-*-{edited.digest}.sqlite")))
        order = {"page": "rowid", "facet": "1, 2, 3", "word": "1", "gram": "1"}
        rows = {name: db.execute(f"SELECT * FROM {name} ORDER BY {by}").fetchall() for name, by in order.items()}  # noqa: S608
        scores = db.execute("SELECT rowid, bm25(page) FROM page WHERE page MATCH 'bloods OR zumba OR fee'").fetchall()
        tables.append((rows, scores))
        db.close()
    assert tables[0] == tables[1]
    assert lexical.spelt(edited, tmp_path / "cache", first) == lexical.spelt(edited)


# What each is taken for, and what it is not answered with: questions of no set that is used to measure.
KINDS = {
    "what dose of apixaban with an egfr of 25": "clinical",
    "INR 7.4 and no bleeding, how much vitamin k": "clinical",
    "hello there": "chat",
    "I feel like killing myself": "distress",
}


@pytest.mark.parametrize("question", KINDS)
def test_what_is_outside_is_known_for_what_it_is(matcher: Matcher, words_alone: Matcher, question: str) -> None:
    for each in (matcher, words_alone):
        match = each.match(question)
        assert (match.outcome, match.outside) == ("none", KINDS[question])


def test_a_contract_question_about_a_test_is_not_clinical(matcher: Matcher) -> None:
    match = matcher.match("INR 7.4 phoned through by the hospital warfarin clinic, do we have to act on it")
    assert match.outside != "clinical"


# A rule that must be done and one that may be declined, told apart by one word.
def _asks(text: str) -> str:
    return "[" + ", ".join(f'"{text} {n}"' for n in range(12)) + "]"


BARE = {"title": '"A request"', "words": '["x"]', "answer": '"Do as the verdict says."', "why": '"Because it is so."'}
MUST = rule_text(**BARE, verdict='"must-do"', asks=_asks("urgent bloods"))
MAY = rule_text(**BARE, verdict='"may-decline"', asks=_asks("routine bloods"))
OTHERS = ["school", "gym", "travel", "housing", "prison", "court", "nursery", "university"]


def test_a_duty_and_its_opposite_are_never_guessed_between(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    sure = Bands(0.7, 0.3, 0.2, 0.3, 10.0, Features(0, 0, 0, 0, 0, 0, 0))  # certain of whatever comes first
    monkeypatch.setattr("knowledge.matcher.bands", lambda _: sure)
    others = {f"other_{n}": rule_text(**BARE, asks=_asks(f"{word} letter")) for n, word in enumerate(OTHERS)}
    matcher = Matcher(load([book(duty=MUST, favour=MAY, **others)]))
    near = matcher.match("bloods")
    assert (near.outcome, set(near.choices[:2])) == ("choice", {"duty", "favour"})
    assert matcher.match("urgent bloods").rule == "duty"
    matcher.close()


def test_a_book_of_one_rule_and_a_book_of_none(book: Book) -> None:
    one = Matcher(load([book(one=rule_text())]))
    assert one.match("bloods before clinic").ranking == ("one",)
    none = Matcher(load([book("empty")]))
    assert none.match("bloods before clinic").outcome == "none"
    for each in (one, none):
        each.close()


class Counting(Encoder):
    """The real encoder; it counts the texts that it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.texts = 0

    def encode(self, texts: Any) -> Any:
        self.texts += len(texts)
        return super().encode(texts)


def test_an_edit_makes_only_its_own_vectors(tmp_path: Path) -> None:
    counting = Counting()
    first = semantic.vectors(counting, ["fit note", "bloods", "fit note"], tmp_path)
    assert counting.texts == 2
    second = semantic.vectors(counting, ["bloods", "scan"], tmp_path)
    assert counting.texts == 3
    assert np.array_equal(first[1], second[0])
    semantic.vectors(counting, ["scan"], tmp_path)  # three are kept, one is used: the rest are swept out
    with sqlite3.connect(next(tmp_path.glob("vectors-*.sqlite"))) as db:
        assert db.execute("SELECT count(*) FROM vector").fetchone() == (3,)
    db.close()


def test_vectors_without_a_disk_to_keep_them(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert semantic.vectors(Encoder(), ["fit note"], tmp_path / "file").shape == (1, 384)


def test_a_batch_gives_what_single_texts_give() -> None:
    texts = ["fit note", "hospital wants bloods before its own clinic, do I have to?", "a"]
    together = Encoder().encode(texts)
    alone = np.vstack([Encoder().encode([text]) for text in texts])
    assert np.allclose((together * alone).sum(axis=1), 1, atol=1e-3)


def test_another_model_is_refused(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model.onnx").write_bytes(b"another model")
    monkeypatch.setattr(encoder, "MODEL", tmp_path / "model.onnx")
    matcher = Matcher(library)
    assert not matcher.learn()
    assert matcher.design == "lexical"
    assert "is not the file that was checked" in matcher.fallback
    assert matcher.match("ward discharged him with no sick note").ranking[0] == "hospital-fit-note"
    matcher.close()


def test_without_onnxruntime_words_alone_answer(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.startswith("knowledge.matcher.encoder"):
            raise ModuleNotFoundError("No module named 'onnxruntime'", name="onnxruntime")
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    matcher = Matcher(library)
    assert not matcher.learn()
    assert matcher.fallback == "onnxruntime is not installed"
    matcher.close()


def test_an_edited_answer_teaches_nothing_anew(book: Book, tmp_path: Path, matcher: Matcher) -> None:
    other = {"asks": _asks("a letter for the gym"), "title": '"A letter for a gym"'}
    maps = []
    for who, title in (("One.", "Bloods"), ("Another.", "Bloods"), ("Another.", "Scans")):
        library = load([book(one=rule_text(who=f'"{who}"', title=f'"{title}"'), two=rule_text(**other))])
        each = Matcher(library, tmp_path / "cache")
        assert each.learn(after=matcher)
        assert each.match("bloods before clinic").ranking[0] == "one"
        each.close()
        maps.append(len([*(tmp_path / "cache").glob("map-*.f32")]))
    assert maps == [1, 1, 2]

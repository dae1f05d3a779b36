"""Questions as typed, and as the book reads them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.library import Words
from knowledge.text import LONGEST, Reader, pieces, tokens

WORDS = Words(
    abbreviations={"hosp": "hospital", "b4": "before", "d/c'd": "discharged", "2/52": "two weeks", "pts": "patients"},
    stop=frozenset({"the", "want"}),
)
BOOK = {"hospital": 9, "referral": 8, "bloods": 7, "clinic": 6, "prescribe": 5, "certificate": 4, "monitoring": 3}
READER = Reader(WORDS, BOOK)

READINGS = {
    "an abbreviation in place": ("hosp wants it b4 clinic", "hospital wants it before clinic"),
    "with a stroke": ("d/c'd 2/52 ago", "discharged two weeks ago"),
    "capitals and curly quotes": ("D/C\u2019D from HOSP", "discharged from hospital"),
    "full-width letters": ("\uff28\uff2f\uff33\uff30", "hospital"),
    "a slip of one letter": ("refferal to clnic", "referral to clinic"),
    "two letters swapped": ("hopsital", "hospital"),
    "two slips in a long word": ("certifcat", "certificate"),
    "without its vowels": ("rfrrl", "referral"),
    "a short word is left": ("blod", "blod"),
    "a figure is left": ("u&es at 1000mg", "u&es at 1000mg"),
    "a word that is far from all": ("giraffe", "giraffe"),
    "two abbreviations with a stroke": ("hosp/pts", "hospital patients"),
}


@pytest.mark.parametrize("case", READINGS)
def test_a_question_is_spelt_out(case: str) -> None:
    typed, read = READINGS[case]
    assert READER.read(typed).prose == read


def test_changes_are_told() -> None:
    assert READER.read("hosp refferal").changes == (("hosp", "hospital"), ("refferal", "referral"))


def test_tokens_keep_what_belongs_together() -> None:
    assert tokens("U&Es, A&G, d/c 1/52 f2f pre-op 40+") == ["u&es", "a&g", "d/c", "1/52", "f2f", "pre-op", "40+"]
    assert pieces("pre-op") == ["pre", "op"]


@pytest.mark.parametrize("text", ["", "   ", "\u2753\U0001f937", "\x00\x07\x1b[2J", "\u6211\u4e0d\u77e5\u9053"])
def test_a_question_may_hold_no_word(text: str) -> None:
    assert READER.read(text).terms in ((), ("2j",))


def test_a_long_question_is_read_to_a_limit() -> None:
    assert len(READER.read("hospital " * 5_000).terms) <= LONGEST / len("hospital") + 1


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    reading = READER.read(text)
    assert reading == READER.read(text)
    assert all((term.isascii() and term.islower()) or term.isdigit() or not term.isalpha() for term in reading.terms)

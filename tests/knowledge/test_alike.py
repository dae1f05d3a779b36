"""Questions put together by likeness."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.matcher import Matcher
from knowledge.matcher.alike import by_words, stars

SAME = (
    "school wants a letter about her absence",
    "letter for the school about the absence of a child",
    "absence letter wanted by the school",
)
OTHERS = ("ambulance crew asks the practice to take over", "who pays for the interpreter")


@pytest.mark.parametrize("design", ["words_alone", "matcher"])
def test_what_is_alike_comes_together(design: str, request: pytest.FixtureRequest) -> None:
    alike: Matcher = request.getfixturevalue(design)
    assert set(alike.alike((*SAME, *OTHERS))[0]) == {0, 1, 2}
    assert sorted(map(len, alike.alike((*SAME, *OTHERS)))) == [1, 1, 3]
    assert alike.alike(()) == ()


@pytest.mark.parametrize("design", ["words_alone", "matcher"])
def test_the_order_in_which_questions_come_changes_nothing(design: str, request: pytest.FixtureRequest) -> None:
    alike: Matcher = request.getfixturevalue(design)
    texts = [*SAME, *OTHERS, *(f"{text} please" for text in SAME)]
    groups = {frozenset(texts[n] for n in group) for group in alike.alike(texts)}
    centres = {texts[group[0]] for group in alike.alike(texts)}
    for seed in range(5):
        random.Random(seed).shuffle(texts)  # noqa: S311 - an order, and no secret
        assert {frozenset(texts[n] for n in group) for group in alike.alike(texts)} == groups
        assert {texts[group[0]] for group in alike.alike(texts)} == centres


@given(st.lists(st.sets(st.integers(0, 19)), min_size=20, max_size=20))
def test_everybody_is_in_one_group_and_like_its_centre(drawn: list[set[int]]) -> None:
    near = [
        {other for other in range(20) if other == item or other in drawn[item] or item in drawn[other]}
        for item in range(20)
    ]
    groups = stars(near)
    assert sorted(item for group in groups for item in group) == list(range(20))
    assert all(member in near[group[0]] for group in groups for member in group)
    assert [len(group) for group in groups] == sorted((len(group) for group in groups), reverse=True)
    most = max(map(len, near))
    assert len(groups[0]) == most, "the one that most are like is the first centre"


def test_words_in_everybodys_mouth_make_nobody_alike() -> None:
    bags = [["patient", f"word{number}"] for number in range(300)]
    assert by_words(bags) == [[number] for number in range(300)]
    assert by_words([["patient", "zebra"], ["patient", "zebra"], []]) == [[0, 1], [0, 1], [2]]

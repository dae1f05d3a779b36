"""What the book teaches the encoder, what tells twins apart, and the weights that say how sure a match is."""

import dataclasses
import json
import re
from pathlib import Path

import numpy as np
import pytest

from knowledge import lint
from knowledge.general import General, general
from knowledge.library import Library
from knowledge.matcher import fit, semantic
from knowledge.matcher.bands import FILE, bands, outgrown
from knowledge.matcher.encoder import Encoder
from knowledge.matcher.facets import Facets
from knowledge.matcher.facets import fit as fits
from knowledge.matcher.teach import teach


def test_teaching_gains_on_phrasings_that_it_did_not_see(library: Library, cache: Path) -> None:
    """Held out: the last three phrasings of each rule, in the sender's words and the oblique ones."""
    seen = [(ask, row) for row, rule in enumerate(library.live) for ask in rule.asks[:-3]]
    held = [(ask, row) for row, rule in enumerate(library.live) for ask in rule.asks[-3:]]
    encoder = Encoder()
    known, asked = (semantic.vectors(encoder, [ask for ask, _ in part], cache) for part in (seen, held))
    owners = np.array([row for _, row in seen])
    learnt = teach(known, owners.tolist())

    def right(change: np.ndarray) -> float:
        ours, theirs = known @ change, asked @ change
        ours /= np.linalg.norm(ours, axis=1, keepdims=True)
        theirs /= np.linalg.norm(theirs, axis=1, keepdims=True)
        found = owners[(theirs @ ours.T).argmax(axis=1)]
        return float(np.mean(found == np.array([row for _, row in held])))

    assert right(learnt) > right(np.eye(384, dtype=np.float32)) + 0.01
    assert np.array_equal(learnt, teach(known, owners.tolist())), "the same book gives the same map"


def test_teaching_needs_two_rules() -> None:
    alone = np.ones((3, 384), dtype=np.float32)
    assert np.array_equal(teach(alone, [0, 0, 0]), np.eye(384, dtype=np.float32))


FACETS = Facets({"setting": {"nhs": ("nhs", "trust"), "private": ("private",)}, "age": {"child": ("child",)}})


def test_a_facet_is_read_and_held_against_a_rule() -> None:
    profile = FACETS.profile([["private", "scan"], ["private", "child"], ["scan"]])
    assert profile == pytest.approx({("setting", "private"): 2 / 3, ("age", "child"): 1 / 3})
    assert fits(profile, FACETS.said(["nhs", "scan"])) == pytest.approx(-2 / 3)
    assert fits(profile, FACETS.said(["private", "child"])) == pytest.approx(1)
    assert FACETS.said(["nhs", "and", "private"]) == frozenset(), "both values: the question does not tell"


NET = General(
    askers={"council": ("council",), "hospital": ("hospital",)},
    acts={"write": ("letter",), "test": ("bloods",)},
    grid={"council": {"write": "a-letter"}, "hospital": {"test": "own-tests"}},
)


@pytest.mark.parametrize(
    ("question", "rule"),
    [
        ("council wants a letter", "a-letter"),
        ("hospital wants bloods", "own-tests"),
        ("council wants bloods", None),
        ("somebody wants a letter", None),
        ("", None),
    ],
)
def test_the_net_is_who_asks_and_what(question: str, rule: str | None) -> None:
    cell = general(question.split(), NET)
    assert (cell.rule if cell else None) == rule
    assert ("council", "test") in NET.empty()


def test_the_weights_are_fitted_by_a_script(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fitted on a few of the book's own phrasings and its decoys: enough to run it, too few to use it."""
    rules = library.live[::6]
    lines: list[dict[str, object]] = [{"q": ask, "rules": [rule.id]} for rule in rules for ask in rule.asks[:2]]
    lines += [
        {"a": {"q": ask, "rules": []}, "b": {"q": ask + " please", "rules": []}} for _, ask in library.decoys[::2]
    ]
    path = tmp_path / "labelled.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    monkeypatch.setattr(fit, "load", lambda: library)
    text = fit.main([str(path)], designs=("lexical",))
    assert re.search(r"# \d+ questions: answered [\d.]+%, [\d.]+% of these right", text)
    assert f'book = "{library.digest}"' in text
    assert len(re.findall(r"^(?:bias|text|margin|lead|near|clear|agree|held) = -?\d", text, re.MULTILINE)) == 8


def test_the_shipped_weights_belong_to_this_book(library: Library) -> None:
    phrasings = sum(len(rule.asks) for rule in library.live)
    assert outgrown(phrasings) == ""
    assert "fit again" in outgrown(2 * phrasings)
    assert bands("semantic").answer >= 0.7
    assert "fitted" in FILE.read_text(encoding="utf-8")


def test_a_cell_of_the_net_must_be_a_live_rule(library: Library) -> None:
    broken = dataclasses.replace(library, general=General(grid={"council": {"write": "gone-rule"}}))
    said = [str(fault) for fault in lint.errors(broken)]
    assert said == ["general.toml: grid: there is no live rule 'gone-rule': name one that is"]

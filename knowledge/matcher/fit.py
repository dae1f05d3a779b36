"""Fit the few weights of bands.toml on labelled questions: `python -m knowledge.matcher.fit FILE...`.

Each FILE is JSON Lines: `q`, and `rules` (acceptable ids; none where the question is outside the book); a line may hold
two such, as `a` and `b`. Figures are by cross-validation over rules, so that no rule is judged by a fit that saw it.
The questions measure the book: never write one into it.
"""

import datetime
import json
import sys
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt

from knowledge.library import Library, load
from knowledge.matcher import Matcher
from knowledge.matcher.bands import FILE, Features, bands

Array = npt.NDArray[np.float64]
FOLDS = 10
OUTSIDE = 3.0  # a question outside the book weighs three times: a wrong answer is worse than none
PULL = 1.0  # how hard weights are pulled to zero


@dataclass(frozen=True)
class _Set:
    features: Array
    right: Array
    inside: npt.NDArray[np.bool_]
    fold: Array


def main(paths: Iterable[str], designs: Iterable[str] = ("semantic", "lexical")) -> str:
    """Fit the designs and return the text of bands.toml."""
    library = load()
    limits = bands("semantic")
    lines = [
        "# How sure a match must be, and how sure it is: a logistic on seven features (bands.py) for each design.",
        "# Written by `python -m knowledge.matcher.fit`; the thresholds are chosen by hand.",
        f"answer = {limits.answer}   # at and above it: an answer",
        f"offer = {limits.offer}   # at and above it: three to choose from; below it: no rule",
        f"twin = {limits.twin}   # two rules of near.toml, nearer than this after fusion, are both offered",
        f"opposed = {limits.opposed}   # and so are a duty and a rule that lets a GP decline",
        f"fitted = {datetime.date.today().isoformat()}",
        f'book = "{library.digest}"',
        f"phrasings = {sum(len(rule.asks) for rule in library.live)}   # of that book",
    ]
    questions = list(_questions(paths))
    for design in designs:
        matcher = Matcher(library)
        if design == "semantic" and not matcher.learn():
            raise SystemExit(f"the semantic design cannot be fitted: {matcher.fallback}")
        found = _measure(matcher, library, questions)
        matcher.close()
        lines += ["", f"[{design}]", *(f"# {said}" for said in _judged(found, limits.answer, limits.offer))]
        bias, weights = _fit(found.features, found.right, np.where(found.inside, 1.0, OUTSIDE))
        names = [each.name for each in fields(Features)]
        lines += [f"bias = {bias:.3f}", *(f"{name} = {w:.3f}" for name, w in zip(names, weights, strict=True))]
    return "\n".join(lines) + "\n"


def _questions(paths: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    for path in paths:
        for line in Path(path).read_text(encoding="utf-8").splitlines():
            each = json.loads(line)
            sides = [each] if "q" in each else [each["a"], each["b"]]
            yield from ((side["q"], side["rules"]) for side in sides)


def _measure(matcher: Matcher, library: Library, questions: list[tuple[str, list[str]]]) -> _Set:
    rows, right, inside, fold = [], [], [], []
    for question, rules in questions:
        match = matcher.match(question)
        if match.features and match.outside != "clinical" and (not rules or set(rules) & library.rules.keys()):
            rows.append(astuple(match.features))
            right.append(match.ranking[0] in rules)
            inside.append(bool(rules))
            fold.append(zlib.crc32((rules[0] if rules else question).encode()) % FOLDS)
    return _Set(np.array(rows), np.array(right, float), np.array(inside), np.array(fold))


def _fit(features: Array, right: Array, weights: Array) -> tuple[float, Array]:
    """Fit a logistic by Newton's method on standardised features; return its bias and its weights, unscaled."""
    mean, spread = features.mean(0), features.std(0) + 1e-9
    given = np.c_[np.ones(len(features)), (features - mean) / spread]
    found = np.zeros(given.shape[1])
    pull = np.diag([0.0] + [PULL] * features.shape[1])
    for _ in range(60):
        p = 1 / (1 + np.exp(-given @ found))
        slope = given.T @ (weights * (p - right)) + pull @ found
        found -= np.linalg.solve((given * (weights * p * (1 - p))[:, None]).T @ given + pull, slope)
    scaled = found[1:] / spread
    return float(found[0] - scaled @ mean), scaled


def _judged(found: _Set, answer: float, offer: float) -> Iterator[str]:
    """Say how the fit does on questions about rules that it did not see."""
    p = np.zeros(len(found.right))
    for fold in range(FOLDS):
        held = found.fold == fold
        weights = np.where(found.inside, 1.0, OUTSIDE)[~held]
        bias, scale = _fit(found.features[~held], found.right[~held], weights)
        p[held] = 1 / (1 + np.exp(-(bias + found.features[held] @ scale)))
    inside, answered = found.inside, p >= answer
    yield (
        f"{inside.sum()} questions: answered {answered[inside].mean():.1%}, "
        f"{found.right[inside & answered].mean():.1%} of these right; declined {(p[inside] < offer).mean():.1%}"
    )
    yield (
        f"{(~inside).sum()} outside the book: answered {answered[~inside].mean():.1%}, "
        f"declined {(p[~inside] < offer).mean():.1%}"
    )
    for low, high in ((0.0, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1.01)):
        here = (p >= low) & (p < high)
        if here.any():
            yield f"p from {low:.1f} to {min(high, 1):.1f}: {here.sum()}, right {found.right[here].mean():.0%}"


if __name__ == "__main__":
    FILE.write_text(main(sys.argv[1:]), encoding="utf-8")

"""A question matched to a rule: an answer, a choice of few, or none; and why.

    Matcher(library).match(question) -> Match

Two designs with one interface. The **lexical** one (lexical.py) needs nothing and is ready at once. The **semantic**
one adds a sentence encoder (semantic.py, encoder.py); `learn` makes its vectors, once for each text, and until it is
done, or where it cannot be had, the lexical one answers.

    question ─ text.Reader ─┬─ FTS5 pages ──────┐
                            ├─ centroids ───────┼─ fusion ─ ranking ─ bands.py ─ Match
                            └─ vectors (semantic)┘
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from knowledge.library import Library
from knowledge.matcher.alike import Groups, by_words, stars
from knowledge.matcher.bands import Bands, Features, bands
from knowledge.matcher.clinical import is_clinical
from knowledge.matcher.lexical import Lexical
from knowledge.model import HANDED_BACK, Verdict
from knowledge.text import Reading

if TYPE_CHECKING:
    from knowledge.matcher.semantic import Semantic

Design = Literal["semantic", "lexical"]
Outcome = Literal["answer", "choice", "none"]

# What each design makes of its scores, each first brought to (x - mean) / (max - mean) over all rules.
# Reciprocal rank fusion is 5 to 14 points worse.
FUSION: dict[Design, dict[str, float]] = {
    "lexical": {"pages": 0.7, "centroids": 0.3},
    "semantic": {"pages": 0.3, "centroids": 0.2, "meaning": 0.5},
}
LIKE = {"meaning": 0.5, "centroids": 0.3}  # how like an example of distress a question must be, as a cosine
ALONE = 0.4  # the least nearness, as a cosine, at which a rule is offered for one word of three or more
FACETS = 0.1  # what a facet that fits adds to a score after fusion: +0.3 points on single questions, +2.5 on twins
OFFERED = 3  # rules that a choice offers
RANKED = 7  # rules that a match tells of: those offered, and those offered next


@dataclass(frozen=True)
class Match:
    """What a question was taken for.

    `ranking` holds the first seven rules' ids, `p` the probability that the first is right, `reading` the question as
    it was spelt out, `phrasing` the words of the first rule that came nearest (semantic design only), `outside` the
    kind of question outside the book that it was taken for, where there is no answer, `features` what `p` was made of,
    `hits` the question's words that the first rule holds, the rarest first.
    """

    outcome: Outcome
    ranking: tuple[str, ...]
    p: float
    reading: Reading
    design: Design
    phrasing: str = ""
    outside: str = ""
    features: Features | None = None
    hits: tuple[str, ...] = ()

    @property
    def least(self) -> float:
        """The least probability at which a rule is offered."""
        return bands(self.design).offer

    @property
    def rule(self) -> str | None:
        """The id of the rule that answers, if one does."""
        return self.ranking[0] if self.outcome == "answer" else None

    @property
    def choices(self) -> tuple[str, ...]:
        """The ids offered, best first: the runners-up of an answer, the first three of a choice."""
        if self.outcome == "answer":
            return self.ranking[1:OFFERED]
        return self.ranking[:OFFERED] if self.outcome == "choice" else ()


class Matcher:
    """Matches questions to the rules of one library."""

    def __init__(self, library: Library, cache: Path | None = None) -> None:
        """Open the lexical design, which can answer at once.

        Args:
            library: the rulebook.
            cache: a folder for indexes and vectors, or None to keep them in memory only.
        """
        self._library = library
        self._cache = cache
        self._rules = library.live
        self._near = {frozenset(pair) for pair in library.near.pairs}
        self._lexical = Lexical(library, cache)
        self._semantic: Semantic | None = None
        self.fallback = "the semantic design was not asked for"

    @property
    def design(self) -> Design:
        """The design that answers now."""
        return "semantic" if self._semantic else "lexical"

    def learn(self, progress: Callable[[int, int], None] | None = None, after: "Matcher | None" = None) -> bool:
        """Make the semantic design ready; it answers from the next question on. Safe to run in another thread.

        Args:
            progress: called with how many texts are done and how many there are to do; never, if all are cached.
            after: the matcher of an earlier book, whose encoder serves this one too.

        Returns:
            Whether it is ready; if not, `fallback` says why.
        """
        try:
            from knowledge.matcher.encoder import EncoderError
            from knowledge.matcher.semantic import Semantic
        except ImportError as error:
            self.fallback = f"{error.name or 'onnxruntime'} is not installed"
            return False
        try:
            encoder = after._semantic.encoder if after and after._semantic else None
            self._semantic = Semantic(self._library, self._lexical.phrasings(), self._cache, progress, encoder)
        except EncoderError as error:
            self.fallback = str(error)
            return False
        self.fallback = ""
        return True

    def close(self) -> None:
        """Close the index."""
        self._lexical.close()

    def match(self, question: str) -> Match:
        """Match a question.

        Args:
            question: as a person typed it, identifiers masked.

        Returns:
            The match; outcome "none" where nothing is near, or where the question holds no word.
        """
        reading = self._lexical.reader.read(question)
        semantic = self._semantic  # one design for the whole question, even if learning ends meanwhile
        design: Design = "semantic" if semantic else "lexical"
        if reading.foreign or not self._lexical.content(reading) or not self._rules:
            courtesy = (
                bool(reading.terms) and not reading.foreign and "chat" in self._library.outside
            )  # "hello there": no word of any matter
            return Match("none", (), 0.0, reading, design, outside="chat" if courtesy else "")
        scores = {"pages": self._lexical.pages(reading), "centroids": self._lexical.centroids(reading)}
        if semantic:
            scores["meaning"], near = semantic.scores(reading.prose)
        fused = _fuse(scores, FUSION[design])
        for row, value in enumerate(self._lexical.fits(reading)):
            fused[row] += FACETS * value
        inside = len(self._rules)
        order = sorted(range(inside), key=lambda row: (-fused[row], row))[:RANKED]
        outside = max(range(inside, len(fused)), key=fused.__getitem__, default=None)
        hits = self._hits(reading, order[0])
        features = self._features(reading, scores, fused, order, outside, hits)
        limits = bands(design)
        p = limits.probability(features)
        outcome: Outcome = "answer" if p >= limits.answer else "choice" if p >= limits.offer else "none"
        if outcome == "answer" and self._close(fused, order, limits):
            outcome = "choice"
        if outcome == "choice" and self._by_chance(reading, hits, features):
            outcome = "none"
        if is_clinical(reading, self._library.words):
            return Match(
                "none", tuple(self._rules[row].id for row in order), p, reading, design, "", "clinical", features
            )
        kind = self._kind(outside, scores, features) if outside is not None and outcome == "none" else ""
        phrasing = semantic.closest(order[0], near) if semantic else ""
        return Match(
            outcome, tuple(self._rules[row].id for row in order), p, reading, design, phrasing, kind, features, hits
        )

    def alike(self, questions: Sequence[str], step: Callable[[], object] = bool) -> Groups:
        """Put questions together by likeness, as gaps in the book are found. Safe to run in another thread.

        By meaning, each question is read by itself, some milliseconds each, and known the next time.

        Args:
            questions: as people typed them, identifiers masked.
            step: called before each question is read; what it raises ends the work.

        Returns:
            The groups as places in `questions`, the largest first; in each, the one that most are like comes first.
        """
        order = sorted(range(len(questions)), key=questions.__getitem__)  # whatever order they came in
        readings = []
        for place in order:
            step()
            readings.append(self._lexical.reader.read(questions[place]))
        if semantic := self._semantic:
            near = semantic.near([reading.prose for reading in readings], step)
        else:
            near = by_words([self._lexical.stems(reading) for reading in readings])
        return tuple(tuple(order[item] for item in group) for group in stars(near))

    def _features(
        self,
        reading: Reading,
        scores: dict[str, list[float]],
        fused: Sequence[float],
        order: Sequence[int],
        outside: int | None,
        hits: Sequence[str],
    ) -> Features:
        first, inside = order[0], len(self._rules)
        words = self._lexical.content(reading)
        rarity = {word: self._lexical.rarity(word) for word in words}
        own = scores["meaning" if "meaning" in scores else "centroids"]
        return Features(
            text=math.log1p(scores["pages"][first]),
            margin=fused[first] - fused[order[1]] if len(order) > 1 else 1.0,
            lead=fused[first] - fused[order[3]] if len(order) > 3 else 1.0,
            near=own[first],
            clear=fused[first] - fused[outside] if outside is not None else 1.0,
            agree=sum(first == max(range(inside), key=each.__getitem__) for each in scores.values()) / len(scores),
            held=sum(rarity[word] for word in hits) / (sum(rarity.values()) or 1.0),
        )

    def _hits(self, reading: Reading, rule: int) -> tuple[str, ...]:
        words = self._lexical.shared(rule, self._lexical.content(reading))
        return tuple(sorted(words, key=self._lexical.rarity, reverse=True))

    def _by_chance(self, reading: Reading, hits: Sequence[str], features: Features) -> bool:
        """Say whether one word of several is all that the first rule shares with a question.

        A word that stands in one rule alone weighs so much that it lifts that rule over all others, whatever the
        question is of: "purple monkey dishwasher" is no bite abroad.
        """
        return len(hits) < 2 < len(self._lexical.content(reading)) and features.near < ALONE

    def _kind(self, outside: int, scores: dict[str, list[float]], features: Features) -> str:
        """Name the kind of question outside the book that this is; "" where only no rule came near."""
        kind = self._library.decoys[outside - len(self._rules)][0]
        score = "meaning" if "meaning" in scores else "centroids"
        sure = scores["pages"][outside] > 0 and scores[score][outside] >= LIKE[score]
        if kind == "distress":  # support is never thrust on somebody who asked of something else
            return kind if sure and features.clear < 0 else ""
        return kind if scores["pages"][outside] > 0 and features.clear <= 0 else ""

    def _close(self, fused: Sequence[float], order: Sequence[int], limits: Bands) -> bool:
        """Say whether a twin, or a rule that says the opposite, is too near to the first for a guess between them."""
        first = self._rules[order[0]]
        for place, row in enumerate(order[1:OFFERED]):
            other = self._rules[row]
            verdicts = {first.verdict, other.verdict}
            opposed = Verdict.MUST_DO in verdicts and bool(verdicts & HANDED_BACK)
            twins = place == 0 and frozenset((first.id, other.id)) in self._near
            needed = max(limits.opposed * opposed, limits.twin * twins)
            if fused[order[0]] - fused[row] < needed:
                return True
        return False


def in_groups(
    matcher: Matcher, texts: tuple[str, ...], step: Callable[[], object] = bool
) -> tuple[tuple[str, ...], ...]:
    """Return texts in groups of those that are alike, the largest first: see `Matcher.alike`."""
    return tuple(tuple(texts[place] for place in group) for group in matcher.alike(texts, step))


def _fuse(scores: dict[str, list[float]], weights: dict[str, float]) -> list[float]:
    total = [0.0] * len(next(iter(scores.values())))
    for name, weight in weights.items():
        values = scores[name]
        mean, top = sum(values) / len(values), max(values)
        if top > mean:
            total = [sum_ + weight * (value - mean) / (top - mean) for sum_, value in zip(total, values, strict=True)]
    return total

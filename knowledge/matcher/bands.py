"""How sure a match is: a probability from seven features, and the three bands that it falls into."""

import math
import tomllib
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("bands.toml")


@dataclass(frozen=True)
class Features:
    """What tells a right match from a wrong one. The question's length is left out on purpose: it misleads."""

    text: float  # ln(1 + the first rule's raw FTS5 score)
    margin: float  # first less second, after fusion
    lead: float  # first less fourth
    near: float  # the first rule's own score in meaning (semantic) or of its centroid (lexical): a cosine
    clear: float  # first less the nearest question outside the book, after fusion
    agree: float  # share of the scores (pages, centroids, meaning) whose own first rule it is
    held: float  # share of the question's content words, by rarity, that the first rule holds


@dataclass(frozen=True)
class Bands:
    """The thresholds, and the weights of one design."""

    answer: float
    offer: float
    twin: float
    opposed: float
    bias: float
    weights: Features

    def probability(self, features: Features) -> float:
        """Return the probability, 0 to 1, that the first rule is right."""
        said = zip(astuple(self.weights), astuple(features), strict=True)
        return 1 / (1 + math.exp(-(self.bias + sum(weight * value for weight, value in said))))


MOVED = 0.05  # share of phrasings added or taken out after which the weights should be fitted again


def outgrown(phrasings: int) -> str:
    """Say why the weights should be fitted again for a book of so many phrasings; "" where they need not."""
    raw: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    fitted = int(raw["phrasings"])
    if abs(phrasings - fitted) <= MOVED * fitted:
        return ""
    return f"fitted {raw['fitted']} on {fitted} phrasings, and this book has {phrasings}: fit again (docs/matching.md)"


@cache
def bands(design: str) -> Bands:
    """Return the bands of a design, "semantic" or "lexical"."""
    raw: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    fitted = dict(raw[design])
    bias = fitted.pop("bias")
    return Bands(raw["answer"], raw["offer"], raw["twin"], raw["opposed"], bias, Features(**fitted))

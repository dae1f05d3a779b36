"""Teach the encoder the book: one linear map over its vectors, learnt from the rules' own phrasings.

Contrastive (InfoNCE in both directions): a phrasing should be nearer to another phrasing of its own rule than to those
of the other rules in its batch, near twins above all. The map starts as the identity and is pulled back to it, and is
stopped early: it has nearly all of the gain of training the whole encoder, in a few seconds and with no library but
numpy. Seeded: the same book gives the same map.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]

STEPS, BATCH = 100, 256
SCALE = 20.0  # sharpness of the contrast
RATE = 1e-3  # Adam's
PULL = 0.01  # towards the identity
DROPOUT = 0.1  # of a vector's numbers, at each step
SEED = 20261121


def teach(vectors: Vectors, owners: Sequence[int]) -> Vectors:
    """Learn the map.

    Args:
        vectors: of the phrasings, each of length 1: shape (phrasings, size).
        owners: the rule of each phrasing.

    Returns:
        The map, to multiply vectors with from the right: shape (size, size).
    """
    rng = np.random.default_rng(SEED)
    size = vectors.shape[1]
    identity = np.eye(size, dtype=np.float32)
    learnt = identity.copy()
    rows = _rows_of(owners)
    if len(rows) < 2:
        return learnt
    near = _neighbours(vectors, rows)
    sizes = np.array([len(each) for each in rows])
    flat, begins = np.concatenate(rows), np.cumsum(sizes) - sizes
    first = second = np.zeros_like(learnt)
    for step in range(1, STEPS + 1):
        chosen = _batch(rng, near)
        pairs = flat[begins[chosen, None] + _two(rng, sizes[chosen])]
        anchors, others = (vectors[pairs[:, side]] * _mask(rng, len(pairs), size) for side in (0, 1))
        slope = _slope(anchors, others, learnt) + PULL * (learnt - identity)
        first = (0.9 * first + 0.1 * slope).astype(np.float32)
        second = (0.999 * second + 0.001 * slope**2).astype(np.float32)
        learnt -= RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return learnt


def _rows_of(owners: Sequence[int]) -> list[npt.NDArray[np.int64]]:
    """The phrasings of each rule that has two or more."""
    found: dict[int, list[int]] = {}
    for row, owner in enumerate(owners):
        found.setdefault(owner, []).append(row)
    return [np.array(rows) for rows in found.values() if len(rows) > 1]


def _neighbours(vectors: Vectors, rows: list[npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    """Each rule's three nearest rules: the twins that a batch puts together."""
    centroids = np.array([vectors[each].mean(0) for each in rows])
    centroids /= np.linalg.norm(centroids, axis=1, keepdims=True)
    likeness = centroids @ centroids.T
    return np.argsort(-likeness, axis=1)[:, : min(4, len(rows))]


def _batch(rng: np.random.Generator, near: npt.NDArray[np.int64]) -> list[int]:
    """Draw distinct rules for a batch, each with its nearest: what is hard to tell apart is what teaches."""
    chosen: dict[int, None] = {}
    for rule in rng.permutation(len(near)):
        for twin in near[rule]:
            chosen[int(twin)] = None
        if len(chosen) >= min(BATCH, len(near)):
            break
    return list(chosen)[:BATCH]


def _two(rng: np.random.Generator, sizes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Draw two different numbers below each size: shape (sizes, 2).

    They are those that `rng.choice(size, 2, replace=False)` draws one size after the other (Floyd's way, then a
    shuffle), in a thirtieth of the time.
    """
    highs = np.stack([sizes - 2, sizes - 1, np.ones_like(sizes)], axis=1)
    drawn = rng.integers(0, highs, endpoint=True)
    one = drawn[:, 0]
    other = np.where(drawn[:, 1] == one, sizes - 1, drawn[:, 1])
    pair = np.stack([one, other], axis=1)
    return np.where(drawn[:, 2:] == 0, pair[:, ::-1], pair)


def _mask(rng: np.random.Generator, count: int, size: int) -> Vectors:
    kept = (rng.random((count, size)) >= DROPOUT) / (1 - DROPOUT)
    return kept.astype(np.float32)


def _slope(anchors: Vectors, others: Vectors, learnt: Vectors) -> Vectors:
    """The gradient of the contrast with respect to the map."""
    a_unit, a_length = _mapped(anchors, learnt)
    b_unit, b_length = _mapped(others, learnt)
    logits: Vectors = (SCALE * a_unit @ b_unit.T).astype(np.float32)
    wrong = (_softmax(logits, 1) + _softmax(logits, 0) - 2 * np.eye(len(logits), dtype=np.float32)) / (2 * len(logits))
    to_a, to_b = SCALE * wrong @ b_unit, SCALE * wrong.T @ a_unit
    back_a = (to_a - a_unit * (to_a * a_unit).sum(1, keepdims=True)) / a_length
    back_b = (to_b - b_unit * (to_b * b_unit).sum(1, keepdims=True)) / b_length
    slope: Vectors = anchors.T @ back_a + others.T @ back_b
    return slope


def _mapped(vectors: Vectors, learnt: Vectors) -> tuple[Vectors, Vectors]:
    mapped = vectors @ learnt
    length: Vectors = np.linalg.norm(mapped, axis=1, keepdims=True).astype(np.float32)
    return mapped / length, length


def _softmax(logits: Vectors, axis: int) -> Vectors:
    raised = np.exp(logits - logits.max(axis=axis, keepdims=True))
    shares: Vectors = raised / raised.sum(axis=axis, keepdims=True)
    return shares

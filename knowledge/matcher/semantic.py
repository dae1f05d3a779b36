"""The semantic design's half: how near in meaning a question is to each rule.

What the book teaches the encoder (teach.py) is one linear map over all vectors, the question's too.

A rule's documents are its title, each phrasing and its words; its score is half the cosine with their centroid, half
that with the best of them. The sentences of its answer are not among them: they gained nothing (91.8 % first with and
without, on 657 questions) and took half the time to encode. FTS5 reads them.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from knowledge import cache as kept
from knowledge.library import Library
from knowledge.matcher.encoder import MODEL_SHA256, SIZE, Encoder, Progress, Vectors, give_back
from knowledge.matcher.teach import teach

_HERE = Path(__file__)
_CODE = kept.code(_HERE, _HERE.with_name("teach.py"), _HERE.parents[1] / "text.py")  # other code learns another map
ALIKE = (
    0.5  # the cosine from which two questions are alike: of 1,784 on rules unseen by the map, 63 % in groups are right
)
_ROWS = 256  # of likenesses that are reckoned at a time: 5 MB for 5,000 questions
_KEPT = 512  # vectors that are made, kept and told of at a time


class Semantic:
    """Scores every rule of a library for a question by meaning."""

    def __init__(
        self,
        library: Library,
        phrasings: Sequence[list[str]],
        cache: Path | None = None,
        progress: Progress | None = None,
        encoder: Encoder | None = None,
    ) -> None:
        """Load the encoder and the rules' vectors; make those that the cache does not hold.

        Args:
            library: the rules; their order, and then that of the decoys, is the order of all scores.
            phrasings: of each rule and then of each decoy, spelt out as questions are.
            cache: a folder for the vectors, or None to keep none.
            progress: called as vectors are made, with how many are done and how many there are to make.
            encoder: one that is loaded already.

        Raises:
            EncoderError: where the model is not the one that was measured.
        """
        # Scores are products of a matrix and one vector: a second BLAS thread gains nothing there, and its spinning
        # takes the cores that onnxruntime runs on (16 ms a question with it, 7 without).
        threadpool_limits(limits=1, user_api="blas")
        self.encoder = encoder or Encoder()
        texts: list[str] = []
        starts: list[int] = []
        for row, said in enumerate(phrasings):
            starts.append(len(texts))
            texts += said
            if row < len(library.live):
                texts.append(", ".join(library.live[row].words).lower())
        self._texts = texts
        self._starts = np.array(starts)
        self._read: dict[bytes, Vectors] = {}
        frozen = vectors(self.encoder, texts, cache, progress)
        rules = len(library.live)
        ends = [*starts[1 : rules + 1], len(texts)][:rules]
        self._map = _map(texts, [range(*each) for each in zip(starts[:rules], ends, strict=True)], frozen, cache)
        self._vectors = _unit(frozen @ self._map)
        self._centroids = _unit(np.add.reduceat(self._vectors, self._starts, axis=0))
        del frozen
        give_back()

    def scores(self, prose: str) -> tuple[list[float], Vectors]:
        """Score every rule.

        Args:
            prose: the question, spelt out, whole.

        Returns:
            The score of each rule (a cosine, -1 to 1), and of each document, for `closest`.
        """
        question = _unit(self.encoder.encode([prose]) @ self._map)[0]
        near = self._vectors @ question
        best = np.maximum.reduceat(near, self._starts)
        return (0.5 * (self._centroids @ question) + 0.5 * best).tolist(), near

    def near(self, texts: Sequence[str], step: Callable[[], object] = bool) -> list[list[int]]:
        """Say which texts are alike.

        Args:
            texts: spelt out as questions are.
            step: called before each text whose vector is to be made; what it raises ends the work.

        Returns:
            For each the places of those that are like it, its own among them.
        """
        # One by one: in a batch a text's vector is a little different beside other texts, and groups would be too.
        keys = [hashlib.sha256(text.encode()).digest() for text in texts]
        made = self._read  # of this call and the last: what was forgotten since is not kept here either
        self._read = {
            key: made[key] if key in made else self._one(text, step) for key, text in zip(keys, texts, strict=True)
        }
        held = np.array([self._read[key] for key in keys], dtype=np.float32).reshape(len(keys), SIZE)
        return [
            np.flatnonzero(row >= ALIKE).tolist()
            for start in range(0, len(held), _ROWS)
            for row in held[start : start + _ROWS] @ held.T
        ]

    def _one(self, text: str, step: Callable[[], object]) -> Vectors:
        step()
        made: Vectors = _unit(self.encoder.encode([text]) @ self._map)[0]
        return made

    def closest(self, rule: int, near: Vectors) -> str:
        """Return the document of a rule that came nearest to the question."""
        start = int(self._starts[rule])
        end = int(self._starts[rule + 1]) if rule + 1 < len(self._starts) else len(near)
        return self._texts[start + int(near[start:end].argmax())]


def _unit(given: Vectors) -> Vectors:
    scaled: Vectors = given / np.linalg.norm(given, axis=1, keepdims=True)
    return scaled


def _map(texts: Sequence[str], rules: Sequence[range], frozen: Vectors, cache: Path | None) -> Vectors:
    """Return what the book teaches the encoder (teach.py): from the cache, or learnt in a second or two.

    It is kept by what it is learnt from, so that an edit of an answer costs nothing here.
    """
    learnt_from = hashlib.sha256(MODEL_SHA256.encode())
    for rows in rules:
        learnt_from.update(repr(texts[rows.start : rows.stop]).encode())
    place = cache / f"map-{_CODE}-{learnt_from.hexdigest()[:16]}.f32" if cache else None
    if place and (data := kept.read(place)) and len(data) == 4 * SIZE * SIZE:
        return np.frombuffer(data, dtype=np.float32).reshape(SIZE, SIZE)
    owners = [rule for rule, rows in enumerate(rules) for _ in rows]
    learnt = teach(frozen[: len(owners)], owners)
    if place:
        kept.write(place, learnt.tobytes())
    return learnt


def vectors(
    encoder: Encoder, texts: Sequence[str], cache: Path | None = None, progress: Progress | None = None
) -> Vectors:
    """Return the texts' vectors, from the cache text by text, so that an edit makes anew only what it changed.

    Vectors are kept as float16 (a cosine differs by less than .0005).

    Returns:
        An array of shape (texts, 384).
    """
    keys = [hashlib.sha256(each.encode()).digest()[:16] for each in texts]
    known: dict[bytes, bytes] = {}
    with closing(_store(cache)) as db:
        known |= dict(db.execute("SELECT text, vector FROM vector WHERE length(vector) = ?", (2 * SIZE,)))
        missing = {key: each for key, each in zip(keys, texts, strict=True) if key not in known}
        todo = sorted(missing.items(), key=lambda each: len(each[1]))  # like lengths together, kept as they are made
        for start in range(0, len(todo), _KEPT):
            part = todo[start : start + _KEPT]
            made = encoder.encode([each for _, each in part]).astype(np.float16)
            fresh = {key: made[i].tobytes() for i, (key, _) in enumerate(part)}
            known |= fresh
            with suppress(sqlite3.Error), db:  # a full or read-only disk costs the next start some seconds, no more
                db.executemany("INSERT OR REPLACE INTO vector VALUES (?, ?)", fresh.items())
            if progress:
                progress(start + len(part), len(todo))
        if missing and len(known) > 2 * len(keys):
            with suppress(sqlite3.Error), db:
                db.executemany("DELETE FROM vector WHERE text = ?", [(key,) for key in known.keys() - set(keys)])
    joined = b"".join(known[key] for key in keys)
    return np.frombuffer(joined, dtype=np.float16).reshape(len(keys), SIZE).astype(np.float32)


def _store(cache: Path | None) -> sqlite3.Connection:
    """Open the cache of vectors of this model; one in memory where there is none, or the disk does not let us."""
    table = "CREATE TABLE IF NOT EXISTS vector (text BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID"
    if cache:
        with suppress(sqlite3.Error, OSError):
            cache.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(cache / f"vectors-{MODEL_SHA256[:12]}.sqlite", timeout=30)
            try:
                db.execute(table)
                db.execute("SELECT count(*) FROM vector").fetchone()
            except sqlite3.Error:
                db.close()
                raise
            return db
    db = sqlite3.connect(":memory:")
    db.execute(table)
    return db

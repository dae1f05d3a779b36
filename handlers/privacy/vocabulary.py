"""The words that names and addresses are told by, read once when the first message comes.

words(table, key)     a list of words.toml
given(), surnames()   names, and whether each is an ordinary word, a place or a product too
ordinary()            words that are no name: the encoder's vocabulary and the book's, without names
"""

import tomllib
import unicodedata
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent
_BARRED = str.maketrans(
    {"ł": "l", "ı": "i", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "’": "'"}
)  # NFD leaves them
_VOCABULARY = _HERE.parents[1] / "knowledge" / "matcher" / "vocab.txt"


@cache
def words(table: str, key: str) -> frozenset[str]:
    """Return a list of words.toml."""
    return frozenset(_tables()[table][key])


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((_HERE / "words.toml").read_text(encoding="utf-8"))


@cache
def given() -> dict[str, bool]:
    """Return given names without accents, and of each whether it is nothing else."""
    return _names("given.txt")


@cache
def surnames() -> dict[str, bool]:
    """Return surnames without accents, and of each whether it is nothing else."""
    return _names("surnames.txt")


def _names(file: str) -> dict[str, bool]:
    text = (_HERE / file).read_text(encoding="utf-8")
    doubtful = [name[:-1] for name in text.split() if name[-1] == "?"]
    return dict.fromkeys(text.replace("?", "").split(), True) | dict.fromkeys(doubtful, False)


@cache
def ordinary() -> frozenset[str]:
    """Return words that are no name."""
    common = (word for word in _VOCABULARY.read_text(encoding="utf-8").split() if word.isalpha() and len(word) > 1)
    ours = (_HERE / "ordinary.txt").read_text(encoding="utf-8").split()
    names = {name for table in (given(), surnames()) for name, sure in table.items() if sure}
    return frozenset(common) - names | frozenset(ours)


def folded(word: str) -> str:
    """Return a word in small letters, without accents."""
    low = word.lower()
    if low.isascii():
        return low
    return "".join(c for c in unicodedata.normalize("NFD", low.translate(_BARRED)) if not unicodedata.combining(c))

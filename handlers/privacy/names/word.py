"""One word: how it is written, and which lists know it."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from handlers.privacy.vocabulary import folded, given, ordinary, surnames, words

_CLAN = re.compile(
    r"(?:o'|mc|mac|fitz|d'|al-|el-|abu-)[a-z]{2,}"
)  # what only a surname begins with, capital letter given
# Ends that English words have and surnames of any people hardly: what neither list knows and ends so is a word.
_ENDINGS = re.compile(
    r".{3,}(?:ing|ed|tion|sion|ments?|ness|able|ible|ally|edly|ists?|isms?|itis|osis|a?emia|scopy|graphy|grams?|ology"
    r"|ectomy|pril|statin|azole|mab|cillin|mycin|oxetine|sartan|parin|tide|mide|gliptin|flozin)"
)
_PRODUCT = re.compile(r"[A-Z]{2}[a-z]|^[a-z]+[A-Z]|(?<!\bMc)(?<!\bMac)(?<!\bDe)(?<!\bLe)(?<!\bLa)(?<=[a-z])[A-Z]")
_OPENING = (("titles", "all"), ("people", "words"), ("about", "words"), ("clinicians", "before"))
Shape = Literal["initial", "upper", "capital", "small", "other", "product"]


@dataclass(frozen=True)
class Word:
    """What a word is, wherever it stands; `text` is without a final 's."""

    text: str

    @cached_property
    def low(self) -> str:
        """In small letters, without accents."""
        return folded(self.text)

    @cached_property
    def shape(self) -> Shape:
        """How it is written; `other` in a script without capitals, `product` as AccuRx, CCGs and IgE are."""
        if self.text.isupper():
            return "initial" if len(self.text) == 1 else "upper"
        if any(c.isupper() for c in self.text):
            return "product" if _PRODUCT.search(self.text) else "capital"
        return "small" if self.text.lower() != self.text.upper() else "other"

    @cached_property
    def parts(self) -> list[str]:
        """The words of a compound, and the whole without its marks."""
        if "-" not in self.low and "'" not in self.low:
            return [self.low]
        return [self.low, *self.low.split("-"), re.sub(r"['-]", "", self.low)]

    @cached_property
    def given(self) -> bool:
        """A given name and nothing else."""
        return any(given().get(part) for part in self.parts)

    @cached_property
    def surname(self) -> bool:
        """A surname and nothing else."""
        clan = self.shape == "capital" and _CLAN.fullmatch(self.low) and self.low not in ordinary()
        return bool(clan) or any(surnames().get(part) for part in self.parts)

    @cached_property
    def sure(self) -> bool:
        """A name and nothing else."""
        return self.given or self.surname

    @cached_property
    def known(self) -> bool:
        """A name, and it may be something else too."""
        return self.sure or self.low in given() or self.low in surnames()

    @cached_property
    def plain(self) -> bool:
        """An ordinary word, whether or not a name too."""
        if self.given or self.surname:
            return False
        return (
            any(part in ordinary() for part in self.parts) or bool(_ENDINGS.fullmatch(self.low)) or len(self.low) == 1
        )

    @cached_property
    def mute(self) -> bool:
        """A word in small letters that begins no name and announces none."""
        if self.shape != "small" or self.low in given() or self.low in surnames() or self.given:
            return False
        return not any(self.low in words(*key) for key in _OPENING)

    @cached_property
    def foreign(self) -> bool:
        """In no list, neither of names nor of words."""
        return len(self.low) > 2 and not self.known and not self.plain

    @property
    def capital(self) -> bool:
        """Written as a name is, not as an abbreviation is."""
        return self.shape == "capital" or (self.shape == "upper" and self.sure)

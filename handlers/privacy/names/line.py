"""The words of one line and the gaps between them: what every cue reads.

word, low, gap, close, owned, end     what stands where
more, particles, reversed             how a name goes on once it has begun
subject, acts, body                   what a patient does; what makes a body, a law or an illness of a name
"""

import re
from dataclasses import dataclass

from handlers.privacy.names.word import Word
from handlers.privacy.vocabulary import given, surnames, words

_LETTER = r"[^\W\d_\0][\u0300-\u036f\u0610-\u065f\u0900-\u0903\u093a-\u094f\u0981-\u09cd\u0a01-\u0acd\u0b82-\u0dff]*"
_WORD = re.compile(rf"(?:{_LETTER})+(?:['-](?:{_LETTER})+)*")
LONGEST = 6  # words of one name


@dataclass(frozen=True)
class Span:
    """Some words of a line: the first and the last."""

    first: int
    last: int


class Line:
    """A line cut into words, which are known by their numbers from 0."""

    def __init__(self, line: str) -> None:
        """Cut a plain text (`spans.plain`) into words."""
        self.line = line
        self.words: list[Word] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        # Each word is looked up once a line, and forgotten with it: what people type is kept nowhere.
        seen: dict[str, Word] = {}
        for found in _WORD.finditer(line):
            text = found[0].removesuffix("'s").removesuffix("'S")
            self.words.append(seen.setdefault(text, Word(text)) if text not in seen else seen[text])
            self.starts.append(found.start())
            self.ends.append(found.start() + len(text))

    def word(self, at: int) -> Word | None:
        """Return a word; None before the first and behind the last."""
        return self.words[at] if 0 <= at < len(self.words) else None

    def gap(self, at: int) -> str:
        """Return what stands before a word, back to the last one; a line's break where there is none."""
        if not 0 < at < len(self.words):
            return "\n"
        return self.line[self.ends[at - 1] : self.starts[at]]

    def end(self, at: int) -> int:
        """Return where a word ends, with the full stop of an initial."""
        return self.ends[at] + (self.words[at].shape == "initial" and self._dotted(at))

    def _dotted(self, at: int) -> bool:
        return self.line[self.ends[at] : self.ends[at] + 1] == "."

    def low(self, at: int) -> str:
        """Return a word in small letters, without accents; "" where there is none."""
        word = self.word(at)
        return word.low if word else ""

    def close(self, at: int) -> bool:
        """Say whether a word stands right behind the one before, but for the full stop of an initial or a title."""
        gap, before = self.gap(at), self.word(at - 1)
        if gap and not gap.strip(" ") and len(gap) < 4:
            return True
        return bool(
            before and (len(before.text) < 3 or before.low in words("titles", "all")) and re.fullmatch(r"\. ?", gap)
        )

    def initials(self, at: int, most: int) -> int:
        """Return the last of the initials behind a word, at most so many; the word itself where there are none."""
        last = at
        while (
            last < at + most
            and (word := self.word(last + 1))
            and word.shape == "initial"
            and (self.close(last + 1) or self.gap(last + 1) in {"", "."})
        ):
            last += 1
        return last

    def owned(self, at: int) -> bool:
        """Say whether a word is followed by 's."""
        return self.line[self.ends[at] : self.ends[at] + 2].lower() == "'s"

    def more(self, last: int, small: bool) -> int:
        """Return the last word of a name whose words up to `last` are read; `small` that they are in small letters."""
        first = last
        while last < first + LONGEST and (word := self.word(last + 1)) and self.close(last + 1):
            if self.owned(last) or word.low in words("people", "words"):
                break
            if past := self.particles(last):
                last = past
            elif self._goes_on(last + 1, small):
                last += 1
            else:
                break
        if (
            self.words[last].shape == "initial"
            and last > first
            and self.line[self.ends[last] : self.ends[last] + 1] not in {".", ",", ")", ""}
        ):
            last -= self.words[last].text == "I"
        return last

    def _goes_on(self, at: int, small: bool) -> bool:
        """Say whether a word belongs to the name in front of it."""
        word = self.words[at]
        match word.shape:
            case "initial":
                return word.text not in {"A", "I"} or self._dotted(at)
            case "upper":
                return word.sure
            case "capital":
                named = word.sure or not word.plain or word.low in surnames()
                return named and word.low not in words("bodies", "after")
            case "small":
                return small and (word.sure or self.subject(at))
            case shape:
                return shape == "other"

    def particles(self, last: int) -> int:
        """Return the word that small ones lead to: van der Berg, ap Gwilym; 0 if there is none."""
        at = last + 1
        while at <= last + 3 and self.low(at) in words("inside", "particles") and self.close(at) and self.close(at + 1):
            at += 1
        word = self.word(at)
        fits = word and at > last + 1 and word.shape == "capital" and (word.known or not word.plain)
        return at if fits and self.words[last + 1].shape != "upper" else 0

    def subject(self, at: int) -> bool:
        """Say whether a word in small letters that no list knows does what a patient does: "pt orfhlaith wants"."""
        word = self.words[at]
        return word.foreign and (
            (self.low(at + 1) in words("people", "verbs") and self.close(at + 1)) or self.owned(at)
        )

    def acts(self, at: int) -> bool:
        """Say whether a word is followed by what a patient does: "wants", "has", "is requesting"."""
        acts = words("people", "does") | words("people", "verbs")
        if self.low(at + 1) in words("people", "helping") and self.close(at + 1) and self.close(at + 2):
            return self.low(at + 1) == "has" or self.low(at + 2) in acts
        return self.low(at + 1) in acts and self.close(at + 1)

    def reversed(self, last: int, told: bool = False) -> int:
        """Return the last word where a given name follows a comma: SMITH, John; `told` that a name is here."""
        word = self.word(last + 1)
        if (
            word
            and re.fullmatch(r" ?, ?", self.gap(last + 1))
            and (word.given or (word.shape == "capital" and (word.low in given() or (told and word.foreign))))
        ):
            return self.more(last + 1, word.shape == "small")
        return last

    def body(self, first: int, last: int) -> bool:
        """Say whether what follows makes a body, a law or an illness of a name, or what stands before a clinician."""
        if self.low(first - 1) in words("bodies", "before") and self.close(first):
            return True
        after, gap = self.low(last + 1), self.gap(last + 1)
        if re.fullmatch(r"(?:'s?)? ", gap):
            long = last > first and self.words[last].sure
            return after in (words("bodies", "after") - words("bodies", "often") if long else words("bodies", "after"))
        if re.fullmatch(r", ?(?:the )?| ?\(", gap) and last > first:
            return after in words("clinicians", "after") - {"list", "team", "clinic"}
        return False

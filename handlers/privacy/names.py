"""Patients' names.

    after a title            Mrs J Smith, Mr and Mrs Pettigrew, baby Khan
    after who they are       pt John Smith, her daughter is Tom, patient: SMITH, John
    after "re"               re: Okafor
    by itself                Jane Smith, Smith, Jane, J. Smith, Patel R., Dorothy

What stands by itself is told by lists of names; a name that is also a word, a place or a product ("Will", "Grace",
"Chelsea", "Yasmin") needs a title, a person or a surname beside it. A clinician's name, a body's, a law's and an
illness's stays. The line is cut into words once and read from left to right, each word a bounded number of times.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from handlers.privacy.spans import Find
from handlers.privacy.vocabulary import folded, given, ordinary, surnames, words

_LETTER = r"[^\W\d_\0][\u0300-\u036f\u0610-\u065f\u0900-\u0903\u093a-\u094f\u0981-\u09cd\u0a01-\u0acd\u0b82-\u0dff]*"
_WORD = re.compile(rf"(?:{_LETTER})+(?:['-](?:{_LETTER})+)*")
_LONGEST = 6  # words of one name
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


def find(line: str) -> Iterator[Find]:
    """Find patients' names.

    Args:
        line: a plain text (`spans.plain`).
    """
    reader = _Line(line)
    at = 0
    while at < len(reader.words):
        last, named = reader.read(at)
        if named:
            yield Find(reader.starts[at if named == "whole" else last[0]], reader.end(last[1]), "name")
        at = max(at + 1, last[1] + 1)


class _Line:
    """The words of one line, and the gaps between them."""

    def __init__(self, line: str) -> None:
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
        word = self.word(at)
        return word.low if word else ""

    # What a reading returns: the first and last word of the name, or of what is passed over; and whether to mask from
    # the word that it began at ("whole"), from the name's first word ("name"), or nothing ("").
    def read(self, at: int) -> tuple[tuple[int, int], str]:
        word = self.words[at]
        if word.mute:
            return (at, at), ""
        if self._phrase(at):
            return (at, at + 1), ""
        if word.low in words("clinicians", "before") and (last := self._clinician(at)):
            return (at, last), ""
        if word.low in words("titles", "all") and (last := self._titled(at)):
            return (at, last), "whole"
        if word.low in words("people", "words") and (span := self._person(at)):
            return span, "name"
        if word.low in words("about", "words") and (span := self._about(at)):
            return span, "name"
        lone = self._alone(at)
        return ((at, at), "") if lone is None else ((at, lone), "whole")

    def _phrase(self, at: int) -> bool:
        return f"{self.low(at)} {self.low(at + 1)}" in words("bodies", "phrases")

    def _close(self, at: int) -> bool:
        """Say whether a word stands right behind the one before, but for the full stop of an initial or a title."""
        gap, before = self.gap(at), self.word(at - 1)
        if gap and not gap.strip(" ") and len(gap) < 4:
            return True
        return bool(
            before and (len(before.text) < 3 or before.low in words("titles", "all")) and re.fullmatch(r"\. ?", gap)
        )

    def _clinician(self, at: int) -> int:
        """Pass over a clinician's name: return its last word, or 0."""
        last = at
        while (
            (word := self.word(last + 1))
            and last < at + _LONGEST
            and (self._close(last + 1) or self.gap(last + 1) in {". ", ", ", "."})
        ):
            titled = word.low in words("titles", "all") or word.low in words("clinicians", "before")
            if not (titled or word.shape == "initial" or (word.capital and (word.known or not word.plain))):
                break
            if self.gap(last + 1) == ", " and not titled:
                break
            last += 1
        return last if last > at else 0

    def _more(self, last: int, small: bool) -> int:
        """Return the last word of a name whose words up to `last` are read."""
        first = last
        while last < first + _LONGEST and (word := self.word(last + 1)) and self._close(last + 1):
            if self._owned(last) or word.low in words("people", "words"):
                break
            if past := self._particles(last):
                last = past
            elif (
                (word.shape == "initial" and (word.text not in {"A", "I"} or self._dotted(last + 1)))
                or (word.shape == "upper" and word.sure)
                or (
                    word.shape == "capital"
                    and word.low not in words("bodies", "after")
                    and (word.sure or not word.plain or word.low in surnames())
                )
                or (word.shape == "small" and small and (word.sure or self._subject(last + 1)))
                or word.shape == "other"
            ):
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

    def _particles(self, last: int) -> int:
        """Return the word that small ones lead to: van der Berg, ap Gwilym; 0 if there is none."""
        at = last + 1
        while (
            at <= last + 3 and self.low(at) in words("inside", "particles") and self._close(at) and self._close(at + 1)
        ):
            at += 1
        word = self.word(at)
        fits = word and at > last + 1 and word.shape == "capital" and (word.known or not word.plain)
        return at if fits and self.words[last + 1].shape != "upper" else 0

    def _subject(self, at: int) -> bool:
        """Say whether a word in small letters that no list knows does what a patient does: "pt orfhlaith wants"."""
        word = self.words[at]
        return word.foreign and (
            (self.low(at + 1) in words("people", "verbs") and self._close(at + 1)) or self._owned(at)
        )

    def _owned(self, at: int) -> bool:
        """Say whether a word is followed by 's."""
        return self.line[self.ends[at] : self.ends[at] + 2].lower() == "'s"

    def _reversed(self, last: int, told: bool = False) -> int:
        """Return the last word where a given name follows a comma: SMITH, John; `told` that a name is here."""
        word = self.word(last + 1)
        if (
            word
            and re.fullmatch(r" ?, ?", self.gap(last + 1))
            and (word.given or (word.shape == "capital" and (word.low in given() or (told and word.foreign))))
        ):
            return self._more(last + 1, word.shape == "small")
        return last

    def _titled(self, at: int) -> int:
        """Read a name after a title: return its last word, or 0."""
        title = self.words[at]
        last = at
        while (
            last < at + 3
            and (joined := self.word(last + 1))
            and re.fullmatch(r"\.? ?[&/+]? ?", self.gap(last + 1))
            and (
                joined.low in words("titles", "all")
                or (joined.low == "and" and self.low(last + 2) in words("titles", "all"))
            )
        ):
            last += 2 if joined.low == "and" else 1
        title = self.words[last]
        if last > at and title.low == "baby":
            title = self.words[at]
        start = last
        while (
            last < start + 3
            and (word := self.word(last + 1))
            and word.shape == "initial"
            and (self._close(last + 1) or self.gap(last + 1) in {"", "."})
        ):
            last += 1
        word = self.word(last + 1)
        if (
            word
            and word.low in words("inside", "particles")
            and self._close(last + 1)
            and (ahead := self.word(last + 2))
            and ahead.shape == "capital"
        ):
            last += 1
            word = ahead
        if title.low == "baby" and word and word.low in {"boy", "girl", "of"} and self._close(last + 1):
            last += 1
            word = self.word(last + 1)
        if not word or not (self._close(last + 1) or self.gap(last + 1) in {". ", "."}):
            return 0
        sure = title.low in words("titles", "sure")
        shown = title.shape == "capital" and title.low in words("titles", "capital")
        match word.shape:
            case "capital":
                fits = shown or sure or word.sure or not word.plain or (title.shape == "capital" and word.known)
            case "upper":
                fits = (
                    word.sure
                    or ((shown or sure) and not word.plain and len(word.text) > 3)
                    or (sure and word.known)
                    or (title.shape == "upper" and word.low in surnames() and title.low in {"mr", "ms"})
                )
            case "small":
                fits = (
                    word.sure
                    or ((shown or sure or title.low == "mr") and not word.plain)
                    or (sure and word.known)
                    or self._subject(last + 1)
                )
            case "other":
                fits = True
            case _:
                fits = False
        if not fits or word.low in words("titles", "all"):
            return 0
        last = self._reversed(self._more(last + 1, word.shape == "small"))
        return 0 if self._clinical(at, last) else last

    def _clinical(self, first: int, last: int) -> bool:
        """Say whether a title's name is a consultant's or a body's."""
        if self.low(first - 1) in words("clinicians", "before") and self.gap(first) in {" ", ", "}:
            return True
        after = self.low(last + 1)
        if self._owned(last):
            return after in words("clinicians", "after")
        if re.fullmatch(r"(?: |, ?| ?\()(?:the )?", self.gap(last + 1)):
            return after in words("clinicians", "after") - {"list", "team", "clinic"} or after in {
                "hospital",
                "surgery",
                "ward",
                "llp",
            }
        return False

    def _person(self, at: int) -> tuple[int, int] | None:
        """Read a name after who somebody is."""
        cue, first = self.words[at], at + 1
        many = cue.low in {"patients", "pts", "twins"}
        joined = False
        while (
            first <= at + 2
            and (self.low(first) in words("people", "between") and self.words[first].shape == "small")
            and re.fullmatch(r"(?:'s)? ", self.gap(first))
        ):
            joined = True
            first += 1
        word = self.word(first)
        gap = self.gap(first)
        if (
            not word
            or not re.fullmatch(r"(?:'s)?[ ]{0,2}[:;,(=-]?[ ]{0,2}", gap)
            or not gap
            or word.low in words("titles", "all")
        ):
            return None
        if word.low in words("people", "words") or word.low in words("clinicians", "before"):
            return None
        loose = many or "," in gap or (gap.startswith("'") and not joined) or self.low(first - 1) in {"a", "the"}
        dotted = re.compile(r"[A-Z]\. ?[A-Z]\.").match(self.line, self.starts[first])
        if word.shape == "initial":
            ahead = self.word(first + 1)
            if (
                ahead
                and (self._close(first + 1) or self.gap(first + 1) in {".", ". "})
                and ahead.capital
                and (ahead.known or not ahead.plain)
            ):
                return first, self._more(first + 1, False)
            return (first, first + 1) if dotted else None
        month = word.low in {"may", "march", "april", "june", "august", "jan", "apr", "jun", "aug"}
        match word.shape:
            case "capital":
                fits = word.sure or (
                    not loose and (not word.plain or (word.known and cue.shape == "small" and not month))
                )
            case "upper":
                fits = (
                    word.sure
                    or (word.known and self.gap(first + 1).strip() == "," and self._reversed(first, True) > first)
                    or (not loose and not word.plain and len(word.text) > 3 and self._reversed(first, True) > first)
                )
            case "small":
                near = cue.low in {"pt", "patient", "surname", "named", "called"}
                doing = word.low in given() and self.low(first + 1) in words("people", "does")
                fits = not loose and (word.given or (near and (word.surname or doing or self._subject(first))))
            case "other":
                fits = True
            case _:
                fits = False
        if not fits:
            return None
        last = self._reversed(self._more(first, word.shape == "small"), word.shape == "upper")
        if last == first and loose and self._body(first, last):
            return None
        return first, last

    def _about(self, at: int) -> tuple[int, int] | None:
        """Read a name after "re"."""
        word, ahead = self.word(at + 1), self.word(at + 2)
        if not word or not re.fullmatch(r" ?[:.-]? ?", self.gap(at + 1)) or word.low in words("titles", "all"):
            return None
        pair = ahead and self._close(at + 2) and ahead.shape == "capital" and not ahead.plain
        if not (word.capital and (word.sure or (not word.plain and pair))) and word.shape != "other":
            return None
        last = self._reversed(self._more(at + 1, False))
        return None if self._body(at + 1, last) else (at + 1, last)

    def _alone(self, at: int) -> int | None:
        """Read a name that nothing announces: return its last word."""
        word, ahead = self.words[at], self.word(at + 1)
        close = bool(ahead) and self._close(at + 1)
        before = self.low(at - 1) if self._close(at) else ""
        # Who signs is no patient.
        if self.low(at - 1) in words("bodies", "signing") and re.fullmatch(r"[,.!]?\s*", self.gap(at)):
            return None
        if before in words("bodies", "before") or (before == "the" and not (close and ahead and ahead.surname)):
            return None
        last: int | None = None
        if word.shape == "initial":
            last = self._initialled(at, before)
        elif (
            word.capital and ahead and close and ahead.shape in {"capital", "upper", "initial"} and not self._owned(at)
        ):
            last = self._paired(at)
        elif (
            word.shape == "small"
            and ahead
            and close
            and ahead.shape == "small"
            and (
                (word.given and (ahead.surname or self._subject(at + 1)))
                or (word.low in given() and ahead.surname and self.low(at + 2) in words("people", "verbs"))
            )
        ):
            last = at + 1
        elif word.shape == "capital" and word.low in given() and self._particles(at):
            last = self._more(at, False)
        if last is None or last == at:
            last = self._swapped(at) or last
        if (
            last is None
            and word.shape == "capital"
            and (
                word.given
                or (
                    word.low in given()
                    and word.low not in words("people", "words") | words("titles", "all")
                    # At the start of a sentence a name, elsewhere the month or the country.
                    and ((not before and close and ahead and ahead.low in words("people", "does")) or self._met(at))
                )
            )
        ):
            last = at
        if last is None or self._body(at, last):
            return None
        return last

    def _met(self, at: int) -> bool:
        """Say whether somebody was met, or has a family: "saw Frank", "Lewis's mum"."""
        if not self._close(at) or self.low(at - 1) not in words("people", "met"):
            return self._owned(at) and self.low(at + 1) in words("people", "words")
        return True

    def _initialled(self, at: int, before: str) -> int | None:
        """J. Smith, J Smith."""
        word, last = self.words[at], at
        if before in words("inside", "lettered"):
            return None
        while (
            (ahead := self.word(last + 1))
            and ahead.shape == "initial"
            and last < at + 2
            and (self._close(last + 1) or self.gap(last + 1) in {".", ""})
        ):
            last += 1
        ahead = self.word(last + 1)
        dotted = self.gap(last + 1).startswith(".")
        if (
            not ahead
            or not (self._close(last + 1) or self.gap(last + 1) in {". ", "."})
            or not ahead.capital
            or (ahead.shape == "upper" and not dotted)
        ):
            return None
        if not (ahead.surname or ahead.foreign) or (word.text in {"A", "I"} and not dotted and last == at):
            return None
        return self._more(last + 1, False)

    def _paired(self, at: int) -> int | None:
        """Jane Smith; Will Barnes, where only the surname is surely one; Chidi Okonkwo, of whom one is known."""
        word, ahead = self.words[at], self.words[at + 1]
        if ahead.shape == "initial":
            stands = self.word(at + 2)
            if word.given and stands and self._close(at + 2) and stands.capital and not stands.plain:
                return self._more(at, False)
            return None
        if (
            ahead.low in words("bodies", "after")
            or ahead.low in words("titles", "all")
            or ahead.low in words("clinicians", "before")
        ):
            return None
        if word.shape == "upper" and ahead.shape == "upper":
            return self._more(at, False) if word.given and ahead.surname else None
        if word.given:
            fits = ahead.sure or (ahead.shape == "capital" and (not ahead.plain or ahead.low in surnames()))
        elif word.low in given():
            fits = ahead.surname or (ahead.foreign and ahead.shape == "capital")
        else:
            # Two words that no list knows are a name more often than anything else.
            fits = word.shape == ahead.shape == "capital" and word.foreign and (ahead.foreign or ahead.sure)
        return self._more(at, False) if fits else None

    def _swapped(self, at: int) -> int | None:
        """Smith, Jane; Patel R."""
        word, ahead = self.words[at], self.word(at + 1)
        if not ahead or word.shape == "initial" or self._owned(at):
            return None
        if word.capital and word.surname and self.gap(at + 1) == ", " and ahead.foreign and ahead.shape == "capital":
            return at + 1
        if (re.fullmatch(r" ?, ?", self.gap(at + 1)) and ahead.given and ahead.shape == word.shape) or (
            word.shape == "upper"
            and self.gap(at + 1) == ", "
            and ahead.shape == "capital"
            and (ahead.given or (ahead.foreign and (word.foreign or word.surname)))
        ):
            both = (
                word.surname
                or (word.shape in {"capital", "upper"} and not word.plain and len(word.text) > 2)
                or (word.low in surnames() and word.shape == "upper")
            )
            small = word.shape == "small" and not (word.surname and self.word(at) is self.words[0])
            if both and not small:
                return self._reversed(at)
        if word.capital and word.surname and ahead.shape == "initial" and self._close(at + 1):
            rest = self.line[self.ends[at + 1] : self.ends[at + 1] + 6].lower()
            if re.match(r"\.|[,;:)]|$| ?\(?(?:d\.?o|nhs|\d|chi)", rest):
                return at + 1
        return None

    def _body(self, first: int, last: int) -> bool:
        """Say whether what follows makes a body, a law or an illness of a name, or what stands before a clinician."""
        if self.low(first - 1) in words("bodies", "before") and self._close(first):
            return True
        after, gap = self.low(last + 1), self.gap(last + 1)
        if re.fullmatch(r"(?:'s?)? ", gap):
            long = last > first and self.words[last].sure
            return after in (words("bodies", "after") - words("bodies", "often") if long else words("bodies", "after"))
        if re.fullmatch(r", ?(?:the )?| ?\(", gap) and last > first:
            return after in words("clinicians", "after") - {"list", "team", "clinic"}
        return False

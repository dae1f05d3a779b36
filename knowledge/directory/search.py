"""Find a body by code, name, town or postcode, with slips.

    what was typed ─┬─ an ODS code, O for 0 and I for 1 forgiven ──── first
                    ├─ a postcode, whole or its first half ─────────┐
                    └─ words ── as spelt, shortened, misspelt ──────┴─ scored ── best five

Words are compared with the words of all names and towns, not with whole names: a few thousand words in place of a few
thousand names, each weighted by how rare it is, so that "queens pk med ctr" and "densham stockton" are found by what
is theirs alone. Whole names compared by rapidfuzz's token ratios take longer, and "surgery" for as much as "Densham".
"""

import math
import re
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

FOUND = 5  # bodies that a search returns at most
LONGEST = 100  # characters of a search that are looked at
MOST_WORDS = 10  # words of it
PREFIX, SKELETON = 0.85, 0.75  # how like a word is its beginning, and its consonants
TOWN = 0.9  # what a word found in the town, or the site, counts against one found in the name
EXACT, COVER, NEAR, CLOSED = 0.5, 0.3, 0.25, -0.4  # added to a score: see `Index.find`
A_CODE = 9  # the score of a body whose code was typed: above all others
TIE = 1e-6  # scores that differ by less are equal, and the names' order decides
LEAST = 0.4  # of what was typed must be found
_SLIPS = ((3, 0), (7, 1), (11, 2), (LONGEST + 1, 3))  # below so many letters, so many slips
# As people and the official files shorten them; one spelling stands for all.
_SHORT = {
    "and": "",
    "av": "avenue",
    "ave": "avenue",
    "cen": "centre",
    "cent": "centre",
    "center": "centre",
    "cnt": "centre",
    "cntr": "centre",
    "ct": "court",
    "ctr": "centre",
    "ctre": "centre",
    "ctrs": "centre",
    "doctor": "dr",
    "doctors": "dr",
    "drs": "dr",
    "fam": "family",
    "foundation": "ft",
    "grn": "green",
    "grp": "group",
    "gt": "great",
    "hc": "health centre",
    "hlth": "health",
    "hos": "hospital",
    "hosp": "hospital",
    "hospitals": "hospital",
    "hth": "health",
    "icb": "",
    "ln": "lane",
    "mc": "medical centre",
    "med": "medical",
    "mt": "mount",
    "nth": "north",
    "of": "",
    "partn": "partners",
    "partner": "partners",
    "pcc": "primary care centre",
    "pk": "park",
    "pr": "practice",
    "prac": "practice",
    "pract": "practice",
    "ptnr": "partners",
    "ptnrs": "partners",
    "rd": "road",
    "saint": "st",
    "sq": "square",
    "sth": "south",
    "street": "st",
    "surg": "surgery",
    "tce": "terrace",
    "terr": "terrace",
    "the": "",
    "uni": "university",
    "univ": "university",
}
_WORD = re.compile(r"[a-z0-9]+")
_APOSTROPHES = dict.fromkeys(map(ord, "'\u2018\u2019`"))
_DIGITS = str.maketrans("OQILSZB", "0011528")  # a letter typed where a digit stands
_LETTERS = str.maketrans("015", "OIS")
_ALIKE = str.maketrans("OIL", "011")


@dataclass(frozen=True)
class Entry:
    """What is searched of one body; `initials` are what people shorten its name to, or empty."""

    code: str
    name: str
    town: str
    postcode: str
    area: str
    site: str = ""
    initials: str = ""
    closed: bool = False


Floats = np.ndarray[tuple[int], np.dtype[np.float64]]
Ints = np.ndarray[tuple[int], np.dtype[np.intp]]
Row = tuple[Floats, Floats]
Key = TypeVar("Key")


class Groups(Generic[Key]):
    """Entries by a key they share, all in one array: an array for each key would take four times the memory."""

    def __init__(self, pairs: Iterable[tuple[Key, int]]) -> None:
        found: dict[Key, list[int]] = defaultdict(list)
        for key, at in pairs:
            found[key].append(at)
        self._spans: dict[Key, tuple[int, int]] = {}
        start = 0
        for key, ats in found.items():
            self._spans[key] = start, start + len(ats)
            start += len(ats)
        self._flat: Ints = np.fromiter((at for ats in found.values() for at in ats), np.intp, start)

    def __contains__(self, key: Key) -> bool:
        return key in self._spans

    def __getitem__(self, key: Key) -> Ints:
        start, end = self._spans.get(key, (0, 0))
        return self._flat[start:end]

    def keys(self) -> Iterable[Key]:
        """All keys."""
        return self._spans.keys()


_NONE: Ints = np.zeros(0, np.intp)


def words(text: str) -> list[str]:
    """Cut a text into comparable words: no case, accents or apostrophes, short forms written out."""
    flat = text.lower().replace("h/c", "hc").replace("m/c", "mc").translate(_APOSTROPHES)
    if not flat.isascii():
        flat = "".join(char for char in unicodedata.normalize("NFKD", flat) if not unicodedata.combining(char))
    return [word for token in _WORD.findall(flat) for word in _SHORT.get(token, token).split()]


def postcodes(text: str) -> Iterator[tuple[str, str]]:
    """Read a whole postcode, with letters for digits forgiven.

    Yields:
        Its two halves ("TS18", "1HU"), each way they can be read, the likeliest first.
    """
    flat = re.sub(r"[^A-Z0-9]", "", text.upper())
    if 5 <= len(flat) <= 7:
        inward = flat[-3].translate(_DIGITS) + flat[-2:].translate(_LETTERS)
        if re.fullmatch(r"\d[A-Z]{2}", inward):
            yield from ((outward, inward) for outward in outwards(flat[:-3]))


def outwards(text: str) -> Iterator[str]:
    """Read the first half of a postcode: as typed, else with letters for digits forgiven."""
    flat = text.upper()
    if re.fullmatch(r"[A-Z]{1,2}(?:\d\d?|\d[A-Z])", flat):
        yield flat
    for letters in (2, 1):
        area, district = flat[:letters].translate(_LETTERS), flat[letters:]
        for read in (district, district.translate(_DIGITS)):
            if area.isalpha() and re.fullmatch(r"\d\d?|\d[A-Z]", read):
                yield area + read


class Index:
    """The words, codes and postcodes of one kind of body, ready to be searched."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        """Build it: about a tenth of a second for all practices."""
        self._entries = entries
        named = [words(entry.name) for entry in entries]
        placed = [words(f"{entry.town} {entry.site}") for entry in entries]
        # Codes of trusts and ICBs have letters anywhere, so that some differ by O and 0 alone: as typed goes first.
        self._code = {entry.code: at for at, entry in enumerate(entries)}
        self._codes = Groups((entry.code.translate(_ALIKE), at) for at, entry in enumerate(entries))
        self._whole = Groups(("".join(tokens), at) for at, tokens in enumerate(named))
        self._in_name = Groups(
            (word, at) for at, tokens in enumerate(named) for word in {*tokens, entries[at].initials} - {""}
        )
        self._in_town = Groups((word, at) for at, tokens in enumerate(placed) for word in set(tokens))
        self._outward = Groups((entry.postcode.split(" ")[0], at) for at, entry in enumerate(entries))
        self._sector = Groups((entry.postcode[:-2], at) for at, entry in enumerate(entries))
        self._postcode = Groups((entry.postcode, at) for at, entry in enumerate(entries))
        seen = Counter(word for name, place in zip(named, placed, strict=True) for word in {*name, *place})
        self._rarest = math.log(1 + len(entries))
        self._weight = {word: math.log(1 + len(entries) / count) for word, count in seen.items()}
        self._mass = np.array([sum(map(self._weigh, set(tokens))) or 1 for tokens in named])
        self._vocabulary = sorted({*self._in_name.keys(), *self._in_town.keys()})
        self._skeletons = Groups((_skeleton(word), at) for at, word in enumerate(self._vocabulary) if len(word) > 3)
        self._closed = np.array([entry.closed for entry in entries]) * CLOSED
        self._areas = Groups((entry.area, at) for at, entry in enumerate(entries))

    def find(self, text: str, near: str = "") -> list[str]:
        """Find what a text most likely means.

        The score is the share of the typed words that a body has, each weighted by its rarity, and up to 0.3 for how
        much of the body's own name was typed, so that of two that fit the shorter name comes first; 0.5 more where
        the whole name was, 0.25 for being near, 0.4 less for being closed. A code counts above all.

        Args:
            text: as typed.
            near: an ICB's or health board's code: its bodies come before others that fit as well.

        Returns:
            The codes of the best five at most, best first; empty where nothing comes near.
        """
        typed = text[:LONGEST]
        codes, typed = self._coded(typed)
        places, typed = self._placed(typed)
        tokens = words(typed)[:MOST_WORDS]
        scores = np.zeros(len(self._entries))
        if tokens or places:
            share, cover = self._scored(tokens, places)
            scores = share + cover
            scores[self._whole["".join(tokens)]] += EXACT
            scores += self._closed
            if near:
                scores[self._areas[near]] += NEAR
            scores[share < LEAST] = 0
        scores[codes] = A_CODE
        if not scores.any():
            return []
        fifth = np.partition(scores, -min(FOUND, len(scores)))[-min(FOUND, len(scores))]
        ranked = sorted(
            (at for at in np.flatnonzero(scores >= fifth - TIE).tolist() if scores[at] > 0),
            key=lambda at: (-round(float(scores[at]), 6), self._entries[at].name, self._entries[at].code),
        )
        return [self._entries[at].code for at in ranked[:FOUND]]

    def _coded(self, text: str) -> tuple[list[int], str]:
        """Find codes: the whole text as one, or a word that has a code's shape; and return the text without them."""
        if whole := self._of_code(re.sub(r"[\s.-]", "", text)):
            return whole, text
        found: list[int] = []
        for word in re.findall(r"\b[A-Za-z0-9]{6}\b", text):
            if sum(char.isdigit() for char in word) >= 3 and (of := self._of_code(word)):
                found += of
                text = text.replace(word, " ")
        return found, text

    def _of_code(self, typed: str) -> list[int]:
        code = typed.upper()
        return [self._code[code]] if code in self._code else self._codes[code.translate(_ALIKE)].tolist()

    def _placed(self, text: str) -> tuple[dict[int, float], str]:
        """Find a postcode, whole or its first half: how near each body is to it, and the text without it."""
        parts = list(re.finditer(r"[A-Za-z0-9]+", text))
        spans = [(a.start(), b.end()) for a, b in pairwise(parts)] + [part.span() for part in parts]
        for start, end in spans:
            for outward, inward in postcodes(text[start:end]) if _has_digit(text[start:end]) else ():
                if outward in self._outward:
                    near = dict.fromkeys(self._outward[outward].tolist(), 0.6)
                    near |= dict.fromkeys(self._sector[f"{outward} {inward[0]}"].tolist(), 0.8)
                    near |= dict.fromkeys(self._postcode[f"{outward} {inward}"].tolist(), 1.0)
                    return near, f"{text[:start]} {text[end:]}"
        for at, part in enumerate(parts):
            for outward in outwards(part.group()) if _has_digit(part.group()) else ():
                if outward in self._outward:
                    after = parts[at + 1] if at + 1 < len(parts) and len(parts[at + 1].group()) == 1 else None
                    sector = self._sector[f"{outward} {after.group()}"] if after else _NONE
                    near = dict.fromkeys(self._outward[outward].tolist(), 0.6 if len(sector) else 1.0)
                    near |= dict.fromkeys(sector.tolist(), 1.0)
                    end = after.end() if after and len(sector) else part.end()
                    return near, f"{text[: part.start()]} {text[end:]}"
        return {}, text

    def _scored(self, tokens: list[str], places: Mapping[int, float]) -> tuple[Floats, Floats]:
        """Say of every body which share of what was typed it has, and how much of its name was typed: see `find`."""
        size = len(self._entries)
        total, of_name, most = np.zeros(size), np.zeros(size), 0.0
        if tokens:
            alike = self._alike([*tokens, *map("".join, pairwise(tokens))])
            rows = []
            for token, like in zip(tokens, alike, strict=False):
                weight = self._meant(token, like)
                rows.append(self._likelier(self._row(like, weight), *self._halves(token, weight)))
                most += weight
            for at, like in enumerate(alike[len(tokens) :]):  # "den sham": both words, where they are one
                for half in (at, at + 1):
                    weight = self._meant(tokens[half], alike[half])
                    rows[half] = self._likelier(rows[half], self._row(like, weight))
            total, of_name = (np.sum(column, axis=0) for column in zip(*rows, strict=True))
        if places:
            total[list(places)] += np.array(list(places.values())) * self._rarest
            most += self._rarest
        cover: Floats = np.minimum(1, of_name / self._mass) * COVER
        share: Floats = total / (most or 1)
        return share, cover

    def _halves(self, token: str, weight: float) -> Iterator[Row]:
        """Read a word that nobody knows as two: the space left out ("streetsurgery"), or missed by a key."""
        if token in self._weight:
            return
        ends = [(at, at) for at in range(2, len(token) - 1)] + [(at, at + 1) for at in range(2, len(token) - 2)]
        cuts = [(words(token[:left]), words(token[right:]), token[:left]) for left, right in ends]
        halves = [(*left, *right) for left, right, typed in cuts if right and (left or typed == "the")]
        known = [cut for cut in halves if all(word in self._weight for word in cut)]
        if known:
            # The cut whose rarer half is the commoner: "st marys", not "stm arys".
            best = min(known, key=lambda cut: max(map(self._weigh, cut)))
            totals, names = zip(*(self._row({word: 1.0}, weight / len(best)) for word in best), strict=True)
            yield np.sum(totals, axis=0), np.sum(names, axis=0)

    def _alike(self, tokens: list[str]) -> list[dict[str, float]]:
        """Find the known words that each token may mean, and how like each is, from 0 to 1."""
        vocabulary = self._vocabulary
        slips = [next(most for length, most in _SLIPS if len(token) < length) for token in tokens]
        apart = process.cdist(tokens, vocabulary, scorer=OSA.distance, score_cutoff=max(slips), dtype=np.uint8)
        found = []
        for token, most, row in zip(tokens, slips, apart, strict=True):
            like: dict[str, float] = {}
            if len(token) >= 3:
                start = bisect_left(vocabulary, token)
                end = bisect_left(vocabulary, token + "\x7f")
                like |= dict.fromkeys(vocabulary[start : min(end, start + 50)], PREFIX)
            if len(token) >= 3 and token == _skeleton(token):
                like |= {vocabulary[at]: SKELETON for at in self._skeletons[token].tolist()}
            for at in np.flatnonzero(row <= most).tolist():
                word = vocabulary[at]
                first = 0.05 if word[0] != token[0] else 0.0  # the first letter is seldom wrong
                like[word] = max(like.get(word, 0), 1 - int(row[at]) * 1.2 / max(len(token), len(word)) - first)
            found.append(like)
        return found

    def _meant(self, token: str, like: Mapping[str, float]) -> float:
        """How much a token counts: as much as the known word nearest to it, or as the rarest where none is near."""
        if token in self._weight:
            return self._weight[token]
        if not like:
            return self._rarest
        best = max(like.values())
        return max(self._weigh(word) for word, how in like.items() if how >= best - 0.01)

    def _weigh(self, word: str) -> float:
        return self._weight.get(word, self._rarest)

    def _row(self, like: Mapping[str, float], weight: float) -> Row:
        """What one token adds to each body: in all, and by its name alone."""
        name, place = np.zeros(len(self._entries)), np.zeros(len(self._entries))
        for word, how in sorted(like.items(), key=lambda pair: pair[1]):  # the likest last: it stands
            name[self._in_name[word]] = how * weight
            place[self._in_town[word]] = how * weight * TOWN
        return np.maximum(name, place), name

    @staticmethod
    def _likelier(*rows: Row) -> Row:
        """Of several readings of one token, the likeliest for each body."""
        return np.maximum.reduce([row[0] for row in rows]), np.maximum.reduce([row[1] for row in rows])


def _has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)


def _skeleton(word: str) -> str:
    """The first letter and the consonants after it: "hartlepool" and "hrtlpl" alike."""
    return word[0] + re.sub(r"[aeiouy]", "", word[1:])

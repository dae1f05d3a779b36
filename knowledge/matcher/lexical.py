"""The lexical design: FTS5 over whole rules, beside centroids of stems and trigrams. No numpy.

The index is one SQLite database: a file in the cache where there is one (a start then reads pages, not the book), else
in memory. Tables: `page` (FTS5, a row a rule, then a row a decoy), `facet` (how often a rule says each value of each
facet), `word` (how often each word stands in the book), `gram` (for each feature, the rules whose centroid holds it, as
small arrays).

Parameters are those of the measurements in docs/matching.md.
"""

import contextlib
import json
import math
import os
import shutil
import sqlite3
import tempfile
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from types import MappingProxyType

from snowballstemmer import stemmer

from knowledge import cache as kept
from knowledge.library import Library
from knowledge.matcher.facets import Facets, Profile, fit
from knowledge.model import Rule
from knowledge.text import Reader, Reading, pieces, tokens

_SCHEMA = """
CREATE VIRTUAL TABLE page USING fts5(title, asks, words, body, tokenize = 'porter unicode61');
CREATE TABLE facet (rule INTEGER NOT NULL, facet TEXT NOT NULL, value TEXT NOT NULL, share REAL NOT NULL);
CREATE TABLE word (word TEXT PRIMARY KEY, times INTEGER NOT NULL, rules INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE gram (gram TEXT PRIMARY KEY, idf REAL NOT NULL, rules BLOB NOT NULL, weights BLOB NOT NULL) WITHOUT ROWID;
"""
_WEIGHTS = "4, 1.5, 4, 1"  # of title, asks, words, body in bm25: flat around these; without the body, five points less
_GRAMS_OF = "SELECT gram, idf, rules, weights FROM gram WHERE gram IN (SELECT value FROM json_each(?))"
_STEMS, _GRAMS = 0.4, 0.6  # a stem's share of a centroid, and a trigram's
_PAGES = f"SELECT rowid, -bm25(page, {_WEIGHTS}) FROM page WHERE page MATCH ?"  # noqa: S608 (constants)
_ROWS = "SELECT title, asks, words, body FROM page"
_BETWEEN = " \n "  # phrasings of one rule in one column: FTS5 sees a space
_HERE = Path(__file__)
_CODE = kept.code(_HERE, _HERE.with_name("facets.py"), _HERE.parents[1] / "text.py")  # other code makes another index


class Lexical:
    """Scores every rule of a library for a question by its words."""

    def __init__(self, library: Library, cache: Path | None = None, before: Library | None = None) -> None:
        """Open the index of a library, making it first if it is not in the cache.

        Args:
            library: the rules; their order, and then that of the decoys, is the order of all scores.
            cache: a folder for the index, or None to keep it in memory.
            before: the library as it was before an edit: what the edit left alone is taken over from its index.
        """
        self.rows = len(library.live) + len(library.decoys)  # the rules, then what is outside the book
        self._stop = library.words.stop
        self._facets = Facets(library.facets)
        self._db = _open(library, cache, before)
        self._profiles: list[Profile] = [{} for _ in library.live]
        for row, facet, value, share in self._db.execute("SELECT rule, facet, value, share FROM facet"):
            self._profiles[row][facet, value] = share
        self._content = dict(self._db.execute("SELECT word, rules FROM word"))
        self.reader = Reader(library.words, dict(self._db.execute("SELECT word, times FROM word")))

    def close(self) -> None:
        """Close the index."""
        self._db.close()

    def content(self, reading: Reading) -> list[str]:
        """Return a question's distinct words that may tell rules apart, in its order."""
        return [term for term in dict.fromkeys(reading.terms) if term not in self._stop]

    def stems(self, reading: Reading) -> list[str]:
        """Return the stems of a question's words that may tell rules apart."""
        return [_stem(word) for word in self.content(reading)]

    def rarity(self, word: str) -> float:
        """Return a word's inverse document frequency over the rules: 0 for one in every rule, 6 for an unknown one."""
        return math.log((self.rows + 1) / (self._content.get(word, 0) + 0.5))

    def pages(self, reading: Reading) -> list[float]:
        """Score rules by FTS5's bm25 over title, asks, words and body; 0 where no word is shared."""
        scores = [0.0] * self.rows
        terms = self.content(reading)
        if terms:
            query = " OR ".join(f'"{term}"' for term in terms)
            found = self._db.execute(_PAGES, (query,))
            for row, score in found:
                scores[row] = score
        return scores

    def centroids(self, reading: Reading) -> list[float]:
        """Score rules by the cosine of their centroid of stems and trigrams with the question's."""
        scores = [0.0] * self.rows
        features = Counter(_features(reading.terms))
        if not features:
            return scores
        found = self._db.execute(_GRAMS_OF, (json.dumps(list(features)),))
        rows = [(gram, (1 + math.log(features[gram])) * idf, rules, weights) for gram, idf, rules, weights in found]
        norms = dict.fromkeys((True, False), 1e-12)
        for gram, weight, _, _ in rows:
            norms[_is_stem(gram)] += weight * weight
        for gram, weight, rules, weights in rows:
            share = (_STEMS if _is_stem(gram) else _GRAMS) * weight / math.sqrt(norms[_is_stem(gram)])
            for rule, part in zip(array("H", rules), array("f", weights), strict=True):
                scores[rule] += share * part
        return scores

    def fits(self, reading: Reading) -> list[float]:
        """Say how well each rule (the decoys have no facets) fits what the question says: see facets.py."""
        said = self._facets.said(reading.terms)
        return [fit(profile, said) if said else 0.0 for profile in self._profiles]

    def phrasings(self) -> list[list[str]]:
        """Return each row's title and phrasings, spelt out as questions are: the index has done that work already."""
        rows = self._db.execute("SELECT title, asks FROM page ORDER BY rowid")
        return [_said(title, asks.split(_BETWEEN)) for title, asks in rows]

    def shared(self, rule: int, terms: Sequence[str]) -> list[str]:
        """Return the terms that a rule's page holds, as FTS5 stems them."""
        found = []
        for term in terms:
            query = "SELECT 1 FROM page WHERE page MATCH ? AND rowid = ?"
            if self._db.execute(query, (f'"{term}"', rule)).fetchone():
                found.append(term)
        return found


def spelt(library: Library, cache: Path | None = None, before: Library | None = None) -> list[list[str]]:
    """Return what `Lexical.phrasings` does, where there is no index yet; the arguments are those of `Lexical`."""
    return [_said(page.title, page.asks) for page in _pages(library, _known(library, cache, before))]


def _said(title: str, asks: Iterable[str]) -> list[str]:
    return [text for text in (title, *asks) if text]


def body(rule: Rule) -> list[str]:
    """Return the sentences of a rule that are searched besides its title, phrasings and words."""
    said = [rule.answer, rule.why, rule.who, rule.depends_on, *rule.unless, *rule.roles.values()]
    return [text for text in said if text]


def _open(library: Library, cache: Path | None, before: Library | None = None) -> sqlite3.Connection:
    if cache is None:
        db = sqlite3.connect(":memory:", check_same_thread=False)
        _fill(db, library, _pages(library))
        return db
    place = _place(library, cache)
    for _ in range(2):  # a damaged file is made once more
        with contextlib.suppress(sqlite3.Error, OSError):
            if not place.exists():
                _make(place, library, before)
            db = sqlite3.connect(f"file:{place}?mode=ro", uri=True, check_same_thread=False)
            with contextlib.suppress(sqlite3.Error):
                if db.execute("SELECT count(*) FROM page").fetchone() == (len(library.live) + len(library.decoys),):
                    return db
            db.close()
            place.unlink()
    return _open(library, None)


def _place(library: Library, cache: Path) -> Path:
    return cache / f"index-{_CODE}-{library.digest}.sqlite"


def _make(place: Path, library: Library, before: Library | None) -> None:
    """Write the index beside its place, then move it there: another process sees all of it or none."""
    place.parent.mkdir(parents=True, exist_ok=True)
    known = _known(library, place.parent, before)
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=".index-")
    os.close(handle)
    try:
        if before and known and _rows(before) == _rows(library):
            shutil.copyfile(_place(before, place.parent), name)
            db = sqlite3.connect(name)
            _amend(db, library, known)
        else:
            db = sqlite3.connect(name)
            _fill(db, library, _pages(library, known))
        db.close()
        Path(name).replace(place)
    finally:
        Path(name).unlink(missing_ok=True)
    for old in sorted(place.parent.glob("index-*.sqlite"), key=lambda path: path.stat().st_mtime)[:-3]:
        old.unlink(missing_ok=True)


def _rows(library: Library) -> tuple[list[str], object]:
    """Return what has a row, in order."""
    return [rule.id for rule in library.live], library.decoys


def _known(library: Library, cache: Path | None, before: Library | None) -> "dict[str, _Page]":
    """Return the pages of rules that are as they were, from the index of the book before; none where it is gone."""
    if cache is None or before is None or (before.words, before.facets) != (library.words, library.facets):
        return {}
    now = {rule.id: rule for rule in library.live}
    with contextlib.suppress(sqlite3.Error):
        db = sqlite3.connect(f"file:{_place(before, cache)}?mode=ro", uri=True)
        with contextlib.closing(db):
            return {
                rule.id: _page_in(row)
                for rule, row in zip(before.live, db.execute(f"{_ROWS} ORDER BY rowid"), strict=False)
                if now.get(rule.id) == rule
            }
    return {}


def _page_in(row: tuple[str, str, str, str]) -> "_Page":
    title, *rest = row
    asks, words, said = (tuple(text.split(_BETWEEN)) if text else () for text in rest)
    return _Page(title, asks, words, said)


def _amend(db: sqlite3.Connection, library: Library, known: "dict[str, _Page]") -> None:
    """Put the rules that an edit changed into a copy of the index before it: what it leaves is what `_fill` would."""
    db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
    spell = Reader(library.words, {}).read
    facets = Facets(library.facets)
    taught = False
    for row, rule in enumerate(library.live):
        if rule.id in known:
            continue
        old, new = _page_in(db.execute(f"{_ROWS} WHERE rowid = ?", (row,)).fetchone()), _page(rule, spell)
        db.execute("DELETE FROM page WHERE rowid = ?", (row,))
        db.execute("INSERT INTO page(rowid, title, asks, words, body) VALUES (?, ?, ?, ?, ?)", (row, *_columns(new)))
        gone, come = old.pieces, new.pieces
        changes = [(word, come[word] - gone[word], (word in come) - (word in gone)) for word in {*gone, *come}]
        db.executemany(
            "INSERT INTO word VALUES (?, ?, ?) "
            "ON CONFLICT (word) DO UPDATE SET times = times + excluded.times, rules = rules + excluded.rules",
            changes,
        )
        if (old.title, old.asks, old.words) != (new.title, new.asks, new.words):
            taught = True
            db.execute("DELETE FROM facet WHERE rule = ?", (row,))
            shares = [(row, *each, share) for each, share in facets.profile(new.terms).items()]
            db.executemany("INSERT INTO facet VALUES (?, ?, ?, ?)", shares)
    db.execute("DELETE FROM word WHERE rules = 0")
    if taught:  # each centroid is weighed by what all rules say
        db.execute("DELETE FROM gram")
        pages = [_page_in(row) for row in db.execute(f"{_ROWS} ORDER BY rowid")]
        db.executemany("INSERT INTO gram VALUES (?, ?, ?, ?)", _grams(pages))
    db.commit()


def _columns(page: "_Page") -> tuple[str, str, str, str]:
    return page.title, _BETWEEN.join(page.asks), _BETWEEN.join(page.words), _BETWEEN.join(page.body)


def _fill(db: sqlite3.Connection, library: Library, pages: "Sequence[_Page]") -> None:
    db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
    rows = [(row, *_columns(page)) for row, page in enumerate(pages)]
    db.executemany("INSERT INTO page(rowid, title, asks, words, body) VALUES (?, ?, ?, ?, ?)", rows)
    facets = Facets(library.facets)
    profiles = [facets.profile(page.terms) for page in pages[: len(library.live)]]
    shares = [(row, *each, share) for row, profile in enumerate(profiles) for each, share in profile.items()]
    db.executemany("INSERT INTO facet VALUES (?, ?, ?, ?)", shares)
    times: Counter[str] = Counter()
    spread: Counter[str] = Counter()
    for page in pages:
        times.update(page.pieces)
        spread.update(page.pieces.keys())
    db.executemany("INSERT INTO word VALUES (?, ?, ?)", [(word, n, spread[word]) for word, n in times.items()])
    db.executemany("INSERT INTO gram VALUES (?, ?, ?, ?)", _grams(pages))
    db.commit()


@dataclass(frozen=True)
class _Page:
    """What is indexed of one rule, or of one question outside the book."""

    title: str
    asks: tuple[str, ...]
    words: tuple[str, ...]
    body: tuple[str, ...]

    @cached_property
    def terms(self) -> list[list[str]]:
        """The terms of its title and of each phrasing."""
        return [_terms(text) for text in (self.title, *self.asks)]

    @cached_property
    def pieces(self) -> Counter[str]:
        """How often it has each word, and each piece of one."""
        found = (tokens(text) for text in (self.title, *self.asks, *self.words, *self.body))
        return Counter(piece for token in chain.from_iterable(found) for piece in {token, *pieces(token)})


def _pages(library: Library, known: Mapping[str, _Page] = MappingProxyType({})) -> list[_Page]:
    spell = Reader(library.words, {}).read
    pages = [known[rule.id] if rule.id in known else _page(rule, spell) for rule in library.live]
    return [*pages, *(_Page("", (spell(ask).prose,), (), ()) for _, ask in library.decoys)]


def _page(rule: Rule, spell: Callable[[str], Reading]) -> _Page:
    """A rule's page, spelt out as questions are; words stand both as written and spelt out."""
    return _Page(
        spell(rule.title).prose,
        tuple(spell(ask).prose for ask in rule.asks),
        tuple(dict.fromkeys([*rule.words, *(spell(word).prose for word in rule.words)])),
        tuple(body(rule)),
    )


def _grams(pages: Sequence[_Page]) -> Iterable[tuple[str, float, bytes, bytes]]:
    """Yield each feature with its idf and the centroids that hold it."""
    documents = [[*page.terms, _terms(" ".join(page.words))] for page in pages]
    counted = [[Counter(_features(terms)) for terms in texts] for texts in documents]
    spread = Counter(chain.from_iterable(text for texts in counted for text in texts))
    total = sum(map(len, counted))
    idf = {feature: math.log((1 + total) / (1 + times)) for feature, times in spread.items()}
    postings: dict[str, tuple["array[int]", "array[float]"]] = defaultdict(lambda: (array("H"), array("f")))
    for row, texts in enumerate(counted):
        centroid: defaultdict[str, float] = defaultdict(float)
        for text in texts:
            for feature, weight in _normal(text, idf).items():
                centroid[feature] += weight
        for feature, weight in _unit(centroid).items():
            postings[feature][0].append(row)
            postings[feature][1].append(weight)
    for feature, (rows, weights) in postings.items():
        yield feature, idf[feature], rows.tobytes(), weights.tobytes()


def _normal(text: Counter[str], idf: dict[str, float]) -> dict[str, float]:
    return _unit(
        {
            feature: idf[feature] if times == 1 else (1 + math.log(times)) * idf[feature]
            for feature, times in text.items()
        }
    )


def _unit(vector: dict[str, float]) -> dict[str, float]:
    """Scale stems and trigrams each to length 1."""
    # Written out, not with `_is_stem`: a book has half a million of these, and each new release waits for them.
    stems = grams = 1e-12
    for feature, weight in vector.items():
        if feature[0] == "=":
            stems += weight * weight
        else:
            grams += weight * weight
    stem, gram = math.sqrt(stems), math.sqrt(grams)
    return {feature: weight / (stem if feature[0] == "=" else gram) for feature, weight in vector.items()}


def _terms(text: str) -> list[str]:
    return [piece for token in tokens(text) for piece in pieces(token)]


def _features(terms: Iterable[str]) -> Iterator[str]:
    """Return a text's stems (marked `=`) and the trigrams of its words (a space marks a word's ends).

    Trigrams alone do as well as 2- to 4-grams (88.3 and 88.4 % first on 1,314 questions) at two fifths of the time.
    """
    return chain.from_iterable(map(_features_of, terms))


@lru_cache(maxsize=50_000)
def _features_of(term: str) -> tuple[str, ...]:
    edged = f" {term} "
    return ("=" + _stem(term), *(edged[i : i + 3] for i in range(len(edged) - 2)))


def _is_stem(feature: str) -> bool:
    return feature[0] == "="


_porter = stemmer("porter")


def _stem(term: str) -> str:
    return str(_porter.stemWord(term))

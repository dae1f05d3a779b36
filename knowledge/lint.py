"""What a curator must mend, and what they should look at: each with file and key.

    errors(library, before)    what no release may hold, or what an edit of a book in use brought into it
    warnings(library, today)   what a person should see
    reach(library, matcher)    whether each phrasing finds its own rule
    standing(library, today)   how many rules are draft, checked, weak, due

What the schema refuses (model.py, library.py) never comes this far.
"""

import datetime
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from knowledge.library import Fault, Library
from knowledge.matcher import Matcher
from knowledge.matcher.bands import outgrown
from knowledge.model import Confidence, Rule, State, Status

HARDEST = 12.0  # Flesch-Kincaid grade of an answer: what a tired reader takes in at once
_MONEY = re.compile(r"£ ?\d")
_DATED = re.compile(r"\b(?:19|20)\d\d\b|undated", re.IGNORECASE)


def errors(library: Library, before: Library | None = None) -> list[Fault]:
    """Return what must be mended before a release, rule by rule and action by action.

    Args:
        library: the book.
        before: the book as it is in use: a fault that it has already is left out.
    """
    if before is None:
        return _faults(library, library.rules.keys())
    said = {ident: rule.answer for ident, rule in before.rules.items()}
    changed = {rule.id for rule in library.rules.values() if said.get(rule.id) != rule.answer}
    known = set(_faults(before, changed))
    return [fault for fault in _faults(library, changed) if fault not in known]


def _faults(library: Library, graded: Collection[str]) -> list[Fault]:
    """Return the faults of a book; `graded` rules are read for ease: the first takes a second, for its syllables."""
    live = {rule.id for rule in library.live}
    lost = sorted({ident for pair in library.near.pairs for ident in pair} - library.rules.keys())
    dead = sorted({cell for row in library.general.grid.values() for cell in row.values()} - live)
    found = [Fault("near.toml", "pairs", f"there is no rule {ident!r}: take its pair out") for ident in lost]
    found += [Fault("general.toml", "grid", f"there is no live rule {ident!r}: name one that is") for ident in dead]
    found += [fault for rule in library.rules.values() for fault in _errors(rule, library, rule.id in graded)]
    for contact in library.contacts.values():
        if contact.source not in live:
            say = f"there is no live rule {contact.source!r}: name the one that sends people there"
            found.append(Fault("contacts.toml", f"{contact.id}.source", say))
    for action in library.actions.values():
        file = f"actions/{action.set}/{action.id}.toml"
        found += [Fault(file, key, say) for key, say in _dead_links(action.set, action.letters, library)]
    return found


def warnings(library: Library, today: datetime.date) -> list[Fault]:
    """Return what a person should look at: past dates, missing links, sets and letters that nothing uses."""
    found = [fault for rule in library.rules.values() for fault in _warnings(rule, today)]
    if grown := outgrown(sum(len(rule.asks) for rule in library.live)):
        found.append(Fault("matcher/bands.toml", "phrasings", grown))
    used = {rule.letter for rule in library.rules.values()}
    used |= {letter for action in library.actions.values() for letter in action.letters}
    found += [
        Fault(f"letters/{ident}.toml", "", "no rule and no action uses it")
        for ident in sorted(library.letters.keys() - used)
    ]
    for asker in library.general.askers:
        if cells := [what for who, what in library.general.empty() if who == asker]:
            found.append(Fault("general.toml", f"grid.{asker}", f"no general rule for {', '.join(cells)}"))
    for each in library.sets.values():
        if each.state is State.CURRENT and not any(action.set == each.id for action in library.actions.values()):
            found.append(Fault(f"actions/{each.id}.toml", "state", "a current set without actions"))
    return found


@dataclass(frozen=True)
class Reach:
    """How far the phrasings reach: shares of 0 to 1, and a warning for each that does not find its own rule first."""

    first: float
    among_three: float
    strays: tuple[Fault, ...]


def reach(library: Library, matcher: Matcher) -> Reach:
    """Ask every phrasing as a question: two rules whose phrasings collide show here."""
    first = among = total = 0
    strays = []
    for rule in library.live:
        for number, ask in enumerate(rule.asks, 1):
            ranking = matcher.match(ask).ranking
            total += 1
            among += rule.id in ranking[:3]
            if ranking[:1] == (rule.id,):
                first += 1
            else:
                taken = ranking[0] if ranking else "nothing"
                say = f"{ask!r} is taken for {taken}: say it otherwise, or tell the two apart"
                strays.append(Fault(_file(rule), f"asks.{number}", say))
    whole = total or 1
    return Reach(first / whole, among / whole, tuple(strays))


def standing(library: Library, today: datetime.date) -> list[tuple[str, int, int, int, int, int]]:
    """Count, for each category and for all: rules, drafts, checked, of low confidence, due for review."""
    categories = sorted({rule.category for rule in library.rules.values()})
    rows = [(name, [rule for rule in library.rules.values() if rule.category == name]) for name in categories]
    rows.append(("all", list(library.rules.values())))
    return [
        (
            name,
            len(rules),
            sum(rule.status is Status.DRAFT for rule in rules),
            sum(rule.status is Status.CHECKED for rule in rules),
            sum(rule.confidence is Confidence.LOW for rule in rules),
            sum(rule.due(today) for rule in rules),
        )
        for name, rules in rows
    ]


def due(library: Library, by: datetime.date) -> list[Rule]:
    """Return the live rules whose review falls on or before a day, the earliest first."""
    return sorted((rule for rule in library.live if rule.review_by <= by), key=lambda rule: (rule.review_by, rule.id))


def _file(rule: Rule) -> str:
    return f"rules/{rule.category}/{rule.id}.toml"


def _errors(rule: Rule, library: Library, graded: bool) -> Iterator[Fault]:
    file = _file(rule)
    for key, say in _dead_links("", (rule.letter,) if rule.letter else (), library):
        yield Fault(file, key.replace("letters", "letter"), say)
    for number, basis in enumerate(rule.basis, 1):
        known = library.clauses.get(basis.instrument, ())
        if basis.clause and basis.clause not in known:
            here = f"it has {', '.join(known)}" if known else "none of it is confirmed"
            say = (
                f"{basis.clause!r} of {basis.instrument} is not in clauses.toml ({here}): leave it empty, or confirm it"
            )
            yield Fault(file, f"basis.{number}.clause", say)
    for key, text in _prose(rule):
        if _MONEY.search(text) and not _DATED.search(text) and not (key != "fee" and _DATED.search(rule.fee)):
            yield Fault(file, key, "holds a sum of money without its year: add the year, or say that it is undated")
    if graded and (grade := _grade(rule.answer)) > HARDEST:
        yield Fault(
            file, "answer", f"reads at grade {grade:.1f}, at most {HARDEST:.0f}: shorter sentences, shorter words"
        )


def _dead_links(home: str, letters: Sequence[str], library: Library) -> Iterator[tuple[str, str]]:
    for letter in letters:
        if letter not in library.letters:
            yield "letters", f"there is no letter {letter!r} in letters/: name one that exists, or write it"
    if home and home not in library.sets:
        yield "", f"its set has no file actions/{home}.toml: write it"


def _warnings(rule: Rule, today: datetime.date) -> Iterator[Fault]:
    file = _file(rule)
    if rule.due(today):
        yield Fault(file, "review_by", f"was {rule.review_by}: read it again against its sources, then sign it")
    if rule.checked_on and rule.checked_on > today:
        yield Fault(file, "checked_on", f"{rule.checked_on} is still to come")
    if not any(source.url for source in rule.sources):
        yield Fault(file, "sources", "none has a link: a reader cannot look it up")
    for number, source in enumerate(rule.sources, 1):
        if not source.url and source.publisher != "own knowledge":
            yield Fault(file, f"sources.{number}.url", f"{source.title!r} has no link")


def _prose(rule: Rule) -> Iterator[tuple[str, str]]:
    yield from (("answer", rule.answer), ("why", rule.why), ("who", rule.who), ("fee", rule.fee))
    yield from ((f"unless.{number}", text) for number, text in enumerate(rule.unless, 1))


def _grade(text: str) -> float:
    """Return the Flesch-Kincaid grade: years of schooling that a text asks for."""
    import textstat

    return float(textstat.flesch_kincaid_grade(text))

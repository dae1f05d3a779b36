"""A pasted letter, and the separate requests in it.

    read(text) -> [Asked]       each request in the letter's own words, with what stands before it
    sender(text)                who wrote it, as a question would say it
    question(asked, sender)     one request as the matcher is asked it: who asks, what to do, what with

A letter tells findings, what the hospital does itself, and courtesies; between them it asks things of the practice.
The way of a text, each step a function:

    _lines       markup, quote marks and mail heads taken off, lines that were broken in mid-sentence joined
    _sentences   each line cut
    _addressed   which sentences stand under a heading for the practice ("Actions for GP:")
    _asked       a sentence asks after a cue ("GP to …", "please …"), by who stands behind it ("… by practice nurse"),
                 or under such a heading, where it begins with a deed or names a thing to be done
    _parts       "repeat U&Es, issue fit note and refer to physio" asks three things: each begins with a deed

How letters ask is data: phrases.toml, a row a way of asking, each with words that it is for.
"""

import html
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

FILE = Path(__file__).with_name("phrases.toml")
SHORT = 14  # words: a text of a few lines that has no more was typed, not pasted, and is matched whole
LONG = 25  # and so is one line that has no more, or that asks one thing
LINE = 200  # characters of a line of a letter's head that are read for its sender
LONGEST = 40  # words of one request: more is a text without full stops, and no request


class _Row(BaseModel):
    """One way of saying something, as a pattern, and words of a letter that it is for."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    says: str
    as_in: str


class _Sender(_Row):
    """Who wrote a letter: the pattern of its head, and the name that a question would give."""

    name: str


class _File(BaseModel):
    """What phrases.toml holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    practice: str
    deeds: str
    delivers: str
    things: str
    medicate: str
    dose: str
    cues: tuple[_Row, ...]
    behind: tuple[_Row, ...]
    courtesies: tuple[_Row, ...]
    safety_net: tuple[_Row, ...]
    facts: tuple[_Row, ...]
    ahead: tuple[_Row, ...]
    headings: tuple[_Row, ...]
    others: tuple[_Row, ...]
    own: tuple[_Row, ...]
    senders: tuple[_Sender, ...]


@dataclass(frozen=True)
class Phrases:
    """The ways of asking, ready to be searched in small letters."""

    cue: re.Pattern[str]
    behind: re.Pattern[str]
    courtesy: re.Pattern[str]
    safety_net: re.Pattern[str]
    fact: re.Pattern[str]
    ahead: re.Pattern[str]
    heading: re.Pattern[str]
    other: re.Pattern[str]
    own: re.Pattern[str]
    deed: re.Pattern[str]
    delivers: re.Pattern[str]
    thing: re.Pattern[str]
    medicate: re.Pattern[str]
    dose: re.Pattern[str]
    senders: tuple[tuple[re.Pattern[str], str], ...]


@dataclass(frozen=True)
class Asked:
    """One request of a letter.

    `text` is in the letter's own words; `before` is the last that the letter named before it: what "this" is.
    """

    text: str
    before: str = ""


@cache
def phrases() -> Phrases:
    """Read phrases.toml, once.

    Raises:
        pydantic.ValidationError: a row lacks its pattern or its words.
    """
    file = _File(**tomllib.loads(FILE.read_text(encoding="utf-8")))

    def any_of(rows: Iterable[_Row]) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{row.says})" for row in rows).replace("<practice>", f"(?:{file.practice})"))

    def words(said: str) -> str:
        return "|".join(sorted(said.split(), key=len, reverse=True))

    deed = rf"(?:{words(file.deeds)})(?:e?s)?\b"
    return Phrases(
        cue=any_of(file.cues),
        behind=any_of(file.behind),
        courtesy=any_of(file.courtesies),
        safety_net=any_of(file.safety_net),
        fact=any_of(file.facts),
        ahead=any_of(file.ahead),
        heading=any_of(file.headings),
        other=any_of(file.others),
        own=any_of(file.own),
        deed=re.compile(rf"(?:also |then |to |kindly |please )*{deed}(?! ?[:/])"),
        delivers=re.compile(rf"(?:then |to )*(?:{words(file.delivers)})\b"),
        thing=re.compile(rf"\b(?:{'|'.join(file.things.splitlines())})\b"),
        medicate=re.compile(rf"(?:{words(file.medicate)})(?:e?s)?\b"),
        dose=re.compile(file.dose),
        senders=tuple((re.compile(row.says), row.name) for row in file.senders),
    )


def read(text: str) -> list[Asked]:
    """Find the requests of a pasted text.

    Args:
        text: a letter, or the part of it that asks; markup, quote marks and broken lines are borne.

    Returns:
        The requests in the letter's order, each once; empty where the text asks nothing of the practice.
    """
    found: dict[str, Asked] = {}
    for sentence, before, addressed, listed in _addressed(_lines(text)):
        for asked in _asked(sentence, before, addressed, listed):
            short = _LOOSE.sub("", _LEAD.sub("", " ".join(asked.text.split()[:LONGEST])))
            if len(short.split()) >= 2 or phrases().thing.search(short.lower()):
                found.setdefault(short.lower(), Asked(short, asked.before))
    return list(found.values())


def is_letter(text: str, found: list[str]) -> bool:
    """Say whether a text is a pasted letter rather than a question.

    Args:
        text: as pasted or typed.
        found: its requests.

    Returns:
        True where it asks three things, or fewer in much else, and does not ask whose work it is.
    """
    lines = [line.lower() for line in text.splitlines() if line.strip()]
    if not found or any(phrases().own.search(line) for line in (lines[0], lines[-1])):
        return False
    last = _sentences(lines[-1])
    if last and last[-1].endswith("?") and not _cues(last[-1]):
        return False
    asking = sum(bool(_cues(sentence.lower())) for line in lines for sentence in _sentences(line))
    if asking >= 2 and len(found) >= 2 and len(text.split()) > SHORT:
        return True
    much = len(text.split()) > (SHORT if len(lines) > 1 else LONG)
    return len(found) >= 3 or (much and (len(found) == 2 or len(lines) > 1))


_BULLET = re.compile(r"^(?:[-*\u2022\u00b7\u2013\u25cf\u25aa\uf0b7>]+|\(?\d{1,2}[.)](?!\d)|\(?[a-z]\))\s*", re.I)
_MAIL_HEAD = re.compile(r"^(?:from|sent|to|cc|bcc|subject|date):", re.I)
_MARKUP = re.compile(r"<(?:br|/p|/li|/div|/tr|/h\d)\b[^<>]{0,100}>", re.I)
_TAG = re.compile(r"</?[a-z][^<>]{0,200}>", re.I)
_WRAPPED = 45  # characters: a line this long that ends in mid-sentence was broken by a page, not by its writer
_RUNS_ON = re.compile(
    r"(?:,|\b(?:the|and|of|for|with|in|a|an|at|his|her|their|your|by|or|if|is|would|could|kindly))$", re.I
)
_GOES_ON = re.compile(r"(?:TO|OF|AND|OR|WITH|IN|AT|BY|FROM|UNTIL|THE)\b")  # a line of a letter in capitals


def _quoted(text: str) -> str:
    """The quoted part of a question that quotes a letter; else all of it."""
    inside = re.findall(r'"([^"]{15,})"', text.replace("\u201c", '"').replace("\u201d", '"'))
    return "\n".join(inside) if inside else text


def _lines(text: str) -> list[str]:
    """Cut a text into its lines, as its writer broke them."""
    bare = html.unescape(_TAG.sub(" ", _MARKUP.sub("\n", _quoted(text))))
    lines: list[str] = []
    runs: list[str] = []  # of the line that is being put together: joined once, so that a long text stays quick

    def close() -> None:
        if runs:
            lines.append(" ".join(runs))
            runs.clear()

    for raw in bare.splitlines():
        line = " ".join(re.sub(r"^[\s>|]+", "", raw).split())
        if not line or _MAIL_HEAD.match(line):
            close()
            continue
        last = runs[-1] if runs else ""
        long = line[0].islower() and len(last) >= _WRAPPED and not phrases().deed.match(line)
        broken = long or _RUNS_ON.search(last) or (_GOES_ON.match(line) and last.isupper())
        if last and last[-1] == "-" and line[0].islower() and last[-2:-1].isalpha():
            runs[-1] = last[:-1] + line  # a word that the page cut in two
        elif last and broken and last[-1] not in ".:;?!" and not _BULLET.match(line):
            runs.append(line)
        else:
            close()
            runs.append(line)
    close()
    return lines


_CUT = re.compile(
    r"(?<=[.!?])\s+(?=[A-Z0-9(-])"  # a full stop, and a capital or a number after it
    r"|(?<=[a-z]{3}[.!?])\s+(?=[a-z])"  # typed without capitals; three letters, so that "e.g. this" stays whole
    r"|;\s*|\s+[\u2022\u25cf\uf0b7*]\s+"
)


_NUMBERED = re.compile(r"(?:^|\s)1[.)]\s")
_NUMBER = re.compile(r"\s+(?=\d{1,2}[.)]\s)")


def _sentences(line: str) -> list[str]:
    parts = _CUT.split(line)
    if _NUMBERED.search(line):
        parts = [piece for part in parts for piece in _NUMBER.split(part)]
    return [part for part in parts if re.search(r"[^\W\d]", part)]


_HEADED = re.compile(r"^\W*([^:\u2013]{1,60}?)\s*(?::|\u2013| -)\s*(.*)$")


_SPOKEN = re.compile(r"\b(?:we|you)\b")  # without a colon "we need a report" is no heading
_BELOW = re.compile(r"(?:yes|y|as|see|below|the|following|detailed|listed|follows|\W)*")  # "GP action required: yes"


def _addressed(lines: list[str]) -> Iterator[tuple[str, str, bool, bool]]:
    """Yield each sentence, the one before it, whether a heading addresses it to the practice, whether it is listed."""
    known = phrases()
    before = ""
    addressed = bulleted = inline = False
    for line in lines:
        mark = _BULLET.match(line)
        if not mark and (bulleted or inline):
            addressed = False  # the list, or the line, that the heading was for has ended
        bulleted = bool(mark) and addressed
        inline = False
        for sentence in _sentences(line[mark.end() :] if mark else line):
            said = sentence
            headed = _HEADED.match(said)
            head = (headed.group(1) if headed else said).strip(" *_#=.-").lower()
            whole = headed or not _SPOKEN.search(head)
            if whole and len(head.split()) <= 12 and known.heading.fullmatch(head):
                addressed, said = True, headed.group(2) if headed else ""
                said = "" if _BELOW.fullmatch(said.lower()) else said
                inline = bool(said)
            elif addressed and headed and known.deed.match(headed.group(2).lower()):
                said = headed.group(2)  # a label of one line: "Details: take clips out"
            elif known.other.search(said.lower()):
                addressed = False
            if said:
                yield said, before, addressed, bool(mark) or inline
                before = sentence if not before or _names(sentence.lower()) else before


# A dose that is changed or ended is no new prescription: the book says these as letters do.
_CHANGED = re.compile(r"(?:convert|decrease|increase|reduce|stop|switch|titrate|up-?titrate|wean)\b")
_GIVEN = re.compile(r"\b(?:started|commenced|changed|switched|given|prescribed)\b")


def _names(low: str) -> bool:
    """Whether a sentence names a test, a form or a medicine that a later "this" may mean."""
    return bool(phrases().thing.search(low) or phrases().dose.search(low) or _GIVEN.search(low))


def _asked(sentence: str, before: str, addressed: bool, listed: bool) -> list[Asked]:
    """Return what one sentence asks."""
    known, low = phrases(), sentence.lower()
    cues = _cues(low)
    if not cues:
        return [Asked(part, before) for part in _uncued(sentence, addressed, listed)]
    found: list[Asked] = []
    start = 0
    for number, (begin, end) in enumerate(cues):
        stop = cues[number + 1][0] if number + 1 < len(cues) else len(sentence)
        ahead = _OPENING.sub("", sentence[start:begin].strip(" ,;:-\u2013."))
        rest = _FILLER.sub("", sentence[end:stop]).strip(" ,;:-\u2013.")
        start = stop
        low_rest = rest.lower()
        if ahead and number == 0 and known.behind.search(ahead.lower()):
            found += [Asked(part, before) for part in _uncued(ahead, addressed, listed)]
            ahead = ""
        if known.courtesy.match(low_rest) or (_SEEK.match(low_rest) and known.safety_net.search(low_rest)):
            continue
        if known.deed.match(low_rest) and len(rest.split()) > 1 and not _BARE.fullmatch(low_rest):
            found += [Asked(part, ahead or before) for part in _parts(rest)]
        elif ahead and number == 0:
            found.append(Asked(sentence[:stop], before))  # "Blister pack please": what is asked stands before the cue
        elif len(rest.split()) > 1:
            found += [Asked(part, before) for part in _parts(rest)]
        elif found:
            found[-1] = Asked(f"{found[-1].text} {sentence[begin:stop]}", found[-1].before)
    return found


_FILLER = re.compile(
    r"^(?:[\s,:]*\b(?:to|if|that|you'd|you|your|the practice|the gp|gp|could|would|can|will|also|kindly|please"
    r"|(?:be|were|is|are) able to|now|arrange to|possible|wish to)\b(?! nurse))*[\s,:]*",
    re.I,
)
_OPENING = re.compile(
    r"^(?:(?:and|so|also|therefore|we|i|would|should|be|most|very|much|thus|then|please)(?:[\s,]+|$))+$", re.I
)
_SEEK = re.compile(r"(?:see|contact|attend|return|seek|come|ring|call|consult|go|re-?attend)\b")
_BARE = re.compile(r"(?:\w[\w-]*)(?: (?:it|this|that|them|please|thanks|thank you|today|asap|accordingly|so))*")


def _cues(low: str) -> list[tuple[int, int]]:
    """Return where each cue begins and ends; cues with nothing but small words between them are one."""
    found: list[tuple[int, int]] = []
    for cue in phrases().cue.finditer(low):
        if found and _NAMED.search(low[found[-1][1] : cue.start()]):
            continue  # "arrange for the practice nurse to take it": whom it is for, within the request
        if found and re.fullmatch(
            r"[\s,]*(?:if|that|so|and|be|can|could|would|you|you'd|whether)?[\s,]*", low[found[-1][1] : cue.start()]
        ):
            found[-1] = found[-1][0], cue.end()
        else:
            found.append(cue.span())
    return found


_NAMED = re.compile(
    r"\b(?:for|with|by|at|from|of|or|ask|asks|contact|visit|see)(?: (?:a|an|the|your|their|own|nhs))*[\s,]*$"
)
_LEAD = re.compile(r"^[\s.,;:-]*(?:(?:to|and|also|then|so)\s+)*", re.I)
_LOOSE = re.compile(r"(?:[\s,.;:?-]|\b(?:and|or|the|for|a|to|then)(?=[\s,.;:?-]*$))+$", re.I)


def _uncued(sentence: str, addressed: bool, listed: bool) -> list[str]:
    """Return what a sentence without a cue asks: by who stands behind it, or by the heading above it."""
    known, low = phrases(), sentence.lower()
    if known.safety_net.search(low):
        return []
    if known.behind.search(low):
        return _parts(sentence) if known.ahead.search(low) or not known.fact.search(low) else []
    if not addressed:
        return []
    if known.deed.match(low):
        return _parts(sentence)
    if known.fact.search(low):
        return []
    return [sentence] if (listed and len(low.split()) <= 14) or known.thing.search(low) else []


_LIST = re.compile(
    r"(\s*(?:;|,(?: and| then| also)?|\band(?: also| then| to| please| kindly)?|&|\bplus|\+|\bthen)\s+"
    r"(?:to |also |then )*)"
)


def _parts(request: str) -> list[str]:
    """Cut a list where each part begins with a deed of its own."""
    known = phrases()
    first, *more = _LIST.split(request.strip(" ."))
    parts = [[first]]
    for gap, piece in zip(more[::2], more[1::2], strict=True):
        low = piece.lower()
        if known.deed.match(low) and not known.delivers.match(low) and len(low.split()) > 1:
            parts.append([piece])
        else:
            parts[-1] += [gap, piece]
    return [said for part in parts if (said := "".join(part).strip(" .,"))]


def sender(text: str) -> str:
    """Say who a letter is from, as a question would say it; a hospital where its head does not tell.

    Args:
        text: the letter. Its first three lines are read, each up to what it asks: "refer to physio" is not from one.
    """
    known = phrases()
    head = [known.cue.split(line.lower(), maxsplit=1)[0] for line in _head(text)]
    return next((name for pattern, name in known.senders if any(map(pattern.search, head))), "hospital")


def _head(text: str) -> list[str]:
    """The first three lines that hold words; of a first line that runs on, its first sentence."""
    lines = [" ".join(line.split())[:LINE] for line in text.splitlines() if re.search(r"[^\W\d]", line)][:3]
    return (
        [next(iter(_sentences(lines[0])), lines[0]) if len(lines[0]) > 2 * _WRAPPED else lines[0], *lines[1:]]
        if lines
        else []
    )


_POINTS_BACK = re.compile(
    r"\b(?:it|them|both|the same"
    r"|(?:this|these|one)(?! (?:days?|weeks?|months?|years?|hours?|time|morning|afternoon)\b))\b",
    re.I,
)
NAMED = 12  # words of what stands before that are carried over: the whole of it would drown the request


def question(asked: Asked, who: str) -> str:
    """Word a request as the matcher is asked it: who asks, what to do, what with.

    Args:
        asked: the request.
        who: its sender.

    Returns:
        "hospital clinic asks gp to …". A medicine is said to be prescribed, for letters say "start" and "continue"
        where the book says "prescribe"; what "this" points back to is added.
    """
    known, low = phrases(), asked.text.lower()
    medicine = known.dose.search(low) or (known.medicate.match(low) and not known.thing.search(low))
    plain = not _CHANGED.match(low) and "prescri" not in low and "script" not in low
    prescribe = "prescribe " if medicine and plain else ""
    back = " ".join(asked.before.split()[:NAMED]) if _POINTS_BACK.search(low) else ""
    return f"{who} asks gp to {prescribe}{asked.text}" + (f" ({back})" if back else "")

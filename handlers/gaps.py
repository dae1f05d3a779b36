"""What the book lacks: questions that it did not answer, put together by likeness, and what an officer makes of them.

    gaps                       those of three people or more, a few at a time        gaps page 2
    gaps draft 12              a rule begun for it, in the curator's own folder
    gaps phrase 12 RULE        one more phrasing of a rule, proposed there
    gaps drop 12               no gap: it is shown no more

A question that came to no rule, an answer that was not the question's, an answer that is wrong or out of date. People
are counted, not questions; what fewer than three asked is counted and never shown. Nothing here changes the book.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice

from handlers.ask import MASKED
from handlers.chat import Button, Headline, House, Part, Person, Reply, Section, Small, kept
from handlers.feedback import is_number
from handlers.office import is_open
from handlers.records import Kind, Lack, Line, LineState, Missed, Towards
from knowledge.curate import CannotError, Said
from knowledge.model import Rule

LEAST = 3  # people: what fewer asked is never shown
MOST = 5_000  # questions that are looked at: the last ones
PAGE = 3  # gaps shown at a time, three buttons each
PAGES = 10  # each gap up to the page that is shown costs a match in the thread of the answers
WRONG = 5  # rules named that are said to be wrong
_SAID = {Lack.NONE: "no rule", Lack.NOT: "not the question", Lack.WRONG: "wrong or out of date"}
_ALL = Button("All gaps", "gaps")
_NO_FOLDER = (
    "There is no folder for it. Make one, such as our-rules, name it in config.toml under [book] as "
    'local = ["our-rules"], and start the bot again.'
)


@dataclass(frozen=True)
class Gap:
    """What several people asked in vain: `centre` is the question that is most like the others.

    `people` is how many, in all and for each reason; `near` is the rule that comes nearest and was not put aside.
    """

    centre: Missed
    people: int
    lacks: tuple[tuple[Lack, int], ...]
    near: Rule | None


@dataclass(frozen=True)
class Found:
    """All that the book lacks, in the words of who asked: each group of three people or more, the most people first.

    `rest` is how many questions fewer than three people asked.
    """

    groups: tuple[tuple[Missed, ...], ...]
    rest: int


def fits(words: Sequence[str], house: House) -> bool:
    """Whether words are what follows `gaps`; "gaps in the rota" is a question."""
    match list(words):
        case []:
            return True
        case ["page" | "draft" | "drop", number]:
            return is_number(number)
        case ["phrase", number, rule]:
            return is_number(number) and rule in house.library.rules
    return False


def gaps(words: Sequence[str], house: House, person: Person) -> Reply:
    """Show what the book lacks, or do something about it."""
    match list(words):
        case ["draft", number]:
            return _draft(int(number), house, person)
        case ["phrase", number, rule]:
            return _phrase(int(number), house.library.rules[rule], house, person)
        case ["drop", number]:
            return _drop(int(number), house, person)
        case ["page", number]:
            return _page(min(max(1, int(number)), PAGES), house)
    return _page(1, house)


def found(house: House) -> Found | None:
    """Find what the book lacks.

    Returns:
        What it is; None where that takes a moment still: ask again.
    """
    asked: defaultdict[str, list[Missed]] = defaultdict(list)
    for each in kept(house).gaps.missed(MOST):
        if said := " ".join(MASKED.sub(" ", each.text).split()):
            asked[said].append(each)
    groups = house.alike(house.matcher, tuple(sorted(asked)))
    if groups is None:
        return None
    dropped = kept(house).gaps.dropped()
    shown, placed, rest = [], set[str](), 0
    for group in groups:
        placed.update(group)
        members = tuple(each for said in group for each in asked.get(said, ()))
        if any(each.number in dropped for each in members):
            continue
        if _people(members) < LEAST:
            rest += len(members)
        else:
            shown.append(members)
    rest += sum(len(each) for said, each in asked.items() if said not in placed)  # asked since they were put together
    shown.sort(key=lambda members: (-_people(members), members[0].text))
    return Found(tuple(shown), rest)


def _people(members: Iterable[Missed]) -> int:
    return len({each.who for each in members})


def _gaps(held: Found, house: House) -> Iterator[Gap]:
    """Yield the gaps, but those that the book has filled since; each costs a match, so no more than are shown."""
    for members in held.groups:
        aside = {each.rule for each in members}
        match = house.matcher.match(MASKED.sub(" ", members[0].text))
        if match.rule and match.rule not in aside:
            continue
        near = next((house.library.rules[ident] for ident in match.ranking if ident not in aside), None)
        by_lack = ((lack, _people(each for each in members if each.lack is lack)) for lack in Lack)
        yield Gap(members[0], _people(members), tuple((lack, people) for lack, people in by_lack if people), near)


def _page(page: int, house: House) -> Reply:
    held = found(house)
    return _moment() if held is None else _shown(held, page, house)


def _moment() -> Reply:
    said = "I am putting the questions together. Send `gaps` again in a minute."
    return Reply((Headline("▤", "ONE MOMENT"), Section("", (said,))), (_ALL,))


def _members(number: int, house: House) -> tuple[Missed, ...] | Reply:
    """Return the gap that a question belongs to, what is shown for it first, or say why there is none.

    A number can be typed: what fewer than three asked stays unread by whichever way it is asked for.
    """
    held = found(house)
    if held is None:
        return _moment()
    for group in held.groups:
        if any(each.number == number for each in group):
            return group
    said = (
        f"Question {number} is in no gap that can be shown: fewer than three people asked it, it was put aside, or its "
        "words are not kept any more."
    )
    return Reply((Headline("–", "NO SUCH GAP"), Section("", (said,))), (_ALL,))


def _shown(held: Found, page: int, house: House) -> Reply:
    begin = (page - 1) * PAGE
    upto = list(islice(_gaps(held, house), begin, begin + PAGE + 1))
    some, further = upto[:PAGE], upto[PAGE:]
    parts: list[Part] = [Headline("▤", "WHAT THE BOOK LACKS" if some else "NO GAP THAT CAN BE SHOWN")]
    buttons: list[Button] = []
    for number, gap in enumerate(some, begin + 1):
        parts.append(Section(f"{number}. {gap.people} people", (f"“{gap.centre.text}”", _why(gap))))
        ident = gap.centre.number
        buttons += [
            Button(f"{number} Draft a rule", f"gaps draft {ident}"),
            Button(f"{number} Not a gap", f"gaps drop {ident}"),
        ]
        if gap.near:
            buttons.append(Button(f"{number} Add to: {gap.near.title}", f"gaps phrase {ident} {gap.near.id}"))
    if held.rest:
        many = f"{held.rest:,} question{'s'[: held.rest != 1]} that fewer than three people asked."
        parts.append(Section("", (f"{'And ' * bool(some)}{many}",)))
    wrong = kept(house).gaps.wrong() if page == 1 else []
    if wrong:
        parts.append(Section("Said to be wrong or out of date", tuple(_told(*each, house) for each in wrong[:WRONG])))
    if further and page == PAGES:
        parts.append(Section("", ("There are more. Draft, or put aside, what stands before them.",)))
    parts.append(Small(f"People are counted, not questions, of the last {house.keep_days} days."))
    if further and page < PAGES:
        buttons.append(Button("More", f"gaps page {page + 1}"))
    return Reply(tuple(parts), tuple(buttons), again="gaps" if page == 1 else f"gaps page {page}")


def _why(gap: Gap) -> str:
    return " · ".join(f"{_SAID[lack]}: {people}" for lack, people in gap.lacks)


def _told(rule: str, people: int, house: House) -> str:
    title = house.library.rules[rule].title if rule in house.library.rules else "not in the book any more"
    hidden = ", hidden" if house.hidden(rule) else ""
    return f"{rule} ({title}): {people} {'person' if people == 1 else 'people'}{hidden}"


def _draft(number: int, house: House, person: Person) -> Reply:
    """Begin a rule for a question."""
    members = _members(number, house)
    if isinstance(members, Reply):
        return members
    if house.drawer is None:
        return _cannot(_NO_FOLDER)
    text = members[0].text
    said = " ".join(MASKED.sub(" ", text).split())
    masked = said != " ".join(text.split())
    ranking = house.matcher.match(said).ranking
    category = house.library.rules[ranking[0]].category if ranking else house.library.live[0].category
    answers = _answers(members, house)
    try:
        path = house.drawer.draft(said, "" if masked else text, answers, category, house.library)
    except CannotError as error:
        return _cannot(str(error))
    _note("draft", number, house, person)
    ident = path.name.removesuffix(".toml.new")
    steps = [
        "The question held what was masked: write the phrasings yourself." if masked else "The question stands in it.",
        *_whose(answers, text),
        "Fill in the rest, and choose the id and the category: both are the file's place, and a guess of mine.",
        f"Rename it to {ident}.toml, then run: pushback rules check",
    ]
    return Reply(
        (Headline("✔", "A RULE IS BEGUN"), Section("File", (str(path),)), Section("Then", tuple(steps))), (_ALL,)
    )


def _answers(members: Sequence[Missed], house: House) -> list[Said]:
    """Return what officers wrote in the closed exchanges about a gap, oldest first, but the gap's own question first.

    Several may have asked in the same words: it is the words that tell whether an answer is to that very question.
    """
    desk, found = kept(house).desk, list[Said]()
    for number in kept(house).gaps.exchanges([each.number for each in members]):
        item = desk.by_id(number)
        about = _one_line(item.text) if item else ""
        found += [Said(_one_line(each.text), about) for each in desk.lines(number) if _is_answer(each)]
    return sorted(found, key=lambda said: said.about != _one_line(members[0].text))


def _is_answer(line: Line) -> bool:
    answers = line.kind is Kind.WORDS and line.towards is Towards.ASKER and line.state is LineState.SENT
    return answers and bool(line.text)


def _whose(answers: Sequence[Said], asked: str) -> list[str]:
    """Say whose answer stands in a draft, and that somebody must read it."""
    if not answers:
        return []
    first = answers[0]
    whose = (
        "is what your desk first wrote to this question"
        if first.about == _one_line(asked)
        else f"is what your desk wrote to another one that is like it, “{first.about}”"
    )
    others = f" All {len(answers)} messages that your desk wrote stand above it." * (len(answers) > 1)
    return [f"The answer {whose}: “{first.text}”. Read whether it fits.{others}"]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _phrase(number: int, rule: Rule, house: House, person: Person) -> Reply:
    """Propose a question as one more phrasing of a rule."""
    members = _members(number, house)
    if isinstance(members, Reply):
        return members
    if house.drawer is None:
        return _cannot(_NO_FOLDER)
    text = " ".join(members[0].text.split())
    if MASKED.search(text):
        return _cannot(f"“{text}” held what was masked: say it in other words, and type that into {rule.id}.toml.")
    try:
        path = house.drawer.phrase(rule, text)
    except CannotError as error:
        return _cannot(str(error))
    _note("phrase", number, house, person)
    steps = (
        f"It is the whole rule, with “{text}” added. The rule itself is as it was.",
        f"Compare the two, rename it to {rule.id}.toml, then run: pushback rules check",
    )
    return Reply(
        (Headline("✔", "A PHRASING IS PROPOSED"), Section("File", (str(path),)), Section("Then", steps)), (_ALL,)
    )


def _drop(number: int, house: House, person: Person) -> Reply:
    """Put a gap aside: neither it nor what is asked like it is shown again, as long as the question is kept."""
    members = _members(number, house)
    if isinstance(members, Reply):
        return members
    kept(house).gaps.drop(number, house.now())
    _note("drop", number, house, person)
    said = f"“{members[0].text}”, and what is asked like it, is shown here no more."
    return Reply((Headline("✔", "NOT A GAP"), Section("", (said,))), (_ALL,))


def _note(what: str, number: int, house: House, person: Person) -> None:
    kept(house).audit.note(house.now(), person.account, f"gaps {what}", str(number))


def _cannot(said: str) -> Reply:
    return Reply((Headline("–", "NOTHING WAS WRITTEN"), Section("", (said,))), (_ALL,))


def weekly(house: House) -> Reply | None:
    """Write the card of the week for the officers; None where there is nothing to show, or it takes a moment still."""
    held = found(house)
    return _shown(held, 1, house) if held and _worth(held, house) else None


def _worth(held: Found, house: House) -> bool:
    return any(True for _ in _gaps(held, house)) or bool(kept(house).gaps.wrong())


def tend(house: House) -> bool:
    """Once a week, when the office first opens, write down the card that goes to the officers' room; whether it was."""
    records = house.records
    if records is None or records.desk.room() is None or not is_open(house.now(), house.office):
        return False
    today = house.today()
    monday = (today - timedelta(today.weekday())).isoformat()
    if records.gaps.week_begun(monday) or (held := found(house)) is None:
        return False
    with records.upkeep.together():
        if not records.gaps.begin_week(monday):
            return False
        if _worth(held, house):
            records.desk.add(Line(0, Kind.GAPS, Towards.DESK, house.now()))
    return True


def card(_line: Line, house: House) -> Reply:
    """Write the week's card as it stands when it goes out."""
    return replace(weekly(house) or _page(1, house), stays=True)

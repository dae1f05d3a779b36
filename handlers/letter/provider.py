"""To whom a letter goes: asked only where it must be, from what the practice named last and what its area has."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from handlers.chat import Button, Headline, House, Person, Reply, Section, Small
from handlers.letter.wish import SKIP, Wish
from knowledge.directory import HEALTH_BOARDS, Directory, Practice
from knowledge.model import Kind, Letter

LAST = 3  # providers that the practice named last, offered first
OFFERED = 8  # in all
_ASKED = frozenset({Kind.PROVIDER, Kind.REFERRAL})  # letters that go to a trust


def named(code: str, directory: Directory) -> str:
    """Name a provider: a trust, an ICB or a health board; "" where the code is none of them."""
    if code in directory.trusts:
        return directory.trusts[code].name
    if code in directory.icbs or code in HEALTH_BOARDS:
        return directory.area(code)
    return ""


def settled(wish: Wish, letter: Letter, house: House, person: Person) -> Wish:
    """Put in the provider that needs no question: the ICB or health board, where the letter goes to it."""
    practice = of_person(person, house)
    if wish.provider or not practice or letter.kind is not Kind.COMMISSIONER:
        return wish
    return replace(wish, provider=practice.area)


def must_ask(wish: Wish, letter: Letter, house: House, person: Person) -> bool:
    """Whether the person is to be asked for the provider: their practice is known, and the letter goes to a trust."""
    asked = letter.kind in _ASKED and wish.wording != "patient"
    return asked and not wish.provider and of_person(person, house) is not None


def of_person(person: Person, house: House) -> Practice | None:
    """The practice that a person speaks for."""
    member = person.member
    return house.directory().practices.get(member.practice) if member and member.practice else None


def ask(wish: Wish, house: House, person: Person) -> Reply:
    """Ask for the provider of a letter."""
    about = "; ".join(rule.title for rule in wish.rules)
    head = "ABOUT WHICH PROVIDER?" if wish.wording == "escalate" else "A LETTER TO WHOM?"
    return choose(Headline("✉", head), about, _to(wish), wish.sentence(), house, person)


def choose(head: Headline, about: str, to: Callable[[str], str], again: str, house: House, person: Person) -> Reply:
    """Ask for a provider: those named last, those of the area, a way to search, and a way on without.

    Args:
        head: what is asked.
        about: what it is for, in a small line.
        to: makes the sentence for a provider's code, or for `skip`.
        again: the sentence that asks this once more; `at derby` said after it looks for a provider.
        house: the directory and what was named before.
        person: whose practice it is.
    """
    practice = of_person(person, house)
    directory, last = house.directory(), _last(person, house)
    near = sorted(
        (trust.name, code) for code, trust in directory.trusts.items()
        if practice and trust.icb and trust.icb == practice.area and not trust.closed
    )  # fmt: skip
    boards = [practice.board] if practice and practice.board else []
    codes = list(dict.fromkeys([*last, *boards, *(code for _, code in near)]))[:OFFERED]
    said = Section("", ("Pick one, or type `at` and part of its name, such as: at derby",))
    parts = (head, said, Small(about)) if about else (head, said)
    return Reply(parts, (*_buttons(codes, to, directory), _skip(to)), again=again)


def found(wish: Wish, house: House, person: Person) -> Reply:
    """Offer the providers that part of a name may mean, for a letter."""
    return matching(wish.looked_for, _to(wish), replace(wish, looked_for="").sentence(), house, person)


def matching(name: str, to: Callable[[str], str], again: str, house: House, person: Person) -> Reply:
    """Offer the providers that part of a name may mean; arguments as in `choose`."""
    directory, practice = house.directory(), of_person(person, house)
    trusts = directory.find(name, "trust", practice.area if practice else "")
    codes = [trust.code for trust in trusts if not trust.closed]
    head = "WHICH OF THESE?" if codes else "I KNOW NO PROVIDER LIKE THAT"
    said = "Or type `at` and another part of its name." if codes else "Try another part of its name, or leave the gap."
    parts = (Headline("?", head), Section("", (said,)))
    return Reply(parts, (*_buttons(codes, to, directory), _skip(to)), again=again)


def unknown(wish: Wish, house: House, person: Person) -> Reply:
    """Say that a code is nobody's, and what is like it."""
    reply = found(replace(wish, looked_for=wish.provider, provider=""), house, person)
    head = Headline("?", f"NO PROVIDER HAS THE CODE {wish.provider}")
    return replace(reply, parts=(head, *reply.parts[1:]))


def _last(person: Person, house: House) -> list[str]:
    member = person.member
    return house.records.incidents.last_providers(member.practice, LAST) if house.records and member else []


def _buttons(codes: Iterable[str], to: Callable[[str], str], directory: Directory) -> list[Button]:
    names = [(code, named(code, directory)) for code in codes]
    return [Button(shortened(name), to(code)) for code, name in names if name]


def _skip(to: Callable[[str], str]) -> Button:
    return Button("Skip", to(SKIP))


def _to(wish: Wish) -> Callable[[str], str]:
    return lambda code: replace(wish, provider=code, looked_for="").sentence()


def shortened(name: str) -> str:
    """Leave out of a trust's name what every trust's name has."""
    for ending in (" NHS Foundation Trust", " NHS Trust", " University Health Board"):
        name = name.removesuffix(ending)
    return name

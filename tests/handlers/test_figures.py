"""Conversations of an officer with the figures, over a ledger of many practices."""

import dataclasses
import random

import pytest

from bot.app import App
from handlers.chat import Ask, Person, Reply, plain_text
from handlers.records import Incident, Rank, Records, Wrong

OFFICER, GP = Person("test", "900"), Person("test", "1")
TEES, DURHAM = "RVW", "RXP"  # trusts


def say(app: App, text: str, person: Person = OFFICER) -> Reply:
    return app.handle(Ask(person, text))


def said(app: App, text: str, person: Person = OFFICER) -> str:
    return plain_text(say(app, text, person))


def kept(app: App) -> Records:
    assert app.house.records
    return app.house.records


@pytest.fixture
def busy(remembering: App) -> App:
    """Eight months in which forty practices of one sub-ICB sent work back; and one practice alone of another."""
    rng = random.Random(7)  # noqa: S311 - the same ledger each time
    practices = [code for code, each in remembering.house.directory().practices.items() if each.sub_icb == "16C"][:40]
    rules = ("hospital-fit-note", "bloods-before-outpatient-clinic", "onward-referral-related")
    for month in ("2026-03", "2026-04", "2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10"):
        for number in range(150):
            provider, rule = rng.choice((TEES, TEES, DURHAM)), rng.choice(rules)
            day = f"{month}-{1 + number % 28:02}"
            kept(remembering).incidents.add(Incident(day, rng.choice(practices), Wrong.LETTER, provider, rule), number)
    for _ in range(5):
        kept(remembering).incidents.add(Incident("2026-10-02", "A81002", Wrong.ABUSE, detail="threats"), 1)
    return remembering


def test_an_officer_sees_figures_that_name_no_practice(busy: App) -> None:
    reply = say(busy, "figures")
    text = plain_text(reply)
    assert text.startswith("▤ REPORT: no practice is named")
    assert "May to October 2026" in text
    assert "North Tees and Hartlepool" in text
    assert [button.label for button in reply.buttons][:3] == ["By request", "By area", "By month"]
    for practice in busy.house.directory().practices.values():
        if practice.sub_icb == "16C":
            assert practice.code not in text


def test_every_button_leads_on(busy: App) -> None:
    seen, waiting = set(), ["figures"]
    while waiting:
        sentence = waiting.pop()
        seen.add(sentence)
        reply = say(busy, sentence)
        assert "WHICH FIGURES?" not in plain_text(reply)
        assert "SORRY" not in plain_text(reply)
        if len(seen) < 25:
            waiting += [button.sentence for button in reply.buttons if button.sentence not in {*seen, *waiting}]
    assert len(seen) >= 25


@pytest.mark.parametrize(
    ("form", "name", "begins"),
    [("chart", ".png", b"\x89PNG"), ("csv", ".csv", b"\xef\xbb\xbf"), ("brief", ".docx", b"PK")],
)
def test_figures_as_a_file(busy: App, form: str, name: str, begins: bytes) -> None:
    (file,) = say(busy, f"figures provider 2026-05 2026-10 as {form}").files
    assert file.name.endswith(name)
    assert file.content.startswith(begins)
    (again,) = say(busy, f"figures provider 2026-05 2026-10 as {form}").files
    assert file.content == again.content, "asked again, the same bytes"
    assert kept(busy).audit.acts()[0].what == f"figures as {form}"


def test_one_practice_alone_is_in_no_figure(busy: App) -> None:
    assert "Nothing that may be shown." in said(busy, "figures provider 2026-05 2026-10 about abuse")
    exact = said(busy, "figures provider 2026-05 2026-10 about abuse inside")
    assert exact.startswith("! INSIDE THE LMC ONLY")
    assert "5" in exact
    assert kept(busy).audit.acts()[0].what == "figures inside"


def test_exact_figures_never_become_a_file(busy: App) -> None:
    assert "WHICH FIGURES?" in said(busy, "figures provider 2026-05 2026-10 as csv inside as csv")
    reply = say(busy, "figures provider 2026-05 2026-10 inside")
    assert not reply.files
    assert [button.label for button in reply.buttons] == ["What may leave the LMC"]


def test_a_long_wish_has_no_button_that_is_too_long(busy: App) -> None:
    asked = "figures provider 2026-05 2026-10 of hospital-fit-note in 16c from rvw about rejected as csv"
    assert "SORRY" not in said(busy, asked)


def test_a_month_that_was_shown_never_changes(busy: App) -> None:
    before = said(busy, "figures month 2026-03 2026-10")
    for number in range(1, 200):
        kept(busy).incidents.undo(number)
    assert said(busy, "figures month 2026-03 2026-10") == before


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("figures provider 2026-10 2026-05", "2026-10 is after 2026-05"),
        ("figures provider 2026-05 2026-11", "2026-11 is not over: the last month that can be shown is 2026-10"),
        ("figures provider 2026-05", "then two months"),
        ("figures provider about weather", "Figures are about work, rejected, abuse"),
        ("figures provider 2026-05 2026-10 of mrs-smith", "I know no rule mrs-smith"),
        ("figures provider 2026-05 2026-10 from zz9", "I know no provider ZZ9"),
        ("figures provider 2026-05 2026-10 in zz9", "I know no area ZZ9"),
        ("figures provider 2026-05 2026-10 as chart inside", "Name what has a line each"),
        ("figures provider lots please", "Name what has a line each"),
    ],
)
def test_figures_with_a_slip(busy: App, typed: str, answer: str) -> None:
    reply = say(busy, typed)
    assert answer in plain_text(reply)
    assert "REPORT" in said(busy, reply.buttons[0].sentence)


def test_only_officers_see_figures(busy: App) -> None:
    assert "THAT IS FOR AN OFFICER OF THE LMC" in said(busy, "figures", GP)
    member = kept(busy).members.begin(GP.account, 0)
    kept(busy).members.change(member.id, rank=Rank.OFFICER)
    assert "REPORT" in said(busy, "figures", GP)


def test_an_empty_ledger_says_so(remembering: App) -> None:
    for form in ("", " as chart", " as csv", " as brief"):
        assert "SORRY" not in said(remembering, f"figures provider 2026-05 2026-10{form}")
    assert "Nothing that may be shown." in said(remembering, "figures")


def test_a_question_about_figures_is_a_question(remembering: App) -> None:
    assert "REPORT" not in said(remembering, "figures for flu uptake, must we send them", dataclasses.replace(OFFICER))

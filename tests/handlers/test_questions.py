"""Conversations of an officer with the figures of questions."""

import dataclasses
import io
import random
from collections.abc import Iterable

import pytest
from PIL import Image

from bot.app import App
from handlers.chat import Ask, Person, Reply, plain_text
from handlers.questions import words
from handlers.questions.chart import by_week
from handlers.questions.sheet import sheet
from handlers.questions.tables import Band, Wanted, exact
from handlers.questions.weeks import last_week, released
from handlers.records import Item, Judged, Kind, Line, Opinion, Question, Records, Towards
from knowledge.model import Role

OFFICER, GP = Person("test", "900"), Person("test", "1")
DAY = 86_400
RULES = ("hospital-fit-note", "bloods-before-outpatient-clinic", "blue-badge-evidence", "access-chaperone")


def say(app: App, text: str, person: Person = OFFICER) -> Reply:
    return app.handle(Ask(person, text))


def said(app: App, text: str, person: Person = OFFICER) -> str:
    return plain_text(say(app, text, person))


def kept(app: App) -> Records:
    assert app.house.records
    return app.house.records


def later(app: App, days: int) -> App:
    """The same bot some days on."""
    now = app.house.clock() + days * DAY
    return App(dataclasses.replace(app.house, clock=lambda: now))


def asked(app: App, days: Iterable[int], each: int, seed: int = 5) -> None:
    """Let people of forty practices ask, so many on each of some days ago, and say what they think of the answers."""
    chance, records, now = random.Random(seed), kept(app), app.house.now()  # noqa: S311
    practices = sorted(app.house.directory().practices)[:40]
    people = [f"test {1000 + number}" for number in range(60)]
    for number, person in enumerate(people):
        records.members.change(records.members.begin(person, 0).id, practice=practices[number % 40], role=Role.PARTNER)
    for day in days:
        for _ in range(each):
            outcome = chance.choices(["answer", "choice", "none", "letter"], [70, 13, 14, 3])[0]
            rule = chance.choices(RULES, [8, 4, 2, 1])[0] if outcome == "answer" else ""
            kind = chance.choice(["no-rule", "no-rule", "clinical"]) if outcome == "none" else ""
            p, person = chance.uniform(0.5, 1), chance.choice(people)
            number = records.questions.keep(Question(now - day * DAY, person, "words", outcome, rule, kind, p))
            if outcome == "answer" and chance.random() < 0.5:
                judged = Judged.HELPED if chance.random() < p else Judged.WRONG
                records.opinions.keep(Opinion(now - day * DAY + 60, person, judged, rule, number))


def sent_to_desk(app: App, number: int, answered: bool = True) -> None:
    for at in range(number):
        made = app.house.now() - 9 * DAY + at
        member = kept(app).members.begin(f"test {1000 + at}", 0)
        item = Item("words", member.id, "test", made, half=made + DAY, promised=made + DAY)
        item = kept(app).desk.open(item, Line(0, Kind.CARD, Towards.DESK, made))
        if answered:
            kept(app).desk.change(item.id, answered=made + 3600 * (at + 1))


@pytest.fixture
def busy(remembering: App) -> App:
    """Twelve weeks in which twenty questions came a day."""
    with kept(remembering).upkeep.together():
        asked(remembering, range(80), 20)
        sent_to_desk(remembering, 12)
    return remembering


def test_an_officer_sees_in_one_card_what_is_asked(busy: App) -> None:
    reply = say(busy, "figures questions")
    text = plain_text(reply)
    assert text.startswith("▤ REPORT: no person and no practice is named\nQuestions, 24 August to 15 November 2026")
    for told in ("Latest week: 9 to 15 November: about ", "the week before: about ", "- Answered: ", "Most asked:"):
        assert told in text
    assert busy.house.library.rules[RULES[0]].title in text
    assert "No rule in the book" in text
    assert "90 to 100% sure: " in text
    assert "To 15 November: about 10 answered; half within eight hours, all within a day" in text
    assert f"0 of {len(busy.house.library.live)} rules checked" in text
    assert len(text) < 1_800


def test_every_figure_that_leaves_is_rounded(busy: App) -> None:
    table = say(busy, "figures questions as csv").files[0].content.decode("utf-8-sig")
    numbers = [line.split(",")[-2] for line in table.splitlines() if line.endswith("rounded to 5")]
    assert len(numbers) > 30
    assert all(int(number) % 5 == 0 and int(number) >= 10 for number in numbers)


def test_this_week_is_in_no_figure_until_it_is_over(busy: App) -> None:
    before = said(busy, "figures questions")
    asked(busy, [0], 100, seed=9)
    assert said(busy, "figures questions") == before
    assert said(later(busy, 3), "figures questions") != before


def test_every_button_leads_on(busy: App) -> None:
    seen, waiting = set(), ["figures questions"]
    while waiting:
        sentence = waiting.pop()
        seen.add(sentence)
        reply = say(busy, sentence)
        assert "WHICH" not in plain_text(reply)
        assert "SORRY" not in plain_text(reply)
        if sentence.startswith("figures questions"):
            waiting += [each.sentence for each in reply.buttons if each.sentence not in {*seen, *waiting}]
    assert {sentence.split()[-1] for sentence in seen} >= {"chart", "csv", "inside"}
    assert "figures" in seen
    assert "figures questions" in {button.sentence for button in say(busy, "figures").buttons}


def test_questions_as_a_file_are_the_same_bytes_when_asked_again(busy: App) -> None:
    for form in ("chart", "csv"):
        files = say(busy, f"figures questions 2026-09 2026-10 as {form}").files
        assert files == say(busy, f"figures questions 2026-09 2026-10 as {form}").files
        assert kept(busy).audit.acts()[0].what == f"figures as {form}"


def test_the_pictures_are_as_wide_as_a_phone_shows_and_told_in_words(busy: App) -> None:
    weeks, sureness = say(busy, "figures questions as chart").files
    for picture in (weeks, sureness):
        assert picture.content.startswith(b"\x89PNG")
        with Image.open(io.BytesIO(picture.content)) as shown:
            assert shown.width == 1080
    assert "9 to 15 November: " in weeks.says
    assert "90 to 100% sure: " in sureness.says


def test_exact_figures_are_for_officers_alone_and_noted(busy: App) -> None:
    sent_to_desk(busy, 3, answered=False)
    text = said(busy, "figures questions inside")
    assert text.startswith("! INSIDE THE LMC ONLY\nQuestions, 31 August to 22 November 2026")
    assert "In all 1,600:" in text  # 20 on each of 80 days
    assert "Answered when promised: 12 of 12" in text
    assert "Open: 15. Longest without an answer: 13 (9 days 0 h), 14 (8 days 23 h), 15 (8 days 23 h)" in text
    assert kept(busy).audit.acts()[0].what == "figures inside"
    assert "THAT IS FOR AN OFFICER OF THE LMC" in said(busy, "figures questions inside", GP)
    made = exact(Wanted("2026-11-09", "2026-11-16"), busy.house)
    for write in (by_week, sheet):
        with pytest.raises(ValueError, match="exact figures are never"):
            write(made)


def test_exact_figures_tell_of_what_is_counted_without_words_too(busy: App) -> None:
    before = said(busy, "figures questions 2026-09 2026-10 inside")
    kept(busy).questions.forget(busy.house.now() - 30 * DAY)
    after = said(busy, "figures questions 2026-09 2026-10 inside")
    assert before.split("How sure")[0] == after.split("How sure")[0]


def test_a_small_count_waits_and_comes_in_a_later_week(remembering: App) -> None:
    asked(remembering, [8], 6)
    assert "Nothing that may be shown." in said(remembering, "figures questions")
    next_week = later(remembering, 7)
    asked(next_week, [8], 60)
    assert "Answered: " in said(next_week, "figures questions")


def test_one_practice_alone_is_in_no_figure(remembering: App) -> None:
    for number in range(30):
        person = f"test {number % 3 + 50}"
        kept(remembering).members.change(kept(remembering).members.begin(person, 0).id, practice="A81001")
        at = remembering.house.now() - 8 * DAY
        kept(remembering).questions.keep(Question(at, person, "words", "answer", RULES[0], p=0.9))
    assert "Nothing that may be shown." in said(remembering, "figures questions")
    assert "In all 30:" in said(remembering, "figures questions inside")


def test_the_daily_sweep_counts_a_week_before_its_words_are_forgotten(busy: App) -> None:
    away = later(busy, 120)  # nobody looked; the bot went round
    busy.sweep()
    away.sweep()
    assert kept(away).asked.tallies() == []
    assert "Answered: " in said(away, "figures questions 2026-09 2026-10")


def test_a_week_that_was_shown_never_changes(busy: App) -> None:
    before = said(busy, "figures questions 2026-09 2026-10")
    kept(busy).questions.forget_people([f"test {1000 + number}" for number in range(30)])
    assert said(busy, "figures questions 2026-09 2026-10") == before
    asked(busy, range(20, 60), 5, seed=8)  # questions of a week that is over come from no honest clock
    assert said(later(busy, 7), "figures questions 2026-09 2026-10") == before


def test_nobody_who_asked_stands_in_what_is_kept(busy: App) -> None:
    released(busy.house)
    body = kept(busy).asked.last()
    assert last_week(busy.house) in body
    assert not {tally.practice for tally in kept(busy).asked.tallies() if tally.practice in body}


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("2026-10", "Name two months or two days, the earlier first."),
        ("2026-11 2026-09", "2026-11 is after 2026-09: put the earlier one first."),
        ("2026-12 2026-12", "2026-12 is not over: the last week that can be shown is that of 2026-11-09."),
        ("2026-10 2026-11-20", "2026-11-20 is not over: the last week that can be shown is that of 2026-11-09."),
        ("2026-02-30 2026-11", "There is no 2026-02-30."),
        ("2026-11 2026-11-01", "No week begins in 2026-11 to 2026-11-01."),
        ("as pdf", "I read two months or two days, and after them: as chart, as csv, or inside."),
        ("by gp surgery", "I read two months or two days"),
        ("as chart inside", "Exact figures are a card alone: say inside by itself."),
    ],
)
def test_a_wish_with_a_slip(busy: App, typed: str, answer: str) -> None:
    reply = say(busy, f"figures questions {typed}")
    assert answer in plain_text(reply)
    assert "such as: figures questions 2026-09 2026-11" in plain_text(reply).lower()
    assert "REPORT" in said(busy, reply.buttons[0].sentence)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("2026-09 2026-10", "7 September to 1 November 2026"),  # weeks that begin in these months
        ("2026-11 2026-11", "2 to 15 November 2026"),  # as far as they are over
        ("2026-10-14 2026-10-20", "12 to 25 October 2026"),  # the weeks of these days
        ("2025-12 2026-01", "1 December 2025 to 1 February 2026"),
    ],
)
def test_which_weeks_two_months_or_two_days_are(busy: App, typed: str, told: str) -> None:
    assert f"Questions, {told}\n" in said(busy, f"figures questions {typed}")
    assert f"Questions, {told}\n" in said(busy, say(busy, f"figures questions {typed}").again)


def test_an_empty_record_says_so(remembering: App) -> None:
    for form in ("", " as chart", " as csv", " inside"):
        assert "SORRY" not in said(remembering, f"figures questions{form}")
    assert "Nothing that may be shown." in said(remembering, "figures questions")


@pytest.mark.parametrize(
    ("band", "told"),
    [
        (Band(90, 100, 160, None, 90, 100), "90 to 100% sure: 90 to 100% marked right"),
        (Band(60, 70, 60, 30, 65, 65), "60 to 70% sure: about 65% marked right"),
        (Band(0, 50, 10, 30, 25, 25), "Under 50% sure: about 25% marked right"),
    ],
)
def test_a_band_in_words(band: Band, told: str) -> None:
    assert words.band(band, inside=False) == told


@pytest.mark.parametrize(
    ("seconds", "coarse", "exactly"),
    [
        (60, "an hour", "1 min"),
        (3_600, "an hour", "1 h 0 min"),
        (3_601, "two hours", "1 h 0 min"),
        (30 * 3_600, "two days", "1 day 6 h"),
        (8 * DAY, "two weeks", "8 days 0 h"),
        (40 * DAY, "more than four weeks", "40 days 0 h"),
    ],
)
def test_times_in_words(seconds: int, coarse: str, exactly: str) -> None:
    assert (words.at_most(seconds), words.exactly(seconds)) == (coarse, exactly)

"""Conversations of officers who look for what the book lacks."""

import dataclasses
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.app import App
from handlers.chat import Ask, Person, Reply, plain_text
from handlers.desk.shown import message
from handlers.gaps import LEAST, PAGE, PAGES, tend, weekly
from handlers.records import Item, ItemState, Kind, Line, LineState, Missed, Question, Room, Towards
from knowledge.curate import Drawer
from knowledge.library import NATIONAL, load
from knowledge.matcher import Match, Matcher

OFFICER = Person("test", "900")
GAP = ("zebra stripes need repainting", "repainting stripes zebra urgently", "stripes on zebra repainting please")
BLOODS, RULE = "hosp wants bloods b4 clinic do i have to", "bloods-before-outpatient-clinic"


def anne(number: int) -> Person:
    return Person("test", str(number))


def say(app: App, text: str, person: Person = OFFICER) -> Reply:
    return app.handle(Ask(person, text))


def said(app: App, text: str, person: Person = OFFICER) -> str:
    return plain_text(say(app, text, person))


def sentence(reply: Reply, label: str) -> str:
    (found,) = [button.sentence for button in reply.buttons if button.label == label]
    return found


def asked(app: App, texts: tuple[str, ...] = GAP, first: int = 1) -> None:
    for number, text in enumerate(texts, first):
        assert "NO RULE" in said(app, text, anne(number)), text


@pytest.fixture
def shelf(remembering: App, tmp_path: Path) -> App:
    """An App whose curator has a folder of their own."""
    return App(dataclasses.replace(remembering.house, drawer=Drawer((NATIONAL, tmp_path))))


def test_what_three_people_ask_in_vain_is_shown(remembering: App) -> None:
    asked(remembering)
    text = said(remembering, "gaps")
    assert text.startswith("▤ WHAT THE BOOK LACKS\n1. 3 people:\n- “")
    assert "no rule: 3" in text
    assert [each for each in GAP if f"“{each}”" in text], "one of them, word for word"
    assert said(remembering, "gaps") == text


def test_what_fewer_ask_is_counted_and_never_shown(remembering: App) -> None:
    asked(remembering, GAP[:2])
    asked(remembering, ("saxophone quantum",), 7)
    text = said(remembering, "gaps")
    assert text.startswith("▤ NO GAP THAT CAN BE SHOWN")
    assert "3 questions that fewer than three people asked." in text
    assert not [word for word in ("zebra", "saxophone") if word in text]


def test_people_are_counted_and_not_presses(remembering: App) -> None:
    for text in (*GAP, *GAP):
        said(remembering, text, anne(1))
    asked(remembering, GAP[:1], 2)
    assert "zebra" not in said(remembering, "gaps")


def test_who_asks_on_two_apps_is_one_person(remembering: App) -> None:
    records = remembering.house.records
    assert records
    records.members.link(records.members.begin(anne(1).account, 0).id, "other 1")
    asked(remembering, GAP[:2])
    said(remembering, GAP[2], Person("other", "1"))
    assert "zebra" not in said(remembering, "gaps")
    asked(remembering, GAP[2:], 3)
    assert "1. 3 people" in said(remembering, "gaps")


def test_what_is_not_the_question_and_what_is_wrong_are_gaps_too(remembering: App) -> None:
    for number, label in enumerate(("Not my question", "Not my question", "Wrong or outdated"), 1):
        answer = say(remembering, BLOODS, anne(number))
        say(remembering, sentence(answer, label), anne(number))
    shown = say(remembering, "gaps")
    text = plain_text(shown)
    assert f"1. 3 people:\n- “{BLOODS}”\n- not the question: 2 · wrong or out of date: 1" in text
    assert f"Said to be wrong or out of date: {RULE} (" in text
    assert "): 1 person" in text
    assert not [each for each in shown.buttons if each.sentence.endswith(f" {RULE}")], "it was put aside by all"
    said(remembering, f"hide {RULE}")
    assert "): 1 person, hidden" in said(remembering, "gaps")


def test_an_answer_that_helped_in_the_end_is_no_gap(remembering: App) -> None:
    for number in (1, 2, 3):
        others = say(remembering, sentence(say(remembering, BLOODS, anne(number)), "Not my question"), anne(number))
        opened = say(remembering, others.buttons[0].sentence, anne(number))
        say(remembering, sentence(opened, "That answered it"), anne(number))
    assert "NO GAP" in said(remembering, "gaps")


def test_clinical_questions_distress_and_talk_are_no_gaps(remembering: App) -> None:
    for number in (1, 2, 3):
        for text in ("what dose of amoxicillin for a child with otitis", "i want to kill myself", "hello there"):
            said(remembering, text, anne(number))
    text = said(remembering, "gaps")
    assert text.startswith("▤ NO GAP")
    assert "fewer than three" not in text


def test_a_gap_that_the_book_has_filled_since_is_shown_no_more(remembering: App, book: Callable[..., Path]) -> None:
    asked(remembering)
    asks = ", ".join(f'"zebra stripes repainting number {number}"' for number in range(12))
    rule = (NATIONAL / "rules" / "certificates" / "fit-note-lost-or-duplicate.toml").read_text(encoding="utf-8")
    begin, end = rule.index("asks = ["), rule.index("]\n", rule.index("asks = [")) + 2
    new = rule[:begin].replace("Lost fit note", "Zebra stripes repainting") + f"asks = [{asks}]\n" + rule[end:]
    folder = book("mine", zebra_stripes=new.replace("lost sick note", "zebra"))
    library = load([NATIONAL, folder])
    filled = App(dataclasses.replace(remembering.house, library=library, matcher=Matcher(library)))
    assert library.rules["zebra-stripes"].title.startswith("Zebra")
    assert "Zebra stripes" in said(filled, GAP[0], anne(1))
    assert "zebra" not in said(filled, "gaps")


def test_gaps_come_a_few_at_a_time(remembering: App) -> None:
    for number, (one, two) in enumerate(
        (("zebra", "stripes"), ("saxophone", "quantum"), ("volcano", "llama"), ("glacier", "marmalade"))
    ):
        texts = (f"{one} {two} polka", f"{two} {one} polka", f"polka {one} {two}")
        asked(remembering, tuple(text.replace("polka", "") for text in texts), 10 * number + 1)
    first = say(remembering, "gaps")
    assert plain_text(first).count(" people:") == PAGE
    second = said(remembering, sentence(first, "More"))
    assert second.count(" people:") == 1
    assert f"{PAGE + 1}. 3 people" in second


def test_a_gap_that_is_none_comes_no_more(remembering: App) -> None:
    asked(remembering)
    shown = say(remembering, "gaps")
    assert "is shown here no more" in said(remembering, sentence(shown, "1 Not a gap"))
    asked(remembering, ("repainting of zebra stripes",), 8)
    assert "NO GAP" in said(remembering, "gaps"), "nor does what is asked like it"
    assert remembering.house.records
    assert remembering.house.records.audit.acts()[0].what == "gaps drop"


def test_a_rule_is_begun_for_a_gap(shelf: App, tmp_path: Path) -> None:
    asked(shelf)
    begin = sentence(say(shelf, "gaps"), "1 Draft a rule")
    text = said(shelf, begin)
    (path,) = tmp_path.glob("rules/*/*.toml.new")
    assert f"File: {path}" in text
    assert f"Rename it to {path.name.removesuffix('.new')}" in text
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    assert raw["asks"][0] in GAP
    assert (raw["title"], raw["answer"]) == ("", ""), "the rest is for a person to write"
    again = said(shelf, begin)
    assert again.startswith("– NOTHING WAS WRITTEN")
    assert "is there already" in again
    assert shelf.house.records
    assert [act.what for act in shelf.house.records.audit.acts()] == ["gaps draft"]


def exchanged(app: App, question: Missed, *texts: str) -> Item:
    """An exchange about a question, still open, with what officers wrote."""
    records = app.house.records
    assert records
    item = Item(question.text, 0, "test", 1, question=question.number)
    item = records.desk.open(item, Line(0, Kind.CARD, Towards.DESK, 1))
    for text in texts:
        words = Line(item.id, Kind.WORDS, Towards.ASKER, 2, text, chat="test", state=LineState.SENT, copy="test 1")
        records.desk.add(words)
    records.desk.add(Line(item.id, Kind.WORDS, Towards.DESK, 3, "and a tie?", state=LineState.SENT, copy="test 2"))
    return item


def closed(app: App, item: Item) -> None:
    assert app.house.records
    app.house.records.desk.step(item.id, [ItemState.WAITING], ItemState.CLOSED, closed=4)


def in_gap(app: App) -> tuple[Missed, list[Missed]]:
    """The question that is shown for the one gap, and the others of it."""
    assert app.house.records
    number = int(sentence(say(app, "gaps"), "1 Draft a rule").split()[-1])
    missed = app.house.records.gaps.missed(99)
    return next(each for each in missed if each.number == number), [each for each in missed if each.number != number]


def test_the_first_answer_to_the_question_stands_in_its_draft_once_it_is_closed(shelf: App, tmp_path: Path) -> None:
    asked(shelf)
    question, (other, _) = in_gap(shelf)
    assert shelf.house.records
    closed(shelf, exchanged(shelf, other, "Ask the circus."))
    item = exchanged(shelf, question, 'The "council"\npaints it.', "A tie too.")
    assert shelf.house.records.gaps.exchanges([question.number]) == [], "it is open still"
    closed(shelf, item)
    text = said(shelf, f"gaps draft {question.number}")
    assert 'is what your desk first wrote to this question: “The "council" paints it.”. Read whether it fits.' in text
    assert "All 3 messages" in text
    (path,) = tmp_path.glob("rules/*/*.toml.new")
    written = path.read_text(encoding="utf-8")
    assert tomllib.loads(written)["answer"] == 'The "council" paints it.'
    for wrote, to in (("A tie too.", question), ("Ask the circus.", other)):
        assert f'\n# the LMC\'s desk wrote "{wrote}" to "{to.text}"\n' in written


def test_an_answer_to_another_question_of_the_gap_is_said_to_be_one(shelf: App, tmp_path: Path) -> None:
    asked(shelf)
    question, (other, _) = in_gap(shelf)
    closed(shelf, exchanged(shelf, other, "Ask the circus.", "A tie too."))
    text = said(shelf, f"gaps draft {question.number}")
    assert f"is what your desk wrote to another one that is like it, “{other.text}”: “Ask the circus.”. Read" in text
    (path,) = tmp_path.glob("rules/*/*.toml.new")
    assert tomllib.loads(path.read_text(encoding="utf-8"))["answer"] == "Ask the circus."


def test_what_the_desk_never_answered_leaves_the_answer_open(shelf: App, tmp_path: Path) -> None:
    asked(shelf)
    question, _ = in_gap(shelf)
    closed(shelf, exchanged(shelf, question))
    assert "your desk" not in said(shelf, f"gaps draft {question.number}")
    (path,) = tmp_path.glob("rules/*/*.toml.new")
    assert tomllib.loads(path.read_text(encoding="utf-8"))["answer"] == ""


def test_a_phrasing_is_proposed_and_the_rule_stays(shelf: App, tmp_path: Path) -> None:
    asked(shelf)
    number = sentence(say(shelf, "gaps"), "1 Draft a rule").split()[-1]
    text = said(shelf, f"gaps phrase {number} hospital-fit-note")
    path = tmp_path / "rules" / "interface" / "hospital-fit-note.toml.new"
    assert f"File: {path}" in text
    proposed = tomllib.loads(path.read_text(encoding="utf-8"))
    home = NATIONAL / "rules" / "interface" / "hospital-fit-note.toml"
    before = tomllib.loads(home.read_text(encoding="utf-8"))
    assert proposed["asks"][:-1] == before["asks"]
    assert proposed["asks"][-1] in GAP
    assert {**proposed, "asks": before["asks"]} == before
    assert "has that phrasing already" in said(shelf, f"gaps phrase {number} hospital-fit-note")
    assert load([NATIONAL, tmp_path]).rules == load().rules, "nothing by itself changes the book"


def test_what_was_masked_is_no_phrasing(shelf: App, tmp_path: Path) -> None:
    texts = tuple(f"{text} for 943 476 5919" for text in GAP)
    for person, text in enumerate(texts, 1):
        said(shelf, text, anne(person))
    shown = say(shelf, "gaps")
    assert "[NHS number]" in plain_text(shown)
    number = sentence(shown, "1 Draft a rule").split()[-1]
    assert "held what was masked" in said(shelf, f"gaps phrase {number} hospital-fit-note")
    assert not list(tmp_path.iterdir())
    assert "write the phrasings yourself" in said(shelf, f"gaps draft {number}")
    (path,) = tmp_path.glob("rules/*/*.toml.new")
    assert tomllib.loads(path.read_text(encoding="utf-8"))["asks"] == [""]
    assert "NHS" not in path.name


def test_without_a_folder_it_says_which_key_to_set(remembering: App) -> None:
    asked(remembering)
    for text in ("gaps draft 1", "gaps phrase 1 hospital-fit-note"):
        assert 'local = ["our-rules"]' in said(remembering, text)


def test_a_question_that_was_forgotten_makes_nothing(shelf: App) -> None:
    for text in ("gaps draft 99", "gaps drop 99", "gaps phrase 99 hospital-fit-note"):
        assert said(shelf, text).startswith("– NO SUCH GAP")


def test_no_number_that_is_typed_shows_what_fewer_than_three_asked(shelf: App, tmp_path: Path) -> None:
    texts = ("saxophone quantum", "what dose of amoxicillin for a child with otitis", "i want to kill myself")
    for person, text in enumerate(texts, 1):
        said(shelf, text, anne(person))
    records = shelf.house.records
    assert records
    numbers = [each.id for person in (1, 2, 3) for each in records.questions.of([anne(person).account])]
    assert len(numbers) == 3
    for number in numbers:
        for text in (f"gaps draft {number}", f"gaps drop {number}", f"gaps phrase {number} hospital-fit-note"):
            shown = said(shelf, text)
            assert shown.startswith("– NO SUCH GAP")
            assert not [word for word in ("saxophone", "amoxicillin", "myself") if word in shown]
    assert records.gaps.dropped() == frozenset()
    assert not list(tmp_path.iterdir())


def test_any_question_of_a_gap_stands_for_it_in_the_words_that_are_shown(remembering: App) -> None:
    asked(remembering)
    shown = plain_text(say(remembering, "gaps"))
    (centre,) = [each for each in GAP if f"“{each}”" in shown]
    records = remembering.house.records
    assert records
    other = next(each for each in records.gaps.missed(9) if each.text != centre)
    dropped = said(remembering, f"gaps drop {other.number}")
    assert f"“{centre}”" in dropped
    assert other.text not in dropped


def test_a_question_about_gaps_is_a_question(remembering: App) -> None:
    assert "GAP" not in said(remembering, "gaps in the record, whose job is it", anne(1)).split("\n")[0]


def test_while_questions_are_put_together_it_says_so(remembering: App) -> None:
    app = App(dataclasses.replace(remembering.house, alike=lambda _matcher, _texts: None))
    asked(app)
    assert "ONE MOMENT" in said(app, "gaps")
    assert weekly(app.house) is None


def test_only_what_is_shown_is_matched(remembering: App) -> None:
    asked(remembering, tuple(f"saxophone {word}" for word in ("quantum", "marmalade", "glacier", "volcano", "llama")))
    asked(remembering, GAP, 20)
    matched = []

    class Counting(Matcher):
        def match(self, question: str) -> Match:
            matched.append(question)
            return super().match(question)

    matcher = Counting(remembering.house.library)
    said(App(dataclasses.replace(remembering.house, matcher=matcher)), "gaps")
    assert len(matched) <= PAGE + 1, "each match takes its time in the thread of the answers"
    matcher.close()


def test_no_page_however_far_matches_all_that_was_asked(remembering: App) -> None:
    kept = remembering.house.records
    assert kept
    texts = tuple(f"saxophone {number}" for number in range(3 * PAGE * PAGES))
    for at, text in enumerate(texts):
        for number in range(LEAST):
            kept.questions.keep(Question(at, anne(number).account, text, "none"))
    matched = []

    class Counting(Matcher):
        def match(self, question: str) -> Match:
            matched.append(question)
            return super().match(question)

    matcher = Counting(remembering.house.library)
    house = dataclasses.replace(
        remembering.house, matcher=matcher, alike=lambda _, said: tuple((each,) for each in said)
    )
    last = say(App(house), "gaps page 99999")
    assert f"{PAGE * PAGES}. 3 people" in plain_text(last)
    assert "There are more." in plain_text(last)
    assert "More" not in [button.label for button in last.buttons]
    assert len(matched) < PAGE * PAGES + 5, "each match takes its time"
    matcher.close()


def test_what_came_since_the_questions_were_put_together_is_counted(remembering: App) -> None:
    asked(remembering)
    app = App(dataclasses.replace(remembering.house, alike=lambda _matcher, _texts: ()))
    assert "3 questions that fewer than three people asked." in said(app, "gaps")


MONDAY = 1_795_424_400  # 23 November 2026, 9:00 in London


def test_once_a_week_the_officers_room_reads_the_gaps(remembering: App) -> None:
    records = remembering.house.records
    assert records
    asked(remembering)

    def at(seconds: int) -> bool:
        return tend(dataclasses.replace(remembering.house, clock=lambda: seconds))

    assert not at(MONDAY), "there is no room yet"
    records.desk.settle_in(Room("telegram", "-100"))
    assert not at(MONDAY - 60), "the office is closed"
    assert at(MONDAY)
    assert not at(MONDAY + 3600)
    line = records.desk.claim("telegram", MONDAY)
    assert line
    assert line.kind is Kind.GAPS
    card = message(line, None, remembering.house)
    assert "1. 3 people" in plain_text(card)
    assert card.stays, "a press below it must not take it away from the others"
    assert at(MONDAY + 7 * 86400), "the next week"


def test_a_week_without_a_gap_is_silent(remembering: App) -> None:
    records = remembering.house.records
    assert records
    records.desk.settle_in(Room("telegram", "-100"))
    tend(dataclasses.replace(remembering.house, clock=lambda: MONDAY))
    assert records.desk.claim("telegram", MONDAY) is None

"""Conversations of people who say what they think of an answer."""

import dataclasses
import json

import pytest

from bot.app import App
from handlers.chat import Ask, Person, Reply, plain_text
from handlers.desk.shown import card
from handlers.records import Judged, Opinion
from knowledge.model import ID_LENGTH, Role

ANNE, BOB = Person("test", "1"), Person("other", "2")
BLOODS = "hosp wants bloods b4 clinic do i have to"
RULE = "bloods-before-outpatient-clinic"


def say(app: App, text: str, person: Person = ANNE, private: bool = True) -> Reply:
    return app.handle(Ask(person, text, private=private))


def sentence(reply: Reply, label: str) -> str:
    (found,) = [button.sentence for button in reply.buttons if button.label == label]
    return found


def labels(reply: Reply) -> list[str]:
    return [button.label for button in reply.buttons]


def opinions(app: App, person: Person = ANNE) -> list[Opinion]:
    assert app.house.records
    return app.house.records.opinions.of([person.account])


def what(app: App, person: Person = ANNE) -> list[tuple[Judged, str, int]]:
    return [(each.judged, each.rule, each.question) for each in opinions(app, person)]


def test_an_answer_that_answered_is_marked_and_stays(remembering: App) -> None:
    answer = say(remembering, BLOODS)
    after = say(remembering, sentence(answer, "That answered it"))
    assert plain_text(after) == f"{plain_text(answer)}\nMarked: that answered it. Thank you."
    assert labels(after) == [label for label in labels(answer) if label != "That answered it"]
    assert what(remembering) == [(Judged.HELPED, RULE, 1)]


def test_what_is_wrong_can_be_told_to_the_lmc(remembering: App) -> None:
    answer = say(remembering, BLOODS)
    after = say(remembering, sentence(answer, "Wrong or outdated"))
    assert plain_text(after).startswith(plain_text(answer))
    assert "Marked: wrong or out of date." in plain_text(after)
    assert sentence(after, "Tell the LMC what is wrong") == f"lmc {RULE} 1"
    assert "ANYSHIRE LMC" in plain_text(say(remembering, f"lmc {RULE} 1")).upper()


def sent(app: App, text: str) -> tuple[str, str]:
    """What somebody sees before they send to the LMC, and what its officers then see."""
    preview = say(app, text)
    say(app, sentence(preview, "Send it"))
    assert app.house.records
    item = app.house.records.desk.by_id(1)
    assert item
    return plain_text(preview), plain_text(card(item, app.house))


def test_officers_read_that_the_answer_was_marked_wrong(remembering: App) -> None:
    after = say(remembering, sentence(say(remembering, BLOODS), "Wrong or outdated"))
    for text in sent(remembering, sentence(after, "Tell the LMC what is wrong")):
        assert "- NOT YOURS: hand it back." in text
        assert "- The asker marked this answer wrong or out of date.\n" in text


def test_officers_read_of_no_mark_on_another_answer_nor_of_one_taken_back(remembering: App) -> None:
    say(remembering, BLOODS, BOB)
    say(remembering, f"wrong {RULE} 1", BOB)
    say(remembering, f"wrong {RULE}")
    answer = say(remembering, BLOODS)
    say(remembering, f"wrong {RULE} 2")
    say(remembering, "helped " + sentence(answer, "Wrong or outdated").removeprefix("wrong "))
    for text in sent(remembering, f"lmc {RULE} 2"):
        assert "The asker marked" not in text


def test_the_last_mark_counts(remembering: App) -> None:
    answer = say(remembering, BLOODS)
    marked = say(remembering, sentence(answer, "Wrong or outdated"))
    say(remembering, sentence(marked, "That answered it"))
    say(remembering, sentence(marked, "That answered it"))
    assert what(remembering) == [(Judged.HELPED, RULE, 1)]


def test_not_my_question_is_marked(remembering: App) -> None:
    answer = say(remembering, BLOODS)
    others = say(remembering, sentence(answer, "Not my question"))
    assert what(remembering) == [(Judged.NOT, RULE, 1)]
    opened = say(remembering, others.buttons[0].sentence)
    say(remembering, sentence(opened, "That answered it"))
    assert what(remembering) == [(Judged.HELPED, others.buttons[0].sentence.split()[1], 1)], "of one question, one mark"


def test_a_rule_that_was_opened_by_itself_is_marked_once_for_each_person(remembering: App) -> None:
    for person in (ANNE, ANNE, BOB):
        opened = say(remembering, "rule hospital-fit-note", person)
        after = say(remembering, sentence(opened, "Wrong or outdated"), person)
        assert sentence(after, "Tell the LMC what is wrong") == "lmc hospital-fit-note"
        assert what(remembering, person) == [(Judged.WRONG, "hospital-fit-note", 0)]


def test_a_card_for_a_role_stays_that_roles_card(remembering: App) -> None:
    rule = next(rule for rule in remembering.house.library.live if Role.LOCUM in rule.roles)
    opened = say(remembering, f"rule {rule.id} locum")
    after = say(remembering, sentence(opened, "That answered it"))
    assert f"As a locum: {rule.roles[Role.LOCUM]}" in plain_text(after)


def test_what_came_before_the_card_stays_too(remembering: App) -> None:
    answer = say(remembering, "camhs bounced her referral and she wants to die")
    assert plain_text(answer).startswith("In danger now: 999.")
    opened = say(remembering, next(each.sentence for each in answer.buttons if each.sentence.startswith("rule ")))
    after = say(remembering, sentence(opened, "That answered it"))
    assert plain_text(after).startswith("In danger now: 999.")


def test_nobody_marks_anothers_question(remembering: App) -> None:
    say(remembering, BLOODS)
    say(remembering, f"wrong {RULE} 1", BOB)
    say(remembering, f"not {RULE} 1", BOB)
    say(remembering, f"helped {RULE} 99", BOB)
    assert what(remembering, BOB) == [(Judged.HELPED, RULE, 0)]
    assert what(remembering) == []


def test_a_person_with_two_apps_has_one_mark(remembering: App) -> None:
    say(remembering, BLOODS)
    records = remembering.house.records
    assert records
    records.members.link(records.members.begin(ANNE.account, 0).id, BOB.account)
    say(remembering, f"wrong {RULE} 1")
    say(remembering, f"helped {RULE} 1", BOB)
    assert [each.judged for each in records.opinions.of([ANNE.account, BOB.account])] == [Judged.HELPED]


def test_the_questions_number_goes_with_what_follows(remembering: App) -> None:
    say(remembering, BLOODS)
    assert sentence(say(remembering, "and in Wales?"), "That answered it") == f"helped {RULE} 1"
    choice = say(remembering, "not my question")
    assert sentence(choice, "None of these: ask the LMC") == "lmc 1"
    assert sentence(say(remembering, "rule hospital-fit-note"), "That answered it") == "helped hospital-fit-note"


def test_a_question_that_came_to_nothing_can_go_to_the_lmc(remembering: App) -> None:
    assert sentence(say(remembering, "zebra violin"), "Ask the LMC") == "lmc 1"


def test_where_others_read_nobody_is_asked_for_an_opinion(remembering: App) -> None:
    said = labels(say(remembering, BLOODS, private=False))
    assert "Not my question" in said
    assert not {"That answered it", "Wrong or outdated"} & set(said)
    assert plain_text(say(remembering, f"wrong {RULE}", private=False)).startswith("– IN PRIVATE, PLEASE")
    say(remembering, f"not {RULE}", private=False)
    assert opinions(remembering) == []


def test_where_nothing_is_remembered_there_is_no_number_and_no_opinion(app: App) -> None:
    answer = say(app, BLOODS)
    assert not {"That answered it", "Wrong or outdated"} & set(labels(answer))
    assert not [each for each in answer.buttons if each.sentence[-1].isdigit()]


@pytest.mark.parametrize(
    "question",
    ["wrong dose on the discharge letter", "helped a patient abroad, who pays", "not ours is it", "wrong", "helped"],
)
def test_a_question_that_begins_like_an_opinion_is_a_question(remembering: App, question: str) -> None:
    say(remembering, question)
    assert remembering.house.records
    assert len(remembering.house.records.questions.of([ANNE.account])) == 1


def test_a_rule_that_is_gone_is_marked_by_nobody(remembering: App) -> None:
    assert "NO SUCH RULE" in plain_text(say(remembering, "wrong bloods-that-nobody-wants 1"))
    assert opinions(remembering) == []


def test_opinions_become_counts_like_questions(remembering: App) -> None:
    say(remembering, sentence(say(remembering, BLOODS), "Wrong or outdated"))
    late = remembering.house.clock() + 91 * 86400
    App(dataclasses.replace(remembering.house, clock=lambda: late)).sweep()
    assert opinions(remembering) == []
    assert remembering.house.records
    assert remembering.house.records.opinions.counts() == [("2026-11-21", RULE, "wrong", 1)]


def test_opinions_are_a_persons_own_data(remembering: App) -> None:
    say(remembering, sentence(say(remembering, BLOODS), "Wrong or outdated"))
    (file,) = say(remembering, "my data").files
    (told,) = json.loads(file.content)["what_you_said_of_answers"]
    assert (told["judged"], told["rule"], told["question"]) == ("wrong", RULE, 1)
    say(remembering, "forget me yes")
    assert opinions(remembering) == []


def test_every_button_of_an_answer_fits_its_bytes(remembering: App) -> None:
    assert remembering.house.records
    rule = next(rule for rule in remembering.house.library.live if Role.REGISTRAR in rule.roles)
    longest = dataclasses.replace(rule, id="a-" * (ID_LENGTH // 2 - 1) + "ab")
    library = dataclasses.replace(
        remembering.house.library, rules=remembering.house.library.rules | {longest.id: longest}
    )
    app = App(dataclasses.replace(remembering.house, library=library))
    opened = say(app, f"rule {longest.id} registrar")
    marked = say(app, f"{sentence(opened, 'Wrong or outdated')} 123456")
    assert sentence(marked, "Tell the LMC what is wrong") == f"lmc {longest.id} 123456"

"""What follows an answer within ten minutes, and what does not."""

import dataclasses

import pytest

from bot.app import App
from handlers.chat import Ask, Person, plain_text
from knowledge.model import Role

GP = Person(chat="test", id="1")
QUESTION = "hosp wants bloods b4 clinic do i have to"
TITLE = "Bloods an NHS hospital wants before or for its own clinic"


def say(app: App, text: str, person: Person = GP) -> str:
    return plain_text(app.handle(Ask(person, text)))


# What is said after the answer about bloods, and how the reply begins or what it holds.
FOLLOWS = {
    "why?": "Why: ",
    "source?": "Why: ",
    "says who": "Why: ",
    "letter": "LETTER: Please order your own tests",
    "who pays?": "£ WHO PAYS",
    "can we charge": "£ WHO PAYS",
    "what about locums?": "As a locum: ",
    "and if I'm salaried": "the answer is the same for everyone",
    "and in Scotland?": "Another nation: This is the rule in England and Wales. Check it for Scotland.",
    "not my question": "? PERHAPS ONE OF THESE",
}


@pytest.mark.parametrize("follow", FOLLOWS)
def test_it_applies_to_the_last_answer(app: App, follow: str) -> None:
    assert TITLE in say(app, QUESTION)
    assert FOLLOWS[follow] in say(app, follow)


def test_several_follow_one_another(app: App) -> None:
    say(app, QUESTION)
    for follow, held in FOLLOWS.items():
        assert held in say(app, follow)


@pytest.mark.parametrize("follow", ["and in Wales?", "who pays?", "not my question"])
def test_nothing_follows_from_nothing(app: App, follow: str) -> None:
    assert TITLE not in say(app, follow)


def test_it_is_forgotten_after_ten_minutes(app: App) -> None:
    minutes = 0.0
    timed = App(dataclasses.replace(app.house, clock=lambda: app.house.clock() + 60 * minutes))
    say(timed, QUESTION)
    minutes = 9.9
    assert "£ WHO PAYS" in say(timed, "who pays?")
    minutes = 10.1
    assert "£ WHO PAYS" not in say(timed, "who pays?")


def test_each_person_and_each_chat_has_its_own(app: App) -> None:
    say(app, QUESTION)
    assert "£ WHO PAYS" not in say(app, "who pays?", Person(chat="test", id="2"))
    assert "£ WHO PAYS" not in say(app, "who pays?", Person(chat="other", id="1"))


def test_it_applies_to_the_rule_that_was_opened(app: App) -> None:
    say(app, QUESTION)
    say(app, "rule hospital-fit-note")
    assert "First fit note" in say(app, "source?")


def test_a_whole_question_is_a_question(app: App) -> None:
    say(app, QUESTION)
    assert "stitches" in say(app, "who takes the stitches out after an NHS operation").lower()


def test_why_says_why_it_matched(app: App) -> None:
    say(app, QUESTION)
    last = say(app, "why bloods-before-outpatient-clinic").splitlines()[-1]
    assert last.startswith("Matched by words: ")
    assert "runner-up: " in last
    assert "% sure, by words alone" in last


def test_a_known_role_is_kept(app: App) -> None:
    locum = dataclasses.replace(GP, role=Role.LOCUM)
    assert "As a locum: " in say(app, QUESTION, locum)


VAGUE = [
    "sick note",
    "referral",
    "bloods",
    "monitoring letter",
    "clinic asks for results",
    "form to sign",
    "a private scan",
]


def test_what_was_offered_is_not_offered_again(app: App) -> None:
    vague = next(q for q in VAGUE if app.house.matcher.match(q).outcome == "choice")
    first = app.handle(Ask(GP, vague))
    offered = [button.sentence for button in first.buttons[:3]]
    after = [button.sentence for button in app.handle(Ask(GP, "none of these")).buttons[:3]]
    assert len(after) == 3
    assert not set(offered) & set(after)


def test_the_button_knows_the_question(app: App) -> None:
    say(app, QUESTION)
    wanted = [each for each in app.house.matcher.match(QUESTION).ranking if each != "bloods-before-outpatient-clinic"]
    reply = app.handle(Ask(GP, "not bloods-before-outpatient-clinic"))
    assert [button.sentence for button in reply.buttons[:3]] == [f"rule {each}" for each in wanted[:3]]

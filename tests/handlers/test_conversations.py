"""Conversations: what a person types, what they get back."""

import dataclasses
import datetime
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.app import App
from handlers import COMMANDS, command
from handlers.cards import VERDICTS, card, why
from handlers.chat import Ask, Button, Link, Person, Reply, Small, plain_text
from handlers.letter import basis
from knowledge.model import Nation, Role, Status, Verdict

GP = Person(chat="test", id="1")


def say(app: App, text: str, person: Person = GP) -> Reply:
    return app.handle(Ask(person, text))


def press(app: App, reply: Reply, label: str) -> Reply:
    (sentence,) = [button.sentence for button in reply.buttons if button.label == label]
    return say(app, sentence)


def test_a_gp_asks_and_looks_behind_the_answer(app: App) -> None:
    answer = say(app, "hosp wants bloods b4 clinic do i have to")
    text = plain_text(answer)
    assert text.startswith("↩ NOT YOURS: hand it back\nBloods an NHS hospital wants before or for its own clinic\n")
    for part in ("Who: ", "Unless:", "Basis: ", "https://", "draft", "review by 21 November 2027"):
        assert part in text
    assert [button.label for button in answer.buttons][:3] == ["Letter", "Why", "Not my question"]
    behind = press(app, answer, "Why")
    assert "Why: " in plain_text(behind)
    assert plain_text(press(app, behind, "Back to the answer")).startswith(text.split("\nUnless")[0])


def test_a_letter_in_two_taps(app: App) -> None:
    answer = say(app, "hosp wants bloods b4 clinic do i have to")
    letter = press(app, answer, "Letter")
    text = plain_text(letter)
    assert "21 November 2026" in text
    assert (
        "This rests on NHS (General Medical Services Contracts) Regulations 2015 (England), as made, reg 17(4)-(5)."
        in text
    )
    assert "[patient's name]" in text
    assert "[your practice]" in text
    again = press(app, letter, "They asked again")
    assert "[date of our first letter]" in plain_text(again)
    above = plain_text(press(app, again, "To the body above them"))
    assert "[patient's name]" not in above
    assert "[NHS number]" not in above


def test_every_letter_can_be_written(app: App) -> None:
    for rule in app.house.library.live:
        letter = app.house.library.letters.get(rule.letter)
        for wording in letter.wordings() if letter else ["first"]:
            text = plain_text(say(app, f"letter {rule.id} {wording}"))
            assert ("NO LETTER FOR THIS" in text) is (letter is None)
            assert not re.search(r"[{}]|rests on \.", text)
            assert letter is None or not letter.safety or wording != "first" or letter.safety in text


PASTED = """Dear Doctor, thank you for referring this man, whose scan was normal.
We have started him on treatment. GP to kindly:
1. issue the sick note that our ward did not give him at discharge
2. take the bloods that we need before his next clinic appointment with us
3. refer him to our colleagues in cardiology"""


def test_one_letter_hands_back_all_that_a_pasted_letter_asks(app: App) -> None:
    reply = say(app, PASTED)
    assert "3 REQUESTS IN THIS LETTER" in plain_text(reply)
    (offer,) = [button for button in reply.buttons if button.label.startswith("One letter for ")]
    letter = say(app, offer.sentence)
    text = plain_text(letter)
    assert text.startswith("✉ LETTER: Several requests that we return to you")
    returned = [button.sentence.split()[1] for button in letter.buttons if button.sentence.startswith("rule ")]
    assert len(returned) >= 2
    for ident in returned:
        rule = app.house.library.rules[ident]
        assert app.house.library.letters[rule.letter].safety in text
        assert basis(rule) in text
    assert say(app, letter.again) == letter


def test_it_was_another_question(app: App) -> None:
    answer = say(app, "hosp wants bloods b4 clinic do i have to")
    others = press(app, answer, "Not my question")
    assert len(others.buttons) == 4
    assert "rule bloods-before-outpatient-clinic" not in [button.sentence for button in others.buttons]
    assert others.buttons[-1].sentence == "lmc"


def test_a_locum_gets_the_locums_answer(app: App) -> None:
    rule = next(rule for rule in app.house.library.live if Role.LOCUM in rule.roles)
    unknown = say(app, f"rule {rule.id}")
    assert rule.roles[Role.LOCUM] not in plain_text(unknown)
    assert f"As a locum: {rule.roles[Role.LOCUM]}" in plain_text(press(app, unknown, "I am a locum"))
    known = say(app, f"rule {rule.id}", dataclasses.replace(GP, role=Role.LOCUM))
    assert f"As a locum: {rule.roles[Role.LOCUM]}" in plain_text(known)
    assert not [button for button in known.buttons if button.label.startswith("I am")]


def test_another_nation_is_told(app: App) -> None:
    rule = next(rule for rule in app.house.library.live if rule.nations == (Nation.ENGLAND,))
    text = plain_text(say(app, f"rule {rule.id}", dataclasses.replace(GP, nation=Nation.WALES)))
    assert "Another nation: This is the rule in England. Check it for Wales." in text


def test_a_rule_past_its_review_says_so(app: App) -> None:
    late = App(
        dataclasses.replace(app.house, clock=lambda: datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC).timestamp())
    )
    assert "Out of date: This rule was due for review by" in plain_text(say(late, "rule hospital-fit-note"))


def test_a_patient_in_danger_comes_first(app: App) -> None:
    for text in ("help, my patient is going to kill himself", "camhs bounced her referral and she wants to die"):
        said = plain_text(say(app, text))
        assert said.startswith("In danger now: 999.")
        assert "I am ill, burned out" not in said


def test_a_letter_carries_its_rules_warnings(app: App) -> None:
    elsewhere = dataclasses.replace(GP, nation=Nation.SCOTLAND)
    assert "Another nation: " in plain_text(say(app, "letter bloods-before-outpatient-clinic", elsewhere))
    retired = dataclasses.replace(app.house.library.rules["hospital-fit-note"], status=Status.RETIRED)
    library = dataclasses.replace(app.house.library, rules=app.house.library.rules | {retired.id: retired})
    gone = App(dataclasses.replace(app.house, library=library))
    assert plain_text(say(gone, "letter hospital-fit-note")).startswith("– NO LETTER FOR THIS")
    assert "Letter" not in [button.label for button in say(gone, "rule hospital-fit-note").buttons]


def test_a_retired_rule_says_so(app: App) -> None:
    rule = dataclasses.replace(app.house.library.rules["hospital-fit-note"], status=Status.RETIRED)
    assert "Withdrawn: This rule no longer holds." in plain_text(card(rule, app.house, GP))


def test_a_signpost_says_whom_to_go_to(app: App) -> None:
    text = plain_text(say(app, "why support-who-to-call"))
    assert "Your LMC: " in text
    assert "office@lmc.example" in text
    assert "Your medical defence organisation (MDU, MPS or MDDUS): " in text


def test_there_is_no_rule(app: App) -> None:
    reply = say(app, "zebra violin marmalade")
    assert plain_text(reply).startswith("– NO RULE FOR THIS YET")
    assert "make them safe first" in plain_text(reply)
    assert "office@lmc.example" in plain_text(press(app, reply, "Ask the LMC"))


def test_a_clinical_question_is_refused_as_one(app: App) -> None:
    reply = say(app, "what dose of apixaban with an egfr of 25")
    assert plain_text(reply).startswith("– I ANSWER CONTRACT QUESTIONS, NOT CLINICAL ONES")
    assert reply.buttons[0].sentence == "lmc"
    near = say(app, "ring pessary, which size for a prolapse")
    assert plain_text(near).startswith("– I ANSWER CONTRACT QUESTIONS, NOT CLINICAL ONES")
    assert near.buttons[0].sentence == "rule ring-pessary"


def test_the_general_rule_is_the_net(app: App) -> None:
    asked = app.ask("embassy demands a countersigned proof for the budgerigar quarantine", GP)
    assert asked.answer.match.outcome == "choice"
    text = plain_text(asked.answer.reply)
    assert text.startswith("– NO RULE FOR EXACTLY THIS")
    assert asked.answer.reply.buttons[0].sentence == "rule to-whom-it-may-concern-letter"


def test_distress_gets_support_first(app: App) -> None:
    asked = app.ask("I feel like killing myself", GP)
    assert asked.answer.kind == "distress"
    text = plain_text(asked.answer.reply)
    assert text.startswith("You matter first: In danger now: 999. Samaritans, day and night, free: 116 123.")
    assert app.house.library.rules["support-practitioner-health"].answer in text


OWN_DANGER = (
    "i want to die",
    "I feel suicidal",
    "im suicidal",
    "i can\u2019t go on",
    "I cannot do this anymore",
    "thinking of ending it all",
    "i don't want to wake up",
)


@pytest.mark.parametrize("text", OWN_DANGER)
def test_who_is_in_danger_gets_help_and_no_contract(app: App, text: str) -> None:
    asked = app.ask(text, GP)
    assert asked.answer.kind == "distress"
    assert plain_text(asked.answer.reply).startswith("You matter first: In danger now: 999. Samaritans")
    assert [button.sentence for button in asked.answer.reply.buttons] == ["lmc"]


EMERGENCIES = (
    "baby not breathing",
    "chest pain now what do i do",
    "anaphylaxis",
    "sepsis?",
    "pt having a stroke, ambulance wont come",
    "pt threatening to kill me at reception now",
)


@pytest.mark.parametrize("text", EMERGENCIES)
def test_an_emergency_is_told_first(app: App, text: str) -> None:
    assert plain_text(say(app, text)).startswith("Emergency now: 999")


def test_a_result_that_cannot_wait_is_acted_on_first(app: App) -> None:
    assert plain_text(say(app, "k 6.9 on bloods hospital ordered gp to action")).startswith("Act first: ")
    assert "Act first" not in plain_text(say(app, "hosp wants u&e at 6 weeks, is that ours")).splitlines()[0]


def test_what_is_urgent_in_a_letter_comes_first(app: App) -> None:
    asked = "1. refer to physio\n2. urgent: repeat potassium of 6.8 today\n3. issue a sick note"
    text = plain_text(say(app, f"Dear GP, seen in clinic.\nGP to kindly:\n{asked}"))
    assert text.startswith("Act first: ")
    first = text.split("1. ")[1].splitlines()
    assert "potassium" in first[0]
    assert first[1].startswith("- What is urgent is made safe today.")


def test_what_was_masked_is_no_word_of_the_question(app: App) -> None:
    bare = app.ask("sick note for inpatient, ward wont", GP).answer.match
    masked = app.ask("sick note for Mrs Margaret Threlfall inpatient, ward wont", GP).answer.match
    assert (masked.ranking, masked.outcome) == (bare.ranking, bare.outcome)


def test_a_letter_cites_no_other_nations_clause(app: App) -> None:
    wales = dataclasses.replace(GP, nation=Nation.WALES)
    for rule in app.house.library.live:
        if Nation.WALES in rule.nations and rule.letter:
            text = plain_text(say(app, f"letter {rule.id}", wales))
            assert "(England)" not in text.split("rests on")[-1].split("\n")[0]
    shown = plain_text(say(app, "letter bloods-before-outpatient-clinic", wales))
    assert "Another nation" in shown


@pytest.mark.parametrize(
    "text",
    ["\u2753\U0001f937", "\x00\x01", "\u6211\u4e0d\u77e5\u9053", "…", "trabajo mucho y necesito ayuda ahora mismo"],
)
def test_a_message_without_words(app: App, text: str) -> None:
    assert plain_text(say(app, text)).startswith("– I FOUND NO ENGLISH WORDS")


def test_a_long_message_says_what_was_read(app: App) -> None:
    text = plain_text(say(app, "hospital wants bloods before clinic do i have to " + "well " * 1_000))
    assert "I read the first 2,000 characters" in text


def test_identifiers_are_masked_and_the_sender_is_told(app: App) -> None:
    asked = app.ask("943 476 5919 mary@example.org: ward gave no sick note", GP)
    assert asked.masked.text == "[NHS number] [e-mail]: ward gave no sick note"
    text = plain_text(asked.answer.reply)
    assert text.startswith("Patient details: Your message held an NHS number and an e-mail address.")
    assert "943" not in text


def test_a_fault_inside_is_one_apology(app: App, caplog: pytest.LogCaptureFixture) -> None:
    def broken(_: str) -> None:
        raise RuntimeError(" ".join(["secret", "words"]))

    class Broken:
        match = staticmethod(broken)

    bad = App(dataclasses.replace(app.house, matcher=Broken()))  # type: ignore[arg-type]
    reply = say(bad, "my private question")
    text = plain_text(reply)
    assert text.startswith("! SORRY")
    assert "reference" in caplog.text
    assert caplog.text.split("reference ")[1][:6] in text
    assert "RuntimeError" in caplog.text
    for secret in ("my private question", "secret words"):
        assert secret not in caplog.text + text


# A first word makes a command only where the rest fits it.
SENTENCES = {
    "help": True,
    "/help": True,
    "HELP": True,
    "start": True,
    "lmc": True,
    "rule hospital-fit-note": True,
    "rule hospital-fit-note salaried": True,
    "rule long-gone-rule": True,
    "why hospital-fit-note": True,
    "why long-gone-rule": True,
    "letter long-gone-rule": True,
    "not hospital-fit-note": True,
    "letter hospital-fit-note": True,
    "letter hospital-fit-note escalate": True,
    "letter from school about absence": False,
    "letter hospital-fit-note salaried": False,
    "help with a fit note": False,
    "why do i have to do this": False,
    "why pre-op": False,
    "rule": False,
    "rule out of hours visits": False,
    "rule hospital-fit-note boss": False,
    "letter hospital-fit-note ring-pessary": True,
    "letter hospital-fit-note first to r0a cardiology": True,
    "letter hospital-fit-note at derby": True,
    "docx hospital-fit-note": True,
    "not our job surely": False,
    "": False,
}


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_is_a_command_or_a_question(app: App, sentence: str) -> None:
    assert (command(sentence, app.house) is not None) is SENTENCES[sentence]


def test_every_command_answers(app: App) -> None:
    for word, each in COMMANDS.items():
        alone = each.fits((), app.house)
        if each.raw or (not alone and not each.names_rule):
            continue  # `test_who_may_do_what` says these
        text = plain_text(say(app, word if alone else f"{word} hospital-fit-note"))
        assert "SORRY" not in text
        assert "NO RULE" not in text


def test_a_rule_that_is_gone(app: App) -> None:
    assert "I have no rule called long-gone-rule" in plain_text(say(app, "rule long-gone-rule"))


def test_every_rule_makes_a_card(app: App) -> None:
    assert set(VERDICTS) == set(Verdict)
    for rule in app.house.library.rules.values():
        for reply in (card(rule, app.house, GP), why(rule, app.house, GP)):
            assert reply.parts[0] is VERDICTS[rule.verdict]
            assert isinstance(reply.parts[-1], Small)
            linked = any(isinstance(part, Link) for part in reply.parts)
            assert linked or not any(source.url for source in rule.sources)
        assert all(line in plain_text(card(rule, app.house, GP)) for line in rule.unless), "the safety lines stay"


def test_a_buttons_sentence_fits_every_chat() -> None:
    with pytest.raises(ValueError, match="at most 64 bytes"):
        Button("x", "y" * 65)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # each example talks to an App of its own
@given(st.text(max_size=200))
def test_anything_can_be_said(app: App, text: str) -> None:
    reply = say(App(app.house), text)
    assert reply.parts
    assert "SORRY" not in plain_text(reply)

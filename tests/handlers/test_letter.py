"""Conversations about letters, and what they write into the ledger."""

import dataclasses
import io

import pytest
from docx import Document

from bot.app import App
from handlers.chat import Ask, Block, Person, Reply, plain_text
from handlers.letter.wish import WORDINGS, Wish, names, read, short
from handlers.records import Incident, Records, Wrong
from knowledge.model import Kind, Role, Status, Verdict

GP = Person("test", "1")
DENSHAM, TEES = "A81001", "RVW"  # a practice in Stockton-on-Tees, and the trust of its town


def say(app: App, text: str) -> Reply:
    return app.handle(Ask(GP, text))


def press(app: App, reply: Reply, label: str) -> Reply:
    (sentence,) = [button.sentence for button in reply.buttons if button.label == label]
    return say(app, sentence)


def kept(app: App) -> Records:
    assert app.house.records
    return app.house.records


@pytest.fixture
def practice(remembering: App) -> App:
    """An App whose GP has joined a practice."""
    member = kept(remembering).members.begin(GP.account, 0)
    kept(remembering).members.change(member.id, practice=DENSHAM, role=Role.PARTNER)
    return remembering


def ledger(app: App) -> list[Incident]:
    found = [kept(app).incidents.by_id(number) for number in range(1, 20)]
    return [dataclasses.replace(each, id=0) for each in found if each]


def letter_of(reply: Reply) -> str:
    (text,) = [part.text for part in reply.parts if isinstance(part, Block)]
    return text


def test_a_letter_in_two_taps_filled_in(practice: App) -> None:
    asked = press(practice, say(practice, "rule hospital-fit-note"), "Letter")
    assert plain_text(asked).startswith("✉ A LETTER TO WHOM?")
    label = next(button.label for button in asked.buttons if f" to {TEES.lower()}" in button.sentence)
    shown = press(practice, asked, label)
    text = plain_text(shown)
    assert practice.house.directory().trusts[TEES].name in text
    assert "for The Densham Surgery" in letter_of(shown)
    assert "21 November 2026" in letter_of(shown)
    assert "[patient's name]" in text, "patient details stay visible gaps"
    assert ledger(practice) == [Incident("2026-11-21", DENSHAM, Wrong.LETTER, TEES, "hospital-fit-note", "first")]


def test_the_providers_of_the_area_and_the_last_ones_come_first(practice: App) -> None:
    asked = say(practice, "letter hospital-fit-note")
    directory = practice.house.directory()
    codes = [button.sentence.split()[-1].upper() for button in asked.buttons[:-1]]
    area = directory.practices[DENSHAM].area
    assert codes
    assert {directory.trusts[code].icb for code in codes} == {area}
    say(practice, "letter hospital-fit-note first to rr8")
    again = say(practice, "letter bloods-before-outpatient-clinic")
    assert again.buttons[0].sentence.endswith("to rr8"), "the last one first, though it is of another area"
    assert again.buttons[-1].label == "Skip"


def test_a_provider_is_searched_by_part_of_its_name(practice: App) -> None:
    say(practice, "letter hospital-fit-note repeat")
    found = say(practice, "at royal derby")
    assert found.buttons[0].label.startswith("University Hospitals of Derby")
    shown = say(practice, found.buttons[0].sentence)
    assert "University Hospitals of Derby and Burton" in plain_text(shown)
    assert WORDINGS["repeat"] in plain_text(shown)


def test_a_provider_that_nobody_knows(practice: App) -> None:
    text = plain_text(say(practice, "letter hospital-fit-note first to zz9"))
    assert text.startswith("? NO PROVIDER HAS THE CODE ZZ9")
    assert "I KNOW NO PROVIDER LIKE THAT" in plain_text(say(practice, "letter hospital-fit-note at qqqqqqqqqq"))
    assert ledger(practice) == []


def test_skip_works_and_the_gap_stays(practice: App) -> None:
    shown = press(practice, say(practice, "letter hospital-fit-note"), "Skip")
    assert "[the provider]" in plain_text(shown)
    assert ledger(practice) == [Incident("2026-11-21", DENSHAM, Wrong.LETTER, "", "hospital-fit-note", "first")]


def test_without_a_practice_nothing_is_asked_and_nothing_counted(remembering: App) -> None:
    shown = press(remembering, say(remembering, "rule hospital-fit-note"), "Letter")
    assert "[your practice]" in letter_of(shown)
    assert "Counted for" not in plain_text(shown)
    assert ledger(remembering) == []


def test_the_service_is_filled_in(practice: App) -> None:
    say(practice, f"letter hospital-fit-note first to {TEES}")
    shown = say(practice, "service ENT clinic")
    assert "To: The consultant's team and ward or clinic manager, ENT clinic, North Tees" in plain_text(shown)
    assert len(ledger(practice)) == 1, "it is the same letter"


@pytest.mark.parametrize("typed", ["service cardiology for 943 476 5919", "service for Mrs Margaret Threlfall"])
def test_an_identifier_in_a_free_field_is_refused(practice: App, typed: str) -> None:
    say(practice, f"letter hospital-fit-note first to {TEES}")
    before = ledger(practice)
    reply = say(practice, typed)
    assert "NOT INTO A LETTER" in plain_text(reply)
    assert "Threlfall" not in plain_text(reply)
    assert ledger(practice) == before
    assert "✉ LETTER" in plain_text(say(practice, reply.buttons[0].sentence))


def test_a_letter_looked_at_twice_is_counted_once_and_can_be_taken_back(practice: App) -> None:
    shown = say(practice, f"letter hospital-fit-note first to {TEES}")
    say(practice, f"letter hospital-fit-note first to {TEES}")
    say(practice, f"docx hospital-fit-note first to {TEES}")
    assert len(ledger(practice)) == 1
    assert "NOT COUNTED" in plain_text(press(practice, shown, "Don't count this"))
    assert ledger(practice) == []
    assert "NOTHING TO TAKE BACK" in plain_text(press(practice, shown, "Don't count this"))


def test_another_provider_at_once_puts_the_first_right(practice: App) -> None:
    say(practice, f"letter hospital-fit-note first to {TEES}")
    say(practice, "letter hospital-fit-note first to rr8")
    assert [incident.provider for incident in ledger(practice)] == ["RR8"]
    later = App(dataclasses.replace(practice.house, clock=lambda: practice.house.clock() + 600))
    say(later, f"letter hospital-fit-note first to {TEES}")
    assert len(ledger(practice)) == 2, "ten minutes later it is another patient's"


def test_undo_alone_takes_back_the_last(practice: App) -> None:
    say(practice, "report abuse verbal")
    say(practice, "report abuse threats")
    assert "NOT COUNTED" in plain_text(say(practice, "undo"))
    assert [incident.detail for incident in ledger(practice)] == ["verbal"]
    say(practice, "undo")
    assert "NOTHING TO TAKE BACK" in plain_text(say(practice, "undo"))


def test_nobody_takes_back_what_another_practice_counted(practice: App) -> None:
    kept(practice).incidents.add(Incident("2026-11-21", "A81002", Wrong.LETTER, TEES, "hospital-fit-note"), 0)
    assert "NOTHING TO TAKE BACK" in plain_text(say(practice, "undo 1"))
    assert len(ledger(practice)) == 1


def test_the_next_wording_keeps_the_provider(practice: App) -> None:
    first = say(practice, f"letter hospital-fit-note first to {TEES}")
    again = press(practice, first, "They asked again")
    assert "[date of our first letter]" in letter_of(again)
    assert "North Tees" in plain_text(press(practice, again, "To the body above them"))
    assert [incident.detail for incident in ledger(practice)] == ["first", "repeat", "escalate"]


def test_what_goes_to_the_icb_names_it_without_a_question(practice: App) -> None:
    rule = next(
        rule for rule in practice.house.library.live
        if rule.letter and practice.house.library.letters[rule.letter].kind is Kind.COMMISSIONER
        and "{provider}" in practice.house.library.letters[rule.letter].first
        + practice.house.library.letters[rule.letter].to
    )  # fmt: skip
    assert "North East and North Cumbria" in plain_text(say(practice, f"letter {rule.id}"))


def test_what_a_practice_does_of_an_action_is_never_in_the_ledger(practice: App) -> None:
    for rule in practice.house.library.live:
        if rule.category == "collective-action":
            reply = say(practice, f"letter {rule.id}")
            if "TO WHOM" in plain_text(reply):
                say(practice, reply.buttons[-1].sentence)
            say(practice, f"report request {rule.id} to {TEES}")
            assert "Just count it" not in [button.label for button in say(practice, f"rule {rule.id}").buttons]
    assert {incident.rule for incident in ledger(practice)} <= {""}


def test_a_letter_for_the_patient_is_not_counted(practice: App) -> None:
    assert "✉ LETTER" in plain_text(say(practice, "letter hospital-fit-note patient"))
    assert ledger(practice) == []


def test_a_word_file(practice: App) -> None:
    shown = say(practice, f"letter hospital-fit-note first to {TEES} cardiology")
    (file,) = press(practice, shown, "As a Word file").files
    assert file.name == "hospital-fit-note.docx"
    held = Document(io.BytesIO(file.content))
    text = "\n\n".join(paragraph.text for paragraph in held.paragraphs)
    assert letter_of(shown) in text
    marked = {run.text for paragraph in held.paragraphs for run in paragraph.runs if run.font.highlight_color}
    assert "[patient's name]" in marked
    assert file.content == press(practice, shown, "As a Word file").files[0].content, "the same letter, the same bytes"


def test_one_letter_for_several_is_counted_for_each(practice: App) -> None:
    asked = say(practice, "letter hospital-fit-note bloods-before-outpatient-clinic")
    assert "A LETTER TO WHOM?" in plain_text(asked)
    shown = press(practice, asked, next(b.label for b in asked.buttons if TEES.lower() in b.sentence))
    assert "Several requests that we return to you" in plain_text(shown)
    assert {incident.rule for incident in ledger(practice)} == {"hospital-fit-note", "bloods-before-outpatient-clinic"}
    press(practice, shown, "Don't count this")
    assert ledger(practice) == []


def test_a_rule_without_a_letter_and_one_that_is_withdrawn(practice: App) -> None:
    bare = next(rule for rule in practice.house.library.live if not rule.letter)
    reply = say(practice, f"letter {bare.id}")
    assert "NO LETTER FOR THIS" in plain_text(reply)
    assert f"why {bare.id}" in [button.sentence for button in reply.buttons]
    retired = dataclasses.replace(practice.house.library.rules["hospital-fit-note"], status=Status.RETIRED)
    library = dataclasses.replace(practice.house.library, rules=practice.house.library.rules | {retired.id: retired})
    gone = App(dataclasses.replace(practice.house, library=library))
    assert "no longer holds, nor does its letter" in plain_text(say(gone, "letter hospital-fit-note"))
    assert "NO LETTER FOR THIS" in plain_text(say(practice, "letter long-gone-rule"))


def test_counting_without_a_letter_in_two_taps(practice: App) -> None:
    asked = press(practice, say(practice, "rule hospital-fit-note"), "Just count it")
    assert "FROM WHOM?" in plain_text(asked)
    counted = press(practice, asked, next(b.label for b in asked.buttons if TEES.lower() in b.sentence))
    assert plain_text(counted).startswith("✔ COUNTED\nWork that is not ours: North Tees")
    assert ledger(practice) == [Incident("2026-11-21", DENSHAM, Wrong.REQUEST, TEES, "hospital-fit-note")]


def test_reporting_abuse_and_a_rejection(practice: App) -> None:
    press(practice, press(practice, say(practice, "report it"), "Abuse of our staff"), "Shouting or insults")
    press(practice, press(practice, say(practice, "report"), "A rejected referral"), "Skip")
    say(practice, "report rejected")
    found = say(practice, "at north tees")
    say(practice, found.buttons[0].sentence)
    assert ledger(practice) == [
        Incident("2026-11-21", DENSHAM, Wrong.ABUSE, detail="verbal"),
        Incident("2026-11-21", DENSHAM, Wrong.REJECTED),
        Incident("2026-11-21", DENSHAM, Wrong.REJECTED, TEES),
    ]


def test_a_double_tap_is_one_and_a_number_too_long_is_none(practice: App) -> None:
    for _ in range(2):
        say(practice, "report abuse verbal")
    assert len(ledger(practice)) == 1
    assert "SORRY" not in plain_text(say(practice, f"undo {'9' * 30}"))


def test_only_a_member_of_a_practice_counts(remembering: App) -> None:
    assert "THAT IS FOR A MEMBER OF A PRACTICE" in plain_text(say(remembering, "report it"))
    labels = [button.label for button in say(remembering, "rule hospital-fit-note").buttons]
    assert "Just count it" not in labels


def test_every_button_of_every_letter_is_a_sentence_that_works(practice: App) -> None:
    for rule in practice.house.library.live:
        asked = say(practice, f"letter {rule.id}")
        assert "NOT INTO A LETTER" not in plain_text(asked)
        shown = say(practice, asked.buttons[0].sentence) if "TO WHOM" in plain_text(asked) else asked
        for button in shown.buttons:
            assert "NO RULE FOR THIS" not in plain_text(say(practice, button.sentence)), button


def test_short_names_of_rules_are_all_different(app: App) -> None:
    rules = app.house.library.rules
    assert len({short(ident) for ident in rules} | rules.keys()) == 2 * len(rules)


def test_a_wish_is_read_as_it_is_written(app: App) -> None:
    rules = app.house.library.rules
    returned = tuple(rule for rule in rules.values() if rule.verdict is Verdict.NOT_YOURS)
    for wish in (
        Wish(returned[:1]),
        Wish(returned[:1], "escalate", "R0A", "falls clinic"),
        Wish(returned[:7], "first", "G6V2S"),
        Wish((max(rules.values(), key=lambda rule: len(rule.id)),), "escalate", "G6V2S", "ent"),
    ):
        assert len(wish.sentence().encode()) <= 64
        assert read(wish.sentence().split()[1:], names(rules)) == wish

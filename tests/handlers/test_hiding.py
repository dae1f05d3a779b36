"""A rule that an officer hides answers nowhere, by whatever way somebody comes to it."""

import dataclasses
import re
from collections.abc import Callable

import pytest

from bot.app import App
from handlers import command
from handlers.broadcast import begin
from handlers.cards import VERDICTS
from handlers.chat import Ask, Person, Reply, plain_text
from handlers.desk.shown import from_the_book
from handlers.records import Broadcast, Item, Member, Rank
from knowledge.model import Role, Rule, Verdict

ANNE, OFFICER = Person("test", "1"), Person("test", "900")
BLOODS = "hosp wants bloods b4 clinic do i have to"
RULE, NOTE = "bloods-before-outpatient-clinic", "hospital-fit-note"
PASTED = """Dear Doctor, thank you for referring this man, whose scan was normal.
We have started him on treatment. GP to kindly:
1. issue the sick note that our ward did not give him at discharge
2. take the bloods that we need before his next clinic appointment with us
3. refer him to our colleagues in cardiology"""


def say(app: App, text: str, person: Person = ANNE, private: bool = True) -> Reply:
    return app.handle(Ask(person, text, private=private))


def said(app: App, text: str, person: Person = ANNE) -> str:
    return plain_text(say(app, text, person))


@pytest.fixture
def hidden(remembering: App) -> App:
    """An App with one rule hidden."""
    assert said(remembering, f"hide {RULE}", OFFICER).startswith("✔ HIDDEN")
    return remembering


WAYS: dict[str, Callable[[App], list[Reply]]] = {
    "a question": lambda app: [say(app, BLOODS)],
    "where others read": lambda app: [say(app, BLOODS, private=False)],
    "its card": lambda app: [say(app, f"rule {RULE}")],
    "its card for a role": lambda app: [say(app, f"rule {RULE} locum")],
    "why": lambda app: [say(app, f"why {RULE}")],
    "a mark": lambda app: [say(app, f"helped {RULE}"), say(app, f"wrong {RULE} locum 1")],
    "its letter": lambda app: [say(app, f"letter {RULE}"), say(app, f"letter {RULE} repeat to rvw")],
    "its letter as a file": lambda app: [say(app, f"docx {RULE} first to skip")],
    "what follows": lambda app: [
        say(app, BLOODS),
        *(say(app, text) for text in ("why", "letter", "who pays", "what about salaried?", "and in Wales?", "source?")),
    ],
    "a finding": lambda app: [each.reply for each in app.find(BLOODS, ANNE) if each.ident == RULE],
}


@pytest.mark.parametrize("way", WAYS)
def test_a_hidden_rule_answers_nothing(hidden: App, way: str) -> None:
    rule = hidden.house.library.rules[RULE]
    replies = WAYS[way](hidden)
    assert replies
    for reply in replies:
        text = plain_text(reply)
        assert text.startswith(f"! ANYSHIRE LMC IS CHECKING THIS\n{rule.title}"), way
        assert not _told(text, rule)
        assert reply.buttons[0].label in ("Ask the LMC", "Tell the LMC what is wrong")
        assert reply.buttons[0].sentence.startswith(f"lmc {RULE}")
        assert not {"Letter", "That answered it", "Just count it"} & {button.label for button in reply.buttons}
        assert not reply.files


def _told(text: str, rule: Rule) -> list[str]:
    """What a text tells of a rule that it must not."""
    held = [VERDICTS[rule.verdict].text, rule.answer, rule.why, rule.who, *rule.unless, rule.fee, rule.watch]
    return [each for each in [*held, *rule.roles.values()] if each and each in text]


def test_where_a_hidden_rule_is_one_of_several_its_verdict_is_not_told(hidden: App) -> None:
    rule = hidden.house.library.rules[RULE]
    for text in (f"not {next(iter(_beside(hidden)))}", "bloods"):
        choice = said(hidden, text)
        if rule.title in choice:
            assert f"{rule.title}: being checked by the LMC" in choice
    assert [each.says for each in hidden.find(BLOODS, ANNE) if each.ident == RULE] == ["being checked by the LMC"]


def _beside(app: App) -> list[str]:
    return [button.sentence.split()[1] for button in say(app, f"not {RULE}").buttons[:-1]]


def test_a_pasted_letter_tells_of_all_but_what_is_hidden(remembering: App) -> None:
    said(remembering, f"hide {NOTE}", OFFICER)
    rule = remembering.house.library.rules[NOTE]
    reply = say(remembering, PASTED)
    assert f"being checked by the LMC. {rule.title}" in plain_text(reply)
    assert not [each for each in reply.buttons if each.label.startswith("One letter for ")], "one is left to hand back"


def test_one_letter_for_several_leaves_the_hidden_one_out_and_says_so(remembering: App) -> None:
    (offer,) = [each for each in say(remembering, PASTED).buttons if each.label.startswith("One letter for ")]
    said(remembering, f"hide {NOTE}", OFFICER)
    rule = remembering.house.library.rules[NOTE]
    for sentence in (offer.sentence, offer.sentence.replace("letter ", "docx ", 1)):
        reply = say(remembering, sentence)
        assert plain_text(reply).startswith(f"Left out: {rule.title}: being checked by the LMC\n✉ LETTER: ")
        assert remembering.house.library.letters[rule.letter].safety not in plain_text(reply)


def test_a_duty_that_is_hidden_lets_no_other_rule_answer_in_its_place(remembering: App) -> None:
    app = remembering
    for duty in [rule for rule in app.house.library.live if rule.verdict is Verdict.MUST_DO][:40]:
        before = app.house.matcher.match(duty.asks[0])
        if before.rule != duty.id:
            continue
        said(app, f"hide {duty.id}", OFFICER)
        reply = say(app, duty.asks[0])
        assert duty.title in plain_text(reply)
        assert "IS CHECKING THIS" in plain_text(reply)
        assert not [each for each in reply.buttons if each.sentence.startswith("rule ")], "no runner-up is at hand"
        said(app, f"unhide {duty.id}", OFFICER)


def test_with_every_rule_hidden_no_verdict_is_told(remembering: App) -> None:
    app = remembering
    for ident in app.house.library.rules:
        say(app, f"hide {ident}", OFFICER)
    verdicts = "|".join(re.escape(each.text) for each in VERDICTS.values())
    for rule in list(app.house.library.live)[::9]:
        for text in (
            f"rule {rule.id}",
            f"why {rule.id}",
            f"letter {rule.id}",
            f"not {rule.id}",
            rule.asks[0],
            rule.asks[-1],
        ):
            reply = said(app, text)
            assert not re.search(verdicts, reply), text
            assert not _told(reply, rule), text
    assert not re.search(verdicts, said(app, PASTED))
    assert "In danger now" in said(app, "i want to kill myself"), "help in danger is never hidden"
    assert "NO TIP" in said(app, "tip", OFFICER)
    assert "NOTHING CHANGED" in said(app, "weekly", OFFICER)


def test_what_an_icb_is_told_leaves_out_what_is_hidden(remembering: App) -> None:
    for ident in ("ca-icb-asks-participation", "data-cqc-information"):
        say(remembering, f"hide {ident}", OFFICER)
    reply = say(remembering, "icb asked us")
    text = plain_text(reply)
    must, _, checked = text.partition("Being checked by your LMC: ask them:")
    assert "the yearly declaration (eDEC)" in must
    assert "the CQC" not in must
    assert "One line to send" not in text
    titles = [
        remembering.house.library.rules[each].title for each in ("ca-icb-asks-participation", "data-cqc-information")
    ]
    assert all(title in checked for title in titles)
    assert not [each for each in reply.buttons if "ca-icb" in each.sentence or "data-cqc" in each.sentence]


def test_a_slip_in_an_id_is_no_question(remembering: App) -> None:
    for ident in ("hospital-fitnote", "hospitalfit-note"):
        assert f"THERE IS NO RULE {ident}" in said(remembering, f"hide {ident}", OFFICER)
        assert "THAT RULE IS NOT HIDDEN" in said(remembering, f"unhide {ident}", OFFICER)


def test_updates_do_not_tell_of_a_hidden_rule(hidden: App) -> None:
    assert "the rule is hidden, and is being checked" in said(hidden, f"announce {RULE}", OFFICER)
    typed = said(hidden, f"broadcast News\n\n[Bloods] rule {RULE}", OFFICER)
    assert f"Line 3: the rule {RULE} is hidden, and is being checked." in typed


def test_an_update_that_waits_is_not_begun_once_its_rule_is_hidden(remembering: App) -> None:
    records = remembering.house.records
    assert records
    officer = records.members.change(records.members.begin(OFFICER.account, 0).id, rank=Rank.OFFICER)
    waiting = Broadcast(f"News\n\n[Bloods] rule {RULE}", asker=officer.id)
    assert begin(waiting, remembering.house)[1] == ""
    said(remembering, f"hide {RULE}", OFFICER)
    assert begin(waiting, remembering.house)[1] == "hidden"


def test_what_goes_to_the_officers_tells_no_verdict_of_it(hidden: App) -> None:
    item = Item(BLOODS, 0, "test", 1, outcome="answer", rules=(RULE,))
    title = hidden.house.library.rules[RULE].title
    assert from_the_book(item, hidden.house) == f"being checked by the LMC. {title}"


def test_hiding_is_at_once_and_written_down(remembering: App) -> None:
    text = said(remembering, f"hide {RULE}", OFFICER)
    assert "Hidden by you, 21 November 2026 12:00" in text
    assert "IT IS HIDDEN ALREADY" in said(remembering, f"hide {RULE}", OFFICER)
    listed = say(remembering, "hide", OFFICER)
    assert "→ HIDDEN: 1" in plain_text(listed)
    assert "Hidden by you, 21 November 2026 12:00" in plain_text(listed)
    assert "SHOWN AGAIN" in said(remembering, listed.buttons[0].sentence, OFFICER)
    assert "NOT HIDDEN" in said(remembering, listed.buttons[0].sentence, OFFICER)
    assert "↩ NOT YOURS" in said(remembering, BLOODS)
    assert remembering.house.records
    acts = [(act.what, act.about) for act in remembering.house.records.audit.acts()]
    assert acts == [("unhide", RULE), ("hide", RULE)]


def test_another_officer_sees_who_hid_it(hidden: App) -> None:
    other = dataclasses.replace(ANNE, rank=Rank.OFFICER, member=Member(99, 0, role=Role.PARTNER))
    found = command("hide", hidden.house)
    assert found
    assert "Hidden by officer 1, " in plain_text(found.run(hidden.house, other))
    assert hidden.house.records
    hidden.house.records.members.forget(1)
    assert "Hidden by an officer who has left, " in plain_text(found.run(hidden.house, other))


def test_a_hidden_rule_that_the_book_lost_can_be_shown_again(hidden: App) -> None:
    rules = {ident: rule for ident, rule in hidden.house.library.rules.items() if ident != RULE}
    app = App(dataclasses.replace(hidden.house, library=dataclasses.replace(hidden.house.library, rules=rules)))
    listed = say(app, "hide", OFFICER)
    assert "(not in the book any more)" in plain_text(listed)
    assert "SHOWN AGAIN" in said(app, listed.buttons[0].sentence, OFFICER)


def test_a_rule_that_nobody_has_is_not_hidden(remembering: App) -> None:
    assert "THERE IS NO RULE bloods-of-nobody-here" in said(remembering, "hide bloods-of-nobody-here", OFFICER)


def test_a_hidden_rule_stays_hidden_where_the_records_cannot_be_read(hidden: App) -> None:
    assert "IS CHECKING THIS" in said(hidden, BLOODS)
    assert hidden.house.records
    hidden.house.records.upkeep._db.close()  # type: ignore[attr-defined]  # a disk that fails
    assert hidden.house.hidden(RULE)

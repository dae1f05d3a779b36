"""Conversations of people who join, link, set, leave and are forgotten; and of those who may not."""

import dataclasses
import json
import re
from datetime import date

import pytest

from bot.app import App
from handlers import COMMANDS, command
from handlers.chat import Ask, Block, Person, Reply, plain_text
from handlers.joining import ALPHABET, is_code, is_invitation
from handlers.may import May, may
from handlers.records import Member, Rank
from knowledge.directory import Directory, load
from knowledge.model import Nation, Role

OWNER, ANNE, BOB = Person("test", "900"), Person("test", "1"), Person("other", "2")
DENSHAM = "A81001"


def say(app: App, text: str, person: Person = ANNE, private: bool = True) -> Reply:
    return app.handle(Ask(person, text, private=private))


def said(app: App, text: str, person: Person = ANNE) -> str:
    return plain_text(say(app, text, person))


def copied(reply: Reply, word: str) -> str:
    """The line that a person copies from a reply: `join BCDFG-HJKLM`."""
    (block,) = [part.text for part in reply.parts if isinstance(part, Block)]
    return next(line for line in block.splitlines() if line.startswith(word))


def pressed(reply: Reply, label: str) -> str:
    (sentence,) = [button.sentence for button in reply.buttons if button.label == label]
    return sentence


def joined(app: App, role: str = "manager", person: Person = ANNE, practice: str = DENSHAM) -> str:
    return said(app, copied(say(app, f"invite {practice} {role}", OWNER), "join "), person)


def test_a_person_joins_a_practice_by_a_code(remembering: App) -> None:
    invitation = say(remembering, "invite A81001 manager", OWNER)
    assert "The Densham Surgery (A81001), manager" in plain_text(invitation)
    code = copied(invitation, "join ")
    assert re.fullmatch(rf"join [{ALPHABET}]{{5}}-[{ALPHABET}]{{5}}", code)
    assert said(remembering, code.lower().replace("-", "")).startswith(
        "✔ JOINED\nYou are a manager of The Densham Surgery (A81001)"
    )
    text = said(remembering, "me")
    for part in ("Practice: The Densham Surgery (A81001)", "Role: manager", "Nation: England", "Account: test 1"):
        assert part in text
    assert "That code was used already" in said(remembering, code, BOB)


def test_a_telegram_link_says_the_same(remembering: App) -> None:
    app = App(dataclasses.replace(remembering.house, start_link=lambda: "https://t.me/AnyBot?start="))
    invitation = say(app, "invite A81001 partner", OWNER)
    (link,) = re.findall(r"https://t\.me/AnyBot\?start=(\S+)", plain_text(invitation))
    assert len(link) <= 64
    assert said(app, f"/start {link}").startswith("✔ JOINED")


def test_a_new_invitation_moves_a_person(remembering: App) -> None:
    joined(remembering)
    text = joined(remembering, "partner", practice="A81002")
    assert "You no longer speak for The Densham Surgery." in text


def test_two_people_speak_for_one_practice(remembering: App) -> None:
    joined(remembering, person=ANNE)
    joined(remembering, "partner", person=BOB)
    for person in (ANNE, BOB):
        assert "The Densham Surgery" in said(remembering, "me", person)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("join BCDFG-HJKLN", "I do not know that code"),
        ("join BCDF-HJKLN", "I do not know that code"),
        ("join ABC12-HJKLN", "I do not know that code"),
        ("join", "Your LMC gives you a code"),
    ],
)
def test_a_mistyped_code(remembering: App, typed: str, answer: str) -> None:
    assert answer in said(remembering, typed)


def test_a_code_that_has_ended(remembering: App) -> None:
    code = copied(say(remembering, "invite A81001 manager", OWNER), "join ")
    later = App(dataclasses.replace(remembering.house, clock=lambda: remembering.house.clock() + 8 * 86400))
    assert "That code has ended" in said(later, code)


def test_guessing_is_slowed_down(remembering: App) -> None:
    code = copied(say(remembering, "invite A81001 manager", OWNER), "join ")
    for letter in "BCDFG":
        said(remembering, f"join {letter}ZZZZ-ZZZZZ")
    assert "That was too many wrong codes" in said(remembering, code)
    assert "JOINED" in said(remembering, code, BOB)


def test_a_practice_that_closed(remembering: App) -> None:
    directory = load()
    closed = dataclasses.replace(directory.practices[DENSHAM], closed=date(2026, 10, 1))
    gone = Directory(directory.dated, {**directory.practices, DENSHAM: closed}, directory.trusts, directory.icbs)
    code = copied(say(remembering, "invite A81001 manager", OWNER), "join ")
    app = App(dataclasses.replace(remembering.house, directory=lambda: gone))
    assert "closed on 1 October 2026" in said(app, code)
    assert "closed on 1 October 2026" in said(app, "invite A81001 manager", OWNER)
    assert "JOINED" in said(remembering, code), "the code was not used up"
    assert "The Densham Surgery (A81001), closed" in said(app, "me")


def test_an_invitation_by_name(remembering: App) -> None:
    reply = say(remembering, "invite densham stockton manager", OWNER)
    assert reply.buttons[0].sentence == "invite A81001 manager"
    assert "INVITE WHOM?" in said(remembering, "invite A81001", OWNER)
    assert "I know no practice called Z99999. Send its ODS code" in said(remembering, "invite z99999 manager", OWNER)
    assert "I know no practice called Xyzzy Qwrt. Send" in said(remembering, "invite xyzzy qwrt manager", OWNER)


# What is copied to who is invited: the command, and how it names them.
INVITED = {
    "invite A81001 manager": "as a manager of The Densham Surgery (A81001)",
    "invite A81001 other": "in another role at The Densham Surgery (A81001)",
    "invite officer": "as an officer of Anyshire LMC",
}


@pytest.mark.parametrize("typed", INVITED)
def test_an_invitation_reads_as_a_sentence(remembering: App, typed: str) -> None:
    reply = say(remembering, typed, OWNER)
    assert copied(reply, "You are") == (
        f"You are invited to Pushback, {INVITED[typed]}. Send the bot this, in a private chat, within 7 days:"
    )


def test_a_rank_that_the_configuration_gives_is_shown(remembering: App) -> None:
    assert "Rank: owner of Anyshire LMC, as the configuration says" in said(remembering, "me", OWNER)
    said(remembering, "settings role locum", OWNER)
    assert "Rank: owner of Anyshire LMC, as the configuration says" in said(remembering, "me", OWNER)
    assert "Rank" not in said(remembering, "me", ANNE)


def test_an_owner_makes_an_officer(remembering: App) -> None:
    code = copied(say(remembering, "invite officer", OWNER), "join ")
    assert "YOU ARE AN OFFICER OF ANYSHIRE LMC" in said(remembering, code)
    assert "INVITATION" in said(remembering, "invite A81001 nurse")
    assert "THAT IS FOR AN OWNER" in said(remembering, "invite officer")
    assert remembering.house.records
    assert [act.what for act in remembering.house.records.audit.acts()] == ["invite", "became officer", "invite"]


def test_one_person_on_both_apps(remembering: App) -> None:
    joined(remembering, person=ANNE)
    code = copied(say(remembering, "link", ANNE), "link ")
    asks = say(remembering, code, BOB)
    assert "The other account: a manager of The Densham Surgery." in plain_text(asks)
    assert "LINKED" in said(remembering, pressed(asks, "Yes, both are mine"), BOB)
    text = said(remembering, "me", BOB)
    assert "The Densham Surgery" in text
    assert "Apps: Test and Other; unasked messages come on Test" in text
    assert "That code was used already" in said(remembering, code, BOB)
    assert "here I know you already" in said(remembering, copied(say(remembering, "link", ANNE), "link "), BOB)


def test_a_strangers_code_takes_nothing_over(remembering: App) -> None:
    joined(remembering, "partner", person=BOB)
    said(remembering, copied(say(remembering, "invite officer", OWNER), "join "), BOB)
    code = copied(say(remembering, "link", ANNE), "link ")
    for sentence in (code, f"{code} yes"):
        assert "THE OTHER WAY ROUND" in said(remembering, sentence, BOB)
    assert "Rank: officer" not in said(remembering, "me", ANNE)
    assert "Rank: officer" in said(remembering, "me", BOB)
    said(remembering, f"{copied(say(remembering, 'link', BOB), 'link ')} yes", ANNE)
    assert "Rank: officer" in said(remembering, "me", ANNE), "the one who has it makes the code"
    assert remembering.house.records
    assert remembering.house.records.audit.acts()[0].what == "linked an account"


def test_an_owner_dismisses_an_officer(remembering: App) -> None:
    said(remembering, copied(say(remembering, "invite officer", OWNER), "join "))
    listed = say(remembering, "officers", OWNER)
    assert "DISMISSED" in said(remembering, listed.buttons[0].sentence, OWNER)
    assert "THAT IS FOR AN OFFICER" in said(remembering, "invite A81001 nurse")
    assert "NO OFFICER" in said(remembering, listed.buttons[0].sentence, OWNER)


@pytest.mark.parametrize(
    "words", ["join {} {}", "join: {}-{}", "Join {}-{}.", "join code {} {}", "my code is {}{}", "{}-{}"]
)
def test_a_code_in_other_words_is_a_code_and_no_question(remembering: App, words: str) -> None:
    code = copied(say(remembering, "invite A81001 manager", OWNER), "join ").removeprefix("join ")
    assert "JOINED" in said(remembering, words.format(*code.split("-")))
    assert remembering.house.records
    assert remembering.house.records.questions.of([ANNE.account]) == []


def test_a_code_said_where_others_read_is_ended(remembering: App) -> None:
    code = copied(say(remembering, "invite A81001 manager", OWNER), "join ")
    assert "I have ended it" in plain_text(say(remembering, code, private=False))
    assert "used already" in said(remembering, code, BOB)


def test_looking_at_the_settings_keeps_nothing(remembering: App) -> None:
    assert "Nation: England" in said(remembering, "settings")
    said(remembering, "settings role")
    assert remembering.house.records
    assert remembering.house.records.members.of(ANNE.account) is None


def test_where_others_read_nothing_is_known_of_a_practice(remembering: App) -> None:
    joined(remembering, "partner")
    for sentence in ("letter hospital-fit-note", "letter hospital-fit-note first to rvw", "rule hospital-fit-note"):
        reply = say(remembering, sentence, private=False)
        assert "Densham" not in plain_text(reply)
        assert "TO WHOM" not in plain_text(reply)
        assert "Just count it" not in [button.label for button in reply.buttons]
    assert remembering.house.records
    assert remembering.house.records.incidents.by_id(1) is None


def test_what_was_said_in_private_is_not_gone_on_with_where_others_read(remembering: App) -> None:
    said(remembering, "ward gave no sick note")
    assert "First fit note" not in plain_text(say(remembering, "why?", private=False))


def test_who_is_slowed_down_is_told_of_identifiers_too(remembering: App) -> None:
    app = App(dataclasses.replace(remembering.house, a_minute=1))
    said(app, "help")
    text = said(app, "943 476 5919 wants a sick note")
    assert "please delete the message" in text
    assert "ONE MOMENT" in text


def test_settings_are_kept_and_used(remembering: App) -> None:
    for group, label, after in (
        ("Role", "Locum", "Role: locum"),
        ("Nation", "Wales", "Nation: Wales"),
        ("Quiet hours", "21:00 to 07:00", "Quiet hours: 21:00 to 07:00"),
        ("Topics", "No more: support", "Topics: contract, interface, action, reminders"),
        ("Topics", "Send me: support", "Topics: contract, interface, action, support"),
    ):
        said(remembering, pressed(say(remembering, pressed(say(remembering, "settings"), group)), label))
        assert after in said(remembering, "me")
    rule = next(rule for rule in remembering.house.library.live if Role.LOCUM in rule.roles)
    assert f"As a locum: {rule.roles[Role.LOCUM]}" in said(remembering, f"rule {rule.id}")
    english = next(rule for rule in remembering.house.library.live if rule.nations == (Nation.ENGLAND,))
    assert "Another nation: This is the rule in England. Check it for Wales." in said(remembering, f"rule {english.id}")


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("settings role boss", "I know these roles: partner"),
        ("settings nation france", "I know these nations: england"),
        ("settings quiet 25-3", "Say two hours of the day"),
        ("settings quiet never", "Quiet hours: never"),
        ("settings stop gossip", "Topics are: contract"),
    ],
)
def test_a_setting_with_a_slip(remembering: App, typed: str, answer: str) -> None:
    assert answer in said(remembering, typed)


def test_nobody_makes_themselves_a_partner_of_their_practice(remembering: App) -> None:
    joined(remembering, "salaried")
    assert "ask your LMC for an invitation in that role" in said(remembering, "settings role partner")
    assert "Partner" not in [button.label for button in say(remembering, "settings role").buttons]
    assert "Role: salaried GP" in said(remembering, "me")
    assert "for a locum" in said(remembering, "settings role locum")


def test_leaving(remembering: App) -> None:
    assert "YOU HAVE JOINED NO PRACTICE" in said(remembering, "leave")
    joined(remembering)
    assert "You no longer speak for The Densham Surgery." in said(remembering, "leave")
    assert "Practice: none" in said(remembering, "me")


def test_my_data_is_everything(remembering: App) -> None:
    joined(remembering)
    said(remembering, "ward gave no sick note for 943 476 5919")
    (file,) = say(remembering, "my data").files
    told = json.loads(file.content)
    assert file.name == "pushback-my-data.json"
    assert (told["member"]["practice"], told["accounts"]) == (DENSHAM, ["test 1"])
    assert [question["text"] for question in told["questions"]] == ["ward gave no sick note for [NHS number]"]


def test_forget_me_erases_and_gives_a_receipt(remembering: App) -> None:
    joined(remembering)
    said(remembering, f"{copied(say(remembering, 'link', ANNE), 'link ')} yes", BOB)
    said(remembering, "ward gave no sick note")
    said(remembering, "ward gave no sick note again", BOB)
    asks = say(remembering, "forget me")
    assert "FORGET YOU?" in plain_text(asks)
    assert "The Densham Surgery" in said(remembering, "me"), "nothing is gone yet"
    assert "I erased: 2 accounts, 2 questions, and all settings." in said(remembering, asks.buttons[0].sentence)
    for person in (ANNE, BOB):
        assert "Nothing else: no name, no practice." in said(remembering, "me", person)
    records = remembering.house.records
    assert records
    assert sum(number for *_, number in records.questions.counts()) == 2, "the counts stay"
    assert "who pays?" not in said(remembering, "who pays?"), "nor is the last answer remembered"


def test_questions_are_kept_masked_and_commands_are_not(remembering: App) -> None:
    for text in ("hosp wants bloods b4 clinic do i have to", "why hospital-fit-note", "zebra violin", "help", "me"):
        said(remembering, text)
    records = remembering.house.records
    assert records
    kept = records.questions.of([ANNE.account])
    assert [(question.text, question.outcome) for question in kept] == [
        ("hosp wants bloods b4 clinic do i have to", "answer"),
        ("zebra violin", "none"),
    ]


def test_a_person_who_sends_too_much_waits_a_moment(remembering: App) -> None:
    now = remembering.house.clock()
    app = App(dataclasses.replace(remembering.house, a_minute=20, clock=lambda: now))
    assert all("ONE MOMENT" not in said(app, "help") for _ in range(20))
    assert "Please ask again in 60 seconds" in said(app, "help")
    assert "ONE MOMENT" not in said(app, "help", BOB)
    now += 60
    assert "ONE MOMENT" not in said(app, "help")


# Every step, and a person who stands on it.
STEPS: dict[May, Person] = {
    May.ANYONE: ANNE,
    May.MEMBER: dataclasses.replace(ANNE, member=Member(1, 0, role=Role.SALARIED, practice=DENSHAM)),
    May.SPEAKER: dataclasses.replace(ANNE, member=Member(1, 0, role=Role.PARTNER, practice=DENSHAM)),
    May.OFFICER: dataclasses.replace(ANNE, rank=Rank.OFFICER),
    May.OWNER: dataclasses.replace(ANNE, rank=Rank.OWNER),
}
ABOVE: dict[May, set[May]] = {  # what each may do
    May.ANYONE: {May.ANYONE},
    May.MEMBER: {May.ANYONE, May.MEMBER},
    May.SPEAKER: {May.ANYONE, May.MEMBER, May.SPEAKER},
    May.OFFICER: {May.ANYONE, May.OFFICER},
    May.OWNER: {May.ANYONE, May.OFFICER, May.OWNER},
}
SPOKEN = {
    "helped": "helped hospital-fit-note",
    "wrong": "wrong hospital-fit-note 1",
    "understood": "understood 1",
    "vote": "vote 1 1",
    "broadcast": "broadcast Bloods: a new letter",
    "poll": "poll Do you have enough staff?\n- Yes\n- No",
    "announce": "announce hospital-fit-note",
    "audience": "audience 1",
    "preview": "preview 1",
    "send": "send 1",
    "urgent": "urgent 1",
    "confirm": "confirm 1",
    "status": "status 1",
    "pause": "pause 1",
    "resume": "resume 1",
    "cancel": "cancel 1",
    "unsure": "unsure 1",
    "recall": "recall 1",
    "close": "close 1",
    "correct": "correct 1 Other words",
    "join": "join",
    "my": "my data",
    "forget": "forget me",
    "invite": "invite A81001 manager",
    "undo": "undo 1",
    "replied": "replied 1 yes",
    "dismiss": "dismiss 1",
    "icb": "icb asked us",
    "unhide": "unhide hospital-fit-note",
    "tell": "tell lmc may we charge for a private letter",
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("word", COMMANDS)
def test_who_may_do_what(remembering: App, word: str, step: May) -> None:
    sentence = SPOKEN.get(word) or (word if COMMANDS[word].fits((), remembering.house) else f"{word} ring-pessary")
    found = command(sentence, remembering.house)
    assert found
    assert remembering.house.records
    remembering.house.records.members.begin(ANNE.account, 0)
    text = plain_text(found.run(remembering.house, STEPS[step]))
    allowed = COMMANDS[word].may in ABOVE[step]
    assert may(STEPS[step], COMMANDS[word].may) is allowed
    assert text.startswith("– THAT IS FOR ") is not allowed


@pytest.mark.parametrize("word", [word for word, each in COMMANDS.items() if each.alone])
def test_what_is_personal_is_not_answered_where_others_read(remembering: App, word: str) -> None:
    reply = say(remembering, SPOKEN.get(word, word), OWNER, private=False)
    assert plain_text(reply).startswith("– IN PRIVATE, PLEASE")


def test_a_clear_word_where_nothing_is_remembered(app: App) -> None:
    for word, each in COMMANDS.items():
        if each.remembers and not each.raw:
            assert said(app, SPOKEN.get(word, word), OWNER).startswith("– NOT HERE")


# What begins like a command of these and is a question all the same.
QUESTIONS = (
    "join a pcn do we have to",
    "link worker wants a letter",
    "invite patients for flu jabs, is that ours",
    "leave certificate for a student",
    "my patient wants a private scan",
    "forget me not nursery wants a letter",
    "settings",
    "me and my partner want one appointment",
    "privacy notice do we need one",
)


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_question_that_begins_like_a_command(remembering: App, text: str) -> None:
    assert (command(text, remembering.house) is None) is (text != "settings")


def test_words_that_only_an_officer_may_begin_with_are_a_question_from_others(remembering: App) -> None:
    text = "broadcast messages from the icb, do we have to read them"
    assert "THAT IS FOR" not in said(remembering, text)
    assert "DRAFT 1" in said(remembering, text, OWNER)


def test_what_is_a_code_and_what_an_invitation() -> None:
    assert is_code(("bcdfghjklm",))
    assert not is_code(("partnership",))
    assert is_invitation(("densham", "manager"))
    assert not is_invitation(("patients", "for", "flu"))

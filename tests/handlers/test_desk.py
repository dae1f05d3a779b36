"""Conversations with the LMC through its desk: what an asker reads, what officers read, and what becomes of slips."""

import dataclasses
import datetime
from collections.abc import Iterator

import pytest

from bot.app import App
from bot.drawings import drawings
from bot.store import Store
from handlers.chat import LONDON, Ask, Change, House, Person, Reply, plain_text
from handlers.desk import exchange, shown
from handlers.desk.reminders import remind
from handlers.records import Item, Kind, Line, LineState, Rank, Room, Towards
from knowledge.model import Role

GP, LOCUM = Person("telegram", "5"), Person("telegram", "6")
DR_A, DR_B = Person("slack", "U900", name="Dr A"), Person("slack", "U901", name="Dr B")
CLERK = Person("slack", "U77", name="A clerk")
ROOM = '{"channel":"C1"}'
FRIDAY = datetime.datetime(2026, 11, 20, 12, tzinfo=LONDON).timestamp()
QUESTION = "may the icb fine us for closing on a training afternoon"


class Desk:
    """An asker, two officers in a Slack channel, and a hand that carries each line."""

    def __init__(self, house: House) -> None:
        self.now, self.store, self._messages = FRIDAY, Store(None), 100
        ranks = {DR_A.account: Rank.OWNER, DR_B.account: Rank.OFFICER}
        self.app = App(
            dataclasses.replace(
                house,
                records=self.store.records,
                ranks=ranks,
                clock=lambda: self.now,
                drawings=drawings(),
                lmc=dataclasses.replace(house.lmc, phone="01632 960000"),
            )
        )
        self.desk = self.store.records.desk
        self.desk.settle_in(Room("slack", ROOM))
        member = self.store.records.members.begin(GP.account, 0)
        self.store.records.members.change(member.id, role=Role.PARTNER, practice="A81001")
        self.stands: dict[str, str] = {}
        self.newest = {"asker": "", "desk": "", "owner": "", "card": ""}

    def do(self, person: Person, text: str, *, here: str = "", private: bool = True) -> Reply:
        """Press, or type what is a command."""
        return self.app.handle(Ask(person, text, here=here, private=private))

    def says(self, person: Person, text: str, *, about: str = "", said: str = "", **more: object) -> str:
        """Type; in answer to a message of the bot's where one is named."""
        self._messages += 1
        ask = Ask(person, text, said=said or str(self._messages), about=about)
        return plain_text(self.app.handle(dataclasses.replace(ask, **more)))  # type: ignore[arg-type]  # fields by name

    def edits(self, person: Person, said: str, text: str, about: str = "") -> str:
        return self.says(person, text, said=said, about=about, change=Change.EDITED, overheard=True)

    def deletes(self, person: Person, said: str) -> str:
        return self.says(person, "", said=said, change=Change.WITHDRAWN, overheard=True)

    def carry(self, state: LineState = LineState.SENT, reason: str = "") -> list[tuple[str, str]]:
        """Send all that waits, and change all that is to be changed: to whom or where, and what it says."""
        done = []
        for chat in ("slack", "telegram"):
            while line := self.desk.claim(chat, int(self.now)):
                self._messages += 1
                text = self._text(line)
                if state is LineState.SENT:
                    self.desk.settle(line, state, copy=f"{chat} {self._messages}")
                    exchange.arrived(line, self.app.house)
                    self.newest[line.towards] = str(self._messages)
                    if line.kind is Kind.CARD:
                        self.newest["card"] = str(self._messages)
                    self.stands[str(self._messages)] = text
                else:
                    self.desk.settle(line, state, reason)
                    exchange.undelivered(dataclasses.replace(line, state=state, reason=reason), self.app.house)
                done.append((str(line.towards), text))
        for chat in ("slack", "telegram"):
            while line := self.desk.changing(chat):
                self.stands[line.copy.partition(" ")[2]] = text = self._text(line)
                self.desk.changed(line)
                done.append(("changed", text))
        return done

    def _text(self, line: Line) -> str:
        item = self.desk.by_id(line.item) if line.item else None
        return plain_text(shown.message(line, item, self.app.house))

    def asked(self, text: str = QUESTION, person: Person = GP) -> int:
        """Ask the bot, send the question to the LMC, and have its card in the room; its number."""
        self.app.handle(Ask(person, text, said="q"))
        said = plain_text(self.do(person, "lmc send"))
        assert said.startswith("✔ SENT TO ANYSHIRE LMC")
        self.carry()
        return int(said.split("question ")[1].split(".")[0])

    def answered(self, text: str = "No: it cannot.") -> int:
        """Ask, and have Dr A answer in the message "C1 1"."""
        number = self.asked()
        assert self.says(DR_A, text, about=self.newest["card"], said="C1 1") == ""
        self.carry()
        return number

    def item(self, number: int = 1) -> Item:
        found = self.desk.by_id(number)
        assert found
        return found


@pytest.fixture
def desk(app: App) -> Iterator[Desk]:
    made = Desk(app.house)
    yield made
    made.store.close()


def pressed(reply: Reply, label: str) -> str:
    (sentence,) = [button.sentence for button in reply.buttons if button.label == label]
    return sentence


# From a question to its answer


def test_a_question_goes_to_the_officers_unnamed(desk: Desk) -> None:
    answer = desk.app.handle(Ask(GP, QUESTION, said="1"))
    preview = desk.do(GP, pressed(answer, answer.buttons[-1].label))
    text = plain_text(preview)
    assert text.startswith(f"? SEND THIS TO ANYSHIRE LMC?\n{QUESTION}\nFrom: a GP partner in England, not named\n")
    assert "Not sent: your name, practice, area and account; you may tell them later" in text
    assert "An answer: comes here, by Monday 23 November, 12:00" in text
    sent = plain_text(desk.do(GP, pressed(preview, "Send it")))
    assert sent.startswith("✔ SENT TO ANYSHIRE LMC\nIt is question 1. The answer comes here, from Anyshire LMC.\n")
    ((to, card),) = desk.carry()
    assert to == "desk"
    assert card.startswith(f"✉ QUESTION 1\n{QUESTION}\nFrom: a GP partner in England, not named\nThe book: ")
    assert "Promised: by Monday 23 November, 12:00\nNow: Waits for somebody to take it" in card
    for secret in ("A81001", "Densham", "telegram", " 5"):
        assert secret not in card


def test_the_card_says_what_the_book_would_have(desk: Desk) -> None:
    desk.asked("hosp wants bloods b4 clinic do i have to")
    assert "The book: NOT YOURS: hand it back. Bloods an NHS hospital" in desk.stands[desk.newest["card"]]


def test_a_question_about_a_rule_without_one_of_ones_own(desk: Desk) -> None:
    preview = desk.do(GP, "lmc hospital-fit-note")
    assert "About the rule: " in plain_text(preview)
    assert "To say it in other words, or what is wrong with that answer, type: tell lmc" in plain_text(preview)
    assert pressed(preview, "Send it") == "lmc send hospital-fit-note"


def test_words_of_ones_own(desk: Desk) -> None:
    preview = desk.do(GP, "Tell the LMC: May we charge for a\nletter to a school?")
    assert "To say it in other words" in plain_text(preview)
    assert plain_text(preview).startswith("? SEND THIS TO ANYSHIRE LMC?\nMay we charge for a\nletter to a school?\n")
    assert desk.store.records.questions.of([GP.account])[-1].text == "May we charge for a\nletter to a school?"
    assert pressed(preview, "Send it") == "lmc send 1"


def test_what_looks_like_words_for_the_lmc_and_is_a_question(desk: Desk) -> None:
    assert "SEND THIS" not in plain_text(desk.do(GP, "tell patients that the hospital does it, may i"))
    assert "SEND THIS" not in plain_text(desk.do(GP, "lmc says we may decline, is that right"))


def test_an_answer_comes_marked_as_the_lmcs(desk: Desk) -> None:
    desk.asked()
    assert desk.says(DR_A, "No: it cannot.", about=desk.newest["card"]) == ""
    (to, words), (changed, card) = desk.carry()
    assert (to, changed) == ("asker", "changed")
    assert words == "✉ FROM ANYSHIRE LMC\nNo: it cannot.\nQuestion 1 · reply to this message to write back"
    assert "Now: Taken by Dr A at 12:00; answered at 12:00" in desk.stands[desk.newest["card"]]
    assert card == desk.stands[desk.newest["card"]]


def test_both_write_back_and_forth(desk: Desk) -> None:
    desk.answered()
    theirs = desk.newest["asker"]
    assert desk.says(GP, "And on a weekday?", about=theirs) == "Sent to Anyshire LMC (question 1)."
    assert ("desk", "✉ QUESTION 1: THEY WRITE\nAnd on a weekday?\nYour reply to this message goes to them.") in [
        *desk.carry()
    ]
    assert desk.says(DR_A, "Neither.", about=desk.newest["desk"]) == ""
    assert desk.carry()[0][1].startswith("✉ FROM ANYSHIRE LMC\nNeither.")


def test_a_command_below_a_message_of_the_desks_stays_one(desk: Desk) -> None:
    desk.asked()
    assert "QUESTION 1 IS YOURS" in desk.says(DR_A, "desk take 1", about=desk.newest["card"], overheard=True)
    assert desk.item().officer_name == "Dr A"


@pytest.mark.parametrize("typed", ["desk item 1", "hide hospital-fit-note", "unhide hospital-fit-note", "gaps"])
def test_what_officers_type_to_the_bot_is_never_an_answer(desk: Desk, typed: str) -> None:
    desk.asked()
    card = desk.newest["card"]
    assert "NOT SENT" not in desk.says(DR_A, typed, about=card, said="C1 1", overheard=True, here=ROOM)
    assert desk.edits(DR_A, "C1 1", "desk item 2", about=card) == "", "put right later, it is a command no more"
    assert desk.desk.lines(1)[1:] == []


@pytest.mark.parametrize(
    "typed", ["desk tkae 1", "desk close", "/desk colse 1", "hide fit note", "unhide", "Gaps drop"]
)
def test_a_slip_of_a_command_of_the_rooms_is_not_an_answer(desk: Desk, typed: str) -> None:
    desk.asked()
    said = plain_text(desk.app.handle(Ask(DR_A, typed, said="C1 1", about=desk.newest["card"], overheard=True)))
    assert said.startswith("– NOT SENT\nThat begins like a command of mine")
    assert desk.desk.lines(1)[1:] == []


def test_a_sentence_that_begins_with_desk_is_an_answer(desk: Desk) -> None:
    desk.asked()
    assert desk.says(DR_A, "Desk staff may not decide that.", about=desk.newest["card"], overheard=True) == ""
    assert "Desk staff may not decide that." in desk.carry()[-1][1] + desk.stands[desk.newest["asker"]]


def test_a_reply_to_what_is_no_message_of_a_question_goes_nowhere(desk: Desk) -> None:
    desk.asked()
    kept = len(desk.store.records.questions.of((DR_A.account, DR_B.account)))
    desk.do(DR_A, "desk take 1", here=ROOM, private=False)
    ask = Ask(DR_A, "No, the ICB cannot fine you.", said="C1 7", about="C1 6", here=ROOM, private=False)
    told = desk.app.handle(ask)
    assert plain_text(told).startswith("– NOT PASSED ON\nI passed nothing on and kept nothing")
    assert pressed(told, "Question 1") == "desk item 1"
    assert [to for to, _ in desk.carry()] == ["changed"], "its card alone, which was taken"
    assert len(desk.store.records.questions.of((DR_A.account, DR_B.account))) == kept
    others = desk.app.handle(dataclasses.replace(ask, person=DR_B, said="C1 8"))
    assert [each.label for each in others.buttons] == ["What is open"]
    assert not desk.app.handle(dataclasses.replace(ask, person=CLERK, said="C1 9")).buttons


@pytest.mark.parametrize(
    "ask",
    [
        Ask(DR_A, "hosp wants bloods before clinic", said="C1 7", here=ROOM, private=False),
        Ask(DR_A, "hosp wants bloods before clinic", said="C2 7", about="C2 6", here='{"channel":"C2"}', private=False),
    ],
    ids=["a mention in the room", "a reply in another channel"],
)
def test_a_question_to_the_book_where_officers_are(desk: Desk, ask: Ask) -> None:
    assert "NOT PASSED ON" not in plain_text(desk.app.handle(ask))
    assert len(desk.store.records.questions.of((DR_A.account,))) == 1


def test_a_command_in_reply_to_what_is_no_message_of_a_question(desk: Desk) -> None:
    desk.asked()
    said = Ask(DR_A, "desk item 1", said="C1 7", about="C1 6", here=ROOM, private=False)
    assert plain_text(desk.app.handle(said)).startswith("✉ QUESTION 1")


def test_a_question_shown_again_says_where_its_answer_belongs(desk: Desk) -> None:
    desk.asked()
    assert "Every reply to this message goes to them" in desk.stands[desk.newest["card"]]
    shown_again = plain_text(desk.do(DR_A, "desk item 1"))
    assert "To answer, reply to its own message in your room." in shown_again
    assert "Every reply to this message" not in shown_again


def test_tell_lmc_and_nothing_says_how(desk: Desk) -> None:
    for typed in ("tell lmc", "Tell the LMC:"):
        assert "Type: tell lmc, then your question." in plain_text(desk.do(GP, typed))


def test_what_an_asker_types_goes_to_the_officers_for_a_day(desk: Desk) -> None:
    desk.answered()
    typed = desk.app.handle(Ask(GP, "and if we are short of staff?", said="9"))
    assert plain_text(typed) == "Sent to Anyshire LMC (question 1)."
    assert "THEY WRITE" in desk.carry()[0][1]
    assert "WHAT I KEEP OF YOU" in desk.says(GP, "me"), "commands work as always"
    desk.now += 24 * 3600
    assert "Sent to" not in desk.says(GP, "and if we are short of staff?")


def test_what_an_asker_types_where_others_read_never_goes_to_the_officers(desk: Desk) -> None:
    desk.answered()
    said = desk.says(GP, "hosp wants bloods b4 clinic do i have to", here='{"channel":"C2"}')
    assert said.startswith("↩ NOT YOURS"), "on Slack its answer is for its sender alone, the question is not"
    assert desk.carry() == []


def test_a_new_question_is_taken_back_and_answered(desk: Desk) -> None:
    desk.answered()
    typed = desk.app.handle(Ask(GP, "hosp wants bloods b4 clinic do i have to", said="9"))
    desk.carry()
    theirs = desk.newest["desk"]
    answer = desk.do(GP, pressed(typed, "That was a new question"))
    assert plain_text(answer).startswith("↩ NOT YOURS: hand it back")
    assert "Taken back from Anyshire LMC." in plain_text(answer)
    desk.carry()
    assert desk.stands[theirs] == "✉ QUESTION 1: TAKEN BACK\nThey took this message back."
    assert desk.says(GP, "sick note for a hospital patient").startswith(("↩", "?")), "and the bot answers again"
    desk.says(DR_A, "One more thing.", about=desk.newest["card"])
    desk.carry()
    assert desk.says(GP, "thank you") == "Sent to Anyshire LMC (question 1)."


def test_danger_comes_first(desk: Desk) -> None:
    desk.answered()
    assert desk.says(GP, "a patient has chest pain in the room").startswith("Emergency now: 999")
    assert "THEY WRITE" in desk.carry()[0][1]
    said = desk.says(GP, "i want to end my life")
    assert said.startswith("You matter first: ")
    assert "I did not pass this on. To write it to Anyshire LMC, reply to their message." in said
    assert not desk.carry()
    said = desk.says(GP, "i want to end my life", about=desk.newest["asker"])
    assert said.startswith("You matter first: ")
    assert "Sent to Anyshire LMC" in said


def test_danger_and_what_was_masked_are_told_whatever_is_not_passed_on(desk: Desk) -> None:
    desk.answered()
    card, theirs = desk.newest["card"], desk.newest["asker"]
    patient = "John Smith, NHS number 943 476 5919, has chest pain. "
    first = (
        "Emergency now: 999, and the practice's own emergency drill. Who should do what comes after.\nPatient details"
    )
    assert desk.says(GP, 400 * patient, about=theirs).startswith(first)
    assert desk.says(LOCUM, patient, about=theirs).startswith(first)
    desk.says(GP, "And on Mondays?", about=theirs, said="D1 8")
    assert desk.edits(GP, "D1 8", patient).startswith(first)
    assert desk.says(CLERK, patient, about=card).startswith("Patient details: Your message held a name and an NHS")


@pytest.mark.parametrize("reply", [False, True], ids=["typed while it listens", "in reply"])
def test_what_was_masked_is_told_apart_from_what_was_sent(desk: Desk, reply: bool) -> None:
    desk.answered()
    told = desk.says(GP, "Is it so for Mr John Smith?", about=desk.newest["asker"] if reply else "")
    assert told == (
        "Patient details: Your message held a name. I left that out, and did not keep or use it: please delete the "
        "message.\nSent to Anyshire LMC (question 1)."
    )
    assert "Is it so for [name]?" in desk.carry()[-1][1]


def test_a_question_of_another_is_nobody_elses(desk: Desk) -> None:
    desk.answered()
    for sentence in ("item", "name", "anonymous", "withdraw", "yes", "no"):
        assert "You have no question 1 with your LMC" in plain_text(desk.do(LOCUM, f"lmc {sentence} 1"))
    assert "You have no question 2 with your LMC" in plain_text(desk.do(LOCUM, "lmc new 2"))
    assert "I do not have that question any more" in plain_text(desk.do(LOCUM, "lmc send 1"))
    assert "NO LONGER THERE" in desk.says(LOCUM, "thanks", about=desk.newest["asker"])


def test_the_same_question_is_sent_once(desk: Desk) -> None:
    desk.asked()
    assert "Anyshire LMC has it already." in plain_text(desk.do(GP, "lmc send 1"))
    assert desk.carry() == []


def test_so_many_questions_at_once(desk: Desk) -> None:
    for number in range(10):
        desk.do(GP, f"lmc send {pressed(desk.do(GP, f'tell lmc may we charge for {number}'), 'Send it').split()[-1]}")
    said = plain_text(desk.do(GP, pressed(desk.do(GP, "tell lmc and this"), "Send it")))
    assert "Anyshire LMC has 10 questions of yours that are open" in said
    assert "01632 960000" in said


# Who asks


def test_officers_may_ask_who_it_is_and_the_asker_decides(desk: Desk) -> None:
    desk.answered()
    assert "I asked who sent question 1" in plain_text(desk.do(DR_B, "desk who 1"))
    assert "MAY THEY KNOW WHO ASKS?" in desk.carry()[0][1]
    assert "not named; asked whether they agree" in desk.stands[desk.newest["card"]]
    assert "The Densham Surgery (A81001)" in plain_text(desk.do(GP, "lmc name 1"))
    assert desk.carry()[0][1].startswith("– QUESTION 1\nThey agreed to be named")
    assert "From: a GP partner in England, The Densham Surgery (A81001)" in desk.stands[desk.newest["card"]]
    assert "Who has read it there has read it." in plain_text(desk.do(GP, "lmc anonymous 1"))
    desk.carry()
    assert "From: a GP partner in England, who wishes to stay unnamed" in desk.stands[desk.newest["card"]]
    assert not any("A81001" in text for text in desk.stands.values())


def test_a_button_of_a_question_that_was_taken_back_names_nobody(desk: Desk) -> None:
    desk.answered()
    desk.do(GP, "lmc withdraw 1")
    desk.carry()
    assert plain_text(desk.do(GP, "lmc name 1")).startswith("– NO LONGER THERE")
    assert desk.item().practice == ""
    assert desk.carry() == []


def test_who_has_joined_no_practice_has_none_to_tell(desk: Desk) -> None:
    desk.asked(person=LOCUM)
    assert "You have joined no practice here." in plain_text(desk.do(LOCUM, "lmc name 1"))
    assert "somebody who has not said their role in England" in desk.stands[desk.newest["card"]]


# Taking


def test_two_officers_cannot_take_the_same(desk: Desk) -> None:
    desk.asked()
    assert "QUESTION 1 IS YOURS" in plain_text(desk.do(DR_A, "desk take 1"))
    assert "QUESTION 1 IS YOURS" in plain_text(desk.do(DR_A, "desk take 1")), "said twice it is the same"
    other = desk.do(DR_B, "desk take 1")
    assert "taken by Dr A at 12:00; not answered yet" in plain_text(other)
    assert "QUESTION 1 IS YOURS" in plain_text(desk.do(DR_B, pressed(other, "Take over")))
    assert desk.item().officer_name == "Dr B"
    assert [act.what for act in desk.store.records.audit.by([DR_B.account])] == ["desk over"]


def test_an_officer_whose_app_does_not_say_their_name_each_time(desk: Desk) -> None:
    desk.asked()
    desk.do(DR_A, "desk take 1")
    desk.do(GP, "lmc send hospital-fit-note")
    desk.carry()
    desk.says(dataclasses.replace(DR_A, name=""), "Yes.", about=desk.newest["card"])
    assert desk.item(2).officer_name == "Dr A"


def test_an_officer_puts_it_back(desk: Desk) -> None:
    desk.asked()
    desk.do(DR_A, "desk take 1")
    assert "NOT YOURS" in plain_text(desk.do(DR_B, "desk back 1"))
    assert "QUESTION 1 IS PUT BACK" in plain_text(desk.do(DR_A, "desk back 1"))
    desk.carry()
    assert "Now: Waits for somebody to take it" in desk.stands[desk.newest["card"]]


def test_words_of_another_officer_are_held(desk: Desk) -> None:
    desk.answered()
    held = desk.app.handle(Ask(DR_B, "I disagree.", said="C1 5", about=desk.newest["card"], overheard=True))
    assert plain_text(held).startswith("! NOT SENT\nQuestion 1: taken by Dr A at 12:00; answered at 12:00.")
    assert desk.carry() == []
    assert "ON ITS WAY" in plain_text(desk.do(DR_B, pressed(held, "Take over and send")))
    assert desk.carry()[0][1].startswith("✉ FROM ANYSHIRE LMC\nI disagree.")
    assert desk.item().officer_name == "Dr B"
    assert "It was sent." in plain_text(desk.do(DR_B, pressed(held, "Take over and send")))


def test_held_words_are_dropped(desk: Desk) -> None:
    desk.answered()
    held = desk.app.handle(Ask(DR_B, "I disagree.", said="C1 5", about=desk.newest["card"]))
    assert "It is not sent." in plain_text(desk.do(DR_B, pressed(held, "Drop it")))
    assert "It was dropped." in plain_text(desk.do(DR_B, pressed(held, "Take over and send")))
    assert desk.carry() == []


def test_an_old_button_drops_nothing_that_was_sent(desk: Desk) -> None:
    desk.asked()
    held = desk.app.handle(Ask(DR_A, "Ring Mr John Smith.", said="C1 1", about=desk.newest["card"], overheard=True))
    desk.do(DR_A, pressed(held, "Send it masked"))
    on_its_way = plain_text(desk.do(DR_A, pressed(held, "Drop it")))
    assert "– NOT DROPPED\nIt is no longer held: it is on its way." in on_its_way
    desk.carry()
    asked = desk.do(DR_A, pressed(held, "Drop it"))
    assert "It was sent. Take it back from who asked question 1?\nIt reads: Ring [name]." in plain_text(asked)
    assert desk.carry() == [], "they have it still"
    assert "They now read that you took it back." in plain_text(desk.do(DR_A, pressed(asked, "Take it back from them")))
    desk.carry()
    assert "took this message back" in desk.stands[desk.newest["asker"]]
    assert "It was taken back." in plain_text(desk.do(DR_A, pressed(asked, "Take it back from them")))
    assert "It was taken back." in plain_text(desk.do(DR_A, pressed(held, "Drop it")))


@pytest.mark.parametrize(
    ("state", "says"),
    [(LineState.FAILED, "It did not arrive"), (LineState.UNSURE, "It may or may not have arrived.")],
)
def test_what_did_not_surely_arrive_is_dropped_by_a_second_word(desk: Desk, state: LineState, says: str) -> None:
    desk.asked()
    desk.says(DR_A, "It may.", about=desk.newest["card"])
    number = desk.desk.lines(1)[-1].id
    desk.carry(state, "unreachable")
    asked = desk.do(DR_A, f"desk drop {number}")
    assert says in plain_text(asked)
    desk.do(DR_A, pressed(asked, "Take it back from them"))
    assert "NOT NOW" in plain_text(desk.do(DR_A, f"desk again {number}"))


def test_words_of_the_asker_are_not_an_officers_to_take_back(desk: Desk) -> None:
    desk.answered()
    desk.says(GP, "And on Mondays?", about=desk.newest["asker"])
    number = desk.desk.lines(1)[-1].id
    assert "Only what an officer wrote" in plain_text(desk.do(DR_A, f"desk recall {number}"))
    assert "Only what an officer wrote" in plain_text(desk.do(DR_A, f"desk drop {number}"))


def test_words_are_held_once_more_where_another_took_it_meanwhile(desk: Desk) -> None:
    desk.asked()
    held = desk.app.handle(Ask(DR_B, "Ring Mr John Smith.", said="C1 5", about=desk.newest["card"]))
    desk.do(DR_A, "desk take 1")
    again = desk.do(DR_B, pressed(held, "Send it masked"))
    assert "taken by Dr A" in plain_text(again)
    assert desk.carry()[0][0] == "changed"
    desk.do(DR_B, pressed(again, "Take over and send it masked"))
    desk.carry()
    assert "Ring [name]." in desk.stands[desk.newest["asker"]]
    assert desk.item().officer_name == "Dr B"


# What is wrong with an officer's words


def test_who_is_no_officer_or_no_longer_one(desk: Desk) -> None:
    desk.asked()
    said = desk.says(CLERK, "It may.", about=desk.newest["card"], overheard=True)
    assert said.startswith("– NOT SENT\nOnly the LMC's officers answer here, and I do not know you as one")
    assert desk.carry() == []
    assert len(desk.desk.lines(1)) == 1, "and nothing of it is kept"


def test_an_identifier_in_an_officers_words(desk: Desk) -> None:
    desk.asked()
    ask = Ask(DR_A, "Is it Mrs Edith Jones, NHS number 943 476 5919?", said="C1 5", about=desk.newest["card"])
    held = desk.app.handle(ask)
    text = plain_text(held)
    assert "Your message holds a name and an NHS number. Edit it, or send it as it stands here." in text
    assert "943" not in text
    assert desk.carry() == []
    assert desk.edits(DR_A, "C1 5", "Is it an adult, John Smith?").startswith("! NOT SENT\nYour message holds a name.")
    assert desk.edits(DR_A, "C1 5", "Is it an adult?") == ""
    assert desk.carry()[0][1].startswith("✉ FROM ANYSHIRE LMC\nIs it an adult?")
    assert desk.item().officer_name == "Dr A"


def test_an_identifier_is_sent_masked(desk: Desk) -> None:
    desk.asked()
    held = desk.app.handle(Ask(DR_A, "NHS number 943 476 5919?", said="C1 5", about=desk.newest["card"]))
    desk.do(DR_A, pressed(held, "Send it masked"))
    assert desk.carry()[0][1].startswith("✉ FROM ANYSHIRE LMC\nNHS number [NHS number]?")


def test_words_that_are_too_long_for_an_app(desk: Desk) -> None:
    desk.asked()
    said = desk.says(DR_A, "No, it may not. " * 300, about=desk.newest["card"], said="C1 5")
    assert said == (
        "– TOO LONG\nThat is too long for one message (4,799 characters), so I sent nothing. Send it in parts."
    )
    assert desk.carry() == []
    assert desk.edits(DR_A, "C1 5", "No, it may not.", about=desk.newest["card"]) == "", "shorter, it goes"
    assert desk.carry()[0][0] == "asker"


def test_an_officers_picture(desk: Desk) -> None:
    desk.asked()
    card = desk.newest["card"]
    assert "I pass on words only, no pictures and no files." in desk.says(DR_A, "", about=card, unread=True)
    said = desk.says(DR_A, "As this says.", about=card, unread=True)
    assert said.startswith("Not sent: I passed on the words only")
    assert desk.carry()[0][0] == "asker"


def test_an_edit_reaches_the_asker(desk: Desk) -> None:
    desk.answered("They may knot.")
    theirs = desk.newest["asker"]
    assert desk.edits(DR_A, "C1 1", "They may not.") == ""
    desk.carry()
    assert desk.stands[theirs].startswith("✉ FROM ANYSHIRE LMC\nThey may not.\nQuestion 1 · reply to this message")
    assert desk.stands[theirs].endswith("· corrected")
    assert desk.edits(DR_A, "C1 1", "They may not.") == ""
    assert desk.carry() == [], "the same words change nothing"


def test_an_edit_with_an_identifier_leaves_the_earlier_words(desk: Desk) -> None:
    desk.answered()
    said = desk.edits(DR_A, "C1 1", "Ring 943 476 5919, Mrs Edith Jones")
    assert said.startswith("! EDIT NOT SENT\nYour edit holds")
    assert "they have your earlier words" in said
    assert "TOO LONG" in desk.edits(DR_A, "C1 1", "No, it may not. " * 300)
    assert desk.carry() == []
    assert desk.edits(CLERK, "C1 1", "It may.").startswith("– NOT SENT")


def test_a_deletion_reaches_the_asker(desk: Desk) -> None:
    desk.answered()
    assert desk.deletes(DR_A, "C1 1") == ""
    desk.carry()
    assert desk.stands[desk.newest["asker"]] == (
        "✉ FROM ANYSHIRE LMC\nAnyshire LMC took this message back.\nQuestion 1"
    )
    assert desk.deletes(DR_A, "C1 999") == "", "what is nobody's is nothing"


def test_where_an_app_tells_of_no_deletion_an_officer_does(desk: Desk) -> None:
    desk.answered()
    drop = pressed(desk.do(DR_A, "desk item 1"), "Take the last answer back")
    assert "They now read that you took it back." in plain_text(desk.do(DR_A, drop))
    desk.carry()
    assert "took this message back" in desk.stands[desk.newest["asker"]]


def test_what_is_deleted_before_it_is_sent_never_goes(desk: Desk) -> None:
    desk.asked()
    desk.says(DR_A, "Wrong one", about=desk.newest["card"], said="C1 1")
    desk.deletes(DR_A, "C1 1")
    assert [to for to, _ in desk.carry()] == ["changed"]


def test_a_delivery_that_comes_twice_is_one_line(desk: Desk) -> None:
    desk.asked()
    for _ in range(2):
        desk.says(DR_A, "No.", about=desk.newest["card"], said="C1 1")
    assert [to for to, _ in desk.carry()].count("asker") == 1


def test_a_reply_to_a_closed_question_is_held(desk: Desk) -> None:
    desk.answered()
    desk.do(DR_A, "desk close 1")
    desk.carry()
    held = desk.app.handle(Ask(DR_B, "One more.", said="C1 7", about=desk.newest["card"]))
    assert plain_text(held).startswith("! NOT SENT\nQuestion 1: closed at 12:00.")
    desk.do(DR_B, pressed(held, "Open again and send"))
    assert desk.carry()[0][1].startswith("✉ FROM ANYSHIRE LMC\nOne more.")
    assert desk.item().state == "taken"


def test_a_reply_to_a_question_whose_words_are_erased(desk: Desk) -> None:
    desk.answered()
    card, theirs = desk.newest["card"], desk.newest["asker"]
    desk.do(DR_A, "desk close 1")
    desk.carry()
    desk.now += 91 * 86400
    desk.app.sweep()
    assert "I no longer have that one" in desk.says(DR_A, "One more.", about=card)
    assert "I no longer have that one" in desk.says(GP, "One more.", about=theirs)
    assert "I no longer have that one" in plain_text(desk.do(DR_A, "desk open 1"))
    assert desk.edits(DR_A, "C1 1", "Other words") == ""
    assert desk.carry() == []


@pytest.mark.parametrize("word", ["send", "drop", "again", "recall"])
def test_words_that_waited_until_their_question_was_erased(desk: Desk, word: str) -> None:
    desk.answered()
    desk.do(DR_A, "desk close 1")
    desk.says(DR_B, "One more.", about=desk.newest["card"], said="C1 7")
    number = desk.desk.lines(1)[-1].id
    desk.carry()
    desk.now += 91 * 86400
    desk.app.sweep()
    assert "I no longer have that one" in plain_text(desk.do(DR_B, f"desk {word} {number}"))
    assert desk.item().state == "closed", "and it is not opened again, with nobody left to ask"
    assert desk.carry() == []


# Closing


def test_closing_asks_whether_that_answered_it(desk: Desk) -> None:
    desk.answered()
    assert "I ask them whether that answered it." in plain_text(desk.do(DR_A, "desk close 1"))
    assert "Anyshire LMC closed your question. Did that answer it?" in desk.carry()[0][1]
    assert "Sent to" not in desk.says(GP, "sick note for a hospital patient"), "what is closed listens no more"
    assert plain_text(desk.do(GP, "lmc yes 1")).startswith("✔ CLOSED")
    desk.carry()
    assert "closed at 12:00; it answered their question" in desk.stands[desk.newest["card"]].lower()


def test_an_answer_that_did_not_settle_it_opens_it_again(desk: Desk) -> None:
    desk.answered()
    desk.do(DR_A, "desk close 1")
    desk.carry()
    assert "question 1 is open again" in plain_text(desk.do(GP, "lmc no 1"))
    assert "They say that it is not settled. It is open again." in desk.carry()[0][1]
    assert "Now: Taken by Dr A" in desk.stands[desk.newest["card"]]


def test_an_asker_who_writes_after_it_was_closed_opens_it_again(desk: Desk) -> None:
    desk.answered()
    desk.do(GP, "lmc yes 1")
    desk.carry()
    assert "Sent to" in desk.says(GP, "oh, and this", about=desk.newest["asker"])
    assert desk.item().state == "taken"


def test_a_question_that_is_closed_without_a_word(desk: Desk) -> None:
    desk.asked()
    desk.do(DR_A, "desk close 1")
    assert "closed your question without writing to you here. Is it settled?" in desk.carry()[0][1]


def test_an_asker_takes_it_back(desk: Desk) -> None:
    desk.answered()
    desk.says(GP, "My own words", about=desk.newest["asker"])
    desk.carry()
    assert "QUESTION 1 TAKEN BACK" in plain_text(desk.do(GP, "lmc withdraw 1"))
    desk.carry()
    in_room = [text for text in desk.stands.values() if "FROM ANYSHIRE" not in text]
    assert not any(QUESTION in text or "My own words" in text for text in in_room)
    assert "Question 1 was taken back by who asked it" in desk.says(DR_A, "But", about=desk.newest["card"])
    assert desk.item().text == ""


def test_a_question_that_is_taken_back_leaves_the_reminders_too(desk: Desk) -> None:
    desk.asked()
    desk.now += 4 * 3600
    remind(desk.app.house)
    desk.carry()
    reminder = desk.newest["desk"]
    assert shown.brief(desk.item()) in desk.stands[reminder]
    desk.do(GP, "lmc withdraw 1")
    desk.carry()
    assert desk.stands[reminder].endswith("the asker took it back.\nits words are erased")


def test_officers_are_told_where_words_that_were_taken_back_stand_still(desk: Desk) -> None:
    desk.asked()
    desk.do(GP, "lmc withdraw 1")
    line = desk.desk.changing("slack")
    assert line
    exchange.stuck(line, desk.app.house)
    assert any("still stands there" in text for to, text in desk.carry() if to == "desk")
    desk.do(GP, "lmc send hospital-fit-note")
    desk.carry()
    desk.do(DR_A, "desk take 2")
    line = desk.desk.changing("slack")
    assert line
    desk.desk.changed(line)
    exchange.stuck(line, desk.app.house)
    assert desk.carry() == [], "of a card that only tells what it told there is nothing to do"


def test_what_an_asker_took_back_is_shown_to_nobody(desk: Desk) -> None:
    desk.answered()
    desk.says(GP, "My own words", about=desk.newest["asker"], said="D1 7")
    desk.carry()
    assert "From them (3): My own words" in plain_text(desk.do(DR_A, "desk item 1"))
    desk.deletes(GP, "D1 7")
    desk.carry()
    said = plain_text(desk.do(DR_A, "desk item 1"))
    assert "From them (3), taken back: its words are theirs again" in said
    assert "My own words" not in said


def test_a_question_that_is_taken_back_before_it_was_sent_never_goes(desk: Desk) -> None:
    desk.app.handle(Ask(GP, QUESTION, said="q"))
    desk.do(GP, "lmc send")
    desk.do(GP, "lmc withdraw 1")
    assert desk.carry() == []


# The promise


def test_officers_are_reminded_and_the_asker_is_told(desk: Desk) -> None:
    desk.asked()
    desk.now += 3.9 * 3600
    assert remind(desk.app.house) == 0
    desk.now = datetime.datetime(2026, 11, 20, 16, tzinfo=LONDON).timestamp()
    assert remind(desk.app.house) == 1
    ((to, half),) = desk.carry()
    assert (to, half.split("\n")[0]) == ("desk", "! QUESTION 1: HALF OF THE TIME IS OVER")
    assert "It waits for somebody to take it." in half
    assert remind(desk.app.house) == 0
    desk.do(DR_A, "desk take 1")
    desk.carry()
    desk.now = datetime.datetime(2026, 11, 23, 12, tzinfo=LONDON).timestamp()
    assert remind(desk.app.house) == 1
    told = dict(desk.carry())
    assert "THE TIME IS OVER" in told["desk"]
    assert "It is taken by Dr A on Friday 20 November, 16:00; not answered yet." in told["desk"]
    assert "You were promised an answer by Monday 23 November, 12:00." in told["asker"]
    assert "office@lmc.example · 01632 960000" in told["asker"]
    assert remind(desk.app.house) == 0


def test_an_answer_that_was_taken_back_is_owed_still(desk: Desk) -> None:
    desk.answered()
    desk.says(DR_A, "Nor may they ask.", about=desk.newest["card"], said="C1 2")
    desk.carry()
    desk.deletes(DR_A, "C1 1")
    desk.now += 30 * 86400
    assert remind(desk.app.house) == 0, "another stands"
    desk.deletes(DR_A, "C1 2")
    assert remind(desk.app.house) == 1
    desk.carry()
    assert "not answered yet" in desk.stands[desk.newest["card"]]


def test_a_bot_that_was_off_says_late_alone(desk: Desk) -> None:
    desk.asked()
    desk.now += 30 * 86400
    assert remind(desk.app.house) == 1
    assert [to for to, _ in desk.carry()] == ["desk", "asker"]


def test_an_answer_in_time_reminds_nobody(desk: Desk) -> None:
    desk.answered()
    desk.now += 30 * 86400
    assert remind(desk.app.house) == 0


# What did not arrive


def test_an_asker_who_cannot_be_reached(desk: Desk) -> None:
    desk.asked()
    desk.says(DR_A, "No.", about=desk.newest["card"])
    desk.carry(LineState.FAILED, "unreachable")
    ((to, note),) = [each for each in desk.carry() if each[0] == "desk"]
    assert (to, note) == (
        "desk",
        "– QUESTION 1\nYour answer did not reach them: they have stopped this bot or left, on every app that I know "
        "them on.",
    )
    item = desk.do(DR_A, "desk item 1")
    assert "To them (2), did not arrive: No." in plain_text(item)
    desk.do(DR_A, pressed(item, "Send again"))
    assert desk.carry()[0][1].startswith("✉ FROM ANYSHIRE LMC\nNo.")


def test_what_may_have_arrived_is_sent_again_by_an_officers_word_alone(desk: Desk) -> None:
    desk.asked()
    desk.says(DR_A, "No.", about=desk.newest["card"])
    desk.carry(LineState.UNSURE, "network")
    notes = [text for to, text in desk.carry() if to == "desk"]
    assert notes == [
        "– QUESTION 1\nYour answer may or may not have arrived: the app did not say. I do not send it again by myself."
    ]
    assert "ON ITS WAY" in plain_text(desk.do(DR_A, "desk again 2"))
    assert desk.carry()[0][1].startswith("✉ FROM ANYSHIRE LMC\nNo.")
    assert "Nothing was sent twice." in plain_text(desk.do(DR_A, "desk again 2"))


# The room


def test_where_no_room_is_set(desk: Desk) -> None:
    assert "✔ NO ROOM" in plain_text(desk.do(DR_A, "desk nowhere"))
    for sentence in ("lmc", "lmc hospital-fit-note", "lmc send hospital-fit-note", "tell lmc may we charge"):
        text = plain_text(desk.do(GP, sentence))
        assert text.startswith("→ ASK ANYSHIRE LMC\nE-mail: office@lmc.example\nPhone: 01632 960000")
        assert "I cannot pass questions on yet" in text
    assert "No room yet: Type /desk here in the group that your officers share;" in plain_text(desk.do(DR_A, "desk"))
    assert "NOT A ROOM" in plain_text(desk.do(DR_A, "desk here"))
    assert "THIS IS THE LMC'S DESK" in plain_text(desk.do(DR_A, "desk here", here=ROOM, private=False))
    assert desk.desk.room() == Room("slack", ROOM, since=int(FRIDAY))
    assert [act.about for act in desk.store.records.audit.by([DR_A.account])] == ["nowhere", "here"]


def test_a_room_on_an_app_that_does_not_run_is_none(desk: Desk) -> None:
    desk.answered()
    desk.app.house = dataclasses.replace(desk.app.house, drawings=drawings(["telegram"]))
    assert "I cannot pass questions on yet" in plain_text(desk.do(GP, "lmc hospital-fit-note"))
    assert desk.says(GP, "And on Mondays?", about=desk.newest["asker"]).startswith("Kept for Anyshire LMC")
    assert "it is on an app that does not run (slack)" in plain_text(desk.do(DR_A, "desk"))


def test_the_desk_is_spoken_of_in_private_and_in_its_room(desk: Desk) -> None:
    assert "THE DESK" in plain_text(desk.do(DR_A, "desk", here=ROOM, private=False))
    assert "IN PRIVATE, PLEASE" in plain_text(desk.do(DR_A, "desk", here='{"channel":"C2"}', private=False))
    assert "THAT IS FOR AN OFFICER" in plain_text(desk.do(GP, "desk here", here=ROOM, private=False))
    assert "Others read along here" in plain_text(desk.do(GP, "lmc item 1", here=ROOM, private=False))


def test_what_waits_is_told_to_who_writes_while_the_room_cannot_be_reached(desk: Desk) -> None:
    desk.answered()
    desk.desk.settle_in(Room("slack", ROOM, failing=int(desk.now), pause=30, again=int(desk.now) + 30))
    said = desk.says(GP, "And?", about=desk.newest["asker"])
    assert said == "Kept for Anyshire LMC (question 1): it goes to the officers as soon as their room can be reached."
    assert "The room cannot be reached: not since Friday 20 November, 12:00" in plain_text(desk.do(DR_A, "desk"))
    desk.now += 30
    assert "THEY WRITE" in desk.carry()[0][1]


def test_the_list_of_what_is_open_is_paged(desk: Desk) -> None:
    for number in range(10):
        desk.do(GP, f"lmc send {pressed(desk.do(GP, f'tell lmc may we charge for {number}'), 'Send it').split()[-1]}")
    first = desk.do(DR_A, "desk")
    assert plain_text(first).startswith("✉ THE DESK: 10 OPEN\n1: may we charge for 0 · by Monday 23 November, 12:00")
    second = desk.do(DR_A, pressed(first, "More"))
    assert [button.label for button in second.buttons] == ["Question 9", "Question 10"]
    assert "No more than that." in plain_text(desk.do(DR_A, "desk page 9"))


def test_a_number_that_is_nothings(desk: Desk) -> None:
    assert "There is no question 9." in plain_text(desk.do(DR_A, "desk take 9"))
    assert "There is no message 9." in plain_text(desk.do(DR_A, "desk send 9"))
    assert "You have no question 9 with your LMC" in plain_text(desk.do(GP, "lmc item 9"))


def test_what_i_have_with_the_lmc(desk: Desk) -> None:
    desk.answered()
    home = desk.do(GP, "lmc")
    assert f"With the LMC: 1: {QUESTION} (answered at 12:00)" in plain_text(home)
    item = plain_text(desk.do(GP, pressed(home, "Question 1")))
    assert item.endswith("Anyshire LMC: No: it cannot.")


# Oneself


def test_forget_me_takes_the_words_along(desk: Desk) -> None:
    desk.answered()
    desk.do(GP, "forget me yes")
    desk.carry()
    assert QUESTION not in desk.stands[desk.newest["card"]]
    assert desk.item().member == 0


def test_my_data_holds_what_was_said(desk: Desk) -> None:
    desk.answered()
    (file,) = desk.do(GP, "my data").files
    assert QUESTION.encode() in file.content
    assert b"No: it cannot." in file.content
    assert b"Dr A" not in file.content
    assert "1 question with your LMC" in plain_text(desk.do(GP, "me"))


def test_every_line_has_its_words() -> None:
    told = {Towards.ASKER: 4, Towards.DESK: 5, Towards.OWNER: 0}
    for towards, number in told.items():
        assert len([side for _, side in shown._WRITTEN if side is towards]) == number


def test_a_terminal_shows_the_way_of_a_question_and_sends_nothing(desk: Desk) -> None:
    desk.desk.settle_in(None)
    terminal = Person("console", "terminal")
    app = App(dataclasses.replace(desk.app.house, drawings={}, ranks={terminal.account: Rank.OWNER}))

    def say(text: str) -> Reply:
        return app.handle(Ask(terminal, text))

    answer = say(QUESTION)
    preview = say(answer.buttons[-1].sentence)
    sent = plain_text(say(pressed(preview, "Send it")))
    assert "Nothing is sent from this terminal. Officers would now read it in their room: desk item 1" in sent
    assert plain_text(say("desk item 1")).startswith(f"✉ QUESTION 1\n{QUESTION}\nFrom: ")
    assert "NOT A ROOM" in plain_text(say("desk here"))
    assert "waits for an officer" in plain_text(say("lmc item 1"))

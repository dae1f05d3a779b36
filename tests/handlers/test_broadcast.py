"""Conversations of officers who write, aim, send, correct and take back; and of those who get it."""

import dataclasses
import datetime
import json
from collections.abc import Iterator

import pytest

from bot.app import App
from bot.drawings import drawings
from bot.store import Store
from handlers.broadcast import begin, when
from handlers.broadcast.text import message, read
from handlers.chat import LONDON, Ask, Link, Person, Reply, Section, Title, plain_text
from handlers.records import Broadcast, Claim, Member, Rank, Records, Stage, State
from knowledge.model import Nation, Role

OWNER, SECOND = Person("telegram", "900"), Person("slack", "U0SECOND")
NEWS = "broadcast # Bloods\nA new letter.\nSee https://www.bma.org.uk/bloods for more."
NOON = datetime.datetime(2026, 11, 21, 12, tzinfo=LONDON)


class Office:
    """A bot with two officers, and a clock that a test sets."""

    def __init__(self, app: App, two: bool = False) -> None:
        self.now = NOON.timestamp()
        self.store = Store(None)
        self.records: Records = self.store.records
        ranks = {OWNER.account: Rank.OWNER, SECOND.account: Rank.OFFICER}
        house = dataclasses.replace(
            app.house, records=self.records, ranks=ranks, clock=lambda: self.now, drawings=drawings(), two_officers=two
        )
        self.app = App(house)

    def say(self, text: str, person: Person = OWNER) -> Reply:
        return self.app.handle(Ask(person, text))

    def said(self, text: str, person: Person = OWNER) -> str:
        return plain_text(self.say(text, person))

    def member(self, account: str, **changes: object) -> Member:
        member = self.records.members.begin(account, 0)
        return self.records.members.change(member.id, **changes) if changes else member

    def of(self, ident: int = 1) -> Broadcast:
        found = self.records.broadcasts.by_id(ident)
        assert found
        return found

    def deliver(self, chat: str = "telegram") -> list[Claim]:
        """Send what is queued on a chat, as the outbox would."""
        from handlers.broadcast.audience import selection

        broadcasts, claims = self.records.broadcasts, []
        for each in broadcasts.at_stage(Stage.SENDING):
            while broadcasts.fill(each.id, selection(each, self.app.house), lambda m: when.due(m, int(self.now)), 2):
                pass
        while claim := broadcasts.claim(chat, int(self.now), lambda m: when.free_from(m, int(self.now))):
            broadcasts.settle(claim, State.SENT, message=f"{claim.account}/{claim.numbers[0]}")
            claims.append(claim)
        for each in broadcasts.at_stage(Stage.SENDING):
            broadcasts.finish(each.id)
        return claims


@pytest.fixture
def office(app: App) -> Iterator[Office]:
    made = Office(app)
    yield made
    made.store.close()


@pytest.fixture
def two(app: App) -> Iterator[Office]:
    made = Office(app, two=True)
    yield made
    made.store.close()


def people(office: Office) -> None:
    """Four members: a manager in England, a partner in Wales, a locum nowhere, a nurse who stopped the bot."""
    office.member("telegram 1", role=Role.MANAGER, practice="A81001")
    office.member("slack U2", role=Role.PARTNER, practice="W91001", nation=Nation.WALES)
    office.member("telegram 3", role=Role.LOCUM)
    office.member("telegram 4", role=Role.NURSE, practice="A81001")
    office.records.places.unreachable("telegram 4", "blocked", 1)


def test_from_a_text_to_everyone(office: Office) -> None:
    people(office)
    draft = office.say(NEWS)
    text = plain_text(draft)
    assert text.startswith("✉ DRAFT 1\nBloods\nA new letter.")
    assert "- 4: 1 on Slack, 3 on Telegram" in text, "the officer too"
    assert "- 1 more cannot be reached" in text
    assert office.said("preview 1") == office.said("send 1 test")
    assert "ON ITS WAY" in office.said("send 1")
    assert len(office.deliver("telegram")) == 3
    assert len(office.deliver("slack")) == 1
    status = office.said("status 1")
    assert "UPDATE 1: DONE" in status
    assert "Sent: 4 of 5" in status
    assert "1: stopped the bot earlier" in status
    assert "NOT NOW" in office.said("send 1"), "nothing is sent twice"


def test_the_text_keeps_its_lines_its_letters_and_its_links(office: Office) -> None:
    draft = office.say("broadcast # For GPs\nFirst LINE\nsecond line\n\n- one\n- two\nhttps://lmc.example/a?b=C")
    assert draft.parts[1:5] == (
        Title("For GPs"),
        Section("", ("First LINE\nsecond line",)),
        Section("", ("one", "two")),
        Link("lmc.example/a", "https://lmc.example/a?b=C"),
    )


def test_buttons_of_an_officers_own(office: Office) -> None:
    office.say("broadcast Fit notes\n[The rule] rule hospital-fit-note\n[Book a place] https://lmc.example/book")
    preview = office.say("preview 1")
    assert preview.buttons[0].sentence == "rule hospital-fit-note"
    assert Link("Book a place", "https://lmc.example/book") in preview.parts
    assert preview.keeps, "a press below it must not replace it"
    assert [button.sentence for button in preview.buttons[1:]] == ["understood 1", "settings stop contract"]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("broadcast NHS number 943 476 5919 needs a letter", "[NHS number]"),
        ("broadcast Look at http://lmc.example", "Line 1: http://lmc.example is not a link"),
        ("broadcast One\nTwo https://nowhere", "Line 2: https://nowhere is not a link"),
        ("broadcast Look at www.bma.org.uk", "www.bma.org.uk is not a link"),
        ("broadcast News\n[Rule] rule no-such-rule", "Line 2: there is no rule no-such-rule"),
        ("broadcast News\n[Do] dance", "a button says “rule ID”"),
        ("broadcast N\n[A] help\n[B] help\n[C] help\n[D] help", "It has 4 buttons: 3 at most."),
        ("poll Enough staff?\n- Yes", "A poll has two to six choices"),
        ("poll Enough staff?\n- Yes\n- Yes", "Two choices are the same."),
        ("poll - Yes\n- No", "It has no words."),
    ],
)
def test_a_text_with_a_fault_is_not_kept(office: Office, typed: str, answer: str) -> None:
    text = office.said(typed)
    assert "– NOT KEPT" in text
    assert answer in text
    assert "THERE IS NO UPDATE 1" in office.said("status 1")


def test_a_text_that_is_too_long_for_an_app_is_told_with_the_place(office: Office) -> None:
    words = " ".join(f"word{number}" for number in range(600))
    text = office.said(f"broadcast # Long\n{words}")
    assert "It is too long for Telegram" in text
    assert "characters fit, up to “word" in text
    assert "NOT KEPT" in text


def test_an_audience_is_narrowed_step_by_step(office: Office) -> None:
    people(office)
    office.say(NEWS)
    for sentence, answer in (
        ("audience 1 role gp", "2: 1 on Slack, 1 on Telegram"),
        ("audience 1 nation wales", "1: 1 on Slack"),
        ("audience 1 everyone", "4: 1 on Slack, 3 on Telegram"),
        ("audience 1 practice A81001", "1: 1 on Telegram"),
        ("audience 1 everyone", "4: "),
        ("audience 1 platform slack", "1: 1 on Slack"),
    ):
        assert answer in office.said(sentence)
    area = office.app.house.directory().practices["A81001"].icb
    office.say("audience 1 everyone")
    assert "1: 1 on Telegram" in office.said(f"audience 1 area {area}")
    assert f"of area {area}" in office.said("status 1")


def test_who_stopped_a_topic_does_not_get_it(office: Office) -> None:
    office.member("telegram 1", stopped=frozenset({"action"}))
    office.say(NEWS)
    assert "2: 2 on Telegram" in office.said("audience 1")
    assert "1: 1 on Telegram" in office.said("audience 1 topic action")


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("audience 1 role boss", "Roles are: gp, partner"),
        ("audience 1 area zzz", "No ICB, sub-ICB or health board has the code ZZZ"),
        ("audience 1 practice Z00000", "No practice has the code Z00000"),
        ("audience 1 nation france", "Nations are: england"),
        ("audience 1 platform fax", "Platforms are: telegram, slack"),
        ("audience 1 topic gossip", "Topics are: contract"),
        ("audience 1 practise A81001", "After audience 1 comes everyone, or one of role, area, practice,"),
        ("audience 1 pledged", "After audience 1 comes everyone"),
        ("audience 9", "THERE IS NO UPDATE 9"),
        ("preview 1 fax", "FAX IS NOT SET UP HERE"),
        ("correct 1", "Send it as one message: correct 1, and the whole new text after it."),
    ],
)
def test_an_audience_with_a_slip(office: Office, typed: str, answer: str) -> None:
    office.say(NEWS)
    assert answer in office.said(typed)


def test_an_empty_audience_is_not_sent_to(office: Office) -> None:
    office.say(NEWS)
    office.say("audience 1 role nurse")
    assert "Nobody is in its audience, so it was not sent." in office.said("send 1")
    assert office.of().stage is Stage.DRAFT


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("send 1 at 2026-11-21 11:59", "is past: it is 21 November 2026, 12:00 now"),
        ("send 1 at 2026-02-30 10:00", "Say a day and an hour"),
        ("send 1 at tomorrow", "Say a day and an hour"),
        ("send 1 at", "Say a day and an hour"),
        ("send 1 tomorrow 18:30", "Say a day and an hour"),
        ("send 1 now", "With no time, it goes now."),
        ("send 1 at 2027-03-28 01:30", "01:30 does not exist"),
        ("send 1 at 2027-10-31 01:30", "01:30 comes twice"),
    ],
)
def test_a_time_with_a_fault(office: Office, typed: str, answer: str) -> None:
    office.say(NEWS)
    assert answer in office.said(typed)
    assert office.of().stage is Stage.DRAFT


@pytest.mark.parametrize(
    ("day", "utc"), [("2026-12-01", 18), ("2027-07-01", 17)], ids=["in winter", "in summer an hour before UTC"]
)
def test_a_time_is_londons(office: Office, day: str, utc: int) -> None:
    office.say(NEWS)
    assert "18:30, London time" in office.said(f"send 1 at {day} 18:30")
    assert datetime.datetime.fromtimestamp(office.of().at, datetime.UTC).hour == utc


def test_more_than_two_hours_late_it_is_not_begun(office: Office) -> None:
    office.say(NEWS)
    office.say("send 1 at 2026-11-21 13:00")
    office.now += 3 * 3600
    assert begin(office.of(), office.app.house)[0] is Stage.SENDING, "two hours to the second are not more"
    office.now += 1
    assert begin(office.of(), office.app.house) == (Stage.CANCELLED, "late")


def test_an_officer_who_was_removed_meanwhile_sends_nothing(office: Office) -> None:
    office.member("telegram 7", rank=Rank.OFFICER)
    gone = Person("telegram", "7")
    office.say(NEWS, gone)
    office.say("send 1 at 2026-11-21 13:00", gone)
    assert begin(office.of(), office.app.house)[0] is Stage.SENDING
    office.member("telegram 7", rank=Rank.MEMBER)
    assert begin(office.of(), office.app.house) == (Stage.DRAFT, "officer")


def test_who_waits_longer_than_the_sending_takes_is_explained(office: Office) -> None:
    people(office)
    office.say(NEWS)
    office.say("send 1")
    office.deliver("telegram")
    assert "Waiting: 1\nWho is in their quiet hours gets it when those end" in office.said("status 1")
    office.deliver("slack")
    assert "quiet hours" not in office.said("status 1")
    office.say(NEWS)
    office.say("urgent 2")
    assert "quiet hours" not in office.said("status 2"), "what is urgent waits for nobody's"


def test_a_second_officer_confirms(two: Office) -> None:
    two.say(NEWS)
    assert "Another officer sends me: confirm 1" in two.said("send 1")
    assert two.deliver() == []
    assert "You asked to send it: another officer confirms." in two.said("confirm 1")
    assert "ON ITS WAY" in two.said("confirm 1", SECOND)
    assert len(two.deliver()) == 1


def test_what_changes_after_the_ask_is_confirmed_anew(two: Office) -> None:
    two.say(NEWS)
    two.say("send 1")
    two.say("correct 1 Other words")
    assert two.of().stage is Stage.DRAFT
    assert "NOT NOW" in two.said("confirm 1", SECOND)


def test_a_correction_needs_two_as_well(two: Office) -> None:
    two.say(NEWS)
    two.say("send 1")
    two.say("confirm 1", SECOND)
    two.deliver()
    assert "confirm 2" in two.said("correct 1 Other words")
    assert two.of().text.startswith("# Bloods")
    two.say("confirm 2", SECOND)
    assert (two.of().text, two.of().version) == ("Other words", 1)


def test_pause_resume_and_cancel(office: Office) -> None:
    people(office)
    office.say(NEWS)
    office.say("send 1")
    assert "PAUSED" in office.said("pause 1")
    assert office.deliver() == []
    assert "ON ITS WAY" in office.said("resume 1")
    assert len(office.deliver("telegram")) == 3
    assert "DONE" in office.said("cancel 1")
    assert office.deliver("slack") == []
    assert "Cancelled: 1" in office.said("status 1")
    assert "NOT NOW" in office.said("resume 1")
    assert "Nothing of it is left to cancel" in office.said("cancel 1")


def test_quiet_hours_hold_all_but_what_is_urgent(office: Office) -> None:
    office.member("telegram 1", quiet=(19, 8))
    office.member(OWNER.account, quiet=(0, 0))
    office.now = NOON.replace(hour=23).timestamp()
    office.say(NEWS)
    office.say("send 1")
    assert [claim.account for claim in office.deliver()] == [OWNER.account]
    office.say(NEWS)
    office.say("urgent 2")
    assert {claim.account for claim in office.deliver()} == {OWNER.account, "telegram 1"}
    office.now = NOON.replace(day=22, hour=8).timestamp()
    assert [claim.broadcasts for claim in office.deliver()] == [(1,)]


def test_a_digest_is_one_message_a_day(office: Office) -> None:
    reader = Person("telegram", "1")
    assert "once a day" in office.said("settings digest on", reader)
    for ident in (1, 2):
        office.say(NEWS)
        office.say(f"send {ident}")
    assert {claim.account for claim in office.deliver()} == {OWNER.account}
    office.now = NOON.replace(day=22, hour=8, minute=5).timestamp()
    (claim,) = office.deliver()
    assert (claim.account, claim.broadcasts) == ("telegram 1", (1, 2))
    assert "Sent: 2 of 2" in office.said("status 2")


def test_the_clock_set_back_sends_nothing_twice_and_loses_nothing(office: Office) -> None:
    people(office)
    office.say(NEWS)
    office.say("send 1")
    first = office.deliver("telegram")
    office.now -= 86_400
    assert office.deliver("telegram") == []
    assert len(first) + len(office.deliver("slack")) == 4


def test_one_person_on_both_apps_gets_one_on_the_app_they_came_by(office: Office) -> None:
    both = office.member("slack U1")
    office.records.members.link(both.id, "telegram 1")
    office.say(NEWS)
    office.say("send 1")
    assert [claim.account for claim in office.deliver("telegram")] == [OWNER.account]
    assert [claim.account for claim in office.deliver("slack")] == ["slack U1"]


def test_the_archive_pages_and_opens(office: Office) -> None:
    reader = Person("telegram", "1")
    office.member("telegram 1")
    for ident in range(1, 12):
        office.say(f"broadcast News of day {ident}")
        office.say(f"send {ident}")
    office.deliver()
    page = office.say("updates", reader)
    assert page.buttons[0].label == "11: News of day 11"
    older = office.say(page.buttons[-1].sentence, reader)
    assert [button.sentence for button in older.buttons] == ["updates 3", "updates 2", "updates 1"]
    assert "News of day 3" in plain_text(office.say("updates 3", reader))


def test_what_went_to_some_is_in_no_other_persons_archive(office: Office) -> None:
    people(office)
    office.say(NEWS)
    office.say("audience 1 role manager")
    office.say("send 1")
    office.deliver()
    assert "Bloods" in office.said("updates 1", Person("telegram", "1"))
    for word in ("updates 1", "understood 1", "vote 1 1"):
        assert "NO UPDATE 1" in office.said(word, Person("telegram", "3"))


def test_read_and_understood_is_counted_once_and_without_a_name(office: Office) -> None:
    people(office)
    office.say(NEWS)
    assert "NO UPDATE 1" in office.said("understood 1"), "a preview counts nothing"
    office.say("send 1")
    office.deliver()
    assert "Counted" in office.said("understood 1", Person("telegram", "1"))
    assert "counted already" in office.said("understood 1", Person("telegram", "1"))
    assert "Read and understood: 1" in office.said("status 1")


def voted(office: Office, number: int) -> None:
    office.say("poll Enough staff?\n- Yes\n- No")
    for each in range(number):
        office.member(f"telegram {each + 1}")
    office.say("send 1")
    office.deliver()
    for each in range(number):
        office.say(f"vote 1 {1 + each % 2}", Person("telegram", str(each + 1)))


def test_a_poll_is_shown_once_it_is_closed(office: Office) -> None:
    voted(office, 8)
    running = office.said("status 1")
    assert "Votes: 8" in running
    assert "Yes" not in running, "two looks with one vote between them would tell that one"
    closed = office.said("close 1")
    assert "- Yes: 4 (50%)" in closed
    assert "THAT POLL IS CLOSED" in office.said("vote 1 1", Person("telegram", "1"))


def test_fewer_than_eight_votes_are_never_shown(office: Office) -> None:
    voted(office, 7)
    assert "Fewer than 8 voted" in office.said("close 1")
    assert "Yes" not in office.said("status 1")


def test_a_member_votes_once(office: Office) -> None:
    voted(office, 2)
    assert "YOU VOTED ALREADY" in office.said("vote 1 2", Person("telegram", "1"))
    assert "HAS NO CHOICE 3" in office.said("vote 1 3", Person("telegram", "1"))
    assert office.records.broadcasts.votes(1) == (1, 1)


def test_a_correction_is_a_new_version_with_a_note(office: Office) -> None:
    office.say(NEWS)
    office.say("send 1")
    office.deliver()
    office.say("correct 1 # Bloods\nThe letter is withdrawn.")
    change = office.records.broadcasts.changing("telegram")
    assert change and change.version == 1
    shown = plain_text(message(office.of(), office.app.house))
    assert "The letter is withdrawn." in shown
    assert "Corrected on 21 November 2026, 12:00." in shown
    office.records.broadcasts.changed(change)
    assert office.records.broadcasts.changing("telegram") is None
    assert "Corrected: 1 of 1" in office.said("status 1")


def test_a_correction_with_a_fault_changes_nothing(office: Office) -> None:
    office.say(NEWS)
    office.say("send 1")
    assert "NOT KEPT" in office.said("correct 1 Ring Mrs Margaret Threlfall on 07700 900123")
    assert office.of().version == 0


def test_a_recall_tells_where_it_cannot(office: Office) -> None:
    people(office)
    office.say(NEWS)
    office.say("send 1")
    office.deliver("telegram")
    assert "Who read it has read it" in office.said("recall 1")
    assert office.deliver("slack") == [], "what was left is cancelled"
    broadcasts = office.records.broadcasts
    first = broadcasts.changing("telegram")
    assert first and first.version == -1
    broadcasts.changed(first)
    second = broadcasts.changing("telegram")
    assert second
    broadcasts.changed(second, "too-old")
    status = office.said("status 1")
    assert "- 1 of 3" in status
    assert "- 1 not on Telegram: too old to change" in status
    assert "NO UPDATE 1" in office.said("updates 1", Person("telegram", "1"))
    assert "recall 1" not in [button.sentence for button in office.say("status 1").buttons]


def test_doubts_are_resent_or_left_by_an_officers_word(office: Office) -> None:
    people(office)
    office.say(NEWS)
    office.say("send 1")
    office.deliver("slack")
    broadcasts = office.records.broadcasts
    claims = [broadcasts.claim("telegram", int(office.now), lambda _: 0) for _ in range(2)]
    (first,), (second,) = (claim.numbers for claim in claims if claim)
    assert broadcasts.recover() == 2
    asked = office.say("unsure 1")
    assert "a manager, on Telegram" in plain_text(asked)
    resend, leave = asked.buttons[0], asked.buttons[3]
    assert (resend.label, leave.label) == (f"Resend {first}", f"Leave {second}")
    assert "Sent again." in office.said(resend.sentence)
    assert "That is settled already." in office.said(resend.sentence)
    assert "Left as it is." in office.said(leave.sentence)
    assert "Nobody is in doubt." in office.said("unsure 1")
    assert len(office.deliver()) == 2, "the one that was resent, and the one that was never begun"
    assert "DONE" in office.said("status 1")


def test_a_changed_rule_is_announced_first_to_who_asked_and_wished_so(office: Office) -> None:
    asker, other = Person("telegram", "8"), Person("telegram", "2")
    office.member("telegram 2", ahead=True)
    office.say("the ward gave no fit note, is it ours", asker)
    (question,) = office.records.questions.of([asker.account])
    office.say("settings ahead on", asker)
    office.say(f"announce {question.rule}")
    office.say("send 1")
    accounts = [claim.account for claim in office.deliver()]
    assert accounts[0] == asker.account
    assert {OWNER.account, other.account} == set(accounts[1:])


def test_a_tip_and_a_week_are_drafts(office: Office) -> None:
    assert "NO TIP" in office.said("tip")
    office.say("the ward gave no fit note, is it ours")
    assert "Tip of the month" in office.said("tip")
    assert office.of().stage is Stage.DRAFT
    assert "NOTHING CHANGED" in office.said("weekly manager")
    rules = office.app.house.library.rules
    fresh = dataclasses.replace(rules["hospital-fit-note"], valid_from=datetime.date(2026, 11, 20))
    library = dataclasses.replace(office.app.house.library, rules=rules | {fresh.id: fresh})
    office.app.house = dataclasses.replace(office.app.house, library=library)
    assert fresh.title in office.said("weekly manager")
    assert office.of(2).audience.roles == (Role.MANAGER,)


def test_what_begins_like_a_command_is_a_question(office: Office) -> None:
    for text in (
        "send patient to a&e",
        "cancel appointment letter",
        "poll tax letter",
        "pause statin before surgery",
        "send 2 home",
    ):
        assert "UPDATE" not in office.said(text)
        assert "DRAFT" not in office.said(text)


def test_forgetting_takes_a_person_out_and_keeps_the_counts(office: Office) -> None:
    reader = Person("telegram", "1")
    people(office)
    office.say(NEWS)
    office.say("send 1")
    office.deliver()
    office.say("understood 1", reader)
    (file,) = office.say("my data", reader).files
    assert json.loads(file.content)["updates"] == [[1, "telegram", "sent", int(office.now)]]
    office.say("forget me yes", reader)
    status = office.said("status 1")
    assert "Sent: 3 of 5" in status
    assert "Read and understood: 0" in status
    assert len(office.deliver("slack")) == 1


def test_a_person_who_is_forgotten_before_their_turn_is_not_sent_to(office: Office) -> None:
    people(office)
    office.say(NEWS)
    office.say("send 1")
    broadcasts = office.records.broadcasts
    from handlers.broadcast.audience import selection

    broadcasts.fill(1, selection(office.of(), office.app.house), lambda _: 0, 100)
    office.say("forget me yes", Person("telegram", "1"))
    assert "telegram 1" not in [claim.account for claim in office.deliver()]


def test_a_long_list_of_links_stays_readable() -> None:
    written = read("See https://a.example/x and https://b.example/y.")
    assert written.parts[0] == Section("", ("See a.example and b.example.",))
    assert [part.url for part in written.parts if isinstance(part, Link)] == [
        "https://a.example/x",
        "https://b.example/y",
    ]

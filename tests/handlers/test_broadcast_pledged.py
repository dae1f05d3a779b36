"""An update to those whose practice has pledged: it goes to them, and no officer can tell who they are."""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import pytest

from bot.app import App
from bot.drawings import drawings
from bot.store import Store
from handlers.broadcast import audience, begin, pledged, when
from handlers.chat import LONDON, Ask, Person, Reply, plain_text
from handlers.records import Move, Pledge, Rank, Stage, Stand, State
from knowledge.directory import load
from knowledge.model import Role

ACTION, OTHER = "en-2026-06-medicines", "en-2026-05-data-sharing"
OWNER, SECOND = Person("telegram", "900"), Person("slack", "U0SECOND")
PRACTICES = load().practices
PLACE = [code for code, each in PRACTICES.items() if each.sub_icb == "16C" and not each.closed][:24]
ELSEWHERE = next(code for code, each in PRACTICES.items() if each.icb and each.icb != PRACTICES[PLACE[0]].icb)
TO_THEM = f"audience 1 pledged {ACTION}"


class Office:
    """A bot with two officers of no practice, and a partner and a nurse on Telegram in each of 24 practices."""

    def __init__(self, app: App, standing: Iterable[int] = (), stand: Stand = Stand.DOING, two: bool = False) -> None:
        self.now = datetime(2026, 11, 21, 12, tzinfo=LONDON).timestamp()
        self.store = Store(None)
        self.records = self.store.records
        ranks = {OWNER.account: Rank.OWNER, SECOND.account: Rank.OFFICER}
        house = dataclasses.replace(
            app.house,
            records=self.records,
            ranks=ranks,
            clock=lambda: self.now,
            drawings=drawings(),
            two_officers=two,
        )
        self.app = App(house)
        for number, code in enumerate(PLACE):
            for role, account in ((Role.PARTNER, f"telegram {number}"), (Role.NURSE, f"telegram {100 + number}")):
                member = self.records.members.begin(account, 0)
                self.records.members.change(member.id, practice=code, role=role)
        self.stand(standing, stand)

    def stand(self, numbers: Iterable[int], stand: Stand | None, action: str = ACTION) -> None:
        """Let practices stand somewhere on an action; None takes back what they said."""
        for code in (PLACE[number] for number in numbers):
            before = next((each for each in self.records.pledges.of(code) if each.action == action), None)
            until = ("16C", 20, 0, "2026-12-20") if stand is Stand.WAITING else ()
            after = Pledge(code, action, stand, "2026-11-21", int(self.now), *until) if stand else None
            assert self.records.pledges.apply([Move(before, after)])

    def say(self, text: str, person: Person = OWNER) -> Reply:
        return self.app.handle(Ask(person, text))

    def said(self, text: str, person: Person = OWNER) -> str:
        return plain_text(self.say(text, person))

    def deliver(self, outcome: State = State.SENT) -> list[str]:
        """Send what is due, as the outbox would; to whom."""
        house, broadcasts, accounts = self.app.house, self.records.broadcasts, list[str]()
        for each in broadcasts.at_stage(Stage.SENDING):
            while broadcasts.fill(each.id, audience.selection(each, house), lambda m: when.due(m, int(self.now)), 5):
                pass
        for chat in ("telegram", "slack"):
            for _ in range(9):  # a claim looks at so many rows at once
                while claim := broadcasts.claim(
                    chat,
                    int(self.now),
                    lambda m: when.free_from(m, int(self.now)),
                    lambda practice, action: pledged.does(practice, action, house),
                ):
                    reason = "" if outcome is State.SENT else "network"
                    broadcasts.settle(claim, outcome, reason, f"{claim.account}/7" if outcome is State.SENT else "")
                    accounts.append(claim.account)
        for each in broadcasts.at_stage(Stage.SENDING):
            broadcasts.finish(each.id)
        return accounts

    def stage(self) -> Stage:
        found = self.records.broadcasts.by_id(1)
        assert found
        return found.stage

    def close(self) -> None:
        self.store.close()


@pytest.fixture
def office(app: App) -> Iterator[Office]:
    """Ten practices do it."""
    made = Office(app, range(10))
    yield made
    made.close()


def accounts(numbers: Iterable[int]) -> set[str]:
    return {f"telegram {base + number}" for number in numbers for base in (0, 100)}


def test_it_goes_to_all_whose_practice_has_pledged_and_to_nobody_else(office: Office) -> None:
    office.say("broadcast Thank you")
    chosen = office.said(TO_THEM)
    assert "whose practice has pledged “June 2026: medicines software and acute prescribing”" in chosen
    assert "People: at most 48: 48 on Telegram" in chosen
    assert "the area of Anyshire LMC: under a quarter" in chosen
    assert "ON ITS WAY" in office.said("send 1")
    assert set(office.deliver()) == accounts(range(10))
    status = office.said("status 1")
    assert "UPDATE 1: DONE" in status
    assert "How many got it, or did not, is not shown" in status
    assert "Sent:" not in status


@pytest.mark.parametrize("stand", [Stand.WAITING, Stand.CONSIDERING, Stand.PAUSED, Stand.STOPPED])
def test_who_does_not_do_it_now_is_never_among_them(office: Office, stand: Stand) -> None:
    office.stand(range(10, 14), stand)
    office.stand(range(14, 16), Stand.PLEDGED)
    office.say("broadcast Thank you")
    office.say(TO_THEM)
    office.say("send 1")
    assert set(office.deliver()) == accounts([*range(10), 14, 15])


def test_what_a_practice_does_counts_in_the_moment_of_sending(office: Office) -> None:
    office.say("broadcast Thank you")
    office.say(TO_THEM)
    office.now = datetime(2026, 11, 21, 23, tzinfo=LONDON).timestamp()
    office.say("send 1")
    assert office.deliver() == [], "quiet hours are kept"
    office.stand([3], Stand.PAUSED)
    office.stand([20], Stand.DOING)
    office.now = datetime(2026, 11, 22, 8, 5, tzinfo=LONDON).timestamp()
    assert set(office.deliver()) == accounts({*range(10), 20} - {3})


# What an officer can say, one after the other, to find out; "deliver" lets the outbox work.
CURIOUS = (
    *("broadcast Thank you", "audience 1 role nurse", TO_THEM, "audience 1", f"audience 1 practice {PLACE[0]}"),
    *("audience 1 platform telegram", "audience 1 role partner", "audience 1 area 16C", "audience 1 area QHM"),
    *(f"audience 1 area {PRACTICES[ELSEWHERE].icb}", "audience 1 nation wales", "audience 1 platform slack"),
    *("audience 1 topic action", "preview 1", "status 1", "send 1", "status 1", "pause 1", "deliver", "status 1"),
    *("resume 1", "deliver", "status 1", "unsure 1", "unsure 1 resend 1", "unsure 1 leave 1", "correct 1 Sorry"),
    *("deliver", "status 1", "updates", "updates 1", "understood 1", "recall 1", "status 1", "cancel 1"),
    *("broadcast Again", f"audience 2 pledged {ACTION}", "urgent 2", "deliver", "status 2", "unsure 2"),
    *("broadcast Once more", f"audience 3 practice {PLACE[0]}", f"audience 3 pledged {ACTION}", "send 3"),
    *("poll Enough staff?\n- Yes\n- No", f"audience 4 pledged {ACTION}", f"audience 4 pledged {OTHER}", "close 4"),
)


def transcript(app: App, standing: Sequence[int], waiting: Sequence[int], outcome: State) -> list[str]:
    office = Office(app, standing)
    office.stand(waiting, Stand.WAITING)
    office.stand(waiting[:3], Stand.DOING, OTHER)
    told = []
    for text in CURIOUS:
        if text == "deliver":
            office.deliver(outcome)
        else:
            reply = office.say(text)
            told.append("\n".join([text, plain_text(reply), *(button.sentence for button in reply.buttons)]))
    office.close()
    return told


@pytest.mark.parametrize("outcome", [State.SENT, State.UNSURE, State.FAILED])
def test_whatever_an_officer_asks_the_answers_are_the_same_whoever_pledged(app: App, outcome: State) -> None:
    one = transcript(app, range(8), (), outcome)
    assert any("at most 48" in text for text in one)
    assert not any("FAULT" in text for text in one)
    others = ((range(9, 23), ()), (range(8), range(8, 24)), ([0, *range(12, 19)], [1, 2]))
    for standing, waiting in others:
        assert transcript(app, standing, waiting, outcome) == one


def test_a_practice_that_steps_in_or_out_changes_nothing_that_is_shown_within_a_week(office: Office) -> None:
    office.say("broadcast Thank you")
    before = office.said(TO_THEM)
    office.stand(range(10, 24), Stand.DOING)
    assert office.said("audience 1 everyone") != before == office.said(TO_THEM)
    office.stand(range(24), None)
    assert office.said(TO_THEM) == before
    assert "ON ITS WAY" in office.said("send 1")
    assert office.deliver() == []
    assert office.stage() is Stage.DONE, "it ends as any other does"


@pytest.mark.parametrize("number", [0, 1, 7])
def test_fewer_than_eight_are_no_audience_whether_seven_or_none(app: App, number: int) -> None:
    office = Office(app, range(number))
    office.say("broadcast Thank you")
    assert plain_text(office.say(TO_THEM)) == (
        "? TO WHOM?\nFewer than 8 practices of the area of Anyshire LMC have pledged it, or too few to tell apart, "
        "as counted on 21 November 2026: it cannot go to so few. It is counted anew each week."
    )
    assert "everyone; about contract" in office.said("audience 1")
    office.close()


@pytest.mark.parametrize("first", ["pledged", "practice"])
def test_one_practice_cannot_be_asked_for(office: Office, first: str) -> None:
    office.say("broadcast Thank you")
    for code in (PLACE[0], PLACE[20]):  # one has pledged, the other has not
        office.say("audience 1 everyone")
        asked = [TO_THEM, f"audience 1 practice {code}"]
        office.say(asked[0 if first == "pledged" else 1])
        said = office.said(asked[1 if first == "pledged" else 0])
        assert "Not together with a practice: it would tell whether that practice has pledged." in said


def test_other_words_must_leave_people_of_eight_practices(office: Office) -> None:
    for number in range(100, 107):
        member = office.records.members.of(f"telegram {number}")
        assert member
        office.records.members.change(member.id, role=Role.MANAGER)
    office.say("broadcast Thank you")
    office.say(TO_THEM)
    assert "people of fewer than 8 practices" in office.said("audience 1 role manager")
    assert "at most 24" in office.said("audience 1 role partner")


def test_an_area_can_be_named_where_its_band_is_shown(office: Office) -> None:
    office.say("broadcast Thank you")
    office.say(TO_THEM)
    assert "the place 16C: under a quarter" in office.said("audience 1 area 16C")
    there = PRACTICES[ELSEWHERE].icb
    assert "Fewer than 8 practices of" in office.said(f"audience 1 area {there}")
    assert "of area 16C, whose practice" in office.said("status 1"), "it stays as it was"


def test_a_poll_never_goes_to_those_who_pledged(office: Office) -> None:
    office.say("poll Enough staff?\n- Yes\n- No")
    assert "A poll cannot go to those who pledged" in office.said(TO_THEM)


def test_an_action_that_there_is_not_is_told(office: Office) -> None:
    office.say("broadcast Thank you")
    assert "I have no action called strike" in office.said("audience 1 pledged strike")


def test_what_has_become_too_few_is_not_begun(office: Office) -> None:
    office.say("broadcast Thank you")
    office.say(TO_THEM)
    office.say("send 1 at 2026-11-25 13:00")
    office.stand(range(7), Stand.STOPPED)
    office.now = datetime(2026, 11, 25, 13, 1, tzinfo=LONDON).timestamp()
    found = office.records.broadcasts.by_id(1)
    assert found
    assert begin(found, office.app.house) == (Stage.DRAFT, "few")


def test_the_second_officer_is_told_when_it_has_become_too_few(app: App) -> None:
    office = Office(app, range(10), two=True)
    office.say("broadcast Thank you")
    office.say(TO_THEM)
    office.say("send 1")
    office.stand(range(7), Stand.STOPPED)
    office.now += 7 * 86_400
    assert "Fewer than 8 practices" in office.said("confirm 1", SECOND)
    assert office.stage() is Stage.DRAFT
    office.close()


def test_who_got_it_finds_it_in_the_archive_and_who_did_not_does_not(office: Office) -> None:
    office.say("broadcast Thank you")
    office.say(TO_THEM)
    office.say("send 1")
    office.deliver()
    assert "Thank you" in office.said("updates 1", Person("telegram", "3"))
    for text in ("updates 1", "understood 1"):
        assert "NO UPDATE 1" in office.said(text, Person("telegram", "20"))
    for number in range(8):
        assert "Read and understood: fewer than 8" in office.said("status 1")
        office.say("understood 1", Person("telegram", str(number)))
    assert "Read and understood: 8 or more" in office.said("status 1")

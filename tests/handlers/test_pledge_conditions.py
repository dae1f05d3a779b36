"""Conditional pledges through the store: who starts, in whatever order they come; what anyone can see before."""

import dataclasses
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.app import App
from bot.store import Store
from handlers.cascade import Condition, solve
from handlers.chat import Ask, House, Person, Reply, plain_text
from handlers.pledge import conditions, take
from handlers.pledge.wish import Wish
from handlers.records import ACTIVE, Member, Records, Stand
from knowledge.directory import Directory, load
from knowledge.library import Library
from knowledge.matcher import Matcher
from knowledge.model import Role

DATA, MEDICINES = "en-2026-05-data-sharing", "en-2026-06-medicines"
DAY = 86_400
OFFICER = Person("test", "900")
PRACTICES = load().practices
PLACE = [code for code, each in PRACTICES.items() if each.sub_icb == "16C"]  # 77 of them, of ICB QHM
UNTIL = "by 2026-12-20"


def kept(app: App) -> Records:
    assert app.house.records
    return app.house.records


def speaker(app: App, practice: str, name: str = "partner") -> Person:
    person = Person("test", f"{name} {practice}")
    member = kept(app).members.begin(person.account, 0)
    kept(app).members.change(member.id, practice=practice, role=Role.PARTNER)
    return person


def say(app: App, number: int, rest: str, action: str = DATA) -> Reply:
    return app.handle(Ask(speaker(app, PLACE[number]), f"pledge {action} {rest}"))


def said(app: App, number: int, rest: str, action: str = DATA) -> str:
    return plain_text(say(app, number, rest, action))


def stands(app: App, action: str = DATA) -> dict[str, Stand]:
    return {each.practice: each.stand for each in kept(app).pledges.on(action)}


def later(app: App, days: float) -> App:
    return App(dataclasses.replace(app.house, clock=lambda: app.house.clock() + days * DAY))


def test_the_buttons_lead_to_a_condition(remembering: App) -> None:
    where = say(remembering, 0, "when")
    assert [button.label for button in where.buttons] == [
        "The area of Anyshire LMC: 77 practices",
        "The place 16C: 77 practices",
        "NHS North East and North Cumbria Integrated Care Board: 338 practices",
        "Back to the action",
    ]
    assert "PCNs are not in my directory." in plain_text(where)
    many = remembering.handle(Ask(speaker(remembering, PLACE[0]), where.buttons[1].sentence))
    until = remembering.handle(Ask(speaker(remembering, PLACE[0]), many.buttons[1].sentence))
    assert "You start when 39 practices of the place 16C do. Until when?" in plain_text(until)
    text = plain_text(remembering.handle(Ask(speaker(remembering, PLACE[0]), until.buttons[0].sentence)))
    assert text.startswith(
        "✔ WAITING FOR OTHERS\nYou start when 39 practices of the place 16C do, until 5 December 2026."
    )
    assert "Until it is met nobody sees who waits, the LMC neither." in text
    assert "Your practice decides." in text


def test_each_has_its_own_number_and_all_that_support_each_other_start_together(remembering: App) -> None:
    for number, needs in enumerate(("4 place", "3 place", "5% lmc", "77 place")):
        said(remembering, number, f"when {needs} {UNTIL}")
    assert set(stands(remembering).values()) == {Stand.WAITING}, "5% of 77 is 4; three wait for a fourth"
    assert "MET: it starts" in said(remembering, 4, f"when 2 place {UNTIL}")
    found = stands(remembering)
    assert {code for code, each in found.items() if each is Stand.PLEDGED} == {PLACE[at] for at in (0, 1, 2, 4)}
    assert found[PLACE[3]] is Stand.WAITING


def test_who_does_it_already_counts(remembering: App) -> None:
    assert "WAITING FOR OTHERS" in said(remembering, 0, f"when 3 place {UNTIL}")
    said(remembering, 1, "doing")
    said(remembering, 2, "considering")
    assert stands(remembering)[PLACE[0]] is Stand.WAITING
    said(remembering, 3, "from 2026-12-10")
    assert stands(remembering)[PLACE[0]] is Stand.PLEDGED
    (entry,) = kept(remembering).pledges.history(PLACE[0])
    assert (entry.what, entry.day, entry.note) == (
        "pledged", "2026-11-21", "its condition was met: 3 practices of the place 16C"
    )  # fmt: skip


def test_who_started_stays_when_another_stops(remembering: App) -> None:
    said(remembering, 0, f"when 2 place {UNTIL}")
    said(remembering, 1, "doing")
    said(remembering, 1, "stopped")
    conditions.settle(remembering.house)
    assert stands(remembering) == {PLACE[0]: Stand.PLEDGED}


def test_one_action_does_not_count_for_another(remembering: App) -> None:
    said(remembering, 0, f"when 2 place {UNTIL}")
    said(remembering, 1, "doing", MEDICINES)
    assert stands(remembering)[PLACE[0]] is Stand.WAITING


def test_a_practice_of_another_place_does_not_count(remembering: App) -> None:
    said(remembering, 0, f"when 2 place {UNTIL}")
    other = next(code for code, each in PRACTICES.items() if each.icb == "QHM" and each.sub_icb != "16C")
    remembering.handle(Ask(speaker(remembering, other), f"pledge {DATA} doing"))
    assert stands(remembering)[PLACE[0]] is Stand.WAITING
    said(remembering, 1, f"when 3 icb {UNTIL}")
    assert stands(remembering)[PLACE[0]] is Stand.PLEDGED, "three of the ICB, two of the place"


def test_the_lmcs_area_is_what_it_says_or_its_members_places(remembering: App) -> None:
    speaker(remembering, PLACE[0])
    assert len(conditions.areas(remembering.house)[conditions.LMC]) == 77
    named = dataclasses.replace(remembering.house.pledging, areas=("QHM",))
    assert len(conditions.areas(dataclasses.replace(remembering.house, pledging=named))[conditions.LMC]) == 338


def test_nobody_sees_who_waits(remembering: App) -> None:
    for number in range(12):
        said(remembering, number, f"when 40 place {UNTIL}")
    assert set(stands(remembering).values()) == {Stand.WAITING}
    other = speaker(remembering, PLACE[20])
    texts = [plain_text(remembering.handle(Ask(other, text))) for text in (f"pledge {DATA}", "pledge progress")]
    for text in ("pledges", f"pledges list {DATA} yes", "pledges export", "pledges export full yes"):
        reply = remembering.handle(Ask(OFFICER, text))
        texts += [plain_text(reply), *(file.content.decode("latin-1") for file in reply.files)]
    for text in texts:
        assert not [code for code in PLACE if code in text]
        assert "waiting" not in text
    assert not [act for act in kept(remembering).audit.acts() if any(code in act.about for code in PLACE)]


def test_a_condition_changes_once_a_week_and_is_withdrawn_at_any_time(remembering: App) -> None:
    said(remembering, 0, f"when 40 place {UNTIL}")
    text = said(remembering, 0, f"when 30 place {UNTIL}")
    assert "It can set a new one from 28 November 2026. It can be withdrawn at any time." in text
    assert said(remembering, 0, "withdraw").startswith("✔ WITHDRAWN")
    assert stands(remembering) == {}
    assert "It can set a new one from 28 November 2026." in said(remembering, 0, f"when 20 place {UNTIL}")
    assert "WAITING" in said(remembering, 0, f"when 20 place {UNTIL}", MEDICINES), "another action"
    assert "WAITING" in said(later(remembering, 7), 0, f"when 20 place {UNTIL}")


def test_withdrawing_goes_back_to_considering(remembering: App) -> None:
    said(remembering, 0, "considering")
    said(remembering, 0, f"when 40 place {UNTIL}")
    said(remembering, 0, "withdraw")
    assert stands(remembering) == {PLACE[0]: Stand.CONSIDERING}
    assert [entry.what for entry in kept(remembering).pledges.history(PLACE[0])] == ["considering"]


def test_stopping_after_it_started_is_a_dated_note(remembering: App) -> None:
    said(remembering, 0, f"when 2 place {UNTIL}")
    said(remembering, 1, "doing")
    said(later(remembering, 3), 0, "stopped")
    entries = kept(remembering).pledges.history(PLACE[0])
    assert [(entry.what, entry.day) for entry in entries] == [("pledged", "2026-11-21"), ("stopped", "2026-11-24")]
    assert kept(remembering).pledges.counted(DATA) == {}


def test_who_waits_may_start_without_a_condition_and_its_history_does_not_tell(remembering: App) -> None:
    said(remembering, 0, f"when 40 place {UNTIL}")
    assert said(remembering, 0, "doing").startswith("✔ NOTED: you do it")
    assert [entry.what for entry in kept(remembering).pledges.history(PLACE[0])] == ["doing"]


def test_who_has_begun_needs_no_condition(remembering: App) -> None:
    said(remembering, 0, "doing")
    assert "A condition is for who has not begun: stop it first." in said(remembering, 0, f"when 4 place {UNTIL}")


def test_a_practice_that_closed_holds_nobody_up_and_counts_for_none(remembering: App) -> None:
    said(remembering, 0, f"when 3 place {UNTIL}")
    said(remembering, 1, f"when 3 place {UNTIL}")
    directory = load()
    shut = dataclasses.replace(PRACTICES[PLACE[1]], closed=remembering.house.today())
    gone = Directory(directory.dated, {**PRACTICES, PLACE[1]: shut}, directory.trusts, directory.icbs)
    app = App(dataclasses.replace(remembering.house, directory=lambda: gone))
    said(app, 2, f"when 3 place {UNTIL}")
    assert set(stands(app).values()) == {Stand.WAITING}
    said(app, 3, "doing")
    assert {code for code, each in stands(app).items() if each is Stand.PLEDGED} == {PLACE[0], PLACE[2]}
    late = later(app, 31)
    conditions.settle(late.house)
    assert stands(late).keys() == {PLACE[0], PLACE[2], PLACE[3]}
    (notice,) = [each for each in kept(app).pledges.notices() if "NOT MET" in each.head]
    assert "It cannot be met any more" in notice.said


def test_all_is_done_in_one_transaction(remembering: App, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        said(remembering, number, f"when 4 place {UNTIL}")
    pledges = kept(remembering).pledges
    before = sorted(pledges.on(DATA), key=lambda each: each.practice)
    monkeypatch.setattr(type(pledges), "_tell", lambda *_: 1 / 0)
    assert "SORRY" in said(remembering, 3, "doing")
    assert sorted(pledges.on(DATA), key=lambda each: each.practice) == before
    assert (pledges.history(PLACE[0]), pledges.history(PLACE[3])) == ([], [])
    monkeypatch.undo()
    said(remembering, 3, "doing")
    assert set(stands(remembering).values()) == {Stand.PLEDGED, Stand.DOING}
    assert len(pledges.notices()) == 3


# What one of eight practices says: it does it, or waits for so many, here or in the whole ICB; 0 is doing.
_SAID = st.lists(st.tuples(st.integers(0, 10), st.sampled_from(["place", "icb"])), min_size=1, max_size=8)


@pytest.fixture(scope="module")
def bare(library: Library, words_alone: Matcher) -> House:
    """A house with a directory of ten practices, so that each example is quick."""
    whole = load()
    few = {code: whole.practices[code] for code in PLACE[:10]}
    few |= {code: dataclasses.replace(each, sub_icb="other") for code, each in list(few.items())[8:]}
    small = Directory(whole.dated, few, whole.trusts, whole.icbs)
    return House(library, words_alone, directory=lambda: small, clock=lambda: 1_795_262_400, a_minute=0)


def _told(house: House, saying: Sequence[tuple[int, str]], order: Sequence[int]) -> frozenset[str]:
    """Let practices speak in an order; who does it in the end."""
    store = Store(None)
    house = dataclasses.replace(house, records=store.records)
    for number in order:
        needed, area = saying[number]
        practice = PLACE[number]
        person = Person("test", practice, member=Member(number + 1, 0, role=Role.PARTNER, practice=practice))
        if needed:
            conditions.wanted(Wish(DATA, "when", area=area, number=needed, until="2026-12-20"), house, person)
        else:
            take.change(Wish(DATA, "doing"), house, person)
    found = frozenset(each.practice for each in store.records.pledges.on(DATA) if each.stand in ACTIVE)
    store.close()
    return found


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(saying=_SAID, data=st.data())
def test_the_order_of_arrival_never_matters(bare: House, saying: list[tuple[int, str]], data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(saying))))
    first = _told(bare, saying, range(len(saying)))
    assert _told(bare, saying, order) == first
    store = Store(None)
    every = conditions.areas(dataclasses.replace(bare, records=store.records))
    store.close()
    codes = {"place": "16C", "icb": "QHM"}
    doing = frozenset(PLACE[at] for at, (needed, _) in enumerate(saying) if not needed)
    # A number of 1 is no condition, and one above the area's practices is refused at the door.
    asked = [
        Condition(PLACE[at], codes[area], needed)
        for at, (needed, area) in enumerate(saying)
        if 2 <= needed <= len(every[codes[area]])
    ]
    assert first == doing | solve(asked, every, doing)

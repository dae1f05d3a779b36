"""Conversations about collective action: a practice takes its stand, or may not; nothing is directed."""

import csv
import dataclasses
import io
import re
import sqlite3
import zipfile
from datetime import date
from pathlib import Path

import pytest

from bot.app import App
from bot.store import Store
from handlers import command
from handlers.chat import LONGEST_SENTENCE, Ask, Person, Reply, plain_text
from handlers.pledge import actions, progress
from handlers.pledge.take import FOLLOWS
from handlers.records import Entry, Member, Move, Notice, Pledge, Records, Stand
from knowledge.directory import Directory, load
from knowledge.model import Allowed, Nation, Role

DATA, MEDICINES = "en-2026-05-data-sharing", "en-2026-06-medicines"
DAY = 86_400
OFFICER = Person("test", "900")
PLACE = [code for code, each in load().practices.items() if each.sub_icb == "16C"]  # 77 of them
DECIDES = "Your practice decides. The LMC does not direct it"


def kept(app: App) -> Records:
    assert app.house.records
    return app.house.records


def speaker(app: App, number: int, role: Role = Role.PARTNER, practice: str = "") -> Person:
    """Somebody of the practice of that number in one place."""
    person = Person("test", f"{role}{number}")
    member = kept(app).members.begin(person.account, 0)
    kept(app).members.change(member.id, practice=practice or PLACE[number], role=role)
    return person


def say(app: App, text: str, person: Person) -> Reply:
    return app.handle(Ask(person, text))


def said(app: App, text: str, person: Person) -> str:
    return plain_text(say(app, text, person))


def later(app: App, days: float) -> App:
    return App(dataclasses.replace(app.house, clock=lambda: app.house.clock() + days * DAY))


def stand(app: App, number: int, action: str = DATA) -> Stand | None:
    return next((each.stand for each in kept(app).pledges.of(PLACE[number]) if each.action == action), None)


def what(app: App, number: int) -> list[str]:
    return [entry.what for entry in kept(app).pledges.history(PLACE[number])]


def test_the_current_set_is_shown_to_anyone(remembering: App) -> None:
    text = said(remembering, "pledge", Person("test", "nobody"))
    assert text.startswith("◆ COLLECTIVE ACTION: England\nEngland 2026: the current actions")
    assert "May 2026: data sharing agreements" in text
    assert "allowed today" in text
    assert DECIDES in text


def test_an_action_says_what_it_means_its_safety_its_status_with_a_date_and_its_letters(remembering: App) -> None:
    reply = say(remembering, f"pledge {DATA}", speaker(remembering, 0))
    text = plain_text(reply)
    action = remembering.house.library.actions[DATA]
    for part in (action.does, action.safety, action.status_today, "Contract today (sources to 2026-06)"):
        assert part in text
    letters = [button.sentence for button in reply.buttons if button.label.startswith("Letter")]
    assert letters == ["letter ca-data-2026-action", "letter ca-icb-asks-participation"]
    assert "✉ LETTER" in said(remembering, letters[1], speaker(remembering, 0))
    assert action.watch in said(remembering, f"pledge {DATA} more", speaker(remembering, 0))


def test_a_practice_takes_each_stand_and_its_history_has_it(remembering: App) -> None:
    partner = speaker(remembering, 0)
    for word, head in (
        ("considering", "✔ NOTED: you consider it"),
        ("from 2026-12-01", "✔ PLEDGED\nFrom 1 December 2026."),
        ("doing", "✔ NOTED: you do it"),
        ("paused", "✔ PAUSED"),
        ("doing", "✔ NOTED: you do it"),
        ("stopped", "✔ STOPPED"),
    ):
        text = said(remembering, f"pledge {DATA} {word}", partner)
        assert text.startswith(head)
        assert DECIDES in text
    assert what(remembering, 0) == ["considering", "pledged", "doing", "paused", "doing", "stopped"]
    assert stand(remembering, 0) is None
    record = said(remembering, "pledge record", partner)
    assert "It has pledged nothing that lives now." in record
    assert "21 November 2026: May 2026: data sharing agreements: stopped" in record


def test_every_button_of_an_action_is_answered(remembering: App) -> None:
    partner = speaker(remembering, 0)
    seen: set[str] = set()
    waiting = ["pledge"]
    while waiting and len(seen) < 60:
        sentence = waiting.pop(0)
        seen.add(sentence)
        reply = say(remembering, sentence, partner)
        text = plain_text(reply)
        assert "SORRY" not in text, sentence
        assert "I have no" not in text, sentence
        assert sentence.split()[0] != "pledge" or DECIDES in text, sentence
        waiting += [each.sentence for each in reply.buttons if each.sentence not in {*seen, *waiting}]
    assert len(seen) == 60


@pytest.mark.parametrize("before", FOLLOWS)
@pytest.mark.parametrize("after", [each for each in Stand if each is not Stand.WAITING])
def test_from_where_a_practice_may_go_where(remembering: App, before: Stand | None, after: Stand) -> None:
    partner, day = speaker(remembering, 0), "2026-11-20"
    if before:
        waits = ("16C", 40, 0, "2026-12-20") if before is Stand.WAITING else ()
        kept(remembering).pledges.apply([Move(None, Pledge(PLACE[0], DATA, before, day, 1, *waits))])
    word = "from today" if after is Stand.PLEDGED else after
    text = said(remembering, f"pledge {DATA} {word}", partner)
    if after in FOLLOWS[before]:
        assert text.startswith("✔")
        assert stand(remembering, 0) is (None if after is Stand.STOPPED else after)
    elif (before, after) == (Stand.WAITING, Stand.STOPPED):
        assert text.startswith("✔ WITHDRAWN")
    else:
        assert text.startswith("– SO IT STANDS ALREADY" if before is after else "? NOT LIKE THAT")
        assert stand(remembering, 0) is before


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("from 2026-11-20", "20 November 2026 is past. A practice pledges from today on"),
        ("from next monday", "I read a day as 2026-11-28: year, month, day. “next monday” I cannot read."),
        ("from 2026-02-30", "“2026-02-30” I cannot read"),
        ("from 2028-01-01", "is more than a year ahead"),
        ("maybe", "I do not know “maybe”"),
        ("doing tomorrow", "After doing I expect nothing more."),
        ("paused", "Your practice has not pledged it, so there is nothing to be paused."),
        ("withdraw", "there is no condition to withdraw"),
        ("when 78 place", "78 is more than the 77 practices of the place 16C. Choose fewer."),
        ("when 1 place", "That is your practice alone."),
        ("when 0 place", "0 is no number to wait for"),
        ("when 101% place", "101% is no number to wait for"),
        ("when 5 pcn", "PCNs are not in my directory. Choose your place, your ICB or the LMC's area."),
        ("when 5 6 place", "I cannot read “5 6”"),
        ("when 5 place by christmas", "“christmas” I cannot read."),
        ("when 5 place by 2026-11-27", "27 November 2026 is too soon: others need a week to join."),
        ("when 5 place by 2026-11-01", "1 November 2026 is past."),
        ("when 5 place by 2028-11-01", "is more than a year ahead"),
    ],
)
def test_a_sentence_with_a_slip(remembering: App, typed: str, answer: str) -> None:
    text = said(remembering, f"pledge {DATA} {typed}", speaker(remembering, 0))
    assert answer in text
    assert DECIDES in text
    assert kept(remembering).pledges.of(PLACE[0]) == []


def test_an_action_that_ended(remembering: App) -> None:
    text = said(remembering, "pledge en-2024-08-limit-25 doing", speaker(remembering, 0))
    assert "ended (2025-02-28). A practice can pledge what is current alone." in text
    reply = say(remembering, "pledge en-2024-08-limit-25", speaker(remembering, 0))
    assert "Read-only: This action ended (2025-02-28)." in plain_text(reply)
    assert not [button for button in reply.buttons if re.search("doing|considering|from|when", button.sentence)]
    assert "I have no action called en-2020-01-old-thing" in said(
        remembering, "pledge en-2020-01-old-thing", speaker(remembering, 0)
    )


def test_what_is_pledged_can_be_stopped_after_the_action_ended(remembering: App) -> None:
    kept(remembering).pledges.apply([Move(None, Pledge(PLACE[0], "en-2024-08-limit-25", Stand.DOING, "2024-09-01", 1))])
    assert "✔ STOPPED" in said(remembering, "pledge en-2024-08-limit-25 stopped", speaker(remembering, 0))


@pytest.mark.parametrize("allowed", [Allowed.NO, Allowed.HISTORY, Allowed.UNCLEAR])
def test_what_the_contract_does_not_allow_is_not_pledged(remembering: App, allowed: Allowed) -> None:
    library = remembering.house.library
    changed = dataclasses.replace(library.actions[DATA], allowed=allowed)
    app = App(
        dataclasses.replace(
            remembering.house, library=dataclasses.replace(library, actions={**library.actions, DATA: changed})
        )
    )
    partner = speaker(app, 0)
    for word in ("doing", "from 2026-12-01", "when 5 place by 2026-12-20", "from"):
        assert said(app, f"pledge {DATA} {word}", partner).startswith("? NOT LIKE THAT")
    assert stand(app, 0) is None
    considered = said(app, f"pledge {DATA} considering", partner)
    assert considered.startswith("✔") is (allowed is Allowed.UNCLEAR)


@pytest.mark.parametrize(
    ("role", "rule"), [(Role.SALARIED, "ca-salaried"), (Role.LOCUM, "ca-locum"), (Role.REGISTRAR, "ca-registrar")]
)
def test_a_role_that_may_not_gets_the_rule_for_it(remembering: App, role: Role, rule: str) -> None:
    person = speaker(remembering, 0, role)
    for word in ("doing", "when 5 place by 2026-12-20", "withdraw", "from"):
        text = said(remembering, f"pledge {DATA} {word}", person)
        assert text.startswith("– YOUR PRACTICE DECIDES")
        assert remembering.house.library.rules[rule].answer in text
    assert stand(remembering, 0) is None


@pytest.mark.parametrize("role", [Role.NURSE, Role.OTHER])
def test_any_other_role_is_told_who_speaks(remembering: App, role: Role) -> None:
    text = said(remembering, f"pledge {DATA} doing", speaker(remembering, 0, role))
    assert text.startswith("– THAT IS FOR A PARTNER OR THE MANAGER OF A PRACTICE")


def test_who_has_joined_no_practice_is_told_how(remembering: App) -> None:
    for text in (f"pledge {DATA} doing", "pledge pack", "pledge still", "pledge sent data-sharing-withdraw"):
        assert "THAT IS FOR A PARTNER" in said(remembering, text, Person("test", "nobody"))
    assert "THAT IS FOR A MEMBER OF A PRACTICE" in said(remembering, "pledge record", Person("test", "nobody"))


def test_a_practice_that_closed_or_merged(remembering: App) -> None:
    directory = load()
    closed = dataclasses.replace(directory.practices[PLACE[0]], closed=date(2026, 10, 1))
    gone = Directory(directory.dated, {**directory.practices, PLACE[0]: closed}, directory.trusts, directory.icbs)
    app = App(dataclasses.replace(remembering.house, directory=lambda: gone))
    text = said(app, f"pledge {DATA} doing", speaker(app, 0))
    assert "closed on 1 October 2026. If it merged, ask your LMC" in text
    assert "is in my directory no more" in said(app, f"pledge {DATA} doing", speaker(app, 1, practice="Z99999"))


def test_two_people_of_one_practice_at_once(remembering: App) -> None:
    """Another process takes the step between this one's reading and its writing."""
    partner = speaker(remembering, 0)
    pledges = kept(remembering).pledges
    mine = pledges.apply

    class Racing:
        def __getattr__(self, name: str) -> object:
            return getattr(pledges, name)

        def apply(self, *given: object) -> bool:
            mine([Move(None, Pledge(PLACE[0], DATA, Stand.CONSIDERING, "2026-11-21", 5))])
            return mine(*given)  # type: ignore[arg-type]  # handed on as it came

    records = dataclasses.replace(kept(remembering), pledges=Racing())  # type: ignore[arg-type]  # by __getattr__
    app = App(dataclasses.replace(remembering.house, records=records))
    for word in ("doing", "when 5 place by 2026-12-20"):
        text = said(app, f"pledge {DATA} {word}", partner)
        assert text.startswith("– CHANGED ALREADY\nSomebody of your practice changed this a moment ago.")
        assert "considering since 21 November 2026" in text
        pledges.apply([Move(pledges.of(PLACE[0])[0], None)])


def test_a_manager_and_a_partner_change_one_pledge(remembering: App) -> None:
    said(remembering, f"pledge {DATA} doing", speaker(remembering, 0))
    manager = speaker(remembering, 0, Role.MANAGER)
    assert "✔ PAUSED" in said(remembering, f"pledge {DATA} paused", manager)
    assert len(kept(remembering).pledges.of(PLACE[0])) == 1


@pytest.mark.parametrize(
    ("nation", "text"),
    [
        (Nation.WALES, "No Welsh list of actions was found"),
        (Nation.SCOTLAND, "No Scottish list of actions was found"),
        (Nation.NORTHERN_IRELAND, "Northern Ireland 2025: collective action"),
    ],
)
def test_each_nation_has_its_own_set_or_its_own_plain_status(remembering: App, nation: Nation, text: str) -> None:
    person = Person("test", "5")
    kept(remembering).members.change(kept(remembering).members.begin(person.account, 0).id, nation=nation)
    reply = say(remembering, "pledge", person)
    assert text in plain_text(reply)
    assert "data sharing agreements" not in plain_text(reply)
    assert f"rule ca-status-{nation}" in [button.sentence for button in reply.buttons]
    assert ("nothing here for a practice to pledge" in plain_text(reply)) is (nation is not Nation.NORTHERN_IRELAND)
    assert "ASK YOUR LMC FIRST" in said(remembering, "icb asked us", person)


def test_past_sets_are_read_only(remembering: App) -> None:
    partner = speaker(remembering, 0)
    reply = say(remembering, "pledge history", partner)
    held = [button.sentence for button in reply.buttons if button.sentence.startswith("pledge set")]
    assert len(held) == len(actions.sets(remembering.house, Nation.ENGLAND, state=False)) == 9
    for sentence in held:
        assert said(remembering, sentence, partner).startswith("◇ TO READ ONLY")
    assert "NO SUCH SET" in said(remembering, "pledge set england-1999", partner)


def test_the_icb_asked_us(remembering: App) -> None:
    reply = say(remembering, "icb asked us", Person("test", "nobody"))
    text = plain_text(reply)
    assert "“The practice continues to meet its contractual obligations" in text
    for part in ("a Data Provision Notice", "(eDEC)", "the CQC", "what you prescribe or refer"):
        assert part in text
    assert "It goes to the BMA, not the ICB." in text
    for ident in actions.MUST_ANSWER:
        assert ident in remembering.house.library.rules


def test_the_trackers_address_is_shown_where_the_lmc_gives_one(remembering: App) -> None:
    told = dataclasses.replace(remembering.house.pledging, tracker="https://tracker.example/")
    app = App(dataclasses.replace(remembering.house, pledging=told))
    assert "https://tracker.example/" in said(app, "icb asked us", Person("test", "nobody"))


@pytest.mark.parametrize(
    "text", ["pledge to quit smoking form", "pledge letter for a charity", "icb asked us for our appointment data"]
)
def test_a_question_that_begins_like_these(remembering: App, text: str) -> None:
    assert command(text, remembering.house) is None


def test_a_letter_that_went_out_is_noted_once_a_day(remembering: App) -> None:
    partner = speaker(remembering, 0)
    assert "That is no letter of an action" in said(remembering, "pledge sent data-sharing-withdraw", partner)
    said(remembering, f"pledge {DATA} doing", partner)
    for _ in range(2):
        assert "✔ NOTED: letter sent" in said(remembering, "pledge sent data-sharing-withdraw", partner)
    assert what(remembering, 0) == ["doing", "letter"]
    said(later(remembering, 1), "pledge sent data-sharing-withdraw", partner)
    assert what(remembering, 0) == ["doing", "letter", "letter"]


def test_one_tap_answers_the_weeks_question(remembering: App) -> None:
    partner = speaker(remembering, 0)
    assert "nothing that it could be doing today" in said(remembering, "pledge still", partner)
    for action in (DATA, MEDICINES):
        said(remembering, f"pledge {action} doing", partner)
    for _ in range(2):
        assert "Your practice's record says so, on 21 November 2026." in said(remembering, "pledge still", partner)
    assert what(remembering, 0) == ["doing", "doing", "still", "still"]
    trouble = say(remembering, "pledge trouble", partner)
    assert "do what is safe now" in plain_text(trouble)
    assert f"pledge {DATA} paused" in [button.sentence for button in trouble.buttons]
    assert len(what(remembering, 0)) == 4, "trouble is noted nowhere"
    assert "settings want reminders" in said(remembering, "pledge quiet", partner)
    assert "Topics: contract, interface, action, support\n" in said(remembering, "me", partner)


def test_the_evidence_is_the_practices_own(remembering: App) -> None:
    partner = speaker(remembering, 0)
    said(remembering, f"pledge {DATA} doing", partner)
    said(remembering, "pledge sent data-sharing-withdraw", partner)
    said(remembering, "letter hospital-fit-note first to rvw", partner)
    said(remembering, f"pledge {MEDICINES} doing", speaker(remembering, 1))
    (file,) = say(remembering, "pledge pack", partner).files
    with zipfile.ZipFile(io.BytesIO(file.content)) as held:
        text = re.sub(r"<[^>]+>", " ", held.read("word/document.xml").decode())
    for part in ("May 2026: data sharing agreements", "doing it", "Withdrawing from a secondary-use data agreement",
                 "21 November 2026", "North Tees and Hartlepool", "The LMC did not direct it"):  # fmt: skip
        assert part in text
    assert PLACE[1] not in text
    assert "medicines software" not in text
    assert say(remembering, "pledge pack", partner).files[0].content == file.content
    assert "YOUR PRACTICE DECIDES" in said(remembering, "pledge pack", speaker(remembering, 0, Role.SALARIED))


def test_forgetting_a_person_leaves_the_practices_word(remembering: App) -> None:
    partner = speaker(remembering, 0)
    said(remembering, f"pledge {DATA} doing", partner)
    said(remembering, "forget me yes", partner)
    assert stand(remembering, 0) is Stand.DOING
    assert "doing it since" in said(remembering, "pledge record", speaker(remembering, 0, Role.MANAGER))


def crowd(app: App, number: int, action: str = DATA, first: int = 0) -> None:
    """Let some practices of the place do an action."""
    moves = [Move(None, Pledge(code, action, Stand.DOING, "2026-11-01", 1)) for code in PLACE[first : first + number]]
    assert kept(app).pledges.apply(moves)


@pytest.mark.parametrize(
    ("number", "band"), [(7, "none, or too few to show"), (8, "under a quarter"), (20, "a quarter to a half"),
                         (45, "half to three quarters"), (77, "three quarters or more")],
)  # fmt: skip
def test_an_area_is_told_in_bands_that_hide_small_numbers(remembering: App, number: int, band: str) -> None:
    crowd(remembering, number)
    text = said(remembering, "pledge progress", speaker(remembering, 0))
    assert text.startswith("▤ HOW IT GOES: no practice is named")
    assert f"the place 16C: {band}" in text
    assert not [code for code in PLACE if code in text]


def test_what_the_lmc_hides_is_hidden(remembering: App) -> None:
    crowd(remembering, 20)
    safety = dataclasses.replace(remembering.house.figures.safety, hide_below=21)
    figures = dataclasses.replace(remembering.house.figures, safety=safety)
    app = App(dataclasses.replace(remembering.house, figures=figures))
    assert "the place 16C: none, or too few to show" in said(app, "pledge progress", speaker(app, 0))


@pytest.mark.parametrize("eligible", range(1, 60))
def test_a_band_leaves_three_numbers_open_and_is_true(eligible: int) -> None:
    shares = [progress.band(number, eligible, 8) for number in range(eligible + 1)]
    assert not any(shares[:8])
    for band in set(shares) - {progress.HIDDEN}:
        within = [number for number, each in enumerate(shares) if each == band]
        assert len(within) >= 3
        assert all((band - 1) / 4 <= number / eligible for number in within)
        assert all(number / eligible < band / 4 or band == 4 for number in within)


def test_a_week_is_counted_once(remembering: App) -> None:
    crowd(remembering, 10)
    partner = speaker(remembering, 0)
    before = said(remembering, "pledge progress", partner)
    crowd(remembering, 30, first=10)
    assert said(remembering, "pledge progress", partner) == before
    text = said(later(remembering, 2), "pledge progress", partner)
    assert "the place 16C: half to three quarters" in text, "21 November 2026 is a Saturday"


def test_charts_by_area_and_over_time(remembering: App) -> None:
    crowd(remembering, 20)
    reply = say(remembering, "pledge chart", speaker(remembering, 0))
    assert [file.name for file in reply.files] == [
        f"{action}-{kind}.png" for action in (DATA, MEDICINES) for kind in ("areas", "weeks")
    ]
    for file in reply.files:
        assert file.content.startswith(b"\x89PNG")
    assert "the place 16C: ¼ to ½" in reply.files[0].says
    assert "2026-11-21: ¼ to ½" in reply.files[1].says
    assert reply.files[0].content == say(remembering, "pledge chart", speaker(remembering, 0)).files[0].content


def test_officers_see_the_practices_behind_a_second_word_and_an_audit_line(remembering: App) -> None:
    crowd(remembering, 10)
    waits = Pledge(PLACE[20], DATA, Stand.WAITING, "2026-11-20", 1, "16C", 40, 0, "2026-12-20")
    considers = Pledge(PLACE[21], DATA, Stand.CONSIDERING, "2026-11-20", 1)
    kept(remembering).pledges.apply([Move(None, waits), Move(None, considers)])
    assert "the area of Anyshire LMC: none, or too few" in said(remembering, "pledges", OFFICER), "nobody has joined"
    first = say(remembering, f"pledges list {DATA}", OFFICER)
    assert "NAME THE PRACTICES?" in plain_text(first)
    assert PLACE[0] not in plain_text(first)
    assert kept(remembering).audit.acts() == []
    text = said(remembering, first.buttons[0].sentence, OFFICER)
    assert text.startswith("! INSIDE THE LMC ONLY")
    assert all(f"({code})" in text for code in PLACE[:10])
    assert PLACE[20] not in text
    assert PLACE[21] not in text
    (act,) = kept(remembering).audit.acts()
    assert (act.what, act.about) == ("pledges list", DATA)


def test_officers_figures_do_not_tell_one_practice_from_none(remembering: App) -> None:
    nobody = said(remembering, "pledges", OFFICER)
    waits = Pledge(PLACE[20], DATA, Stand.WAITING, "2026-11-20", 1, "16C", 40, 0, "2026-12-20")
    kept(remembering).pledges.apply([Move(None, waits)])
    assert said(remembering, "pledges", OFFICER) == nobody
    crowd(remembering, 1)
    assert said(remembering, "pledges", OFFICER) == nobody
    assert said(later(remembering, 7), "pledges", OFFICER) == nobody.replace("21 November", "28 November")


def test_who_stopped_reads_since_when(remembering: App) -> None:
    partner = speaker(remembering, 0)
    assert "Your practice: has not said anything" in said(remembering, f"pledge {DATA}", partner)
    said(remembering, f"pledge {DATA} doing", partner)
    assert "Your practice: stopped on 21 November 2026" in said(remembering, f"pledge {DATA} stopped", partner)


def test_the_export_is_suppressed_unless_an_officer_confirms(remembering: App) -> None:
    crowd(remembering, 20)
    speaker(remembering, 0)
    table, database = say(remembering, "pledges export", OFFICER).files
    rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert rows[0] == ["counted on", "action", "action title", "area", "area name", "share of practices"]
    assert [
        "2026-11-21",
        DATA,
        "May 2026: data sharing agreements",
        "16C",
        "the place 16C",
        "a quarter to a half",
    ] in rows
    assert not [code for code in PLACE if code.encode() in table.content + database.content]
    opened = sqlite3.connect(":memory:")
    opened.deserialize(database.content)
    assert [list(row) for row in opened.execute("SELECT * FROM share")] == rows[1:]
    opened.close()
    asks = say(remembering, "pledges export full", OFFICER)
    assert not asks.files
    table, database = say(remembering, asks.buttons[0].sentence, OFFICER).files
    assert len(table.content.decode().splitlines()) == 21
    opened = sqlite3.connect(":memory:")
    opened.deserialize(database.content)
    assert opened.execute("SELECT count(DISTINCT practice) FROM pledge WHERE stands = 'doing'").fetchall() == [(20,)]
    opened.close()
    assert [act.what for act in kept(remembering).audit.acts()] == ["pledges export full", "pledges export"]


def test_officers_charts_name_no_practice(remembering: App) -> None:
    crowd(remembering, 20)
    speaker(remembering, 0)
    by_place, by_week = say(remembering, f"pledges chart {DATA}", OFFICER).files
    assert "the place 16C: ¼ to ½" in by_place.says
    assert "2026-11-21" in by_week.says
    assert "I have no action" in said(remembering, "pledges chart nothing", OFFICER)


def test_only_officers_see_pledges(remembering: App) -> None:
    assert "THAT IS FOR AN OFFICER OF THE LMC" in said(remembering, "pledges export full yes", speaker(remembering, 0))


def test_an_officers_words_in_the_audit_name_no_practice(remembering: App) -> None:
    crowd(remembering, 10)
    for text in (f"pledges list {DATA} yes", "pledges export", "pledges export full yes"):
        said(remembering, text, OFFICER)
    assert not [act for act in kept(remembering).audit.acts() if re.search(r"[A-Z]\d{5}", act.about)]


def test_no_button_is_too_long_for_any_action(remembering: App) -> None:
    """A button that is too long raises; a typed sentence may be longer."""
    partner = speaker(remembering, 0)
    for ident in remembering.house.library.actions:
        for reply in (say(remembering, f"pledge {ident}", partner), say(remembering, f"pledge {ident} when", partner)):
            assert "SORRY" not in plain_text(reply)
            assert all(len(each.sentence.encode()) <= LONGEST_SENTENCE for each in reply.buttons)


def test_a_salaried_gp_reads_the_record_but_no_condition(remembering: App) -> None:
    said(remembering, f"pledge {DATA} doing", speaker(remembering, 0))
    said(remembering, f"pledge {MEDICINES} when 40 place by 2026-12-20", speaker(remembering, 0))
    salaried = speaker(remembering, 0, Role.SALARIED)
    assert "doing it since" in said(remembering, "pledge record", salaried)
    for text in ("pledge record", "pledge", f"pledge {MEDICINES}"):
        assert "waiting" not in said(remembering, text, salaried)
    assert "waiting for its condition" in said(remembering, "pledge record", speaker(remembering, 0))


def test_a_copy_without_the_key_tells_of_no_practice(app: App, tmp_path: Path) -> None:
    """The database and its log as they stand while the bot runs: no code, no condition, no history, no message.

    Who speaks is given from outside: a member's own row names their practice, whether it pledged or not.
    """
    store = Store(tmp_path / "pushback.db")
    house = dataclasses.replace(app.house, records=store.records)
    for number, code in enumerate(PLACE[:30]):
        partner = Person("test", "1", member=Member(number, 0, role=Role.PARTNER, practice=code))
        waits = f"pledge {DATA} when {60 if number else 3} place by 2026-12-20"
        for text in (waits, f"pledge {MEDICINES} doing", "pledge sent medicines-software-removal", "pledge still"):
            found = command(text, house)
            assert found
            assert plain_text(found.run(house, partner)).startswith("✔")
    store.records.pledges.tell(Notice(1, DATA, "MET", f"{PLACE[0]} waited until 2026-12-20"))
    raw = (tmp_path / "pushback.db").read_bytes() + (tmp_path / "pushback.db-wal").read_bytes()
    assert len(store.records.pledges.on(DATA)) == 30
    store.close()
    raw += (tmp_path / "pushback.db").read_bytes()
    assert raw.count(DATA.encode()) >= 30, "the action stands in clear"
    # Of these practices alone: SQLite writes an M before a hash, and M81234 is somebody's code.
    assert not [code for code in PLACE[:30] if code.encode() in raw]
    for telling in (rb"2026-12-20", rb"2026-11-21", rb"(?<!')waiting(?!')"):  # 'waiting' is in the tables' own words
        assert not re.search(telling, raw)


def test_a_condition_that_was_withdrawn_leaves_only_a_count(app: App, tmp_path: Path) -> None:
    """The rows, and every byte of the file but the count, are those of a database in which nobody ever pledged."""
    stores = [Store(tmp_path / f"{name}.db") for name in ("withdrawn", "never")]
    for store in stores:
        house = dataclasses.replace(app.house, records=store.records)
        partner = Person("test", "1", member=Member(1, 0, role=Role.PARTNER, practice=PLACE[0]))
        for text in (f"pledge {DATA} when 40 place by 2026-12-20", f"pledge {DATA} withdraw"):
            found = command(text, house)
            if found and store is stores[0]:
                assert plain_text(found.run(house, partner)).startswith("✔")
    assert stores[0].records.pledges.counted(DATA) == {"withdrawn": 1}
    assert stores[0].records.pledges.history(PLACE[0]) == []
    left = []
    for store in stores:
        assert store.path
        assert store.path.with_suffix(".db-wal").stat().st_size == 0 or store is stores[1], "the log is emptied"
        store.close()
        copied = sqlite3.connect(store.path)
        tables = [name for (name,) in copied.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        ours = {name for name in tables if "migration" not in name and name != "pledge_count"}
        left.append({name: copied.execute(f"SELECT * FROM {name}").fetchall() for name in ours})  # noqa: S608
        copied.close()
    assert left[0] == left[1]


def test_nothing_of_a_pledge_is_kept_as_a_question(remembering: App) -> None:
    partner = speaker(remembering, 0)
    for text in (f"pledge {DATA} doing", f"pledge {DATA} maybe", "pledges", "pledge en-2020-01-old-thing doing"):
        said(remembering, text, partner)
    assert kept(remembering).questions.of([partner.account]) == []


def test_a_line_of_history_reads_as_a_sentence(remembering: App) -> None:
    entry = Entry(1, PLACE[0], DATA, "pledged", "2026-12-01", "its condition was met")
    assert progress.line(entry, remembering.house) == (
        "1 December 2026: May 2026: data sharing agreements: pledged (its condition was met)"
    )


def test_a_question_that_begins_like_an_officers_word(remembering: App) -> None:
    for text in ("pledges list", "pledges practices in durham"):
        assert command(text, remembering.house) is None

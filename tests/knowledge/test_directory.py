"""Practices, trusts and ICBs: what is packaged, how they are found, and what an update does."""

import csv
import random
import string
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from knowledge.directory import HEALTH_BOARDS, Change, Directory, DirectoryError, load, store, update
from knowledge.directory.names import readable, town
from knowledge.directory.search import words
from knowledge.model import Nation

DENSHAM, QUEENS_PARK = "A81001", "A81002"


@pytest.fixture(scope="module")
def directory() -> Directory:
    return load()


# What is packaged


def test_every_active_practice_is_packaged(directory: Directory) -> None:
    assert Counter(p.nation for p in directory.practices.values()) == {Nation.ENGLAND: 6_220, Nation.WALES: 398}
    assert len(directory.icbs) == 42
    assert len(directory.trusts) == 205
    assert directory.dated == date(2025, 8, 7)


def test_everything_packaged_is_open_and_in_an_area_with_a_name(directory: Directory) -> None:
    for practice in directory.practices.values():
        assert not practice.closed
        assert practice.town
        assert practice.postcode
        assert practice.area in (HEALTH_BOARDS if practice.nation is Nation.WALES else directory.icbs)
        assert bool(practice.sub_icb) == (practice.nation is Nation.ENGLAND)
    assert all(trust.icb in directory.icbs or trust.nation is Nation.WALES for trust in directory.trusts.values())


def test_the_data_carries_its_licence_and_no_telephone_number() -> None:
    text = store.PACKAGED.read_text(encoding="utf-8")
    assert "Open Government Licence v3.0" in text.splitlines()[0]
    assert "Open Government Licence v3.0" in store.PACKAGED.with_name("NOTICE").read_text(encoding="utf-8")
    assert "01642 672351" not in text
    assert "LAWSON STREET" not in text.upper()


def test_an_area_is_named_in_both_nations(directory: Directory) -> None:
    assert directory.area("QHM") == "NHS North East and North Cumbria Integrated Care Board"
    assert directory.area("7A3") == "Swansea Bay University Health Board"
    assert directory.area("Q00") == "Q00"


# Names and towns


@pytest.mark.parametrize(
    ("official", "shown"),
    [
        ("THE DENSHAM SURGERY", "The Densham Surgery"),
        ("ST MARY'S MEDICAL CTR", "St Mary's Medical Ctr"),
        ("NORTH LONDON NHS FOUNDATION TRUST", "North London NHS Foundation Trust"),
        ("MCKENZIE GROUP PRACTICE", "McKenzie Group Practice"),
        ("SLAG LANE MC", "Slag Lane MC"),
        ("DR O'CONNELL", "Dr O'Connell"),
        ("DR AP KUMAR", "Dr AP Kumar"),
        ("DR A SINHA", "Dr A Sinha"),
        ("DR LEE", "Dr Lee"),
        ("DRS LAMBERT & NG", "Drs Lambert & Ng"),
        ("BARROW-IN-FURNESS", "Barrow-in-Furness"),
        ("PEN Y BONT SURGERY", "Pen y Bont Surgery"),
        ("KING'S LYNN, PCN II", "King's Lynn, PCN II"),
        ("GP SURGERY @ ACTON GARDENS", "GP Surgery @ Acton Gardens"),
        ("BHF LUNDWOOD SURGERY", "BHF Lundwood Surgery"),
        ("WEST RD MED.CTR.", "West Rd Med.Ctr."),
        ("CROSTON&ECCLESTON", "Croston&Eccleston"),
        ("THE 2ND SURGERY", "The 2nd Surgery"),
        ("Already Set (McLean)", "Already Set (McLean)"),
    ],
)
def test_official_capitals_are_made_readable(official: str, shown: str) -> None:
    assert readable(official) == shown


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["THE HEALTH CENTRE", "LAWSON STREET", "STOCKTON ON TEES", "CLEVELAND", ""], "Stockton on Tees"),
        (["THE SURGERY", "1 HIGH ST", "ACTON", "LONDON", ""], "Acton, London"),
        (["OLD SURGERY", "PARK ROAD", "CREWE, CHESHIRE", "", ""], "Crewe"),
        (["HUNMANBY SURGERY", "HUNGATE LANE, HUNMANBY", "NR. FILEY", "NORTH YORKSHIRE", ""], "Hunmanby, Filey"),
        (["A SURGERY", "PICK TREE LANE", "CHESTER-LE-STREET", "COUNTY DURHAM", ""], "Chester-le-Street"),
        (["VINE SURGERY", "HINDHAYES LANE", "STREET", "SOMERSET", ""], "Street"),
        (["LLYS MEDDYG", "23 CASTLE STREET", "CONWY", "CLWYD", ""], "Conwy"),
        (["ONE HOUSE", "TWO STREET", "", "", ""], ""),
    ],
)
def test_the_town_is_found_among_address_lines(lines: list[str], found: str) -> None:
    assert town(lines) == found


# Finding


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("A81001", DENSHAM),
        ("a81 001", DENSHAM),
        ("A8IOO1", DENSHAM),
        ("densham", DENSHAM),
        ("densham stockton", DENSHAM),
        ("densam sugery", DENSHAM),
        ("den sham", DENSHAM),
        ("denshamsurgery", DENSHAM),
        ("thedensham", DENSHAM),
        ("DENSHAM ts18", DENSHAM),
        ("queens pk med ctr", QUEENS_PARK),
        ("Queen’s Park Medical Centre", QUEENS_PARK),
        ("queens park medical centre ts18 2aw", QUEENS_PARK),
        ("we are A81002, queens park", QUEENS_PARK),
    ],
)
def test_a_practice_is_found_by_what_people_type(directory: Directory, typed: str, first: str) -> None:
    assert directory.find(typed)[0].code == first


def test_every_code_finds_its_own_body_first(directory: Directory) -> None:
    assert all(directory.find(code.lower(), "trust")[0].code == code for code in directory.trusts)
    assert all(directory.find(code.lower(), "icb")[0].code == code for code in directory.icbs)
    assert all(directory.find(code.lower())[0].code == code for code in list(directory.practices)[::20])


def test_equals_come_in_the_order_of_their_names(directory: Directory) -> None:
    assert [practice.name for practice in directory.find("ts24")] == sorted(
        practice.name for practice in directory.practices.values() if practice.postcode.startswith("TS24 ")
    )[:5]
    assert directory.find("ambulance", "trust")[0].name == "London Ambulance Service NHS Trust"


@pytest.mark.parametrize("typed", ["TS18 1HU", "ts181hu", "TSI8 IHU", "ts18 ihu"])
def test_a_postcode_comes_before_its_neighbours(directory: Directory, typed: str) -> None:
    found = directory.find(typed)
    here = [practice.postcode == "TS18 1HU" for practice in found]
    assert here[0]
    assert here == sorted(here, reverse=True)
    assert all(practice.postcode.startswith("TS18 ") for practice in found)


def test_a_postcode_of_one_letter_is_not_read_as_one_of_two(directory: Directory) -> None:
    assert {practice.postcode for practice in directory.find("l140nl")[:1]} == {"L14 0NL"}


def test_half_a_postcode_and_its_sector_are_enough(directory: Directory) -> None:
    assert {practice.postcode.split()[0] for practice in directory.find("ts18")} == {"TS18"}
    assert directory.find("ts18 2")[0].postcode.startswith("TS18 2")


@pytest.mark.parametrize("typed", ["hartlepool", "hartlpool", "hrtlpl"])
def test_a_town_lists_its_practices(directory: Directory, typed: str) -> None:
    found = directory.find(typed)
    assert len(found) == 5
    assert all("Hartlepool" in practice.town for practice in found)


def test_a_name_that_many_share_gives_five_and_its_town_decides(directory: Directory) -> None:
    assert all(words(practice.name)[:2] == ["st", "marys"] for practice in directory.find("St Mary's"))
    best = directory.find("st marys ely")[0]
    assert (best.name, best.town) == ("St Mary's Surgery", "Ely")


def test_the_whole_name_comes_before_a_longer_one(directory: Directory) -> None:
    assert directory.find("the village surgery")[0].name == "The Village Surgery"
    assert directory.find("park surgery")[0].name == "Park Surgery"


@pytest.mark.parametrize("typed", ["", "   ", "?!", "zzzzqq", "the", "0" * 5_000, "\0\ud800", "surgrey xqzvw qqqqj"])
def test_nonsense_finds_nothing_and_never_fails(directory: Directory, typed: str) -> None:
    assert directory.find(typed) == ()


@pytest.mark.parametrize(
    ("typed", "near", "first"),
    [
        ("uclh", "", "University College London Hospitals NHS Foundation Trust"),
        ("roa", "", "Manchester University NHS Foundation Trust"),
        ("derriford", "", "University Hospitals Plymouth NHS Trust"),
        ("north tees", "", "North Tees and Hartlepool NHS Foundation Trust"),
        ("ambulance", "QHM", "North East Ambulance Service NHS Foundation Trust"),
        ("ambulance", "QWO", "Yorkshire Ambulance Service NHS Trust"),
    ],
)
def test_a_trust_is_found_by_code_name_initials_or_hospital(
    directory: Directory, typed: str, near: str, first: str
) -> None:
    assert directory.find(typed, "trust", near)[0].name == first


def test_near_never_brings_what_does_not_fit(directory: Directory) -> None:
    assert {trust.code for trust in directory.find("derriford", "trust", near="QHM")} == {"RK9"}


def test_an_icb_is_found_by_its_initials(directory: Directory) -> None:
    assert directory.find("nenc", "icb")[0].code == "QHM"


def test_of_two_that_fit_the_open_one_comes_first_and_a_code_finds_the_closed_one(directory: Directory) -> None:
    closed = replace(directory.practices[QUEENS_PARK], closed=date(2026, 1, 1))
    heir = replace(closed, code="Y99999", closed=None)
    after = replace(directory, practices={**directory.practices, QUEENS_PARK: closed, "Y99999": heir})
    assert after.find("queens park medical centre stockton")[:2] == (heir, closed)
    assert after.find(QUEENS_PARK)[0] == closed


def slip(text: str, chance: random.Random) -> str:
    """Leave a letter out, double it with another, swap two or hit the wrong key."""
    at, letter = chance.randrange(len(text)), chance.choice(string.ascii_lowercase)
    swapped = text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :]
    return chance.choice(
        [text[:at] + text[at + 1 :], text[:at] + letter + text[at:], swapped, text[:at] + letter + text[at + 1 :]]
    )


@pytest.mark.parametrize(("slips", "least"), [(0, 0.995), (1, 0.985), (2, 0.97)])
def test_name_and_town_find_the_practice_among_five_whatever_slips(
    directory: Directory, slips: int, least: float
) -> None:
    chance = random.Random(slips)  # noqa: S311  # which letters slip is no secret
    sample = chance.sample(sorted(directory.practices.values(), key=lambda practice: practice.code), 200)
    hits = 0
    for practice in sample:
        typed = f"{practice.name} {practice.town.split(', ')[-1]}".lower()
        for _ in range(slips):
            typed = slip(typed, chance)
        hits += practice in directory.find(typed)
    assert hits >= least * len(sample)


# Updating

Make = Callable[..., Path]


def line(code: str = DENSHAM, name: str = "THE DENSHAM SURGERY", **cells: str) -> list[str]:
    """One line of an official file, as it would stand in epraccur."""
    row = {
        0: code,
        1: name,
        2: cells.get("grouping", "Y63"),
        3: cells.get("icb", "QHM"),
        4: "THE HEALTH CENTRE",
        5: "LAWSON STREET",
        6: cells.get("town", "STOCKTON ON TEES"),
        9: cells.get("postcode", "TS18 1HU"),
        10: cells.get("opened", "19740401"),
        11: cells.get("closed", ""),
        12: cells.get("status", "A"),
        14: cells.get("sub_icb", "16C"),
        17: "01642 672351",
        25: cells.get("setting", "4"),
    }
    return [row.get(at, "") for at in range(27)]


def trust(code: str, name: str, **cells: str) -> list[str]:
    return line(code, name, **{"status": "", "sub_icb": "", "setting": "", **cells})


@pytest.fixture
def official(tmp_path: Path) -> Make:
    """Write an official file of the given lines."""

    def make(name: str, *lines: list[str], last: str = "") -> Path:
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(lines)
            file.write(last)
        return path

    return make


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder beside a packaged directory of three practices, a trust and an ICB."""
    whole = load()
    few = {code: whole.practices[code] for code in (DENSHAM, QUEENS_PARK, "A81004")}
    packaged = tmp_path / "packaged" / "directory.csv"
    trusts, icbs = {"RVW": whole.trusts["RVW"]}, {"QHM": whole.icbs["QHM"]}
    store.write(store.Contents(date(2025, 8, 7), few, trusts, icbs), packaged)
    monkeypatch.setattr(store, "PACKAGED", packaged)
    return tmp_path / "data"


KEPT = line(QUEENS_PARK, "QUEENS PARK MEDICAL CENTRE", postcode="TS18 2AW")


def test_an_update_tells_what_was_added_closed_renamed_and_moved(official: Make, folder: Path) -> None:
    file = official(
        "epraccur.csv",
        line(name="THE NEW DENSHAM SURGERY"),
        line(QUEENS_PARK, "QUEENS PARK MEDICAL CENTRE", postcode="TS18 9ZZ", icb="QOQ", sub_icb="02Y"),
        line("A81004", "BLUEBELL", status="C", closed="20251001"),
        line("Y09999", "NEW START SURGERY", opened="20251101"),
        line("W99999", "MEDDYGFA'R BONT", grouping="W00", icb="Q99", sub_icb="7A3"),
        line("Y08888", "A WALK-IN CENTRE", setting="2"),
        line("Y07777", "A SURGERY TO COME", status="P", opened="20270101"),
    )
    changes = update([file], folder)
    assert changes.added == ("W99999", "Y09999")
    assert changes.closed == ("A81004",)
    assert changes.renamed == (Change(DENSHAM, "The Densham Surgery", "The New Densham Surgery"),)
    assert changes.moved == (Change(QUEENS_PARK, "TS18 2AW QHM 16C", "TS18 9ZZ QOQ 02Y"),)
    assert changes.nameless == ("QOQ",)
    assert changes.dated == date(2025, 11, 1)

    after = load(folder)
    assert after.dated == date(2025, 11, 1)
    assert after.practices["A81004"].closed == date(2025, 10, 1)
    welsh = after.practices["W99999"]
    assert (welsh.nation, welsh.board, welsh.icb, welsh.sub_icb) == (Nation.WALES, "7A3", "", "")
    assert set(after.trusts) == {"RVW"}
    assert after.find("new start")[0].code == "Y09999"


def test_a_code_that_vanished_is_kept_and_closed(official: Make, folder: Path) -> None:
    changes = update([official("epraccur.csv", line(), KEPT)], folder, dated=date(2026, 2, 27))
    assert changes.closed == ("A81004",)
    assert load(folder).practices["A81004"].closed == date(2026, 2, 27)


def test_what_closed_stays_closed_on_the_same_day_and_may_open_again(official: Make, folder: Path) -> None:
    update([official("epraccur.csv", line(), KEPT)], folder, dated=date(2026, 2, 27))
    again = update([official("epraccur.csv", line(), KEPT)], folder, dated=date(2026, 5, 29))
    assert not again.closed
    assert load(folder).practices["A81004"].closed == date(2026, 2, 27)
    opened = update([official("epraccur.csv", line(), KEPT, line("A81004"))], folder, dated=date(2026, 8, 28))
    assert opened.added == ("A81004",)
    assert not load(folder).practices["A81004"].closed


def test_a_practice_that_is_dormant_or_no_gp_practice_any_more_is_closed(official: Make, folder: Path) -> None:
    file = official("epraccur.csv", line(), KEPT, line("A81004", setting="9"), line("Y05555", status="D"))
    assert update([file], folder, dated=date(2025, 11, 28)).closed == ("A81004",)


def test_the_newer_data_wins_and_loses_nobody(official: Make, folder: Path) -> None:
    update([official("epraccur.csv", line(), KEPT, line("Y09999", "NEW START"))], folder, dated=date(2026, 2, 27))
    newer = replace(store.read(store.PACKAGED), dated=date(2026, 5, 29))
    store.write(newer, store.PACKAGED)
    after = load(folder)
    assert after.dated == date(2026, 5, 29)
    assert not after.practices["A81004"].closed
    assert after.practices["Y09999"].closed == date(2026, 5, 29)


def test_trusts_and_icbs_are_updated_too(official: Make, folder: Path, tmp_path: Path) -> None:
    trusts = official("etr.csv", trust("RVW", "NORTH TEES NHS TRUST"), trust("RTR", "SOUTH TEES NHS TRUST"))
    icbs = tmp_path / "icb.csv"
    icbs.write_text('ods,name\nQHM,NHS North East Integrated Care Board\nQX1,"NHS One, Two"\n', encoding="utf-8")
    changes = update([trusts, icbs], folder)
    assert changes.added == ("RTR", "QX1")
    assert [change.code for change in changes.renamed] == ["RVW", "QHM"]
    after = load(folder)
    assert after.icbs["QX1"].name == "NHS One, Two"
    assert len(after.practices) == 3
    assert after.dated == date(2025, 8, 7)


# What each bad file is told: (its name, its lines, what stands after them) -> what the fault says
BAD: dict[str, tuple[str, list[list[str]], str, str]] = {
    "one of another kind": ("epraccur.csv", [trust("RVW", "NORTH TEES NHS TRUST")], "", "line 1: holds trusts (etr)"),
    "one of practices named etr": ("etr.csv", [line()], "", "line 1: holds practices (epraccur), not trusts"),
    "no official file at all": ("list.csv", [["a", "b"]], "", "line 1: is neither epraccur nor etr"),
    "a list of pharmacies": ("x.csv", [line("FA123", setting="")], "", "line 1: is neither epraccur nor etr"),
    "one cut within a line": ("epraccur.csv", [line(), KEPT], '"A81004","BLUE', "line 3: is not CSV"),
    "one cut between cells": ("epraccur.csv", [line(), KEPT], "A81004,BLUEBELL", "line 3: has 2 columns, not 27"),
    "one with a strange day": ("epraccur.csv", [line(opened="1 May")], "", "line 1: opened: must be a day such as"),
    "one with an impossible day": ("epraccur.csv", [line(opened="20250231")], "", "line 1: opened: "),
    "one with a strange postcode": ("epraccur.csv", [line(postcode="NOWHERE")], "", "line 1: postcode: 'NOWHERE'"),
    "one with a trust among practices": ("epraccur.csv", [line(), trust("RVW", "A")], "", "line 2: 'RVW' is no code"),
    "too short a file": ("epraccur.csv", [line()], "", "holds 1 open practices (epraccur); the directory has 3"),
    "an empty file": ("epraccur.csv", [], "", "is empty"),
    "an icb list with a bad line": (
        "icb.csv",
        [["ods", "name"], ["QHM"]],
        "",
        "line 2: must be an ICB's code and name",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused_with_its_line_and_changes_nothing(official: Make, folder: Path, case: str) -> None:
    name, lines, last, said = BAD[case]
    file = official(name, *lines, last=last)
    with pytest.raises(DirectoryError) as refused:
        update([file], folder)
    assert said in str(refused.value)
    assert str(refused.value).startswith(str(file))
    assert not folder.exists()


def test_a_missing_file_is_told(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(DirectoryError, match="cannot be read"):
        update([tmp_path / "none.csv"], folder)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"A81001\nCAF\xc9\n", "line 2: is not UTF-8"),
        ("A81001".encode("utf-16"), "line 1: is not UTF-8"),
        (b"PK\x03\x04rest", "is a zip file or a workbook: unpack it"),
        (b"A\0B", "line 1: is not text"),
    ],
)
def test_a_file_that_is_no_text_is_told_what_it_is(folder: Path, tmp_path: Path, data: bytes, said: str) -> None:
    file = tmp_path / "epraccur.csv"
    file.write_bytes(data)
    with pytest.raises(DirectoryError, match=said):
        update([file], folder)


def test_every_fault_of_every_file_is_told_at_once(official: Make, folder: Path, tmp_path: Path) -> None:
    many = official("epraccur.csv", *[line(postcode="X")] * 8)
    with pytest.raises(DirectoryError) as refused:
        update([many, tmp_path / "none.csv"], folder)
    assert len(refused.value.faults) == 7
    assert "and 3 more" in str(refused.value)


def test_the_same_kind_twice_is_refused(official: Make, folder: Path) -> None:
    files = [official("epraccur.csv", line(), KEPT), official("epraccur2.csv", line(), KEPT)]
    with pytest.raises(DirectoryError, match="give one"):
        update(files, folder)


def test_a_short_file_is_taken_when_forced(official: Make, folder: Path) -> None:
    file = official("epraccur.csv", line())
    assert update([file], folder, dated=date(2026, 2, 27), force=True).closed == (QUEENS_PARK, "A81004")


def test_an_older_file_is_refused_unless_forced(official: Make, folder: Path) -> None:
    update([official("epraccur.csv", line(), KEPT)], folder, dated=date(2026, 2, 27))
    older = official("epraccur.csv", line(name="ITS OLD NAME"), KEPT)
    with pytest.raises(DirectoryError, match="nothing after 2025-11-28, and the directory is of 2026-02-27"):
        update([older], folder, dated=date(2025, 11, 28))
    changes = update([older], folder, dated=date(2025, 11, 28), force=True)
    assert (changes.renamed[0].after, changes.dated) == ("Its Old Name", date(2026, 2, 27))


def test_a_folder_that_cannot_be_written_is_told(official: Make, folder: Path) -> None:
    folder.write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(DirectoryError, match="cannot be written"):
        update([official("epraccur.csv", line(), KEPT)], folder, dated=date(2026, 2, 27))


@pytest.mark.parametrize(
    ("spoil", "at"),
    [
        (lambda text: text.replace("# dated 2025-08-07", "# dated soon"), "line 2"),
        (lambda text: text.replace("practice,A81002", "pharmacy,A81002"), "line 5"),
        (lambda text: text[:200], "line 4"),
        (lambda _: "", "line 1"),
    ],
)
def test_a_spoilt_directory_is_told_with_its_line(folder: Path, spoil: Any, at: str) -> None:
    folder.mkdir()
    text = store.PACKAGED.read_text(encoding="utf-8")
    (folder / store.FILE).write_text(spoil(text), encoding="utf-8")
    with pytest.raises(DirectoryError, match=f"{at}: is not as an update writes it"):
        load(folder)


def test_what_is_written_is_read_back_whole_and_by_everyone(folder: Path) -> None:
    contents = store.read(store.PACKAGED)
    closed = replace(contents.practices[DENSHAM], closed=date(2026, 1, 1), name='A "quoted", name')
    contents = replace(contents, practices={**contents.practices, DENSHAM: closed})
    store.write(contents, folder / store.FILE)
    assert store.read(folder / store.FILE) == contents
    assert (folder / store.FILE).stat().st_mode & 0o777 == 0o644
    assert list(folder.iterdir()) == [folder / store.FILE]

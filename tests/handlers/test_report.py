"""Reports as an officer gets them: figures, sentences, a card, a picture, a table and a brief."""

import csv
import datetime
import io
import re
import subprocess
import sys
import zipfile
from dataclasses import replace

import pytest
from docx import Document
from PIL import Image

from handlers.chat import plain_text
from handlers.disclosure import NOTHING, About, Release, Safety, Shown, release
from handlers.measures import Assumptions, Grain
from handlers.records import Tally, Wrong
from handlers.report import By, Report, Row, Wanted, area_of, brief, card, chart, inside, report, sheet, words
from knowledge.directory import Directory, Icb, Practice, Trust
from knowledge.library import Library
from knowledge.model import Nation

SAFETY = Safety()
LONG = "The Very Long Name of Some University Teaching and Orthopaedic Hospitals NHS Foundation Trust"


def practice(code: str, icb: str = "", sub_icb: str = "", board: str = "") -> Practice:
    return Practice(code, "The Only Surgery", "Anytown", "AA1 1AA", icb, sub_icb, board, Nation.ENGLAND)


def trust(code: str, name: str) -> Trust:
    return Trust(code, name, "Anytown", "AA1 1AA", "Q1", "", Nation.ENGLAND)


DIRECTORY = Directory(
    datetime.date(2026, 10, 1),
    {
        each.code: each
        for each in (
            *(practice(f"A{at}", "Q1", "01A") for at in range(1, 5)),
            *(practice(f"B{at}", "Q1", "01B") for at in range(1, 5)),
            *(practice(f"C{at}", "Q2", "02C") for at in range(1, 5)),
            practice("W1", board="7A1"),
        )
    },
    {each.code: each for each in (trust("R1", "Anytown Hospital NHS Trust"), trust("R2", LONG), trust("R3", "=1+1"))},
    {"Q1": Icb("Q1", "NHS Shire Integrated Care Board"), "Q2": Icb("Q2", "NHS Vale Integrated Care Board")},
)


def released(*counts: tuple[str, str, str, str, int], through: str = "2026-10") -> Release:
    """A release with some counts: month, area, provider, rule and number."""
    return Release(through, tuple(Shown(m, a, About.WORK, p, r, n) for m, a, p, r, n in counts))


def asked(release: Release, library: Library, assumptions: Assumptions | None = None, **wanted: object) -> Report:
    given: dict[str, object] = {"first": "2026-05", "last": "2026-10"} | wanted
    return report(release, Wanted(**given), DIRECTORY, library, SAFETY, assumptions)  # type: ignore[arg-type]


YEAR = released(
    *((f"2026-{month:02}", "01A", "R1", "hospital-fit-note", 40 + 10 * (month > 7)) for month in range(1, 11)),
    *((f"2026-{month:02}", "01B", "R2", "", 13) for month in range(1, 11)),
    ("2026-09", "02C", "", "bloods-before-outpatient-clinic", 9),
    ("2026-09", "02C", "R3", "", 8),
)


def rows(of: Report) -> list[tuple[str, int | None]]:
    return [(row.name, row.number) for row in of.rows]


def test_rows_by_provider_are_rounded_one_by_one_and_what_is_not_named_is_last(library: Library) -> None:
    found = asked(YEAR, library)
    assert rows(found) == [("Anytown Hospital NHS Trust", 270), (LONG, 80), ("=1+1", 10), ("Other, or not named", 10)]
    assert found.total == 365  # 270 + 78 + 8 + 9, rounded by itself


def test_rows_by_request_have_the_titles_of_rules(library: Library) -> None:
    title = library.rules["hospital-fit-note"].title
    assert rows(asked(YEAR, library, by=By.RULE))[0] == (title, 270)
    assert [row.code for row in asked(YEAR, library).top] == ["hospital-fit-note", "bloods-before-outpatient-clinic"]


def test_rows_by_area_tell_sub_icbs_apart_and_name_an_only_one_by_its_icb(library: Library) -> None:
    assert rows(asked(YEAR, library, by=By.AREA)) == [("Shire (01A)", 270), ("Shire (01B)", 80), ("Vale", 15)]


def test_an_icb_is_all_of_its_areas(library: Library) -> None:
    assert asked(YEAR, library, area="Q1").total == 350
    assert asked(YEAR, library, area="01B").total == 80
    assert asked(YEAR, library, area="Q1").place == ("Shire",)


def test_a_report_can_be_of_one_provider_and_of_one_rule(library: Library) -> None:
    of_one = asked(YEAR, library, provider="R1", by=By.RULE)
    assert rows(of_one) == [(library.rules["hospital-fit-note"].title, 270)]
    assert of_one.place == ("Anytown Hospital NHS Trust",)
    assert asked(YEAR, library, rule="hospital-fit-note").total == 270


def test_every_month_has_a_row_and_a_month_with_too_few_has_a_star(library: Library) -> None:
    found = asked(released(("2026-06", "01A", "R1", "", 40)), library, by=By.MONTH, first="2026-05", last="2026-07")
    assert rows(found) == [("2026-05", None), ("2026-06", 40), ("2026-07", None)]
    assert "- May 2026: *\n- June 2026: 40\n- July 2026: *\n- * none, or too few to show" in plain_text(card(found))


def test_a_month_that_is_not_over_has_no_row(library: Library) -> None:
    found = asked(replace(YEAR, through="2026-08"), library, by=By.MONTH)
    assert [row.code for row in found.rows] == ["2026-05", "2026-06", "2026-07", "2026-08"]


def test_a_period_that_ends_before_it_begins_is_refused(library: Library) -> None:
    with pytest.raises(ValueError, match="ends before it begins"):
        asked(YEAR, library, first="2026-11")


@pytest.mark.parametrize(
    ("first", "last", "reads"),
    [
        ("2026-07", "2026-09", "July to September 2026"),
        ("2025-12", "2026-01", "December 2025 to January 2026"),
        ("2026-10", "2026-10", "October 2026"),
    ],
)
def test_a_period_reads_as_people_say_it(first: str, last: str, reads: str) -> None:
    assert words.span(first, last) == reads


# The trend: from the months that are shown, or not at all.


def trend(library: Library, *numbers: int) -> str:
    start = (("2026-01", "01A", "R1", "", 40),)
    counts = [(f"2026-{5 + at:02}", "01A", "R1", "", number) for at, number in enumerate(numbers) if number]
    return words.trend(asked(released(*start, *counts), library))


@pytest.mark.parametrize(
    ("numbers", "reads"),
    [
        ((40, 40, 40, 60, 60, 60), "Up by about 50%: 180 in August to October 2026, 120 in May to July 2026."),
        ((60, 60, 60, 40, 40, 40), "Down by about 35%: 120 in"),
        ((20, 20, 20, 60, 60, 60), "Up to about 3 times: 180 in"),
        ((40, 40, 40, 45, 45, 45), "Much the same: 135 in"),  # as much as rounding alone can do
        ((40, 40, 0, 60, 60, 60), "Too early, or too few"),  # a month with none, or too few to show
    ],
)
def test_the_trend_compares_three_months_with_three(numbers: tuple[int, ...], reads: str, library: Library) -> None:
    assert trend(library, *numbers).startswith(reads)


def test_the_first_months_of_a_record_make_no_trend(library: Library) -> None:
    young = released(*((f"2026-{month:02}", "01A", "R1", "", 10 * month) for month in range(4, 11)))
    assert words.trend(asked(young, library)).startswith("Too early")
    assert words.trend(asked(YEAR, library)).startswith("Up by")


# What the time was worth.


@pytest.mark.parametrize(
    ("assumptions", "reads"),
    [
        (Assumptions(), "About 61 hours of practice time, at 10 minutes each."),
        (
            Assumptions(5, 3.5, "from the LMC's own survey"),
            "About 30 hours of practice time, at 5 minutes each; about £6,400, at £3.50 a minute (from the LMC's own "
            "survey).",
        ),
    ],
)
def test_the_time_is_told_with_what_was_assumed(assumptions: Assumptions, reads: str, library: Library) -> None:
    assert words.worth(asked(YEAR, library, assumptions)) == reads


def test_nothing_is_worth_nothing(library: Library) -> None:
    assert not words.worth(asked(NOTHING, library))


# The card.


def test_the_card_fits_a_phone_and_names_no_practice(library: Library) -> None:
    text = plain_text(card(asked(YEAR, library)))
    assert text.startswith("▤ REPORT: no practice is named\nWork that practices handed back or noted, by provider: May")
    assert "- Anytown Hospital: 270\n" in text
    assert "All: About 365" in text
    assert len(text) < 1100
    assert "Surgery" not in text


def test_the_card_of_nothing_says_so(library: Library) -> None:
    assert "Nothing that may be shown." in plain_text(card(asked(NOTHING, library)))


def test_a_long_card_says_how_many_rows_are_left(library: Library) -> None:
    many = released(*(("2026-10", "01A", f"X{at}", "", 10 + 5 * at) for at in range(12)))
    assert "- and 4 more\n" in plain_text(card(asked(many, library)))


# Inside the LMC.

FEW = [
    Tally("2026-10", "A1", "R1", "hospital-fit-note", Wrong.LETTER, 3),
    Tally("2026-10", "B1", "R2", "", Wrong.REQUEST, 1),
]


def test_officers_see_exact_figures_under_a_banner_and_never_in_a_file(library: Library) -> None:
    exact = inside(FEW, Wanted("2026-10", "2026-10"), DIRECTORY, library)
    text = plain_text(card(exact))
    assert text.startswith("! INSIDE THE LMC ONLY\n")
    assert "- Anytown Hospital: 3\n" in text
    assert "All: 4\n" in text
    for write in (sheet, chart, lambda each: brief([each])):
        with pytest.raises(ValueError, match="exact figures"):
            write(exact)


def test_the_same_few_are_in_no_report_that_may_leave(library: Library) -> None:
    out = release(FEW, area_of(DIRECTORY), SAFETY, "2026-10")
    assert asked(out, library).rows == ()
    assert asked(out, library).total is None


@pytest.mark.parametrize(
    ("grain", "areas"),
    [
        (Grain.SUB_ICB, ["01A", "02C", "7A1", ""]),
        (Grain.ICB, ["Q1", "Q2", "7A1", ""]),
        (Grain.WHOLE, ["", "", "", ""]),
    ],
)
def test_areas_are_as_small_as_the_lmc_chose(grain: Grain, areas: list[str]) -> None:
    assert [area_of(DIRECTORY, grain)(code) for code in ("A1", "C1", "W1", "Z9")] == areas


# The table.


def test_the_table_is_read_by_excel_and_runs_no_formula(library: Library) -> None:
    file = sheet(asked(YEAR, library))
    assert file.content.startswith(b"\xef\xbb\xbf")
    assert (file.name, file.kind) == ("report-provider-2026-05-2026-10.csv", "text/csv")
    lines = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert [(line["code"], line["name"], line["number"]) for line in lines][1:] == [
        ("R2", LONG, "80"),
        ("R3", "'=1+1", "10"),
        ("", "Other, or not named", "10"),
        ("", "All", "365"),
    ]
    assert {line["read as"] for line in lines} == {"rounded to 5"}


def test_a_star_in_the_table_says_what_it_stands_for(library: Library) -> None:
    file = sheet(asked(released(("2026-06", "01A", "R1", "", 40)), library, by=By.MONTH))
    assert b'May 2026,*,"none, or too few to show"' in file.content


# The picture.


def many(number: int) -> Release:
    return released(*(("2026-10", "01A", f"{LONG} {at}", "", 10 + 35 * at) for at in range(number)))


@pytest.mark.parametrize("number", [0, 1, 12, 30])
def test_the_chart_is_as_wide_as_a_phone_and_its_numbers_are_in_words_beside_it(number: int, library: Library) -> None:
    found = asked(many(number), library)
    picture = chart(found)
    with Image.open(io.BytesIO(picture.content)) as image:
        assert image.size[0] == 1080
        assert not image.info.keys() & {"Software", "Creation Time", "date"}
    assert picture.picture
    for row in found.rows[:11]:
        assert f"{row.name}: {row.number:,}" in picture.says
    assert picture.says.startswith("Bar chart. Work that practices handed back or noted, by provider, May to October")


def test_the_chart_of_eighteen_months_is_no_higher_than_wide(library: Library) -> None:
    found = asked(YEAR, library, by=By.MONTH, first="2025-05")
    picture = chart(found)
    with Image.open(io.BytesIO(picture.content)) as image:
        assert image.size[0] >= image.size[1]
    assert "May 2025: none, or too few to show" in picture.says


def test_a_dollar_in_a_name_is_a_dollar(library: Library) -> None:
    found = asked(released(("2026-10", "01A", "The $5 and $6 Clinic _{", "", 40)), library)
    assert "$5 and $6" in chart(found).says


# The brief.


def text_of(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def of_a_brief(release: Release, library: Library) -> list[Report]:
    given = Assumptions(10, 3.5)
    return [asked(release, library, given, by=by) for by in (By.PROVIDER, By.RULE, By.MONTH)]


def test_the_brief_has_the_figures_the_chart_the_method_and_no_practice(library: Library) -> None:
    file = brief(of_a_brief(YEAR, library), "Anyshire LMC")
    text = text_of(file.content)
    for part in (
        "Anyshire LMC. May to October 2026.",
        "About 365 in May to October 2026.",
        "Most, by provider: Anytown Hospital NHS Trust (270).",
        "Up by about 25%",
        "£3.50 a minute",
        "at least 8, from 3 practices or more",
        "rounded to the nearest 5",
        "A star stands for none, or too few to show",
    ):
        assert part in text
    assert "Surgery" not in text
    assert file.kind.endswith("wordprocessingml.document")
    (shape,) = Document(io.BytesIO(file.content)).inline_shapes
    assert shape._inline.docPr.get("descr").startswith("Bar chart. ")


@pytest.mark.parametrize("number", [0, 1, 30])
def test_the_brief_is_two_pages_whatever_is_in_it(number: int, library: Library) -> None:
    document = Document(io.BytesIO(brief(of_a_brief(many(number), library)).content))
    breaks = [each for each in document.paragraphs if each.paragraph_format.page_break_before]
    assert [each.text for each in breaks] == ["The figures"]
    # A first page holds 55 lines of this size. A name takes up to two in the table; a point up to three.
    lines = sum(1 + len(cell.text) // 68 for table in document.tables for row in table.rows for cell in row.cells[:1])
    before = document.paragraphs[: [each.text for each in document.paragraphs].index("The figures")]
    assert lines + sum(1 + len(each.text) // 85 for each in before) + 8 <= 55
    (shape,) = document.inline_shapes
    assert shape.height.mm <= 121


def test_a_brief_is_of_one_period_and_place(library: Library) -> None:
    with pytest.raises(ValueError, match="one subject, period and place"):
        brief([asked(YEAR, library), asked(YEAR, library, first="2026-06")])
    with pytest.raises(ValueError, match="needs a report"):
        brief([])


# The same in, the same out.


def test_the_same_release_gives_the_same_bytes(library: Library) -> None:
    backwards = replace(YEAR, shown=YEAR.shown[::-1])
    for by in By:
        one, two = asked(YEAR, library, by=by), asked(backwards, library, by=by)
        assert one == two
        assert sheet(one) == sheet(two)
        assert chart(one) == chart(two)
    first, second = (brief(of_a_brief(each, library)) for each in (YEAR, backwards))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first.content)) as file:
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"1980-01-01T00:00:00Z" in file.read("docProps/core.xml")
        assert not re.search(rb"20(13|2\d)-\d\d-\d\dT", file.read("docProps/core.xml"))


def test_what_draws_and_writes_is_read_only_when_it_is_needed() -> None:
    said = "import sys, handlers.report; print({'matplotlib', 'docx', 'PIL'} & sys.modules.keys())"
    assert subprocess.check_output([sys.executable, "-c", said], text=True).strip() == "set()"


def test_a_row_has_a_short_name_for_a_small_screen() -> None:
    assert (
        words.short_name(Row("R1", "The Queen's Hospital, Lynn, NHS Foundation Trust", 5))
        == "The Queen's Hospital, Lynn"
    )
    assert words.short_name(Row("R1", "Anytown Hospital NHS Trust", 5)) == "Anytown Hospital"
    assert words.short_name(Row("2026-10", "2026-10", 5)) == "October 2026"

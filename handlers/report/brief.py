"""Reports as an evidence brief: two pages of .docx to take to a meeting with a trust or an ICB.

The first page is what to say: the point, the figures. The second shows the chart, and how the figures were made.
"""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from handlers import paper
from handlers.chat import Attachment
from handlers.report import words
from handlers.report.chart import chart
from handlers.report.tables import By, Report

if TYPE_CHECKING:
    from docx.document import Document

ROWS, TABLES = 7, 2  # of a first page


def brief(reports: Sequence[Report], lmc: str = "your LMC") -> Attachment:
    """Write a brief.

    Args:
        reports: of one period and place, in the order to be read: two become tables, the one by month the chart; where
            none is by month, the first one.
        lmc: the name of who brings it.

    Returns:
        A .docx of two A4 pages, the same bytes for the same reports.

    Raises:
        ValueError: there is no report, they are not of one subject, period and place, or their figures are exact.
    """
    if not reports:
        raise ValueError("a brief needs a report")
    if any(each.inside for each in reports):
        raise ValueError("exact figures are never written into a file")
    if len({(r.wanted.about, r.wanted.first, r.wanted.last, r.place) for r in reports}) > 1:
        raise ValueError("the reports of a brief are of one subject, period and place")
    first = reports[0]
    document = _page(first, lmc)
    _summary(document, first, reports)
    for each in [each for each in reports if each.wanted.by is not By.MONTH][:TABLES]:
        _table(document, each)
    _second(document, next((each for each in reports if each.wanted.by is By.MONTH), first))
    name = f"brief-{first.wanted.first}-{first.wanted.last}"
    return paper.finished(document, name, f"Evidence brief. {_subject(first)}. {words.total(first)}")


def _subject(report: Report) -> str:
    return f"{words.SUBJECTS[report.wanted.about]}, {words.period(report)}"


def _page(report: Report, lmc: str) -> "Document":
    from docx.shared import Mm, Pt

    document = paper.blank(_subject(report), lmc)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(20)
    document.styles["Normal"].paragraph_format.space_after = Pt(4)
    document.add_heading(words.SUBJECTS[report.wanted.about], level=0)
    document.add_paragraph(f"{lmc}. {words.period(report)}.")
    if report.place:
        document.add_paragraph(f"For: {'; '.join(report.place)}.")
    return document


def _summary(document: "Document", first: Report, reports: Sequence[Report]) -> None:
    document.add_heading("In short", level=1)
    if first.total is None:
        document.add_paragraph(words.NONE)
        return
    points = [f"{words.total(first)} in {words.period(first)}."]
    for each in reports:
        named = [row for row in each.rows if row.code]
        if named and each.wanted.by in (By.PROVIDER, By.RULE, By.AREA):
            most = words.BY[each.wanted.by].removeprefix("by ")
            points.append(f"Most, by {most}: {named[0].name} ({words.figure(named[0].number)}).")
    points += [words.trend(first), words.worth(first)]
    for point in points:
        document.add_paragraph(point, style="List Bullet")


def _table(document: "Document", report: Report) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.shared import Mm, Pt

    document.add_heading(words.BY[report.wanted.by].capitalize(), level=2)
    if not report.rows:
        document.add_paragraph(words.NONE)
        return
    kept = report.rows[:ROWS]
    lines = [(words.name(row), words.figure(row.number)) for row in kept]
    if left := len(report.rows) - len(kept):
        lines.append((f"and {left} more", ""))
    lines.append(("All", words.figure(report.total)))
    table = document.add_table(rows=0, cols=2, style="Light Grid")
    heading = (words.BY[report.wanted.by].removeprefix("by ").capitalize(), f"Number, to {report.safety.round_to}")
    for at, pair in enumerate((heading, *lines)):
        row = table.add_row()
        if at == 0:  # said again at the top of a page, and read as a heading by a screen reader
            row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for cell, text, wide in zip(row.cells, pair, (Mm(135), Mm(35)), strict=True):
            cell.width = wide
            run = cell.paragraphs[0].add_run(text)
            run.font.size, run.bold = Pt(10), at == 0
            cell.paragraphs[0].paragraph_format.space_after = Pt(0)
        row.cells[1].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _second(document: "Document", drawn: Report) -> None:
    from docx.shared import Mm

    picture = chart(drawn)
    document.add_heading("The figures", level=1).paragraph_format.page_break_before = True
    wide, high = (int.from_bytes(picture.content[at : at + 4]) for at in (16, 20))  # a PNG's header
    shape = document.add_picture(io.BytesIO(picture.content), width=Mm(min(165, 120 * wide / high)))
    shape._inline.docPr.set("descr", picture.says)
    document.add_heading("How these figures were made", level=1)
    what = (
        "Practices note these in the LMC's bot as they happen. Nobody else has checked the counts, and not every "
        "practice notes everything: they are a floor, not a census."
    )
    for said in (what, *words.method(drawn.safety)):
        document.add_paragraph(said, style="List Bullet")
    if worth := words.worth(drawn):
        document.add_paragraph(
            f"Time: {worth} The minutes and the cost are assumptions of the LMC.", style="List Bullet"
        )

"""A practice's evidence as a Word file, for itself alone: what it pledged, when, notices and letters sent."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from handlers import paper
from handlers.cards import day
from handlers.chat import Attachment, Headline, House, Person, Reply, Section, kept
from handlers.pledge import actions, progress
from handlers.records import Tally, Wrong
from knowledge.directory import Practice

if TYPE_CHECKING:
    from docx.document import Document


def evidence(house: House, person: Person) -> Reply:
    """Give a practice its evidence: `pledge pack`."""
    if no := actions.refused(house, person):
        return no
    practice = actions.practice_of(house, person)
    assert practice  # noqa: S101 - `refused` lets none through without
    said = "It is your practice's own. Before it goes to anyone else, ask whether it must."
    parts = (Headline("▤", "YOUR EVIDENCE"), Section("", (said,)), actions.DECIDES)
    return Reply(parts, (actions.RECORD,), (file(practice, house),))


def file(practice: Practice, house: House) -> Attachment:
    """Write a practice's evidence as a .docx file; the same record on the same day is the same bytes."""
    title = "Collective action: the practice's own record"
    document = paper.blank(title)
    document.add_heading(title, level=0)
    document.add_paragraph(f"{practice.name} ({practice.code}), {day(house.today())}. For the practice alone.")
    document.add_paragraph("The practice decided each step itself. The LMC did not direct it.")
    pledges = kept(house).pledges
    history = pledges.history(practice.code)
    for ident in dict.fromkeys(each.action for each in history):
        action = house.library.actions.get(ident)
        document.add_heading(progress.title(ident, house), level=1)
        if action:
            for label, text in (
                ("What it means", action.does), ("Safety", action.safety), ("Contract status", action.status_today)
            ):  # fmt: skip
                document.add_paragraph().add_run(f"{label}: ").bold = True
                document.paragraphs[-1].add_run(text)
        rows = [
            (day(date.fromisoformat(each.day)), progress.said(each))
            for each in history
            if each.action == ident and each.what != "letter"
        ]
        _table(document, ("From", "What"), rows)
        notices = [
            (day(date.fromisoformat(each.day)), each.note)
            for each in history
            if each.action == ident and each.what == "letter"
        ]
        if notices:
            document.add_heading("Notices and letters noted as sent", level=2)
            _table(document, ("Day", "Letter"), notices)
    if not history:
        document.add_paragraph("The practice has pledged nothing.")
    first = min((each.day for each in history), default=house.today().isoformat())
    _letters(document, practice, first, house)
    name = f"collective-action-{practice.code}-{house.today()}"
    return paper.finished(document, name, "The practice's own record of collective action, as a Word file")


def _letters(document: "Document", practice: Practice, first: str, house: House) -> None:
    """Add the letters that the practice had counted since it first pledged, by month."""
    tallies = kept(house).incidents.tallies(f"{first[:7]}-01", f"{house.today():%Y-%m}-31")
    own = [each for each in tallies if each.practice == practice.code and each.kind is Wrong.LETTER]
    document.add_heading("Work handed back by letter", level=1)
    if own:
        _table(document, ("Month", "About", "To", "Letters"), [_counted(each, house) for each in own])
    else:
        document.add_paragraph("None was counted.")


def _counted(tally: Tally, house: House) -> tuple[str, str, str, str]:
    rule, trust = house.library.rules.get(tally.rule), house.directory().trusts.get(tally.provider)
    to = trust.name if trust else house.directory().area(tally.provider) if tally.provider else ""
    return tally.month, rule.title if rule else tally.rule, to, str(tally.number)


def _table(document: "Document", heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    table = document.add_table(rows=1, cols=len(heads))
    table.style = "Table Grid"
    for row in (heads, *rows):
        cells = table.rows[0].cells if row is heads else table.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            cell.text = text
    for cell in table.rows[0].cells:
        cell.paragraphs[0].runs[0].bold = True

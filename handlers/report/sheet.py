"""A report as CSV, for a spreadsheet: each line says of itself what it counts."""

import csv
import io
from collections.abc import Iterable, Sequence

from handlers.chat import Attachment
from handlers.report import words
from handlers.report.tables import Report

COLUMNS = ("subject", "narrowed to", "first month", "last month", "by", "code", "name", "number", "read as")
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # OWASP, CSV injection


def sheet(report: Report) -> Attachment:
    """Write a report as CSV.

    Args:
        report: its figures, which may leave the LMC.

    Returns:
        The file: UTF-8 with a byte order mark, without which Excel reads £ and é as two letters each; a line for each
        row and one for all.

    Raises:
        ValueError: the report's figures are exact, which is for the LMC alone.
    """
    if report.inside:
        raise ValueError("exact figures are never written into a file")
    wanted = report.wanted
    about = (words.SUBJECTS[wanted.about], "; ".join(report.place), wanted.first, wanted.last, wanted.by.value)
    rounded = f"rounded to {report.safety.round_to}"
    lines = [(row.code, words.name(row), row.number) for row in report.rows]
    rows = [
        (*about, code, name, "*" if number is None else str(number), words.TOO_FEW if number is None else rounded)
        for code, name, number in [*lines, ("", "All", report.total)]
    ]
    says = f"{words.title(report)}, {words.period(report)}: a table of {len(lines)} rows."
    return Attachment(f"report-{wanted.by}-{wanted.first}-{wanted.last}.csv", table(COLUMNS, rows), says)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Write a table as CSV: UTF-8 with a byte order mark, and nothing that a spreadsheet would run."""
    written = io.StringIO(newline="")
    lines = csv.writer(written)
    lines.writerow(columns)
    for row in rows:
        lines.writerow([_plain(cell) for cell in row])
    return written.getvalue().encode("utf-8-sig")


def _plain(cell: str) -> str:
    """Keep a spreadsheet from running what looks like a formula."""
    return f"'{cell}" if cell.startswith(_STARTS_A_FORMULA) else cell

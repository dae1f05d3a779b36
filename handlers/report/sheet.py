"""A report as CSV, for a spreadsheet: each line says of itself what it counts."""

import csv
import io

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
    written = io.StringIO(newline="")
    table = csv.writer(written)
    table.writerow(COLUMNS)
    for code, name, number in [*lines, ("", "All", report.total)]:
        said = words.TOO_FEW if number is None else rounded
        table.writerow([_plain(cell) for cell in (*about, code, name, "*" if number is None else str(number), said)])
    says = f"{words.title(report)}, {words.period(report)}: a table of {len(lines)} rows."
    return Attachment(
        f"report-{wanted.by}-{wanted.first}-{wanted.last}.csv", written.getvalue().encode("utf-8-sig"), says
    )


def _plain(cell: str) -> str:
    """Keep a spreadsheet from running what looks like a formula."""
    return f"'{cell}" if cell.startswith(_STARTS_A_FORMULA) else cell

"""Reports for the LMC's officers: by provider, rule, area and month; what may leave the LMC names nobody.

    tallies ─ disclosure.release ─ Release ─ report(…) ─ Report ─┬─ card     the figures as a reply, for a phone
                                                                 ├─ chart    PNG
                                                                 ├─ sheet    CSV
                                                                 └─ brief    .docx of two pages, from several reports
    tallies ─ inside(…) ─ Report      exact figures, for officers alone: a card, and nothing that can be sent on

    tables.py   Wanted, Assumptions, Row, Report: the figures
    words.py    the sentences: period, trend, what the time was worth, how figures are made safe
    card.py  chart.py  sheet.py  brief.py

Why no report, nor two, gives a practice away: `handlers/disclosure.py`. The same release gives the same bytes.
"""

from handlers.report.brief import brief
from handlers.report.card import card
from handlers.report.chart import chart
from handlers.report.sheet import sheet
from handlers.report.tables import By, Report, Row, Wanted, area_of, inside, report

__all__ = [
    "By",
    "Report",
    "Row",
    "Wanted",
    "area_of",
    "brief",
    "card",
    "chart",
    "inside",
    "report",
    "sheet",
]

"""A letter as a Word file: the text to edit, in the practice's own system."""

import re

from handlers import paper
from handlers.chat import Attachment

_GAP = re.compile(r"(\[[^\]\n]*\])")


def file(to: str, subject: str, text: str, name: str) -> Attachment:
    """Write a letter as a .docx file, its gaps highlighted; the same letter is the same bytes.

    Args:
        to: the addressee.
        subject: the line above the text.
        text: the letter, paragraphs parted by an empty line.
        name: of the file, without its ending.
    """
    from docx.enum.text import WD_COLOR_INDEX

    document = paper.blank(subject)
    for paragraph, bold in ((f"To: {to}", False), (subject, True), *((part, False) for part in text.split("\n\n"))):
        added = document.add_paragraph()
        for piece in _GAP.split(paragraph):
            run = added.add_run(piece)
            run.bold = bold
            if _GAP.fullmatch(piece):
                run.font.highlight_color = WD_COLOR_INDEX.YELLOW
    return paper.finished(document, name, "The letter as a Word file, its gaps marked")

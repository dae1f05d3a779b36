"""A letter as a Word file: the text to edit, in the practice's own system."""

import io
import re
import zipfile

from handlers.chat import Attachment

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip file knows
_GAP = re.compile(r"(\[[^\]\n]*\])")


def file(to: str, subject: str, text: str, name: str) -> Attachment:
    """Write a letter as a .docx file, its gaps highlighted; the same letter is the same bytes.

    Args:
        to: the addressee.
        subject: the line above the text.
        text: the letter, paragraphs parted by an empty line.
        name: of the file, without its ending.
    """
    from docx import Document
    from docx.enum.text import WD_COLOR_INDEX
    from docx.shared import Pt

    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Arial", Pt(11)  # the NHS's own letter style: Arial, 11 or 12 points
    core = document.core_properties
    core.author, core.title, core.comments = "", subject, ""
    for paragraph, bold in ((f"To: {to}", False), (subject, True), *((part, False) for part in text.split("\n\n"))):
        added = document.add_paragraph()
        for piece in _GAP.split(paragraph):
            run = added.add_run(piece)
            run.bold = bold
            if _GAP.fullmatch(piece):
                run.font.highlight_color = WD_COLOR_INDEX.YELLOW
    raw = io.BytesIO()
    document.save(raw)
    return Attachment(f"{name}.docx", timeless(raw.getvalue()), "The letter as a Word file, its gaps marked")


def timeless(content: bytes) -> bytes:
    """Write a zip file, such as a .docx, anew with one time for all that is in it: the same text is the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as held, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in held.infolist():
            made.writestr(zipfile.ZipInfo(entry.filename, _EPOCH), held.read(entry.filename), zipfile.ZIP_DEFLATED)
    return out.getvalue()

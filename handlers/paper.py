"""Word files to edit or to print: how they begin, and how they become bytes with no time of their own.

python-docx is imported when a file is written: no other command waits for it.
"""

import datetime
import io
import zipfile
from typing import TYPE_CHECKING

from handlers.chat import Attachment

if TYPE_CHECKING:
    from docx.document import Document

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip file knows


def blank(title: str, author: str = "") -> "Document":
    """Begin a Word file.

    Args:
        title: among its properties.
        author: likewise, "" for nobody.
    """
    from docx import Document
    from docx.shared import Pt

    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Arial", Pt(11)  # the NHS's own letter style: Arial, 11 or 12 points
    core = document.core_properties
    core.title, core.author, core.last_modified_by = title, author, author
    core.comments, core.language = "", "en-GB"
    core.created = core.modified = datetime.datetime(*_EPOCH)  # OPC wants it without a zone
    return document


def finished(document: "Document", name: str, says: str) -> Attachment:
    """Finish a Word file: the same text is the same bytes, for the times within the zip file are all one.

    Args:
        document: as `blank` began it.
        name: of the file, without its ending.
        says: what it is, for who cannot see it.
    """
    raw, out = io.BytesIO(), io.BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as held, zipfile.ZipFile(out, "w") as made:
        for entry in held.infolist():
            made.writestr(zipfile.ZipInfo(entry.filename, _EPOCH), held.read(entry), zipfile.ZIP_DEFLATED)
    return Attachment(f"{name}.docx", out.getvalue(), says)

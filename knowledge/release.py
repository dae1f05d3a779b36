"""Which release of the book this is: a date and a digest, the same wherever the files are the same.

    release.toml     dated = 2026-11-22                the day on which a person dated the folder's book
                     digest = "0123456789abcdef"       of the folder's other files, as they stood on that day

The digest comes from what the files hold, and so must the date. No date in a rule will do: it says when the rule was
read against its sources or from when it holds, not when its words were last touched, and a draft has none. A file's own
time differs from copy to copy, and an installed book has no history. So a person dates the book (`pushback rules
release`), and where files have changed since, the release says so with a `+`.
"""

import datetime
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, StringConstraints
from pydantic.dataclasses import dataclass as checked

FILE = "release.toml"
SHOWN = 6  # hexadecimal digits of a digest on a card: one in 16 million is the same by chance


@checked(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Stamp:
    """What `release.toml` holds."""

    dated: datetime.date
    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]


@dataclass(frozen=True)
class Release:
    """The name of a book: `digest` of all its files, `dated` by a person, `changed` since then or not."""

    digest: str
    dated: datetime.date | None = None
    changed: bool = False

    @property
    def short(self) -> str:
        """The digest as a card shows it."""
        return self.digest[:SHOWN]

    def __str__(self) -> str:
        day = f"{self.dated.isoformat()}{'+' * self.changed} " if self.dated else ""
        return f"book {day}{self.short}"


def of_bytes(content: bytes) -> str:
    """Name a file's content in 16 hexadecimal digits, whatever system wrote its line ends."""
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()[:16]


def of_files(files: Mapping[str, str]) -> str:
    """Name a set of files in 16 hexadecimal digits, from the name and the content's name of each."""
    return of_bytes("".join(f"{name} {files[name]}\n" for name in sorted(files)).encode())


def released(digest: str, folders: Iterable[tuple[str, Stamp | None]]) -> Release:
    """Name a book.

    Args:
        digest: of all its files.
        folders: of each folder that has files, the digest and the stamp.

    Returns:
        The release, of the latest day that a folder is dated; changed where a folder is not as it was dated.
    """
    each = list(folders)
    dated = max((stamp.dated for _, stamp in each if stamp), default=None)
    return Release(digest, dated, any(stamp is None or stamp.digest != found for found, stamp in each))


def date(folder: Path, digest: str, today: datetime.date) -> Path:
    """Date a folder's book as it stands.

    Args:
        folder: one of the book's folders.
        digest: of its files.
        today: the day.

    Returns:
        The stamp's file.
    """
    path = folder / FILE
    path.write_text(
        "# Written by `pushback rules release`: the day of this book, and the digest of its files on that day.\n"
        f'dated = {today.isoformat()}\ndigest = "{digest}"\n',
        encoding="utf-8",
    )
    return path

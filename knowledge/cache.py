"""Files that can be made again: written whole or not at all, and never missed when they are gone."""

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path


def read(path: Path) -> bytes | None:
    """Return the file's bytes, or None where it is missing or cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        return None


def write(path: Path, data: bytes, keep: int = 3) -> bool:
    """Put `data` at `path` in one step, so that a reader sees the old file or the new one and nothing between.

    Args:
        path: where; its folder is made if it is missing. Files beside it with the same name up to the first dash and
            the same ending are older makes of the same thing.
        data: the whole content.
        keep: how many makes to leave there, the newest first.

    Returns:
        Whether it was written: a cache on a full or read-only disk is no reason to fail.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError:
        return False
    kind = path.name.split("-", 1)[0]
    makes = sorted(path.parent.glob(f"{kind}-*{path.suffix}"), key=_age)
    for old in makes[:-keep]:
        with contextlib.suppress(OSError):
            old.unlink()
    return True


def code(*files: Path) -> str:
    """Name the code that makes something, in eight hexadecimal digits: what other code made is not to be used."""
    whole = hashlib.sha256()
    for file in files:
        whole.update(file.read_bytes())
    return whole.hexdigest()[:8]


def _age(path: Path) -> float:
    """When the file was last written, in seconds since 1970; 0 if it has just gone."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0

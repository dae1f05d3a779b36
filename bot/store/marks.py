"""The marks of a statement that takes as many values as it is given."""

from collections.abc import Sized


def marks(values: Sized) -> str:
    """Return a mark for each value: `?, ?, ?`."""
    return ", ".join("?" * len(values))

"""What is the matter with a database, in plain words."""

_PLAIN = {
    "readonly": "can only be read: give the bot's user the right to write it and its folder",
    "locked": "another process holds it: stop that one, or name another file",
    "full": "the disk is full: make room and start again; nothing is lost",
    "not a database": "is no SQLite database: name another file",
    "unable to open": "cannot be opened: check the folder and its rights",
}


def plain(error: Exception) -> str:
    """Say in plain words what is the matter with a database."""
    return next((said for part, said in _PLAIN.items() if part in str(error)), str(error))

"""The tables, as a list of changes that is only ever added to: a database of any earlier version opens.

Times are whole seconds since 1970, UTC. Ids of people are hashed with the installation's key.
"""

from sqlite_utils import Database, Migrations

migrations = Migrations("pushback")


@migrations()
def arrivals(db: Database) -> None:
    """What has arrived, and groups that moved."""
    db.execute("""
        CREATE TABLE seen (
            key  TEXT PRIMARY KEY,
            step TEXT NOT NULL CHECK (step IN ('taken', 'sending', 'done')),
            body TEXT NOT NULL CHECK (step = 'taken' OR body = ''),
            at   INTEGER NOT NULL
        ) STRICT
    """)
    db.execute("CREATE INDEX seen_open ON seen (at) WHERE step = 'taken'")
    db.execute("CREATE INDEX seen_at ON seen (at)")
    db.execute("""
        CREATE TABLE moved (
            chat TEXT NOT NULL,
            old  TEXT NOT NULL,
            new  TEXT NOT NULL CHECK (new != old),
            PRIMARY KEY (chat, old)
        ) STRICT, WITHOUT ROWID
    """)
    db.execute("""
        CREATE TABLE unreachable (
            person TEXT PRIMARY KEY,
            reason TEXT NOT NULL CHECK (reason IN ('blocked', 'deactivated', 'kicked')),
            at     INTEGER NOT NULL
        ) STRICT
    """)

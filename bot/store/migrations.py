"""The tables, as a list of changes that is only ever added to: a database of any earlier version opens.

Times are whole seconds since 1970, UTC. Ids of people are hashed with the installation's key, but in `account`.
"""

from sqlite_utils import Database, Migrations

migrations = Migrations("pushback")


@migrations()
def arrivals(db: Database) -> None:
    """What has arrived, groups that moved, and who cannot be sent to."""
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


@migrations()
def people(db: Database) -> None:
    """Members, their accounts, codes; what was asked; what officers did."""
    db.execute("""
        CREATE TABLE member (
            id          INTEGER PRIMARY KEY AUTOINCREMENT,
            joined      INTEGER NOT NULL,
            role        TEXT CHECK (role IN
                            ('partner', 'salaried', 'locum', 'registrar', 'manager', 'nurse', 'other')),
            nation      TEXT CHECK (nation IN ('england', 'wales', 'scotland', 'northern-ireland')),
            practice    TEXT NOT NULL DEFAULT '',
            rank        TEXT NOT NULL DEFAULT 'member' CHECK (rank IN ('member', 'officer', 'owner')),
            quiet_from  INTEGER NOT NULL DEFAULT 19 CHECK (quiet_from BETWEEN 0 AND 23),
            quiet_until INTEGER NOT NULL DEFAULT 8 CHECK (quiet_until BETWEEN 0 AND 23),
            stopped     TEXT NOT NULL DEFAULT '[]' CHECK (json_type(stopped) = 'array')
        ) STRICT
    """)
    db.execute("CREATE INDEX member_practice ON member (practice) WHERE practice != ''")
    db.execute("""
        CREATE TABLE account (
            person TEXT PRIMARY KEY,
            member INTEGER NOT NULL REFERENCES member (id) ON DELETE CASCADE,
            place  INTEGER NOT NULL
        ) STRICT
    """)
    db.execute("CREATE INDEX account_member ON account (member, place)")
    db.execute("""
        CREATE TABLE code (
            hash     TEXT PRIMARY KEY,
            purpose  TEXT NOT NULL CHECK (purpose IN ('join', 'officer', 'link')),
            practice TEXT NOT NULL CHECK ((purpose = 'join') = (practice != '')),
            role     TEXT,
            member   INTEGER REFERENCES member (id) ON DELETE CASCADE,
            made     INTEGER NOT NULL,
            ends     INTEGER NOT NULL CHECK (ends > made),
            used     INTEGER
        ) STRICT
    """)
    db.execute("CREATE TABLE guess (person TEXT NOT NULL, at INTEGER NOT NULL) STRICT")
    db.execute("CREATE INDEX guess_person ON guess (person, at)")
    db.execute("""
        CREATE TABLE question (
            id      INTEGER PRIMARY KEY,
            at      INTEGER NOT NULL,
            person  TEXT NOT NULL,
            text    TEXT NOT NULL,
            outcome TEXT NOT NULL CHECK (outcome IN ('answer', 'choice', 'none', 'letter')),
            rule    TEXT NOT NULL,
            kind    TEXT NOT NULL,
            p       REAL NOT NULL CHECK (p BETWEEN 0 AND 1)
        ) STRICT
    """)
    db.execute("CREATE INDEX question_at ON question (at)")
    db.execute("CREATE INDEX question_person ON question (person, at)")
    db.execute("""
        CREATE TABLE asked (
            day     TEXT NOT NULL,
            outcome TEXT NOT NULL,
            rule    TEXT NOT NULL,
            number  INTEGER NOT NULL CHECK (number > 0),
            PRIMARY KEY (day, outcome, rule)
        ) STRICT, WITHOUT ROWID
    """)
    db.execute("""
        CREATE TABLE audit (
            id    INTEGER PRIMARY KEY AUTOINCREMENT,
            at    INTEGER NOT NULL,
            who   TEXT NOT NULL,
            what  TEXT NOT NULL,
            about TEXT NOT NULL
        ) STRICT
    """)
    db.execute("CREATE INDEX audit_who ON audit (who)")
    for act in ("UPDATE", "DELETE"):
        db.execute(f"""
            CREATE TRIGGER audit_no_{act.lower()} BEFORE {act} ON audit
            BEGIN SELECT RAISE(ABORT, 'the audit is only ever added to'); END
        """)


@migrations()
def incidents(db: Database) -> None:
    """What practices hand back and suffer: no patient, no person."""
    db.execute("""
        CREATE TABLE incident (
            id       INTEGER PRIMARY KEY AUTOINCREMENT,
            at       INTEGER NOT NULL,
            day      TEXT NOT NULL CHECK (day GLOB '????-??-??'),
            practice TEXT NOT NULL CHECK (practice != ''),
            kind     TEXT NOT NULL CHECK (kind IN ('letter', 'request', 'rejected', 'abuse')),
            provider TEXT NOT NULL,
            rule     TEXT NOT NULL,
            detail   TEXT NOT NULL,
            undone   INTEGER NOT NULL DEFAULT 0 CHECK (undone IN (0, 1))
        ) STRICT
    """)
    db.execute("CREATE INDEX incident_day ON incident (day, practice, provider, rule, kind) WHERE undone = 0")
    db.execute("CREATE INDEX incident_practice ON incident (practice, id)")


@migrations()
def chases(db: Database) -> None:
    """Letters to ask after, each once."""
    db.execute("""
        CREATE TABLE chase (
            incident INTEGER PRIMARY KEY REFERENCES incident (id) ON DELETE CASCADE,
            member   INTEGER NOT NULL REFERENCES member (id) ON DELETE CASCADE,
            due      INTEGER NOT NULL,
            asked    INTEGER
        ) STRICT
    """)
    db.execute("CREATE INDEX chase_due ON chase (due) WHERE asked IS NULL")
    db.execute("CREATE INDEX chase_member ON chase (member)")


@migrations()
def releases(db: Database) -> None:
    """What may be seen of the months that are over."""
    db.execute("""
        CREATE TABLE release (
            through TEXT PRIMARY KEY CHECK (through GLOB '????-??'),
            body    TEXT NOT NULL CHECK (json_valid(body))
        ) STRICT
    """)


@migrations()
def pledges(db: Database) -> None:
    """What practices pledge. What names one is sealed or hashed; no row stands in the order in which it came."""
    db.execute("""
        CREATE TABLE pledge (
            hash     TEXT PRIMARY KEY,
            practice TEXT NOT NULL,
            action   TEXT NOT NULL,
            sealed   BLOB NOT NULL
        ) STRICT, WITHOUT ROWID
    """)
    db.execute("CREATE INDEX pledge_practice ON pledge (practice)")
    db.execute("CREATE INDEX pledge_action ON pledge (action)")
    db.execute("""
        CREATE TABLE pledge_entry (
            id       INTEGER PRIMARY KEY AUTOINCREMENT,
            practice TEXT NOT NULL,
            sealed   BLOB NOT NULL
        ) STRICT
    """)
    db.execute("CREATE INDEX pledge_entry_practice ON pledge_entry (practice, id)")
    for act in ("UPDATE", "DELETE"):
        db.execute(f"""
            CREATE TRIGGER pledge_entry_no_{act.lower()} BEFORE {act} ON pledge_entry
            BEGIN SELECT RAISE(ABORT, 'a history is only ever added to'); END
        """)
    db.execute("""
        CREATE TABLE pledge_count (
            action TEXT NOT NULL,
            what   TEXT NOT NULL CHECK (what IN ('withdrawn', 'unmet')),
            number INTEGER NOT NULL CHECK (number > 0),
            PRIMARY KEY (action, what)
        ) STRICT, WITHOUT ROWID
    """)
    db.execute("CREATE TABLE notice (id INTEGER PRIMARY KEY AUTOINCREMENT, sealed BLOB NOT NULL) STRICT")
    db.execute("CREATE TABLE nudge (practice TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID")
    db.execute("""
        CREATE TABLE pledge_week (
            day  TEXT PRIMARY KEY CHECK (day GLOB '????-??-??'),
            body TEXT NOT NULL CHECK (json_valid(body))
        ) STRICT
    """)

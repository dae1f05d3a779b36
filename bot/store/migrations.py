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


@migrations()
def broadcasts(db: Database) -> None:
    """Updates to members: a row for each person; who read and voted as hashes, apart from what was chosen."""
    for wish in ("digest", "ahead"):
        db.execute(f"ALTER TABLE member ADD COLUMN {wish} INTEGER NOT NULL DEFAULT 0 CHECK ({wish} IN (0, 1))")
    db.execute("""
        CREATE TABLE broadcast (
            id        INTEGER PRIMARY KEY AUTOINCREMENT,
            stage     TEXT NOT NULL DEFAULT 'draft' CHECK (stage IN
                          ('draft', 'asked', 'scheduled', 'sending', 'paused', 'done', 'cancelled')),
            text      TEXT NOT NULL CHECK (text != ''),
            topic     TEXT NOT NULL CHECK (topic != ''),
            audience  TEXT NOT NULL CHECK (json_type(audience) = 'object'),
            maker     INTEGER REFERENCES member (id) ON DELETE SET NULL,
            asker     INTEGER REFERENCES member (id) ON DELETE SET NULL,
            confirmer INTEGER REFERENCES member (id) ON DELETE SET NULL CHECK (confirmer != asker),
            made      INTEGER NOT NULL,
            urgent    INTEGER NOT NULL DEFAULT 0 CHECK (urgent IN (0, 1)),
            at        INTEGER NOT NULL DEFAULT 0,
            latest    INTEGER NOT NULL DEFAULT 0 CHECK (latest = 0 OR latest >= at),
            begun     INTEGER NOT NULL DEFAULT 0,
            rule      TEXT NOT NULL,
            closed    INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1)),
            version   INTEGER NOT NULL DEFAULT 0 CHECK (version >= 0),
            changed   INTEGER NOT NULL DEFAULT 0,
            recalled  INTEGER NOT NULL DEFAULT 0 CHECK (recalled IN (0, 1)),
            filled    INTEGER NOT NULL DEFAULT 0 CHECK (filled >= -1),
            corrects  INTEGER NOT NULL DEFAULT 0,
            file_name TEXT NOT NULL,
            file_says TEXT NOT NULL,
            file      BLOB NOT NULL,
            note      TEXT NOT NULL DEFAULT '',
            watch     TEXT NOT NULL DEFAULT ''
        ) STRICT
    """)
    db.execute("CREATE INDEX broadcast_stage ON broadcast (stage)")
    db.execute("""
        CREATE TABLE delivery (
            id        INTEGER PRIMARY KEY AUTOINCREMENT,
            broadcast INTEGER NOT NULL REFERENCES broadcast (id) ON DELETE CASCADE,
            member    INTEGER REFERENCES member (id) ON DELETE SET NULL,
            chat      TEXT NOT NULL,
            state     TEXT NOT NULL DEFAULT 'queued' CHECK (state IN
                          ('queued', 'sending', 'sent', 'failed', 'unsure', 'cancelled')),
            reason    TEXT NOT NULL DEFAULT '' CHECK ((reason != '') = (state IN ('failed', 'unsure'))),
            turn      INTEGER NOT NULL CHECK (turn IN (0, 1)),
            after     INTEGER NOT NULL,
            bundle    INTEGER NOT NULL CHECK (bundle IN (0, 1)),
            at        INTEGER NOT NULL DEFAULT 0,
            message   TEXT NOT NULL DEFAULT '' CHECK (message = '' OR state = 'sent'),
            stands    INTEGER NOT NULL DEFAULT 0 CHECK (stands >= -1),
            stuck     TEXT NOT NULL DEFAULT '' CHECK (stuck = '' OR state = 'sent'),
            UNIQUE (broadcast, member)
        ) STRICT
    """)
    db.execute("CREATE INDEX delivery_open ON delivery (broadcast, chat, turn, after) WHERE state = 'queued'")
    db.execute("CREATE INDEX delivery_begun ON delivery (state) WHERE state = 'sending'")
    db.execute("CREATE INDEX delivery_stands ON delivery (broadcast, chat, stands) WHERE state = 'sent' AND stuck = ''")
    db.execute("CREATE INDEX delivery_member ON delivery (member)")
    # A message's place holds an account's id: it goes with the account.
    db.execute("""
        CREATE TRIGGER member_leaves_deliveries BEFORE DELETE ON member BEGIN
            UPDATE delivery SET member = NULL, message = '',
                state = CASE state WHEN 'queued' THEN 'cancelled' ELSE state END WHERE member = OLD.id;
            UPDATE broadcast SET watch = '' WHERE asker = OLD.id;
        END
    """)
    # No row numbers: the order in which people came must not stand beside the order of the counts.
    db.execute("""
        CREATE TABLE mark (
            broadcast INTEGER NOT NULL REFERENCES broadcast (id) ON DELETE CASCADE,
            what      TEXT NOT NULL CHECK (what IN ('understood', 'voted')),
            who       TEXT NOT NULL,
            PRIMARY KEY (broadcast, what, who)
        ) STRICT, WITHOUT ROWID
    """)
    db.execute("""
        CREATE TABLE choice (
            broadcast INTEGER NOT NULL REFERENCES broadcast (id) ON DELETE CASCADE,
            number    INTEGER NOT NULL CHECK (number BETWEEN 1 AND 6),
            text      TEXT NOT NULL CHECK (text != ''),
            votes     INTEGER NOT NULL DEFAULT 0 CHECK (votes >= 0),
            PRIMARY KEY (broadcast, number)
        ) STRICT, WITHOUT ROWID
    """)


@migrations()
def desk(db: Database) -> None:
    """Questions that officers answer themselves, their lines, and the officers' room."""
    # An asker's and an officer's accounts stand with their member alone; where messages stand is told by a hash, but
    # for the copy that is to be changed, and that goes with its member.
    db.execute("""
        CREATE TABLE desk_item (
            id           INTEGER PRIMARY KEY AUTOINCREMENT,
            text         TEXT NOT NULL,
            member       INTEGER REFERENCES member (id) ON DELETE SET NULL,
            chat         TEXT NOT NULL,
            made         INTEGER NOT NULL,
            outcome      TEXT NOT NULL CHECK (outcome IN ('answer', 'choice', 'none', 'letter')),
            rules        TEXT NOT NULL CHECK (json_type(rules) = 'array'),
            p            REAL NOT NULL CHECK (p BETWEEN 0 AND 1),
            question     INTEGER NOT NULL,
            role         TEXT,
            nation       TEXT NOT NULL,
            practice     TEXT NOT NULL CHECK (practice = '' OR naming = 'agreed'),
            naming       TEXT NOT NULL CHECK (naming IN ('', 'asked', 'agreed', 'refused')),
            half         INTEGER NOT NULL,
            promised     INTEGER NOT NULL CHECK (promised >= half),
            reminded     INTEGER NOT NULL CHECK (reminded BETWEEN 0 AND 2),
            state        TEXT NOT NULL CHECK (state IN ('waiting', 'taken', 'closed')),
            officer      INTEGER REFERENCES member (id) ON DELETE SET NULL,
            officer_name TEXT NOT NULL,
            taken        INTEGER NOT NULL,
            answered     INTEGER NOT NULL,
            closed       INTEGER NOT NULL CHECK ((closed > 0) = (state = 'closed')),
            settled      TEXT NOT NULL CHECK (settled IN ('', 'yes', 'no', 'withdrawn')),
            listens      INTEGER NOT NULL
        ) STRICT
    """)
    db.execute("CREATE INDEX desk_item_open ON desk_item (promised, id) WHERE state != 'closed'")
    db.execute("""
        CREATE INDEX desk_item_due ON desk_item (CASE reminded WHEN 0 THEN half ELSE promised END)
        WHERE state != 'closed' AND answered = 0 AND reminded < 2
    """)
    db.execute("CREATE INDEX desk_item_member ON desk_item (member)")
    db.execute("CREATE INDEX desk_item_officer ON desk_item (officer)")
    db.execute("CREATE INDEX desk_item_closed ON desk_item (closed) WHERE state = 'closed' AND member IS NOT NULL")
    db.execute("""
        CREATE TABLE desk_line (
            id         INTEGER PRIMARY KEY AUTOINCREMENT,
            item       INTEGER REFERENCES desk_item (id) ON DELETE CASCADE,
            kind       TEXT NOT NULL CHECK (kind IN
                           ('card', 'words', 'note', 'half', 'late', 'naming', 'ended', 'gaps', 'outage')),
            towards    TEXT NOT NULL CHECK (towards IN ('asker', 'desk', 'owner')),
            at         INTEGER NOT NULL,
            text       TEXT NOT NULL,
            member     INTEGER REFERENCES member (id) ON DELETE SET NULL,
            chat       TEXT NOT NULL CHECK ((chat = '') = (towards = 'desk')),
            about      INTEGER NOT NULL,
            state      TEXT NOT NULL CHECK (state IN
                           ('queued', 'sending', 'sent', 'failed', 'unsure', 'held', 'withdrawn')),
            reason     TEXT NOT NULL CHECK ((reason != '') = (state IN ('failed', 'unsure', 'held'))),
            copy       TEXT NOT NULL CHECK (copy = '' OR state IN ('sent', 'withdrawn')),
            corrected  INTEGER NOT NULL CHECK (corrected IN (0, 1)),
            stale      INTEGER NOT NULL CHECK (stale >= 0)
        ) STRICT
    """)
    db.execute("CREATE INDEX desk_line_queued ON desk_line (chat, id) WHERE state = 'queued'")
    db.execute("CREATE INDEX desk_line_sending ON desk_line (state) WHERE state = 'sending'")
    db.execute("CREATE INDEX desk_line_stale ON desk_line (id) WHERE stale > 0 AND copy != ''")
    db.execute("CREATE INDEX desk_line_item ON desk_line (item)")
    db.execute("CREATE INDEX desk_line_member ON desk_line (member)")
    db.execute("""
        CREATE TABLE desk_place (
            place TEXT PRIMARY KEY,
            line  INTEGER NOT NULL REFERENCES desk_line (id) ON DELETE CASCADE,
            said  INTEGER NOT NULL CHECK (said IN (0, 1))
        ) STRICT, WITHOUT ROWID
    """)
    db.execute("CREATE INDEX desk_place_line ON desk_place (line)")
    db.execute("""
        CREATE TABLE desk_room (
            one     INTEGER PRIMARY KEY CHECK (one = 1),
            chat    TEXT NOT NULL CHECK (chat != ''),
            place   TEXT NOT NULL CHECK (place != ''),
            failing INTEGER NOT NULL,
            pause   INTEGER NOT NULL,
            again   INTEGER NOT NULL
        ) STRICT
    """)
    # Who links two accounts is one member from then on: what the other asked is theirs.
    db.execute("""
        CREATE TRIGGER account_brings_its_questions BEFORE INSERT ON account
        WHEN EXISTS (SELECT 1 FROM account WHERE person = NEW.person AND member != NEW.member) BEGIN
            UPDATE desk_item SET member = NEW.member
            WHERE member = (SELECT member FROM account WHERE person = NEW.person)
                AND (SELECT count(*) FROM account AS other WHERE other.member = desk_item.member) = 1;
            UPDATE desk_item SET officer = NEW.member
            WHERE officer = (SELECT member FROM account WHERE person = NEW.person)
                AND (SELECT count(*) FROM account AS other WHERE other.member = desk_item.officer) = 1;
            UPDATE desk_line SET member = NEW.member
            WHERE member = (SELECT member FROM account WHERE person = NEW.person)
                AND (SELECT count(*) FROM account AS other WHERE other.member = desk_line.member) = 1;
        END
    """)


@migrations()
def pledged_audiences(db: Database) -> None:
    """To those who pledged: a row for everybody who might have, alike but for what only the key opens."""
    db.execute("ALTER TABLE delivery ADD COLUMN sealed BLOB CHECK (sealed IS NULL OR message = '')")
    db.execute("DROP TRIGGER member_leaves_deliveries")
    db.execute("""
        CREATE TRIGGER member_leaves_deliveries BEFORE DELETE ON member BEGIN
            UPDATE delivery SET member = NULL, message = '', sealed = CASE WHEN sealed IS NULL THEN NULL ELSE x'' END,
                state = CASE state WHEN 'queued' THEN 'cancelled' ELSE state END WHERE member = OLD.id;
            UPDATE broadcast SET watch = '' WHERE asker = OLD.id;
        END
    """)


@migrations()
def opinions(db: Database) -> None:
    """What people say of answers; and numbers of questions that are used once, for buttons tell of them for months."""
    db.execute("ALTER TABLE question RENAME TO question_before")
    db.execute("""
        CREATE TABLE question (
            id      INTEGER PRIMARY KEY AUTOINCREMENT,
            at      INTEGER NOT NULL,
            person  TEXT NOT NULL,
            text    TEXT NOT NULL,
            outcome TEXT NOT NULL CHECK (outcome IN ('answer', 'choice', 'none', 'letter')),
            rule    TEXT NOT NULL,
            kind    TEXT NOT NULL,
            p       REAL NOT NULL CHECK (p BETWEEN 0 AND 1)
        ) STRICT
    """)
    db.execute("INSERT INTO question SELECT id, at, person, text, outcome, rule, kind, p FROM question_before")
    db.execute("DROP TABLE question_before")
    db.execute("CREATE INDEX question_at ON question (at)")
    db.execute("CREATE INDEX question_person ON question (person, at)")
    db.execute("""
        CREATE TABLE opinion (
            id       INTEGER PRIMARY KEY,
            at       INTEGER NOT NULL,
            person   TEXT NOT NULL,
            judged   TEXT NOT NULL CHECK (judged IN ('helped', 'wrong', 'not')),
            rule     TEXT NOT NULL CHECK (rule != ''),
            question INTEGER NOT NULL CHECK (question >= 0)
        ) STRICT
    """)
    # The last word of a person: one on each question of theirs, one on each rule that they opened by itself.
    db.execute("CREATE UNIQUE INDEX opinion_question ON opinion (question) WHERE question != 0")
    db.execute("CREATE UNIQUE INDEX opinion_person ON opinion (person, rule) WHERE question = 0")
    db.execute("CREATE INDEX opinion_at ON opinion (at)")
    db.execute("""
        CREATE TABLE opinion_count (
            day    TEXT NOT NULL,
            rule   TEXT NOT NULL,
            judged TEXT NOT NULL,
            number INTEGER NOT NULL CHECK (number > 0),
            PRIMARY KEY (day, rule, judged)
        ) STRICT, WITHOUT ROWID
    """)


@migrations()
def hidden(db: Database) -> None:
    """Rules that officers have hidden."""
    db.execute("""
        CREATE TABLE hidden (
            rule    TEXT PRIMARY KEY CHECK (rule != ''),
            at      INTEGER NOT NULL,
            officer INTEGER REFERENCES member (id) ON DELETE SET NULL
        ) STRICT, WITHOUT ROWID
    """)


@migrations()
def books(db: Database) -> None:
    """Releases of the book that were taken up, each part's content once; and who waits for a reload."""
    db.execute("CREATE TABLE book_part (digest TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT, WITHOUT ROWID")
    db.execute("""
        CREATE TABLE book (
            digest TEXT PRIMARY KEY CHECK (digest != ''),
            name   TEXT NOT NULL,
            at     INTEGER NOT NULL,
            parts  BLOB NOT NULL
        ) STRICT
    """)
    db.execute("""
        CREATE TABLE book_wish (
            id    INTEGER PRIMARY KEY AUTOINCREMENT,
            at    INTEGER NOT NULL,
            taken INTEGER NOT NULL DEFAULT 0 CHECK (taken IN (0, 1)),
            said  TEXT NOT NULL DEFAULT '' CHECK (said = '' OR taken)
        ) STRICT
    """)


@migrations()
def desk_room_since(db: Database) -> None:
    """Since when the officers' room is where it is: a card from before stands elsewhere."""
    db.execute("ALTER TABLE desk_room ADD COLUMN since INTEGER NOT NULL DEFAULT 0")


@migrations()
def gaps(db: Database) -> None:
    """What officers put aside of the book's gaps, and the weeks whose card was sent."""
    db.execute("CREATE TABLE gap_dropped (question INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT")
    db.execute("""
        CREATE TABLE gap_week (day TEXT PRIMARY KEY CHECK (day GLOB '????-??-??')) STRICT, WITHOUT ROWID
    """)
    db.execute("CREATE INDEX question_none ON question (id) WHERE outcome = 'none'")
    db.execute("CREATE INDEX opinion_against ON opinion (judged) WHERE judged != 'helped'")


@migrations()
def asked_releases(db: Database) -> None:
    """What may be seen of what was asked in the weeks that are over: counts, and which of them wait."""
    db.execute("""
        CREATE TABLE asked_release (
            through TEXT PRIMARY KEY CHECK (through GLOB '????-??-??'),
            body    TEXT NOT NULL CHECK (json_valid(body))
        ) STRICT
    """)

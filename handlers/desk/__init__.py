"""The LMC's desk: what the book does not know goes to the officers, unnamed, and their answer comes back.

    asker.py      lmc …, tell lmc …     what would be sent, sending it, and what may be said of it after
    officers.py   desk …                what is open, who has it, what is held or in doubt
    exchange.py   a reply, an edit, a deletion: what becomes of what people write below the desk's messages
    reminders.py  the promise kept in mind
    shown.py      how an item and each of its lines reads

Everything that goes out is a line of `handlers/records/desk.py`, kept before it is sent by `bot/desk.py`.
"""

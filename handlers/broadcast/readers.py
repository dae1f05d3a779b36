"""What a person does with broadcasts: page through them, say that they read one, vote.

updates              those that came, newest first          updates 12          one of them, as it stands now
updates before 12    older ones                             understood 12       vote 12 2
"""

from collections.abc import Sequence

from handlers.broadcast import text
from handlers.buttons import SETTINGS, UPDATES
from handlers.chat import Button, Headline, House, Person, Reply, Section, kept
from handlers.records import Broadcast, Mark

PAGE = 8  # updates on one page


def is_page(words: Sequence[str]) -> bool:
    """Whether words are what follows `updates`."""
    match list(words):
        case []:
            return True
        case [number] | ["before", number]:
            return number.isdecimal()
    return False


def is_number(words: Sequence[str]) -> bool:
    """Whether words are one number."""
    return len(words) == 1 and words[0].isdecimal()


def is_vote(words: Sequence[str]) -> bool:
    """Whether words are what follows `vote`: a poll's number and a choice's."""
    return len(words) == 2 and all(word.isdecimal() for word in words)


def updates(words: Sequence[str], house: House, person: Person) -> Reply:
    """Show the updates that came, or one of them."""
    broadcasts = kept(house).broadcasts
    me = person.member.id if person.member else 0
    if is_number(words):
        found = _mine(words[0], house, person)
        return found if isinstance(found, Reply) else text.message(found, house, broadcasts.file(found.id))
    shown = broadcasts.archive(me, int(words[1]) if words else 0, PAGE + 1)
    if not shown:
        said = f"None came yet from {house.lmc.name}." if not words else "There are none before that."
        return Reply((Headline("→", "UPDATES"), Section("", (said,))), (SETTINGS,))
    lines = tuple(text.first_line(each) for each in shown[:PAGE])
    buttons = [Button(text.first_line(each), f"updates {each.id}") for each in shown[:PAGE]]
    older = [Button("Older", f"updates before {shown[PAGE - 1].id}")] if len(shown) > PAGE else []
    return Reply((Headline("→", "UPDATES"), Section("", lines)), (*buttons, *older))


def understood(words: Sequence[str], house: House, person: Person) -> Reply:
    """Count, without a name, that a person read an update."""
    found = _mine(words[0], house, person)
    if isinstance(found, Reply):
        return found
    new = person.member is not None and kept(house).broadcasts.mark(found.id, Mark.UNDERSTOOD, person.member.id)
    said = "Counted, without your name." if new else "That was counted already."
    # A message of its own: the update itself must stay where it is.
    return Reply((Headline("✔", f"READ: UPDATE {found.id}"), Section("", (said,))), (_open(found), UPDATES))


def vote(words: Sequence[str], house: House, person: Person) -> Reply:
    """Count a vote."""
    found = _mine(words[0], house, person)
    if isinstance(found, Reply):
        return found
    number = int(words[1])
    if not 1 <= number <= len(found.choices):
        return Reply((Headline("–", f"UPDATE {found.id} HAS NO CHOICE {number}"),), (_open(found),))
    if found.closed:
        return Reply((Headline("–", "THAT POLL IS CLOSED"),), (UPDATES,))
    if person.member is None or not kept(house).broadcasts.vote(found.id, number, person.member.id):
        return Reply((Headline("–", "YOU VOTED ALREADY"), Section("", ("Each of us votes once.",))), (UPDATES,))
    said = "It is counted apart from you. That you voted is kept as a hash; what you chose is not."
    return Reply((Headline("✔", "VOTED"), Section("", (said,))), (UPDATES,))


def _open(found: Broadcast) -> Button:
    return Button("Show it again", f"updates {found.id}")


def _mine(ident: str, house: House, person: Person) -> Broadcast | Reply:
    """Find an update that came to a person."""
    broadcasts = kept(house).broadcasts
    found = broadcasts.by_id(int(ident))
    me = person.member.id if person.member else 0
    if found is None or not broadcasts.got(found.id, me):
        said = "It did not come to you, it was taken back, or it is a draft: nothing was counted."
        return Reply((Headline("–", f"NO UPDATE {ident}"), Section("", (said,))), (UPDATES,))
    return found

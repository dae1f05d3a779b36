"""Who may do what: the five steps, and the plain word for whoever stands below one.

`COMMANDS` says for each command which step it needs, and `refusal` asks before any runs. A command of which only a part
needs a higher step asks `below` when it comes to that part.
"""

from enum import StrEnum

from handlers.buttons import HELP, LMC
from handlers.chat import Headline, Person, Reply, Section
from handlers.records import Rank
from knowledge.model import Role


class May(StrEnum):
    """Who may use a command."""

    ANYONE = "anyone"
    MEMBER = "a member of a practice"
    SPEAKER = "a partner or the manager of a practice"
    OFFICER = "an officer of the LMC"
    OWNER = "an owner of the bot"


SPEAKS = frozenset({Role.PARTNER, Role.MANAGER})  # for a practice: who may say what it does


def may(person: Person, needed: May) -> bool:
    """Whether a person stands on a step."""
    member = person.member
    practice = bool(member and member.practice)
    match needed:
        case May.ANYONE:
            return True
        case May.MEMBER:
            return practice
        case May.SPEAKER:
            return practice and member is not None and member.role in SPEAKS
        case May.OFFICER:
            return person.rank in (Rank.OFFICER, Rank.OWNER)
        case May.OWNER:
            return person.rank is Rank.OWNER


_HOW = {
    May.MEMBER: "Join your practice first: your LMC sends an invitation, and you send me its code.",
    May.SPEAKER: "A practice speaks through a partner or its manager. If you are one, ask your LMC for an invitation.",
    May.OFFICER: "The LMC's officers do that. If you are one, ask an owner of this bot to invite you.",
    May.OWNER: "An owner of this bot does that: those named in its configuration.",
}


def refusal(person: Person, needed: May, private: bool, alone: bool, remembers: bool, kept: bool) -> Reply | None:
    """Say why a person may not use a command here; None where they may.

    Args:
        person: who asks.
        needed: the step that the command needs.
        private: whether nobody else reads the answer.
        alone: whether the command is for private talk only.
        remembers: whether the command needs what is remembered.
        kept: whether anything is remembered here at all.
    """
    if remembers and not kept:
        return _no("NOT HERE", "This needs the running bot: open the chat with `pushback chat`, or your LMC's bot.")
    if alone and not private:
        return _no("IN PRIVATE, PLEASE", "Others read along here. Send me that in a private chat.")
    return below(person, needed)


def below(person: Person, needed: May) -> Reply | None:
    """Say that a person stands below a step, and how they come to it; None where they stand on it."""
    return None if may(person, needed) else _no(f"THAT IS FOR {needed.upper()}", _HOW[needed])


def _no(head: str, said: str) -> Reply:
    return Reply((Headline("–", head), Section("", (said,))), (LMC, HELP))

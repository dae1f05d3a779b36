"""What the bot does: one module a job; text in, replies out; no network, no SQL.

`COMMANDS` is the one table from a word to a handler. Its first word makes a sentence a command only where the rest fits
what the command takes; every other sentence is a question ("why do I have to…", "help with a fit note").
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from handlers import ask, broadcast, feedback, figures, gaps, help, hiding, incident, joining, letter, member
from handlers.broadcast import readers, watch
from handlers.chat import House, Person, Reply
from handlers.desk import asker
from handlers.desk import officers as at_the_desk
from handlers.letter import chaser
from handlers.may import May, may, refusal
from handlers.pledge import asked_us, is_asked_us, officers, pledge
from handlers.pledge import fits as is_pledge
from knowledge.model import ID_LENGTH, ID_PATTERN, Role

Words = tuple[str, ...]  # what follows a command's first word, in small letters; one whole text where it is raw


Run = Callable[[Words, House, Person], Reply]


@dataclass(frozen=True)
class Command:
    """A word that a sentence may begin with: what it runs, what may follow it, and what the help tells of it.

    `names_rule` says that the first word after it is a rule's id; `may` who may use it; `alone` that it is for private
    talk only; `remembers` that it needs what is remembered; `raw` that what follows comes whole, in its
    own letters and lines; `aloud` what runs instead where others read; `desk` that the officers' room is as good as
    private talk.
    """

    run: Run
    fits: Callable[[Words, House], bool]
    says: str
    names_rule: bool = False
    may: May = May.ANYONE
    alone: bool = False
    remembers: bool = False
    aloud: Run | None = None
    raw: bool = False
    desk: bool = False


_ID = re.compile(ID_PATTERN)


def _nothing(words: Words, _house: House) -> bool:
    return not words


def _alone(run: Callable[[House, Person], Reply], says: str) -> Command:
    return Command(_bare(run), _nothing, says)


def _is_rule(ident: str, house: House, hyphens: int) -> bool:
    """Whether a word is a rule's id.

    One with some hyphens is taken for a rule that is gone: "why pre-op" is a question, "why hospital-fit-note" never.
    """
    once_known = ident.count("-") >= hyphens and len(ident) <= ID_LENGTH and bool(_ID.fullmatch(ident))
    return ident in house.library.rules or once_known


def _of_a_rule(
    run: Callable[[str, str, House, Person], Reply], says: str, then: frozenset[str] = frozenset(), hyphens: int = 2
) -> Command:
    """Make a command that a rule's id follows, and perhaps one of some words after that."""

    def fits(words: Words, house: House) -> bool:
        return len(words) in (1, 2) and then.issuperset(words[1:]) and _is_rule(words[0], house, hyphens)

    return Command(lambda words, house, person: run(words[0], "".join(words[1:]), house, person), fits, says, True)


def _of_an_answer(run: Run, says: str, fits: Callable[[Words], bool], kept: bool = True) -> Command:
    """Make a command about a rule as an answer, `fits` what follows the rule's id."""

    def whole(words: Words, house: House) -> bool:
        return bool(words) and fits(words[1:]) and _is_rule(words[0], house, 2)

    return Command(run, whole, says, names_rule=True, alone=kept, remembers=kept)


def _bare(run: Callable[[House, Person], Reply]) -> Run:
    return lambda _words, house, person: run(house, person)


def _only(fits: Callable[[Words], bool]) -> Callable[[Words, House], bool]:
    return lambda words, _house: fits(words)


def _of_officers(run: Run, fits: Callable[[Words], bool], says: str, raw: bool = False) -> Command:
    """Make a command for the LMC's officers, about broadcasts."""
    return Command(run, _only(fits), says, may=May.OFFICER, alone=True, remembers=True, raw=raw)


def _any(_words: Words) -> bool:
    return True


def _of_oneself(run: Run, fits: Callable[[Words, House], bool], says: str, may: May = May.ANYONE) -> Command:
    """Make a command about a person or a practice, which is answered where nobody else reads."""
    return Command(run, fits, says, may=may, alone=True, remembers=True)


def _at_desk(run: Run, fits: Callable[[Words, House], bool], says: str) -> Command:
    """Make a command for the LMC's officers, in private or in their room."""
    return Command(run, fits, says, may=May.OFFICER, alone=True, remembers=True, desk=True)


_ROLES = frozenset(Role)
COMMANDS: dict[str, Command] = {
    "help": _alone(help.guide, "what you can ask"),
    "start": _alone(help.guide, "what you can ask"),
    "commands": Command(
        lambda _words, house, person: help.commands(_open_to(person, house), person),
        _nothing,
        "everything that you can send me",
        alone=True,  # it shows what the person is to the LMC
    ),
    "lmc": Command(asker.lmc, asker.is_said, "how to reach your LMC; what you asked it", aloud=asker.aloud),
    "tell": Command(
        asker.tell,
        _only(asker.is_told),
        "`tell lmc` and a question: see it as it would go to your LMC",
        alone=True,
        remembers=True,
        raw=True,
    ),
    "rule": _of_a_rule(ask.open_rule, "open a rule by its id", _ROLES, hyphens=1),
    "why": _of_a_rule(ask.open_why, "the reason, the clauses and the sources of a rule", _ROLES),
    "not": _of_an_answer(
        feedback.not_this, "the rules nearest to one that was not your question", feedback.is_number_alone, kept=False
    ),
    "helped": _of_an_answer(feedback.helped, "say that an answer answered it", feedback.fits),
    "wrong": _of_an_answer(feedback.wrong, "say that an answer is wrong or out of date", feedback.fits),
    "letter": Command(letter.open_letter, letter.fits, "a letter to send back", names_rule=True),
    "docx": Command(letter.as_file, letter.fits, "the same as a Word file", names_rule=True),
    "report": _of_oneself(incident.report, incident.fits, "count work, a rejection or abuse", May.MEMBER),
    "undo": _of_oneself(incident.undo, _only(incident.is_number), "count an incident no more", May.MEMBER),
    "replied": _of_oneself(chaser.replied, _only(chaser.is_reply), "whether a letter was answered", May.MEMBER),
    "join": replace(
        _of_oneself(joining.join, _only(joining.is_code), "use an invitation to your practice"),
        aloud=joining.said_aloud,
    ),
    "link": replace(
        _of_oneself(joining.link, _only(joining.is_code), "be one person on Slack and on Telegram"),
        aloud=joining.said_aloud,
    ),
    "me": _of_oneself(_bare(member.me), _nothing, "all that is kept of you"),
    "settings": _of_oneself(member.settings, _only(member.is_setting), "your role, nation, quiet hours and topics"),
    "leave": _of_oneself(_bare(member.leave), _nothing, "stop speaking for your practice"),
    "my": _of_oneself(
        _bare(member.data), _only({("data",)}.__contains__), "`my data`: everything kept of you, as a file"
    ),
    "forget": _of_oneself(
        member.forget, _only({("me",), ("me", "yes")}.__contains__), "`forget me`: erase what is kept of you"
    ),
    "privacy": _alone(help.privacy, "what is kept, where, and for how long"),
    "pledge": _of_oneself(pledge, is_pledge, "collective action: what it means, and what your practice does"),
    "icb": Command(_bare(asked_us), _only(is_asked_us), "`icb asked us`: one line to send, and what you must answer"),
    "pledges": _of_oneself(officers.pledges, _only(officers.fits), "what practices pledge, in figures", May.OFFICER),
    "figures": _of_oneself(
        figures.figures, _only(figures.fits), "what is sent back, or asked, in figures", May.OFFICER
    ),
    "desk": Command(
        at_the_desk.desk,
        _only(at_the_desk.is_said),
        "questions that came to you: what is open, who has it",
        may=May.OFFICER,
        alone=True,
        remembers=True,
        desk=True,
    ),
    "hide": _at_desk(
        hiding.hide,
        lambda words, house: not words or (len(words) == 1 and _is_rule(words[0], house, 1)),
        "take a rule back until it is checked; alone, those that are",
    ),
    "unhide": _at_desk(
        hiding.unhide,
        lambda words, house: len(words) == 1 and (house.hidden(words[0]) or _is_rule(words[0], house, 1)),
        "let a hidden rule answer again",
    ),
    "gaps": _at_desk(gaps.gaps, gaps.fits, "what the book lacks: what several people asked in vain"),
    "officers": _of_oneself(_bare(joining.officers), _nothing, "who is an officer", May.OWNER),
    "dismiss": _of_oneself(joining.dismiss, _only(joining.is_member), "take an officer's rank away", May.OWNER),
    "invite": _of_oneself(joining.invite, _only(joining.is_invitation), "make an invitation", May.OFFICER),
    "updates": _of_oneself(readers.updates, _only(readers.is_page), "the updates that came, and each of them"),
    "understood": _of_oneself(readers.understood, _only(readers.is_number), "say that you read an update"),
    "vote": _of_oneself(readers.vote, _only(readers.is_vote), "choose in a poll"),
    "broadcast": _of_officers(broadcast.broadcast, _any, "write an update", raw=True),
    "poll": _of_officers(broadcast.poll, broadcast.is_poll, "write a poll", raw=True),
    "announce": _of_oneself(
        broadcast.announce,
        lambda words, house: len(words) == 1 and words[0] in house.library.rules,
        "write an update about a rule",
        May.OFFICER,
    ),
    "tip": _of_officers(broadcast.tip, lambda words: not words, "write the tip of the month"),
    "weekly": _of_officers(
        broadcast.weekly,
        lambda words: not words or (len(words) == 1 and words[0] in _ROLES),
        "write what changed in the book",
    ),
    "audience": _of_officers(broadcast.aim, broadcast.is_narrowing, "say to whom an update goes"),
    "preview": _of_officers(broadcast.preview, broadcast.is_preview, "see an update as it will come"),
    "send": _of_officers(broadcast.send, broadcast.is_sending, "send an update, now or at a time"),
    "urgent": _of_officers(broadcast.urgent, readers.is_number, "send an update through quiet hours"),
    "confirm": _of_officers(broadcast.confirm, readers.is_number, "confirm what another officer sends"),
    "status": _of_officers(watch.status, readers.is_number, "see how an update is going"),
    "pause": _of_officers(broadcast.pause, readers.is_number, "send no more of an update for now"),
    "resume": _of_officers(broadcast.resume, readers.is_number, "go on sending an update"),
    "cancel": _of_officers(broadcast.cancel, readers.is_number, "send no more of an update"),
    "unsure": _of_officers(watch.unsure, watch.is_doubt, "who may or may not have an update"),
    "correct": _of_officers(broadcast.correct, broadcast.is_correction, "put other words in an update", raw=True),
    "recall": _of_officers(broadcast.recall, readers.is_number, "take an update back"),
    "close": _of_officers(broadcast.close, readers.is_number, "end a poll"),
}


def _open_to(person: Person, house: House) -> dict[str, str]:
    """What a person may use here: the commands, and what the help tells of each."""
    here = {word: each for word, each in COMMANDS.items() if house.records is not None or not each.remembers}
    return {word: each.says for word, each in here.items() if may(person, each.may)}


@dataclass(frozen=True)
class Found:
    """A command that a sentence is: its word, the rule that it names ("" if none), what to run and what follows it.

    `free` are words that any sentence may go on from: "broadcast messages, must we read them?" is one only from whoever
    may broadcast.
    """

    word: str
    rule: str
    run: Callable[[House, Person], Reply]
    free: bool = False
    words: Words = ()


def command(sentence: str, house: House, private: bool = True, at_desk: bool = False, here: str = "") -> Found | None:
    """Find the command that a sentence is.

    Args:
        sentence: what a person typed or a button sent; `/help` is `help`, and `start join_CODE`, which is what a
            Telegram link sends, is `join CODE`.
        house: to tell a rule's id from a word.
        private: whether nobody else reads the answer.
        at_desk: whether only the LMC's officers do: it was said in their room.
        here: the place where all who were there read, in the chat's own words: what `desk here` makes the room.

    Returns:
        The command, or None where the sentence is a question. What it runs refuses whoever may not.
    """
    first, *rest = sentence.lower().split() or [""]
    word, words = first.removeprefix("/"), tuple(rest)
    if word == "start" and len(words) == 1:
        return command(words[0].replace("_", " "), house, private, at_desk, here) or command("help", house)
    found = COMMANDS.get(word)
    if found and found.raw:
        words = tuple(sentence.split(None, 1)[1:])
    if not found or not found.fits(words, house):
        code = joining.code_in(sentence)
        return command(f"{'link' if word.startswith('link') else 'join'} {code}", house, private) if code else None

    coming = found.desk and words == ("here",)  # into a room that is not yet the desk
    words = ("here", here) if coming and here else words
    apart = private or (found.desk and at_desk) or coming

    def run(house: House, person: Person) -> Reply:
        if found.aloud and not private:
            return found.aloud(words, house, person)
        no = refusal(person, found.may, apart, found.alone, found.remembers, house.records is not None)
        return no or found.run(words, house, person)

    return Found(word, words[0] if found.names_rule else "", run, found.raw, words)

"""The one way in: masked, routed, answered. `App.handle` never raises: a chat goes on whatever a person sends."""

import logging
import secrets
import sqlite3
import traceback
from collections import OrderedDict, deque
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TypeVar

import handlers
from bot.plain import plain
from bot.port import Found
from handlers import feedback
from handlers.answered import Answer
from handlers.ask import answer
from handlers.buttons import HELP, LMC
from handlers.cards import card, told
from handlers.chat import Ask, Change, Headline, House, Person, Reply, Section
from handlers.desk import exchange
from handlers.follow import MINUTES, Last, completed, explained, follow, others
from handlers.may import may
from handlers.member import nation_of
from handlers.privacy import Masked, mask
from handlers.privacy.said import left_out
from handlers.questions import weeks
from handlers.records import Question
from knowledge.library import Library
from knowledge.matcher import Match, Matcher
from knowledge.model import Rule
from knowledge.text import LONGEST, Reading

log = logging.getLogger("pushback")
_T = TypeVar("_T")

MINUTE = 60.0  # seconds
DAY = 24 * 3600  # seconds
SEEN_DAYS = 7  # that a delivery is known: Slack retries for hours
ASKERS = frozenset({"lmc", "tell"})  # commands in a reply to one of the desk's messages too, as those of its room are
MANY = 1_000  # people whose pace is remembered before those who have gone quiet are dropped


UNREAD = Section(
    "Not read",
    (
        "I read words only, and not the picture or file that came with them. If it shows a patient, please delete it, "
        "or ask who sent it to.",
    ),
)


@dataclass(frozen=True)
class Asked:
    """A question and all that came of it, for who wants more than the reply: `pushback ask --json`."""

    masked: Masked
    answer: Answer


class App:
    """Answers each sentence of each chat.

    It remembers each person's last question for ten minutes, in memory alone, so that "and in Wales?" has a meaning.
    """

    def __init__(self, house: House) -> None:
        """Open for one house: its book, its matcher, its committee."""
        self.house = house
        self._last: OrderedDict[tuple[str, str, str], tuple[float, Last]] = OrderedDict()
        self._sent: dict[str, deque[float]] = {}
        self._titles: dict[tuple[str, str, str], Match] = {}

    def handle(self, ask: Ask, masked: Masked | None = None) -> Reply:
        """Answer a sentence, typed or pressed.

        Args:
            ask: the sentence, who sent it and where.
            masked: its text with every identifier masked, where that was done on arrival.

        Returns:
            The reply; an apology with a reference, which the log has too, where something broke.
        """
        masked = masked or mask(ask.text)
        ask = replace(ask, text=masked.text)
        if (of_desk := self._safely(lambda: self._heard(ask, masked))) is not None:
            return of_desk
        reply = self._safely(lambda: self._handled(ask))
        return _told(masked, replace(reply, parts=(UNREAD, *reply.parts)) if ask.unread else reply)

    def _heard(self, ask: Ask, masked: Masked) -> Reply | None:
        """Take up what belongs to an exchange of the LMC's desk; None for all else that is said to the bot."""
        house = self.house
        if house.records is None or not house.records.desk.minds(ask.person.chat, ask.about, ask.said):
            return exchange.NOTHING if ask.overheard else None
        found = handlers.command(ask.text, house)
        if found and (found.word in ASKERS or handlers.COMMANDS[found.word].desk):
            return exchange.NOTHING if ask.overheard and ask.change is Change.EDITED else None
        person = self._known(ask)
        if ask.change is Change.NEW and (wait := self._too_fast(person)):
            return _slower(wait)
        with house.records.upkeep.together():
            heard = exchange.heard(ask, masked, person, house)
        return exchange.NOTHING if heard is None and ask.overheard else heard

    def _handled(self, ask: Ask) -> Reply:
        person = self._known(ask)
        if wait := self._too_fast(person):
            return _slower(wait)
        return self._answer(ask, person)

    def _safely(self, answer: Callable[[], _T]) -> _T | Reply:
        try:
            return answer()
        except sqlite3.Error as error:
            log.error("the records cannot be used: %s", plain(error))
            return _not_saved()
        except Exception as error:
            reference = secrets.token_hex(3)
            # Where it broke and what kind of fault, never its message: that may quote the person's words.
            where = "".join(traceback.format_tb(error.__traceback__))
            log.error("answering failed, reference %s: %s\n%s", reference, type(error).__name__, where)
            return _sorry(reference)

    def look(self, ask: Ask) -> Reply:
        """Answer what the chat itself asks for, such as a home page: it is no message, and counts for none."""
        ask = replace(ask, text=mask(ask.text).text)
        return self._safely(lambda: self._answer(ask, self._known(ask)))

    def minds(self, ask: Ask) -> bool:
        """Say whether what was overheard belongs to an exchange of the LMC's desk; all else stays between people."""
        desk = self.house.records.desk if self.house.records else None
        return desk is not None and desk.minds(ask.person.chat, ask.about, ask.said)

    def find(self, words: str, person: Person) -> tuple[Found, ...]:
        """Find the rules that a few words come to, for a list to pick from.

        Args:
            words: what was typed so far.
            person: who types.

        Returns:
            Up to five, best first; none where the book holds nothing near, or the words are about something else.
        """
        match = self.house.matcher.match(mask(words).text)
        found = [self.house.library.rules[each] for each in match.ranking[:5] if match.outcome != "none"]
        return tuple(
            Found(rule.id, rule.title, told(rule, self.house), card(rule, self.house, person)) for rule in found
        )

    def _known(self, ask: Ask) -> Person:
        """Say who a person is: what is remembered of them, and what the configuration makes them.

        Where others read along nothing is known of their practice: a letter there would name it.
        """
        person = ask.person
        try:
            member = self.house.records.members.of(person.account) if self.house.records else None
        except sqlite3.Error as error:  # who asks without being known still gets an answer
            log.error("the records cannot be read: %s", plain(error))
            member = None
        rank = self.house.ranks.get(person.account) or (member.rank if member else person.rank)
        role = (member.role if member else None) or person.role
        nation = nation_of(member, self.house) if self.house.records else person.nation
        return replace(person, role=role, nation=nation, member=member if ask.private else None, rank=rank)

    def _too_fast(self, person: Person) -> int:
        """Return the seconds to wait where a person has sent too much within a minute; else 0, and count this one."""
        now, sent = self.house.clock(), self._sent.setdefault(person.account, deque())
        while sent and now - sent[0] >= MINUTE:
            sent.popleft()
        if self.house.a_minute and len(sent) >= self.house.a_minute:
            return max(1, round(MINUTE - (now - sent[0])))
        sent.append(now)
        if len(self._sent) > MANY:
            self._sent = {name: times for name, times in self._sent.items() if times and now - times[-1] < MINUTE}
        return 0

    def _answer(self, ask: Ask, person: Person) -> Reply:
        """A command, what follows from the last answer, or a question: in that order."""
        last = self._recall(ask)
        whole = completed(ask.text, last) if last else ""
        found = handlers.command(whole or ask.text, self.house, ask.private, self._at_desk(ask), ask.here)
        if found and (not found.free or may(person, handlers.COMMANDS[found.word].may)):
            return self._run(found, last, ask, person)
        if ask.about and self._at_desk(ask):  # an officer who took it for the question's own message
            return exchange.astray(ask.text, person, self.house)
        if (taken := self._typed(ask, person)) is not None:
            return taken
        if last and (followed := follow(ask.text, last, self.house, person)):
            return self._below(followed, ask, last.question)
        asked = answer(ask.text, self.house, person)
        number = self._keep(ask.text, asked, person)
        if asked.match.ranking and asked.match.outcome != "none" and not asked.requests:
            self._remember(ask, Last(asked.match, asked.match.rule or "", question=number))
        return self._below(asked.reply, ask, number)

    def _at_desk(self, ask: Ask) -> bool:
        """Say whether something was said in the officers' room."""
        room = self.house.records.desk.room() if self.house.records and ask.here else None
        return room is not None and (room.chat, room.place) == (ask.person.chat, ask.here)

    def _typed(self, ask: Ask, person: Person) -> Reply | None:
        """Pass on what an asker types while an exchange with the LMC listens; None where none does."""
        if self.house.records is None or not ask.said:
            return None
        with self.house.records.upkeep.together():
            return exchange.typed(ask, person, self.house)

    def _below(self, reply: Reply, ask: Ask, number: int, marked: str = "") -> Reply:
        """Let a person say what they think of an answer, in private alone: where others read, a press is anybody's."""
        return feedback.below(reply, number, marked) if self.house.records and ask.private else reply

    def _run(self, found: handlers.Found, last: Last | None, ask: Ask, person: Person) -> Reply:
        """Run a command, all of it or nothing, and remember what it showed."""
        shown = last if last and found.rule in last.match.ranking else None
        number = feedback.number_in(found.words) if found.word in feedback.WORDS else shown.question if shown else 0
        if shown and found.word == "not":
            feedback.note_not(found.words, self.house, person)
            return self._below(others(replace(shown, rule=found.rule), self.house, person), ask, number)
        with self.house.records.upkeep.together() if self.house.records else nullcontext():
            reply = found.run(self.house, person)
        rule = self.house.library.rules.get(found.rule)
        if rule and found.word != "not":
            match = shown.match if shown else self._around(rule)
            self._remember(ask, Last(match, rule.id, reply.again, number))
        elif reply.again:
            self._remember(ask, Last(self.house.matcher.match(""), "", reply.again))
        if last and found.word == "why" and [found.rule] == [*last.match.ranking[:1]]:
            reply = replace(reply, parts=(*reply.parts, explained(last.match, self.house)))
        return self._below(reply, ask, number, found.word)

    def _around(self, rule: Rule) -> Match:
        """Match a rule's own title, once for each book and design: most that is opened is opened again."""
        key = (self.house.library.digest, self.house.matcher.design, rule.id)
        if key not in self._titles:
            self._titles[key] = self.house.matcher.match(rule.title)
        return self._titles[key]

    def _keep(self, masked: str, asked: Answer, person: Person) -> int:
        """Keep a question's masked words for a while: what the book lacks is read from them. Its number, or 0."""
        if self.house.records:
            outcome = "letter" if asked.requests else asked.match.outcome
            rule = asked.match.rule or ""
            kept = Question(
                self.house.now(), person.account, masked[:LONGEST], outcome, rule, asked.kind or "", asked.match.p
            )
            try:
                return self.house.records.questions.keep(kept)
            except sqlite3.Error as error:  # a disk that is full must not keep a GP from an answer
                log.error("a question cannot be kept: %s", plain(error))
        return 0

    def _recall(self, ask: Ask) -> Last | None:
        self._forget()
        return self._last.get(_where(ask), (0.0, None))[1]

    def _remember(self, ask: Ask, last: Last) -> None:
        """Keep the rules that a question came to, and none of its words but those that the book holds too."""
        self._forget()
        bare = replace(last, match=replace(last.match, reading=Reading("", ())))
        self._last[_where(ask)] = (self.house.clock(), bare)
        self._last.move_to_end(_where(ask))

    def take_up(self, library: Library, matcher: Matcher) -> None:
        """Answer from another book from now on; what a person was last shown is gone on with where its rules stand.

        Args:
            library: the book.
            matcher: its matcher.
        """
        self.house = replace(self.house, library=library, matcher=matcher)
        for where, (at, last) in list(self._last.items()):
            left = tuple(ident for ident in last.match.ranking if ident in library.rules)
            if left != last.match.ranking:
                match = replace(last.match, ranking=left, outcome="choice" if left else "none")
                self._last[where] = at, replace(last, match=match, rule=last.rule if last.rule in left else "")

    def _forget(self) -> None:
        """Drop what is older than ten minutes; the oldest stand first."""
        while self._last and self.house.clock() - next(iter(self._last.values()))[0] > 60 * MINUTES:
            self._last.popitem(last=False)

    def sweep(self) -> None:
        """Forget what has been kept for as long as it may be: daily."""
        if records := self.house.records:
            now = self.house.now()
            records.seen.forget(now - SEEN_DAYS * DAY)
            weeks.released(self.house)  # before its questions are forgotten: then nobody knows who asked
            records.questions.forget(now - self.house.keep_days * DAY)
            records.opinions.forget(now - self.house.keep_days * DAY)
            records.gaps.forget(now - self.house.keep_days * DAY)
            records.desk.forget(now - self.house.keep_days * DAY)
            records.codes.forget(now - DAY)
            records.upkeep.scrub()

    def ask(self, question: str, person: Person) -> Asked:
        """Answer a text as a question, even where it could be a command, and say all that came of it."""
        masked = mask(question)
        found = answer(masked.text, self.house, person)
        return Asked(masked, replace(found, reply=_told(masked, found.reply)))


def _where(ask: Ask) -> tuple[str, str, str]:
    """Whose last answer: what was said in private is never gone on with where others read."""
    return ask.person.chat, ask.person.id, "" if ask.private else f"in {ask.room}"


def _told(masked: Masked, reply: Reply) -> Reply:
    """Tell the sender what was masked, before anything else."""
    if not masked.kinds:
        return reply
    return replace(reply, parts=(Section("Patient details", (left_out(masked.kinds),)), *reply.parts))


def _slower(wait: int) -> Reply:
    said = f"That was a lot at once, and I want to get each right. Please ask again in {wait} seconds."
    return Reply((Headline("–", "ONE MOMENT"), Section("", (said,))), (LMC,))


def _not_saved() -> Reply:
    said = "My records cannot be used just now, so nothing was changed. Questions still work. Try this again later."
    return Reply((Headline("!", "NOT SAVED"), Section("", (said,))), (LMC, HELP))


def _sorry(reference: str) -> Reply:
    said = f"Something broke on my side, and it is logged as {reference}. Please ask again, or ask your LMC."
    return Reply((Headline("!", "SORRY"), Section("", (said,))), (LMC, HELP))

"""An update as what it means to the bot, or nothing. Only here is it known what an update looks like.

read ── Said      a sentence, typed or pressed
        Unasked   "/ask" and no question
        Wordless  a picture, a voice message, a file
        Looked    words typed behind the bot's name in any chat
        Left      a person stopped the bot, or a group put it out
        Moved     a group has a new id
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from telegram import (
    CallbackQuery,
    Chat,
    ChatMember,
    ChatMemberUpdated,
    Message,
    MessageEntity,
    Update,
    User,
)

from bot.port import Reason
from bot.telegram.render import clean
from handlers import COMMANDS
from handlers.chat import Ask, Change, Person

NAME = "telegram"
WANTED = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")
ASK = "ask"  # a command without a handler: what follows it is a question
WHICH = "What is the question? Type the request as it reached you, without a patient's details."
EDITED = 60  # seconds in which an edited question is asked anew
TOO_OLD = -1  # as a message to change: Telegram no longer shows us what stands in it


@dataclass(frozen=True)
class Place:
    """Where to answer: chat, topic, message to answer to, message to change; 0 is none."""

    chat: int
    thread: int = 0
    reply: int = 0
    edit: int = 0

    def __str__(self) -> str:
        return f"{self.chat}/{self.thread}/{self.reply}/{self.edit}"

    @classmethod
    def of(cls, place: str, person: Person) -> "Place":
        """Read a place back; "" is the person in private.

        Raises:
            ValueError: for what is no place of this chat.
        """
        return cls(*map(int, place.split("/"))) if place else cls(int(person.id))


def below(message: str) -> str:
    """Return the place that answers a message: "5/17", the first where there are several."""
    first, _, _ = message.partition(" ")
    chat, ident = map(int, first.split("/"))
    return str(Place(chat, reply=ident))


@dataclass(frozen=True)
class Said:
    """A sentence; `pressed` is the press to acknowledge, `message` the chat's and message's ids of one typed alone.

    `album` is the same for all pictures that were sent together.
    """

    ask: Ask
    pressed: str = ""
    message: tuple[int, int] | None = None
    edited: bool = False
    album: str = ""


@dataclass(frozen=True)
class Unasked:
    """A wish to ask, and no question."""

    place: Place


@dataclass(frozen=True)
class Wordless:
    """Something without words; `album` is the same for all pictures that were sent together."""

    place: Place
    album: str


@dataclass(frozen=True)
class Looked:
    """Words to find rules by."""

    query: str
    words: str
    person: Person


@dataclass(frozen=True)
class Left:
    """Somebody who cannot be sent to any more."""

    person: Person
    reason: Reason


@dataclass(frozen=True)
class Moved:
    """A group's old and new id."""

    old: str
    new: str


Arrival = Said | Unasked | Wordless | Looked | Left | Moved


def read(update: Update, me: User) -> Arrival | None:
    """Read an update.

    Args:
        update: as Telegram delivers it.
        me: the bot itself.

    Returns:
        What it means to the bot; None for what is not meant for it.
    """
    key = f"{me.id} {update.update_id}"
    if update.message:
        return _message(update.message, me, key)
    if update.edited_message:
        return _edited(update.edited_message, me, key)
    if update.callback_query:
        return _pressed(update.callback_query, key)
    if query := update.inline_query:
        return Looked(query.id, clean(query.query).strip(), Person(NAME, str(query.from_user.id)))
    if update.my_chat_member:
        return _member(update.my_chat_member)
    return None


def is_letter(message: Message) -> bool:
    """Whether a message of the bot's own is to stay as it is: a file, text to copy, or an update."""
    if message.effective_attachment or _is_update(message):
        return True
    blocks = message.parse_entities([MessageEntity.CODE, MessageEntity.PRE])
    return any(entity.type == MessageEntity.PRE or "\n" in text for entity, text in blocks.items())


def _is_update(message: Message) -> bool:
    """Whether a message is one to many or the LMC's own, by the button that each has: a press puts no other there."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    return any(str(button.callback_data).startswith(("understood ", "lmc yes ")) for row in rows for button in row)


def _message(message: Message, me: User, key: str) -> Arrival | None:
    if message.migrate_to_chat_id:
        return Moved(str(message.chat.id), str(message.migrate_to_chat_id))
    person = _person(message)
    if person is None:
        return None
    text = _sentence(message, me)
    if text is None:
        if not message.effective_attachment or message.text or message.caption:
            return None
        if message.chat.type == Chat.PRIVATE:
            return Wordless(_place(message), message.media_group_id or "")
        return _said(message, me, key, person, "", overheard=True) if _about(message, me) else None
    return _said(message, me, key, person, text) if text else Unasked(_place(message))


def _edited(message: Message, me: User, key: str) -> Said | None:
    """A question that was put right at once is asked anew; all other edits are overheard: somebody is tidying."""
    person, private = _person(message), message.chat.type == Chat.PRIVATE
    text = _sentence(message, me) or clean(message.text or message.caption or "").strip()
    if person is None or not text or not message.edit_date or not (private or _about(message, me)):
        return None
    overheard = not private or (message.edit_date - message.date).total_seconds() > EDITED
    said = _said(message, me, key, person, text, overheard)
    return replace(said, ask=replace(said.ask, change=Change.EDITED), edited=True)


def _said(message: Message, me: User, key: str, person: Person, text: str, overheard: bool = False) -> Said:
    private, place = message.chat.type == Chat.PRIVATE, _place(message)
    ask = Ask(
        person,
        text,
        key,
        place="" if private else str(place),
        private=private,
        room="" if private else str(message.chat.id),
        unread=any(each and each.effective_attachment for each in (message, _used(message, text))),
        said=f"{message.chat.id}/{message.message_id}",
        about=_about(message, me),
        overheard=overheard,
        here=_here(place),
    )
    ids = (message.chat.id, message.message_id) if private else None
    return Said(ask, message=ids, album=message.media_group_id or "")


def _about(message: Message, me: User) -> str:
    """The bot's own message that a message answers; none where it calls the bot and says no more, or was asked for."""
    answered = message.reply_to_message
    if not answered or not answered.from_user or answered.from_user.id != me.id or answered.text == WHICH:
        return ""
    bare = message.chat.type != Chat.PRIVATE and not _without_mentions(message, me) and not message.effective_attachment
    return "" if bare else f"{message.chat.id}/{answered.message_id}"


def _here(place: Place) -> str:
    """Where everybody in a group, or in one topic of it, reads; "" in private."""
    return str(Place(place.chat, place.thread)) if place.chat < 0 else ""


def _pressed(press: CallbackQuery, key: str) -> Said | None:
    if press.data is None:
        return None
    person = Person(NAME, str(press.from_user.id), name=press.from_user.full_name)
    under = press.message
    private = under is None or under.chat.type == Chat.PRIVATE
    if under is None:
        place = Place(press.from_user.id)
    elif not isinstance(under, Message):
        place = Place(under.chat.id, edit=TOO_OLD)
    else:
        asked = under.reply_to_message
        theirs = private or (asked and asked.from_user and asked.from_user.id == press.from_user.id)
        changes = theirs and not is_letter(under)
        thread = (under.is_topic_message and under.message_thread_id) or 0
        reply = 0 if private else under.message_id
        place = Place(under.chat.id, thread, reply, under.message_id if changes else 0)
    room = "" if private or under is None else str(under.chat.id)
    where = str(place) if under else ""
    return Said(Ask(person, clean(press.data), key, where, private, room, here=_here(place)), pressed=press.id)


def _member(change: ChatMemberUpdated) -> Left | None:
    """Private: the person blocked the bot, or came back, which their next message tells. Group: the bot was put out."""
    status, chat = change.new_chat_member.status, change.chat
    person = Person(NAME, str(chat.id))
    if chat.type == Chat.PRIVATE:
        return Left(person, Reason.BLOCKED) if status == ChatMember.BANNED else None
    return Left(person, Reason.KICKED) if status in (ChatMember.BANNED, ChatMember.LEFT) else None


def _person(message: Message) -> Person | None:
    """Who wrote a message; the group itself for an administrator who hides behind it; None for a bot or a channel."""
    if message.is_automatic_forward:
        return None
    if message.sender_chat and message.sender_chat.id == message.chat.id:
        return Person(NAME, str(message.sender_chat.id))
    if message.sender_chat or not message.from_user or message.from_user.is_bot:
        return None
    return Person(NAME, str(message.from_user.id), name=message.from_user.full_name)


def _place(message: Message) -> Place:
    if message.chat.type == Chat.PRIVATE:
        return Place(message.chat.id)
    thread = (message.is_topic_message and message.message_thread_id) or 0
    return Place(message.chat.id, thread, reply=message.message_id)


def _sentence(message: Message, me: User) -> str | None:
    """The words that are meant for the bot; "" for "ask" alone; None where none are."""
    text = clean(message.text or message.caption or "").strip()
    private = message.chat.type == Chat.PRIVATE
    if command := re.match(r"/(\w{1,64})(?:@(\w+))?(?=\s|$)", text):
        word, to = command.group(1).lower(), command.group(2)
        rest = text[command.end() :].strip()
        if to and to.lower() != (me.username or "").lower():
            return None
        if not private and not to and word not in COMMANDS and word != ASK:
            return None
        return _commanded(word, rest, message)
    if private:
        return text or None
    answered = message.reply_to_message
    to_me = bool(answered and answered.from_user and answered.from_user.id == me.id)
    if not text or not (_mentions(message, me) or to_me):
        return None
    return _without_mentions(message, me) or _quoted(message) or "help"


def _commanded(word: str, rest: str, message: Message) -> str:
    if word == ASK:
        return rest or _quoted(message)
    if word == "start" and rest.lower() in COMMANDS:  # a link such as t.me/bot?start=help
        return rest.lower()
    return f"{word} {rest}".strip()


def _without_mentions(message: Message, me: User) -> str:
    text = clean(message.text or message.caption or "").strip()
    for span in _mentions(message, me):
        before, _, after = text.partition(span)
        text = f"{before.rstrip()} {after.lstrip()}"
    return text.strip()


def _mentions(message: Message, me: User) -> Sequence[str]:
    kinds: list[str | None] = [MessageEntity.MENTION, MessageEntity.TEXT_MENTION]
    found = message.parse_entities(kinds) if message.text else message.parse_caption_entities(kinds)
    name = f"@{me.username}".lower()
    return [
        clean(text)
        for entity, text in found.items()
        if text.lower() == name or (entity.user and entity.user.id == me.id)
    ]


def _quoted(message: Message) -> str:
    """The words of the message that a bare mention answers to: "can we decline this?"."""
    answered = message.reply_to_message
    if not answered or (answered.from_user and answered.from_user.is_bot):
        return ""
    return clean(answered.text or answered.caption or "").strip()


def _used(message: Message, text: str) -> Message | None:
    """The message whose words a sentence took."""
    return message.reply_to_message if text == _quoted(message) else None

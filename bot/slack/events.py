"""What Slack delivers, as an `Ask`: a body goes in, an Ask comes out, or None where there is nothing to ask.

message in the app's own chat ── plain, answered there       key: team, channel, ts
reply in a channel's thread ──── overheard, where the bot began the thread     the same
mention in a channel ─────────── answered to its sender alone     the same key, so that both count once
edit, deletion ───────────────── overheard                   key: the same, and which change
/pushback ────────────────────── answered to its sender alone     key: team, trigger
shortcut on a message ────────── answered to who chose it    key: team, trigger
form, box on the home page ───── answered in private         key: team, view or action
press ────────────────────────── answered where it was pressed    key: team, person, action
share ────────────────────────── answered for everyone in the thread

A body is whatever came over the wire: a key that is missing or of another type is read as "".
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from handlers.chat import Ask, Change, Person

NAME = "slack"
KEPT = "kept-"  # begins the action of a button below a letter or a file, which must stay
Body = Mapping[str, Any]

# Messages that a person typed. Of the other subtypes two tell of an edit or a deletion; the rest are joins and bots.
TYPED = frozenset({"", "file_share", "thread_broadcast"})


@dataclass(frozen=True)
class Place:
    """Where an answer goes.

    `channel` and `thread` say where, `thread` is "" outside of one; `edit` is the message to change; `url` the response
    URL, with `replace` where the pressed message is to be replaced; `alone` is whether only its sender sees it; `under`
    is the message that a shared copy hangs from; `shared` whether this is that copy.
    """

    channel: str = ""
    thread: str = ""
    edit: str = ""
    url: str = ""
    replace: bool = False
    alone: bool = False
    under: str = ""
    shared: bool = False

    @property
    def room(self) -> str:
        """The channel where others read the answer; "" where its sender alone does."""
        return self.channel if self.shared else ""

    def written(self) -> str:
        """Write it as the string that an Ask carries."""
        held = {key: value for key, value in asdict(self).items() if value}
        return json.dumps(held, separators=(",", ":")) if held else ""

    @classmethod
    def read(cls, text: str) -> "Place":
        """Read it back; what is no place is the person in private."""
        try:
            return cls(**json.loads(text)) if text else cls()
        except (ValueError, TypeError):
            return cls()


def below(stands: str) -> str:
    """Return the place that answers a message, for everybody there: "C1 1790000000.000001" and perhaps its files."""
    channel, ts, *_ = stands.split()
    return Place(channel, ts).written()


def message(body: Body, me: str) -> Ask | None:
    """Read a message, an edit or a deletion: of a channel only what hangs in a thread that the bot began.

    Args:
        body: what Slack delivered.
        me: the bot's own user id.
    """
    event = _map(body, "event")
    held, before = _map(event, "message"), _map(event, "previous_message")
    match at(event, "subtype"):
        case "message_changed" if at(held, "subtype") == "tombstone":  # what a deleted message leaves above its thread
            return _withdrawn(body, before, me)
        case "message_changed":
            # The preview of a link, a language that Slack found: all are a change to Slack.
            same = plain(at(held, "text")) == plain(at(before, "text"))
            return None if same else _standing(body, held, me, Change.EDITED, at(event, "ts"))
        case "message_deleted":
            return _withdrawn(body, before, me)
    return _standing(body, event, me)


def wordless(body: Body) -> str:
    """Return who sent a file and no word with it in the app's own chat; "" where that is not what it is."""
    event = _map(body, "event")
    bare = at(event, "channel_type") == "im" and _by_a_person(event) and not plain(at(event, "text"))
    return at(event, "user") if bare and at(event, "subtype") == "file_share" else ""


def action(body: Body) -> str:
    """Return the id of what was pressed."""
    return at(_first(body.get("actions")), "action_id")


def mention(body: Body, me: str) -> Ask | None:
    """Read a mention in a channel.

    Args:
        body: what Slack delivered.
        me: the bot's own user id, whose mention is no part of the question.
    """
    event = body.get("event", {})
    channel, ts, thread = at(event, "channel"), at(event, "ts"), at(event, "thread_ts")
    if not (channel and ts) or channel.startswith("D") or not _by_a_person(event):
        return None  # in the app's own chat the same message comes as a message too
    text = re.sub(rf"<@{re.escape(me)}(?:\|[^>]*)?>", " ", at(event, "text"))
    # An ephemeral message shows in a thread only where there is one already (chat.postEphemeral, thread_ts).
    place = Place(channel, thread, alone=True, under=thread or ts)
    ask = _with(event, _ask(body, at(event, "user"), text, f"{channel} {ts}", place, "help"))
    # Who calls the bot and says no more wants its help, and answers nothing.
    return ask and replace(ask, said=f"{channel} {ts}", about=_about(channel, event, me) if plain(text) else "")


def command(body: Body) -> Ask | None:
    """Read `/pushback …`; without a word after it, it is a call for help."""
    place = Place(at(body, "channel_id"), url=at(body, "response_url"), alone=True)
    return _ask(body, at(body, "user_id"), at(body, "text"), at(body, "trigger_id"), place, "help")


def chosen(body: Body) -> Ask | None:
    """Read the shortcut on a message: its text is the question."""
    picked, channel = body.get("message", {}), at(body, "channel", "id")
    under = at(picked, "thread_ts") or at(picked, "ts")
    place = Place(channel, at(picked, "thread_ts"), url=at(body, "response_url"), alone=True, under=under)
    return _with(picked, _ask(body, at(body, "user", "id"), at(picked, "text"), at(body, "trigger_id"), place, "help"))


def press(body: Body) -> Ask | None:
    """Read the press of a button: its value is the sentence."""
    action = _first(body.get("actions"))
    stays = at(action, "action_id").startswith(KEPT)
    return _pressed(body, at(action, "value"), _pressed_at(body, stays), at(action, "action_ts"))


def share(body: Body) -> Ask | None:
    """Read the press of *Share*: the sentence that shows the card once more, for everyone."""
    action = _first(body.get("actions"))
    try:
        value = json.loads(at(action, "value"))
    except ValueError:
        return None
    channel = at(body, "channel", "id") or at(body, "container", "channel_id")
    if not channel:
        return None
    place = Place(channel, url=at(body, "response_url"), under=at(value, "under"), shared=True)
    return _pressed(body, at(value, "sentence"), place, at(action, "action_ts"))


def box(body: Body, block: str, field: str) -> Ask | None:
    """Read the box of the home page, by Enter or by its button; answered in private."""
    action = _first(body.get("actions"))
    return _pressed(body, _typed(body, block, field), Place(), at(action, "action_ts"))


def form(body: Body, block: str, field: str) -> Ask | None:
    """Read the form that the global shortcut opened; answered in private."""
    return _pressed(body, _typed(body, block, field), Place(), at(body, "view", "id"))


def at(body: object, *keys: str) -> str:
    """Return the text at a path of keys; "" where there is none."""
    for key in keys:
        body = body.get(key) if isinstance(body, Mapping) else None
    return body if isinstance(body, str) else ""


_TOKEN = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))  # the three that Slack escapes; & last


def plain(text: str) -> str:
    """Write a message of Slack's as its sender typed it.

    A link becomes what was shown for it (Slack makes `943 476 5919` a link to a telephone), a channel its name, and a
    person nothing: a user id is no word of a question, and is nobody's business here.
    """
    text = _TOKEN.sub(_shown, text)
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return text.strip()


def _shown(found: re.Match[str]) -> str:
    target, label = found.group(1), found.group(2)
    if target.startswith("@"):
        return ""
    if target.startswith("#"):
        return f"#{label}" if label else ""
    if target.startswith("!"):
        return label or ""
    return label or re.sub(r"^(?:mailto|tel):", "", target)


def _by_a_person(event: object) -> bool:
    return at(event, "subtype") in TYPED and not at(event, "bot_id") and bool(at(event, "user"))


def _ask(body: Body, user: str, text: str, key: str, place: Place, bare: str = "") -> Ask | None:
    sentence = plain(text) or bare
    if not (user and key and sentence):
        return None
    return _asked(Person(NAME, user, name=_name(body)), sentence, f"{_team(body)} {key}", place)


def _asked(person: Person, sentence: str, key: str, place: Place) -> Ask:
    return Ask(person, sentence, key, place.written(), not place.shared, place.room, here=_here(place.channel))


def _standing(body: Body, held: Body, me: str, change: Change = Change.NEW, when: str = "") -> Ask | None:
    """Read a message that stands, or stood until now; `when` is the time of the change, "" for none."""
    channel, ts, thread = at(body, "event", "channel"), at(held, "ts"), at(held, "thread_ts")
    private, about = channel.startswith("D"), _about(channel, held, me)
    text = "" if change is Change.WITHDRAWN else plain(at(held, "text"))
    unread = bool(held.get("files")) and change is not Change.WITHDRAWN
    overheard = not private or change is not Change.NEW
    wordless = not text and change is not Change.WITHDRAWN and not (overheard and unread)
    if not (channel and ts) or not _by_a_person(held) or not (private or about) or wordless:
        return None
    if not private:
        place = Place(channel, thread, alone=True, under=thread)
    else:  # outside a thread the place is "", the person in private: so their questions are answered in their order
        place = Place(channel, thread) if thread else Place()
    key = " ".join(filter(None, (_team(body), channel, ts, when)))
    ask = Ask(Person(NAME, at(held, "user")), text, key, place.written(), unread=unread, here=_here(channel))
    return replace(ask, said=f"{channel} {ts}", about=about, change=change, overheard=overheard)


def _withdrawn(body: Body, before: Body, me: str) -> Ask | None:
    return _standing(body, before, me, Change.WITHDRAWN, "deleted")


def _about(channel: str, held: Body, me: str) -> str:
    """The bot's own message that a message hangs below; "" where it is another's, or none."""
    thread, above = at(held, "thread_ts"), at(held, "parent_user_id") or at(held, "root", "user")
    return f"{channel} {thread}" if thread not in {"", at(held, "ts")} and above == me else ""


def _here(channel: str) -> str:
    """Where everybody in a channel reads; "" in a chat of two."""
    return "" if channel.startswith("D") else Place(channel).written()


def _name(body: Body) -> str:
    """What Slack calls who pressed or typed a command; messages do not tell."""
    return at(body, "user", "name") or at(body, "user_name")


def _with(message: Body, ask: Ask | None) -> Ask | None:
    """Note that files came with a message: nobody reads them."""
    return replace(ask, unread=True) if ask and message.get("files") else ask


def _pressed(body: Body, sentence: str, place: Place, key: str) -> Ask | None:
    """Make the Ask of a press or a box, whose text comes as it stands: only messages hold escapes."""
    user = at(body, "user", "id")
    if not (user and sentence.strip() and key):
        return None
    key = f"{_team(body)} {user} {key}"
    return _asked(Person(NAME, user, name=_name(body)), sentence.strip(), key, place)


def _pressed_at(body: Body, stays: bool) -> Place:
    held = _map(body, "container")
    channel, ts = at(held, "channel_id"), at(held, "message_ts")
    if at(held, "type") != "message" or not channel:
        return Place()  # on the home page
    thread = at(held, "thread_ts") or at(body, "message", "thread_ts")
    ephemeral = held.get("is_ephemeral") is True
    if channel.startswith("D") and not ephemeral:
        return Place(channel, thread, edit="" if stays else ts)
    if ephemeral:
        url = at(body, "response_url")
        return Place(channel, thread, url=url, replace=not stays, alone=True, under=thread or _under(body))
    # A card that everyone reads is nobody's to change: who presses it gets an answer of their own.
    return Place(channel, thread, alone=True, under=thread or ts)


def _under(body: Body) -> str:
    """Return what *Share* would hang its copy from: each button of an ephemeral card tells it on in its block's id."""
    found = re.fullmatch(r"under-([\d.]+)-\d+", at(_first(body.get("actions")), "block_id"))
    return found.group(1) if found else ""


def _typed(body: Body, block: str, field: str) -> str:
    """Return what stands in a box; its block's id has a number after it, since a new id is what empties a box."""
    values = _map(body, "view", "state", "values")
    return next((at(values, name, field, "value") for name in values if name.startswith(block)), "")


def _map(body: object, *keys: str) -> Body:
    for key in keys:
        body = body.get(key) if isinstance(body, Mapping) else None
    return body if isinstance(body, Mapping) else {}


def _team(body: Body) -> str:
    return at(body, "team_id") or at(body, "team", "id") or at(body, "user", "team_id")


def _first(actions: object) -> Body:
    first = actions[0] if isinstance(actions, list) and actions else {}
    return first if isinstance(first, Mapping) else {}

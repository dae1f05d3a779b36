"""What every chat brings of replies, edits and deletions: the same on Telegram and on Slack."""

from collections.abc import AsyncIterator

import pytest

from bot.port import Outcome
from handlers.chat import Button, Change, Headline, Reply
from tests.bot.heard import Heard
from tests.bot.slack_rig import Rig as SlackRig
from tests.bot.telegram_rig import Rig as TelegramRig

Rig = TelegramRig | SlackRig
RIGS: dict[str, type[TelegramRig] | type[SlackRig]] = {"telegram": TelegramRig, "slack": SlackRig}
CARD = Reply((Headline("?", "QUESTION 12"),), (Button("Take", "desk take 12"),))


@pytest.fixture
def door() -> Heard:
    return Heard()


@pytest.fixture(params=RIGS)
async def rig(request: pytest.FixtureRequest, door: Heard) -> AsyncIterator[Rig]:
    async with RIGS[request.param].before(door) as made:
        yield made


async def card_in_the_room(rig: Rig, door: Heard) -> str:
    """Have the bot called in the room, and put a card there; where it stands."""
    await rig.say("desk here", by=rig.officer, room=True)
    (called, *_) = await door.have(1)
    sent = await rig.send(CARD, called.here)
    assert sent.outcome is Outcome.SENT
    assert (await rig.shown(1))[0].where == rig.room
    return sent.message


async def after(door: Heard, rig: Rig) -> None:
    """Leave out what is there: all that follows is new."""
    await rig.say("so far")
    await door.until(lambda: door.asks[-1].text == "so far")
    door.asks.clear()


async def test_what_is_typed_in_private_tells_where_it_stands(rig: Rig, door: Heard) -> None:
    await rig.say("hosp wants bloods")
    (ask,) = await door.have(1)
    assert (ask.about, ask.change, ask.overheard, ask.here) == ("", Change.NEW, False, "")
    assert ask.said
    assert ask.said not in {ask.place, ask.key}


async def test_a_reply_in_private_tells_what_it_answers(rig: Rig, door: Heard) -> None:
    sent = await rig.send(CARD)
    await rig.reply("thank you", to="QUESTION 12")
    (ask,) = await door.have(1)
    assert (ask.text, ask.about, ask.overheard, ask.private) == ("thank you", sent.message, False, True)
    assert ask.person.id == rig.gp


async def test_a_reply_in_the_room_tells_what_it_answers(rig: Rig, door: Heard) -> None:
    card = await card_in_the_room(rig, door)
    await after(door, rig)
    await rig.reply("You need not.", to="QUESTION 12")
    (ask,) = await door.have(1)
    assert (ask.text, ask.about, ask.change) == ("You need not.", card, Change.NEW)
    assert ask.person.id == rig.officer
    assert ask.overheard is (rig.name == "slack"), "on Telegram a reply to the bot is said to the bot"


async def test_a_reply_in_the_room_that_names_the_bot_is_one_message(rig: Rig, door: Heard) -> None:
    card = await card_in_the_room(rig, door)
    await after(door, rig)
    await rig.reply(f"{rig.handle} you need not", to="QUESTION 12")
    await rig.say("help")
    found = [ask for ask in await door.have(3 if rig.name == "slack" else 2) if ask.text != "help"]
    assert {(ask.text, ask.about, ask.said, ask.key) for ask in found} == {
        ("you need not", card, found[0].said, found[0].key)
    }


async def test_who_calls_the_bot_below_a_card_and_says_no_more_answers_nothing(rig: Rig, door: Heard) -> None:
    await card_in_the_room(rig, door)
    await after(door, rig)
    await rig.reply(rig.handle, to="QUESTION 12")
    (ask,) = await door.have(1)
    assert (ask.text, ask.about, ask.overheard) == ("help", "", False)


async def test_a_picture_alone_below_a_card_is_overheard(rig: Rig, door: Heard) -> None:
    card = await card_in_the_room(rig, door)
    await after(door, rig)
    await rig.reply("", to="QUESTION 12", picture=True)
    (ask,) = await door.have(1)
    assert (ask.text, ask.unread, ask.overheard, ask.about) == ("", True, True, card)


@pytest.mark.parametrize("room", [False, True], ids=["private", "room"])
async def test_an_edit_tells_which_message_has_other_words(rig: Rig, door: Heard, room: bool) -> None:
    if room:
        await card_in_the_room(rig, door)
        await after(door, rig)
    else:
        await rig.send(CARD)
    await rig.reply("You need knot.", to="QUESTION 12")
    await rig.edit_last("You need not.")
    await rig.edit_last("You need not, ever.")
    first, *edits = await door.have(3)
    assert [ask.text for ask in edits] == ["You need not.", "You need not, ever."]
    assert {(ask.said, ask.about, ask.change, ask.overheard) for ask in edits} == {
        (first.said, first.about, Change.EDITED, True)
    }
    assert len({ask.key for ask in (first, *edits)}) == 3


@pytest.mark.parametrize("room", [False, True], ids=["private", "room"])
async def test_a_deletion_tells_which_message_is_gone(rig: Rig, door: Heard, room: bool) -> None:
    if room:
        await card_in_the_room(rig, door)
        await after(door, rig)
    else:
        await rig.send(CARD)
    await rig.reply("You need knot.", to="QUESTION 12")
    if not await rig.delete_last():
        await rig.say("help")
        assert [ask.text for ask in await door.have(2)] == ["You need knot.", "help"], "Telegram tells of none"
        return
    first, gone = await door.have(2)
    assert (gone.said, gone.text, gone.change, gone.overheard) == (first.said, "", Change.WITHDRAWN, True)
    assert gone.person == first.person
    assert gone.key != first.key


async def test_what_people_say_to_each_other_in_the_room_is_not_brought(rig: Rig, door: Heard) -> None:
    await card_in_the_room(rig, door)
    await after(door, rig)
    await rig.chatter("lunch?")
    await rig.edit_last("lunch at one?")
    await rig.delete_last()
    await rig.say("help")
    assert [ask.text for ask in await door.have(1)] == ["help"]


async def test_a_press_is_no_message_and_has_a_name(rig: Rig, door: Heard) -> None:
    await card_in_the_room(rig, door)
    await after(door, rig)
    await rig.press("Take", by=rig.officer)
    (ask,) = await door.have(1)
    assert (ask.text, ask.said, ask.about, ask.overheard) == ("desk take 12", "", "", False)
    assert ask.person.name.lower() == "ann"
    assert "ann" not in repr(ask.person).lower(), "no log may show it by chance"
    await rig.send(CARD, ask.here)
    assert (await rig.shown(2))[-1].where == rig.room


async def test_the_place_below_a_message_hangs_from_it(rig: Rig, door: Heard) -> None:
    await rig.say("hosp wants bloods")
    (ask,) = await door.have(1)
    await rig.send(CARD, rig.below(ask.said))
    (shown,) = await rig.shown(1)
    assert (shown.where, shown.under) == (rig.gp, ask.said)


async def test_the_place_below_a_card_is_read_by_the_whole_room(rig: Rig, door: Heard) -> None:
    card = await card_in_the_room(rig, door)
    await rig.send(Reply((Headline("✉", "THEY ADD"),)), rig.below(card))
    shown = (await rig.shown(2))[-1]
    assert (shown.where, shown.under) == (rig.room, card)

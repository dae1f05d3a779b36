"""Conversations on Slack, over a real wire: what a GP does, and what they then see."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.app import App
from bot.slack import home
from bot.slack.events import NAME, Place
from bot.store import Store
from handlers.chat import Attachment, Block, Button, Headline, Person, Reply, Section
from tests.bot.slack_rig import Rig, slack
from tests.bot.slack_server import BOT, GP, Channel, Json, Post, Slackware, buttons, shown

BLOODS = "hosp wants bloods b4 clinic do i have to"
CHANNEL, PRIVATE = "C0GPS", "D0GP"
OTHER = "U0OTHER"


@pytest.fixture
async def rig(app: App) -> AsyncIterator[Rig]:
    store = Store(None)
    async with Rig.open(app, store) as opened:
        yield opened
    store.close()


@pytest.fixture
def server(rig: Rig) -> Slackware:
    """The workspace, with the bot in it."""
    return rig.server


async def mention(server: Slackware, text: str, **more: Any) -> Post:
    before = len(server.posts)
    await server.deliver("events_api", server.mentioned(text, **more))
    return (await server.have(before + 1))[-1]


async def command(server: Slackware, text: str, **more: str) -> Post:
    before = len(server.posts)
    await server.deliver("slash_commands", server.commanded(text, **more))
    return (await server.have(before + 1))[-1]


async def press(server: Slackware, post: Post, label: str, user: str = GP) -> Post:
    before = len(server.posts)
    await server.deliver("interactive", server.pressed(post, post.button(label), user))
    return (await server.have(before + 1))[-1]


# In private


async def test_a_question_gets_its_card(rig: Rig) -> None:
    await rig.say(BLOODS)
    (card,) = await rig.shown(1)
    assert card.text.startswith("↩ NOT YOURS: hand it back\nBloods an NHS hospital wants")
    assert {"Letter", "Why", "Not my question", "Ask the LMC"} <= set(card.buttons)
    assert "Share" not in card.buttons
    assert rig.server.posts[0].notice == "↩ NOT YOURS: hand it back"


async def test_why_and_back_change_the_card_in_place(rig: Rig) -> None:
    await rig.say("rule hospital-fit-note")
    await rig.press("Why")
    await rig.shown(2)
    await rig.press("Back to the answer")
    card, why, back = await rig.shown(3)
    assert (card.edited, why.edited, back.edited) == (False, True, True)
    assert "Back to the answer" in why.buttons
    assert back.text == card.text


async def test_a_letter_stands_in_a_message_of_its_own_and_stays(rig: Rig) -> None:
    await rig.say("rule hospital-fit-note")
    await rig.press("Letter")
    await rig.shown(2)
    await rig.press("Back to the answer")
    _, letter, back = await rig.shown(3)
    assert "Dear colleague,\n\n" in letter.text
    assert not letter.edited
    assert not back.edited


async def test_a_choice_has_a_button_beside_each_rule(rig: Rig) -> None:
    await rig.say("sick note for a hospital patient")
    await rig.shown(1)
    await rig.press("Open: First fit note")
    choice, card = await rig.shown(2)
    assert choice.text.count("First fit note after a hospital stay, clinic or operation") == 1
    assert card.edited
    assert "First fit note after a hospital stay" in card.text


async def test_a_button_of_a_message_that_is_gone_is_answered_anew(rig: Rig) -> None:
    await rig.press_old("rule hospital-fit-note")
    (card,) = await rig.shown(1)
    assert not card.edited
    assert card.text.startswith("That message could not be changed any more")
    assert "First fit note after a hospital stay" in card.text


@pytest.mark.parametrize("said", ["message_not_found", "cant_update_message", "edit_window_closed"])
async def test_what_can_no_longer_be_edited_is_answered_anew(rig: Rig, said: str) -> None:
    await rig.say("rule hospital-fit-note")
    await rig.shown(1)
    rig.server.fail("chat.update", said)
    await rig.press("Why")
    _, why = await rig.shown(2)
    assert not why.edited


async def test_a_question_in_a_thread_is_answered_in_it(server: Slackware) -> None:
    await server.deliver("events_api", server.typed("rule hospital-fit-note", thread_ts="1790000000.000001"))
    (card,) = await server.have(1)
    why = await press(server, card, "Why")
    letter = await press(server, why, "Back to the answer")
    assert {post.thread for post in (card, why, letter)} == {"1790000000.000001"}


async def test_questions_of_one_person_are_answered_in_their_order(rig: Rig) -> None:
    for word in ("help", "lmc", "help"):
        await rig.say(word)
    first, second, third = await rig.shown(3)
    assert (first.text, first.buttons) == (third.text, third.buttons)
    assert "ANYSHIRE" in second.text


async def test_what_is_delivered_again_is_answered_once(rig: Rig) -> None:
    await rig.say("help")
    await rig.deliver_again()
    await rig.say("lmc")
    posts = await rig.shown(2)
    assert ["ANYSHIRE" in post.text for post in posts] == [False, True]


async def test_a_press_that_is_delivered_again_counts_once(rig: Rig) -> None:
    await rig.say("rule hospital-fit-note")
    await rig.press("Why")
    await rig.deliver_again()
    await rig.say("lmc")
    assert len(await rig.shown(3)) == 3


async def test_forty_thousand_characters_are_answered(rig: Rig) -> None:
    await rig.say("hospital wants bloods before clinic. " * 1_080)
    (answer,) = await rig.shown(1)
    assert "Long message" in answer.text


async def test_a_file_without_a_word_is_told_that_text_is_read(server: Slackware) -> None:
    event = server.typed("", subtype="file_share", files=[{"id": "F1"}])
    await server.deliver("events_api", event)
    (told,) = await server.have(1)
    assert "I READ TEXT ONLY" in told.text


async def test_a_file_with_a_question_is_said_not_to_be_read(rig: Rig, server: Slackware) -> None:
    await server.deliver("events_api", server.typed("rule hospital-fit-note", subtype="file_share", files=[{}]))
    await rig.say("lmc")
    card, lmc = await server.have(2)
    assert "NOT YOURS" in card.text
    assert "not the picture or file that came with them" in shown(card.blocks)
    assert "Not read" not in shown(lmc.blocks)


async def test_a_mention_with_a_file_is_said_not_to_have_it_read(server: Slackware) -> None:
    card = await mention(server, "rule hospital-fit-note", subtype="file_share", files=[{"id": "F1"}])
    assert "please delete it" in shown(card.blocks)


async def test_a_long_reply_is_several_messages_with_the_buttons_on_the_last(rig: Rig) -> None:
    lines = tuple(f"{number} " + "word " * 400 for number in range(12))
    await rig.send(Reply((Headline("!", "LONG"), Section("All", lines)), (Button("Help", "help"),)))
    posts = await rig.shown(3)
    assert [post.buttons for post in posts[:-1]] == [()] * (len(posts) - 1)
    assert posts[-1].buttons == ("Help",)
    assert all(any(line in post.text for post in posts) for line in lines)


async def test_a_file_follows_its_text(rig: Rig) -> None:
    chart = Attachment("chart.png", b"\x89PNG...", "Questions by month, as bars")
    await rig.send(Reply((Headline("=", "REPORT"),), files=(chart,)))
    text, file = await rig.shown(2)
    assert text.text == "= REPORT"
    assert file.files == (("chart.png", b"\x89PNG..."),)
    assert file.text == "Questions by month, as bars"


# In a channel


async def test_a_mention_is_answered_to_its_sender_alone(server: Slackware) -> None:
    card = await mention(server, BLOODS)
    assert (card.channel, card.user, card.thread) == (CHANNEL, GP, "")
    assert "NOT YOURS" in card.text


async def test_a_mention_in_a_thread_is_answered_in_it(server: Slackware) -> None:
    root = Post(CHANNEL, "1790000000.9", "1790000000.9", "", "", [], "", edited=False, at=0.0)
    server.messages[CHANNEL, root.ts] = root
    card = await mention(server, "rule hospital-fit-note", thread_ts=root.ts)
    assert (card.user, card.thread) == (GP, root.ts)


async def test_a_bare_mention_gets_help(server: Slackware) -> None:
    assert "CAN I DECLINE THIS WORK?" in (await mention(server, "")).text


async def test_a_mention_and_the_message_it_stands_in_count_once(rig: Rig, server: Slackware) -> None:
    mentioned = server.mentioned("rule hospital-fit-note")
    message = server.event({**mentioned["event"], "type": "message", "channel_type": "im"})
    await server.deliver("events_api", mentioned)
    await server.deliver("events_api", message)
    await rig.say("lmc")
    assert len(await server.have(2)) == 2


async def test_presses_of_a_card_in_a_channel_change_it_for_its_reader(server: Slackware) -> None:
    card = await command(server, "rule hospital-fit-note")
    why = await press(server, card, "Why")
    letter = await press(server, why, "Back to the answer")
    letter = await press(server, letter, "Letter")
    assert (why.user, why.edited, why.ts) == (GP, True, card.ts)
    assert (letter.user, letter.edited) == (GP, False)


async def test_sharing_posts_the_card_below_the_question_and_says_who(server: Slackware) -> None:
    asked = server.mentioned("rule hospital-fit-note")
    await server.deliver("events_api", asked)
    (card,) = await server.have(1)
    copy = await press(server, card, "Share")
    assert (copy.user, copy.thread) == ("", asked["event"]["ts"])
    assert copy.text.startswith(card.text)
    assert copy.text.endswith(f"Shared by @{GP}")
    assert not any("Share" in button["text"]["text"] for button in copy.buttons)
    await server.until(lambda: (card.channel, card.ts) not in server.messages)


async def test_share_is_still_there_after_why_and_back(server: Slackware) -> None:
    asked = server.mentioned("rule hospital-fit-note")
    await server.deliver("events_api", asked)
    (card,) = await server.have(1)
    why = await press(server, card, "Why")
    back = await press(server, why, "Back to the answer")
    copy = await press(server, back, "Share")
    assert copy.thread == asked["event"]["ts"]


async def test_sharing_where_the_bot_is_no_member_says_what_to_do(server: Slackware) -> None:
    server.channels["C0ELSE"] = Channel({GP})
    card = await command(server, "rule hospital-fit-note", channel="C0ELSE")
    told = await press(server, card, "Share")
    assert told.user == GP
    assert "/invite @Pushback" in told.text


async def test_a_press_of_a_shared_card_answers_who_pressed_and_leaves_it(server: Slackware) -> None:
    card = await mention(server, "rule hospital-fit-note")
    copy = await press(server, card, "Share")
    server.channels[CHANNEL].members.add(OTHER)
    why = await press(server, copy, "Why", OTHER)
    assert (why.user, why.thread, why.edited) == (OTHER, copy.thread, False)
    assert server.messages[copy.channel, copy.ts] == copy


async def test_help_has_nothing_to_share(server: Slackware) -> None:
    card = await command(server, "help")
    assert not any(button["action_id"] == "share" for button in card.buttons)


async def test_what_was_said_to_one_person_has_no_share_in_a_private_chat(server: Slackware) -> None:
    card = await command(server, "rule hospital-fit-note", channel="D0SOMEBODY")
    assert not any(button["action_id"] == "share" for button in card.buttons)


async def test_a_file_asked_for_in_a_channel_goes_to_the_private_chat(rig: Rig, server: Slackware) -> None:
    chart = Attachment("chart.png", b"PNG", "A chart")
    place = Place(CHANNEL, alone=True).written()
    await rig._chat.send(Person(NAME, GP), Reply((Headline("=", "REPORT"),), files=(chart,)), place)
    text, file = await server.have(2)
    assert (text.channel, text.user) == (CHANNEL, GP)
    assert file.channel == PRIVATE


# The command, shortcuts and the home page


async def test_the_bare_command_gets_help(server: Slackware) -> None:
    post = await command(server, "")
    assert post.user == GP
    assert "CAN I DECLINE THIS WORK?" in post.text


async def test_the_command_takes_a_question_or_a_word(server: Slackware) -> None:
    assert "Bloods an NHS hospital" in (await command(server, BLOODS)).text
    assert "First fit note" in (await command(server, "rule hospital-fit-note")).text


async def test_the_command_works_where_the_bot_is_no_member(server: Slackware) -> None:
    server.channels["C0ELSE"] = Channel({GP})
    card = await command(server, "rule hospital-fit-note", channel="C0ELSE")
    why = await press(server, card, "Why")
    assert (why.channel, why.edited) == ("C0ELSE", True)


async def test_an_expired_response_url_falls_back_to_the_channel(server: Slackware) -> None:
    asked = server.commanded("rule hospital-fit-note")
    server.hooks.clear()
    await server.deliver("slash_commands", asked)
    (card,) = await server.have(1)
    assert (card.channel, card.user) == (CHANNEL, GP)


async def test_a_bot_put_out_of_the_channel_answers_in_private(server: Slackware) -> None:
    server.channels[CHANNEL].members.discard(BOT)
    card = await mention(server, "rule hospital-fit-note")
    assert (card.channel, card.user) == (PRIVATE, "")


async def test_the_shortcut_on_a_message_asks_about_its_text(server: Slackware) -> None:
    message: Json = {
        "ts": "1790000000.7",
        "text": "hosp wants bloods b4 clinic &amp; more",
        "user": OTHER,
        "files": [{}],
    }
    more: Json = {"callback_id": "can-we-decline", "message": message, "channel": {"id": CHANNEL}}
    asked = server.interaction("message_action", response_url=server.hook(CHANNEL, GP), **more)
    await server.deliver("interactive", asked)
    (card,) = await server.have(1)
    assert (card.channel, card.user) == (CHANNEL, GP)
    assert "bloods" in card.text.lower()
    assert "or ask who sent it to" in shown(card.blocks)


async def test_the_global_shortcut_opens_a_form_whose_answer_comes_in_private(server: Slackware) -> None:
    await server.deliver("interactive", server.interaction("shortcut", callback_id="ask"))
    await server.until(lambda: bool(server.forms))
    answer = await server.deliver("interactive", submitted(server, BLOODS))
    assert answer == {}  # the form closes
    (card,) = await server.have(1)
    assert (card.channel, card.user) == (PRIVATE, "")


async def test_an_empty_form_stays_open_and_says_so(server: Slackware) -> None:
    answer = await server.deliver("interactive", submitted(server, "   "))
    assert answer["response_action"] == "errors"
    assert not server.posts


async def test_the_home_page_has_a_box_and_what_the_house_has_to_say(server: Slackware) -> None:
    view = await opened_home(server)
    assert shown(view["blocks"]).startswith("The request, as it reached you\n")
    assert "? CAN I DECLINE THIS WORK?" in shown(view["blocks"])


@pytest.mark.parametrize("action", [home.FIELD, home.BUTTON])
async def test_the_box_is_answered_in_private_and_emptied(server: Slackware, action: str) -> None:
    before = await opened_home(server)
    block = before["blocks"][0]["block_id"]
    values = {block: {home.FIELD: {"type": "plain_text_input", "value": "rule hospital-fit-note"}}}
    view = {"id": "V0HOME", "state": {"values": values}}
    pressed = [{"action_id": action, "block_id": block, "action_ts": "1790000001.1", "type": "button", "value": "ask"}]
    held: Json = {"container": {"type": "view", "view_id": "V0HOME"}, "view": view, "actions": pressed}
    await server.deliver("interactive", server.interaction("block_actions", **held))
    (card,) = await server.have(1)
    assert card.channel == PRIVATE
    await server.until(lambda: server.homes[GP]["blocks"][0]["block_id"] != block)
    assert "Your answer is under Messages" in shown(server.homes[GP]["blocks"])


async def test_a_button_of_the_home_page_is_answered_in_private(server: Slackware) -> None:
    view = await opened_home(server)
    example = next(each for each in buttons(view["blocks"]) if each["action_id"] == "say-0")
    action = {**example, "type": "button", "action_ts": "1790000001.2"}
    held: Json = {"container": {"type": "view", "view_id": "V0HOME"}, "view": {"id": "V0HOME"}, "actions": [action]}
    await server.deliver("interactive", server.interaction("block_actions", **held))
    (card,) = await server.have(1)
    assert (card.channel, card.user) == (PRIVATE, "")


# What is no question


IGNORED: dict[str, Json] = {
    "an edit": {"subtype": "message_changed", "message": {"text": "x"}},
    "a deletion": {"subtype": "message_deleted"},
    "another bot": {"bot_id": "B0ELSE"},
    "a bot of old": {"subtype": "bot_message", "user": ""},
    "the bot itself": {"user": BOT},
    "a channel": {"channel_type": "channel", "channel": CHANNEL},
    "nobody": {"user": ""},
    "no channel": {"channel": ""},
    "a user that is no text": {"user": {"id": GP}},
}


@pytest.mark.parametrize("what", IGNORED)
async def test_it_is_acknowledged_and_ignored(rig: Rig, server: Slackware, what: str) -> None:
    await server.deliver("events_api", server.typed("rule hospital-fit-note", **IGNORED[what]))
    await rig.say("lmc")
    assert "ANYSHIRE" in (await server.have(1))[0].text


@pytest.mark.parametrize(
    "kind",
    ["block_suggestion", "view_closed", "message_action", "shortcut", "view_submission", "block_actions"],
)
async def test_an_unknown_interaction_is_acknowledged(server: Slackware, kind: str) -> None:
    more: Json = {"callback_id": "nobody-knows", "view": {"callback_id": "nobody-knows"}, "actions": [{}]}
    more |= {"action_id": "nobody-knows", "block_id": "b"}
    if kind == "block_actions":
        more["actions"] = [{"action_id": "nobody-knows", "type": "button"}]
    await server.deliver("interactive", server.interaction(kind, **more))
    assert not server.posts


@pytest.mark.parametrize("kind", ["reaction_added", "member_joined_channel", "app_uninstalled", "tokens_revoked"])
async def test_every_event_is_acknowledged(server: Slackware, kind: str) -> None:
    await server.deliver("events_api", server.event({"type": kind, "user": GP}))
    assert not server.posts


async def test_any_value_of_a_button_is_a_sentence(server: Slackware) -> None:
    button: Json = {"type": "button", "action_id": "say-0", "value": "\u0000 <!channel> nobody knows"}
    button["text"] = {"text": "?"}
    post = Post(PRIVATE, "1.1", "", "", "", [{"type": "actions", "elements": [button]}], "", edited=False, at=0.0)
    await server.deliver("interactive", server.pressed(post, button))
    assert await server.have(1)


async def test_what_stays_below_a_letter_is_known_by_its_buttons(rig: Rig) -> None:
    await rig.send(Reply((Headline("!", "A"), Block("Dear colleague")), (Button("Help", "help"),)))
    await rig.press("Help")
    _, answer = await rig.shown(2)
    assert not answer.edited


def submitted(server: Slackware, text: str) -> Json:
    values = {f"{home.BLOCK}0": {home.FIELD: {"type": "plain_text_input", "value": text}}}
    view = {"id": server.stamp(), "callback_id": home.FORM, "state": {"values": values}, "type": "modal"}
    return server.interaction("view_submission", view=view)


async def opened_home(server: Slackware) -> Json:
    await server.deliver("events_api", server.event({"type": "app_home_opened", "user": GP, "tab": "home"}))
    await server.until(lambda: GP in server.homes)
    return server.homes[GP]


async def test_two_hundred_questions_at_once_are_answered_once_each(app: App) -> None:
    store = Store(None)
    async with slack(app, store) as (server, _):
        took = await server.burst(200, "rule hospital-fit-note")
        assert len({post.channel for post in server.posts}) == len(server.posts) == 200
        assert max(took) < 10
    store.close()

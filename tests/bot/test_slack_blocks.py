"""What is written for Slack and read from it: nothing that a person typed is ever markup, whatever it is."""

import importlib
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.app import App
from bot.slack import blocks, events, home
from bot.slack.adapter import COMMAND, EVENTS, SCOPES, SHORTCUTS
from bot.slack.blocks import Shared, messages
from bot.slack.events import NAME, Place, plain
from bot.slack.sending import ways
from handlers.chat import Ask, Block, Button, Headline, Link, Part, Person, Reply, Section, Small, Title
from tests.bot.slack_server import NEEDS, buttons, faulty, shown

ROOT = Path(__file__).parent.parent.parent
GP = Person(NAME, "U0GP")

HOSTILE = (
    "<!channel>", "<!here|here>", "<@U0BOT>", "<#C0GPS|x>", "<https://evil.example|nhs.uk>", "*bold* _it_ ~no~ `code`",
    "&lt;!channel&gt;", "&amp;lt;", "@channel", ":skull:", "```", "> quoted", "\u202eevil", "a\nb", "\t",
)  # fmt: skip
hostile = st.lists(st.sampled_from(HOSTILE) | st.text(min_size=1, max_size=40), min_size=1, max_size=6).map("".join)
readable = hostile.filter(str.strip)
parts = st.one_of(
    st.builds(Headline, st.sampled_from("↩✔○£?→"), readable),
    st.builds(Title, readable),
    st.builds(Section, readable | st.just(""), st.lists(readable, min_size=1, max_size=4).map(tuple)),
    st.builds(Link, readable, readable | st.just("https://lmc.example/a?b=1&c=<d>")),
    st.builds(Small, readable),
    st.builds(Block, readable),
)
pressed = st.builds(Button, readable, st.text(min_size=1, max_size=10).filter(str.strip))
replies = st.builds(Reply, st.lists(parts, min_size=1, max_size=8).map(tuple), st.lists(pressed, max_size=8).map(tuple))


def said(part: Part) -> list[str]:
    match part:
        case Headline(sign, text):
            return [f"{sign} {text}".strip()]
        case Section(label, lines):
            return [*([label] if label else []), *lines]
        case Link(text, _):
            return [text]
        case Title(text) | Small(text) | Block(text):
            return [text]


@settings(max_examples=300, deadline=None)
@given(replies)
def test_what_is_shown_is_what_was_said(reply: Reply) -> None:
    written = messages(reply, Shared("rule x", "1.2"), "1.2")
    text = "\n".join(shown(list(message.blocks)) for message in written)
    for message in written:
        assert not faulty(list(message.blocks), "message")
    for part in reply.parts:
        for line in said(part):
            assert line in text
    notice = written[0].text
    assert not re.search(r"[<>*_~`]|&(?!(?:amp|lt|gt);)|:\S+:", notice)


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 9_000), st.sampled_from(("word ", "x", "line\n", "£")))
def test_a_long_text_is_cut_without_losing_a_character(length: int, of: str) -> None:
    text = (of * length)[:length]
    for part in (Block(text), Title(text), Section("", (text,)), Section("Why", (text, "short"))):
        written = messages(Reply((part,)))
        assert not [fault for message in written for fault in faulty(list(message.blocks), "message")]
        whole = "".join(shown([block]) for message in written for block in message.blocks)
        assert re.sub(r"\s", "", text) in re.sub(r"\s", "", whole)


def test_every_card_of_the_book_is_one_message_within_the_limits(app: App) -> None:
    house = app.house
    for ident in house.library.rules:
        for word in ("rule", "why", "letter"):
            asked = Ask(Person(NAME, ident), f"{word} {ident}")
            written = messages(app.handle(asked), Shared("rule x", "1.2"), "1.2")
            assert len(written) <= 2, (word, ident)
            assert not [fault for message in written for fault in faulty(list(message.blocks), "message")]


def test_only_addresses_of_the_web_become_links() -> None:
    for url in ("javascript:alert(1)", "https://x y", "ftp://x", ""):
        assert not _links(Reply((Link("page", url),)))
    assert _links(Reply((Link("page", "https://lmc.example/a?b=1&c=2"),))) == ["https://lmc.example/a?b=1&c=2"]
    assert _links(Reply((Link("page", "https://lmc.example/<a|b>"),))) == ["https://lmc.example/%3Ca%7Cb%3E"]


def test_a_link_stands_under_the_paragraph_that_it_proves() -> None:
    (message,) = messages(Reply((Section("Basis", ("reg 17",)), Link("Regulations", "https://x.example"))))
    assert shown(list(message.blocks)) == "Basis: reg 17\nRegulations (https://x.example)"
    assert len(message.blocks) == 1


def test_buttons_keep_their_order_and_long_ones_stand_beside_their_text() -> None:
    long = "Repeated monitoring bloods for the hospital"
    row = [Button("Why", "why x"), Button(long, "rule y"), Button("Ask the LMC", "lmc")]
    (message,) = messages(Reply((Title("x"),), tuple(row)))
    assert [block["type"] for block in message.blocks] == ["rich_text", "actions", "section", "actions"]
    assert [button["value"] for button in buttons(list(message.blocks))] == ["why x", "rule y", "lmc"]
    assert message.blocks[2]["accessory"]["accessibility_label"] == f"Open: {long}"


def test_two_buttons_with_one_label_are_two_buttons() -> None:
    (message,) = messages(Reply((Title("x"),), (Button("Open", "rule a"), Button("Open", "rule b"))))
    assert [button["value"] for button in buttons(list(message.blocks))] == ["rule a", "rule b"]


def test_a_button_stands_beside_one_text_alone() -> None:
    twice = (Section("A rule", ("YOURS",)), Section("A rule", ("NOT YOURS",)), Section("", ("A rule", "A rule")))
    (message,) = messages(Reply(twice, (Button("A rule", "rule a"),)))
    assert [button["value"] for button in buttons(list(message.blocks))] == ["rule a"]
    assert shown(list(message.blocks)) == "A rule\nYOURS\nA rule: NOT YOURS\n• A rule\n• A rule"


def test_the_home_page_and_the_form_are_within_the_limits(app: App) -> None:
    shows = [app.handle(Ask(GP, "help")) for _ in range(20)]
    view = home.home(shows, "1", asked=True)
    assert not faulty(view["blocks"], "home")
    assert len(view["blocks"]) == home.MOST
    assert not faulty(home.form()["blocks"], "modal")
    assert len(home.form()["title"]["text"]) <= 24


def _links(reply: Reply) -> list[str]:
    return [
        run["url"]
        for message in messages(reply)
        for block in message.blocks
        for element in block["elements"]
        for run in element["elements"]
        if run["type"] == "link"
    ]


# What Slack delivers

TYPED = {
    "bloods &amp; more": "bloods & more",
    "&lt;!channel&gt;": "<!channel>",
    "&amp;lt;": "&lt;",
    "<@U0BOT> fit note": "fit note",
    "<@U0BOT|pushback> fit note": "fit note",
    "ask <#C0GPS|gps> now": "ask #gps now",
    "<!here> fit note": "fit note",
    "see <https://nhs.uk/a?b=1&amp;c=2>": "see https://nhs.uk/a?b=1&c=2",
    "see <https://nhs.uk|nhs.uk>": "see nhs.uk",
    "<tel:9434765919|943 476 5919>": "943 476 5919",
    "<tel:9434765919>": "9434765919",
    "<mailto:a@b.example|a@b.example>": "a@b.example",
}


@pytest.mark.parametrize("text", TYPED)
def test_a_message_is_read_as_its_sender_typed_it(text: str) -> None:
    assert plain(text) == TYPED[text]


@given(hostile)
def test_whatever_is_typed_is_read_so(text: str) -> None:
    assert plain(blocks.escaped(text)) == text.strip()


KEYS = """event channel user ts text actions container view state values message team team_id id value action_id
action_ts trigger_id channel_type type subtype ask-0 message previous_message thread_ts parent_user_id root files"""
_KEYS = st.sampled_from(KEYS.split())
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["message_changed", "message_deleted", "tombstone", "D1", "C1", "U0BOT"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=6),
    max_leaves=25,
)


@given(st.dictionaries(_KEYS, anything, max_size=8))
def test_no_malformed_delivery_breaks_a_reader(body: dict[str, Any]) -> None:
    for read in (events.command, events.chosen, events.press, events.share):
        assert read(body) is None or isinstance(read(body), Ask)
    for hear in (events.message, events.mention):
        assert hear(body, "U0BOT") is None or isinstance(hear(body, "U0BOT"), Ask)
    assert isinstance(events.wordless(body) + events.action(body), str)
    for page in (events.box, events.form):
        assert page(body, "ask-", "ask") is None or page(body, "ask-", "ask")


@given(
    st.builds(Place, st.text(), st.text(), st.text(), st.text(), st.booleans(), st.booleans(), st.text(), st.booleans())
)
def test_a_place_reads_back_as_it_was_written(place: Place) -> None:
    assert Place.read(place.written()) == place


@pytest.mark.parametrize("text", ["", "{}", "no place", '{"unknown": 1}', "[1]", "null"])
def test_what_is_no_place_is_the_person_in_private(text: str) -> None:
    assert ways(GP, Place.read(text), keeps=False) == ways(GP, Place(), keeps=False)


# The manifest


@pytest.fixture(scope="module")
def manifest() -> Any:
    yaml = importlib.import_module("yaml")  # without types of its own
    return yaml.safe_load((ROOT / "docs" / "slack-manifest.yaml").read_text(encoding="utf-8"))


# What each event of ours needs, by https://docs.slack.dev/reference/events
LISTENS = {
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "app_mention": "app_mentions:read",
    "app_home_opened": "",
    "app_uninstalled": "",
    "tokens_revoked": "",
}


def test_the_manifest_subscribes_to_what_is_listened_to(manifest: Any) -> None:
    subscribed = manifest["settings"]["event_subscriptions"]["bot_events"]
    assert {name.split(".")[0] for name in subscribed} == set(EVENTS)
    assert set(subscribed) == set(LISTENS)


def test_the_manifest_asks_for_the_least_scopes(manifest: Any) -> None:
    needed = {*SCOPES.values(), *LISTENS.values(), "commands"} - {""}
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == needed


def test_the_scopes_are_those_of_the_methods_that_are_called() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "bot" / "slack").glob("*.py"))
    called = {
        name.replace("_", ".", 1) for name in re.findall(r"_client\.((?:chat|views|auth|conversations)_\w+)", source)
    }
    if "files_delete" in source:
        called.add("files.delete")
    if "files_upload_v2" in source:
        called |= {"files.getUploadURLExternal", "files.completeUploadExternal"}
    assert called | {"apps.connections.open"} == set(SCOPES)
    assert all(SCOPES[method] == NEEDS[method] for method in SCOPES if method != "apps.connections.open")


def test_the_manifest_has_the_command_and_the_shortcuts(manifest: Any) -> None:
    features = manifest["features"]
    assert [each["command"] for each in features["slash_commands"]] == [COMMAND]
    assert {each["callback_id"]: each["type"] for each in features["shortcuts"]} == SHORTCUTS
    assert features["app_home"]["messages_tab_enabled"]
    assert not features["app_home"]["messages_tab_read_only_enabled"]
    settings = manifest["settings"]
    assert settings["socket_mode_enabled"]
    assert settings["interactivity"]["is_enabled"]
    assert not settings["token_rotation_enabled"]

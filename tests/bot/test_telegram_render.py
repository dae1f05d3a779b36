"""How a reply looks on Telegram: what is marked up, where it is cut, and that no text comes to life."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.app import App
from bot.telegram.render import LONGEST, LONGEST_LABEL, MOST_BUTTONS, WIDTH, caption, cut, keyboard, messages, units
from handlers import command
from handlers.chat import Block, Button, Headline, Link, Part, Person, Reply, Section, Small, Title
from tests.bot.telegram_server import Entity, rendered

_HOSTILE = (
    "<b>", "</b>", "<a href='x'>", "</code>", "&lt;", "&amp;", "&#60;", "*bold*", "_it_", "`c`", "[x](http://a.com)",
    "@channel", "@admin", "<!channel>", "<@U1>", "#tag", "$USD", "/help", "/help@OtherBot", "http://evil.com/?a=1&b=2",
    "example.com", "www.gov.uk", "tg://user?id=5", "10.0.0.1", "(see example.com).", "and/or", "x@y", "😀", "\u202e",
    "é", "“@admin”", '"', "'", ">", "&", " ", "\n", "-", ".",
)  # fmt: skip
texts = st.lists(st.one_of(st.sampled_from(_HOSTILE), st.text(max_size=8)), max_size=12).map("".join)
words = texts.filter(lambda text: bool(_as_read(text)))
OURS = {"bold", "italic", "code", "pre"}


def _as_read(text: str) -> str:
    """What is left of a text for a person to read: signs that have no shape, and spaces, set aside."""
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return re.sub(r"[\s\x00-\x1f\u2028-\u202e\x85]", "", text)


def _shown(reply: Reply) -> tuple[str, list[Entity]]:
    """What people see of a reply, all its messages in one."""
    pages = [rendered(html, "HTML") for html in messages(reply)]
    assert all(units(text) <= LONGEST for text, _ in pages)
    return "\n".join(text for text, _ in pages), [entity for _, entities in pages for entity in entities]


@settings(max_examples=200, deadline=None)
@given(words, words, st.lists(words, min_size=1, max_size=4), words, words)
def test_any_text_is_shown_as_it_is_and_nothing_in_it_comes_to_life(
    head: str, title: str, lines: list[str], block: str, small: str
) -> None:
    parts = (Headline("?", head), Title(title), Section("", tuple(lines)), Section("Who", (head,)))
    text, entities = _shown(Reply((*parts, Block(block), Small(small))))
    read = _as_read("\n".join([f"? {head}", title, *lines, f"Who: {head}", "Tap the text to copy it:", block, small]))
    assert _as_read(text).replace("•", "") == read.replace("•", "")
    assert {entity.kind for entity in entities} <= OURS


@example(["%@channelexample.com"], 50)
@settings(max_examples=40, deadline=None)
@given(st.lists(words, min_size=1, max_size=4), st.integers(50, 150))
def test_it_holds_for_long_replies_too(lines: list[str], times: int) -> None:
    text, entities = _shown(Reply((Section("", tuple(f"{line} " * times for line in lines)),)))
    assert _as_read(text).replace("•", "") == _as_read("".join(line * times for line in lines)).replace("•", "")
    assert {entity.kind for entity in entities} <= OURS


@given(texts, texts)
def test_links_come_from_links_alone_and_only_to_the_web(text: str, url: str) -> None:
    shown, entities = _shown(Reply((Headline("?", "A"), Link(text or "x", url), Link("y", f"https://a.example/{url}"))))
    for entity in entities:
        assert entity.kind in OURS | {"text_link"}
        assert not entity.url or re.match(r"https?://", entity.url)
    assert shown.startswith("? A")


@given(texts)
def test_a_caption_is_as_dead(text: str) -> None:
    shown, entities = rendered(caption(text), "HTML", empty=True)
    assert _as_read(shown) == _as_read(text)
    assert {entity.kind for entity in entities} <= OURS


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "tg://user?id=5", "ftp://a.example", "https://", "https://a b", "", "https:///x"]
)
def test_a_link_elsewhere_is_plain_text(url: str) -> None:
    assert messages(Reply((Link("A page", url),))) == ["A page"]


def test_a_url_is_escaped() -> None:
    (html,) = messages(Reply((Link("A & B", 'https://a.example/?a=1&b="2"'),)))
    assert html == '<a href="https://a.example/?a=1&amp;b=&quot;2&quot;">↗ A &amp; B</a>'
    (entity,) = rendered(html, "HTML")[1]
    assert entity.url == 'https://a.example/?a=1&b="2"'


def test_an_address_to_write_to_stays_plain() -> None:
    (html,) = messages(Reply((Section("E-mail", ("office@lmc.example",)),)))
    assert html == "<b>E-mail: </b>office@lmc.example"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("see legislation.gov.uk.", "see <code>legislation.gov.uk</code>."),
        ("(@admin)", "(<code>@admin</code>)"),
        ("F2F and/or reg 17(4)-(5), 3.5 ml at 10:30", "F2F and/or reg 17(4)-(5), 3.5 ml at 10:30"),
        ("e.g. this, i.e. that", "e.g. this, i.e. that"),
        ("2026/27 and £5", "2026/27 and £5"),
    ],
)
def test_only_what_telegram_would_bring_to_life_is_written_as_code(text: str, html: str) -> None:
    assert messages(Reply((Section("", (text,)),))) == [html]


# Cuts


def test_long_replies_are_cut_between_paragraphs() -> None:
    parts = tuple(Section("", (f"{n}" * 1000,)) for n in range(1, 8))
    pages = messages(Reply(parts))
    assert [page.split("\n\n") for page in pages] == [
        ["1" * 1000, "2" * 1000, "3" * 1000],
        ["4" * 1000, "5" * 1000, "6" * 1000],
        ["7" * 1000],
    ]


def test_a_long_list_is_cut_between_its_lines() -> None:
    pages = messages(Reply((Section("Basis", tuple(f"{n} " + "x" * 500 for n in range(20))),)))
    lines = [line for page in pages for line in page.split("\n")]
    assert len(pages) == 4
    assert [line.split()[1] for line in lines[1:]] == [str(n) for n in range(20)]


def test_a_letter_that_is_too_long_is_cut_between_lines_and_each_page_can_be_copied() -> None:
    letter = "\n".join(f"Line {n} " + "word " * 30 for n in range(60))
    pages = messages(Reply((Headline("✉", "LETTER"), Block(letter))))
    assert len(pages) > 2
    assert all(page.endswith("</code>") and page.count("<code>") == 1 for page in pages)
    shown = "\n".join(rendered(page, "HTML")[0] for page in pages)
    assert re.findall(r"Line (\d+) ", shown) == [str(n) for n in range(60)]


def test_signs_outside_the_first_plane_count_double_and_are_never_cut() -> None:
    pages = messages(Reply((Section("", ("😀" * 4000,)),)))
    assert "".join(pages) == "😀" * 4000
    assert all(units(page) <= LONGEST for page in pages)


def test_no_message_holds_more_entities_than_telegram_keeps() -> None:
    for page in messages(Reply((Section("", ("@admin " * 500,)),))):
        _, entities = rendered(page, "HTML")
        assert {entity.kind for entity in entities} == {"code"}
        assert len(entities) <= 100


@pytest.mark.parametrize("parts", [(), (Section("", (" ",)),), (Section("", ()),)])
def test_a_reply_without_words_is_no_message(parts: tuple[Part, ...]) -> None:
    assert messages(Reply(parts)) == []


def test_a_text_is_cut_at_a_word() -> None:
    assert cut("one two three four", 12) == "one two…"
    assert cut("one two", 12) == "one two"
    assert cut("x" * 20, 12) == "x" * 11 + "…"


# Buttons


def _rows(*labels: str) -> list[list[str]]:
    laid = keyboard([Button(label, "help") for label in labels])
    return [[each.text for each in row] for row in laid.inline_keyboard] if laid else []


def test_short_buttons_stand_abreast_and_long_ones_alone() -> None:
    long = "Scotland: whose are the hospital's tests?"
    assert _rows("Letter", "Why", "Not my question", "I am a locum", long, "Ask the LMC") == [
        ["Letter", "Why"],
        ["Not my question", "I am a locum"],
        [long],
        ["Ask the LMC"],
    ]
    assert _rows("A", "B", "C", "D") == [["A", "B", "C"], ["D"]]
    assert _rows() == []


@given(st.lists(st.text(max_size=90), max_size=130))
def test_every_label_fits_and_none_is_empty(labels: list[str]) -> None:
    rows = _rows(*labels)
    assert sum(map(len, rows)) == min(len(labels), MOST_BUTTONS)
    for row in rows:
        assert all(0 < len(label) <= LONGEST_LABEL and label.strip() for label in row)
        assert len(row) == 1 or len(row) * max(map(len, row)) <= WIDTH


# The real book


def test_every_card_why_and_letter_of_the_book_is_taken_and_only_its_own_links_are_alive(app: App) -> None:
    kinds = set()
    for ident in (rule.id for rule in app.house.library.live):
        for word in ("rule", "why", "letter"):
            found = command(f"{word} {ident}", app.house)
            assert found
            pages = messages(found.run(app.house, Person("telegram", "5")))
            assert pages, ident
            for page in pages:
                kinds |= {entity.kind for entity in rendered(page, "HTML")[1]}
            if word == "rule":
                assert len(pages) == 1, ident
    assert kinds == {"bold", "italic", "code", "text_link"}

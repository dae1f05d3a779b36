"""Rules edited while the bot runs: taken up whole, refused whole, and never between two halves of an answer."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot import rereading
from bot.app import App
from bot.binding import Bound, Job, bind
from bot.inbox import Inbox
from bot.rereading import Rereading, Source
from bot.store import Store
from handlers.chat import Ask, House, Person, plain_text
from handlers.records import Rank
from knowledge.library import load
from knowledge.matcher import Design, Matcher
from tests.bot.paper import Paper
from tests.conftest import NOON, rule_text

Book = Callable[..., Path]
GP, OWNER = Person("paper", "1"), "paper 900"
TEXT = rule_text()
OTHER = rule_text(title='"A letter for a gym"', asks="[" + ", ".join(f'"gym letter {n}"' for n in range(12)) + "]")


class Running:
    """A bot that runs over a book of two rules, and its curator."""

    def __init__(self, folder: Path, cache: Path, design: Design) -> None:
        self.store, self.chat, self.folder, self.now = Store(None), Paper(), folder, NOON
        library = load([folder], cache)
        matcher = Matcher(library, cache)
        assert design == "lexical" or matcher.learn()
        house = House(library, matcher, clock=lambda: self.now, records=self.store.records, ranks={OWNER: Rank.OWNER})
        self.app = App(house)
        self.inbox = Inbox(self.app, self.store, {"paper": self.chat})
        self.rereading = Rereading(self.app, self.inbox, {"paper": self.chat}, Source((folder,), cache))

    async def say(self, text: str) -> str:
        return plain_text(await self.inbox.work(self.app.handle, Ask(GP, text)))

    def write(self, ident: str, text: str) -> None:
        (self.folder / "rules" / "things" / f"{ident}.toml").write_text(text, encoding="utf-8")

    async def settled(self) -> None:
        """Look until nothing more is to be done."""
        for _ in range(3):
            if begun := await self.rereading.look():
                await begun

    async def wished(self) -> str:
        wish = await self.inbox.work(self.store.records.books.wish, int(NOON))
        await self.settled()
        return (await self.inbox.work(self.store.records.books.heard, wish))[1]

    async def owner(self, *accounts: str, quiet: tuple[int, int] = (19, 8)) -> None:
        """Make somebody an owner by invitation."""

        def made() -> None:
            members = self.store.records.members
            member = members.begin(accounts[0], 0).id
            for account in accounts[1:]:
                members.link(member, account)
            members.change(member, rank=Rank.OWNER, quiet=quiet)

        await self.inbox.work(made)

    @property
    def told(self) -> list[str]:
        return [each.text for each in self.chat.sent]

    @property
    def release(self) -> str:
        return str(self.app.house.library.release)


@asynccontextmanager
async def running(book: Book, tmp_path: Path, design: Design = "lexical") -> AsyncIterator[Running]:
    made = Running(book(one=TEXT, two=OTHER), tmp_path / "cache", design)
    await made.settled()
    try:
        yield made
    finally:
        await made.rereading.stop()
        await made.inbox.stop()
        made.app.house.matcher.close()
        made.store.close()


async def test_an_edit_is_taken_up_by_itself(book: Book, tmp_path: Path) -> None:
    async with running(book, tmp_path) as bot:
        before = bot.release
        assert before in await bot.say("rule one")
        bot.write("one", rule_text(who='"Whoever asked."'))
        await bot.settled()
        card = await bot.say("rule one")
        assert "Who: Whoever asked." in card
        assert bot.release in card
        assert bot.release != before
        assert bot.told == []


async def test_a_new_rule_is_found_and_one_that_went_is_said_to_be_gone(book: Book, tmp_path: Path) -> None:
    async with running(book, tmp_path) as bot:
        assert "gym" in await bot.say("gym letter please")
        bot.write("school-note", rule_text(title='"A note for school"', words='["school"]'))
        (bot.folder / "rules" / "things" / "two.toml").unlink()
        bot.write("two-old", OTHER)
        await bot.settled()
        assert "A note for school" in await bot.say("rule school-note")
        (bot.folder / "rules" / "things" / "two-old.toml").unlink()
        await bot.settled()
        for sentence in ("rule two-old", "why is-two-old", "letter is-two-old"):
            assert "SORRY" not in await bot.say(sentence)
        assert "A letter for a gym" not in await bot.say("rule two-old")


async def test_what_follows_an_answer_whose_rule_went_is_no_fault(book: Book, tmp_path: Path) -> None:
    async with running(book, tmp_path) as bot:
        await bot.say("bloods before clinic number 3")
        (bot.folder / "rules" / "things" / "one.toml").unlink()
        await bot.settled()
        for sentence in ("why", "source?", "not my question", "and in Wales?", "who pays?", "letter"):
            said = await bot.say(sentence)
            assert "SORRY" not in said
            assert "Bloods that the hospital wants" not in said


# What breaks a rule, and what its curator and the owners are told.
BROKEN = {
    "a key that is missing": (rule_text(who=""), "one.toml: who: is missing: add it"),
    "no TOML": (TEXT + "title = ", "one.toml: is not TOML"),
    "a letter that is not there": (rule_text(letter='"nobody-wrote-it"'), "there is no letter 'nobody-wrote-it'"),
}


@pytest.mark.parametrize("case", BROKEN)
async def test_a_broken_edit_is_refused_and_told_once(book: Book, tmp_path: Path, case: str) -> None:
    text, fault = BROKEN[case]
    async with running(book, tmp_path) as bot:
        before = bot.release
        bot.write("one", text)
        said = await bot.wished()
        assert said.startswith(f"Refused: the bot goes on with {before}.")
        assert fault in said
        assert "The clinic that asked." in await bot.say("rule one")
        await bot.settled()
        bot.write("two", rule_text(title='"Another good edit"'))
        await bot.settled()
        assert bot.release == before, "a book is taken up whole"
        (told,) = bot.told
        assert told.startswith("! THE BOOK HAS A FAULT")
        assert fault in told
        bot.write("one", TEXT)
        assert (await bot.wished()).startswith("Taken up: book ")
        assert "Another good edit" in await bot.say("rule two")


async def test_an_owner_by_invitation_is_told_too(book: Book, tmp_path: Path) -> None:
    async with running(book, tmp_path) as bot:
        await bot.owner("paper 901")
        bot.write("one", TEXT + "title = ")
        await bot.settled()
        assert [each.person.account for each in bot.chat.sent] == [OWNER, "paper 901"]


async def test_an_owner_in_their_quiet_hours_is_told_of_each_fault_once_they_are_over(
    book: Book, tmp_path: Path
) -> None:
    async with running(book, tmp_path) as bot:
        await bot.owner("paper 901", quiet=(11, 14))
        bot.write("one", TEXT + "title = ")
        await bot.settled()
        bot.write("two", rule_text(who=""))
        await bot.settled()
        assert [each.person.account for each in bot.chat.sent] == [OWNER, OWNER], "each fault once"
        bot.now += 3 * 3600
        await bot.settled()
        *_, last = bot.chat.sent
        assert [each.person.account for each in bot.chat.sent] == [OWNER, OWNER, "paper 901"]
        assert "one.toml: is not TOML" in last.text
        assert "two.toml: who: is missing" in last.text


async def test_a_fault_that_was_mended_in_their_quiet_hours_wakes_nobody(book: Book, tmp_path: Path) -> None:
    async with running(book, tmp_path) as bot:
        await bot.owner("paper 901", quiet=(11, 14))
        bot.write("one", TEXT + "title = ")
        await bot.settled()
        bot.write("one", TEXT)
        await bot.settled()
        bot.now += 3 * 3600
        await bot.settled()
        assert [each.person.account for each in bot.chat.sent] == [OWNER]


async def test_an_owner_on_two_apps_is_told_once(book: Book, tmp_path: Path) -> None:
    async with running(book, tmp_path) as bot:
        await bot.owner(OWNER, "paper 901")
        bot.write("one", TEXT + "title = ")
        await bot.settled()
        assert [each.person.account for each in bot.chat.sent] == [OWNER]


async def test_a_file_that_is_being_written_is_waited_for(book: Book, tmp_path: Path) -> None:
    async with running(book, tmp_path) as bot:
        bot.write("one", TEXT[:100])
        assert await bot.rereading.look() is None, "it was seen in this state once only"
        bot.write("one", TEXT[:200])
        assert await bot.rereading.look() is None
        bot.write("one", rule_text(who='"Whoever asked."'))
        await bot.settled()
        assert "Who: Whoever asked." in await bot.say("rule one")
        assert bot.told == []


async def test_two_edits_within_a_tick_of_the_clock_are_two(book: Book, tmp_path: Path) -> None:
    async with running(book, tmp_path) as bot:
        path = bot.folder / "rules" / "things" / "one.toml"
        for who in ("Them.", "Us all."):
            bot.write("one", rule_text(who=f'"{who}"'))
            os.utime(path, (NOON, NOON))
            await bot.settled()
            assert f"Who: {who}" in await bot.say("rule one")


async def test_an_edit_while_a_book_is_bound_comes_after_it(book: Book, tmp_path: Path) -> None:
    async with running(book, tmp_path) as bot:
        bot.write("one", rule_text(who='"The first."'))
        await bot.rereading.look()
        begun = await bot.rereading.look()
        assert begun
        bot.write("one", rule_text(who='"The second, and longer."'))
        assert await bot.rereading.look() is None, "one at a time"
        assert await bot.say("rule one"), "answers go on meanwhile"
        await begun
        await bot.settled()
        assert "Who: The second, and longer." in await bot.say("rule one")


async def test_a_wish_tells_what_changed(book: Book, tmp_path: Path) -> None:
    async with running(book, tmp_path) as bot:
        before = bot.release
        assert await bot.wished() == f"Nothing has changed: {before} is in use."
        bot.write("one", rule_text(who='"Whoever asked."'))
        assert await bot.wished() == f"Taken up: {bot.release}, after {before}.\nchanged rules/one"


async def test_each_release_is_kept(book: Book, tmp_path: Path) -> None:
    async with running(book, tmp_path) as bot:
        first = bot.release
        bot.write("one", rule_text(who='"Whoever asked."'))
        await bot.settled()
        kept = await bot.inbox.work(bot.store.records.books.all)
        assert [each.name for each in kept] == [bot.release, first]
        assert "rules/two" in await bot.inbox.work(bot.store.records.books.parts, kept[1].digest)


async def test_a_book_with_faults_at_the_start_is_used_and_its_owner_told(book: Book, tmp_path: Path) -> None:
    made = Running(book(one=rule_text(letter='"nobody-wrote-it"'), two=OTHER), tmp_path / "cache", "lexical")
    try:
        await made.settled()
        (told,) = made.told
        assert "The rulebook that I answer from has what no release may hold." in told
        made.write("two", rule_text(title='"A good edit"'))
        await made.settled()
        assert "A good edit" in await made.say("rule two"), "an edit answers for what it brought alone"
    finally:
        await made.rereading.stop()
        await made.inbox.stop()
        made.app.house.matcher.close()
        made.store.close()


async def test_what_breaks_a_reload_is_said_and_the_next_wish_tries_anew(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> Bound:
        raise OSError(24, "Too many open files")

    async with running(book, tmp_path) as bot:
        bot.write("one", rule_text(who='"Whoever asked."'))
        with monkeypatch.context() as patch:
            patch.setattr(rereading, "bound", broken)
            said = await bot.wished()
            assert said == f"Refused: [Errno 24] Too many open files. The bot goes on with {bot.release}."
            assert (await bot.wished()) == said, "it was tried again"
        assert "Whoever asked." not in await bot.say("rule one")
        assert (await bot.wished()).startswith("Taken up: ")
        assert "Whoever asked." in await bot.say("rule one")


async def test_a_look_that_breaks_is_not_the_last(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    looks: list[int] = []
    again = asyncio.Event()

    def broken(_folders: Sequence[Path]) -> rereading.Stamps:
        looks.append(1)
        if len(looks) > 1:
            again.set()
        raise OSError(24, "Too many open files")

    async with running(book, tmp_path) as bot:
        monkeypatch.setattr(rereading, "LOOK", 0.0)
        monkeypatch.setattr(rereading, "stamps", broken)
        bot.rereading.start()
        await asyncio.wait_for(again.wait(), 10)
    assert "a look at the book was left out: OSError" in caplog.text


async def test_without_an_encoder_the_book_is_reread_by_words_alone(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "onnxruntime.py").write_text("raise ImportError")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "bare"))  # for the process that binds
    async with running(book, tmp_path) as bot:
        bot.write("one", rule_text(who='"Whoever asked."'))
        assert (await bot.wished()).startswith("Taken up: ")


async def test_a_stop_leaves_what_is_being_bound(book: Book, tmp_path: Path) -> None:
    async with running(book, tmp_path) as bot:
        bot.write("one", rule_text(who='"Whoever asked."'))
        await bot.rereading.look()
        begun = await bot.rereading.look()
        assert begun
        await asyncio.sleep(0)
        await bot.rereading.stop()
        assert begun.cancelled()
        assert "The clinic that asked." in await bot.say("rule one")


@pytest.mark.parametrize("design", ["lexical", "semantic"])
async def test_a_book_that_was_reread_answers_as_one_that_was_begun_with(
    book: Book, tmp_path: Path, design: Design
) -> None:
    async with running(book, tmp_path, design) as bot:
        asks = "[" + ", ".join(f'"blood forms from the ward {n}"' for n in range(12)) + "]"
        bot.write("one", rule_text(who='"Whoever asked."', asks=asks))
        bot.write("three", rule_text(title='"Scans"', words='["scan"]'))
        await bot.settled()
        library = load([bot.folder])
        fresh = Matcher(library)  # with no cache at all
        assert design == "lexical" or fresh.learn(after=bot.app.house.matcher)
        assert bot.app.house.library == library
        assert bot.app.house.matcher.design == design
        for question in ("blood forms from the ward", "gym letter", "hosp wants bloods b4 clinic", "scans"):
            assert bot.app.house.matcher.match(question) == fresh.match(question)
        fresh.close()


def test_a_job_for_the_vectors_leaves_them_in_the_cache(book: Book, tmp_path: Path) -> None:
    folder = book(one=TEXT, two=OTHER)
    made = bind(Job((folder,), tmp_path / "cache", None, "vectors"))
    assert made.library == load([folder])
    kinds = {path.name.partition("-")[0] for path in (tmp_path / "cache").iterdir()}
    assert kinds == {"book", "map", "vectors"}

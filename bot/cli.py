"""The commands. Nothing heavy is imported before the command that needs it runs: `--help` answers in a blink."""

import datetime
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from bot.app import App, Asked
    from bot.config import Config
    from bot.store import Store
    from handlers.chat import Person
    from knowledge.changes import Parts
    from knowledge.library import Library
    from knowledge.matcher import Match, Matcher
    from knowledge.model import Rule


def _day(value: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"must be a day such as 2027-03-31, not {value!r}") from None


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="pushback")
@click.option("--config", type=click.Path(path_type=Path), help="The configuration file, if it is not the usual one.")
@click.pass_context
def main(context: click.Context, config: Path | None) -> None:
    """Can I decline this work? Answers from a curated book of rules, for GPs and their practices."""
    context.obj = config


@main.command()
@click.pass_obj
def chat(config: Path | None) -> None:
    """Talk to the bot in this terminal."""
    from rich.console import Console

    from bot import console
    from bot.learning import Learning

    settings = _config(config)
    with _store(settings) as store:
        app = _app(settings, store)
        app.sweep()
        learning = Learning(app.house.matcher)
        if settings.matching.design == "semantic":
            learning.start()
        try:
            console.chat(app, Console(), _person(settings), learning.status)
        finally:
            learning.stop()


@main.command()
@click.pass_obj
def run(config: Path | None) -> None:
    """Run the bot on Telegram and Slack, until Ctrl-C or SIGTERM."""
    import logging

    from bot import run as running
    from bot.learning import Learning
    from bot.port import ChatError
    from bot.rereading import Source

    settings = _config(config)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", level=logging.WARNING)
    logging.getLogger("pushback").setLevel(logging.INFO)
    try:
        chats = running.chats(settings)
        with _store(settings) as store:
            app = _app(settings, store)
            learning = Learning(app.house.matcher)
            if settings.matching.design == "semantic":
                learning.start()
            source = Source(_folders(settings), settings.book.cached, learning.over)
            try:
                running.run(app, store, chats, source)
            finally:
                learning.stop()
    except ChatError as error:
        raise click.ClickException(str(error)) from error


@main.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--attach", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A PDF or a picture.")
@click.option("--says", default="", help="What the attachment shows, for who cannot see it.")
@click.pass_obj
def broadcast(config: Path | None, file: Path, attach: Path | None, says: str) -> None:
    """Make a draft of the update in FILE; an officer sends it from the chat."""
    from bot.drawings import drawings
    from handlers.broadcast import drafted
    from handlers.records import Broadcast

    settings = _config(config)
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise click.ClickException(f"{file}: is not UTF-8 text") from None
    with _store(settings) as store:
        house = replace(_app(settings, store).house, drawings=drawings())
        name = attach.name if attach else ""
        wanted = Broadcast(text, file_name=name, file_says=says or name)
        made = drafted(wanted, house, attach.read_bytes() if attach else b"")
    if isinstance(made, list):
        raise click.ClickException("\n".join([f"{file}: not kept", *made]))
    click.echo(f"Draft {made.id}. An officer sends the bot: preview {made.id}, audience {made.id}, send {made.id}")


@main.command()
@click.argument("question", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.option("--batch", type=click.File("rb"), metavar="FILE|-", help='Answer each line {"q": "…"} of a file.')
@click.option("--lexical", is_flag=True, help="Match by words alone: quicker to start, less sure.")
@click.option("--explain", is_flag=True, help="Say why it matched: words, phrasing, runner-up, probability.")
@click.pass_obj
def ask(
    config: Path | None,
    question: tuple[str, ...],
    as_json: bool,
    batch: Iterable[bytes] | None,
    lexical: bool,
    explain: bool,
) -> None:
    """Answer one QUESTION, or a file of them."""
    if batch is None and not " ".join(question).strip():
        raise click.UsageError('Ask something, such as: pushback ask "hospital wants bloods before clinic"')
    if batch is not None and question:
        raise click.UsageError("Give a QUESTION or --batch, not both.")
    settings = _config(config)
    app = _app(settings)
    if settings.matching.design == "semantic" and not lexical:
        _learn(app.house.matcher)
    person = _person(settings)
    if batch is None:
        if not as_json:
            _refuse_no_rule(app, " ".join(question), person)
        _answer(app, " ".join(question), person, as_json)
        if explain:
            _explain(app, " ".join(question), person)
        return
    wrong = 0
    for number, text in _questions(batch):
        if text is None:
            click.echo(f"line {number}: {_LINE}", err=True)
            wrong += 1
            continue
        if not as_json:
            click.echo(f"> {' '.join(text.split())}")
        _answer(app, text, replace(person, id=str(number)), as_json)  # no line follows from the one before it
    if wrong:
        raise click.ClickException(f"{wrong} line{'s'[: wrong != 1]} could not be read; the rest is answered")


@main.group()
def directory() -> None:
    """The directory of practices, trusts and ICBs."""


@directory.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--dated", type=_day, metavar="DATE", help="The day of the release, if known.")
@click.option("--force", is_flag=True, help="Take a file that is older, or less than half as long, all the same.")
@click.pass_obj
def update(config: Path | None, files: tuple[Path, ...], dated: datetime.date | None, force: bool) -> None:
    """Take fresh official lists: epraccur.csv, etr.csv or icb.csv of the NHS Organisation Data Service.

    It tells what was added, closed, renamed and moved. What closed is kept, so that no record loses its practice.
    """
    from knowledge.directory import DirectoryError
    from knowledge.directory import update as bring_up_to_date

    try:
        changes = bring_up_to_date(files, _config(config).store.folder, dated, force)
    except DirectoryError as error:
        raise click.ClickException(str(error)) from error
    for code in changes.added:
        click.echo(f"added    {code}")
    for code in changes.closed:
        click.echo(f"closed   {code}")
    for change in changes.renamed:
        click.echo(f"renamed  {change.code}: {change.before} -> {change.after}")
    for change in changes.moved:
        click.echo(f"moved    {change.code}: {change.before} -> {change.after}")
    for code in changes.nameless:
        click.echo(f"warning: ICB {code} has no name here: give icb.csv too")
    click.echo(
        f"{len(changes.added)} added, {len(changes.closed)} closed, {len(changes.renamed)} renamed, "
        f"{len(changes.moved)} moved. The directory is of {changes.dated}."
    )


@main.group()
def rules() -> None:
    """Look at the rulebook, check it, sign it, add to it."""


@rules.command()
@click.option("--lexical", is_flag=True, help="Try the phrasings by words alone: seconds in place of a minute.")
@click.pass_obj
def check(config: Path | None, lexical: bool) -> None:
    """Read the whole book as a curator: errors, warnings, phrasings that go astray, and how it stands."""
    from rich.console import Console
    from rich.table import Column, Table

    from knowledge import lint
    from knowledge.matcher import Matcher

    settings = _config(config)
    library = _library(settings, fresh=True)
    today = datetime.date.today()
    faults = lint.errors(library)
    for fault in faults:
        click.echo(f"error: {fault}")
    for fault in lint.warnings(library, today):
        click.echo(f"warning: {fault}")
    matcher = Matcher(library, settings.book.cached)
    if settings.matching.design == "semantic" and not lexical:
        _learn(matcher)
    reach = lint.reach(library, matcher)
    for fault in reach.strays:
        click.echo(f"warning: {fault}")
    table = Table("category", *(Column(name, justify="right") for name in _STANDING), box=None, pad_edge=False)
    for name, *counts in lint.standing(library, today):
        table.add_row(name, *map(str, counts))
    Console(width=100).print(table)
    click.echo(
        f"{len(library.rules)} rules, {sum(len(rule.asks) for rule in library.rules.values())} phrasings "
        f"({reach.first:.1%} find their own rule first, {reach.among_three:.1%} among three, {matcher.design}), "
        f"{len(library.letters)} letters, {len(library.actions)} actions, {len(library.contacts)} contacts. "
        f"Release: {library.release}. {len(faults) or 'No'} error{'s'[: len(faults) != 1]}."
    )
    if faults:
        sys.exit(1)


@rules.command()
@click.option("--by", type=_day, metavar="DATE", help="Look ahead to a day; else today.")
@click.pass_obj
def due(config: Path | None, by: datetime.date | None) -> None:
    """List the rules whose review falls due."""
    from knowledge import lint

    found = lint.due(_library(_config(config)), by or datetime.date.today())
    for rule in found:
        click.echo(f"{rule.review_by}  {rule.id}  {rule.title}")
    click.echo(f"{len(found) or 'No'} rule{'s'[: len(found) != 1]} due.")


@rules.command()
@click.argument("ident", metavar="ID")
@click.option("--by", "name", required=True, help="Your name, as the card will show it.")
@click.pass_obj
def sign(config: Path | None, ident: str, name: str) -> None:
    """Sign a rule that you have read against its sources."""
    from knowledge import curate

    settings = _config(config)
    library = _library(settings)
    rule = _found(library, ident)
    try:
        path = curate.sign(rule, name, datetime.date.today(), _folders(settings))
    except curate.CannotError as error:
        raise click.ClickException(str(error)) from error
    _library(settings, fresh=True)
    click.echo(f"Signed: {path}")


@rules.command()
@click.argument("category")
@click.argument("ident", metavar="ID")
@click.option("--new-category", is_flag=True, help="Open a category that the book does not have yet.")
@click.pass_obj
def new(config: Path | None, category: str, ident: str, new_category: bool) -> None:
    """Start a rule file, with a line on what each key wants: in your own folder, where [book] local names one."""
    from knowledge import curate

    settings = _config(config)
    try:
        path = curate.new(category, ident, _library(settings), _folders(settings), new_category)
    except curate.CannotError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{path}\nFill it in, rename it to {ident}.toml, then run `pushback rules check`.")


@rules.command(name="list")
@click.argument("category", required=False)
@click.pass_obj
def list_(config: Path | None, category: str | None) -> None:
    """List the rules, or those of one CATEGORY."""
    from rich.console import Console
    from rich.table import Table

    library = _library(_config(config))
    categories = sorted({rule.category for rule in library.rules.values()})
    if category and category not in categories:
        raise click.ClickException(f"there is no category {category!r}: the book has {', '.join(categories)}")
    table = Table("id", "verdict", "title", box=None, pad_edge=False)
    for rule in library.rules.values():
        if category in (None, rule.category):
            table.add_row(rule.id, rule.verdict, rule.title)
    Console(width=None if sys.stdout.isatty() else 160).print(table)


@rules.command()
@click.argument("ident", metavar="ID")
@click.pass_obj
def show(config: Path | None, ident: str) -> None:
    """Print all of one rule: the card, and what *Why* opens."""
    from rich.console import Console

    from bot import console
    from handlers import cards

    settings = _config(config)
    app, person = _app(settings), _person(settings)
    rule = _found(app.house.library, ident)
    for reply in (cards.card(rule, app.house, person), cards.why(rule, app.house, person)):
        console.show(Console(), replace(reply, buttons=()))


@rules.command()
@click.pass_obj
def reload(config: Path | None) -> None:
    """Have the running bot take up the files as they are now, and say what came of it."""
    import time

    from bot.rereading import REFUSED, WAITS

    settings = _config(config)
    _library(settings)  # what is broken is told at once, whether a bot runs or not
    with _store(settings) as store:
        books = store.records.books
        wish = books.wish(int(time.time()))
        try:
            began = time.monotonic()
            while not (heard := books.heard(wish))[1] and time.monotonic() - began < (_LONGEST if heard[0] else WAITS):
                time.sleep(0.1)
        finally:
            books.drop(wish)
    taken, said = heard
    if not taken:
        raise click.ClickException(
            f"no running bot took this up within {WAITS} seconds. `pushback run` reads the files when it starts."
        )
    if not said or said.startswith(REFUSED):
        raise click.ClickException(said or "the bot is still at work: its log tells what comes of it")
    click.echo(said)


@rules.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="[B]", default="")
@click.pass_obj
def diff(config: Path | None, before: str, after: str) -> None:
    """Say what changed between two releases of the book.

    A and B are digests as cards show them, such as a1b2c3, or folders that each hold a whole book; without B, the book
    is meant as its files are now.
    """
    from knowledge.changes import changed, parts

    settings = _config(config)
    with _store(settings) as store:
        (old, named), (new, called) = (
            _release(each, settings, store) if each else (parts(now := _library(settings)), str(now.release))
            for each in (before, after)
        )
    click.echo(f"{named} -> {called}")
    found = changed(old, new)
    for change in found:
        click.echo(f"{change.kind:<8} {change.name}" + (f"  {change.title}" if change.title else ""))
        for edit in change.edits:
            for sign, said in (("-", edit.old), ("+", edit.new)):
                if said:
                    click.echo(f"  {sign} {edit.key}: {said}" if edit.key else f"  {sign} {said}")
    click.echo(f"{len(found) or 'No'} change{'s'[: len(found) != 1]}.")


def _release(named: str, settings: "Config", store: "Store") -> "tuple[Parts, str]":
    """Return what a release held and its name: a digest's first letters, or a folder."""
    from knowledge.changes import parts

    if Path(named).is_dir():
        library = _library(settings, folders=(Path(named),))
        return parts(library), f"{named} ({library.release})"
    kept = store.records.books.all()
    found = [each for each in kept if len(named) >= _FEWEST and each.digest.startswith(named.lower())]
    if len(found) == 1:
        return store.records.books.parts(found[0].digest), found[0].name
    days = [f"{datetime.datetime.fromtimestamp(each.at).date()}  {each.name}" for each in kept[:_KNOWN]]
    known = "\n".join([*days, "…"][: len(kept)]) or "none yet: each that a running bot takes up is kept"
    say = "is short for several releases" if found else "is no release that was kept, and no folder"
    raise click.ClickException(f"{named!r} {say}. Kept, with the day on which each was taken up:\n{known}")


@rules.command()
@click.option("--on", type=_day, metavar="DATE", help="The day; else today.")
@click.pass_obj
def release(config: Path | None, on: datetime.date | None) -> None:
    """Date the book as it stands, for the small line of each card: your own folder, where [book] local names one."""
    from knowledge import release as releases
    from knowledge.library import of_folder

    settings = _config(config)
    folders, files = _folders(settings), _library(settings, fresh=True).files
    if not (digest := of_folder(files, len(folders) - 1)):
        raise click.ClickException(f"{folders[-1]} holds no rule and no table yet: there is nothing to date")
    try:
        path = releases.date(folders[-1], digest, on or datetime.date.today())
    except OSError as error:
        raise click.ClickException(f"{folders[-1]} cannot be written: {error.strerror}") from error
    click.echo(f"{path}\n{_library(settings).release}")


_FEWEST = 4  # letters of a digest that name a release
_KNOWN = 20  # releases that an error lists
_LONGEST = 180.0  # seconds to wait for a reload that a bot has begun: the whole book anew takes half of that
_STANDING = ("rules", "draft", "checked", "low confidence", "due")


def _found(library: "Library", ident: str) -> "Rule":
    """Return a rule, or end with the ids that are most like the one asked for."""
    if ident in library.rules:
        return library.rules[ident]
    from rapidfuzz import process

    close = [name for name, _, _ in process.extract(ident, library.rules.keys(), limit=3, score_cutoff=75)]
    hint = f": did you mean {', '.join(close)}?" if close else ": `pushback rules list` shows them all"
    raise click.ClickException(f"there is no rule {ident!r}{hint}")


def _folders(settings: "Config") -> tuple[Path, ...]:
    from knowledge.library import NATIONAL

    return (NATIONAL, *settings.book.local)


def _config(path: Path | None) -> "Config":
    from bot.config import ConfigError, read

    try:
        return read(os.environ, path)
    except ConfigError as error:
        raise click.ClickException(str(error)) from error


def _library(settings: "Config", fresh: bool = False, folders: tuple[Path, ...] = ()) -> "Library":
    """Read the book, or end with every fault of every file."""
    from knowledge.library import BookError, load

    try:
        return load(folders or _folders(settings), None if fresh else settings.book.cached)
    except BookError as error:
        count = len(error.faults)
        raise click.ClickException(f"the rulebook has {count} fault{'s'[: count > 1]}:\n{error}") from error


def _app(settings: "Config", store: "Store | None" = None) -> "App":
    """Open the house; without a store nothing is remembered."""
    import functools

    from bot.app import App
    from handlers.chat import House
    from knowledge import directory
    from knowledge.curate import Drawer
    from knowledge.matcher import Matcher

    library = _library(settings)
    matcher = Matcher(library, settings.book.cached)
    house = House(
        library,
        matcher,
        settings.lmc.details(),
        records=store.records if store else None,
        directory=functools.cache(lambda: directory.load(settings.store.folder)),
        ranks=settings.people.ranks(),
        figures=settings.figures.figures(),
        pledging=settings.pledges.pledging(),
        two_officers=settings.broadcasts.two_officers,
        office=settings.desk.office(),
        drawer=Drawer(_folders(settings)) if settings.book.local else None,
        keep_days=settings.limits.keep_questions_days,
        a_minute=settings.limits.messages_a_minute if store else 0,
    )
    return App(house)


@contextmanager
def _store(settings: "Config") -> Iterator["Store"]:
    """Open what is remembered, or end with what is the matter with it."""
    from bot.store import Store, StoreError

    try:
        store = Store(settings.store.file)
    except StoreError as error:
        raise click.ClickException(str(error)) from error
    try:
        yield store
    finally:
        store.close()


def _person(settings: "Config") -> "Person":
    from handlers.chat import Person

    return Person(chat="console", id="terminal", nation=settings.lmc.nation)


def _learn(matcher: "Matcher") -> None:
    """Make the semantic design ready, with a progress bar the first time; say so where it cannot be had."""
    from bot.learning import with_bar

    if not with_bar(matcher):
        click.echo(f"Matching by words alone: {matcher.fallback}.", err=True)


def _answer(app: "App", text: str, person: "Person", as_json: bool) -> None:
    from handlers.chat import Ask, plain_text

    if as_json:
        click.echo(json.dumps(_told(app.ask(text, person)), ensure_ascii=False))
        return
    reply = app.handle(Ask(person, text))
    if sys.stdout.isatty():
        from rich.console import Console

        from bot import console

        console.show(Console(), replace(reply, buttons=()))
    else:
        click.echo(plain_text(reply) + "\n")
        for file in reply.files:
            click.echo(f"{file.name} is not saved from here: `pushback chat` saves it where you stand.", err=True)
    if reply.buttons:
        click.echo("Next, with pushback ask:")
        for button in reply.buttons:
            click.echo(f"  {button.sentence:<58} {button.label}")


def _refuse_no_rule(app: "App", text: str, person: "Person") -> None:
    """End where a word such as `why` is followed by what is no rule's id and cannot be a question."""
    import handlers

    first, _, ident = text.strip().lower().partition(" ")
    command = handlers.COMMANDS.get(first)
    if not (command and command.names_rule and ident and " " not in ident):
        return
    match = app.ask(text, person).answer.match
    if handlers.command(text, app.house) or not (match.rule or match.choices):
        _found(app.house.library, ident)


def _explain(app: "App", text: str, person: "Person") -> None:
    """Print why a question matched as it did, and what its probability is made of."""
    from handlers.follow import explained

    match = app.ask(text, person).answer.match
    click.echo(f"Read as: {match.reading.prose}")
    click.echo(explained(match, app.house).text if match.ranking else "No word of it stands in the book.")
    for place, ident in enumerate(match.ranking, 1):
        click.echo(f"  {place}. {ident}")
    if match.features:
        click.echo(" ".join(f"{name}={value:.2f}" for name, value in asdict(match.features).items()))


def _told(asked: "Asked") -> dict[str, Any]:
    """Everything that came of a question, for a machine."""
    from handlers.chat import plain_text

    answer = asked.answer
    told = _matched(answer.match) | {"verdict": answer.verdict, "kind": answer.kind}
    if answer.requests:
        told |= {"outcome": "letter", "rule": None, "choices": [], "verdict": None}
    return told | {
        "masked": asked.masked.text,
        "identifiers": list(asked.masked.kinds),
        "requests": [{"text": each.text} | _matched(each.match) for each in answer.requests],
        "text": plain_text(answer.reply),
    }


def _matched(match: "Match") -> dict[str, Any]:
    return {
        "outcome": match.outcome,
        "rule": match.rule,
        "choices": list(match.choices),
        "ranking": list(match.ranking[:5]),
        "p": round(match.p, 4),
    }


_LINE = 'must be a JSON object with a text "q", such as {"q": "fit note"}'


def _questions(batch: Iterable[bytes]) -> Iterator[tuple[int, str | None]]:
    """Yield each line's number and its question, None where it holds none; an empty line is no line."""
    for number, line in enumerate(batch, 1):
        if not line.strip():
            continue
        try:
            question = json.loads(line)["q"]
        except (ValueError, TypeError, KeyError):
            question = None
        yield number, question if isinstance(question, str) else None

"""Help: a short first screen, and behind its button all that a person may send."""

import dataclasses

import pytest

from bot.app import App
from handlers import COMMANDS
from handlers.chat import Ask, Lmc, Person, Reply, Section, plain_text
from handlers.help import GROUPS
from handlers.may import May

OWNER, ANNE = Person("test", "900"), Person("test", "1")


def say(app: App, text: str, person: Person = ANNE) -> Reply:
    return app.handle(Ask(person, text))


def listed(reply: Reply) -> list[str]:
    """The commands that a screen names, in its order."""
    lines = [line for part in reply.parts if isinstance(part, Section) for line in part.lines]
    return [line.split(":")[0].split()[0] for line in lines]


def test_every_command_stands_in_one_group() -> None:
    grouped = [word for words in GROUPS.values() for word in words]
    assert sorted([*grouped, "start"]) == sorted(COMMANDS)


def test_help_opens_all_commands_by_a_button(remembering: App) -> None:
    (button,) = [each for each in say(remembering, "help").buttons if each.label == "All commands"]
    assert plain_text(say(remembering, button.sentence)).startswith("? ALL COMMANDS\n")


def test_who_has_joined_nothing_sees_how_to_join_first(remembering: App) -> None:
    assert listed(say(remembering, "commands"))[0] == "join"


@pytest.mark.parametrize(
    ("person", "steps"),
    [(ANNE, {May.ANYONE}), (OWNER, {May.ANYONE, May.OFFICER, May.OWNER})],
    ids=["anyone", "an owner"],
)
def test_a_person_sees_what_they_may_do_and_no_more(remembering: App, person: Person, steps: set[May]) -> None:
    shown = listed(say(remembering, "commands", person))
    assert sorted([*shown, "start"]) == sorted(word for word, each in COMMANDS.items() if each.may in steps)


def test_who_speaks_for_a_practice_sees_its_commands_after_those_for_an_answer(remembering: App) -> None:
    text = plain_text(say(remembering, "invite A81001 manager", OWNER))
    say(remembering, next(line for line in text.splitlines() if line.startswith("join ")))
    shown = listed(say(remembering, "commands"))
    assert shown[0] == "rule"
    assert "report" in shown


def test_where_nothing_is_remembered_no_command_is_shown_that_needs_it(app: App) -> None:
    shown = listed(say(app, "commands"))
    assert "rule" in shown
    assert not [word for word in shown if COMMANDS[word].remembers]


def test_what_a_person_may_do_is_not_told_where_others_read(remembering: App) -> None:
    told = remembering.handle(dataclasses.replace(Ask(OWNER, "commands"), private=False))
    assert plain_text(told).startswith("– IN PRIVATE, PLEASE")


def test_a_sentence_about_an_lmc_without_a_name_begins_with_a_capital(app: App) -> None:
    nameless = App(dataclasses.replace(app.house, lmc=Lmc()))
    assert "Your LMC runs this bot and answers for it." in plain_text(say(nameless, "privacy"))

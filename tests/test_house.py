"""The house: arrows that point down, and documents that tell of everything."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from bot.cli import main
from bot.config import Config
from handlers import COMMANDS

ROOT = Path(__file__).parent.parent
ABOVE = {"knowledge": {"handlers", "bot"}, "handlers": {"bot"}, "bot": set()}
CHAT_LIBRARIES = {"telegram", "slack_bolt", "slack_sdk", "rich", "prompt_toolkit", "click", "sqlite_utils"}


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: a relative import hides its floor"
            found.add((node.module or "").split(".")[0])
    return found


@pytest.mark.parametrize("floor", ABOVE)
def test_arrows_point_down(floor: str) -> None:
    files = sorted((ROOT / floor).rglob("*.py"))
    assert files
    for path in files:
        assert not _imports(path) & ABOVE[floor], f"{path} imports from a floor above it"
        if floor != "bot":
            assert not _imports(path) & CHAT_LIBRARIES, f"{path} knows of a chat"


def test_every_key_is_documented() -> None:
    raw = tomllib.loads((ROOT / "config.example.toml").read_text(encoding="utf-8"))
    shown = {(table, key) for table, keys in raw.items() for key in keys}
    known = {
        (table, key)
        for table, field in Config.model_fields.items()
        for key in field.annotation.model_fields  # type: ignore[union-attr]
    }
    assert shown == known


def test_the_example_is_a_configuration() -> None:
    Config.model_validate(tomllib.loads((ROOT / "config.example.toml").read_text(encoding="utf-8")))


def test_every_command_is_documented() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name, command in main.commands.items():
        words = [f"{name} {sub}" for sub in getattr(command, "commands", {})] or [name]
        for word in words:
            assert f"pushback {word}" in readme, f"README.md does not tell of pushback {word}"
    for word in COMMANDS:
        assert re.search(rf"`{word}\b", readme), f"README.md does not tell of {word}"


def test_no_machine_and_no_registry_is_named() -> None:
    for path in ROOT.rglob("*"):
        if path.suffix in {".py", ".toml", ".md"} and not {".venv", ".git"} & set(path.parts):
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"""["' ]/(?:home|root|work|tmp)/[a-z]""", text), f"{path} holds a path of a machine"

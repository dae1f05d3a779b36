"""A configuration is read, or every fault of it is told."""

import re
import traceback
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.config import ConfigError, SlackTable, TelegramTable, read

FAULTS = {
    "a wrong type": ("[lmc]\nname = 3\n", "lmc.name: must be text in quotes, not 3"),
    "a wrong choice": (
        '[matching]\ndesign = "magic"\n',
        "matching.design: must be one of 'semantic' or 'lexical', not",
    ),
    "an unknown key": ('[lmc]\nemial = "x"\n', "lmc.emial: is not a key of this file: did you mean 'lmc.email'?"),
    "an unknown table": ("[lmcs]\n", "lmcs: is not a key of this file: did you mean 'lmc'?"),
    "no table": ("lmc = 3\n", "lmc: must be a table"),
    "a link that is none": ('[lmc]\nurl = "www.lmc"\n', "lmc.url: must be a link that begins with https://"),
    "an address without a port": ('[slack]\nlisten = "localhost"\n', "slack.listen: must be host:port"),
    "a port that is none": (
        '[telegram]\nlisten = "127.0.0.1:99999"\n',
        "telegram.listen: must be host:port, with a port up to 65535, not '127.0.0.1:99999'",
    ),
    "an account that is none": ('[people]\nowners = ["anne"]\n', 'such as "telegram 123456789" or "slack U0123ABCD"'),
    "officers without brackets": ('[people]\nofficers = "telegram 1"\n', "officers: must be a list of accounts"),
    "an area that is none": ('[pledges]\nareas = ["x"]\n', 'must be a list of codes, such as "16C"'),
    "a number in words": ('[limits]\nmessages_a_minute = "many"\n', "must be a whole number, not 'many'"),
    "a list for a number": ("[limits]\nmessages_a_minute = [2]\n", "must be a whole number, not [2]"),
    "half a number": ("[limits]\nmessages_a_minute = 2.5\n", "must be a whole number, not 2.5"),
    "a price in words": ('[figures]\ncost_a_minute = "two"\n', "must be a number, not 'two'"),
    "a list for a price": ("[figures]\ncost_a_minute = [2]\n", "must be a number, not [2]"),
    "too little": ("[figures]\nhide_below = 3\n", "must be 8 or more, not 3"),
    "nothing at all": ("[figures]\nminutes_each = 0\n", "must be more than 0, not 0"),
    "too much": ("[limits]\nkeep_questions_days = 4000\n", "must be 366 or less, not 4000"),
    "neither true nor false": ('[broadcasts]\ntwo_officers = "perhaps"\n', "must be true or false, not 'perhaps'"),
    "a list for true or false": ("[broadcasts]\ntwo_officers = [1]\n", "must be true or false, not [1]"),
    "not TOML": ("[lmc\n", "is not TOML: "),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told(tmp_path: Path, fault: str) -> None:
    text, said = FAULTS[fault]
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        read({}, tmp_path / "config.toml")
    assert str(error.value).startswith(str(tmp_path / "config.toml"))
    assert said in str(error.value)
    assert "\n" not in str(error.value)


SECRETS = ["telegram.token", "telegram.webhook_secret", "slack.bot_token", "slack.app_token", "slack.signing_secret"]


@pytest.mark.parametrize("key", SECRETS)
@pytest.mark.parametrize("typed", ['["123:HUSH"]', '{ is = "123:HUSH" }', "123456789"])
def test_a_secret_that_is_typed_wrong_is_not_shown(tmp_path: Path, key: str, typed: str) -> None:
    table, _, name = key.partition(".")
    (tmp_path / "config.toml").write_text(f"[{table}]\n{name} = {typed}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        read({}, tmp_path / "config.toml")
    assert str(error.value) == f"{tmp_path / 'config.toml'}: {key}: must be text in quotes"
    assert not re.search("HUSH|123456789", "".join(traceback.format_exception(error.value)))


def test_every_secret_of_a_chat_is_tried_here() -> None:
    held = {f"telegram.{key}": field.annotation for key, field in TelegramTable.model_fields.items()}
    held |= {f"slack.{key}": field.annotation for key, field in SlackTable.model_fields.items()}
    assert [key for key, kind in held.items() if kind is SecretStr] == SECRETS
    assert not [key for key in held if key.endswith(("token", "secret")) and key not in SECRETS]


@pytest.mark.parametrize("listen", ["127.0.0.1:0", "[::1]:65535", ":8443", "bot.example:443"])
def test_an_address_has_a_host_or_none_and_a_port(listen: str) -> None:
    assert read({"PUSHBACK_TELEGRAM_LISTEN": listen}).telegram.listen == listen


def test_no_file_is_a_working_set_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    settings = read({})
    assert (settings.lmc.name, settings.matching.design) == ("your LMC", "semantic")


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file"):
        read({}, tmp_path / "config.toml")
    with pytest.raises(ConfigError, match="there is no such file"):
        read({"PUSHBACK_CONFIG": str(tmp_path / "config.toml")})


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    place = tmp_path / "config.toml"
    place.write_text('[lmc]\nname = "File LMC"\nemail = "a@b.example"\n[book]\nlocal = ["mine"]\n', encoding="utf-8")
    (tmp_path / "phone").write_text("020 0000 0000\n", encoding="utf-8")
    settings = read({"PUSHBACK_LMC_NAME": "Env LMC", "PUSHBACK_LMC_PHONE_FILE": str(tmp_path / "phone")}, place)
    assert (settings.lmc.name, settings.lmc.email, settings.lmc.phone) == ("Env LMC", "a@b.example", "020 0000 0000")
    assert settings.book.local == (tmp_path / "mine",)


def test_a_path_begins_at_the_files_folder_and_one_of_the_environment_where_the_process_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    place = tmp_path / "config.toml"
    place.write_text('[book]\nlocal = ["mine"]\ncache = "kept"\n[store]\npath = "our.db"\n', encoding="utf-8")
    by_file = read({}, place)
    assert by_file.book.local == (tmp_path / "mine",)
    assert (by_file.book.cached, by_file.store.file) == (tmp_path / "kept", tmp_path / "our.db")
    named = {"PUSHBACK_BOOK_LOCAL": "mine", "PUSHBACK_BOOK_CACHE": "kept", "PUSHBACK_STORE_PATH": "our.db"}
    by_variable = read(named, place)
    assert by_variable.book.local == (tmp_path / "here" / "mine",)
    assert by_variable.book.cached == tmp_path / "here" / "kept"
    assert by_variable.store.file == tmp_path / "here" / "our.db"


def test_a_variable_over_a_broken_table(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("lmc = 3\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="lmc: must be a table"):
        read({"PUSHBACK_LMC_NAME": "x"}, tmp_path / "config.toml")
    assert read({"PUSHBACK_BOOK_LOCAL": ""}).book.local == ()


def test_a_wrong_variable_is_named() -> None:
    with pytest.raises(ConfigError, match=r"^PUSHBACK_MATCHING_DESIGN: must be one of"):
        read({"PUSHBACK_MATCHING_DESIGN": "magic"})
    with pytest.raises(ConfigError, match=r"^PUSHBACK_LMC_NMAE: is not a key"):
        read({"PUSHBACK_LMC_NMAE": "x"})
    with pytest.raises(ConfigError, match=r"^PUSHBACK_LMC_NAME_FILE: the file that it names cannot be read"):
        read({"PUSHBACK_LMC_NAME_FILE": "/nowhere"})


def test_a_file_that_is_named_and_empty_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"^PUSHBACK_TELEGRAM_TOKEN_FILE: the file that it names is empty: .*token$"):
        read({"PUSHBACK_TELEGRAM_TOKEN_FILE": str(tmp_path / "token")})


def test_every_file_that_cannot_be_read_is_named_with_every_other_fault() -> None:
    wrong = {
        "PUSHBACK_SLACK_APP_TOKEN_FILE": "/nowhere/app",
        "PUSHBACK_SLACK_BOT_TOKEN_FILE": "/nowhere/bot",
        "PUSHBACK_MATCHING_DESIGN": "magic",
    }
    with pytest.raises(ConfigError) as error:
        read(wrong)
    assert {line.partition(":")[0] for line in str(error.value).splitlines()} == set(wrong)
    del wrong["PUSHBACK_MATCHING_DESIGN"]
    with pytest.raises(ConfigError) as error:
        read(wrong)
    assert {line.partition(":")[0] for line in str(error.value).splitlines()} == set(wrong)

"""A configuration is read, or every fault of it is told."""

from pathlib import Path

import pytest

from bot.config import ConfigError, read

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

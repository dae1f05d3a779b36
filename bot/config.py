"""Configuration: a TOML file, overridden by the environment; none at all is a working set-up.

`PUSHBACK_LMC_NAME` overrides `name` under `[lmc]`, and so on for every key; `PUSHBACK_LMC_NAME_FILE` names a file that
holds the value, for what must stand in no configuration. Every key is documented in `config.example.toml`; a test holds
the two together.

pydantic alone reads it: pydantic-settings would double the time that every command takes to start.
"""

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date, time
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from platformdirs import user_cache_path, user_config_path, user_data_path
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails

from handlers.chat import Lmc
from handlers.disclosure import Safety
from handlers.measures import Assumptions, Figures, Grain, Pledging
from handlers.office import Office
from handlers.records import Rank
from knowledge.library import said
from knowledge.model import Nation

PREFIX = "PUSHBACK_"
LAST_PORT = 65535
NAMES_THE_FILE = PREFIX + "CONFIG"  # the one variable that is no key
_Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
_Account = Annotated[str, StringConstraints(pattern=r"^(telegram \d+|slack \w+|console terminal)$")]
_Url = Annotated[str, StringConstraints(pattern=r"^(https?://\S+)?$")]
_Area = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{3,5}$", to_upper=True)]  # an ICB's or sub-ICB's code


def _reached(address: str) -> str:
    _, _, port = address.rpartition(":")
    if not re.fullmatch(r"[\w.:\[\]-]*:[0-9]{1,5}", address) or int(port) > LAST_PORT:
        raise ValueError(f"must be host:port, with a port up to {LAST_PORT}, not {address!r}")
    return address


_Address = Annotated[str, AfterValidator(_reached)]


class ConfigError(Exception):
    """The configuration cannot be used; the message has one line for each fault."""


class _Table(BaseModel):
    # Not the input: a token that is typed wrong is one all the same.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class LmcTable(_Table):
    """The committee that runs this bot."""

    name: _Text = "your LMC"
    email: _Text = ""
    phone: _Text = ""
    url: _Url = ""
    nation: Nation = Nation.ENGLAND

    def details(self) -> Lmc:
        """What a reply may show of the committee."""
        return Lmc(self.name, self.email, self.phone, self.url, self.nation)


class BookTable(_Table):
    """Where the rules are: `local` folders lay over the national book, the last on top."""

    local: tuple[Path, ...] = ()
    cache: Path | Literal[""] = ""

    @property
    def cached(self) -> Path:
        """The folder for what can be made again: the configured one, or the system's own."""
        return Path(self.cache) if self.cache else user_cache_path("pushback", appauthor=False)


class MatchingTable(_Table):
    """How a question is matched."""

    design: Literal["semantic", "lexical"] = "semantic"


class StoreTable(_Table):
    """Where what must be remembered is: one SQLite file, and its key beside it."""

    path: Path | Literal[""] = ""

    @property
    def file(self) -> Path:
        """The configured file, or the one in the system's own place for a program's data."""
        return Path(self.path) if self.path else user_data_path("pushback", appauthor=False) / "pushback.db"

    @property
    def folder(self) -> Path:
        """Where the file stands, and what else is kept beside it: an updated directory."""
        return self.file.parent


class PeopleTable(_Table):
    """Who runs the bot, by their accounts: `telegram 123456789`, `slack U0123ABCD`. The bot tells each theirs: `me`."""

    owners: tuple[_Account, ...] = ()
    officers: tuple[_Account, ...] = ()

    def ranks(self) -> dict[str, Rank]:
        """What each account is to the bot."""
        return dict.fromkeys(self.officers, Rank.OFFICER) | dict.fromkeys(self.owners, Rank.OWNER)


class LimitsTable(_Table):
    """How much, and for how long."""

    messages_a_minute: Annotated[int, Field(ge=0, le=600)] = 20
    keep_questions_days: Annotated[int, Field(ge=1, le=366)] = 90


class FiguresTable(_Table):
    """How the LMC counts, and what it takes a practice's time for."""

    hide_below: Annotated[int, Field(ge=8, le=100)] = 8
    round_to: Annotated[int, Field(ge=5, le=100)] = 5
    practices_at_least: Annotated[int, Field(ge=3, le=20)] = 3
    areas: Grain = Grain.SUB_ICB
    minutes_each: Annotated[float, Field(gt=0, le=240)] = 10
    cost_a_minute: Annotated[float, Field(ge=0, le=100)] = 0
    cost_source: _Text = ""

    def figures(self) -> Figures:
        """What a report works with."""
        safety = Safety(self.hide_below, self.round_to, self.practices_at_least)
        return Figures(safety, self.areas, Assumptions(self.minutes_each, self.cost_a_minute, self.cost_source))


class BroadcastsTable(_Table):
    """How updates go out."""

    two_officers: bool = False


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class DeskTable(_Table):
    """When the officers work, and within how many working hours they answer."""

    days: Annotated[tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...], Field(min_length=1)] = (
        *("mon", "tue", "wed", "thu", "fri"),
    )
    opens: time = time(9)
    closes: time = time(17)
    hours: Annotated[float, Field(gt=0, le=200)] = 8
    closed_on: tuple[date, ...] = ()

    @model_validator(mode="after")
    def _opens_first(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError("must close after it opens, on the same day")
        return self

    def office(self) -> Office:
        """What a promise is reckoned by."""
        days = tuple(_DAYS.index(day) for day in self.days)
        return Office(days, self.opens, self.closes, self.hours, frozenset(self.closed_on))


class PledgesTable(_Table):
    """Where the LMC's practices are, and where GPC England's survey is."""

    areas: tuple[_Area, ...] = ()
    tracker: _Url = ""

    def pledging(self) -> Pledging:
        """What pledges work with."""
        return Pledging(self.areas, self.tracker)


class TelegramTable(_Table):
    """The bot on Telegram; without a token it is not there."""

    token: SecretStr = SecretStr("")
    api_url: _Url = "https://api.telegram.org"
    mode: Literal["polling", "webhook"] = "polling"
    webhook_url: _Url = ""
    webhook_secret: SecretStr = SecretStr("")
    listen: _Address = "127.0.0.1:8443"


class SlackTable(_Table):
    """The app on Slack; without a bot token it is not there."""

    bot_token: SecretStr = SecretStr("")
    app_token: SecretStr = SecretStr("")
    signing_secret: SecretStr = SecretStr("")
    api_url: _Url = "https://slack.com/api/"
    mode: Literal["socket", "http"] = "socket"
    listen: _Address = "127.0.0.1:3000"


class Config(_Table):
    """Everything that an LMC sets."""

    lmc: LmcTable = Field(default_factory=LmcTable)
    book: BookTable = Field(default_factory=BookTable)
    matching: MatchingTable = Field(default_factory=MatchingTable)
    store: StoreTable = Field(default_factory=StoreTable)
    people: PeopleTable = Field(default_factory=PeopleTable)
    limits: LimitsTable = Field(default_factory=LimitsTable)
    figures: FiguresTable = Field(default_factory=FiguresTable)
    broadcasts: BroadcastsTable = Field(default_factory=BroadcastsTable)
    desk: DeskTable = Field(default_factory=DeskTable)
    pledges: PledgesTable = Field(default_factory=PledgesTable)
    telegram: TelegramTable = Field(default_factory=TelegramTable)
    slack: SlackTable = Field(default_factory=SlackTable)


def read(environment: Mapping[str, str], path: Path | None = None) -> Config:
    """Read the configuration.

    Args:
        environment: the process's variables; `PUSHBACK_CONFIG` names the file where `path` does not.
        path: the file; without one, `config.toml` in the user's configuration folder, which need not exist.

    Returns:
        The configuration. A path in the file begins at the file's folder, one in the environment where the process
        stands.

    Raises:
        ConfigError: with every fault: the file or variable, the key, and what to write instead.
    """
    if named := path or environment.get(NAMES_THE_FILE):
        place = Path(named)
    else:
        place = user_config_path("pushback", appauthor=False) / "config.toml"
    raw = _file(place, required=bool(named))
    overrides, unread = _variables(environment)
    try:
        for table, keys in overrides.items():
            if isinstance(raw.setdefault(table, {}), dict):
                raw[table] |= {key: value for key, (_, value) in keys.items()}
        config = Config.model_validate(raw)
    except ValidationError as error:
        raise ConfigError("\n".join([*unread, *_faults(error, place, overrides)])) from error
    if unread:
        raise ConfigError("\n".join(unread))

    def begin(table: str, key: str) -> Path:
        return Path.cwd() if key in overrides.get(table, {}) else place.parent

    local = tuple(begin("book", "local") / folder for folder in config.book.local)
    cache = begin("book", "cache") / config.book.cache if config.book.cache else ""
    book = config.book.model_copy(update={"local": local, "cache": cache})
    kept = begin("store", "path") / config.store.path if config.store.path else ""
    store = config.store.model_copy(update={"path": kept})
    return config.model_copy(update={"book": book, "store": store})


def _file(place: Path, required: bool) -> dict[str, Any]:
    try:
        return tomllib.loads(place.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if required:
            raise ConfigError(f"{place}: there is no such file") from None
        return {}
    except OSError as error:
        raise ConfigError(f"{place}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{place}: is not UTF-8 text (byte {error.start})") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{place}: is not TOML: {error}") from error


def _variables(environment: Mapping[str, str]) -> tuple[dict[str, dict[str, tuple[str, Any]]], list[str]]:
    """Return what the environment overrides, and its faults: for each table and key, the variable and its value."""
    found: dict[str, dict[str, tuple[str, Any]]] = {}
    faults = []
    for name, value in sorted(environment.items()):
        if not name.startswith(PREFIX) or name == NAMES_THE_FILE:
            continue
        table, _, key = name.removeprefix(PREFIX).lower().partition("_")
        content = value
        if key.endswith("_file"):
            key = key.removesuffix("_file")
            try:
                content = Path(value).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                faults.append(f"{name}: the file that it names cannot be read: {error}")
                continue
            if not content:
                faults.append(f"{name}: the file that it names is empty: {value}")
                continue
        found.setdefault(table, {})[key] = (name, _listed(table, key, content))
    return found, faults


_LISTS = {("book", "local"): os.pathsep} | dict.fromkeys(
    (("people", "owners"), ("people", "officers"), ("desk", "days"), ("desk", "closed_on"), ("pledges", "areas")), ","
)


def _listed(table: str, key: str, content: str) -> str | list[str]:
    """Cut what is a list: folders as the system writes a path list, people by commas."""
    mark = _LISTS.get((table, key))
    return [part.strip() for part in content.split(mark) if part.strip()] if mark else content


def _faults(error: ValidationError, place: Path, overrides: dict[str, dict[str, tuple[str, Any]]]) -> list[str]:
    """Name each fault by the file and key, or by the variable, that it came from."""
    lines = []
    for found, (where, say) in zip(error.errors(), said(error, _keys()), strict=True):
        table, key = ([str(part) for part in found["loc"]] + [""])[:2]
        plain = _PLAIN[found["type"]](found) if found["type"] in _PLAIN else _EXAMPLES.get(f"{table}.{key}", say)
        shown = "must be text in quotes" if _secret(table, key) else plain  # and not what stands there
        variable = overrides.get(table, {}).get(key)
        lines.append(f"{variable[0]}: {shown}" if variable else f"{place}: {where}: {shown}")
    return lines


# What stands for a pattern that a list's entries must fit.
_EXAMPLES = {
    "people.owners": 'must be a list of accounts, such as "telegram 123456789" or "slack U0123ABCD"',
    "people.officers": 'must be a list of accounts, such as "telegram 123456789" or "slack U0123ABCD"',
    "pledges.areas": 'must be a list of codes, such as "16C" or "QHM"',
}


def _number(found: ErrorDetails) -> str:
    return f"must be a number, not {found['input']!r}"


def _whole(found: ErrorDetails) -> str:
    return f"must be a whole number, not {found['input']!r}"


def _switch(found: ErrorDetails) -> str:
    return f"must be true or false, not {found['input']!r}"


# One row for each kind of fault that only a setting can have: pydantic's name for it, and what to write.
_PLAIN: dict[str, Callable[[ErrorDetails], str]] = {
    "int_parsing": _whole,
    "int_type": _whole,
    "int_from_float": _whole,
    "float_parsing": _number,
    "float_type": _number,
    "bool_parsing": _switch,
    "bool_type": _switch,
    "greater_than_equal": lambda found: f"must be {found['ctx']['ge']:g} or more, not {found['input']!r}",
    "greater_than": lambda found: f"must be more than {found['ctx']['gt']:g}, not {found['input']!r}",
    "less_than_equal": lambda found: f"must be {found['ctx']['le']:g} or less, not {found['input']!r}",
}


def _secret(table: str, key: str) -> bool:
    held = Config.model_fields[table].annotation if table in Config.model_fields else None
    field = getattr(held, "model_fields", {}).get(key)
    return field is not None and field.annotation is SecretStr


def _keys() -> list[str]:
    tables = {name: field.annotation for name, field in Config.model_fields.items()}
    dotted = [f"{name}.{key}" for name, table in tables.items() if table for key in table.model_fields]
    return [*tables, *dotted]

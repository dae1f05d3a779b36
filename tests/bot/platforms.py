"""Both loopback platforms, and the bot as a process of its own."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.bot.slack_server import APP_TOKEN, BOT_TOKEN, Slackware
    from tests.bot.telegram_server import TOKEN, Refused, Server
else:  # the bench and the drill's own process run where the tests are no package
    sys.path.insert(0, str(Path(__file__).parent))
    from slack_server import APP_TOKEN, BOT_TOKEN, Slackware
    from telegram_server import TOKEN, Refused, Server

__all__ = ["APP_TOKEN", "BOT_TOKEN", "TOKEN", "Refused", "Server", "Slackware", "platforms", "running"]


@asynccontextmanager
async def platforms() -> AsyncIterator[tuple[Server, Slackware]]:
    """Open both; neither may be called in a way that its documentation does not allow."""
    slack = Slackware()
    await slack.open()
    try:
        async with Server() as telegram:
            yield telegram, slack
    finally:
        await slack.close()
    assert not slack.problems, slack.problems[:3]
    assert not telegram.faults, telegram.faults[:3]


@asynccontextmanager
async def running(
    words: Sequence[str], log: Path, settings: Mapping[str, str]
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a command; it is gone at the end, one way or another.

    Args:
        words: the command.
        log: what it writes is added there.
        settings: variables of its environment, which holds no other of Pushback's.
    """
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PUSHBACK_")}
    with log.open("ab") as file:
        process = await asyncio.create_subprocess_exec(
            *words, env=environment | dict(settings), stdout=file, stderr=subprocess.STDOUT
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()

"""What a chat does beside taking messages in."""

import asyncio
import logging

import pytest

from bot.aside import Aside


async def gated(gate: asyncio.Event) -> str:
    await gate.wait()
    return "done"


async def broken() -> None:
    raise ValueError("patient Jane Doe")


async def test_what_is_begun_is_held_until_it_ends() -> None:
    aside, gate = Aside("paper"), asyncio.Event()
    task = aside.begin(gated(gate))
    assert aside.tasks == (task,)
    gate.set()
    assert await task == "done"
    await asyncio.sleep(0)
    assert not aside.tasks


async def test_what_breaks_is_logged_by_its_kind(caplog: pytest.LogCaptureFixture) -> None:
    aside = Aside("paper")
    await asyncio.wait([aside.begin(broken())])
    await asyncio.sleep(0)
    assert caplog.record_tuples == [("pushback", logging.ERROR, "paper: aside failed: ValueError")]


async def test_a_stop_lets_finish_what_is_quick_and_ends_the_rest() -> None:
    aside, open_, shut = Aside("paper"), asyncio.Event(), asyncio.Event()
    open_.set()
    quick, slow = aside.begin(gated(open_)), aside.begin(gated(shut))
    await aside.stop(patience=0.01)
    assert quick.result() == "done"
    assert slow.cancelled()


async def test_a_stop_without_patience_ends_all_at_once() -> None:
    aside = Aside("paper")
    task = aside.keep(asyncio.create_task(gated(asyncio.Event())))
    await aside.stop()
    assert task.cancelled()

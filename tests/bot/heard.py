"""A door that only keeps what was brought to it."""

import asyncio
from collections.abc import Callable

from bot.port import Found, Reason
from handlers.chat import Ask, Person, Reply


class Heard:
    """What a chat brought, in order."""

    def __init__(self) -> None:
        self.asks: list[Ask] = []
        self._came = asyncio.Condition()

    async def receive(self, ask: Ask) -> None:
        async with self._came:
            self.asks.append(ask)
            self._came.notify_all()

    async def look(self, _ask: Ask) -> Reply:
        return Reply(())

    async def find(self, _words: str, _person: Person) -> tuple[Found, ...]:
        return ()

    async def gone(self, person: Person, reason: Reason) -> None: ...

    async def moved(self, chat: str, old: str, new: str) -> None: ...

    async def now_at(self, _chat: str, place: str) -> str:
        return place

    async def have(self, count: int) -> list[Ask]:
        """Wait until so many came; all of them."""
        await self.until(lambda: len(self.asks) >= count)
        return self.asks

    async def until(self, true: Callable[[], bool]) -> None:
        async with self._came, asyncio.timeout(20):
            await self._came.wait_for(lambda: bool(self.asks) and true())

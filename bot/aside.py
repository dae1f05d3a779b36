"""What goes on beside the rest, such as an answer on its way: begun, held until it ends, and stopped with all."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

log = logging.getLogger("pushback")
_T = TypeVar("_T")


class Aside:
    """Tasks that nobody waits for: the loop itself holds none, and what breaks in one would be heard of nowhere."""

    def __init__(self, whose: str) -> None:
        """Hold none yet.

        Args:
            whose: who began them, for the log: a chat, the inbox.
        """
        self._whose = whose
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def tasks(self) -> tuple[asyncio.Task[Any], ...]:
        """Those that have not ended."""
        return tuple(self._tasks)

    def begin(self, work: Coroutine[Any, Any, _T]) -> asyncio.Task[_T]:
        """Begin some work."""
        return self.keep(asyncio.create_task(work))

    def keep(self, task: asyncio.Task[_T]) -> asyncio.Task[_T]:
        """Hold a task that is begun already."""
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def stop(self, patience: float = 0.0) -> None:
        """Wait for so many seconds, then cancel what has not ended."""
        if self._tasks and patience:
            await asyncio.wait(self._tasks, timeout=patience)
        late = self.tasks
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("%s: aside failed: %s", self._whose, type(error).__name__)

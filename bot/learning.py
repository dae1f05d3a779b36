"""The first build of the rules' vectors, shown to whoever waits for it."""

import threading
from contextlib import ExitStack

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from knowledge.matcher import Matcher


class _StoppedError(Exception):
    """Whoever waited has left."""


_DOING = "Learning the rulebook (once)"


def with_bar(matcher: Matcher) -> bool:
    """Make the semantic design ready, with a progress bar on standard error where there is something to make.

    Returns:
        Whether it is ready; `matcher.fallback` says why not.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    progress = Progress(*columns, console=Console(stderr=True), transient=True)
    task: list[TaskID] = []
    with ExitStack() as shown:

        def step(done: int, total: int) -> None:
            if not task:
                shown.enter_context(progress)
                task.append(progress.add_task(_DOING, total=total))
            progress.update(task[0], completed=done)

        return matcher.learn(step)


class Learning:
    """Makes the semantic design ready in another thread, while the lexical one answers."""

    def __init__(self, matcher: Matcher) -> None:
        """Prepare; `start` begins."""
        self._matcher = matcher
        self._said = ""
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="learning", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._said = f"{_DOING}: answers go by words alone until it is done"
        self._thread.start()

    def stop(self) -> None:
        """Give up and wait for the thread to end: one that still runs the encoder at exit brings the process down."""
        self._stopped = True
        if self._thread.is_alive():
            self._thread.join()

    def wait(self) -> None:
        """Wait until it is done."""
        self._thread.join()

    def status(self) -> str:
        """How far it is, in one line; empty once there is nothing to tell."""
        return self._said

    def _run(self) -> None:
        try:
            ready = self._matcher.learn(self._step)
        except _StoppedError:
            return
        self._said = "" if ready else f"Answers go by words alone: {self._matcher.fallback}"

    def _step(self, done: int, total: int) -> None:
        if self._stopped:
            raise _StoppedError
        filled = 20 * done // total
        self._said = f"{_DOING} {'█' * filled}{'░' * (20 - filled)} {done} of {total}"

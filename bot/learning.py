"""The first build of the rules' vectors, shown to whoever waits for it."""

import threading
from contextlib import ExitStack

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from knowledge.matcher import Matcher


class _StoppedError(Exception):
    """Whoever waited has left."""


_DOING = "Learning the rulebook, once"
_READING = "Loading the rulebook"  # what it is until there is something to make: most often nothing


def with_bar(matcher: Matcher) -> bool:
    """Make the semantic design ready; where there is something to make, tell so on standard error.

    A terminal gets a progress bar, a file or a pipe one line: whoever waits must know why.

    Returns:
        Whether it is ready; `matcher.fallback` says why not.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    screen = Console(stderr=True)
    progress = Progress(*columns, console=screen, transient=True)
    task: list[TaskID] = []
    with ExitStack() as shown:

        def step(done: int, total: int) -> None:
            if not task:
                if screen.is_terminal:
                    shown.enter_context(progress)
                else:
                    screen.print(f"{_DOING}: up to a minute or two on a slow machine", soft_wrap=True)
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
        self._said = f"{_READING}: answers go by words alone until it is done"
        self._thread.start()

    def stop(self) -> None:
        """Give up and wait for the thread to end: one that still runs the encoder at exit brings the process down."""
        self._stopped = True
        if self._thread.is_alive():
            self._thread.join()

    def over(self) -> bool:
        """Whether it has ended, or was never begun."""
        return not self._thread.is_alive()

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

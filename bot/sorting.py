"""Questions put together by likeness, in a thread of their own: some seconds of work that no answer waits for."""

import logging
import threading
from dataclasses import dataclass

from knowledge.matcher import Matcher, in_groups

log = logging.getLogger("pushback")
AT_ONCE = 0.05  # seconds that who asks waits for it
GRACE = 1.0  # seconds that a stop waits for it


class _StoppedError(Exception):
    """The bot stops."""


@dataclass(frozen=True)
class _Done:
    matcher: Matcher
    design: str
    texts: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]


class Sorting:
    """What `House.alike` is in a running bot: the last groups, and the thread that makes the next ones.

    Called in one thread alone, that of the answers.
    """

    def __init__(self, at_once: float = AT_ONCE) -> None:
        """Begin with none; `at_once` is how many seconds who asks waits."""
        self._at_once = at_once
        self._done: _Done | None = None
        self._thread: threading.Thread | None = None
        self._stopped = False

    def stop(self) -> None:
        """Give up and wait for the thread to end: one that still runs the encoder at exit brings the process down."""
        self._stopped = True
        if self._thread:
            self._thread.join(GRACE)

    def _step(self) -> None:
        if self._stopped:
            raise _StoppedError

    def __call__(self, matcher: Matcher, texts: tuple[str, ...]) -> tuple[tuple[str, ...], ...] | None:
        """Return the texts in groups; those of a little while ago, or None, where that takes longer than a moment."""
        if not self._is(matcher, texts) and not (self._thread and self._thread.is_alive()):
            self._thread = threading.Thread(target=self._sort, args=(matcher, texts), name="sorting", daemon=True)
            self._thread.start()
            self._thread.join(self._at_once)
        done = self._done
        return done.groups if done and done.matcher is matcher and done.design == matcher.design else None

    def _is(self, matcher: Matcher, texts: tuple[str, ...]) -> bool:
        done = self._done
        return bool(done and done.matcher is matcher and done.design == matcher.design and done.texts == texts)

    def _sort(self, matcher: Matcher, texts: tuple[str, ...]) -> None:
        design = matcher.design
        try:
            self._done = _Done(matcher, design, texts, in_groups(matcher, texts, self._step))
        except _StoppedError:
            return
        except Exception as error:  # its message may hold what somebody asked
            log.error("questions could not be put together: %s", type(error).__name__)
            self._done = _Done(matcher, design, texts, ())

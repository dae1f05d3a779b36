"""The book bound anew in processes of their own, at low priority: what takes seconds there would hold up answers here.

    Job ── stdin ──▶ main ── stdout ──▶ Bound      everything heavy is left in the cache

One process reads, checks and indexes; another makes vectors and teaches. They work side by side, and each reads only
what an edit changed: the rest comes with the job. (A thread would not do: a question lets go of the interpreter at each
step of SQLite, and would wait five milliseconds to get it back each time.)
"""

import asyncio
import os
import pickle
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from knowledge.changes import Change, changed, parts
from knowledge.library import BookError, Fault, Library, load

Half = Literal["index", "vectors"]
POLITE = 5  # added to a process's niceness: answers go first, and a busy machine still gets to it


class BindingError(Exception):
    """A process did not come to its end; the message says how it ended."""


@dataclass(frozen=True)
class Job:
    """What to bind: the book's folders, where to leave what was made, and the book in use, None to check all of it."""

    folders: tuple[Path, ...]
    cache: Path
    before: Library | None
    half: Half = "index"


@dataclass(frozen=True)
class Bound:
    """What came of it: the book, None where its files have a fault; every fault; its parts; what changed in it."""

    library: Library | None
    faults: tuple[Fault, ...] = ()
    parts: Mapping[str, bytes] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()


def bind(job: Job) -> Bound:
    """Read and check a book, and leave its index or its vectors in the cache.

    Returns:
        The book with its faults; of its vectors nothing: the cache has them.
    """
    try:
        library = load(job.folders, job.cache, job.before)
    except BookError as error:
        return Bound(None, error.faults)
    if job.half == "vectors":
        if job.before and _taught(job.before) == _taught(library):
            return Bound(library)
        from knowledge.matcher.lexical import spelt
        from knowledge.matcher.semantic import Semantic

        Semantic(library, spelt(library, job.cache, job.before), job.cache)
        return Bound(library)
    from knowledge import lint
    from knowledge.matcher.lexical import Lexical

    faults = tuple(lint.errors(library, job.before))
    if not faults:
        Lexical(library, job.cache, job.before).close()
    held = parts(library)
    return Bound(library, faults, held, tuple(changed(parts(job.before), held)) if job.before else ())


def _taught(library: Library) -> object:
    """Return all that vectors are made of: where an edit left it alone, the cache has every one."""
    return [(rule.id, rule.title, rule.asks, rule.words) for rule in library.live], library.decoys, library.words


async def bound(job: Job, halves: Sequence[Half]) -> Bound:
    """Bind in processes, one for each half; what the index's says counts.

    Raises:
        BindingError: where one of them broke.
    """
    found = await asyncio.gather(*(_in_a_process(replace(job, half=half)) for half in halves))
    return found[halves.index("index")]


async def _in_a_process(job: Job) -> Bound:
    given = await asyncio.to_thread(pickle.dumps, job)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from bot.binding import main; main()"), stdin=pipe, stdout=pipe, start_new_session=True
    )  # a session of its own: Ctrl-C in a terminal is for the bot, which ends this one
    try:
        made, _ = await process.communicate(given)
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode:
        raise BindingError(f"the process for the {job.half} ended with {process.returncode}")
    found: Bound = await asyncio.to_thread(pickle.loads, made)
    return found


def main() -> None:
    """Do the job that comes in."""
    if hasattr(os, "nice"):
        os.nice(POLITE)
    out, sys.stdout = sys.stdout.buffer, sys.stderr  # what a library prints is no part of the answer
    job: Job = pickle.load(sys.stdin.buffer)  # noqa: S301 (from the process that began this one)
    found = bind(job)
    pickle.dump(found, out)
    out.flush()

"""What people asked in vain, put together: 5,000 questions, and how answers fare meanwhile. Part of `make bench`."""

import dataclasses
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.app import App
from bot.config import BookTable
from bot.sorting import Sorting
from bot.store import Store
from handlers.chat import Ask, House, Person, plain_text
from handlers.records import Judged, Opinion, Question, Rank
from knowledge.library import load
from knowledge.matcher import Matcher

QUESTIONS, PEOPLE = 5_000, 900
EVERY = 0.2  # seconds between two questions
NOW = 1_795_424_400  # 23 November 2026
OFFICER, GP = Person("telegram", "1"), Person("telegram", "2")


def main() -> None:
    """Keep questions, put them together, ask meanwhile; print one table."""
    table = Table("what", "limit", "measured", "", box=None, pad_edge=False)
    library = load()
    matcher = Matcher(library, BookTable().cached)
    texts = [(rule.id, ask) for rule in library.live for ask in rule.asks][:QUESTIONS]
    for learnt in (False, True):
        if learnt and not matcher.learn():
            raise SystemExit(matcher.fallback)
        with tempfile.TemporaryDirectory() as folder:
            store = Store(Path(folder) / "pushback.db")
            house = House(library, matcher, records=store.records, clock=lambda: NOW, a_minute=0, alike=Sorting())
            app = App(dataclasses.replace(house, ranks={OFFICER.account: Rank.OWNER}))
            with store.records.upkeep.together():
                for number, (rule, text) in enumerate(texts):
                    person = f"telegram {10 + number % PEOPLE}"
                    kept = store.records.questions.keep(Question(NOW, person, text, "answer", rule))
                    store.records.opinions.keep(Opinion(NOW, person, Judged.NOT, rule, kept))
            _measure(table, app, [text for _, text in texts], matcher.design)
            store.close()
    table.add_row("resident, MB", "", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}", "at most")
    Console(width=110).print(table)


def _measure(table: Table, app: App, texts: list[str], design: str) -> None:
    """Put the questions together as a running bot does, with one question after another meanwhile."""
    alone = _asked(app, texts[:100], lambda: False)
    begun, processor = time.perf_counter(), time.process_time()
    pressed = _pressed(app)
    ready = False

    def done() -> bool:
        nonlocal ready
        ready = "ONE MOMENT" not in plain_text(app.handle(Ask(OFFICER, "gaps")))
        return ready

    meanwhile = _asked(app, texts * 9, done)
    took, spent = time.perf_counter() - begun, time.process_time() - processor
    many = f"{len(texts):,} questions, {design}"
    table.add_row(
        f"{many}: put together, s", "", f"{took:.1f}", f"{spent:.1f} of the processor, questions answered too"
    )
    table.add_row("the first press of gaps, ms", "200", f"{pressed:.0f}", "")
    table.add_row("a question meanwhile, p99, ms", "100", f"{_p99(meanwhile):.1f}", f"alone {_p99(alone):.1f}")
    table.add_row("gaps, once they are, ms", "200", f"{_pressed(app):.0f}", "")


def _asked(app: App, texts: list[str], done: Callable[[], bool]) -> list[float]:
    """Ask as a county does until it is done, which is looked at every four seconds."""
    took = []
    for number, text in enumerate(texts):
        if number % 20 == 19 and done():
            break
        begun = time.perf_counter()
        app.ask(text, GP)
        took.append(1000 * (time.perf_counter() - begun))
        time.sleep(EVERY)
    return took


def _pressed(app: App) -> float:
    begun = time.perf_counter()
    app.handle(Ask(OFFICER, "gaps"))
    return 1000 * (time.perf_counter() - begun)


def _p99(took: list[float]) -> float:
    return sorted(took)[int(len(took) * 0.99)]


if __name__ == "__main__":
    main()

"""The matcher on public sets of questions: `make bench-public DATA=folder`.

The folder holds what is found of: data_full.json (CLINC150, clinc/oos-eval), banking77/train.csv and banking77/test.csv
(PolyAI-LDN/task-specific-datasets), and <name>_train.csv, <name>_test.csv for curekart, sofmattress and powerplay11
(hellohaptik/HINT3, real users). Each intent is a rule with 5, 8 or 12 of its training phrasings and nothing else: no
answer, no words. The data is not in this repository.
"""

import csv
import json
import random
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from rich.console import Console
from rich.table import Table

from knowledge.general import General
from knowledge.library import Library, Near, load
from knowledge.matcher import Matcher
from knowledge.model import Role, Rule, Status, Verdict
from knowledge.release import Release

SHOTS = (5, 8, 12)
SEED = 20261121
# What was published at the same number of examples, or on the same test, for comparison.
PUBLISHED = {
    "CLINC150": "full set: DialogFlow 91.7, BERT 96.9; 10 examples: RoBERTa 91.6",
    "BANKING77": "10 examples: RoBERTa 84.3, USE+ConveRT 85.2",
    "curekart": "full set: Haptik 60.4 in scope at its best threshold",
    "sofmattress": "full set: Dialogflow 71.9 in scope at its best threshold",
    "powerplay11": "full set: Haptik 61.5 in scope at its best threshold",
}


@dataclass(frozen=True)
class Intent:
    """As much of a rule as the matcher reads."""

    id: str
    asks: tuple[str, ...]
    title: str = ""
    words: tuple[str, ...] = ()
    answer: str = ""
    why: str = ""
    who: str = ""
    depends_on: str = ""
    unless: tuple[str, ...] = ()
    verdict: Verdict = Verdict.SIGNPOST
    status: Status = Status.DRAFT
    roles: Mapping[Role, str] = field(default_factory=dict)


Labelled = list[tuple[str, str]]  # question and intent, "" where it is outside


def main(folder: Path) -> None:
    """Measure every set that is in the folder."""
    table = Table(
        "set", "phrasings", "first", "among 3", "outside below .5", "published, first", box=None, pad_edge=False
    )
    for name, train, test in _sets(folder):
        for shots in SHOTS:
            table.add_row(name, str(shots), *_measured(train, test, shots), PUBLISHED[name])
    Console(width=150).print(table)


def _sets(folder: Path) -> Iterator[tuple[str, Labelled, Labelled]]:
    clinc = folder / "data_full.json"
    if clinc.is_file():
        raw = json.loads(clinc.read_text(encoding="utf-8"))
        train, test = ([(q, label) for q, label in raw[part]] for part in ("train", "test"))
        yield "CLINC150", train, test + [(q, "") for q, _ in raw["oos_test"]]
    if (folder / "banking77").is_dir():
        banking = folder / "banking77"
        yield "BANKING77", _csv(banking / "train.csv"), _csv(banking / "test.csv")
    for name in ("curekart", "sofmattress", "powerplay11"):
        if (folder / f"{name}_train.csv").is_file():
            yield name, _csv(folder / f"{name}_train.csv"), _csv(folder / f"{name}_test.csv")


def _csv(path: Path) -> Labelled:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return [(row[0], "" if row[1] == "NO_NODES_DETECTED" else row[1]) for row in rows]


def _measured(train: Labelled, test: Labelled, shots: int) -> tuple[str, str, str]:
    picked: dict[str, list[str]] = {}
    for question, label in random.Random(SEED).sample(train, len(train)):
        if len(picked.setdefault(label, [])) < shots:
            picked[label].append(question)
    names = {label: f"intent-{number}" for number, label in enumerate(sorted(picked))}
    rules = {names[label]: cast(Rule, Intent(names[label], tuple(asks))) for label, asks in picked.items()}
    words = load().words
    library = Library(
        rules, {}, {}, {}, {}, {}, {}, {}, Near(), General(askers={}, acts={}, grid={}), words, f"public-{shots}",
        Release("0" * 16), {},
    )  # fmt: skip
    matcher = Matcher(library)
    matcher.learn()
    first = among = inside = outside = below = 0
    for question, label in test:
        match = matcher.match(question)
        if label:
            inside += 1
            first += match.ranking[:1] == (names.get(label),)
            among += names.get(label) in match.ranking[:3]
        else:
            outside += 1
            below += match.p < 0.5
    matcher.close()
    return f"{first / inside:.1%}", f"{among / inside:.1%}", f"{below / outside:.1%}" if outside else "-"


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.exit("make bench-public DATA=folder: name a folder that holds the sets; tests/bench_public.py says which")
    main(Path(sys.argv[1]))

"""The next lawful steps of 100,000 files in one process, against reading as many files from JSON.

Fact sets of every stage, under every edition, each of another day; nothing is asked of a database. The floor is what
handing over the facts takes at the least.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date, timedelta

from core.dates import add_months
from core.workdays import WorkingCalendar
from pipeline.cases.reading import FactsReader, starts
from pipeline.engine.facts import Facts
from pipeline.engine.steps import next_steps
from pipeline.rulebook.loading import load
from tests.bench.measure import Ratio, compare_both, cpu_seconds, milliseconds

FILES = 100_000
SAMPLE = 5_000
"""Compared in pairs; all 100,000 are run once."""
FIRST = date(2022, 1, 3)


def files(count: int) -> list[tuple[date, Facts]]:
    """As many files as asked for, of all stages, their days spread over six years."""
    stages = list(starts().values())
    days = [FIRST + timedelta(days=7 * number) for number in range(313)]
    made = {(n, day): FactsReader(day).facts(stage) for n, stage in enumerate(stages) for day in days}
    keys = list(made)
    found = []
    for number in range(count):
        n, day = keys[number * 7 % len(keys)]
        facts = made[n, day]
        found.append((day, replace(facts, opened_on=add_months(facts.opened_on, -(number % 5)))))
    return found


def run() -> Iterator[Ratio]:
    book, calendar = load(), WorkingCalendar()
    some = files(SAMPLE)
    texts = [json.dumps(asdict(facts), default=str) for _, facts in some]
    found = compare_both(
        lambda: [next_steps(facts, book, calendar, day) for day, facts in some],
        lambda: [json.loads(text) for text in texts],
        clock=cpu_seconds,
    )
    yield Ratio(f"next steps of {SAMPLE:,} files ÷ reading them from JSON", found.ratio, 3, milliseconds(found))
    everything = files(FILES)
    steps = 0

    def all_of_them() -> None:
        nonlocal steps
        steps = sum(len(next_steps(facts, book, calendar, day)) for day, facts in everything)

    seconds = cpu_seconds(all_of_them)
    per_file, sampled = seconds / FILES, found.ours / SAMPLE
    yield Ratio(
        f"a file among {FILES:,} ÷ a file among {SAMPLE:,}", per_file / sampled, 1.3,
        f"{seconds:.1f} s of processor in one process, {steps:,} steps",
    )  # fmt: skip

"""`make bench`: ratios of our own times to a floor measured in the same run, with the machine's load.

    python -m tests.bench [name …]        only bench_<name>.py

Every `bench_*.py` here has `run()`, which gives one Ratio after the other; those that need rows go through the scales
of the demo (`kept.each_scale`; SCALES=1,10,100 says which, by default 1 and 10). SQLite, or PostgreSQL when
DATABASE_URL says so. Ends with 1 when a ratio misses its goal.
"""

import importlib
import os
import pkgutil
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")

import django
from django.db import connection

import tests.bench
from tests.bench.measure import Ratio


def load() -> str:
    """The machine's load over the last minute, and its cores."""
    return f"load {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores"


def report(ratio: Ratio) -> None:
    verdict = "ok  " if ratio.ratio <= ratio.goal else "MISS"
    print(f"{verdict} {ratio.ratio:8.3f}  goal ≤ {ratio.goal:<7g} {ratio.name}  ({ratio.note}; {load()})", flush=True)


def main(wanted: list[str]) -> int:
    names = [module.name for module in pkgutil.iter_modules(tests.bench.__path__) if module.name.startswith("bench_")]
    if wanted:
        names = [name for name in names if name.removeprefix("bench_") in wanted]
    django.setup()
    from core import dates
    from tests.today import TODAY

    dates.today = lambda: TODAY  # the day the demo was made for, whenever that was
    print(f"{len(names)} benchmarks on {connection.vendor}, {load()}", flush=True)
    missed = 0
    for name in names:
        for ratio in importlib.import_module(f"tests.bench.{name}").run():
            report(ratio)
            missed += ratio.ratio > ratio.goal
    print(f"{missed} missed" if missed else "all goals met", flush=True)
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

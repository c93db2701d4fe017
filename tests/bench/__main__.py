"""`make bench`: ratios of our own times to a floor measured in the same run, with the machine's load.

    python -m tests.bench [name …]        only bench_<name>.py

Every `bench_*.py` here has `run() -> list[Ratio]`; they find one migrated database, made for this run
(SQLite in a file, or PostgreSQL when DATABASE_URL says so). Ends with 1 when a ratio misses its goal.
"""

import importlib
import os
import pkgutil
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django
from django.conf import settings

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
    print(f"{len(names)} benchmarks, {load()}", flush=True)
    django.setup()
    from django.test.utils import setup_databases, teardown_databases

    # A database in memory would flatter SQLite.
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = (
        str(settings.DATA_DIR / "bench.sqlite3")
        if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
        else f"bench_{os.getpid()}"
    )
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        ratios: list[Ratio] = []
        for name in names:
            found = [Ratio(*line) for line in importlib.import_module(f"tests.bench.{name}").run()]
            for ratio in found:
                report(ratio)
            ratios += found
    finally:
        teardown_databases(databases, verbosity=0)
    return int(any(ratio.ratio > ratio.goal for ratio in ratios))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Loads the demo into the empty database of DATABASE_URL and prints, as JSON, how long each part of it took.

    python -m tests.bench.load SCALE

A process of its own, with the settings of an installation: what `manage.py demo --scale SCALE` does.
"""

import json
import os
import re
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

from tests.today import TODAY


class Stopwatch:
    """Takes progress reports and adds up the seconds spent in each step: elapsed, and of this process's processor."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}
        self._step, self._since = "", self._now()

    def __call__(self, done: int, total: int, step: str) -> None:
        now = self._now()
        if self._step:
            spent = self.seconds.setdefault(self._step, [0.0, 0.0])
            for place, (begun, ended) in enumerate(zip(self._since, now, strict=True)):
                spent[place] += ended - begun
        self._step, self._since = re.sub(r" \(\d+/\d+\)$", "", step), now

    @staticmethod
    def _now() -> tuple[float, float]:
        return time.perf_counter(), time.process_time()


def main(scale: int) -> None:
    django.setup()
    from django.core.management import call_command

    from cells.models import Member, Movement, Organization
    from pipeline.models import Case, CaseEvent
    from reports.demo.loader import load_demo

    call_command("migrate", verbosity=0)
    watch, started = Stopwatch(), time.perf_counter()
    load_demo(scale=scale, today=TODAY, progress=watch)
    taken = time.perf_counter() - started
    rows = {model.__name__: model.objects.count() for model in (Organization, Member, Movement, Case, CaseEvent)}
    spent = {"seconds": taken, "cpu": time.process_time(), "steps": watch.seconds, "load": os.getloadavg()[0]}
    json.dump(spent | {"rows": rows}, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]))

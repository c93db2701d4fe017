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
    """Takes progress reports and adds up the seconds spent in each step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._step, self._since = "", time.perf_counter()

    def __call__(self, done: int, total: int, step: str) -> None:
        now = time.perf_counter()
        if self._step:
            self.seconds[self._step] = self.seconds.get(self._step, 0.0) + now - self._since
        self._step, self._since = re.sub(r" \(\d+/\d+\)$", "", step), now


def main(scale: int) -> None:
    django.setup()
    from django.core.management import call_command

    from cells.models import Member, Movement, Organization
    from reports.demo.loader import load_demo

    call_command("migrate", verbosity=0)
    watch, started = Stopwatch(), time.perf_counter()
    load_demo(scale=scale, today=TODAY, progress=watch)
    taken = time.perf_counter() - started
    rows = {model.__name__: model.objects.count() for model in (Organization, Member, Movement)}
    json.dump({"seconds": taken, "steps": watch.seconds, "rows": rows, "load": os.getloadavg()[0]}, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]))

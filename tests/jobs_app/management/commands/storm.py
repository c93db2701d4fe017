"""Many threads change something and ask for the same work, while others do it: are the figures right?"""

import itertools
import json
import random
import threading
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction

from core import audit, jobs, tasks
from core.models import AuditEvent, Job

LABEL, KEY = "storm", "the-one"


class Command(BaseCommand):
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--writers", type=int, default=4)
        parser.add_argument("--workers", type=int, default=3)
        parser.add_argument("--changes", type=int, default=15)

    def handle(self, *args: Any, **options: Any) -> None:
        tasks.run_job.apply_async = lambda args: None  # the workers here look for themselves
        self._changing = options["writers"]
        threads = [threading.Thread(target=self._write, args=(options["changes"],)) for _ in range(options["writers"])]
        threads += [threading.Thread(target=self._work) for _ in range(options["workers"])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        published = AuditEvent.objects.filter(action=AuditEvent.Action.RENDER).order_by("pk")
        figures = [int(label.partition("=")[2]) for label in published.values_list("label", flat=True)]
        done = Job.objects.filter(state=Job.State.DONE).order_by("finished_at")
        answer = {
            "changes": AuditEvent.objects.filter(action=AuditEvent.Action.UPDATE).count(),
            "published_last": figures[-1],
            "went_back": sum(later < earlier for earlier, later in itertools.pairwise(figures)),
            "jobs": Job.objects.count(),
            "done": done.count(),
            "attempts": sum(done.values_list("attempts", flat=True)),
        }
        self.stdout.write(json.dumps(answer))

    def _write(self, changes: int) -> None:
        try:
            for _ in range(changes):
                with transaction.atomic():
                    # Either order must do: the row asked for is ours until we commit.
                    first, second = random.sample([self._change, self._ask], 2)
                    first()
                    time.sleep(random.random() * 0.01)
                    second()
                time.sleep(random.random() * 0.01)
        finally:
            self._changing -= 1
            connection.close()

    def _change(self) -> None:
        audit.record(AuditEvent.Action.UPDATE, label=LABEL)

    def _ask(self) -> None:
        jobs.enqueue("probe.count", {"label": LABEL, "seconds": 0.05}, key=KEY)

    def _work(self) -> None:
        while self._changing or Job.objects.exclude(state=Job.State.DONE).exists():
            for job_id in Job.objects.filter(state=Job.State.QUEUED).values_list("pk", flat=True):
                jobs.run_job(job_id)
        connection.close()

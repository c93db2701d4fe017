"""Asking and claiming at the same moment, on real connections."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection, transaction

from core import audit, jobs
from core.jobs import execution
from core.models import AuditEvent, Job
from tests.jobs_app import kinds
from tests.jobs_app.installation import wait_for
from tests.jobs_app.prepared import clean_environment, fill_data_folder
from tests.jobs_app.services import own_database
from tests.proof import cases, tally
from tests.repository import ROOT

assert kinds, "registers the kinds of work used here"
on_postgresql = [
    pytest.mark.services("postgresql"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("rung"),
]


@contextmanager
def other_connection() -> Iterator[Callable[..., Future]]:
    """Runs functions in another thread, hence on a connection of its own."""

    def close_after(function: Callable, *args: object) -> object:
        try:
            return function(*args)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        yield lambda function, *args: pool.submit(close_after, function, *args)


def somebody_waits() -> bool:
    """Whether a session of this database waits for a lock another one holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # else this transaction sees its first look for ever
        cursor.execute("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
        return cursor.fetchone() is not None


def changes() -> int:
    return AuditEvent.objects.filter(action=AuditEvent.Action.UPDATE).count()


class TestOnPostgreSQL:
    pytestmark = on_postgresql

    def test_a_worker_waits_for_the_caller_who_joined_and_sees_the_change(self):
        job = jobs.enqueue("probe.count", key="k")

        def claim_and_look() -> tuple[int, int]:
            run = execution.claim(job.pk)
            return run.job.token, changes()

        with other_connection() as submit:
            with transaction.atomic():
                assert jobs.enqueue("probe.count", key="k") == job
                claimed = submit(claim_and_look)
                wait_for(somebody_waits, 5)
                audit.record(AuditEvent.Action.UPDATE, label="made after asking")
                assert not claimed.done()
            assert claimed.result(5) == (1, 1)
        assert Job.objects.count() == 1

    def test_a_caller_who_comes_after_the_claim_queues_one_more(self):
        job = jobs.enqueue("probe.count", key="k")
        with other_connection() as submit:
            with transaction.atomic():
                execution.claim(job.pk)
                asked = submit(lambda: jobs.enqueue("probe.count", key="k"))
                wait_for(somebody_waits, 5)
            assert asked.result(5).pk != job.pk
        assert list(Job.objects.order_by("pk").values_list("state", flat=True)) == ["running", "queued"]

    def test_two_callers_who_ask_first_at_once_share_one_job(self):
        with other_connection() as submit:
            with transaction.atomic():
                mine = jobs.enqueue("probe.count", key="k")
                theirs = submit(lambda: jobs.enqueue("probe.count", key="k"))
                wait_for(somebody_waits, 5)
            assert theirs.result(5) == mine
        assert Job.objects.count() == 1

    def test_who_waited_for_a_caller_who_gave_up_gets_a_job_of_his_own(self):
        with other_connection() as submit:
            with transaction.atomic():
                mine = jobs.enqueue("probe.count", key="k")
                theirs = submit(lambda: jobs.enqueue("probe.count", key="k"))
                wait_for(somebody_waits, 5)
                transaction.set_rollback(True)
            assert theirs.result(5).pk != mine.pk
        assert Job.objects.count() == 1

    def test_of_two_workers_at_once_one_gets_the_job(self):
        job = jobs.enqueue("probe.count", key="k")
        with other_connection() as submit:
            with transaction.atomic():
                mine = execution.claim(job.pk)
                theirs = submit(execution.claim, job.pk)
                wait_for(somebody_waits, 5)
            assert (mine.job.token, theirs.result(5)) == (1, None)

    def test_a_job_cannot_be_taken_over_while_it_writes_its_effect(self):
        job = jobs.enqueue("probe.work", {"label": "a"})
        run = execution.claim(job.pk)
        Job.objects.update(lease_until=job.created_at)
        with other_connection() as submit:
            with run.commit():
                theirs = submit(execution.claim, job.pk)
                wait_for(somebody_waits, 5)
            assert theirs.result(5) is None

    def test_the_lease_is_extended_while_the_handler_works(self, settings):
        settings.JOB_LEASE_SECONDS = 0.3
        job = jobs.enqueue("probe.work", {"label": "a"})
        run = execution.claim(job.pk)
        before = run.job.lease_until
        with run.keeping_lease():
            wait_for(lambda: Job.objects.get(pk=job.pk).lease_until > before, 5)
            Job.objects.update(token=9)
            wait_for(run._keeper.lost.is_set, 5)
            with pytest.raises(jobs.LeaseLost):
                run.progress(1, 2)
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("lease-")]


def storm(folder: Path, environment: dict[str, str], *arguments: str) -> dict[str, object]:
    environment = clean_environment(folder) | environment
    fill_data_folder(folder / "data", environment)
    ran = subprocess.run(
        [sys.executable, "manage.py", "storm", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-4000:]
    return json.loads(ran.stdout)


@pytest.mark.proof
def test_whatever_the_interleaving_the_figures_never_go_back_and_the_last_counts_every_change(tmp_path: Path):
    changes = cases(15, 150)
    with own_database() as environment:
        answer = storm(tmp_path, environment, "--changes", str(changes))
    assert answer == {
        "changes": 4 * changes,
        "published_last": 4 * changes,
        "went_back": 0,
        "jobs": answer["jobs"],
        "done": answer["jobs"],
        "attempts": answer["jobs"],
    }
    tally(f"changes asked for from four threads ({connection.vendor})", 4 * changes)
    tally(f"runs that published them ({connection.vendor})", answer["jobs"])

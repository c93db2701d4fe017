"""The sweep, the nightly queue, and clearing away."""

import os
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from config import celery_app
from core import jobs
from core.jobs import alive, execution, registry, upkeep
from core.models import Job
from tests.jobs_app import kinds

assert kinds, "registers the kinds of work used here"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def lapse(**changes) -> None:
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1), **changes)


def test_the_sweep_rings_work_that_waits_and_leaves_the_rest(rung):
    waiting = jobs.enqueue("probe.work")
    jobs.enqueue("probe.work", not_before=timezone.now() + timedelta(minutes=1))
    running = jobs.enqueue("probe.work")
    execution.claim(running.pk)
    Job.objects.create(kind="probe.work", state=Job.State.DONE)
    jobs.sweep()
    assert rung == [waiting.pk]


def test_the_sweep_rings_work_whose_run_stopped_beating(rung):
    job = jobs.enqueue("probe.work")
    execution.claim(job.pk)
    lapse()
    jobs.sweep()
    assert rung == [job.pk]


def test_the_sweep_gives_up_what_was_cut_off_too_often(rung):
    job = jobs.enqueue("probe.work", {"label": "a"})
    run = execution.claim(job.pk)
    run.save_file("a.txt", b"half")
    lapse(attempts=settings.JOB_MAX_ATTEMPTS)
    jobs.sweep()
    job.refresh_from_db()
    assert (job.state, job.error, rung) == (
        Job.State.FAILED,
        "Công việc đã bị ngắt giữa chừng 3 lần nên không tự làm lại nữa. "
        "Hãy làm lại; nếu vẫn bị ngắt, báo người quản trị.",
        [],
    )
    assert not (settings.FILES_DIR / "jobs" / str(job.public_id)).exists()
    with pytest.raises(jobs.LeaseLost), run.commit():
        pass


def test_the_sweep_is_a_sign_of_life():
    os.utime(alive._file(), (0, 0)) if alive.age() is not None else None
    jobs.sweep()
    assert alive.age() < 5


def test_every_night_each_registered_job_is_queued_once(monkeypatch):
    monkeypatch.setattr(registry, "_nightly", {})
    jobs.nightly("probe.echo", params={"year": 2026})
    jobs.nightly("probe.work", key="all")
    jobs.run_nightly()
    jobs.run_nightly()
    assert list(Job.objects.order_by("kind").values_list("kind", "key", "params")) == [
        ("probe.echo", "nightly", {"year": 2026}),
        ("probe.work", "all", {}),
    ]


def test_old_jobs_are_removed_with_their_files_and_recent_ones_stay():
    long_ago = timezone.now() - timedelta(days=settings.JOB_KEEP_DAYS + 1)
    kept, removed = jobs.enqueue("probe.work", {"label": "a"}), jobs.enqueue("probe.work", {"label": "a"})
    for job in (kept, removed):
        jobs.run_job(job.pk)
    waiting = jobs.enqueue("probe.work")
    Job.objects.filter(pk=removed.pk).update(finished_at=long_ago)
    Job.objects.filter(pk=waiting.pk).update(created_at=long_ago)
    folders = {job: settings.FILES_DIR / "jobs" / str(job.public_id) for job in (kept, removed)}
    for folder in folders.values():
        os.utime(folder, (long_ago.timestamp(), long_ago.timestamp()))
    assert upkeep.remove_old() == 1
    assert set(Job.objects.values_list("pk", flat=True)) == {kept.pk, waiting.pk}
    assert [folder.exists() for folder in folders.values()] == [True, False]


def test_beat_asks_for_tasks_that_exist():
    celery_app.loader.import_default_modules()
    assert {entry["task"] for entry in celery_app.conf.beat_schedule.values()} - set(celery_app.tasks) == set()


def test_the_night_begins_at_half_past_one_in_vietnam():
    nightly = celery_app.conf.beat_schedule["nightly"]["schedule"]
    one_in_the_morning = datetime(2026, 11, 22, 18, tzinfo=UTC)
    with time_machine.travel(one_in_the_morning, tick=False):
        assert nightly.remaining_estimate(one_in_the_morning - timedelta(hours=12)) == timedelta(minutes=30)

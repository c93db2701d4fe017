"""Asking for work: one row in the caller's transaction, one bell after it."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from core import jobs, tasks
from core.jobs import queue
from core.models import Job, User
from tests.jobs_app import kinds

assert kinds, "registers the kinds of work used here"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rung")]


def start(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, lease_until=timezone.now() + timedelta(hours=1))


def test_a_queued_job_keeps_what_was_asked():
    owner = User.objects.create_user("an", full_name="Nguyễn Văn An")
    job = jobs.enqueue("probe.work", {"label": "a"}, key="k", owner=owner)
    job.refresh_from_db()
    assert (job.kind, job.params, job.key, job.owner, job.title, job.state, job.attempts) == (
        "probe.work",
        {"label": "a"},
        "k",
        owner,
        "Việc thử",
        Job.State.QUEUED,
        0,
    )


def test_a_kind_that_nobody_registered_is_refused():
    with pytest.raises(LookupError):
        jobs.enqueue("probe.unknown")


def test_the_broker_is_rung_after_the_commit_only(rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        job = jobs.enqueue("probe.work", {"label": "a"})
        assert rung == []
    assert rung == [job.pk]


def test_work_asked_for_in_a_transaction_that_fails_is_never_done(rung, django_capture_on_commit_callbacks):
    def fail_after_asking() -> None:
        with transaction.atomic():
            jobs.enqueue("probe.work", {"label": "a"}, key="k")
            raise ZeroDivisionError

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ZeroDivisionError):
        fail_after_asking()
    assert (Job.objects.count(), rung) == (0, [])


def test_work_for_later_is_not_rung_now(rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        jobs.enqueue("probe.work", {"label": "a"}, not_before=timezone.now() + timedelta(minutes=5))
    assert rung == []


def test_work_without_a_key_is_queued_every_time():
    assert jobs.enqueue("probe.work").pk != jobs.enqueue("probe.work").pk


def test_work_with_the_same_key_waits_once():
    first = jobs.enqueue("probe.work", {"label": "a"}, key="k")
    again = jobs.enqueue("probe.work", {"label": "a"}, key="k")
    assert (again.pk, again.created_at > first.created_at, Job.objects.count()) == (first.pk, True, 1)


def test_other_kinds_and_other_keys_wait_beside_it():
    jobs.enqueue("probe.work", key="k")
    jobs.enqueue("probe.work", key="other")
    jobs.enqueue("probe.echo", key="k")
    assert Job.objects.count() == 3


def test_joined_work_runs_at_the_earlier_time():
    now = timezone.now()
    late, soon = now + timedelta(hours=2), now + timedelta(hours=1)
    jobs.enqueue("probe.work", key="k", not_before=late)
    assert jobs.enqueue("probe.work", key="k", not_before=soon).not_before == soon
    assert jobs.enqueue("probe.work", key="k", not_before=late).not_before == soon
    assert jobs.enqueue("probe.work", key="k").not_before < soon


def test_a_change_during_a_run_queues_one_more():
    first = jobs.enqueue("probe.work", key="k")
    start(first)
    second = jobs.enqueue("probe.work", key="k")
    third = jobs.enqueue("probe.work", key="k")
    assert (second.pk != first.pk, third.pk == second.pk) == (True, True)


def test_a_key_is_free_again_when_its_job_is_over():
    first = jobs.enqueue("probe.work", key="k")
    Job.objects.update(state=Job.State.DONE)
    assert jobs.enqueue("probe.work", key="k").pk != first.pk


def test_a_broker_that_does_not_answer_is_not_felt_and_not_asked_again_at_once(monkeypatch, caplog):
    calls = []

    def refuse(args):
        calls.append(args)
        raise ConnectionRefusedError("no broker")

    monkeypatch.setattr(tasks.run_job, "apply_async", refuse)
    queue.ring(1)
    queue.ring(2)
    assert calls == [(1,)]
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_the_broker_is_asked_again_after_a_while(monkeypatch, rung):
    monkeypatch.setattr(queue, "_quiet_until", queue.time.monotonic() - 1)
    queue.ring(7)
    assert rung == [7]

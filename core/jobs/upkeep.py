"""What beat asks for: ring what was forgotten, give up what keeps breaking, clear away what is old."""

import logging
from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from core import sealing
from core.jobs import alive, files, registry
from core.jobs.queue import enqueue, ring
from core.models import Job

logger = logging.getLogger(__name__)

RINGS_PER_SWEEP = 100
"""Enough to keep any worker busy until the next sweep; more would only pile up in the broker."""

GIVEN_UP = (
    "Công việc đã bị ngắt giữa chừng {attempts} lần nên không tự làm lại nữa. "
    "Hãy làm lại; nếu vẫn bị ngắt, báo người quản trị."
)


def sweep() -> None:
    """Ring again every job that waits or whose run stopped beating; fail those that broke too often.

    Seals of the trail that wait are written too.
    """
    alive.mark()
    now = timezone.now()
    abandoned = Q(state=Job.State.RUNNING, lease_until__lt=now)
    for job in Job.objects.filter(abandoned, attempts__gte=settings.JOB_MAX_ATTEMPTS):
        _give_up(job)
    due = Q(state=Job.State.QUEUED, not_before__lte=now)
    waiting = Job.objects.filter(due | abandoned, attempts__lt=settings.JOB_MAX_ATTEMPTS)
    for job_id in waiting.order_by("not_before").values_list("pk", flat=True)[:RINGS_PER_SWEEP]:
        ring(job_id)
    sealing.seal_waiting(sealing.FAR_BACK)


def _give_up(job: Job) -> None:
    now = timezone.now()
    # The token again: its run may have come back to life since we looked.
    given_up = Job.objects.filter(pk=job.pk, token=job.token, state=Job.State.RUNNING, lease_until__lt=now).update(
        state=Job.State.FAILED,
        error=job.error or GIVEN_UP.format(attempts=job.attempts),
        step="",
        lease_until=None,
        finished_at=now,
    )
    if given_up:
        logger.error("Gave up job %s (%s) after %s attempts.", job.pk, job.kind, job.attempts)
        files.keep_only(job.public_id, "")


def run_nightly() -> None:
    """Queue the nightly jobs of all floors, and clear away old jobs."""
    for job in registry.nightly_jobs():
        enqueue(job.kind, job.params, key=job.key)
    remove_old()


def remove_old() -> int:
    """Remove jobs that ended more than JOB_KEEP_DAYS ago, with their files; returns how many."""
    keep = timedelta(days=settings.JOB_KEEP_DAYS)
    over = Job.objects.filter(state__in=[Job.State.DONE, Job.State.FAILED], finished_at__lt=timezone.now() - keep)
    count, _ = over.delete()
    files.remove_without_job(older_than=keep.total_seconds())
    return count

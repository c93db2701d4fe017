"""Doing queued jobs inside a test, without a worker."""

from django.utils import timezone

from core import jobs
from core.models import Job


def work_off() -> int:
    """Run every job that is due, and those they queue, in this process; returns how many."""
    count = 0
    while due := list(Job.objects.filter(state=Job.State.QUEUED, not_before__lte=timezone.now()).order_by("pk")):
        done = sum(jobs.run_job(job.pk) for job in due)
        if not done:
            raise AssertionError(f"cannot be claimed: {due}")
        count += done
    return count

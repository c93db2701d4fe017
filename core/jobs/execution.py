"""Doing the work: claim, run, finish or fail; and the same handler in process, for commands."""

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from core import audit
from core.jobs import alive, files, registry
from core.jobs.errors import JobError, LeaseLost
from core.jobs.queue import ring_successor
from core.jobs.runs import ClaimedRun, DirectRun, Progress
from core.models import Job, User

logger = logging.getLogger(__name__)

BROKEN = "Công việc dừng vì một lỗi ngoài dự kiến. Hãy làm lại; nếu vẫn lỗi, báo người quản trị mã số {reference}."
TRYING_AGAIN = "Gặp lỗi, sẽ tự làm lại"


def claim(job_id: int) -> ClaimedRun | None:
    """Take the job if it is due, or its run stopped beating; None when there is nothing to do.

    Two jobs of the same kind and key never run at once: the one queued during a run must see what that run
    wrote, and write after it.
    """
    now = timezone.now()
    same_key_running = Job.objects.filter(kind=OuterRef("kind"), key=OuterRef("key"), state=Job.State.RUNNING).exclude(
        key=""
    )
    due = Q(state=Job.State.QUEUED, not_before__lte=now) & ~Exists(same_key_running)
    abandoned = Q(state=Job.State.RUNNING, lease_until__lt=now)
    with transaction.atomic():
        claimed = Job.objects.filter(due | abandoned, pk=job_id, attempts__lt=settings.JOB_MAX_ATTEMPTS).update(
            state=Job.State.RUNNING,
            token=F("token") + 1,
            attempts=F("attempts") + 1,
            lease_until=now + timedelta(seconds=settings.JOB_LEASE_SECONDS),
            started_at=now,
            progress=0,
            total=0,
            step="",
        )
        return ClaimedRun(Job.objects.select_related("owner").get(pk=job_id)) if claimed else None


def run_job(job_id: int) -> bool:
    """Claim the job and do it. False when there was nothing to claim: done, taken, not due, or gone."""
    alive.mark()
    run = claim(job_id)
    if run is None:
        return False
    with run.keeping_lease():
        _run(run)
    alive.mark()
    return True


def _run(run: ClaimedRun) -> None:
    try:
        handler = registry.get(run.kind).handler
        with audit.acting(user=run.owner, origin=f"job {run.kind}"):
            outcome = handler(run)
            if not run.finished:
                with run.commit(outcome):
                    pass
    except LeaseLost:
        logger.info("Another worker has taken over job %s (%s).", run.job.pk, run.kind)
        return
    except JobError as error:
        _close(run, str(error))
    except Exception:
        reference = secrets.token_hex(4).upper()
        logger.exception("Sự cố %s: job %s (%s), attempt %s", reference, run.job.pk, run.kind, run.job.attempts)
        _close(run, BROKEN.format(reference=reference), try_again=run.job.attempts < settings.JOB_MAX_ATTEMPTS)
    if run.finished:
        files.keep_only(run.job.public_id, run.result_file)
    ring_successor(run.job)


def _close(run: ClaimedRun, message: str, *, try_again: bool = False) -> None:
    """Fail the job with *message*, or give its lease up so that the next sweep starts it once more."""
    if not connection.in_atomic_block:  # a test may hold us in one
        connection.close_if_unusable_or_obsolete()  # what broke may be the connection itself
    now = timezone.now()
    try:
        if try_again:
            run.mine().update(lease_until=now, step=TRYING_AGAIN, error=message)
        elif run.mine().update(state=Job.State.FAILED, error=message, step="", lease_until=None, finished_at=now):
            files.keep_only(run.job.public_id, "")
    except DatabaseError as error:
        logger.warning("Could not note the end of job %s; the sweep will: %s", run.job.pk, error)


@dataclass(frozen=True)
class Outcome:
    """What a run in process left: its result, and its file if it saved one."""

    result: dict[str, Any]
    file: Path | None


def run_now(
    kind: str,
    params: Mapping[str, Any] | None = None,
    *,
    owner: User | None = None,
    progress: Progress | None = None,
    folder: Path | None = None,
) -> Outcome:
    """Do the work of *kind* in this process, without a job row and without a worker.

    *progress* is told how far it is; a file the handler saves goes into *folder*. Whatever the handler
    raises (JobError with its text for the user) reaches the caller.
    """
    run = DirectRun(kind, params or {}, owner, progress, folder)
    origin = audit.current().origin or f"job {kind}"
    with audit.acting(user=owner or audit.current().user, origin=origin):
        outcome = registry.get(kind).handler(run)
    result = run.result if run.finished else dict(outcome or {})
    return Outcome(result, Path(run.result_file) if run.result_file else None)

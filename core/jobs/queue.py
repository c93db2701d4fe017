"""Asking for work: a row in the caller's transaction, and a bell after it."""

import logging
import time
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Least
from django.utils import timezone

from core.jobs import registry
from core.models import Job, User

logger = logging.getLogger(__name__)

QUIET_SECONDS = 15
"""After a broker did not answer, how long nobody waits for it again; the sweep rings what was left out."""
LOOKS = 10
_quiet_until = 0.0


def enqueue(
    kind: str,
    params: Mapping[str, Any] | None = None,
    *,
    key: str = "",
    owner: User | None = None,
    title: str = "",
    not_before: datetime | None = None,
) -> Job:
    """Queue a job in the caller's transaction and return its row; never fails because of the broker.

    *params* are plain JSON values. With a *key*, a job of the same kind and key that still waits stands for
    this one too (its parameters and owner stay, so the key names everything they say; it runs at the earlier
    of both times): the row stays locked until the caller commits, so whoever runs it sees what the caller
    changed. One that already runs does not count: one more is queued, and starts after it. Raises LookupError
    for an unknown kind.
    """
    now = timezone.now()
    wanted = Job(
        kind=kind,
        key=key,
        params=dict(params or {}),
        owner=owner,
        title=(title or registry.get(kind).title)[:255],
        created_at=now,
        not_before=not_before or now,
    )
    with transaction.atomic():
        job = _insert_or_join(wanted) if key else _insert(wanted)
        if job.not_before <= now:
            transaction.on_commit(partial(ring, job.pk), robust=True)
    return job


def _insert(wanted: Job) -> Job:
    wanted.save(force_insert=True)
    return wanted


def _insert_or_join(wanted: Job) -> Job:
    waiting = Job.objects.filter(kind=wanted.kind, key=wanted.key, state=Job.State.QUEUED)
    for _ in range(LOOKS):
        # The UPDATE takes the row's lock until the caller commits: a worker that would claim the row waits
        # for that commit. Where the worker was first, no queued row is left and we insert one.
        joined = waiting.update(
            created_at=wanted.created_at, not_before=Least(F("not_before"), Value(wanted.not_before))
        )
        if joined:
            return waiting.get()
        # Ignored when somebody inserts the same key meanwhile: look again, and join theirs.
        Job.objects.bulk_create([wanted], ignore_conflicts=True)
        if job := Job.objects.filter(public_id=wanted.public_id).first():
            return job
    raise RuntimeError(f"Job {wanted.kind}/{wanted.key} was claimed {LOOKS} times between two looks")


def ring(job_id: int) -> None:
    """Tell a worker that this job waits. A broker that does not answer is logged, and left alone for a while."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return
    from core.tasks import run_job

    try:
        run_job.apply_async((job_id,))
    except Exception as error:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        logger.warning("The broker does not answer; job %s waits for the next sweep: %s", job_id, error)


def ring_successor(job: Job) -> None:
    """After a job with a key is over: ring the one that was queued while it ran."""
    if not job.key:
        return
    waiting = Job.objects.filter(
        kind=job.kind, key=job.key, state=Job.State.QUEUED, not_before__lte=timezone.now()
    ).values_list("pk", flat=True)
    for job_id in waiting:
        ring(job_id)

"""Background work: the database owns it (`core.models.Job`), Celery only rings the bell.

A kind of work is registered once (`job_kind`), asked for with `enqueue` inside the caller's transaction, and
done by a worker with `run_job`, or in process by a command with `run_now`.
"""

from core.jobs.errors import JobError, LeaseLost
from core.jobs.execution import Outcome, run_job, run_now
from core.jobs.queue import enqueue
from core.jobs.registry import job_kind, nightly, register
from core.jobs.runs import JobRun
from core.jobs.upkeep import run_nightly, sweep

__all__ = [
    "JobError",
    "JobRun",
    "LeaseLost",
    "Outcome",
    "enqueue",
    "job_kind",
    "nightly",
    "register",
    "run_job",
    "run_nightly",
    "run_now",
    "sweep",
]

"""What the broker delivers. Each task may be delivered twice or never: the database decides what is done."""

from celery import shared_task


@shared_task(name="core.run_job")
def run_job(job_id: int) -> None:
    from core import jobs

    jobs.run_job(job_id)


@shared_task(name="core.sweep")
def sweep() -> None:
    from core import jobs

    jobs.sweep()


@shared_task(name="core.nightly")
def nightly() -> None:
    from core import jobs

    jobs.run_nightly()

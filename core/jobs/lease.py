"""Keeping a job while it runs: a thread that pushes the end of the lease forward."""

import logging
import threading
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from core.jobs import alive
from core.models import Job

logger = logging.getLogger(__name__)

BUSY_MILLISECONDS = 500
RETRY_SECONDS = 1.0


class LeaseKeeper(threading.Thread):
    """Extends the lease three times per lease length, over a database connection of its own.

    `lost` is set once another run holds a newer token. A database that is busy or away for a moment is
    tried again soon; the lease leaves room for that.
    """

    def __init__(self, job_id: int, token: int) -> None:
        super().__init__(name=f"lease-{job_id}", daemon=True)
        self.lost = threading.Event()
        self._over = threading.Event()
        self._job_id, self._token = job_id, token
        self._interval = settings.JOB_LEASE_SECONDS / 3

    def run(self) -> None:
        pause = self._interval
        try:
            while not self._over.wait(pause):
                alive.mark()
                try:
                    if not self._extend():
                        self.lost.set()
                        return
                    pause = self._interval
                except DatabaseError as error:
                    logger.info("Could not extend the lease of job %s yet: %s", self._job_id, error)
                    connection.close_if_unusable_or_obsolete()
                    pause = min(RETRY_SECONDS, self._interval)
        finally:
            connection.close()

    def stop(self) -> None:
        self._over.set()
        self.join(timeout=BUSY_MILLISECONDS / 1000 + RETRY_SECONDS)

    def _extend(self) -> bool:
        if connection.vendor == "sqlite":
            # A writer in the main thread may hold the file for seconds: give up early and come again.
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
        until = timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)
        mine = Job.objects.filter(pk=self._job_id, token=self._token, state=Job.State.RUNNING)
        return bool(mine.update(lease_until=until))

"""One execution of a job, as its handler sees it: in a worker (`ClaimedRun`) or in a command (`DirectRun`)."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import get_valid_filename

from core.jobs import files
from core.jobs.errors import LeaseLost
from core.jobs.lease import LeaseKeeper
from core.models import Job, User

Progress = Callable[[int, int, str], None]
"""Called with how much is done, of how much (0: unknown), and what is being done (Vietnamese, may be empty)."""

PROGRESS_SECONDS = 1.0


class JobRun(ABC):
    """What a handler is given: its parameters, its owner, and how to report, save and finish.

    Work outside any transaction and report `progress`; at the end write the effect inside `commit`, which is
    what makes it happen exactly once. A handler with no effect in the database just returns its result.
    """

    def __init__(self, kind: str, params: Mapping[str, Any], owner: User | None) -> None:
        self.kind = kind
        self.params = dict(params)
        self.owner = owner
        self.result: dict[str, Any] = {}
        self.result_file = ""
        self.finished = False

    @abstractmethod
    def progress(self, done: int, total: int = 0, step: str = "") -> None:
        """Tell who waits how far the work is. Cheap enough for every row; raises LeaseLost when it is in vain."""

    @abstractmethod
    def save_file(self, name: str, content: files.Content) -> str:
        """Keep a file as the result; *content* is bytes or a function that writes to the open file.

        Returns its path. The last file saved is the result, from the moment the run is finished.
        """

    @contextmanager
    def commit(self, result: Mapping[str, Any] | None = None) -> Iterator[None]:
        """Finish with *result* (plain JSON values) and, in the same transaction, do what the block does.

        Raises LeaseLost, with nothing written, when another run has the job. Must not stand inside another
        transaction; keep the block short, nothing else can be written on SQLite meanwhile.
        """
        if self.finished:
            raise RuntimeError(f"A run of {self.kind} can finish only once")
        self.result = dict(result or {})
        with transaction.atomic(durable=True):
            self._finish()
            yield
        self.finished = True

    @abstractmethod
    def _finish(self) -> None:
        """Mark the run as finished, inside the transaction of its effect."""


class ClaimedRun(JobRun):
    """The run of a claimed row; every write carries the token of the claim."""

    def __init__(self, job: Job) -> None:
        super().__init__(job.kind, job.params, job.owner)
        self.job = job
        self._keeper = LeaseKeeper(job.pk, job.token)
        self._committing = False
        self._written_at = 0.0
        self._written_step = ""

    @contextmanager
    def keeping_lease(self) -> Iterator[None]:
        self._keeper.start()
        try:
            yield
        finally:
            self._keeper.stop()

    def mine(self):
        """The row as a queryset: empty as soon as somebody else holds it, or it is over."""
        return Job.objects.filter(pk=self.job.pk, token=self.job.token, state=Job.State.RUNNING)

    def progress(self, done: int, total: int = 0, step: str = "") -> None:
        if self._keeper.lost.is_set():
            raise LeaseLost(str(self.job.pk))
        now = time.monotonic()
        too_soon = now - self._written_at < PROGRESS_SECONDS and step == self._written_step
        if self._committing or too_soon:
            return
        if not self.mine().update(progress=done, total=total, step=step[:200]):
            raise LeaseLost(str(self.job.pk))
        self._written_at, self._written_step = now, step

    def save_file(self, name: str, content: files.Content) -> str:
        self.result_file = files.save_result(self.job.public_id, self.job.token, name, content)
        return self.result_file

    @contextmanager
    def commit(self, result: Mapping[str, Any] | None = None) -> Iterator[None]:
        self._committing = True
        try:
            with super().commit(result):
                yield
        finally:
            self._committing = False

    def _finish(self) -> None:
        # First statement of the transaction: it locks the row, so nobody can take the job over any more.
        finished = self.mine().update(
            state=Job.State.DONE,
            result=self.result,
            result_file=self.result_file,
            progress=F("total"),
            step="",
            error="",
            lease_until=None,
            finished_at=timezone.now(),
        )
        if not finished:
            raise LeaseLost(str(self.job.pk))


class DirectRun(JobRun):
    """A run in the calling process, without a row: for commands, which never wait for a worker."""

    def __init__(
        self, kind: str, params: Mapping[str, Any], owner: User | None, progress: Progress | None, folder: Path | None
    ) -> None:
        super().__init__(kind, params, owner)
        self._progress = progress
        self._folder = folder

    def progress(self, done: int, total: int = 0, step: str = "") -> None:
        if self._progress:
            self._progress(done, total, step)

    def save_file(self, name: str, content: files.Content) -> str:
        if self._folder is None:
            raise RuntimeError(f"{self.kind} saves a file: give run_now() a folder for it")
        path = self._folder / get_valid_filename(name)
        files.save(path, content)
        self.result_file = str(path)
        return self.result_file

    def _finish(self) -> None:
        """Nothing to mark: the transaction of the effect is all there is."""

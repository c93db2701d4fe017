"""A whole installation in processes of its own: `manage.py serve` with its own data folder and database."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.jobs_app.prepared import clean_environment, fill_data_folder
from tests.repository import ROOT

Found = Any
LOOK_SECONDS = 0.05


def wait_for(question: Callable[[], Found], seconds: float = 15, what: str = "") -> Found:
    """The first answer to *question* that is neither None nor False; fails after *seconds*."""
    deadline = time.monotonic() + seconds
    while True:
        with suppress(OSError, HTTPException):
            answer = question()
            if answer is not None and answer is not False:
                return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what or question}")
        time.sleep(LOOK_SECONDS)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def alive(pid: int) -> bool:
    """Whether the process is there and not only waiting to be buried."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def descendants(pid: int) -> Iterator[int]:
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
    except FileNotFoundError:
        return
    for thread in threads:
        with suppress(FileNotFoundError, ProcessLookupError):
            for child in map(int, (thread / "children").read_text().split()):
                yield child
                yield from descendants(child)


class Installation:
    """One running `serve`; the test talks to its web server and looks at its processes."""

    def __init__(self, folder: Path, environment: Mapping[str, str], *arguments: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.log = folder / "serve.log"
        self._environment = clean_environment(folder) | environment
        self._arguments = arguments
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        fill_data_folder(Path(self._environment["DATA_DIR"]), self._environment)
        command = [sys.executable, "manage.py", "serve", "--port", str(self.port), "--web-workers", "1"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *self._arguments],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def processes(self) -> list[int]:
        return [self.process.pid, *descendants(self.process.pid)]

    def child(self, name: str) -> int | None:
        """The process that serve started for "gunicorn", "worker" or "beat"."""
        for pid in descendants(self.process.pid):
            with suppress(FileNotFoundError, ProcessLookupError):
                words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
                parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
                if parent == self.process.pid and name.encode() in words:
                    return pid
        return None

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", f"{path}?{urlencode(query)}" if query else path)
            response = connection.getresponse()
            body = response.read()
            assert response.status == 200, (response.status, body[:500])
            return json.loads(body) if body.startswith(b"{") else {}
        finally:
            connection.close()

    def wait_until_ready(self) -> None:
        wait_for(lambda: self.get("/readyz"), 25, "the web server answers")
        wait_for(lambda: self.child("worker"), 10, "the worker is started")

    def enqueue(self, kind: str, key: str = "", **params: Any) -> dict[str, Any]:
        return self.get("/probe/enqueue", kind=kind, key=key, params=json.dumps(params))

    def job(self, job_id: int) -> dict[str, Any]:
        return self.get(f"/probe/jobs/{job_id}")

    def wait_for_state(self, job_id: int, *states: str, seconds: float = 20) -> dict[str, Any]:
        def reached() -> dict[str, Any] | None:
            job = self.job(job_id)
            return job if job["state"] in states else None

        return wait_for(reached, seconds, f"job {job_id} is {' or '.join(states)}")

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            everybody = self.processes()
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=15)
            finally:
                for pid in filter(alive, everybody):
                    os.kill(pid, signal.SIGKILL)


@contextmanager
def running(folder: Path, environment: Mapping[str, str], *arguments: str) -> Iterator[Installation]:
    """An installation that answers; stopped at the end. Its log is shown when the test fails."""
    installation = Installation(folder, environment, *arguments)
    installation.start()
    try:
        installation.wait_until_ready()
        yield installation
    except BaseException:
        print(installation.log.read_text(errors="replace")[-8000:])
        raise
    finally:
        installation.stop()

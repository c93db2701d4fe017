"""Databases and brokers that one test has for itself."""

import os
import shutil
import signal
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis
from django.db import connection

from tests.jobs_app.installation import free_port, wait_for
from tests.jobs_app.prepared import administer, template_database
from tests.services import TEST_DATABASE_URL, redis_database


@contextmanager
def own_database() -> Iterator[dict[str, str]]:
    """The variables that name a migrated database of the kind this run is on; SQLite lives in the data folder."""
    if connection.vendor == "sqlite":
        yield {}
        return
    name = f"taonguon_probe_{uuid.uuid4().hex[:12]}"
    server = os.environ.get("DATABASE_URL") or TEST_DATABASE_URL
    administer(server, f"CREATE DATABASE {name} TEMPLATE {template_database(server)}")
    try:
        yield {"DATABASE_URL": urlunsplit(urlsplit(server)._replace(path=f"/{name}"))}
    finally:
        administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def own_stack(broker: str) -> Iterator[dict[str, str]]:
    """The variables of an installation of its own, on "files" or on "redis"."""
    with own_database() as database:
        if broker == "files":
            yield database
        else:
            with redis_database() as url:
                yield database | {"BROKER_URL": url}


BROKER = "files" if connection.vendor == "sqlite" else "redis"

#: A test with this mark runs on SQLite with the file broker, and on PostgreSQL with Redis: each run of the
#: whole suite is one of the two.
on_each_stack = pytest.mark.parametrize(
    "broker", ["files"] if BROKER == "files" else [pytest.param("redis", marks=pytest.mark.services)]
)

#: A test of real processes that is the same on every stack runs with the default one only.
on_the_default_stack = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="runs on SQLite and the file broker, in the first half of `make test`"
)


class RedisServer:
    """A Redis of the test's own, which it may stop, freeze and start again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        command = [shutil.which("redis-server"), "--port", str(self.port), "--save", "", "--dir", str(self._folder)]
        self._process = subprocess.Popen(
            [*command, "--bind", "127.0.0.1"], stdout=subprocess.DEVNULL, start_new_session=True
        )
        wait_for(self._answers, 10, "Redis answers")

    def _answers(self) -> bool:
        with closing(redis.Redis(port=self.port, socket_timeout=1)) as client:
            try:
                return client.ping()
            except redis.ConnectionError:
                return False

    def freeze(self) -> None:
        os.kill(self._process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self._process.pid, signal.SIGCONT)

    def stop(self) -> None:
        """At once, and whatever waits in it is lost."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextmanager
def redis_server(folder: Path) -> Iterator[RedisServer]:
    server = RedisServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()

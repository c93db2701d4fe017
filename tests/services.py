"""What a test run may find on the machine: PostgreSQL, Redis, PDF libraries, programs.

Each `…_problem()` answers None when the thing can be used, else the reason in one line. A test says what it
needs with a marker (`services`, `pdf`, `browser`, `program`); tests/conftest.py skips or fails it.
"""

import getpass
import importlib.util
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import redis

from core.libraries import missing_pdf_packages

# The default database is named after this run, for two runs on one server must not drop each other's.
TEST_DATABASE_URL = (
    os.environ.get("TEST_DATABASE_URL") or f"postgres://{getpass.getuser()}@127.0.0.1:5432/taonguon_{os.getpid()}"
)
TEST_BROKER_URL = os.environ.get("TEST_BROKER_URL") or "redis://127.0.0.1:6379"
PYTEST_BROWSER_PACKAGES = ("playwright", "pytest_playwright", "axe_playwright_python")


def required(name: str) -> bool:
    """Whether *name* (REQUIRE_SERVICES, REQUIRE_TOOLS) asks that tests fail instead of being skipped."""
    return os.environ.get(name, "") not in ("", "0")


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


@cache
def postgresql_problem() -> str | None:
    """Why tests cannot make their database on the server of TEST_DATABASE_URL."""
    server = urlunsplit(urlsplit(TEST_DATABASE_URL)._replace(scheme="postgresql", path="/postgres"))
    try:
        with closing(psycopg2.connect(server, connect_timeout=3)) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
            (may_create,) = cursor.fetchone()
    except psycopg2.Error as error:
        return f"PostgreSQL does not answer (TEST_DATABASE_URL): {_first_line(error)}"
    return None if may_create else "the PostgreSQL user of TEST_DATABASE_URL may not create databases"


@cache
def redis_problem() -> str | None:
    """Why the Redis of TEST_BROKER_URL cannot be used."""
    try:
        with closing(redis.Redis.from_url(TEST_BROKER_URL, socket_connect_timeout=3, socket_timeout=3)) as client:
            client.ping()
    except redis.RedisError as error:
        return f"Redis does not answer (TEST_BROKER_URL): {_first_line(error)}"
    return None


@cache
def pdf_problem() -> str | None:
    """Why no PDF can be made here."""
    missing = missing_pdf_packages()
    return f"PDF libraries are missing: apt-get install {' '.join(missing)}" if missing else None


def program_problem(name: str) -> str | None:
    """Why the program *name* cannot be started."""
    return None if shutil.which(name) else f"the program {name} is not installed"


@cache
def browser_problem() -> str | None:
    """Why no browser test can run here."""
    if any(importlib.util.find_spec(package) is None for package in PYTEST_BROWSER_PACKAGES):
        return "the packages of requirements-browser.txt are not installed"
    return program_problem("chromium")


@contextmanager
def redis_database() -> Iterator[str]:
    """The address of one empty numbered database of the test Redis, lent to one test and emptied afterwards.

    A database that holds anything but leftovers of a test run is never touched.
    """
    lock, mark, token = "taonguon-test:lock", "taonguon-test:mark", uuid.uuid4().hex
    for number in range(15, 0, -1):
        url = urlunsplit(urlsplit(TEST_BROKER_URL)._replace(path=f"/{number}"))
        with closing(redis.Redis.from_url(url)) as client:
            if not client.set(lock, token, nx=True, ex=3600):
                continue
            if client.dbsize() > 1 and not client.exists(mark):
                client.delete(lock)
                continue
            client.flushdb()
            client.mset({lock: token, mark: token})
            try:
                yield url
            finally:
                client.flushdb()
            return
    raise RuntimeError("all databases of the test Redis are in use; set TEST_BROKER_URL to another server")

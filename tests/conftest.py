"""What all tests share: who may be skipped and why, sizes of randomised tests, printed counts."""

import os
import re
import unittest
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import TestCase, TransactionTestCase
from hypothesis import HealthCheck, settings

from core import append_only
from pipeline import protection
from tests import proof, services
from tests.today import TODAY

# No deadline: the machine may be busy. Function-scoped fixtures: a test that uses the database needs one,
# and cleans up after each example itself.
_common = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]}
settings.register_profile("default", max_examples=25, derandomize=True, **_common)
settings.register_profile("proof", max_examples=2000, print_blob=True, **_common)
settings.load_profile("proof" if proof.FULL else "default")

TALLY = "tally: "
PASSING_EXAMPLES = re.compile(r"- (\d+) passing")  # in the statistics that Hypothesis leaves on a test
_totals: Counter[str] = Counter()


def _postgresql_problem() -> str | None:
    """Tests of PostgreSQL run when the whole run is on it (DATABASE_URL), as `make test` does."""
    if connection.vendor == "postgresql":
        return None
    return services.postgresql_problem() or "runs with DATABASE_URL=postgres://…, as the second half of `make test`"


SERVICES: dict[str, Callable[[], str | None]] = {
    "postgresql": _postgresql_problem,
    "redis": services.redis_problem,
}


def _problems(item: pytest.Item) -> Iterator[tuple[str, str | None]]:
    """Pairs of the variable that makes a need compulsory, and why the need is not met."""
    for marker in item.iter_markers("services"):
        for name in marker.args or SERVICES:
            yield "REQUIRE_SERVICES", SERVICES[name]()
    for _ in item.iter_markers("pdf"):
        yield "REQUIRE_SERVICES", services.pdf_problem()
    for marker in item.iter_markers("program"):
        for name in marker.args:
            yield "REQUIRE_TOOLS", services.program_problem(name)
    for _ in item.iter_markers("browser"):
        yield "REQUIRE_TOOLS", services.browser_problem()


LONGEST = (
    "core/test_jobs_processes", "core/test_serve", "reports/test_demo_command", "reports/test_demo_files",
    "tests/test_relations", "tests/test_access", "tests/test_walls", "tests/test_pages", "tests/test_query_strings",
    "browser/test_every_page", "browser/test_case_walk", "browser/test_accounts",
)  # fmt: skip
"""Modules whose tests take longest: each begins early among its like, so that no worker waits for the last of them."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What asks no database first, what empties all tables last, as pytest-django has it; long tests first in each.
    In the second half of `make test` (ON_SECOND_DATABASE) what asks no database is not asked again."""
    items.sort(key=_place)
    if not os.environ.get("ON_SECOND_DATABASE"):
        return
    again = [item for item in items if _asks_a_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if not _asks_a_database(item)])
    items[:] = again


def _place(item: pytest.Item) -> tuple[int, int]:
    marker, kind = item.get_closest_marker("django_db"), getattr(item, "cls", None)
    empties = bool(marker and marker.kwargs.get("transaction"))
    empties |= bool({"transactional_db", "live_server"} & set(item.fixturenames))
    empties |= isinstance(kind, type) and issubclass(kind, TransactionTestCase) and not issubclass(kind, TestCase)
    module = f"{item.path.parent.name}/{item.path.stem}"
    length = LONGEST.index(module) if module in LONGEST else len(LONGEST)
    return 2 if empties else int(_asks_a_database(item)), length


def _asks_a_database(item: pytest.Item) -> bool:
    is_unittest = isinstance(getattr(item, "cls", None), type) and issubclass(item.cls, unittest.TestCase)
    marked = any(item.get_closest_marker(name) for name in ("django_db", "services", "pdf"))
    return marked or is_unittest or bool({"db", "transactional_db", "live_server"} & set(item.fixturenames))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    for variable, problem in _problems(item):
        if problem and services.required(variable):
            pytest.fail(f"{variable}=1, but {problem}", pytrace=False)
        if problem:
            pytest.skip(problem)


PROTECTED: dict[str, list[str]] = {}
"""By table that only grows: the triggers that stood there after all migrations."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Tests empty their tables afterwards, so those that only grow must let them; one test proves that they do not."""
    with django_db_blocker.unblock():
        for table in (*append_only.TABLES, *append_only.LOCKED_ROWS, *protection.TABLES):
            PROTECTED[table] = append_only.triggers(connection, table)
            append_only.release(connection, table)


@pytest.fixture(autouse=True)
def _one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages, jobs and commands run on one day, whatever the calendar says: no test may fail next year."""
    monkeypatch.setattr("core.dates.today", lambda: TODAY)


@pytest.fixture
def redis_url() -> Iterator[str]:
    """An empty Redis database for this test alone; the test carries `@pytest.mark.services("redis")`."""
    with services.redis_database() as url:
        yield url


# --- Counts of randomised tests, gathered from all worker processes ---------------------------------------------
@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    counts = proof.take_counts()
    if passing := PASSING_EXAMPLES.findall(getattr(item, "hypothesis_statistics", "")):
        counts[f"examples of {item.nodeid}"] = sum(map(int, passing))
    item.user_properties.extend((f"{TALLY}{what}", count) for what, count in counts.items())


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "teardown":
        for name, count in report.user_properties:
            if name.startswith(TALLY):
                _totals[name.removeprefix(TALLY)] += count


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if proof.FULL and _totals:
        terminalreporter.section("randomised cases")
        for what, count in sorted(_totals.items()):
            terminalreporter.write_line(f"{count:>9,}  {what}")

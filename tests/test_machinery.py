"""The test machinery itself: what it borrows, what it skips, what it counts."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import redis
from django.conf import settings

from tests import proof, services
from tests.repository import ROOT


def test_the_data_folder_of_a_test_run_is_never_the_real_one():
    assert Path(settings.DATA_DIR).name.startswith("taonguon-test-")


def test_a_service_that_does_not_answer_is_a_reason_to_skip(monkeypatch):
    services.redis_problem.cache_clear()
    monkeypatch.setattr(services, "TEST_BROKER_URL", "redis://127.0.0.1:1")
    assert services.redis_problem().startswith("Redis does not answer (TEST_BROKER_URL)")
    services.redis_problem.cache_clear()


@pytest.mark.services("redis")
def test_two_tests_at_once_are_lent_different_redis_databases():
    with services.redis_database() as first, services.redis_database() as second:
        assert first != second


@pytest.mark.services("redis")
def test_a_lent_redis_database_is_given_back_empty():
    with services.redis_database() as url, redis.Redis.from_url(url) as client:
        client.set("left behind", "x")
    with redis.Redis.from_url(url) as client:
        assert client.get("left behind") is None


@pytest.mark.services("redis")
def test_a_redis_database_that_holds_other_data_is_not_lent():
    with services.redis_database() as taken, redis.Redis.from_url(taken) as client:
        client.delete("taonguon-test:lock", "taonguon-test:mark")
        client.set("somebody's", "data")
        with services.redis_database() as url:
            assert url != taken


def test_tallied_cases_are_added_up_once():
    proof.take_counts()
    proof.tally("histories")
    proof.tally("histories", 2)
    assert (proof.take_counts(), proof.take_counts()) == ({"histories": 3}, {})


EXAMPLE = """
import pytest
from hypothesis import given, strategies as st
from tests.proof import cases, tally

@given(st.integers())
def test_driven_by_hypothesis(number):
    tally("numbers")

@pytest.mark.proof
def test_marked():
    tally("kills", cases(quick=1, full=7))

@pytest.mark.program("a-program-that-nobody-has")
def test_of_a_program():
    raise AssertionError
"""


def run_example(folder: Path, *arguments: str, **environment: str) -> list[str]:
    """The lines that pytest prints over EXAMPLE with our conftest."""
    example = folder / "test_example.py"
    example.write_text(EXAMPLE, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-c", ROOT / "pyproject.toml"]
    output = subprocess.run(
        [*command, "--rootdir", ROOT, *arguments, example],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    return [" ".join(line.split()) for line in output.splitlines()]


def test_the_full_run_prints_the_cases_counted_in_its_worker_processes(tmp_path):
    lines = run_example(tmp_path, "-n", "1", HYPOTHESIS_PROFILE="proof", REQUIRE_TOOLS="")
    assert "7 kills" in lines
    assert [
        line for line in lines if line.startswith("2,000 examples of") and "test_driven_by_hypothesis" in line
    ] != []
    assert "SKIPPED [1]" in " ".join(lines)


def test_a_missing_program_fails_the_test_when_tools_are_required(tmp_path):
    lines = run_example(tmp_path, HYPOTHESIS_PROFILE="default", REQUIRE_TOOLS="1")
    assert "REQUIRE_TOOLS=1, but the program a-program-that-nobody-has is not installed" in lines

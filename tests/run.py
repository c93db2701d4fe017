"""`make test` and `make proof`: all tests on SQLite, then on PostgreSQL and Redis where they answer.

python -m tests.run [--proof] [pytest arguments]
"""

import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from pathlib import Path

from tests import services

RANDOMISED = "(hypothesis or proof)"
ONCE = "not once and not browser"
"""Left out of the second half: what asks pages as a reader does, whichever database answers."""
WORKERS = ["-n", str(min((os.cpu_count() or 1) + 1, 4)), "--dist", "loadgroup"]
"""One more than there are cores: a good part of the tests waits for processes and for the browser."""
NOTHING_COLLECTED = 5


def say(text: str) -> None:
    print(f"\n=== {text}", flush=True)


def run_pytest(arguments: list[str], selection: str, environment: dict[str, str]) -> tuple[bool, int]:
    """Run pytest in a process of its own; whether it passed and how many tests ran."""
    inherited = {
        name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "BROKER_URL", "DATA_DIR")
    }
    with tempfile.TemporaryDirectory() as folder:
        counts = Path(folder) / "counts.xml"
        command = [sys.executable, "-m", "pytest", *WORKERS, f"--junitxml={counts}", "-o", "junit_logging=no"]
        if selection:
            command += ["-m", selection]
        code = subprocess.run([*command, *arguments], env=inherited | environment, check=False).returncode
        suite = ET.parse(counts).getroot().find("testsuite") if counts.exists() else None
        ran = int(suite.get("tests")) - int(suite.get("skipped")) if suite is not None else 0
    return code in (0, NOTHING_COLLECTED), ran


def main(arguments: list[str]) -> int:
    proof = "--proof" in arguments
    arguments = [argument for argument in arguments if argument != "--proof"]
    problems = [text for text in (services.postgresql_problem(), services.redis_problem()) if text]
    if problems and services.required("REQUIRE_SERVICES"):
        for problem in problems:
            say(f"FAILED: REQUIRE_SERVICES=1, but {problem}")
        return 1

    started = time.monotonic()
    environment = {"HYPOTHESIS_PROFILE": "proof" if proof else "default"}
    selection = RANDOMISED if proof else ""
    on_postgresql = services.postgresql_problem() is None
    # Tests that need a service wait for the second half, where there is one.
    first = " and ".join(filter(None, [selection, "not services" if on_postgresql else ""]))

    say("SQLite and the file broker")
    passed, on_sqlite = run_pytest(arguments, first, environment)
    on_server = 0
    if on_postgresql:
        environment |= {"DATABASE_URL": services.TEST_DATABASE_URL, "ON_SECOND_DATABASE": "1"}
        second = " and ".join(filter(None, [selection, ONCE]))
        if services.redis_problem():
            say("PostgreSQL and the file broker")
            also_passed, on_server = run_pytest(arguments, second, environment)
        else:
            say("PostgreSQL and Redis")
            with services.redis_database() as broker:
                also_passed, on_server = run_pytest(arguments, second, environment | {"BROKER_URL": broker})
        passed = passed and also_passed
        say(f"{on_sqlite} tests ran on SQLite, {on_server} on PostgreSQL, in {time.monotonic() - started:.0f} s")
    else:
        say(f"{on_sqlite} tests ran on SQLite, in {time.monotonic() - started:.0f} s")
        say(f"SKIPPED {on_sqlite} tests on PostgreSQL")
    for problem in problems:
        say(f"SKIPPED, see the counts above: {problem}")
    if on_sqlite + on_server == 0:
        say("FAILED: no test ran")
        return 1
    say("passed" if passed else "FAILED")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

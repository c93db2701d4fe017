"""Jobs in a running installation: killed workers, a broker that is away, a database that is busy."""

import os
import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.jobs_app.installation import Installation, alive, descendants, running, wait_for
from tests.jobs_app.services import (
    BROKER,
    on_each_stack,
    on_the_default_stack,
    own_database,
    own_stack,
    redis_server,
)
from tests.proof import cases, tally

shares_its_place = pytest.mark.xdist_group("one installation")
MOMENT_SECONDS = 1.0
"""A job takes this long; the kill comes at a random moment of it."""


def kill_worker(place: Installation) -> None:
    os.kill(place.child("worker"), signal.SIGKILL)


def kill_pool(place: Installation) -> None:
    for pid in descendants(place.child("worker")):
        os.kill(pid, signal.SIGKILL)


def kill_both(place: Installation) -> None:
    worker = place.child("worker")
    for pid in [worker, *descendants(worker)]:
        os.kill(pid, signal.SIGKILL)


KILLS: list[Callable[[Installation], None]] = [kill_worker, kill_pool, kill_both]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation on the stack of this run, for all tests here that leave it running: each start takes seconds."""
    with own_stack(BROKER) as environment, running(tmp_path_factory.mktemp("place"), environment) as found:
        yield found
        print(found.log.read_text(errors="replace")[-8000:])


@pytest.mark.proof
@shares_its_place
@on_each_stack
def test_a_worker_killed_in_mid_job_ends_in_one_finished_job_with_its_effect_once(broker: str, place: Installation):
    for number in range(cases(2, 21)):
        job_id = place.enqueue("probe.work", label=f"killed {number}", seconds=MOMENT_SECONDS)["id"]
        place.wait_for_state(job_id, "running")
        time.sleep(random.random() * MOMENT_SECONDS)
        kill = KILLS[number % len(KILLS)]
        kill(place)
        job = place.wait_for_state(job_id, "done", "failed")
        assert (job["state"], job["effects"], job["token"]) == ("done", 1, job["attempts"]), kill.__name__
        file = place.folder / "data" / "files" / job["file"]
        wait_for(lambda file=file: list(file.parent.iterdir()) == [file], 5, "only the result is left")
        tally(f"kills in mid-job, effect once ({broker})")
        tally(f"runs those jobs took ({broker})", job["attempts"])


@shares_its_place
@on_each_stack
def test_a_job_that_kills_its_worker_each_time_is_given_up_and_others_go_on(broker: str, place: Installation):
    deadly = place.enqueue("probe.die")["id"]
    harmless = place.enqueue("probe.work", label="harmless")["id"]
    assert place.wait_for_state(harmless, "done")["effects"] == 1
    job = place.wait_for_state(deadly, "failed")
    assert (job["attempts"], job["error"].split(" nên ")[0]) == (3, "Công việc đã bị ngắt giữa chừng 3 lần")


@on_each_stack
def test_the_lease_of_a_long_job_never_lapses(broker: str, tmp_path: Path):
    with own_stack(broker) as environment, running(tmp_path, environment | {"JOB_LEASE_SECONDS": "2"}) as place:
        job_id = place.enqueue("probe.work", label="long", seconds=4.5)["id"]
        looks = [place.wait_for_state(job_id, "running")]
        while looks[-1]["state"] == "running":
            looks.append(place.job(job_id))
        assert (looks[-1]["state"], looks[-1]["attempts"], looks[-1]["effects"]) == ("done", 1, 1)
        assert [look for look in looks if look["lapsed"]] == []


def without_broker(place: Installation) -> int:
    """Ask for work and use pages while the broker is away; returns the job that waits."""
    first = place.enqueue("probe.work", label="later")
    second = place.enqueue("probe.work", label="too")
    pages = time.monotonic()
    place.get("/healthz")
    place.get("/readyz")
    place.get("/probe/session")
    # The first caller makes one short try, the next does not even try.
    assert (first["seconds"] < 3.5, second["seconds"] < 0.5, time.monotonic() - pages < 2) == (True, True, True)
    assert place.job(first["id"])["state"] == "queued"
    return first["id"]


@pytest.mark.services("postgresql")
@pytest.mark.program("redis-server")
@pytest.mark.parametrize("gone", ["stopped", "frozen"])
def test_while_redis_is_away_pages_work_and_the_job_runs_when_it_is_back(gone: str, tmp_path: Path):
    with (
        own_database() as database,
        redis_server(tmp_path) as redis,
        running(tmp_path, database | {"BROKER_URL": redis.url}) as place,
    ):
        place.wait_for_state(place.enqueue("probe.work", label="before")["id"], "done")
        redis.stop() if gone == "stopped" else redis.freeze()
        job_id = without_broker(place)
        redis.start() if gone == "stopped" else redis.thaw()
        assert place.wait_for_state(job_id, "done", seconds=30)["effects"] == 1


@shares_its_place
@on_the_default_stack
def test_while_the_broker_folder_is_away_pages_work_and_the_job_runs_when_it_is_back(place: Installation):
    place.wait_for_state(place.enqueue("probe.work", label="before")["id"], "done")
    folder, away = place.folder / "data" / "broker", place.folder / "away"
    folder.rename(away)
    folder.write_text("not a folder")
    job_id = without_broker(place)
    folder.unlink()
    shutil.move(away, folder)
    assert place.wait_for_state(job_id, "done")["effects"] == 1


@shares_its_place
@on_the_default_stack
def test_a_session_is_saved_while_a_job_writes_to_sqlite(place: Installation):
    job_id = place.enqueue("probe.lock", label="large import", seconds=4)["id"]
    # Not "running": the claim is quick, and from then on the job's one transaction holds the file.
    place.wait_for_state(job_id, "running")
    waits = [place.get("/probe/session")["seconds"] for _ in range(3)]
    job = place.wait_for_state(job_id, "done")
    assert (max(waits) < 8, job["attempts"], job["effects"]) == (True, 1, 1)


@shares_its_place
@on_each_stack
def test_no_pool_process_outlives_its_worker(broker: str, place: Installation):
    """The last one here: its job begins anew whenever a worker comes."""
    job_id = place.enqueue("probe.work", label="a", seconds=60)["id"]
    place.wait_for_state(job_id, "running")
    pool = list(descendants(place.child("worker")))
    kill_worker(place)
    wait_for(lambda: not any(map(alive, pool)), 5, "the pool is gone")

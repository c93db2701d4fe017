"""`manage.py serve`: everything runs, comes back, and goes together."""

import os
import signal
import socket
import time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.urls import reverse

from core.jobs import alive as worker
from core.static_files import collect_if_changed
from tests.jobs_app.installation import Installation, alive, descendants, running, wait_for
from tests.jobs_app.prepared import clean_environment
from tests.jobs_app.services import on_each_stack, on_the_default_stack, own_stack

CHILDREN = ("gunicorn", "worker", "beat")


def log_of(place: Installation) -> str:
    return place.log.read_text(errors="replace")


@on_each_stack
def test_a_child_that_dies_is_started_again(broker: str, tmp_path: Path):
    with own_stack(broker) as environment, running(tmp_path, environment) as place:
        before = {name: wait_for(lambda name=name: place.child(name)) for name in CHILDREN}
        for pid in before.values():
            os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not any(map(alive, before.values())), 5, "they are dead")
        after = {name: wait_for(lambda name=name: place.child(name)) for name in CHILDREN}
        assert set(before.values()) & set(after.values()) == set()
        # Web, worker and beat all work again: the kind breaks once, and only a sweep starts it again.
        job_id = wait_for(lambda: place.enqueue("probe.break", label="again", times=1))["id"]
        assert place.wait_for_state(job_id, "done")["attempts"] == 2


@on_each_stack
def test_a_stop_signal_ends_everything_in_time_also_in_mid_job(broker: str, tmp_path: Path):
    with own_stack(broker) as environment, running(tmp_path, environment) as place:
        job_id = place.enqueue("probe.work", label="a", seconds=60)["id"]
        place.wait_for_state(job_id, "running")
        everybody = place.processes()
        started = time.monotonic()
        place.process.send_signal(signal.SIGTERM)
        assert place.process.wait(timeout=15) == 0
        assert time.monotonic() - started < 12
        assert [pid for pid in everybody if alive(pid)] == []


@on_the_default_stack
def test_a_second_serve_on_the_same_data_is_refused_and_the_idle_first_stops_at_once_on_ctrl_c(tmp_path: Path):
    with running(tmp_path, {}) as place:
        second = Installation(tmp_path, {})
        second.log = tmp_path / "second.log"
        second.start()
        assert second.process.wait(timeout=20) == 1
        assert log_of(second).strip().startswith("CommandError: Hệ thống đang chạy với thư mục dữ liệu")
        place.get("/readyz")
        everybody = place.processes()
        started = time.monotonic()
        place.process.send_signal(signal.SIGINT)
        assert place.process.wait(timeout=15) == 0
        assert time.monotonic() - started < 7
        assert [pid for pid in everybody if alive(pid)] == []
        assert log_of(place).rstrip().endswith("Đã dừng.")


@on_the_default_stack
def test_children_do_not_outlive_a_killed_serve(tmp_path: Path):
    with running(tmp_path, {}) as place:
        job_id = place.enqueue("probe.work", label="a", seconds=60)["id"]
        place.wait_for_state(job_id, "running")
        everybody = list(descendants(place.process.pid))
        place.process.kill()
        wait_for(lambda: not any(map(alive, everybody)), 10, "all children are gone")


@on_the_default_stack
def test_a_worker_that_hangs_while_jobs_wait_is_started_afresh(tmp_path: Path):
    with running(tmp_path, {}) as place:
        place.wait_for_state(place.enqueue("probe.work", label="before")["id"], "done")
        hung = place.child("worker")
        os.kill(hung, signal.SIGSTOP)
        for pid in descendants(hung):
            os.kill(pid, signal.SIGSTOP)
        job_id = place.enqueue("probe.work", label="a")["id"]
        assert place.wait_for_state(job_id, "done", seconds=25)["effects"] == 1
        assert not alive(hung)


@on_the_default_stack
def test_the_web_answers_while_the_demo_loads_and_it_is_loaded_once(tmp_path: Path):
    environment = {"PROBE_DEMO_SECONDS": "3"}
    with running(tmp_path, environment, "--demo") as place:
        assert "demo loaded" not in log_of(place)
        assert "Mở trình duyệt tại: " in wait_for(lambda: "Mở trình duyệt" in log_of(place) and log_of(place))
        wait_for(lambda: "demo loaded" in log_of(place), 10)
        assert "demo accounts" not in log_of(place)
    with running(tmp_path, environment, "--demo") as place:
        wait_for(lambda: "demo accounts" in log_of(place), 10)
    assert log_of(place).count("Mở trình duyệt") == 2
    assert log_of(place).count("đang nạp dữ liệu mẫu") == 1


def test_a_port_in_use_is_said_at_once():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"^Không mở được 127.0.0.1:{port} .* Hãy chọn cổng khác"):
            call_command("serve", port=port)


def test_a_database_that_does_not_answer_is_said_with_what_to_check(monkeypatch):
    def refuse(*args, **options):
        raise DatabaseError("connection refused")

    monkeypatch.setattr("core.management.commands.serve.call_command", refuse)
    with pytest.raises(CommandError, match="Hãy kiểm tra DATABASE_URL"):
        call_command("serve", port=0)


# --- static files ----------------------------------------------------------------------------------------------
def test_static_files_are_collected_when_one_of_them_changed(settings, tmp_path: Path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "a.css").write_text("a {}")
    settings.STATICFILES_DIRS = [source]
    settings.STATIC_ROOT = tmp_path / "collected"
    assert [collect_if_changed(), collect_if_changed()] == [True, False]
    (source / "a.css").write_text("a { color: red }")
    assert [collect_if_changed(), collect_if_changed()] == [True, False]
    assert (tmp_path / "collected" / "a.css").read_text() == "a { color: red }"


# --- health ----------------------------------------------------------------------------------------------------
def test_health_asks_nothing_of_the_database(client):
    # Without the fixture that opens the database, a query would fail the test.
    response = client.get(reverse("healthz"))
    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.django_db
@pytest.mark.parametrize(("age", "word"), [(None, "unknown"), (2.04, "ok"), (1e6, "silent")])
def test_readiness_tells_the_age_of_the_workers_sign_of_life(client, monkeypatch, age, word):
    monkeypatch.setattr(worker, "age", lambda: age)
    response = client.get(reverse("readyz"))
    assert (response.status_code, response.json()) == (
        200,
        {"database": True, "worker": word, "worker_age_seconds": age and round(age, 1)},
    )


@pytest.mark.django_db
def test_a_database_that_is_away_makes_it_unready(client, monkeypatch):
    def refuse():
        raise DatabaseError

    monkeypatch.setattr(connection, "cursor", refuse)
    response = client.get(reverse("readyz"))
    assert (response.status_code, response.json()["database"]) == (503, False)


def test_the_environment_of_a_test_installation_names_nothing_of_ours(tmp_path: Path):
    assert {"DATABASE_URL", "BROKER_URL"} & set(clean_environment(tmp_path)) == set()

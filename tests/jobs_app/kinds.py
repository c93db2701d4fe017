"""Kinds of work for tests. The effect of a job is one audit event that carries its label."""

import os
import random
import signal
import time

from django.conf import settings

from core import audit
from core.jobs import JobError, JobRun, job_kind
from core.models import AuditEvent

TICK_SECONDS = 0.05


def write_effect(label: str) -> None:
    audit.record(AuditEvent.Action.RENDER, label=label)


def effects(label: str) -> int:
    return AuditEvent.objects.filter(action=AuditEvent.Action.RENDER, label=label).count()


@job_kind("probe.work", title="Việc thử")
def work(run: JobRun) -> None:
    """Works for `seconds`, reporting progress, then writes its effect and a file."""
    ticks = max(1, round(run.params.get("seconds", 0) / TICK_SECONDS))
    for tick in range(ticks):
        run.progress(tick, ticks, "Đang làm")
        time.sleep(TICK_SECONDS)
    run.save_file("kết quả.txt", run.params["label"].encode())
    with run.commit({"ticks": ticks}):
        write_effect(run.params["label"])


@job_kind("probe.lock", title="Việc giữ cơ sở dữ liệu")
def hold_the_database(run: JobRun) -> None:
    """Writes for `seconds` in its one transaction, as a large import does."""
    with run.commit():
        write_effect(run.params["label"])
        time.sleep(run.params["seconds"])


@job_kind("probe.refuse")
def refuse(run: JobRun) -> None:
    raise JobError("Tệp trống. Hãy chọn tệp khác.")


@job_kind("probe.break")
def break_down(run: JobRun) -> dict[str, int]:
    """Breaks in its first `times` runs; runs are counted in a file."""
    counter = settings.DATA_DIR / f"broke-{run.params['label']}"
    broke = int(counter.read_text()) if counter.exists() else 0
    if broke < run.params["times"]:
        counter.write_text(str(broke + 1))
        raise ValueError("bug")
    return {"broke": broke}


@job_kind("probe.die", title="Việc làm chết tiến trình")
def die(run: JobRun) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@job_kind("probe.echo")
def echo(run: JobRun) -> dict[str, str]:
    current = audit.current()
    return {"actor": current.username, "origin": current.origin, **run.params}


@job_kind("probe.count")
def count_changes(run: JobRun) -> None:
    """Reads how many changes there are, takes up to `seconds`, and publishes that figure."""
    seen = AuditEvent.objects.filter(action=AuditEvent.Action.UPDATE, label=run.params["label"]).count()
    time.sleep(run.params["seconds"] * random.random())
    with run.commit({"seen": seen}):
        write_effect(f"{run.params['label']}={seen}")

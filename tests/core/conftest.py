"""What tests of background work share."""

import pytest

from core import tasks
from core.jobs import queue


@pytest.fixture
def rung(monkeypatch) -> list[int]:
    """Ids of the jobs for which the broker was rung; nothing is really sent."""
    bells: list[int] = []
    monkeypatch.setattr(tasks.run_job, "apply_async", lambda args: bells.append(args[0]))
    monkeypatch.setattr(queue, "_quiet_until", 0.0)
    return bells

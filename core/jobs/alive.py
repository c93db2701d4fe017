"""A sign of life of this machine's worker: a file it touches while it works and whenever it sweeps."""

import time
from pathlib import Path

from django.conf import settings


def _file() -> Path:
    return settings.RUN_DIR / "worker-alive"


def mark() -> None:
    _file().touch()


def age() -> float | None:
    """Seconds since the last sign of life; None when there never was one on this machine."""
    try:
        return max(0.0, time.time() - _file().stat().st_mtime)
    except FileNotFoundError:
        return None


def limit() -> float:
    """Seconds of silence after which a worker counts as hung: it sweeps and extends leases more often than this."""
    return 3 * settings.JOB_SWEEP_SECONDS + settings.JOB_LEASE_SECONDS

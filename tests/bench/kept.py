"""Databases of the demo at a scale, loaded once and kept in DATA_DIR/bench for later runs.

On SQLite a file each, on PostgreSQL (DATABASE_URL) a database each, called after the one of the address. Beside them
stands what loading took. One is loaded anew when a migration or the demo has changed since.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
BASE = str(settings.DATABASES["default"]["NAME"])
"""The database of the address; `use` puts others in its place."""
GOAL_SECONDS = {10: 120, 100: 600}
"""`manage.py demo --scale N` should be done in so many seconds."""


@dataclass(frozen=True)
class Loading:
    """What loading a scale took: seconds elapsed and of the processor, those by step, rows, the machine's load."""

    scale: int
    seconds: float
    cpu: float
    steps: dict[str, list[float]]
    rows: dict[str, int]
    load: float


def scales() -> Sequence[int]:
    """Those asked for by SCALES (`1,10,100`); 100 takes minutes to load and gigabytes to keep."""
    return [int(scale) for scale in os.environ.get("SCALES", "1,10").split(",")]


def each_scale() -> Iterator[Loading]:
    """Each scale asked for, the default connection leading to its database meanwhile."""
    for scale in scales():
        yield use(scale)


def use(scale: int) -> Loading:
    """Lead the default connection to the demo at *scale*, loaded first where it is not there yet."""
    loading = _loaded(scale)
    connection.close()
    connection.settings_dict["NAME"] = _name(scale)
    ContentType.objects.clear_cache()
    return loading


def _on_sqlite() -> bool:
    return connection.vendor == "sqlite"


def _name(scale: int) -> str:
    if _on_sqlite():
        return str(settings.DATA_DIR / f"scale-{scale}.sqlite3")
    return f"{BASE}_bench_{scale}"


def _loaded(scale: int) -> Loading:
    note = settings.DATA_DIR / f"{connection.vendor}-{scale}.json"
    stored: dict[str, Any] = json.loads(note.read_text()) if note.exists() else {}
    if stored.pop("digest", "") == _digest() and _is_there(scale):
        return Loading(**stored)
    print(f"loading the demo at scale {scale} …", file=sys.stderr, flush=True)
    note.unlink(missing_ok=True)
    _make_empty(scale)
    environment = os.environ | {"DATABASE_URL": _address(scale), "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.load", str(scale)],
        cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE,
    )  # fmt: skip
    stored = {"scale": scale, **json.loads(done.stdout)}
    note.write_text(json.dumps({"digest": _digest(), **stored}, ensure_ascii=False, indent=1))
    return Loading(**stored)


def _digest() -> str:
    """Of all that decides what such a database holds."""
    files = sorted([*ROOT.glob("*/migrations/*.py"), *ROOT.glob("reports/demo/*.py")])
    parts = (hashlib.sha256(path.read_bytes()).hexdigest() for path in files)
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def _address(scale: int) -> str:
    if _on_sqlite():
        return f"sqlite:///{_name(scale)}"
    base, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    return f"{base}/{_name(scale)}"


def _is_there(scale: int) -> bool:
    if _on_sqlite():
        return Path(_name(scale)).exists()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_name(scale)])
        return cursor.fetchone() is not None


def _make_empty(scale: int) -> None:
    if _on_sqlite():
        for ending in ("", "-wal", "-shm"):
            Path(_name(scale) + ending).unlink(missing_ok=True)
        return
    with connection._nodb_cursor() as cursor:
        name = connection.ops.quote_name(_name(scale))
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")

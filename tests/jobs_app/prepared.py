"""What an installation prepares at its first start: made once in a test process, then copied."""

import atexit
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from tests.repository import ROOT

SQLITE = "taonguon.sqlite3"
PREPARE = """
import django; django.setup()
from django.core.management import call_command
from core.static_files import collect_if_changed
call_command("migrate", interactive=False, verbosity=0)
collect_if_changed()
"""


def fill_data_folder(target: Path, environment: Mapping[str, str]) -> None:
    """Copy static files to *target*, and the migrated SQLite database where *environment* names no other."""
    source = _folder()
    target.mkdir(parents=True, exist_ok=True)
    if not (target / "static").exists():
        shutil.copytree(source / "static", target / "static")
    if "DATABASE_URL" not in environment and not (target / SQLITE).exists():
        shutil.copy(source / SQLITE, target / SQLITE)


@cache
def _folder() -> Path:
    folder = Path(os.environ["DATA_DIR"]) / "prepared"
    _prepare(folder, {})
    return folder / "data"


def administer(server: str, statement: str) -> None:
    """Run *statement* on the PostgreSQL server at that address, outside a transaction."""
    parts = urlsplit(server)._replace(scheme="postgresql", path="/postgres")
    with closing(psycopg2.connect(urlunsplit(parts))) as administrator:
        administrator.autocommit = True
        administrator.cursor().execute(statement)


@cache
def template_database(server: str) -> str:
    """The name of a migrated database on the PostgreSQL server at that address; gone with this process."""
    name = f"taonguon_prepared_{os.getpid()}"
    administer(server, f"DROP DATABASE IF EXISTS {name}")
    administer(server, f"CREATE DATABASE {name}")
    atexit.register(administer, server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    _prepare(_folder().parent, {"DATABASE_URL": urlunsplit(urlsplit(server)._replace(path=f"/{name}"))})
    return name


def _prepare(folder: Path, environment: Mapping[str, str]) -> None:
    command = [sys.executable, "-c", PREPARE]
    subprocess.run(command, cwd=ROOT, env=clean_environment(folder) | environment, check=True)


def clean_environment(folder: Path) -> dict[str, str]:
    """What a real installation would have, and nothing of the run that tests it."""
    ours = ("DATABASE_URL", "BROKER_URL", "DATA_DIR", "DJANGO_SETTINGS_MODULE")
    inherited = {name: value for name, value in os.environ.items() if name not in ours}
    return inherited | {
        "DJANGO_SETTINGS_MODULE": "tests.jobs_app.settings",
        "DATA_DIR": str(folder / "data"),
        "ENV_FILE": "",
        "INSECURE_HTTP": "1",
        "JOB_LEASE_SECONDS": "1",
        "JOB_SWEEP_SECONDS": "1",
    }

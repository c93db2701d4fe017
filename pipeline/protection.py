"""Events of files and their ballots only grow; the database itself sees to it (:mod:`core.append_only`).

On SQLite a changed column means a new table without its triggers: a migration that changes one of these tables ends
with `protect_all` again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from core import append_only

TABLES = ("pipeline_caseevent", "pipeline_ballot")


def protect_all(apps: Any, schema_editor: Any) -> None:
    """As an operation of a migration."""
    for table in TABLES:
        append_only.protect_facts(schema_editor.connection, table)


def release_all(apps: Any, schema_editor: Any) -> None:
    for table in TABLES:
        append_only.release(schema_editor.connection, table)


@contextmanager
def lifted() -> Iterator[None]:
    """Within a transaction, and for its length alone, rows of these tables may be deleted.

    For files alone that an import has brought and that are taken back whole (docs/adr/0011-imports.md): whoever was
    written down by mistake must not stay stored. Where the transaction fails, the protection was never away.
    """
    protected = [table for table in TABLES if append_only.triggers(connection, table)]
    _check_keys()
    for table in protected:
        append_only.release(connection, table)
    yield
    _check_keys()
    for table in protected:
        append_only.protect_facts(connection, table)


def _check_keys() -> None:
    """PostgreSQL changes no table while foreign keys of its rows still wait to be checked."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")

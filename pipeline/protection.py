"""Events of files and their ballots only grow; the database itself sees to it (:mod:`core.append_only`).

On SQLite a changed column means a new table without its triggers: a migration that changes one of these tables ends
with `protect_all` again.
"""

from typing import Any

from core import append_only

TABLES = ("pipeline_caseevent", "pipeline_ballot")


def protect_all(apps: Any, schema_editor: Any) -> None:
    """As an operation of a migration."""
    for table in TABLES:
        append_only.protect_facts(schema_editor.connection, table)


def release_all(apps: Any, schema_editor: Any) -> None:
    for table in TABLES:
        append_only.release(schema_editor.connection, table)

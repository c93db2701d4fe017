"""Tables that only grow: the database itself refuses to change or delete their rows.

Who has the rights of the database's owner can take the triggers away; the chain of seals shows what was done then.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("core_auditevent", "core_auditseal")
LOCKED_ROWS = {"core_exportentry": "state = 'made'"}
"""Tables whose rows no longer change once that holds of them, and are never deleted."""
REFUSAL = "Nhật ký chỉ được ghi thêm"

_FUNCTION = f"""
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$
"""


def protect(connection: BaseDatabaseWrapper, table: str) -> None:
    """Let *table* refuse UPDATE and DELETE (and TRUNCATE, where there is one) from now on."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTION)
            cursor.execute(
                f"CREATE TRIGGER {table}_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
            return
        for change in ("UPDATE", "DELETE"):
            cursor.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )


def lock_rows(connection: BaseDatabaseWrapper, table: str) -> None:
    """Let *table* refuse DELETE, and UPDATE of the rows of which its condition holds, from now on."""
    condition = LOCKED_ROWS[table]
    whens = {"UPDATE": f"WHEN (OLD.{condition}) ", "DELETE": ""}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTION)
        for change, when in whens.items():
            head = f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
            if connection.vendor == "postgresql":
                cursor.execute(f"{head} FOR EACH ROW {when}EXECUTE FUNCTION refuse_change()")
            else:
                cursor.execute(f"{head} {when}BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END")


def protect_facts(connection: BaseDatabaseWrapper, table: str) -> None:
    """Let *table*, which holds facts, refuse DELETE, and every UPDATE but that of `in_force` from true to false."""
    with connection.cursor() as cursor:
        known = [column.name for column in connection.introspection.get_table_description(cursor, table)]
        columns = ", ".join(connection.ops.quote_name(name) for name in known if name != "in_force")
        back = "NEW.in_force AND NOT OLD.in_force"
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTION)
            refuse = "EXECUTE FUNCTION refuse_change()"
            cursor.execute(
                f"CREATE TRIGGER {table}_grows BEFORE DELETE OR TRUNCATE OR UPDATE OF {columns} ON {table} "
                f"FOR EACH STATEMENT {refuse}"
            )
            if "in_force" in known:
                cursor.execute(
                    f"CREATE TRIGGER {table}_stays BEFORE UPDATE OF in_force ON {table} "
                    f"FOR EACH ROW WHEN ({back}) {refuse}"
                )
            return
        refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        cursor.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
        cursor.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE OF {columns} ON {table} {refuse}")
        if "in_force" in known:
            cursor.execute(
                f"CREATE TRIGGER {table}_no_return BEFORE UPDATE OF in_force ON {table} WHEN {back} {refuse}"
            )


def release(connection: BaseDatabaseWrapper, table: str) -> None:
    """Take the protection away, for a migration that must change old rows; it puts it back."""
    with connection.cursor() as cursor:
        for name in triggers(connection, table):
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {name}{on}")


def triggers(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    """The names of the triggers that protect *table*."""
    asked = (
        "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal ORDER BY tgname"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s ORDER BY name"
    )
    with connection.cursor() as cursor:
        cursor.execute(asked, [table])
        return [name for (name,) in cursor.fetchall()]


def protect_all(apps: Any, schema_editor: Any) -> None:
    """As an operation of a migration."""
    for table in TABLES:
        protect(schema_editor.connection, table)


def release_all(apps: Any, schema_editor: Any) -> None:
    for table in TABLES:
        release(schema_editor.connection, table)


def lock_all_rows(apps: Any, schema_editor: Any) -> None:
    for table in LOCKED_ROWS:
        lock_rows(schema_editor.connection, table)


def unlock_all_rows(apps: Any, schema_editor: Any) -> None:
    for table in LOCKED_ROWS:
        release(schema_editor.connection, table)

"""Many rows at once, within what a database takes in one statement."""

import gc
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, tzinfo
from functools import partial
from io import StringIO
from itertools import islice
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, JSONField, Model, QuerySet

from core.sealed import SealedField

Item = TypeVar("Item")

BATCH = 500
"""Rows written in one statement."""
MANY = 5_000
"""Keys named in one statement; SQLite takes 32,766 parameters, PostgreSQL 65,535."""


@contextmanager
def without_collector() -> Iterator[None]:
    """Nothing is looked for that might be thrown away: among hundreds of thousands of rows at hand that takes a quarter
    of the time, and a transaction that holds the database must be short."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def chunks(items: Iterable[Item], size: int = MANY) -> Iterator[list[Item]]:
    """*items* in lists of at most *size*."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def rows_by_key(rows: QuerySet, field: str, keys: Collection) -> Iterator[Model]:
    """The rows whose *field* is one of *keys*, however many keys there are."""
    for chunk in chunks(keys):
        yield from rows.filter(**{f"{field}__in": chunk})


def update_by_key(rows: QuerySet, keys: Iterable[int], **values: object) -> int:
    """Set *values* on the rows with primary *keys*, however many; returns how many rows there were."""
    return sum(rows.filter(pk__in=chunk).update(**values) for chunk in chunks(keys))


def insert_rows(rows: Iterable[Model]) -> None:
    """Insert new rows of one model and give each its key: `bulk_create` in a fraction of its time.

    A long import must hold the database for seconds only, and most of `bulk_create` is Python. As there, no
    `save()` and no signals; unlike there, keys that the database counts, columns of text, numbers, days, keys and
    JSON only, and no conflicts to ignore. Keys ascend in the order of *rows*.
    """
    waiting = list(rows)
    if not waiting:
        return
    model = type(waiting[0])
    alias, connection, quote = _database_of(model)
    key = model._meta.pk
    columns = [field for field in model._meta.concrete_fields if field is not key and not field.generated]
    read = _row_reader(columns, connection)
    table, named = quote(model._meta.db_table), ", ".join(quote(field.column) for field in (key, *columns))
    store = _copied if connection.vendor == "postgresql" else _executed
    with transaction.atomic(using=alias, savepoint=False), connection.cursor() as cursor:
        numbers = _reserved_keys(cursor, connection.vendor, model, len(waiting))
        values = ((number, *read(row)) for number, row in zip(numbers, waiting, strict=True))
        with connection.wrap_database_errors:
            store(cursor, f"{table} ({named})", len(columns) + 1, values)
        for number, row in zip(numbers, waiting, strict=True):
            row.pk, row._state.adding, row._state.db = number, False, alias


def _reserved_keys(cursor: Any, vendor: str, model: type[Model], size: int) -> Sequence[int]:
    """The next *size* keys of *model*, for nobody else; on SQLite because the transaction has the only pen."""
    table = model._meta.db_table
    if vendor == "postgresql":
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [f'"{table}"', model._meta.pk.column, size],
        )
        return [number for (number,) in cursor.fetchall()]
    cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
    last = cursor.fetchone()
    first = (last[0] if last else 0) + 1
    return range(first, first + size)


def _executed(cursor: Any, target: str, width: int, values: Iterable[tuple]) -> None:
    places = ", ".join(["%s"] * width)
    cursor.executemany(f"INSERT INTO {target} VALUES ({places})", values)


def _copied(cursor: Any, target: str, width: int, values: Iterable[tuple]) -> None:
    """By COPY, in parts so that the text of all rows is never there at once."""
    for chunk in chunks(values):
        text = "".join(["\t".join(map(_as_copied, row)) + "\n" for row in chunk])
        cursor.copy_expert(f"COPY {target} FROM STDIN", StringIO(text))


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _as_copied(value: Any) -> str:
    """*value*, ready for the database, as COPY reads it."""
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    return str(value)  # numbers, true and false, days in ISO form


def update_rows(rows: Iterable[Model], fields: Iterable[str]) -> None:
    """Store *fields* of many rows of one model, each row with values of its own."""
    waiting = list(rows)
    if not waiting:
        return
    model = type(waiting[0])
    alias, connection, quote = _database_of(model)
    columns = [model._meta.get_field(name) for name in fields]
    settings = ", ".join(f"{quote(field.column)} = %s" for field in columns)
    statement = f"UPDATE {quote(model._meta.db_table)} SET {settings} WHERE {quote(model._meta.pk.column)} = %s"
    readers = [_reader(field, connection, add=False) for field in columns]
    values = [(*(read(row) for read in readers), row.pk) for row in waiting]
    with transaction.atomic(using=alias, savepoint=False), connection.cursor() as cursor:
        cursor.executemany(statement, values)


def refresh_statistics() -> None:
    """Let the database count its rows: until it has, its plans after a large import are up to 20 times slower."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("ANALYZE")


def _database_of(model: type[Model]) -> tuple[str, BaseDatabaseWrapper, Callable[[str], str]]:
    alias = router.db_for_write(model)
    return alias, connections[alias], connections[alias].ops.quote_name


def _row_reader(fields: Sequence[Field], connection: BaseDatabaseWrapper) -> Callable[[Model], list[Any]]:
    """What gives the values of all *fields* of a new row as the database takes them.

    They are fetched in one go; only what Django would hand on as something else is looked at.
    """
    fetch = attrgetter(*(field.attname for field in fields))
    turning = []
    for place, field in enumerate(fields):
        known, turned = _known(field, connection)
        is_plain = type(field).pre_save is Field.pre_save
        if not is_plain or turned or known not in (str, bool, int) or field.is_relation:
            may_be_empty = is_plain and not field.is_relation
            turning.append(
                (place, known if is_plain else None, turned, may_be_empty, _reader(field, connection, add=True))
            )

    def read(row: Model) -> list[Any]:
        values = list(fetch(row))
        for place, known, turned, may_be_empty, reader in turning:
            value = values[place]
            if type(value) is known:
                if turned:
                    values[place] = turned(value)
            elif value is not None or not may_be_empty:
                values[place] = reader(row)
        return values

    return read


def _reader(field: Field, connection: BaseDatabaseWrapper, *, add: bool) -> Callable[[Model], Any]:
    """What gives the value of *field* in a row as the database takes it."""
    known, turned = _known(field, connection)
    is_plain = type(field).pre_save is Field.pre_save
    is_json = add and isinstance(field, JSONField)  # psycopg's own wrapping would be in the way of COPY
    name = field.attname

    def read(row: Model) -> Any:
        value = getattr(row, name) if is_plain else field.pre_save(row, add)
        if type(value) is known:
            return turned(value) if turned else value
        if value is None:
            if not (field.is_relation and field.is_cached(row)):
                return None
            # The related row was given before it had a key.
            setattr(row, field.name, field.get_cached_value(row))
            value = getattr(row, name)
        if is_json:
            return json.dumps(value, cls=field.encoder)
        return field.get_db_prep_save(value, connection)

    return read


def _known(field: Field, connection: BaseDatabaseWrapper) -> tuple[type | None, Callable[[Any], Any] | None]:
    """The type of value that needs no asking Django, and what to make of it where it is not stored as it is."""
    if isinstance(field, SealedField):
        return None, None  # a text is sealed on its way
    kind = field.get_internal_type()
    if kind == "UUIDField":
        return UUID, None if connection.features.has_native_uuid_field else attrgetter("hex")
    if kind == "DateField":
        return date, str
    if kind == "DateTimeField" and connection.vendor == "sqlite":
        return datetime, partial(_text_of_moment, zone=connection.timezone)
    return _AS_IT_IS.get(kind), None


def _text_of_moment(moment: datetime, zone: tzinfo) -> str:
    return str(moment.astimezone(zone).replace(tzinfo=None) if moment.tzinfo else moment)


_AS_IT_IS: dict[str, type] = {
    "CharField": str,
    "TextField": str,
    "BooleanField": bool,
    "ForeignKey": int,
    "OneToOneField": int,
    "PositiveIntegerField": int,
    "PositiveSmallIntegerField": int,
}
"""By kind of field: the type of value that Django hands to the database unchanged."""

"""Many rows at once, within what a database takes in one statement."""

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from django.db import connections, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Model, QuerySet

Item = TypeVar("Item")

BATCH = 500
"""Rows written in one statement."""
MANY = 5_000
"""Keys named in one statement; SQLite takes 32,766 parameters, PostgreSQL 65,535."""


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
    """Insert new rows of one model and give each its key: `bulk_create` in a third of its time.

    A long import must hold the database for seconds only, and most of `bulk_create` is Python. As there, no
    `save()` and no signals; unlike there, plain columns only and no conflicts to ignore.
    """
    waiting = list(rows)
    if not waiting:
        return
    model = type(waiting[0])
    alias, connection, quote = _database_of(model)
    key = model._meta.pk
    columns = [field for field in model._meta.concrete_fields if field is not key and not field.generated]
    named = ", ".join(quote(field.column) for field in columns)
    places = f"({', '.join(['%s'] * len(columns))})"
    with transaction.atomic(using=alias, savepoint=False), connection.cursor() as cursor:
        for chunk in chunks(waiting, BATCH):
            cursor.execute(
                f"INSERT INTO {quote(model._meta.db_table)} ({named}) VALUES {', '.join([places] * len(chunk))} "
                f"RETURNING {quote(key.column)}",
                [_stored(field, row, connection, add=True) for row in chunk for field in columns],
            )
            for row, (number,) in zip(chunk, cursor.fetchall(), strict=True):
                row.pk, row._state.adding, row._state.db = number, False, alias


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
    values = [(*(_stored(field, row, connection, add=False) for field in columns), row.pk) for row in waiting]
    with transaction.atomic(using=alias, savepoint=False), connection.cursor() as cursor:
        cursor.executemany(statement, values)


def _database_of(model: type[Model]) -> tuple[str, BaseDatabaseWrapper, Callable[[str], str]]:
    alias = router.db_for_write(model)
    return alias, connections[alias], connections[alias].ops.quote_name


def _stored(field: Field, row: Model, connection: BaseDatabaseWrapper, *, add: bool) -> Any:
    """The value of *field* as the database takes it."""
    value = field.pre_save(row, add)
    if value is None and field.is_relation and field.is_cached(row):
        # The related row was given before it had a key.
        related = field.get_cached_value(row)
        setattr(row, field.name, related)
        value = getattr(row, field.attname)
    return field.get_db_prep_save(value, connection)

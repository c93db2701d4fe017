"""Many rows at once, within what a database takes in one statement."""

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, router, transaction
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
    readers = [_reader(field, connection, add=True) for field in columns]
    named = ", ".join(quote(field.column) for field in columns)
    places = f"({', '.join(['%s'] * len(columns))})"
    with transaction.atomic(using=alias, savepoint=False), connection.cursor() as cursor:
        for chunk in chunks(waiting, BATCH):
            cursor.execute(
                f"INSERT INTO {quote(model._meta.db_table)} ({named}) VALUES {', '.join([places] * len(chunk))} "
                f"RETURNING {quote(key.column)}",
                [read(row) for row in chunk for read in readers],
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


def _reader(field: Field, connection: BaseDatabaseWrapper, *, add: bool) -> Callable[[Model], Any]:
    """What gives the value of *field* in a row as the database takes it."""
    as_it_is = _AS_IT_IS.get(field.get_internal_type())
    is_plain = type(field).pre_save is Field.pre_save
    name = field.attname

    def read(row: Model) -> Any:
        value = getattr(row, name) if is_plain else field.pre_save(row, add)
        if type(value) is as_it_is:
            return value
        if value is None and field.is_relation and field.is_cached(row):
            # The related row was given before it had a key.
            setattr(row, field.name, field.get_cached_value(row))
            value = getattr(row, name)
        return field.get_db_prep_save(value, connection)

    return read


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

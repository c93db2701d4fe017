"""Many rows at once, within what a database takes in one statement."""

from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import TypeVar

from django.db.models import Model, QuerySet

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

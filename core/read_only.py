"""A connection that the database itself keeps from writing, for people who only look."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection

_is_on: ContextVar[bool] = ContextVar("read_only", default=False)


@contextmanager
def read_only() -> Iterator[None]:
    """Inside the block the database refuses every change, whatever the code tries; but see :func:`writable`."""
    with _switched(True):
        yield


@contextmanager
def writable() -> Iterator[None]:
    """Lift the above for what looking itself leaves behind: its line in the trail."""
    if not _is_on.get():
        yield
        return
    with _switched(False):
        yield


@contextmanager
def _switched(on: bool) -> Iterator[None]:
    before = _is_on.get()
    token = _is_on.set(on)
    _tell(on)
    try:
        yield
    finally:
        _is_on.reset(token)
        if connection.connection is not None:
            _tell(before)


def _tell(on: bool) -> None:
    word = "on" if on else "off"
    setting = "SET default_transaction_read_only = " if connection.vendor == "postgresql" else "PRAGMA query_only = "
    with connection.cursor() as cursor:
        cursor.execute(f"{setting}{word}")

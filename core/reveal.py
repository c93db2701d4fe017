"""Showing masked values to somebody who was let through and has said why; the trail keeps who, what and why."""

from collections.abc import Sequence
from typing import Any

from django.db import models

from core import audit
from core.field_classes import is_masked
from core.models import AuditEvent
from core.sealed import Sealed


def in_clear(value: Any) -> str:
    """A masked value, opened."""
    return value.open() if isinstance(value, Sealed) else str(value or "")


def reveal(row: models.Model, names: Sequence[str], *, reason: str, scope_path: str) -> list[tuple[str, str]]:
    """(name of the field in words, its value) of the masked fields *names* of *row*. The caller has asked the table
    of rights; nothing is given before the trail has kept it.

    :raises ValueError: without a reason, or for a field that is not masked.
    """
    if not reason.strip():
        raise ValueError("a reveal needs a reason")
    if others := [name for name in names if not is_masked(type(row), name)]:
        raise ValueError(f"not masked: {others}")
    found = [(str(row._meta.get_field(name).verbose_name), in_clear(getattr(row, name))) for name in names]
    audit.record(
        AuditEvent.Action.REVEAL, row, changes={"fields": ", ".join(label for label, _ in found)},
        reason=reason.strip(), scope_path=scope_path,
    )  # fmt: skip
    return found

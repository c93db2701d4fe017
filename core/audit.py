"""Writing the audit trail, and knowing who acts.

Who, from where and on whose behalf is set once per request or command (`acting`); services need not carry
it through every call. Events are written in the caller's transaction: no change without its event.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

from core.bulk import insert_rows
from core.models import AuditEvent, Fact, User
from core.read_only import writable
from core.sealed import Sealed
from core.sealing import seal_soon


@dataclass(frozen=True)
class Acting:
    """Who acts now: a user, or nobody for the system itself."""

    user: User | None = None
    origin: str = ""
    on_behalf_of: str = ""
    behalf_path: str = ""
    """Only what happens in the scope of that path is done on somebody's behalf; empty: everything."""
    batch: UUID | None = None

    @property
    def username(self) -> str:
        return self.user.get_username() if self.user else ""


NOBODY = Acting()
_acting: ContextVar[Acting | None] = ContextVar("acting", default=None)


def current() -> Acting:
    return _acting.get() or NOBODY


@contextmanager
def acting(**details: Any) -> Iterator[Acting]:
    """Inside the block, what is recorded carries *details* (fields of :class:`Acting`); the rest stays."""
    token = _acting.set(replace(current(), **details))
    try:
        yield current()
    finally:
        _acting.reset(token)


@contextmanager
def one_change() -> Iterator[UUID]:
    """Inside the block, all facts and events belong to one batch; within a larger change, to that one's."""
    batch = current().batch or uuid4()
    with acting(batch=batch):
        yield batch


def sign(*facts: Fact) -> None:
    """Say on new facts who records them, and with which change."""
    who = current()
    for fact in facts:
        fact.recorded_by, fact.batch = who.user, who.batch


def event(
    action: str,
    subject: models.Model | None = None,
    *,
    changes: Mapping[str, Any] | None = None,
    label: str = "",
    scope_path: str = "",
    reason: str = "",
) -> AuditEvent:
    """An unsaved event about *subject*; `changes` maps a field to `[before, after]` or to a value."""
    who = current()
    return AuditEvent(
        at=timezone.now(),
        action=action,
        actor=who.username,
        origin=who.origin,
        on_behalf_of=who.on_behalf_of if scope_path.startswith(who.behalf_path) else "",
        batch=who.batch,
        model=subject._meta.label_lower if subject is not None else "",
        object_id=str(getattr(subject, "public_id", "") or subject.pk or "") if subject is not None else "",
        label=(label or (str(subject) if subject is not None else ""))[:255],
        scope_path=scope_path,
        changes=plain(changes or {}),
        reason=reason,
    )


def record(action: str, subject: models.Model | None = None, **details: Any) -> AuditEvent:
    """Write one event about *subject* (see :func:`event`)."""
    row = event(action, subject, **details)
    with writable():
        row.save(force_insert=True)
        seal_soon()
    return row


def record_many(events: Iterable[AuditEvent]) -> int:
    """Write many events of one change; returns how many."""
    rows = list(events)
    insert_rows(rows)
    if rows:
        seal_soon()
    return len(rows)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What changed, as `{field: [before, after]}`; fields absent from *after* are left out."""
    return {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}


def digest(value: Any) -> str:
    """A keyed digest that stands for a sensitive *value*: shows that it changed, never what it was."""
    text = value.open() if isinstance(value, Sealed) else str(plain(value))
    return _keyed_digest(text, settings.SECRET_KEY) if text else ""


@lru_cache(maxsize=1_000)  # of a list of members, thousands are of one ethnicity
def _keyed_digest(text: str, secret: str) -> str:
    return f"#{salted_hmac('core.audit', text, secret, algorithm='sha256').hexdigest()[:16]}"


def plain(value: Any) -> Any:
    """*value* with nothing in it that JSON cannot carry; dates in ISO form, decimals as text."""
    match value:
        case None | bool() | int() | str():
            return value
        case datetime() | date():
            return value.isoformat()
        case Decimal() | UUID():
            return str(value)
        case models.Model():
            return str(value)
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case Iterable():
            return [plain(item) for item in value]
    return str(value)

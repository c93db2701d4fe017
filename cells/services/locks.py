"""Periods closed for new facts: a figure once reported does not move under the report."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone

from cells.models import Organization, PeriodLock
from cells.queries.organizations import paths_of
from cells.services.errors import RuleError
from core import audit
from core.dates import format_date
from core.models import AuditEvent, User


@transaction.atomic
def lock_period(organization: Organization, *, first_day: date, last_day: date, by: User, reason: str) -> PeriodLock:
    """Close a period for the organisation and all below it."""
    if last_day < first_day:
        raise RuleError("Ngày cuối kỳ phải sau ngày đầu kỳ. Hãy sửa lại hai ngày.")
    lock = PeriodLock.objects.create(
        organization=organization, first_day=first_day, last_day=last_day, locked_by=by, reason=reason
    )
    audit.record(AuditEvent.Action.CREATE, lock, scope_path=organization.path, reason=reason)
    return lock


@transaction.atomic
def lift_lock(lock: PeriodLock, *, by: User, reason: str) -> None:
    """Open a closed period again; the lock stays on record."""
    lock.lifted_by, lock.lifted_at = by, timezone.now()
    lock.save(update_fields=["lifted_by", "lifted_at"])
    audit.record(AuditEvent.Action.UPDATE, lock, scope_path=lock.organization.path, reason=reason)


def locked_days(facts: Iterable[tuple[int, date]]) -> dict[tuple[int, date], PeriodLock]:
    """Of the facts (organisation, day), those that lie in a locked period of the organisation or one above."""
    return {(organization, day): lock for (organization, day, _), lock in locked_spans((o, d, d) for o, d in facts)}


def locked_spans(facts: Iterable[tuple[int, date, date]]) -> list[tuple[tuple[int, date, date], PeriodLock]]:
    """Of the facts (organisation, first day, last day), those that touch a locked period, each with its lock."""
    locks = list(PeriodLock.objects.filter(lifted_at__isnull=True).select_related("organization"))
    if not locks:
        return []
    asked = set(facts)
    paths = paths_of({organization for organization, _, _ in asked})
    return [
        ((organization, first, last), lock)
        for organization, first, last in asked
        for lock in locks
        if lock.first_day <= last and first <= lock.last_day and paths[organization].startswith(lock.organization.path)
    ]


def refuse_locked_days(facts: Iterable[tuple[int, date]]) -> None:
    """Raise RuleError naming the lock when one of the facts lies in a locked period."""
    refuse_locked_spans((organization, day, day) for organization, day in facts)


def refuse_locked_spans(facts: Iterable[tuple[int, date, date]]) -> None:
    """As :func:`refuse_locked_days`, of facts that speak of a span (organisation, first day, last day)."""
    locked = locked_spans(facts)
    if locked:
        raise RuleError(sorted({lock_message(lock) for _, lock in locked}))


def lock_message(lock: PeriodLock) -> str:
    return (
        f"Kỳ {format_date(lock.first_day)}–{format_date(lock.last_day)} của {lock.organization.name} đã khóa. "
        "Hãy đề nghị Ban Tổ chức mở khóa trước khi sửa số liệu của kỳ này."
    )

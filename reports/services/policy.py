"""The only writer of how a year's rate is reckoned."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from cells.models import PeriodLock
from cells.services.errors import ChangedMeanwhileError, RuleError
from cells.services.locks import lock_message
from cells.signals import facts_changed
from core import audit
from core.dates import end_of_year
from core.models import AuditEvent
from reports.models import TargetPolicy
from reports.services.figures import advance_facts_beside_figures

NAMES = ("base", "counts_on", "term_start", "low", "high")
NOT_SET = 0
"""The version of a year's policy that nobody has set."""


@dataclass(frozen=True)
class PolicyChange:
    """What the policy of *year* shall be; *shown* is the version of what the person saw."""

    year: int
    base: str
    counts_on: str
    term_start: date
    low: Decimal
    high: Decimal
    shown: int


def version_of(policy: TargetPolicy) -> int:
    return policy.version if policy.pk else NOT_SET


@transaction.atomic
@audit.one_change()
def set_policy(change: PolicyChange, *, reason: str) -> TargetPolicy:
    """Set how the rate of a year is reckoned; stored figures are brought up to date by a job.

    Raises RuleError without a *reason*, for a band upside down or a year that is locked to its end somewhere;
    :class:`ChangedMeanwhileError` where the policy is not the one that was shown.
    """
    advance_facts_beside_figures()  # changes wait for each other from here on
    policy = TargetPolicy.of(change.year)
    if version_of(policy) != change.shown:
        raise ChangedMeanwhileError([change])
    before = {name: getattr(policy, name) for name in NAMES}
    after = {name: getattr(change, name) for name in NAMES}
    if before == after:
        return policy
    if not reason.strip():
        raise RuleError("Hãy ghi lý do đổi cách tính.")
    if not 0 <= change.low <= change.high <= 100:
        raise RuleError("Mục tiêu phải từ mức thấp đến mức cao, trong khoảng 0 đến 100%. Hãy sửa lại hai số.")
    _refuse_locked(change.year)
    is_new = policy.pk is None
    for name, value in after.items():
        setattr(policy, name, value)
    policy.version = change.shown + 1
    policy.save()
    audit.record(
        AuditEvent.Action.CREATE if is_new else AuditEvent.Action.UPDATE,
        policy,
        label=f"Cách tính tỷ lệ năm {change.year}",
        changes=audit.differences(before, after),
        reason=reason.strip(),
    )
    facts_changed.send(sender=TargetPolicy, since=date(change.year, 1, 1))
    return policy


def _refuse_locked(year: int) -> None:
    """A year that was closed somewhere has published rates."""
    day = end_of_year(year)
    locks = PeriodLock.objects.filter(lifted_at__isnull=True, first_day__lte=day, last_day__gte=day)
    lock = locks.select_related("organization").first()
    if lock:
        raise RuleError(lock_message(lock))

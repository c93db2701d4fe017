"""The only writer of assigned targets and of plans."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from cells.models import Organization
from cells.queries.organizations import paths_of
from cells.services.errors import ChangedMeanwhileError, RuleError
from cells.services.locks import refuse_locked_days
from cells.signals import facts_changed
from core import audit
from core.bulk import BATCH, rows_by_key, update_by_key
from core.dates import end_of_year, format_date
from core.models import AuditEvent
from reports.models import Plan, Target
from reports.models.targets import YearlyNumber
from reports.services.figures import advance_facts_beside_figures


@dataclass(frozen=True)
class NumberChange:
    """*value* for an organisation's target or plan (*model*) of *year*; None takes back what is there.

    *shown* is the :func:`mark` of what the person saw.
    """

    model: type[YearlyNumber]
    organization: Organization
    year: int
    value: int | None
    shown: str


def mark(row: YearlyNumber | None) -> str:
    """Tells one row in force from every other; empty where there is none."""
    return str(row.pk) if row else ""


@transaction.atomic
@audit.one_change()
def save_numbers(
    changes: Sequence[NumberChange], *, reason: str = "", document: str = "", stated_on: date | None = None
) -> int:
    """Write targets and plans as one change; returns how many numbers were written. All or none.

    Raises RuleError where an existing number would change without a *reason*, in a locked year, or for a unit that
    was closed before the year; :class:`ChangedMeanwhileError` where a number is not the one that was shown.
    """
    advance_facts_beside_figures()  # changes of facts wait for each other from here on
    stored = _in_force(changes)
    before = {change: stored.get(_place(change)) for change in changes}
    stale = [change for change, row in before.items() if mark(row) != change.shown]
    if stale:
        raise ChangedMeanwhileError(stale)
    real = [change for change, row in before.items() if (row.value if row else None) != change.value]
    if not real:
        return 0
    if not reason.strip() and any(before[change] for change in real):
        raise RuleError("Có số đã giao hoặc đã đề ra bị sửa. Hãy ghi lý do sửa.")
    _refuse_closed(real)
    refuse_locked_days({(change.organization.pk, end_of_year(change.year)) for change in real})
    rows = [_row(change, before[change], reason.strip(), document.strip(), stated_on) for change in real]
    for model in (Target, Plan):
        write_numbers([row for row in rows if type(row) is model])
    facts_changed.send(sender=Target, since=date(min(change.year for change in real), 1, 1))
    return len(rows)


@transaction.atomic
@audit.one_change()
def write_numbers(rows: Sequence[YearlyNumber]) -> date | None:
    """Store new rows of one model; one that `corrects` an older takes its place. Returns the first day concerned.

    The caller has raised the facts' version.
    """
    if not rows:
        return None
    model = type(rows[0])
    before = {row.corrects_id: row.corrects for row in rows if row.corrects_id}
    update_by_key(model.objects.all(), before, in_force=False)
    audit.sign(*rows)
    model.objects.bulk_create(rows, batch_size=BATCH)
    paths = paths_of({row.organization_id for row in rows})
    audit.record_many(
        audit.event(
            AuditEvent.Action.CREATE if not row.corrects_id
            else AuditEvent.Action.UPDATE if row.in_force
            else AuditEvent.Action.REVERSE,
            row,
            label=f"{row.organization.code} {row.year}",
            changes=_differences(before.get(row.corrects_id), row),
            scope_path=paths[row.organization_id],
            reason=row.reason,
        )
        for row in rows
    )  # fmt: skip
    return date(min(row.year for row in rows), 1, 1)


@transaction.atomic
def assign_target(
    organization: Organization, year: int, value: int, *, stated_on: date | None = None, document: str = "",
    reason: str = "",
) -> Target:  # fmt: skip
    """Give *organization* its target for *year*; an earlier one is corrected, not edited."""
    advance_facts_beside_figures()
    before = Target.objects.in_force().filter(organization=organization, year=year).first()
    target = Target(
        organization=organization, year=year, value=value, stated_on=stated_on, document=document, reason=reason,
        corrects=before,
    )  # fmt: skip
    write_numbers([target])
    return target


def _place(item: NumberChange | YearlyNumber) -> tuple[type[YearlyNumber], int, int]:
    """What there is one number in force of."""
    model = item.model if isinstance(item, NumberChange) else type(item)
    return model, item.organization.pk, item.year


def _in_force(changes: Iterable[NumberChange]) -> dict[tuple[type[YearlyNumber], int, int], YearlyNumber]:
    """The rows in force in the places of *changes*."""
    wanted: dict[tuple[type[YearlyNumber], int], set[int]] = {}
    for change in changes:
        wanted.setdefault((change.model, change.year), set()).add(change.organization.pk)
    return {
        _place(row): row
        for (model, year), keys in wanted.items()
        for row in rows_by_key(
            model.objects.in_force().filter(year=year).select_related("organization"), "organization_id", keys
        )
    }


def _row(
    change: NumberChange, before: YearlyNumber | None, reason: str, document: str, stated_on: date | None
) -> YearlyNumber:
    """The fact that says so: a new number, or a reversal that leaves none."""
    is_taken_back = change.value is None
    return change.model(
        organization=change.organization,
        year=change.year,
        value=before.value if is_taken_back else change.value,
        in_force=not is_taken_back,
        corrects=before,
        reason=reason,
        document=document,
        stated_on=stated_on,
    )


def _differences(before: YearlyNumber | None, row: YearlyNumber) -> dict[str, list]:
    """Before and after of one number; of document and day where something is written there."""
    said = {"value": [before.value if before else None, row.value if row.in_force else None]}
    for name in ("document", "stated_on"):
        pair = [getattr(before, name) or None if before else None, getattr(row, name) or None]
        if pair[0] != pair[1]:
            said[name] = pair
    return said


def _refuse_closed(changes: Iterable[NumberChange]) -> None:
    for change in changes:
        closed_on = change.organization.closed_on
        if change.value is not None and closed_on and closed_on <= date(change.year, 1, 1):
            raise RuleError(
                f"{change.organization.name} đã thôi hoạt động từ {format_date(closed_on)}. Hãy ghi số cho tổ chức "
                "kế thừa."
            )

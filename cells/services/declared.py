"""The only writer of declared years."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from cells.models import DeclaredYear
from cells.queries.organizations import paths_of
from core import audit
from core.bulk import BATCH, chunks, rows_by_key
from core.models import AuditEvent

FIGURES = ("opening", *DeclaredYear.COUNTS, "closing")


@transaction.atomic
def write_declared_years(declared: Sequence[DeclaredYear]) -> date | None:
    """Store new and changed rows; returns the first day whose figures may differ.

    The caller has checked that closing = opening + increases − decreases (the database does so too), and
    raises the facts' version.
    """
    before = {row.pk: row for row in rows_by_key(DeclaredYear.objects.all(), "pk", [d.pk for d in declared if d.pk])}
    new = [row for row in declared if row.pk is None]
    changed = [row for row in declared if row.pk is not None]
    for row in changed:
        row.version += 1
    DeclaredYear.objects.bulk_create(new, batch_size=BATCH)
    DeclaredYear.objects.bulk_update(changed, [*FIGURES, "version"], batch_size=BATCH)
    paths = paths_of({row.organization_id for row in declared})
    audit.record_many(
        audit.event(
            AuditEvent.Action.UPDATE if row.pk in before else AuditEvent.Action.CREATE,
            row,
            label=f"{row.organization.code} {row.year}",
            changes=audit.differences(_figures(before.get(row.pk)), _figures(row)),
            scope_path=paths[row.organization_id],
        )
        for row in declared
    )
    return date(min(row.year for row in declared), 1, 1) if declared else None


@transaction.atomic
def remove_declared_years(declared: Sequence[DeclaredYear], *, reason: str) -> date | None:
    """Remove rows entered by mistake; returns the first day whose figures may differ.

    The caller raises the facts' version.
    """
    paths = paths_of({row.organization_id for row in declared})
    events = [
        audit.event(
            AuditEvent.Action.DELETE, row, label=f"{row.organization.code} {row.year}",
            changes={name: [value, None] for name, value in _figures(row).items()},
            scope_path=paths[row.organization_id], reason=reason,
        )
        for row in declared
    ]  # fmt: skip
    for some in chunks(row.pk for row in declared):
        DeclaredYear.objects.filter(pk__in=some).delete()
    audit.record_many(events)
    return date(min(row.year for row in declared), 1, 1) if declared else None


def _figures(row: DeclaredYear | None) -> dict[str, int]:
    return {name: getattr(row, name) for name in FIGURES} if row else {}

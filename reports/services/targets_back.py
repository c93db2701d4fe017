"""Taking back targets that were entered by mistake."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction

from cells.queries.organizations import paths_of
from core import audit
from core.bulk import BATCH, update_by_key
from core.models import AuditEvent
from reports.models import Target


@transaction.atomic
@audit.one_change()
def take_back_targets(
    targets: Sequence[Target], before: Mapping[Target, Target], *, reason: str
) -> tuple[list[Target], date | None]:
    """Reverse *targets*, all in force; where one had taken the place of another (*before*), that one is stated again.

    Returns the rows stated again and the first day concerned. The caller raises the facts' version.
    """
    rows = [_in_its_place(target, before.get(target), reason) for target in targets]
    update_by_key(Target.objects.all(), [target.pk for target in targets], in_force=False)
    audit.sign(*rows)
    Target.objects.bulk_create(rows, batch_size=BATCH)
    paths = paths_of({target.organization_id for target in targets})
    audit.record_many(
        audit.event(
            AuditEvent.Action.REVERSE,
            row,
            label=f"{row.organization.code} {row.year}",
            changes={"value": [row.corrects.value, row.value if row.in_force else None]},
            scope_path=paths[row.organization_id],
            reason=reason,
        )
        for row in rows
    )
    since = date(min(target.year for target in targets), 1, 1) if targets else None
    return [row for row in rows if row.in_force], since


def _in_its_place(target: Target, before: Target | None, reason: str) -> Target:
    """The row that takes *target* back: *before* said again, else its reversal."""
    said = before or target
    row = Target(
        organization=target.organization, year=said.year, value=said.value, stated_on=said.stated_on,
        document=said.document, reason=reason, corrects=target, in_force=before is not None,
    )  # fmt: skip
    row.restates = before
    return row

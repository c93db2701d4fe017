"""The only writer of assigned targets."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from cells.models import Organization
from cells.queries.organizations import paths_of
from core import audit
from core.bulk import BATCH, update_by_key
from core.models import AuditEvent
from reports.models import Target


@transaction.atomic
@audit.one_change()
def write_targets(targets: Sequence[Target]) -> date | None:
    """Store new targets; one that `corrects` an older takes its place. Returns the first day concerned."""
    before = {target.corrects_id: target.corrects for target in targets if target.corrects_id}
    update_by_key(Target.objects.all(), before, in_force=False)
    audit.sign(*targets)
    Target.objects.bulk_create(targets, batch_size=BATCH)
    paths = paths_of({target.organization_id for target in targets})
    audit.record_many(
        audit.event(
            AuditEvent.Action.UPDATE if target.corrects_id else AuditEvent.Action.CREATE,
            target,
            label=f"{target.organization.code} {target.year}",
            changes={"value": [old.value if (old := before.get(target.corrects_id)) else None, target.value]},
            scope_path=paths[target.organization_id],
            reason=target.reason,
        )
        for target in targets
    )
    return date(min(target.year for target in targets), 1, 1) if targets else None


def assign_target(
    organization: Organization, year: int, value: int, *, stated_on: date | None = None, document: str = "",
    reason: str = "",
) -> Target:  # fmt: skip
    """Give *organization* its target for *year*; an earlier one is corrected, not edited."""
    before = Target.objects.in_force().filter(organization=organization, year=year).first()
    target = Target(
        organization=organization, year=year, value=value, stated_on=stated_on, document=document, reason=reason,
        corrects=before,
    )  # fmt: skip
    write_targets([target])
    return target

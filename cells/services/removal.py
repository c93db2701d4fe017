"""Removing persons who were entered by mistake, as if nobody had written them down (docs/adr/0011-imports.md).

The one exception to "facts are corrected, never deleted": a person who was never a member here must not stay
stored. What nothing else refers to goes; the trail keeps that it was there, by its code only.
"""

from collections.abc import Sequence

from django.db import transaction

from cells.models import Member, MemberState, Movement
from cells.queries.organizations import paths_of
from core import audit
from core.bulk import BATCH, chunks, rows_by_key
from core.models import AuditEvent


@transaction.atomic
@audit.one_change()
def remove_members(members: Sequence[Member], *, reason: str) -> None:
    """Delete *members* with all their movements and states.

    The caller has made sure that nothing else refers to them (else ProtectedError), raises the facts' version and
    tells listeners.
    """
    movements = list(rows_by_key(Movement.objects.all(), "member", [member.pk for member in members]))
    paths = paths_of({row.organization_id for row in (*members, *movements)})
    codes = {member.pk: member.code for member in members}
    events = [
        audit.event(
            AuditEvent.Action.DELETE, row, label=codes[row.member_id] if isinstance(row, Movement) else row.code,
            scope_path=paths[row.organization_id], reason=reason,
        )
        for row in (*movements, *members)
    ]  # fmt: skip
    for some in chunks([member.pk for member in members], BATCH):
        for facts in (Movement.objects.filter(member__in=some), MemberState.objects.filter(member__in=some)):
            facts.update(corrects=None)  # they go together, and each protects the one it corrects
            facts.delete()
        Member.objects.filter(pk__in=some).delete()
    audit.record_many(events)

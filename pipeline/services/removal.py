"""Removing files that an import brought by mistake, as if nobody had written them down (docs/adr/0011-imports.md).

As with members (:mod:`cells.services.removal`): a person who is not on the way here must not stay stored. The trail
keeps that a file was there, by its code only.
"""

from collections.abc import Collection, Sequence

from django.db import transaction

from core import audit
from core.bulk import BATCH, chunks
from core.models import AuditEvent
from pipeline.models import Candidate, Case, CaseEvent, Mentorship, RollEntry
from pipeline.protection import lifted


@transaction.atomic(savepoint=False)
@audit.one_change()
def remove_cases(cases: Sequence[Case], people: Collection[int], *, reason: str) -> None:
    """Delete *cases* with all that is of them, and the persons with the keys *people* whose only files they are.

    The caller has made sure that nothing else refers to them, else ProtectedError.
    """
    if not cases:
        return
    told = [
        audit.event(AuditEvent.Action.DELETE, case, label=case.code, scope_path=case.organization.path, reason=reason)
        for case in cases
    ]
    with lifted():
        for keys in chunks([case.pk for case in cases], BATCH):
            RollEntry.objects.filter(case__in=keys).delete()
            Mentorship.objects.filter(case__in=keys).delete()
            events_left = CaseEvent.objects.filter(case__in=keys)
            while events_left.exists():  # what corrects another goes before it
                events_left.filter(corrected_by=None).delete()
            Case.objects.filter(pk__in=keys).delete()
        for keys in chunks(people, BATCH):
            Candidate.objects.filter(pk__in=keys).delete()
    audit.record_many(told)

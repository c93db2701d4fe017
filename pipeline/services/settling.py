"""How every change of a file begins and ends: claimed by its version, derived anew from its facts, told to the trail.

One change raises the version by one and leaves one event in the trail; both together tell the slower of two people
what happened meanwhile.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import F

from cells.models import Organization
from cells.services.errors import RuleError
from core import audit
from core.field_classes import hidden
from core.models import AuditEvent
from pipeline.deriving import DERIVED, Judge, derived
from pipeline.models import Candidate, Case
from pipeline.queries.cases import changes_since
from pipeline.queries.facts import facts_of
from pipeline.queries.stays import place_on
from pipeline.services.errors import CaseChangedError

UNTOLD = {"checked_on", "first_due", "next_due", "next_step", "stage_since"}
"""Copies that follow from the rest: no reader of the trail misses them."""


@contextmanager
def changing(case: Case, version: int) -> Iterator[None]:
    """A transaction in which the file, seen at *version*, is changed by nobody else; where it fails, the row at hand
    is again what it was.

    Raises CaseChangedError where somebody was faster.
    """
    kept, related = dict(case.__dict__), dict(case._state.fields_cache)
    try:
        with _claimed(case, version):
            yield
    except Exception:
        case.__dict__.update(kept)
        case._state.fields_cache = related
        raise


@contextmanager
def _claimed(case: Case, version: int) -> Iterator[None]:
    with transaction.atomic(), audit.one_change():
        if not Case.objects.filter(pk=case.pk, version=version).update(version=F("version") + 1):
            raise CaseChangedError(changes_since(case, version))
        stored = Case.objects.select_related("candidate", "organization", "first_organization")
        case.refresh_from_db(from_queryset=stored)
        yield


def settle(
    case: Case,
    judge: Judge,
    *,
    what: str,
    changes: Mapping[str, Any] | None = None,
    action: str = AuditEvent.Action.UPDATE,
    place: Organization | None = None,
    reason: str = "",
) -> None:
    """Write what the facts now say of the file, and the event of the trail. Only within `changing`."""
    before = {name: getattr(case, name) for name in (*DERIVED, "organization_id")}
    values = derived(facts_of([case.pk], judge.today)[case.pk], judge)
    values["organization_id"] = place_on(case, judge.today).pk
    store(case, values)
    moved = {name: pair for name, pair in audit.differences(before, values).items() if name not in UNTOLD}
    audit.record(
        action, case, label=label_of(case), changes={"event": what} | dict(changes or {}) | moved,
        scope_path=(place or case.organization).path, reason=reason,
    )  # fmt: skip


def store(case: Case, values: Mapping[str, Any]) -> None:
    """Put derived values into the row; the person's place follows. Raises RuleError for a second open file."""
    for name, value in values.items():
        setattr(case, name, value)
    try:
        with transaction.atomic():
            case.save(update_fields=[name.removesuffix("_id") for name in values])
    except IntegrityError:
        raise RuleError("Người này đang có hồ sơ khác chưa xong. Hãy làm tiếp hồ sơ đó.") from None
    if case.candidate.organization_id != case.organization_id and case.is_ongoing:
        Candidate.objects.filter(pk=case.candidate_id).update(
            organization=case.organization_id, version=F("version") + 1
        )
        case.candidate.refresh_from_db()


def label_of(case: Case) -> str:
    return f"{case.code}, {case.candidate.full_name}"


def told(row: models.Model, *names: str) -> dict[str, Any]:
    """Fields of *row* for the trail, what is private as a digest."""
    values = {name: getattr(row, name) for name in names}
    return hidden(
        type(row), {name: value for name, value in values.items() if value not in (None, "", [])}, audit.digest
    )

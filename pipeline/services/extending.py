"""More of many files at once: what an import adds to files that are there, and takes away again.

As with files written whole (:mod:`pipeline.services.bulk`), gates judge nothing: paper files need not fulfil what the
software would ask today. Days that stand in a file are never changed here; that is a correction, judged one by one
(:func:`pipeline.services.cases.correct`). Each file rises by one version and leaves one event in the trail.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from django.db import transaction

from cells.models import Member, Organization
from cells.services.errors import RuleError
from core import audit
from core.bulk import chunks, insert_rows, rows_by_key, update_by_key, update_rows, without_collector
from core.field_classes import hidden
from core.models import AuditEvent
from pipeline.deriving import Judge
from pipeline.models import CandidateProfile, Case, CaseEvent, Mentorship, RollEntry
from pipeline.queries.cases import judge_of
from pipeline.queries.stays import key_on, stays_of_all
from pipeline.services.bulk import EventDraft, derive_all, event_row, signature, write_rows
from pipeline.services.settling import label_of

CHANGED_MEANWHILE = "Hồ sơ {} vừa được sửa ở nơi khác. Hãy làm lại."
TAKES_BACK = "takes_back"
"""In the trail of a file from which an import was taken back: the batch of that import."""


@dataclass
class Addition:
    """What comes to one file: *person* and *profile* are columns with their new values, `rows` are unsaved."""

    case: Case
    """With `candidate__profile` and `organization` at hand."""
    person: Mapping[str, Any] = field(default_factory=dict)
    profile: Mapping[str, Any] = field(default_factory=dict)
    events: Sequence[EventDraft] = ()
    helpers: Sequence[Mentorship] = ()
    member: Member | None = None
    """Who the person is on the roll, where the file does not know it yet."""

    @property
    def is_empty(self) -> bool:
        return not (self.person or self.profile or self.events or self.helpers or self.member)


@transaction.atomic(savepoint=False)
@audit.one_change()
def extend_cases(additions: Sequence[Addition], *, today: date) -> None:
    """Write *additions*, all or none. Raises RuleError where a file is no longer at the version at hand."""
    if not additions:
        return
    judge = judge_of(today)
    _claim([each.case for each in additions])
    with without_collector():
        told = [_change_person(each) for each in additions]
        _store_people(additions)
        _write_events(additions, judge)
        write_rows((each.case, row) for each in additions for row in each.helpers)
        _settle([each.case for each in additions], judge)
    audit.record_many(
        audit.event(
            AuditEvent.Action.UPDATE, each.case, label=label_of(each.case), scope_path=each.case.organization.path,
            changes={"event": "Nhập thêm từ sổ Excel", **changes},
        )
        for each, changes in zip(additions, told, strict=True)
    )  # fmt: skip


@dataclass
class Reduction:
    """What goes from one file again: *person* and *profile* are the columns as they were before."""

    case: Case
    person: Mapping[str, Any] = field(default_factory=dict)
    profile: Mapping[str, Any] = field(default_factory=dict)
    events: Sequence[CaseEvent] = ()
    helpers: Collection[int] = ()
    entries: Collection[int] = ()
    """Keys of the rows by which the file knew its admission on the roll."""


@transaction.atomic(savepoint=False)
@audit.one_change()
def reduce_cases(reductions: Sequence[Reduction], *, batch: Any, today: date, reason: str) -> None:
    """Take back what an import, *batch*, has added: events by rows that void them, helpers and ties as if they had
    never been. Raises RuleError where a file is no longer at the version at hand."""
    if not reductions:
        return
    judge = judge_of(today)
    _claim([each.case for each in reductions])
    for each in reductions:
        for row, values in ((each.case.candidate, each.person), (_profile(each.case), each.profile)):
            for name, value in values.items():
                setattr(row, name, value)
    _store_people(reductions)
    voids = [_void(event, reason) for each in reductions for event in each.events]
    audit.sign(*voids)
    update_by_key(CaseEvent.objects.all(), [void.corrects_id for void in voids], in_force=False)
    insert_rows(voids)
    for model, name in ((RollEntry, "entries"), (Mentorship, "helpers")):
        for keys in chunks(key for each in reductions for key in getattr(each, name)):
            model.objects.filter(pk__in=keys).delete()
    _settle([each.case for each in reductions], judge)
    audit.record_many(
        audit.event(
            AuditEvent.Action.REVERSE, each.case, label=label_of(each.case), scope_path=each.case.organization.path,
            changes={"event": "Hoàn tác phần nhập từ sổ Excel", TAKES_BACK: str(batch)}, reason=reason,
        )
        for each in reductions
    )  # fmt: skip


def _claim(cases: Sequence[Case]) -> None:
    """Wait for whoever is changing one of *cases*, and see to it that nobody has."""
    rows = Case.objects.select_for_update().order_by("pk")
    now = {row.pk: row.version for row in rows_by_key(rows, "pk", sorted(case.pk for case in cases))}
    for case in cases:
        if now.get(case.pk) != case.version:
            raise RuleError(CHANGED_MEANWHILE.format(case.code))
        case.version += 1
    update_rows(cases, ["version"])


def _profile(case: Case) -> CandidateProfile:
    """What is private of the person; a new row where there is none yet."""
    profile = getattr(case.candidate, "profile", None)
    return profile or CandidateProfile(candidate=case.candidate)


def _change_person(each: Addition) -> dict[str, Any]:
    """Set the new values on the rows at hand; returns what the trail tells of it."""
    person, told = each.case.candidate, {}
    for row, values in ((person, each.person), (_profile(each.case), each.profile)):
        changes = audit.differences({name: getattr(row, name) for name in values}, values)
        told |= hidden(type(row), changes, audit.digest)
        for name, value in values.items():
            setattr(row, name, value)
    if each.member is not None:
        person.member = each.member
        told["member"] = each.member.code
    if each.events:
        told["events"] = "; ".join(f"{event.kind} {event.on:%d/%m/%Y}" for event in each.events)
    if each.helpers:
        told["helper"] = "; ".join(row.helper.code for row in each.helpers)
    return told


def _store_people(changes: Iterable[Addition | Reduction]) -> None:
    people = [each.case.candidate for each in changes]
    for person in people:
        person.fill_name_columns()
        person.version += 1
    names = ("full_name", "name_fold", "name_key", "born_on", "born_precision", "sex", "sources", "occupation",
             "member", "version")  # fmt: skip
    update_rows(people, names)
    profiles = [person.profile for person in people if hasattr(person, "profile")]
    update_rows([row for row in profiles if row.pk], ("ethnicity", "religion"))
    insert_rows(row for row in profiles if not row.pk)


def _write_events(additions: Sequence[Addition], judge: Judge) -> None:
    edition = cache(judge.book.on)
    stays, signed = stays_of_all([each.case for each in additions]), signature()
    insert_rows(
        event_row(each.case.pk, key_on(stays[each.case.pk], event.on), event, edition(event.on), signed)
        for each in additions
        for event in each.events
    )


def _void(event: CaseEvent, reason: str) -> CaseEvent:
    names = ("case", "organization", "kind", "occurred_on", "precision", "agreed", "steps", "by", "on_behalf",
             "document_number", "document_date", "document_issuer", "late_reason")  # fmt: skip
    said = {name: getattr(event, name) for name in names}
    return CaseEvent(corrects=event, void=True, in_force=False, reason=reason[:255], **said)


def _settle(cases: Sequence[Case], judge: Judge) -> None:
    """Derive the files anew; who is still on the way goes where the file lies."""
    derive_all(cases, judge)
    moved = [case.candidate for case in cases if case.is_ongoing and _follow(case)]
    update_rows(moved, ["organization"])
    keys = {case.organization_id for case in cases}
    units = {unit.pk: unit for unit in rows_by_key(Organization.objects.all(), "pk", keys)}
    for case in cases:
        case.organization = units[case.organization_id]


def _follow(case: Case) -> bool:
    moves = case.candidate.organization_id != case.organization_id
    case.candidate.organization_id = case.organization_id
    return moves

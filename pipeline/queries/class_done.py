"""Who has done a class, cell by cell. Who sees files reads it of their events, the centre of its own certificates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from cells.models import Organization
from cells.roles import Action
from cells.scoping import may, path_within
from core.dates import add_months
from pipeline.kinds import ClassKind
from pipeline.models import CaseEvent, Enrolment
from pipeline.queries.class_need import months_valid
from pipeline.rulebook.book import Rulebook

EVENT = "pipeline.caseevent"


@dataclass(frozen=True)
class Wanted:
    """What of the list is asked for."""

    kind: str = ""
    organization: Organization | None = None
    year: int | None = None


@dataclass(frozen=True)
class Done:
    """Somebody who has done a class. `until` is the last day of the certificate, None where it holds for good."""

    name: str
    birth_year: int | None
    cell: Organization
    kind: str
    number: str
    issuer: str
    on: date
    until: date | None
    has_lapsed: bool

    @property
    def kind_label(self) -> str:
        return str(ClassKind(self.kind).label)


def done_rows(user: Any, wanted: Wanted, today: date) -> QuerySet:
    """The rows of the list, cell by cell: events of files, or, for who sees none, own certificates."""
    kinds = [wanted.kind] if wanted.kind else list(ClassKind.values)
    if may(user, Action.VIEW, EVENT, today):
        rows = CaseEvent.objects.visible_to(user, on=today).filter(in_force=True, kind__in=kinds)
        return _narrowed(rows, wanted, "organization", "occurred_on")
    certified = Enrolment.objects.visible_to(user, on=today).exclude(certificate_number="")
    return _narrowed(certified.filter(training_class__kind__in=kinds), wanted, "case__organization", "certified_on")


def _narrowed(rows: QuerySet, wanted: Wanted, cell: str, day: str) -> QuerySet:
    if wanted.organization:
        rows = rows.filter(path_within(f"{cell}__path", wanted.organization.path))
    if wanted.year:
        rows = rows.filter(**{f"{day}__range": (date(wanted.year, 1, 1), date(wanted.year, 12, 31))})
    return rows.order_by(f"{cell}__path", "case__candidate__name_key", day, "pk")


EVENT_COLUMNS = ("organization__name", "organization__parent__name", "kind", "document_number", "document_issuer",
                 "occurred_on", "case__candidate__full_name", "case__candidate__born_on")  # fmt: skip
ENROLMENT_COLUMNS = ("case__organization__name", "case__organization__parent__name", "training_class__kind",
                     "certificate_number", "centre__name", "certified_on", "case__candidate__full_name",
                     "case__candidate__born_on")  # fmt: skip


def with_names(rows: QuerySet) -> QuerySet:
    """*rows* of `done_rows` with what is read of each, and nothing else of the file."""
    if rows.model is CaseEvent:
        return rows.select_related("organization__parent", "case__candidate").only(*EVENT_COLUMNS)
    related = ("case__organization__parent", "case__candidate", "training_class", "centre")
    return rows.select_related(*related).only(*ENROLMENT_COLUMNS)


def listed(rows: Iterable[Any], book: Rulebook, today: date) -> list[Done]:
    """Rows of `with_names` as a list shows them. No question."""
    months = months_valid(book, today)
    return [_of_event(row, months, today) if isinstance(row, CaseEvent) else _of_enrolment(row, months, today)
            for row in rows]  # fmt: skip


def _of_event(row: CaseEvent, months: int | None, today: date) -> Done:
    person = row.case.candidate
    return _done(person, row.organization, row.kind, row.document_number, row.document_issuer, row.occurred_on,
                 months, today)  # fmt: skip


def _of_enrolment(row: Enrolment, months: int | None, today: date) -> Done:
    issuer = row.centre.name if row.centre else ""
    assert row.certified_on is not None
    return _done(row.case.candidate, row.case.organization, row.training_class.kind, row.certificate_number, issuer,
                 row.certified_on, months, today)  # fmt: skip


def _done(
    person: Any, cell: Organization, kind: str, number: str, issuer: str, on: date, months: int | None, today: date
) -> Done:
    until = add_months(on, months) if kind == ClassKind.AWARENESS and months else None
    return Done(
        person.full_name, person.birth_year, cell, kind, number, issuer, on, until,
        until is not None and until < today,
    )  # fmt: skip

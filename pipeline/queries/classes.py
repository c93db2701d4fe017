"""Classes and who attends them: what pages, services and files ask alike."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from cells.kinds import INNER_KINDS, AssociationKind, OrganizationKind
from cells.models import Association, Organization
from cells.roles import Action
from cells.scoping import reaches
from pipeline.kinds import ATTENDING, PASSED, ClassResult, EnrolmentState
from pipeline.models import CaseEvent, Enrolment, TrainingClass
from pipeline.queries.cases import case_url


def classes_of_year(user: Any, year: int, today: date) -> list[TrainingClass]:
    """The classes *user* sees of a year, the first to begin first. Each with `taken`, the seats that are filled, which
    everybody may know who may propose, and `own`, how many of those in it the user sees."""
    rows = TrainingClass.objects.visible_to(user, on=today).filter(year=year)
    own = Enrolment.objects.visible_to(user, on=today).filter(state__in=ATTENDING)
    counted = dict(
        own.filter(training_class__in=rows).order_by().values_list("training_class").annotate(people=Count("pk"))
    )
    found = list(with_taken(rows).select_related("centre", "organization").order_by("opens_on", "id"))
    for each in found:
        each.own = counted.get(each.pk, 0)
    return found


def with_taken(rows: QuerySet[TrainingClass]) -> QuerySet[TrainingClass]:
    """*rows* with `taken`: how many seats are filled."""
    inside = Enrolment.objects.filter(training_class=OuterRef("pk"), state=EnrolmentState.ACCEPTED).order_by()
    return rows.annotate(
        taken=Coalesce(Subquery(inside.values("training_class").annotate(people=Count("pk")).values("people")), 0)
    )


def years_of(user: Any, today: date) -> list[int]:
    """The years of which *user* sees a class, this year and the next always."""
    rows = TrainingClass.objects.visible_to(user, on=today).order_by().values_list("year", flat=True).distinct()
    return sorted({*rows, today.year, today.year + 1})


def organizers(user: Any, today: date) -> list[Association | Organization]:
    """Who may hold the classes that *user* opens: centres, and committees that hold them without one."""
    rows = Association.objects.visible_to(user, Action.RUN_CLASS, on=today)
    centres = list(rows.filter(kind=AssociationKind.TRAINING_CENTRE).select_related("organization").order_by("code"))
    return [*centres, *_committees(user, today, {centre.organization_id for centre in centres})]


def _committees(user: Any, today: date, served: Collection[int]) -> list[Organization]:
    """Committees above base organisations within the reach of *user* that have no centre beside them."""
    rows = Organization.objects.visible_to(user, on=today, action=Action.RUN_CLASS, of="pipeline.trainingclass")
    return list(
        rows.filter(kind=OrganizationKind.UPPER_COMMITTEE, closed_on=None).exclude(pk__in=served).order_by("path")
    )


@dataclass(frozen=True)
class Student:
    """Somebody of a class, as far as the class needs it: nothing else of the file goes to pages of classes.

    `not_entered` says why the certificate stands in no file; empty for who does not see the file.
    """

    key: int
    public_id: UUID
    name: str
    birth_year: int | None
    phone: str
    cell: str
    base: str
    place: int
    cell_place: Organization
    proposed_by: str
    proposed_on: date
    state: EnrolmentState
    reason: str
    attended: int | None
    result: str
    number: str
    certified_on: date | None
    is_entered: bool
    not_entered: str
    version: int
    file_url: str
    """Where the file is, for who may open it."""

    @property
    def result_label(self) -> str:
        return ClassResult(self.result).label if self.result else ""

    @property
    def has_passed(self) -> bool:
        return self.result in PASSED

    @property
    def awaits_certificate(self) -> bool:
        return self.has_passed and not self.number

    @property
    def is_missing_in_file(self) -> bool:
        """Certified, and the file does not know of it."""
        return bool(self.number) and not self.is_entered


COLUMNS = (
    "public_id", "proposed_on", "state", "reason", "attended", "result", "certificate_number", "certified_on",
    "not_entered", "version", "case__public_id", "case__candidate__full_name", "case__candidate__born_on",
    "case__candidate__phone",
    "case__organization__name", "case__organization__path", "case__organization__closed_on",
    "case__organization__kind", "case__organization__parent__name", "proposed_by__name",
)  # fmt: skip
"""All that is read of students: of the person name, birth and telephone."""


def in_files() -> Exists:
    """Whether the certificate of an enrolment stands in the file."""
    return Exists(
        CaseEvent.objects.in_force().filter(
            case=OuterRef("case"), kind=OuterRef("training_class__kind"), occurred_on=OuterRef("certified_on")
        )
    )


def students(user: Any, rows: QuerySet[Enrolment], today: date) -> list[Student]:
    """*rows*, which come from `visible_to`, in the order in which they are. One question."""
    related = ("case__candidate", "case__organization__parent", "proposed_by")
    found = rows.annotate(is_entered=in_files()).select_related(*related).only(*COLUMNS)
    return [_student(user, row, today) for row in found]


def _student(user: Any, row: Enrolment, today: date) -> Student:
    person, cell = row.case.candidate, row.case.organization
    sees_file = reaches(user, Action.VIEW, "pipeline.case", cell, today)
    return Student(
        key=row.pk, public_id=row.public_id, name=person.full_name,
        birth_year=person.birth_year, phone=person.phone, cell=cell.name,
        base=cell.parent.name if cell.parent and cell.kind in INNER_KINDS else "", place=cell.pk, cell_place=cell,
        proposed_by=row.proposed_by.name, proposed_on=row.proposed_on, state=EnrolmentState(row.state),
        reason=row.reason, attended=row.attended, result=row.result, number=row.certificate_number,
        certified_on=row.certified_on, is_entered=row.is_entered, not_entered=row.not_entered if sees_file else "",
        version=row.version, file_url=case_url(row.case) if sees_file else "",
    )  # fmt: skip


BY_NAME = ("case__candidate__name_key", "case__candidate__born_on", "pk")


def enrolled(user: Any, training_class: TrainingClass, today: date) -> QuerySet[Enrolment]:
    """Everybody of a class whom *user* sees, by name."""
    rows = Enrolment.objects.visible_to(user, on=today).filter(training_class=training_class)
    return rows.order_by(*BY_NAME)


def seats_left(training_class: TrainingClass) -> int:
    """Seats nobody has yet; never below 0."""
    taken = training_class.enrolments.filter(state=EnrolmentState.ACCEPTED).count()
    return max(training_class.seats - taken, 0)


def certificates_of(training_class: TrainingClass, year: int) -> QuerySet[Enrolment]:
    """The certificates that who holds the class gave out in a year: one book of numbers."""
    rows = Enrolment.objects.filter(certificate_year=year).exclude(certificate_number="")
    if training_class.centre_id:
        return rows.filter(centre=training_class.centre_id)
    return rows.filter(committee=training_class.organization_id)


_NUMBER = re.compile(r"(\d{1,5})(.*)")


def next_number(training_class: TrainingClass, year: int) -> tuple[int, str]:
    """The number that follows the highest one of the book, and what stands behind it; 1 where the book is empty."""
    numbers = certificates_of(training_class, year).values_list("certificate_number", flat=True)
    found = [(int(match[1]), match[2]) for number in numbers if (match := _NUMBER.fullmatch(number))]
    highest, suffix = max(found, default=(0, ""))
    return highest + 1, suffix


def standing_enrolments(kind: str) -> QuerySet[Enrolment]:
    """Enrolments in classes of *kind* that have not come to an end: no result yet, no certificate."""
    return Enrolment.objects.filter(
        Q(result="") | Q(result__in=[*PASSED], certificate_number=""), training_class__kind=kind, state__in=ATTENDING
    )

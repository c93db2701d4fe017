"""Classes for tests: a centre beside the district, a class of it, people who need one."""

from datetime import date, timedelta
from itertools import count

from cells.kinds import AssociationKind
from cells.models import Association, Organization
from cells.roles import Role
from core.models import User
from pipeline.kinds import ClassKind, ClassState
from pipeline.models import Case, Enrolment, TrainingClass
from pipeline.queries.class_need import needing
from pipeline.queries.rules import rulebook
from pipeline.services import certificates, classes, enrolling
from pipeline.services.certificates import Mark
from tests import factories
from tests.pipeline import files
from tests.today import TODAY

_numbers = count(1)
BEGAN = TODAY - timedelta(days=10)


def centre(place: Organization, name: str = "Trung tâm Chính trị huyện Minh Sơn") -> Association:
    return Association.objects.create(
        code=f"TTCT{next(_numbers)}", name=name, kind=AssociationKind.TRAINING_CENTRE, organization=place,
        phone="0203 555 010",
    )  # fmt: skip


def lesson(held_by: Association, *, state: str = ClassState.OPEN, **details: object) -> TrainingClass:
    """A class that began ten days ago, ended yesterday and takes proposals."""
    given = {"kind": ClassKind.AWARENESS, "title": f"Lớp nhận thức khóa {next(_numbers)}", "opens_on": BEGAN,
             "closes_on": TODAY - timedelta(days=1), "seats": 40, "sessions": 5}  # fmt: skip
    given |= details
    given.setdefault("year", given["opens_on"].year)
    made = classes.open_class(TrainingClass(centre=held_by, organization=held_by.organization, **given))
    if state != ClassState.PLANNED:
        classes.set_state(made, ClassState.OPEN, version=made.version, today=TODAY)
    return made


def sympathiser(cell: Organization, name: str = "", on: date | None = None, **details: object) -> Case:
    """Somebody who needs the class: on the list of sympathisers."""
    case = files.opened(cell, on=on, someone=files.person(name, **details))
    files.done(case, "sympathiser_list", files.after(case, 14))
    return case


def accepted(training_class: TrainingClass, *cases: Case) -> list[Enrolment]:
    """*cases* proposed and taken in."""
    found = enrolling.propose(training_class, cases, today=TODAY)
    assert not found.refused
    enrolling.accept(training_class, [row.pk for row in found.enrolled], version=fresh(training_class))
    return found.enrolled


def passed(training_class: TrainingClass, *rows: Enrolment, result: str = "good") -> None:
    marks = {row.pk: Mark(5, result) for row in rows}
    certificates.record_results(training_class, marks, version=fresh(training_class), today=TODAY)


def issued(training_class: TrainingClass, *rows: Enrolment, first: int = 1, on: date | None = None):
    return certificates.issue(
        training_class, [row.pk for row in rows], first=first, suffix="/CN-TTCT", on=on or TODAY, today=TODAY,
        version=fresh(training_class),
    )  # fmt: skip


def fresh(training_class: TrainingClass) -> int:
    """The version of whoever looks now."""
    return TrainingClass.objects.values_list("version", flat=True).get(pk=training_class.pk)


def teacher(held_by: Association) -> User:
    """An officer of the centre."""
    person = factories.user(full_name="Bùi Thị Giảng")
    factories.appointment(person, None, Role.TRAINING_CENTRE, association=held_by)
    return person


def officer(place: Organization, role: str) -> User:
    """Somebody who holds *role* at *place*."""
    person = factories.user()
    ends = {"valid_until": TODAY.replace(year=TODAY.year + 1)} if role == Role.INSPECTOR else {}
    factories.appointment(person, place, role, **ends)
    return person


def needs(what: str) -> set[Case]:
    """The files whose person needs *what*."""
    return set(needing(Case.objects.all(), what, rulebook(), TODAY))

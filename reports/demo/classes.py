"""Classes of the committee's training centre, of both kinds: each month's certificates were of one class; one is on,
two will come.

Made from the files that are in the database, so that class, register and file say the same.
"""

from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import count

from cells.models import Association
from cells.scoping import path_within
from core import audit
from core.bulk import insert_rows
from core.dates import add_months
from core.models import AuditEvent
from pipeline.kinds import ClassKind, ClassResult, ClassState, EnrolmentState
from pipeline.models import Case, CaseEvent, Enrolment, TrainingClass
from pipeline.queries.class_need import needs_now
from pipeline.queries.rules import rulebook

SEATS, SESSIONS = 40, 5
RUNS = timedelta(days=4)
"""From opening to the first certificate."""
GOING, WAITING = 24, 12
"""At most: people in the class that is on, and those who wait to be accepted into the next one."""
RESULTS = (ClassResult.GOOD, ClassResult.GOOD, ClassResult.EXCELLENT, ClassResult.GOOD, ClassResult.AVERAGE)


def write_classes(code: str, today: date) -> None:
    """Store the classes of the centre *code*, with everybody who has been in them."""
    centre = Association.objects.select_related("organization").get(code=code)
    made, rows = [], []
    for kind in ClassKind:
        lessons, certified = _past(centre, kind)
        made, rows = made + lessons, rows + certified
    coming, waiting = _coming(centre, made, today)
    insert_rows([*made, *coming])
    students = [*rows, *waiting]
    for student in students:
        student.training_class = student.training_class  # it has its key by now
    insert_rows(students)
    audit.record_many(
        audit.event(AuditEvent.Action.CREATE, lesson, scope_path=centre.organization.path)
        for lesson in [*made, *coming]
    )


def _past(centre: Association, kind: str) -> tuple[list[TrainingClass], list[Enrolment]]:
    within = path_within("case__organization__path", centre.organization.path)
    events = CaseEvent.objects.in_force().filter(within, kind=kind).order_by("occurred_on", "pk")
    months: dict[tuple[int, int], list[CaseEvent]] = defaultdict(list)
    for event in events.select_related("case"):
        months[event.occurred_on.year, event.occurred_on.month].append(event)
    made, rows, numbers = [], [], defaultdict(lambda: count(1))
    for (year, _), given in months.items():
        begins = given[0].occurred_on - RUNS
        lesson = _lesson(centre, kind, next(numbers[year]), begins, given[-1].occurred_on,
                         seats=max(SEATS, len(given)), year=year, state=ClassState.CLOSED)  # fmt: skip
        made.append(lesson)
        rows += [_certified(lesson, event) for event in given]
    return made, rows


def _certified(lesson: TrainingClass, event: CaseEvent) -> Enrolment:
    return _enrolment(
        lesson, event.case, lesson.opens_on - timedelta(days=10), state=EnrolmentState.ACCEPTED, attended=SESSIONS,
        result=RESULTS[event.pk % len(RESULTS)], certificate_number=event.document_number,
        certified_on=event.occurred_on, certificate_year=event.occurred_on.year, centre=lesson.centre,
    )  # fmt: skip


def _coming(centre: Association, made: list[TrainingClass], today: date) -> tuple[list[TrainingClass], list[Enrolment]]:
    held = Counter((lesson.kind, lesson.year) for lesson in made)

    def number(kind: str, year: int) -> int:
        held[kind, year] += 1
        return held[kind, year]

    on = _lesson(centre, ClassKind.AWARENESS, number(ClassKind.AWARENESS, today.year), today - timedelta(days=2),
                 today + timedelta(days=3), state=ClassState.OPEN)  # fmt: skip
    begins, later = add_months(today, 1), add_months(today, 2)
    open_one = _lesson(centre, ClassKind.AWARENESS, number(ClassKind.AWARENESS, begins.year), begins,
                       begins + timedelta(days=5), state=ClassState.OPEN)  # fmt: skip
    planned = _lesson(centre, ClassKind.NEW_MEMBER, number(ClassKind.NEW_MEMBER, later.year), later,
                      later + timedelta(days=4), state=ClassState.PLANNED)  # fmt: skip
    cases = Case.objects.filter(path_within("organization__path", centre.organization.path))
    needing = needs_now(cases, ClassKind.AWARENESS, rulebook(), today).order_by("stage_since", "pk")
    people = list(needing[: GOING + WAITING])
    going = len(people) * GOING // (GOING + WAITING)
    rows = [_enrolment(on, case, today - timedelta(days=20), state=EnrolmentState.ACCEPTED) for case in people[:going]]
    rows += [_enrolment(open_one, case, today - timedelta(days=3)) for case in people[going:]]
    return [on, open_one, planned], rows


def _lesson(centre: Association, kind: str, number: int, begins: date, ends: date, **details: object) -> TrainingClass:
    name = "bồi dưỡng nhận thức về Đảng" if kind == ClassKind.AWARENESS else "bồi dưỡng đảng viên mới"
    given = {"seats": SEATS, "sessions": SESSIONS, "year": begins.year} | details
    return TrainingClass(
        centre=centre, organization=centre.organization, kind=kind, opens_on=begins, closes_on=ends,
        title=f"Lớp {name} khóa {number} năm {given['year']}", place=f"Hội trường {centre.name}"[:200], **given,
    )  # fmt: skip


def _enrolment(lesson: TrainingClass, case: Case, on: date, **details: object) -> Enrolment:
    return Enrolment(training_class=lesson, case=case, proposed_by_id=case.organization_id, proposed_on=on, **details)

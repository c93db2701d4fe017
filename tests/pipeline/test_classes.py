"""Classes: who needs them, planned, filled, closed; who sees what; constant numbers of questions."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cells.models import DeclaredConflict, Organization
from cells.roles import Action, Role
from cells.services.errors import RuleError
from core.dates import add_months
from core.models import AuditEvent
from pipeline.kinds import ClassKind, ClassState, EnrolmentState
from pipeline.models import Case, CaseEvent, Enrolment, TrainingClass
from pipeline.queries import class_done, class_need
from pipeline.queries.cases import judge_of, steps_of
from pipeline.queries.class_need import LAPSING, need_by_base, needing, needs_now, people_of, with_details
from pipeline.queries.classes import classes_of_year, enrolled, organizers, seats_left, students
from pipeline.queries.rules import rulebook
from pipeline.services import classes, enrolling
from pipeline.services.classes import ClassChangedError
from tests.pipeline import files, lessons
from tests.pipeline.lessons import accepted, fresh, issued, lesson, needs, officer, passed, sympathiser
from tests.today import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def units():
    return files.peopled(4, "K1", "K3")


@pytest.fixture
def centre(units):
    return lessons.centre(units["H"])


# --- who needs a class --------------------------------------------------------------------------------------------
def test_the_files_say_who_needs_the_awareness_class(units):
    waiting = sympathiser(units["K1"])
    files.opened(units["K1"])  # not yet on the list
    with_certificate = files.ready(files.opened(units["K1"]), "awareness_class")
    assert needs(ClassKind.AWARENESS) == {waiting}
    assert needs(LAPSING) == set()
    assert needs(ClassKind.NEW_MEMBER) == set()
    assert with_certificate not in needs(ClassKind.AWARENESS)


def test_a_certificate_that_has_lapsed_or_soon_will_is_found(units):
    old, soon = (files.opened(units["K1"], on=add_months(TODAY, -70)) for _ in range(2))
    for case, day in ((old, add_months(TODAY, -61)), (soon, add_months(TODAY, -57))):
        files.done(case, "sympathiser_list", files.after(case, 14))
        files.done(case, "awareness_class", day)
    assert needs(ClassKind.AWARENESS) == {old}
    assert needs(LAPSING) == {soon}
    rows = with_details(needing(Case.objects.all(), LAPSING, rulebook(), TODAY), LAPSING)
    assert people_of(rows, LAPSING, rulebook(), TODAY)[0].by == add_months(TODAY, 3)


def test_the_sql_of_need_agrees_with_the_next_steps_of_the_rules(units):
    """The list is asked of columns; the engine has the last word about each file of it."""
    files.opened(units["K1"])
    sympathiser(units["K1"])
    for step in ("awareness_class", "application", "opinions"):
        files.ready(files.opened(units["K3"]), step)
    old = files.opened(units["K1"], on=add_months(TODAY, -70))
    files.done(old, "sympathiser_list", files.after(old, 14))
    files.done(old, "awareness_class", add_months(TODAY, -61))
    lawful = {
        case for case, steps in steps_of(Case.objects.all(), judge_of(TODAY))
        if ClassKind.AWARENESS in {step.id for step in steps}
    }  # fmt: skip
    assert needs(ClassKind.AWARENESS) == lawful


def test_need_is_told_base_by_base_and_to_the_centre_as_numbers_alone(units, centre):
    sympathiser(units["K1"])
    sympathiser(units["K1"])
    sympathiser(units["K3"])
    for person in (officer(units["H"], Role.BOARD_OFFICER), lessons.teacher(centre)):
        found = need_by_base(person, rulebook(), TODAY)
        assert [(row.base.code, row.awareness) for row in found] == [("D1", 2), ("D2", 1)]
    teacher = lessons.teacher(centre)
    assert not Case.objects.visible_to(teacher, on=TODAY).exists()
    assert [row.awareness for row in need_by_base(officer(units["K1"], Role.CELL_SECRETARY), rulebook(), TODAY)] == [2]
    elsewhere = lessons.teacher(lessons.centre(units["D2"]))
    assert [row.base.code for row in need_by_base(elsewhere, rulebook(), TODAY)] == ["D2"]


# --- the class ----------------------------------------------------------------------------------------------------
def test_a_class_is_planned_changed_and_told(units, centre):
    made = lesson(centre, state=ClassState.PLANNED)
    classes.change_class(made, {"seats": 30}, version=made.version)
    with pytest.raises(ClassChangedError):
        classes.change_class(made, {"seats": 20}, version=1)
    assert TrainingClass.objects.get().seats == 30
    told = AuditEvent.objects.filter(model="pipeline.trainingclass").order_by("pk")
    assert [event.action for event in told] == ["create", "update"]
    assert told[1].changes == {"seats": [40, 30]}
    assert {event.scope_path for event in told} == {units["H"].path}


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"closes_on": lessons.BEGAN - timedelta(days=1)}, "bế giảng trước"),
        ({"closes_on": lessons.BEGAN + timedelta(days=200)}, "kéo dài"),
        ({"seats": 0}, "ít nhất một chỗ"),
        ({"title": " "}, "tên lớp"),
    ],
)
def test_a_class_that_cannot_be_is_refused(centre, values, why):
    with pytest.raises(RuleError, match=why):
        lesson(centre, **values)
    assert not TrainingClass.objects.exists()


def test_a_class_closes_when_everybody_has_a_result(units, centre):
    made = lesson(centre)
    rows = accepted(made, sympathiser(units["K1"]))
    with pytest.raises(RuleError, match="1 học viên chưa có kết quả"):
        classes.set_state(made, ClassState.CLOSED, version=fresh(made), today=TODAY)
    passed(made, *rows)
    classes.set_state(made, ClassState.CLOSED, version=fresh(made), today=TODAY)
    with pytest.raises(RuleError, match="đã kết thúc"):
        enrolling.propose(made, [sympathiser(units["K1"])], today=TODAY)
    with pytest.raises(RuleError, match="đã kết thúc"):
        passed(made, *rows)


# --- proposing and accepting --------------------------------------------------------------------------------------
def test_forty_people_are_proposed_and_accepted_at_once(units, centre):
    made = lesson(centre)
    cases = [sympathiser(units["K1"]) for _ in range(40)]
    found = enrolling.propose(made, cases, by=units["D1"], today=TODAY)
    assert (len(found.enrolled), found.refused) == (40, [])
    assert {row.proposed_by for row in found.enrolled} == {units["D1"]}
    assert enrolling.accept(made, [row.pk for row in found.enrolled], version=fresh(made)) == 40
    assert seats_left(made) == 0
    assert AuditEvent.objects.filter(model="pipeline.enrolment", action="create").count() == 40
    assert AuditEvent.objects.filter(model="pipeline.enrolment", action="update").count() == 40


def test_who_needs_no_class_or_goes_to_one_is_left_out_and_told(units, centre):
    first, second = lesson(centre), lesson(centre)
    going, done, early = sympathiser(units["K1"]), files.ready(files.opened(units["K1"])), files.opened(units["K1"])
    enrolling.propose(first, [going], today=TODAY)
    found = enrolling.propose(second, [going, done, early, sympathiser(units["K1"])], today=TODAY)
    assert len(found.enrolled) == 1
    assert [(case, why[:14]) for case, why in found.refused] == [
        (going, "đã được đề ngh"), (done, "theo hồ sơ, hi"), (early, "theo hồ sơ, hi")
    ]  # fmt: skip


def test_a_planned_class_takes_nobody_yet(units, centre):
    with pytest.raises(RuleError, match="còn dự kiến"):
        enrolling.propose(lesson(centre, state=ClassState.PLANNED), [sympathiser(units["K1"])], today=TODAY)


def test_no_more_are_accepted_than_there_are_seats(units, centre):
    made = lesson(centre, seats=1)
    rows = enrolling.propose(made, [sympathiser(units["K1"]), sympathiser(units["K3"])], today=TODAY).enrolled
    with pytest.raises(RuleError, match="chỉ còn 1 chỗ"):
        enrolling.accept(made, [row.pk for row in rows], version=fresh(made))
    assert enrolling.accept(made, [rows[0].pk], version=fresh(made)) == 1
    assert seats_left(made) == 0
    classes.change_class(made, {"seats": 2}, version=fresh(made))
    assert enrolling.accept(made, [rows[1].pk], version=fresh(made)) == 1
    with pytest.raises(RuleError, match="đã nhận 2 người"):
        classes.change_class(made, {"seats": 1}, version=fresh(made))


def test_the_slower_of_two_who_accept_is_told(units, centre):
    made = lesson(centre)
    rows = enrolling.propose(made, [sympathiser(units["K1"])], today=TODAY).enrolled
    version = fresh(made)
    enrolling.accept(made, [rows[0].pk], version=version)
    with pytest.raises(ClassChangedError):
        enrolling.accept(made, [rows[0].pk], version=version)


def test_who_is_declined_or_withdrawn_may_be_proposed_again(units, centre):
    made = lesson(centre)
    case = sympathiser(units["K1"])
    (row,) = enrolling.propose(made, [case], today=TODAY).enrolled
    with pytest.raises(RuleError, match="lý do"):
        enrolling.decline(made, [row.pk], version=fresh(made), reason=" ")
    enrolling.decline(made, [row.pk], version=fresh(made), reason="Hết chỗ")
    (row,) = enrolling.propose(made, [case], today=TODAY).enrolled
    with pytest.raises(RuleError, match="vừa được người khác sửa"):
        enrolling.withdraw(row, reason="Ốm", version=row.version + 1)
    enrolling.withdraw(row, reason="Ốm", version=row.version)
    assert row.state == EnrolmentState.WITHDRAWN
    assert enrolling.propose(made, [case], today=TODAY).enrolled
    assert made.enrolments.count() == 3


# --- who sees what ------------------------------------------------------------------------------------------------
def test_classes_are_seen_below_and_above_students_where_their_files_are(units, centre):
    made = lesson(centre)
    accepted(made, sympathiser(units["K1"]), sympathiser(units["K3"]))
    for place, role, sees, who in (
        ("K1", Role.CELL_SECRETARY, 1, 1), ("K2", Role.CELL_SECRETARY, 1, 0), ("D1", Role.COMMITTEE_OFFICER, 1, 1),
        ("H", Role.BOARD_OFFICER, 1, 2), ("H", Role.INSPECTOR, 1, 2),
    ):  # fmt: skip
        person = officer(units[place], role)
        assert TrainingClass.objects.visible_to(person, on=TODAY).count() == sees, (place, role)
        assert Enrolment.objects.visible_to(person, on=TODAY).count() == who, (place, role)
        found = classes_of_year(person, made.year, TODAY)
        assert [(each.own, each.taken) for each in found] == [(who, 2)]
    below = lesson(lessons.centre(units["D2"]))
    assert set(TrainingClass.objects.visible_to(officer(units["K1"], Role.CELL_SECRETARY), on=TODAY)) == {made}
    assert set(TrainingClass.objects.visible_to(officer(units["K3"], Role.CELL_SECRETARY), on=TODAY)) == {made, below}


def test_a_centre_sees_its_own_classes_alone_and_nothing_of_the_files(units, centre):
    other = lessons.centre(units["H"], "Trung tâm thứ hai")
    mine, theirs = lesson(centre), lesson(other)
    accepted(mine, sympathiser(units["K1"]))
    accepted(theirs, sympathiser(units["K3"]))
    teacher = lessons.teacher(centre)
    for action in (Action.VIEW, Action.RUN_CLASS):
        assert set(TrainingClass.objects.visible_to(teacher, action, on=TODAY)) == {mine}
        assert {row.training_class for row in Enrolment.objects.visible_to(teacher, action, on=TODAY)} == {mine}
    for model in (Case, CaseEvent, Organization):
        assert not model.objects.visible_to(teacher, on=TODAY).exists()
    assert organizers(teacher, TODAY) == [centre]
    assert organizers(officer(units["H"], Role.BOARD_OFFICER), TODAY) == [centre, other]
    assert organizers(officer(units["D1"], Role.COMMITTEE_OFFICER), TODAY) == []
    # A class that the committee holds itself belongs to no centre.
    held = TrainingClass.objects.create(
        organization=units["H"], kind="awareness_class", title="x", year=2026, opens_on=TODAY, closes_on=TODAY, seats=5
    )
    assert held not in TrainingClass.objects.visible_to(teacher, on=TODAY)
    assert held in TrainingClass.objects.visible_to(officer(units["H"], Role.BOARD_OFFICER), Action.RUN_CLASS)


def test_a_relative_of_the_person_does_not_see_him_in_the_class(units, centre):
    made = lesson(centre)
    case = sympathiser(units["K1"])
    accepted(made, case)
    teacher = lessons.teacher(centre)
    DeclaredConflict.objects.create(
        user=teacher, model="pipeline.candidate", file=case.candidate.public_id, name="Trần", relation="em"
    )
    assert not Enrolment.objects.visible_to(type(teacher).objects.get(pk=teacher.pk), on=TODAY).exists()


# --- who has done a class -----------------------------------------------------------------------------------------
def test_who_has_done_the_class_is_read_of_files_and_by_the_centre_of_its_own_certificates(units, centre):
    made = lesson(centre)
    rows = accepted(made, sympathiser(units["K1"], "Lê Văn An"))
    passed(made, *rows)
    issued(made, *rows)
    old = files.opened(units["K3"], on=add_months(TODAY, -70))
    files.done(old, "sympathiser_list", files.after(old, 14))
    files.done(old, "awareness_class", add_months(TODAY, -61))
    for person, lapsed in (
        (officer(units["H"], Role.BOARD_OFFICER), [False, True]), (lessons.teacher(centre), [False]),
        (officer(units["K3"], Role.CELL_SECRETARY), [True]), (officer(units["K2"], Role.CELL_SECRETARY), []),
    ):  # fmt: skip
        found = class_done.with_names(class_done.done_rows(person, class_done.Wanted(), TODAY))
        assert [row.has_lapsed for row in class_done.listed(found, rulebook(), TODAY)] == lapsed
    board = officer(units["H"], Role.BOARD_OFFICER)
    for wanted, size in (
        (class_done.Wanted(kind="new_member_class"), 0), (class_done.Wanted(organization=units["D1"]), 1),
        (class_done.Wanted(year=TODAY.year), 1),
    ):  # fmt: skip
        assert len(class_done.done_rows(board, wanted, TODAY)) == size


# --- how much is asked --------------------------------------------------------------------------------------------
def questions(ask) -> int:
    with CaptureQueriesContext(connection) as found:
        ask()
    return len(found)


def asked_of(made: TrainingClass, board, teacher) -> list[int]:
    book, rows, kind = rulebook(), Case.objects.all(), ClassKind.AWARENESS
    return [
        questions(lambda: classes_of_year(board, TODAY.year, TODAY)),
        questions(lambda: students(teacher, enrolled(teacher, made, TODAY), TODAY)),
        questions(lambda: need_by_base(board, book, TODAY)),
        questions(lambda: people_of(with_details(needing(rows, kind, book, TODAY), kind), kind, book, TODAY)),
        questions(lambda: list(needs_now(rows, kind, book, TODAY))),
    ]


def test_the_number_of_questions_does_not_grow(units, centre):
    board, teacher = officer(units["H"], Role.BOARD_OFFICER), lessons.teacher(centre)
    made = lesson(centre)
    accepted(made, sympathiser(units["K1"]))
    asked_of(made, board, teacher)  # their appointments are asked for once
    one = asked_of(made, board, teacher)
    for key in ("K1", "K3"):
        lesson(centre)
        accepted(made, sympathiser(units[key]))
    assert asked_of(made, board, teacher) == one
    assert class_need.months_valid(rulebook(), TODAY) == 60

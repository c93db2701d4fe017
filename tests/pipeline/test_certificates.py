"""Results and certificates of classes, and how they go into files."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from cells.roles import Role
from cells.services.errors import RuleError
from core.dates import add_months
from pipeline.kinds import ClassKind, ClassState
from pipeline.models import Case, CaseEvent, Enrolment, TrainingClass
from pipeline.queries.class_need import LAPSING, needing, people_of, with_details
from pipeline.queries.classes import enrolled, organizers, students
from pipeline.queries.rules import rulebook
from pipeline.services import certificates, classes, enrolling
from pipeline.services.certificates import Mark
from tests.pipeline import files, lessons, upward
from tests.pipeline.lessons import accepted, fresh, issued, lesson, needs, officer, passed, sympathiser
from tests.today import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def units():
    return files.peopled(4, "K1", "K3")


@pytest.fixture
def centre(units):
    return lessons.centre(units["H"])


def test_a_batch_of_certificates_is_numbered_by_name_and_enters_every_file(units, centre):
    made = lesson(centre)
    cases = [sympathiser(units["K1"], "Trần Thị Vân"), sympathiser(units["K3"], "Lê Văn An"),
             sympathiser(units["K1"], "Đỗ Thị Bình")]  # fmt: skip
    rows = accepted(made, *cases)
    passed(made, *rows)
    found = issued(made, *rows, first=45)
    assert found.not_entered == []
    numbers = dict(Enrolment.objects.values_list("case__candidate__full_name", "certificate_number"))
    assert numbers == {"Lê Văn An": "45/CN-TTCT", "Đỗ Thị Bình": "46/CN-TTCT", "Trần Thị Vân": "47/CN-TTCT"}
    for case in cases:
        event = CaseEvent.objects.in_force().get(case=case, kind="awareness_class")
        assert (event.occurred_on, event.document_number) == (TODAY, numbers[case.candidate.full_name])
        assert event.document_issuer == event.by == centre.name
        case.refresh_from_db()
        assert case.next_step != "awareness_class"
        assert files.agrees(case)
    assert needs(ClassKind.AWARENESS) == set()


def test_the_class_for_new_members_is_another_step(units, centre):
    made = lesson(centre, kind=ClassKind.NEW_MEMBER)
    case = sympathiser(units["K1"])
    assert enrolling.propose(made, [case], today=TODAY).refused
    Case.objects.filter(pk=case.pk).update(stage="PROBATION")
    assert needs(ClassKind.NEW_MEMBER) == {case}
    assert enrolling.propose(made, [case], today=TODAY).enrolled


def test_a_file_that_does_not_take_the_certificate_is_told_and_tried_again(units, centre):
    made = lesson(centre)
    good, paused = sympathiser(units["K1"], "Lê Văn An"), sympathiser(units["K1"], "Trần Thị Vân")
    rows = accepted(made, good, paused)
    passed(made, *rows)
    files.done(paused, "paused", TODAY, reason="Đi học xa")
    found = issued(made, *rows)
    assert [row.case_id for row, _ in found.not_entered] == [paused.pk]
    assert "tạm dừng" in found.not_entered[0][1]
    row = Enrolment.objects.get(case=paused)
    assert row.certificate_number == "02/CN-TTCT"
    assert "tạm dừng" in row.not_entered
    assert not CaseEvent.objects.filter(case=paused, kind="awareness_class").exists()
    files.done(paused, "resumed", TODAY)
    again = certificates.enter_again(made, [each.pk for each in rows], version=fresh(made), today=TODAY)
    assert ([each.case_id for each in again.certified], again.not_entered) == ([paused.pk], [])
    assert Enrolment.objects.get(case=paused).not_entered == ""
    assert CaseEvent.objects.in_force().filter(case=paused, kind="awareness_class").exists()


def test_a_number_is_given_once_by_a_centre_in_a_year(units, centre):
    first, second = lesson(centre), lesson(centre)
    (one,) = accepted(first, sympathiser(units["K1"]))
    two, three = accepted(second, sympathiser(units["K1"]), sympathiser(units["K3"]))
    passed(first, one)
    passed(second, two, three)
    issued(first, one, first=7)
    with pytest.raises(RuleError, match="07/CN-TTCT đã cấp trong năm"):
        issued(second, two, three, first=6)
    assert not Enrolment.objects.filter(training_class=second).exclude(certificate_number="").exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.filter(pk=two.pk).update(
            certificate_number="07/CN-TTCT", certified_on=TODAY, certificate_year=TODAY.year, centre=centre
        )
    other = lesson(lessons.centre(units["D2"]))
    (row,) = accepted(other, sympathiser(units["K3"]))
    passed(other, row)
    assert issued(other, row, first=7).certified


@pytest.mark.parametrize("result", ["", "failed"])
def test_no_certificate_without_having_passed(units, centre, result):
    made = lesson(centre)
    (row,) = accepted(made, sympathiser(units["K1"]))
    if result:
        passed(made, row, result=result)
    with pytest.raises(RuleError, match="chưa có kết quả đạt"):
        issued(made, row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.filter(pk=row.pk).update(
            certificate_number="1", certified_on=TODAY, certificate_year=TODAY.year, centre=centre
        )


def test_marks_that_cannot_be_are_refused_and_nothing_is_written(units, centre):
    made = lesson(centre)
    first, second = accepted(made, sympathiser(units["K1"], "An"), sympathiser(units["K1"], "Vân"))
    for mark, why in ((Mark(6, "good"), "5 buổi"), (Mark(0, "good"), "không có mặt")):
        with pytest.raises(RuleError, match=why):
            certificates.record_results(
                made, {first.pk: Mark(5, "good"), second.pk: mark}, version=fresh(made), today=TODAY
            )
    assert set(made.enrolments.values_list("result", flat=True)) == {""}


def test_certificates_are_dated_within_the_class_and_not_ahead(units, centre):
    made = lesson(centre)
    (row,) = accepted(made, sympathiser(units["K1"]))
    passed(made, row)
    for on in (TODAY + timedelta(days=1), made.opens_on - timedelta(days=1)):
        with pytest.raises(RuleError, match="Ngày cấp"):
            issued(made, row, on=on)


def test_a_certificate_is_corrected_in_the_file_too(units, centre):
    made = lesson(centre)
    case = sympathiser(units["K1"])
    (row,) = accepted(made, case)
    passed(made, row)
    issued(made, row)
    row.refresh_from_db()
    yesterday = TODAY - timedelta(days=1)
    certificates.correct_certificate(
        row, number="99/CN-TTCT", on=yesterday, result="excellent", reason="Ghi nhầm số", version=row.version,
        today=TODAY,
    )  # fmt: skip
    event = CaseEvent.objects.in_force().get(case=case, kind="awareness_class")
    assert (event.document_number, event.occurred_on) == ("99/CN-TTCT", yesterday)
    assert Enrolment.objects.get().result == "excellent"
    case.refresh_from_db()
    assert files.agrees(case)


def test_a_certificate_is_revoked_in_the_file_too_unless_something_rests_on_it(units, centre):
    made = lesson(centre)
    free, built_on = sympathiser(units["K1"], "An"), sympathiser(units["K1"], "Vân")
    rows = accepted(made, free, built_on)
    passed(made, *rows)
    issued(made, *rows, on=TODAY - timedelta(days=1))
    built_on.refresh_from_db()
    files.done(built_on, "application", TODAY)
    for row in rows:
        row.refresh_from_db()
    certificates.revoke_certificate(rows[0], reason="Cấp nhầm", version=rows[0].version, today=TODAY)
    assert not CaseEvent.objects.in_force().filter(case=free, kind="awareness_class").exists()
    assert needs(ClassKind.AWARENESS) == {free}
    with pytest.raises(RuleError):
        certificates.revoke_certificate(rows[1], reason="Cấp nhầm", version=rows[1].version, today=TODAY)
    assert Enrolment.objects.get(pk=rows[1].pk).certificate_number
    assert CaseEvent.objects.in_force().filter(case=built_on, kind="awareness_class").exists()


def test_a_committee_without_a_centre_holds_the_class_itself(units):
    board = officer(units["H"], Role.BOARD_OFFICER)
    assert organizers(board, TODAY) == [units["H"]]
    made = classes.open_class(TrainingClass(
        organization=units["H"], kind="awareness_class", title="Lớp của Huyện ủy", year=TODAY.year,
        opens_on=lessons.BEGAN, closes_on=TODAY, seats=5,
    ))  # fmt: skip
    classes.set_state(made, ClassState.OPEN, version=1, today=TODAY)
    rows = accepted(made, sympathiser(units["K1"]), sympathiser(units["K1"]))
    passed(made, *rows)
    assert len(issued(made, rows[0]).certified) == 1
    with pytest.raises(RuleError, match="đã cấp trong năm"):
        issued(made, rows[1])
    assert Enrolment.objects.get(pk=rows[0].pk).committee == units["H"]


def test_why_a_certificate_is_not_in_the_file_is_for_who_sees_the_file(units, centre):
    made = lesson(centre)
    case = sympathiser(units["K1"])
    (row,) = accepted(made, case)
    passed(made, row)
    files.done(case, "paused", TODAY, reason="Đi học xa")
    issued(made, row)
    for person, told in (
        (lessons.teacher(centre), ""), (officer(units["K1"], Role.CELL_SECRETARY), "tạm dừng"),
        (officer(units["H"], Role.BOARD_HEAD), "tạm dừng"),
    ):  # fmt: skip
        (student,) = students(person, enrolled(person, made, TODAY), TODAY)
        assert student.is_missing_in_file
        assert (told in student.not_entered) if told else not student.not_entered


def test_a_certificate_that_runs_out_soon_is_renewed_by_another_class(units, centre):
    """Who waits until it has lapsed loses months; one that holds for years is not taken twice."""
    made = lesson(centre)
    soon, long = (files.opened(units["K1"], on=add_months(TODAY, -70)) for _ in range(2))
    for case, day in ((soon, add_months(TODAY, -57)), (long, add_months(TODAY, -20))):
        files.done(case, "sympathiser_list", files.after(case, 14))
        files.done(case, "awareness_class", day)
    found = enrolling.propose(made, [soon, long], today=TODAY)
    assert [row.case for row in found.enrolled] == [soon]
    enrolling.accept(made, [found.enrolled[0].pk], version=fresh(made))
    passed(made, *found.enrolled)
    assert issued(made, *found.enrolled).not_entered == []
    soon.refresh_from_db()
    assert files.agrees(soon)
    assert needs(LAPSING) == set()
    with pytest.raises(RuleError, match="đã ghi"):
        files.done(long, "awareness_class", TODAY)


def test_a_certificate_older_than_what_was_entered_since_says_so_in_the_file(units, centre):
    made = lesson(centre)
    case = sympathiser(units["K1"])
    (row,) = accepted(made, case)
    passed(made, row)
    files.done(case, "paused", TODAY, reason="Đi học xa")
    assert issued(made, row, on=TODAY - timedelta(days=1)).not_entered == []
    assert "sổ cấp giấy" in CaseEvent.objects.in_force().get(case=case, kind="awareness_class").late_reason


def test_a_new_member_gets_the_certificate_of_the_other_class_into_his_file(units, centre):
    case = upward.admitted(units["K1"], TODAY - timedelta(days=60))
    assert needs(ClassKind.NEW_MEMBER) == {case}
    rows = with_details(needing(Case.objects.all(), ClassKind.NEW_MEMBER, rulebook(), TODAY), ClassKind.NEW_MEMBER)
    assert people_of(rows, ClassKind.NEW_MEMBER, rulebook(), TODAY)[0].by == add_months(TODAY - timedelta(days=50), 12)
    made = lesson(centre, kind=ClassKind.NEW_MEMBER)
    (row,) = accepted(made, case)
    passed(made, row)
    assert issued(made, row).not_entered == []
    event = upward.event(case, "new_member_class")
    assert event.document_number == "01/CN-TTCT"
    case.refresh_from_db()
    assert files.agrees(case)
    assert needs(ClassKind.NEW_MEMBER) == set()

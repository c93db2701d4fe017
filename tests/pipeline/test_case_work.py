"""The work on a file besides its events: helpers, vetting, opinions, papers, data of the person."""

from datetime import date, timedelta

import pytest

from cells.models import Member, Organization
from cells.services import members
from cells.services.errors import RuleError
from core.dates import add_months
from core.models import AuditEvent
from pipeline.models import Candidate, Case, CaseEvent, DuplicateReport
from pipeline.queries import attention
from pipeline.queries.cases import judge_of
from pipeline.queries.facts import facts_of
from pipeline.services import helpers, papers, vetting
from pipeline.services.cases import Document
from pipeline.services.duplicates import settle_report
from pipeline.services.errors import GateError
from pipeline.services.opening import Surroundings
from pipeline.services.people import edit_person
from tests import factories
from tests.pipeline import files
from tests.pipeline.files import agrees, done, opened, ready
from tests.today import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def units():
    return files.peopled(5)


@pytest.fixture
def cell(units) -> Organization:
    return units["K1"]


def test_a_probationer_does_not_help(cell):
    case = opened(cell)
    done(case, "sympathiser_list", files.after(case, 7))
    probationer = factories.member(cell, full_name="Lò Văn Dự", joined_on=date(2026, 3, 1))
    _, warnings = helpers.assign_helper(case, probationer, on=TODAY, today=TODAY, version=case.version)
    assert any(each.rule == "requirements.helper_official" for each in warnings)
    with pytest.raises(GateError, match="chưa là đảng viên chính thức"):
        helpers.introduce(ready(opened(cell), "curriculum_vitae"), probationer, on=TODAY, today=TODAY, version=7)
    helper = cell.members.filter(official_on__isnull=False).first()
    row, warnings = helpers.assign_helper(
        case, helper, on=TODAY, today=TODAY, version=case.version, together_since=add_months(TODAY, -3)
    )
    assert [each.rule for each in warnings] == ["requirements.helper_shared_time"]
    with pytest.raises(RuleError, match="lý do"):
        helpers.end_helper(row, on=TODAY, today=TODAY, version=case.version, reason=" ")


def test_vetting_is_concluded_when_every_place_has_answered(cell):
    case = ready(opened(cell), "cv_seal")
    father = vetting.declare_relative(case, "father", "Trần Văn Cha", today=TODAY, version=case.version)
    rows = vetting.plan_inquiries(case, today=TODAY, version=case.version)
    assert [row.relation for row in rows] == ["candidate", "father"]
    assert vetting.plan_inquiries(case, today=TODAY, version=case.version) == []
    day = TODAY - timedelta(days=20)
    vetting.exempt(rows[0], "parent_is_member", today=TODAY, version=case.version)
    rows[1].case = case
    vetting.send_request(rows[1], addressee="Đảng ủy xã Tân Lập", on=day, today=TODAY, version=case.version)
    with pytest.raises(GateError, match="Chưa có kết quả thẩm tra"):
        vetting.conclude(case, on=TODAY, today=TODAY, version=case.version)
    case.refresh_from_db()
    vetting.chase(rows[1], on=TODAY, today=TODAY, version=case.version)
    vetting.record_answer(rows[1], "Rõ ràng", on=TODAY, today=TODAY, version=case.version)
    vetting.conclude(case, on=TODAY, today=TODAY, version=case.version)
    told = str(list(AuditEvent.objects.values_list("changes", "label")))
    assert father.full_name not in told
    assert "Rõ ràng" not in told
    assert "father" not in told
    assert agrees(case)


def test_opinions_of_work_and_home_come_before_their_summary(cell):
    case = ready(opened(cell), "introductions")
    with pytest.raises(RuleError, match="Chưa có ý kiến"):
        papers.summarise_opinions(case, on=TODAY, today=TODAY, version=case.version)
    for whom in ("workplace", "residence"):
        papers.add_opinion(case, whom, "Chi ủy", given_on=TODAY, today=TODAY, version=case.version)
    papers.summarise_opinions(case, on=TODAY, today=TODAY, version=case.version)


def test_a_political_question_waits_for_its_conclusion(cell):
    case = ready(opened(cell))
    papers.set_political_question(case, True, today=TODAY, version=case.version)
    assert case.next_step == "political_conclusion"
    done(case, "political_conclusion", document=Document("5-KL/TU", TODAY, "Tỉnh ủy"))
    assert case.next_step == "cell_vote"


def set_identity_of(member: Member, number: str) -> None:
    members.change_personal_data(member, version=member.version, today=TODAY, values={}, identity_number=number)


def test_somebody_on_file_elsewhere_is_reported_above_both_and_nowhere_else(cell, units):
    opened(cell, someone=files.person("Hoàng Văn Đức"), identity_number="099000000001")
    second = opened(units["K3"], someone=files.person("Hoàng văn Đức"), identity_number="099000000001")
    report = DuplicateReport.objects.get()
    assert (report.organization, report.because, report.candidate) == (units["H"], "identity", second.candidate)
    assert AuditEvent.objects.get(model="pipeline.duplicatereport").scope_path == units["H"].path
    opened(units["K2"], someone=files.person("Hoàng Văn Đức"))
    assert DuplicateReport.objects.filter(organization=units["D1"], because="name").count() == 1
    set_identity_of(files.official(units["C"], "Đức Hoàng"), "099000000001")
    opened(units["K2"], someone=files.person("Hoàng Đức"), identity_number="099000000001")
    assert DuplicateReport.objects.filter(member__isnull=False, because="identity", organization=units["H"]).exists()
    settle_report(report, answer="Hai người khác nhau", by=None, today=TODAY)
    with pytest.raises(RuleError):
        settle_report(report, answer="lần nữa", by=None, today=TODAY)


def test_an_identity_number_is_stored_sealed_and_never_told(cell):
    case = opened(cell, identity_number="099000000007")
    profile = Candidate.objects.get(pk=case.candidate_id).profile
    assert str(profile.identity_number) == "••••"
    assert profile.identity_number.open() == "099000000007"
    edit_person(case, today=TODAY, version=case.version, identity_number="099000000008", education="PRIMARY",
                religion="Phật giáo")  # fmt: skip
    assert not AuditEvent.objects.filter(changes__icontains="09900000").exists()
    assert not AuditEvent.objects.filter(changes__icontains="Phật").exists()
    assert facts_of([case.pk], TODAY)[case.pk].person.education.name == "PRIMARY"


def test_what_is_no_identity_number_and_no_route_is_refused(cell):
    case = opened(cell)
    for values in ({"identity_number": "0990"}, {"routes": ["bịa"]}, {"full_name": " "}):
        with pytest.raises(RuleError):
            edit_person(case, today=TODAY, version=case.version, **values)
    edit_person(case, today=TODAY, version=case.version, identity_number="099 000 000 001", routes=["over_60"])
    assert case.routes == ["over_60"]
    again = Surroundings(
        kind="readmission", values={"former_left_on": date(2018, 5, 1), "former_because": "struck_off"}
    )
    assert opened(cell, surroundings=again).routes == ["readmission"]
    with pytest.raises(RuleError, match="lần trước"):
        opened(cell, surroundings=Surroundings(kind="readmission"))


def test_tasks_remarks_and_papers_lie_in_the_file(cell):
    case = ready(opened(cell), "trial_tasks")
    task = case.trialtask_set.get()
    for service, details in (
        (helpers.finish_task, {"result": " ", "on": TODAY}),
        (helpers.finish_task, {"result": "xong", "on": task.given_on - timedelta(days=1)}),
    ):
        with pytest.raises(RuleError):
            service(task, today=TODAY, version=case.version, **details)
    task.case = case
    helpers.finish_task(task, "Hoàn thành tốt", on=TODAY, today=TODAY, version=case.version)
    helpers.give_task(case, "Dạy lớp xóa mù", on=TODAY, today=TODAY, version=case.version, due_on=TODAY)
    helper = case.mentorship_set.get()
    helper.case = case
    helpers.record_remark(helper, "Tiến bộ", year=2026, quarter=3, today=TODAY, version=case.version)
    with pytest.raises(RuleError, match="vừa được ghi"):
        helpers.record_remark(helper, "Lần nữa", year=2026, quarter=3, today=TODAY, version=case.version)
    with pytest.raises(RuleError, match="chưa tới"):
        helpers.record_remark(helper, "Sớm", year=2027, quarter=1, today=TODAY, version=case.version)
    paper = papers.add_paper(case, "certificate", signed_on=TODAY, today=TODAY, version=case.version, number="118/CN")
    papers.change_paper(paper, today=TODAY, version=case.version, reason="Gõ nhầm số", number="119/CN")
    assert CaseEvent.objects.filter(case=case, kind="trial_tasks").count() == 1
    assert agrees(case)


def test_another_helper_takes_over_with_a_reason(cell):
    case = ready(opened(cell), "helper")
    old = case.mentorship_set.get()
    new = cell.members.exclude(pk=old.helper_id).filter(official_on__isnull=False).first()
    at = {"on": TODAY, "today": TODAY}
    with pytest.raises(RuleError, match="lý do thay"):
        helpers.assign_helper(case, new, replaces=old, version=case.version, **at)
    row, warnings = helpers.assign_helper(case, new, replaces=old, reason="Chuyển công tác", version=case.version, **at)
    old.refresh_from_db()
    assert (old.until, old.ended_because, row.replaces, warnings) == (TODAY, "Chuyển công tác", old, ())
    assert CaseEvent.objects.filter(case=case, kind="helper").count() == 1
    with pytest.raises(RuleError, match="vừa được ghi"):
        helpers.assign_helper(case, new, version=case.version, **at)


def test_nobody_helps_before_the_list_nor_after_leaving_the_roll(cell):
    case = opened(cell)
    helper = cell.members.filter(official_on__isnull=False).first()
    with pytest.raises(RuleError, match="Hãy ghi bước đó trước"):
        helpers.assign_helper(case, helper, on=TODAY, today=TODAY, version=case.version)
    done(case, "sympathiser_list", files.after(case, 7))
    factories.moved(helper, "died", cell, date(2026, 11, 1))
    helper.refresh_from_db()
    with pytest.raises(RuleError, match="không còn trong danh sách"):
        helpers.assign_helper(case, helper, on=TODAY, today=TODAY, version=case.version)


def test_what_waits_besides_the_next_step_is_found_until_it_is_put_right(cell):
    case = ready(opened(cell), "cv_seal")
    rows, judge = Case.objects.filter(organization=cell), judge_of(TODAY)
    (row,) = vetting.plan_inquiries(case, today=TODAY, version=case.version)
    sent = date(2026, 9, 1)
    vetting.send_request(row, addressee="Đảng ủy xã Tân Lập", on=sent, today=TODAY, version=case.version)
    (waiting,) = attention.inquiries_waiting(rows, judge)
    assert waiting.due == judge.calendar.add(sent, 30)
    assert waiting.overdue_days == (TODAY - waiting.due).days > 0
    vetting.record_answer(row, "Rõ ràng", on=TODAY, today=TODAY, version=case.version)
    assert attention.inquiries_waiting(rows, judge) == []

    (missing,) = attention.remarks_missing(rows, TODAY)
    assert (missing.mentorship.case, missing.year, missing.quarter) == (case, 2026, 3)
    missing.mentorship.case = case
    helpers.record_remark(missing.mentorship, "Tiến bộ", year=2026, quarter=3, today=TODAY, version=case.version)
    assert list(attention.remarks_missing(rows, TODAY)) == []

    task = helpers.give_task(
        case, "Dạy lớp xóa mù", on=date(2026, 10, 1), today=TODAY, version=case.version, due_on=date(2026, 11, 1)
    )
    assert list(attention.tasks_overdue(rows, TODAY)) == [task]
    helpers.finish_task(task, "Xong", on=TODAY, today=TODAY, version=case.version)
    assert list(attention.tasks_overdue(rows, TODAY)) == []

    assert list(attention.without_helper(rows)) == []
    helpers.end_helper(missing.mentorship, on=TODAY, today=TODAY, version=case.version, reason="Chuyển công tác")
    assert list(attention.without_helper(rows)) == [case]


@pytest.mark.parametrize(("day", "found"), [((2026, 1, 1), (2025, 4)), ((2026, 12, 31), (2026, 3))])
def test_the_last_quarter_is_the_one_that_is_over(day, found):
    assert attention.last_quarter(date(*day)) == found

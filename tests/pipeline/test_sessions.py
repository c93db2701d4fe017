"""Sessions of the committee that decides: agenda, extract list, one decision a person; and the way up to them."""

from datetime import date, timedelta

import pytest

from cells.models import Installation
from cells.profiles import ProfileName
from cells.roles import Action, Role
from cells.services.errors import RuleError
from core.models import AuditEvent
from pipeline.models import Case, CaseEvent, Session, SessionItem
from pipeline.queries.cases import judge_of
from pipeline.queries.sessions import (
    appraisal_sheet,
    awaiting_decision,
    decided_without_ceremony,
    decision_of,
    extract_list,
    items_of,
)
from pipeline.services import sessions, upward
from pipeline.services.ballots import Vote
from pipeline.services.cases import Document, void
from pipeline.services.errors import CaseChangedError
from tests import factories
from tests.pipeline import files
from tests.pipeline.files import agrees
from tests.pipeline.upward import event, voted
from tests.today import TODAY

pytestmark = pytest.mark.django_db

VOTED = date(2026, 9, 1)
HELD = date(2026, 10, 12)
LATE = {"late_reason": "sổ cũ"}


@pytest.fixture
def units():
    return files.peopled(5)


def checked(units, on: date = VOTED, **details) -> Case:
    """A file that only waits for the decision."""
    case = voted(units["K1"], on, **details)
    upward.resolve(case, on=on + timedelta(days=9), today=TODAY, version=case.version, vote=Vote(9, members=11),
                   document=Document("8-NQ/ĐU", on + timedelta(days=9)), **LATE)  # fmt: skip
    upward.check_file(case, on=on + timedelta(days=14), today=TODAY, version=case.version, **LATE)
    return case


def session(units, held_on: date = HELD) -> Session:
    return sessions.open_session(units["H"], held_on=held_on, today=TODAY, title="Phiên họp tháng 10")


def submitted(case: Case, its: Session) -> SessionItem:
    on = min(its.held_on - timedelta(days=3), TODAY)
    return sessions.submit(case, its, on=on, today=TODAY, version=case.version)


def decide(item: SessionItem, number: str, **details) -> CaseEvent:
    given = {"agreed": True, "vote": Vote(9, no=1, members=11), "today": TODAY, "version": item.case.version} | LATE
    return sessions.decide(item, number=number, **(given | details))


def test_an_agenda_is_decided_person_by_person(units):
    first, second = (checked(units, someone=files.person(name)) for name in ("Trần Thị Mai", "Vi Văn Nam"))
    judge, its = judge_of(TODAY), session(units)
    rows = Case.objects.all()
    assert [each.case for each in awaiting_decision(rows, units["H"], judge)] == [first, second]
    assert awaiting_decision(rows, units["D1"], judge) == []
    items = [submitted(case, its) for case in (first, second)]
    yes = decide(items[0], "120-QĐ/HU")
    assert (yes.agreed, yes.document_number, yes.occurred_on, first.stage) == (True, "120-QĐ/HU", HELD, "DECIDED")
    assert (yes.ballot.members, yes.ballot.yes, yes.on_behalf) == (11, 9, "ban thường vụ Đảng bộ huyện Minh Sơn")
    assert list(decided_without_ceremony(rows)) == [first]
    with pytest.raises(RuleError, match="quyết định riêng"):
        decide(items[1], "120-QĐ/HU")
    with pytest.raises(RuleError, match="lý do"):
        decide(items[1], "14-TB/HU", agreed=False)
    decide(items[1], "14-TB/HU", agreed=False, reason="Chưa rõ lịch sử công tác", vote=Vote(3, no=8, members=11))
    assert (second.status, second.outcome) == ("closed", "refused")
    sessions.notify(items[1], on=HELD + timedelta(days=2), today=TODAY, version=second.version)
    closed = sessions.close_session(its, version=its.version, today=TODAY, minutes_number="9-BB/HU")
    assert (closed.closed_on, closed.minutes_number) == (TODAY, "9-BB/HU")
    assert agrees(first)
    assert agrees(second)


def test_the_extract_list_has_one_line_a_person_and_nothing_masked(units):
    case = checked(units, someone=files.person("Trần Thị Mai"))
    case.candidate.profile.religion = "Phật giáo"
    case.candidate.profile.save()
    its = session(units)
    submitted(case, its)
    table = extract_list(its, judge_of(TODAY), items_of(its, SessionItem.objects.all()))
    (line,) = table.rows
    assert len(line) == len(table.heads)
    assert line[:4] == [1, "Trần Thị Mai", "12/05/1998", "nữ"]
    assert line[6:12] == [
        "Chi bộ thôn Đồng Tâm", "Đảng bộ xã Minh Hòa", "Xét, quyết định kết nạp", VOTED, "5/5", "8-NQ/ĐU",
    ]  # fmt: skip
    sheet = dict(appraisal_sheet(its.items.get(), judge_of(TODAY)))
    assert sheet["Chi bộ họp xét, biểu quyết và ra nghị quyết đề nghị kết nạp"] == (
        "01/09/2026 · số 5-NQ/CB · tán thành 5/5"
    )
    assert sheet["Cơ quan quyết định"] == "Ban thường vụ, Đảng bộ huyện Minh Sơn"
    assert "Phật giáo" not in str(table) + str(sheet)


def test_only_the_committee_that_decides_holds_a_session_and_only_on_ready_files(units):
    with pytest.raises(RuleError, match="thẩm quyền"):
        sessions.open_session(units["K1"], held_on=HELD, today=TODAY)
    its = session(units)
    with pytest.raises(RuleError, match="đã có phiên họp"):
        session(units)
    early = voted(units["K1"], VOTED)
    with pytest.raises(RuleError, match="chưa đến bước"):
        submitted(early, its)
    case = checked(units)
    item = submitted(case, its)
    with pytest.raises(RuleError, match="đang chờ xét"):
        submitted(case, session(units, date(2026, 11, 9)))
    with pytest.raises(RuleError, match="Chưa ghi kết quả"):
        sessions.close_session(its, version=its.version, today=TODAY)
    sessions.postpone(item, reason="Vắng người báo cáo", today=TODAY, version=case.version)
    again = submitted(case, session(units, date(2026, 11, 10)))
    decide(again, "130-QĐ/HU", late_reason="")
    assert case.stage == "DECIDED"
    sessions.close_session(its, version=its.version, today=TODAY)


def test_a_session_that_is_still_to_come_can_be_prepared(units):
    case = checked(units, TODAY - timedelta(days=40))
    its = session(units, TODAY + timedelta(days=5))
    item = submitted(case, its)
    with pytest.raises(RuleError, match="phía trước"):
        decide(item, "140-QĐ/HU")
    other = submitted(checked(units, TODAY - timedelta(days=40)), its)
    sessions.arrange(its, [other, item], version=its.version, today=TODAY)
    assert items_of(its, SessionItem.objects.all()) == [other, item]
    with pytest.raises(RuleError, match="người khác sửa"):
        sessions.change_session(its, version=1, today=TODAY, title="Khác")


def test_a_session_sends_a_file_back_with_what_is_to_be_done_again(units):
    case = checked(units)
    item = submitted(case, session(units))
    sessions.return_item(item, steps=["opinions", "file_check"], reason="Thiếu ý kiến nơi cư trú", on=HELD, today=TODAY,
                         version=case.version, **LATE)  # fmt: skip
    assert (case.outcome, item.outcome, case.next_step) == ("returned", "returned", "opinions")
    with pytest.raises(RuleError, match="vừa được ghi kết quả"):
        decide(item, "150-QĐ/HU")


def test_a_decision_taken_back_waits_again_in_its_session(units):
    case = checked(units)
    item = submitted(case, session(units))
    decide(item, "160-QĐ/HU")
    with pytest.raises(RuleError, match="vừa được ghi kết quả"):
        decide(item, "161-QĐ/HU")
    void(event(case, "decision"), reason="Ghi nhầm người", today=TODAY, version=case.version)
    item = SessionItem.objects.get(pk=item.pk)
    assert decision_of(item) is None
    decide(item, "161-QĐ/HU")
    assert (decision_of(item).document_number, item.case.stage) == ("161-QĐ/HU", "DECIDED")


def test_two_officers_do_not_decide_at_once(units):
    case = checked(units)
    item = submitted(case, session(units))
    slow = SessionItem.objects.get(pk=item.pk)
    version = slow.case.version
    decide(item, "170-QĐ/HU")
    with pytest.raises(CaseChangedError):
        decide(slow, "171-QĐ/HU", version=version)


def test_a_file_handed_in_has_a_receipt_with_what_is_lacking(units):
    case = voted(units["K1"], VOTED)
    given = {"today": TODAY, "number": "7/PN", "handed_by": "Bí thư chi bộ"}
    with pytest.raises(RuleError, match="cần bổ sung"):
        upward.receive_file(case, units["D1"], on=VOTED, add_before=HELD, version=case.version, **given)
    row = upward.receive_file(case, units["D1"], on=VOTED, lacking=["Giấy chứng nhận", " "], add_before=HELD,
                              version=case.version, **given)  # fmt: skip
    assert (row.lacking, row.completed_on) == (["Giấy chứng nhận"], None)
    upward.complete_file(row, on=HELD, today=TODAY, version=case.version)
    with pytest.raises(RuleError, match="đã đủ"):
        upward.complete_file(row, on=HELD, today=TODAY, version=case.version)
    upward.send_back(case, on=TODAY, today=TODAY, version=case.version, steps=["opinions"], reason="Thiếu chữ ký")
    assert (case.outcome, case.next_step) == ("returned", "opinions")


def test_where_the_base_committee_decides_itself_there_is_no_resolution(units):
    Installation.objects.update_or_create(pk=Installation.load().pk, defaults={"profile": ProfileName.COMMUNE})
    case = voted(units["K1"], VOTED)
    assert case.next_step == "file_check"
    with pytest.raises(RuleError, match="không có bước"):
        upward.resolve(case, on=TODAY, today=TODAY, version=case.version)
    upward.check_file(case, on=VOTED + timedelta(days=9), today=TODAY, version=case.version, **LATE)
    with pytest.raises(RuleError, match="do Ban thường vụ, Đảng bộ xã Minh Hòa quyết định"):
        submitted(case, session(units))
    its = sessions.open_session(units["D1"], held_on=HELD, today=TODAY)
    officer = factories.user()
    factories.appointment(officer, units["D1"], Role.COMMITTEE_OFFICER)
    assert Session.objects.visible_to(officer, Action.RECORD_CASE, TODAY).get() == its
    found = decide(submitted(case, its), "21-QĐ/ĐU")
    assert (case.stage, found.document_issuer) == ("DECIDED", "Đảng bộ xã Minh Hòa")
    assert agrees(case)


def test_a_base_committee_that_does_not_agree_says_why_and_the_file_waits(units):
    case = voted(units["K1"], VOTED)
    with pytest.raises(RuleError, match="không có bước"):
        upward.appraise(case, on=TODAY, today=TODAY, version=case.version)
    with pytest.raises(RuleError, match="lý do"):
        upward.resolve(case, on=TODAY, today=TODAY, version=case.version, agreed=False)
    upward.resolve(case, on=TODAY, today=TODAY, version=case.version, agreed=False, reason="Cần xem thêm")
    assert case.next_step == "base_resolution"


def test_the_time_to_decide_is_extended_once_with_a_reason(units):
    case = checked(units)
    due = case.next_due
    with pytest.raises(RuleError, match="lý do"):
        upward.extend_clock(case, on=HELD, today=TODAY, version=case.version, reason=" ")
    upward.extend_clock(case, on=HELD, today=TODAY, version=case.version, reason="Chờ xác minh", **LATE)
    assert case.next_due == judge_of(TODAY).calendar.add(VOTED, 90)
    assert case.next_due > due
    with pytest.raises(RuleError, match="một lần"):
        upward.extend_clock(case, on=TODAY, today=TODAY, version=case.version, reason="Lần nữa")


@pytest.mark.parametrize(
    ("place", "role", "agendas", "lines"),
    [("K1", Role.CELL_SECRETARY, 0, 1), ("K2", Role.CELL_SECRETARY, 0, 0), ("D1", Role.COMMITTEE_OFFICER, 0, 1),
     ("D2", Role.COMMITTEE_OFFICER, 0, 0), ("H", Role.BOARD_OFFICER, 1, 1), ("H", Role.INSPECTOR, 1, 1)],
)  # fmt: skip
def test_each_sees_the_own_files_of_an_agenda(units, place, role, agendas, lines):
    its = session(units)
    submitted(checked(units), its)
    person = factories.user()
    ends = {"valid_until": TODAY.replace(year=2027)} if role == Role.INSPECTOR else {}
    factories.appointment(person, units[place], role, **ends)
    assert Session.objects.visible_to(person, on=TODAY).count() == agendas
    assert SessionItem.objects.visible_to(person, on=TODAY).count() == lines
    records = Session.objects.visible_to(person, Action.RECORD_CASE, TODAY).count()
    assert records == (1 if role == Role.BOARD_OFFICER else 0)


def test_the_trail_keeps_the_agenda(units):
    its = session(units)
    told = AuditEvent.objects.filter(model="pipeline.session", object_id=str(its.public_id)).get()
    assert (told.scope_path, told.changes["title"]) == (units["H"].path, "Phiên họp tháng 10")

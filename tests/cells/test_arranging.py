"""Decisions about organisations: what they do, what goes along, and what they refuse."""

from datetime import UTC, date, datetime
from functools import partial

import pytest
import time_machine

from cells.jobs import NIGHTLY
from cells.kinds import MovementKind as Kind
from cells.kinds import OrganizationKind
from cells.models import Member, Movement, Organization, OrganizationVersion
from cells.queries.changes import last_row
from cells.queries.tree_check import tree_faults
from cells.roles import Role
from cells.roll_duties import duties
from cells.services import arranging, tree
from cells.services.arranging import ArrangedMeanwhileError, Decision
from cells.services.errors import RuleError
from cells.services.locks import lock_period
from cells.services.member_moves import move_as_planned
from core.jobs import run_now
from core.models import AuditEvent
from tests.factories import TODAY, appointment, district, member, moved, user

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 1)
PAPER = "Quyết định số 12-QĐ/ĐU"
decided = partial(Decision, DAY, TODAY, PAPER)


@pytest.fixture
def units():
    return district()


@pytest.fixture
def recorded_today():
    """Facts bear the day of the tests, whatever the calendar says."""
    with time_machine.travel(datetime(TODAY.year, TODAY.month, TODAY.day, 2, tzinfo=UTC), tick=True):
        yield


def places(*people: Member) -> list[str]:
    return [Member.objects.select_related("organization").get(pk=person.pk).organization.code for person in people]


# --- founding -------------------------------------------------------------------------------------------------------
def test_a_unit_is_founded_below_another_from_its_day(units):
    outcome = arranging.found(units["D1"], decided(), code="K9", name="Chi bộ thôn Mới", kind="cell", has_sources=True)
    version = outcome.organization.versions.get()
    assert (version.valid_from, version.parent, version.document, version.has_sources, version.batch) == (
        DAY, units["D1"], PAPER, True, outcome.batch,
    )  # fmt: skip
    assert AuditEvent.objects.filter(batch=outcome.batch).count() == 1


@pytest.mark.parametrize(
    ("parent", "kind", "said"),
    [
        ("K1", "cell", "Dưới chi bộ không có tổ chức trực thuộc."),
        ("D1", "base_cell", "Dưới đó chỉ có thể là: chi bộ, đảng bộ bộ phận."),
        ("H", "cell", "Dưới đó chỉ có thể là: đảng bộ cơ sở, chi bộ cơ sở, đảng bộ cấp trên trực tiếp cơ sở."),
    ],
)
def test_a_kind_that_does_not_fit_below_is_refused_with_those_that_do(units, parent, kind, said):
    with pytest.raises(RuleError, match=said):
        arranging.found(units[parent], decided(), code="K9", name="Chi bộ Mới", kind=kind)
    assert not Organization.objects.filter(code="K9").exists()


# --- changing and moving --------------------------------------------------------------------------------------------
def test_a_change_writes_only_what_differs(units):
    outcome = arranging.change(units["K1"], decided(), name="Chi bộ thôn Một", kind="cell", sector="")
    assert [row.name for row in units["K1"].versions.in_force()] == ["Chi bộ thôn Đồng Tâm", "Chi bộ thôn Một"]
    assert outcome.notes == []
    with pytest.raises(RuleError, match="Nội dung chưa khác hiện nay"):
        arranging.change(units["K1"], decided(), name="Chi bộ thôn Một", kind="cell", sector="")


def test_a_kind_changes_while_the_units_below_still_fit(units):
    with pytest.raises(RuleError, match="Chi bộ thôn Khê Thượng là chi bộ, không thể trực thuộc đảng bộ cấp trên"):
        arranging.change(units["D2"], decided(), kind="upper_committee")
    member(units["C"])
    outcome = arranging.change(units["C"], decided(), kind="base_committee")
    assert outcome.notes == [
        "1 đảng viên đang ở trong danh sách của chính Chi bộ Trung tâm Y tế. Sau khi đổi, hãy lập chi bộ trực thuộc "
        "rồi chuyển đảng viên về các chi bộ đó."
    ]


def test_a_unit_moves_and_may_become_another_kind_on_the_way(units):
    with pytest.raises(RuleError, match="không có chi bộ cơ sở trực thuộc"):
        arranging.move(units["C"], decided(), parent=units["D1"])
    arranging.move(units["C"], decided(), parent=units["D1"], kind="cell")
    unit = Organization.objects.get(code="C")
    assert (unit.parent, unit.kind) == (units["D1"], "cell")
    with pytest.raises(RuleError, match="đang trực thuộc Đảng bộ xã Minh Hòa"):
        arranging.move(units["K1"], decided(), parent=units["D1"])


# --- merging --------------------------------------------------------------------------------------------------------
def test_the_members_of_a_merged_unit_move_on_its_day_and_cite_the_decision(units):
    official, probationer = member(units["K2"]), member(units["K2"], joined_on=date(2026, 2, 3))
    stays = member(units["K1"])
    outcome = arranging.merge(units["K2"], decided(), successor=units["K1"])
    assert places(official, probationer, stays) == ["K1", "K1", "K1"]
    moves = Movement.objects.filter(batch=outcome.batch).order_by("id")
    assert {(move.effective_on, move.document) for move in moves} == {(DAY, PAPER)}
    assert [move.kind for move in moves].count(Kind.TRANSFERRED_OUT) == 2
    assert all(move.pair for move in moves if move.kind == Kind.TRANSFERRED_OUT)
    assert set(outcome.members) == {official, probationer}
    assert OrganizationVersion.objects.get(is_closed=True).batch == outcome.batch
    assert tree_faults(TODAY) == []


def test_who_left_the_unit_after_that_day_stays_where_he_left(units):
    gone = member(units["K2"])
    moved(gone, Kind.DIED, units["K2"], date(2026, 11, 10))
    assert arranging.merge(units["K2"], decided(), successor=units["K1"]).members == []
    assert places(gone) == ["K2"]


def test_a_committee_gives_its_cells_to_the_successor_and_has_no_members_to_move(units):
    outcome = arranging.merge(units["D2"], decided(), successor=units["D1"])
    assert (outcome.units, outcome.members) == (["Chi bộ thôn Khê Thượng"], [])
    assert Organization.objects.get(code="K3").parent == units["D1"]


def test_into_a_committee_a_cell_needs_to_be_told_who_takes_the_members(units):
    person = member(units["K3"])
    with pytest.raises(RuleError, match=r"còn 1 đảng viên\. Hãy chọn chi bộ tiếp nhận"):
        arranging.merge(units["K3"], decided(), successor=units["D1"])
    arranging.merge(units["K3"], decided(), successor=units["D1"], receiver=units["K1"])
    assert places(person) == ["K1"]


@pytest.mark.parametrize(
    ("closed", "successor", "said"),
    [("K1", "K1", "không thể sáp nhập vào chính mình"), ("D1", "C", "Dưới chi bộ không có tổ chức trực thuộc")],
)
def test_what_cannot_succeed_is_refused(units, closed, successor, said):
    with pytest.raises(RuleError, match=said):
        arranging.merge(units[closed], decided(), successor=units[successor])


def test_whoever_joined_on_that_day_or_later_stands_against_it(units):
    person = member(units["K2"], joined_on=date(2026, 11, 5), born_on=date(1990, 1, 1))
    with pytest.raises(RuleError) as refusal:
        arranging.merge(units["K2"], decided(), successor=units["K1"])
    assert refusal.value.messages == [
        "Từ ngày 01/11/2026 trở đi Chi bộ thôn Đông Thịnh còn tiếp nhận: Nguyễn Thị Ánh (1990), kết nạp 05/11/2026. "
        "Hãy chọn ngày muộn hơn, hoặc đính chính nơi ghi của các biến động này trước."
    ]
    assert places(person) == ["K2"]
    assert not OrganizationVersion.objects.filter(is_closed=True).exists()


def test_somebody_who_cannot_move_that_day_is_named_and_nobody_moves(units):
    good, waiting = member(units["K2"]), member(units["K2"], joined_on=None, full_name="Lò Văn Dự")
    moved(waiting, Kind.ADMITTED, units["K2"], date(2026, 10, 20), held_on=date(2026, 11, 5))
    with pytest.raises(RuleError, match=r"^Lò Văn Dự \(M\d+\): Biến động này trước ngày tổ chức lễ kết nạp 05/11/2026"):
        arranging.merge(units["K2"], decided(), successor=units["K1"])
    assert places(good, waiting) == ["K2", "K2"]


def test_a_unit_that_came_later_stands_against_it(units):
    tree.reparent(units["K3"], units["D1"], on=date(2026, 11, 10), today=TODAY)
    with pytest.raises(RuleError, match="Chi bộ thôn Khê Thượng về Đảng bộ xã Minh Hòa từ ngày 10/11/2026"):
        arranging.merge(units["D1"], decided(), successor=units["D2"])


# --- dissolving -----------------------------------------------------------------------------------------------------
def test_a_unit_with_members_is_dissolved_once_somebody_takes_them(units):
    person = member(units["K2"])
    with pytest.raises(RuleError, match="Hãy chọn chi bộ tiếp nhận, hoặc chuyển sinh hoạt cho họ trước"):
        arranging.dissolve(units["K2"], decided())
    with pytest.raises(RuleError, match="thôi hoạt động nên không tiếp nhận được"):
        arranging.dissolve(units["K2"], decided(), receiver=units["K2"])
    arranging.dissolve(units["K2"], decided(), receiver=units["K3"])
    assert places(person) == ["K3"]
    assert Organization.objects.get(code="K2").closed_on == DAY


def test_who_still_holds_an_office_in_a_closed_unit_is_told(units):
    appointment(user(full_name="Lò Văn Dự"), units["K2"], Role.CELL_SECRETARY)
    assert arranging.dissolve(units["K2"], decided()).notes == [
        "Còn được phân công tại Chi bộ thôn Đông Thịnh: Lò Văn Dự (Bí thư chi bộ). Hãy kết thúc hoặc phân công lại nơi "
        "mới."
    ]


# --- days -----------------------------------------------------------------------------------------------------------
def test_a_merger_to_come_takes_effect_in_the_night_of_its_day_with_its_members(units, recorded_today):
    person, day = member(units["K2"]), date(2027, 1, 1)
    outcome = arranging.merge(units["K2"], Decision(day, TODAY, PAPER), successor=units["K1"])
    assert outcome.notes == [
        "1 đảng viên chuyển về Chi bộ thôn Đồng Tâm vào ngày 01/01/2027, khi sáp nhập có hiệu lực; phần mềm tự ghi "
        "trong đêm."
    ]
    assert move_as_planned(TODAY) == 0
    assert (places(person), Organization.objects.get(code="K2").closed_on) == (["K2"], None)
    assert move_as_planned(day) == 1
    assert move_as_planned(day) == 0
    assert places(person) == ["K1"]
    assert set(Movement.objects.filter(document=PAPER).values_list("batch", "effective_on")) == {(outcome.batch, day)}


def test_the_night_does_it(units, recorded_today, monkeypatch):
    member(units["K2"])
    arranging.merge(units["K2"], Decision(date(2027, 1, 1), TODAY, PAPER), successor=units["K1"])
    monkeypatch.setattr("core.dates.today", lambda: date(2027, 1, 1))
    assert "Chuyển 1 đảng viên theo quyết định sáp nhập." in run_now(NIGHTLY).result["message"]


def test_a_dissolution_to_come_waits_for_its_members_to_go(units):
    member(units["K2"])
    with pytest.raises(RuleError, match="Ngày 01/01/2027 chưa tới nên chưa chuyển được"):
        arranging.dissolve(units["K2"], Decision(date(2027, 1, 1), TODAY, PAPER), receiver=units["K1"])


def test_a_decision_recorded_late_needs_a_reason_which_is_kept(units):
    late = date(2026, 3, 1)
    with pytest.raises(RuleError, match="Hãy ghi lý do ghi muộn"):
        arranging.change(units["K1"], Decision(late, TODAY), name="Chi bộ thôn Một")
    arranging.change(units["K1"], Decision(late, TODAY, reason="Xã gửi chậm"), name="Chi bộ thôn Một")
    assert units["K1"].versions.in_force().get(valid_from=late).reason == "Xã gửi chậm"


def test_a_locked_period_whose_tree_would_change_stands_against_it(units):
    lock_period(units["D2"], first_day=date(2026, 1, 1), last_day=date(2026, 11, 15), by=user(), reason="Đã báo cáo")
    said = "Kỳ 01/01/2026–15/11/2026 của Đảng bộ xã Phú Khê đã khóa"
    paper = {"successor": units["D2"]}
    for attempt in (
        lambda: arranging.change(units["K3"], decided(), name="Khác"),
        lambda: arranging.move(units["K3"], decided(), parent=units["D1"]),
        lambda: arranging.move(units["K1"], decided(), parent=units["D2"]),
        lambda: arranging.merge(units["D1"], decided(), **paper),
        lambda: arranging.dissolve(units["K3"], decided()),
        lambda: arranging.found(units["D2"], decided(), code="K9", name="Mới", kind=OrganizationKind.CELL),
    ):
        with pytest.raises(RuleError, match=said):
            attempt()
    arranging.change(units["K3"], Decision(date(2026, 11, 16), TODAY), name="Chi bộ Khê Thượng")


def test_the_slower_of_two_is_told_what_the_other_has_changed(units):
    seen = last_row(units["K1"])
    arranging.change(units["K1"], decided(), name="Chi bộ thôn Một")
    with pytest.raises(ArrangedMeanwhileError) as refusal:
        arranging.dissolve(units["K1"], decided(seen=seen))
    assert refusal.value.messages == [
        "Người khác vừa sửa Chi bộ thôn Đồng Tâm: Đổi tên: Chi bộ thôn Đồng Tâm → Chi bộ thôn Một (Hệ thống). Chưa ghi "
        "gì; hãy xem lại rồi làm tiếp."
    ]
    assert not OrganizationVersion.objects.filter(is_closed=True).exists()


def test_members_left_in_a_unit_that_has_closed_wait_on_the_list_of_duties(units):
    """A planned merger that could not move them must not be silent."""
    officer = user()
    appointment(officer, units["D1"], Role.COMMITTEE_OFFICER)
    member(units["K1"])
    tree.merge(units["K1"], units["K2"], on=date(2026, 7, 1), today=TODAY)
    (duty,) = [duty for duty in duties(officer, TODAY) if "thôi hoạt động" in duty.title]
    assert duty.title == "Chi bộ thôn Đồng Tâm đã thôi hoạt động, còn 1 đảng viên trong danh sách"
    assert duty.url == "/dang-vien/?to-chuc=K1"
    assert duty.due == date(2026, 7, 1)

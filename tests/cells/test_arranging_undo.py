"""Taking back a decision: everything as before, or every reason why not."""

from datetime import date
from functools import partial
from uuid import uuid4

import pytest

from cells.kinds import MovementKind as Kind
from cells.models import Organization
from cells.queries.changes import changes_of
from cells.queries.tree_check import tree_faults
from cells.services import arranging
from cells.services.arranging import Decision
from cells.services.arranging_undo import undo_change
from cells.services.errors import RuleError
from cells.services.locks import lock_period
from core.models import AuditEvent
from reports.models import Target
from tests.everything import everything
from tests.factories import TODAY, appointment, district, member, moved, user
from tests.imports import written
from tests.reports.committee import stored

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 1)
decided = partial(Decision, DAY, TODAY, "Quyết định số 12-QĐ/ĐU")
undone = partial(undo_change, reason="Ghi nhầm", today=TODAY)


@pytest.fixture
def units():
    return district()


def objections(unit, batch, **options) -> list[str]:
    before = everything()
    with pytest.raises(RuleError) as refusal:
        undone(unit, batch, **options)
    assert everything() == before
    return refusal.value.messages


DECISIONS = {
    "found": lambda units: arranging.found(units["D1"], decided(), code="K9", name="Chi bộ Mới", kind="cell"),
    "change": lambda units: arranging.change(units["K1"], decided(), name="Chi bộ Một", has_sources=False),
    "move": lambda units: arranging.move(units["K1"], decided(), parent=units["D2"]),
    "merge": lambda units: arranging.merge(units["K2"], decided(), successor=units["K3"]),
    "merge a committee": lambda units: arranging.merge(units["D2"], decided(), successor=units["D1"]),
    "dissolve": lambda units: arranging.dissolve(units["K2"], decided(), receiver=units["K1"]),
}


@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_taken_back_leaves_everything_as_it_was(units, name):
    for code in ("K1", "K2", "K3"):
        member(units[code], joined_on=date(2026, 3, 1))
        moved(member(units[code]), Kind.DIED, units[code], date(2026, 11, 10))
    before = everything()
    outcome = DECISIONS[name](units)
    assert everything() != before
    taken = undone(outcome.organization, outcome.batch)
    assert everything() == before
    assert tree_faults(TODAY) == []
    events = AuditEvent.objects.filter(batch=taken.batch)
    assert {(event.action, event.reason) for event in events} == {("reverse", "Ghi nhầm")}
    with pytest.raises(RuleError, match="đã được bỏ trước đó"):
        undone(outcome.organization, outcome.batch)


def test_a_correction_of_the_same_day_is_taken_back_to_the_one_before_and_that_one_too(units):
    before = everything()
    first = arranging.change(units["K1"], decided(), name="Chi bộ Sai")
    between = everything()
    second = arranging.change(units["K1"], decided(), name="Chi bộ Đúng")
    assert objections(units["K1"], first.batch) == [
        "Chi bộ Đúng (K1) đã được đính chính sau thay đổi này.",
        "Chi bộ Đúng (K1) có thay đổi ghi sau thay đổi này.",
    ]
    undone(units["K1"], second.batch)
    assert everything() == between
    undone(units["K1"], first.batch)
    assert everything() == before


def test_a_merger_whose_rows_a_late_change_had_replaced_for_a_while_is_taken_back_too(units):
    member(units["K3"])
    before = everything()
    merger = arranging.merge(units["K3"], decided(), successor=units["C"])
    late = arranging.change(units["K3"], Decision(date(2026, 10, 25), TODAY), name="Tên khác")
    undone(units["K3"], late.batch)
    undone(units["K3"], merger.batch)
    assert everything() == before


def test_a_later_change_of_the_same_unit_stands_against_it(units):
    first = arranging.move(units["K1"], decided(), parent=units["D2"])
    arranging.change(units["K1"], Decision(date(2026, 11, 10), TODAY), name="Chi bộ Khác")
    assert objections(units["K1"], first.batch) == ["Chi bộ Khác (K1) có thay đổi ghi sau thay đổi này."]


def test_what_a_founded_unit_is_used_for_stands_against_it(units):
    outcome = arranging.found(units["D1"], decided(), code="K9", name="Chi bộ Mới", kind="cell")
    unit = outcome.organization
    member(unit, joined_on=date(2026, 11, 10))
    appointment(user(), unit)
    Target.objects.create(organization=unit, year=2026, value=1)
    stored(unit)
    arranging.move(units["C"], decided(), parent=units["D2"], kind="cell")
    (said,) = objections(unit, outcome.batch)
    assert said.startswith("Chi bộ Mới (K9) do thay đổi này lập đang được dùng ở: ")
    for used in ("biến động (1)", "báo cáo (1)", "chỉ tiêu (1)", "phân công (1)", "đảng viên (1)"):
        assert used in said


def test_a_unit_below_a_founded_one_stands_against_it(units):
    outcome = arranging.found(units["D1"], decided(), code="B9", name="Đảng bộ bộ phận", kind="sub_committee")
    arranging.move(units["K1"], decided(), parent=outcome.organization)
    assert objections(outcome.organization, outcome.batch) == [
        "Đảng bộ bộ phận (B9) do thay đổi này lập đang được dùng ở: tổ chức trực thuộc (1)."
    ]


def test_what_happened_to_a_member_who_moved_along_stands_against_it(units):
    person = member(units["K2"], born_on=date(1980, 1, 1))
    outcome = arranging.merge(units["K2"], decided(), successor=units["K1"])
    person.refresh_from_db()
    moved(person, Kind.DIED, units["K1"], date(2026, 11, 10))
    assert objections(units["K2"], outcome.batch) == [
        "Nguyễn Thị Ánh (1980) có biến động ghi sau thay đổi này: từ trần 10/11/2026."
    ]


def test_a_former_parent_closed_meanwhile_stands_against_it(units):
    outcome = arranging.move(units["K3"], decided(), parent=units["D1"])
    arranging.merge(units["D2"], Decision(date(2026, 11, 10), TODAY), successor=units["D1"])
    assert objections(units["K3"], outcome.batch) == [
        "Cấp trên cũ của Chi bộ thôn Khê Thượng (K3) là Đảng bộ xã Phú Khê đã thôi hoạt động từ ngày 10/11/2026."
    ]


def test_a_locked_period_stands_against_it_also_of_the_former_parent(units):
    outcome = arranging.move(units["K1"], decided(), parent=units["D2"])
    lock_period(units["D1"], first_day=date(2026, 1, 1), last_day=date(2026, 11, 15), by=user(), reason="Đã báo cáo")
    (said,) = objections(units["K1"], outcome.batch)
    assert said.startswith("Kỳ 01/01/2026–15/11/2026 của Đảng bộ xã Minh Hòa đã khóa.")


def test_a_unit_out_of_reach_stands_against_it(units):
    outcome = arranging.move(units["K1"], decided(), parent=units["D2"])
    within = {units["D2"].pk, units["K1"].pk}
    assert objections(units["K1"], outcome.batch, may_touch=lambda unit: unit.pk in within) == [
        "Đảng bộ xã Minh Hòa (D1) nay ngoài phạm vi của bạn."
    ]


def test_what_came_with_an_import_is_taken_back_with_the_import(units):
    person = user()
    appointment(person, units["H"])
    imported = written(person, TO_CHUC=[["Mã", "Tên", "Mã cấp trên"], ["K1", "Chi bộ Nhập", "D1"]])
    with pytest.raises(RuleError, match="Hãy hoàn tác cả lần nhập ở mục Nhập, xuất Excel"):
        undone(units["K1"], imported.batch)


def test_reports_made_since_do_not_stand_against_it(units):
    member(units["K1"])
    outcome = arranging.move(units["K1"], decided(), parent=units["D2"])
    stored(units["D2"])
    undone(units["K1"], outcome.batch)
    assert Organization.objects.get(code="K1").parent == units["D1"]


def test_nothing_carries_an_unknown_batch(units):
    with pytest.raises(RuleError, match="đã được bỏ trước đó"):
        undone(units["K1"], uuid4())


# --- the history ----------------------------------------------------------------------------------------------------
def test_the_history_tells_every_change_and_which_can_be_taken_back(units):
    person = user(full_name="Đỗ Quang Hải")
    appointment(person, units["H"])
    person.refresh_from_db()
    first = arranging.change(units["K1"], decided(), name="Chi bộ Sai")
    undone(units["K1"], first.batch)
    second = arranging.change(units["K1"], decided(), name="Chi bộ Một", is_religious_area=True)
    arranging.merge(units["K2"], decided(), successor=units["K1"])
    told = [(change.words, change.is_undone, change.is_undoable) for change in changes_of(units["K1"], person)]
    assert told == [
        (["Tiếp nhận Chi bộ thôn Đông Thịnh (K2) sáp nhập vào"], False, True),
        (["Đổi tên: Chi bộ thôn Đồng Tâm → Chi bộ Một", "Vùng có đạo: chưa rõ → có"], False, True),
        (["Đổi tên: Chi bộ thôn Đồng Tâm → Chi bộ Sai"], True, False),
        (["Có trong danh sách ban đầu: Chi bộ thôn Đồng Tâm, chi bộ, trực thuộc Đảng bộ xã Minh Hòa"], False, False),
    ]
    assert changes_of(units["K1"], person)[1].batch == second.batch
    assert changes_of(units["K1"], person)[2].undone_reason == "Ghi nhầm"
    assert changes_of(units["K2"], person)[0].words == ["Sáp nhập vào Chi bộ Một"]
    assert not any(change.is_undoable for change in changes_of(units["K1"], user()))


def test_a_change_said_again_when_its_successor_was_taken_back_stands(units):
    person = user()
    appointment(person, units["H"])
    arranging.change(units["K1"], decided(), name="Chi bộ Sai")
    second = arranging.change(units["K1"], decided(), name="Chi bộ Đúng")
    states = [(change.is_in_force, change.is_undone) for change in changes_of(units["K1"], person)]
    assert states == [(True, False), (False, False), (True, False)]
    undone(units["K1"], second.batch)
    states = [(change.is_in_force, change.is_undone) for change in changes_of(units["K1"], person)]
    assert states == [(False, True), (True, False), (True, False)]


def test_the_history_takes_the_same_queries_however_long(units, django_assert_num_queries):
    person = user()
    appointment(person, units["H"])
    changes_of(units["K1"], person)
    for number in range(3):
        with django_assert_num_queries(3):
            changes_of(units["K1"], person)
        arranging.change(units["K1"], Decision(date(2026, 11, 2 + number), TODAY), name=f"Chi bộ {number}")

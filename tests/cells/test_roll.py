"""Members and movements through their service, and the roll as at any date."""

from datetime import date

import pytest

from cells.kinds import MovementKind as Kind
from cells.kinds import StateKind
from cells.models import FactsVersion, Member, Movement
from cells.people import find_people
from cells.queries.roll import CEREMONY, roll_on, roll_sizes
from cells.services import roll, states
from cells.services.errors import RuleError
from cells.services.locks import lift_lock, lock_period
from cells.signals import facts_changed
from core.models import AuditEvent
from tests.factories import TODAY, district, member, moved, user

pytestmark = pytest.mark.django_db


def names_on(unit, day, **kwargs):
    return [person.full_name for person in roll_on(unit, day, **kwargs)]


def test_a_member_counts_for_every_unit_above_from_the_day_of_joining():
    units = district()
    member(units["K1"], joined_on=date(2020, 3, 1))
    assert names_on(units["H"], date(2020, 2, 29)) == []
    assert names_on(units["H"], date(2020, 3, 1)) == ["Nguyễn Thị Ánh"]
    assert names_on(units["D2"], date(2020, 3, 1)) == []


def test_a_transfer_inside_the_tree_is_one_pair_with_both_places_named():
    units = district()
    person = member(units["K1"])
    out, arrival = roll.transfer(
        person, to=units["K3"], left_on=date(2025, 3, 1), arrived_on=date(2025, 3, 20), today=TODAY
    )
    out, arrival = Movement.objects.get(pk=out.pk), Movement.objects.get(pk=arrival.pk)
    assert (out.pair, out.counterpart, arrival.counterpart) == (arrival, units["K3"], units["K1"])
    assert names_on(units["H"], date(2025, 3, 10)) == []
    assert names_on(units["D2"], date(2025, 3, 20)) == ["Nguyễn Thị Ánh"]
    assert Member.objects.get().organization == units["K3"]


def test_nobody_is_transferred_to_where_he_is():
    units = district()
    with pytest.raises(RuleError, match="đang sinh hoạt tại Chi bộ thôn Đồng Tâm"):
        roll.transfer(member(units["K1"]), to=units["K1"], left_on=TODAY, arrived_on=TODAY, today=TODAY)


def test_who_leaves_the_tree_keeps_the_last_organisation_but_is_off_the_roll():
    units = district()
    person = member(units["K1"])
    moved(person, Kind.TRANSFERRED_OUT, units["K1"], date(2025, 3, 1))
    person = Member.objects.get()
    assert (person.organization, person.on_roll) == (units["K1"], False)
    assert Movement.objects.get(kind=Kind.TRANSFERRED_OUT).counterpart is None


def test_a_mistake_is_reversed_by_a_second_row():
    units = district()
    person = member(units["K1"])
    mistake = moved(person, Kind.DIED, units["K1"], date(2025, 3, 1))
    roll.reverse_movement(mistake, reason="Nhầm người cùng tên", today=TODAY)
    mistake.refresh_from_db()
    assert (mistake.in_force, mistake.corrected_by.in_force, mistake.corrected_by.reason) == (
        False,
        False,
        "Nhầm người cùng tên",
    )
    assert Member.objects.get().on_roll
    assert roll_sizes(TODAY) == {units["K1"].pk: 1}


def test_a_wrong_day_is_corrected_by_a_row_in_its_place():
    units = district()
    person = member(units["K1"])
    wrong = moved(person, Kind.TRANSFERRED_OUT, units["K1"], date(2025, 3, 1))
    right = roll.correct_movement(wrong, effective_on=date(2025, 2, 1), reason="Sai ngày", today=TODAY)
    in_force = Movement.objects.in_force().filter(kind=Kind.TRANSFERRED_OUT)
    assert list(in_force.values_list("effective_on", "corrects")) == [(date(2025, 2, 1), wrong.pk)]
    assert right.corrects == wrong


def test_a_row_already_corrected_is_not_corrected_again():
    units = district()
    wrong = moved(member(units["K1"]), Kind.DIED, units["K1"], date(2025, 3, 1))
    roll.reverse_movement(wrong, reason="Nhầm", today=TODAY)
    with pytest.raises(RuleError, match="vừa được người khác đính chính"):
        roll.reverse_movement(wrong, reason="Nhầm", today=TODAY)


def test_the_admission_taken_from_the_joining_day_is_corrected_by_that_day():
    units = district()
    member(units["K1"])
    with pytest.raises(RuleError, match="Hãy sửa Ngày vào Đảng"):
        roll.reverse_movement(Movement.objects.get(), reason="Nhầm", today=TODAY)


def test_contradictions_are_refused_with_the_place_named_and_nothing_is_saved():
    units = district()
    person = member(units["K1"])
    with pytest.raises(RuleError, match="đang trong danh sách của Chi bộ thôn Đồng Tâm"):
        moved(person, Kind.TRANSFERRED_IN, units["K3"], date(2025, 3, 1))
    assert Movement.objects.count() == 1


@pytest.mark.parametrize("day", [date(2026, 11, 23), date(2027, 1, 1)])
def test_what_has_not_happened_yet_is_not_entered(day):
    units = district()
    with pytest.raises(RuleError, match="còn ở phía trước"):
        moved(member(units["K1"]), Kind.DIED, units["K1"], day)


def test_a_closed_organisation_takes_nobody_in():
    from cells.services import tree

    units = district()
    tree.merge(units["K2"], units["K1"], on=date(2025, 7, 1), today=TODAY)
    person = member(units["K3"])
    moved(person, Kind.TRANSFERRED_OUT, units["K3"], date(2025, 7, 1))
    with pytest.raises(RuleError, match="đã thôi hoạt động từ ngày 01/07/2025"):
        moved(person, Kind.TRANSFERRED_IN, units["K2"], date(2025, 7, 1))


def test_counting_ceremonies_moves_the_admission_to_the_ceremony():
    units = district()
    person = member(units["K1"], joined_on=None)
    moved(person, Kind.ADMITTED, units["K1"], date(2025, 12, 20), held_on=date(2026, 1, 15))
    assert names_on(units["K1"], date(2025, 12, 31)) == ["Nguyễn Thị Ánh"]
    assert names_on(units["K1"], date(2025, 12, 31), counts_on=CEREMONY) == []
    assert Member.objects.get().joined_on == date(2025, 12, 20)


def test_a_locked_period_takes_no_facts_until_it_is_opened_again():
    units = district()
    person = member(units["K1"])
    officer = user()
    lock = lock_period(
        units["H"], first_day=date(2025, 1, 1), last_day=date(2025, 12, 31), by=officer, reason="Đã báo cáo năm"
    )
    with pytest.raises(RuleError, match="Kỳ 01/01/2025–31/12/2025 của Đảng bộ huyện Minh Sơn đã khóa"):
        moved(person, Kind.DIED, units["K1"], date(2025, 3, 1))
    lift_lock(lock, by=officer, reason="Sót một trường hợp")
    moved(person, Kind.DIED, units["K1"], date(2025, 3, 1))
    assert not Member.objects.get().on_roll


def test_listeners_hear_from_which_day_figures_may_differ():
    units = district()
    person = member(units["K1"])
    heard = []
    facts_changed.connect(lambda since, **_: heard.append(since), weak=False, dispatch_uid="test")
    moved(person, Kind.TRANSFERRED_OUT, units["K1"], date(2025, 3, 1))
    facts_changed.disconnect(dispatch_uid="test")
    assert heard == [date(2025, 3, 1)]


def test_a_failing_audit_write_undoes_the_change(monkeypatch):
    units = district()
    person = member(units["K1"])
    seen = FactsVersion.current()

    def fail(events):
        list(events)
        raise RuntimeError("no room for the trail")

    monkeypatch.setattr("core.audit.record_many", fail)
    with pytest.raises(RuntimeError):
        moved(person, Kind.DIED, units["K1"], date(2025, 3, 1))
    assert (Movement.objects.count(), FactsVersion.current()) == (1, seen)


def test_each_change_leaves_one_event_and_sensitive_values_only_as_digests():
    units = district()
    person = member(units["K1"], ethnicity="Tày", religion="Không")
    created = AuditEvent.objects.get(model="cells.member")
    assert created.changes["full_name"] == "Nguyễn Thị Ánh"
    assert created.changes["ethnicity"].startswith("#")
    assert "Tày" not in str(created.changes)
    moved(person, Kind.DIED, units["K1"], date(2025, 3, 1))
    assert list(AuditEvent.objects.filter(model="cells.movement").values_list("action", flat=True)) == [
        "create",
        "create",
    ]


def test_people_are_found_without_marks_and_listed_by_given_name():
    units = district()
    for name in ("Trần Văn Đức", "Nguyễn Thị Ánh", "Lê Văn An", "Đỗ Thị Ẩn", "Phạm Đức Anh"):
        member(units["K1"], full_name=name)
    assert [p.name for p in find_people("AN")] == [
        "Lê Văn An",
        "Phạm Đức Anh",
        "Nguyễn Thị Ánh",
        "Đỗ Thị Ẩn",
        "Trần Văn Đức",
    ]
    assert [p.name for p in find_people("duc")] == ["Phạm Đức Anh", "Trần Văn Đức"]
    assert [p.name for p in find_people("đức  anh")] == ["Phạm Đức Anh"]
    assert find_people("  ") == []


def test_states_of_one_kind_do_not_overlap_and_end_by_a_new_row():
    units = district()
    person = member(units["K1"])
    state = states.record_state(person, today=TODAY, kind=StateKind.EXEMPT, valid_from=date(2024, 1, 1))
    with pytest.raises(RuleError, match="đã có trạng thái"):
        states.record_state(person, today=TODAY, kind=StateKind.EXEMPT, valid_from=date(2025, 1, 1))
    states.record_state(
        person, today=TODAY, kind=StateKind.SUSPENDED, valid_from=date(2025, 1, 1), valid_until=date(2025, 4, 1)
    )
    ended = states.end_state(state, on=date(2026, 1, 1), today=TODAY)
    assert [s.pk for s in person.states.in_force().on(date(2025, 12, 31))] == [ended.pk]
    assert list(person.states.in_force().on(date(2026, 1, 1))) == []
    assert Member.objects.get().on_roll

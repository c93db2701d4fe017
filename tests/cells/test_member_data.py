"""Personal data, recognition and states through their services."""

from datetime import date

import pytest

from cells.kinds import MovementKind as Kind
from cells.kinds import StateKind
from cells.models import Member
from cells.queries.roll import roll_on
from cells.services import members, states
from cells.services.errors import RuleError
from cells.services.locks import lock_period
from cells.signals import facts_changed
from core.models import AuditEvent
from tests.factories import TODAY, district, member, moved, user

pytestmark = pytest.mark.django_db


@pytest.fixture
def units():
    return district()


def change(person: Member, version: int | None = None, code: str | None = None, **values) -> None:
    version = person.version if version is None else version
    members.change_personal_data(person, version=version, today=TODAY, values=values, code=code)


# --- personal data ------------------------------------------------------------------------------------------------
def test_a_change_keeps_what_was_before_and_sensitive_values_only_as_digests(units):
    person = member(units["K1"], ethnicity="Kinh")
    change(person, full_name="nguyễn thị ánh tuyết", ethnicity="Tày", education="Đại học")
    stored = Member.objects.get()
    assert (stored.full_name, stored.name_fold, stored.version) == ("nguyễn thị ánh tuyết", "nguyen thi anh tuyet", 2)
    changes = AuditEvent.objects.filter(action="update").get().changes
    assert changes["full_name"] == ["Nguyễn Thị Ánh", "nguyễn thị ánh tuyết"]
    assert changes["education"] == ["", "Đại học"]
    assert [value[0] for value in changes["ethnicity"]] == ["#", "#"]
    assert "Tày" not in str(changes)


def test_the_slower_of_two_people_is_told_and_sees_what_is_stored_now(units):
    person, theirs = member(units["K1"]), Member.objects.get()
    change(theirs, education="Đại học")
    with pytest.raises(members.ChangedMeanwhile, match="người khác vừa sửa"):
        change(person, version=1, education="Cao đẳng")
    assert person.education == Member.objects.get().education == "Đại học"


def test_nothing_changed_writes_nothing(units):
    person = member(units["K1"])
    events = AuditEvent.objects.count()
    change(person, full_name=person.full_name)
    assert (AuditEvent.objects.count(), Member.objects.get().version) == (events, 1)


def test_the_joining_day_moves_the_admission_that_is_taken_from_it(units):
    person = member(units["K1"], joined_on=date(2010, 5, 19))
    heard = []
    facts_changed.connect(lambda since, **_: heard.append(since), weak=False, dispatch_uid="test")
    change(person, joined_on=date(2012, 5, 19))
    facts_changed.disconnect(dispatch_uid="test")
    assert [len(roll_on(units["K1"], day)) for day in (date(2011, 1, 1), date(2012, 5, 19))] == [0, 1]
    assert heard == [date(2010, 5, 19)]


def test_a_joining_day_that_disagrees_with_the_admission_entered_is_refused(units):
    person = member(units["K1"], joined_on=None)
    moved(person, Kind.ADMITTED, units["K1"], date(2025, 3, 1))
    with pytest.raises(RuleError, match="Ngày kết nạp 01/03/2025 khác Ngày vào Đảng 02/03/2025 đã ghi cho đảng viên"):
        change(person, joined_on=date(2025, 3, 2))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"joined_on": None}, "Không bỏ trống được Ngày vào Đảng"),
        ({"joined_on": date(2027, 1, 1)}, "còn ở phía trước"),
        ({"joined_on": date(1929, 1, 1)}, "trước ngày thành lập Đảng"),
        ({"official_on": date(2010, 5, 18)}, "Ngày chính thức 18/05/2010 trước Ngày vào Đảng 19/05/2010"),
        ({"born_on": date(1899, 1, 1)}, "Năm sinh 1899 quá xa"),
    ],
)
def test_days_that_cannot_be_are_refused(units, values, said):
    person = member(units["K1"], joined_on=date(2010, 5, 19))
    with pytest.raises(RuleError, match=said):
        change(person, **values)
    assert Member.objects.get().version == 1


def test_a_code_is_corrected_unless_somebody_else_has_it(units):
    person = member(units["K1"], code="M1")
    member(units["K3"], code="M2")
    change(person, code="M3")
    assert AuditEvent.objects.latest("id").changes == {"code": ["M1", "M3"]}
    with pytest.raises(RuleError, match="Mã đảng viên M2 đã có người dùng"):
        change(Member.objects.get(code="M3"), code="M2")


def test_days_of_a_locked_period_do_not_move(units):
    person = member(units["K1"], official_on=date(2025, 5, 19), joined_on=date(2024, 5, 19))
    lock_period(units["H"], first_day=date(2025, 1, 1), last_day=date(2025, 12, 31), by=user(), reason="Đã báo cáo")
    for values in ({"official_on": date(2026, 5, 19)}, {"joined_on": date(2025, 1, 2)}):
        with pytest.raises(RuleError, match="đã khóa"):
            change(Member.objects.get(pk=person.pk), **values)
    change(Member.objects.get(pk=person.pk), education="Đại học")


# --- recognition --------------------------------------------------------------------------------------------------
def recognise(person: Member, on=date(2026, 3, 10), **options) -> None:
    options = {"document": "Quyết định số 8-QĐ/HU", "version": person.version, "today": TODAY} | options
    members.recognise(person, official_on=on, **options)


def test_recognition_sets_the_day_and_the_trail_names_the_decision(units):
    person = member(units["K1"], joined_on=date(2025, 3, 1))
    recognise(person)
    assert Member.objects.get().official_on == date(2026, 3, 10)
    assert AuditEvent.objects.latest("id").changes == {
        "official_on": [None, "2026-03-10"], "document": "Quyết định số 8-QĐ/HU",
    }  # fmt: skip


def test_only_a_probationer_on_the_roll_is_recognised_and_only_once(units):
    person = member(units["K1"], joined_on=date(2025, 3, 1))
    with pytest.raises(RuleError, match="còn ở phía trước"):
        recognise(person, on=date(2026, 12, 1))
    with pytest.raises(RuleError, match="trước Ngày vào Đảng"):
        recognise(person, on=date(2025, 2, 1))
    with pytest.raises(members.ChangedMeanwhile):
        recognise(person, version=7)
    recognise(person)
    with pytest.raises(RuleError, match="đã là đảng viên chính thức"):
        recognise(person, version=2)
    left = member(units["K1"], joined_on=date(2025, 3, 1))
    moved(left, Kind.RESIGNED, units["K1"], date(2025, 6, 1))
    with pytest.raises(RuleError, match="không còn trong danh sách"):
        recognise(left, version=2)


# --- states -------------------------------------------------------------------------------------------------------
def exempt(person: Member, on: date = date(2024, 1, 1), **options):
    return states.record_state(person, kind=StateKind.EXEMPT, valid_from=on, today=TODAY, **options)


def test_a_state_needs_somebody_on_the_roll_and_a_day_that_has_come(units):
    person = member(units["K1"])
    with pytest.raises(RuleError, match="Ngày bắt đầu còn ở phía trước"):
        exempt(person, on=date(2026, 12, 1))
    moved(person, Kind.DIED, units["K1"], date(2026, 1, 1))
    with pytest.raises(RuleError, match="không còn trong danh sách"):
        exempt(person)
    assert list(person.states.all()) == []


def test_a_state_taken_back_leaves_no_state_and_makes_room_for_the_right_one(units):
    person = member(units["K1"])
    wrong = exempt(person)
    states.reverse_state(wrong, reason="Nhầm người")
    assert list(person.states.in_force()) == []
    exempt(person, on=date(2025, 1, 1))
    with pytest.raises(RuleError, match="vừa được người khác sửa"):
        states.reverse_state(wrong, reason="Nhầm người")


def test_states_do_not_begin_or_end_in_a_locked_period(units):
    person = member(units["K1"])
    state = exempt(person)
    lock_period(units["D1"], first_day=date(2025, 1, 1), last_day=date(2025, 12, 31), by=user(), reason="Đã báo cáo")
    with pytest.raises(RuleError, match="Kỳ 01/01/2025–31/12/2025 của Đảng bộ xã Minh Hòa đã khóa"):
        states.end_state(state, on=date(2025, 6, 1), today=TODAY)
    with pytest.raises(RuleError, match="đã khóa"):
        states.record_state(person, kind=StateKind.AWAY, valid_from=date(2025, 6, 1), today=TODAY)
    with pytest.raises(RuleError, match="Ngày kết thúc còn ở phía trước"):
        states.end_state(state, on=date(2026, 12, 1), today=TODAY)
    states.end_state(state, on=date(2026, 6, 1), today=TODAY)

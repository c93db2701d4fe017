"""What is taken back leaves the roll, the figures and the person's days as they were; what cannot be is refused."""

from datetime import date

import pytest

from cells.kinds import MovementKind as Kind
from cells.models import FactsVersion, Member, Movement
from cells.queries.roll import roll_on, roll_sizes
from cells.services import roll
from cells.services.errors import RuleError
from cells.services.locks import lock_period
from cells.services.roll import write_plans
from cells.services.roll_plan import personal_data, plan_member
from core import audit
from core.models import AuditEvent
from core.workdays import WorkingCalendar
from tests.factories import TODAY, district, member, moved, user

pytestmark = pytest.mark.django_db

MARCH = date(2025, 3, 1)


@pytest.fixture
def units():
    return district()


def newcomer(units, kind=Kind.ADMITTED, on=MARCH, place="K1", **details) -> Member:
    person = Member(code="MOI", full_name="Trần Văn Mới", **details)
    roll.enter_member(person, kind=kind, organization=units[place], effective_on=on, today=TODAY)
    return person


def stands(person: Member) -> tuple:
    """(on the roll, where, Ngày vào Đảng, Ngày chính thức), as stored."""
    person = Member.objects.select_related("organization").get(pk=person.pk)
    return person.on_roll, person.organization.code, person.joined_on, person.official_on


def last_of(person: Member) -> Movement:
    return person.movements.in_force().latest("effective_on", "id")


def take_back(movement: Movement, **options) -> None:
    roll.reverse_movement(movement, reason="Nhầm", today=TODAY, **options)


# --- somebody new -------------------------------------------------------------------------------------------------
def test_an_admission_puts_somebody_new_on_the_roll_and_gives_the_joining_day(units):
    assert stands(newcomer(units)) == (True, "K1", MARCH, None)


def test_an_admission_taken_back_takes_the_joining_day_with_it(units):
    person = newcomer(units)
    take_back(last_of(person))
    assert stands(person) == (False, "K1", None, None)
    assert roll_sizes(TODAY) == {}


def test_an_arrival_taken_back_leaves_nobody_on_the_roll_since_joining(units):
    """Else Ngày vào Đảng, entered with the arrival, would stand for an admission that never was here."""
    person = newcomer(units, Kind.TRANSFERRED_IN, joined_on=date(1999, 2, 3), official_on=date(2000, 2, 3))
    take_back(last_of(person))
    assert stands(person)[:3] == (False, "K1", None)
    assert roll_sizes(TODAY) == {}


def test_a_code_names_one_person_only(units):
    member(units["K3"], code="MOI")
    with pytest.raises(RuleError, match="Mã đảng viên MOI đã có người dùng"):
        newcomer(units)
    assert Member.objects.count() == 1


# --- admissions and the joining day -------------------------------------------------------------------------------
def test_an_admission_entered_over_a_stated_joining_day_gives_way_to_it_again(units):
    person = member(units["K1"], joined_on=MARCH)
    moved(person, Kind.ADMITTED, units["K1"], MARCH)
    take_back(last_of(person))
    assert stands(person) == (True, "K1", MARCH, None)
    assert person.movements.in_force().get().is_implied


def test_the_day_of_an_admission_is_corrected_and_the_joining_day_follows(units):
    person = newcomer(units)
    right = roll.correct_movement(last_of(person), effective_on=date(2025, 4, 1), reason="Sai ngày", today=TODAY)
    assert stands(person) == (True, "K1", date(2025, 4, 1), None)
    roll.correct_movement(right, effective_on=date(2025, 2, 1), reason="Lại sai", today=TODAY)
    assert stands(person)[2] == date(2025, 2, 1)


def test_an_admission_cannot_come_after_the_recognition(units):
    person = newcomer(units, official_on=date(2026, 3, 1))
    with pytest.raises(RuleError, match="Ngày chính thức 01/03/2026 trước Ngày vào Đảng 01/04/2026"):
        roll.correct_movement(last_of(person), effective_on=date(2026, 4, 1), reason="Sai ngày", today=TODAY)


def test_a_ceremony_cannot_come_before_its_decision(units):
    with pytest.raises(RuleError, match="Ngày tổ chức lễ 28/02/2025 trước ngày quyết định 01/03/2025"):
        roll.enter_member(
            Member(code="MOI", full_name="Trần Văn Mới"), kind=Kind.ADMITTED, organization=units["K1"],
            effective_on=MARCH, held_on=date(2025, 2, 28), today=TODAY,
        )  # fmt: skip


def test_who_is_admitted_again_is_on_probation_again_until_that_is_taken_back(units):
    person = member(units["K1"], joined_on=date(2000, 1, 3), official_on=date(2001, 1, 3))
    moved(person, Kind.RESIGNED, units["K1"], date(2010, 1, 1))
    moved(person, Kind.ADMITTED, units["K1"], MARCH)
    assert stands(person) == (True, "K1", date(2000, 1, 3), None)
    take_back(last_of(person))
    assert stands(person) == (False, "K1", date(2000, 1, 3), date(2001, 1, 3))


# --- what came later ----------------------------------------------------------------------------------------------
def test_what_something_later_rests_on_is_not_taken_back_and_the_later_is_named(units):
    person = newcomer(units)
    moved(person, Kind.DIED, units["K1"], date(2025, 6, 1))
    with pytest.raises(RuleError, match="Hãy đính chính"):
        take_back(person.movements.in_force().earliest("effective_on"))
    assert stands(person)[:2] == (False, "K1")


def test_an_arrival_is_not_taken_back_under_a_departure_that_would_become_one_of_old(units):
    """Without the arrival, Ngày vào Đảng 1999 would put the member on the roll for 26 years."""
    person = newcomer(units, Kind.TRANSFERRED_IN, joined_on=date(1999, 2, 3))
    moved(person, Kind.TRANSFERRED_OUT, units["K1"], date(2025, 6, 1))
    with pytest.raises(RuleError, match="sau đó còn biến động khác"):
        take_back(person.movements.in_force().earliest("effective_on"))
    assert [p.code for p in roll_on(units["K1"], date(2020, 1, 1))] == []


# --- transfers ----------------------------------------------------------------------------------------------------
def transferred(units):
    person = member(units["K1"], official_on=date(2011, 5, 19))
    return person, roll.transfer(person, to=units["K3"], left_on=MARCH, arrived_on=date(2025, 3, 20), today=TODAY)


def test_both_sides_of_a_transfer_are_one_change(units):
    _, (out, arrival) = transferred(units)
    assert out.batch == arrival.batch is not None


def test_a_transfer_is_taken_back_with_both_sides_in_one_step(units):
    person, (_, arrival) = transferred(units)
    take_back(arrival, with_partner=True)
    assert stands(person)[:2] == (True, "K1")
    assert Movement.objects.in_force().count() == 1


def test_one_side_of_a_transfer_is_taken_back_alone_where_nothing_rests_on_it(units):
    person, (out, arrival) = transferred(units)
    with pytest.raises(RuleError, match="sau đó còn “chuyển đến 20/03/2025 tại Chi bộ thôn Khê Thượng”"):
        take_back(out)
    take_back(arrival)
    assert stands(person)[:2] == (False, "K1")
    assert Movement.objects.get(pk=out.pk).counterpart is None


def test_a_wrong_destination_is_corrected_and_the_other_side_knows(units):
    person, (out, arrival) = transferred(units)
    roll.correct_movement(arrival, organization=units["C"], reason="Sai nơi đến", today=TODAY)
    assert stands(person)[:2] == (True, "C")
    assert Movement.objects.get(pk=out.pk).counterpart == units["C"]


def test_days_too_far_apart_are_no_transfer(units):
    person = member(units["K1"])
    with pytest.raises(RuleError, match="quá 60 ngày làm việc"):
        roll.transfer(person, to=units["K3"], left_on=MARCH, arrived_on=date(2025, 9, 1), today=TODAY)
    with pytest.raises(RuleError, match="Ngày đến phải từ ngày đi"):
        roll.transfer(person, to=units["K3"], left_on=MARCH, arrived_on=date(2025, 2, 1), today=TODAY)
    assert stands(person)[:2] == (True, "K1")


def test_two_halves_entered_by_two_committees_become_one_transfer(units):
    person = member(units["K1"])
    out = moved(person, Kind.TRANSFERRED_OUT, units["K1"], MARCH)
    arrival = moved(person, Kind.TRANSFERRED_IN, units["K3"], date(2025, 4, 1))
    assert Movement.objects.get(pk=out.pk).pair == arrival


# --- locked periods -----------------------------------------------------------------------------------------------
def test_nothing_is_corrected_out_of_a_locked_period(units):
    person = member(units["K1"])
    wrong = moved(person, Kind.DIED, units["K1"], MARCH)
    lock_period(units["H"], first_day=date(2025, 1, 1), last_day=date(2025, 12, 31), by=user(), reason="Đã báo cáo")
    with pytest.raises(RuleError, match="Kỳ 01/01/2025–31/12/2025 của Đảng bộ huyện Minh Sơn đã khóa"):
        roll.correct_movement(wrong, effective_on=date(2026, 3, 1), reason="Sai năm", today=TODAY)
    with pytest.raises(RuleError, match="đã khóa"):
        take_back(wrong)


def test_a_ceremony_does_not_move_in_a_locked_period_either(units):
    person = newcomer(units, on=date(2024, 12, 20))
    lock_period(units["H"], first_day=date(2025, 1, 1), last_day=date(2025, 12, 31), by=user(), reason="Đã báo cáo")
    with pytest.raises(RuleError, match="đã khóa"):
        roll.correct_movement(last_of(person), held_on=date(2025, 1, 10), reason="Thiếu ngày lễ", today=TODAY)


# --- two people at once -------------------------------------------------------------------------------------------
def test_what_a_colleague_changed_meanwhile_is_not_written_over(units):
    mine = member(units["K1"])
    theirs = Member.objects.get(pk=mine.pk)
    before = personal_data(theirs)
    theirs.full_name = "Nguyễn Thị Ánh Tuyết"
    existing = list(theirs.movements.in_force().select_related("organization"))
    FactsVersion.advance()
    write_plans([
        plan_member(theirs, home=units["K1"], calendar=WorkingCalendar(), before=before, existing=existing)
    ])  # fmt: skip
    moved(mine, Kind.DIED, units["K1"], MARCH)
    assert Member.objects.get().full_name == "Nguyễn Thị Ánh Tuyết"


def test_who_corrected_what_and_why_stands_in_the_trail(units):
    person = newcomer(units)
    with audit.acting(user=user("hai.dq")):
        take_back(last_of(person))
    event = AuditEvent.objects.filter(action="reverse").get()
    assert (event.actor, event.model, event.label) == (
        "hai.dq", "cells.movement", "MOI Trần Văn Mới: kết nạp 01/03/2025",
    )  # fmt: skip
    cleared = AuditEvent.objects.filter(model="cells.member", action="update").get()
    assert cleared.changes == {"joined_on": ["2025-03-01", None]}

"""What stands against taking an import back: everything that builds on it is named, and nothing changes."""

from datetime import date

import pytest

from cells.kinds import AssociationKind, MovementKind, StateKind
from cells.models import Association, DeclaredYear, FactsVersion, Member, Movement, Organization
from cells.roles import Role
from cells.services import roll, states, tree
from cells.services.locks import lock_period
from reports.services.targets import assign_target
from tests.everything import brought_in, everything, taken_back
from tests.factories import TODAY, appointment, member, moved, organization, user
from tests.reports.committee import stored
from tests.reports.import_file import FILE, PEOPLE_HEAD, district_to_change
from tests.workbooks import ORGANIZATION_HEAD, day

pytestmark = pytest.mark.django_db


@pytest.fixture
def units():
    return district_to_change()


def later_movement_of_somebody_new(units):
    moved(Member.objects.get(code="X2"), MovementKind.DIED, Organization.objects.get(code="K9"), date(2026, 3, 1))


def later_state_of_somebody_new(units):
    states.record_state(Member.objects.get(code="X2"), kind=StateKind.EXEMPT, valid_from=date(2026, 1, 1), today=TODAY)


def later_movement_of_somebody_known(units):
    moved(Member.objects.get(code="M1"), MovementKind.DIED, Organization.objects.get(code="K9"), date(2026, 3, 1))


def correction_of_one_of_its_movements(units):
    roll.reverse_movement(
        Movement.objects.get(member__code="M1", kind=MovementKind.TRANSFERRED_IN), reason="Nhầm", today=TODAY
    )


def later_change_of_a_name(units):
    brought_in({"DANG_VIEN": [PEOPLE_HEAD[:2], ["M1", "Nguyễn Thị Ánh Nguyệt"]]})


def unit_placed_under_one_it_founded(units):
    organization("K91", "Tổ Chín", parent=Organization.objects.get(code="K9"), valid_from=date(2026, 1, 1))


def office_at_one_it_founded(units):
    appointment(user(), Organization.objects.get(code="K9"), Role.CELL_SECRETARY)


def association_beside_one_it_founded(units):
    Association.objects.create(
        code="PN", name="Hội", kind=AssociationKind.WOMENS_UNION, organization=Organization.objects.get(code="K9")
    )


def later_change_of_a_unit(units):
    tree.rename(units["K3"], "Chi bộ Khê Mới Nhất", on=date(2026, 5, 1), today=TODAY)


def locked_period(units):
    lock_period(units["H"], first_day=date(2025, 1, 1), last_day=date(2025, 12, 31), by=user(), reason="Đã báo cáo")


def target_assigned_anew(units):
    assign_target(units["D2"], 2026, 4)


def declared_year_changed(units):
    DeclaredYear.objects.filter(organization=units["H"]).update(admitted=26, transferred_out=6)


def declared_year_removed(units):
    DeclaredYear.objects.filter(organization=units["D1"]).delete()


def former_place_closed(units):
    tree.dissolve(units["K1"], on=date(2026, 8, 1), today=TODAY)


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (later_movement_of_somebody_new, "Lò Thị Hoà (1980) do lần nhập này thêm vào, sau đó có: biến động (1)."),
        (
            later_state_of_somebody_new,
            "Lò Thị Hoà (1980) do lần nhập này thêm vào, sau đó có: trạng thái đảng viên (1).",
        ),
        (
            later_movement_of_somebody_known,
            "Nguyễn Thị Ánh (1988) có biến động ghi sau lần nhập này: từ trần 01/03/2026.",
        ),
        (
            correction_of_one_of_its_movements,
            "Nguyễn Thị Ánh (1988) có biến động đã được đính chính sau lần nhập này.",
        ),
        (later_change_of_a_name, "Thông tin của Nguyễn Thị Ánh Nguyệt (1988) đã được sửa sau lần nhập này."),
        (
            unit_placed_under_one_it_founded,
            "Chi bộ Chín (K9) do lần nhập này lập đang được dùng ở: tổ chức trực thuộc (1).",
        ),
        (office_at_one_it_founded, "Chi bộ Chín (K9) do lần nhập này lập đang được dùng ở: phân công (1)."),
        (
            association_beside_one_it_founded,
            "Chi bộ Chín (K9) do lần nhập này lập đang được dùng ở: đoàn thể, trung tâm (1).",
        ),
        (later_change_of_a_unit, "Chi bộ Khê Mới Nhất (K3) có thay đổi ghi sau lần nhập này."),
        (
            locked_period,
            "Kỳ 01/01/2025–31/12/2025 của Đảng bộ huyện Minh Sơn đã khóa. Hãy đề nghị Ban Tổ chức mở khóa trước khi "
            "sửa số liệu của kỳ này.",
        ),
        (target_assigned_anew, "Chỉ tiêu năm 2026 của Đảng bộ xã Phú Khê đã được giao lại sau lần nhập này."),
        (declared_year_changed, "Số liệu khai báo năm 2019 của Đảng bộ huyện Minh Sơn đã được sửa sau lần nhập này."),
        (declared_year_removed, "Có số liệu khai báo của lần nhập này không còn trong hệ thống."),
        (
            former_place_closed,
            "Nguyễn Thị Ánh (1988) sẽ trở lại Chi bộ thôn Đồng Tâm, tổ chức đã thôi hoạt động từ ngày 01/08/2026.",
        ),
    ],
)
def test_what_builds_on_it_is_named_and_nothing_changes(units, happens, said):
    result = brought_in(FILE)
    happens(units)
    before = everything()
    objections = taken_back(result)
    assert said in objections, objections
    assert everything() == before


def test_only_what_was_really_built_on_it_counts(units):
    """Something entered later and taken back again is as if it had not been."""
    before = everything()
    result = brought_in(FILE)
    person = Member.objects.get(code="X2")
    mistake = moved(person, MovementKind.DIED, Organization.objects.get(code="K9"), date(2026, 3, 1))
    roll.reverse_movement(mistake, reason="Nhầm người", today=TODAY)
    state = states.record_state(person, kind=StateKind.EXEMPT, valid_from=date(2026, 1, 1), today=TODAY)
    states.reverse_state(state, reason="Nhầm người")
    assert taken_back(result) == []
    assert everything() == before


def test_a_unit_is_not_put_back_under_one_that_is_closed_since(units):
    result = brought_in({"TO_CHUC": [ORGANIZATION_HEAD, ["K3", "", "D1", "", day("01/01/2025")]]})
    tree.dissolve(units["D2"], on=date(2026, 8, 1), today=TODAY)
    assert taken_back(result) == [
        "Cấp trên cũ của Chi bộ thôn Khê Thượng (K3) là Đảng bộ xã Phú Khê đã thôi hoạt động từ ngày 01/08/2026."
    ]


def test_a_closing_day_does_not_go_back_behind_who_has_come_since(units):
    tree.merge(units["K2"], units["K1"], on=date(2025, 7, 1), today=TODAY)
    result = brought_in({"TO_CHUC": [ORGANIZATION_HEAD, ["K2", "", "D1", "", "", "31/12/2025", "K1"]]})
    newcomer = member(units["K3"], "X9")
    moved(newcomer, MovementKind.TRANSFERRED_OUT, units["K3"], date(2025, 9, 1))
    moved(newcomer, MovementKind.TRANSFERRED_IN, units["K2"], date(2025, 9, 1))
    assert taken_back(result) == [
        "Chi bộ thôn Đông Thịnh (K2) sẽ lại thôi hoạt động từ ngày 01/07/2025, nhưng đã nhận người hoặc tổ chức sau "
        "ngày đó."
    ]


def test_a_report_made_since_stands_against_it_others_do_not(units):
    stored(units["H"], 2024)
    result = brought_in(FILE)
    report = stored(units["D1"], 2026)
    report.revisions.update(facts_version=FactsVersion.current())
    elsewhere = stored(units["C"], 2026)
    elsewhere.revisions.update(facts_version=FactsVersion.current())
    earlier = stored(units["D2"], 1899)
    earlier.revisions.update(facts_version=FactsVersion.current())
    assert taken_back(result) == ["Báo cáo năm 2026: Đảng bộ xã Minh Hòa đã lập theo số liệu của lần nhập này."]


def test_a_report_of_a_year_before_what_was_imported_does_not_stand_against_it(units):
    moves = [["Mã đảng viên", "Loại", "Ngày", "Mã tổ chức"], ["M1", "từ trần", "01/02/2026", "K1"]]
    result = brought_in({"BIEN_DONG": moves})
    made = [stored(units["H"], year) for year in (2025, 2026)]
    for report in made:
        report.revisions.update(facts_version=FactsVersion.current())
    assert taken_back(result) == ["Báo cáo năm 2026: Đảng bộ huyện Minh Sơn đã lập theo số liệu của lần nhập này."]
    made[1].revisions.all().delete()
    assert taken_back(result) == []


@pytest.mark.parametrize("year", [2019, 2026])
def test_declared_years_and_targets_of_a_locked_year_stay(units, year):
    result = brought_in({"SO_LIEU_NAM": FILE["SO_LIEU_NAM"], "CHI_TIEU": FILE["CHI_TIEU"]})
    lock = {"first_day": date(year, 1, 1), "last_day": date(year, 12, 31)}
    lock_period(units["H"], **lock, by=user(), reason="Đã báo cáo")
    assert taken_back(result) == [
        f"Kỳ 01/01/{year}–31/12/{year} của Đảng bộ huyện Minh Sơn đã khóa. Hãy đề nghị Ban Tổ chức mở khóa trước khi "
        "sửa số liệu của kỳ này."
    ]


def test_it_is_not_taken_back_where_one_has_no_right_any_more(units):
    result = brought_in(FILE)
    objections = taken_back(result, may_touch=lambda unit, *_: unit.code != "D2")
    assert objections == ["Đảng bộ xã Phú Khê (D2) nay ngoài phạm vi của bạn."]

"""Việc cần làm: what waits for whom, and the home page of each role."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cells import duties as registry
from cells.duties import Duty, Urgency
from cells.roles import Role
from reports.duties import duties
from reports.services.targets import assign_target
from tests.factories import TODAY, appointment, district, member, organization, user
from tests.pages import check_page, visible_text
from tests.reports.committee import enrol, stored
from tests.reports.overview_pages import declare

pytestmark = pytest.mark.django_db


@pytest.fixture
def units():
    return district()


def someone(unit, role=Role.BOARD_OFFICER, **details):
    person = user()
    appointment(person, unit, role, **details)
    return person


def titles(person, today: date = TODAY) -> list[str]:
    return [duty.title for duty in duties(person, today)]


# --- the list ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("due", "urgency", "left"),
    [
        (TODAY - timedelta(days=4), Urgency.LATE, "Quá 4 ngày"),
        (TODAY, Urgency.SOON, "Hạn hôm nay"),
        (TODAY + timedelta(days=7), Urgency.SOON, "Còn 7 ngày"),
        (TODAY + timedelta(days=8), Urgency.LATER, "Còn 8 ngày"),
        (None, Urgency.LATER, ""),
    ],
)
def test_a_duty_is_as_urgent_as_its_last_day(due, urgency, left):
    duty = Duty("Họp chi bộ", "/", "Nhập kết quả", due=due)
    assert (duty.urgency(TODAY), duty.time_left(TODAY)) == (urgency, left)


def test_the_most_urgent_stands_first_and_every_floor_adds_to_the_list(monkeypatch):
    found = [Duty("c", "/", "x"), Duty("b", "/", "x", due=TODAY), Duty("a", "/", "x", due=date(2026, 1, 1))]
    monkeypatch.setattr(registry, "_sources", [])
    registry.register_duties(lambda user, today: found[:2])
    registry.register_duties(lambda user, today: found[2:])
    groups = registry.duties_of(None, TODAY)
    assert [(urgency.name, [duty.title for duty in listed]) for urgency, listed in groups.items()] == [
        ("LATE", ["a"]), ("SOON", ["b"]), ("LATER", ["c"]),
    ]  # fmt: skip


# --- what figures, targets and reports leave to do --------------------------------------------------------------------
def test_a_report_waits_until_there_is_one(units):
    board = someone(units["H"])
    wanted = "Lập báo cáo 6 tháng đầu năm 2026 của Đảng bộ huyện Minh Sơn"
    assert wanted in titles(board)
    report = stored(units["H"], 2026, "half-year")
    assert wanted not in titles(board)
    report.revisions.all().delete()
    assert wanted in titles(board), "its only draft was deleted"
    assert "Lập báo cáo năm 2025 của Đảng bộ huyện Minh Sơn" in titles(board, date(2026, 6, 29))


def test_targets_wait_for_those_who_assign_them(units):
    board, committee = someone(units["H"]), someone(units["D1"], Role.COMMITTEE_OFFICER)
    assign_target(units["D1"], 2026, 2)
    assert "Giao chỉ tiêu năm 2026 cho 2/3 tổ chức trực thuộc Đảng bộ huyện Minh Sơn" in titles(board)
    assert "Giao chỉ tiêu năm 2026 cho 2/2 tổ chức trực thuộc Đảng bộ xã Minh Hòa" in titles(committee)
    assert [t for t in titles(board, date(2026, 12, 1)) if "năm 2027" in t] == [
        "Giao chỉ tiêu năm 2027 cho 3/3 tổ chức trực thuộc Đảng bộ huyện Minh Sơn"
    ]
    assert not any("2027" in title for title in titles(board))
    assert not any("Giao" in title for title in titles(someone(units["K1"], Role.CELL_SECRETARY)))


def test_units_behind_their_target_are_counted_in_the_second_half_of_the_year(units):
    board = someone(units["H"])
    enrol(units["K1"], 2, date(2026, 3, 3))
    for code, target in (("D1", 2), ("D2", 3)):
        assign_target(units[code], 2026, target)
    (duty,) = [d for d in duties(board, TODAY) if "chưa đạt chỉ tiêu" in d.title]
    assert duty.title == "1/3 tổ chức trực thuộc Đảng bộ huyện Minh Sơn chưa đạt chỉ tiêu năm 2026"
    assert duty.detail == "Còn thiếu 3 đảng viên so với chỉ tiêu đã giao."
    assert not any("chưa đạt chỉ tiêu" in title for title in titles(board, date(2026, 6, 30)))


def test_idle_cells_are_counted_for_those_above_and_told_to_their_secretary(units):
    enrol(units["K1"], 5, date(2020, 3, 3))
    enrol(units["K2"], 5, date(2025, 1, 3))
    committee = someone(units["D1"], Role.COMMITTEE_OFFICER)
    assert "1/2 chi bộ thuộc Đảng bộ xã Minh Hòa không kết nạp đảng viên nào từ 3 năm trở lên" in titles(committee)
    assert titles(someone(units["K1"], Role.CELL_SECRETARY)) == ["Chi bộ từ 3 năm nay chưa kết nạp đảng viên nào"]
    assert titles(someone(units["K2"], Role.CELL_SECRETARY)) == ["Chi bộ 1 năm nay chưa kết nạp đảng viên nào"]


def test_a_secretary_is_told_what_is_missing_to_the_target(units):
    enrol(units["K1"], 30)
    member(units["K1"], joined_on=date(2026, 2, 3))
    assign_target(units["K1"], 2026, 2)
    (duty,) = duties(someone(units["K1"], Role.CELL_SECRETARY), TODAY)
    assert (duty.title, duty.detail, duty.due) == (
        "Còn 1 đảng viên nữa mới đạt chỉ tiêu năm 2026 của chi bộ", "Đã kết nạp 1 trên chỉ tiêu 2.", date(2026, 12, 31),
    )  # fmt: skip


def test_declared_figures_that_do_not_meet_the_roll_are_to_be_compared(units):
    declare(units["K3"], 2024, opening=10, closing=10)
    enrol(units["K3"], 8)
    assert "Số khai báo và danh sách của Chi bộ thôn Khê Thượng không khớp" in titles(someone(units["H"]))
    assert not any("khai báo" in title for title in titles(someone(units["D1"], Role.COMMITTEE_OFFICER)))
    assert not any("khai báo" in title for title in titles(someone(units["K3"], Role.CELL_SECRETARY)))


def test_who_only_reads_is_asked_to_write_nothing(units):
    enrol(units["K1"], 5, date(2020, 3, 3))
    inspector = someone(units["H"], Role.INSPECTOR, valid_until=date(2027, 1, 1))
    assert [title for title in titles(inspector) if "Lập" in title or "Giao" in title] == []


# --- the page ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("place", "role", "leads_to"),
    [
        ("H", Role.BOARD_OFFICER, "/tong-quan/"),
        ("D1", Role.COMMITTEE_OFFICER, "/viec-can-lam/"),
        ("K1", Role.CELL_SECRETARY, "/viec-can-lam/"),
        ("C", Role.CELL_SECRETARY, "/viec-can-lam/"),
    ],
)
def test_home_is_what_one_comes_for(client, units, place, role, leads_to):
    client.force_login(someone(units[place], role))
    assert client.get(reverse("home")).headers["Location"] == leads_to


def test_the_page_shows_the_own_figures_beside_the_duties(client, units):
    enrol(units["K1"], 20)
    member(units["K1"], joined_on=date(2026, 2, 3), official_on=None)
    client.force_login(someone(units["K1"], Role.CELL_SECRETARY))
    response = client.get(reverse("duties"))
    check_page(response)
    text = visible_text(response.content.decode())
    assert "Chủ nhật, 22/11/2026" in text
    assert "Đảng viên 21 , trong đó 0 chính thức; đầu năm 20" in text.replace("21,", "21 ,")
    assert "1/20 ○ Xem theo số người" in text


def test_nothing_to_do_is_said_so(client, units):
    client.force_login(someone(units["K1"], Role.CELL_SECRETARY))
    response = client.get(reverse("duties"))
    check_page(response)
    assert "Không có việc nào đang chờ" in visible_text(response.content.decode())


def test_the_page_asks_as_many_questions_for_one_unit_as_for_three(client, units):
    client.force_login(someone(units["H"]))
    counts = []
    for size in (1, 2):
        for _ in range(size):
            base = organization(kind="base_committee", parent=units["H"])
            enrol(organization(parent=base), 3, date(2020, 1, 1))
            assign_target(base, 2026, 1)
        client.get(reverse("duties"))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("duties"))
        counts.append(len(asked))
    assert counts[0] == counts[1]

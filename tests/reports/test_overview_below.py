"""Tổng quan: which organisations below are listed, as a page and as a file; years side by side; idle cells."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest

from cells.kinds import OrganizationKind
from cells.services import tree
from core.models import AuditEvent
from reports.queries import overview as overview_queries
from reports.queries.years import years_of
from reports.services.figures import refresh_figures
from reports.services.targets import assign_target
from tests.factories import TODAY, appointment, district, organization, user
from tests.pages import take_out, visible_text
from tests.reports.committee import enrol
from tests.reports.overview_pages import HOME, address, cards, declare, page, populate, table, visible

pytestmark = pytest.mark.django_db


@pytest.fixture
def units():
    return district()


@pytest.fixture
def officer(client, units):
    """A Board officer of the district, logged in."""
    person = user("hai.dq")
    appointment(person, units["H"])
    client.force_login(person)
    return person


def names(html: str) -> list[str]:
    return [row[0] for row in table(html)]


def file_rows(client, url: str) -> list[list]:
    """The cells of the sheet that *url* gives."""
    response = take_out(client, url)
    assert response.headers["Content-Disposition"].startswith("attachment")
    sheet = openpyxl.load_workbook(BytesIO(response.getvalue())).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()][:-2]  # without the stamp


# --- which organisations ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "listed"),
    [
        ("", ["Chi bộ Trung tâm Y tế", "Đảng bộ xã Minh Hòa", "Đảng bộ xã Phú Khê", "Cộng"]),
        ("?cap=co-so", ["Chi bộ Trung tâm Y tế", "Đảng bộ xã Minh Hòa", "Đảng bộ xã Phú Khê"]),
        ("?cap=chi-bo", [
            "Chi bộ Trung tâm Y tế Đảng bộ huyện Minh Sơn", "Chi bộ thôn Đồng Tâm Đảng bộ xã Minh Hòa",
            "Chi bộ thôn Đông Thịnh Đảng bộ xã Minh Hòa", "Chi bộ thôn Khê Thượng Đảng bộ xã Phú Khê",
        ]),
        ("?cap=tat-ca&ten=minh hoa", ["Đảng bộ xã Minh Hòa Đảng bộ huyện Minh Sơn"]),
        ("?cap=chi-bo&ten=DONG", [
            "Chi bộ thôn Đồng Tâm Đảng bộ xã Minh Hòa", "Chi bộ thôn Đông Thịnh Đảng bộ xã Minh Hòa",
        ]),
        ("?ten=D2", ["Đảng bộ xã Phú Khê"]),
        ("?cap=chi-bo&dia-ban=het-nguon", ["Chi bộ Trung tâm Y tế Đảng bộ huyện Minh Sơn"]),
        ("?tinh-hinh=exceeded", ["Đảng bộ xã Minh Hòa"]),
        ("?cap=chi-bo&sort=-ket-nap&ten=thon", [
            "Chi bộ thôn Đồng Tâm Đảng bộ xã Minh Hòa", "Chi bộ thôn Đông Thịnh Đảng bộ xã Minh Hòa",
            "Chi bộ thôn Khê Thượng Đảng bộ xã Phú Khê",
        ]),
        ("?cap=x&dia-ban=y", ["Chi bộ Trung tâm Y tế", "Đảng bộ xã Minh Hòa", "Đảng bộ xã Phú Khê", "Cộng"]),
    ],
)  # fmt: skip
def test_the_address_says_which_organisations_are_listed(client, officer, units, query, listed):
    populate(units["K1"], opening=40, admitted=2)
    populate(units["K3"], opening=40)
    tree.change(units["C"], on=date(2024, 1, 1), today=TODAY, has_sources=False)
    shown = [name.replace(" Đảng bộ huyện Minh Sơn", "") if "co-so" in query else name for name in
             names(page(client, f"{HOME}{query}"))]  # fmt: skip
    assert shown == listed


def test_a_search_without_result_says_what_to_do(client, officer, units):
    html = page(client, f"{HOME}?ten=khong co")
    assert "Không có tổ chức nào như vậy. Hãy bỏ bớt điều kiện tìm" in visible_text(html)


def test_a_closed_unit_is_listed_only_while_it_has_figures(client, officer, units):
    tree.dissolve(units["K2"], on=date(2024, 3, 1), today=TODAY)
    assert "Chi bộ thôn Đông Thịnh" not in page(client, f"{HOME}?cap=chi-bo")


def test_many_organisations_come_in_pages(client, officer, units):
    for _ in range(98):
        organization(kind=OrganizationKind.CELL, parent=units["D1"])
    first, second = (names(page(client, f"{HOME}?cap=chi-bo&page={number}")) for number in (1, 2))
    assert (len(first), len(second)) == (100, 2)


def test_too_many_to_sort_stand_in_the_order_of_the_tree_and_say_why(client, officer, units, monkeypatch):
    monkeypatch.setattr(overview_queries, "SORTED_AT_MOST", 3)
    populate(units["K3"], opening=40, admitted=3)
    html = page(client, f"{HOME}?cap=chi-bo&sort=-ket-nap")
    assert [name.split(" Đảng bộ")[0] for name in names(html)] == [
        "Chi bộ Trung tâm Y tế", "Chi bộ thôn Đồng Tâm", "Chi bộ thôn Đông Thịnh", "Chi bộ thôn Khê Thượng",
    ]  # fmt: skip
    assert "Danh sách quá dài nên xếp theo cây tổ chức" in html
    assert len(file_rows(client, f"{HOME}?cap=chi-bo&tep=xlsx")) == 4 + 5


# --- small units --------------------------------------------------------------------------------------------------
def test_of_a_small_unit_people_are_shown_instead_of_a_percentage(client, officer, units):
    populate(units["K1"], opening=20, admitted=1)
    populate(units["K2"], opening=34, admitted=1)
    rows = {row[0]: row for row in table(page(client, address(units["D1"])))}
    assert rows["Chi bộ thôn Đồng Tâm"][3::3] == ["1/20 người", "0/20"]
    assert rows["Chi bộ thôn Đông Thịnh"][3] == "2,94%"
    assert cards(page(client, address(units["K1"])))["Tỷ lệ kết nạp"][0] == "1/20"


# --- years side by side ---------------------------------------------------------------------------------------------
def test_five_years_stand_side_by_side(client, officer, units):
    populate(units["K1"], opening=100)
    for year, count in ((2022, 1), (2024, 3), (2025, 4)):
        enrol(units["K1"], count, date(year, 3, 3))
    declare(units["H"], 2023, opening=101, admitted=5, closing=106)
    assign_target(units["D1"], 2024, 2)
    assign_target(units["H"], 2025, 8)
    refresh_figures(TODAY)
    assert [
        (line.year, line.figures.admitted, str(line.rate.percent), line.target, line.verdict.name)
        for line in years_of(units["H"], 2026, TODAY)
    ] == [
        (2022, 1, "1.00", None, "MISSED"),
        (2023, 5, "4.95", None, "EXCEEDED"),
        (2024, 3, "2.97", 2, "TARGET_MET"),
        (2025, 4, "3.85", 8, "WITHIN"),
        (2026, 0, "0.00", None, "NOT_YET"),
    ]
    html = page(client)
    assert "Tỷ lệ kết nạp các năm 2022–2026" in html
    assert "năm 2025: 3,85%; năm 2026: 0,00%." in html


def test_years_of_which_nothing_is_known_are_left_out(units):
    enrol(units["K1"], 40, date(2024, 3, 3))
    assert [line.year for line in years_of(units["H"], 2026, TODAY)] == [2024, 2025, 2026]


def test_years_computed_now_and_stored_ones_are_the_same(units):
    populate(units["K1"], opening=50, admitted=2)
    computed = years_of(units["D1"], 2026, TODAY)
    refresh_figures(TODAY)
    assert years_of(units["D1"], 2026, TODAY) == computed
    assert [line.rate.base_value for line in years_of(units["D1"], 2026, TODAY, base="closing")][-1] == 52


# --- idle cells -------------------------------------------------------------------------------------------------------
def test_cells_idle_for_years_are_counted_and_listed_with_their_latest_admission(client, officer, units):
    enrol(units["K1"], 5, date(2022, 3, 3))
    enrol(units["K2"], 5, date(2025, 3, 3))
    enrol(units["K3"], 5, date(2026, 3, 3))
    note = cards(page(client))["Chi bộ chưa kết nạp được đảng viên"][-1]
    assert note == "không kết nạp 3 từ 1 năm · 2 từ 2 năm · 2 từ 3 năm"
    html = page(client, address(units["H"], "chi-bo-chua-ket-nap", query="?tu-nam=1"))
    assert "<h1>Chi bộ chưa kết nạp được đảng viên từ 1 năm trở lên</h1>" in html
    text = visible(html)
    assert "Chi bộ thôn Đông Thịnh Đảng bộ xã Minh Hòa 5 5 03/03/2025" in text
    assert "Chi bộ Trung tâm Y tế Đảng bộ huyện Minh Sơn 0 0 chưa có trong sổ" in text
    assert "Khê Thượng" not in text
    rows = file_rows(client, address(units["H"], "chi-bo-chua-ket-nap", query="?tu-nam=3&tep=xlsx"))
    assert [row[0] for row in rows[4:]] == ["C", "K1"]


# --- files ------------------------------------------------------------------------------------------------------------
def test_the_table_as_a_file_has_what_the_page_has(client, officer, units):
    populate(units["K1"], opening=60, admitted=2)
    assign_target(units["D1"], 2026, 2)
    rows = file_rows(client, f"{HOME}?tep=xlsx")
    assert [row[0] for row in rows[:3]] == [
        "Kết nạp đảng viên năm 2026: Đảng bộ huyện Minh Sơn",
        "Số liệu đến 22/11/2026. Tỷ lệ tính trên đảng viên đầu năm (31/12/2025), theo ngày quyết định kết nạp.",
        "Mục tiêu 3–4%.",
    ]
    found = {row[1]: row for row in rows[5:]}
    assert list(found) == ["Chi bộ Trung tâm Y tế", "Đảng bộ xã Minh Hòa", "Đảng bộ xã Phú Khê", "Cộng"]
    assert found["Đảng bộ xã Minh Hòa"] == [
        "D1", "Đảng bộ xã Minh Hòa", "Đảng bộ huyện Minh Sơn", 60, 60, 2, 3.33, 2, 100, 0, 60, 0, "Đạt chỉ tiêu", None,
    ]  # fmt: skip
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.label, event.changes["rows"]) == (
        AuditEvent.Action.EXPORT, "Kết nạp đảng viên năm 2026 - Đảng bộ huyện Minh Sơn", 4,
    )  # fmt: skip


@pytest.mark.parametrize(("what", "expected"), [("ket-nap", 2), ("cuoi-ky", 5)])
def test_people_as_a_file_are_those_of_all_pages(client, officer, units, monkeypatch, what, expected):
    monkeypatch.setattr("reports.views.overview.PAGE_SIZE", 1)
    populate(units["K1"], opening=3, admitted=2)
    rows = file_rows(client, address(units["H"], "nguoi", what, query="?tep=xlsx"))
    assert len(rows[4:]) == expected
    assert {"Nguyễn Thị Ánh"} == {row[1] for row in rows[4:]}


def test_nobody_gets_a_file_of_what_he_may_not_see(client, units):
    populate(units["K1"], opening=3, admitted=2)
    person = user()
    appointment(person, units["D2"])
    client.force_login(person)
    for rest in ("", "nguoi/ket-nap/", "chi-bo-chua-ket-nap/"):
        assert client.get(f"{address(units['D1'])}{rest}?tep=xlsx").status_code == 404

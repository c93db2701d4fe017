"""The tree and the page of one organisation: what stands there for whom, today and as it was."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cells.kinds import MovementKind as Kind
from cells.kinds import OrganizationKind
from cells.models import Organization
from cells.roles import Role
from cells.services import tree
from core.models import AuditEvent
from tests.cells.roll_pages import log_in, names, page, rows, visible
from tests.factories import TODAY, district, member, moved, organization
from tests.pages import check_page, take_out
from tests.reports.committee import stored

pytestmark = pytest.mark.once

TREE = "/to-chuc/"


@pytest.fixture
def units(db):
    return district()


@pytest.fixture
def officer(client, units):
    return log_in(client, units["H"], Role.BOARD_OFFICER)


def address(unit: Organization) -> str:
    return f"{TREE}{unit.public_id}/"


def units_of(html: str) -> list[list[str]]:
    return rows(html, "units")


def shown(client, path: str) -> str:
    return visible(page(client, path))


# --- the tree -------------------------------------------------------------------------------------------------------
def test_the_tree_shows_two_levels_with_all_their_members(client, officer, units):
    for _ in range(3):
        member(units["K1"])
    member(units["C"])
    text = shown(client, TREE)
    assert "Đảng bộ huyện Minh Sơn · 3 tổ chức trực thuộc · 4 đảng viên" in text
    assert "Đảng bộ xã Minh Hòa đảng bộ cơ sở · 3 đảng viên 2 tổ chức trực thuộc" in text
    assert "Chi bộ thôn Đồng Tâm chi bộ · 3 đảng viên Chi bộ thôn Đông Thịnh chi bộ · 0 đảng viên" in text
    assert "Chi bộ Trung tâm Y tế chi bộ cơ sở · 1 đảng viên" in text


def test_a_branch_is_opened_and_another_tree_is_not(client, units):
    log_in(client, units["D1"], Role.COMMITTEE_OFFICER)
    assert "Chi bộ thôn Đồng Tâm" in shown(client, TREE)
    foreign = shown(client, f"{TREE}?nhanh=D2")
    assert "Không có tổ chức “D2” trong phạm vi của bạn" in foreign
    assert "Khê Thượng" not in foreign + shown(client, f"{TREE}?ten=khe") + shown(client, f"{TREE}?tinh-trang=tat-ca")


def test_a_search_finds_at_any_depth_without_marks_and_says_where_it_belongs(client, officer, units):
    assert units_of(page(client, f"{TREE}?ten=khe thuong")) == [
        ["Chi bộ thôn Khê Thượng", "K3", "chi bộ", "Đảng bộ xã Phú Khê", "0"]
    ]
    assert [row[1] for row in units_of(page(client, f"{TREE}?loai=cell&sort=-ma"))] == ["K3", "K2", "K1"]
    assert [row[1] for row in units_of(page(client, f"{TREE}?loai=cell&nhanh=D1"))] == ["K1", "K2"]
    assert "Không có tổ chức nào như vậy" in shown(client, f"{TREE}?ten=zzz")


def test_areas_narrow_the_list(client, officer, units):
    tree.change(units["K2"], on=date(2020, 1, 1), today=TODAY, has_sources=False)
    assert [row[1] for row in units_of(page(client, f"{TREE}?dia-ban=het-nguon"))] == ["K2"]


def test_what_was_closed_shows_only_when_asked_for_with_the_day(client, officer, units):
    tree.merge(units["K1"], units["K2"], on=date(2025, 7, 1), today=TODAY)
    assert "Đồng Tâm" not in shown(client, TREE)
    assert units_of(page(client, f"{TREE}?tinh-trang=da-thoi")) == [
        ["Chi bộ thôn Đồng Tâm đã sáp nhập 01/07/2025", "K1", "chi bộ", "Chi bộ thôn Đông Thịnh", "0"]
    ]


def test_the_tree_of_a_past_day_is_as_it_was(client, officer, units):
    tree.rename(units["K1"], "Chi bộ thôn Mới", on=date(2024, 1, 1), today=TODAY)
    tree.reparent(units["K1"], units["D2"], on=date(2025, 1, 1), today=TODAY)
    person = member(units["K1"])
    moved(person, Kind.DIED, units["K1"], date(2026, 1, 1))
    before = shown(client, f"{TREE}?ngay=31/12/2023")
    assert "Đảng bộ xã Minh Hòa đảng bộ cơ sở · 1 đảng viên 2 tổ chức trực thuộc" in before
    assert "Chi bộ thôn Đồng Tâm chi bộ · 1 đảng viên" in before
    after = shown(client, TREE)
    assert "Đảng bộ xã Phú Khê đảng bộ cơ sở · 0 đảng viên 2 tổ chức trực thuộc" in after
    assert "Chi bộ thôn Mới" in after
    assert "Đồng Tâm" not in after
    assert "Hãy ghi một ngày" in shown(client, f"{TREE}?ngay=01/01/2050")


def test_the_list_goes_to_excel_with_a_trace(client, officer, units):
    member(units["K1"])
    response = take_out(client, f"{TREE}?tep=xlsx")
    sheet = openpyxl.load_workbook(BytesIO(response.getvalue())).active
    cells = list(sheet.iter_rows(values_only=True))
    assert [row[0] for row in cells[3:10]] == ["H", "D1", "K1", "K2", "D2", "K3", "C"]
    assert [row[5] for row in cells[3:10]] == [1, 1, 1, 0, 0, 0, 0]
    event = AuditEvent.objects.filter(action=AuditEvent.Action.EXPORT).latest("id")
    assert (event.changes["rows"], event.actor) == (7, officer.username)


def test_somebody_without_a_right_is_told_so(client, units):
    log_in(client, None, Role.ADMINISTRATOR)
    assert "Bạn chưa được phân công xem tổ chức nào" in shown(client, TREE)


# --- one organisation -----------------------------------------------------------------------------------------------
def test_the_page_of_a_cell_says_where_it_stands_and_who_is_there(client, officer, units):
    member(units["K1"], full_name="Trần Văn Đức", official_on=date(2011, 5, 19))
    member(units["K1"], full_name="Nguyễn Thị Ánh", sex="female", joined_on=date(2026, 2, 3))
    html = page(client, address(units["K1"]))
    text = visible(html)
    assert "Chi bộ · trực thuộc Đảng bộ xã Minh Hòa" in text
    assert "Đảng viên 2 : 1 chính thức, 1 dự bị; 1 nữ" in text
    assert names(html) == ["Nguyễn Thị Ánh", "Trần Văn Đức"]
    assert "ra nghị quyết đề nghị" in text


def test_the_page_of_a_committee_lists_what_is_below_and_what_was_closed_into_it(client, officer, units):
    tree.dissolve(units["K2"], on=date(2025, 7, 1), today=TODAY, document="QĐ 12")
    html = page(client, address(units["D1"]))
    assert units_of(html) == [["Chi bộ thôn Đồng Tâm", "chi bộ", "0"]]
    assert "Chi bộ thôn Đông Thịnh đã giải thể 01/07/2025" in visible(html)
    closed = shown(client, address(units["K2"]))
    assert "đã thôi hoạt động từ 01/07/2025" in closed
    assert "Giải thể từ 01/07/2025" in closed


def test_history_tells_every_change_in_words_with_its_document(client, officer, units):
    tree.rename(units["K1"], "Chi bộ thôn Mới", on=date(2024, 1, 1), today=TODAY, document="QĐ 7")
    tree.reparent(units["K1"], units["D2"], on=date(2025, 1, 1), today=TODAY)
    tree.change(units["K1"], on=date(2025, 6, 1), today=TODAY, kind=OrganizationKind.SUB_COMMITTEE, has_sources=True)
    tree.merge(units["K1"], units["K3"], on=date(2026, 1, 1), today=TODAY)
    text = shown(client, address(units["K1"]))
    for words in (
        "Sáp nhập vào Chi bộ thôn Khê Thượng từ 01/01/2026",
        "Đổi loại hình: chi bộ → đảng bộ bộ phận; Còn nguồn: chưa rõ → có từ 01/06/2025",
        "Chuyển cấp trên: Đảng bộ xã Minh Hòa → Đảng bộ xã Phú Khê từ 01/01/2025",
        "Đổi tên: Chi bộ thôn Đồng Tâm → Chi bộ thôn Mới từ 01/01/2024 · QĐ 7",
        "Có trong danh sách ban đầu: Chi bộ thôn Đồng Tâm, chi bộ, trực thuộc Đảng bộ xã Minh Hòa từ đầu",
    ):
        assert words in text


def test_an_organisation_is_shown_as_it_was_on_a_day(client, officer, units):
    tree.rename(units["K1"], "Chi bộ thôn Mới", on=date(2024, 1, 1), today=TODAY)
    tree.reparent(units["K1"], units["D2"], on=date(2025, 1, 1), today=TODAY)
    gone = member(units["K1"], full_name="Lê Văn An")
    moved(gone, Kind.DIED, units["K1"], date(2026, 1, 1))
    html = page(client, f"{address(units['K1'])}?ngay=31/12/2023")
    text = visible(html)
    assert "Chi bộ thôn Đồng Tâm Như ngày 31/12/2023" in text
    assert "Trực thuộc Đảng bộ xã Minh Hòa" in text
    assert "Đảng viên 1" in text
    assert names(html) == ["Lê Văn An"]
    assert "Lê Văn An" not in shown(client, address(units["K1"]))
    late = organization("K9", "Chi bộ thôn Sau", parent=units["D1"], valid_from=date(2025, 1, 1))
    assert "Ngày ấy chưa có tổ chức này" in shown(client, f"{address(late)}?ngay=01/01/2020")


def test_upper_floors_add_their_figures_and_reports_for_whoever_may_see_them(client, officer, units):
    member(units["K1"])
    stored_report = stored(units["D1"])
    text = shown(client, address(units["D1"]))
    assert "Đảng bộ xã Minh Hòa, năm 2026" in text
    assert f"Báo cáo {stored_report.words}" in text


def test_who_sees_no_content_finds_no_organisation(client, units):
    log_in(client, None, Role.ADMINISTRATOR)
    assert client.get(address(units["K1"])).status_code == 404


def test_a_secretary_is_led_to_the_own_cell_and_finds_no_other(client, units):
    log_in(client, units["K1"], Role.CELL_SECRETARY)
    response = client.get(TREE)
    assert response.headers["Location"] == address(units["K1"])
    check_page(client.get(address(units["K1"])))
    assert client.get(address(units["K2"])).status_code == 404
    assert client.get(address(units["D1"])).status_code == 404


def test_numbers_of_a_past_day_leave_out_whoever_is_out_of_sight(client, units):
    """A unit that has moved elsewhere since: its people were counted here then, but belong to others now."""
    member(units["K1"])
    tree.reparent(units["K1"], units["D2"], on=date(2025, 1, 1), today=TODAY)
    log_in(client, units["D1"], Role.COMMITTEE_OFFICER)
    assert "Đồng Tâm" not in shown(client, f"{TREE}?ngay=31/12/2023")
    assert "· 0 đảng viên" in shown(client, f"{TREE}?ngay=31/12/2023")


@pytest.mark.parametrize(
    "path", [TREE, f"{TREE}?tinh-trang=tat-ca", f"{TREE}?ngay=31/12/2023", "{D1}", "{D1}?ngay=31/12/2023", "{K1}"]
)
def test_no_page_asks_more_as_its_list_grows(client, officer, units, path):
    path = path.format(**{name: address(unit) for name, unit in units.items()})
    member(units["K1"])

    def questions() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(path)
        return len(queries)

    def grow(number: int) -> None:
        base = organization(parent=units["H"], kind=OrganizationKind.BASE_COMMITTEE)
        member(organization(parent=base))
        tree.merge(organization(parent=units["D1"]), units["K1"], on=date(2025, 1, number + 1), today=TODAY)
        tree.rename(units["K1"], f"Chi bộ thôn {number}", on=date(2024, 1, number + 1), today=TODAY)
        member(organization(parent=units["D1"]))
        member(units["K1"])

    grow(0)
    few = questions()
    for number in (1, 2, 3):
        grow(number)
    assert questions() == few

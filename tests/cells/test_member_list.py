"""The list of members: who is on it for whom, what narrows it, on paper, in Excel, and how many questions it asks."""

import random
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cells.kinds import MovementKind as Kind
from cells.kinds import StateKind
from cells.roles import Role
from cells.services import roll, states, tree
from core.models import AuditEvent
from tests.cells.roll_pages import LIST, address, links, log_in, names, page, rows, visible
from tests.factories import TODAY, district, member, moved, organization, user
from tests.pages import take_out
from tests.proof import cases

PRINT, EXCEL = f"{LIST}in/", f"{LIST}excel/"


@pytest.fixture
def units(db):
    return district()


@pytest.fixture
def officer(client, units):
    return log_in(client, units["H"], Role.BOARD_OFFICER)


# --- who is on it ---------------------------------------------------------------------------------------------------
def test_those_on_the_roll_now_stand_in_vietnamese_order_with_their_birth_years(client, officer, units):
    member(units["K1"], full_name="Trần Văn Đức", born_on=date(1960, 1, 1))
    member(units["K3"], full_name="Nguyễn Thị Ánh", born_on=date(1988, 5, 12), official_on=date(2011, 5, 19))
    gone = member(units["K1"], full_name="Lê Văn An")
    moved(gone, Kind.DIED, units["K1"], date(2026, 1, 1))
    assert rows(page(client)) == [
        [
            "Nguyễn Thị Ánh (1988)",
            "Chi bộ thôn Khê Thượng Đảng bộ xã Phú Khê",
            "19/05/2010",
            "19/05/2011",
            "chính thức",
        ],
        ["Trần Văn Đức (1960)", "Chi bộ thôn Đồng Tâm Đảng bộ xã Minh Hòa", "19/05/2010", "—", "~ dự bị"],
    ]


def test_a_secretary_sees_the_own_cell_reads_and_prints_but_records_nothing(client, units):
    log_in(client, units["K1"], Role.CELL_SECRETARY)
    mine, foreign = member(units["K1"]), member(units["K2"], full_name="Bùi Văn Bé")
    html = page(client)
    assert names(html) == ["Nguyễn Thị Ánh"]
    assert links(html) >= {address(mine), PRINT, EXCEL}
    assert not {link for link in links(html) if "/them/" in link}
    assert "Bùi Văn Bé" not in page(client, f"{LIST}?to-chuc=K2") + page(client, f"{LIST}?ten=be") + page(client, PRINT)
    assert client.get(address(foreign)).status_code == 404


def test_who_has_moved_away_stays_on_the_old_cells_past_roll_but_opens_no_page(client, units):
    log_in(client, units["K1"], Role.CELL_SECRETARY)
    person = member(units["K1"])
    roll.transfer(person, to=units["K3"], left_on=date(2025, 3, 1), arrived_on=date(2025, 3, 1), today=TODAY)
    assert names(page(client)) == names(page(client, f"{LIST}?tinh-trang=da-roi")) == []
    then = page(client, f"{LIST}?ngay=28/02/2025")
    assert rows(then) == [["Nguyễn Thị Ánh", "19/05/2010", "—", "~ dự bị"]]
    assert address(person) not in links(then)
    assert client.get(address(person)).status_code == 404


def test_the_place_is_said_of_each_only_where_there_are_several(client, units):
    member(units["K1"])
    log_in(client, units["D1"])
    assert [len(rows(page(client, f"{LIST}{query}"))[0]) for query in ("", "?to-chuc=D1", "?to-chuc=K1")] == [5, 5, 4]
    log_in(client, units["K1"], Role.CELL_SECRETARY)
    assert len(rows(page(client))[0]) == 4


# --- what narrows it --------------------------------------------------------------------------------------------------
@pytest.fixture
def crowd(officer, units):
    """Six people who differ in all that one can ask for."""
    exempt = member(units["K1"], "A1", "Trần Văn Đức", born_on=date(1950, 1, 1), sex="male", joined_on=date(1975, 3, 1),
                    official_on=date(1976, 3, 1))  # fmt: skip
    states.record_state(exempt, kind=StateKind.EXEMPT, valid_from=date(2020, 1, 1), today=TODAY)
    away = member(units["K2"], "A2", "Lê Thị Hòa", born_on=date(1990, 6, 1), sex="female", joined_on=date(2015, 3, 1),
                  official_on=date(2016, 3, 1))  # fmt: skip
    states.record_state(away, kind=StateKind.AWAY, valid_from=date(2026, 1, 1), today=TODAY)
    past = member(units["K2"], "A3", "Lê Thị Hoa", born_on=date(1991, 6, 1), sex="female", joined_on=date(2015, 4, 1),
                  official_on=date(2016, 4, 1))  # fmt: skip
    states.record_state(
        past, kind=StateKind.SUSPENDED, valid_from=date(2025, 1, 1), valid_until=date(2025, 4, 1), today=TODAY
    )
    member(units["K3"], "A4", "Vũ Văn Dự", born_on=date(2001, 11, 22), sex="male", joined_on=date(2026, 2, 3))
    member(units["C"], "A5", "Đỗ Quang Chính", joined_on=date(2005, 1, 1), official_on=date(2006, 1, 1))
    left = member(units["K3"], "A6", "Cao Thị Lan", born_on=date(1980, 1, 1), sex="female", joined_on=date(2005, 1, 1))
    moved(left, Kind.RESIGNED, units["K3"], date(2024, 5, 5))


ASKED = {
    "": "A5 A4 A1 A3 A2",
    "ten=HOA": "A3 A2",
    "ten=hòa": "A3 A2",
    "ten=A5": "A5",
    "to-chuc=D1": "A1 A3 A2",
    "to-chuc=K2": "A3 A2",
    "to-chuc=Chi bộ Trung tâm Y tế": "A5",
    "to-chuc=khong": "A5 A4 A1 A3 A2",
    "loai=du-bi": "A4",
    "loai=chinh-thuc&gioi-tinh=nu": "A3 A2",
    "gioi-tinh=nam": "A4 A1",
    "tuoi-tu=35&tuoi-den=36": "A3 A2",
    "tuoi-den=25": "A4",
    "tuoi-tu=26": "A1 A3 A2",
    "nam-vao=2015": "A3 A2",
    "tinh-trang=mien": "A1",
    "tinh-trang=tam-di": "A2",
    "tinh-trang=dinh-chi": "",
    "tinh-trang=dinh-chi&ngay=31/03/2025": "A3",
    "tinh-trang=da-roi": "A6",
    "tinh-trang=da-roi&to-chuc=D1": "",
    "ngay=04/05/2024": "A5 A1 A3 A2 A6",
    "ngay=31/12/1975&loai=du-bi": "A1",
    "ngay=05/05/2024&to-chuc=D2": "",
    "ten=hoa&loai=du-bi": "",
    "sort=-ten": "A2 A3 A1 A4 A5",
    "sort=vao-dang": "A1 A5 A2 A3 A4",
    "sort=to-chuc": "A1 A3 A2 A4 A5",
}
"""What the address asks for → the codes of those listed, in their order."""


def test_every_part_of_the_address_narrows_the_list(client, crowd):
    assert {query: listed_codes(client, query) for query in ASKED} == ASKED


def listed_codes(client, query: str) -> str:
    """Codes in the order of the Excel file, which must be the order of the page."""
    sheet = read(take_out(client, f"{EXCEL}?{query}"))
    rows = [row for row in sheet.iter_rows(min_row=4, values_only=True) if row[1]]  # without the stamp
    found, by_name = [row[0] for row in rows], [row[1] for row in rows]
    assert [name.rsplit(" (", 1)[0] for name in names(page(client, f"{LIST}?{query}"))] == by_name
    return " ".join(found)


def read(response):
    return openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content)))["DANH_SACH"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("to-chuc=khong", "Không có tổ chức “khong” trong phạm vi của bạn"),
        ("tuoi-tu=60&tuoi-den=50", "Tuổi sau phải từ tuổi trước trở lên"),
        ("tuoi-tu=-1", "Hãy ghi một tuổi từ 18 đến 120"),
        ("tuoi-tu=x", "Tuổi phải là số"),
        ("nam-vao=1929", "Hãy ghi một năm từ 1930 đến 2026"),
        ("ngay=01/01/2027", "Hãy ghi một ngày từ 01/01/1930 đến 22/11/2026"),
        ("ngay=31/02/2025", "Ngày phải viết dạng ngày/tháng/năm"),
        ("ngay=01/01/2025&tinh-trang=da-roi", "Danh sách tại một ngày chỉ gồm người đang trong danh sách ngày ấy"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_left_out(client, crowd, query, said):
    html = page(client, f"{LIST}?{query}")
    assert said in visible(html)
    assert len(names(html)) == (1 if "da-roi" in query or "tuoi-tu=60" in query else 5)


def test_a_day_is_answered_by_the_tree_of_that_day(client, officer, units):
    member(units["K1"])
    tree.reparent(units["K1"], units["D2"], on=date(2026, 3, 1), today=TODAY)
    asked = ["?to-chuc=D1", "?to-chuc=D2", "?to-chuc=D1&ngay=28/02/2026", "?to-chuc=D2&ngay=28/02/2026"]
    assert [len(names(page(client, f"{LIST}{query}"))) for query in asked] == [0, 1, 1, 0]


def test_who_has_left_stands_with_how_and_when(client, officer, units):
    left = member(units["K1"])
    moved(left, Kind.TRANSFERRED_OUT, units["K1"], date(2026, 3, 1))
    mistake = roll.enter_member(
        left.__class__(code="X", full_name="Vũ Văn Xuân"), kind=Kind.ADMITTED, organization=units["K1"],
        effective_on=date(2026, 3, 1), today=TODAY,
    )  # fmt: skip
    roll.reverse_movement(mistake, reason="Nhầm", today=TODAY)
    found = {row[0]: row[-1] for row in rows(page(client, f"{LIST}?tinh-trang=da-roi"))}
    assert found == {"Nguyễn Thị Ánh": "○ chuyển đi 01/03/2026", "Vũ Văn Xuân": "○ chưa vào danh sách"}


# --- empty ------------------------------------------------------------------------------------------------------------
def test_empty_lists_say_what_to_do(client, officer, units):
    html = page(client)
    assert "Hãy nhập danh sách đảng viên từ tệp Excel" in html
    assert reverse("cells:workbook") in links(html)
    assert "Hãy bỏ bớt điều kiện tìm" in page(client, f"{LIST}?ten=x")
    log_in(client, units["K1"], Role.CELL_SECRETARY)
    assert "Hãy đề nghị cấp ủy cấp trên nhập danh sách" in page(client)
    assert "Không có ai để in" in page(client, PRINT)


def test_who_may_not_see_members_is_told_whom_to_ask(client, units):
    member(units["K1"])
    log_in(client, None, Role.ADMINISTRATOR)
    html = page(client)
    assert "hãy đề nghị Ban Tổ chức ghi phân công" in html
    assert "Nguyễn Thị Ánh" not in html
    assert [client.get(url).status_code for url in (PRINT, EXCEL)] == [403, 403]


# --- on paper ---------------------------------------------------------------------------------------------------------
def test_the_print_has_a_section_for_each_cell_and_a_line_to_sign(client, officer, units):
    member(units["K2"], full_name="Lê Thị Hòa", official_on=date(2011, 5, 19))
    member(units["K1"], full_name="Trần Văn Đức", born_on=date(1988, 1, 1), born_precision="year", education="Đại học")
    html = page(client, f"{PRINT}?to-chuc=D1")
    text = visible(html)
    assert "Đảng bộ huyện Minh Sơn Đảng bộ xã Minh Hòa ĐẢNG CỘNG SẢN VIỆT NAM" in text
    assert "1. Chi bộ thôn Đồng Tâm · 1 đảng viên" in text
    assert "2. Chi bộ thôn Đông Thịnh · 1 đảng viên" in text
    assert "Danh sách có 2 đảng viên, trong đó chính thức 1." in text
    assert text.count("T/M CẤP ỦY") == 1
    assert rows(html, "print-table") == [
        ["1", "Trần Văn Đức", "1988", "", "19/05/2010", "", "Đại học", "dự bị"],
        ["1", "Lê Thị Hòa", "", "", "19/05/2010", "19/05/2011", "", ""],
    ]


def test_each_cell_can_have_a_sheet_of_its_own(client, officer, units):
    for cell in ("K1", "K2"):
        member(units[cell])
    text = visible(page(client, f"{PRINT}?to-chuc=D1&rieng=1"))
    assert text.count("T/M CHI BỘ") == 2
    assert text.count("Danh sách có 1 đảng viên") == 2


def test_a_print_that_would_fill_a_folder_is_refused_with_the_way_out(client, officer, units, monkeypatch):
    monkeypatch.setattr("cells.views.members.LONGEST_PRINT", 1)
    for cell in ("K1", "K2"):
        member(units[cell])
    assert links(page(client, f"{PRINT}?loai=du-bi")) >= {f"?loai=du-bi&to-chuc={code}" for code in ("D1", "D2", "C")}
    monkeypatch.setattr("cells.views.members.MOST_BASES", 2)
    assert "chọn một tổ chức cơ sở rồi bấm Bản in" in page(client, PRINT)


# --- in Excel --------------------------------------------------------------------------------------
def test_the_excel_file_leaves_a_trail_and_leaves_sensitive_columns_out(client, officer, units):
    member(units["K1"], code="M1", ethnicity="Tày", religion="Công giáo", born_on=date(1988, 5, 1),
           born_precision="month", sex="female", education="Đại học")  # fmt: skip
    response = take_out(client, f"{EXCEL}?to-chuc=D1")
    sheet = read(response)
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells[0][0] == "Danh sách đảng viên Đảng bộ xã Minh Hòa đến 22/11/2026"
    assert cells[3][:6] == ["M1", "Nguyễn Thị Ánh", "05/1988", "nữ", "K1", "Chi bộ thôn Đồng Tâm"]
    assert not {"Tày", "Công giáo", "Dân tộc", "Tôn giáo"} & {value for row in cells for value in row}
    event = AuditEvent.objects.get(action="export")
    assert (event.actor, event.changes["rows"], event.scope_path) == (officer.username, 1, units["D1"].path)


def test_a_file_too_long_to_wait_for_is_refused_with_the_way_out(client, officer, units, monkeypatch):
    monkeypatch.setattr("cells.views.members.LONGEST", 1)
    for cell in ("K1", "K2"):
        member(units[cell])
    response = client.get(f"{EXCEL}?loai=du-bi", follow=True)
    assert response.redirect_chain == [(f"{LIST}?loai=du-bi", 302)]
    assert "Hãy chọn một tổ chức rồi tải lại" in response.content.decode()


# --- how many questions, how robust ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("url", "most"),
    [(LIST, 12), (f"{LIST}?tinh-trang=da-roi", 13), (f"{LIST}?ngay=01/01/2026", 14), (f"{LIST}?to-chuc=D1&ten=a", 13),
     (PRINT, 14), (EXCEL, 11)],
)  # fmt: skip
def test_the_list_asks_as_many_questions_for_one_row_as_for_three(client, officer, units, url, most):
    counts = []
    for size in (1, 2):
        for _ in range(size):
            base = organization(kind="base_committee", parent=units["H"])
            member(organization(parent=base), born_on=date(1990, 1, 1))
            member(units["K1"])
            moved(member(units["K1"]), Kind.DIED, units["K1"], date(2026, 2, 1))
        client.get(url)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= most


def test_a_long_list_is_the_same_list(client, officer, units, monkeypatch):
    """Beyond the count the rows are asked for in another way, and the pages go on as before."""
    for number in range(7):
        member(units["K1" if number % 2 else "K3"], full_name=f"Trần Văn {'ABCDEGH'[number]}")
    member(organization("Z", kind="base_cell"), full_name="Người Ngoài")
    monkeypatch.setattr("cells.views.members.PAGE_SIZE", 2)
    short = [names(page(client, f"{LIST}?page={number}")) for number in (1, 2, 3)]
    monkeypatch.setattr("core.lists.COUNTED", 5)
    html = page(client)
    assert [names(page(client, f"{LIST}?page={number}")) for number in (1, 2)] == short[:2]
    assert names(page(client, f"{LIST}?page=3")) == short[2][:1]
    assert "hơn 5 người" in visible(html)
    assert "Danh sách còn dài nữa" in page(client, f"{LIST}?page=3")


@pytest.mark.proof
def test_no_address_ends_in_an_error_or_shows_a_stranger(client, units):
    log_in(client, units["D1"])
    member(units["K1"], born_on=date(1990, 1, 1))
    member(units["K3"], full_name="Người Ngoài Phạm Vi")
    chance = random.Random(20261122)
    values = ["", "K1", "K3", "D2", "H", "-1", "0", "99999999999999999999", "1e5", "abc", "\x00", "%", "đ", "'", "<b>",
              "du-bi", "chinh-thuc", "nam", "nu", "mien", "da-roi", "01/01/2025", "31/02/2025", "01/01/0001", "²", "٣",
              "qua-han", "thieu", "2026-12", "-ten", "to-chuc", "--ten", "1", "last", "nguoi"]  # fmt: skip
    fields = ["ten", "to-chuc", "loai", "gioi-tinh", "tuoi-tu", "tuoi-den", "nam-vao", "tinh-trang", "ngay", "sort",
              "page", "rieng", "thang", "x"]  # fmt: skip
    places = [LIST, PRINT, EXCEL, f"{LIST}du-bi/", f"{LIST}du-bi/excel/"]
    for _ in range(cases(quick=40, full=3000)):
        query = [(chance.choice(fields), chance.choice(values)) for _ in range(chance.randint(1, 5))]
        url = chance.choice(places)
        response = client.get(url, query_params=query)
        assert response.status_code == 200, (url, query)
        if not response.streaming:
            assert "Người Ngoài Phạm Vi" not in response.content.decode(), (url, query)


def test_only_reading_is_possible(client, officer):
    assert {client.post(url).status_code for url in (LIST, PRINT)} == {405}
    assert client.head(LIST).status_code == 200


def test_a_name_from_the_list_opens_where_its_reader_may_open_it(client, units):
    person = member(units["K1"], joined_on=date(2026, 2, 1))
    away = member(units["K1"], full_name="Vũ Văn Thành", joined_on=date(2026, 2, 1))
    roll.transfer(away, to=units["K3"], left_on=date(2026, 3, 1), arrived_on=date(2026, 3, 1), today=TODAY)
    log_in(client, units["K1"], Role.CELL_SECRETARY)
    found = links(page(client, f"/tong-quan/{units['K1'].public_id}/nguoi/ket-nap/"))
    assert address(person) in found
    assert address(away) not in found
    out = away.movements.get(kind=Kind.TRANSFERRED_OUT)
    assert f"{LIST}phieu-chuyen/{out.public_id}/" in links(
        page(client, f"/tong-quan/{units['K1'].public_id}/nguoi/chuyen-di/")
    )


def test_a_user_without_an_office_sees_nobody(client, units):
    member(units["K1"])
    client.force_login(user())
    assert "Nguyễn Thị Ánh" not in page(client)

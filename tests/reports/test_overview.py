"""Tổng quan: which figures, and what each number leads to."""

import re
from datetime import date
from html import unescape

import pytest

from cells.kinds import MovementKind as Kind
from cells.services import roll, tree
from reports.services.targets import assign_target
from tests.factories import TODAY, appointment, district, member, moved, user
from tests.pages import visible_text
from tests.reports.overview_pages import HOME, address, cards, declare, page, populate, table, visible

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_one_day(monkeypatch):
    monkeypatch.setattr("core.dates.today", lambda: TODAY)


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


# --- Figures ---------------------------------------------------------------------------------------------------
def test_the_page_says_the_rate_with_numerator_denominator_base_and_date(client, officer, units):
    populate(units["K1"], opening=60, admitted=2)
    populate(units["K3"], opening=40, admitted=1, year=2025)
    assign_target(units["D1"], 2026, 4)
    html = page(client)
    assert "<h1>Kết nạp đảng viên năm 2026</h1>" in html
    assert "số liệu đến 22/11/2026 · tỷ lệ tính trên 101 đảng viên đầu năm (31/12/2025)" in visible_text(html)
    found = cards(html)
    assert found["Tỷ lệ kết nạp"] == [
        "1,98%", "2/101 đảng viên đầu năm · mục tiêu 3–4%", "cùng kỳ 1,00% ( 1 /100, đến 22/11/2025)",
    ]  # fmt: skip
    assert found["Đã kết nạp"] == ["2", "50,00% chỉ tiêu 4 · còn 2 người", "còn 2 người để đạt 3%"]
    assert found["Đảng viên"] == ["101 → 103", "đầu năm → hiện nay", "tăng 2 · giảm 0"]
    assert found["Chi bộ chưa kết nạp được đảng viên"] == [
        "3 / 4", "năm 2026, đến 22/11/2026", "không kết nạp 3 từ 1 năm · 2 từ 2 năm · 2 từ 3 năm",
    ]  # fmt: skip
    assert "Mô hình ba cấp, theo Chỉ thị" in html


def test_the_table_has_a_row_for_each_unit_directly_below_and_their_sum(client, officer, units):
    populate(units["K1"], opening=60, admitted=2)
    populate(units["C"], opening=20)
    assign_target(units["D1"], 2026, 2)
    assert table(page(client)) == [
        ["Chi bộ Trung tâm Y tế", "20", "0", "0/20 người", "—", "—", "0/20", "○ Xem theo số người"],
        ["Đảng bộ xã Minh Hòa", "60", "2", "3,33%", "2", "100,00", "0/60 0,00%", "✓ Đạt chỉ tiêu"],
        ["Đảng bộ xã Phú Khê", "0", "0", "—", "—", "—", "—", "○ Chưa có đảng viên"],
        ["Cộng", "80", "2", "2,50%", "2", "100,00", "0/80 0,00%", "✓ Đạt chỉ tiêu"],
    ]


def test_the_table_sorts_by_each_number_with_the_unknown_and_the_closed_last(client, officer, units):
    populate(units["K1"], opening=60, admitted=1)
    populate(units["K3"], opening=40, admitted=2)
    populate(units["C"], opening=20, admitted=1)
    assign_target(units["D1"], 2026, 4)
    assign_target(units["D2"], 2026, 2)
    tree.dissolve(units["C"], on=date(2026, 6, 1), today=TODAY)

    def order(sort: str) -> list[str]:
        names = {"Đảng bộ xã Minh Hòa": "D1", "Đảng bộ xã Phú Khê": "D2"}
        return [names.get(row[0], "C") for row in table(page(client, f"{HOME}?sort={sort}"))[:-1]]

    assert {sort: order(sort) for sort in ("", "dau-nam", "-dau-nam", "ket-nap", "-ty-le", "dat", "-dat", "x")} == {
        "": ["D1", "D2", "C"],
        "dau-nam": ["D2", "D1", "C"],
        "-dau-nam": ["D1", "D2", "C"],
        "ket-nap": ["D1", "D2", "C"],
        "-ty-le": ["D2", "D1", "C"],
        "dat": ["D1", "D2", "C"],
        "-dat": ["D2", "D1", "C"],
        "x": ["D1", "D2", "C"],
    }


def test_a_closed_unit_with_figures_stands_last_and_says_so(client, officer, units):
    populate(units["C"], opening=20, admitted=1)
    tree.dissolve(units["C"], on=date(2026, 6, 1), today=TODAY)
    assert table(page(client))[-2][0] == "Chi bộ Trung tâm Y tế đã sáp nhập hoặc thôi hoạt động"
    assert table(page(client, f"{HOME}?nam=2025"))[0][0] == "Chi bộ Trung tâm Y tế"


def test_units_bear_the_names_and_places_of_the_period(client, officer, units):
    populate(units["K1"], opening=5)
    tree.rename(units["D1"], "Đảng bộ phường Minh Hòa", on=date(2026, 3, 1), today=TODAY)
    tree.reparent(units["K1"], units["D2"], on=date(2026, 3, 1), today=TODAY)
    assert [row[:2] for row in table(page(client))[1:3]] == [
        ["Đảng bộ phường Minh Hòa", "0"],
        ["Đảng bộ xã Phú Khê", "5"],
    ]
    assert [row[:2] for row in table(page(client, f"{HOME}?nam=2025"))[1:3]] == [
        ["Đảng bộ xã Minh Hòa", "5"], ["Đảng bộ xã Phú Khê", "0"],
    ]  # fmt: skip


def test_a_cell_shows_its_movements(client, officer, units):
    populate(units["K1"], opening=2)
    newcomer = member(units["K1"], full_name="Lê Thị Ánh", joined_on=None, born_on=date(1999, 3, 1))
    moved(newcomer, Kind.ADMITTED, units["K1"], date(2026, 2, 3), held_on=date(2026, 2, 20), document="12-QĐ/HU")
    html = page(client, address(units["K1"]))
    assert "Lê Thị Ánh (1999) kết nạp 03/02/2026 20/02/2026 12-QĐ/HU —" in visible(html)
    assert "table-cards figures" not in html
    assert "Chi bộ chưa kết nạp" not in html


def test_what_the_parts_do_not_add_up_to_has_a_row(client, officer, units):
    populate(units["K1"], opening=5)
    populate(units["D1"], opening=3, admitted=1)
    assert table(page(client, address(units["D1"])))[-2] == ["Ngoài các tổ chức trên", "3", "1", ""]


def test_other_ways_of_reckoning_change_the_base_and_say_which(client, officer, units):
    populate(units["K1"], opening=60, admitted=2)
    said = {
        "closing": "62 đảng viên cuối kỳ (22/11/2026)",
        "average": "61 đảng viên bình quân đầu kỳ và cuối kỳ (31/12/2025 và 22/11/2026)",
        "term": "60 đảng viên đầu nhiệm kỳ (31/12/2025)",
        "target": "4 người theo chỉ tiêu được giao",
    }
    assign_target(units["H"], 2026, 4)
    for base, words in said.items():
        html = page(client, f"{HOME}?tinh-tren={base}")
        assert f"tỷ lệ tính trên {words}" in visible_text(html)
    assert cards(html)["Tỷ lệ kết nạp"][:2] == ["50,00%", "2/4 người theo chỉ tiêu được giao"], "no band for a target"


def test_the_ceremony_may_decide(client, officer, units):
    newcomer = member(units["K1"], joined_on=None)
    moved(newcomer, Kind.ADMITTED, units["K1"], date(2025, 12, 20), held_on=date(2026, 1, 15))
    assert cards(page(client))["Đã kết nạp"][0] == "0"
    html = page(client, f"{HOME}?theo=ceremony")
    assert cards(html)["Đã kết nạp"][0] == "1"
    assert "tính theo ngày tổ chức lễ kết nạp" in html


def test_any_days_may_be_asked_for(client, officer, units):
    populate(units["K1"], opening=50)
    for day in (date(2026, 2, 1), date(2026, 4, 1), date(2026, 8, 1)):
        member(units["K1"], joined_on=day)
    html = page(client, f"{HOME}?tu=01/03/2026&den=30/06/2026")
    assert "<h1>Kết nạp đảng viên từ 01/03/2026 đến 30/06/2026</h1>" in html
    assert cards(html)["Đảng viên"][:2] == ["51 → 52", "đầu kỳ → 30/06/2026"]
    assert cards(html)["Tỷ lệ kết nạp"][0] == "2,00%", "the base stays that of the year, never annualised"
    long = page(client, f"{HOME}?tu=01/01/2025&den=30/06/2026")
    assert table(long)[-1][-1] == "—", "no verdict on more than a year"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("nam=abc", "Năm phải là số có bốn chữ số"),
        ("nam=2027", "Hãy ghi một năm từ 1930 đến 2026."),
        ("tinh-tren=x", "Không có cách tính này."),
        ("tu=31/02/2026", "Ngày phải viết dạng ngày/tháng/năm"),
        ("tu=01/06/2026&den=01/05/2026", "Ngày cuối phải từ 01/06/2026 trở đi"),
        ("tu=23/11/2026", "Ngày đầu phải trong khoảng 01/01/1930 đến 22/11/2026."),
        ("tu=01/06/2026&den=01/05/2027", "Ngày cuối không được sau 31/12/2026."),
    ],
)
def test_a_wrong_parameter_is_said_and_left_out(client, officer, units, query, said):
    for url in (f"{HOME}?{query}", address(units["H"], "nguoi", "ket-nap", query=f"?{query}")):
        html = page(client, url)
        assert said in visible_text(html)
        assert "năm 2026</h1>" in html


def test_days_are_read_day_first(client, officer):
    assert "đến 02/01/2026</h1>" in page(client, f"{HOME}?den=02/01/2026")


# --- Declared years ----------------------------------------------------------------------------------------------
def test_declared_figures_are_marked_and_lead_to_the_declaration(client, officer, units):
    declare(units["D1"], 2020, opening=100, admitted=4, died=1, closing=103)
    populate(units["K3"], opening=50)
    html = page(client, f"{HOME}?nam=2020")
    assert [row[0] for row in table(html)] == [
        "Chi bộ Trung tâm Y tế", "Đảng bộ xã Minh Hòa khai báo", "Đảng bộ xã Phú Khê", "Cộng khai báo",
    ]  # fmt: skip
    assert cards(html)["Chi bộ chưa kết nạp được đảng viên"][0] == "2 / 2", "of K1 and K2 nobody knows"
    html = page(client, address(units["H"], "nguoi", "ket-nap", query="?nam=2020"))
    assert "Đảng bộ huyện Minh Sơn · 4 người" in visible_text(html)
    assert "Đảng bộ xã Minh Hòa 2020 4 100 4 4 1 103" in visible(html)


def test_a_declared_year_says_nothing_of_the_same_days_a_year_before(client, officer, units):
    populate(units["K1"], opening=50)
    declare(units["D1"], 2025, opening=50, admitted=4, closing=54)
    html = page(client)
    assert [row[6] for row in table(html)] == ["—", "—", "—", "—"]
    assert cards(html)["Tỷ lệ kết nạp"][-1] == "cùng kỳ năm trước: không có số liệu để so"


def test_part_of_a_declared_year_warns_that_only_facts_are_counted(client, officer, units):
    declare(units["D1"], 2020, opening=100, admitted=4, closing=104)
    assert "không dùng được số khai báo" in page(client, f"{HOME}?tu=01/01/2020&den=30/06/2020")


def test_where_one_declaration_speaks_for_all_there_is_no_table_of_empty_units(client, officer, units):
    declare(units["H"], 2020, opening=200, admitted=7, closing=207)
    html = page(client, f"{HOME}?nam=2020")
    assert "chỉ có số liệu khai báo chung của Đảng bộ huyện Minh Sơn" in html
    assert "table-cards figures" not in html
    assert cards(html)["Chi bộ chưa kết nạp được đảng viên"] == ["—", "không có số liệu của từng chi bộ"]


# --- What each number leads to -------------------------------------------------------------------------------------
def test_every_number_leads_to_a_list_that_counts_it(client, officer, units):
    person = populate(units["K1"], opening=8, admitted=2)[0]
    populate(units["K3"], opening=5, admitted=1, year=2025)
    populate(units["C"], opening=4)
    declare(units["C"], 2026, opening=30, admitted=3, resigned=1, closing=32)
    roll.transfer(person, to=units["K3"], left_on=date(2026, 5, 1), arrived_on=date(2026, 5, 8), today=TODAY)
    leaving = member(units["K2"])
    moved(leaving, Kind.DIED, units["K2"], date(2026, 6, 1))
    pages = [HOME, address(units["D1"]), address(units["K1"]), f"{HOME}?nam=2025", f"{HOME}?tinh-tren=term",
             f"{HOME}?tu=01/01/2026&den=30/06/2026", f"{HOME}?theo=ceremony"]  # fmt: skip
    checked = 0
    for url in pages:
        for link, text in re.findall(r'<a href="([^"]*/nguoi/[^"]*)">(.*?)</a>', page(client, url)):
            html = page(client, unescape(link))
            number = int(re.search(r" · ([\d.]+) người · số liệu đến", visible_text(html))[1].replace(".", ""))
            if not text.endswith("%"):
                assert text.split()[0] == str(number), (url, link)
            listed = re.search(r"Danh sách · ([\d.]+) người", visible_text(html))
            declared = re.search(r"Số khai báo · ([\d.]+) người", visible_text(html))
            assert sum(int(found[1]) for found in (listed, declared) if found) == number
            checked += 1
    assert checked > 40


def test_cells_without_admissions_are_listed(client, officer, units):
    populate(units["K1"], opening=3, admitted=1)
    populate(units["K2"], opening=4)
    html = page(client, address(units["D1"], "chi-bo-chua-ket-nap"))
    assert "1 chi bộ" in visible_text(html)
    assert "Chi bộ thôn Đông Thịnh Đảng bộ xã Minh Hòa 4 4" in visible(html)


def test_an_admission_again_is_marked(client, officer, units):
    person = member(units["K1"], joined_on=date(2010, 5, 19))
    moved(person, Kind.STRUCK_OFF, units["K1"], date(2015, 1, 1))
    moved(person, Kind.ADMITTED, units["K1"], date(2026, 2, 1))
    assert "kết nạp lại" in page(client, address(units["H"], "nguoi", "ket-nap"))


def test_long_lists_come_in_pages(client, officer, units):
    populate(units["K1"], opening=51)
    first, second = (page(client, address(units["H"], "nguoi", "dau-nam", query=f"?page={n}")) for n in (1, 2))
    assert [html.count('<th scope="row">') for html in (first, second)] == [50, 1]
    assert "Trang 2/2" in second


def test_ethnicity_and_religion_are_nowhere(client, officer, units):
    member(units["K1"], joined_on=date(2026, 2, 1), ethnicity="Tày-thử", religion="Công giáo-thử")
    pages = [HOME, address(units["K1"]), *(address(units["H"], "nguoi", what) for what in ("ket-nap", "cuoi-ky"))]
    assert [word for url in pages for word in ("Tày-thử", "Công giáo-thử") if word in page(client, url)] == []

"""Số liệu khai báo: years of an organisation, or one year of its units, typed in as in a spreadsheet."""

import random
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cells.declared import FIGURES
from cells.models import DeclaredYear
from cells.roles import Role
from cells.services.declared import DeclarationChange, mark, save_declared_years
from core import audit
from reports.services.figures import refresh_figures
from tests.factories import TODAY, appointment, district, organization, user
from tests.pages import visible_text
from tests.proof import cases
from tests.reports.grid_pages import fields, labels, problems, read, rows, send
from tests.reports.overview_pages import declare, log_in, populate

pytestmark = [pytest.mark.once, pytest.mark.django_db]

CAN_GIO = {"opening": 700, "admitted": 77, "transferred_in": 16, "transferred_out": 6, "died": 1, "struck_off": 1,
           "closing": 785}  # fmt: skip


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


def address(unit, query: str = "") -> str:
    return f"/ke-hoach/{unit.public_id}/so-lieu-nam/{query}"


def cell(unit, year, column) -> str:
    return f"{column}-{unit.pk}-{year}"


def typed(unit, year, **numbers) -> dict[str, str]:
    return {cell(unit, year, column): str(value) for column, value in numbers.items()}


def stored(unit, year):
    return DeclaredYear.objects.filter(organization=unit, year=year).first()


def change(unit, year, numbers, reason="Rà soát"):
    figures = numbers and dict.fromkeys(FIGURES, 0) | numbers
    save_declared_years([DeclarationChange(unit, year, figures, mark(stored(unit, year)))], today=TODAY, reason=reason)


# --- Years of one organisation -----------------------------------------------------------------------------------
def test_the_years_before_the_roll_are_offered_to_be_filled_in(client, officer, units):
    declare(units["H"], 2002, **CAN_GIO)
    html = read(client, address(units["H"]))
    found = rows(html)
    assert [row[0] for row in found] == [str(year) for year in range(2002, 2026)]
    assert found[0] == ["2002", "[700]", "[77]", "[16]", "[0]", "[6]", "[1]", "[0]", "[1]", "[0]", "[785]", ""]
    assert found[1] == ["2003", *["[]"] * 10, "chưa khai"]
    assert labels(html)[cell(units["H"], 2003, "opening")] == "Đảng viên đầu năm, năm 2003, Đảng bộ huyện Minh Sơn"


@pytest.mark.parametrize(
    ("query", "first"), [("", "2016"), ("?tu=1990", "1990"), ("?tu=2020", "2016"), ("?tu=1900", "2016")]
)
def test_one_says_from_which_year_on(client, officer, units, query, first):
    html = read(client, address(units["D1"], query))
    assert rows(html)[0][0] == first
    assert ("Hãy ghi một năm từ 1967 đến 2026." in html) is (query == "?tu=1900")


def test_a_year_is_declared_an_empty_number_is_nought_and_the_closing_computed(client, officer, units):
    url = address(units["D1"])
    response = send(client, url, read(client, url), typed(units["D1"], 2020, opening="1.000", admitted=30, died=5))
    assert response.status_code == 302
    row = stored(units["D1"], 2020)
    assert (row.opening, row.admitted, row.reinstated, row.died, row.closing) == (1000, 30, 0, 5, 1025)
    assert "Đã lưu 1 dòng. Số liệu đang được tính lại." in read(client, url)
    assert "Không có dòng nào đổi." in read(client, url) or send(client, url, read(client, url)).status_code == 302


def test_a_closing_that_does_not_add_up_is_told_at_its_row_with_the_expected_number(client, officer, units):
    url = address(units["D1"])
    numbers = typed(units["D1"], 2020, opening=100, admitted=3, closing=104) | typed(
        units["D1"], 2019, opening=2, died=3
    )
    page = send(client, url, read(client, url), numbers).content.decode()
    assert problems(page) == [
        "Đảng viên cuối năm, năm 2019, Đảng bộ xã Minh Hòa : Số giảm nhiều hơn số có 1 người. Hãy kiểm tra lại các cột "
        "giảm.",
        "Đảng viên cuối năm, năm 2020, Đảng bộ xã Minh Hòa : Phải là 103, bằng đầu năm + tăng − giảm.",
    ]
    assert fields(page)[cell(units["D1"], 2020, "closing")] == "104"
    assert DeclaredYear.objects.count() == 0


def test_an_opening_that_is_not_the_closing_before_is_warned_of_at_its_cell(client, officer, units):
    declare(units["D1"], 2019, opening=100, closing=100)
    declare(units["D1"], 2020, opening=102, closing=102)
    url = address(units["D1"])
    assert "Khác số cuối năm 2019: 100." in rows(read(client, url))[4][1]
    page = send(client, url, read(client, url), typed(units["D1"], 2019, admitted=2, closing=102)).content.decode()
    assert problems(page) == ["Lý do sửa : Có số liệu đã khai bị sửa hoặc xóa. Hãy ghi lý do."]
    assert rows(page)[4][1] == "[102]", "what is typed counts for the warning too"
    assert "Khác số cuối năm 2019: 100." in rows(read(client, address(units["D1"], "?nam=2020")))[0][1]


def test_a_change_needs_a_reason(client, officer, units):
    declare(units["D1"], 2020, opening=100, closing=100)
    url = address(units["D1"])
    numbers = typed(units["D1"], 2020, opening=101, closing=101)
    assert send(client, url, read(client, url), numbers).status_code == 200
    assert send(client, url, read(client, url), numbers, reason="Đếm lại").status_code == 302
    assert stored(units["D1"], 2020).opening == 101


def test_an_emptied_row_is_deleted_after_one_agrees(client, officer, units):
    declare(units["D1"], 2020, opening=100, admitted=3, closing=103)
    url = address(units["D1"])
    nothing = typed(units["D1"], 2020, **dict.fromkeys(FIGURES, ""))
    page = send(client, url, read(client, url), nothing, reason="Nhầm đơn vị").content.decode()
    assert problems(page) == [
        "Đồng ý xóa các khai báo vừa bỏ trống : Sẽ xóa Đảng bộ xã Minh Hòa năm 2020, đảng viên đầu năm 100, kết nạp 3, "
        "đảng viên cuối năm 103. Hãy đánh dấu đồng ý rồi lưu, hoặc điền lại các ô."
    ]
    assert stored(units["D1"], 2020)
    assert send(client, url, page, confirm="on", reason="Nhầm đơn vị").status_code == 302
    assert stored(units["D1"], 2020) is None
    assert 'name="confirm"' not in read(client, url)


def test_the_slower_of_two_sees_what_stands_there_now_and_keeps_what_was_typed(client, officer, units):
    declare(units["D1"], 2020, opening=100, closing=100)
    url = address(units["D1"])
    html = read(client, url)
    with audit.acting(user=user("mai.tt", "Trần Thị Mai")):
        change(units["D1"], 2020, {"opening": 90, "admitted": 5, "closing": 95})
    numbers = typed(units["D1"], 2020, opening=101, closing=101)
    page = send(client, url, html, numbers, reason="Đếm lại").content.decode()
    assert re.fullmatch(
        r"Đảng viên đầu năm, năm 2020, Đảng bộ xã Minh Hòa : Trần Thị Mai, \d\d:\d\d \d\d/\d\d/\d{4}: nay là đảng viên "
        r"đầu năm 90, kết nạp 5, đảng viên cuối năm 95\. Hãy giữ hoặc sửa số của bạn rồi lưu lần nữa\.",
        problems(page)[1],
    )
    assert fields(page)[cell(units["D1"], 2020, "opening")] == "101"
    assert stored(units["D1"], 2020).opening == 90
    assert send(client, url, page, reason="Đếm lại").status_code == 302
    assert stored(units["D1"], 2020).opening == 101


def test_a_row_deleted_meanwhile_is_told(client, officer, units):
    declare(units["D1"], 2020, opening=100, closing=100)
    url = address(units["D1"])
    html = read(client, url)
    with audit.acting(user=user("mai.tt", "Trần Thị Mai")):
        change(units["D1"], 2020, None)
    numbers = typed(units["D1"], 2020, opening=101, closing=101)
    page = send(client, url, html, numbers, reason="Đếm lại").content.decode()
    assert "Trần Thị Mai, " in problems(page)[1]
    assert ": khai báo này đã bị xóa." in problems(page)[1]


# --- One year of the units -----------------------------------------------------------------------------------------
def test_one_year_shows_the_organisation_its_units_and_their_sum(client, officer, units):
    declare(units["H"], 2020, opening=300, admitted=9, closing=309)
    declare(units["D1"], 2020, opening=100, admitted=3, closing=103)
    declare(units["D2"], 2020, opening=199, admitted=6, closing=205)
    populate(units["K1"], admitted=1, year=2020)
    html = read(client, address(units["H"], "?nam=2020"))
    found = rows(html)
    assert [[row[0], row[1], row[2], row[10], row[11]] for row in found] == [
        ["Đảng bộ huyện Minh Sơn", "[300]", "[9]", "[309]", "▸ thay cho danh sách cấp dưới cũng khai"],
        ["Chi bộ Trung tâm Y tế", "[]", "[]", "[]", "chưa khai"],
        ["Đảng bộ xã Minh Hòa", "[100]", "[3]", "[103]", "▸ thay cho danh sách"],
        ["Đảng bộ xã Phú Khê", "[199]", "[6]", "[205]", ""],
        ["Cộng cấp dưới", "299", "9", "308", ""],
    ]
    assert "Năm 2020 Đảng bộ huyện Minh Sơn đã khai số chung" in visible_text(html)


def test_only_a_page_of_many_units_is_sent_and_the_sum_counts_the_others(client, officer, units, monkeypatch):
    monkeypatch.setattr("reports.views.declared.PAGE_SIZE", 2)
    for code, opening in (("C", 10), ("D1", 100), ("D2", 1000)):
        declare(units[code], 2020, opening=opening, closing=opening)
    html = read(client, address(units["H"], "?nam=2020&page=2"))
    assert [row[1] for row in rows(html)] == ["[100]", "[1.000]", "1.110"]
    assert 'data-grid-sum="opening" data-elsewhere="10"' in html


def test_a_declaration_that_a_higher_one_stands_in_for_says_so(client, officer, units):
    declare(units["H"], 2020, opening=300, closing=300)
    declare(units["D1"], 2020, opening=100, closing=100)
    note = "~ Đảng bộ huyện Minh Sơn khai số chung, không cộng số này"
    assert rows(read(client, address(units["D1"], "?nam=2020")))[0][11] == note


def test_units_are_declared_together_or_not_at_all(client, officer, units):
    url = address(units["H"], "?nam=2020")
    numbers = typed(units["D1"], 2020, opening=100, admitted=3) | typed(units["D2"], 2020, opening=50, closing=51)
    assert len(problems(send(client, url, read(client, url), numbers).content.decode())) == 1
    assert DeclaredYear.objects.count() == 0
    numbers |= typed(units["D2"], 2020, closing=50)
    assert send(client, url, read(client, url), numbers).headers["Location"] == url
    assert (stored(units["D1"], 2020).closing, stored(units["D2"], 2020).closing) == (103, 50)


def test_gaps_to_the_roll_are_told_with_ways_to_both(client, officer, units):
    populate(units["K1"], opening=1)
    declare(units["D1"], 2020, opening=3, closing=3)
    for url in (address(units["D1"]), address(units["H"], "?nam=2020")):
        html = read(client, url)
        assert "cuối năm 2020 đã khai 3 đảng viên, danh sách đầu năm 2021 có 1" in html
        assert f"{address(units['D1'])}?nam=2020" in html
        assert f"/tong-quan/{units['D1'].public_id}/nguoi/dau-nam/?nam=2021" in html


# --- Who may ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("role", "place"), [(Role.CELL_SECRETARY, "K1"), (Role.INSPECTOR, "H")])
def test_others_read_and_change_nothing(client, units, role, place):
    declare(units["K1"], 2020, opening=10, closing=10)
    person = user()
    appointment(person, units[place], role, valid_until=date(2027, 1, 1))
    client.force_login(person)
    html = read(client, address(units["K1"]))
    assert [name for name in fields(html) if "-" in name and name != "da-xem"] == []
    assert rows(html) == [["2020", "10", *["0"] * 8, "10", ""]]
    assert client.post(address(units["K1"]), typed(units["K1"], 2020, opening=11)).status_code == 403


@pytest.mark.parametrize(
    ("query", "said"), [("", "Chưa khai số liệu năm nào"), ("?nam=2020", "Chưa khai số liệu năm này")]
)
def test_a_reader_of_nothing_is_told_so(client, units, query, said):
    log_in(client, units["K1"], role=Role.CELL_SECRETARY)
    assert said in read(client, address(units["K1"], query))


def test_a_committee_declares_within_its_own_part(client, units):
    log_in(client, units["D1"])
    url = address(units["D1"], "?nam=2020")
    html = read(client, url)
    assert {name.rpartition("-")[0].rpartition("-")[2] for name in labels(html)} == {
        str(units[code].pk) for code in ("D1", "K1", "K2")
    }
    forged = typed(units["D2"], 2020, opening=5, closing=5) | typed(units["K1"], 2020, opening=7)
    assert send(client, url, html, forged).status_code == 302
    assert [row.organization.code for row in DeclaredYear.objects.select_related("organization")] == ["K1"]


# --- How many questions, how robust --------------------------------------------------------------------------------
@pytest.mark.parametrize("query", ["", "?nam=2020"])
def test_pages_ask_as_many_questions_for_one_row_as_for_three(client, officer, units, query):
    counts = []
    for size in (1, 3):
        for number in range(size):
            declare(organization(parent=units["D1"]), 2020 - number, opening=5, closing=5)
            declare(units["D1"], 2018 + 2 * len(counts) + number, opening=5, closing=5)
        refresh_figures(TODAY)
        client.get(address(units["D1"], query))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address(units["D1"], query)).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 18


@pytest.mark.proof
def test_no_form_ends_in_an_error(client, officer, units):
    declare(units["D1"], 2020, opening=100, closing=100)
    chance = random.Random(20261122)
    values = ["", "0", "5", "1.000", "-1", "x", "99999999999999999999", "٣", "\x00", "1e5", "<b>", "[" * 500]
    urls = [address(units["D1"]), address(units["D1"], "?nam=2020"), address(units["D1"], "?tu=%00&page=x&nam=9e9"),
            f"/ke-hoach/{units['D1'].public_id}/", "/ke-hoach/cach-tinh/"]  # fmt: skip
    pages = {url: fields(client.get(url).content.decode()) for url in urls}
    for _ in range(cases(quick=60, full=2000)):
        url = chance.choice(urls)
        names = [*pages[url], "reason", "confirm", "low", "high", "base", "term_start", "shown", "x"]
        sent = pages[url] | {chance.choice(names): chance.choice(values) for _ in range(chance.randint(1, 6))}
        assert client.post(url, sent).status_code in (200, 302), (url, sent)

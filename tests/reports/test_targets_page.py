"""Kế hoạch, chỉ tiêu: what one page shows, to whom, on paper and in Excel."""

import re
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localtime

from cells.kinds import OrganizationKind
from cells.roles import Role
from cells.services import tree
from core.models import AuditEvent
from reports.models import Plan, Target
from reports.services.figures import refresh_figures
from tests.factories import TODAY, appointment, district, organization, user
from tests.pages import take_out, visible_text
from tests.reports.grid_pages import (
    DOCUMENT,
    HOME,
    address,
    fields,
    give,
    labels,
    plan,
    read,
    rows,
    send,
    target,
    value_of,
)
from tests.reports.overview_pages import cards, log_in, populate, visible, without_tokens

pytestmark = [pytest.mark.once, pytest.mark.django_db]


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


# --- What is shown ---------------------------------------------------------------------------------------------------
def test_one_page_shows_what_was_given_from_above_and_what_is_shared_out(client, officer, units):
    populate(units["K1"], opening=40, admitted=1)
    populate(units["C"], opening=10)
    populate(units["K1"], admitted=2, year=2025)
    give(units["H"], 10, **DOCUMENT)
    give(units["H"], 11, Plan)
    for code, value in (("D1", 6), ("D2", 1), ("C", 1)):
        give(units[code], value, **DOCUMENT)
    give(units["D1"], 5, year=2025)
    give(units["K1"], 4)
    give(units["K2"], 3)
    html = read(client, address(units["H"]))
    assert cards(html) == {
        "Chỉ tiêu được giao": ["10", "19,23% của 52 đảng viên", "Kế hoạch số 21-KH/HU, 20/12/2025"],
        "Kế hoạch tự đề ra": ["11", f"ghi ngày {localtime(Plan.objects.get().recorded_at):%d/%m/%Y}"],
        "Đã giao cấp dưới": ["8", "1 đơn vị chia xuống chưa khớp chỉ tiêu của mình"],
        "Cần cho 3–4%": ["2–3", "người kết nạp · đã kết nạp 1", "năm 2025 kết nạp 2"],
    }
    found = rows(html)
    day = f"{localtime(Target.objects.first().recorded_at):%d/%m/%Y}"
    assert [row[:9] for row in found] == [
        ["Toàn Đảng bộ", "52", "2–3", "5", "2", "1", "[10]", "[11]", "~ còn 2 chưa giao"],
        ["Chi bộ Trung tâm Y tế", "10", "dưới 1", "—", "0", "0", "[1]", "[]", ""],
        ["Đảng bộ xã Minh Hòa", "42", "2", "5", "2", "1", "[6]", "[]", "7 ▸ giao thừa 1"],
        ["Đảng bộ xã Phú Khê", "0", "—", "—", "0", "0", "[1]", "[]", "○ chưa chia xuống"],
        ["Cộng cấp dưới", "", "8", "—", "~ còn 2 chưa giao"],
    ]
    assert found[2][9] == f"Lịch sử của Đảng bộ xã Minh Hòa: {day} Kế hoạch số 21-KH/HU"
    assert "Đảng bộ huyện Minh Sơn · 52 đảng viên đầu năm · mục tiêu 3–4%" in visible_text(html)


def test_sums_that_do_not_agree_are_told_at_both_levels(client, officer, units):
    give(units["D1"], 6)
    give(units["K1"], 2)
    assert "còn 4 chưa giao" in rows(read(client, address(units["H"])))[2][8]
    assert cards(read(client, address(units["D1"])))["Đã giao cấp dưới"] == ["2"]
    assert rows(read(client, address(units["D1"])))[0][8] == "~ còn 4 chưa giao"


def test_a_unit_without_a_number_counts_what_stands_below_it(client, officer, units):
    give(units["H"], 5)
    give(units["K1"], 2)
    give(units["D2"], 3)
    html = read(client, address(units["H"]))
    assert [row[6] for row in rows(html)[1:4]] == ["[]", "[]", "[3]"]
    assert rows(html)[4] == ["Cộng cấp dưới", "", "5", "—", "✓ giao đủ"]
    cell = re.search(rf'<input[^>]*name="{target(units["D1"])}"[^>]*>', html)[0]
    assert 'data-otherwise="2"' in cell, "for the sum that follows what is typed"


def test_every_cell_names_its_unit_and_year(client, officer, units):
    spoken = labels(read(client, address(units["D2"], query="?nam=2027")))
    assert set(spoken.values()) == {
        f"{what} năm 2027, {unit}"
        for what in ("Chỉ tiêu", "Kế hoạch")
        for unit in ("Đảng bộ xã Phú Khê", "Chi bộ thôn Khê Thượng")
    }


def test_plans_for_next_year_are_made_in_december_on_the_roll_of_now(client, officer, units):
    populate(units["K1"], opening=99, admitted=1)
    give(units["D1"], 4)
    html = read(client, address(units["H"], query="?nam=2027"))
    assert "100 đảng viên theo danh sách hiện nay" in html
    assert rows(html)[2][:7] == ["Đảng bộ xã Minh Hòa", "100", "3–4", "4", "1", "[]", "[]"]
    assert "Năm nay" not in html
    assert re.findall(r'<a class="btn btn-plain" href="([^"]*)">[^<]*Năm', html) == ["?"], "no year after the next"


@pytest.mark.parametrize(
    ("query", "said"),
    [("?nam=2028", "Hãy ghi một năm từ 1930 đến 2027."), ("?nam=x", "Năm phải là số có bốn chữ số, ví dụ 2027.")],
)
def test_a_year_that_cannot_be_is_told_and_left_out(client, officer, units, query, said):
    html = read(client, address(units["H"], query=query))
    assert said in html
    assert "Kế hoạch, chỉ tiêu năm 2026" in html


def test_a_year_before_the_unit_says_so(client, officer, units):
    late = organization("K9", "Chi bộ mới", parent=units["D1"], valid_from=date(2026, 3, 1))
    assert "Chi bộ mới chưa thành lập vào năm 2025" in visible_text(read(client, address(late, query="?nam=2025")))


def test_a_closed_unit_keeps_its_number_in_the_sum_and_takes_no_new_one(client, officer, units):
    give(units["K2"], 2)
    tree.dissolve(units["K2"], on=date(2026, 7, 1), today=TODAY)
    html = read(client, address(units["D1"]))
    assert [row[0] for row in rows(html)] == [
        "Toàn Đảng bộ", "Chi bộ thôn Đồng Tâm", "Chi bộ thôn Đông Thịnh đã thôi hoạt động", "Cộng cấp dưới",
    ]  # fmt: skip
    assert rows(html)[3][2] == "2"
    assert plan(units["K2"]) not in fields(html)
    assert rows(read(client, address(units["D1"], query="?nam=2027")))[-2][0] == "Chi bộ thôn Đồng Tâm"


def test_a_unit_that_moved_out_of_sight_is_in_the_sum_but_not_listed(client, units):
    give(units["K1"], 2, year=2025)
    give(units["K2"], 1, year=2025)
    tree.reparent(units["K1"], units["D2"], on=date(2026, 3, 1), today=TODAY)
    log_in(client, units["D1"])
    assert rows(read(client, address(units["D1"], query="?nam=2025")))[1:] == [
        ["Chi bộ thôn Đông Thịnh", "0", "—", "—", "0", "0", "[1]", "[]", "", rows_day(units["K2"])],
        ["Tổ chức khác, ngoài phạm vi của bạn", "", "2", "0", ""],
        ["Cộng cấp dưới", "", "3", "—", "○ chưa có chỉ tiêu"],
    ]


def rows_day(unit) -> str:
    row = Target.objects.filter(organization=unit).latest("pk")
    return f"Lịch sử của {unit.name}: {localtime(row.recorded_at):%d/%m/%Y}"


# --- Who may ---------------------------------------------------------------------------------------------------------
def test_a_committee_plans_for_itself_and_assigns_below_only(client, units):
    log_in(client, units["D1"])
    url = address(units["D1"])
    html = read(client, url)
    assert {name for name in fields(html) if re.match("target|plan", name)} == {
        f"plan-p{units['D1'].pk}",
        *(f"{what}{units[code].pk}" for code in ("K1", "K2") for what in ("target-t", "plan-p")),
    }
    forged = {target(units["D1"]): "1", target(units["D2"]): "1", plan(units["D1"]): "5"}
    assert send(client, url, html, forged).status_code == 302
    assert Target.objects.count() == 0
    assert value_of(units["D1"], Plan) == 5


@pytest.mark.parametrize(
    ("role", "place"), [(Role.CELL_SECRETARY, "K1"), (Role.INSPECTOR, "H"), (Role.INSPECTOR, "D1")]
)
def test_others_read_and_change_nothing(client, units, role, place):
    give(units["K1"], 3, **DOCUMENT)
    person = user()
    appointment(person, units[place], role, valid_until=date(2027, 1, 1))
    client.force_login(person)
    html = read(client, address(units["K1"]))
    assert [name for name in fields(html) if re.match("target|plan|reason", name)] == []
    assert cards(html)["Chỉ tiêu được giao"][0] == "3"
    assert "Kế hoạch số 21-KH/HU" in html
    assert 'name="luu"' not in html
    assert client.post(address(units["K1"]), {target(units["K1"]): "4"}).status_code == 403
    assert value_of(units["K1"]) == 3


def test_a_foreign_organisation_answers_like_one_that_does_not_exist(client, units):
    log_in(client, units["D1"])
    unknown = f"{HOME}00000000-0000-0000-0000-000000000000/"
    for rest in ("", "in/", "excel/", "so-lieu-nam/"):
        for method in (client.get, client.post) if rest in ("", "so-lieu-nam/") else (client.get,):
            foreign, missing = method(address(units["D2"]) + rest), method(unknown + rest)
            assert [answer.status_code for answer in (foreign, missing)] == [404, 404]
            assert without_tokens(foreign) == without_tokens(missing)


def test_the_entry_leads_to_the_own_place_or_a_choice(client, units):
    log_in(client, units["D1"])
    assert client.get(f"{HOME}?nam=2027").headers["Location"] == address(units["D1"], query="?nam=2027")
    log_in(client, units["D1"], units["D2"])
    assert re.findall(rf'href="{HOME}([^"]+)/"', read(client, HOME)) == [
        str(units[code].public_id) for code in ("D1", "D2")
    ]
    client.force_login(user())
    assert "Hãy đề nghị Ban Tổ chức" in read(client, HOME)


# --- On paper, in Excel ----------------------------------------------------------------------------------------------
def test_the_sheet_has_every_number_and_leaves_its_trail(client, officer, units):
    populate(units["K1"], opening=100, admitted=1)
    give(units["H"], 10)
    give(units["D1"], 6, **DOCUMENT)
    content = b"".join(take_out(client, address(units["H"], "excel")).streaming_content)
    sheet = openpyxl.load_workbook(BytesIO(content)).active
    lines = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert lines[0][0] == "Phân bổ chỉ tiêu kết nạp đảng viên năm 2026: Đảng bộ huyện Minh Sơn"
    assert lines[1][0] == "Chỉ tiêu của toàn Đảng bộ là 10, cấp dưới cộng lại là 06: còn 4 chưa giao."
    start = next(place for place, line in enumerate(lines) if line[0] == "Mã")
    assert lines[start + 1][:13] == [
        "H",
        "Đảng bộ huyện Minh Sơn",
        100,
        3,
        4,
        None,
        0,
        1,
        10,
        None,
        6,
        None,
        "còn 4 chưa giao",
    ]
    d1 = next(line for line in lines if line[0] == "D1")
    assert (d1[8], d1[12], d1[13], d1[14].date()) == (6, "chưa chia xuống", "Kế hoạch số 21-KH/HU", date(2025, 12, 20))
    event = AuditEvent.objects.get(action="export")
    assert (event.scope_path, event.changes["rows"]) == (units["H"].path, 4)


def test_the_printed_appendix_cites_the_plan_it_belongs_to(client, officer, units):
    populate(units["K1"], opening=100)
    populate(units["C"], opening=10)
    give(units["H"], 4)
    html = read(client, address(units["H"], "in"))
    assert "(kèm theo Kế hoạch số -KH/HU, ngày tháng năm 20 của Huyện ủy Minh Sơn)" in visible_text(html)
    give(units["D1"], 3, **DOCUMENT)
    html = read(client, address(units["H"], "in"))
    text = visible_text(html)
    assert "Phụ lục" in text
    assert "Phân bổ chỉ tiêu kết nạp đảng viên năm 2026" in text
    assert "(kèm theo Kế hoạch số 21-KH/HU, ngày 20/12/2025 của Huyện ủy Minh Sơn)" in text
    body = html[html.index("<tbody>") : html.index("</tbody>")]
    found = [
        [visible(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)]
        for row in re.findall(r"<tr.*?</tr>", body, re.S)
    ]
    assert found == [
        ["", "Toàn Đảng bộ", "110", "—", "0", "4", "3,64", "—", ""],
        ["1", "Chi bộ Trung tâm Y tế", "10", "—", "0", "—", "—", "—", ""],
        ["2", "Đảng bộ xã Minh Hòa", "100", "—", "0", "3", "3,00", "—", ""],
        ["3", "Đảng bộ xã Phú Khê", "0", "—", "0", "—", "—", "—", ""],
    ]
    assert "Chỉ tiêu của toàn Đảng bộ là 04, cấp dưới cộng lại là 03: còn 1 chưa giao." in text


# --- How many questions ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rest", ["", "?nam=2027", "?de-xuat=1", "in/", "excel/"])
def test_pages_ask_as_many_questions_for_one_row_as_for_three(client, officer, units, rest):
    counts = []
    for _ in (1, 2):
        for _ in range(len(counts) + 1):
            base = organization(kind=OrganizationKind.BASE_COMMITTEE, parent=units["H"])
            populate(organization(parent=base), opening=1, admitted=1)
            give(base, 2)
            give(base, 3, Plan)
        refresh_figures(TODAY)
        client.get(address(units["H"]) + rest)
        with CaptureQueriesContext(connection) as asked:
            response = client.get(address(units["H"]) + rest)
            assert response.status_code == 200
            b"".join(response)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 23

"""The list of files: who is on it for whom, what narrows it, the board, on paper, as a file, and how many questions."""

from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cells.roles import Role
from core.models import AuditEvent, ExportEntry
from pipeline.queries.case_list import ON_BOARD
from pipeline.services.people import edit_person
from tests import factories
from tests.cells.roll_pages import names, rows
from tests.pages import take_out
from tests.pipeline import files
from tests.pipeline.case_pages import client_of, read
from tests.today import TODAY

pytestmark = pytest.mark.django_db
LIST, PRINT = "/nguon/", "/nguon/in/"


@pytest.fixture
def units():
    found = factories.district()
    for key in ("K1", "K3"):
        files.official(found[key], full_name=f"Vũ Văn {key}")
    return found


def opened(cell, name: str, until: str = "", ago: int = 20, **details):
    case = files.opened(cell, TODAY - timedelta(days=ago), files.person(name, **details))
    if until:
        files.walk(case, until, every=1)
    return case


@pytest.fixture
def cases(units):
    return {
        "Mai": opened(units["K1"], "Trần Thị Mai", "application"),
        "Đức": opened(units["K1"], "Hoàng Văn Đức", born_on=date(1996, 2, 3)),
        "Ánh": opened(units["K3"], "Nguyễn Thị Ánh", "sympathiser_list", ago=100),
    }


def page(client, query: str = "") -> str:
    answer = client.get(f"{LIST}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_each_sees_the_files_of_the_own_units_with_birth_year_stage_and_next_step(units, cases):
    html = page(client_of(units["H"], Role.BOARD_OFFICER))
    assert names(html) == ["Nguyễn Thị Ánh (1998)", "Trần Thị Mai (1998)", "Hoàng Văn Đức (1996)"]
    row = rows(html)[1]
    assert row[1] == "Chi bộ thôn Đồng Tâm Đảng bộ xã Minh Hòa"
    assert row[2] == "▸ đang làm hồ sơ"
    assert row[3] == "Tự khai lý lịch Giúp đỡ: Vũ Văn K1"
    assert names(page(client_of(units["K1"]))) == ["Trần Thị Mai (1998)", "Hoàng Văn Đức (1996)"]
    assert names(page(client_of(units["D2"], Role.COMMITTEE_OFFICER))) == ["Nguyễn Thị Ánh (1998)"]
    assert names(page(client_of(units["K2"]))) == []


def test_what_is_overdue_stands_on_top_in_colour_word_and_sign(units, cases):
    html = page(client_of(units["H"], Role.BOARD_OFFICER))
    assert rows(html)[0][-1].startswith("! ")
    assert "ngày" in rows(html)[0][-1]
    assert 'chip-late"' in html


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?ten=anh", {"Ánh"}),
        ("?ten=HS-2026-00002", {"Đức"}),
        ("?giai-doan=ho-so", {"Mai"}),
        ("?to-chuc=K3", {"Ánh"}),
        ("?to-chuc=D1", {"Mai", "Đức"}),
        ("?giup-do=vu van k1", {"Mai"}),
        ("?han=qua-han", {"Ánh"}),
        ("?tinh-trang=tam-dung", set()),
        ("?tinh-trang=tat-ca", {"Mai", "Đức", "Ánh"}),
        ("?giai-doan=khong-co", {"Mai", "Đức", "Ánh"}),
    ],
)
def test_what_narrows_the_list_stands_in_the_address(units, cases, query, found):
    html = page(client_of(units["H"], Role.BOARD_OFFICER), query)
    assert {key for key in cases if any(name.split(" (")[0].endswith(key) for name in names(html))} == found


@pytest.mark.parametrize(
    ("sort", "first"), [("ten", "Nguyễn Thị Ánh"), ("-ten", "Trần Thị Mai"), ("giai-doan", "Hoàng Văn Đức")]
)
def test_the_order_stands_in_the_address(units, cases, sort, first):
    html = page(client_of(units["H"], Role.BOARD_OFFICER), f"?sort={sort}")
    assert names(html)[0].startswith(first)


def test_paused_files_stay_on_the_list_and_closed_ones_are_found(units, cases):
    files.done(cases["Mai"], "paused", reason="Đi học")
    files.done(cases["Đức"], "withdrew", reason="Hoàn cảnh")
    client = client_of(units["K1"])
    assert names(page(client)) == ["Trần Thị Mai (1998)"]
    assert "tạm dừng" in page(client)
    assert names(page(client, "?tinh-trang=da-thoi")) == ["Hoàng Văn Đức (1996)"]


def test_an_empty_list_says_what_to_do(units):
    text = read(client_of(units["K1"]), LIST)
    assert "Chưa có quần chúng nào được giới thiệu" in text
    assert "Giới thiệu người mới" in text
    assert "Bạn chưa được phân công" in read(client_of(None, Role.ADMINISTRATOR), LIST)


def test_the_board_shows_each_stage_with_its_count_and_a_few_people(units, cases):
    for number in range(ON_BOARD + 2):
        opened(units["K1"], f"Lê Văn {'ABCDEGHIKLMN'[number]}")
    client = client_of(units["H"], Role.BOARD_OFFICER)
    html = page(client, "?xem=bang")
    read(client, f"{LIST}?xem=bang")
    assert html.count("Lê Văn ") + html.count("Hoàng Văn ") == ON_BOARD
    assert f"Xem đủ {ON_BOARD + 3} người" in html
    assert "?giai-doan=nguon" in html
    assert "Nguyễn Thị Ánh" in html


@pytest.mark.parametrize("query", ["", "?xem=bang"])
def test_list_and_board_ask_the_same_number_of_questions_for_any_length(units, query):
    client = client_of(units["H"], Role.BOARD_OFFICER)
    counts = []
    for number in range(3):
        opened(units["K1"], f"Trần Văn {'ABC'[number]}", "helper")
        client.get(f"{LIST}{query}")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"{LIST}{query}")
        counts.append(len(asked))
    assert len(set(counts)) == 1, counts


def test_the_print_has_a_section_for_each_cell_and_is_in_the_trail(units, cases):
    client = client_of(units["H"], Role.BOARD_OFFICER)
    text = read(client, PRINT)
    assert "Chi bộ thôn Đồng Tâm, Đảng bộ xã Minh Hòa · 2 người" in text
    assert AuditEvent.objects.filter(action=AuditEvent.Action.PRINT, label__startswith="Danh sách nguồn").exists()
    assert client_of(None, Role.ADMINISTRATOR).get(PRINT).status_code == 403


def sheet(answer) -> list[list]:
    book = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))
    return [list(row) for row in book.active.iter_rows(values_only=True)]


def test_the_file_goes_through_the_gate_with_masked_columns_off(units, cases):
    edit_person(cases["Mai"], ethnicity="Qwzdantoc", today=TODAY, version=cases["Mai"].version)
    client = client_of(units["K1"])
    url = f"{LIST}?tep=xlsx&giai-doan=ho-so"
    lines = sheet(take_out(client, url))
    assert any("Trần Thị Mai" in line for line in lines)
    assert not any("Hoàng Văn Đức" in line for line in lines)
    assert "Dân tộc" not in str(lines)
    assert "Qwzdantoc" not in str(lines)
    assert ExportEntry.objects.count() == 1
    columns = ["Họ và tên", "Dân tộc"]
    answer = take_out(client, url, columns=columns, detail="Lập mẫu kèm báo cáo năm")
    assert ExportEntry.objects.order_by("pk").last().columns == columns
    assert "attachment" not in answer.headers.get("Content-Disposition", "") or "Qwzdantoc" in str(sheet(answer))


def test_a_masked_column_is_open_only_in_the_rows_one_may_reveal(units, cases):
    for key in ("Mai", "Ánh"):
        edit_person(cases[key], ethnicity=f"Qwz{key}", today=TODAY, version=cases[key].version)
    client = client_of(units["K1"])
    factories.appointment(client.person, units["D2"], Role.INSPECTOR, valid_until=TODAY.replace(year=2027))
    columns = {"columns": ["Họ và tên", "Dân tộc"], "detail": "Lập mẫu kèm báo cáo năm"}
    answer = take_out(client, f"{LIST}?tep=xlsx", **columns)
    values = {line[0]: line[1] for line in sheet(answer) if len(line) > 1 and line[1]}
    assert values["Trần Thị Mai"] == "QwzMai"
    assert "Qwz" not in values["Nguyễn Thị Ánh"]


def test_new_ones_begin_with_the_cell_that_the_address_names(units):
    officer = client_of(units["D1"], Role.COMMITTEE_OFFICER)
    form = officer.get(f"{reverse('pipeline:case-new')}?to-chuc=K2").context["form"]
    assert form.fields["organization"].initial == units["K2"]
    assert client_of(units["H"], Role.INSPECTOR, valid_until=TODAY.replace(year=2027)).get(
        reverse("pipeline:case-new")
    ).status_code == 403  # fmt: skip

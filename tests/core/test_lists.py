"""Lists on pages, and Excel files made of them."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from core.documents.sheets import Marked, Sheets, Table, Wrapped
from core.lists import LongListPaginator, in_order
from core.models import CalendarDay, Job
from core.names import file_name

ORDERS = {"ten": ("title", "kind"), "moi": ("-created_at",)}


@pytest.mark.parametrize(
    ("asked", "columns"),
    [
        ("ten", ("title", "kind", "-pk")),
        ("-ten", ("-title", "-kind", "-pk")),
        ("moi", ("-created_at", "-pk")),
        ("-moi", ("created_at", "-pk")),
        ("", ("created_at", "-pk")),
        ("pk; drop", ("created_at", "-pk")),
    ],
)
def test_a_list_stands_as_its_address_asks_else_as_it_stands_by_default(asked, columns):
    assert in_order(Job.objects.all(), asked, ORDERS, "-moi").query.order_by == columns


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rows", "count", "pages", "says"), [(0, 0, 1, "0"), (4, 4, 2, "4"), (5, 5, 2, "5"), (6, 5, 2, "hơn 5")]
)
def test_a_long_list_is_counted_and_paged_as_far_as_is_of_use(monkeypatch, rows, count, pages, says):
    monkeypatch.setattr("core.lists.COUNTED", 5)
    for number in range(rows):
        CalendarDay.objects.create(date=date(2026, 1, 1 + number), is_working=True)
    days = CalendarDay.objects.order_by("date")
    paginator = LongListPaginator(days, 3, when_long=days.filter(is_working=True))
    assert (paginator.count, paginator.num_pages, paginator.count_text) == (count, pages, says)
    last = paginator.get_page(99)
    assert [day.date.day for page in paginator for day in page] == list(range(1, count + 1))
    assert len(last) == count - 3 * (pages - 1)
    assert last.number == pages


def written(table: Table):
    content = BytesIO()
    with Sheets(content, table.title) as book:
        count = book.add("DANH_SACH", table)
    return count, openpyxl.load_workbook(content)["DANH_SACH"]


def test_a_table_becomes_a_sheet_with_real_numbers_and_days():
    rows = [["Trần Thị Ánh", date(2026, 1, 2), 3, Decimal("2.81"), None]]
    table = Table("Danh sách", ["Họ và tên", "Ngày", "Số", "Tỷ lệ", "Ghi chú"], rows, lead=["Danh sách"], notes=["Hết"])
    count, sheet = written(table)
    assert count == 1
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=1, max_row=5)] == [
        ["Danh sách", None, None, None, None],
        [None] * 5,
        ["Họ và tên", "Ngày", "Số", "Tỷ lệ", "Ghi chú"],
        ["Trần Thị Ánh", sheet["B4"].value, 3, 2.81, None],
        [None] * 5,
    ]
    assert (sheet["B4"].value.date(), sheet["B4"].number_format, sheet["A6"].value) == (
        date(2026, 1, 2), "dd/mm/yyyy", "Hết",
    )  # fmt: skip
    assert sheet.freeze_panes == "A4"


def test_a_copy_keeps_every_kind_of_value_and_marked_cells_stand_out():
    rows = [["Tên", "Ngày"], [Marked("=A1", "late"), Marked(date(2026, 1, 2), "soon"), True, 12.5, Marked("", "late")],
            [Wrapped("một\nhai"), Wrapped("")]]  # fmt: skip
    content = BytesIO()
    with Sheets(content, "x") as book:
        book.copy("SO", rows, [5, 40], fixed=1)
    sheet = openpyxl.load_workbook(content)["SO"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["Tên", "Ngày", None, None, None],
        ["=A1", sheet["B2"].value, True, 12.5, None],
        ["một\nhai", None, None, None, None],
    ]
    assert (sheet["A2"].data_type, sheet["B2"].value.date(), sheet["B2"].number_format) == (
        "s", date(2026, 1, 2), "dd/mm/yyyy",
    )  # fmt: skip
    assert [sheet[at].fill.fgColor.rgb for at in ("A2", "B2", "E2")] == ["FFF8C9C5", "FFFBE3A8", "FFF8C9C5"]
    assert (sheet.freeze_panes, sheet["A3"].alignment.wrap_text) == ("A2", True)


@pytest.mark.parametrize("text", ["=1+1", "+84", "-5", "@x", "\t=1"])
def test_what_a_person_typed_never_becomes_a_formula(text):
    _, sheet = written(Table("x", ["Tên"], [[text]]))
    assert (sheet["A2"].data_type, sheet["A2"].value) == ("s", text)


@pytest.mark.parametrize(
    ("title", "name"),
    [("Danh sách: 1/2?", "Danh sách- 1-2"), ("../../etc", "etc"), ("", "Ket qua"), ("a" * 300, "a" * 120)],
)
def test_a_title_makes_a_file_name_every_system_takes(title, name):
    assert file_name(title) == name

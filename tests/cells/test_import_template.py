"""The template and the example to download: what they explain is what is read."""

from io import BytesIO

import pytest
from django.urls import reverse

from cells.workbook.book import GUIDE
from cells.workbook.example import example_rows, write_example
from cells.workbook.guide import write_template
from cells.workbook.importing import registered_sheets, run_import
from cells.workbook.reading import RawSheet, typed_rows
from tests.factories import TODAY, appointment, district, user
from tests.imports import sheets_of
from tests.workbooks import messages, write_book

COLUMNS = [(sheet, column) for sheet in registered_sheets() for column in sheet.columns]


def rows_of(page):
    return [[cell.value for cell in line] for line in page.iter_rows()]


@pytest.fixture(scope="module")
def template():
    content = BytesIO()
    write_template(content)
    return content.getvalue()


def test_the_template_has_a_guide_and_every_sheet_with_its_headers(template):
    book = sheets_of(template)
    assert book.sheetnames == ["HUONG_DAN", "TO_CHUC", "DANG_VIEN", "BIEN_DONG", "SO_LIEU_NAM", "CHI_TIEU", "CAM_TINH"]
    assert {name: rows_of(book[name]) for name in book.sheetnames[1:]} == {
        sheet.name: [[column.header for column in sheet.columns]] for sheet in registered_sheets()
    }


def test_the_guide_explains_every_column_in_order(template):
    lines = rows_of(sheets_of(template)[GUIDE])
    first = lines.index(["Sheet", "Cột", "Bắt buộc?", "Ý nghĩa", "Cách ghi", "Ví dụ", "Không có cột này thì"]) + 1
    assert [(line[0], line[1], line[2] == "bắt buộc") for line in lines[first:]] == [
        (sheet.name, column.header, column.required) for sheet, column in COLUMNS
    ]
    assert [line for line in lines[first:] if not line[3] or not line[4] or not line[6]] == []
    (kinds,) = [line for line in lines[first:] if line[:2] == ["BIEN_DONG", "Loại"]]
    assert kinds[4:6] == [
        "một trong: kết nạp, chuyển đến, phục hồi, chuyển đi, từ trần, khai trừ, xóa tên, xin ra", "chuyển đi",
    ]  # fmt: skip


def test_what_the_example_writes_is_what_is_read():
    """So the examples of the guide, which are taken from it, can be read too."""
    for sheet in registered_sheets():
        errors, warnings = [], []
        heads = [column.header for column in sheet.columns]
        raw = RawSheet.of_values(sheet.name, [heads, *example_rows(None)[sheet.name]])
        rows = list(typed_rows(raw, sheet.columns, errors, warnings))
        assert (errors, warnings, len(rows) > 0) == ([], [], True), sheet.name


def test_the_template_alone_is_told_to_hold_no_data(tmp_path, template, db):
    path = tmp_path / "mau.xlsx"
    path.write_bytes(template)
    result = run_import(path, today=TODAY)
    assert messages(result) == ["Tệp không có dòng dữ liệu nào. Hãy nhập dữ liệu từ dòng 2 của các sheet."]


def test_the_guide_is_left_alone_without_a_word_also_by_the_command(tmp_path, db):
    path = tmp_path / "vi-du.xlsx"
    with path.open("wb") as file:
        write_example(file, None)
    result = run_import(path, today=TODAY)
    assert (result.saved, result.errors, result.warnings) == (True, [], [])


def test_a_sheet_that_is_neither_is_still_named(tmp_path, db):
    result = run_import(write_book(tmp_path / "so.xlsx", TO_CHUC=[["Mã"], ["H"]], KHAC=[["x"]]), today=TODAY)
    assert [issue.sheet for issue in result.warnings if issue.row is None] == ["KHAC"]


@pytest.mark.parametrize("name", ["workbook-template", "workbook-example"])
def test_files_are_downloaded_under_vietnamese_names(client, db, name):
    person = user()
    appointment(person, district()["H"])
    client.force_login(person)
    response = client.get(reverse(f"cells:{name}"))
    assert response.headers["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert "Nguo%CC%82%CC%80n" not in response.headers["Content-Disposition"]
    assert response.headers["Content-Disposition"].endswith("T%E1%BA%A1o%20Ngu%E1%BB%93n.xlsx")


def test_the_example_hangs_below_the_unit_of_the_one_who_asks(client, db):
    person = user()
    units = district()
    appointment(person, units["D2"])
    client.force_login(person)
    book = sheets_of(b"".join(client.get(reverse("cells:workbook-example")).streaming_content))
    assert [line[:3] for line in rows_of(book["TO_CHUC"])[1:]] == [
        ["VD-1.01", "Chi bộ thôn Đồi Chè (ví dụ)", "D2"],
        ["VD-1.02", "Chi bộ thôn Ao Sen (ví dụ)", "D2"],
    ]

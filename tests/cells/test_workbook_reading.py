"""From the cells of a sheet to typed rows: what cannot be read is told by sheet, row, column and remedy."""

import pytest

from cells.workbook import reading
from cells.workbook.importing import registered_sheets
from cells.workbook.reading import Column, RawSheet, Row, typed_rows
from cells.workbook.values import CellError, read_code, read_count, read_text, read_year
from core.xlsx_reading import Places, SheetScan
from tests.workbooks import UNITS, imported

pytestmark = [pytest.mark.once, pytest.mark.django_db]

COLUMNS = (Column("Mã", "code", read_code, required=True, is_key=True), Column("Tên", "name", read_text))


@pytest.mark.parametrize(
    ("read", "value", "said"),
    [
        (read_count, "1000000000", "“1000000000” quá lớn, tối đa là 9.999.999. Hãy kiểm tra lại số này."),
        (read_count, 10.0**9, "“1000000000” quá lớn, tối đa là 9.999.999. Hãy kiểm tra lại số này."),
        (read_count, "1.000.000.000", "“1.000.000.000” quá lớn, tối đa là 9.999.999. Hãy kiểm tra lại số này."),
        (read_count, -1.0, "“-1” không phải là số nguyên không âm. Hãy ghi số, ví dụ 25."),
        (read_count, "1.0000", "“1.0000” không phải là số nguyên không âm. Hãy ghi số, ví dụ 25."),
        (read_count, 1.5, "“1.5” không phải là số nguyên không âm. Hãy ghi số, ví dụ 25."),
        (read_year, "20x", "“20x” không phải là năm. Hãy ghi đủ bốn chữ số, ví dụ 2026."),
        (read_year, 26.0, "“26” không phải là năm. Hãy ghi đủ bốn chữ số, ví dụ 2026."),
        (read_year, 10.0**9, "“1000000000” không phải là năm. Hãy ghi đủ bốn chữ số, ví dụ 2026."),
    ],
)
def test_a_number_that_does_not_do_is_told_why(read, value, said):
    with pytest.raises(CellError) as refused:
        read(value)
    assert str(refused.value) == said


@pytest.mark.parametrize(("value", "number"), [("1.234", 1234), ("9999999", 9_999_999), (25.0, 25), (" 7 ", 7)])
def test_numbers_are_read_as_people_write_them(value, number):
    assert read_count(value) == number


def rows_of(*rows, formulas=(), heads=("Mã", "Tên")) -> tuple[list[Row], list[tuple[int | None, str, str]]]:
    """The rows read, and the errors as row, column and message."""
    raw = RawSheet.of_values("TO_CHUC", [heads, *rows])
    raw.scan = SheetScan("TO_CHUC", formulas=Places(formulas))
    errors = []
    read = list(typed_rows(raw, COLUMNS, errors, []))
    return read, [(issue.row, issue.column, issue.message) for issue in errors]


def test_a_cell_longer_than_any_value_is_told_without_repeating_it():
    rows, errors = rows_of(["A", "x" * 32_767], ["B", "Chi bộ B"])
    assert errors == [(2, "Tên", "Ô này dài 32.767 ký tự. Hãy viết gọn lại.")]
    assert [row.values for row in rows] == [{"code": "A"}, {"code": "B", "name": "Chi bộ B"}]


def test_so_many_faults_that_nobody_can_read_them_end_the_check(monkeypatch):
    monkeypatch.setattr(reading, "MAX_FAULTS", 3)
    rows, errors = rows_of(*[[2.5, ""]] * 9)
    assert ([row.number for row in rows], errors[3:]) == (
        [2, 3, 4],
        [(5, "", "Sheet có quá nhiều lỗi nên từ dòng 5 chưa được kiểm tra. Hãy sửa các lỗi trước đó đã.")],
    )


def test_so_many_formulas_are_told_as_far_and_none_of_their_cells_is_taken_for_empty(monkeypatch):
    monkeypatch.setattr(reading, "MAX_FAULTS", 3)
    rows, errors = rows_of(*[["", "x"]] * 9, formulas=[(number, 1) for number in range(2, 11)])
    assert ([row.number for row in rows], [row for row, _, _ in errors]) == ([], [2, 3, 4, 2])


def test_a_formula_in_a_header_is_told_as_such_and_no_column_is_said_to_be_missing():
    rows, errors = rows_of(["A", "x"], formulas=[(1, 1)], heads=["", "Tên"])
    message = "Ô tiêu đề A1 chứa công thức nên không biết là cột nào. Hãy gõ lại tiêu đề bằng chữ."
    assert (rows, errors) == ([], [(1, "", message)])


def test_a_formula_in_the_header_of_a_column_nobody_needs_is_a_remark():
    rows, errors = rows_of(["A", "", "x"], formulas=[(1, 3)], heads=["Mã", "Tên", ""])
    assert ([row.values for row in rows], errors) == ([{"code": "A"}], [])


TEXTS = {
    ("TO_CHUC", "Mã"): 40, ("TO_CHUC", "Tên"): 255, ("TO_CHUC", "Mã cấp trên"): 40, ("TO_CHUC", "Lĩnh vực"): 100,
    ("TO_CHUC", "Tổ chức kế thừa"): 40, ("DANG_VIEN", "Mã đảng viên"): 40, ("DANG_VIEN", "Họ và tên"): 200,
    ("DANG_VIEN", "Dân tộc"): 60, ("DANG_VIEN", "Tôn giáo"): 60, ("DANG_VIEN", "Mã tổ chức"): 40,
    ("DANG_VIEN", "Trình độ"): 200, ("BIEN_DONG", "Mã đảng viên"): 40, ("BIEN_DONG", "Mã tổ chức"): 40,
    ("BIEN_DONG", "Số quyết định"): 120, ("SO_LIEU_NAM", "Mã tổ chức"): 40, ("CHI_TIEU", "Mã tổ chức"): 40,
    ("CAM_TINH", "Mã hồ sơ"): 40, ("CAM_TINH", "Mã đảng viên"): 40, ("CAM_TINH", "Họ và tên"): 200,
    ("CAM_TINH", "Dân tộc"): 60, ("CAM_TINH", "Tôn giáo"): 60, ("CAM_TINH", "Mã tổ chức"): 40,
    ("CAM_TINH", "Nguồn"): 200, ("CAM_TINH", "Chức danh"): 200,
}  # fmt: skip
"""Each column of text, and how long it may be."""


def test_every_text_is_as_long_as_its_field_in_the_database_takes():
    limits = {
        (sheet.name, column.header): column.longest
        for sheet in registered_sheets()
        for column in sheet.columns
        if column.read in (read_code, read_text)
    }
    assert limits == TEXTS


WORKBOOK = {
    "TO_CHUC": {"Mã": "N", "Tên": "x", "Mã cấp trên": "H", "Loại": "chi bộ", "Lĩnh vực": "x", "Đến ngày": "01/01/2026",
                "Tổ chức kế thừa": "K1"},
    "DANG_VIEN": {"Mã đảng viên": "m", "Họ và tên": "A B", "Dân tộc": "x", "Tôn giáo": "x", "Mã tổ chức": "K1",
                  "Ngày vào Đảng": "01/01/2010", "Trình độ": "x"},
    "BIEN_DONG": {"Mã đảng viên": "m", "Loại": "kết nạp", "Ngày": "01/01/2010", "Mã tổ chức": "K1",
                  "Số quyết định": "x"},
    "SO_LIEU_NAM": {"Mã tổ chức": "K1", "Năm": 2020},
    "CHI_TIEU": {"Mã tổ chức": "K1", "Năm": 2026, "Chỉ tiêu kết nạp": 1},
    "CAM_TINH": {"Mã hồ sơ": "h", "Mã đảng viên": "", "Họ và tên": "C D", "Dân tộc": "x", "Tôn giáo": "x",
                 "Mã tổ chức": "K1", "Nguồn": "x", "Chức danh": "x"},
}  # fmt: skip


@pytest.mark.parametrize(("sheet", "header"), TEXTS)
def test_a_text_too_long_for_the_database_is_told_by_its_cell(tmp_path, sheet, header):
    book = {name: dict(row) for name, row in WORKBOOK.items()}
    book[sheet][header] = "x" * (TEXTS[sheet, header] + 1)
    result = imported_rows(tmp_path, book)
    longest = TEXTS[sheet, header]
    row = 7 if sheet == "TO_CHUC" else 2
    assert (sheet, row, header, f"Ô này dài {longest + 1} ký tự, tối đa {longest}. Hãy viết gọn lại.") in [
        (issue.sheet, issue.row, issue.column, issue.message) for issue in result.errors
    ]
    assert not result.saved


def test_the_longest_texts_the_database_takes_are_stored(tmp_path):
    book = {name: dict(row) for name, row in WORKBOOK.items()}
    for (sheet, header), longest in TEXTS.items():
        if not header.startswith(("Mã", "Tổ chức")):
            book[sheet][header] = ("Ẩ " * longest)[:longest].strip()
    book["DANG_VIEN"]["Mã đảng viên"] = book["BIEN_DONG"]["Mã đảng viên"] = "m" * 40
    book["TO_CHUC"]["Mã"] = "N" * 40
    result = imported_rows(tmp_path, book)
    assert ([str(issue) for issue in result.errors], result.saved) == ([], True)


def imported_rows(tmp_path, book):
    sheets = {name: [list(row), list(row.values())] for name, row in book.items()}
    units = [[*row, *[""] * (len(UNITS[0]) - len(row))] for row in UNITS]
    heads = [*UNITS[0], "Lĩnh vực"]
    sheets["TO_CHUC"] = [heads, *units[1:], [book["TO_CHUC"].get(head, "") for head in heads]]
    return imported(tmp_path, **sheets)

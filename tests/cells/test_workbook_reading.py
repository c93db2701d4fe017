"""From the cells of a sheet to typed rows: what cannot be read is told by sheet, row, column and remedy."""

from cells.workbook import reading
from cells.workbook.reading import Column, RawSheet, Row, read_code, read_text, typed_rows
from core.xlsx_reading import Places, SheetScan

COLUMNS = (Column("Mã", "code", read_code, required=True, is_key=True), Column("Tên", "name", read_text))


def rows_of(*rows, formulas=()) -> tuple[list[Row], list[tuple[int | None, str, str]]]:
    """The rows read, and the errors as row, column and message."""
    raw = RawSheet.of_values("TO_CHUC", [["Mã", "Tên"], *rows])
    raw.scan = SheetScan("TO_CHUC", formulas=Places(formulas))
    errors = []
    read = list(typed_rows(raw, COLUMNS, errors, []))
    return read, [(issue.row, issue.column, issue.message) for issue in errors]


def test_a_cell_longer_than_any_value_is_told_without_repeating_it():
    rows, errors = rows_of(["A", "x" * 32_767], ["B", "Chi bộ B"])
    assert errors == [(2, "Tên", "Ô này dài 32.767 ký tự. Hãy rút ngắn lại.")]
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

"""Excel files for tests, written the plain way, and the small committee that several tests import."""

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from cells.workbook.importing import ImportResult, run_import
from tests.factories import TODAY

Cells = list[list[Any]]

ORGANIZATION_HEAD = ["Mã", "Tên", "Mã cấp trên", "Loại", "Từ ngày", "Đến ngày", "Tổ chức kế thừa"]
MEMBER_HEAD = ["Mã đảng viên", "Họ và tên", "Ngày sinh", "Giới tính", "Mã tổ chức", "Ngày vào Đảng"]
MOVEMENT_HEAD = ["Mã đảng viên", "Loại", "Ngày", "Mã tổ chức", "Số quyết định", "Ngày tổ chức lễ"]
DECLARED_HEAD = [
    "Mã tổ chức", "Năm", "Đảng viên đầu năm", "Kết nạp", "Chuyển đến", "Phục hồi", "Chuyển đi", "Từ trần", "Khai trừ",
    "Xóa tên", "Xin ra", "Đảng viên cuối năm",
]  # fmt: skip
TARGET_HEAD = ["Mã tổ chức", "Năm", "Chỉ tiêu kết nạp"]

UNITS: Cells = [
    ORGANIZATION_HEAD,
    ["H", "Đảng bộ huyện Minh Sơn", "", "đảng bộ cấp trên trực tiếp cơ sở"],
    ["D1", "Đảng bộ xã Minh Hòa", "H", "đảng bộ cơ sở"],
    ["D2", "Đảng bộ xã Phú Khê", "H", "đảng bộ cơ sở"],
    ["K1", "Chi bộ thôn Đồng Tâm", "D1", "chi bộ"],
    ["K2", "Chi bộ thôn Khê Thượng", "D2", "chi bộ trực thuộc"],
]


class PlainText(str):
    """A text that stays one although it begins with "=" (Excel's users type an apostrophe first)."""


def day(text: str) -> date:
    """`02/01/2026` as a date."""
    d, m, y = map(int, text.split("/"))
    return date(y, m, d)


def write_book(path: Path, **sheets: Cells) -> Path:
    """An .xlsx with *sheets*, each a list of rows from the header on."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for number, row in enumerate(rows, start=1):
            page.append(row)
            for place, value in enumerate(row, start=1):
                if isinstance(value, PlainText):
                    page.cell(number, place).data_type = "s"
    book.save(path)
    return path


def read_book(path: Path) -> dict[str, Cells]:
    """All sheets of *path* as values, rows without trailing empty cells."""
    book = openpyxl.load_workbook(path)
    found = {}
    for page in book.worksheets:
        rows = [list(row) for row in page.iter_rows(values_only=True)]
        for row in rows:
            while row and row[-1] is None:
                row.pop()
        found[page.title] = rows
    return found


def imported(tmp_path: Path, *, dry_run: bool = False, **sheets: Cells) -> ImportResult:
    """The result of importing *sheets*."""
    return run_import(write_book(tmp_path / "so.xlsx", **sheets), today=TODAY, dry_run=dry_run)


def faults(result: ImportResult) -> list[tuple[str, int | None, str]]:
    """Where the errors are: sheet, row, column."""
    return [(issue["sheet"], issue["row"], issue["column"]) for issue in result.as_json()["errors"]]


def messages(result: ImportResult) -> list[str]:
    return [issue["message"] for issue in result.as_json()["errors"]]


def counts(result: ImportResult) -> dict[str, tuple[int, int, int]]:
    """Created, updated and unchanged rows of each sheet that has any."""
    told = {name: (c.created, c.updated, c.unchanged) for name, c in result.counts.items()}
    return {name: numbers for name, numbers in told.items() if any(numbers)}

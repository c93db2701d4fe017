"""The template: a first sheet that explains every column, then the sheets with their headers.

Everything in the guide comes from the sheets themselves, so that it cannot say other than what is read.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, BinaryIO

from cells.workbook.book import GUIDE
from cells.workbook.example import example_rows
from cells.workbook.importing import Sheet, registered_sheets
from cells.workbook.values import written_as
from core.dates import format_date
from core.documents.sheets import Sheets, Table, Wrapped

TITLE = "Tạo Nguồn: mẫu nhập"
HEADS = ("Sheet", "Cột", "Bắt buộc?", "Ý nghĩa", "Cách ghi", "Ví dụ", "Không có cột này thì")
WIDTHS = (14, 24, 12, 52, 42, 26, 40)
LEAD = (
    "Hướng dẫn điền sổ nhập",
    "Mỗi sheet một loại dữ liệu; sheet nào chưa có thì bỏ trống hoặc xóa. Tiêu đề cột ở dòng 1, dữ liệu từ dòng 2.",
    "Ô để trống không xóa gì đã có (trừ Mã cấp trên). Dòng không có trong tệp được giữ nguyên. Nhập lại cùng một tệp "
    "không tạo dòng trùng.",
    "Sheet HUONG_DAN này không được đọc khi nhập; để nguyên hay xóa đều được.",
)


def write_template(target: BinaryIO) -> None:
    """The guide and the headers, nothing else."""
    write_with_guide(target, TITLE, {})


def write_with_guide(target: BinaryIO, title: str, rows: Mapping[str, Sequence[Sequence[Any]]]) -> None:
    """The guide, and every sheet with *rows* by its name."""
    with Sheets(target, title) as book:
        book.add(GUIDE, Table(GUIDE, HEADS, guide_rows(registered_sheets()), lead=LEAD, widths=WIDTHS))
        for sheet in registered_sheets():
            heads = [column.header for column in sheet.columns]
            book.add(sheet.name, Table(sheet.name, heads, rows.get(sheet.name, ())))


def guide_rows(sheets: Iterable[type[Sheet]]) -> Iterator[list[Any]]:
    """One row for each column of each sheet."""
    examples = example_rows(None)
    for sheet in sheets:
        for place, column in enumerate(sheet.columns):
            values = (row[place] for row in examples.get(sheet.name, ()))
            example = next((value for value in values if value not in (None, "")), "")
            yield [
                sheet.name,
                column.header,
                "bắt buộc" if column.required else "",
                Wrapped(column.about),
                Wrapped(written_as(column.read)),
                format_date(example) if isinstance(example, date) else example,
                Wrapped("Không đọc được sheet này." if column.is_key else column.absent),
            ]

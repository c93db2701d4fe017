"""A list as a file in each format: nothing becomes a formula, and every copy carries its stamp."""

import csv
import io
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal

import docx
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.documents.formats import MOST_ROWS, Format
from core.documents.lists import guarded, in_words, write_list
from core.documents.sheets import Marked, Table, Wrapped

pytestmark = pytest.mark.once

STAMP = "Mã bản xuất ABCDE-23456 · hai.dq"
ROWS = [
    ["=1+2", date(2026, 3, 2), 7, Decimal("3.50"), True],
    ["+84 912", None, -7, None, False],
    [Marked("@SUM(A1)", "late"), Wrapped("-dài"), 0, Decimal("0"), None],
]
TABLE = Table("Danh sách thử", ["Tên", "Ngày", "Số", "Tỷ lệ", "Có"], ROWS, lead=["Danh sách thử"], notes=["Ghi chú"])


def sheet_of(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content)).active


def test_excel_keeps_texts_as_texts_and_carries_the_stamp_three_times():
    book = openpyxl.load_workbook(io.BytesIO(write_list(Format.XLSX, TABLE, STAMP)))
    sheet = book.active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert [cell for cell in cells if cell.data_type == "f"] == []
    assert {"=1+2", "+84 912", "@SUM(A1)", "-dài"} <= {cell.value for cell in cells}
    assert [row[0].value for row in sheet.iter_rows()][-2:] == ["Ghi chú", STAMP]
    assert book.properties.description == STAMP
    assert STAMP in sheet.oddFooter.left.text


def test_csv_is_read_by_excel_here_and_runs_nothing():
    text = write_list(Format.CSV, TABLE, STAMP).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert lines == [
        ["Tên", "Ngày", "Số", "Tỷ lệ", "Có"],
        ["'=1+2", "02/03/2026", "7", "3,50", "có"],
        ["'+84 912", "", "-7", "", "không"],
        ["'@SUM(A1)", "'-dài", "0", "0,00", ""],
        ["Ghi chú"],
        [STAMP],
    ]


@given(st.text(st.sampled_from("=+-@\t\r\n a1;\"',|ế"), max_size=8))
def test_no_text_in_a_csv_begins_like_a_formula(text):
    table = replace(TABLE, rows=[[text, None, None, None, None]])
    lines = list(csv.reader(io.StringIO(write_list(Format.CSV, table, STAMP).decode("utf-8-sig")), delimiter=";"))
    assert not lines[1][0].startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert guarded(text).endswith(text)


def test_word_has_the_rows_a_head_on_each_page_and_the_stamp_at_its_foot():
    content = write_list(Format.DOCX, TABLE, STAMP)
    assert content == write_list(Format.DOCX, TABLE, STAMP), "equal lists give equal files"
    document = docx.Document(io.BytesIO(content))
    (table,) = document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows][:2] == [
        ["Tên", "Ngày", "Số", "Tỷ lệ", "Có"], ["=1+2", "02/03/2026", "7", "3,50", "có"],
    ]  # fmt: skip
    assert "w:tblHeader" in table.rows[0]._tr.xml
    assert document.sections[0].footer.paragraphs[0].text == STAMP
    assert [paragraph.text for paragraph in document.paragraphs if paragraph.text] == ["Danh sách thử", "Ghi chú"]
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert {entry.date_time[0] for entry in packed.infolist()} == {2000}


@pytest.mark.pdf
def test_pdf_is_one_of_several_pages():
    content = write_list(Format.PDF, replace(TABLE, rows=ROWS * 40), STAMP)
    assert content.startswith(b"%PDF")


def test_what_is_too_long_for_paper_is_refused():
    for form, most in MOST_ROWS.items():
        with pytest.raises(ValueError, match="too many for paper"):
            write_list(form, replace(TABLE, rows=[ROWS[0]] * (most + 1)), STAMP)


def test_cells_in_words():
    assert [in_words(value) for value in (None, True, date(2026, 1, 2), Decimal("1234.5"), 5, "x")] == [
        "", "có", "02/01/2026", "1.234,50", "5", "x",
    ]  # fmt: skip

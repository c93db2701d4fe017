"""Files that are no workbook, or one made to harm, are refused before anything is read."""

import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from core import xlsx_safety
from core.xlsx_safety import MIB, UnreadableWorkbookError, inspect_workbook

SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def book(tmp_path) -> Path:
    path = tmp_path / "so.xlsx"
    made = openpyxl.Workbook()
    made.active.title = "TO_CHUC"
    made.active.append(["Mã", "Tên"])
    made.save(path)
    return path


def with_part(book: Path, name: str, content: bytes) -> Path:
    """*book* with the part *name* replaced or added."""
    changed = book.with_name("doi.xlsx")
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry.filename, old.read(entry.filename))
        new.writestr(name, content)
    return changed


def sheet_of(cells: str) -> bytes:
    head = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return f"{head}{cells}</sheetData></worksheet>".encode()


def test_a_sound_workbook_is_listed_by_sheet(book):
    assert [scan.name for scan in inspect_workbook(book)] == ["TO_CHUC"]


def test_formulas_and_errors_are_found_with_their_cells(book):
    cells = '<row r="2"><c r="B2"><f>1+1</f><v>2</v></c><c r="AA2" t="e"><v>#REF!</v></c></row>'
    (scan,) = inspect_workbook(with_part(book, SHEET, sheet_of(cells)))
    assert (scan.formulas, scan.faults) == ([(2, 2)], [(2, 27)])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Tệp rỗng."),
        (b"Ma,Ten\n1,A\n", "không phải là sổ tính Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old or locked", "Excel cũ (.xls) hoặc đang đặt mật khẩu"),
        (b"PK\x03\x04 cut short", "không phải là sổ tính Excel"),
    ],
)
def test_what_is_no_workbook_is_refused_with_the_remedy(tmp_path, content, said):
    path = tmp_path / "so.xlsx"
    path.write_bytes(content)
    with pytest.raises(UnreadableWorkbookError) as refusal:
        inspect_workbook(path)
    assert said in str(refusal.value)
    assert "Hãy " in str(refusal.value)


@pytest.mark.parametrize("name", ["khong-co.xlsx", "."])
def test_a_file_that_cannot_be_opened_is_refused(tmp_path, name):
    with pytest.raises(UnreadableWorkbookError, match="Không mở được tệp"):
        inspect_workbook(tmp_path / name)


def test_a_zip_that_is_no_workbook_is_refused(tmp_path):
    path = tmp_path / "so.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("ghi-chu.txt", "khong phai so tinh")
    with pytest.raises(UnreadableWorkbookError, match="không phải là sổ tính Excel"):
        inspect_workbook(path)


def test_a_file_over_the_limit_is_refused(book, monkeypatch):
    monkeypatch.setattr(xlsx_safety, "MAX_FILE_BYTES", 100)
    with pytest.raises(UnreadableWorkbookError, match="quá giới hạn"):
        inspect_workbook(book)


@pytest.mark.parametrize("cells", ['<row r="9999999"><c r="A9999999"/></row>', '<row r="1"><c r="XFD1"/></row>'])
def test_a_cell_far_away_is_refused_before_a_grid_is_built(book, cells):
    with pytest.raises(UnreadableWorkbookError, match="giới hạn là 200000 dòng, 200 cột"):
        inspect_workbook(with_part(book, SHEET, sheet_of(cells)))


def test_entities_of_its_own_are_refused(book):
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + sheet_of("")
    with pytest.raises(UnreadableWorkbookError, match="không phải do Excel tạo ra"):
        inspect_workbook(with_part(book, SHEET, bomb))


def test_a_part_longer_than_it_says_is_refused(book, tmp_path):
    """The directory of the archive lies: a reader that trusts it would unpack without end."""
    swollen = with_part(book, SHEET, sheet_of(" " * 3 * MIB))
    data = bytearray(swollen.read_bytes())
    with zipfile.ZipFile(swollen) as archive:
        true_size = archive.getinfo(SHEET).file_size
    for position in _all(data, true_size.to_bytes(4, "little")):
        data[position : position + 4] = (1000).to_bytes(4, "little")
    swollen.write_bytes(data)
    with pytest.raises(UnreadableWorkbookError):
        inspect_workbook(swollen)


def _all(data: bytearray, wanted: bytes) -> list[int]:
    places, start = [], 0
    while (found := data.find(wanted, start)) >= 0:
        places.append(found)
        start = found + 1
    return places


def bomb(book: Path, size: int) -> Path:
    """A workbook whose sheet unpacks to *size* bytes of blanks."""
    path = book.with_name("bom.xlsx")
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for entry in old.infolist():
            if entry.filename != SHEET:
                new.writestr(entry.filename, old.read(entry.filename))
        with new.open(SHEET, "w") as part:
            for _ in range(size // MIB):
                part.write(b" " * MIB)
    return path


def test_a_zip_bomb_is_refused_in_under_a_second_and_80_mib(book):
    path = bomb(book, 300 * MIB)
    code = (
        "import sys, pathlib\n"
        "from core.xlsx_safety import inspect_workbook, UnreadableWorkbookError\n"
        "try: inspect_workbook(pathlib.Path(sys.argv[1]))\n"
        "except UnreadableWorkbookError: print(open('/proc/self/status').read())\n"
    )
    before = time.perf_counter()
    ran = subprocess.run(
        [sys.executable, "-c", code, path], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
    )
    seconds = time.perf_counter() - before
    peak_kib = int(re.search(r"VmHWM:\s+(\d+) kB", ran.stdout)[1])
    assert (seconds < 1, peak_kib < 80 * 1024) == (True, True)

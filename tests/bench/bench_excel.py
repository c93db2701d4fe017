"""Excel files of a district's members: written and read by us, and by openpyxl in its modes for large files.

Writing is measured with the rows at hand. Reading ours includes looking for all that could harm (docs/adr/0006):
its goal is no worse than half of openpyxl, which looks for nothing.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl

from cells.workbook.book import open_book
from cells.workbook.exporting import export_scope
from cells.workbook.importing import registered_sheets
from core.documents.sheets import Sheets, Table
from tests.bench import kept
from tests.bench.measure import Ratio, compare_both, cpu_seconds

SHEET = "DANG_VIEN"


def run() -> Iterator[Ratio]:
    kept.use(1)
    sheet = next(sheet for sheet in registered_sheets() if sheet.name == SHEET)
    heads, rows = [column.header for column in sheet.columns], list(sheet.export(export_scope()))
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Path(folder) / "a.xlsx", Path(folder) / "b.xlsx"
        size = f"{len(rows):,} rows of {len(heads)} columns"
        found = compare_both(
            lambda: _write(ours, heads, rows), lambda: _write_plain(theirs, heads, rows), clock=cpu_seconds
        )
        yield Ratio("writing ÷ openpyxl write-only", found.ratio, 0.8, f"{size}, {found.ours:.2f} s CPU")
        assert _cells(ours) == _cells(theirs), "the two files differ"
        found = compare_both(lambda: _read(ours), lambda: _cells(ours), clock=cpu_seconds)
        yield Ratio("reading ÷ openpyxl read-only", found.ratio, 0.5, f"{size}, {found.ours:.2f} s CPU")


def _write(path: Path, heads: list[str], rows: list[list[Any]]) -> None:
    with Sheets(str(path), SHEET) as book:
        book.add(SHEET, Table(SHEET, heads, rows))


def _write_plain(path: Path, heads: list[str], rows: list[list[Any]]) -> None:
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet(SHEET)
    page.append(heads)
    for row in rows:
        page.append([value if value != "" else None for value in row])
    book.save(path)


def _read(path: Path) -> int:
    raw = open_book(path, registered_sheets()).found[SHEET]
    return sum(1 for _ in raw.numbered_rows())


def _cells(path: Path) -> list[tuple]:
    book = openpyxl.load_workbook(path, read_only=True)
    found = [
        tuple(str(value)[:10] for value in row if value is not None) for row in book[SHEET].iter_rows(values_only=True)
    ]
    book.close()
    return found

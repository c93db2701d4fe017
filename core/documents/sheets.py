"""Excel files: text always as text, so that nothing a person typed becomes a formula."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

import xlsxwriter

FIXED_DAY = datetime(2000, 1, 1)
"""Written as the day of creation, so that equal contents give equal files."""
HEAD = {"bold": True, "bg_color": "#9B1C1F", "font_color": "#FFFFFF", "valign": "vcenter"}
NARROWEST = 12
DAY = {"num_format": "dd/mm/yyyy"}
TONES = {
    "late": {"bg_color": "#F8C9C5", "font_color": "#7C1518", "bold": True},
    "soon": {"bg_color": "#FBE3A8", "font_color": "#5B3C00"},
}
"""How a marked cell stands out; the words are those of the state chips on pages."""


@dataclass(frozen=True)
class Marked:
    """A cell that is to be noticed."""

    value: Any
    tone: str


@dataclass(frozen=True)
class Wrapped:
    """A long text, on several lines of its cell."""

    value: str


@dataclass(frozen=True)
class Table:
    """A list as a sheet: *lead* stands above the header, *notes* below the last row."""

    title: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Any]]
    lead: Sequence[str] = ()
    notes: Sequence[str] = ()
    private: Sequence[str] = ()
    """Those of the heads whose columns are masked; left out unless somebody asks for them and may have them."""
    widths: Sequence[int] = field(default=())


class Sheets:
    """An Excel file under way; a context manager that ends it."""

    def __init__(self, target: str | BinaryIO, title: str, *, stamp: str = "") -> None:
        """*stamp* stands below the last row, at the foot of each printed page, and in the properties of the file."""
        self._stamp = stamp
        self._book = xlsxwriter.Workbook(target, {"constant_memory": True, "strings_to_formulas": False})
        self._book.set_properties({"title": title, "created": FIXED_DAY, "comments": stamp})
        self._head = self._book.add_format(HEAD)
        self._day = self._book.add_format(DAY)
        self._share = self._book.add_format({"num_format": "0.00"})
        self._bold = self._book.add_format({"bold": True})
        self._wrapped = self._book.add_format({"text_wrap": True, "valign": "top"})
        self._tones = {
            tone: (self._book.add_format(look), self._book.add_format(look | DAY)) for tone, look in TONES.items()
        }

    def __enter__(self) -> "Sheets":
        return self

    def __exit__(self, *error: object) -> None:
        self._book.close()

    def add(self, name: str, table: Table) -> int:
        """Write *table* as the sheet *name*; returns how many rows it had."""
        page = self._book.add_worksheet(name)
        for place, head in enumerate(table.heads):
            width = table.widths[place] if place < len(table.widths) else len(head) + 4
            page.set_column(place, place, max(NARROWEST, width))
        for line, text in enumerate(table.lead):
            page.write_string(line, 0, text, self._bold if line == 0 else None)
        top = len(table.lead) + bool(table.lead)
        page.freeze_panes(top + 1, 0)
        for place, head in enumerate(table.heads):
            page.write_string(top, place, head, self._head)
        number = 0
        for number, cells in enumerate(table.rows, start=1):
            for place, value in enumerate(cells):
                self._write(page, top + number, place, value)
        notes = [*table.notes, *([self._stamp] if self._stamp else [])]
        for line, text in enumerate(notes, start=top + number + 2):
            page.write_string(line, 0, text)
        if self._stamp:
            page.set_footer(f"&L&8{self._stamp.replace('&', '&&')}&R&8&P/&N")
        return number

    def copy(self, name: str, rows: Iterable[Sequence[Any]], widths: Sequence[int], fixed: int) -> None:
        """Write *rows* as they are, from the first line on, as the sheet *name*; the first *fixed* stay in sight."""
        page = self._book.add_worksheet(name)
        for place, width in enumerate(widths):
            page.set_column(place, place, max(NARROWEST, width))
        page.freeze_panes(fixed, 0)
        for line, cells in enumerate(rows):
            for place, value in enumerate(cells):
                self._write(page, line, place, value)

    def _write(self, page: Any, line: int, place: int, value: Any) -> None:
        plain, day, share = None, self._day, self._share
        if isinstance(value, Marked):
            (plain, day), value = self._tones[value.tone], value.value
            share = plain
        match value:
            case None | "":
                if plain:
                    page.write_blank(line, place, None, plain)
            case date():
                page.write_datetime(line, place, datetime(value.year, value.month, value.day), day)
            case bool():
                page.write_boolean(line, place, value, plain)
            case int() | float():
                page.write_number(line, place, value, plain)
            case Decimal():
                page.write_number(line, place, value, share)
            case Wrapped():
                if value.value:
                    page.write_string(line, place, value.value, self._wrapped)
            case _:
                page.write_string(line, place, str(value), plain)

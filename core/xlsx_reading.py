"""Reads the sheets of an .xlsx as rows of plain values: texts, numbers, dates; never a formula's result.

Checking and reading are one pass by one reader, so that what was checked is what was read. Only sheets
somebody asks for are unpacked.
"""

import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from core.numbers import format_integer
from core.xlsx_safety import (
    Archive,
    Ends,
    Starts,
    UnreadableWorkbookError,
    not_from_excel,
    refusing_damage,
    resolve,
    swollen,
)
from core.xlsx_values import EPOCH_1900, EPOCH_1904, Cell, iso_date, shown_date, shows_span

MAX_SHEETS = 250
LONGEST_NAME = 100
"""Of a sheet; Excel takes 31 characters."""
MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CELLS = 5_000_000
"""Over all rows of a sheet: cells up to the last one that holds something."""
MAX_TEXT = 32_767
"""Characters in one cell; Excel itself takes no more."""
MAX_STYLES = 65_536
MAX_RELATIONS = 10_000
MAX_KNOWN_DAYS = 50_000


class Places:
    """Cells of one sheet as (row, column), counted from 1. Small: there may be a million of them."""

    def __init__(self, places: Iterable[tuple[int, int]] = ()) -> None:
        self._rows, self._columns = array("L"), array("B")
        for row, column in places:
            self.add(row, column)

    def add(self, row: int, column: int) -> None:
        self._rows.append(row)
        self._columns.append(column)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return zip(self._rows, self._columns, strict=True)

    def __len__(self) -> int:
        return len(self._rows)


@dataclass
class SheetScan:
    """What one sheet holds beside plain values."""

    name: str
    formulas: Places = field(default_factory=Places)
    faults: Places = field(default_factory=Places)
    """Cells that show an error of Excel's own, such as #REF!."""


class Workbook:
    """A workbook under way; a context manager that closes it. Raises UnreadableWorkbookError throughout."""

    def __init__(self, path: Path) -> None:
        with refusing_damage():
            self._archive = Archive(path)
        try:
            with refusing_damage():
                self._open()
        except BaseException:
            self._archive.__exit__()
            raise

    def _open(self) -> None:
        book = self._find_book()
        self._parts: list[tuple[str, str]] = []
        self._epoch, related = EPOCH_1900, self._relations(book)
        targets = {key: resolve(book, target) for key, (kind, target) in related.items() if kind == "worksheet"}

        def properties(attributes: dict[str, str]) -> None:
            if attributes.get("date1904") in ("1", "true"):
                self._epoch = EPOCH_1904

        def sheet(attributes: dict[str, str]) -> None:
            key = next((value for name, value in attributes.items() if name.endswith(":id")), "")
            if key in targets:  # charts have no cells
                self._parts.append((attributes.get("name", "")[:LONGEST_NAME], targets[key]))
            if len(self._parts) > MAX_SHEETS:
                raise UnreadableWorkbookError(
                    f"Tệp có quá {MAX_SHEETS} sheet. Hãy chép riêng các sheet cần nhập sang một tệp mới rồi thử lại."
                )

        self._parse(book, {"workbookPr": properties, "sheet": sheet})
        if len({part.lower() for _, part in self._parts}) < len(self._parts):
            raise not_from_excel()
        self._styles = self._related(book, related, "styles")
        self._texts = self._related(book, related, "sharedStrings")
        self._dates: dict[str, bool] | None = None
        self._strings: list[str] | None = None

    def __enter__(self) -> "Workbook":
        return self

    def __exit__(self, *error: object) -> None:
        self._archive.__exit__()

    @property
    def sheets(self) -> list[str]:
        """Names of the sheets, in order."""
        return [name for name, _ in self._parts]

    def read(self, position: int, rows: int | None = None) -> tuple[SheetScan, list[list[Cell]]]:
        """The sheet at *position*: what is in it beside values, and its rows from the first on.

        Rows end at their last cell that holds something. With *rows* only so many from the top.
        """
        name, part = self._parts[position]
        with refusing_damage():
            if self._strings is None:
                self._dates, self._strings = self._date_styles(), self._shared_strings()
            reader = _SheetReader(name, self._strings, self._dates, self._epoch, rows)
            if rows is None:
                self._archive.check(part)
            with suppress(_EnoughError):
                self._archive.parse(part, reader.starts, reader.ends, reader.text)
            return reader.scan, reader.grid

    # --- the book around the sheets ----------------------------------------------------------------------------

    def _find_book(self) -> str:
        kinds = self._relations("") if "_rels/.rels" in self._archive else {}
        targets = [resolve("", target) for kind, target in kinds.values() if kind == "officeDocument"]
        return targets[0] if targets else "xl/workbook.xml"

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """By its id: the kind and the target of everything *part* relates to."""
        folder, _, name = part.rpartition("/")
        found: dict[str, tuple[str, str]] = {}

        def relation(attributes: dict[str, str]) -> None:
            if attributes.get("TargetMode") != "External":
                kind = attributes.get("Type", "").rpartition("/")[2]
                found[attributes.get("Id", "")] = (kind, attributes.get("Target", ""))
            if len(found) > MAX_RELATIONS:
                raise not_from_excel()

        self._parse(f"{folder}/_rels/{name}.rels".lstrip("/"), {"Relationship": relation})
        return found

    def _related(self, book: str, related: dict[str, tuple[str, str]], wanted: str) -> str | None:
        return next((resolve(book, target) for kind, target in related.values() if kind == wanted), None)

    def _parse(self, part: str, starts: Starts, ends: Ends | None = None, text: Callable | None = None) -> None:
        self._archive.check(part)
        self._archive.parse(part, starts, ends, text)

    def _date_styles(self) -> dict[str, bool]:
        """The styles, by their number, that show a number as a date; True for those that show a span of time."""
        if self._styles is None or self._styles not in self._archive:
            return {}
        custom: dict[str, str] = {}
        formats: list[str] = []
        inside = False

        def enter(attributes: dict[str, str]) -> None:
            nonlocal inside
            inside = True

        def leave() -> None:
            nonlocal inside
            inside = False

        def refuse_too_many(gathered: Sized) -> None:
            if len(gathered) > MAX_STYLES:
                raise not_from_excel()

        def number_format(attributes: dict[str, str]) -> None:
            custom[attributes.get("numFmtId", "")[:10]] = attributes.get("formatCode", "")[:255]
            refuse_too_many(custom)

        def style(attributes: dict[str, str]) -> None:
            if inside:
                formats.append(attributes.get("numFmtId", "0")[:10])
                refuse_too_many(formats)

        self._parse(self._styles, {"numFmt": number_format, "cellXfs": enter, "xf": style}, {"cellXfs": leave})
        kinds = {key: shows_span(key, custom.get(key)) for key in set(formats)}
        return {str(n): kinds[key] for n, key in enumerate(formats) if kinds[key] is not None}

    def _shared_strings(self) -> list[str]:
        if self._texts is None or self._texts not in self._archive:
            return []
        strings: list[str] = []
        words = _Words()

        def end() -> None:
            strings.append(unescaped(words.take()))
            if len(strings) > MAX_CELLS:
                raise swollen()

        starts = {"si": words.begin, "t": words.listen, "rPh": words.enter_reading}
        self._parse(
            self._texts, starts, {"si": end, "t": words.pause, "rPh": words.leave_reading}, words.hear
        )  # fmt: skip
        return strings


class _EnoughError(Exception):
    """The rows asked for have been read."""


class _Words:
    """Gathers the text of one cell from its pieces; how East Asian signs are read aloud is no part of it."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._listens = self._in_reading = False

    def begin(self, attributes: dict[str, str] | None = None) -> None:
        self._pieces.clear()
        self._length = 0

    def listen(self, attributes: dict[str, str] | None = None) -> None:
        self._listens = not self._in_reading

    def pause(self) -> None:
        self._listens = False

    def enter_reading(self, attributes: dict[str, str] | None = None) -> None:
        self._in_reading = True

    def leave_reading(self) -> None:
        self._in_reading = False

    def hear(self, text: str) -> None:
        if self._listens:
            self._pieces.append(text)
            self._length += len(text)
            if self._length > MAX_TEXT:
                raise UnreadableWorkbookError(
                    f"Tệp có ô dài hơn {format_integer(MAX_TEXT)} ký tự, quá mức Excel cho phép. Hãy rút ngắn ô đó, "
                    "hoặc mở bằng Excel rồi lưu lại dạng .xlsx."
                )

    def take(self) -> str:
        """The text as it stands in the file."""
        pieces = self._pieces
        return pieces[0] if len(pieces) == 1 else "".join(pieces)


def unescaped(text: str) -> str:
    """*text* with the signs that Excel writes as `_x000D_`."""
    return _ESCAPED.sub(_unescape, text) if "_x" in text else text


_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def _unescape(match: re.Match[str]) -> str:
    """The sign Excel wrote as `_x000D_`; control signs other than white space are left out."""
    sign = chr(int(match[1], 16))
    if 0xD800 <= ord(sign) <= 0xDFFF:
        return match[0]
    return sign if sign.isprintable() or sign.isspace() else ""


# --- cells -----------------------------------------------------------------------------------------------------

_REFERENCE = re.compile("([A-Z]{1,3})([0-9]{1,7})")


def column_letters(column: int) -> str:
    """`A` for 1, `AA` for 27, as Excel names columns."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


_COLUMNS = {column_letters(column): column for column in range(1, MAX_COLUMNS + 1)}


class _SheetReader:
    """Takes the events of one sheet's XML and makes rows of values of them."""

    def __init__(
        self, name: str, strings: list[str], dates: dict[str, bool], epoch: datetime, wanted_rows: int | None
    ) -> None:
        self.scan = SheetScan(name)
        self.grid: list[list[Cell]] = []
        self._strings, self._dates, self._epoch, self._wanted = strings, dates, epoch, wanted_rows
        self._words = _Words()
        self.text = self._words.hear
        self._row = self._column = self._area = 0
        self._row_text = ""
        self._kind, self._style = "n", ""
        self._is_inline = self._is_formula = False
        self._days: dict[tuple[str, bool], Cell] = {}
        self.starts: Starts = {
            "row": self._start_row, "c": self._start_cell, "f": self._start_formula, "v": self._words.listen,
            "is": self._start_inline, "t": self._start_text, "rPh": self._words.enter_reading,
        }  # fmt: skip
        self.ends: Ends = {
            "c": self._end_cell, "v": self._words.pause, "is": self._end_inline, "t": self._words.pause,
            "rPh": self._words.leave_reading,
        }  # fmt: skip

    def _start_row(self, attributes: dict[str, str]) -> None:
        stated = attributes.get("r")
        self._row, self._column = int(stated) if stated else self._row + 1, 0
        self._row_text = stated or str(self._row)
        if self._wanted is not None and self._row > self._wanted:
            raise _EnoughError

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
        else:
            size = len(self._row_text)
            column = _COLUMNS.get(reference[:-size]) if reference[-size:] == self._row_text else None
            if column is None:
                self._row, column = self._far_cell(reference)
            self._column = column
        if self._column > MAX_COLUMNS or not 0 < self._row <= MAX_ROWS:
            raise self._too_far()
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
        self._is_formula = False
        self._words.begin()

    def _far_cell(self, reference: str) -> tuple[int, int]:
        """The row and column of a cell that stands outside its row, or outside the sheet we take."""
        match = _REFERENCE.fullmatch(reference)
        if match is None:
            raise not_from_excel()
        column = 0
        for letter in match[1]:
            column = column * 26 + ord(letter) - ord("A") + 1
        self._row_text = match[2]
        return int(match[2]), column

    def _too_far(self) -> UnreadableWorkbookError:
        return UnreadableWorkbookError(
            f"Sheet {self.scan.name} có ô ở dòng {self._row}, cột {self._column}; giới hạn là {MAX_ROWS} dòng, "
            f"{MAX_COLUMNS} cột. Hãy xóa các dòng, cột trống ở cuối sheet hoặc chia thành nhiều tệp."
        )

    def _start_formula(self, attributes: dict[str, str]) -> None:
        self._is_formula = True

    def _start_inline(self, attributes: dict[str, str]) -> None:
        self._is_inline = True

    def _end_inline(self) -> None:
        self._is_inline = False

    def _start_text(self, attributes: dict[str, str]) -> None:
        if self._is_inline:
            self._words.listen()

    def _end_cell(self) -> None:
        if self._is_formula:
            self.scan.formulas.add(self._row, self._column)
            self._line()  # the row is there, though no value of it can be relied on
        elif self._kind == "e":
            self.scan.faults.add(self._row, self._column)
            self._line()
        elif (text := self._words.take()) and (value := self._value(text)) != "":
            self._put(value)

    def _value(self, text: str) -> Cell:
        kind = self._kind
        if kind == "s":
            return self._strings[_index(text)]
        if kind == "n":
            is_span = self._dates.get(self._style)
            return _number(text) if is_span is None else self._date(text, is_span)
        if kind == "b":
            return text.strip() == "1"
        return iso_date(text) if kind == "d" else unescaped(text)

    def _date(self, text: str, is_span: bool) -> Cell:
        """A date as the cell shows it; the same days stand in thousands of cells."""
        known = self._days.get((text, is_span))
        if known is None:
            if len(self._days) > MAX_KNOWN_DAYS:
                self._days.clear()
            self._days[text, is_span] = known = shown_date(_number(text), is_span, self._epoch)
        return known

    def _put(self, value: Cell) -> None:
        cells = self._line()
        missing = self._column - len(cells)
        if missing <= 0:
            cells[self._column - 1] = value
            return
        self._area += missing
        if self._area > MAX_CELLS:
            raise UnreadableWorkbookError(
                f"Sheet {self.scan.name} có quá {format_integer(MAX_CELLS)} ô. Hãy chia thành nhiều tệp."
            )
        if missing > 1:
            cells.extend([""] * (missing - 1))
        cells.append(value)

    def _line(self) -> list[Cell]:
        """The row under way, in the grid."""
        if len(self.grid) == self._row:
            return self.grid[-1]
        while len(self.grid) < self._row:
            self.grid.append([])
        return self.grid[self._row - 1]


def _number(text: str) -> float:
    number = float(text)
    if number - number:  # neither "nan" nor "1e999" is a number in Excel
        raise not_from_excel()
    return number


def _index(text: str) -> int:
    index = int(text)
    if index < 0:
        raise not_from_excel()
    return index

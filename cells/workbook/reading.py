"""From an Excel file to rows of typed values, with every fault named by sheet, row, column and remedy."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from core.dates import PartialDate, parse_date, parse_partial
from core.names import clean_name
from core.numbers import format_integer, parse_count
from core.xlsx_reading import SheetScan, Workbook, column_letters
from core.xlsx_safety import UnreadableWorkbookError

MAX_EXACT_DIGITS = 10**15
MAX_COUNT = 9_999_999
"""People in one number; the whole Party has 5.6 million members. More is a slip, and sums of it no database holds."""
MAX_FAULTS = 10_000
"""In one sheet. More of them say nothing new, and each takes memory."""
LONGEST_CELL = 1_000
"""Characters; no value of any column is longer, however it is encoded."""


@dataclass(frozen=True, order=True)
class Issue:
    """One fault or remark. `row` as Excel numbers it; None with an empty sheet stands for the whole file."""

    sheet: str
    row: int | None
    column: str
    message: str

    def as_json(self) -> dict[str, Any]:
        return {"sheet": self.sheet, "row": self.row, "column": self.column, "message": self.message}


class CellError(Exception):
    """A cell that cannot be read; the text says what to write instead."""


@dataclass(frozen=True)
class Column:
    """One column of a sheet: the header it is matched by, the name its values go under, how a cell is read."""

    header: str
    key: str
    read: Callable[[Any], Any]
    required: bool = False
    is_key: bool = False
    """Codes and what else names a row must be in the sheet; every other column may be missing."""
    longest: int = 0
    """So many characters the database takes; 0 where nothing can be too long. Filled in by `register_sheet`."""


@dataclass
class Row:
    """One row of a sheet. Cells that could not be read are None and already reported."""

    sheet: str
    number: int
    values: dict[str, Any]
    present: frozenset[str]
    """Keys whose column is in the sheet."""
    faulty: set[str] = field(default_factory=set)

    def __getitem__(self, key: str) -> Any:
        return self.values.get(key)

    def states(self, key: str) -> bool:
        """Whether the row says something in this column."""
        return self.values.get(key) is not None


def normal_header(text: str) -> str:
    """A header as it is compared: NFC, single spaces, without a trailing asterisk, case ignored."""
    return clean_name(text).rstrip("* ").casefold()


# --- How cells are read ------------------------------------------------------------------------------------


def read_text(value: Any) -> str:
    """Any text; whole numbers as typed."""
    if isinstance(value, bool):
        raise CellError("Ô này là giá trị đúng/sai của Excel. Hãy gõ lại bằng chữ.")
    if isinstance(value, datetime | date | time | timedelta):
        raise CellError("Excel đã tự đổi ô này thành ngày, giờ. Hãy định dạng cột là Văn bản (Text) rồi gõ lại.")
    if isinstance(value, float):
        if not value.is_integer():
            raise CellError("Ô này là số lẻ. Hãy định dạng cột là Văn bản (Text) rồi gõ lại.")
        return str(int(value))
    return clean_name(str(value))


def read_code(value: Any) -> str:
    """A code: text, or a number short enough for Excel to have kept every digit."""
    if isinstance(value, float) and abs(value) >= MAX_EXACT_DIGITS:
        raise CellError(
            "Excel đã làm tròn dãy số dài này. Hãy định dạng cột là Văn bản (Text) rồi gõ lại đủ các chữ số."
        )
    return read_text(value)


def read_date(value: Any) -> date:
    """A real date or `dd/mm/yyyy`."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        try:
            return parse_date(value)
        except ValueError:
            raise CellError(
                f"“{value.strip()}” không phải là ngày có thật. Hãy viết ngày/tháng/năm, ví dụ 02/01/2026."
            ) from None
    raise CellError("Ô này là số, không phải ngày. Hãy viết ngày/tháng/năm, ví dụ 02/01/2026.")


def read_partial_date(value: Any) -> PartialDate:
    """A date that may be known to the month (`05/1975`) or the year (`1975`) only."""
    if isinstance(value, float) and value.is_integer() and 1900 <= value <= 2200:
        return PartialDate(date(int(value), 1, 1), parse_partial("1900").precision)
    if isinstance(value, str):
        try:
            return parse_partial(value)
        except ValueError:
            raise CellError(
                f"“{value.strip()}” không phải là ngày có thật. Hãy viết ngày/tháng/năm (12/05/1975), "
                "tháng/năm (05/1975) hoặc năm (1975)."
            ) from None
    return PartialDate(read_date(value))


def read_count(value: Any) -> int:
    """A whole number from 0 up."""
    number = None
    if isinstance(value, str):
        with suppress(ValueError):
            number = parse_count(value)
    elif isinstance(value, float) and value.is_integer() and value >= 0:
        number = int(value)
    if number is None:
        raise CellError(f"“{_shown(value)}” không phải là số nguyên không âm. Hãy ghi số, ví dụ 25.")
    if number > MAX_COUNT:
        raise CellError(f"“{_shown(value)}” quá lớn, tối đa là {format_integer(MAX_COUNT)}. Hãy kiểm tra lại số này.")
    return number


def read_year(value: Any) -> int:
    """A year as four digits."""
    try:
        year = read_count(value)
    except CellError:
        year = 0
    if not 1930 <= year <= 2200:
        raise CellError(f"“{_shown(value)}” không phải là năm. Hãy ghi đủ bốn chữ số, ví dụ 2026.")
    return year


def read_yes_no(value: Any) -> bool:
    """`có` or `không`; an empty cell means that nobody knows."""
    text = str(value).strip()
    answers = {"có": True, "không": False}
    try:
        return answers[unicodedata.normalize("NFC", text).casefold()]
    except KeyError:
        raise CellError(f"“{_shown(value)}” không rõ nghĩa. Hãy ghi “có”, “không” hoặc để trống.") from None


def read_choice(choices: dict[str, Any]) -> Callable[[Any], Any]:
    """One of *choices*, case and spacing ignored."""
    known = {clean_name(label).casefold(): value for label, value in choices.items()}

    def read(value: Any) -> Any:
        try:
            return known[clean_name(str(value)).casefold()]
        except KeyError:
            listed = ", ".join(choices)
            raise CellError(f"“{_shown(value)}” không có trong danh mục. Hãy chọn một trong: {listed}.") from None

    return read


def _shown(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


# --- From a file to rows -------------------------------------------------------------------------------------


@dataclass
class RawSheet:
    """A sheet as it stands in the file: its name there, what was found in it, and its cells."""

    name: str
    scan: SheetScan
    grid: list[list[Any]]

    @classmethod
    def of_values(cls, name: str, rows: Iterable[Sequence[Any]]) -> "RawSheet":
        """A sheet made in memory: header first; values as the reader of files would give them."""
        return cls(name, SheetScan(name), [[_as_read(value) for value in row] for row in rows])


def _as_read(value: Any) -> Any:
    if value is None:
        return ""
    return float(value) if isinstance(value, int) else value


def read_workbook(path: Path, wanted: Iterable[str]) -> tuple[dict[str, RawSheet], list[Issue], list[Issue]]:
    """The *wanted* sheets of *path*, with errors and warnings of the file as a whole.

    Raises UnreadableWorkbookError when it is no workbook, empty, too large, or holds none of the sheets.
    """
    names = {normal_header(name): name for name in wanted}
    found: dict[str, RawSheet] = {}
    errors, warnings = [], []
    with Workbook(path) as book:
        for position, title in enumerate(book.sheets):
            name = names.get(normal_header(title))
            if name is None:
                warnings.append(Issue(title, None, "", "Sheet này không thuộc mẫu nên được bỏ qua."))
            elif name in found:
                errors.append(Issue(title, None, "", f"Có hai sheet cùng tên {name}. Hãy giữ lại một sheet."))
            else:
                found[name] = RawSheet(name, *book.read(position))
    if not found:
        raise UnreadableWorkbookError(
            f"Tệp không có sheet nào của mẫu ({', '.join(wanted)}). Hãy dùng tệp mẫu hoặc đổi tên sheet cho đúng."
        )
    if not any(len(sheet.grid) > 1 for sheet in found.values()):
        raise UnreadableWorkbookError("Tệp không có dòng dữ liệu nào. Hãy nhập dữ liệu từ dòng 2 của các sheet.")
    return found, errors, warnings


def typed_rows(raw: RawSheet, columns: Sequence[Column], errors: list[Issue], warnings: list[Issue]) -> Iterator[Row]:
    """The rows of one sheet; what cannot be read is added to *errors* and left out of the row."""
    headers = [read_header(cell) for cell in raw.grid[0]] if raw.grid else []
    places = _matched(raw, headers, columns, errors, warnings)
    if places is None:
        return
    _warn_of_numbers(raw, headers, places, warnings)
    enough = len(errors) + MAX_FAULTS
    broken = _broken_cells(raw, {place: headers[place] for place in places.values()}, errors)
    present = frozenset(column.key for column in places)
    for number, cells in enumerate(raw.grid[1:], start=2):
        if len(errors) >= enough:
            message = f"Sheet có quá nhiều lỗi nên từ dòng {number} chưa được kiểm tra. Hãy sửa các lỗi trước đó đã."
            errors.append(Issue(raw.name, number, "", message))
            return
        row = Row(raw.name, number, {}, present)
        for column, place in places.items():
            if (number, place + 1) in broken:
                row.faulty.add(column.key)
                continue
            value = cells[place] if place < len(cells) else ""
            if isinstance(value, str) and not value.strip():
                continue
            try:
                row.values[column.key] = _read(column, value)
            except CellError as error:
                row.faulty.add(column.key)
                errors.append(Issue(raw.name, number, headers[place], str(error)))
        if not row.values and not row.faulty:
            continue
        for column, place in places.items():
            if column.required and not row.states(column.key) and column.key not in row.faulty:
                row.faulty.add(column.key)
                errors.append(Issue(raw.name, number, headers[place], f"Thiếu {column.header}. Hãy điền ô này."))
        yield row


def _read(column: Column, value: Any) -> Any:
    """The value of one cell; one that is too long is not even looked at."""
    if isinstance(value, str) and len(value) > LONGEST_CELL:
        raise _too_long(len(value), column)
    read = column.read(value)
    if column.longest and len(read) > column.longest:
        raise _too_long(len(read), column)
    return read


def _too_long(length: int, column: Column) -> CellError:
    at_most = f", tối đa {column.longest}" if column.longest else ""
    return CellError(f"Ô này dài {format_integer(length)} ký tự{at_most}. Hãy viết gọn lại.")


def read_header(cell: Any) -> str:
    return "" if isinstance(cell, float | bool | date) else clean_name(str(cell)[:LONGEST_CELL]).rstrip("* ")


def _matched(
    raw: RawSheet, headers: list[str], columns: Sequence[Column], errors: list[Issue], warnings: list[Issue]
) -> dict[Column, int] | None:
    """Where each column stands; None when the sheet can't be read for want of a key column."""
    sheet, unknown = raw.name, _headers_without_text(raw)
    by_header = {normal_header(column.header): column for column in columns}
    places: dict[Column, int] = {}
    sound = True
    for place, header in enumerate(headers):
        column = by_header.get(normal_header(header))
        if column in places:
            sound = False
            errors.append(Issue(sheet, 1, header, f"Có hai cột “{header}”. Hãy giữ lại một cột."))
        elif column is not None:
            places[column] = place
        elif header:
            warnings.append(Issue(sheet, 1, header, "Cột này không thuộc mẫu nên được bỏ qua."))
    missing = [column.header for column in columns if column.is_key and column not in places]
    told = errors if missing else warnings
    told += [Issue(sheet, 1, "", message) for message in unknown]
    for header in missing if not unknown else ():
        errors.append(Issue(sheet, 1, header, f"Thiếu cột “{header}”. Hãy đặt tên cột đúng như vậy ở dòng 1."))
    return places if sound and not missing else None


def _headers_without_text(raw: RawSheet) -> list[str]:
    """What to do about each header that cannot be read though something stands there."""
    told = (
        (raw.scan.formulas, "Ô tiêu đề {}1 chứa công thức nên không biết là cột nào. Hãy gõ lại tiêu đề bằng chữ."),
        (raw.scan.faults, "Ô tiêu đề {}1 báo lỗi của Excel nên không biết là cột nào. Hãy gõ lại tiêu đề bằng chữ."),
    )
    return [message.format(column_letters(column)) for cells, message in told for row, column in cells if row == 1]


def _warn_of_numbers(raw: RawSheet, headers: list[str], places: dict[Column, int], warnings: list[Issue]) -> None:
    """Say once per column that codes stand there as numbers: a leading zero would be gone."""
    for column, place in places.items():
        if column.read is not read_code:
            continue
        for number, cells in enumerate(raw.grid[1:], start=2):
            if place < len(cells) and isinstance(cells[place], float):
                message = (
                    "Mã ở cột này đang là số; nếu mã có số 0 ở đầu thì Excel đã bỏ mất. Nếu vậy, hãy định dạng cột "
                    "là Văn bản (Text) rồi gõ lại mã."
                )
                warnings.append(Issue(raw.name, number, headers[place], message))
                break


def _broken_cells(raw: RawSheet, titles: dict[int, str], errors: list[Issue]) -> set[tuple[int, int]]:
    """Cells whose value cannot be relied on: formulas and errors of Excel's own; other columns are not read."""
    told = (
        (raw.scan.formulas, "Ô này chứa công thức. Hãy chép cột rồi dán lại bằng Dán giá trị (Paste Values)."),
        (raw.scan.faults, "Ô này báo lỗi của Excel (#REF!, #N/A…). Hãy gõ lại giá trị đúng."),
    )
    broken = set()
    for cells, message in told:
        for row, column in cells:
            if column - 1 in titles and row > 1 and len(broken) < MAX_FAULTS:
                broken.add((row, column))
                errors.append(Issue(raw.name, row, titles[column - 1], message))
    return broken

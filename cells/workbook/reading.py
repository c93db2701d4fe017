"""From the cells of a sheet to rows of typed values, with every fault named by sheet, row, column and remedy."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from cells.workbook.values import CellError, Proposed, read_code, read_codes
from core.names import clean_name
from core.numbers import format_integer
from core.xlsx_reading import SheetScan, column_letters

if TYPE_CHECKING:
    from cells.workbook.lists import KnownList

IDENTITY_NUMBERS = re.compile(r"cccd|cmnd|căn cước|định danh", re.IGNORECASE)
"""Headers of columns with numbers of identity papers: never stored, never shown."""
NOTE_HEADER = "Lỗi (phần mềm ghi)"
"""The column that a copy with marked faults carries; brought back with the corrected file, it is left alone."""
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
    kind: str = field(default="", compare=False)
    """What it has in common with others whose messages name different things; empty, what their words have."""

    def as_json(self) -> dict[str, Any]:
        return {"sheet": self.sheet, "row": self.row, "column": self.column, "message": self.message}


@dataclass(frozen=True)
class Column:
    """One column of a sheet: the header it is matched by, the name its values go under, how a cell is read."""

    header: str
    key: str
    read: Callable[[Any], Any]
    required: bool = False
    is_key: bool = False
    """Codes and what else names a row must be in the sheet; every other column may be missing."""
    about: str = ""
    """What to write here, for the guide in the template."""
    absent: str = "Giữ nguyên giá trị đã có; dòng mới để trống."
    """What it means when the sheet has no such column."""
    longest: int = 0
    """So many characters the database takes; 0 where nothing can be too long. Filled in by `register_sheet`."""
    aliases: tuple[str, ...] = ()


@dataclass
class Row:
    """One row of a sheet. Cells that could not be read are None and already reported."""

    sheet: str
    number: int
    values: dict[str, Any]
    present: frozenset[str]
    """Keys whose column is in the sheet."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """The headers of those columns as they stand in the file."""
    faulty: set[str] = field(default_factory=set)

    def __getitem__(self, key: str) -> Any:
        return self.values.get(key)

    def states(self, key: str) -> bool:
        """Whether the row says something in this column."""
        return self.values.get(key) is not None


def normal_header(text: str) -> str:
    """A header as it is compared: NFC, single spaces, without a trailing asterisk, case ignored."""
    return clean_name(text).rstrip("* ").casefold()


def loose_header(text: str) -> str:
    """A header of somebody else's list as it is compared: without what follows in brackets and without asterisks."""
    return normal_header(text.partition("(")[0].replace("*", " "))


def read_header(cell: Any) -> str:
    return "" if isinstance(cell, float | bool | date) else clean_name(str(cell)[:LONGEST_CELL]).rstrip("* ")


@dataclass(frozen=True)
class Layout:
    """How a sheet stands in its file: the row of its headers, and what a person said of its columns."""

    head: int = 1
    chosen: Mapping[int, str] = field(default_factory=dict)
    """By the place of a column (from 0): the key it is to be read under; empty, not at all."""
    known: "KnownList | None" = None
    """The list of another office that it is, where it is none of ours."""


@dataclass
class RawSheet:
    """A sheet as it stands in the file: its name there, what was found in it, and its cells."""

    name: str
    scan: SheetScan
    grid: list[list[Any]]
    layout: Layout = Layout()

    @classmethod
    def of_values(cls, name: str, rows: Iterable[Sequence[Any]]) -> "RawSheet":
        """A sheet made in memory: header first; values as the reader of files would give them."""
        return cls(name, SheetScan(name), [[_as_read(value) for value in row] for row in rows])

    @property
    def headers(self) -> list[str]:
        head = self.layout.head
        return [read_header(cell) for cell in self.grid[head - 1]] if len(self.grid) >= head else []

    def numbered_rows(self) -> Iterator[tuple[int, list[Any]]]:
        """The rows below the headers, each with its number in Excel."""
        head = self.layout.head
        return enumerate(self.grid[head:], start=head + 1)


def _as_read(value: Any) -> Any:
    if value is None:
        return ""
    return float(value) if isinstance(value, int) else value


# --- Which column is which --------------------------------------------------------------------------------------


@dataclass
class ColumnMatch:
    """What each column of a sheet is read as."""

    places: dict[Column, int] = field(default_factory=dict)
    """Where each column stands, counted from 0."""
    doubled: list[int] = field(default_factory=list)
    """Columns whose header repeats one before."""
    ignored: list[int] = field(default_factory=list)
    missing: list[Column] = field(default_factory=list)

    @property
    def is_readable(self) -> bool:
        return not self.doubled and not any(column.is_key for column in self.missing)


def match_columns(headers: Sequence[str], columns: Sequence[Column], layout: Layout) -> ColumnMatch:
    """Match by header, and by what a person chose, which goes first."""
    compare = loose_header if layout.known else normal_header
    by_header = {compare(header): column for column in columns for header in (column.header, *column.aliases)}
    by_key = {column.key: column for column in columns}
    chosen = {place: by_key.get(key) for place, key in layout.chosen.items() if place < len(headers)}
    match = ColumnMatch(places={column: place for place, column in chosen.items() if column})
    taken = set(match.places)
    for place, header in enumerate(headers):
        if place in chosen:
            if chosen[place] is None:
                match.ignored.append(place)
            continue
        column = by_header.get(compare(header))
        if column is None or column in taken:
            match.ignored += [place] if header else []
        elif column in match.places:
            match.doubled.append(place)
        else:
            match.places[column] = place
    match.missing = [column for column in columns if column not in match.places]
    return match


def _matched(
    raw: RawSheet, headers: list[str], columns: Sequence[Column], errors: list[Issue], warnings: list[Issue]
) -> dict[Column, int] | None:
    """Where each column stands; None when the sheet can't be read for want of a key column."""
    head = raw.layout.head
    match = match_columns(headers, columns, raw.layout)
    for place in match.doubled:
        header = headers[place]
        errors.append(Issue(raw.name, head, header, f"Có hai cột “{header}”. Hãy giữ lại một cột."))
    for place in match.ignored:
        header = headers[place]
        if place not in raw.layout.chosen and header != NOTE_HEADER and not raw.layout.known:
            warnings.append(Issue(raw.name, head, header, "Cột này không thuộc mẫu nên được bỏ qua."))
    unknown = _headers_without_text(raw)
    missing = [column.header for column in match.missing if column.is_key]
    (errors if missing else warnings).extend(Issue(raw.name, head, "", message) for message in unknown)
    for header in missing if not unknown else ():
        errors.append(
            Issue(raw.name, head, header, f"Thiếu cột “{header}”. Hãy đặt tên cột đúng như vậy ở dòng {head}.")
        )
    return match.places if match.is_readable else None


def _headers_without_text(raw: RawSheet) -> list[str]:
    """What to do about each header that cannot be read though something stands there."""
    told = (
        (raw.scan.formulas, "Ô tiêu đề {} chứa công thức nên không biết là cột nào. Hãy gõ lại tiêu đề bằng chữ."),
        (raw.scan.faults, "Ô tiêu đề {} báo lỗi của Excel nên không biết là cột nào. Hãy gõ lại tiêu đề bằng chữ."),
    )
    return [
        message.format(f"{column_letters(column)}{row}")
        for cells, message in told
        for row, column in cells
        if row == raw.layout.head
    ]


# --- Rows -------------------------------------------------------------------------------------------------------


def typed_rows(raw: RawSheet, columns: Sequence[Column], errors: list[Issue], warnings: list[Issue]) -> Iterator[Row]:
    """The rows of one sheet; what cannot be read is added to *errors* and left out of the row."""
    headers = raw.headers
    places = _matched(raw, headers, columns, errors, warnings)
    if places is None:
        return
    _warn_of_numbers(raw, headers, places, warnings)
    enough = len(errors) + MAX_FAULTS
    broken = _broken_cells(raw, {place: headers[place] for place in places.values()}, errors)
    titles = {column.key: headers[place] for column, place in places.items()}
    present = frozenset(titles)
    reads = {column: _suited(column, place, raw) for column, place in places.items()}
    for number, cells in raw.numbered_rows():
        if len(errors) >= enough:
            message = f"Sheet có quá nhiều lỗi nên từ dòng {number} chưa được kiểm tra. Hãy sửa các lỗi trước đó đã."
            errors.append(Issue(raw.name, number, "", message))
            return
        row = Row(raw.name, number, {}, present, titles)
        for column, place in places.items():
            if (number, place + 1) in broken:
                row.faulty.add(column.key)
                continue
            value = cells[place] if place < len(cells) else ""
            if isinstance(value, str) and not value.strip():
                continue
            try:
                read = _read(reads[column], value, column.longest)
                if type(read) is Proposed:
                    warnings.append(Issue(raw.name, number, headers[place], read.remark))
                    read = read.value
                row.values[column.key] = read
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


def _read(reader: Callable[[Any], Any], value: Any, longest: int) -> Any:
    """The value of one cell; one that is too long is not even looked at."""
    if isinstance(value, str) and len(value) > LONGEST_CELL:
        raise _too_long(len(value), longest)
    read = reader(value)
    plain = read.value if type(read) is Proposed else read
    if longest and len(plain) > longest:
        raise _too_long(len(plain), longest)
    return read


def _too_long(length: int, longest: int) -> CellError:
    at_most = f", tối đa {longest}" if longest else ""
    return CellError(f"Ô này dài {format_integer(length)} ký tự{at_most}. Hãy viết gọn lại.")


def _suited(column: Column, place: int, raw: RawSheet) -> Callable[[Any], Any]:
    """The reader of *column*; one that depends on what the other cells of the column look like has seen them."""
    if not hasattr(column.read, "suited"):
        return column.read
    return column.read.suited(cells[place] for _, cells in raw.numbered_rows() if place < len(cells))


def _warn_of_numbers(raw: RawSheet, headers: list[str], places: dict[Column, int], warnings: list[Issue]) -> None:
    """Say once per column that codes stand there as numbers: a leading zero would be gone."""
    for column, place in places.items():
        if column.read not in (read_code, read_codes):
            continue
        for number, cells in raw.numbered_rows():
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
            if column - 1 in titles and row > raw.layout.head and len(broken) < MAX_FAULTS:
                broken.add((row, column))
                errors.append(Issue(raw.name, row, titles[column - 1], message))
    return broken

"""A file as a book of sheets: which of them is which of ours, and where its headers stand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from cells.workbook.lists import KnownList, recognised
from cells.workbook.reading import (
    IDENTITY_NUMBERS,
    Column,
    Issue,
    Layout,
    RawSheet,
    match_columns,
    normal_header,
    read_header,
)
from core.xlsx_reading import Workbook

GUIDE = "HUONG_DAN"
"""The sheet of the template that explains the others; never read."""
NAMED = 6
"""So many columns that are left out are named."""
LOOKED_AT = 20
"""In so many rows from the top the headers are looked for."""


class Shape(Protocol):
    """What is known of one of our sheets here."""

    name: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Choices:
    """What a person said of how the file is to be read, where it was not as proposed."""

    sheets: Mapping[str, str] = field(default_factory=dict)
    """By the name of a sheet in the file: which of ours it is; empty, none."""
    columns: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    """By the name of a sheet in the file and the place of a column: the key it is read under; empty, not at all."""
    units: Mapping[str, str] = field(default_factory=dict)
    """By the folded name of an organisation in the file: the code of the one that is meant."""

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> "Choices":
        columns = value.get("columns", {}).items()
        return cls(
            dict(value.get("sheets", {})),
            {name: {int(place): key for place, key in chosen.items()} for name, chosen in columns},
            dict(value.get("units", {})),
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "sheets": dict(self.sheets),
            "columns": {name: {str(n): key for n, key in chosen.items()} for name, chosen in self.columns.items()},
            "units": dict(self.units),
        }


@dataclass
class SheetMatch:
    """One sheet of the file, and which of ours it is taken for."""

    name: str
    target: str = ""
    """Name of our sheet; empty where it is none."""
    raw: RawSheet | None = None
    is_guide: bool = False
    top: list[list[Any]] = field(default_factory=list)
    """Its first rows, where it is read as none of ours."""


@dataclass
class Book:
    """A file opened: the sheets to import by our names, with errors and warnings of the file as a whole."""

    sheets: list[SheetMatch]
    found: dict[str, RawSheet]
    errors: list[Issue] = field(default_factory=list)
    warnings: list[Issue] = field(default_factory=list)


def open_book(path: Path, shapes: Sequence[Shape], choices: Choices | None = None) -> Book:
    """Open *path* and match its sheets. Raises UnreadableWorkbookError when it is no workbook, or too large."""
    choices = choices or Choices()
    with Workbook(path) as file:
        sheets = [_match(file, position, shapes, choices) for position in range(len(file.sheets))]
    book = Book(sheets, {})
    for sheet in sheets:
        _place(book, sheet)
    if not book.found:
        wanted = ", ".join(shape.name for shape in shapes)
        return _refused(
            book, f"Tệp không có sheet nào của mẫu ({wanted}). Hãy dùng tệp mẫu hoặc đổi tên sheet cho đúng."
        )
    if not any(next(raw.numbered_rows(), None) for raw in book.found.values()):
        return _refused(book, "Tệp không có dòng dữ liệu nào. Hãy nhập dữ liệu từ dòng 2 của các sheet.")
    return book


def _refused(book: Book, message: str) -> Book:
    return Book(book.sheets, {}, [Issue("", None, "", message)])


def _place(book: Book, sheet: SheetMatch) -> None:
    """Take *sheet* into the book, with what is to be told of it."""
    if sheet.raw is None:
        if not sheet.is_guide:
            book.warnings.append(Issue(sheet.name, None, "", "Sheet này không thuộc mẫu nên được bỏ qua."))
        return
    if sheet.target not in book.found:
        book.found[sheet.target] = sheet.raw
        if sheet.raw.layout.known:
            book.warnings.append(_told_of(sheet.raw, sheet.raw.layout.known))
    elif normal_header(sheet.name) == normal_header(sheet.target):
        book.errors.append(Issue(sheet.name, None, "", f"Có hai sheet cùng tên {sheet.target}. Hãy giữ lại một sheet."))
    else:
        first = book.found[sheet.target].name
        book.errors.append(
            Issue(
                sheet.name, None, "", f"Sheet {first} và sheet này cùng được đọc như {sheet.target}. Hãy bỏ bớt một "
                "sheet, hoặc nhập từng sheet một.",
            )
        )  # fmt: skip


def _told_of(raw: RawSheet, known: KnownList) -> Issue:
    headers = raw.headers
    match = match_columns(headers, known.columns, raw.layout)
    unread = [headers[place] for place in match.ignored if headers[place]]
    more = f" và {len(unread) - NAMED} cột khác" if len(unread) > NAMED else ""
    left_out = f" Không lưu các cột: {'; '.join(unread[:NAMED])}{more}." if unread else ""
    if any(IDENTITY_NUMBERS.search(header) for header in unread):
        left_out += " Số giấy tờ tùy thân không được lưu."
    told = f"Sheet này là {known.name}, được đọc như {known.target}. {known.remark}{left_out}"
    return Issue(raw.name, raw.layout.head, "", told)


def _match(file: Workbook, position: int, shapes: Sequence[Shape], choices: Choices) -> SheetMatch:
    name = file.sheets[position]
    by_name = {normal_header(shape.name): shape for shape in shapes}
    chosen = choices.sheets.get(name)
    shape = by_name.get(normal_header(name if chosen is None else chosen))
    is_guide = normal_header(name) == normal_header(GUIDE)
    _, top = file.read(position, LOOKED_AT)
    if shape is not None:
        head, known = _head(top, shape.columns), None
        if not _has_keys(_headers(top, head), shape.columns):
            known, head = recognised(top, shape.name) or (None, head)
    elif chosen is None and not is_guide and (found := recognised(top)):
        known, head = found
        shape = by_name[normal_header(known.target)]
    else:
        return SheetMatch(name, is_guide=is_guide, top=top)
    layout = Layout(head, choices.columns.get(name, {}), known)
    is_ours = normal_header(name) == normal_header(shape.name)
    raw = RawSheet(shape.name if is_ours else name, *file.read(position), layout)
    return SheetMatch(name, shape.name, raw)


def _headers(top: Sequence[Sequence[Any]], head: int) -> list[str]:
    return [read_header(cell) for cell in top[head - 1]] if len(top) >= head else []


def _head(top: Sequence[Sequence[Any]], columns: Iterable[Column]) -> int:
    """The row of the headers: the first, unless it has none of them and a later one has all that must be there."""
    known = {normal_header(column.header) for column in columns}
    if known & {normal_header(header) for header in _headers(top, 1)}:
        return 1
    return next((row for row in range(2, len(top) + 1) if _has_keys(_headers(top, row), columns)), 1)


def _has_keys(headers: Iterable[str], columns: Iterable[Column]) -> bool:
    there = {normal_header(header) for header in headers}
    return {normal_header(column.header) for column in columns if column.is_key} <= there

"""Faults at their cells: rows of the file around each, as they stand there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cells.workbook.importing import registered_sheets
from cells.workbook.preview import faults_file, identity_places, raw_file, shown
from core.field_classes import masked_fields
from core.records import Records

NAMING = ("code", "database_id", "full_name", "card", "name", "member", "organization", "place", "kind", "year")
"""Columns that say what a row is about; the first of them stand beside the column of the fault."""
NAMED_BY = 2
HIDDEN = "•••"


@dataclass(frozen=True)
class Head:
    """A column shown: its letters in Excel and its header."""

    place: int
    letters: str
    title: str
    is_faulty: bool
    is_extra: bool
    """Left out where there is little room."""


@dataclass(frozen=True)
class Cell:
    text: str
    is_faulty: bool
    is_extra: bool


@dataclass(frozen=True)
class Line:
    """One row of the file. *message* is told below it where it differs from that of the whole group."""

    number: int
    cells: list[Cell]
    is_faulty: bool = False
    message: str = ""
    follows_gap: bool = False


@dataclass
class FaultTable:
    """Some faults of one kind in one column of one sheet."""

    heads: list[Head] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    shown: int = 0


def fault_table(
    folder: Path, sheet: Mapping[str, Any] | None, group: Mapping[str, Any], first: int, count: int
) -> FaultTable:
    """The faults `first` to `first + count` of *group*; a table without lines where no cell can be shown."""
    stop = min(group["listed"], first + count)
    found = Records(faults_file(folder))[group["start"] + first : group["start"] + stop]
    table = FaultTable(shown=len(found))
    messages: dict[int, list[str]] = {}
    head = sheet["head"] if sheet and "headers" in sheet else 0
    for row, message in found:
        if row is not None and row > head:
            messages.setdefault(row, []).append(message)
    if sheet is None or "headers" not in sheet or not messages:
        return table
    table.heads = _heads(sheet, group["place"])
    table.lines = _lines(folder, sheet, group, table.heads, messages)
    return table


def letters(place: int) -> str:
    """The letters by which Excel calls the column at *place* (from 0)."""
    text = ""
    number = place + 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def _heads(sheet: Mapping[str, Any], faulty: int | None) -> list[Head]:
    headers = sheet["headers"]
    naming = [sheet["columns"][key] for key in NAMING if key in sheet["columns"]][:NAMED_BY]
    beside = [] if faulty is None else [faulty - 1, faulty, faulty + 1]
    places = sorted({*naming, *(place for place in beside if 0 <= place < len(headers))})
    needed = {*naming[-1:], faulty}
    return [
        Head(place, letters(place), headers[place], place == faulty, place not in needed)
        for place in places
        if headers[place] or place == faulty
    ]


def _lines(
    folder: Path, sheet: Mapping[str, Any], group: Mapping[str, Any], heads: Sequence[Head],
    messages: Mapping[int, Sequence[str]],
) -> list[Line]:  # fmt: skip
    records = Records(raw_file(folder, group["number"]))
    head, last = sheet["head"], sheet["last"]
    masked = _masked()
    hidden = identity_places(sheet) | {place for key, place in sheet["columns"].items() if key in masked}
    numbers = sorted({near for row in messages for near in (row - 1, row, row + 1) if head < near <= last})
    lines: list[Line] = []
    for number in numbers:
        raw = records[number - 1] if number <= len(records) else []
        told = messages.get(number)
        cells = []
        for column in heads:
            value = shown(raw[column.place]) if column.place < len(raw) else ""
            is_faulty = told is not None and column.is_faulty
            if column.place in hidden and not is_faulty and value:
                value = HIDDEN
            cells.append(Cell(value, is_faulty, column.is_extra))
        message = " ".join(told) if told and not group["is_same"] else ""
        gap = bool(lines) and number > lines[-1].number + 1
        lines.append(Line(number, cells, told is not None, message, gap))
    return lines


def _masked() -> set[str]:
    """Columns whose values are masked on every page; a faulty one is shown to who is to mend it."""
    return {name for sheet in registered_sheets() if sheet.subject for name in masked_fields(sheet.subject)}

"""What a check of an uploaded file found, laid down for pages to read a part of at a time.

Long lists (rows as they stand in the file, rows that would change something, cells with faults) go into files of
their own below the import's folder, for an upload nobody decides on must leave nothing behind. What is short
(which sheet is which, faults by kind) is returned as plain JSON values for the import's own row.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from cells.workbook.book import Book, SheetMatch
from cells.workbook.importing import ImportResult, in_order
from cells.workbook.lists import columns_of
from cells.workbook.plan import Line, Outcome, plan_digest
from cells.workbook.reading import IDENTITY_NUMBERS, Issue, match_columns
from core.dates import format_date
from core.records import write_records

MAX_FAULTS = 20_000
"""So many cells are listed; of more, only how many there are is known."""
MAX_GROUPS = 200
MAX_UNITS = 500
ERROR, WARNING = "error", "warning"
FAULTS = "faults"
LINES = ".lines"
_QUOTED, _PARTICULAR = re.compile("“[^”]*”"), re.compile(r"\S*\d\S*")


def raw_file(folder: Path, sheet: int) -> Path:
    """Where the rows of the sheet with that number in the file lie."""
    return folder / f"raw-{sheet}"


def faults_file(folder: Path) -> Path:
    return folder / FAULTS


def lines_file(folder: Path, sheet: str, outcome: str) -> Path:
    """Where the rows of our *sheet* lie that would create or change something."""
    return folder / f"{sheet}-{outcome}{LINES}"


@dataclass(frozen=True)
class Findings:
    """What stands in the import's own row."""

    found: dict[str, Any]
    counts: dict[str, dict[str, int]]
    errors: int
    warnings: int
    digest: str
    facts_version: int


def digest_of(result: ImportResult) -> str:
    return plan_digest(result.counts, result.lines or (), in_order(result.errors), in_order(result.warnings))


def write_preview(folder: Path, book: Book | None, result: ImportResult) -> Findings:
    """Lay down in *folder* what was found in *book* (None: it could not be opened)."""
    matches = book.sheets if book else []
    sheets = [_sheet(match) for match in matches]
    for number, match in enumerate(matches):
        if match.raw is not None:
            write_records(raw_file(folder, number), ([kept(cell) for cell in cells] for cells in match.raw.grid))
    _write_lines(folder, result.lines or ())
    errors, warnings = in_order(result.errors), in_order(result.warnings)
    groups, cells = _grouped(sheets, {ERROR: errors, WARNING: warnings})
    write_records(faults_file(folder), cells)
    return Findings(
        {"sheets": sheets, "groups": groups, "units": _listed_units(result)},
        {name: counts.as_json() for name, counts in result.counts.items()},
        len(errors), len(warnings), digest_of(result), result.facts_version,
    )  # fmt: skip


# --- Sheets ---------------------------------------------------------------------------------------------------------


def _sheet(match: SheetMatch) -> dict[str, Any]:
    """How one sheet of the file was read."""
    told: dict[str, Any] = {"name": match.name, "target": match.target, "is_guide": match.is_guide}
    if match.raw is None:
        return told
    layout = match.raw.layout
    columns = columns_of(match.target, layout.known.name if layout.known else "")
    read = match_columns(match.raw.headers, columns, layout)
    return told | {
        "title": match.raw.name,
        "known": layout.known.name if layout.known else "",
        "head": layout.head,
        "rows": sum(1 for _, cells in match.raw.numbered_rows() if any(cell != "" for cell in cells)),
        "last": len(match.raw.grid),
        "headers": match.raw.headers,
        "columns": {column.key: place for column, place in read.places.items()},
        "missing": [column.key for column in read.missing],
    }


def kept(value: Any) -> Any:
    """A cell as a plain JSON value."""
    match value:
        case datetime():
            return {"day": value.date().isoformat()}
        case date():
            return {"day": value.isoformat()}
        case time() | timedelta():
            return str(value)
    return value


def given(value: Any) -> Any:
    """The cell that was kept as *value*; a moment has become its day."""
    return date.fromisoformat(value["day"]) if isinstance(value, dict) else value


def shown(value: Any) -> str:
    """A kept cell as Excel would show it."""
    value = given(value)
    match value:
        case bool():
            return "đúng" if value else "sai"
        case date():
            return format_date(value)
        case float():
            return str(int(value)) if value.is_integer() else str(value).replace(".", ",")
    return str(value)


def _listed_units(result: ImportResult) -> list[tuple[str, int, list[str]]]:
    """Names that fit no organisation, or several, with what comes near: those that most rows have first."""
    listed = [(text, unit.rows, unit.near) for text, unit in result.unknown_units.items()]
    return sorted(listed, key=lambda entry: (-entry[1], entry[0]))[:MAX_UNITS]


# --- Rows that would create or change something ----------------------------------------------------------------------


def _write_lines(folder: Path, lines: Iterable[Line]) -> None:
    piles: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        piles.setdefault((line.sheet, line.outcome), []).append(line)
    for (sheet, outcome), pile in piles.items():
        pile.sort(key=lambda line: line.row)
        write_records(lines_file(folder, sheet, outcome), pile)


LISTED = (Outcome.CREATED, Outcome.UPDATED)


# --- Faults -----------------------------------------------------------------------------------------------------------


def kind_of(message: str) -> str:
    """What messages have in common that differ in the value, the day or the code they name."""
    return _PARTICULAR.sub("…", _QUOTED.sub("“…”", message))


def _grouped(
    sheets: Sequence[Mapping[str, Any]], issues: Mapping[str, Sequence[Issue]]
) -> tuple[list[dict[str, Any]], list[tuple[int | None, str]]]:
    """Faults by kind, and all their cells as (row, message), those of one group beside each other."""
    numbers = {sheet.get("title", sheet["name"]): number for number, sheet in enumerate(sheets)}
    piles: dict[tuple, list[Issue]] = {}
    for level, found in issues.items():
        for issue in found:
            key = (level, issue.sheet, issue.column, issue.kind or kind_of(issue.message))
            if key not in piles and len(piles) >= MAX_GROUPS:
                key = (level, issue.sheet, issue.column, "")
            piles.setdefault(key, []).append(issue)
    groups, cells = [], []
    for (level, sheet, column, _), pile in sorted(piles.items(), key=_urgency):
        number = numbers.get(sheet)
        listed = pile[: max(0, MAX_FAULTS - len(cells))]
        groups.append(
            {
                "level": level,
                "sheet": sheet,
                "number": number,
                "column": column,
                "place": _place(sheets[number], column) if number is not None else None,
                "message": pile[0].message,
                "is_same": all(issue.message == pile[0].message for issue in pile),
                "count": len(pile),
                "start": len(cells),
                "listed": len(listed),
                "row": pile[0].row,
            }
        )
        cells += [(issue.row, issue.message) for issue in listed]
    return groups, cells


def _urgency(entry: tuple[tuple, list[Issue]]) -> tuple:
    """Errors first; of each what concerns the whole file, a sheet or a header, then what there is most of."""
    (level, sheet, column, _), pile = entry
    is_cell = pile[0].row is not None and pile[0].row > 1
    return level != ERROR, is_cell, -len(pile), sheet, column


def _place(sheet: Mapping[str, Any], column: str) -> int | None:
    headers = sheet.get("headers", [])
    return headers.index(column) if column in headers else None


def identity_places(sheet: Mapping[str, Any]) -> set[int]:
    """Columns that hold numbers of identity papers: never shown."""
    return {place for place, header in enumerate(sheet["headers"]) if IDENTITY_NUMBERS.search(header)}


def fault_marks(groups: Iterable[Mapping[str, Any]], cells: Sequence[Any], sheet: int) -> Iterator[tuple]:
    """(row, place, level, column, message) of every listed fault in the sheet with that number."""
    for group in groups:
        if group["number"] == sheet:
            for row, message in cells[group["start"] : group["start"] + group["listed"]]:
                yield row, group["place"], group["level"], group["column"], message

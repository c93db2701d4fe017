"""A copy of an uploaded file in which every fault stands out, to correct and upload again."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from cells.workbook.preview import ERROR, fault_marks, faults_file, given, raw_file
from cells.workbook.reading import NOTE_HEADER
from core.documents.sheets import Marked, Sheets, Wrapped
from core.records import Records

NOTE_WIDTH = 70
TONES = {True: "late", False: "soon"}
"""By whether it is an error."""


def write_marked_copy(target: BinaryIO, title: str, folder: Path, found: Mapping[str, Any]) -> None:
    """Write every sheet that was read, cell for cell, with faulty cells coloured and a last column that tells why."""
    faults = Records(faults_file(folder))
    with Sheets(target, title) as book:
        for number, sheet in enumerate(found["sheets"]):
            if not sheet["target"]:
                continue
            headers = sheet["headers"]
            note_at = headers.index(NOTE_HEADER) if NOTE_HEADER in headers else len(headers)
            widths = [len(header) + 4 for header in headers[:note_at]] + [NOTE_WIDTH]
            marks = fault_marks(found["groups"], faults, number)
            book.copy(sheet["name"], _rows(folder, number, sheet["head"], list(marks), note_at), widths, sheet["head"])


def _rows(folder: Path, number: int, head: int, marks: Sequence[tuple], note_at: int) -> Iterator[list[Any]]:
    """The rows of a sheet; what is told of its headers stands beside the first row below them."""
    tones: dict[tuple[int, int], bool] = {}
    notes: dict[int, dict[str, None]] = {}
    for row, place, level, column, message in marks:
        is_error = level == ERROR
        if place is not None:
            cell = (row or head, place)
            tones[cell] = tones.get(cell, False) or is_error
        told = f"{column}: {message}" if column else message
        notes.setdefault(max(row or 0, head + 1), {})[told] = None
    for line, cells in enumerate(Records(raw_file(folder, number)), start=1):
        row = [given(cell) for cell in cells[:note_at]]
        row += [""] * (note_at - len(row))
        row = [
            Marked(value, TONES[tones[line, place]]) if (line, place) in tones else value
            for place, value in enumerate(row)
        ]
        yield [*row, NOTE_HEADER if line == head else Wrapped("\n".join(notes.get(line, ())))]

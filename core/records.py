"""Many small records in one file, read by position.

For lists that are too long for one page and too short-lived for the database: what a check of an upload found,
which goes when the upload goes.
"""

import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, overload

from core.jobs import files

_PLACE = "Q"
_SIZE = array(_PLACE).itemsize
_AT_ONCE = 1_000


def write_records(path: Path, records: Iterable[Any]) -> int:
    """Write *records* (plain JSON values) to *path*, whole or not at all; returns how many there were."""
    count = 0

    def write(file: BinaryIO) -> None:
        nonlocal count
        places = array(_PLACE)
        for record in records:
            places.append(file.tell())
            file.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode())
        count = len(places)
        places.append(file.tell())
        places.append(count)
        places.tofile(file)

    files.save(path, write)
    return count


class Records(Sequence[Any]):
    """The records of a file, each read when it is asked for. A file that is gone holds none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._count = self._read_count()

    def _read_count(self) -> int:
        try:
            with self._path.open("rb") as file:
                file.seek(-_SIZE, 2)
                return array(_PLACE, file.read(_SIZE))[0]
        except FileNotFoundError:
            return 0

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> Any: ...
    @overload
    def __getitem__(self, place: slice) -> list[Any]: ...

    def __getitem__(self, place: int | slice) -> Any:
        if isinstance(place, slice):
            first, last, step = place.indices(self._count)
            return self._read(first, max(first, last))[::step]
        position = place + self._count if place < 0 else place
        if not 0 <= position < self._count:
            raise IndexError(place)
        return self._read(position, position + 1)[0]

    def __iter__(self) -> Iterator[Any]:
        for first in range(0, self._count, _AT_ONCE):
            yield from self._read(first, min(first + _AT_ONCE, self._count))

    def _read(self, first: int, last: int) -> list[Any]:
        """Records `first` to `last`, the last one excluded."""
        if first == last:
            return []
        with self._path.open("rb") as file:
            file.seek(-(self._count + 2 - first) * _SIZE, 2)
            places = array(_PLACE, file.read((last - first + 1) * _SIZE))
            file.seek(places[0])
            content = file.read(places[-1] - places[0])
        start = places[0]
        return [json.loads(content[places[n] - start : places[n + 1] - start]) for n in range(last - first)]

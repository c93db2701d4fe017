"""Lists that offices already have, and how they are read as one of our sheets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cells.workbook.reading import Column


@dataclass(frozen=True)
class KnownList:
    """A list of another office: which of our sheets it is read as, and under which headers."""

    name: str
    target: str
    columns: tuple[Column, ...]


def recognised(top: Sequence[Sequence[Any]], target: str = "") -> tuple[KnownList, int] | None:
    """The list whose headers stand in one of the rows *top*, and that row counted from 1."""
    return None


def columns_of(target: str, known: str = "") -> tuple[Column, ...]:
    """The columns of our sheet *target*, or those under which the list called *known* is read as it."""
    from cells.workbook.importing import registered_sheets

    return next(sheet.columns for sheet in registered_sheets() if sheet.name == target)

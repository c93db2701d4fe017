"""An invented committee to try the import with: it fits below the person's own unit and contradicts nothing.

Each sheet brings its own rows (`Sheet.example`), told the codes of the units by :class:`ExampleUnits`.
"""

from dataclasses import dataclass
from typing import Any, BinaryIO

from cells.kinds import OrganizationKind
from cells.models import Organization
from cells.workbook.importing import registered_sheets

TITLE = "Tạo Nguồn: ví dụ nhập"


@dataclass(frozen=True)
class ExampleUnits:
    """Codes of the units of the example. *top* is the person's own; where there is none, the example brings it."""

    top: str = "VD-H"
    brings_top: bool = True
    base: str = "VD-1"
    """A base committee of the example's own, or *top* itself where that is one."""
    brings_base: bool = True
    first: str = "VD-1.01"
    second: str = "VD-1.02"


def example_units(below: Organization | None) -> ExampleUnits:
    """Where the example hangs: below the unit *below*, else by itself."""
    if below is None:
        return ExampleUnits()
    if below.kind == OrganizationKind.UPPER_COMMITTEE:
        return ExampleUnits(top=below.code, brings_top=False)
    return ExampleUnits(top=below.code, brings_top=False, base=below.code, brings_base=False)


def example_rows(below: Organization | None) -> dict[str, list[list[Any]]]:
    """The rows of each sheet, in the order of its columns."""
    units = example_units(below)
    found = {}
    for sheet in registered_sheets():
        keys = [column.key for column in sheet.columns]
        found[sheet.name] = [[row.get(key) for key in keys] for row in sheet.example(units)]
    return found


def write_example(target: BinaryIO, below: Organization | None) -> None:
    """The example as a workbook, with the guide."""
    from cells.workbook.guide import write_with_guide

    write_with_guide(target, TITLE, example_rows(below))

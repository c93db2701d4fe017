"""Taking back what SO_LIEU_NAM wrote: new years removed, changed ones with the figures they had."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from cells.models import DeclaredYear
from cells.services.declared import FIGURES, remove_declared_years, write_declared_years
from cells.workbook.undo.base import TakingBack
from core.bulk import rows_by_key
from core.dates import end_of_year


def former_years(written: Sequence[DeclaredYear], before: Mapping[int, Mapping[str, int]]) -> dict[str, Any]:
    """What has to be kept of the rows just *written*: their figures, and those *before* (by identity)."""
    return {str(row.pk): {"now": _figures(row), "was": dict(before[id(row)])} for row in written}


def days_of(years: Iterable[tuple[int, int]]) -> Iterator[tuple[int, date]]:
    """First and last day of the years (organisation, year): a lock of a half-year meets one of them."""
    for organization, year in years:
        yield organization, date(year, 1, 1)
        yield organization, end_of_year(year)


def _figures(row: DeclaredYear) -> dict[str, int]:
    return {name: getattr(row, name) for name in FIGURES}


class DeclaredYearsBack(TakingBack):
    def check(self) -> None:
        entries = {int(key): entry for key, entry in self.former.items()}
        rows = DeclaredYear.objects.select_related("organization")
        stored = {row.pk: row for row in rows_by_key(rows, "pk", entries)}
        self.removed: list[DeclaredYear] = []
        self.restored: list[DeclaredYear] = []
        for key, entry in entries.items():
            row = stored.get(key)
            if row is None:
                self.undo.refuse("Có số liệu khai báo của lần nhập này không còn trong hệ thống.")
                continue
            if _figures(row) != entry["now"]:
                self.undo.refuse(
                    f"Số liệu khai báo năm {row.year} của {row.organization.name} đã được sửa sau lần nhập này."
                )
            self.undo.touch(row.organization_id, date(row.year, 1, 1))
            if not entry["was"]:
                self.removed.append(row)
                continue
            for name, value in entry["was"].items():
                setattr(row, name, value)
            self.restored.append(row)
        self.undo.refuse_locked(days_of((row.organization_id, row.year) for row in stored.values()))
        self.undo.release(DeclaredYear, (row.pk for row in self.removed))

    def write(self) -> date | None:
        days = [
            write_declared_years(self.restored),
            remove_declared_years(self.removed, reason=self.undo.reason),
        ]
        return min((day for day in days if day), default=None)

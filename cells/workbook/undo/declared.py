"""Taking back what SO_LIEU_NAM wrote: new years removed, changed ones with the figures they had."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from cells.declared import FIGURES
from cells.models import DeclaredYear
from cells.services.declared import remove_declared_years, write_declared_years
from cells.workbook.undo.base import TakingBack
from core.bulk import rows_by_key
from core.dates import end_of_year


def former_years(written: Sequence[DeclaredYear], before: Mapping[int, Mapping[str, int]]) -> dict[str, Any]:
    """What has to be kept of the rows just *written*: their figures, and those *before* (by identity)."""
    return {str(row.pk): {"now": _figures(row), "was": dict(before[id(row)])} for row in written}


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
        self.undo.refuse_locked(
            (row.organization_id, date(row.year, 1, 1), end_of_year(row.year)) for row in stored.values()
        )
        self.undo.release(DeclaredYear, (row.pk for row in self.removed))

    def write(self) -> date | None:
        changed = [*self.restored, *self.removed]
        write_declared_years(self.restored, reason=self.undo.reason)
        remove_declared_years(self.removed, reason=self.undo.reason)
        return date(min(row.year for row in changed), 1, 1) if changed else None

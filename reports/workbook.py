"""Sheet CHI_TIEU of the workbook: targets assigned for a year."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from cells.workbook.importing import Sheet, register_sheet
from cells.workbook.reading import Column, Row, read_code, read_count, read_year
from reports.models import Target
from reports.services.targets import write_numbers


@register_sheet
class TargetSheet(Sheet):
    name = "CHI_TIEU"
    about = "Chỉ tiêu kết nạp được giao từng năm"
    columns = (
        Column("Mã tổ chức", "organization", read_code, required=True, is_key=True),
        Column("Năm", "year", read_year, required=True, is_key=True),
        Column("Chỉ tiêu kết nạp", "value", read_count, required=True, is_key=True),
    )

    def check(self, rows: list[Row]) -> None:
        self.targets: list[Target] = []
        stored = {
            (target.organization.code, target.year): target
            for target in Target.objects.in_force().select_related("organization")
        }
        for row in self.once(rows, "organization", "year"):
            organization = self.organization(row)
            if organization is None or row.faulty:
                continue
            before = stored.get((organization.code, row["year"]))
            if before and before.value == row["value"]:
                self.counts.unchanged += 1
                continue
            self.counts.updated += before is not None
            self.counts.created += before is None
            self.targets.append(
                Target(organization=organization, year=row["year"], value=row["value"], corrects=before)
            )

    def write(self) -> date | None:
        return write_numbers(self.targets)

    @classmethod
    def export(cls, scope: Any) -> Iterator[list[Any]]:
        rows = Target.objects.in_force().filter(organization__in=scope.organizations)
        for target in rows.select_related("organization").order_by("organization__code", "year"):
            yield [target.organization.code, target.year, target.value]

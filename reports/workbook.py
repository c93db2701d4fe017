"""Sheet CHI_TIEU of the workbook: targets assigned for a year."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from cells.models import Organization
from cells.roles import Action
from cells.services.locks import lock_message, locked_days
from cells.workbook.example import ExampleUnits
from cells.workbook.importing import Sheet, register_sheet
from cells.workbook.plan import Outcome, changed
from cells.workbook.reading import Column, Row
from cells.workbook.values import read_code, read_count, read_year
from core.bulk import rows_by_key
from core.dates import end_of_year
from reports.models import Target
from reports.services.targets import write_numbers
from reports.workbook_undo import TargetsBack


@register_sheet
class TargetSheet(Sheet):
    name = "CHI_TIEU"
    about = "Chỉ tiêu kết nạp được giao từng năm"
    columns = (
        Column("Mã tổ chức", "organization", read_code, required=True, is_key=True, longest=40, about="Mã tổ chức."),
        Column("Năm", "year", read_year, required=True, is_key=True, about="Năm của chỉ tiêu."),
        Column("Chỉ tiêu kết nạp", "value", read_count, required=True, is_key=True, about="Số người cấp trên giao."),
    )
    taking_back = TargetsBack

    def check(self, rows: list[Row]) -> None:
        self.targets: list[Target] = []
        rows_of: dict[tuple[int, date], Row] = {}
        named = {row["organization"] for row in rows if row.states("organization")}
        stored = {
            (target.organization.code, target.year): target
            for target in rows_by_key(
                Target.objects.in_force().select_related("organization"), "organization__code", named
            )
        }
        for row in self.once(rows, "organization", "year"):
            organization = self.organization(row)
            if organization is None or row.faulty:
                continue
            before = stored.get((organization.code, row["year"]))
            if before and before.value == row["value"]:
                self.tell(row, Outcome.UNCHANGED)
                continue
            if not self.work.may_touch(organization, Action.ASSIGN):
                self.error(row, "organization", f"Chỉ tiêu của {organization.code} do cấp trên giao. Hãy bỏ dòng này.")
                continue
            self._say(row, organization, before)
            target = Target(organization=organization, year=row["year"], value=row["value"], corrects=before)
            self.targets.append(target)
            if organization.pk:
                rows_of[organization.pk, end_of_year(row["year"])] = row
        for fact, lock in locked_days(rows_of).items():
            self.error(rows_of[fact], "year", lock_message(lock))

    def _say(self, row: Row, organization: Organization, before: Target | None) -> None:
        self.tell(
            row, Outcome.UPDATED if before else Outcome.CREATED, organization.code,
            lambda: f"{organization.name or organization.code}, năm {row['year']}: {row['value']} người",
            lambda: changed({self.header("value"): (before.value, row["value"])}) if before else (),
        )  # fmt: skip

    def write(self) -> date | None:
        return write_numbers(self.targets)

    @classmethod
    def example(cls, units: ExampleUnits) -> Iterator[dict[str, Any]]:
        for code in (units.first, units.second):
            yield {"organization": code, "year": 2025, "value": 1}

    @classmethod
    def export(cls, scope: Any) -> Iterator[list[Any]]:
        rows = Target.objects.in_force().filter(organization__in=scope.organizations)
        for target in rows.select_related("organization").order_by("organization__code", "year"):
            yield [target.organization.code, target.year, target.value]

"""Sheet SO_LIEU_NAM: figures typed in for years before the roll."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from cells.declared import FIGURES, closing_fault, expected_closing
from cells.models import DeclaredYear
from cells.services.declared import write_declared_years
from cells.workbook.importing import Sheet, register_sheet
from cells.workbook.reading import MAX_COUNT, Column, Row, read_code, read_count, read_year
from core.numbers import format_integer


@register_sheet
class DeclaredYearSheet(Sheet):
    name = "SO_LIEU_NAM"
    about = "Số liệu tự khai của những năm trước"
    columns = (
        Column("Mã tổ chức", "organization", read_code, required=True, is_key=True),
        Column("Năm", "year", read_year, required=True, is_key=True),
        Column("Đảng viên đầu năm", "opening", read_count),
        Column("Kết nạp", "admitted", read_count),
        Column("Chuyển đến", "transferred_in", read_count),
        Column("Phục hồi", "reinstated", read_count),
        Column("Chuyển đi", "transferred_out", read_count),
        Column("Từ trần", "died", read_count),
        Column("Khai trừ", "expelled", read_count),
        Column("Xóa tên", "struck_off", read_count),
        Column("Xin ra", "resigned", read_count),
        Column("Đảng viên cuối năm", "closing", read_count),
    )

    def check(self, rows: list[Row]) -> None:
        self.declared: list[DeclaredYear] = []
        stored = {
            (declared.organization.code, declared.year): declared
            for declared in DeclaredYear.objects.select_related("organization")
        }
        closings = {key: declared.closing for key, declared in stored.items()}
        listed = self.once(rows, "organization", "year")
        for row in listed:
            organization = self.organization(row)
            figures = self._figures(row)
            if organization is None or figures is None:
                continue
            if row["year"] > self.work.today.year:
                self.error(row, "year", f"Năm {row['year']} chưa tới. Hãy sửa lại năm.")
                continue
            closings[organization.code, row["year"]] = figures["closing"]
            before = stored.get((organization.code, row["year"]))
            if before and all(getattr(before, name) == value for name, value in figures.items()):
                self.counts.unchanged += 1
                continue
            self.counts.updated += before is not None
            self.counts.created += before is None
            declared = before or DeclaredYear(organization=organization, year=row["year"])
            for name, value in figures.items():
                setattr(declared, name, value)
            self.declared.append(declared)
        for row in listed:
            before = closings.get((row["organization"], row["year"] - 1))
            if before is not None and before != (row["opening"] or 0):
                self.warn(
                    row, "opening", f"Đảng viên đầu năm {row['opening'] or 0} khác số cuối năm {row['year'] - 1} đã "
                    f"khai ({before}). Hãy kiểm tra lại một trong hai năm.",
                )  # fmt: skip

    def _figures(self, row: Row) -> dict[str, int] | None:
        """The row's numbers; None when one cannot be read or they do not add up. An empty number is 0."""
        if row.faulty:
            return None
        figures = {name: row[name] or 0 for name in FIGURES}
        if (expected := expected_closing(figures)) > MAX_COUNT:
            self.error(row, "closing", f"Số cuối năm tính ra {format_integer(expected)}, quá lớn. Hãy kiểm tra các số.")
            return None
        if "closing" not in row.present:
            figures["closing"] = max(0, expected)
        if fault := closing_fault(figures):
            self.error(row, "closing", fault)
            return None
        return figures

    def write(self) -> date | None:
        return write_declared_years(self.declared)

    @classmethod
    def export(cls, scope: Any) -> Iterator[list[Any]]:
        rows = DeclaredYear.objects.filter(organization__in=scope.organizations).select_related("organization")
        for declared in rows.order_by("organization__code", "year"):
            yield [declared.organization.code, declared.year, *(getattr(declared, name) for name in FIGURES)]

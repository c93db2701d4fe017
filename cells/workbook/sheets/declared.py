"""Sheet SO_LIEU_NAM: figures typed in for years before the roll."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from cells.declared import FIGURES, closing_fault, expected_closing
from cells.models import DeclaredYear, Organization
from cells.services.declared import write_declared_years
from cells.services.locks import lock_message, locked_spans
from cells.workbook.example import ExampleUnits
from cells.workbook.importing import Sheet, register_sheet
from cells.workbook.plan import Outcome, changed
from cells.workbook.reading import Column, Row
from cells.workbook.sheets import example_rows
from cells.workbook.undo.declared import DeclaredYearsBack, former_years
from cells.workbook.values import MAX_COUNT, read_code, read_count, read_year
from core.bulk import rows_by_key
from core.dates import end_of_year
from core.numbers import format_integer

NOUGHT = "Tính là 0."
MOVED = (
    ("Kết nạp", "admitted"),
    ("Chuyển đến", "transferred_in"),
    ("Phục hồi", "reinstated"),
    ("Chuyển đi", "transferred_out"),
    ("Từ trần", "died"),
    ("Khai trừ", "expelled"),
    ("Xóa tên", "struck_off"),
    ("Xin ra", "resigned"),
)


@register_sheet
class DeclaredYearSheet(Sheet):
    name = "SO_LIEU_NAM"
    about = "Số liệu tự khai của những năm trước"
    columns = (
        Column("Mã tổ chức", "organization", read_code, required=True, is_key=True, longest=40, about="Mã tổ chức."),
        Column("Năm", "year", read_year, required=True, is_key=True, about="Năm của số liệu."),
        Column(
            "Đảng viên đầu năm", "opening", read_count, about="Số đảng viên ngày 01/01. Ô số để trống là 0.",
            absent=NOUGHT,
        ),
        *(
            Column(header, key, read_count, about=f"Số {header.lower()} trong năm.", absent=NOUGHT)
            for header, key in MOVED
        ),
        Column(
            "Đảng viên cuối năm", "closing", read_count,
            about="Bằng đầu năm cộng kết nạp, chuyển đến, phục hồi, trừ các số giảm.",
            absent="Máy tự tính từ các cột kia.",
        ),
    )  # fmt: skip
    taking_back = DeclaredYearsBack

    def check(self, rows: list[Row]) -> None:
        self.declared: list[DeclaredYear] = []
        self.before: dict[int, dict[str, int]] = {}
        """By the identity of a planned row: the figures it had; none where it is new."""
        named = {row["organization"] for row in rows if row.states("organization")}
        stored = {
            (declared.organization.code, declared.year): declared
            for declared in rows_by_key(
                DeclaredYear.objects.select_related("organization"), "organization__code", named
            )
        }
        closings = {key: declared.closing for key, declared in stored.items()}
        rows_of: dict[tuple[int, date, date], Row] = {}
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
            former = {name: getattr(before, name) for name in FIGURES} if before else {}
            if former == figures:
                self.tell(row, Outcome.UNCHANGED)
                continue
            self._say(row, organization, former, figures)
            declared = before or DeclaredYear(organization=organization, year=row["year"])
            self.before[id(declared)] = former
            for name, value in figures.items():
                setattr(declared, name, value)
            self.declared.append(declared)
            if organization.pk:
                rows_of[organization.pk, date(row["year"], 1, 1), end_of_year(row["year"])] = row
        for fact, lock in locked_spans(rows_of):
            self.error(rows_of[fact], "year", lock_message(lock))
        for row in listed:
            before = closings.get((row["organization"], row["year"] - 1))
            if before is not None and before != (row["opening"] or 0):
                self.warn(
                    row, "opening", f"Đảng viên đầu năm {row['opening'] or 0} khác số cuối năm {row['year'] - 1} đã "
                    f"khai ({before}). Hãy kiểm tra lại một trong hai năm.",
                )  # fmt: skip

    def _say(self, row: Row, organization: Organization, before: dict[str, int], after: dict[str, int]) -> None:
        self.tell(
            row, Outcome.UPDATED if before else Outcome.CREATED, organization.code,
            lambda: f"{organization.name or organization.code}, năm {row['year']}",
            lambda: changed({self.header(name): (before[name], after[name]) for name in before}),
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

    def former(self) -> Any:
        return former_years(self.declared, self.before)

    @classmethod
    def example(cls, units: ExampleUnits) -> example_rows.Rows:
        return example_rows.declared_years(units)

    @classmethod
    def export(cls, scope: Any) -> Iterator[list[Any]]:
        rows = DeclaredYear.objects.filter(organization__in=scope.organizations).select_related("organization")
        for declared in rows.order_by("organization__code", "year"):
            yield [declared.organization.code, declared.year, *(getattr(declared, name) for name in FIGURES)]

"""The grid of declared years: figures as they are typed, checked row by row."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from cells.declared import FIGURES, closing_fault, expected_closing
from cells.models import DeclaredYear, Organization
from cells.services.declared import DeclarationChange, mark
from core.forms import YearField, dress
from core.grids import Change, GridForm, Record
from core.numbers import format_integer
from reports.forms.targets import YearForm
from reports.queries.declared import MOST_YEARS, DeclaredLine

CONFIRM = "confirm"


class DeclaredSpanForm(YearForm):
    """In the address: one year (`nam`), or from which year on (`tu`)."""

    tu = YearField(label="Từ năm", required=False)

    def __init__(self, data: Any, *, last: int) -> None:
        super().__init__(data, last=last)
        self.fields["tu"].limit(last - MOST_YEARS + 1, last)
        dress(self)

    @property
    def first(self) -> int | None:
        self.is_valid()
        return self.cleaned_data.get("tu")


class DeclaredForm(GridForm):
    """The figures of *lines*, as far as the person may declare them. A row emptied as a whole is deleted.

    *whole* is the organisation above the others, where units stand in the rows.
    """

    reason = forms.CharField(
        label="Lý do sửa", required=False, max_length=255, help_text="Cần ghi khi sửa hoặc xóa số đã khai."
    )
    confirm = forms.BooleanField(label="Đồng ý xóa các khai báo vừa bỏ trống", required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        lines: Sequence[DeclaredLine],
        whole: Organization | None,
        today: date,
        is_saving: bool = False,
    ) -> None:
        self.today, self.is_saving = today, is_saving
        self.lines = {line.key: line for line in lines}
        records = [_record(line, is_whole=line.organization == whole) for line in lines if line.may_declare]
        super().__init__(data, records=records)
        dress(self)
        self.declarations: list[DeclarationChange] = []
        self.deletions: list[DeclaredYear] = []

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for change in self.changes:
            if not any(change.record.name(column) in self.errors for column in FIGURES):
                self._check(change)
        is_correction = any(item.shown for item in self.declarations)
        if self.is_saving and is_correction and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "Có số liệu đã khai bị sửa hoặc xóa. Hãy ghi lý do.")
        if self.is_saving and self.deletions and not cleaned.get(CONFIRM):
            which = "; ".join(f"{row.organization} năm {row.year}, {told(row)}" for row in self.deletions)
            self.add_error(CONFIRM, f"Sẽ xóa {which}. Hãy đánh dấu đồng ý rồi lưu, hoặc điền lại các ô.")
        return cleaned

    def _check(self, change: Change) -> None:
        line = self.lines[change.record.key]
        figures = None
        if not change.is_empty:
            figures = {name: value or 0 for name, value in change.values.items()}
            if change.values["closing"] is None:
                figures["closing"] = max(0, expected_closing(figures))
            if fault := _closing_fault(figures):
                self.add_error(change.record.name("closing"), fault)
                return
            if line.year > self.today.year:
                self.add_error(change.record.name("opening"), f"Năm {line.year} chưa tới. Hãy bỏ trống dòng này.")
                return
        elif line.row:
            self.deletions.append(line.row)
        self.declarations.append(DeclarationChange(line.organization, line.year, figures, change.shown))

    def shown_value(self, line: DeclaredLine, column: str) -> int | None:
        """What a cell says now: typed where it can be read, else stored."""
        record = self.records.get(line.key)
        name = record.name(column) if record else ""
        if self.is_bound and name in getattr(self, "cleaned_data", {}):
            return self.cleaned_data[name]
        return getattr(line.row, column) if line.row else None

    def opening_warning(self, line: DeclaredLine, before: DeclaredLine | None) -> str:
        """Said at the opening where it is not the closing of the year before (typed in *before*, or stored)."""
        opening = self.shown_value(line, "opening")
        closing = self.shown_value(before, "closing") if before else line.closing_before
        if opening is None or closing is None or opening == closing:
            return ""
        return warning_words(line).replace("{n}", format_integer(closing))


def warning_words(line: DeclaredLine) -> str:
    """What is said at an opening that does not follow; `{n}` stands for the closing before."""
    return f"Khác số cuối năm {line.year - 1}: {{n}}."


def _record(line: DeclaredLine, *, is_whole: bool) -> Record:
    """*is_whole*: the line is that of the organisation above the others, and no part of their sum."""
    return Record(
        key=line.key,
        mark=mark(line.row),
        values={name: getattr(line.row, name) if line.row else None for name in FIGURES},
        spoken={name: f"{LABELS[name]}, năm {line.year}, {line.name}" for name in FIGURES},
        attrs={"data-own": ""} if is_whole else {},
    )


def _closing_fault(figures: dict[str, int]) -> str | None:
    """As :func:`closing_fault`, in the few words that fit below a cell."""
    expected = expected_closing(figures)
    if expected >= 0 and figures["closing"] != expected:
        return f"Phải là {format_integer(expected)}, bằng đầu năm + tăng − giảm."
    return closing_fault(figures)


def _label(name: str) -> str:
    text = str(DeclaredYear._meta.get_field(name).verbose_name)
    return f"{text[:1].upper()}{text[1:]}"


LABELS = {name: _label(name) for name in FIGURES}
"""Column → its heading: `Đảng viên đầu năm`, `Kết nạp` and so on."""


HEADS = LABELS | {"opening": "Đầu năm", "closing": "Cuối năm"}
"""The headings where there is little room."""


def told(row: DeclaredYear) -> str:
    """The numbers of a row that are not 0: `đảng viên đầu năm 700, kết nạp 77, …`."""
    return ", ".join(
        f"{LABELS[name].lower()} {format_integer(value)}" for name in FIGURES if (value := getattr(row, name))
    )

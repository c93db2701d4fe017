"""Forms of the import: the upload, how the file is read, the decision to write, the reason to take it back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import django_filters
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout, Submit
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet

from cells.forms.fields import OrganizationField
from cells.models import Organization, WorkbookImport
from cells.roles import Action
from cells.workbook.book import Choices
from cells.workbook.importing import registered_sheets
from cells.workbook.lists import columns_of
from cells.workbook.reading import NOTE_HEADER
from core.forms import dress
from core.lists import ListFilter
from core.names import fold
from core.numbers import format_integer
from core.xlsx_safety import MAX_FILE_BYTES, MIB

NONE = ""


class WorkbookUploadForm(forms.Form):
    """A workbook to check."""

    file = forms.FileField(
        label="Tệp Excel (.xlsx)",
        help_text=f"Tối đa {MAX_FILE_BYTES // MIB} MB. Máy chỉ kiểm tra; chưa ghi gì khi bạn chưa xem trước và đồng ý.",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": "Hãy chọn một tệp Excel.", "empty": "Tệp rỗng. Hãy chọn tệp có dữ liệu."},
    )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout(Field("file"), Submit("submit", "Tải lên và kiểm tra"))
        return helper

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE_BYTES:
            raise forms.ValidationError(
                f"Tệp lớn {file.size // MIB} MB, quá giới hạn {MAX_FILE_BYTES // MIB} MB. Hãy chia thành nhiều tệp."
            )
        return file


class ImportFilter(ListFilter):
    """What narrows the list of past imports."""

    tim = django_filters.CharFilter(label="Tên tệp", method="named")
    tinh_trang = django_filters.ChoiceFilter(
        label="Tình trạng", field_name="state", choices=WorkbookImport.State.choices, empty_label="tất cả"
    )

    def named(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(name_fold__contains=fold(text))


class ApplyForm(forms.Form):
    """The decision to write; where there are warnings, they must have been read."""

    digest = forms.CharField(widget=forms.HiddenInput)
    read = forms.BooleanField(
        label="Tôi đã xem các cảnh báo và vẫn muốn ghi",
        error_messages={"required": "Hãy xem các cảnh báo bên dưới rồi đánh dấu vào ô này."},
    )

    def __init__(self, data: Any = None, *, row: WorkbookImport) -> None:
        super().__init__(data, initial={"digest": row.digest})
        self.row = row
        self.use_required_attribute = False
        if not row.warnings:
            del self.fields["read"]
        dress(self)

    def clean_digest(self) -> str:
        if self.cleaned_data["digest"] != self.row.digest:
            raise forms.ValidationError("Tệp vừa được kiểm tra lại. Hãy xem kết quả mới rồi ghi.")
        return self.cleaned_data["digest"]


class UndoForm(forms.Form):
    """Why an import is taken back."""

    reason = forms.CharField(
        label="Lý do hoàn tác",
        max_length=255,
        help_text="Ví dụ: nhập nhầm tệp của năm trước. Lý do được ghi vào nhật ký.",
        error_messages={"required": "Hãy ghi lý do hoàn tác."},
    )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout(Field("reason"), Submit("submit", "Hoàn tác lần nhập này"))
        return helper


class ReadingForm(forms.Form):
    """Which sheet of the file is which of ours, and which column is read as what."""

    def __init__(self, data: Any = None, *, row: WorkbookImport) -> None:
        super().__init__(data)
        self.row = row
        self.sheets: list[Mapping[str, Any]] = row.found.get("sheets", [])
        targets = [(NONE, "bỏ qua"), *((sheet.name, sheet.name) for sheet in registered_sheets())]
        for number, sheet in enumerate(self.sheets):
            if sheet["is_guide"]:
                continue
            self.fields[_sheet_field(number)] = forms.ChoiceField(
                label="Đọc như", choices=targets, initial=sheet["target"], required=False
            )
            for place, header in self._columns(sheet):
                self.fields[_column_field(number, place)] = forms.ChoiceField(
                    label=f"Cột {header}", choices=_keys(sheet), initial=_read_as(sheet, place), required=False
                )
        dress(self)

    def _columns(self, sheet: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
        for place, header in enumerate(sheet.get("headers", [])):
            if header and header != NOTE_HEADER:
                yield place, header

    def sheet_field(self, number: int) -> forms.BoundField:
        return self[_sheet_field(number)]

    def column_field(self, number: int, place: int) -> forms.BoundField:
        return self[_column_field(number, place)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for number, sheet in enumerate(self.sheets):
            seen: dict[str, str] = {}
            if cleaned.get(_sheet_field(number), NONE) != sheet["target"]:
                continue
            for place, _ in self._columns(sheet):
                name = _column_field(number, place)
                key = cleaned.get(name)
                if key and key in seen:
                    label = dict(self.fields[name].choices)[key]
                    self.add_error(name, f"Đã có cột khác đọc như “{label}”. Hãy chọn một trong hai.")
                seen.setdefault(key, name)
        return cleaned

    def choices(self) -> Choices:
        """What was chosen before, with what differs now from how the file was read."""
        before = Choices.of_json(self.row.choices)
        sheets = dict(before.sheets)
        columns = {name: dict(chosen) for name, chosen in before.columns.items()}
        for number, sheet in enumerate(self.sheets):
            if sheet["is_guide"]:
                continue
            target = self.cleaned_data[_sheet_field(number)]
            if target != sheet["target"]:
                sheets[sheet["name"]] = target
                columns.pop(sheet["name"], None)
                continue
            for place, _ in self._columns(sheet):
                key = self.cleaned_data[_column_field(number, place)]
                if key != _read_as(sheet, place):
                    columns.setdefault(sheet["name"], {})[place] = key
        return Choices(sheets, columns, before.units)


class UnitsForm(forms.Form):
    """Which organisations are meant by names in the file; a name left empty stays open."""

    def __init__(self, data: Any = None, *, row: WorkbookImport, names: Sequence[Sequence[Any]], user: Any) -> None:
        super().__init__(data)
        self.row = row
        self.names = [name for name, _, _ in names]
        rows = Organization.objects.visible_to(user, Action.IMPORT).select_related("parent")
        for number, (name, count, near) in enumerate(names):
            field = OrganizationField(label=name, action=Action.IMPORT, required=False, help_text=format_integer(count))
            # What comes near is offered; without that the server is asked while one types.
            field.rows, field.widget.action, field.widget.offered = rows, Action.IMPORT, tuple(near)
            field.near = near
            self.fields[f"ten-{number}"] = field
        dress(self)

    def choices(self) -> Choices:
        """What was chosen before, and now."""
        before = Choices.of_json(self.row.choices)
        chosen = {
            fold(name): unit.code
            for number, name in enumerate(self.names)
            if (unit := self.cleaned_data[f"ten-{number}"]) is not None
        }
        return replace(before, units={**before.units, **chosen})


def _sheet_field(number: int) -> str:
    return f"sheet-{number}"


def _column_field(number: int, place: int) -> str:
    return f"cot-{number}-{place}"


def _read_as(sheet: Mapping[str, Any], place: int) -> str:
    return next((key for key, at in sheet["columns"].items() if at == place), NONE)


def _keys(sheet: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(NONE, "bỏ qua"), *((column.key, column.header) for column in columns_of(sheet["target"], sheet["known"]))]

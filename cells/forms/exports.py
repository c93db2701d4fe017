"""What somebody says before a list leaves the program."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms

from core.documents.formats import Format
from core.documents.sheets import Table
from core.models import Purpose

LEAST_DETAIL = 10


class ExportForm(forms.Form):
    """Format, purpose and columns; masked ones are not ticked."""

    format = forms.ChoiceField(label="Dạng tệp", choices=Format.choices, widget=forms.RadioSelect, initial=Format.XLSX)
    purpose = forms.ChoiceField(label="Mục đích", choices=Purpose.choices, widget=forms.RadioSelect)
    detail = forms.CharField(
        label="Việc cụ thể", max_length=255, required=False, help_text="Bắt buộc khi chọn “Việc khác” hoặc lấy cột "
        "nhạy cảm. Ví dụ: lập mẫu 2 kèm báo cáo năm gửi Ban Tổ chức.",
    )  # fmt: skip
    columns = forms.MultipleChoiceField(label="Các cột", widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: Any = None, *, table: Table) -> None:
        super().__init__(data)
        self.table = table
        chosen = self.fields["columns"]
        chosen.choices = [
            (head, f"{head} (nhạy cảm)" if head in table.private else head) for head in table.heads
        ]  # fmt: skip
        chosen.initial = [head for head in table.heads if head not in table.private]
        self.helper = FormHelper()
        self.helper.layout = Layout("purpose", "detail", "format", "columns", Submit("submit", "Xuất tệp"))

    @property
    def private(self) -> Sequence[str]:
        """The masked columns that were asked for."""
        return [head for head in self.table.private if head in self.cleaned_data.get("columns", ())]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        needed = cleaned.get("purpose") == Purpose.OTHER or self.private
        if needed and len(cleaned.get("detail", "")) < LEAST_DETAIL:
            self.add_error("detail", "Hãy ghi rõ xuất để làm việc gì, ít nhất vài từ.")
        return cleaned


class DecideForm(forms.Form):
    """A second person's word about an export."""

    opinion = forms.CharField(label="Ý kiến", max_length=255, required=False)


class LedgerForm(forms.Form):
    """A code from a copy that somebody found."""

    code = forms.CharField(label="Mã bản xuất", max_length=20, required=False)

    def clean_code(self) -> str:
        signs = "".join(sign for sign in self.cleaned_data["code"].upper() if sign.isalnum())
        return f"{signs[:5]}-{signs[5:]}" if signs else ""

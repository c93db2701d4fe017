"""Forms of the working calendar."""

from typing import Any

from django import forms

from cells.forms.recording import ReasonField, RecordForm
from core.forms import AddressForm, DayField, YearField

OFF, WORKED = "nghi", "lam"


class CalendarYearForm(AddressForm):
    nam = YearField(label="Năm", required=False)

    def __init__(self, data: Any = None, *, today_year: int, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["nam"].limit(2010, today_year + 5)


class DayForm(RecordForm):
    """One day that differs from the public calendar."""

    submit = "Ghi vào lịch"
    rows = ((("day", 4), ("what", 4)), (("note", 12),))

    day = DayField(label="Ngày")
    what = forms.ChoiceField(label="Là ngày", choices=[(OFF, "nghỉ"), (WORKED, "làm việc (làm bù)")])
    note = forms.CharField(
        label="Căn cứ", max_length=200, help_text="Ví dụ: Thông báo nghỉ Tết Đinh Mùi 2027 số 15/TB ngày 02/12/2026."
    )


class ClearDayForm(RecordForm):
    """Back to the public calendar."""

    submit = "Bỏ khỏi lịch"
    day = DayField(label="Ngày", widget=forms.HiddenInput)
    reason = ReasonField(label="Lý do bỏ", help_text="Lý do được giữ lại trong nhật ký.")

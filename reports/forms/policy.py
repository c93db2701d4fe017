"""The form in which the Board says how a year's rate is reckoned."""

from datetime import date
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Field, Layout, Row, Submit
from django import forms

from core.dates import format_date
from core.forms import DayField
from reports.kinds import Base, CountsOn
from reports.models import TargetPolicy
from reports.services.policy import NAMES, PolicyChange, version_of
from reports.wording import plain_percent

LONGEST_TERM = 10
"""A term that began so many years before is a slip of the pen."""
PREVIEW, SAVE = "xem-truoc", "luu"


def _percent(label: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, max_digits=5, decimal_places=2, min_value=Decimal(0), max_value=Decimal(100), localize=True,
        error_messages={
            "invalid": "Hãy ghi một số phần trăm, ví dụ 3 hoặc 3,5.",
            "min_value": "Số phần trăm phải từ 0 đến 100.",
            "max_value": "Số phần trăm phải từ 0 đến 100.",
        },
    )  # fmt: skip


class PolicyForm(forms.Form):
    """Base, admission date, start of term and band of one year. The reason is asked for when it is saved."""

    base = forms.ChoiceField(label="Tỷ lệ tính trên", choices=Base.choices)
    counts_on = forms.ChoiceField(label="Ngày được tính là ngày kết nạp", choices=CountsOn.choices)
    low = _percent("Mục tiêu thấp (%)")
    high = _percent("Cao (%)")
    term_start = DayField(label="Đầu nhiệm kỳ", help_text="Chỉ dùng khi tỷ lệ tính trên đảng viên đầu nhiệm kỳ.")
    reason = forms.CharField(label="Lý do đổi, văn bản làm căn cứ", max_length=255, required=False)
    shown = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, policy: TargetPolicy, is_saving: bool = False) -> None:
        initial = {name: getattr(policy, name) for name in NAMES} | {"shown": version_of(policy)}
        initial |= {name: plain_percent(initial[name]).rstrip("%") for name in ("low", "high")}
        super().__init__(data, initial=initial)
        self.year, self.is_saving = policy.year, is_saving

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_class = "all-required"
        helper.layout = Layout(
            Row(Column("base", css_class="col-12 col-md-6"), Column("counts_on", css_class="col-12 col-md-6")),
            Row(Column("low", css_class="col-6 col-md-3"), Column("high", css_class="col-6 col-md-3"),
                Column("term_start", css_class="col-12 col-md-6")),
            "reason",
            Field("shown"),
            # Enter in a field shows the effect first.
            Submit(PREVIEW, "Xem trước", css_class="btn-plain me-2"),
            Submit(SAVE, "Lưu cách tính"),
        )  # fmt: skip
        return helper

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        low, high, start = cleaned.get("low"), cleaned.get("high"), cleaned.get("term_start")
        if low is not None and high is not None and high < low:
            self.add_error("high", "Mức cao phải từ mức thấp trở lên. Hãy sửa lại một trong hai số.")
        earliest, latest = date(self.year - LONGEST_TERM, 1, 1), date(self.year, 12, 31)
        if start and not earliest <= start <= latest:
            self.add_error(
                "term_start", f"Đầu nhiệm kỳ phải trong khoảng {format_date(earliest)} đến {format_date(latest)}."
            )
        if self.is_saving and not cleaned.get("reason"):
            self.add_error("reason", "Hãy ghi lý do đổi cách tính.")
        return cleaned

    @property
    def change(self) -> PolicyChange:
        values = {name: self.cleaned_data[name] for name in (*NAMES, "shown")}
        return PolicyChange(year=self.year, **values)

    @property
    def policy(self) -> TargetPolicy:
        """What is asked for, not stored."""
        return TargetPolicy(year=self.year, **{name: self.cleaned_data[name] for name in NAMES})

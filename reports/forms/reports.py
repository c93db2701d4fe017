"""The form that asks for a periodic report, and the filter of the list."""

from datetime import date
from typing import Any

import django_filters
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row, Submit
from django import forms
from django.db.models import Q, QuerySet

from cells.forms.fields import OrganizationField
from cells.models import Organization
from cells.roles import Action
from core.forms import DayField, YearField
from core.lists import ListFilter
from core.names import fold
from reports.forms.reckoning import FIRST_YEAR
from reports.kinds import ReportKind, Signer
from reports.periods import report_fault
from reports.rates import Period, latest_ended


class ReportForm(forms.Form):
    """Which organisation reports on which period, and what is printed. Only organisations of one's own reach."""

    organization = OrganizationField(label="Tổ chức", action=Action.REPORT)
    kind = forms.ChoiceField(label="Loại báo cáo", choices=ReportKind.choices)
    year = YearField(label="Năm")
    last_day = DayField(label="Chốt số liệu đến ngày", required=False, help_text="Bỏ trống: hết ngày 30/6 hoặc 31/12.")
    dated = DayField(label="Ngày ghi trên báo cáo", required=False, help_text="Bỏ trống: chừa chỗ để ghi tay khi ký.")
    signer = forms.ChoiceField(label="Người ký", choices=Signer.choices, initial=Signer.HEAD)

    def __init__(self, data: Any = None, *, user: Any, today: date, code: str = "") -> None:
        kind, year = latest_ended(today)
        super().__init__(data, initial={"kind": kind, "year": year})
        self.today = today
        self.fields["organization"].choose_from(user)
        self.fields["organization"].initial = self._first(code)
        self.fields["year"].limit(FIRST_YEAR, today.year)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout(
            Row(Column("organization", css_class="col-12 col-lg-6"), Column("kind", css_class="col-8 col-lg-4"),
                Column("year", css_class="col-4 col-lg-2")),
            Row(Column("last_day", css_class="col-12 col-sm-6 col-lg-4"),
                Column("dated", css_class="col-12 col-sm-6 col-lg-4"),
                Column("signer", css_class="col-12 col-sm-6 col-lg-4")),
            Submit("submit", "Lập báo cáo"),
        )  # fmt: skip
        return helper

    def _first(self, code: str) -> Organization | None:
        """The organisation named in the address, else the highest of one's own."""
        rows = self.fields["organization"].rows
        rows = rows.filter(code=code) if code else rows.filter(closed_on__isnull=True)
        return rows.order_by("path").first()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not {"kind", "year"} <= cleaned.keys() or "last_day" in self.errors:
            return cleaned
        usual = Period.of_kind(cleaned["kind"], cleaned["year"])
        cleaned["period"] = Period(usual.first_day, cleaned["last_day"] or usual.last_day)
        fault = report_fault(
            cleaned["kind"], cleaned["year"], cleaned["period"], today=self.today, dated=cleaned.get("dated")
        )
        if fault:
            self.add_error(fault.about, fault.message)
        return cleaned


class DeleteForm(forms.Form):
    """Why a draft goes."""

    reason = forms.CharField(
        label="Lý do xóa", max_length=255, help_text="Ví dụ: lập nhầm kỳ, số liệu đã sửa. Lý do được ghi vào nhật ký."
    )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout("reason", Submit("submit", "Xóa bản này"))
        return helper


class YearFilter(django_filters.Filter):
    """A year as people type it; what no calendar has is told beside the field."""

    field_class = YearField


class ReportFilter(ListFilter):
    """What narrows the list of reports."""

    nam = YearFilter(label="Năm", field_name="last_day", lookup_expr="year")
    loai = django_filters.ChoiceFilter(
        label="Loại", field_name="kind", choices=ReportKind.choices, empty_label="tất cả"
    )
    tim = django_filters.CharFilter(label="Tên hoặc mã tổ chức", method="named")

    def __init__(self, data: Any, rows: QuerySet, *, today: date) -> None:
        super().__init__(data, rows)
        self.form.fields["nam"].limit(FIRST_YEAR, today.year)

    def named(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        folded = Q(organization__name_fold__contains=fold(text))
        return rows.filter(folded | Q(organization__code__iexact=text.strip()))

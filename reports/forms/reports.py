"""The form that asks for a periodic report, and the filter of the list."""

import re
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Column, Layout, Row, Submit
from django import forms
from django.db.models import Q, QuerySet

from cells.kinds import INNER_KINDS
from cells.models import Organization
from cells.roles import Action
from core.dates import format_date
from core.names import fold
from reports.forms.reckoning import FIRST_YEAR
from reports.kinds import ReportKind, Signer
from reports.rates import Period

OFFERED = 1000
"""So many organisations are offered while one types; beyond that only what is typed counts."""
ALIKE = 3
"""So many organisations are named where what was typed fits several."""
_CODE_AT_END = re.compile(r".*\(([^()]+)\)")


def latest_ended(today: date) -> tuple[ReportKind, int]:
    """The periodic report that is due on *today*: of the half-year that ended last, or of last year."""
    half_year = Period.of_kind(ReportKind.HALF_YEAR, today.year)
    return (ReportKind.HALF_YEAR, today.year) if today >= half_year.last_day else (ReportKind.ANNUAL, today.year - 1)


def offered_as(organization: Organization) -> str:
    """How an organisation is written in the form: its name, for certainty its code, for cells what they belong to."""
    place = f", {organization.parent}" if organization.parent and organization.kind in INNER_KINDS else ""
    return f"{organization.name}{place} ({organization.code})"


class ReportForm(forms.Form):
    """Which organisation reports on which period, and what is printed. Only organisations of one's own reach."""

    organization = forms.CharField(label="Tổ chức", max_length=300)
    kind = forms.ChoiceField(label="Loại báo cáo", choices=ReportKind.choices)
    year = forms.IntegerField(label="Năm")
    last_day = forms.DateField(
        label="Chốt số liệu đến ngày", required=False, help_text="Bỏ trống: hết ngày 30/6 hoặc 31/12."
    )
    dated = forms.DateField(
        label="Ngày ghi trên báo cáo", required=False, help_text="Bỏ trống: chừa chỗ để ghi tay khi ký."
    )
    signer = forms.ChoiceField(label="Người ký", choices=Signer.choices, initial=Signer.HEAD)

    def __init__(self, data: Any = None, *, user: Any, today: date, code: str = "") -> None:
        kind, year = latest_ended(today)
        super().__init__(data, initial={"kind": kind, "year": year})
        self.today = today
        self.organizations = Organization.objects.visible_to(user, action=Action.REPORT).select_related("parent")
        self.fields["organization"].initial = self._first(code)
        self.fields["organization"].widget.attrs |= {"list": "organizations", "autocomplete": "off"}
        self.fields["year"].widget.attrs |= {"min": FIRST_YEAR, "max": today.year}
        self.fields["year"].error_messages["invalid"] = f"Năm phải là số có bốn chữ số, ví dụ {today.year}."
        for name in ("last_day", "dated"):
            self.fields[name].error_messages["invalid"] = "Ngày phải viết dạng ngày/tháng/năm, ví dụ 30/06/2026."
            attrs = {"placeholder": "ngày/tháng/năm", "inputmode": "numeric", "autocomplete": "off"}
            self.fields[name].widget.attrs |= attrs

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout(
            Row(Column("organization", css_class="col-12 col-lg-6"), Column("kind", css_class="col-8 col-lg-4"),
                Column("year", css_class="col-4 col-lg-2")),
            Row(Column("last_day", css_class="col-12 col-sm-6 col-lg-4"),
                Column("dated", css_class="col-12 col-sm-6 col-lg-4"),
                Column("signer", css_class="col-12 col-sm-6 col-lg-4")),
            HTML('{% include "reports/_organizations.html" with organizations=form.offered only %}'),
            Submit("submit", "Lập báo cáo"),
        )  # fmt: skip
        return helper

    @property
    def offered(self) -> list[str]:
        """What may be chosen while typing; nothing where there is too much to list."""
        rows = self.organizations.filter(closed_on__isnull=True).order_by("path")[: OFFERED + 1]
        names = [offered_as(row) for row in rows]
        return names if len(names) <= OFFERED else []

    def _first(self, code: str) -> str:
        """The organisation named in the address, else the highest of one's own."""
        rows = self.organizations.filter(code=code) if code else self.organizations.filter(closed_on__isnull=True)
        highest = rows.order_by("path").first()
        return offered_as(highest) if highest else ""

    def clean_organization(self) -> Organization:
        text = self.cleaned_data["organization"].strip()
        match = _CODE_AT_END.fullmatch(text)
        codes = [text, match[1]] if match else [text]
        found = self.organizations.filter(code__in=codes).first()
        if found:
            return found
        similar = list(self._similar(text)[: ALIKE + 1])
        if len(similar) == 1:
            return similar[0]
        if similar:
            names = "; ".join(offered_as(row) for row in similar[:ALIKE])
            more = "; …" if len(similar) > ALIKE else ""
            raise forms.ValidationError(f"Có nhiều tổ chức tên như vậy: {names}{more}. Hãy ghi rõ một tổ chức, kèm mã.")
        raise forms.ValidationError(f"Không có tổ chức “{text}” trong phạm vi của bạn. Hãy chọn trong danh sách gợi ý.")

    def _similar(self, text: str) -> QuerySet[Organization]:
        folded = fold(text)
        exact = self.organizations.filter(name_fold=folded)
        return exact if exact.exists() else self.organizations.filter(name_fold__contains=folded).order_by("path")

    def clean_year(self) -> int:
        year = self.cleaned_data["year"]
        if not FIRST_YEAR <= year <= self.today.year:
            raise forms.ValidationError(f"Hãy ghi một năm từ {FIRST_YEAR} đến {self.today.year}.")
        return year

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not {"kind", "year"} <= cleaned.keys() or "last_day" in self.errors:
            return cleaned
        usual = Period.of_kind(cleaned["kind"], cleaned["year"])
        last = cleaned["last_day"] or usual.last_day
        latest = format_date(self.today)
        if not Period(usual.first_day, last).suits(cleaned["kind"], cleaned["year"]):
            latest_day = "31/7" if cleaned["kind"] == ReportKind.HALF_YEAR else "31/12"
            self.add_error(
                "last_day", f"Ngày chốt số liệu phải trong năm {usual.year}, sau ngày 01/01, chậm nhất {latest_day}."
            )
        elif last > self.today and not cleaned["last_day"]:
            self.add_error(
                "last_day",
                f"Kỳ này đến {format_date(last)} mới hết. Hãy ghi ngày chốt số liệu, muộn nhất là hôm nay {latest}.",
            )
        elif last > self.today:
            self.add_error("last_day", f"Ngày chốt số liệu không được sau hôm nay, {latest}.")
        elif cleaned.get("dated") and cleaned["dated"] < last:
            self.add_error("dated", f"Ngày ghi trên báo cáo phải từ ngày chốt số liệu {format_date(last)} trở đi.")
        cleaned["period"] = Period(usual.first_day, last)
        return cleaned


class ReportFilter(forms.Form):
    """What the list of reports shows; a wrong value is left out."""

    nam = forms.IntegerField(label="Năm", required=False)
    loai = forms.ChoiceField(label="Loại", required=False, choices=[("", "tất cả"), *ReportKind.choices])
    tim = forms.CharField(label="Tên hoặc mã tổ chức", required=False, max_length=100)

    def __init__(self, data: Any) -> None:
        super().__init__(data, use_required_attribute=False)
        for field in self.fields.values():
            is_choice = isinstance(field, forms.ChoiceField)
            field.widget.attrs["class"] = "form-select" if is_choice else "form-control"

    @property
    def condition(self) -> Q:
        self.is_valid()
        asked, condition = self.cleaned_data, Q()
        if asked.get("nam"):
            condition &= Q(last_day__year=asked["nam"])
        if asked.get("loai"):
            condition &= Q(kind=asked["loai"])
        if asked.get("tim"):
            text = asked["tim"]
            condition &= Q(organization__name_fold__contains=fold(text)) | Q(organization__code__iexact=text.strip())
        return condition

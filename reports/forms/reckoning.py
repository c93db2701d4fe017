"""The parameters in the address of every page of figures, and the form that changes them."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms

from core.dates import end_of_year, format_date
from core.forms import AddressForm, DayField, YearField
from reports.kinds import Base, CountsOn
from reports.rates import Period
from reports.reckoning import Reckoning

FIRST_YEAR = 1930
"""The Party was founded in 1930: no year before it has figures."""
AS_SET = "như đã quy định cho năm"


class ReckoningForm(AddressForm):
    """Year or span of days, base, admission date."""

    nam = YearField(label="Năm", required=False)
    tinh_tren = forms.ChoiceField(label="Tỷ lệ tính trên", required=False, choices=[("", AS_SET), *Base.choices])
    theo = forms.ChoiceField(label="Ngày được tính", required=False, choices=[("", AS_SET), *CountsOn.choices])
    tu = DayField(label="Hoặc từ ngày", required=False)
    den = DayField(label="đến hết ngày", required=False)

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data)
        self.today = today
        self.fields["nam"].limit(FIRST_YEAR, today.year)
        self.fields["nam"].widget.attrs["placeholder"] = today.year
        for name in ("tinh_tren", "theo"):
            self.fields[name].error_messages["invalid_choice"] = "Không có cách tính này. Hãy chọn trong danh sách."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("tu"), cleaned.get("den")
        if first and not last and "den" not in self.errors:
            last = cleaned["den"] = self.today
        if last and not first and "tu" not in self.errors:
            first = cleaned["tu"] = date(last.year, 1, 1)
        if first and not date(FIRST_YEAR, 1, 1) <= first <= self.today:
            self.add_error("tu", f"Ngày đầu phải trong khoảng 01/01/{FIRST_YEAR} đến {format_date(self.today)}.")
        elif first and last and first > last:
            self.add_error("den", f"Ngày cuối phải từ {format_date(first)} trở đi, hoặc sửa lại ngày đầu.")
        elif last and last > end_of_year(self.today.year):
            self.add_error("den", f"Ngày cuối không được sau {format_date(end_of_year(self.today.year))}.")
        return cleaned

    @property
    def reckoning(self) -> Reckoning:
        """What was asked for; the present year for what was not, or was asked for wrongly."""
        return Reckoning(
            period=self.asked or Period.of_year(self.today.year),
            today=self.today,
            base=self.value_of("tinh_tren") or "",
            counts_on=self.value_of("theo") or "",
        )

    @property
    def asked(self) -> Period | None:
        """The year or the days that stand in the address; None where none do, or none that can be."""
        first, last, year = (self.value_of(name) for name in ("tu", "den", "nam"))
        if first and last:
            return Period(first, last)
        return Period.of_year(year) if year else None


def address(reckoning: Reckoning, period: Period | None = None) -> str:
    """`?nam=2025&theo=ceremony`: what must be carried along to another page; empty where nothing differs.

    *period* takes the place of the reckoning's own.
    """
    carried = parameters(reckoning, period)
    return f"?{urlencode(carried, safe='/')}" if carried else ""


def asked_address(form: ReckoningForm) -> str:
    """`?nam=2025`: the period that stands in the address, to be carried along; empty where none does."""
    period = form.asked
    if period is None:
        return ""
    if period.is_full_year:
        return f"?nam={period.year}"
    days = {"tu": format_date(period.first_day), "den": format_date(period.last_day)}
    return f"?{urlencode(days, safe='/')}"


def parameters(reckoning: Reckoning, period: Period | None = None) -> dict[str, str]:
    """Names and values of `address`."""
    period, carried = period or reckoning.period, {}
    if not period.is_full_year:
        carried |= {"tu": format_date(period.first_day), "den": format_date(period.last_day)}
    elif period.year != reckoning.today.year:
        carried["nam"] = str(period.year)
    if reckoning.base:
        carried["tinh-tren"] = reckoning.base
    if reckoning.counts_on:
        carried["theo"] = reckoning.counts_on
    return carried

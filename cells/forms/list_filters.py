"""What the filters of several lists are made of."""

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet

from cells.forms.fields import OrganizationField
from core.dates import format_date
from core.forms import DayField, YearField

ANY = "tất cả"
FIRST_YEAR = 1930
"""The Party was founded in 1930: nobody joined before."""


class OrganizationFilter(django_filters.Filter):
    field_class = OrganizationField


class DayFilter(django_filters.Filter):
    field_class = DayField


class YearFilter(django_filters.Filter):
    field_class = YearField


class AgeFilter(django_filters.Filter):
    field_class = forms.IntegerField


def out_of_time(today: date) -> str:
    """Why a day of the past is refused."""
    return f"Hãy ghi một ngày từ 01/01/{FIRST_YEAR} đến {format_date(today)}."


def is_out_of_time(day: date | None, today: date) -> bool:
    return day is not None and not date(FIRST_YEAR, 1, 1) <= day <= today


class AsAt:
    """Of a list that speaks of today, or of the past day in its field `ngay`."""

    today: date
    form: Any

    @property
    def as_at(self) -> date | None:
        """The past day asked for."""
        return self.form.cleaned_data.get("ngay")

    @property
    def day(self) -> date:
        """The day of which the list speaks."""
        return self.as_at or self.today

    def refuse_odd_day(self) -> None:
        """Say beside the field when its day is none of the past."""
        if is_out_of_time(self.as_at, self.today):
            self.form.add_error("ngay", out_of_time(self.today))

    def elsewhere(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        """Taken into account before the rows are asked for."""
        return rows

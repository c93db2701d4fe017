"""What narrows the list of organisations; every part of it stands in the address."""

from datetime import date
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.forms import HiddenInput

from cells.forms.list_filters import ANY, AsAt, DayFilter, OrganizationFilter, is_out_of_time, out_of_time
from cells.kinds import OrganizationKind
from cells.models import Organization, OrganizationVersion
from cells.queries.organization_tree import versions_on
from cells.queries.organizations import AREAS
from core.dates import format_date
from core.forms import AddressForm, DayField
from core.lists import ListFilter
from core.names import fold

CLOSED, EVERY = "da-thoi", "tat-ca"


class UnitFilter(AsAt, ListFilter):
    """Which organisations are listed, as they were on a day (by default today). As a tree, unless anything but the
    branch and the day is asked for."""

    ten = django_filters.CharFilter(label="Tên hoặc mã", method="named", widget=HiddenInput)
    nhanh = OrganizationFilter(label="Trong tổ chức", method="elsewhere")
    loai = django_filters.ChoiceFilter(
        label="Loại hình", field_name="kind", empty_label=ANY, choices=OrganizationKind.choices
    )
    dia_ban = django_filters.ChoiceFilter(
        label="Địa bàn, nguồn", method="of_area", empty_label=ANY,
        choices=[(word, label) for word, (label, _) in AREAS.items()],
    )  # fmt: skip
    tinh_trang = django_filters.ChoiceFilter(
        label="Tình trạng", method="elsewhere", empty_label="đang hoạt động",
        choices=[(CLOSED, "đã thôi hoạt động"), (EVERY, "tất cả")],
    )  # fmt: skip
    ngay = DayFilter(label="Tại ngày", method="elsewhere")

    def __init__(self, data: Any, *, user: Any, today: date) -> None:
        super().__init__(data, OrganizationVersion.objects.none())
        self.user, self.today = user, today
        fields = self.form.fields
        fields["nhanh"].choose_from(user)
        fields["ngay"].widget.attrs["placeholder"] = format_date(today)
        self.form.is_valid()
        self.refuse_odd_day()

    @property
    def is_active(self) -> bool:
        """Whether anything is narrowed but by the name, which has a field of its own above the list."""
        return any(value for name, value in self.form.cleaned_data.items() if name != "ten")

    @property
    def branch(self) -> Organization | None:
        """At or below which organisation; None for everything one may see."""
        return self.form.cleaned_data.get("nhanh")

    @property
    def is_list(self) -> bool:
        """Whether a list is asked for, not a tree."""
        cleaned = self.form.cleaned_data
        return any(cleaned.get(name) for name in ("ten", "loai", "dia_ban", "tinh_trang"))

    def rows(self) -> QuerySet[OrganizationVersion]:
        """All organisations asked for, at any depth."""
        rows = versions_on(self.day, self.user, self.branch)
        state = self.form.cleaned_data.get("tinh_trang")
        if state != EVERY:
            rows = rows.filter(is_closed=state == CLOSED)
        return self.filter_queryset(rows)

    def named(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        # By the name of today: that of the day has no folded column.
        folded = Q(organization__name_fold__contains=fold(text))
        return rows.filter(folded | Q(organization__code__startswith=text.strip()))

    def of_area(self, rows: QuerySet, name: str, word: str) -> QuerySet:
        return rows.filter(AREAS[word][1])


class DayForm(AddressForm):
    """As on which day an organisation is shown."""

    ngay = DayField(label="Xem như ngày", required=False)

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data)
        self._today = today
        self.fields["ngay"].widget.attrs["placeholder"] = format_date(today)
        self.is_valid()
        if is_out_of_time(self.cleaned_data.get("ngay"), today):
            self.add_error("ngay", out_of_time(today))

    @property
    def as_at(self) -> date | None:
        """The past day asked for."""
        day = self.cleaned_data.get("ngay")
        return day if day and day < self._today else None

    @property
    def day(self) -> date:
        return self.as_at or self._today

"""What narrows the list of members; every part of it stands in the address."""

from datetime import date
from functools import cached_property
from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from cells.forms.list_filters import (
    ANY,
    FIRST_YEAR,
    AgeFilter,
    AsAt,
    DayFilter,
    OrganizationFilter,
    YearFilter,
)
from cells.kinds import CELL_KINDS, Sex, StateKind
from cells.models import Member, Organization
from cells.queries.members import ON_ROLL, Standing, members_below, members_now, members_on, units_on
from cells.queries.probationers import Waiting, group_of, headings, waiting_among
from core.dates import add_months, format_date
from core.lists import ListFilter
from core.names import fold

OLDEST = 120

LEFT = "da-roi"
STATES = {"mien": StateKind.EXEMPT, "tam-di": StateKind.AWAY, "dinh-chi": StateKind.SUSPENDED}
STANDINGS = [*((word, kind.label) for word, kind in STATES.items()), (LEFT, "đã rời danh sách")]
SEXES = {"nam": Sex.MALE, "nu": Sex.FEMALE}


class MemberFilter(AsAt, ListFilter):
    """Which members are listed. By default those on the roll now; with `ngay` those on it at the end of that day."""

    ten = django_filters.CharFilter(label="Họ tên hoặc mã", method="named")
    to_chuc = OrganizationFilter(label="Tổ chức", method="elsewhere")
    loai = django_filters.ChoiceFilter(
        label="Loại", method="recognised", empty_label=ANY,
        choices=[("chinh-thuc", "chính thức"), ("du-bi", "dự bị")],
    )  # fmt: skip
    gioi_tinh = django_filters.ChoiceFilter(
        label="Giới tính", method="of_sex", empty_label=ANY,
        choices=[(word, sex.label) for word, sex in SEXES.items()],
    )  # fmt: skip
    tuoi_tu = AgeFilter(label="Tuổi từ", method="elsewhere")
    tuoi_den = AgeFilter(label="đến tuổi", method="elsewhere")
    nam_vao = YearFilter(label="Năm vào Đảng", method="joined_in")
    tinh_trang = django_filters.ChoiceFilter(
        label="Tình trạng", method="elsewhere", empty_label="trong danh sách", choices=STANDINGS
    )
    ngay = DayFilter(label="Tại ngày", method="elsewhere")

    def __init__(self, data: Any, *, user: Any, today: date) -> None:
        super().__init__(data, Member.objects.none())
        self.user, self.today = user, today
        fields = self.form.fields
        fields["to_chuc"].choose_from(user)
        fields["nam_vao"].limit(FIRST_YEAR, today.year)
        fields["ngay"].widget.attrs["placeholder"] = format_date(today)
        for name in ("tuoi_tu", "tuoi_den"):
            fields[name].error_messages["invalid"] = "Tuổi phải là số, ví dụ 35."
            fields[name].widget.attrs |= {"min": 18, "max": OLDEST, "inputmode": "numeric"}
        self._check()

    def _check(self) -> None:
        """What cannot be, or not together, is said beside its field and left out."""
        self.form.is_valid()
        cleaned = self.form.cleaned_data
        youngest, oldest = cleaned.get("tuoi_tu"), cleaned.get("tuoi_den")
        for name, age in (("tuoi_tu", youngest), ("tuoi_den", oldest)):
            if age is not None and not 0 <= age <= OLDEST:
                self.form.add_error(name, f"Hãy ghi một tuổi từ 18 đến {OLDEST}.")
        if youngest is not None and oldest is not None and youngest > oldest:
            self.form.add_error("tuoi_den", "Tuổi sau phải từ tuổi trước trở lên. Hãy sửa một trong hai.")
        self.refuse_odd_day()
        if self.as_at and cleaned.get("tinh_trang") == LEFT:
            self.form.add_error(
                "ngay", "Danh sách tại một ngày chỉ gồm người đang trong danh sách ngày ấy. Hãy bỏ ngày, hoặc bỏ chọn "
                "“đã rời danh sách”.",
            )  # fmt: skip

    # --- what was asked ------------------------------------------------------------------------------------------

    @property
    def organization(self) -> Organization | None:
        """Which organisation, with all below it; None for everything one may see."""
        return self.form.cleaned_data.get("to_chuc")

    @property
    def is_of_one_cell(self) -> bool:
        """Whether everybody listed is in the same place, so that it need not be said of each."""
        chosen, offered = self.organization, self.form.fields["to_chuc"].widget.offered
        return chosen.kind in CELL_KINDS if chosen else len(offered) == 1

    @property
    def standing(self) -> Standing:
        word = self.form.cleaned_data.get("tinh_trang")
        return Standing(has_left=word == LEFT, state=STATES.get(word, "")) if word else ON_ROLL

    # --- the rows ------------------------------------------------------------------------------------------------

    def rows(self, *, when_long: bool = False) -> QuerySet[Member]:
        """Everybody asked for, of what the user may see; *when_long* in the way that suits a long list."""
        if self.as_at:
            places = Organization.objects.visible_to(self.user, of="cells.movement")
            if self.organization:
                places = units_on(places, self.organization, self.as_at)
            return self._narrowed(members_on(places, self.as_at, self.standing.state))
        rows = members_below(self.organization, self.user, when_long=when_long)
        return self._narrowed(members_now(rows, self.standing, self.today))

    def _narrowed(self, rows: QuerySet[Member]) -> QuerySet[Member]:
        cleaned = self.form.cleaned_data
        if (youngest := cleaned.get("tuoi_tu")) is not None:
            rows = rows.filter(born_on__lte=add_months(self.day, -12 * youngest))
        if (oldest := cleaned.get("tuoi_den")) is not None:
            rows = rows.filter(born_on__gt=add_months(self.day, -12 * (oldest + 1)))
        return self.filter_queryset(rows)

    def named(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(Q(name_fold__contains=fold(text)) | Q(code=text.strip()))

    def recognised(self, rows: QuerySet, name: str, word: str) -> QuerySet:
        is_official = Q(official_on__lte=self.day) if self.as_at else Q(official_on__isnull=False)
        return rows.filter(is_official if word == "chinh-thuc" else ~is_official)

    def of_sex(self, rows: QuerySet, name: str, word: str) -> QuerySet:
        return rows.filter(sex=SEXES[word])

    def joined_in(self, rows: QuerySet, name: str, year: int) -> QuerySet:
        return rows.filter(joined_on__range=(date(year, 1, 1), date(year, 12, 31)))


class ProbationFilter(ListFilter):
    """Which probationers are listed: where, and when their twelve months end."""

    to_chuc = OrganizationFilter(label="Tổ chức", method="elsewhere")
    thang = django_filters.ChoiceFilter(label="Hết 12 tháng", method="elsewhere", empty_label=ANY)

    def __init__(self, data: Any, *, user: Any, today: date) -> None:
        super().__init__(data, Member.objects.none())
        self.user, self.today = user, today
        self.form.fields["to_chuc"].choose_from(user)
        self.form.fields["thang"].choices = [(group.key, group.label) for group in headings(today)]
        self.form.is_valid()

    @property
    def organization(self) -> Organization | None:
        return self.form.cleaned_data.get("to_chuc")

    @cached_property
    def everybody(self) -> list[Waiting]:
        """Whenever their months end."""
        return waiting_among(members_below(self.organization, self.user), self.today)

    @property
    def found(self) -> list[Waiting]:
        key = self.form.cleaned_data.get("thang")
        return [each for each in self.everybody if not key or group_of(each.since, self.today).key == key]

    def elsewhere(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        """Taken into account by `found`."""
        return rows

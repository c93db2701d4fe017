"""What narrows the list of files; every part of it stands in the address."""

from datetime import date, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from cells.forms.list_filters import ANY, OrganizationFilter
from cells.models import Organization
from core.lists import ListFilter
from core.names import fold
from core.workdays import WorkingCalendar
from pipeline.kinds import ONGOING, CaseStatus
from pipeline.models import Case
from pipeline.queries.case_list import cases_below, is_cell
from pipeline.queries.helping import helped_by
from pipeline.queries.spans import overdue
from pipeline.rulebook.loading import load
from pipeline.showing import LATE, SOON_DAYS, STAGE_SLUGS, overdue_slug, step_choices
from pipeline.spans import spans_of

ALL = "tat-ca"
STANDINGS = {
    "tam-dung": (CaseStatus.PAUSED,), "da-thoi": (CaseStatus.CLOSED,), "hoan-thanh": (CaseStatus.DONE,),
    ALL: tuple(CaseStatus),
}  # fmt: skip
SOON = "trong-tuan"
DUE = [(LATE, "có việc quá hạn"), (SOON, "có việc đến hạn trong 7 ngày")]


class CaseFilter(ListFilter):
    """Which files are listed: by default those that are neither closed nor done."""

    ten = django_filters.CharFilter(label="Họ tên hoặc mã hồ sơ", method="named")
    to_chuc = OrganizationFilter(label="Tổ chức", method="elsewhere")
    giai_doan = django_filters.ChoiceFilter(
        label="Giai đoạn", method="at_stage", empty_label=ANY,
        choices=[(slug, stage.value) for slug, stage in STAGE_SLUGS.items()],
    )  # fmt: skip
    buoc = django_filters.ChoiceFilter(label="Việc tiếp theo", field_name="next_step", empty_label=ANY)
    han = django_filters.ChoiceFilter(label="Thời hạn", method="due", empty_label=ANY)
    giup_do = django_filters.CharFilter(label="Người giúp đỡ", method="helped_by")
    tinh_trang = django_filters.ChoiceFilter(
        label="Tình trạng", method="elsewhere", empty_label="đang làm, kể cả tạm dừng",
        choices=[("tam-dung", "tạm dừng"), ("da-thoi", "đã thôi"), ("hoan-thanh", "đã hoàn thành"), (ALL, "tất cả")],
    )  # fmt: skip
    xem = django_filters.ChoiceFilter(
        method="elsewhere", choices=[("bang", "bảng theo giai đoạn")], widget=forms.HiddenInput
    )

    def __init__(self, data: Any, *, user: Any, today: date) -> None:
        super().__init__(data, Case.objects.none())
        self.user, self.today = user, today
        edition = load().on(today)
        self.timed = {overdue_slug(span.name): span for span in spans_of(edition) if span.is_timed}
        self.form.fields["buoc"].choices = step_choices(edition)
        self.form.fields["han"].choices = [
            *DUE, ("Quá thời hạn của", [(slug, span.title) for slug, span in self.timed.items()])
        ]  # fmt: skip
        self.form.fields["to_chuc"].choose_from(user)
        for name in ("ten", "giup_do"):
            self.form.fields[name].widget.attrs |= {"autocomplete": "off", "maxlength": 100}
        self.form.is_valid()

    @property
    def is_active(self) -> bool:
        cleaned = self.form.cleaned_data
        return any(value not in (None, "", []) for name, value in cleaned.items() if name != "xem")

    @property
    def is_board(self) -> bool:
        return self.form.cleaned_data.get("xem") == "bang"

    @property
    def organization(self) -> Organization | None:
        return self.form.cleaned_data.get("to_chuc")

    @property
    def is_of_one_cell(self) -> bool:
        """Whether everybody listed is of the same cell, so that it need not be said of each."""
        offered = self.form.fields["to_chuc"].widget.offered
        return is_cell(self.organization) if self.organization else len(offered) == 1

    @property
    def statuses(self) -> tuple[str, ...]:
        return STANDINGS.get(self.form.cleaned_data.get("tinh_trang"), ONGOING)

    def rows(self) -> QuerySet[Case]:
        """The files asked for, of those the user may see."""
        rows = cases_below(self.organization, self.user, self.today)
        return self.filter_queryset(rows.filter(status__in=self.statuses))

    def named(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(Q(candidate__name_fold__contains=fold(text)) | Q(code=text.strip().upper()))

    def at_stage(self, rows: QuerySet, name: str, slug: str) -> QuerySet:
        return rows.filter(stage=STAGE_SLUGS[slug].name)

    def due(self, rows: QuerySet, name: str, word: str) -> QuerySet:
        if word == LATE:
            return rows.filter(first_due__lt=self.today)
        if word in self.timed:
            return rows.filter(overdue(self.timed[word], WorkingCalendar.load(), self.today))
        return rows.filter(first_due__range=(self.today, self.today + timedelta(days=SOON_DAYS)))

    def helped_by(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        return rows.filter(pk__in=helped_by(text))

    def elsewhere(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        """Taken into account by `rows`."""
        return rows

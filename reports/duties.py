"""What figures, targets and reports leave to do."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse

from cells.duties import Duty
from cells.kinds import CELL_KINDS
from cells.models import DeclaredYear, Organization
from cells.queries.organizations import places_of
from cells.roles import Action
from core.dates import format_date
from reports.models import Report, Target, TargetPolicy
from reports.queries.declared_gaps import declared_gaps
from reports.queries.idle import IDLE_YEARS, idle_years
from reports.queries.overview import cells_of
from reports.queries.rates import rate_table
from reports.rates import Period, latest_ended
from reports.wording import period_words

PLANNING_MONTH = 12
"""Targets of the next year are assigned from December on (reports.md §6)."""
SECOND_HALF = 7
"""From this month on units behind their target are named."""


def duties(user: Any, today: date) -> Iterator[Duty]:
    for place in places_of(user, today):
        if place.kind in CELL_KINDS:
            yield from _of_cell(place, user, today)
        else:
            yield from _reports(place, user, today)
            yield from _targets(place, user, today)
            yield from _behind(place, user, today)
            yield from _idle(place, user, today)
    yield from _gaps(user, today)


def _reports(place: Organization, user: Any, today: date) -> Iterator[Duty]:
    kind, year = latest_ended(today)
    period = Period.of_kind(kind, year)
    if not Organization.objects.visible_to(user, Action.REPORT).filter(pk=place.pk).exists():
        return
    made = Report.objects.for_list().filter(organization=place, kind=kind, last_day__year=year)
    if made.exists():
        return
    yield Duty(
        f"Lập báo cáo {period_words(kind, year)} của {place}",
        f"{reverse('reports:report-list')}?to-chuc={place.code}",
        "Lập báo cáo",
        detail=f"Kỳ này hết ngày {format_date(period.last_day)}, trong phần mềm chưa có bản nào.",
    )


def _targets(place: Organization, user: Any, today: date) -> Iterator[Duty]:
    years = [today.year, *([today.year + 1] if today.month >= PLANNING_MONTH else [])]
    units = Organization.objects.visible_to(user, Action.ASSIGN).filter(parent=place, closed_on=None)
    total = units.count()
    for year in years if total else ():
        assigned = Target.objects.in_force().filter(year=year, organization__in=units).count()
        if assigned < total:
            yield Duty(
                f"Giao chỉ tiêu năm {year} cho {total - assigned}/{total} tổ chức trực thuộc {place}",
                f"{reverse('reports:targets')}?nam={year}",
                "Giao chỉ tiêu",
                detail="Các tổ chức này chưa có chỉ tiêu kết nạp đảng viên trong phần mềm.",
            )


def _behind(place: Organization, user: Any, today: date) -> Iterator[Duty]:
    if today.month < SECOND_HALF:
        return
    policy = TargetPolicy.of(today.year)
    units = list(Organization.objects.visible_to(user).filter(parent=place, closed_on=None).order_by("code"))
    table = rate_table(Period.of_year(today.year), policy, units=units)
    behind = [row for row in table.rows.values() if row.target and row.figures.admitted < row.target]
    if behind:
        missing = sum(row.target - row.figures.admitted for row in behind)
        yield Duty(
            f"{len(behind)}/{len(units)} tổ chức trực thuộc {place} chưa đạt chỉ tiêu năm {today.year}",
            f"{reverse('reports:overview-of', args=[place.public_id])}?sort=dat#to-chuc",
            "Xem ai còn thiếu",
            detail=f"Còn thiếu {missing} đảng viên so với chỉ tiêu đã giao.",
        )


def _idle(place: Organization, user: Any, today: date) -> Iterator[Duty]:
    policy = TargetPolicy.of(today.year)
    cells = list(cells_of(place, Period.of_year(today.year), user).values_list("organization_id", flat=True))
    idle = idle_years(place, cells, today, policy.counts_on)
    count = sum(years >= IDLE_YEARS for years in idle.values())
    if count:
        yield Duty(
            f"{count}/{len(cells)} chi bộ thuộc {place} không kết nạp đảng viên nào từ {IDLE_YEARS} năm trở lên",
            f"{reverse('reports:cells-without-admission', args=[place.public_id])}?tu-nam={IDLE_YEARS}",
            "Xem danh sách",
            detail="Nên xem chi bộ nào còn nguồn mà chưa kết nạp, chi bộ nào thật sự hết nguồn.",
        )


def _of_cell(cell: Organization, user: Any, today: date) -> Iterator[Duty]:
    policy = TargetPolicy.of(today.year)
    row = rate_table(Period.of_year(today.year), policy, units=[cell]).rows.get(cell.pk)
    if row is None or row.figures.is_empty:
        return
    overview = reverse("reports:overview-of", args=[cell.public_id])
    if row.target and row.figures.admitted < row.target:
        yield Duty(
            f"Còn {row.target - row.figures.admitted} đảng viên nữa mới đạt chỉ tiêu năm {today.year} của chi bộ",
            overview, "Xem số liệu", detail=f"Đã kết nạp {row.figures.admitted} trên chỉ tiêu {row.target}.",
            due=date(today.year, 12, 31),
        )  # fmt: skip
    years = idle_years(cell, [cell.pk], today, policy.counts_on)[cell.pk]
    if years:
        said = f"{years} năm" if years < IDLE_YEARS else f"từ {years} năm"
        yield Duty(
            f"Chi bộ {said} nay chưa kết nạp đảng viên nào", overview, "Xem số liệu",
            detail="Hãy bàn trong chi bộ về nguồn: đoàn viên, hội viên, cán bộ thôn chưa là đảng viên.",
        )  # fmt: skip


def _gaps(user: Any, today: date) -> Iterator[Duty]:
    declared = DeclaredYear.objects.visible_to(user, Action.DECLARE).filter(year__lt=today.year)
    units = Organization.objects.filter(pk__in=declared.values("organization"))
    for gap in declared_gaps(units, today.year):
        yield Duty(
            f"Số khai báo và danh sách của {gap.organization} không khớp",
            f"{reverse('reports:overview-of', args=[gap.organization.public_id])}?nam={gap.year}",
            "Đối chiếu",
            detail=str(gap),
        )

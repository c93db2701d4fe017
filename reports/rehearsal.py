"""What a change of organisations does to figures: the rates of the units concerned, and reports already made."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max

from cells.models import Organization, OrganizationAncestor, OrganizationVersion
from cells.queries.roll import movements_until
from cells.rehearsal import Effect, Remark, Row, Scene, Shown, Table
from core.dates import format_date
from core.numbers import EMPTY, format_integer, format_percent
from reports.kinds import Base
from reports.models import Report, TargetPolicy
from reports.queries.overview import cells_of
from reports.queries.rates import OrganizationRate, RateTable, figures_of, rate_table
from reports.rates import Period
from reports.wording import amount


@dataclass(frozen=True)
class YearSeen:
    """A year of the units concerned: rates, and for each unit how many open cells have admitted nobody."""

    table: RateTable
    silent: dict[int, int]

    def row(self, unit: Organization) -> OrganizationRate | None:
        return self.table.rows.get(unit.pk)


class FiguresEffect(Effect):
    """The figures of this year, and of the year of the change's day, of every unit concerned."""

    COLUMNS = ("Đầu năm", "Kết nạp", "Cuối kỳ", "Tỷ lệ", "Tình hình", "% chỉ tiêu", "Chi bộ chưa kết nạp")

    def look(self, scene: Scene) -> dict[int, YearSeen]:
        return {year: self._year(scene, year) for year in sorted({scene.today.year, scene.on.year})}

    def _year(self, scene: Scene, year: int) -> YearSeen:
        period, policy = Period.of_year(year), TargetPolicy.of(year)
        figures = figures_of(period, policy.counts_on)
        table = rate_table(period, policy, units=scene.units, figures=figures)
        silent = {}
        for unit in scene.units:
            cells = cells_of(unit, period, scene.user).values_list("organization_id", flat=True)
            silent[unit.pk] = sum(key in figures and figures[key].admitted == 0 for key in cells)
        return YearSeen(table, silent)

    def tell(self, scene: Scene, before: dict[int, YearSeen], after: dict[int, YearSeen]) -> Iterator[Table | Remark]:
        for year, was in before.items():
            rows = tuple(
                Row(unit.name, values)
                for unit in scene.units
                if (values := self._values(scene, unit, was, after[year])) is not None
            )
            if any(value.differs for row in rows for value in row.values):
                policy = was.table.policy
                as_of = format_date(min(scene.today, was.table.period.last_day))
                note = f"Tỷ lệ tính trên {policy.get_base_display()}; trong ngoặc là số kết nạp và mẫu số, đến {as_of}."
                yield Table(f"Số liệu năm {year}", self.COLUMNS, rows, note)
            else:
                yield Remark(f"Số liệu năm {year} của các đơn vị liên quan không đổi.")

    def _values(self, scene: Scene, unit: Organization, was: YearSeen, comes: YearSeen) -> tuple[Shown, ...] | None:
        if was.row(unit) is None and comes.row(unit) is None:
            return None
        sides = [self._side(scene, unit, seen) for seen in (was, comes)]
        return tuple(Shown(*pair) for pair in zip(*sides, strict=True))

    def _side(self, scene: Scene, unit: Organization, seen: YearSeen) -> tuple[str, ...]:
        row = seen.row(unit)
        if row is None:
            return (EMPTY,) * len(self.COLUMNS)
        policy, its = seen.table.policy, row.figures
        rate = format_percent(row.rate.percent)
        if row.rate.percent is not None:
            rate += f" ({format_integer(row.rate.admitted)}/{amount(row.rate.base_value)})"
        judged = row.verdict(policy, min(scene.today, seen.table.period.last_day)).label
        return (
            format_integer(its.opening), format_integer(its.admitted), format_integer(its.closing), rate,
            judged if policy.base != Base.TARGET else EMPTY,
            format_percent(row.attainment), format_integer(seen.silent[unit.pk]),
        )  # fmt: skip


@dataclass(frozen=True)
class ReportSeen:
    """A report already made: what it is called, and on what it would rest if made now."""

    title: str
    rests_on: dict[int, tuple[Any, ...]]
    """For every unit in it: name, kind, place and end on the last day; how many movements count, and the latest."""


class ReportsEffect(Effect):
    """Reports already made of the units concerned that would come out otherwise, made again.

    Told from what their figures rest on: reckoning every period anew would hold the database for seconds.
    """

    def look(self, scene: Scene) -> dict[int, ReportSeen]:
        concerned = Report.objects.visible_to(scene.user).filter(
            organization__in=scene.units, last_day__gte=scene.on, made__gt=0
        )
        by_day: dict[date, list[Report]] = {}
        for report in concerned.select_related("organization").order_by("-last_day", "organization__path"):
            by_day.setdefault(report.last_day, []).append(report)
        return {key: seen for day, reports in by_day.items() for key, seen in self._on(day, reports)}

    def _on(self, day: date, reports: list[Report]) -> Iterator[tuple[int, ReportSeen]]:
        below: dict[int, list[int]] = {report.organization_id: [] for report in reports}
        lines = OrganizationAncestor.objects.on(day).filter(ancestor__in=below)
        for key, top in lines.values_list("organization_id", "ancestor_id"):
            below[top].append(key)
        versions = OrganizationVersion.objects.in_force().on(day)
        said = {
            key: rest
            for key, *rest in versions.values_list("organization_id", "name", "kind", "parent_id", "is_closed")
        }
        sums = movements_until(day).order_by().values("organization").annotate(Count("pk"), Max("pk"))
        moves = {key: rest for key, *rest in sums.values_list("organization", "pk__count", "pk__max")}
        for report in reports:
            keys = below[report.organization_id]
            yield report.pk, ReportSeen(str(report), {key: (*said[key], *moves.get(key, ())) for key in keys})

    def tell(self, scene: Scene, before: dict[int, ReportSeen], after: dict[int, ReportSeen]) -> Iterator[Remark]:
        for key, was in before.items():
            comes = after.get(key)
            if comes is None or comes.rests_on != was.rests_on:
                yield Remark(
                    f"{was.title} đã lập: nội dung trong đó giữ nguyên như đã in; lập lại sẽ ra khác.", warns=True
                )

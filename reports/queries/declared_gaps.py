"""Where declared figures and the roll do not meet."""

from collections.abc import Collection
from dataclasses import dataclass

from cells.models import DeclaredYear, Organization
from core.numbers import format_integer
from reports.models import TargetPolicy
from reports.queries.rates import figures_of
from reports.rates import Period


@dataclass(frozen=True)
class DeclaredGap:
    """The last declared year of *organization* closes at another number than the roll goes on with."""

    organization: Organization
    year: int
    declared: int
    roll: int
    has_declared_parts: bool = False

    def __str__(self) -> str:
        counted = "danh sách và số khai của cấp dưới" if self.has_declared_parts else "danh sách"
        return (
            f"{self.organization.name}: cuối năm {self.year} đã khai {format_integer(self.declared)} đảng viên, "
            f"{counted} đầu năm {self.year + 1} có {format_integer(self.roll)}. Hãy kiểm tra số liệu khai báo hoặc bổ "
            "sung danh sách."
        )


def declared_gaps(organizations: Collection[Organization], until_year: int) -> list[DeclaredGap]:
    """Gaps of *organizations* at the turns of the years up to *until_year*, by organisation and year.

    One declared year after another is compared on import; here it is the last of a row that meets the roll, or the
    declarations below it.
    """
    wanted = {unit.pk: unit for unit in organizations}
    rows = DeclaredYear.objects.filter(year__lte=until_year).order_by("organization__code", "year")
    closings = {(row.organization_id, row.year): row.closing for row in rows}
    last = {
        (key, year): closing
        for (key, year), closing in closings.items()
        if year < until_year and (key, year + 1) not in closings
    }
    years = {year + 1 for _, year in last}
    following = {year: figures_of(Period.of_year(year), TargetPolicy.of(year).counts_on) for year in years}
    gaps = []
    for (key, year), closing in last.items():
        its = following[year + 1].get(key) if key in wanted else None
        if its is not None and its.opening != closing:
            gaps.append(DeclaredGap(wanted[key], year, closing, its.opening, its.has_declared))
    return gaps


def unused_declarations(organizations: Collection[Organization], period: Period) -> list[str]:
    """Names of *organizations* that declared the whole year of which *period* is only a part."""
    if period.is_full_year:
        return []
    wanted = {unit.pk: unit.name for unit in organizations}
    rows = DeclaredYear.objects.filter(year=period.year).order_by("organization__code")
    return [wanted[key] for key in rows.values_list("organization", flat=True) if key in wanted]

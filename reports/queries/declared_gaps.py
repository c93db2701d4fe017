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

    def __str__(self) -> str:
        return (
            f"{self.organization.name}: cuối năm {self.year} đã khai {format_integer(self.declared)} đảng viên, danh "
            f"sách đầu năm {self.year + 1} có {format_integer(self.roll)}. Hãy kiểm tra số liệu khai báo hoặc bổ sung "
            "danh sách."
        )


def declared_gaps(organizations: Collection[Organization], until_year: int) -> list[DeclaredGap]:
    """Gaps of *organizations* at the turns of the years up to *until_year*, by organisation and year.

    One declared year after another is compared on import; here it is the last of a row that meets the roll.
    """
    wanted = {unit.pk: unit for unit in organizations}
    rows = DeclaredYear.objects.filter(year__lt=until_year).order_by("organization__code", "year")
    closings = {(row.organization_id, row.year): row.closing for row in rows}
    last = {(key, year): closing for (key, year), closing in closings.items() if (key, year + 1) not in closings}
    years = {year + 1 for _, year in last}
    following = {year: figures_of(Period.of_year(year), TargetPolicy.of(year).counts_on) for year in years}
    gaps = []
    for (key, year), closing in last.items():
        its = following[year + 1].get(key) if key in wanted else None
        if its is not None and not its.has_declared and its.opening != closing:
            gaps.append(DeclaredGap(wanted[key], year, closing, its.opening))
    return gaps

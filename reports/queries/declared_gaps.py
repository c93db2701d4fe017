"""Where declared figures and the roll do not meet."""

from collections.abc import Collection
from dataclasses import dataclass

from cells.models import DeclaredYear, Organization
from core.bulk import rows_by_key
from core.numbers import format_integer
from reports.queries.rates import figures_of_years, policies_of
from reports.rates import Period


@dataclass(frozen=True)
class DeclaredGap:
    """The last declared year of *organization* closes at another number than the roll goes on with."""

    organization: Organization
    year: int
    declared: int
    roll: int
    has_declared_parts: bool = False

    @property
    def following(self) -> int:
        """The first year that the roll speaks of."""
        return self.year + 1

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
    rows = rows_by_key(DeclaredYear.objects.filter(year__lte=until_year), "organization_id", wanted)
    rows = sorted(rows, key=lambda row: (wanted[row.organization_id].code, row.year))
    closings = {(row.organization_id, row.year): row.closing for row in rows}
    last = {
        (key, year): closing
        for (key, year), closing in closings.items()
        if year < until_year and (key, year + 1) not in closings
    }
    following = figures_of_years(policies_of({year + 1 for _, year in last}), wanted)
    gaps = []
    for (key, year), closing in last.items():
        its = following[year + 1].get(key)
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

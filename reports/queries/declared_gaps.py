"""Where declared figures and the roll do not meet."""

from collections.abc import Collection
from dataclasses import dataclass

from cells.models import DeclaredYear, Organization
from core.bulk import rows_by_key
from core.numbers import format_integer
from reports.queries.rates import figures_of_years, policies_of


@dataclass(frozen=True)
class DeclaredGap:
    """The last declared year of *organization* closes at another number than the roll goes on with."""

    organization: Organization
    year: int
    declared: int
    roll: int

    @property
    def following(self) -> int:
        """The first year that the roll speaks of."""
        return self.year + 1

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
    rows = rows_by_key(DeclaredYear.objects.filter(year__lt=until_year), "organization_id", wanted)
    rows = sorted(rows, key=lambda row: (wanted[row.organization_id].code, row.year))
    closings = {(row.organization_id, row.year): row.closing for row in rows}
    last = {(key, year): closing for (key, year), closing in closings.items() if (key, year + 1) not in closings}
    following = figures_of_years(policies_of({year + 1 for _, year in last}), wanted)
    gaps = []
    for (key, year), closing in last.items():
        its = following[year + 1].get(key)
        if its is not None and not its.has_declared and its.opening != closing:
            gaps.append(DeclaredGap(wanted[key], year, closing, its.opening))
    return gaps

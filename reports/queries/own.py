"""The few figures of an own unit that stand on the home page."""

from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString

from cells.kinds import CELL_KINDS
from cells.models import Member, Organization
from reports.charts import band_bar
from reports.models import TargetPolicy
from reports.queries.rates import OrganizationRate, rate_table
from reports.rates import Period, Verdict, is_small


@dataclass(frozen=True)
class OwnFigures:
    """This year of one unit; `official` is known of cells only."""

    organization: Organization
    year: int
    row: OrganizationRate
    verdict: Verdict
    shows_people: bool
    official: int | None
    picture: SafeString | None


def own_figures(organization: Organization, today: date) -> OwnFigures | None:
    """None where nothing is known of the unit this year."""
    policy = TargetPolicy.of(today.year)
    row = rate_table(Period.of_year(today.year), policy, units=[organization]).rows.get(organization.pk)
    if row is None or row.figures.is_empty:
        return None
    official = None
    if organization.kind in CELL_KINDS:
        members = Member.objects.filter(organization=organization, on_roll=True)
        official = members.filter(official_on__isnull=False).count()
    small = bool(row.rate.base_value) and is_small(row.rate, policy.low)
    picture = None
    if row.rate.percent is not None and not small:
        picture = band_bar(
            row.rate.percent, policy.low, policy.high, name=f"own-{organization.pk}",
            title=f"Tỷ lệ kết nạp của {organization} so với mục tiêu", description=f"{row.rate.percent}%",
        )  # fmt: skip
    return OwnFigures(organization, today.year, row, row.verdict(policy, today), small, official, picture)

"""Several years of one organisation side by side."""

from collections.abc import Collection
from datetime import date

from cells.models import Organization
from core.dates import end_of_year
from reports.growth import YearLine
from reports.kinds import Base
from reports.models import Target
from reports.queries.figures import compute_rolls, compute_targets
from reports.queries.rates import figures_of_years, policies_of
from reports.rates import Rate, base_value, term_base_day, verdict

YEARS = 5


def years_of(
    organization: Organization, last: int, today: date, *, base: str = "", counts_on: str = "", count: int = YEARS
) -> list[YearLine]:
    """The *count* years up to *last* of which anything is known, the earliest first.

    Each is reckoned by its own policy, but for *base* and *counts_on* where they are given.
    """
    years = range(last - count + 1, last + 1)
    policies = policies_of(years, base=base, counts_on=counts_on)
    figures = figures_of_years(policies, [organization.pk])
    targets = _targets(organization, years)
    lines = []
    for year in years:
        its, policy = figures[year].get(organization.pk), policies[year]
        if its is None or its.is_empty:
            continue
        chosen = Base(policy.base)
        rolls = {}
        if chosen is Base.TERM:
            rolls = compute_rolls(term_base_day(policy.term_start), end_of_year(year), policy.counts_on)
        amount = base_value(chosen, its, term_roll=rolls.get(organization.pk), target=targets.get(year))
        rate = Rate(its.admitted, amount, chosen)
        judged = verdict(
            rate, target=targets.get(year), low=policy.low, high=policy.high, year=year,
            as_of=min(today, end_of_year(year)),
        )  # fmt: skip
        lines.append(YearLine(year, its, rate, targets.get(year), policy.low, policy.high, judged))
    return lines


def _targets(organization: Organization, years: Collection[int]) -> dict[int, int]:
    """The targets of the organisation: its own; where it has none, the sum below it."""
    own = Target.objects.in_force().filter(organization=organization, year__in=years)
    found = dict(own.values_list("year", "value"))
    below = Target.objects.in_force().filter(year__in=[year for year in years if year not in found])
    for year in below.order_by().values_list("year", flat=True).distinct():
        total = compute_targets(year, end_of_year(year)).get(organization.pk)
        if total is not None:
            found[year] = total
    return found

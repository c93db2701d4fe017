"""Several years of one organisation side by side."""

from collections.abc import Collection
from datetime import date

from cells.models import FactsVersion, Organization
from core.dates import end_of_year
from reports.growth import YearLine
from reports.kinds import Base
from reports.models import FiguresRun, Target, TargetPolicy, YearFigures
from reports.models.targets import default_term_start
from reports.queries.figures import compute_figures, compute_rolls, compute_targets
from reports.queries.rates import stored_figures
from reports.rates import Figures, Period, Rate, base_value, term_base_day, verdict

YEARS = 5


def years_of(
    organization: Organization, last: int, today: date, *, base: str = "", counts_on: str = "", count: int = YEARS
) -> list[YearLine]:
    """The *count* years up to *last* of which anything is known, the earliest first.

    Each is reckoned by its own policy, but for *base* and *counts_on* where they are given.
    """
    years = range(last - count + 1, last + 1)
    policies = {policy.year: policy for policy in TargetPolicy.objects.filter(year__in=years)}
    for year in years:
        policy = policies.setdefault(year, TargetPolicy(year=year, term_start=default_term_start(year)))
        policy.base, policy.counts_on = base or policy.base, counts_on or policy.counts_on
    figures = _figures(organization, policies)
    targets = _targets(organization, years)
    lines = []
    for year in years:
        its, policy = figures.get(year), policies[year]
        if its is None or its.is_empty:
            continue
        base = Base(policy.base)
        rolls = {}
        if base is Base.TERM:
            rolls = compute_rolls(term_base_day(policy.term_start), end_of_year(year), policy.counts_on)
        amount = base_value(base, its, term_roll=rolls.get(organization.pk), target=targets.get(year))
        rate = Rate(its.admitted, amount, base)
        judged = verdict(
            rate, target=targets.get(year), low=policy.low, high=policy.high, year=year,
            as_of=min(today, end_of_year(year)),
        )  # fmt: skip
        lines.append(YearLine(year, its, rate, targets.get(year), policy.low, policy.high, judged))
    return lines


def _figures(organization: Organization, policies: dict[int, TargetPolicy]) -> dict[int, Figures]:
    """The stored figures of the years that are up to date; the others are computed."""
    wanted = {(year, policy.counts_on) for year, policy in policies.items()}
    fresh = FiguresRun.objects.filter(year__in=policies, facts_version=FactsVersion.current())
    current = wanted & set(fresh.values_list("year", "counts_on"))
    rows = YearFigures.objects.filter(organization=organization, year__in=[year for year, _ in current])
    found = {row.year: stored_figures(row) for row in rows if (row.year, row.counts_on) in current}
    for year, counts_on in wanted - current:
        its = compute_figures(Period.of_year(year), counts_on).get(organization.pk)
        if its is not None:
            found[year] = its
    return found


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

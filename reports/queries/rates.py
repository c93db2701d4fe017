"""Rates of organisations under the policy of a year: what pages, commands and reports show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from cells.models import FactsVersion, Organization
from cells.queries.organizations import in_tree_order
from cells.queries.roll import DECISION
from core.fields import prefix_upper_bound
from reports.kinds import Base, CountsOn
from reports.models import FiguresRun, TargetPolicy, YearFigures
from reports.queries.figures import compute_figures, compute_rolls, compute_targets
from reports.rates import Figures, Period, Rate, Verdict, attainment, base_value, term_base_day, verdict


@dataclass(frozen=True)
class OrganizationRate:
    """One organisation in a period: its figures, its rate and its target, under one policy."""

    organization: Organization
    figures: Figures
    rate: Rate
    target: int | None

    @property
    def attainment(self) -> Decimal | None:
        return attainment(self.figures.admitted, self.target)

    def verdict(self, policy: TargetPolicy, as_of: date) -> Verdict:
        return verdict(self.rate, target=self.target, low=policy.low, high=policy.high, year=policy.year, as_of=as_of)

    def as_json(self) -> dict[str, Any]:
        """The row `compute_rates --json` promises."""
        return {
            "code": self.organization.code,
            "name": self.organization.name,
            "base_value": _plain(self.rate.base_value),
            "opening": self.figures.opening,
            "increases": self.figures.increases,
            "decreases": self.figures.decreases,
            "closing": self.figures.closing,
            "admitted": self.figures.admitted,
            "rate": _plain(self.rate.percent, places=2),
            "target": self.target,
            "attainment": _plain(self.attainment, places=2),
            "source": self.figures.source,
        }


def _plain(value: Decimal | None, places: int | None = None) -> str | None:
    """A decimal as text: with *places*, or without needless ones."""
    if value is None:
        return None
    return f"{value:.{places}f}" if places is not None else f"{value.normalize():f}"


@dataclass(frozen=True)
class RateTable:
    """Organisations of a period, those below which nothing ever happened included, in tree order.

    `figures` are those of every organisation, whichever rows were asked for.
    """

    period: Period
    policy: TargetPolicy
    rows: dict[int, OrganizationRate]
    figures: dict[int, Figures]

    def __getitem__(self, organization: Organization) -> OrganizationRate:
        return self.rows[organization.pk]

    def below(self, organization: Organization) -> list[OrganizationRate]:
        """The rows of *organization* and everything below it now."""
        end = prefix_upper_bound(organization.path)
        return [row for row in self.rows.values() if organization.path <= row.organization.path < end]


def rate_table(
    period: Period, policy: TargetPolicy, base: str = "", units: Iterable[Organization] | None = None
) -> RateTable:
    """Rates of every organisation in *period*, reckoned by *policy*; *base* overrides the policy's.

    With *units* only theirs, in the order given. A unit that was not there yet on the period's last day, or that
    closed before the period and has no figures in it, is left out.
    """
    chosen = Base(base or policy.base)
    figures = figures_of(period, policy.counts_on)
    targets = compute_targets(policy.year, tree_on=period.last_day)
    terms = (
        compute_rolls(term_base_day(policy.term_start), period.last_day, policy.counts_on)
        if chosen is Base.TERM
        else {}
    )
    rows = {}
    for unit in in_tree_order(Organization.objects.all()) if units is None else units:
        its = figures.get(unit.pk)
        if its is None:
            continue
        if its.is_empty and unit.closed_on is not None and unit.closed_on <= period.first_day:
            continue
        target = targets.get(unit.pk)
        value = base_value(chosen, its, term_roll=terms.get(unit.pk), target=target)
        rows[unit.pk] = OrganizationRate(unit, its, Rate(its.admitted, value, chosen), target)
    return RateTable(period, policy, rows, figures)


def figures_of(period: Period, counts_on: str = DECISION) -> dict[int, Figures]:
    """Figures of a period: the stored ones where they are up to date, else computed now."""
    if period.is_full_year:
        run = FiguresRun.objects.filter(year=period.year, counts_on=counts_on).first()
        if run is not None and run.facts_version == FactsVersion.current():
            rows = YearFigures.objects.filter(year=period.year, counts_on=counts_on)
            return {row.organization_id: stored_figures(row) for row in rows}
    return compute_figures(period, counts_on)


def stored_figures(row: YearFigures) -> Figures:
    numbers = {name: getattr(row, name) for name in YearFigures.COMPONENTS}
    return Figures(has_declared=row.has_declared, base_roll=row.opening, **numbers)


def policy_with(year: int, *, base: str = "", counts_on: str = "") -> TargetPolicy:
    """The policy of *year* with another base or admission date, not stored."""
    policy = TargetPolicy.of(year)
    policy.base = Base(base or policy.base)
    policy.counts_on = CountsOn(counts_on or policy.counts_on)
    return policy

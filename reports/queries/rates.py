"""Rates of organisations under the policy of a year: what pages, commands and reports show."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from cells.models import FactsVersion, Organization, OrganizationAncestor, OrganizationVersion
from cells.queries.remembering import while_facts_stand
from cells.queries.roll import DECISION
from core.bulk import MANY, rows_by_key
from reports.kinds import Base, CountsOn
from reports.models import FiguresRun, TargetPolicy, YearFigures
from reports.queries.figures import compute_figures, compute_rolls, compute_targets
from reports.rates import Figures, Period, Rate, Verdict, attainment, base_value, term_base_day, verdict

_LATER = tuple(name for name in YearFigures.COMPONENTS if name != "opening")


@dataclass(frozen=True)
class OrganizationRate:
    """One organisation in a period: its figures, its rate and its target, under one policy.

    `name` is what it was called on the period's last day, where all were asked for; else its name of today.
    """

    organization: Organization
    figures: Figures
    rate: Rate
    target: int | None
    name: str

    @property
    def attainment(self) -> Decimal | None:
        return attainment(self.figures.admitted, self.target)

    def verdict(self, policy: TargetPolicy, as_of: date) -> Verdict:
        return verdict(self.rate, target=self.target, low=policy.low, high=policy.high, year=policy.year, as_of=as_of)

    def as_json(self) -> dict[str, Any]:
        """The row `compute_rates --json` promises."""
        return {
            "code": self.organization.code,
            "name": self.name,
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

    `figures` are at least those of the rows.
    """

    period: Period
    policy: TargetPolicy
    rows: dict[int, OrganizationRate]
    figures: Mapping[int, Figures]

    def __getitem__(self, organization: Organization) -> OrganizationRate:
        return self.rows[organization.pk]

    def below(self, organization: Organization) -> list[OrganizationRate]:
        """The rows of *organization* and everything that stood below it on the period's last day."""
        lines = OrganizationAncestor.objects.on(self.period.last_day).filter(ancestor=organization)
        below = set(lines.values_list("organization_id", flat=True))
        return [row for key, row in self.rows.items() if key in below]


def rate_table(
    period: Period,
    policy: TargetPolicy,
    base: str = "",
    units: Iterable[Organization] | None = None,
    figures: Mapping[int, Figures] | None = None,
) -> RateTable:
    """Rates of every organisation in *period*, reckoned by *policy*; *base* overrides the policy's.

    With *units* only theirs, in the order given; *figures* where they have been read already. A unit that was not
    there yet on the period's last day, or that closed before the period and has no figures in it, is left out.
    """
    chosen = Base(base or policy.base)
    units = None if units is None else list(units)
    if figures is None:
        figures = figures_of(period, policy.counts_on, None if units is None else [unit.pk for unit in units])
    targets = compute_targets(policy.year, tree_on=period.last_day)
    terms = (
        compute_rolls(term_base_day(policy.term_start), period.last_day, policy.counts_on)
        if chosen is Base.TERM
        else {}
    )
    rows = {}
    for unit, name in units_on(period.last_day) if units is None else ((unit, unit.name) for unit in units):
        its = figures.get(unit.pk)
        if its is None:
            continue
        if its.is_empty and unit.closed_on is not None and unit.closed_on <= period.first_day:
            continue
        target = targets.get(unit.pk)
        value = base_value(chosen, its, term_roll=terms.get(unit.pk), target=target)
        rows[unit.pk] = OrganizationRate(unit, its, Rate(its.admitted, value, chosen), target, name)
    return RateTable(period, policy, rows, figures)


def units_on(day: date) -> list[tuple[Organization, str]]:
    """Every unit that was there on *day*, with its name of then: before what stood below it, neighbours by code."""
    units = Organization.objects.in_bulk()
    names = dict(OrganizationVersion.objects.in_force().on(day).values_list("organization_id", "name"))
    lines: dict[int, list[str]] = {}
    above = OrganizationAncestor.objects.on(day).order_by("-depth").values_list("organization_id", "ancestor_id")
    for key, ancestor in above:
        lines.setdefault(key, []).append(units[ancestor].code)
    return [(units[key], names[key]) for key in sorted(lines, key=lines.__getitem__)]


def figures_of(period: Period, counts_on: str = DECISION, units: Collection[int] | None = None) -> dict[int, Figures]:
    """Figures of a period: the stored ones where they are up to date, else computed now.

    With *units* (keys) at least theirs, and of stored ones no others are read.
    """
    if not _is_stored(period, counts_on):
        return _computed(period, counts_on)
    if units is None or len(units) > MANY:
        return _stored(period.year, counts_on)
    rows = YearFigures.objects.filter(year=period.year, counts_on=counts_on, organization_id__in=units)
    return {row.organization_id: stored_figures(row) for row in rows}


def _is_stored(period: Period, counts_on: str) -> bool:
    """Whether the figures of *period* are stored, and no fact has changed since."""
    if not period.is_full_year:
        return False
    run = FiguresRun.objects.filter(year=period.year, counts_on=counts_on).first()
    return run is not None and run.facts_version == FactsVersion.current()


@while_facts_stand
def _computed(period: Period, counts_on: str) -> dict[int, Figures]:
    return compute_figures(period, counts_on)


@while_facts_stand
def _stored(year: int, counts_on: str) -> dict[int, Figures]:
    rows = YearFigures.objects.filter(year=year, counts_on=counts_on)
    return {
        key: Figures(has_declared=typed, base_roll=opening, opening=opening, **dict(zip(_LATER, numbers, strict=True)))
        for key, typed, opening, *numbers in rows.values_list("organization_id", "has_declared", "opening", *_LATER)
    }


def policies_of(years: Collection[int], *, base: str = "", counts_on: str = "") -> dict[int, TargetPolicy]:
    """The policy of each of *years*, the default one where none is set; with *base* and *counts_on* instead of its."""
    policies = {year: TargetPolicy.default(year) for year in years}
    policies |= {policy.year: policy for policy in TargetPolicy.objects.filter(year__in=years)}
    for policy in policies.values():
        policy.base, policy.counts_on = base or policy.base, counts_on or policy.counts_on
    return policies


def figures_of_years(policies: Mapping[int, TargetPolicy], units: Collection[int]) -> dict[int, dict[int, Figures]]:
    """Figures of whole years by their *policies*, at least of *units* (keys); of stored years in a few questions."""
    runs = {(run.year, run.counts_on): run.facts_version for run in FiguresRun.objects.filter(year__in=policies)}
    version = FactsVersion.current() if runs else None
    is_stored = {year: runs.get((year, its.counts_on)) == version is not None for year, its in policies.items()}
    found: dict[int, dict[int, Figures]] = {year: {} for year in policies}
    if any(is_stored.values()):
        rows = YearFigures.objects.filter(year__in=[year for year in policies if is_stored[year]])
        for row in rows_by_key(rows, "organization_id", units):
            if row.counts_on == policies[row.year].counts_on:
                found[row.year][row.organization_id] = stored_figures(row)
    for year, policy in policies.items():
        if not is_stored[year]:
            found[year] = compute_figures(Period.of_year(year), policy.counts_on)
    return found


def stored_figures(row: YearFigures) -> Figures:
    numbers = {name: getattr(row, name) for name in YearFigures.COMPONENTS}
    return Figures(has_declared=row.has_declared, base_roll=row.opening, **numbers)


def policy_with(year: int, *, base: str = "", counts_on: str = "") -> TargetPolicy:
    """The policy of *year* with another base or admission date, not stored."""
    policy = TargetPolicy.of(year)
    policy.base = Base(base or policy.base)
    policy.counts_on = CountsOn(counts_on or policy.counts_on)
    return policy

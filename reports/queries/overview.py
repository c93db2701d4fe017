"""What Tổng quan shows of one organisation: its rate, the units directly below, the months of the year."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import ExtractMonth

from cells.kinds import BASE_KINDS, CELL_KINDS, MovementKind
from cells.models import DeclaredYear, Organization, OrganizationAncestor, OrganizationVersion
from cells.queries.organizations import units_on
from cells.queries.roll import DATE_COLUMN
from core.numbers import percentage
from reports.kinds import Base
from reports.models import TargetPolicy
from reports.queries.figures import compute_rolls, compute_targets
from reports.queries.people import counted_units, declarations_behind, declared_years_of, people_behind
from reports.queries.rates import OrganizationRate, figures_of, policy_with, rate_table
from reports.rates import Figures, Period, Rate, Verdict, base_value, still_needed, term_base_day
from reports.reckoning import Reckoning


@dataclass(frozen=True)
class Line:
    """One organisation: the page's own, or a row of its table; named as on the period's last day.

    `previous` is the same period a year before, None where the unit was not there or where only a whole declared
    year is known of it. `verdict` is None where there is no goal to compare with.
    """

    organization: Organization
    name: str
    kind: str
    is_closed: bool
    rate: OrganizationRate
    previous: Rate | None
    verdict: Verdict | None

    @property
    def figures(self) -> Figures:
        return self.rate.figures


@dataclass(frozen=True)
class Overview:
    """The page of one organisation. Counts are of people, `cells` and `silent_cells` of cells.

    `hidden_units` stood below in the period but are out of the reader's sight now. `months` has the admissions of
    each month by year, of the year before too where they are known. `has_unused_declaration` says that a declared
    whole year was passed over because only a part of the year was asked for.
    """

    reckoning: Reckoning
    policy: TargetPolicy
    own: Line
    lines: list[Line]
    hidden_units: int
    cells: int
    silent_cells: int
    months: dict[int, list[int]] = field(default_factory=dict)
    has_unused_declaration: bool = False

    @property
    def has_goal(self) -> bool:
        return has_goal(self.reckoning, self.policy)

    @property
    def is_cell(self) -> bool:
        """A cell shows its movements where everybody else shows the units below."""
        return self.own.kind in CELL_KINDS

    @property
    def has_lines(self) -> bool:
        """Whether there is anything to say of the units below: not where one declaration speaks for all of them."""
        if self.own.figures.has_declared and all(line.figures.is_empty for line in self.lines):
            return False
        return bool(self.lines or self.hidden_units)

    @property
    def rest(self) -> Figures | None:
        """What the organisation counts beside its lines: members of its own, units the reader may not see.

        None where the lines add up, or cannot because the whole was declared by itself.
        """
        whole, parts = self.own.figures, [line.figures for line in self.lines]
        if whole.has_declared and not any(part.has_declared for part in parts):
            return None
        left = Figures(
            base_roll=whole.base_roll - sum(part.base_roll for part in parts),
            admitted=whole.admitted - sum(part.admitted for part in parts),
        )
        return left if left.base_roll or left.admitted else None

    @property
    def base(self) -> Base:
        return self.own.rate.rate.base

    @property
    def base_days(self) -> str:
        return self.reckoning.base_days(self.base, self.policy.term_start)

    @property
    def to_target(self) -> int | None:
        """How many more admissions meet the assigned target; None without one."""
        target = self.own.rate.target
        return None if target is None else max(0, target - self.own.figures.admitted)

    @property
    def to_low(self) -> int:
        """How many more admissions reach the lower goal."""
        return still_needed(self.own.rate.rate.base_value, self.policy.low, self.own.figures.admitted)

    @property
    def target_percent(self) -> Decimal | None:
        """The assigned target in percent of the base."""
        target = self.own.rate.target
        return None if target is None else percentage(target, self.own.rate.rate.base_value)

    @property
    def units_called(self) -> str:
        kinds = {line.kind for line in self.lines}
        if kinds <= set(BASE_KINDS):
            return "Tổ chức cơ sở đảng"
        return "Chi bộ" if kinds <= set(CELL_KINDS) else "Tổ chức trực thuộc"


def has_goal(reckoning: Reckoning, policy: TargetPolicy) -> bool:
    """Whether the band says anything: it is one of a year's rate, and of a rate of members."""
    return reckoning.is_of_one_year and policy.base != Base.TARGET


def places_of(user: Any, paths: Iterable[str]) -> list[Organization]:
    """The organisations at *paths* (those of the user's appointments) that lie below no other of them."""
    found: list[Organization] = []
    for place in Organization.objects.visible_to(user).filter(path__in=list(paths)).order_by("path"):
        if not found or not place.path.startswith(found[-1].path):
            found.append(place)
    return found


def organizations_above(organization: Organization, user: Any) -> list[Organization]:
    """What stands above *organization* now and *user* may see, the highest first."""
    keys = organization.path.split("/")[:-2]
    if not keys:
        return []
    return list(Organization.objects.visible_to(user).filter(pk__in=keys).order_by("path"))


def overview_of(organization: Organization, reckoning: Reckoning, user: Any) -> Overview | None:
    """What *user* sees of *organization*; None where it was not there in the period."""
    period = reckoning.period
    policy = policy_with(period.year, base=reckoning.base, counts_on=reckoning.counts_on)
    versions = list(_units(organization, reckoning, user))
    shown = [row for row in versions if row.is_visible]
    table = rate_table(period, policy, units=[row.organization for row in shown])
    own = next((row for row in versions if row.depth == 0), None)
    if own is None or organization.pk not in table.rows:
        return None
    is_part = not reckoning.previous.is_full_year  # of which a declared year says nothing
    before = _rates_before([r.organization_id for r in shown if not (is_part and r.was_declared)], reckoning, policy)
    years = [period.year] if own.was_declared else [period.year, period.year - 1]

    def line(row: OrganizationVersion) -> Line:
        rate = table.rows[row.organization_id]
        return Line(
            row.organization, row.name, row.kind, row.is_closed, rate, before.get(row.organization_id),
            rate.verdict(policy, reckoning.as_of) if has_goal(reckoning, policy) else None,
        )  # fmt: skip

    lines = [line(row) for row in shown if row.depth and row.organization_id in table.rows]
    has_months = period.is_full_year and own.kind not in CELL_KINDS and not own.is_declared
    cells = cells_of(organization, period, user).values_list("organization_id", flat=True)
    admitted = [table.figures[key].admitted for key in cells]
    return Overview(
        reckoning,
        policy,
        own=line(own),
        # Closed units stand last, and only while they have figures.
        lines=sorted((its for its in lines if not (its.is_closed and its.figures.is_empty)), key=_is_closed),
        hidden_units=len(versions) - len(shown),
        cells=len(admitted),
        silent_cells=admitted.count(0),
        months=_admissions_by_month(organization, years, policy.counts_on) if has_months else {},
        has_unused_declaration=own.is_declared and not period.is_full_year,
    )


def _is_closed(line: Line) -> bool:
    return line.is_closed


def _units(organization: Organization, reckoning: Reckoning, user: Any) -> QuerySet[OrganizationVersion]:
    """*organization* and the units directly below it on the period's last day, by code, as they were then.

    Each says its `depth`, whether the reader may see it, and whether this year or the year before was declared
    for it or for a unit below it (`is_declared`, `was_declared`).
    """
    day, before = reckoning.period.last_day, reckoning.previous
    return units_on(organization, day).annotate(
        is_visible=Exists(Organization.objects.visible_to(user).filter(pk=OuterRef("organization"))),
        is_declared=Exists(_declared(reckoning.period.year, day)),
        was_declared=Exists(_declared(before.year, before.last_day)),
    )


def _declared(year: int, tree_on: date) -> QuerySet[OrganizationAncestor]:
    """Places in the tree at or below the outer row's organisation for which *year* was declared."""
    declared = DeclaredYear.objects.filter(year=year).values("organization")
    below = OrganizationAncestor.objects.on(tree_on).filter(ancestor=OuterRef("organization"))
    return below.filter(organization__in=declared)


def _rates_before(keys: Iterable[int], reckoning: Reckoning, policy: TargetPolicy) -> dict[int, Rate]:
    """Rates of the same days a year earlier on the same kind of base, on the tree of then."""
    period, base, counts_on = reckoning.previous, Base(policy.base), policy.counts_on
    figures = figures_of(period, counts_on)
    rolls = targets = {}
    if base is Base.TERM:
        rolls = compute_rolls(term_base_day(TargetPolicy.of(period.year).term_start), period.last_day, counts_on)
    if base is Base.TARGET:
        targets = compute_targets(period.year, period.last_day)
    return {
        key: Rate(its.admitted, base_value(base, its, term_roll=rolls.get(key), target=targets.get(key)), base)
        for key in keys
        if (its := figures.get(key)) and not its.is_empty
    }


def cells_of(organization: Organization, period: Period, user: Any) -> QuerySet[OrganizationVersion]:
    """The open cells at or below *organization* on the period's last day that *user* may see, by code.

    Left out are cells above which a declared year stands in: nobody knows what each of them did.
    """
    day, years = period.last_day, declared_years_of(period)
    is_known = Q(organization__in=counted_units(organization, day, years))
    if years:
        is_known |= Q(organization__in=declarations_behind(organization, years, day).order_by().values("organization"))
    return (
        OrganizationVersion.objects.in_force()
        .on(day)
        .filter(is_known, kind__in=CELL_KINDS, is_closed=False)
        .filter(organization__in=Organization.objects.visible_to(user))
        .order_by("organization__code")
    )


def _admissions_by_month(organization: Organization, years: Iterable[int], counts_on: str) -> dict[int, list[int]]:
    """People admitted in each of the twelve months of each year."""
    found = {year: [0] * 12 for year in years}
    first, *others = (
        people_behind(organization, Period.of_year(year), MovementKind.ADMITTED, counts_on)
        .order_by()
        .values(in_year=Value(year), month=ExtractMonth(DATE_COLUMN[counts_on]))
        .annotate(size=Count("pk"))
        for year in found
    )
    for row in first.union(*others, all=True):
        found[row["in_year"]][row["month"] - 1] = row["size"]
    return found

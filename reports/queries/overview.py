"""What Tổng quan shows of one organisation: its rate, the units directly below, the months of the year."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from cells.kinds import BASE_KINDS, CELL_KINDS
from cells.models import Organization, OrganizationVersion
from reports.growth import YearLine
from reports.kinds import Base
from reports.models import TargetPolicy
from reports.queries.below import (
    PLAIN,
    SORTED_AT_MOST,
    Level,
    Line,
    LineMaker,
    LinesInTreeOrder,
    Wanted,
    arranged,
    below_at,
    has_goal,
    versions_at,
)
from reports.queries.idle import IDLE_YEARS, idle_years
from reports.queries.people import (
    admissions_by_month,
    counted_units,
    declarations_behind,
    declared_years_of,
)
from reports.queries.rates import policy_with
from reports.queries.years import years_of
from reports.rates import Figures, Period, still_needed
from reports.reckoning import Reckoning
from reports.wording import capital


@dataclass(frozen=True)
class Overview:
    """The page of one organisation. Counts are of people; `cells`, `silent_cells`, `idle_cells` of cells.

    `lines` are the organisations below that were asked for (`wanted`). `hidden_units` stood directly below in the
    period but are out of the reader's sight now. `idle_cells` says how many cells admitted nobody in the last year,
    the last two, the last three. `months` has the admissions of each month by year, of the year before too where
    they are known, `years` the last five. `has_unused_declaration` says that a declared whole year was passed over
    because only a part of the year was asked for.
    """

    reckoning: Reckoning
    policy: TargetPolicy
    own: Line
    wanted: Wanted
    lines: Sequence[Line]
    hidden_units: int
    cells: int
    silent_cells: int
    idle_cells: tuple[int, ...] = ()
    months: dict[int, list[int]] = field(default_factory=dict)
    years: list[YearLine] = field(default_factory=list)
    has_unused_declaration: bool = False

    @property
    def has_goal(self) -> bool:
        return has_goal(self.reckoning, self.policy)

    @property
    def is_cell(self) -> bool:
        """A cell shows its movements where everybody else shows the units below."""
        return self.own.kind in CELL_KINDS

    @property
    def is_sortable(self) -> bool:
        return isinstance(self.lines, list)

    @property
    def has_lines(self) -> bool:
        """Whether there is anything to say of the units below: not where one declaration speaks for all of them."""
        if not self.wanted.is_plain:
            return True
        if self.own.figures.has_declared and all(line.figures.is_empty for line in self.lines):
            return False
        return bool(self.lines or self.hidden_units)

    @property
    def rest(self) -> Figures | None:
        """What the organisation counts beside its lines: members of its own, units the reader may not see.

        None where the lines add up, or cannot: some are left out, or the whole was declared by itself.
        """
        if not self.wanted.is_plain:
            return None
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
        return None if target is None else self.own.rate.rate.percent_of(target)

    @property
    def units_called(self) -> str:
        """What the lines are: those directly below by what they have in common."""
        if self.wanted.level is not Level.DIRECT:
            return capital(self.wanted.level.label)
        kinds = {line.kind for line in self.lines}
        if kinds <= set(BASE_KINDS):
            return "Tổ chức cơ sở đảng"
        return "Chi bộ" if kinds <= set(CELL_KINDS) else "Tổ chức trực thuộc"


def organizations_above(organization: Organization, user: Any) -> list[Organization]:
    """What stands above *organization* now and *user* may see, the highest first."""
    keys = organization.path.split("/")[:-2]
    if not keys:
        return []
    return list(Organization.objects.visible_to(user).filter(pk__in=keys).order_by("path"))


def overview_of(organization: Organization, reckoning: Reckoning, user: Any, wanted: Wanted = PLAIN) -> Overview | None:
    """What *user* sees of *organization* and of the organisations *wanted*; None where it was not there."""
    period = reckoning.period
    policy = policy_with(period.year, base=reckoning.base, counts_on=reckoning.counts_on)
    make = LineMaker(reckoning, policy)
    own = versions_at(organization, reckoning, user, deepest=0).first()
    below = below_at(organization, reckoning, user, wanted)
    visible = below.filter(is_visible=True)
    is_large = wanted.level is not Level.DIRECT and visible.count() > SORTED_AT_MOST
    shown = [] if is_large else list(visible)
    lines = make([own, *shown]) if own else []
    if not lines or lines[0].organization != organization:
        return None
    years = [period.year] if own.was_declared else [period.year, period.year - 1]
    has_months = period.is_full_year and own.kind not in CELL_KINDS and not own.is_declared
    cells = list(cells_of(organization, period, user).values_list("organization_id", flat=True))
    idle = idle_years(organization, cells, reckoning.as_of, policy.counts_on).values()
    return Overview(
        reckoning,
        policy,
        own=lines[0],
        wanted=wanted,
        lines=LinesInTreeOrder(visible, make) if is_large else arranged(lines[1:], wanted),
        hidden_units=below.filter(is_visible=False).count() if wanted.is_plain else 0,
        cells=len(cells),
        silent_cells=sum(make.figures[key].admitted == 0 for key in cells),
        idle_cells=tuple(sum(years >= least for years in idle) for least in range(1, IDLE_YEARS + 1)),
        months=admissions_by_month(organization, years, policy.counts_on) if has_months else {},
        years=_years(organization, reckoning) if period.is_full_year else [],
        has_unused_declaration=own.is_declared and not period.is_full_year,
    )


def _years(organization: Organization, reckoning: Reckoning) -> list[YearLine]:
    return years_of(
        organization, reckoning.period.year, reckoning.today, base=reckoning.base, counts_on=reckoning.counts_on
    )


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

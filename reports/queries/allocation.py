"""What a year's targets are shared out from and to: an organisation, the units directly below it, their numbers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from cells.kinds import BASE_KINDS, CELL_KINDS
from cells.models import Organization, OrganizationVersion
from cells.queries.organizations import units_on
from cells.roles import Action
from core.dates import end_of_year
from core.numbers import percentage
from reports.allocation import Comparison, Goals, goals, proposal
from reports.kinds import Base
from reports.models import Plan, Target, TargetPolicy
from reports.models.targets import YearlyNumber
from reports.queries.figures import compute_below, compute_rolls
from reports.queries.rates import figures_of
from reports.rates import Figures, Period, base_value, term_base_day


@dataclass(frozen=True)
class Share:
    """One organisation and its numbers of a year, all of people; None is what nobody knows or gave.

    `members` is the roll at the start of the year; before that year begins, the roll as far as it is known.
    `target_below` and `plan_below` add up what stands below. `last_target` and `last_admitted` are of the year before.
    """

    organization: Organization
    name: str
    kind: str
    is_closed: bool
    has_sources: bool | None
    may_assign: bool
    may_plan: bool
    members: int | None
    goals: Goals | None
    admitted: int | None
    last_target: int | None
    last_admitted: int | None
    target: Target | None
    plan: Plan | None
    target_below: int | None
    plan_below: int | None

    @property
    def is_cell(self) -> bool:
        """A cell has nobody to share with."""
        return self.kind in CELL_KINDS

    @property
    def target_value(self) -> int | None:
        return self.target.value if self.target else None

    @property
    def plan_value(self) -> int | None:
        return self.plan.value if self.plan else None

    @property
    def comparison(self) -> Comparison:
        return Comparison(self.target_value, self.target_below)

    @property
    def counted_target(self) -> int | None:
        """What counts for the level above: the own target, else what stands below."""
        return self.target.value if self.target else self.target_below

    @property
    def counted_plan(self) -> int | None:
        return self.plan.value if self.plan else self.plan_below

    @property
    def target_percent(self) -> Decimal | None:
        """The own target in percent of the members; None where a percentage would say nothing."""
        if self.target is None or self.goals is None or self.goals.is_small:
            return None
        return percentage(self.target.value, self.members)

    @property
    def latest(self) -> YearlyNumber | None:
        """The number that was written last."""
        rows = [row for row in (self.target, self.plan) if row]
        return max(rows, key=lambda row: row.recorded_at, default=None)


@dataclass(frozen=True)
class Allocation:
    """The page of one organisation and year. `rest_target` and `rest_plan` stand with units the reader may not see."""

    year: int
    policy: TargetPolicy
    own: Share
    shares: list[Share]
    is_forecast: bool
    rest_target: int
    rest_plan: int

    @property
    def units_called(self) -> str:
        kinds = {share.kind for share in self.shares}
        if kinds <= set(BASE_KINDS):
            return "Tổ chức cơ sở đảng"
        return "Chi bộ" if kinds <= set(CELL_KINDS) else "Tổ chức trực thuộc"

    @property
    def comparison(self) -> Comparison:
        return self.own.comparison

    @cached_property
    def disagreeing(self) -> list[Share]:
        """Units whose own target differs from what they shared out."""
        return [share for share in self.shares if not share.comparison.agrees]

    @property
    def to_share(self) -> int | None:
        """What a proposal adds up to: the organisation's target, else the lower goal; None where neither is known."""
        if self.own.target:
            return self.own.target.value
        return self.own.goals.low if self.own.goals else None

    def proposal(self, given: Mapping[int, int | None]) -> dict[int, int]:
        """A target for every unit to which *given* (by key) has none, by its members; 0 where no sources are left."""
        if self.to_share is None:
            return {}
        open_shares = {share.organization.pk: share for share in self.shares if not share.is_closed}
        weights = {key: share.members or 0 for key, share in open_shares.items() if share.has_sources is not False}
        counted = {
            key: share.target_below if given.get(key) is None else given[key] for key, share in open_shares.items()
        }
        return proposal(self.to_share - self.rest_target, counted, weights)


def allocation_of(organization: Organization, year: int, user: Any, this_year: int) -> Allocation | None:
    """What *user* sees of *organization* in *year*; None where it was not there. *this_year* is the present one."""
    day = end_of_year(year)
    policy = TargetPolicy.of(year)
    versions = list(_units(organization, year, user))
    if not any(version.depth == 0 for version in versions):
        return None
    keys = [version.organization_id for version in versions]
    figures = _figures(policy, keys, this_year)
    before = _figures(TargetPolicy.of(year - 1), keys, this_year)
    is_forecast = year > this_year
    members = (
        {key: its.closing for key, its in before.items()}
        if is_forecast
        else {key: its.base_roll for key, its in figures.items()}
    )
    bases = _bases(policy, {} if is_forecast else figures, members)
    targets, last_targets = numbers_in_force(Target, keys, year), numbers_in_force(Target, keys, year - 1)
    plans = numbers_in_force(Plan, keys, year)
    target_below = compute_below(Target, organization.pk, year, day)
    plan_below = compute_below(Plan, organization.pk, year, day)
    last_below = compute_below(Target, organization.pk, year - 1, end_of_year(year - 1))

    def share(version: OrganizationVersion) -> Share:
        key = version.organization_id
        last = last_targets.get(key)
        return Share(
            version.organization, version.name, version.kind, version.is_closed, version.has_sources,
            version.may_assign, version.may_plan,
            members=members.get(key),
            goals=goals(bases.get(key), policy.low, policy.high),
            admitted=_admitted(figures, key),
            last_target=last.value if last else last_below.get(key),
            last_admitted=_admitted(before, key),
            target=targets.get(key),
            plan=plans.get(key),
            target_below=target_below.get(key),
            plan_below=plan_below.get(key),
        )  # fmt: skip

    shares = [share(version) for version in versions if version.depth and version.is_visible]
    shares = [its for its in shares if not its.is_closed or its.admitted or its.target or its.plan]
    return Allocation(
        year,
        policy,
        own=share(next(version for version in versions if version.depth == 0)),
        shares=sorted(shares, key=lambda its: its.is_closed),
        is_forecast=is_forecast,
        rest_target=target_below.get(organization.pk, 0) - sum(its.counted_target or 0 for its in shares),
        rest_plan=plan_below.get(organization.pk, 0) - sum(its.counted_plan or 0 for its in shares),
    )


def numbers_in_force(model: type[YearlyNumber], keys: Collection[int], year: int) -> dict[int, YearlyNumber]:
    """The target or plan of *year* of each organisation that has one, by the organisation's key."""
    rows = model.objects.in_force().filter(organization__in=keys, year=year)
    return {row.organization_id: row for row in rows}


def history_of(organization: Organization, year: int) -> list[YearlyNumber]:
    """Every target and plan the organisation ever had for *year*, the latest first; each knows what it corrects."""
    rows: list[YearlyNumber] = []
    for model in (Target, Plan):
        rows += model.objects.filter(organization=organization, year=year).select_related(
            "recorded_by", "corrects", "corrected_by"
        )
    return sorted(rows, key=lambda row: (row.recorded_at, row.pk), reverse=True)


def latest_numbers(model: type[YearlyNumber], keys: Collection[int], year: int) -> dict[int, YearlyNumber]:
    """For each organisation the row written last, one that takes a number back included, with who wrote it."""
    rows = model.objects.filter(organization__in=keys, year=year).select_related("recorded_by").order_by("pk")
    return {row.organization_id: row for row in rows}


def _units(organization: Organization, year: int, user: Any) -> QuerySet[OrganizationVersion]:
    """*organization* and the units directly below it at the end of *year*; each says what *user* may do with it."""
    unit = {"pk": OuterRef("organization")}
    units = Organization.objects
    return units_on(organization, end_of_year(year)).annotate(
        is_visible=Exists(units.visible_to(user).filter(**unit)),
        may_assign=Exists(units.visible_to(user, Action.ASSIGN).filter(**unit)),
        may_plan=Exists(units.visible_to(user, Action.PLAN).filter(**unit)),
    )


def _figures(policy: TargetPolicy, keys: Collection[int], this_year: int) -> dict[int, Figures]:
    """Figures of the policy's year; none of a year that has not begun, for they would all be computed anew."""
    year = policy.year
    return {} if year > this_year else figures_of(Period.of_year(year), policy.counts_on, units=keys)


def _admitted(figures: Mapping[int, Figures], key: int) -> int | None:
    its = figures.get(key)
    return its.admitted if its else None


def _bases(
    policy: TargetPolicy, figures: Mapping[int, Figures], members: Mapping[int, int]
) -> Mapping[int, Decimal | int | None]:
    """What the goals are reckoned on. A goal is one of members: where the rate is one of the target, of the opening."""
    base = Base(policy.base)
    if base is Base.TERM:
        return compute_rolls(term_base_day(policy.term_start), end_of_year(policy.year), policy.counts_on)
    if base in (Base.OPENING, Base.TARGET) or not figures:
        return members
    return {key: base_value(base, its, term_roll=None, target=None) for key, its in figures.items()}

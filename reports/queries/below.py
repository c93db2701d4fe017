"""The organisations below one: which are listed, each with its figures, its rate and the same days a year before."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from cells.kinds import BASE_KINDS, CELL_KINDS
from cells.models import DeclaredYear, Organization, OrganizationAncestor, OrganizationVersion
from cells.queries.organizations import AREAS, units_on
from core.names import fold
from reports.kinds import Base
from reports.models import TargetPolicy
from reports.queries.figures import compute_rolls, compute_targets
from reports.queries.rates import OrganizationRate, figures_of, rate_table
from reports.rates import Figures, Rate, Verdict, base_value, is_small, term_base_day
from reports.reckoning import Reckoning

SORTED_AT_MOST = 2_000
"""More organisations are listed in the order of the tree: to sort them by a figure, all would have to be computed."""


class Level(models.TextChoices):
    """Which organisations below are listed; the value stands in the address."""

    DIRECT = "", "trực thuộc"
    BASE = "co-so", "tổ chức cơ sở đảng"
    CELLS = "chi-bo", "chi bộ"
    ALL = "tat-ca", "tất cả cấp dưới"


@dataclass(frozen=True)
class Wanted:
    """Which organisations below are asked for, and in which order."""

    level: Level = Level.DIRECT
    text: str = ""
    trait: str = ""
    verdict: str = ""
    sort: str = ""

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text or self.trait or self.verdict)

    @property
    def is_plain(self) -> bool:
        """The units directly below, all of them: they add up to the whole."""
        return self.level is Level.DIRECT and not self.is_narrowed


PLAIN = Wanted()
"""All units directly below, in the order of the tree."""


@dataclass(frozen=True)
class Line:
    """One organisation: the page's own, or a row of its table; named as on the period's last day.

    `previous` is the same period a year before, None where the unit was not there or where only a whole declared
    year is known of it. `verdict` is None where there is no goal to compare with.
    """

    organization: Organization
    name: str
    kind: str
    parent: str
    is_closed: bool
    rate: OrganizationRate
    previous: Rate | None
    verdict: Verdict | None
    shows_people: bool = False
    """The base is so small that people say more than a percentage."""

    @property
    def figures(self) -> Figures:
        return self.rate.figures


SORT_KEYS: Mapping[str, Callable[[Line], Decimal | int | None]] = {
    "dau-nam": lambda line: line.figures.base_roll,
    "ket-nap": lambda line: line.figures.admitted,
    "tinh-tren": lambda line: line.rate.rate.base_value,
    "ty-le": lambda line: line.rate.rate.percent,
    "chi-tieu": lambda line: line.rate.target,
    "dat": lambda line: line.rate.attainment,
    "cung-ky": lambda line: line.previous.percent if line.previous else None,
}
"""By which figure the word in the address sorts."""


def versions_at(
    organization: Organization, reckoning: Reckoning, user: Any, deepest: int | None
) -> QuerySet[OrganizationVersion]:
    """*organization* and what stood below it (see `units_on`) on the period's last day.

    Each says whether the reader may see it now, and whether this year or the year before was declared for it or for
    a unit below it (`is_declared`, `was_declared`).
    """
    day, before = reckoning.period.last_day, reckoning.previous
    return units_on(organization, day, deepest).annotate(
        is_visible=Exists(Organization.objects.visible_to(user).filter(pk=OuterRef("organization"))),
        is_declared=_is_declared(reckoning.period.year, day),
        was_declared=_is_declared(before.year, before.last_day),
    )


def below_at(
    organization: Organization, reckoning: Reckoning, user: Any, wanted: Wanted
) -> QuerySet[OrganizationVersion]:
    """What stood below *organization* and is *wanted*, but for the verdict."""
    deepest = 1 if wanted.level is Level.DIRECT else None
    versions = versions_at(organization, reckoning, user, deepest).exclude(organization=organization)
    match wanted.level:
        case Level.BASE:
            versions = versions.filter(kind__in=BASE_KINDS)
        case Level.CELLS:
            versions = versions.filter(kind__in=CELL_KINDS)
    if wanted.text:
        # By the name of today: that of the day has no folded column.
        folded = Q(organization__name_fold__contains=fold(wanted.text))
        versions = versions.filter(folded | Q(organization__code__startswith=wanted.text.strip()))
    if wanted.trait:
        versions = versions.filter(AREAS[wanted.trait][1])
    return versions


class LineMaker:
    """Makes lines of versions (see `versions_at`): rates of the period, of the year before, verdicts."""

    def __init__(self, reckoning: Reckoning, policy: TargetPolicy) -> None:
        self._reckoning, self._policy = reckoning, policy
        self.figures = figures_of(reckoning.period, policy.counts_on)

    def __call__(self, versions: Iterable[OrganizationVersion]) -> list[Line]:
        """Lines in the order given; organisations of which the period knows nothing are left out."""
        shown = list(versions)
        units = [row.organization for row in shown]
        table = rate_table(self._reckoning.period, self._policy, units=units, figures=self.figures)
        is_part = not self._reckoning.previous.is_full_year  # of which a declared year says nothing
        keys = [row.organization_id for row in shown if not (is_part and row.was_declared)]
        before = rates_before(keys, self._reckoning, self._policy)
        return [
            self._line(row, rate, before.get(row.organization_id))
            for row in shown
            if (rate := table.rows.get(row.organization_id)) is not None
        ]

    def _line(self, row: OrganizationVersion, rate: OrganizationRate, previous: Rate | None) -> Line:
        policy = self._policy
        judges = has_goal(self._reckoning, policy)
        return Line(
            row.organization, row.name, row.kind, str(row.parent or ""), row.is_closed, rate, previous,
            verdict=rate.verdict(policy, self._reckoning.as_of) if judges else None,
            shows_people=judges and bool(rate.rate.base_value) and is_small(rate.rate, policy.low),
        )  # fmt: skip


class LinesInTreeOrder(Sequence[Line]):
    """Lines of so many organisations that only those looked at are made."""

    def __init__(self, versions: QuerySet[OrganizationVersion], make: LineMaker) -> None:
        self._versions, self._make = versions, make

    def __len__(self) -> int:
        return self._versions.count()

    def __getitem__(self, part: slice) -> list[Line]:
        return self._make(self._versions[part])


def has_goal(reckoning: Reckoning, policy: TargetPolicy) -> bool:
    """Whether the band says anything: it is one of a year's rate, and of a rate of members."""
    return reckoning.is_of_one_year and policy.base != Base.TARGET


def arranged(lines: list[Line], wanted: Wanted) -> list[Line]:
    """*lines* with the verdict asked for, in the order asked for; unknown numbers and closed units at the end.

    Closed units stand there only while they have figures.
    """
    kept = [line for line in lines if not (line.is_closed and line.figures.is_empty)]
    if wanted.verdict:
        kept = [line for line in kept if line.verdict is not None and line.verdict.name == wanted.verdict]
    key = SORT_KEYS.get(wanted.sort.removeprefix("-"))
    if key is not None:
        known = sorted((line for line in kept if key(line) is not None), key=key, reverse=wanted.sort.startswith("-"))
        kept = known + [line for line in kept if key(line) is None]
    return sorted(kept, key=lambda line: line.is_closed)


def rates_before(keys: Iterable[int], reckoning: Reckoning, policy: TargetPolicy) -> dict[int, Rate]:
    """Rates of the same days a year earlier on the same kind of base, on the tree of then."""
    period, base, counts_on = reckoning.previous, Base(policy.base), policy.counts_on
    keys = list(keys)
    figures = figures_of(period, counts_on, keys)
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


def _is_declared(year: int, tree_on: date) -> ExpressionWrapper:
    """Whether *year* was declared for a version's organisation or for a unit below it.

    All such organisations are gathered once: asked row by row, PostgreSQL looks through all below each.
    """
    declared = DeclaredYear.objects.filter(year=year).order_by().values("organization")
    above = OrganizationAncestor.objects.on(tree_on).filter(organization__in=declared)
    return ExpressionWrapper(Q(organization__in=above.values("ancestor")), output_field=models.BooleanField())

"""Everything a periodic report says about an organisation, read once, as plain values."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property

from django.db.models import OuterRef, Subquery

from cells.kinds import BASE_KINDS, CELL_KINDS, INCREASES, CapabilityKind, MovementKind, OrganizationKind
from cells.models import (
    DeclaredYear,
    FactsVersion,
    Installation,
    Member,
    Movement,
    Organization,
    OrganizationAncestor,
    OrganizationVersion,
)
from cells.queries.capabilities import capabilities_on
from cells.queries.roll import DATE_COLUMN
from core.dates import day_before, end_of_year, format_paper_date, same_day_in_year
from reports.facts import Change, Line, Policy, ReportFacts
from reports.growth import Growth, YearLine
from reports.kinds import Base
from reports.letterhead import Unit
from reports.models import Target, TargetPolicy
from reports.queries.figures import compute_figures, compute_rolls, compute_targets
from reports.queries.idle import IDLE_YEARS, idle_units, last_admissions
from reports.queries.people import admissions_by_month, declarations_behind, people_behind
from reports.queries.rates import figures_of, policy_with, rate_table
from reports.queries.years import years_of
from reports.rates import Figures, Period
from reports.structure import Admission, full_years, structure_of


class NotInPeriod(Exception):  # noqa: N818 - tells the user what to choose instead
    """The organisation was not there in the period."""


class Tree:
    """An organisation and all below it, by the versions of one day."""

    def __init__(self, top: Organization, day: date) -> None:
        below = OrganizationAncestor.objects.on(day).filter(ancestor=top).values("organization")
        rows = OrganizationVersion.objects.in_force().on(day).filter(organization__in=below)
        self.organization = top
        self.versions = {row.organization_id: row for row in rows.select_related("organization", "parent")}
        self._children: dict[int | None, list[int]] = defaultdict(list)
        for key, row in sorted(self.versions.items(), key=lambda item: item[1].organization.code):
            if key != top.pk:
                self._children[row.parent_id].append(key)

    def rows_of(self, kinds: Iterable[str]) -> list[int]:
        """The topmost units of *kinds*, and units of any kind under which there is nothing more to look for."""
        wanted, found = set(kinds), []

        def walk(key: int) -> None:
            for child in self._children[key]:
                if self.versions[child].kind in wanted or not self._children[child]:
                    found.append(child)
                else:
                    walk(child)

        walk(self.organization.pk)
        return found

    def below(self, key: int) -> list[int]:
        """*key* and everything under it."""
        return [key, *(unit for child in self._children[key] for unit in self.below(child))]

    def open_cells(self) -> list[int]:
        return [key for key, row in self.versions.items() if row.kind in CELL_KINDS and not row.is_closed]


def report_facts(organization: Organization, period: Period, dated: date | None = None) -> ReportFacts:
    """What a report of *organization* for *period* says; names in its head are those of the day it is *dated*.

    Raises NotInPeriod. Facts that change meanwhile would mix two states: the caller compares `facts_version`.
    """
    facts_version = FactsVersion.current()
    policy = TargetPolicy.of(period.year)
    tree = Tree(organization, period.last_day)
    lines = _Lines(tree, period, policy)
    own = lines.line(organization.pk) if organization.pk in tree.versions else None
    if own is None:
        raise NotInPeriod(
            f"{organization.name} không hoạt động trong kỳ từ {format_paper_date(period.first_day)} đến "
            f"{format_paper_date(period.last_day)}. Hãy chọn kỳ khác hoặc tổ chức khác."
        )
    row_kinds = _row_kinds(own.kind)
    cells = tree.open_cells()
    admitted = lines.table.figures
    idle = idle_units(organization, cells, period.last_day, policy.counts_on)
    target = Target.objects.in_force().filter(organization=organization, year=period.year).first()
    next_policy = TargetPolicy.of(period.year + 1)
    issued_on = dated or period.last_day
    return ReportFacts(
        period=period,
        period_before=lines.before,
        policy=Policy(Base(policy.base), policy.counts_on, policy.term_start, policy.low, policy.high),
        line=own,
        rate_before=lines.table_before.rows[organization.pk].rate if own.before else None,
        rows=[row for key in tree.rows_of(row_kinds) if row_kinds and (row := lines.line(key))],
        row_kinds=row_kinds,
        knows_only_the_year_before=lines.knows_only_the_year_before(organization.pk),
        issuer_line=_line_up(organization, issued_on),
        has_board=CapabilityKind.HAS_BOARD in capabilities_on(organization, issued_on),
        labels=Installation.load().label_texts(),
        facts_version=facts_version,
        has_own_target=target is not None,
        target_document=target.document if target else "",
        target_stated_on=target.stated_on if target else None,
        next_target=compute_targets(period.year + 1, period.last_day).get(organization.pk),
        next_low=next_policy.low,
        next_base=next_policy.base,
        closing_before=lines.closing_before(organization.pk),
        recognised=_recognised(organization, period),
        recognised_before=_recognised(organization, lines.before),
        cells=len(cells),
        cells_admitting=sum(admitted[key].admitted > 0 for key in cells),
        idle_cells=sum(admitted[key].closing > 0 for key in idle),
        idle_years=IDLE_YEARS,
        last_admission=last_admissions(organization, period.last_day, policy.counts_on).get(organization.pk),
        closures=_closures(tree, period),
        growth=lines.growth(organization),
        years=_years(organization, own, period),
        **_declarations(organization, period, lines.before),
    )


class _Lines:
    """The figures of every unit of a tree: now, a year before, at the opening, and who was admitted."""

    def __init__(self, tree: Tree, period: Period, policy: TargetPolicy) -> None:
        self._tree = tree
        units = [version.organization for version in tree.versions.values()]
        self.before = Period(*(same_day_in_year(day, day.year - 1) for day in (period.first_day, period.last_day)))
        self.table = rate_table(period, policy, units=units)
        same_way = policy_with(self.before.year, base=policy.base, counts_on=policy.counts_on)
        self.table_before = rate_table(self.before, same_way, units=units)
        self._before_here = compute_figures(self.before, policy.counts_on, tree_on=period.last_day)
        eve = day_before(period.first_day)
        self._opening_now = compute_rolls(eve, period.last_day, policy.counts_on)
        self._opening_then = compute_rolls(eve, eve, policy.counts_on)
        self._admissions = _admissions(tree.organization, period, policy.counts_on)
        self._declared_before = _declared_within(self.before) if not self.before.is_full_year else set()

    def line(self, key: int) -> Line | None:
        """The line of one unit; None for one that closed long ago and has no figures."""
        version, row = self._tree.versions[key], self.table.rows.get(key)
        if row is None or (version.is_closed and row.figures.is_empty):
            return None
        people = (person for unit in self._tree.below(key) for person in self._admissions.get(unit, ()))
        return Line(
            code=version.organization.code,
            name=version.name,
            kind=version.kind,
            figures=row.figures,
            rate=row.rate,
            target=row.target,
            structure=structure_of(people),
            before=self._before(key),
            before_here=self._before_here.get(key),
            reorganised=self._opening_now.get(key, 0) - self._opening_then.get(key, 0),
            has_sources=version.has_sources,
            is_closed=version.is_closed,
        )

    def _before(self, key: int) -> Figures | None:
        """The same days a year earlier; a declared year says nothing of a part of it."""
        row = self.table_before.rows.get(key)
        if row is None or row.figures.is_empty or self.knows_only_the_year_before(key):
            return None
        return row.figures

    def closing_before(self, key: int) -> int | None:
        """The roll that the year before ended with, as its own report says; None where nothing is known of it."""
        period = self.table.period
        if period.first_day != Period.of_year(period.year).first_day:
            return None
        year_before = self._year_before(key)
        return year_before.closing if year_before is not None else None

    @cached_property
    def _whole_year_before(self) -> Mapping[int, Figures]:
        return figures_of(Period.of_year(self.table.period.year - 1), self.table.policy.counts_on)

    def _year_before(self, key: int) -> Figures | None:
        """The whole year before; None where nothing is known of it."""
        its = self._whole_year_before.get(key)
        return its if its is not None and not its.is_empty else None

    def growth(self, organization: Organization) -> Growth | None:
        """The months of the year so far; None for a cell, where a part was declared, or where no year has begun."""
        period, policy = self.table.period, self.table.policy
        now, before = self.table.rows[organization.pk], self.table_before.rows.get(organization.pk)
        starts = period.first_day == Period.of_year(period.year).first_day
        if not starts or now.figures.has_declared or self._tree.versions[organization.pk].kind in CELL_KINDS:
            return None
        bases = {period.year: now.rate.base_value}
        year_before = self._year_before(organization.pk)
        if before is not None and year_before is not None and not year_before.has_declared:
            bases[period.year - 1] = before.rate.base_value
        months = admissions_by_month(organization, bases, policy.counts_on)
        return Growth(period.year, period.last_day, months, bases, before.rate.percent if len(bases) > 1 else None)

    def knows_only_the_year_before(self, key: int) -> bool:
        return key in self._declared_before


def _years(organization: Organization, own: Line, period: Period) -> list[YearLine]:
    """The last whole years; none for a cell, whose percentages would say nothing."""
    if own.kind in CELL_KINDS:
        return []
    last = period.year if period.last_day == end_of_year(period.year) else period.year - 1
    return years_of(organization, last, period.last_day)


def _declared_within(period: Period) -> set[int]:
    """Units that have a declaration of the period's year, or above one that has."""
    declared = DeclaredYear.objects.filter(year=period.year).values("organization")
    return set(
        OrganizationAncestor.objects.on(period.last_day)
        .filter(organization__in=declared)
        .values_list("ancestor", flat=True)
    )


def _row_kinds(kind: str) -> tuple[str, ...]:
    """What the appendix lists: base organisations, inside a base organisation its cells, for a cell nothing."""
    if kind in CELL_KINDS:
        return ()
    return BASE_KINDS if kind == OrganizationKind.UPPER_COMMITTEE else CELL_KINDS


def _admissions(organization: Organization, period: Period, counts_on: str) -> Mapping[int, list[Admission]]:
    """People admitted in the period, by the unit that admitted them."""
    day = DATE_COLUMN[counts_on]
    found: dict[int, list[Admission]] = defaultdict(list)
    rows = people_behind(organization, period, MovementKind.ADMITTED, counts_on).values_list(
        "organization_id", "member__sex", "member__ethnicity", "member__religion", "member__born_on", day,
        "member__education",
    )  # fmt: skip
    for key, sex, ethnicity, religion, born_on, on, education in rows:
        found[key].append(Admission(sex, ethnicity, religion, full_years(born_on, on), education))
    return found


def _recognised(organization: Organization, period: Period) -> int:
    """Members recognised as official in the period, each counted where he was on the roll that day."""
    place = (
        Movement.objects.in_force()
        .filter(member=OuterRef("pk"), kind__in=INCREASES, effective_on__lte=OuterRef("official_on"))
        .order_by("-effective_on", "-id")
    )
    below = OrganizationAncestor.objects.on(period.last_day).filter(ancestor=organization).values("organization")
    people = Member.objects.filter(official_on__range=(period.first_day, period.last_day))
    return people.annotate(place=Subquery(place.values("organization")[:1])).filter(place__in=below).count()


def _closures(tree: Tree, period: Period) -> list[Change]:
    return [
        Change(row.name, row.valid_from, str(row.parent) if row.has_successor else "", row.document)
        for row in sorted(tree.versions.values(), key=lambda row: (row.valid_from, row.organization.code))
        if row.is_closed and period.first_day <= row.valid_from <= period.last_day
    ]


def _declarations(organization: Organization, period: Period, before: Period) -> dict[str, list[str]]:
    """Names of units whose figures were typed in: counted now, counted a year ago, or not usable in part of a year."""

    def names(span: Period) -> list[str]:
        return [str(row.organization) for row in declarations_behind(organization, span.year, span.last_day)]

    if period.is_full_year:
        return {"declared": names(period), "declared_before": names(before)}
    return {"declared_unused": names(period)}


def _line_up(organization: Organization, day: date) -> list[Unit]:
    """*organization* and what stood above it on *day*, as they were called then."""
    above = OrganizationAncestor.objects.on(day).filter(organization=organization).order_by("depth")
    keys = list(above.values_list("ancestor_id", flat=True)) or [organization.pk]
    versions = OrganizationVersion.objects.in_force().on(day).filter(organization__in=keys)
    known = {row.organization_id: Unit(row.name, row.kind) for row in versions}
    return [known.get(key) or Unit(organization.name, organization.kind) for key in keys]

"""What was typed in for an organisation's years, and what else is known of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from cells.models import DeclaredYear, Movement, Organization, OrganizationAncestor
from cells.queries.organizations import units_on
from cells.roles import Action
from core.dates import end_of_year
from reports.queries.declared_gaps import DeclaredGap, declared_gaps

USUAL_YEARS = 10
"""So many years up to the last complete one are offered to be filled in."""
MOST_YEARS = 60


@dataclass(frozen=True)
class DeclaredLine:
    """One organisation's year: its row in the grid. `row` is None where nothing was declared.

    `has_facts` says that the roll has movements of that year at or below the organisation, which the row stands in
    for; `has_parts` that units below declared the year too; `over` is the unit above whose own row counts instead.
    """

    organization: Organization
    name: str
    year: int
    row: DeclaredYear | None
    may_declare: bool
    closing_before: int | None
    has_facts: bool = False
    has_parts: bool = False
    over: str = ""

    @property
    def key(self) -> str:
        return f"{self.organization.pk}-{self.year}"


def declared_years(organization: Organization, user: Any, first_year: int | None, this_year: int) -> list[DeclaredLine]:
    """The years of *organization* that are declared; to be filled in, the usual ones and those from *first_year* on."""
    stored = {row.year: row for row in _with_circumstances(DeclaredYear.objects.filter(organization=organization))}
    first = min(this_year - USUAL_YEARS, *stored) if stored else this_year - USUAL_YEARS
    years = range(max(min(first_year or first, first), this_year - MOST_YEARS + 1), this_year)
    may_declare = Organization.objects.visible_to(user, Action.DECLARE).filter(pk=organization.pk).exists()
    return [
        _line(organization, organization.name, year, stored.get(year), may_declare, stored.get(year - 1))
        for year in sorted({*years, *stored} if may_declare else stored)
    ]


def declared_units(organization: Organization, year: int, user: Any) -> list[DeclaredLine]:
    """*organization* first, then the units directly below it at the end of *year*, as far as *user* may see them."""
    unit = {"pk": OuterRef("organization")}
    versions = units_on(organization, end_of_year(year)).annotate(
        is_visible=Exists(Organization.objects.visible_to(user).filter(**unit)),
        may_declare=Exists(Organization.objects.visible_to(user, Action.DECLARE).filter(**unit)),
    )
    shown = sorted((version for version in versions if version.is_visible), key=lambda version: version.depth)
    rows = DeclaredYear.objects.filter(organization__in=[v.organization_id for v in shown], year__in=[year - 1, year])
    stored = {(row.organization_id, row.year): row for row in _with_circumstances(rows)}
    return [
        _line(
            version.organization, version.name, year, stored.get((version.organization_id, year)), version.may_declare,
            stored.get((version.organization_id, year - 1)),
        )
        for version in shown
        if (version.may_declare and not version.is_closed) or (version.organization_id, year) in stored
    ]  # fmt: skip


def gaps_of(lines: Iterable[DeclaredLine], this_year: int) -> list[DeclaredGap]:
    """Where what was declared for the organisations of *lines* and the roll do not meet."""
    units = {line.organization.pk: line.organization for line in lines}
    return declared_gaps(list(units.values()), this_year)


def _line(
    organization: Organization, name: str, year: int, row: DeclaredYear | None, may_declare: bool,
    before: DeclaredYear | None,
) -> DeclaredLine:  # fmt: skip
    closing = before.closing if before else None
    if row is None:
        return DeclaredLine(organization, name, year, None, may_declare, closing)
    return DeclaredLine(
        organization, name, year, row, may_declare, closing, row.has_facts, row.has_parts, over=row.over or ""
    )


def _with_circumstances(rows: QuerySet[DeclaredYear]) -> QuerySet[DeclaredYear]:
    """*rows* with what else stands at, below and above their organisation on the tree of their year's end."""
    # Two subqueries deep: the places of the movements (or rows) that are looked for beside each row.
    year, organization = OuterRef(OuterRef("year")), OuterRef(OuterRef("organization"))
    places = OrganizationAncestor.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__year__gt=year), valid_from__year__lte=year
    )
    below = places.filter(ancestor=organization)
    above = places.filter(organization=organization, depth__gt=0)
    same_year = DeclaredYear.objects.filter(year=OuterRef("year"))
    movements = Movement.objects.in_force().filter(
        effective_on__year=OuterRef("year"), organization__in=below.values("organization")
    )
    over = same_year.filter(organization__in=above.values("ancestor")).order_by("-organization__path")
    return rows.annotate(
        has_facts=Exists(movements),
        has_parts=Exists(same_year.filter(organization__in=below.filter(depth__gt=0).values("organization"))),
        over=Subquery(over.values("organization__name")[:1]),
    ).order_by("year")

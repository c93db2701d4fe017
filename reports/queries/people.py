"""The people behind every figure: each list counts exactly what :mod:`reports.queries.figures` says.

Figures that were typed in have no people; the declared rows that stand in for them are listed beside.
"""

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import ExtractMonth

from cells.kinds import MovementKind
from cells.models import DeclaredYear, Member, Movement, Organization, OrganizationAncestor
from cells.queries.remembering import while_facts_stand
from cells.queries.roll import DATE_COLUMN, DECISION, SIGN, movements_until
from core.dates import end_of_year
from reports.rates import Period

BY_NAME = ("name_key", "born_on", "code")


def declared_years_of(period: Period) -> tuple[int, ...]:
    """The years whose declared rows stand in for facts in *period*: a declaration speaks of a whole year only."""
    return (period.year,) if period.is_full_year else ()


def people_behind(
    organization: Organization,
    period: Period,
    what: str | Collection[str],
    counts_on: str = DECISION,
    within: QuerySet[Organization] | None = None,
) -> QuerySet[Movement]:
    """The movements of the kind (or kinds) *what* that the figures of *organization* count, by name.

    As the figures do, it leaves out transfers between two units below *organization* with both days in the
    period, and units for which a declared year stands in. *within*: only what happened in these organisations.
    """
    day, span = DATE_COLUMN[counts_on], (period.first_day, period.last_day)
    units = counted_units(organization, period.last_day, declared_years_of(period))

    def is_inner(other: str) -> Q:
        return Q(**{
            f"{other}__in_force": True, f"{other}__{day}__range": span, f"{other}__organization__in": units,
        })  # fmt: skip

    kinds = [what] if isinstance(what, str) else list(what)
    rows = _within(Movement.objects.in_force(), within).filter(
        kind__in=kinds, organization__in=units, **{f"{day}__range": span}
    )
    if MovementKind.TRANSFERRED_OUT in kinds:
        rows = rows.exclude(is_inner("pair"))
    if MovementKind.TRANSFERRED_IN in kinds:
        rows = rows.exclude(is_inner("paired_with"))
    return rows.select_related("member__organization", "organization", "counterpart").order_by(
        *(f"member__{name}" for name in BY_NAME), day, "id"
    )


def roll_behind(
    organization: Organization,
    day: date,
    tree_on: date,
    counts_on: str = DECISION,
    declared_years: Collection[int] = (),
    within: QuerySet[Organization] | None = None,
) -> QuerySet[Member]:
    """The members on the roll of *organization* at the end of *day*, on the tree of *tree_on*, by name.

    Each has `roll_organization_id`: where exactly. *declared_years* are those whose declared rows stand in for
    their units; `declared_years_of(period)` for the opening and closing of a period. *within*: only those on the
    roll of these organisations.
    """
    units = counted_units(organization, tree_on, declared_years)
    present = _within(movements_until(day, counts_on), within).filter(organization__in=units).order_by()
    # A member is on one roll at a time, so the sum by member and unit is 0 or 1.
    own = present.filter(member=OuterRef("pk")).values("organization").annotate(size=Sum(SIGN)).filter(size__gt=0)
    on_roll = present.values("member").annotate(size=Sum(SIGN)).filter(size__gt=0)
    return (
        Member.objects.filter(pk__in=on_roll.values("member"))
        .annotate(roll_organization_id=Subquery(own.values("organization")[:1]))
        .select_related("organization")
        .order_by(*BY_NAME)
    )


def admissions_by_month(organization: Organization, years: Iterable[int], counts_on: str) -> dict[int, list[int]]:
    """People admitted in each of the twelve months of each year; nothing of units for which a year was declared."""
    return _admissions_by_month(organization, tuple(years), counts_on)


@while_facts_stand
def _admissions_by_month(organization: Organization, years: tuple[int, ...], counts_on: str) -> dict[int, list[int]]:
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


def declarations_behind(
    organization: Organization, year: int | Collection[int], tree_on: date | None = None
) -> QuerySet[DeclaredYear]:
    """The declared rows of *year* that stand in for *organization* or for units below it, the topmost of each line.

    With several years the later row of a unit stands. The tree is that of *tree_on*, by default the last day of
    the (latest) year.
    """
    years = [year] if isinstance(year, int) else list(year)
    tree_on = tree_on or end_of_year(max(years))
    typed = _declared_below(organization, tree_on, years)
    below_typed = OrganizationAncestor.objects.on(tree_on).filter(
        depth__gt=0, ancestor__in=typed.values("organization")
    )
    later = DeclaredYear.objects.filter(
        organization=OuterRef("organization"), year__in=years, year__gt=OuterRef("year")
    )
    return (
        typed.exclude(organization__in=below_typed.values("organization"))
        .filter(~Exists(later))
        .select_related("organization")
        .order_by("organization__code")
    )


def counted_units(
    organization: Organization, tree_on: date, declared_years: Collection[int]
) -> QuerySet[OrganizationAncestor]:
    """Keys of the units whose facts count for *organization*: it and all below, but for what is declared."""
    units = OrganizationAncestor.objects.on(tree_on).filter(ancestor=organization)
    if declared_years:
        typed = _declared_below(organization, tree_on, declared_years)
        covered = OrganizationAncestor.objects.on(tree_on).filter(ancestor__in=typed.values("organization"))
        units = units.exclude(organization__in=covered.values("organization"))
    return units.values("organization")


def _within(rows: QuerySet[Movement], organizations: QuerySet[Organization] | None) -> QuerySet[Movement]:
    return rows if organizations is None else rows.filter(organization__in=organizations.values("pk"))


def _declared_below(organization: Organization, tree_on: date, years: Collection[int]) -> QuerySet[DeclaredYear]:
    below = OrganizationAncestor.objects.on(tree_on).filter(ancestor=organization)
    return DeclaredYear.objects.filter(year__in=years, organization__in=below.values("organization"))

"""Units that have admitted nobody for years."""

from collections.abc import Collection
from datetime import date

from django.db.models import Max, Min, Q

from cells.kinds import MovementKind
from cells.models import DeclaredYear, Organization, OrganizationAncestor, OrganizationVersion
from cells.queries.remembering import while_facts_stand
from cells.queries.roll import DATE_COLUMN, DECISION
from core.bulk import MANY, chunks
from core.dates import add_months, day_after, day_before, end_of_year

IDLE_YEARS = 3
"""From so many years without an admission a cell is named in reports; nobody counts further."""


def last_admissions(
    organization: Organization, day: date, counts_on: str = DECISION, since: date | None = None
) -> dict[int, date]:
    """The day of the latest admission up to *day* (from *since* on) of every unit at or below *organization*.

    What has been closed into a unit counts for it; a unit without such an admission is absent.
    """
    below = OrganizationAncestor.objects.on(day).filter(ancestor=organization).values("organization")
    return _latest(Q(ancestor__in=below), day, counts_on, since)


def latest_of(units: Collection[int], day: date, counts_on: str = DECISION) -> dict[int, date]:
    """The same for *units* (keys)."""
    return {
        unit: latest for part in chunks(units) for unit, latest in _latest(Q(ancestor__in=part), day, counts_on).items()
    }


def _latest(which: Q, day: date, counts_on: str, since: date | None = None) -> dict[int, date]:
    column = f"organization__movements__{DATE_COLUMN[counts_on]}"
    rows = OrganizationAncestor.objects.on(day).filter(
        which,
        organization__movements__in_force=True,
        organization__movements__kind=MovementKind.ADMITTED,
        **{f"{column}__lte": day} | ({f"{column}__gte": since} if since else {}),
    )
    return dict(rows.values_list("ancestor").annotate(Max(column)))


def idle_years(
    organization: Organization, units: Collection[int], day: date, counts_on: str = DECISION, most: int = IDLE_YEARS
) -> dict[int, int]:
    """For each of *units* (keys, at or below *organization*): in how many years up to *day* it admitted nobody.

    Whole years that end on *day*, at most *most*. A unit has not been idle for longer than it has been there, nor
    in years for which a declaration with admissions stands in: nobody knows which cell they were in.
    """
    return _idle_years(organization, tuple(units), day, counts_on, most)


@while_facts_stand
def _idle_years(
    organization: Organization, units: tuple[int, ...], day: date, counts_on: str, most: int
) -> dict[int, int]:
    begins = [add_months(day_after(day), -12 * years) for years in range(1, most + 1)]
    since = begins[-1]
    busy = last_admissions(organization, day, counts_on, since)
    for unit, year in _declared_admissions(since.year, day):
        busy[unit] = max(busy.get(unit, since), min(end_of_year(year), day))
    for unit, founded in _founded(organization, units, day).items():
        busy[unit] = max(busy.get(unit, date.min), day_before(founded))
    return {unit: sum(busy.get(unit, date.min) < begin for begin in begins) for unit in units}


def idle_units(
    organization: Organization, units: Collection[int], day: date, counts_on: str = DECISION, years: int = IDLE_YEARS
) -> list[int]:
    """Those of *units* that admitted nobody in the *years* up to *day*."""
    return [unit for unit, idle in idle_years(organization, units, day, counts_on, years).items() if idle >= years]


def _declared_admissions(first_year: int, day: date) -> list[tuple[int, int]]:
    """Units for which a declared year with admissions stands in, each with the latest such year."""
    declared = DeclaredYear.objects.filter(year__range=(first_year, day.year), admitted__gt=0)
    return list(
        OrganizationAncestor.objects.on(day)
        .filter(ancestor__declared_years__in=declared)
        .values_list("organization")
        .annotate(Max("ancestor__declared_years__year"))
    )


def _founded(organization: Organization, units: Collection[int], day: date) -> dict[int, date]:
    """The first day of each of *units*."""
    rows = OrganizationVersion.objects.in_force().order_by()
    if len(units) > MANY:  # then they are most of what is there
        below = OrganizationAncestor.objects.on(day).filter(ancestor=organization).values("organization")
        parts = [rows.filter(organization__in=below)]
    else:
        parts = [rows.filter(organization__in=part) for part in chunks(units)]
    return {
        unit: first for part in parts for unit, first in part.values_list("organization").annotate(Min("valid_from"))
    }

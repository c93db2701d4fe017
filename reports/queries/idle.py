"""Cells that have admitted nobody for years."""

from collections.abc import Collection
from datetime import date, timedelta

from django.db.models import Max, Min

from cells.kinds import MovementKind
from cells.models import DeclaredYear, Organization, OrganizationAncestor, OrganizationVersion
from cells.queries.roll import DATE_COLUMN, DECISION
from core.dates import add_months

IDLE_YEARS = 3
"""From so many years without an admission a cell is named in reports."""


def last_admissions(organization: Organization, day: date, counts_on: str = DECISION) -> dict[int, date]:
    """The day of the latest admission up to *day* of every unit at or below *organization*, by its key.

    What has been closed into a unit counts for it; a unit that never admitted anybody is absent.
    """
    column = f"organization__movements__{DATE_COLUMN[counts_on]}"
    above = OrganizationAncestor.objects.on(day)
    below = above.filter(ancestor=organization).values("organization")
    rows = above.filter(
        ancestor__in=below,
        organization__movements__in_force=True,
        organization__movements__kind=MovementKind.ADMITTED,
        **{f"{column}__lte": day},
    )
    return dict(rows.values_list("ancestor").annotate(Max(column)))


def idle_cells(
    organization: Organization, cells: Collection[int], day: date, counts_on: str = DECISION, years: int = IDLE_YEARS
) -> dict[int, date | None]:
    """Those of *cells* (keys) that admitted nobody in the *years* up to *day*, with their latest admission or None.

    Left out are cells younger than that, and those for which a declaration of these years with admissions
    stands in: nobody knows which cell they were in.
    """
    since = add_months(day + timedelta(days=1), -12 * years)
    latest = last_admissions(organization, day, counts_on)
    founded = OrganizationVersion.objects.in_force().filter(organization__in=cells).order_by()
    old_enough = founded.values("organization").annotate(first=Min("valid_from")).filter(first__lte=since)
    declared = DeclaredYear.objects.filter(year__range=(since.year, day.year), admitted__gt=0)
    unknown = set(
        OrganizationAncestor.objects.on(day)
        .filter(ancestor__in=declared.values("organization"))
        .values_list("organization", flat=True)
    )
    return {
        key: latest.get(key)
        for key in old_enough.values_list("organization", flat=True)
        if key not in unknown and (key not in latest or latest[key] < since)
    }

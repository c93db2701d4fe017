"""Questions about organisations that several places ask."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet

from cells.kinds import INNER_KINDS
from cells.models import Organization, OrganizationAncestor, OrganizationVersion
from cells.scoping import active_grants
from cells.tree import Key, Placement, placements
from core.bulk import rows_by_key
from core.names import fold

AREAS = {
    "dan-cu": ("địa bàn dân cư", Q(is_residential=True)),
    "dan-toc": ("vùng dân tộc thiểu số", Q(is_ethnic_minority_area=True)),
    "co-dao": ("vùng có đạo", Q(is_religious_area=True)),
    "con-nguon": ("còn nguồn", Q(has_sources=True)),
    "het-nguon": ("không còn nguồn", Q(has_sources=False)),
}
"""What narrows the list by area: the word in the address, its label, its condition on versions."""


def closing_days() -> dict[str, date]:
    """For the code of each organisation that closes: the first day on which it no longer takes anybody in."""
    closed = OrganizationVersion.objects.in_force().filter(is_closed=True)
    return dict(closed.values_list("organization__code", "valid_from"))


def paths_of(keys: Collection[int]) -> dict[int, str]:
    """The present path of each organisation."""
    return dict(rows_by_key(Organization.objects.values_list("pk", "path"), "pk", keys))


def units_on(organization: Organization, day: date, deepest: int | None = 1) -> QuerySet[OrganizationVersion]:
    """*organization* and what stood below it on *day*, as they were then, by code; each says its `depth`.

    *deepest* is how far down: by default to the units directly below, None to the last.
    """
    above = OrganizationAncestor.objects.on(day).filter(ancestor=organization)
    if deepest is not None:
        above = above.filter(depth__lte=deepest)
    return (
        OrganizationVersion.objects.in_force()
        .on(day)
        .filter(organization__in=above.values("organization"))
        .annotate(depth=above.filter(organization=OuterRef("organization")).values("depth")[:1])
        .select_related("organization", "parent")
        .order_by("organization__code")
    )


def load_tree() -> dict[Key, list[Placement]]:
    """Placements of every organisation as stored, by their keys."""
    return _placements("organization_id", "parent_id")


def load_placements() -> dict[str, list[Placement]]:
    """Placements of every organisation as stored, by their codes."""
    return _placements("organization__code", "parent__code")


def _placements(organization: str, parent: str) -> dict:
    starts: dict[Key, list[tuple[date, Key | None]]] = {}
    rows = OrganizationVersion.objects.in_force().values_list(organization, "valid_from", parent)
    for key, begin, above in rows:
        starts.setdefault(key, []).append((begin, above))
    return {key: placements(begins) for key, begins in starts.items()}


def places_of(user: Any, on: date) -> list[Organization]:
    """The organisations of the appointments *user* holds, but for those that lie below another of them."""
    paths = {grant.path for grant in active_grants(user, on)}
    found: list[Organization] = []
    for place in Organization.objects.visible_to(user, on=on).filter(path__in=paths).order_by("path"):
        if not found or not place.path.startswith(found[-1].path):
            found.append(place)
    return found


def offered_as(organization: Organization) -> str:
    """How an organisation is written where one is chosen: its name, for cells what they belong to, and its code."""
    above = organization.parent.name if organization.parent else None
    return _offer(organization.name, organization.code, organization.kind, above)


def offers_of(rows: QuerySet[Organization]) -> list[str]:
    """The same for each of *rows*, of which nothing else is read: a page may offer hundreds."""
    return [_offer(*row) for row in rows.values_list("name", "code", "kind", "parent__name")]


def _offer(name: str, code: str, kind: str, above: str | None) -> str:
    place = f", {above}" if above and kind in INNER_KINDS else ""
    return f"{name}{place} ({code})"


def named_like(text: str, rows: QuerySet[Organization]) -> QuerySet[Organization]:
    """Those of *rows* called *text*, marks and case ignored; else those whose name has it in it."""
    folded = fold(text)
    exact = rows.filter(name_fold=folded)
    return exact if exact.exists() else rows.filter(name_fold__contains=folded).order_by("path")


def matching(text: str, rows: QuerySet[Organization]) -> QuerySet[Organization]:
    """Those of *rows* whose name contains *text*, marks and case ignored, or whose code begins with it; by tree."""
    fits = Q(name_fold__contains=fold(text)) | Q(code__startswith=text.strip())
    return rows.filter(fits).select_related("parent").order_by("path")


def in_tree_order(units: Iterable[Organization]) -> list[Organization]:
    """Every unit before what is below it, neighbours by code."""
    units = list(units)
    lines = {unit.pk: [int(key) for key in unit.path.rstrip("/").split("/")] for unit in units}
    above = {key for line in lines.values() for key in line} - lines.keys()
    codes = dict(rows_by_key(Organization.objects.values_list("pk", "code"), "pk", above))
    codes |= {unit.pk: unit.code for unit in units}
    return sorted(units, key=lambda unit: [codes[key] for key in lines[unit.pk]])


def units_above(organization: Organization) -> list[Organization]:
    """What stands above *organization* now, the nearest first."""
    keys = [int(key) for key in organization.path.rstrip("/").split("/")[:-1]]
    found = Organization.objects.in_bulk(keys)
    return [found[key] for key in reversed(keys)]


def lines_of(units: Iterable[Organization], rows: QuerySet[Organization]) -> list[Organization]:
    """Those of *rows* that are among *units* or above one of them now, every unit before what is below it."""
    keys = {int(key) for unit in units for key in filter(None, unit.path.split("/"))}
    return in_tree_order(rows.filter(pk__in=keys))

"""Questions about organisations that several places ask."""

from collections.abc import Collection
from datetime import date

from cells.models import Organization, OrganizationVersion
from cells.tree import Key, Placement, placements
from core.bulk import rows_by_key


def closing_days() -> dict[str, date]:
    """For the code of each organisation that closes: the first day on which it no longer takes anybody in."""
    closed = OrganizationVersion.objects.in_force().filter(is_closed=True)
    return dict(closed.values_list("organization__code", "valid_from"))


def paths_of(keys: Collection[int]) -> dict[int, str]:
    """The present path of each organisation."""
    return dict(rows_by_key(Organization.objects.values_list("pk", "path"), "pk", keys))


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

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
    """Placements of every organisation as stored."""
    rows = OrganizationVersion.objects.in_force().values_list("organization_id", "valid_from", "parent_id")
    starts: dict[Key, list[tuple[date, Key | None]]] = {}
    for key, begin, parent in rows:
        starts.setdefault(key, []).append((begin, parent))
    return {key: placements(begins) for key, begins in starts.items()}

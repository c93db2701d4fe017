"""Checks what is derived from the tree's versions, by deriving it once more in the plainest way."""

from datetime import date, timedelta

from cells.models import Organization, OrganizationAncestor, OrganizationVersion
from cells.queries.organizations import load_tree
from cells.tree import Key, walk_up


def tree_faults(today: date) -> list[str]:
    """One Vietnamese sentence for each stored row that the versions do not bear out; none when all is well.

    Ancestors are checked on every day on which anything changes and on the day before it.
    """
    placed = load_tree()
    codes = dict(Organization.objects.values_list("pk", "code"))
    stored: dict[Key, list[tuple]] = {key: [] for key in placed}
    for row in OrganizationAncestor.objects.values_list(
        "organization_id", "ancestor_id", "depth", "valid_from", "valid_until"
    ):
        stored.setdefault(row[0], []).append(row)
    days = {place.valid_from for places in placed.values() for place in places}
    days |= {row[3] for rows in stored.values() for row in rows}
    days |= {day - timedelta(days=1) for day in days} | {today}

    faults = []
    for key, rows in stored.items():
        for day in sorted(days):
            line = sorted((row[2], row[1]) for row in rows if row[3] <= day and (row[4] is None or day < row[4]))
            if key not in placed or [ancestor for _, ancestor in line] != walk_up(placed, key, day):
                faults.append(f"{codes[key]}: quan hệ cấp trên ngày {day:%d/%m/%Y} không khớp lịch sử.")
                break
    ends = {(key, place.valid_from): place.valid_until for key, places in placed.items() for place in places}
    for version in OrganizationVersion.objects.in_force().select_related("organization"):
        if ends[version.organization_id, version.valid_from] != version.valid_until:
            faults.append(f"{version.organization.code}: giai đoạn từ {version.valid_from:%d/%m/%Y} kết thúc sai ngày.")
    for unit in Organization.objects.order_by("code"):
        day = max(today, placed[unit.pk][0].valid_from) if unit.pk in placed else today
        path = "".join(f"{key}/" for key in reversed(walk_up(placed, unit.pk, day))) if unit.pk in placed else ""
        if unit.path != path:
            faults.append(f"{unit.code}: vị trí hiện tại trong cây không khớp lịch sử.")
    return faults

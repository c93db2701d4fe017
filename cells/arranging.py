"""Which decisions about an organisation somebody may record, and where."""

from typing import Any

from django.urls import reverse

from cells.kinds import KINDS_BELOW
from cells.models import Organization
from cells.roles import Action
from cells.scoping import reaches


def changes_open_to(user: Any, organization: Organization) -> list[tuple[str, str]]:
    """(what the button says, its address) of every decision that *user* may record about *organization*."""
    if organization.closed_on is not None or organization.was_unfounded:
        return []
    found = []
    if KINDS_BELOW[organization.kind] and reaches(user, Action.PLACE, "cells.organization", organization):
        found.append(("Lập tổ chức trực thuộc", "organization-found"))
    if reaches(user, Action.ARRANGE, "cells.organization", organization):
        found.append(("Đổi tên, loại hình, đặc điểm", "organization-change"))
        if organization.parent_id:
            found += [
                ("Chuyển cấp trên", "organization-move"),
                ("Sáp nhập", "organization-merge"),
                ("Giải thể", "organization-dissolve"),
            ]
    return [(label, reverse(f"cells:{name}", args=[organization.public_id])) for label, name in found]

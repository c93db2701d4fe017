"""What an organisation may do on a given day: the defaults of the profile, changed by dated rows."""

from datetime import date

from cells.models import Installation, Organization
from cells.profiles import default_powers


def capabilities_on(organization: Organization, day: date) -> dict[str, str]:
    """Capabilities of *organization* on *day* by what it was then, each with its deciding body or ''."""
    version = organization.versions.in_force().on(day).first()
    kind = version.kind if version else organization.kind
    powers = default_powers(Installation.load().profile, kind, day)
    for row in organization.capabilities.in_force().on(day).order_by("recorded_at", "id"):
        if row.held:
            powers[row.what] = row.body
        else:
            powers.pop(row.what, None)
    return powers

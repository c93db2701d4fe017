"""Whom to call about a file: who holds the office that has to act, with the number he gave."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cells.models import Appointment
from cells.roles import Role

OFFICES = {Role.CELL_SECRETARY: "Bí thư", Role.COMMITTEE_OFFICER: "Cấp ủy"}


@dataclass(frozen=True)
class Contact:
    """Somebody to call. `phone` is empty where none is on record."""

    name: str
    title: str
    phone: str = ""


def contacts_of(organizations: Iterable[int], today: date) -> dict[int, Contact]:
    """For each organisation (by key) who holds its office today: the one with a telephone first. One question."""
    rows = (
        Appointment.objects.in_force().on(today).filter(organization__in=set(organizations), role__in=OFFICES)
        .select_related("user").order_by("valid_from", "pk")
    )  # fmt: skip
    found: dict[int, Contact] = {}
    for row in rows:
        contact = Contact(row.user.full_name, row.title or OFFICES[Role(row.role)], row.user.phone)
        if row.organization_id not in found or (contact.phone and not found[row.organization_id].phone):
            found[row.organization_id] = contact
    return found

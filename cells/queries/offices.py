"""Who may give which office where, and whose accounts that makes one answerable for."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from cells.models import Appointment, AppointmentRequest, Association, DeclaredConflict, Member, Organization
from cells.roles import APPOINTS, PROPOSES, TWO_PEOPLE, Action, Offices, Reach, Role
from cells.scoping import active_grants, covers
from core import dates
from core.models import User
from core.names import sort_key


def offices_to_give(user: Any, on: date) -> list[Role]:
    """The roles *user* gives alone or proposes, in the order of Role."""
    found: set[str] = set()
    for grant in active_grants(user, on):
        for table in (APPOINTS, PROPOSES):
            found |= {
                role for role, reach in table.get(grant.role, {}).items() if reach is not Reach.TOP or grant.is_at_top
            }
    return [role for role in Role if role in found]


def may_give(user: Any, role: str, place: Organization | Association | None, on: date) -> bool:
    """Whether *user* may give or propose *role* at *place* (None: an administrator's, who has no place)."""
    table = PROPOSES if role in TWO_PEOPLE else APPOINTS
    return any(_gives(grant, table.get(grant.role, {}), role, place) for grant in active_grants(user, on))


def _gives(grant: Any, offices: Offices, role: str, place: Organization | Association | None) -> bool:
    reach = offices.get(role)
    if reach is None:
        return False
    if reach is Reach.TOP or place is None:
        return reach is Reach.TOP and place is None and grant.is_at_top
    return covers(grant, reach, place.organization if isinstance(place, Association) else place)


def people_of(user: Any) -> QuerySet[User]:
    """Those who hold, held or are proposed for an office within reach of *user*."""
    offices = Appointment.objects.visible_to(user).values("user")
    proposed = AppointmentRequest.objects.visible_to(user).values("user")
    return User.objects.filter(Q(pk__in=offices) | Q(pk__in=proposed))


def in_name_order(people: QuerySet[User]) -> list[int]:
    """Keys of *people* as Vietnamese lists sort them, given name first. There are a few thousand at most."""
    found = people.order_by("username").values_list("pk", "full_name")
    return [key for key, _ in sorted(found, key=lambda row: sort_key(row[1]))]


def managed_by(user: Any, on: date | None = None) -> QuerySet[User]:
    """Of these, the ones whose account *user* answers for: all they hold, or are to hold, *user* could give alone.

    Whoever prints somebody's activation sheet could use it, so a sheet never opens more than its printer could give.
    """
    on = on or dates.today()
    given = Appointment.objects.visible_to(user, Action.APPOINT)
    beyond = Appointment.objects.in_force().filter(not_over(on)).exclude(pk__in=given)
    roles = {role for grant in active_grants(user, on) for role in APPOINTS.get(grant.role, {})}
    proposed = AppointmentRequest.objects.filter(state=AppointmentRequest.State.WAITING).exclude(role__in=roles)
    people = people_of(user).exclude(pk=user.pk)
    return people.exclude(pk__in=beyond.values("user")).exclude(pk__in=proposed.values("user"))


def not_over(on: date) -> Q:
    """Offices that are held on day *on*, or will be."""
    return Q(valid_until=None) | Q(valid_until__gt=on)


def own_offices(user: User, on: date) -> QuerySet[Appointment]:
    """What *user* holds, or is to hold."""
    return Appointment.objects.in_force().filter(not_over(on), user=user).order_by("valid_from", "pk")


def own_conflicts(user: User) -> QuerySet[DeclaredConflict]:
    """The relatives *user* has declared."""
    return DeclaredConflict.objects.in_force().filter(user=user).order_by("pk")


def conflicts_seen_by(reader: Any, person: User) -> list[DeclaredConflict]:
    """Of the relatives *person* has declared, the members within reach of *reader*."""
    rows = list(own_conflicts(person).filter(model=Member._meta.label_lower))
    members = Member.objects.visible_to(reader).filter(public_id__in=[row.file for row in rows])
    seen = set(members.values_list("public_id", flat=True))
    return [row for row in rows if row.file in seen]


def conflicts_of_managed(reader: Any) -> QuerySet[DeclaredConflict]:
    """What people declared whose accounts *reader* answers for."""
    return DeclaredConflict.objects.in_force().filter(user__in=managed_by(reader)).select_related("user")

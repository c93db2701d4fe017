"""Rows for tests: valid without arguments, related rows in the same place, written by the real services."""

from collections.abc import Sequence
from datetime import date
from itertools import count

from django.utils import timezone

from cells.kinds import OrganizationKind
from cells.models import Appointment, FactsVersion, Member, Movement, Organization
from cells.roles import Role
from cells.services import roll, tree
from cells.services.roll import write_plans
from cells.services.roll_plan import plan_member
from core.accounts import totp
from core.models import SecondFactor, User
from core.workdays import WorkingCalendar
from tests.replayed import replayed
from tests.today import TODAY

_numbers = count(1)


def user(username: str = "", full_name: str = "Đỗ Quang Hải", password: str | None = None) -> User:
    return User.objects.create_user(username or f"nguoi{next(_numbers)}", password, full_name=full_name)


def second_factor(person: User, key: str = "") -> SecondFactor:
    """A phone with *key*, none of whose codes was used yet."""
    return SecondFactor.objects.create(user=person, key=key or totp.new_key(), confirmed_at=timezone.now())


def organization(
    code: str = "",
    name: str = "",
    kind: str = OrganizationKind.CELL,
    parent: Organization | None = None,
    **details: object,
) -> Organization:
    number = next(_numbers)
    return tree.create(
        code=code or f"T{number:03d}",
        name=name or f"Tổ chức {number}",
        kind=kind,
        parent=parent,
        today=TODAY,
        **details,
    )


def appointment(
    person: User, place: Organization | None, role: str = Role.BOARD_OFFICER, **details: object
) -> Appointment:
    return Appointment.objects.create(
        user=person, organization=place, role=role, **({"valid_from": date(2020, 1, 1)} | details)
    )


@replayed
def district() -> dict[str, Organization]:
    """A committee H with base organisations D1, D2, their cells K1, K2 (in D1) and K3 (in D2), and a base cell C."""
    top = organization("H", "Đảng bộ huyện Minh Sơn", OrganizationKind.UPPER_COMMITTEE)
    first = organization("D1", "Đảng bộ xã Minh Hòa", OrganizationKind.BASE_COMMITTEE, top)
    second = organization("D2", "Đảng bộ xã Phú Khê", OrganizationKind.BASE_COMMITTEE, top)
    return {
        "H": top,
        "D1": first,
        "D2": second,
        "K1": organization("K1", "Chi bộ thôn Đồng Tâm", parent=first),
        "K2": organization("K2", "Chi bộ thôn Đông Thịnh", parent=first),
        "K3": organization("K3", "Chi bộ thôn Khê Thượng", parent=second),
        "C": organization("C", "Chi bộ Trung tâm Y tế", OrganizationKind.BASE_CELL, top),
    }


def member(
    place: Organization,
    code: str = "",
    full_name: str = "Nguyễn Thị Ánh",
    joined_on: date | None = date(2010, 5, 19),
    **details: object,
) -> Member:
    """A member on the roll of *place* since *joined_on*."""
    person = Member(code=code or f"M{next(_numbers):04d}", full_name=full_name, joined_on=joined_on, **details)
    plan = plan_member(person, home=place, calendar=WorkingCalendar())
    FactsVersion.advance()
    write_plans([plan])
    return person


def members(place: Organization, joined: Sequence[date]) -> list[Member]:
    """Members on the roll of *place*, each since one of the days *joined*; written at once."""
    people = [Member(code=f"M{next(_numbers):04d}", full_name="Nguyễn Thị Ánh", joined_on=day) for day in joined]
    FactsVersion.advance()
    write_plans([plan_member(person, home=place, calendar=WorkingCalendar()) for person in people])
    return people


def moved(person: Member, kind: str, place: Organization, on: date, **details: object) -> Movement:
    """A movement entered through the service."""
    return roll.record_movement(person, kind=kind, organization=place, effective_on=on, today=TODAY, **details)

"""The only writer of appointments: who holds which office, from when to when."""

from datetime import date

from django.db import transaction

from cells.models import Appointment, Association, Organization
from cells.roles import Role
from cells.services.errors import RuleError
from core import audit
from core.models import AuditEvent, User

BESIDE = (Role.TRAINING_CENTRE, Role.MASS_ORGANISATION)
"""Roles held in an association, not in a Party organisation."""


@transaction.atomic
@audit.one_change()
def appoint(
    user: User,
    role: str,
    *,
    valid_from: date,
    valid_until: date | None = None,
    organization: Organization | None = None,
    association: Association | None = None,
    title: str = "",
    deputy_of: Appointment | None = None,
    reason: str = "",
) -> Appointment:
    """Give *user* an office for `[valid_from, valid_until)`. Raises RuleError when place or dates do not fit it."""
    role = Role(role)
    if role in BESIDE and (association is None or organization is not None):
        raise RuleError(f"{role.label} phải gắn với một đoàn thể hoặc trung tâm. Hãy chọn đoàn thể, trung tâm đó.")
    if role not in (*BESIDE, Role.ADMINISTRATOR) and (organization is None or association is not None):
        raise RuleError(f"{role.label} phải gắn với một tổ chức đảng. Hãy chọn tổ chức đó.")
    if role == Role.ADMINISTRATOR and (organization or association):
        raise RuleError("Quản trị kỹ thuật không gắn với tổ chức nào. Hãy để trống tổ chức.")
    if role == Role.INSPECTOR and valid_until is None:
        raise RuleError("Cán bộ kiểm tra phải có ngày kết thúc đợt kiểm tra. Hãy ghi ngày kết thúc.")
    if valid_until is not None and valid_until <= valid_from:
        raise RuleError("Ngày kết thúc phải sau ngày bắt đầu. Hãy sửa lại hai ngày.")
    appointment = Appointment(
        user=user, role=role, organization=organization, association=association, title=title, deputy_of=deputy_of,
        valid_from=valid_from, valid_until=valid_until, reason=reason,
    )  # fmt: skip
    audit.sign(appointment)
    appointment.save(force_insert=True)
    _record(AuditEvent.Action.CREATE, appointment)
    return appointment


@transaction.atomic
@audit.one_change()
def end_appointment(appointment: Appointment, *, on: date, reason: str = "") -> Appointment:
    """End an office on day *on*; rights end with it. A new row takes the place of the one without that end."""
    if on <= appointment.valid_from:
        raise RuleError("Ngày kết thúc phải sau ngày bắt đầu. Hãy sửa lại ngày.")
    if not Appointment.objects.in_force().filter(pk=appointment.pk).update(in_force=False):
        raise RuleError("Phân công này vừa được người khác sửa. Hãy tải lại trang.")
    ended = Appointment(
        user=appointment.user, role=appointment.role, organization=appointment.organization,
        association=appointment.association, title=appointment.title, deputy_of=appointment.deputy_of,
        valid_from=appointment.valid_from, valid_until=on, reason=reason, corrects=appointment,
    )  # fmt: skip
    audit.sign(ended)
    ended.save(force_insert=True)
    _record(AuditEvent.Action.UPDATE, ended)
    return ended


def _record(action: str, appointment: Appointment) -> None:
    place = appointment.organization or (appointment.association.organization if appointment.association else None)
    names = ("role", "organization_id", "association_id", "title", "valid_from", "valid_until")
    audit.record(
        action,
        appointment,
        label=f"{appointment.user.username}: {appointment}",
        changes={name: getattr(appointment, name) for name in names},
        scope_path=place.path if place else "",
        reason=appointment.reason,
    )

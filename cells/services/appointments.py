"""The only writer of appointments: who holds which office, from when to when.

Who may ask for what is `cells.queries.offices`; here stands what an office needs to be one.
"""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from cells.models import Appointment, AppointmentRequest, Association, Organization
from cells.roles import Role
from cells.services.errors import RuleError
from core import audit, dates
from core.accounts import sessions
from core.models import AuditEvent, User

BESIDE = (Role.TRAINING_CENTRE, Role.MASS_ORGANISATION)
"""Roles held in an association, not in a Party organisation."""
MEANWHILE = "Phân công này vừa được người khác sửa. Hãy tải lại trang."


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
    check_office(
        user, role, valid_from=valid_from, valid_until=valid_until, organization=organization,
        association=association, deputy_of=deputy_of,
    )  # fmt: skip
    appointment = Appointment(
        user=user, role=Role(role), organization=organization, association=association, title=title,
        deputy_of=deputy_of, valid_from=valid_from, valid_until=valid_until, reason=reason,
    )  # fmt: skip
    audit.sign(appointment)
    appointment.save(force_insert=True)
    _record(AuditEvent.Action.CREATE, appointment)
    return appointment


def check_office(
    user: User,
    role: str,
    *,
    valid_from: date,
    valid_until: date | None,
    organization: Organization | None,
    association: Association | None,
    deputy_of: Appointment | None = None,
    **_: Any,
) -> None:
    """Raise RuleError unless *user* can hold the office: place and dates fit it, and he does not hold it yet."""
    role = Role(role)
    if role in BESIDE and (association is None or organization is not None):
        raise RuleError(f"{role.label} phải gắn với một đoàn thể hoặc trung tâm. Hãy chọn đoàn thể, trung tâm đó.")
    if role not in (*BESIDE, Role.ADMINISTRATOR) and (organization is None or association is not None):
        raise RuleError(f"{role.label} phải gắn với một tổ chức đảng. Hãy chọn tổ chức đó.")
    if role == Role.ADMINISTRATOR and (organization or association):
        raise RuleError("Quản trị kỹ thuật không gắn với tổ chức nào. Hãy để trống tổ chức.")
    if organization is not None and organization.closed_on is not None and organization.closed_on <= valid_from:
        raise RuleError(f"{organization} đã thôi hoạt động. Hãy chọn tổ chức kế thừa.")
    if role == Role.INSPECTOR and valid_until is None:
        raise RuleError("Cán bộ kiểm tra phải có ngày kết thúc đợt kiểm tra. Hãy ghi ngày kết thúc.")
    if valid_until is not None and valid_until <= valid_from:
        raise RuleError("Ngày kết thúc phải sau ngày bắt đầu. Hãy sửa lại hai ngày.")
    if deputy_of is not None:
        _check_deputy(user, deputy_of, valid_from, valid_until)
    same = Appointment.objects.in_force().filter(
        user=user, role=role, organization=organization, association=association, valid_from__lt=valid_until or date.max
    )
    if any(held.valid_until is None or held.valid_until > valid_from for held in same):
        raise RuleError(f"{user} đang giữ phân công này rồi. Hãy kết thúc phân công cũ trước, hoặc chọn ngày khác.")


def _check_deputy(user: User, office: Appointment, valid_from: date, valid_until: date | None) -> None:
    if user == office.user:
        raise RuleError("Không ai làm thay cho chính mình. Hãy chọn người khác.")
    if valid_until is None:
        raise RuleError("Làm thay phải có ngày kết thúc. Hãy ghi ngày người được thay trở lại.")
    if valid_from < office.valid_from or (office.valid_until and valid_until > office.valid_until):
        raise RuleError("Thời gian làm thay phải nằm trong thời gian của phân công được thay. Hãy sửa lại hai ngày.")


@transaction.atomic
@audit.one_change()
def end_appointment(appointment: Appointment, *, on: date, reason: str = "") -> Appointment:
    """End an office, and what its deputies do, on day *on*: the first day without its rights.

    A new row takes the place of the one without that end. Whoever holds nothing any more is logged out at once.
    """
    if on <= appointment.valid_from:
        raise RuleError("Ngày kết thúc phải sau ngày bắt đầu. Hãy sửa lại ngày.")
    if appointment.valid_until is not None and on > appointment.valid_until:
        raise RuleError("Phân công này đã kết thúc sớm hơn ngày ấy. Hãy ghi một ngày trước đó.")
    if not Appointment.objects.in_force().filter(pk=appointment.pk).update(in_force=False):
        raise RuleError(MEANWHILE)
    deputies = list(Appointment.objects.in_force().filter(deputy_of=appointment).select_related("user"))
    ended = Appointment(
        user=appointment.user, role=appointment.role, organization=appointment.organization,
        association=appointment.association, title=appointment.title, deputy_of=appointment.deputy_of,
        valid_from=appointment.valid_from, valid_until=on, reason=reason, corrects=appointment,
    )  # fmt: skip
    audit.sign(ended)
    ended.save(force_insert=True)
    _record(AuditEvent.Action.UPDATE, ended)
    for deputy in deputies:
        if deputy.valid_until is None or deputy.valid_until > on:
            _end_with(deputy, on, reason)
    log_out_if_without_office(appointment.user)
    return ended


def _end_with(deputy: Appointment, on: date, reason: str) -> None:
    """The office of a deputy ends with the one he stands in for; one not begun yet is taken back."""
    if on > deputy.valid_from:
        end_appointment(deputy, on=on, reason=reason)
    else:
        take_back(deputy, reason=reason)


@transaction.atomic
@audit.one_change()
def take_back(appointment: Appointment, *, reason: str) -> None:
    """Take back an office entered by mistake, as if it had never been given."""
    if not Appointment.objects.in_force().filter(pk=appointment.pk).update(in_force=False):
        raise RuleError(MEANWHILE)
    for deputy in Appointment.objects.in_force().filter(deputy_of=appointment):
        take_back(deputy, reason=reason)
    undone = Appointment(
        user=appointment.user, role=appointment.role, organization=appointment.organization,
        association=appointment.association, title=appointment.title, deputy_of=appointment.deputy_of,
        valid_from=appointment.valid_from, valid_until=appointment.valid_until, reason=reason, corrects=appointment,
        in_force=False,
    )  # fmt: skip
    audit.sign(undone)
    undone.save(force_insert=True)
    _record(AuditEvent.Action.REVERSE, undone)
    log_out_if_without_office(appointment.user)


def rest_of(appointment: Appointment, on: date) -> dict[str, Any]:
    """The office that a successor takes over on day *on*: duties follow the office, up to its planned end."""
    until = appointment.valid_until
    return {"role": appointment.role, "valid_from": on, "valid_until": until if until and until > on else None}


def log_out_if_without_office(user: User) -> None:
    """End the sessions of somebody who holds no office today."""
    if not Appointment.objects.in_force().on(dates.today()).filter(user=user).exists():
        sessions.end_all(user)


def _record(action: str, appointment: Appointment) -> None:
    names = ("user_id", "role", "organization_id", "association_id", "title", "valid_from", "valid_until")
    audit.record(
        action,
        appointment,
        label=f"{appointment.user.username}: {appointment}",
        changes={name: getattr(appointment, name) for name in names if name != "user_id"},
        scope_path=appointment.scope_path,
        reason=appointment.reason,
    )


# --- offices that take two people -------------------------------------------------------------------------------
@transaction.atomic
@audit.one_change()
def request_appointment(user: User, role: str, *, reason: str, by: User, **office: Any) -> AppointmentRequest:
    """Ask for an office that nobody gives alone; somebody else grants it (see :func:`grant_request`)."""
    check_office(user, role, **({"valid_until": None, "organization": None, "association": None} | office))
    waiting = AppointmentRequest.objects.filter(
        user=user, role=role, organization=office.get("organization"), state=AppointmentRequest.State.WAITING
    )
    if waiting.exists():
        raise RuleError("Đề nghị này đang chờ người thứ hai duyệt. Hãy đợi, hoặc rút đề nghị cũ.")
    request = AppointmentRequest(
        user=user, role=role, reason=reason, requested_by=by, requested_at=timezone.now(), **office
    )
    request.save(force_insert=True)
    _record_request(AuditEvent.Action.CREATE, request, reason)
    return request


@transaction.atomic
@audit.one_change()
def grant_request(request: AppointmentRequest, *, by: User, decision: str = "") -> Appointment:
    """The second person's yes: the office begins. Refused to the one who asked and to the one it is for."""
    if by.pk in (request.requested_by_id, request.user_id):
        raise RuleError("Người đề nghị và người được phân công không tự duyệt. Hãy để một lãnh đạo Ban khác duyệt.")
    _decide(request, AppointmentRequest.State.WAITING, by=by, decision=decision)
    appointment = appoint(request.user, reason=request.reason, **request.office)
    request.state, request.appointment = AppointmentRequest.State.GRANTED, appointment
    request.save(update_fields=["state", "appointment"])
    _record_request(AuditEvent.Action.UPDATE, request, decision)
    return appointment


@transaction.atomic
@audit.one_change()
def close_request(request: AppointmentRequest, state: str, *, by: User, decision: str) -> None:
    """The second person's no (`REFUSED`), or the first one's change of mind (`WITHDRAWN`)."""
    if (state == AppointmentRequest.State.WITHDRAWN) != (by.pk == request.requested_by_id):
        raise RuleError("Người đề nghị thì rút đề nghị; người khác thì duyệt hoặc không duyệt. Hãy tải lại trang.")
    _decide(request, state, by=by, decision=decision)
    _record_request(AuditEvent.Action.UPDATE, request, decision)


def _decide(request: AppointmentRequest, state: str, *, by: User, decision: str) -> None:
    """Write the decision down, unless somebody else was faster."""
    request.decided_by, request.decided_at, request.decision, request.state = by, timezone.now(), decision, state
    waiting = AppointmentRequest.objects.filter(pk=request.pk, state=AppointmentRequest.State.WAITING, decided_by=None)
    if not waiting.update(decided_by=by, decided_at=request.decided_at, decision=decision, state=state):
        raise RuleError("Đề nghị này vừa được người khác xử lý. Hãy tải lại trang.")


def _record_request(action: str, request: AppointmentRequest, reason: str) -> None:
    audit.record(
        action,
        request,
        label=f"{request.user.username}: {request}",
        changes={"state": request.state, "role": request.role, "valid_from": request.valid_from},
        scope_path=request.scope_path,
        reason=reason,
    )

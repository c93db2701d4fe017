"""The only writer of other people's accounts: made with a first office, kept up to date, locked and opened."""

import re
from typing import Any

from django.db import IntegrityError, transaction

from cells.models import Appointment, AppointmentRequest, DeclaredConflict, Member
from cells.roles import TWO_PEOPLE
from cells.services.appointments import appoint, request_appointment
from cells.services.errors import RuleError
from core import audit
from core.accounts import sessions
from core.models import AuditEvent, User
from core.models.user import normalize_username
from core.names import fold

Office = Appointment | AppointmentRequest
_OTHER_SIGNS = re.compile("[^a-z0-9]")


def suggested_username(full_name: str) -> str:
    """A free user name people can remember: given name and initials, `Nguyễn Thị Ánh` → `anh.nt`, then `anh.nt2`."""
    words = [_OTHER_SIGNS.sub("", word) for word in fold(full_name).split(" ")]
    words = [word for word in words if word] or ["nguoi"]
    base = words[-1] + ("." + "".join(word[0] for word in words[:-1]) if words[:-1] else "")
    taken = set(User.objects.filter(username__startswith=base).values_list("username", flat=True))
    return next(name for name in (base, *(f"{base}{number}" for number in range(2, 10_000))) if name not in taken)


@transaction.atomic
@audit.one_change()
def create_user(
    *, full_name: str, username: str = "", phone: str = "", email: str = "", by: User, office: dict[str, Any]
) -> tuple[User, Office]:
    """A new person with a first office. There is no password yet: an activation sheet gives a way in."""
    user = User(
        username=normalize_username(username) or suggested_username(full_name), full_name=full_name, phone=phone,
        email=email,
    )  # fmt: skip
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as taken:
        raise RuleError(f"Tên đăng nhập {user.username} đã có người dùng. Hãy chọn tên khác.") from taken
    given = give_office(user, by=by, **office)
    audit.record(
        AuditEvent.Action.CREATE, user, changes={"username": user.username, "full_name": full_name},
        scope_path=_path(given),
    )  # fmt: skip
    return user, given


def give_office(user: User, *, by: User, role: str, reason: str = "", **office: Any) -> Office:
    """Give *user* an office, or ask for it where that takes two people."""
    if role in TWO_PEOPLE:
        if not reason:
            raise RuleError("Phân công này cần hai người. Hãy ghi lý do để người thứ hai duyệt.")
        return request_appointment(user, role, reason=reason, by=by, **office)
    return appoint(user, role, reason=reason, **office)


@transaction.atomic
def change_user(user: User, *, scope_path: str, **details: str) -> None:
    """Keep name, phone and e-mail up to date."""
    before = {name: getattr(user, name) for name in details}
    changes = audit.differences(before, details)
    if not changes:
        return
    for name, value in details.items():
        setattr(user, name, value)
    user.save(update_fields=list(details))
    private = {name: [audit.digest(value) for value in pair] for name, pair in changes.items() if name != "full_name"}
    audit.record(AuditEvent.Action.UPDATE, user, changes=changes | private, scope_path=scope_path)


@transaction.atomic
def set_locked(user: User, locked: bool, *, reason: str, scope_path: str) -> None:
    """Keep *user* from logging in, at once; or let him again. Offices stay as they are."""
    user.is_active = not locked
    user.save(update_fields=["is_active"])
    audit.record(
        AuditEvent.Action.UPDATE, user, changes={"is_active": [locked, not locked]}, reason=reason,
        scope_path=scope_path,
    )  # fmt: skip
    if locked:
        sessions.end_all(user)


@transaction.atomic
def declare_conflict(user: User, member: Member, *, relation: str) -> DeclaredConflict:
    """*user* says to be a relative of *member*, and is kept away from that file from the next request on."""
    file = {"model": member._meta.label_lower, "file": member.public_id}
    if DeclaredConflict.objects.in_force().filter(user=user, **file).exists():
        raise RuleError("Bạn đã khai quan hệ với người này rồi.")
    conflict = DeclaredConflict(user=user, name=member.full_name, relation=relation, **file)
    audit.sign(conflict)
    conflict.save(force_insert=True)
    _tell(AuditEvent.Action.CREATE, conflict, member.organization.path)
    return conflict


@transaction.atomic
def end_conflict(conflict: DeclaredConflict, *, reason: str, scope_path: str) -> None:
    """Take back what was declared; somebody else does it, never the one who declared."""
    if not DeclaredConflict.objects.in_force().filter(pk=conflict.pk).update(in_force=False):
        raise RuleError("Lời khai này vừa được người khác bỏ. Hãy tải lại trang.")
    undone = DeclaredConflict(
        user=conflict.user, model=conflict.model, file=conflict.file, name=conflict.name, relation=conflict.relation,
        reason=reason, corrects=conflict, in_force=False,
    )  # fmt: skip
    audit.sign(undone)
    undone.save(force_insert=True)
    _tell(AuditEvent.Action.REVERSE, undone, scope_path)


def _tell(action: str, conflict: DeclaredConflict, scope_path: str) -> None:
    audit.record(
        action, conflict, label=f"{conflict.user}: người thân", changes={"relation": audit.digest(conflict.relation)},
        reason=conflict.reason, scope_path=scope_path,
    )  # fmt: skip


def _path(office: Office) -> str:
    return office.scope_path

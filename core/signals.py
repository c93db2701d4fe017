"""Log-ins, failed log-ins and log-outs leave a trail, from whichever page or program they come."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from core import audit
from core.models import AuditEvent, User
from core.models.user import normalize_username


@receiver(user_logged_in)
def record_login(user: User, **_: Any) -> None:
    with audit.acting(user=user):
        audit.record(AuditEvent.Action.LOGIN, user)


@receiver(user_login_failed)
def record_failed_login(credentials: dict[str, Any], **_: Any) -> None:
    """Only the tried user name; Django masks the password in *credentials*, and it is not read here."""
    audit.record(AuditEvent.Action.LOGIN_FAILED, label=normalize_username(str(credentials.get("username") or "")))


@receiver(user_logged_out)
def record_logout(user: User | None, **_: Any) -> None:
    """*user* is None where the session had ended before."""
    if user is not None:
        audit.record(AuditEvent.Action.LOGOUT, user)

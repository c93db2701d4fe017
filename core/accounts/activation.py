"""A way in for people without e-mail: a code on paper, good until its owner has set a password of his own."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core import audit
from core.accounts import lockout, sessions
from core.models import AuditEvent, User

SIGNS = "abcdefghkmnpqrstuvwxyz23456789"
"""No l and 1, o and 0, i and j: a code is read from paper."""
GROUPS, GROUP = 3, 5


@transaction.atomic
def issue(user: User, *, scope_path: str = "") -> str:
    """Give *user* a new one-time code instead of a password, and end all sessions; returns the code, kept nowhere.

    Three groups of five signs: 73 bits. It opens nothing but the page that asks for a password, and dies with it.
    """
    code = "-".join("".join(secrets.choice(SIGNS) for _ in range(GROUP)) for _ in range(GROUPS))
    user.set_password(code)
    user.must_change_password = True
    user.password_expires_at = timezone.now() + timedelta(days=settings.ACTIVATION_DAYS)
    user.save(update_fields=["password", "must_change_password", "password_expires_at"])
    sessions.end_all(user)
    lockout.forgive(user)
    audit.record(AuditEvent.Action.ACTIVATION, user, scope_path=scope_path)
    return code


def has_expired(user: User) -> bool:
    """Whether *user* has nothing but a code that is too old."""
    return user.password_expires_at is not None and user.password_expires_at <= timezone.now()

"""Xác thực hai bước: who needs it, turning it on and off, and looking at what somebody types.

A code is used up by the `UPDATE` that accepts it, so that of two log-ins with the same code one is refused. Wrong ones
count twice: for the name at that address, as wrong passwords do, and for the account wherever they come from. Only
somebody who knows the password gets as far as that, so nobody can lock a stranger out.
"""

import logging
import secrets
from collections.abc import Callable, Collection
from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from core import audit
from core.accounts import lockout, sessions, totp
from core.accounts.activation import SIGNS
from core.keyring import BrokenSealError
from core.models import AuditEvent, RecoveryCode, SecondFactor, User

log = logging.getLogger(__name__)
CODES = 10
"""Recovery codes on a sheet."""
LEAD, GROUPS, GROUP = 2, 3, 4
"""Twelve signs, of which the first two tell codes apart: 49 bits stay secret."""
_roles_of: list[Callable[[User], Collection[str]]] = []


# --- who needs one --------------------------------------------------------------------------------------------------
def register_roles(roles_of: Callable[[User], Collection[str]]) -> None:
    """An upper floor says how the roles of a user are known."""
    _roles_of.append(roles_of)


def must_have(user: User) -> bool:
    """Whether a role that *user* holds today needs a second factor (SECOND_FACTOR_ROLES)."""
    needed = settings.SECOND_FACTOR_ROLES
    return bool(needed) and any(role in needed for roles_of in _roles_of for role in roles_of(user))


def factor_of(user: User) -> SecondFactor | None:
    """The second factor of *user*, as it is in the database now."""
    return SecondFactor.objects.filter(user=user).first()


def codes_left(factor: SecondFactor) -> int:
    """How many recovery codes have not been used."""
    return factor.recovery_codes.filter(used_at=None).count()


# --- on and off -----------------------------------------------------------------------------------------------------
def turn_on(user: User, key: str, counter: int, *, keep: object = None) -> list[str]:
    """Ask *user* for codes of *key* from now on, in place of an older phone; returns the recovery codes, kept nowhere.

    Ends all sessions but *keep*: they were begun without this key.
    """
    codes, hashed = _make_codes()
    with transaction.atomic():
        factor, is_first = SecondFactor.objects.update_or_create(
            user=user,
            defaults={
                "key": key, "confirmed_at": timezone.now(), "last_counter": counter, "failures": 0,
                "locked_until": None,
            },
        )  # fmt: skip
        _replace_codes(factor, hashed)
        sessions.end_all(user, keep=keep)
        audit.record(AuditEvent.Action.FACTOR_ON, user, changes={} if is_first else {"another_phone": True})
    return codes


def renew_codes(factor: SecondFactor) -> list[str]:
    """New recovery codes in place of the old ones; returned, and kept nowhere."""
    codes, hashed = _make_codes()
    with transaction.atomic():
        _replace_codes(factor, hashed)
        audit.record(AuditEvent.Action.RECOVERY_NEW, factor.user)
    return codes


@transaction.atomic
def turn_off(user: User) -> None:
    """Ask *user* for the password alone from now on."""
    if SecondFactor.objects.filter(user=user).delete()[0]:
        audit.record(AuditEvent.Action.FACTOR_OFF, user)


@transaction.atomic
def reset(user: User, *, reason: str, scope_path: str = "") -> None:
    """Take the factor of somebody who lost the phone and the codes; whoever is logged in under that name is out."""
    if SecondFactor.objects.filter(user=user).delete()[0]:
        sessions.end_all(user)
        audit.record(AuditEvent.Action.FACTOR_RESET, user, reason=reason, scope_path=scope_path)


def _make_codes() -> tuple[list[str], dict[str, str]]:
    """Codes, and by their first signs their hashes. Slow on purpose: to be made outside a transaction."""
    codes: dict[str, str] = {}
    while len(codes) < CODES:
        plain = "".join(secrets.choice(SIGNS) for _ in range(GROUPS * GROUP))
        codes[plain[:LEAD]] = plain
    hashed = {lead: make_password(plain) for lead, plain in codes.items()}
    return ["-".join(plain[at : at + GROUP] for at in range(0, len(plain), GROUP)) for plain in codes.values()], hashed


def _replace_codes(factor: SecondFactor, hashed: dict[str, str]) -> None:
    factor.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(factor=factor, lead=lead, digest=d) for lead, d in hashed.items())


# --- what somebody types --------------------------------------------------------------------------------------------
def passes(request: HttpRequest, user: User, typed: str) -> bool:
    """Whether *typed* is a code of the phone of *user*, or a recovery code; used up if so, counted if not."""
    now, factor = timezone.now(), factor_of(user)
    if factor is None:
        return False
    if lockout.is_locked(request, user.username) or not _may_try(factor, now):
        lockout.answer_locked(request, user.username)
        return False
    if _accept_code(factor, typed, now) or _accept_recovery(factor, typed, now):
        return True
    audit.record(AuditEvent.Action.CODE_FAILED, user)
    lockout.count_failure(request, user.username)
    return False


def tries_allowed() -> int:
    """Wrong codes after which an account waits, wherever they come from."""
    return 2 * settings.AXES_FAILURE_LIMIT


def _may_try(factor: SecondFactor, now: datetime) -> bool:
    """Take one of the tries; counted before looking, so that many requests at once get no more of them."""
    row = SecondFactor.objects.filter(pk=factor.pk)
    row.filter(locked_until__lte=now).update(failures=0, locked_until=None)
    if row.filter(failures__lt=tries_allowed()).update(failures=F("failures") + 1):
        return True
    row.filter(locked_until=None).update(locked_until=now + settings.AXES_COOLOFF_TIME)
    return False


def _accept_code(factor: SecondFactor, typed: str, now: datetime) -> bool:
    try:
        key = factor.key.open()
    except BrokenSealError:  # a copy of the database without its keys: codes on paper still let people in
        log.exception("The second factor of user %s cannot be read.", factor.user_id)
        return False
    counter = totp.matching_counter(key, typed, now, after=factor.last_counter)
    if counter is None:
        return False
    unused = SecondFactor.objects.filter(pk=factor.pk, last_counter__lt=counter)
    return bool(unused.update(last_counter=counter, failures=0, locked_until=None))


def _accept_recovery(factor: SecondFactor, typed: str, now: datetime) -> bool:
    plain = "".join(sign for sign in typed.lower() if sign.isalnum())
    if len(plain) != GROUPS * GROUP or not set(plain) <= set(SIGNS):
        return False
    found = factor.recovery_codes.filter(lead=plain[:LEAD], used_at=None).first()
    if found is None or not check_password(plain, found.digest):
        return False
    with transaction.atomic():
        if not RecoveryCode.objects.filter(pk=found.pk, used_at=None).update(used_at=now):
            return False
        SecondFactor.objects.filter(pk=factor.pk).update(failures=0, locked_until=None)
        left = {"codes_left": codes_left(factor)}
        with audit.acting(user=factor.user):
            audit.record(AuditEvent.Action.RECOVERY_USED, factor.user, changes=left)
    return True

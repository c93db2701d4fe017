"""Sessions end: after a while without use, after a working day, when their owner says so, and when rights end."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models import QuerySet
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from core.models import LoginSession, User

LOGIN = "login"
"""Key in the session: which LoginSession it is."""
CONFIRMED = "confirmed_at"
"""Key in the session: when its owner last proved by password who he is (seconds since 1970)."""
SEEN_EVERY = timedelta(minutes=1)
"""How exactly the last use is kept: not every page writes."""

_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("coc_coc", "Cốc Cốc"), ("Firefox", "Firefox"), ("Chrome", "Chrome"),
             ("Safari", "Safari"))  # fmt: skip
_DEVICES = (("Android", "điện thoại Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "máy tính Windows"),
            ("Mac OS", "máy Mac"), ("Linux", "máy tính Linux"))  # fmt: skip


def idle_limit() -> timedelta:
    """How long a session lasts without use."""
    return timedelta(minutes=settings.SESSION_IDLE_MINUTES)


def full_limit() -> timedelta:
    """How long a session lasts at most."""
    return timedelta(seconds=settings.SESSION_COOKIE_AGE)


def browser_of(agent: str) -> str:
    """What a browser says of itself, in plain words: `Chrome trên máy tính Windows`."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    device = next((name for sign, name in _DEVICES if sign in agent), "")
    return " trên ".join(filter(None, (browser, device)))


@receiver(user_logged_in)
def begin(request: HttpRequest | None, user: User, **_: Any) -> None:
    if request is None:
        return
    now = timezone.now()
    row = LoginSession.objects.create(
        user=user, begun_at=now, seen_at=now, origin=request.META.get("REMOTE_ADDR", "")[:100],
        browser=browser_of(request.META.get("HTTP_USER_AGENT", "")),
    )  # fmt: skip
    request.session[LOGIN] = str(row.public_id)
    request.session[CONFIRMED] = now.timestamp()


@receiver(user_logged_out)
def end_own(request: HttpRequest | None, **_: Any) -> None:
    if request is not None and (key := request.session.get(LOGIN)):
        LoginSession.objects.filter(public_id=key, ended_at=None).update(ended_at=timezone.now())


def current_of(request: HttpRequest) -> LoginSession | None:
    """The session of this request, unless it has ended or run out."""
    key, now = request.session.get(LOGIN), timezone.now()
    row = LoginSession.objects.filter(public_id=key, user=request.user, ended_at=None).first() if key else None
    if row is None or row.seen_at + idle_limit() <= now or row.begun_at + full_limit() <= now:
        return None
    if row.seen_at + SEEN_EVERY <= now:
        LoginSession.objects.filter(pk=row.pk).update(seen_at=now)
    return row


def open_sessions(user: User) -> QuerySet[LoginSession]:
    """Where *user* is logged in now, the last used first."""
    now = timezone.now()
    return user.sessions.filter(ended_at=None, seen_at__gt=now - idle_limit(), begun_at__gt=now - full_limit())


def end_all(user: User, *, keep: UUID | None = None) -> int:
    """End the sessions of *user* (all but *keep*) with their next request; returns how many there were."""
    return open_sessions(user).exclude(public_id=keep).update(ended_at=timezone.now())

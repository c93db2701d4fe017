"""What happens after too many wrong passwords or codes: one name at one address waits (see AXES_… in the settings)."""

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.signals import user_locked_out
from axes.utils import reset
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core import audit
from core.models import AuditEvent, SecondFactor, User
from core.models.user import normalize_username

TOO_MANY_REQUESTS = 429


def address_of(request: HttpRequest) -> str:
    """Where a request comes from: behind a proxy of our own, what that proxy saw."""
    if settings.BEHIND_PROXY:
        return request.META.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", 1)[-1].strip() or request.META["REMOTE_ADDR"]
    return request.META.get("REMOTE_ADDR", "")


def name_tried(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """One spelling for each user name; on pages that ask only for the password, that of the one logged in."""
    tried = (credentials or {}).get("username") or request.POST.get("username", "")
    if not tried and request.user.is_authenticated:
        tried = request.user.username
    return normalize_username(str(tried))[:150]


def locked_page(
    request: HttpRequest, response: HttpResponse, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """The same for names that exist and for names that do not: how long to wait, and whom to ask."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    context = {"minutes": minutes, "failures": settings.AXES_FAILURE_LIMIT}
    return render(request, "429.html", context, status=TOO_MANY_REQUESTS)


@receiver(user_locked_out)
def record_lockout(request: HttpRequest, username: str, **_: Any) -> None:
    audit.record(AuditEvent.Action.LOCKOUT, label=normalize_username(username)[:150])


def is_locked(request: HttpRequest, username: str) -> bool:
    """Whether *username* has to wait at the address of *request*."""
    return not AxesProxyHandler.is_allowed(request, {"username": username})


def count_failure(request: HttpRequest, username: str) -> None:
    """One more wrong answer of *username* at that address; the last one that is allowed locks, as of passwords."""
    AxesProxyHandler.user_login_failed(sender=__name__, credentials={"username": username}, request=request)


def answer_locked(request: HttpRequest, username: str) -> None:
    """Show the page that asks to wait in place of whatever the view answers."""
    request.axes_locked_out, request.axes_credentials = True, {"username": username}


def forgive(user: User) -> None:
    """Let *user* try again at once, everywhere."""
    reset(username=user.username)
    SecondFactor.objects.filter(user=user).update(failures=0, locked_until=None)

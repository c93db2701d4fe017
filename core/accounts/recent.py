"""Asking for the password once more before what must not be done by whoever finds a browser open."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from core.accounts.sessions import CONFIRMED


def is_recent(request: HttpRequest) -> bool:
    """Whether the password was given lately: for what is sent twice as long ago, so that no form is filled in vain."""
    minutes = settings.CONFIRM_MINUTES * (1 if request.method in ("GET", "HEAD") else 2)
    given = request.session.get(CONFIRMED, 0)
    return timezone.now().timestamp() - given < timedelta(minutes=minutes).total_seconds()


def recent_login_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lead to the page that asks for the password, and back; what was sent meanwhile is to be sent again."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_recent(request):
            return view(request, *args, **kwargs)
        return ask_again(request)

    return asked


def ask_again(request: HttpRequest) -> HttpResponse:
    """To the page that asks for the password, and from there back to this address."""
    if request.method not in ("GET", "HEAD"):
        messages.warning(request, "Chưa ghi gì: hãy xác nhận là bạn rồi làm lại.")
    return redirect(f"{reverse('confirm')}?{urlencode({'next': request.get_full_path()})}")

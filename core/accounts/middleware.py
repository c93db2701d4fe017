"""What happens to a request of somebody whose session has ended."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout, middleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django_htmx.http import HttpResponseClientRefresh

from core.accounts import second_factor
from core.accounts.sessions import LOGIN, current_of

MAY_BE_CALLED = frozenset({"password-change", "logout", "healthz", "readyz"})
"""What somebody reaches who has still to set a password."""
ON_THE_WAY = MAY_BE_CALLED | {"second-factor-set", "confirm"}
"""What somebody reaches who has still to set up a second factor."""


class LoginRequiredMiddleware(middleware.LoginRequiredMiddleware):
    """Leads to the log-in page, and afterwards back, where going back makes sense."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponse:
        if request.htmx:
            # A fragment has no place for the log-in page: let the browser load the whole page again.
            return HttpResponseClientRefresh()
        if request.method not in ("GET", "HEAD"):
            # The address may answer to POST only, and what was sent is lost anyhow.
            return redirect(self.get_login_url(view_func))
        return super().handle_no_permission(request, view_func)


class SessionLimitsMiddleware:
    """Ends a session that has run out, or that its owner or the end of his rights has ended."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            request.login_session = current_of(request)
            if request.login_session is None:
                request.session.pop(LOGIN, None)
                logout(request)
                messages.info(request, "Phiên đăng nhập đã kết thúc. Hãy đăng nhập lại để làm tiếp.")
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: Any) -> HttpResponse | None:
        """Whoever came in with a code on paper sets a password first; then a second factor, where a role needs one."""
        if not request.user.is_authenticated:
            return None
        target = _first_of_all(request.user, request.resolver_match.view_name)
        if target is None:
            return None
        return HttpResponseClientRefresh() if request.htmx else redirect(target)


def _first_of_all(user: Any, view_name: str) -> str | None:
    """The page that *user* has to fill in before going on to *view_name*."""
    if user.must_change_password:
        return None if view_name in MAY_BE_CALLED else "password-change"
    if view_name in ON_THE_WAY or not second_factor.must_have(user) or second_factor.factor_of(user):
        return None
    return "second-factor-set"

"""What happens to a request of somebody whose session has ended."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import middleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django_htmx.http import HttpResponseClientRefresh


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

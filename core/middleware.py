"""What every request carries for the audit trail."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from core import audit


class AuditContextMiddleware:
    """Everything a request changes is recorded as done by its user, from its address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user if request.user.is_authenticated else None
        with audit.acting(user=user, origin=request.META.get("REMOTE_ADDR", "")):
            return self.get_response(request)

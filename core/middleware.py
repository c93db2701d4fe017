"""What every request carries for the audit trail."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from core import audit
from core.models import AuditEvent

FORBIDDEN, NOT_FOUND = 403, 404


class AuditContextMiddleware:
    """Everything a request changes is recorded as done by its user, from its address; so is what it was refused.

    A refusal is recorded here, when the transaction it may have happened in is over.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user if request.user.is_authenticated else None
        with audit.acting(user=user, origin=request.META.get("REMOTE_ADDR", "")):
            response = self.get_response(request)
            if user is not None and _is_refusal(request, response):
                audit.record(
                    AuditEvent.Action.REFUSE,
                    label=request.path[:255],
                    changes={"status": response.status_code, "method": request.method},
                )
            return response


def _is_refusal(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether a page was refused, or what its address names lies out of reach; not a mistyped address."""
    if response.status_code == FORBIDDEN:
        return True
    match = request.resolver_match
    return response.status_code == NOT_FOUND and match is not None and bool(match.kwargs)

"""What holds for every page of a person because of the person's role."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from cells.behalf import office_served
from cells.roles import Role
from cells.scoping import active_grants
from core import audit, dates
from core.read_only import read_only

OWN_AFFAIRS = ""
"""Log-in, log-out and the own password belong to no app's name space: these an inspector may change."""


class ReadOnlyMiddleware:
    """Whoever is here to inspect reaches the data through a connection that cannot write."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.resolver_match.app_name == OWN_AFFAIRS or not _only_inspects(request.user):
            return None
        with read_only():
            response = view(request, *args, **kwargs)
            # A page that is filled in later would be filled in outside.
            return response.render() if hasattr(response, "render") else response


def _only_inspects(user: Any) -> bool:
    grants = active_grants(user, dates.today())
    return bool(grants) and all(grant.role == Role.INSPECTOR for grant in grants)


class BehalfMiddleware:
    """What somebody enters for a cell without a computer is recorded as entered on its behalf ("nhập thay")."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.served = office_served(request)
        if request.served is None:
            return self.get_response(request)
        with audit.acting(on_behalf_of=request.served.name, behalf_path=request.served.path):
            return self.get_response(request)

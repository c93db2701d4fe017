"""An toàn dữ liệu: what protects people's data here, for those who answer for it."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cells.roles import Action
from cells.safeguards import limits, trail_in_numbers, what_is_logged, who_sees, without_factor
from cells.scoping import may
from core import dates
from core.sealing import last_seal


@require_safe
def safeguards(request: HttpRequest) -> HttpResponse:
    """Who may see what, what is logged, which limits are on: from the configuration that runs."""
    if not may(request.user, Action.AUDIT, "core.auditevent"):
        raise PermissionDenied
    context = {
        "roles": who_sees(dates.today()),
        "logged": what_is_logged(),
        "limits": list(limits()),
        "without_factor": without_factor(dates.today()),
        "events": trail_in_numbers(),
        "head": last_seal(),
    }
    return render(request, "cells/safeguards.html", context)

"""One field for people and organisations, on every page."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cells.models import Member, Organization
from cells.queries.organizations import matching
from cells.queries.roll import find_members
from cells.services.members import NUMBER
from core.identity_numbers import is_number, normalize

SHOWN = 20
"""So many people and so many organisations; who finds more, narrows the search."""
LEAST = 2


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Members by name, code or whole identity number, organisations by name or code, those the user may see."""
    text = request.GET.get("q", "").strip()[:100]
    context = {"text": text, "least": LEAST, "shown": SHOWN, "people": [], "units": []}
    if len(text) >= LEAST:
        members = Member.objects.visible_to(request.user)
        named = find_members(text, members)
        exact = Q(code=text)
        if is_number(text):
            exact |= Q(NUMBER.rows_with(normalize(text)))
        by_code = members.filter(exact).select_related("organization").order_by("code")
        people = list((by_code if by_code.exists() else named)[: SHOWN + 1])
        units = list(matching(text, Organization.objects.visible_to(request.user))[: SHOWN + 1])
        context |= {"people": people[:SHOWN], "units": units[:SHOWN]}
        context |= {"more_people": len(people) > SHOWN, "more_units": len(units) > SHOWN}
    return render(request, "cells/search.html", context)

"""Tổ chức đảng: suggestions while one types a name."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cells.arranging import changes_open_to
from cells.models import Organization
from cells.queries.organizations import matching, offered_as
from cells.roles import Action

SUGGESTIONS = 20


@require_safe
def organization_suggestions(request: HttpRequest) -> HttpResponse:
    """Options for a field in which an organisation is named.

    `viec` is the action, `o` the field's name, `loai` the kinds to choose from (all where it is empty).
    """
    action = request.GET.get("viec", Action.VIEW)
    rows = Organization.objects.visible_to(request.user, action).filter(closed_on=None)
    if kinds := request.GET.get("loai"):
        rows = rows.filter(kind__in=kinds.split(","))
    found = matching(request.GET.get(request.GET.get("o", ""), ""), rows)[:SUGGESTIONS]
    return render(request, "cells/_organization_option.html", {"offered": [offered_as(row) for row in found]})


@require_safe
def organization_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The page of an organisation."""
    organization = get_object_or_404(Organization.objects.visible_to(request.user), public_id=public_id)
    changes = changes_open_to(request.user, organization)
    return render(request, "cells/organization_detail.html", {"organization": organization, "changes": changes})

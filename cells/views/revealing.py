"""Masked fields of a member, shown once to who may see them and says why."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from cells.forms.revealing import RevealForm
from cells.models import Member
from cells.roles import Action
from core.accounts.recent import recent_login_required
from core.field_classes import typed_masked_fields
from core.reveal import reveal


@require_http_methods(["GET", "HEAD", "POST"])
@recent_login_required
def member_reveal(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Asks for the reason, then shows; the values stand on that one answer only and in no address."""
    rows = Member.objects.visible_to(request.user, Action.REVEAL).select_related("organization")
    member = get_object_or_404(rows, public_id=public_id)
    names = [name for name in typed_masked_fields(Member) if getattr(member, name)]
    form = RevealForm(request.POST or None, user=request.user)
    shown = None
    if names and form.is_valid():
        path = member.organization.path
        shown = reveal(member, names, reason=form.cleaned_data["reason"], scope_path=path)
    labels = [Member._meta.get_field(name).verbose_name for name in names]
    context = {"member": member, "form": form, "labels": labels, "shown": shown}
    return render(request, "cells/member_reveal.html", context)

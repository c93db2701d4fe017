"""How views come to a file: within one's reach, or not found."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from pipeline.models import Case

form_view = require_http_methods(["GET", "HEAD", "POST"])
BESIDE = ("candidate__member__organization", "organization__parent", "first_organization")


def case_or_404(request: HttpRequest, public_id: UUID, action: str) -> Case:
    """The file, where the user may do *action* with it; whatever is out of reach is not found."""
    rows = Case.objects.visible_to(request.user, action).select_related(*BESIDE)
    return get_object_or_404(rows, public_id=public_id)


def done(request: HttpRequest, case: Case, text: str) -> HttpResponse:
    """Back to the person, or to the list where the file has gone out of one's sight."""
    messages.success(request, text)
    if Case.objects.visible_to(request.user).filter(pk=case.pk).exists():
        return redirect("pipeline:case-detail", case.public_id)
    messages.info(request, f"Hồ sơ của {case.candidate.full_name} nay do nơi khác giữ, ngoài phạm vi của bạn.")
    return redirect("pipeline:case-list")

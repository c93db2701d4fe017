"""What is masked of a person, the family and the vetting, shown once to who may see it and says why."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from cells.forms.revealing import RevealForm
from cells.roles import Action
from core.accounts.recent import recent_login_required
from pipeline.models import CandidateProfile, Relative, VettingInquiry
from pipeline.queries.masked import filled
from pipeline.services.revealing import reveal_rows
from pipeline.views.case_finding import form_view


@form_view
@recent_login_required
def case_reveal(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Asks for the reason, then shows; the values stand on that one answer only and in no address."""
    profiles = CandidateProfile.objects.visible_to(request.user, Action.REVEAL).select_related("candidate")
    profile = get_object_or_404(profiles, candidate__cases__public_id=public_id)
    case = get_object_or_404(profile.candidate.cases.select_related("organization"), public_id=public_id)
    relatives = Relative.objects.visible_to(request.user, Action.REVEAL).filter(candidate=profile.candidate)
    inquiries = VettingInquiry.objects.visible_to(request.user, Action.REVEAL).filter(case=case)
    parts = [
        ("Bản thân", [profile]),
        ("Gia đình", list(relatives.order_by("id"))),
        ("Thẩm tra lý lịch", list(inquiries.order_by("id"))),
    ]
    parts = [(title, [row for row in rows if filled(row)]) for title, rows in parts]
    form = RevealForm(request.POST or None, user=request.user)
    shown = None
    if any(rows for _, rows in parts) and form.is_valid():
        reason, path = form.cleaned_data["reason"], case.organization.path
        shown = [(title, reveal_rows(rows, reason=reason, scope_path=path)) for title, rows in parts if rows]
    context = {"case": case, "person": profile.candidate, "form": form, "shown": shown, "parts": parts}
    return render(request, "pipeline/case_reveal.html", context)

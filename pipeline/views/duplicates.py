"""Báo trùng hồ sơ: read and answered by the unit above both places, unknown to everybody below it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cells.forms.recording import carry_out
from cells.roles import Action
from cells.scoping import may, reaches
from core import dates
from pipeline.forms.duplicates import SettleForm
from pipeline.models import DuplicateReport
from pipeline.queries.duplicates import reports_of, sides_of
from pipeline.services.duplicates import settle_report

PAGE_SIZE = 30
MODEL = DuplicateReport._meta.label_lower


@require_safe
def duplicate_list(request: HttpRequest) -> HttpResponse:
    """What has been reported, open ones first."""
    if not may(request.user, Action.VIEW, MODEL):
        raise PermissionDenied
    page = Paginator(reports_of(request.user, dates.today()), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "pipeline/duplicate_list.html", {"page_obj": page})


@require_http_methods(["GET", "HEAD", "POST"])
def duplicate_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Both persons beside each other; who works for the unit says what came out."""
    today = dates.today()
    report = get_object_or_404(reports_of(request.user, today), public_id=public_id)
    may_settle = report.settled_on is None and reaches(
        request.user, Action.RECORD_CASE, MODEL, report.organization, today
    )
    if request.method == "POST" and not may_settle:
        raise Http404
    form = SettleForm(request.POST or None, user=request.user)
    if may_settle and carry_out(
        form, lambda asked: settle_report(report, answer=asked["answer"], by=request.user, today=today)
    ):
        messages.success(request, "Đã ghi kết quả kiểm tra.")
        return redirect("pipeline:duplicate-list")
    context = {"report": report, "sides": sides_of(report), "form": form if may_settle else None}
    return render(request, "pipeline/duplicate_detail.html", context)

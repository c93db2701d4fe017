"""Báo trùng: people who seem to be on file twice, for the unit above both places. Nobody below it sees any of this."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from cells.forms.recording import carry_out
from cells.roles import Action
from cells.scoping import may
from core import dates
from pipeline.forms.duplicates import SettleForm
from pipeline.models import DuplicateReport
from pipeline.queries.duplicates import for_list
from pipeline.services.duplicates import settle_report
from pipeline.views.case_finding import form_view

PAGE_SIZE = 50


@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """The reports of the own units, those that nobody has answered on top."""
    if not may(request.user, Action.VIEW, "pipeline.duplicatereport"):
        raise PermissionDenied
    rows = for_list(DuplicateReport.objects.visible_to(request.user))
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "pipeline/duplicate_list.html", {"page_obj": page})


@form_view
def report_settle(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Somebody has looked into a report."""
    rows = for_list(DuplicateReport.objects.visible_to(request.user, Action.RECORD_CASE))
    report = get_object_or_404(rows, public_id=public_id)
    form = SettleForm(request.POST or None, user=request.user)

    def settle(asked: dict[str, Any]) -> None:
        settle_report(report, answer=asked["answer"], by=request.user, today=dates.today())

    if carry_out(form, settle):
        messages.success(request, "Đã ghi kết quả kiểm tra.")
        return redirect("pipeline:duplicate-list")
    return render(request, "pipeline/duplicate_settle.html", {"report": report, "form": form})

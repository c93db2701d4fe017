"""Báo cáo: the reports of one's organisations, asking for one, and the printed file as it was stored."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cells.roles import Action
from cells.scoping import may
from core import audit, dates
from core.lists import in_order
from core.models import AuditEvent
from core.names import file_name
from core.templatetags.sorting import PARAMETER as SORT
from reports.forms.reports import DeleteForm, ReportFilter, ReportForm
from reports.jobs import queue_report
from reports.models import Report
from reports.services.reports import delete_draft

PAGE_SIZE = 20
LATEST_FIRST = "-lap"
ORDERS = {"lap": ("made_at",), "ky": ("last_day", "first_day"), "to-chuc": ("organization__path",)}


@require_http_methods(["GET", "HEAD", "POST"])
def report_list(request: HttpRequest) -> HttpResponse:
    """The list, and the form; POST queues a report and leads to its job."""
    form = None
    if may(request.user, Action.REPORT, "cells.organization"):
        form = ReportForm(
            request.POST or None, user=request.user, today=dates.today(), code=request.GET.get("to-chuc", "")
        )
        if form.is_valid():
            asked = form.cleaned_data
            job = queue_report(
                request.user, asked["organization"], asked["kind"], asked["period"], asked["dated"], asked["signer"]
            )
            return redirect("cells:job-detail", job.public_id)
    rows = Report.objects.visible_to(request.user).for_list()
    filtering = ReportFilter(request.GET, rows, today=dates.today())
    reports = in_order(filtering.qs, request.GET.get(SORT, ""), ORDERS, LATEST_FIRST)
    page = Paginator(reports, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "filter": filtering,
        "default_sort": LATEST_FIRST,
        "page_obj": page,
        "reports": page.object_list,
    }
    return render(request, "reports/report_list.html", context)


@require_safe
def report_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """All revisions of a report, each with its file and digest."""
    report = get_object_or_404(Report.objects.visible_to(request.user).for_list(), public_id=public_id)
    may_delete = Report.objects.visible_to(request.user, Action.REPORT).filter(pk=report.pk).exists()
    context = {"report": report, "revisions": report.revisions.all(), "may_delete": may_delete}
    return render(request, "reports/report_detail.html", context)


@require_safe
def report_file(request: HttpRequest, public_id: UUID, number: int) -> FileResponse:
    """The printed file of one revision, byte for byte as it was stored."""
    report = get_object_or_404(Report.objects.visible_to(request.user), public_id=public_id)
    revision = get_object_or_404(report.revisions.defer("content"), number=number)
    path = settings.FILES_DIR / revision.file
    if not path.is_file():
        raise Http404
    if request.method == "GET":
        changes = {"number": number, "digest": revision.digest}
        audit.record(AuditEvent.Action.DOWNLOAD, report, changes=changes, scope_path=report.organization.path)
    return FileResponse(
        path.open("rb"), filename=f"{file_name(f'{report}, bản {number}', 150)}.pdf", content_type="application/pdf"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def delete_revision(request: HttpRequest, public_id: UUID, number: int) -> HttpResponse:
    """Delete a draft after one more question."""
    report = get_object_or_404(Report.objects.visible_to(request.user, Action.REPORT), public_id=public_id)
    revision = get_object_or_404(report.revisions.defer("content"), number=number)
    form = DeleteForm(request.POST or None)
    if form.is_valid():
        delete_draft(revision, reason=form.cleaned_data["reason"])
        messages.success(request, f"Đã xóa bản {number} của {report}.")
        if report.revisions.exists():
            return redirect("reports:report-detail", report.public_id)
        return redirect("reports:report-list")
    return render(request, "reports/revision_delete.html", {"report": report, "revision": revision, "form": form})

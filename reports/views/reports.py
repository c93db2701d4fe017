"""Báo cáo: the reports of one's organisations, asking for one, and the printed file as it was stored."""

import unicodedata
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cells.roles import Action
from cells.scoping import may
from cells.views.jobs import UNSAFE_IN_FILE_NAMES
from core import audit, dates
from core.models import AuditEvent
from core.templatetags.sorting import PARAMETER as SORT
from reports.forms.reports import ReportFilter, ReportForm
from reports.jobs import queue_report
from reports.models import Report

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
    filtering = ReportFilter(request.GET)
    reports = Report.objects.visible_to(request.user).for_list().filter(filtering.condition)
    page = Paginator(_in_order(reports, request), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "filter": filtering,
        "is_filtered": any(filtering.cleaned_data.values()),
        "default_sort": LATEST_FIRST,
        "page_obj": page,
        "reports": page.object_list,
    }
    return render(request, "reports/report_list.html", context)


def _in_order(rows: QuerySet[Report], request: HttpRequest) -> QuerySet[Report]:
    asked = request.GET.get(SORT, LATEST_FIRST)
    names = ORDERS.get(asked.removeprefix("-"))
    if names is None:
        asked, names = LATEST_FIRST, ORDERS["lap"]
    sign = "-" if asked.startswith("-") else ""
    return rows.order_by(*(f"{sign}{name}" for name in names), "-pk")


@require_safe
def report_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """All revisions of a report, each with its file and digest."""
    report = get_object_or_404(Report.objects.visible_to(request.user).for_list(), public_id=public_id)
    return render(request, "reports/report_detail.html", {"report": report, "revisions": report.revisions.all()})


@require_safe
def report_file(request: HttpRequest, public_id: UUID, number: int) -> FileResponse:
    """The printed file of one revision, byte for byte as it was stored."""
    report = get_object_or_404(Report.objects.visible_to(request.user), public_id=public_id)
    revision = get_object_or_404(report.revisions.defer("content"), number=number)
    path = settings.FILES_DIR / revision.file
    if not path.is_file():
        raise Http404
    title = UNSAFE_IN_FILE_NAMES.sub("-", unicodedata.normalize("NFC", f"{report}, bản {number}"))
    if request.method == "GET":
        changes = {"number": number, "digest": revision.digest}
        audit.record(AuditEvent.Action.DOWNLOAD, report, changes=changes, scope_path=report.organization.path)
    return FileResponse(path.open("rb"), filename=f"{title[:150]}.pdf", content_type="application/pdf")

"""Importing workbooks in the browser: upload, look, decide, and take back."""

from io import BytesIO
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cells.forms.imports import ApplyForm, ImportFilter, ReadingForm, UndoForm, UnitsForm, WorkbookUploadForm
from cells.models import Organization, WorkbookImport
from cells.roles import Action
from cells.scoping import may
from cells.services.errors import RuleError
from cells.workbook import imports, pages
from cells.workbook.book import Choices
from cells.workbook.example import write_example
from cells.workbook.guide import write_template
from cells.workbook.importing import registered_sheets
from cells.workbook.marked import write_marked_copy
from core import audit
from core.models import AuditEvent
from core.names import file_name

PAGE_SIZE = 20
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _require_right(request: HttpRequest) -> None:
    if not may(request.user, Action.IMPORT, "cells.organization"):
        raise PermissionDenied


def _find(request: HttpRequest, public_id: UUID) -> WorkbookImport:
    _require_right(request)
    return get_object_or_404(
        WorkbookImport.objects.visible_to(request.user).select_related("job", "owner"), public_id=public_id
    )


@require_http_methods(["GET", "HEAD", "POST"])
def workbook(request: HttpRequest) -> HttpResponse:
    """The upload, and the person's imports so far; POST stores the file and queues its check."""
    _require_right(request)
    is_sent = request.method == "POST"
    form = WorkbookUploadForm(request.POST, request.FILES) if is_sent else WorkbookUploadForm()
    if form.is_valid():
        job = imports.receive(form.cleaned_data["file"], request.user)
        return redirect("cells:job-detail", job.public_id)
    rows = WorkbookImport.objects.visible_to(request.user).defer("found", "choices").select_related("owner", "job")
    filtering = ImportFilter(request.GET, rows)
    page = Paginator(filtering.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "filter": filtering,
        "page_obj": page,
        "past": page.object_list,
        "sheets": registered_sheets(),
        "open_days": imports.OPEN_FOR.days,
        "undo_days": imports.UNDO_DAYS,
    }
    return render(request, "cells/workbook.html", context)


@require_safe
def workbook_template(request: HttpRequest) -> FileResponse:
    """The workbook with a guide and its headers, nothing else."""
    _require_right(request)
    content = BytesIO()
    write_template(content)
    return _xlsx(content, "Mẫu nhập Tạo Nguồn")


@require_safe
def workbook_example(request: HttpRequest) -> FileResponse:
    """The workbook filled in with an invented committee below the highest unit of the person's own."""
    _require_right(request)
    own = Organization.objects.visible_to(request.user, Action.IMPORT).filter(closed_on=None)
    content = BytesIO()
    write_example(content, own.order_by("path").first())
    return _xlsx(content, "Ví dụ nhập Tạo Nguồn")


@require_safe
def import_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What the file holds and would do; once written, what was done."""
    row = _find(request, public_id)
    if row.is_open and row.state != WorkbookImport.State.UPLOADED:
        return render(request, "cells/import_preview.html", _preview(row, ApplyForm(row=row)))
    context: dict[str, Any] = {"row": row, "undo_days": imports.UNDO_DAYS}
    if row.state == WorkbookImport.State.APPLIED:
        context |= {"results": pages.results(row), "may_undo": imports.may_undo(row)}
    return render(request, "cells/import_detail.html", context)


def _preview(row: WorkbookImport, form: ApplyForm) -> dict[str, Any]:
    return {
        "row": row,
        "form": form,
        "results": pages.results(row),
        "faults": pages.first_faults(row),
        "readings": pages.readings(row),
    }


@require_http_methods(["POST"])
def import_apply(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Queue the writing of what the page showed."""
    row = _find(request, public_id)
    if not row.is_open or row.state == WorkbookImport.State.UPLOADED:
        return redirect("cells:import-detail", public_id)
    form = ApplyForm(request.POST, row=row)
    if form.is_valid():
        try:
            job = imports.ask_to_apply(row)
        except RuleError as refusal:
            form.add_error(None, refusal.messages)
        else:
            return redirect("cells:job-detail", job.public_id)
    return render(request, "cells/import_preview.html", _preview(row, form))


@require_POST
def import_discard(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Drop the file."""
    row = _find(request, public_id)
    try:
        imports.discard(row)
        messages.success(request, f"Đã bỏ tệp {row.name}. Chưa ghi gì vào hệ thống.")
    except RuleError as refusal:
        messages.error(request, str(refusal))
    return redirect("cells:workbook")


@require_POST
def import_check(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Check the file once more as it was read the last time."""
    return _check_again(request, _find(request, public_id), None)


def _check_again(request: HttpRequest, row: WorkbookImport, choices: Choices | None) -> HttpResponse:
    try:
        job = imports.check_again(row, choices)
    except RuleError as refusal:
        messages.error(request, str(refusal))
        return redirect("cells:import-detail", row.public_id)
    return redirect("cells:job-detail", job.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def import_reading(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Sheets and columns as they were read, to be corrected; POST checks the file again."""
    row = _find(request, public_id)
    if not row.is_open or "sheets" not in row.found:
        raise Http404
    if "as-proposed" in request.POST:
        return _check_again(request, row, Choices())
    form = ReadingForm(request.POST if request.method == "POST" else None, row=row)
    if form.is_valid():
        return _check_again(request, row, form.choices())
    context = {"row": row, "form": form, "readings": pages.readings(row, form)}
    return render(request, "cells/import_reading.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def import_units(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Names of organisations in the file that are not plain; POST says which are meant and checks again."""
    row = _find(request, public_id)
    if not row.is_open or row.state == WorkbookImport.State.UPLOADED:
        raise Http404
    page = Paginator(row.found.get("units", []), PAGE_SIZE).get_page(request.GET.get("page"))
    data = request.POST if request.method == "POST" else None
    form = UnitsForm(data, row=row, names=page.object_list, user=request.user)
    if form.is_valid():
        return _check_again(request, row, form.choices())
    return render(request, "cells/import_units.html", {"row": row, "form": form, "page_obj": page})


@require_safe
def import_rows(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Rows that would be (or were) created or changed; `sheet` and `loai` say which."""
    row = _find(request, public_id)
    listing = pages.listing(row, request.GET.get("sheet", ""), request.GET.get("loai", ""))
    if listing is None:
        raise Http404
    page = Paginator(listing.records, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"row": row, "listing": listing, "page_obj": page, "lines": pages.lines(listing, page, request.user)}
    return render(request, "cells/import_rows.html", context)


@require_safe
def import_faults(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Every cell with one kind of fault; `nhom` says which kind."""
    row = _find(request, public_id)
    group = pages.group(row, request.GET.get("nhom", "0"))
    if group is None:
        raise Http404
    page = Paginator(range(group["listed"]), PAGE_SIZE).get_page(request.GET.get("page"))
    table = pages.fault_table_of(row, group, page.start_index() - 1, PAGE_SIZE)
    return render(request, "cells/import_faults.html", {"row": row, "group": group, "page_obj": page, "table": table})


@require_safe
def import_marked_file(request: HttpRequest, public_id: UUID) -> FileResponse:
    """The uploaded file with every fault coloured and explained."""
    row = _find(request, public_id)
    if not row.is_open or not row.found.get("groups"):
        raise Http404
    content = BytesIO()
    write_marked_copy(content, row.name, row.preview_folder, row.found)
    if request.method == "GET":
        audit.record(AuditEvent.Action.DOWNLOAD, row, label=row.name)
    return _xlsx(content, f"{row.name.removesuffix('.xlsx')} (đánh dấu lỗi)")


@require_http_methods(["GET", "HEAD", "POST"])
def import_undo(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask for the reason; POST queues the undo."""
    row = _find(request, public_id)
    if row.state != WorkbookImport.State.APPLIED:
        raise Http404
    form = UndoForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            job = imports.ask_to_undo(row, form.cleaned_data["reason"])
        except RuleError as refusal:
            form.add_error(None, refusal.messages)
        else:
            return redirect("cells:job-detail", job.public_id)
    return render(request, "cells/import_undo.html", {"row": row, "form": form, "results": pages.results(row)})


def _xlsx(content: BytesIO, title: str) -> FileResponse:
    content.seek(0)
    return FileResponse(content, as_attachment=True, filename=f"{file_name(title)}.xlsx", content_type=EXCEL)

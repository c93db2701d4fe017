"""Importing a workbook in the browser: upload, run as a job, read the result."""

from io import BytesIO
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from cells.forms.workbook import WorkbookUploadForm
from cells.jobs import IMPORT, upload_path
from cells.roles import Action
from cells.scoping import may
from cells.workbook.exporting import NOTHING, write_workbook
from cells.workbook.importing import registered_sheets
from core.jobs import enqueue
from core.models import Job

PAST_IMPORTS = 10


def _require_right(request: HttpRequest) -> None:
    if not may(request.user, Action.IMPORT, "cells.organization"):
        raise PermissionDenied


@require_http_methods(["GET", "POST"])
def workbook(request: HttpRequest) -> HttpResponse:
    """The form, and the person's latest imports; POST stores the file and queues its import."""
    _require_right(request)
    form = WorkbookUploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        job = _queue(request, form.cleaned_data["file"], form.cleaned_data["dry_run"])
        return redirect("cells:job-detail", job.public_id)
    past = Job.objects.visible_to(request.user).filter(kind=IMPORT).order_by("-created_at")[:PAST_IMPORTS]
    context = {"form": form, "past": past, "sheets": registered_sheets()}
    return render(request, "cells/workbook.html", context)


def _queue(request: HttpRequest, file: UploadedFile, dry_run: bool) -> Job:
    result_id = uuid4()
    name = f"{result_id}.xlsx"
    upload_path("").mkdir(parents=True, exist_ok=True, mode=0o700)
    with upload_path(name).open("wb") as stored:
        for chunk in file.chunks():
            stored.write(chunk)
    params = {"file": name, "name": file.name, "dry_run": dry_run, "result_id": str(result_id)}
    with transaction.atomic():
        return enqueue(IMPORT, params, owner=request.user, title=f"Nhập sổ Excel: {file.name}")


@require_GET
def import_result(request: HttpRequest, result_id: UUID) -> HttpResponse:
    """What an import found and did, each fault with its sheet, row, column and remedy."""
    _require_right(request)
    job = get_object_or_404(
        Job.objects.visible_to(request.user), kind=IMPORT, params__result_id=str(result_id), state=Job.State.DONE
    )
    return render(request, "cells/import_result.html", {"job": job, "result": job.result["import"]})


@require_GET
def workbook_template(request: HttpRequest) -> FileResponse:
    """The workbook with its headers and nothing else."""
    _require_right(request)
    content = BytesIO()
    write_workbook(content, NOTHING)
    content.seek(0)
    return FileResponse(content, as_attachment=True, filename="Mau so Tao Nguon.xlsx")

"""The gate through which lists leave the program: who asks says what for, the ledger keeps it, the file has its code.

A view makes its table as it would for the page and hands it to :func:`export`. The address of the list, with
`tep=xlsx`, shows the form by GET and answers with the file by POST.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from cells.forms.exports import ExportForm
from cells.queries.exports import scope_of
from cells.services import exports
from cells.services.errors import RuleError
from core import dates
from core.accounts.recent import ask_again, is_recent
from core.documents.formats import CONTENT_TYPES, Format
from core.documents.pdf import PdfUnavailable
from core.documents.sheets import Table
from core.models import ExportEntry
from core.names import file_name
from core.numbers import format_integer

PARAMETER = "tep"
APPROVED = "duyet"
"""Field of a form: the approved entry whose file is fetched."""
LONGEST = 20_000
"""Rows of one file made while somebody waits for it."""


def wants_file(request: HttpRequest) -> bool:
    """Whether the address asks for the list as a file (`tep=xlsx`) instead of the page."""
    return request.GET.get(PARAMETER) == "xlsx"


def page_or_file(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view that is read, and takes what is sent only where it is asked for as a file."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method in ("GET", "HEAD") or (request.method == "POST" and wants_file(request)):
            return view(request, *args, **kwargs)
        return HttpResponseNotAllowed(["GET", "HEAD"])

    return asked


file_only = require_http_methods(["GET", "HEAD", "POST"])
"""A view whose address is that of a file alone."""


def export(request: HttpRequest, table: Table, *, scope_path: str = "") -> HttpResponse:
    """The form that asks what for, and the file once it is answered. *scope_path* is that of the organisation the list
    is of; empty: of everything the user sees."""
    if not is_recent(request):
        return ask_again(request)
    rows = list(table.rows)
    approved = request.POST.get(APPROVED)
    form = ExportForm(request.POST if request.method == "POST" and not approved else None, table=table)
    try:
        if approved:
            own = ExportEntry.objects.filter(user=request.user)
            entry = get_object_or_404(own, public_id=approved, state=ExportEntry.State.APPROVED)
            return _file(*exports.take_approved(request.user, entry, table, rows, request.get_full_path()))
        if form.is_valid():
            return _asked(request, form, table, rows, scope_path or scope_of(request.user, dates.today()))
    except (RuleError, PdfUnavailable) as refusal:
        if approved:
            messages.error(request, str(refusal))
            return redirect("cells:export-detail", approved)
        form.add_error(None, str(refusal))
    context = {"form": form, "table": table, "rows": len(rows), "list_url": _list_url(request)}
    return render(request, "cells/export_form.html", context | _limits(table, len(rows)))


def _asked(
    request: HttpRequest, form: ExportForm, table: Table, rows: Sequence[Sequence[Any]], scope_path: str
) -> HttpResponse:
    cleaned = form.cleaned_data
    wanted = exports.Wanted(
        Format(cleaned["format"]), cleaned["columns"], cleaned["purpose"], cleaned["detail"],
        request.get_full_path(), scope_path,
    )  # fmt: skip
    entry, content = exports.ask(request.user, table, rows, wanted)
    if content is None:
        messages.info(request, "Danh sách này cần người thứ hai duyệt. Khi được duyệt, tải tệp ở trang này.")
        return redirect("cells:export-detail", entry.public_id)
    return _file(entry, content)


def _file(entry: ExportEntry, content: bytes) -> FileResponse:
    return FileResponse(
        BytesIO(content), as_attachment=True, filename=f"{file_name(entry.title)}.{entry.format}",
        content_type=CONTENT_TYPES[Format(entry.format)],
    )  # fmt: skip


def _limits(table: Table, rows: int) -> dict[str, bool]:
    return {
        "needs_second": exports.needs_second_person(rows, ()),
        "private_needs_second": bool(table.private) and exports.needs_second_person(rows, table.private),
    }


def _list_url(request: HttpRequest) -> str:
    """The page of the list itself, for who changes his mind."""
    query = request.GET.copy()
    return f"{request.path}?{query.urlencode()}" if query.pop(PARAMETER, None) is not None else ""


def refuse_long(request: HttpRequest, list_url: str, what: str, remedy: str) -> HttpResponse:
    """Back to the list at *list_url*, as it was asked for, saying that its more than LONGEST *what* are too many."""
    query = request.GET.copy()
    query.pop(PARAMETER, None)
    messages.warning(request, f"Danh sách có hơn {format_integer(LONGEST)} {what}, quá dài cho một tệp. {remedy}")
    return redirect(f"{list_url}?{query.urlencode()}")

"""Lists that leave the program: one way out, written into the trail."""

from io import BytesIO

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect

from core import audit
from core.documents.sheets import Sheets, Table
from core.models import AuditEvent
from core.names import file_name
from core.numbers import format_integer

SHEET = "DANH_SACH"
PARAMETER = "tep"
LONGEST = 20_000
"""Rows of one file made while somebody waits for it."""


def wants_xlsx(request: HttpRequest) -> bool:
    """Whether the address asks for the list as a file (`tep=xlsx`) instead of the page."""
    return request.GET.get(PARAMETER) == "xlsx"


def xlsx_response(table: Table, *, scope_path: str = "") -> FileResponse:
    """The list as an Excel file to download. *scope_path* is that of the organisation the list is of."""
    content = BytesIO()
    with Sheets(content, table.title) as book:
        rows = book.add(SHEET, table)
    content.seek(0)
    audit.record(AuditEvent.Action.EXPORT, label=table.title, changes={"rows": rows}, scope_path=scope_path)
    return FileResponse(content, as_attachment=True, filename=f"{file_name(table.title)}.xlsx")


def refuse_long(request: HttpRequest, list_url: str, what: str, remedy: str) -> HttpResponse:
    """Back to the list at *list_url*, as it was asked for, saying that its more than LONGEST *what* are too many."""
    query = request.GET.copy()
    query.pop(PARAMETER, None)
    messages.warning(request, f"Danh sách có hơn {format_integer(LONGEST)} {what}, quá dài cho một tệp. {remedy}")
    return redirect(f"{list_url}?{query.urlencode()}")

"""Lists that leave the program: one way out, written into the trail."""

from io import BytesIO

from django.http import FileResponse, HttpRequest

from core import audit
from core.documents.sheets import Sheets, Table
from core.models import AuditEvent
from core.names import file_name

SHEET = "DANH_SACH"


def wants_xlsx(request: HttpRequest) -> bool:
    """Whether the address asks for the list as a file (`tep=xlsx`) instead of the page."""
    return request.GET.get("tep") == "xlsx"


def xlsx_response(table: Table, *, scope_path: str = "") -> FileResponse:
    """The list as an Excel file to download. *scope_path* is that of the organisation the list is of."""
    content = BytesIO()
    with Sheets(content, table.title) as book:
        rows = book.add(SHEET, table)
    content.seek(0)
    audit.record(AuditEvent.Action.EXPORT, label=table.title, changes={"rows": rows}, scope_path=scope_path)
    return FileResponse(content, as_attachment=True, filename=f"{file_name(table.title)}.xlsx")

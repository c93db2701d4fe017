"""Danh mục tài liệu: the papers of a file, or of the files of a list, as they are filed under 1361-CV/BTCTW."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from cells.exports import LONGEST, export, file_only, refuse_long
from cells.roles import Action
from cells.scoping import may, reaches
from core import dates
from core.dates import format_date
from core.documents.sheets import Table
from core.field_classes import masked
from pipeline.forms.case_filter import CaseFilter
from pipeline.queries.documents import Filed, filed
from pipeline.views.case_finding import case_or_404
from pipeline.views.cases import CASE, PROFILE

HEADS = ["Mã hồ sơ", "Người", "Loại tài liệu số", "Tên tài liệu", "Số", "Ngày", "Nơi ban hành", "Nơi lưu giữ",
         "Thư mục", "Tên tệp"]  # fmt: skip
WIDTHS = [16, 28, 10, 48, 18, 12, 30, 30, 44, 60]
WITH_NUMBER = "Thư mục có số định danh"
NOTES = (
    "Số loại tài liệu theo 1361-CV/BTCTW (30/6/2026), chưa đối chiếu văn bản gốc. Hãy đối chiếu Phụ lục 1 trước.",
    "Chỗ trong ngoặc vuông [so dinh danh], [so loai] do người lưu điền.",
    "Không nêu văn bản về vấn đề chính trị, tôn giáo, hôn nhân với người nước ngoài, quốc tịch.",
)


@file_only
def case_documents(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The papers of one file."""
    case = case_or_404(request, public_id, Action.VIEW)
    title = f"Danh mục tài liệu hồ sơ {case.code} {case.candidate.full_name}"
    return export(request, _table(title, filed([case]), request.user), scope_path=case.organization.path)


@file_only
def case_list_documents(request: HttpRequest) -> HttpResponse:
    """Those of the files of the list as it was narrowed."""
    if not may(request.user, Action.VIEW, CASE):
        raise PermissionDenied
    filtering = CaseFilter(request.GET, user=request.user, today=dates.today())
    rows = filtering.rows().select_related("candidate__profile", "organization")
    lines = []
    for line in filed(rows.order_by("organization__path", "candidate__name_key", "code")[: LONGEST + 1]):
        lines.append(line)
        if len(lines) > LONGEST:
            return refuse_long(request, reverse("pipeline:case-list"), "tài liệu", "Hãy chọn một tổ chức rồi tải lại.")
    place = filtering.organization
    title = f"Danh mục tài liệu hồ sơ{f' {place}' if place else ''} đến {format_date(filtering.today)}"
    return export(request, _table(title, lines, request.user), scope_path=place.path if place else "")


def _table(title: str, lines: Iterable[Filed], user: Any) -> Table:
    """The number of the identity paper stands in a column of its own that nobody gets unasked."""
    private = [WITH_NUMBER] if may(user, Action.REVEAL, PROFILE) else []
    return Table(
        title, HEADS + private, (_cells(line, user, private) for line in lines), lead=[title], notes=NOTES,
        widths=WIDTHS + [48] * len(private), private=private,
    )  # fmt: skip


def _cells(line: Filed, user: Any, private: list[str]) -> list[Any]:
    case, document = line.case, line.document
    cells = [
        case.code, case.candidate.name_with_year, document.kind.number_text if document.kind else "", document.title,
        document.number, document.on, document.issuer, document.kept_at, line.folder, line.file_name,
    ]  # fmt: skip
    if private:
        sealed = line.sealed_folder
        cells.append(sealed if reaches(user, Action.REVEAL, PROFILE, case.organization) else masked(sealed))
    return cells

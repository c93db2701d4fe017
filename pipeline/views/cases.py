"""Nguồn kết nạp: the files one may see, as a list, as a board by stage, on paper and as a file."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cells.exports import LONGEST, export, page_or_file, refuse_long, wants_file
from cells.queries.members import common_unit
from cells.roles import Action
from cells.scoping import may, reaches
from core import audit, dates
from core.dates import DatePrecision, format_date
from core.documents.sheets import Table
from core.field_classes import masked
from core.lists import LongListPaginator, in_order
from core.models import AuditEvent
from core.templatetags.sorting import PARAMETER as SORT
from pipeline.forms.case_filter import CaseFilter
from pipeline.models import Case, CaseEvent
from pipeline.queries.case_list import Row, board_of, by_place, for_list, left_of, listed, with_orders
from pipeline.queries.rules import rulebook
from pipeline.showing import STAGE_SLUGS

PAGE_SIZE = 50
LONGEST_PRINT = 1_000
CASE, PROFILE = "pipeline.case", "pipeline.candidateprofile"
PRIVATE = {"Dân tộc": "ethnicity", "Tôn giáo": "religion", "Số định danh": "identity_number"}
"""Masked columns of a file, by their heads."""
BY_DUE = "han"
ORDERS = {
    BY_DUE: ("due_order", "candidate__name_key", "candidate__born_on"),
    "ten": ("candidate__name_key", "candidate__born_on"),
    "chi-bo": ("organization__path", "candidate__name_key"),
    "giai-doan": ("stage_number", "candidate__name_key"),
}


@page_or_file
def case_list(request: HttpRequest) -> HttpResponse:
    """Files one may see, by default those under way, what is due first on top."""
    today = dates.today()
    filtering = CaseFilter(request.GET, user=request.user, today=today)
    if wants_file(request):
        return _file(request, filtering)
    edition = rulebook().on(today)
    context = {
        "filter": filtering,
        "default_sort": BY_DUE,
        "may_view": may(request.user, Action.VIEW, CASE),
        "may_record": may(request.user, Action.RECORD_CASE, CASE),
        "sees_twice": may(request.user, Action.VIEW, "pipeline.duplicatereport"),
        "query": request.GET.urlencode(),
    }
    if filtering.is_board:
        columns = board_of(filtering.rows(), edition, today, STAGE_SLUGS)
        context |= {
            "columns": [(column, _stage_query(request, column.slug)) for column in columns],
            "total": sum(column.size for column in columns),
        }
        return render(request, "pipeline/case_board.html", context)
    rows = in_order(with_orders(filtering.rows()), request.GET.get(SORT, ""), ORDERS, BY_DUE)
    page = LongListPaginator(for_list(rows), PAGE_SIZE).get_page(request.GET.get("page"))
    context |= {"page_obj": page, "rows": listed(page, edition, today)}
    return render(request, "pipeline/case_list.html", context)


@require_safe
def cases_left(request: HttpRequest) -> HttpResponse:
    """Files that have moved out of one's sight: what happened while they lay here, and where they went."""
    if not may(request.user, Action.VIEW, CASE):
        raise PermissionDenied
    events = CaseEvent.objects.visible_to(request.user)
    found = left_of(events, Case.objects.visible_to(request.user), rulebook())
    return render(request, "pipeline/case_left.html", {"found": found})


def _stage_query(request: HttpRequest, slug: str) -> str:
    """What the address of the list says for one column of the board."""
    query = request.GET.copy()
    for name in ("xem", "page"):
        query.pop(name, None)
    query["giai-doan"] = slug
    return query.urlencode()


@require_safe
def case_list_print(request: HttpRequest) -> HttpResponse:
    """The list as it goes on paper, a section for each cell."""
    if not may(request.user, Action.VIEW, CASE):
        raise PermissionDenied
    today = dates.today()
    filtering = CaseFilter(request.GET, user=request.user, today=today)
    rows = in_order(with_orders(filtering.rows()), "chi-bo", ORDERS, "chi-bo")
    found = listed(for_list(rows)[: LONGEST_PRINT + 1], rulebook().on(today), today)
    context = {"filter": filtering, "today": today, "query": request.GET.urlencode(), "longest": LONGEST_PRINT}
    if len(found) > LONGEST_PRINT:
        return render(request, "pipeline/case_list_print.html", context | {"is_too_long": True})
    sections = by_place(found)
    above = filtering.organization or common_unit(section.place for section in sections)
    audit.record(
        AuditEvent.Action.PRINT, label=f"Danh sách nguồn kết nạp{f' {above}' if above else ''}",
        changes={"rows": len(found)}, scope_path=above.path if above else "",
    )  # fmt: skip
    return render(
        request,
        "pipeline/case_list_print.html",
        context | {"sections": sections, "total": len(found), "above": above},
    )


def _file(request: HttpRequest, filtering: CaseFilter) -> HttpResponse:
    """The list as a file; masked columns only for who may reveal them, row by row."""
    if not may(request.user, Action.VIEW, CASE):
        raise PermissionDenied
    rows = in_order(with_orders(filtering.rows()), request.GET.get(SORT, ""), ORDERS, BY_DUE)
    cases = list(for_list(rows).select_related("candidate__profile")[: LONGEST + 1])
    if len(cases) > LONGEST:
        return refuse_long(request, reverse("pipeline:case-list"), "người", "Hãy chọn một tổ chức rồi tải lại.")
    place = filtering.organization
    title = f"Nguồn kết nạp{f' {place}' if place else ''} đến {format_date(filtering.today)}"
    heads = ["Mã hồ sơ", "Họ và tên", "Ngày sinh", "Giới tính", "Mã tổ chức", "Chi bộ", "Giai đoạn", "Tình trạng",
             "Việc tiếp theo", "Hạn", "Người giúp đỡ", "Nguồn", "Ngày mở hồ sơ"]  # fmt: skip
    private = PRIVATE if may(request.user, Action.REVEAL, PROFILE) else {}
    lines = listed(cases, rulebook().on(filtering.today), filtering.today)
    table = Table(
        title, heads + list(private), (_cells(row, request.user, private) for row in lines), lead=[title],
        widths=[16, 28, 12, 10, 14, 34, 24, 16, 44, 12, 30, 20, 14, *[16] * len(private)], private=list(private),
    )  # fmt: skip
    return export(request, table, scope_path=place.path if place else "")


def _cells(row: Row, user: Any, private: Mapping[str, str]) -> list[Any]:
    case, person = row.case, row.case.candidate
    profile = getattr(person, "profile", None)
    is_open = bool(private) and reaches(user, Action.REVEAL, PROFILE, case.organization)
    born: Any = person.born_on
    if born and person.born_precision != DatePrecision.DAY:
        born = person.born_text
    values = [getattr(profile, name, "") for name in private.values()]
    return [
        case.code, person.full_name, born, person.get_sex_display(), case.organization.code, case.organization.name,
        case.get_stage_display(), case.get_status_display(), row.next, case.next_due, row.helpers, person.sources,
        case.opened_on, *(value if is_open else masked(value) for value in values),
    ]  # fmt: skip

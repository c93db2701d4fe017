"""Thẩm tra lý lịch: the desk as a list, by addressee, on paper and as a file. What is private is on none of them."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cells.exports import LONGEST, export, page_or_file, refuse_long, wants_file
from cells.models import Organization
from cells.queries.members import common_unit
from cells.roles import Action
from cells.scoping import may
from core import audit, dates
from core.dates import format_date
from core.documents.sheets import Table
from core.lists import LongListPaginator
from core.models import AuditEvent
from core.templatetags.sorting import PARAMETER as SORT
from pipeline.forms.vetting import DeskFilter, SentFilter, WaitingFilter
from pipeline.queries.cases import judge_of
from pipeline.queries.vetting_ageing import Ageing, ageing, sent_on, sizes_of
from pipeline.queries.vetting_clock import AnswerClock
from pipeline.queries.vetting_list import (
    BY_LATENESS,
    INQUIRY,
    WAITING,
    Row,
    Wanted,
    for_list,
    inquiries,
    listed,
    ordered,
    sizes,
    with_orders,
)  # fmt: skip

PAGE_SIZE = 50
LONGEST_PRINT = 1_000
KEPT = ("ten", "to-chuc", "noi", "o-dau")
"""What narrows this list and those of many inquiries at once alike."""


def _clock(request: HttpRequest, today: date) -> AnswerClock:
    """The clock of the day, for who may see inquiries."""
    if not may(request.user, Action.VIEW, INQUIRY):
        raise PermissionDenied
    return AnswerClock(judge_of(today))


@page_or_file
def vetting_list(request: HttpRequest) -> HttpResponse:
    """Inquiries of all files in reach: who waits longest first, then what is not sent, then what is done."""
    today = dates.today()
    clock = _clock(request, today)
    filtering = DeskFilter(request.GET, user=request.user, clock=clock)
    rows = inquiries(request.user, filtering.asked(), today)
    asked = ordered(with_orders(rows, clock), request.GET.get(SORT, ""))
    if wants_file(request):
        return _file(request, asked, filtering.organization, clock)
    page = LongListPaginator(for_list(asked), PAGE_SIZE).get_page(request.GET.get("page"))
    found = listed(page, clock, request.user)
    context = {
        "filter": filtering,
        "page_obj": page,
        "rows": found,
        "default_sort": BY_LATENESS,
        "sizes": sizes(rows, clock),
        "clock": clock,
        "may_vet": any(row.may_vet and (row.is_unsent or row.is_waiting) for row in found),
        "may_record": any(row.may_record for row in found),
        "query": request.GET.urlencode(),
        "kept": [(name, request.GET[name]) for name in KEPT if request.GET.get(name)],
    }
    return render(request, "pipeline/vetting_list.html", context)


@require_safe
def vetting_print(request: HttpRequest) -> HttpResponse:
    """The list as it goes on paper, in its order."""
    today = dates.today()
    clock = _clock(request, today)
    filtering = DeskFilter(request.GET, user=request.user, clock=clock)
    asked = with_orders(inquiries(request.user, filtering.asked(), today), clock)
    rows = listed(for_list(ordered(asked, request.GET.get(SORT, "")))[: LONGEST_PRINT + 1], clock)
    context = {"query": request.GET.urlencode(), "longest": LONGEST_PRINT, "today": today}
    if len(rows) > LONGEST_PRINT:
        return render(request, "pipeline/vetting_print.html", context | {"is_too_long": True})
    above = filtering.organization or common_unit(row.inquiry.case.organization for row in rows)
    _tell_print("Danh sách thẩm tra lý lịch", above, len(rows))
    return render(request, "pipeline/vetting_print.html", context | {"rows": rows, "above": above})


@page_or_file
def vetting_ageing(request: HttpRequest) -> HttpResponse:
    """Who has not answered: how many inquiries, how many of them late, how long they wait."""
    today = dates.today()
    clock = _clock(request, today)
    filtering = WaitingFilter(request.GET, user=request.user)
    rows = ageing(inquiries(request.user, filtering.wanted(WAITING), today), clock)
    if wants_file(request):
        return _ageing_file(request, rows, filtering.organization, today)
    context = {
        "filter": filtering,
        "rows": rows,
        "waiting": sum(row.waiting for row in rows),
        "late": sum(row.late for row in rows),
        "place": filtering.organization,
        "may_vet": may(request.user, Action.VET, INQUIRY),
    }
    return render(request, "pipeline/vetting_ageing.html", context)


@require_safe
def vetting_sent(request: HttpRequest) -> HttpResponse:
    """The letters of one day by addressee, for the book of dispatches: persons and numbers, never about whom."""
    today = dates.today()
    _clock(request, today)
    filtering = SentFilter(request.GET, user=request.user, today=today)
    wanted = Wanted(organization=filtering.organization, ended_too=True)
    groups = sent_on(inquiries(request.user, wanted, today), filtering.day)
    found = list(zip(groups.items(), sizes_of(groups.values()), strict=True))
    above = filtering.organization or common_unit(row.cell for rows in groups.values() for row in rows)
    total = sum(size for _, size in found)
    if found:
        _tell_print(f"Danh sách đề nghị thẩm tra ngày {format_date(filtering.day)}", above, total)
    context = {"filter": filtering, "groups": found, "above": above, "day": filtering.day, "total": total}
    return render(request, "pipeline/vetting_sent.html", context)


def _tell_print(label: str, above: Organization | None, rows: int) -> None:
    audit.record(
        AuditEvent.Action.PRINT, label=f"{label}{f', {above}' if above else ''}", changes={"rows": rows},
        scope_path=above.path if above else "",
    )  # fmt: skip


def _file(request: HttpRequest, asked: Any, place: Organization | None, clock: AnswerClock) -> HttpResponse:
    found = list(for_list(asked)[: LONGEST + 1])
    if len(found) > LONGEST:
        return refuse_long(request, reverse("pipeline:vetting-list"), "mục", "Hãy chọn một tổ chức hoặc tình trạng.")
    title = f"Thẩm tra lý lịch{f' {place}' if place else ''} đến {format_date(clock.today)}"
    heads = ["Mã hồ sơ", "Họ và tên", "Năm sinh", "Mã tổ chức", "Chi bộ", "Mục", "Nơi được hỏi", "Ở nước ngoài",
             "Ngày gửi", "Số công văn", "Hạn trả lời", "Quá hạn (ngày làm việc)", "Tình trạng", "Ngày trả lời",
             "Số văn bản trả lời", "Số lần đôn đốc", "Đôn đốc gần nhất"]  # fmt: skip
    table = Table(
        title, heads, (_cells(row) for row in listed(found, clock)), lead=[title],
        widths=[16, 28, 10, 14, 34, 8, 34, 12, 12, 18, 12, 14, 22, 12, 18, 10, 14],
    )  # fmt: skip
    return export(request, table, scope_path=place.path if place else "")


def _cells(row: Row) -> list[Any]:
    inquiry, case = row.inquiry, row.inquiry.case
    person, cell = case.candidate, case.organization
    return [
        case.code, person.full_name, person.birth_year, cell.code, cell.name, row.number, inquiry.addressee,
        "có" if inquiry.abroad else "", inquiry.requested_on, inquiry.request_number, row.due, row.late or None,
        row.chip.text, inquiry.answered_on, inquiry.answer_number, inquiry.times_chased or None, inquiry.chased_on,
    ]  # fmt: skip


def _ageing_file(
    request: HttpRequest, rows: list[Ageing], place: Organization | None, today: date
) -> HttpResponse:  # fmt: skip
    title = f"Nơi chưa trả lời thẩm tra{f' {place}' if place else ''} đến {format_date(today)}"
    heads = ["Nơi được hỏi", "Chờ trả lời", "Quá hạn", "Chờ giữa (ngày làm việc)", "Chờ lâu nhất (ngày làm việc)",
             "Đôn đốc gần nhất"]  # fmt: skip
    lines = [[row.addressee, row.waiting, row.late, row.median, row.longest, row.chased_on] for row in rows]
    table = Table(title, heads, lines, lead=[title], widths=[44, 12, 10, 16, 16, 14])
    return export(request, table, scope_path=place.path if place else "")

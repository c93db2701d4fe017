"""Đảng viên dự bị: whose twelve months end when, on the page, on paper and in Excel."""

from datetime import date
from itertools import groupby
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cells.exports import LONGEST, export, file_only, refuse_long
from cells.forms.member_filter import ProbationFilter
from cells.models import Member
from cells.probation import probation_ends
from cells.queries.probationers import group_of, groups, members_waiting
from cells.roles import Action
from cells.scoping import may, reaches
from core import dates
from core.dates import format_date
from core.documents.sheets import Table

PAGE_SIZE = 100


def _filter(request: HttpRequest) -> ProbationFilter:
    return ProbationFilter(request.GET, user=request.user, today=dates.today())


@require_safe
def probationer_list(request: HttpRequest) -> HttpResponse:
    """Probationers by the month in which their twelve months end; those overdue first."""
    filtering = _filter(request)
    today = filtering.today
    page = Paginator(filtering.found, PAGE_SIZE).get_page(request.GET.get("page"))
    counted = groups(filtering.everybody, today)
    sizes = {group.key: group.size for group in counted}
    sections = [
        (group, sizes[group.key], [_line(request, member, since, today) for member, since in people])
        for group, people in groupby(members_waiting(page), lambda row: group_of(row[1], today))
    ]
    context = {
        "filter": filtering,
        "groups": counted,
        "total": len(filtering.everybody),
        "page_obj": page,
        "sections": sections,
        "query": request.GET.urlencode(),
        "may_view": may(request.user, Action.VIEW, "cells.member"),
        "may_record": may(request.user, Action.RECORD, "cells.member"),
    }
    return render(request, "cells/probationer_list.html", context)


def _line(request: HttpRequest, member: Member, since: date, today: date) -> dict[str, Any]:
    ends = probation_ends(since)
    return {
        "member": member,
        "ends": ends,
        "days": abs((ends - today).days),
        "is_over": ends <= today,
        "may_record": reaches(request.user, Action.RECORD, "cells.member", member.organization),
    }


@file_only
def probationer_export(request: HttpRequest) -> HttpResponse:
    """The list as an Excel file."""
    if not may(request.user, Action.VIEW, "cells.member"):
        raise PermissionDenied
    filtering = _filter(request)
    found = filtering.found
    if len(found) > LONGEST:
        remedy = "Hãy chọn một tổ chức rồi tải lại."
        return refuse_long(request, reverse("cells:probationer-list"), "người", remedy)
    place, today = filtering.organization, filtering.today
    title = f"Đảng viên dự bị{f' {place}' if place else ''} đến {format_date(today)}"
    heads = ["Mã đảng viên", "Họ và tên", "Ngày sinh", "Mã tổ chức", "Tổ chức", "Ngày vào Đảng", "Dự bị từ ngày",
             "Hết 12 tháng", "Tình trạng"]  # fmt: skip
    rows = (
        [
            member.code, member.full_name, member.born_text, member.organization.code, member.organization.name,
            member.joined_on, since, probation_ends(since), group_of(since, today).label,
        ]
        for member, since in members_waiting(found)
    )  # fmt: skip
    table = Table(title, heads, rows, lead=[title], widths=[18, 28, 12, 22, 34, 14, 14, 14, 44])
    return export(request, table, scope_path=place.path if place else "")

"""Đảng viên: the list, on the page, on paper and in Excel."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cells.exports import LONGEST, export, file_only, refuse_long
from cells.forms.member_filter import MemberFilter
from cells.kinds import BASE_KINDS
from cells.models import Member, Organization
from cells.queries.members import Listed, by_place, common_unit, listed, with_departures, with_places
from cells.roles import Action
from cells.scoping import may, path_within, reaches
from core import audit, dates
from core.dates import DatePrecision, format_date
from core.documents.sheets import Table
from core.field_classes import masked
from core.lists import LongListPaginator, in_order
from core.models import AuditEvent
from core.templatetags.sorting import PARAMETER as SORT

PAGE_SIZE = 50
LONGEST_PRINT = 3_000
"""People on one print: the largest base organisation fits; a whole district would be two hundred pages."""
MOST_BASES = 200
"""So many base organisations can be offered for choice."""

PRIVATE = {"Dân tộc": "ethnicity", "Tôn giáo": "religion", "Số định danh": "identity_number"}
"""Masked columns of a file, by their heads."""

BY_NAME, BY_PLACE = "ten", "to-chuc"
ORDERS = {
    BY_NAME: ("name_key", "born_on", "code"),
    BY_PLACE: ("organization__path", "name_key", "born_on"),
    "vao-dang": ("joined_on", "name_key"),
}


def _filter(request: HttpRequest) -> MemberFilter:
    return MemberFilter(request.GET, user=request.user, today=dates.today())


def _require_right(request: HttpRequest) -> None:
    if not may(request.user, Action.VIEW, "cells.member"):
        raise PermissionDenied


def _seen(rows: QuerySet[Member], filtering: MemberFilter) -> QuerySet[Member]:
    """*rows* with what a list shows of each."""
    rows = with_places(rows, filtering.day)
    return with_departures(rows) if filtering.standing.has_left else rows


def _listed(members: Iterable[Member], filtering: MemberFilter) -> list[Listed]:
    return listed(members, filtering.day, as_at=filtering.as_at is not None)


@require_safe
def member_list(request: HttpRequest) -> HttpResponse:
    """Members one may see, by default those on the roll now."""
    filtering = _filter(request)
    sort = request.GET.get(SORT, "")
    rows = in_order(_seen(filtering.rows(), filtering), sort, ORDERS, BY_NAME)
    when_long = None
    if not sort.endswith(BY_PLACE) and not filtering.as_at:  # by organisation they come when gathered so
        when_long = in_order(_seen(filtering.rows(when_long=True), filtering), sort, ORDERS, BY_NAME)
    page = LongListPaginator(rows, PAGE_SIZE, when_long=when_long).get_page(request.GET.get("page"))
    context = {
        "filter": filtering,
        "default_sort": BY_NAME,
        "page_obj": page,
        "rows": _listed(page, filtering),
        "may_view": may(request.user, Action.VIEW, "cells.member"),
        "may_record": may(request.user, Action.RECORD, "cells.member"),
        "may_import": may(request.user, Action.IMPORT, "cells.organization"),
        "query": request.GET.urlencode(),
    }
    return render(request, "cells/member_list.html", context)


@require_safe
def member_print(request: HttpRequest) -> HttpResponse:
    """The list as it goes on paper: a section for each cell, and a line to sign; `rieng` puts each on its own sheet."""
    _require_right(request)
    filtering = _filter(request)
    rows = in_order(_seen(filtering.rows(), filtering), BY_NAME, ORDERS, BY_NAME)
    members = list(rows[: LONGEST_PRINT + 1])
    context = {
        "filter": filtering,
        "is_too_long": len(members) > LONGEST_PRINT,
        "longest": LONGEST_PRINT,
        "query": request.GET.urlencode(),
    }
    if context["is_too_long"]:
        context["bases"] = _bases(request, filtering)
    else:
        sections = by_place(_listed(members, filtering))
        context |= {
            "sections": sections,
            "total": len(members),
            "official": sum(section.official for section in sections),
            "apart": "rieng" in request.GET and len(sections) > 1,
            "above": filtering.organization or common_unit(section.place for section in sections),
        }
        above = context["above"]
        audit.record(
            AuditEvent.Action.PRINT, label=f"Danh sách đảng viên{f' {above}' if above else ''}",
            changes={"rows": len(members)}, scope_path=above.path if above else "",
        )  # fmt: skip
    return render(request, "cells/member_print.html", context)


def _bases(request: HttpRequest, filtering: MemberFilter) -> list[tuple[Organization, str]]:
    """The base organisations to print one by one, each with its address; none where they too are too many to choose."""
    places = Organization.objects.visible_to(request.user, of="cells.member")
    if filtering.organization:
        places = places.filter(path_within("path", filtering.organization.path))
    bases = list(places.filter(kind__in=BASE_KINDS, closed_on=None).order_by("code")[: MOST_BASES + 1])
    query = request.GET.copy()
    found = []
    for base in bases if len(bases) <= MOST_BASES else ():
        query["to-chuc"] = base.code
        found.append((base, f"?{query.urlencode()}"))
    return found


@file_only
def member_export(request: HttpRequest) -> HttpResponse:
    """The list as a file; masked columns only for who may reveal them, row by row."""
    _require_right(request)
    filtering = _filter(request)
    rows = in_order(_seen(filtering.rows(), filtering), request.GET.get(SORT, ""), ORDERS, BY_NAME)
    members = list(rows[: LONGEST + 1])
    if len(members) > LONGEST:
        remedy = "Hãy chọn một tổ chức rồi tải lại."
        return refuse_long(request, reverse("cells:member-list"), "người", remedy)
    place = filtering.organization
    title = f"Danh sách đảng viên{f' {place}' if place else ''} đến {format_date(filtering.day)}"
    heads = ["Mã đảng viên", "Họ và tên", "Ngày sinh", "Giới tính", "Mã tổ chức", "Tổ chức", "Ngày vào Đảng",
             "Ngày chính thức", "Trình độ", "Tình trạng"]  # fmt: skip
    private = PRIVATE if may(request.user, Action.REVEAL, "cells.member") else {}
    table = Table(
        title, heads + list(private), (_cells(row, request.user, private) for row in _listed(members, filtering)),
        lead=[title], widths=[18, 28, 12, 10, 22, 34, 14, 14, 24, 28, *[16] * len(private)], private=list(private),
    )  # fmt: skip
    return export(request, table, scope_path=place.path if place else "")


def _cells(row: Listed, user: Any, private: Mapping[str, str]) -> list[Any]:
    member = row.member
    is_open = bool(private) and reaches(user, Action.REVEAL, "cells.member", member.organization)
    born: Any = member.born_on
    if born and member.born_precision != DatePrecision.DAY:
        born = member.born_text
    return [
        member.code, member.full_name, born, member.get_sex_display(), row.place.code, row.place.name,
        member.joined_on, row.official_on, member.education, row.standing,
        *(getattr(member, name) if is_open else masked(getattr(member, name)) for name in private.values()),
    ]  # fmt: skip

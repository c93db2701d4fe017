"""Nhật ký: who did what, when and why, for those who watch over others."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime

from cells.exports import LONGEST, export, page_or_file, refuse_long, wants_file
from cells.forms.trail_filter import TrailFilter
from cells.queries.trail import TRAIL, Told, told, trail_of
from cells.roles import Action
from cells.scoping import may
from core import dates
from core.documents.sheets import Table
from core.lists import LongListPaginator
from core.sealing import last_seal

PAGE_SIZE = 50


@page_or_file
def trail(request: HttpRequest) -> HttpResponse:
    """The events of one's reach, newest first; with `tep=xlsx` as a file."""
    if not may(request.user, Action.AUDIT, TRAIL):
        raise PermissionDenied
    filtering = TrailFilter(request.GET, trail_of(request.user, dates.today()))
    if wants_file(request):
        return _sheet(request, filtering)
    page = LongListPaginator(filtering.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "filter": filtering,
        "page_obj": page,
        "events": told(page),
        "head": last_seal(),
    }
    return render(request, "cells/trail.html", context)


def _sheet(request: HttpRequest, filtering: TrailFilter) -> HttpResponse:
    events = list(filtering.qs[: LONGEST + 1])
    if len(events) > LONGEST:
        return refuse_long(request, reverse("cells:trail"), "dòng", "Hãy chọn khoảng ngày ngắn hơn rồi tải lại.")
    heads = ["Lúc", "Người làm", "Việc", "Loại đối tượng", "Đối tượng", "Đơn vị", "Nội dung", "Lý do", "Từ đâu"]
    table = Table(
        "Nhật ký", heads, map(_cells, told(events)), widths=[18, 26, 20, 22, 40, 34, 60, 34, 16],
    )  # fmt: skip
    return export(request, table)


def _cells(event: Told) -> list[Any]:
    return [
        f"{localtime(event.at):%H:%M:%S %d/%m/%Y}", event.who, event.what, event.kind, event.label, event.where,
        "; ".join(event.changes), event.reason, event.origin,
    ]  # fmt: skip

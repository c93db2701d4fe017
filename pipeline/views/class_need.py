"""Who needs a class, and who has done one."""

from itertools import groupby

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cells.exports import LONGEST, export, page_or_file, refuse_long, wants_file
from cells.roles import Action
from cells.scoping import may, path_within
from core import dates
from core.dates import format_date
from core.documents.sheets import Table
from core.lists import LongListPaginator
from pipeline.forms.classes import NEED_LABELS, DoneFilter, NeedFilter
from pipeline.models import Case
from pipeline.queries.class_done import Wanted, done_rows, listed, with_names
from pipeline.queries.class_need import needing, people_of, with_details
from pipeline.queries.rules import rulebook
from pipeline.views.classes import CLASS

PAGE_SIZE, DONE_SIZE = 50, 100


@require_safe
def class_need(request: HttpRequest) -> HttpResponse:
    """People who need a class, those that wait longest first; for who sees their files."""
    if not may(request.user, Action.VIEW, "pipeline.case"):
        raise PermissionDenied
    today, book = dates.today(), rulebook()
    rows = Case.objects.visible_to(request.user, on=today)
    filtering = NeedFilter(request.GET, user=request.user)
    if filtering.organization:
        rows = rows.filter(path_within("organization__path", filtering.organization.path))
    found = needing(rows, filtering.what, book, today)
    page = Paginator(with_details(found, filtering.what), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "filter": filtering,
        "label": NEED_LABELS[filtering.word],
        "page_obj": page,
        "people": people_of(page, filtering.what, book, today),
        "is_lapsing": filtering.word == "sap-het-han",
        "is_new_member": filtering.word == "dang-vien-moi",
    }
    return render(request, "pipeline/class_need.html", context)


@page_or_file
def class_done(request: HttpRequest) -> HttpResponse:
    """Everybody who has done a class, cell by cell, year after year."""
    if not may(request.user, Action.VIEW, CLASS):
        raise PermissionDenied
    today, book = dates.today(), rulebook()
    filtering = DoneFilter(request.GET, user=request.user, today=today)
    wanted = Wanted(filtering.kind, filtering.organization, filtering.year)
    rows = with_names(done_rows(request.user, wanted, today))
    if wants_file(request):
        return _file(request, rows, filtering)
    page = LongListPaginator(rows, DONE_SIZE).get_page(request.GET.get("page"))
    people = listed(page, book, today)
    context = {
        "filter": filtering,
        "page_obj": page,
        "sections": [(cell, list(group)) for cell, group in groupby(people, lambda row: row.cell)],
        "query": request.GET.urlencode(),
    }
    return render(request, "pipeline/class_done.html", context)


def _file(request: HttpRequest, rows: QuerySet, filtering: DoneFilter) -> HttpResponse:
    today = dates.today()
    found = list(rows[: LONGEST + 1])
    if len(found) > LONGEST:
        return refuse_long(request, reverse("pipeline:class-done"), "người", "Hãy chọn một tổ chức hoặc một năm.")
    place = filtering.organization
    title = f"Người đã học lớp bồi dưỡng{f' {place}' if place else ''} đến {format_date(today)}"
    heads = ["Chi bộ", "Đảng bộ", "Họ và tên", "Năm sinh", "Loại lớp", "Số giấy chứng nhận", "Ngày cấp", "Nơi cấp",
             "Giá trị đến"]  # fmt: skip
    lines = [
        [row.cell.name, row.cell.parent.name if row.cell.parent else "", row.name, row.birth_year, row.kind_label,
         row.number, row.on, row.issuer, row.until]
        for row in listed(found, rulebook(), today)
    ]  # fmt: skip
    table = Table(title, heads, lines, lead=[title], widths=[32, 32, 28, 10, 28, 20, 12, 32, 12])
    return export(request, table, scope_path=place.path if place else "")

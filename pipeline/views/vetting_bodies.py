"""Danh bạ nơi thẩm tra: whom letters go to, kept by offices for themselves and those below them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cells.exports import export, page_or_file, wants_file
from cells.forms.recording import carry_out
from cells.roles import Action
from cells.scoping import may, reaches
from core import dates
from core.dates import format_date
from core.documents.sheets import Table
from pipeline.forms.vetting_bodies import BodyFilter, BodyForm
from pipeline.models import VettingBody
from pipeline.queries.vetting_bodies import bodies_like, typed_names
from pipeline.services import vetting_bodies
from pipeline.views.classes import form_view

BODY = "pipeline.vettingbody"
PAGE_SIZE = 50


@page_or_file
def body_list(request: HttpRequest) -> HttpResponse:
    """The directory, by name; for who keeps it also names that were typed and are not in it."""
    if not may(request.user, Action.VIEW, BODY):
        raise PermissionDenied
    today = dates.today()
    filtering = BodyFilter(request.GET, user=request.user)
    rows = bodies_like(
        request.user, today, text=filtering.name, organization=filtering.organization,
        inactive_too=filtering.inactive_too,
    )  # fmt: skip
    if wants_file(request):
        return _file(request, list(rows), filtering)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    may_keep = may(request.user, Action.VET, BODY)
    context = {
        "filter": filtering,
        "page_obj": page,
        "rows": [(row, reaches(request.user, Action.VET, BODY, row.organization, today)) for row in page],
        "may_keep": may_keep,
        "typed": typed_names(request.user, today) if may_keep and page.number == 1 and not filtering.is_active else [],
    }
    return render(request, "pipeline/body_list.html", context)


@form_view
def body_new(request: HttpRequest) -> HttpResponse:
    """A new entry; the address may name it."""
    if not may(request.user, Action.VET, BODY):
        raise PermissionDenied
    form = BodyForm(request.POST or None, user=request.user, name=request.GET.get("ten", "")[:255])
    if carry_out(form, lambda asked: vetting_bodies.add_body(form.unsaved)):
        messages.success(request, f"Đã ghi {form.cleaned_data['name']} vào danh bạ.")
        return redirect("pipeline:body-list")
    return render(request, "pipeline/body_form.html", {"form": form, "heading": "Thêm nơi thẩm tra"})


@form_view
def body_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """An entry set right, or no longer in use."""
    rows = VettingBody.objects.visible_to(request.user, Action.VET, on=dates.today()).select_related("organization")
    body = get_object_or_404(rows, public_id=public_id)
    form = BodyForm(request.POST or None, user=request.user, body=body)

    def change(asked: dict[str, Any]) -> None:
        vetting_bodies.change_body(body, form.values, version=asked["version"] or 0)

    if carry_out(form, change):
        messages.success(request, f"Đã lưu {body}.")
        return redirect("pipeline:body-list")
    context = {"form": form, "heading": "Sửa nơi thẩm tra", "keeper": body.organization}
    return render(request, "pipeline/body_form.html", context)


def _file(request: HttpRequest, rows: list[VettingBody], filtering: BodyFilter) -> HttpResponse:
    place = filtering.organization
    title = f"Danh bạ nơi thẩm tra đến {format_date(dates.today())}"
    heads = ["Tên", "Loại", "Địa chỉ", "Điện thoại", "Ghi chú", "Cấp ủy giữ", "Tình trạng"]
    lines = [
        [row.name, row.get_kind_display(), row.address, row.phone, row.note, row.organization.name,
         "đang dùng" if row.is_active else "đã ngừng"]
        for row in rows
    ]  # fmt: skip
    table = Table(title, heads, lines, lead=[title], widths=[44, 26, 40, 16, 30, 34, 12])
    return export(request, table, scope_path=place.path if place else "")

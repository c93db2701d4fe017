"""Tổ chức đảng: the tree, one organisation, and suggestions while one types a name."""

from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cells.arranging import changes_open_to
from cells.behalf import may_be_served
from cells.exports import LONGEST, export, page_or_file, refuse_long, wants_file
from cells.forms.organization_filter import DayForm, UnitFilter
from cells.kinds import CELL_KINDS, CapabilityKind, DecidingBody
from cells.models import Member, Organization
from cells.panels import panels_of
from cells.queries.capabilities import capabilities_on
from cells.queries.changes import changes_of
from cells.queries.members import ON_ROLL, listed, members_now, members_on, with_places
from cells.queries.organization_tree import (
    Node,
    closed_into,
    headcounts,
    nodes_of,
    numbers_of,
    units_below,
    version_on,
    with_headcounts,
)
from cells.queries.organizations import matching, offered_as, places_of, units_above
from cells.queries.trail import history_of
from cells.roles import Action
from cells.scoping import may, reaches
from cells.workbook.values import yes_no
from core import dates
from core.dates import format_date
from core.documents.sheets import Table
from core.lists import in_order
from core.templatetags.sorting import PARAMETER as SORT

SUGGESTIONS = 20
PAGE_SIZE = 50
UNITS_SHOWN = 60
"""Units below, and members of a cell, on an organisation's page; the rest stands in the list behind it."""
HISTORY = 30
"""Entries of the trail shown with an organisation."""

BY_TREE = "cay"
ORDERS = {
    BY_TREE: ("organization__path",),
    "ten": ("name", "organization__code"),
    "ma": ("organization__code",),
    "loai": ("kind", "organization__path"),
}


@page_or_file
def organization_list(request: HttpRequest) -> HttpResponse:
    """The tree, a branch two levels deep; as a list where something is searched for. With `tep=xlsx` as a file.

    Who has one cell and nothing below is led to its page.
    """
    today = dates.today()
    filtering = UnitFilter(request.GET, user=request.user, today=today)
    places = places_of(request.user, today)
    if not request.GET and len(places) == 1 and places[0].kind in CELL_KINDS:
        return redirect("cells:organization-detail", places[0].public_id)
    if wants_file(request):
        return _sheet(request, filtering)
    branch = filtering.branch or (places[0] if len(places) == 1 else None)
    if filtering.is_list:
        rows = in_order(filtering.rows(), request.GET.get(SORT, ""), ORDERS, BY_TREE)
    elif branch:
        rows = units_below([branch.pk], filtering.day, request.user)
    else:
        rows = filtering.rows().filter(organization__in=[place.pk for place in places]).order_by("organization__path")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "filter": filtering,
        "branch": None if filtering.is_list else branch,
        "default_sort": BY_TREE,
        "page_obj": page,
        "may_view": may(request.user, Action.VIEW, "cells.organization"),
        "may_import": may(request.user, Action.IMPORT, "cells.organization"),
    }
    if filtering.is_list:
        context["nodes"] = with_headcounts(page, filtering.day, today, request.user)
    else:
        context["nodes"], context["total"] = nodes_of(page, filtering.day, today, request.user, branch)
    return render(request, "cells/organization_list.html", context)


def _total(branch: Organization, day: date, today: date, user: Any) -> int:
    """Members of the whole branch."""
    return headcounts([branch.pk], day, today, user).get(branch.pk, 0)


def _sheet(request: HttpRequest, filtering: UnitFilter) -> HttpResponse:
    rows = in_order(filtering.rows(), request.GET.get(SORT, ""), ORDERS, BY_TREE)
    versions = list(rows[: LONGEST + 1])
    if len(versions) > LONGEST:
        remedy = "Hãy chọn một tổ chức ở ô “Trong tổ chức” rồi tải lại."
        return refuse_long(request, reverse("cells:organization-list"), "tổ chức", remedy)
    place = filtering.branch
    title = f"Danh sách tổ chức đảng{f' thuộc {place}' if place else ''} ngày {format_date(filtering.day)}"
    heads = ["Mã", "Tên", "Loại", "Mã cấp trên", "Cấp trên", "Đảng viên", "Lĩnh vực", "Địa bàn dân cư",
             "Vùng dân tộc thiểu số", "Vùng có đạo", "Còn nguồn", "Thôi hoạt động từ"]  # fmt: skip
    nodes = with_headcounts(versions, filtering.day, filtering.today, request.user)
    table = Table(
        title, heads, map(_cells, nodes),
        lead=[title], widths=[20, 42, 26, 20, 36, 11, 22, 14, 14, 12, 12, 14],
    )  # fmt: skip
    return export(request, table, scope_path=place.path if place else "")


def _cells(node: Node) -> list[Any]:
    version = node.version
    return [
        node.organization.code, version.name, version.get_kind_display(),
        version.parent.code if version.parent else "", version.parent_name or "", node.members, version.sector,
        yes_no(version.is_residential), yes_no(version.is_ethnic_minority_area), yes_no(version.is_religious_area),
        yes_no(version.has_sources), version.valid_from if version.is_closed else None,
    ]  # fmt: skip


@require_safe
def organization_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One organisation of one's reach, as it is, or (`ngay`) as it was on a day; its life; what upper floors add."""
    organization = get_object_or_404(
        Organization.objects.visible_to(request.user).select_related("parent"), public_id=public_id
    )
    today = dates.today()
    form = DayForm(request.GET, today=today)
    day = form.day
    then = version_on(organization, day)
    changes = sorted(changes_of(organization, request.user), key=lambda change: change.on, reverse=True)
    units = list(units_below([organization.pk], day, request.user)[: UNITS_SHOWN + 1])
    context = {
        "organization": organization,
        "form": form,
        "as_at": form.as_at,
        "then": then,
        "changes": [change for change in changes if change.is_in_force],
        "withdrawn": [change for change in changes if not change.is_in_force],
        "decisions": changes_open_to(request.user, organization),
        "above": [
            (unit, reaches(request.user, Action.VIEW, "cells.organization", unit)) for unit in units_above(organization)
        ],
        "units": with_headcounts(units[:UNITS_SHOWN], day, today, request.user),
        "has_more_units": len(units) > UNITS_SHOWN,
        "closed": list(closed_into(organization, day, request.user)[:UNITS_SHOWN]),
        "may_be_served": may_be_served(request.user, organization),
        "may_see_members": reaches(request.user, Action.VIEW, "cells.member", organization),
    }
    if then and not then.is_closed:
        context["powers"] = _powers(organization, day)
        if then.kind in CELL_KINDS and context["may_see_members"]:
            context |= _members(organization, day, form.as_at, request.user)
    if not form.as_at:
        context["history"] = history_of(organization, HISTORY)
        context["numbers"] = numbers_of(organization, request.user)
        context["panels"] = panels_of(organization, request.user, today)
    else:
        context["total"] = _total(organization, day, today, request.user)
    return render(request, "cells/organization_detail.html", context)


def _powers(organization: Organization, day: date) -> list[str]:
    """What it may do, in words."""
    found = capabilities_on(organization, day)
    body = found.pop(CapabilityKind.DECIDES_BY, "")
    words = [CapabilityKind(what).label for what in CapabilityKind if what in found]
    return [f"{word} ({DecidingBody(body).label})" if body and word == CapabilityKind.DECIDES.label else word
            for word in words]  # fmt: skip


def _members(cell: Organization, day: date, as_at: date | None, user: Any) -> dict[str, Any]:
    """The first members of a cell, as its roll lists them."""
    if as_at:
        rows = members_on(Organization.objects.visible_to(user, of="cells.movement").filter(pk=cell.pk), day)
    else:
        rows = members_now(Member.objects.visible_to(user).filter(organization=cell), ON_ROLL, day)
    shown = list(with_places(rows, day).order_by("name_key", "born_on", "code")[: UNITS_SHOWN + 1])
    return {
        "members": listed(shown[:UNITS_SHOWN], day, as_at=as_at is not None),
        "has_more_members": len(shown) > UNITS_SHOWN,
    }


@require_safe
def organization_suggestions(request: HttpRequest) -> HttpResponse:
    """Options for a field in which an organisation is named.

    `viec` is the action, `o` the field's name, `loai` the kinds to choose from (all where it is empty).
    """
    action = request.GET.get("viec", Action.VIEW)
    rows = Organization.objects.visible_to(request.user, action).filter(closed_on=None)
    if kinds := request.GET.get("loai"):
        rows = rows.filter(kind__in=kinds.split(","))
    found = matching(request.GET.get(request.GET.get("o", ""), ""), rows)[:SUGGESTIONS]
    return render(request, "cells/_organization_option.html", {"offered": [offered_as(row) for row in found]})

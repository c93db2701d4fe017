"""Kế hoạch, chỉ tiêu: what was assigned to an organisation, what it shares out, edited on one page."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods, require_safe

from cells.exports import export, file_only
from cells.models import Organization
from cells.queries.organizations import places_of
from cells.services.errors import ChangedMeanwhileError, RuleError
from core import audit, dates
from core.models import AuditEvent
from core.numbers import format_integer
from reports.allocation_table import printed, sheet
from reports.forms.targets import MODELS, PLAN, TARGET, TargetsForm, YearForm, field_name
from reports.queries.allocation import Allocation, Share, allocation_of, history_of, latest_numbers
from reports.queries.overview import organizations_above
from reports.services.targets import NumberChange, save_numbers
from reports.wording import band, whole

PAGE_SIZE = 200
"""Units on one page of the grid; every unit has two fields, and a form may have a thousand."""
SUGGEST = "de-xuat"


@require_safe
def targets(request: HttpRequest) -> HttpResponse:
    """Leads to the user's own organisation; a choice where there are several."""
    places = places_of(request.user, dates.today())
    if len(places) != 1:
        return render(
            request,
            "reports/places.html",
            {"places": places, "title": "Kế hoạch, chỉ tiêu", "page": "reports:targets-of"},
        )
    return redirect(_address(places[0].public_id, request.GET.urlencode()))


@require_http_methods(["GET", "HEAD", "POST"])
def targets_of(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One organisation and year; POST saves the grid, or with the button "Đề xuất" fills it without saving."""
    context, found = _page(request, public_id)
    if found is None:
        return render(request, "reports/targets_absent.html", context)
    is_saving = request.method == "POST" and SUGGEST not in request.POST
    form, page = _form(request, found, is_saving=is_saving)
    if request.method == "POST" and not form.records:
        raise PermissionDenied
    if form.records and (SUGGEST in request.POST or (request.method != "POST" and SUGGEST in request.GET)):
        context["suggested"] = form.suggest(_suggestions(found, form))
    elif is_saving and form.is_valid():
        try:
            saved = save_numbers(
                form.number_changes,
                reason=form.cleaned_data["reason"],
                document=form.cleaned_data["document"],
                stated_on=form.cleaned_data["stated_on"],
            )
        except ChangedMeanwhileError as refusal:
            _, found = _page(request, public_id)
            form, page = _form(request, found, is_saving=True)
            _tell_stale(form, refusal, found.year)
        except RuleError as refusal:
            form.add_error(None, refusal.messages)
        else:
            told = f"Đã lưu {format_integer(saved)} số." if saved else "Không có số nào thay đổi."
            (messages.success if saved else messages.info)(request, told)
            return redirect(_address(public_id, _kept(request)))
    context |= {
        "found": found,
        "form": form,
        "page_obj": page,
        "own": _row(form, found.own),
        "rows": [_row(form, share) for share in page],
        "elsewhere": {
            TARGET: found.rest_target + _counted(found, page, TARGET),
            PLAN: found.rest_plan + _counted(found, page, PLAN),
        },
        "sums": {TARGET: found.own.target_below, PLAN: found.own.plan_below},
        "history": history_of(context["organization"], found.year),
    }
    return render(request, "reports/targets.html", context)


@require_safe
def targets_print(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The same as an appendix to the plan, for paper."""
    context, found = _page(request, public_id)
    if found is None or not found.shares:
        raise Http404
    place = context["organization"]
    audit.record(AuditEvent.Action.PRINT, label=f"Chỉ tiêu {place}", scope_path=place.path)
    return render(request, "reports/targets_print.html", context | {"appendix": printed(found)})


@file_only
def targets_file(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The same as an Excel file."""
    context, found = _page(request, public_id)
    if found is None:
        raise Http404
    return export(request, sheet(found), scope_path=context["organization"].path)


def _page(request: HttpRequest, public_id: UUID) -> tuple[dict[str, Any], Allocation | None]:
    """What every page of an organisation and year shows, and its numbers."""
    organization = get_object_or_404(Organization.objects.visible_to(request.user), public_id=public_id)
    today = dates.today()
    asked = YearForm(request.GET, last=today.year + 1)
    year = asked.year or today.year
    found = allocation_of(organization, year, request.user, today.year)
    nearby = [near for near in (year - 1, year + 1) if asked.first_year <= near <= today.year + 1]
    return {
        "organization": organization,
        "trail": organizations_above(organization, request.user),
        "year_form": asked,
        "year": year,
        "last_year": year - 1,
        "carried": _query(year, today.year),
        "nearby_years": [(near, _query(near, today.year) or "?") for near in nearby],
        "band": band(found.policy.low, found.policy.high) if found else "",
        "whole": whole(found.own.kind) if found else "",
    }, found


def _form(request: HttpRequest, found: Allocation, *, is_saving: bool) -> tuple[TargetsForm, Any]:
    """The form of one page of units, and that page."""
    page = Paginator(found.shares, PAGE_SIZE).get_page(request.GET.get("page"))
    data = request.POST if request.method == "POST" else None
    form = TargetsForm(
        data, own=found.own, shares=list(page), year=found.year, today=dates.today(), is_saving=is_saving
    )
    return form, page


def _row(form: TargetsForm, share: Share) -> dict[str, Any]:
    """A unit with its fields; where the person may not change a number there is none."""
    key = share.organization.pk
    names = {column: field_name(column, key) for column in MODELS}
    return {"share": share} | {column: form[name] if name in form.fields else None for column, name in names.items()}


def _counted(found: Allocation, page: Iterable[Share], column: str) -> int:
    """What units on other pages of the grid add to the sum of *column*."""
    here = {share.organization.pk for share in page}
    numbers = (
        share.counted_target if column == TARGET else share.counted_plan
        for share in found.shares
        if share.organization.pk not in here
    )
    return sum(number or 0 for number in numbers)


def _suggestions(found: Allocation, form: TargetsForm) -> dict[str, int]:
    """By field name: a target for every unit that has none, neither stored nor typed."""
    given: dict[int, int | None] = {}
    for share in found.shares:
        name = field_name(TARGET, share.organization.pk)
        if name in form.fields and form.is_bound:
            form.is_valid()
            given[share.organization.pk] = form.cleaned_data.get(name)
        else:
            given[share.organization.pk] = share.target_value
    return {field_name(TARGET, key): value for key, value in found.proposal(given).items()}


def _tell_stale(form: TargetsForm, refusal: ChangedMeanwhileError, year: int) -> None:
    """Say at each cell who changed it meanwhile, and to what."""
    form.is_valid()
    form.add_error(None, refusal.messages)
    by_model: dict[str, list[NumberChange]] = {}
    for change in refusal.changes:
        by_model.setdefault(next(name for name, model in MODELS.items() if model is change.model), []).append(change)
    for column, changes in by_model.items():
        latest = latest_numbers(MODELS[column], [change.organization.pk for change in changes], year)
        for change in changes:
            name, row = field_name(column, change.organization.pk), latest.get(change.organization.pk)
            if row is None or name not in form.fields:
                continue
            what = f"ghi {format_integer(row.value)}" if row.in_force else f"bỏ số {format_integer(row.value)}"
            who = row.recorded_by or "Hệ thống"
            at = localtime(row.recorded_at)
            form.add_error(
                name, f"{who} vừa {what} lúc {at:%H:%M %d/%m/%Y}. Hãy giữ hoặc sửa số của bạn rồi lưu lần nữa."
            )


def _kept(request: HttpRequest) -> str:
    """The parameters of the address that still hold after saving."""
    query = request.GET.copy()
    query.pop(SUGGEST, None)
    return query.urlencode()


def _query(year: int, this_year: int) -> str:
    return f"?nam={year}" if year != this_year else ""


def _address(public_id: UUID, query: str = "") -> str:
    return reverse("reports:targets-of", args=[public_id]) + (f"?{query}" if query else "")

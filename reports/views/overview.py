"""Tổng quan: the rate of an organisation and of the units below it, and the lists behind every number."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from cells.exports import export, page_or_file, wants_file
from cells.kinds import MovementKind
from cells.models import Installation, Organization
from cells.profiles import PROFILES
from cells.queries.organizations import places_of
from cells.queries.roll import DATE_COLUMN
from cells.roles import Action
from cells.scoping import may
from core import dates
from core.templatetags.sorting import PARAMETER as SORT
from pipeline.queries.case_list import cases_below
from pipeline.queries.stages import people_by_step
from pipeline.rulebook.loading import load
from reports.forms.below import BelowForm, IdleForm
from reports.forms.reckoning import FIRST_YEAR, ReckoningForm, address, parameters
from reports.kinds import Base, CountsOn
from reports.overview_charts import charts_of
from reports.queries.lists import CLOSING, TERM_START, people_list, silent_cells, with_latest_admissions
from reports.queries.overview import Overview, organizations_above, overview_of
from reports.queries.people import people_behind
from reports.queries.rates import policy_with
from reports.rates import Period
from reports.reckoning import BASE_UNITS, Reckoning
from reports.step_tables import people_bars, step_rows, waiting_most
from reports.tables import cells_table, organizations_table, people_table
from reports.wording import band

PAGE_SIZE, LINES = 50, 100
WAITING = 6
"""Steps told of beside the chart of people on their way."""
BASE_LISTS = {Base.OPENING: "dau-nam", Base.CLOSING: CLOSING, Base.TERM: TERM_START}
"""The list of people that each base counts; the others are not people of one day."""


@page_or_file
def overview(request: HttpRequest, public_id: UUID | None = None) -> HttpResponse:
    """One organisation; without *public_id* the user's own, or a choice where there are several."""
    if public_id is None:
        places = places_of(request.user, dates.today())
        if len(places) != 1:
            choice = {"places": places, "title": "Tổng quan", "page": "reports:overview-of"}
            return render(request, "reports/places.html", choice)
        context = _context(request, places[0], [])
    else:
        organization = _visible(request, public_id)
        context = _context(request, organization, organizations_above(organization, request.user))
    reckoning, organization = context["reckoning"], context["organization"]
    narrowing = BelowForm(request.GET)
    found = overview_of(organization, reckoning, request.user, narrowing.wanted(request.GET.get(SORT, "")))
    if found is None:
        return render(request, "reports/overview_absent.html", context)
    if wants_file(request):
        return export(request, organizations_table(found), scope_path=organization.path)
    context |= {
        "overview": found,
        "own": found.own,
        "narrowing": narrowing,
        "page_obj": Paginator(found.lines, LINES).get_page(request.GET.get("page")),
        "band": band(found.policy.low, found.policy.high),
        "base_unit": BASE_UNITS[found.base],
        "lacking": "còn" if reckoning.as_of == reckoning.today else "thiếu",
        "base_list": BASE_LISTS.get(found.base),
        "has_base_column": found.base not in (Base.OPENING, Base.TARGET),
        "carried_before": address(reckoning, reckoning.previous),
        "charts": [] if found.is_cell else charts_of(found),
        **_people_on_the_way(request, organization, reckoning),
        **(_movements(request, found) if found.is_cell else {}),
        "notice": PROFILES[Installation.load().profile].notice,
        "may_import": _may_import(request),
        "may_report": may(request.user, Action.REPORT, "cells.organization"),
    }
    return render(request, "reports/overview.html", context)


@page_or_file
def people(request: HttpRequest, public_id: UUID, what: str) -> HttpResponse:
    """The people behind one number of Tổng quan, and the declarations that stand in for some."""
    organization = _visible(request, public_id)
    context = _context(request, organization, organizations_above(organization, request.user))
    reckoning = context["reckoning"]
    policy = policy_with(reckoning.period.year, base=reckoning.base, counts_on=reckoning.counts_on)
    found = people_list(organization, what, reckoning, policy, request.user)
    if found is None:
        raise Http404
    counts_on = CountsOn(policy.counts_on).label
    if wants_file(request):
        table = people_table(found, organization, reckoning, counts_on)
        return export(request, table, scope_path=organization.path)
    page = Paginator(found.rows, PAGE_SIZE).get_page(request.GET.get("page"))
    places = (
        Organization.objects.visible_to(request.user).in_bulk([row.roll_organization_id for row in page])
        if found.is_roll
        else {}
    )
    context |= {
        "found": found,
        "page_obj": page,
        "rows": [(row, places.get(row.roll_organization_id)) for row in page] if found.is_roll else page,
        "counts_on": counts_on,
    }
    return render(request, "reports/people.html", context)


@page_or_file
def cells_without_admission(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The cells behind "chưa kết nạp được đảng viên"."""
    organization = _visible(request, public_id)
    context = _context(request, organization, organizations_above(organization, request.user))
    reckoning = context["reckoning"]
    policy = policy_with(reckoning.period.year, counts_on=reckoning.counts_on)
    idle = IdleForm(request.GET)
    cells = silent_cells(organization, reckoning, policy, request.user, idle.years)
    heading = f"Chi bộ chưa kết nạp được đảng viên {idle.words or reckoning.words}"
    if wants_file(request):
        cells = with_latest_admissions(cells, reckoning, policy.counts_on)
        return export(request, cells_table(cells, heading, organization, reckoning), scope_path=organization.path)
    page = Paginator(cells, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = with_latest_admissions(page.object_list, reckoning, policy.counts_on)
    context |= {"page_obj": page, "rows": rows, "heading": heading, "idle": idle}
    return render(request, "reports/cells_without_admission.html", context)


def _visible(request: HttpRequest, public_id: UUID) -> Organization:
    return get_object_or_404(Organization.objects.visible_to(request.user), public_id=public_id)


def _context(request: HttpRequest, organization: Organization, trail: list[Organization]) -> dict[str, Any]:
    """What every page of figures shows around its content."""
    form = ReckoningForm(request.GET, today=dates.today())
    reckoning = form.reckoning
    year = reckoning.period.year
    nearby = [near for near in (year - 1, year + 1) if FIRST_YEAR <= near <= reckoning.today.year]
    return {
        "organization": organization,
        "trail": trail,
        "form": form,
        "reckoning": reckoning,
        "carried": address(reckoning),
        "year_carried": f"?nam={year}" if year != reckoning.today.year else "",
        "carried_fields": parameters(reckoning),
        "nearby_years": [(near, address(reckoning, Period.of_year(near)) or "?") for near in nearby],
    }


def _movements(request: HttpRequest, found: Overview) -> dict[str, Any]:
    """The movements of a cell in the period by day, at most one page of them."""
    cell, counts_on = found.own.organization, found.policy.counts_on
    visible = Organization.objects.visible_to(request.user)
    rows = people_behind(cell, found.reckoning.period, [*MovementKind], counts_on, within=visible)
    movements = list(rows.order_by(DATE_COLUMN[counts_on], "id")[:PAGE_SIZE])
    # What was merged into the cell has a past elsewhere.
    return {"movements": movements, "is_in_several_places": any(row.organization_id != cell.pk for row in movements)}


def _people_on_the_way(request: HttpRequest, organization: Organization, reckoning: Reckoning) -> dict[str, Any]:
    """Who stands at which stage now; nothing for a period that is over, nor for who sees no files."""
    today = reckoning.today
    if reckoning.as_of != today or not may(request.user, Action.VIEW, "pipeline.case", today):
        return {}
    stages = people_by_step(cases_below(organization, request.user, today), today)
    rows = step_rows(organization, stages, load().on(today))
    return {
        "stages": stages,
        "people_chart": people_bars(stages, today) if stages else "",
        "waiting": waiting_most(rows, WAITING),
    }


def _may_import(request: HttpRequest) -> bool:
    return may(request.user, Action.IMPORT, "cells.organization")

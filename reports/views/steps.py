"""Các bước của hồ sơ kết nạp: who stands where, and how long each step takes, of one organisation and all below it."""

from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from cells.exports import export, page_or_file, wants_file
from cells.models import Organization
from cells.queries.organizations import places_of
from cells.roles import Action
from cells.scoping import may
from core import dates
from core.dates import add_months, day_after
from core.documents.sheets import Table
from pipeline.spans import LEAST
from reports.forms.reckoning import ReckoningForm, asked_address
from reports.queries.overview import organizations_above
from reports.queries.steps import Steps, steps_of
from reports.rates import Period
from reports.step_tables import people_bars, people_table, span_rows, spans_table, step_rows

MONTHS = 24
"""How far back durations are looked at where no period is asked for."""
YEARS = 3
"""Years offered by a link."""
WHICH, DURATIONS = "bang", "thoi-gian"
"""Which of the tables is wanted as a file; by default that of people."""


@page_or_file
def steps(request: HttpRequest, public_id: UUID | None = None) -> HttpResponse:
    """One organisation; without *public_id* the user's own, or a choice where there are several."""
    today = dates.today()
    if public_id is None:
        places = places_of(request.user, today)
        if len(places) != 1:
            choice = {"places": places, "title": "Các bước của hồ sơ kết nạp", "page": "reports:steps-of"}
            return render(request, "reports/places.html", choice)
        organization = places[0]
    else:
        organization = get_object_or_404(Organization.objects.visible_to(request.user), public_id=public_id)
    if not may(request.user, Action.VIEW, "pipeline.case", today):
        raise PermissionDenied
    form = ReckoningForm(request.GET, today=today)
    period = _period(form, today)
    found = steps_of(organization, period, request.user, today)
    if wants_file(request):
        return export(request, _table(request, found, organization, period, today), scope_path=organization.path)
    context = {
        "organization": organization,
        "trail": organizations_above(organization, request.user),
        "form": form,
        "today": today,
        "period": period,
        "periods": _periods(form, today),
        "carried": asked_address(form),
        "found": found,
        "chart": people_bars(found.stages, today) if found.stages else "",
        "rows": step_rows(organization, found.stages, found.edition),
        "timed": span_rows(organization, found.timed),
        "untimed": span_rows(organization, found.untimed),
        "silent": [line.measured.span.title for line in (*found.timed, *found.untimed) if line.is_silent],
        "least": LEAST,
    }
    return render(request, "reports/steps.html", context)


def _period(form: ReckoningForm, today: date) -> Period:
    return form.asked or Period(day_after(add_months(today, -MONTHS)), today)


def _table(request: HttpRequest, found: Steps, organization: Organization, period: Period, today: date) -> Table:
    if request.GET.get(WHICH) == DURATIONS:
        return spans_table(found, organization, period)
    return people_table(found, organization, today)


def _periods(form: ReckoningForm, today: date) -> list[tuple[str, str, bool]]:
    """Words, address and whether it is shown, of the periods one may choose."""
    years = [today.year - number for number in range(YEARS)]
    found = [(f"{MONTHS} tháng gần nhất", "?", form.asked is None)]
    return found + [(f"Năm {year}", f"?nam={year}", form.asked == Period.of_year(year)) for year in years]

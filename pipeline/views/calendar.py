"""Lịch làm việc: public holidays, and the days the installation has set itself."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from cells.roles import Action
from cells.scoping import may
from core import dates
from core.calendar_days import CalendarDayError, clear_day, set_day
from pipeline.forms.calendar import WORKED, CalendarYearForm, ClearDayForm, DayForm
from pipeline.queries.calendar import calendar_year

MODEL = "core.calendarday"
CLEAR = "bo"


@require_http_methods(["GET", "HEAD", "POST"])
def working_calendar(request: HttpRequest) -> HttpResponse:
    """A year's days that are not plain weekdays or weekends; the head of the Board sets days of its own."""
    if not may(request.user, Action.VIEW, MODEL):
        raise PermissionDenied
    may_set = may(request.user, Action.SET_RULES, MODEL)
    if request.method == "POST" and not may_set:
        raise PermissionDenied
    today = dates.today()
    asked = CalendarYearForm(request.GET, today_year=today.year)
    year = asked.value_of("nam") or today.year
    form, clear = _forms(request, today) if may_set else (None, None)
    if request.method == "POST":
        done = _cleared(clear) if CLEAR in request.POST else _set(form)
        if done:
            messages.success(request, "Đã ghi vào lịch. Các hạn từ nay tính theo lịch mới.")
            return redirect(f"{reverse('pipeline:calendar')}?nam={done.year}")
    context: dict[str, Any] = {
        "year": year, "years": range(year - 1, year + 2), "rows": calendar_year(year), "form": form,
        "clear": clear if clear is not None and clear.is_bound else None, "may_set": may_set, "year_form": asked,
    }  # fmt: skip
    return render(request, "pipeline/calendar.html", context)


def _forms(request: HttpRequest, today: date) -> tuple[DayForm, ClearDayForm]:
    is_clearing = CLEAR in request.POST
    data = request.POST if request.method == "POST" else None
    return (
        DayForm(None if is_clearing else data, user=request.user),
        ClearDayForm(data if is_clearing else None, user=request.user),
    )


def _set(form: DayForm) -> date | None:
    """The day that was set; None where the form says why not."""
    if not form.is_valid():
        return None
    given = form.cleaned_data
    day = given["day"]
    try:
        set_day(day, is_working=given["what"] == WORKED, note=given["note"])
    except CalendarDayError as refusal:
        form.add_error(None, str(refusal))
        return None
    return day


def _cleared(form: ClearDayForm) -> date | None:
    if not form.is_valid():
        return None
    day = form.cleaned_data["day"]
    try:
        clear_day(day, reason=form.cleaned_data["reason"])
    except CalendarDayError as refusal:
        form.add_error(None, str(refusal))
        return None
    return day

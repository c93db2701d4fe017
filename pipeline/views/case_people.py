"""Somebody new, and what is known of a person."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cells.forms.recording import carry_out as carry_out_new
from cells.roles import Action
from cells.scoping import may
from core import dates
from pipeline.forms.case_forms import carry_out
from pipeline.forms.new_case import EditCaseForm, NewCaseForm
from pipeline.models import Case
from pipeline.services.defective import return_of
from pipeline.services.opening import FIRST_TIME, open_case
from pipeline.services.people import edit_person
from pipeline.views.case_finding import case_or_404, done, form_view


@form_view
def case_new(request: HttpRequest) -> HttpResponse:
    """Somebody is introduced; `to-chuc` may name the cell to begin with."""
    if not may(request.user, Action.RECORD_CASE, "pipeline.case"):
        raise PermissionDenied
    today = dates.today()
    form = NewCaseForm(request.POST or None, user=request.user, today=today, code=request.GET.get("to-chuc", ""))
    opened: list[Case] = []

    def enter(asked: dict[str, Any]) -> None:
        case = open_case(
            form.person, organization=asked["organization"], on=asked["on"], today=today, by=asked["by"],
            consent=form.given_consent, late_reason=asked.get("late_reason", ""),
            surroundings=return_of(asked["former"], today).surroundings() if asked["former"] else FIRST_TIME,
        )  # fmt: skip
        opened.append(case)

    if carry_out_new(form, enter):
        messages.success(request, f"Đã ghi giới thiệu {opened[0].candidate.full_name}, hồ sơ {opened[0].code}.")
        return redirect("pipeline:case-detail", opened[0].public_id)
    return render(request, "pipeline/case_new.html", {"form": form})


@form_view
def case_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Personal data and what the rules ask of the place."""
    case = case_or_404(request, public_id, Action.RECORD_CASE)
    today = dates.today()
    form = EditCaseForm(request.POST or None, user=request.user, case=case, today=today)

    def change(asked: dict[str, Any]) -> None:
        edit_person(case, today=today, version=asked["version"], reason=asked["reason"], **form.values)

    if carry_out(form, change):
        return done(request, case, "Đã lưu thông tin.")
    context = {"case": case, "person": case.candidate, "form": form, "heading": "Sửa thông tin"}
    return render(request, "pipeline/case_form.html", context)

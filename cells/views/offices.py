"""Offices: given, ended, handed over, stood in for; and the second person's yes or no."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cells.forms.accounts import EndForm, OfficeForm, ReasonForm, SuccessorForm
from cells.forms.recording import carry_out
from cells.models import Appointment, AppointmentRequest
from cells.queries.offices import managed_by, offices_to_give
from cells.roles import TWO_PEOPLE, Action
from cells.services import accounts as account_service
from cells.services import appointments as service
from cells.views.accounts import PLACED, account_page, form_view, managed_or_404, require_appointing, role_asked
from core import audit, dates
from core.accounts.recent import recent_login_required
from core.models import User

State = AppointmentRequest.State


@form_view
@recent_login_required
def office_give(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One more office for somebody who has an account."""
    person = managed_or_404(request, public_id)
    role = role_asked(request)
    form = OfficeForm(request.POST or None, user=request.user, today=dates.today(), role=role)
    if carry_out(form, lambda asked: account_service.give_office(person, by=request.user, **form.office)):
        is_asked = role in TWO_PEOPLE
        messages.success(request, "Đã gửi đề nghị, chờ người thứ hai duyệt." if is_asked else "Đã ghi phân công.")
        return redirect("cells:user-detail", person.public_id)
    roles = [(each, each == role) for each in offices_to_give(request.user, dates.today())]
    return account_page(request, form, "Thêm phân công", person=person, roles=roles, role=role)


def _given(request: HttpRequest, public_id: UUID) -> Appointment:
    """An office the reader gives and ends, held by somebody else."""
    require_appointing(request)
    rows = Appointment.objects.visible_to(request.user, Action.APPOINT).in_force().exclude(user=request.user)
    return get_object_or_404(rows.select_related("user", *PLACED), public_id=public_id)


@form_view
@recent_login_required
def office_end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """An office ends with a day; its rights with the next request."""
    office = _given(request, public_id)
    form = EndForm(request.POST or None, user=request.user, initial={"last": dates.today() - timedelta(days=1)})

    def end(asked: dict[str, Any]) -> None:
        service.end_appointment(office, on=asked["last"] + timedelta(days=1), reason=asked["reason"])

    if carry_out(form, end):
        messages.success(request, "Đã ghi ngày kết thúc phân công.")
        return redirect("cells:user-detail", office.user.public_id)
    return account_page(request, form, "Kết thúc phân công", person=office.user, office=office)


@form_view
@recent_login_required
def office_hand_over(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Somebody else takes the office over: its duties go along."""
    office = _given(request, public_id)
    if office.role in TWO_PEOPLE:
        raise Http404  # given by two people: ended here, asked for anew
    return _passed_on(request, office, is_deputy=False)


@form_view
@recent_login_required
def office_deputy(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Somebody stands in for the holder for a time."""
    office = _given(request, public_id)
    if office.role in TWO_PEOPLE or office.deputy_of_id:
        raise Http404
    return _passed_on(request, office, is_deputy=True)


def _passed_on(request: HttpRequest, office: Appointment, *, is_deputy: bool) -> HttpResponse:
    form = SuccessorForm(
        request.POST or None, user=request.user, people=managed_by(request.user), holder=office.user,
        today=dates.today(), is_deputy=is_deputy,
    )  # fmt: skip
    taken: list[User] = []

    def pass_on(asked: dict[str, Any]) -> None:
        taken.append(_pass_on(request, office, asked, is_deputy=is_deputy))

    if carry_out(form, pass_on):
        text = "Đã ghi người làm thay." if is_deputy else "Đã bàn giao: việc của chức trách này nay là của người mới."
        messages.success(request, text)
        if not taken[0].has_usable_password():
            messages.info(request, "Người này chưa có mật khẩu: hãy in phiếu kích hoạt.")
        return redirect("cells:user-detail", taken[0].public_id)
    heading = "Cử người làm thay" if is_deputy else "Bàn giao chức trách"
    return account_page(request, form, heading, person=office.user, office=office)


def _pass_on(request: HttpRequest, office: Appointment, asked: dict[str, Any], *, is_deputy: bool) -> User:
    place = {"organization": office.organization, "association": office.association, "title": office.title}
    day, reason = asked["valid_from"], asked["reason"]
    if is_deputy:
        until = asked["until"] + timedelta(days=1)
        details = {"role": office.role, "valid_from": day, "valid_until": until, "deputy_of": office, "reason": reason}
        return _holder(request, asked, details | place)
    with transaction.atomic(), audit.one_change():
        service.end_appointment(office, on=day, reason=reason)
        return _holder(request, asked, service.rest_of(office, day) | place | {"reason": reason})


def _holder(request: HttpRequest, asked: dict[str, Any], office: dict[str, Any]) -> User:
    """Give *office* to the one the form names: known already, or made now."""
    if asked["known"]:
        account_service.give_office(asked["known"], by=request.user, **office)
        return asked["known"]
    return account_service.create_user(
        full_name=asked["full_name"], phone=asked["phone"], by=request.user, office=office
    )[0]


@form_view
@recent_login_required
def request_decide(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What one person asked for and a second one grants, refuses, or the first takes back."""
    rows = AppointmentRequest.objects.visible_to(request.user).select_related("user", "requested_by", *PLACED)
    asked_for = get_object_or_404(rows, public_id=public_id, state=State.WAITING)
    is_own = asked_for.requested_by_id == request.user.pk
    approves = AppointmentRequest.objects.visible_to(request.user, Action.APPROVE).filter(pk=asked_for.pk).exists()
    may_decide = approves and not is_own and asked_for.user_id != request.user.pk
    form = ReasonForm(request.POST or None, user=request.user, submit="Rút đề nghị" if is_own else "Duyệt")
    form.fields["reason"].label = "Lý do rút" if is_own else "Ý kiến"
    if request.method == "POST" and not (is_own or may_decide):
        raise Http404

    def decide(given: dict[str, Any]) -> None:
        if is_own:
            service.close_request(asked_for, State.WITHDRAWN, by=request.user, decision=given["reason"])
        elif "tu-choi" in request.POST:
            service.close_request(asked_for, State.REFUSED, by=request.user, decision=given["reason"])
        else:
            service.grant_request(asked_for, by=request.user, decision=given["reason"])

    if carry_out(form, decide):
        messages.success(request, "Đã ghi.")
        return redirect("cells:user-detail", asked_for.user.public_id)
    context = {"request_": asked_for, "form": form, "is_own": is_own, "may_decide": may_decide}
    return render(request, "cells/request_decide.html", context)

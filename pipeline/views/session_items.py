"""One person on an agenda: put off, sent back, the cell told, the appraisal sheet. The decision itself is a step of
the file (`case_steps`)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from cells.roles import Action
from cells.scoping import reaches
from core import audit, dates
from core.models import AuditEvent
from pipeline.engine.membership import DECISION
from pipeline.forms.case_forms import CaseForm, carry_out
from pipeline.forms.sessions import NotifyForm, PostponeForm, ReturnForm
from pipeline.models import SessionItem
from pipeline.queries.agendas import SESSION
from pipeline.queries.cases import judge_of
from pipeline.queries.facts import facts_of
from pipeline.queries.outlook import again_of, is_late
from pipeline.queries.sessions import BESIDE, appraisal_sheet
from pipeline.services import sessions
from pipeline.views.case_finding import form_view


def the_item(request: HttpRequest, public_id: UUID, action: str) -> SessionItem:
    """Somebody on an agenda; to record takes that right on the session, too."""
    rows = SessionItem.objects.visible_to(request.user, action, on=dates.today()).select_related(*BESIDE)
    item: SessionItem = get_object_or_404(rows, public_id=public_id)
    if not reaches(request.user, action, SESSION, item.session.organization):
        get_object_or_404(rows.none())
    return item


def _answer(
    request: HttpRequest, item: SessionItem, form: CaseForm, service: Callable[[dict[str, Any]], Any], heading: str,
    told: str,
) -> HttpResponse:  # fmt: skip
    if carry_out(form, service):
        messages.success(request, told)
        return redirect("pipeline:session-detail", item.session.public_id)
    context = {
        "item": item, "session": item.session, "case": item.case, "person": item.case.candidate, "form": form,
        "heading": heading,
    }  # fmt: skip
    return render(request, "pipeline/session_item_form.html", context)


@form_view
def item_postpone(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Not decided this time."""
    item = the_item(request, public_id, Action.RECORD_CASE)
    form = PostponeForm(request.POST or None, user=request.user, case=item.case)

    def postpone(asked: dict[str, Any]) -> None:
        sessions.postpone(item, reason=asked["reason"], today=dates.today(), version=asked["version"])

    return _answer(request, item, form, postpone, "Để lại phiên sau", f"Đã để lại: {item.case.candidate.full_name}.")


@form_view
def item_return(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The file goes back, with what is to be done again."""
    item = the_item(request, public_id, Action.RECORD_CASE)
    today = dates.today()
    judge, facts = judge_of(today), facts_of([item.case_id], today)[item.case_id]
    form = ReturnForm(
        request.POST or None, user=request.user, case=item.case, held_on=item.session.held_on, today=today,
        again=again_of(judge.situation(facts)), is_late=lambda day: is_late("returned", facts, judge, day),
    )  # fmt: skip

    def send_back(asked: dict[str, Any]) -> None:
        sessions.return_item(
            item, steps=asked["steps"], reason=asked["reason"], on=asked["on"], today=today, version=asked["version"],
            late_reason=asked.get("late_reason", ""),
        )  # fmt: skip

    told = f"Đã trả lại hồ sơ của {item.case.candidate.full_name}."
    return _answer(request, item, form, send_back, "Trả lại hồ sơ", told)


@form_view
def item_notify(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The cell was told."""
    item = the_item(request, public_id, Action.RECORD_CASE)
    today = dates.today()
    judge, facts = judge_of(today), facts_of([item.case_id], today)[item.case_id]
    form = NotifyForm(
        request.POST or None, user=request.user, case=item.case, today=today,
        is_late=lambda day: item.step == DECISION and is_late(sessions.RECEIPT, facts, judge, day),
    )  # fmt: skip

    def notify(asked: dict[str, Any]) -> None:
        sessions.notify(
            item, on=asked["on"], today=today, version=asked["version"], late_reason=asked.get("late_reason", "")
        )

    told = f"Đã ghi thông báo cho {item.case.organization}."
    return _answer(request, item, form, notify, "Thông báo kết quả cho chi bộ", told)


@require_safe
def item_sheet(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Phiếu thẩm định of one person, for the members of the committee."""
    item = the_item(request, public_id, Action.VIEW)
    audit.record(
        AuditEvent.Action.PRINT, item.case, label=f"Phiếu thẩm định {item.case.candidate.full_name}",
        scope_path=item.session.organization.path,
    )  # fmt: skip
    context = {
        "item": item, "session": item.session, "case": item.case, "person": item.case.candidate,
        "rows": appraisal_sheet(item, judge_of(dates.today())),
    }  # fmt: skip
    return render(request, "pipeline/session_item_print.html", context)

"""Phiên họp xét kết nạp: which there are, the agenda of one, its extract list on paper and as a file."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from cells.exports import export, file_only
from cells.forms.recording import carry_out
from cells.roles import Action
from cells.scoping import may, reaches
from cells.services.errors import RuleError
from core import audit, dates
from core.models import AuditEvent
from pipeline.forms.sessions import OrderForm, SessionForm, SessionYearForm, SubmitForm
from pipeline.models import Session, SessionItem
from pipeline.queries.agendas import SESSION, Awaiting, deciders, lines_of, to_submit, waiting_files, with_sizes
from pipeline.queries.cases import judge_of
from pipeline.queries.sessions import extract_list, items_of
from pipeline.services import sessions
from pipeline.services.errors import CaseChangedError
from pipeline.showing import due_chip, open_title
from pipeline.views.case_finding import form_view
from pipeline.views.classes import sent

ROWS = 30


def the_session(request: HttpRequest, public_id: UUID, action: str = Action.VIEW) -> Session:
    """The session of the address, where the user has that right on it."""
    rows = Session.objects.visible_to(request.user, action, on=dates.today()).select_related("organization")
    found: Session = get_object_or_404(rows, public_id=public_id)
    return found


def agenda_of(request: HttpRequest, session: Session) -> list[SessionItem]:
    """The agenda in its order, as far as the user sees the files."""
    return items_of(session, SessionItem.objects.visible_to(request.user, on=dates.today()))


@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    """Sessions to come, and those of a year; how many files wait for one."""
    if not may(request.user, Action.VIEW, SESSION):
        raise PermissionDenied
    today = dates.today()
    asked = SessionYearForm(request.GET, today=today)
    seen = with_sizes(Session.objects.visible_to(request.user, on=today))
    year, is_asked = asked.value_of("nam") or today.year, asked.value_of("nam") is not None
    to_come = Q(held_on__gte=today, closed_on=None)
    coming = [] if is_asked else list(seen.filter(to_come).order_by("held_on", "pk")[:ROWS])
    past = seen.filter(held_on__year=year).order_by("-held_on", "-pk")
    page = Paginator(past if is_asked else past.exclude(to_come), ROWS).get_page(request.GET.get("page"))
    years = sorted({*seen.order_by().values_list("held_on__year", flat=True).distinct(), today.year})
    may_record = bool(deciders(request.user, today))
    context = {
        "year": year, "years": years, "year_form": asked, "coming": coming, "page_obj": page, "today": today,
        "may_record": may_record, "waiting": waiting_files(request.user, today) if may_record else 0,
    }  # fmt: skip
    return render(request, "pipeline/session_list.html", context)


@form_view
def session_new(request: HttpRequest) -> HttpResponse:
    """A session is called, or one that was held is entered."""
    today = dates.today()
    if not may(request.user, Action.RECORD_CASE, SESSION):
        raise PermissionDenied
    offered = deciders(request.user, today)
    if not offered:
        messages.info(request, "Đơn vị của bạn không có thẩm quyền quyết định kết nạp, nên không mở phiên họp.")
        return redirect("pipeline:session-list")
    form = SessionForm(request.POST or None, user=request.user, deciders=offered)
    made: list[Session] = []

    def call(asked: dict[str, Any]) -> None:
        made.append(sessions.open_session(form.organization, today=today, body=asked["body"], **form.values))

    if carry_out(form, call):
        messages.success(request, "Đã ghi phiên họp. Hãy đưa hồ sơ vào chương trình.")
        return redirect("pipeline:session-detail", made[0].public_id)
    return render(request, "pipeline/session_form.html", {"form": form, "heading": "Thêm phiên họp"})


@form_view
def session_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Day, title, place, number of the minutes."""
    session = the_session(request, public_id, Action.RECORD_CASE)
    form = SessionForm(request.POST or None, user=request.user, session=session)

    def change(asked: dict[str, Any]) -> None:
        sessions.change_session(session, version=asked["version"] or 0, today=dates.today(), **form.values)

    if carry_out(form, change):
        messages.success(request, "Đã lưu phiên họp.")
        return redirect("pipeline:session-detail", session.public_id)
    return render(request, "pipeline/session_form.html", {"form": form, "heading": "Sửa phiên họp", "session": session})


@require_POST
def session_close(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The session is over: everybody was decided on, sent back or put off."""
    session = the_session(request, public_id, Action.RECORD_CASE)
    version = request.POST.get("version", "")
    try:
        sessions.close_session(session, version=int(version) if version.isdigit() else 0, today=dates.today())
    except RuleError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Đã kết thúc phiên họp.")
    return redirect("pipeline:session-detail", session.public_id)


@require_safe
def session_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One session: what is to be done next, and everybody on its agenda."""
    session = the_session(request, public_id)
    today = dates.today()
    lines = lines_of(agenda_of(request, session), judge_of(today))
    may_record = reaches(request.user, Action.RECORD_CASE, SESSION, session.organization)
    waiting = [line for line in lines if line.is_waiting]
    context = {
        "session": session, "lines": lines, "may_record": may_record, "waiting": waiting, "today": today,
        "is_held": session.held_on <= today, "untold": [line for line in lines if line.is_untold],
        "yes": sum(line.decision is not None and line.decision.agreed is not False for line in lines),
        "no": sum(line.decision is not None and line.decision.agreed is False for line in lines),
        "next": _next(session, len(lines), len(waiting), today),
    }  # fmt: skip
    return render(request, "pipeline/session_detail.html", context)


def _next(session: Session, size: int, waiting: int, today: date) -> str:
    """What who prepares the session does next."""
    if session.closed_on:
        return "closed"
    if not size:
        return "submit"
    if session.held_on > today:
        return "prepare"
    return "decide" if waiting else "close"


@form_view
def session_submit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Files that wait for a decision of this committee: tick and submit."""
    session = the_session(request, public_id, Action.RECORD_CASE)
    judge = judge_of(dates.today())
    found = [] if session.closed_on else to_submit(request.user, session, judge)
    offered = [each.case.public_id for each in found]
    on = min(session.held_on, judge.today)
    form = SubmitForm(sent(request), offered=offered, initial={"on": on})
    if not session.closed_on and carry_out(form, lambda asked: _submit(request, session, found, asked)):
        return redirect("pipeline:session-detail", session.public_id)
    ticked = form.ticked if form.is_bound else {str(key) for key in offered}
    edition = judge.book.on(session.held_on)
    rows = [{"each": each, "due": due_chip(each.step.due, judge.today), "matter": open_title(each.step.id, edition)}
            for each in found]  # fmt: skip
    context = {"session": session, "form": form, "rows": rows, "ticked": ticked}
    return render(request, "pipeline/session_submit.html", context)


def _submit(request: HttpRequest, session: Session, found: list[Awaiting], asked: dict[str, Any]) -> None:
    """One by one: a file that cannot be put before the session does not keep the others away."""
    size = 0
    for each in found:
        if each.case.public_id not in asked["chosen"]:
            continue
        try:
            sessions.submit(each.case, session, on=asked["on"], today=dates.today(), version=each.case.version)
            size += 1
        except CaseChangedError:
            messages.warning(request, f"{each.case.candidate.full_name}: hồ sơ vừa có người khác ghi, hãy trình lại.")
        except RuleError as refusal:
            messages.warning(request, f"{each.case.candidate.full_name}: {refusal}")
    if size:
        messages.success(request, f"Đã đưa {size} người vào chương trình.")


@form_view
def session_order(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The agenda in another order."""
    session = the_session(request, public_id, Action.RECORD_CASE)
    form = OrderForm(request.POST or None, items=agenda_of(request, session), initial={"version": session.version})

    def arrange(asked: dict[str, Any]) -> None:
        sessions.arrange(session, form.order, version=asked["version"], today=dates.today())

    if carry_out(form, arrange):
        messages.success(request, "Đã sắp xếp lại chương trình.")
        return redirect("pipeline:session-detail", session.public_id)
    return render(request, "pipeline/session_order.html", {"session": session, "form": form})


@require_safe
def session_print(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The extract list as it is laid before the members of the committee."""
    session = the_session(request, public_id)
    table = extract_list(session, judge_of(dates.today()), agenda_of(request, session))
    _told(session, "Danh sách trích ngang", len(list(table.rows)))
    return render(request, "pipeline/session_print.html", {"session": session, "table": table})


def _told(session: Session, what: str, rows: int) -> None:
    audit.record(
        AuditEvent.Action.PRINT, session, label=f"{what}: {session}", changes={"rows": rows},
        scope_path=session.organization.path,
    )  # fmt: skip


@file_only
def session_export(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The extract list as a file."""
    session = the_session(request, public_id)
    table = extract_list(session, judge_of(dates.today()), agenda_of(request, session))
    return export(request, table, scope_path=session.organization.path)

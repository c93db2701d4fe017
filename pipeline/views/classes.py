"""Lớp bồi dưỡng: the plan of a year, a class from opening to register, on the page, on paper and in Excel."""

from collections import Counter
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cells.exports import export, file_only
from cells.forms.recording import carry_out
from cells.roles import Action
from cells.scoping import may, reaches
from cells.services.errors import RuleError
from core import audit, dates
from core.dates import format_date
from core.documents.sheets import Table
from core.models import AuditEvent
from pipeline.forms.classes import ClassForm, PlanYearForm
from pipeline.kinds import ClassKind, ClassState, EnrolmentState
from pipeline.models import TrainingClass
from pipeline.queries.class_need import need_by_base
from pipeline.queries.classes import Student, classes_of_year, enrolled, organizers, students, with_taken, years_of
from pipeline.queries.contacts import contacts_of
from pipeline.queries.rules import rulebook
from pipeline.services import classes

CLASS, STUDENT = "pipeline.trainingclass", "pipeline.enrolment"
form_view = require_http_methods(["GET", "HEAD", "POST"])
STATES = {"mo": ClassState.OPEN, "ket-thuc": ClassState.CLOSED, "mo-lai": ClassState.OPEN}
"""What the buttons of a class say."""
DONE = {"mo": "Lớp đã mở: các chi bộ, cấp ủy đề nghị được người đi học.", "ket-thuc": "Đã kết thúc lớp.",
        "mo-lai": "Đã mở lại lớp."}  # fmt: skip


def the_class(request: HttpRequest, public_id: UUID, action: str = Action.VIEW) -> TrainingClass:
    """The class of the address, where the user has that right on it."""
    rows = TrainingClass.objects.visible_to(request.user, action, on=dates.today())
    rows = with_taken(rows).select_related("centre__organization", "organization__parent")
    found: TrainingClass = get_object_or_404(rows, public_id=public_id)
    return found


def runs(request: HttpRequest, training_class: TrainingClass) -> bool:
    """Whether the user holds this class."""
    rows = TrainingClass.objects.visible_to(request.user, Action.RUN_CLASS, on=dates.today())
    return rows.filter(pk=training_class.pk).exists()


def sent(request: HttpRequest) -> QueryDict | None:
    """What was sent, even where nothing was ticked."""
    return request.POST if request.method == "POST" else None


@require_safe
def class_list(request: HttpRequest) -> HttpResponse:
    """The plan of a year: who needs a class, which classes there are, what seats are left."""
    if not may(request.user, Action.VIEW, CLASS):
        raise PermissionDenied
    today = dates.today()
    asked = PlanYearForm(request.GET, today=today)
    year = asked.value_of("nam") or today.year
    rows = classes_of_year(request.user, year, today)
    need = need_by_base(request.user, rulebook(), today)
    seats: Counter[str] = Counter()
    for each in rows:
        if not each.is_closed:
            seats[each.kind] += each.left
    context = {
        "year": year,
        "years": years_of(request.user, today),
        "year_form": asked,
        "classes": rows,
        "need": need,
        "awareness": sum(row.awareness for row in need),
        "new_member": sum(row.new_member for row in need),
        "lapsing": sum(row.lapsing for row in need),
        "seats_awareness": seats[ClassKind.AWARENESS],
        "seats_new_member": seats[ClassKind.NEW_MEMBER],
        "sees_people": may(request.user, Action.VIEW, "pipeline.case"),
        "may_open": may(request.user, Action.RUN_CLASS, CLASS),
        "may_enrol": may(request.user, Action.ENROL, STUDENT),
    }
    return render(request, "pipeline/class_list.html", context)


@form_view
def class_new(request: HttpRequest) -> HttpResponse:
    """A new class, planned at first."""
    if not may(request.user, Action.RUN_CLASS, CLASS):
        raise PermissionDenied
    form = ClassForm(request.POST or None, user=request.user, organizers=organizers(request.user, dates.today()))
    made: list[TrainingClass] = []
    if carry_out(form, lambda asked: made.append(classes.open_class(form.unsaved))):
        messages.success(request, "Đã ghi lớp vào kế hoạch. Bấm “Mở lớp” khi nhận đề nghị.")
        return redirect("pipeline:class-detail", made[0].public_id)
    return render(request, "pipeline/class_form.html", {"form": form, "heading": "Thêm lớp vào kế hoạch"})


@form_view
def class_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Days, place, seats of a class."""
    training_class = the_class(request, public_id, Action.RUN_CLASS)
    form = ClassForm(request.POST or None, user=request.user, training_class=training_class)

    def change(asked: dict[str, Any]) -> None:
        classes.change_class(training_class, form.values, version=asked["version"] or 0)

    if carry_out(form, change):
        messages.success(request, "Đã lưu lớp.")
        return redirect("pipeline:class-detail", training_class.public_id)
    context = {"form": form, "heading": "Sửa lớp", "class": training_class}
    return render(request, "pipeline/class_form.html", context)


@require_safe
def class_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One class: what waits to be done, and everybody in it whom the user sees."""
    today = dates.today()
    training_class = the_class(request, public_id)
    rows = students(request.user, enrolled(request.user, training_class, today), today)
    inside = [row for row in rows if row.state == EnrolmentState.ACCEPTED]
    waiting = [row for row in rows if row.state == EnrolmentState.PROPOSED]
    is_run = runs(request, training_class)
    context = {
        "class": training_class,
        "is_run": is_run,
        "may_enrol": may(request.user, Action.ENROL, STUDENT) and training_class.state == ClassState.OPEN,
        "left": training_class.left,
        "inside": inside,
        "waiting": waiting,
        "gone": [row for row in rows if row not in inside and row not in waiting],
        "unmarked": sum(not row.result for row in inside),
        "uncertified": sum(row.awaits_certificate for row in inside),
        "certified": sum(bool(row.number) for row in inside),
        "missing": [row for row in inside if row.is_missing_in_file],
        "next": _next(training_class, inside, waiting, today) if is_run else "",
        "contacts": contacts_of([row.place for row in rows], today),
        "withdrawable": _withdrawable(request, rows) if not training_class.is_closed else set(),
    }
    return render(request, "pipeline/class_detail.html", context)


def _next(training_class: TrainingClass, inside: list[Student], waiting: list[Student], today: date) -> str:
    """What who holds the class does next."""
    if training_class.state != ClassState.OPEN:
        return training_class.state
    if waiting and training_class.left:
        return "accept"
    if any(not row.result for row in inside) and training_class.opens_on <= today:
        return "results"
    if any(row.awaits_certificate for row in inside):
        return "certificates"
    if inside and training_class.closes_on <= today:
        return "close"
    return "wait"


def _withdrawable(request: HttpRequest, rows: list[Student]) -> set[UUID]:
    """Those whom the user sent himself, or may call back."""
    found = {row.public_id for row in rows if row.state in (EnrolmentState.PROPOSED, EnrolmentState.ACCEPTED)}
    return {row.public_id for row in rows if row.public_id in found and not row.number and _is_own(request, row)}


def _is_own(request: HttpRequest, row: Student) -> bool:
    return reaches(request.user, Action.ENROL, STUDENT, row.cell_place)


@require_POST
def class_state(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Open a class, close it, open it again."""
    training_class = the_class(request, public_id, Action.RUN_CLASS)
    what, version = request.POST.get("viec", ""), request.POST.get("version", "")
    if what not in STATES:
        raise Http404
    try:
        classes.set_state(
            training_class, STATES[what], version=int(version) if version.isdigit() else 0, today=dates.today()
        )
    except RuleError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, DONE[what])
    return redirect("pipeline:class-detail", training_class.public_id)


@require_safe
def class_print(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The register as it goes on paper: who was accepted, attendance, result, certificate."""
    today = dates.today()
    training_class = the_class(request, public_id)
    rows = _register(request, training_class)
    audit.record(
        AuditEvent.Action.PRINT, training_class, label=f"Danh sách lớp {training_class}", changes={"rows": len(rows)},
        scope_path=training_class.organization.path,
    )  # fmt: skip
    context = {"class": training_class, "rows": rows, "today": today, "passed": sum(row.has_passed for row in rows)}
    return render(request, "pipeline/class_print.html", context)


@file_only
def class_export(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The register as a file."""
    training_class = the_class(request, public_id)
    rows = _register(request, training_class)
    title = f"Danh sách {training_class}"
    heads = ["STT", "Họ và tên", "Năm sinh", "Chi bộ", "Đảng bộ", "Điện thoại", "Số buổi có mặt", "Kết quả",
             "Số giấy chứng nhận", "Ngày cấp"]  # fmt: skip
    lines = [
        [number, row.name, row.birth_year, row.cell, row.base, row.phone, row.attended, row.result_label, row.number,
         row.certified_on]
        for number, row in enumerate(rows, 1)
    ]  # fmt: skip
    days = f"{format_date(training_class.opens_on)} – {format_date(training_class.closes_on)}"
    lead = [title, f"{training_class.organizer}, {days}"]
    table = Table(title, heads, lines, lead=lead, widths=[6, 28, 10, 32, 32, 16, 12, 14, 20, 12])
    return export(request, table, scope_path=training_class.organization.path)


def _register(request: HttpRequest, training_class: TrainingClass) -> list[Student]:
    today = dates.today()
    rows = enrolled(request.user, training_class, today).filter(state=EnrolmentState.ACCEPTED)
    return students(request.user, rows, today)

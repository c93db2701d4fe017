"""Attendance, results and certificates of a class; what the files did not take; corrections."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from cells.forms.recording import carry_out
from cells.roles import Action
from cells.scoping import reaches
from cells.services.errors import RuleError
from core import dates
from pipeline.forms.classes import CertificateCorrectionForm, CertificateForm, ResultsForm, RevocationForm
from pipeline.kinds import EnrolmentState
from pipeline.models import Enrolment, TrainingClass
from pipeline.queries.classes import Student, enrolled, next_number, students
from pipeline.services import certificates
from pipeline.services.certificates import Issued, Mark
from pipeline.views.classes import form_view, sent, the_class

CONFIRM = "ghi"
"""The button below the numbers as they will be."""


def _inside(request: HttpRequest, training_class: TrainingClass) -> list[Student]:
    today = dates.today()
    rows = enrolled(request.user, training_class, today).filter(state=EnrolmentState.ACCEPTED)
    return students(request.user, rows, today)


@form_view
def class_results(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Attendance and result of everybody, in one form."""
    training_class = the_class(request, public_id, Action.RUN_CLASS)
    people = _inside(request, training_class)
    form = ResultsForm(
        sent(request), students=people, sessions=training_class.sessions,
        initial={"version": training_class.version},
    )  # fmt: skip

    def record(asked: dict[str, Any]) -> None:
        marks = {key: Mark(attended, result) for key, attended, result in form.marks}
        size = certificates.record_results(training_class, marks, version=asked["version"], today=dates.today())
        messages.success(request, f"Đã ghi {size} người." if size else "Không có gì thay đổi.")

    if carry_out(form, record):
        return redirect("pipeline:class-detail", training_class.public_id)
    return render(request, "pipeline/class_results.html", {"class": training_class, "form": form, "people": people})


@form_view
def class_certificates(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Certificates in a batch: the numbers are shown first, and issued when that is confirmed."""
    training_class = the_class(request, public_id, Action.RUN_CLASS)
    people = [person for person in _inside(request, training_class) if person.awaits_certificate]
    on = min(training_class.closes_on, dates.today())
    first, suffix = next_number(training_class, on.year)
    form = CertificateForm(
        sent(request), offered=[person.public_id for person in people],
        initial={"on": on, "first": first, "suffix": suffix},
    )  # fmt: skip
    numbered: list[tuple[Student, str]] = []
    if request.method == "POST" and CONFIRM in request.POST:
        if carry_out(form, lambda asked: _issue(request, training_class, people, asked)):
            return redirect("pipeline:class-detail", training_class.public_id)
    elif form.is_valid():
        numbered = _numbered(people, form.cleaned_data)
    context = {
        "class": training_class,
        "form": form,
        "people": people,
        "ticked": form.ticked if form.is_bound else {str(person.public_id) for person in people},
        "numbered": numbered,
        "confirm": CONFIRM,
    }
    return render(request, "pipeline/class_certificates.html", context)


def _numbered(people: Sequence[Student], asked: dict[str, Any]) -> list[tuple[Student, str]]:
    chosen = [person for person in people if person.public_id in asked["chosen"]]
    return list(zip(chosen, certificates.numbers_from(asked["first"], asked["suffix"], len(chosen)), strict=True))


def _issue(
    request: HttpRequest, training_class: TrainingClass, people: Sequence[Student], asked: dict[str, Any]
) -> None:
    found = certificates.issue(
        training_class, [person.key for person in people if person.public_id in asked["chosen"]],
        first=asked["first"], suffix=asked["suffix"], on=asked["on"], today=dates.today(),
        version=asked["version"] or 0,
    )  # fmt: skip
    messages.success(request, f"Đã cấp {len(found.certified)} giấy chứng nhận.")
    _tell(request, found)


def _tell(request: HttpRequest, found: Issued) -> None:
    """Whose file did not take the certificate; the reason for who may see the file."""
    for row, why in found.not_entered:
        name, cell = row.case.candidate.full_name, row.case.organization
        sees = reaches(request.user, Action.VIEW, "pipeline.case", cell, dates.today())
        text = why if sees else f"hãy báo {cell} xem lại hồ sơ, rồi bấm “Ghi lại vào hồ sơ”."
        messages.warning(request, f"{name}: giấy đã cấp nhưng chưa vào được hồ sơ: {text}")


@require_POST
def class_enter(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Once more into the files what they did not take."""
    training_class = the_class(request, public_id, Action.RUN_CLASS)
    keys = [person.key for person in _inside(request, training_class) if person.is_missing_in_file]
    version = request.POST.get("version", "")
    try:
        found = certificates.enter_again(
            training_class, keys, version=int(version) if version.isdigit() else 0, today=dates.today()
        )
    except RuleError as refusal:
        messages.error(request, str(refusal))
    else:
        if found.certified:
            messages.success(request, f"Đã ghi {len(found.certified)} giấy chứng nhận vào hồ sơ.")
        _tell(request, found)
    return redirect("pipeline:class-detail", training_class.public_id)


@form_view
def enrolment_correct(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A certificate with a wrong number, day or result; or one that should not have been issued."""
    today = dates.today()
    rows = Enrolment.objects.visible_to(request.user, Action.RUN_CLASS, on=today).exclude(certificate_number="")
    enrolment = get_object_or_404(rows.select_related(*certificates.RELATED), public_id=public_id)
    revokes = request.method == "POST" and "bo-reason" in request.POST
    kept = {"version": enrolment.version}
    values = {"number": enrolment.certificate_number, "on": enrolment.certified_on, "result": enrolment.result}
    correction = CertificateCorrectionForm(
        None if revokes else request.POST or None, user=request.user, initial=values | kept
    )
    revocation = RevocationForm(request.POST if revokes else None, user=request.user, prefix="bo", initial=kept)

    def correct(asked: dict[str, Any]) -> None:
        certificates.correct_certificate(enrolment, today=today, **asked)

    def revoke(asked: dict[str, Any]) -> None:
        certificates.revoke_certificate(enrolment, today=today, **asked)

    if correction.is_bound and carry_out(correction, correct):
        messages.success(request, "Đã đính chính giấy chứng nhận.")
        return redirect("pipeline:class-detail", enrolment.training_class.public_id)
    if revokes and carry_out(revocation, revoke):
        messages.success(request, "Đã thu hồi giấy chứng nhận.")
        return redirect("pipeline:class-detail", enrolment.training_class.public_id)
    context = {
        "form": correction, "second": revocation, "class": enrolment.training_class,
        "person": enrolment.case.candidate, "cell": enrolment.case.organization,
        "heading": "Đính chính giấy chứng nhận",
    }  # fmt: skip
    return render(request, "pipeline/enrolment_form.html", context)

"""Who goes to a class: proposed from the files of the own units, accepted by who holds it, withdrawn."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cells.forms.recording import carry_out
from cells.queries.organizations import places_of
from cells.roles import Action
from cells.scoping import path_within
from core import dates
from pipeline.forms.classes import AcceptForm, ChosenForm, PlaceFilter, WithdrawForm
from pipeline.kinds import ClassState, EnrolmentState
from pipeline.models import Case, Enrolment, TrainingClass
from pipeline.queries.class_need import needs_now, people_of, with_details
from pipeline.queries.classes import enrolled, students
from pipeline.queries.rules import rulebook
from pipeline.services import enrolling
from pipeline.views.classes import form_view, sent, the_class

DECLINE = "khong-nhan"
"""The button that does not take people in."""


@form_view
def class_propose(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Who of the own units needs this class: tick and send."""
    training_class = the_class(request, public_id, Action.ENROL)
    today, book = dates.today(), rulebook()
    rows = Case.objects.visible_to(request.user, Action.ENROL, on=today)
    filtering = PlaceFilter(request.GET, user=request.user)
    if filtering.organization:
        rows = rows.filter(path_within("organization__path", filtering.organization.path))
    rows = with_details(needs_now(rows, training_class.kind, book, today), training_class.kind)
    cases = list(rows[: enrolling.MOST + 1])
    shown = cases[: enrolling.MOST]
    form = ChosenForm(sent(request), offered=[case.public_id for case in shown])
    if training_class.state == ClassState.OPEN and carry_out(
        form,
        lambda asked: _send(request, training_class, [case for case in shown if case.public_id in asked["chosen"]]),
    ):
        return redirect("pipeline:class-detail", training_class.public_id)
    context = {
        "class": training_class,
        "form": form,
        "filter": filtering,
        "people": people_of(shown, training_class.kind, book, today),
        "is_cut": len(cases) > len(shown),
        "all_ticked": "het" in request.GET.getlist("chon"),
        "left": training_class.left,
        "is_open": training_class.state == ClassState.OPEN,
    }
    return render(request, "pipeline/class_propose.html", context)


def _send(request: HttpRequest, training_class: TrainingClass, cases: list[Case]) -> None:
    today = dates.today()
    places = places_of(request.user, today)
    found = enrolling.propose(training_class, cases, by=places[0] if len(places) == 1 else None, today=today)
    if found.enrolled:
        messages.success(request, f"Đã đề nghị {len(found.enrolled)} người vào lớp.")
    for case, why in found.refused:
        messages.warning(request, f"{case.candidate.full_name}: {why}.")


@form_view
def class_accept(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Those who were proposed: taken into the class or not, many at once."""
    today = dates.today()
    training_class = the_class(request, public_id, Action.RUN_CLASS)
    rows = enrolled(request.user, training_class, today).filter(state=EnrolmentState.PROPOSED)
    people = students(request.user, rows.order_by("proposed_on", *rows.query.order_by), today)
    form = AcceptForm(sent(request), offered=[person.public_id for person in people])
    if carry_out(form, lambda asked: _decide(request, training_class, people, asked)):
        return redirect("pipeline:class-detail", training_class.public_id)
    left = training_class.left
    context = {
        "class": training_class,
        "form": form,
        "people": people,
        "left": left,
        "ticked": form.ticked if form.is_bound else {str(person.public_id) for person in people[:left]},
        "decline": DECLINE,
    }
    return render(request, "pipeline/class_accept.html", context)


def _decide(request: HttpRequest, training_class: TrainingClass, people: list[Any], asked: dict[str, Any]) -> None:
    keys = [person.key for person in people if person.public_id in asked["chosen"]]
    version = asked["version"] or 0
    if DECLINE in request.POST:
        size = enrolling.decline(training_class, keys, version=version, reason=asked["reason"])
        messages.success(request, f"Đã ghi không nhận {size} người.")
    else:
        size = enrolling.accept(training_class, keys, version=version)
        messages.success(request, f"Đã nhận {size} người vào lớp.")


@form_view
def enrolment_withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Somebody is no longer sent to the class."""
    today = dates.today()
    rows = Enrolment.objects.visible_to(request.user, Action.ENROL, on=today)
    rows = rows.select_related("case__candidate", "case__organization", "training_class__organization")
    enrolment = get_object_or_404(rows, public_id=public_id)
    form = WithdrawForm(request.POST or None, user=request.user, initial={"version": enrolment.version})

    def withdraw(asked: dict[str, Any]) -> None:
        enrolling.withdraw(enrolment, reason=asked["reason"], version=asked["version"])

    if carry_out(form, withdraw):
        messages.success(request, f"Đã rút {enrolment.case.candidate.full_name} khỏi lớp.")
        return redirect("pipeline:class-detail", enrolment.training_class.public_id)
    context = {
        "form": form, "class": enrolment.training_class, "person": enrolment.case.candidate,
        "heading": "Rút khỏi lớp", "cell": enrolment.case.organization,
    }  # fmt: skip
    return render(request, "pipeline/enrolment_form.html", context)

"""Decisions about organisations, each in two steps: filled in and shown with what it touches, then recorded."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html

from cells.forms import arranging as forms
from cells.forms.recording import RecordForm, carry_out
from cells.kinds import KINDS_BELOW
from cells.models import Organization
from cells.queries.changes import TRAIT_LABELS, Change, changes_of, last_row, places_of_change
from cells.queries.organizations import lines_of
from cells.rehearsal import Rehearsal, Scene, rehearse
from cells.roles import Action
from cells.scoping import reaches
from cells.services import arranging
from cells.services.arranging import ArrangedMeanwhileError, Decision, Outcome
from cells.services.arranging_undo import undo_change
from cells.views.recording import form_view
from core import dates
from core.dates import format_date

RECORD, CHANGE_AGAIN = "ghi", "sua"
"""Names of the two buttons below the preview."""

Service = Callable[[dict[str, Any]], Outcome]


def _arrangeable(request: HttpRequest, public_id: UUID, action: str = Action.ARRANGE) -> Organization:
    rows = Organization.objects.visible_to(request.user, action).filter(closed_on=None).select_related("parent")
    return get_object_or_404(rows, public_id=public_id)


def _decision(asked: dict[str, Any]) -> Decision:
    names = ("on", "document", "reason", "seen")
    return Decision(today=dates.today(), **{name: asked[name] for name in names if name in asked})


class _Steps:
    """One request of a form in two steps. `rehearsal` is there once the form can be shown with what it touches."""

    def __init__(
        self, request: HttpRequest, organization: Organization, form: RecordForm, service: Service,
        change: Change | None = None,
    ) -> None:  # fmt: skip
        self.request, self.organization, self.form, self.service = request, organization, form, service
        self.change = change  # what is to be taken back
        self.outcome: Outcome | None = None
        self.rehearsal: Rehearsal | None = None

    def take(self) -> bool:
        """Do what was pressed; whether the decision is recorded now."""
        if self.request.method != "POST" or CHANGE_AGAIN in self.request.POST:
            return False
        if RECORD in self.request.POST:
            return carry_out(self.form, self._record)
        carry_out(self.form, self._rehearse)
        return False

    def _record(self, asked: dict[str, Any]) -> None:
        self.outcome = self._asked_of_service(asked)

    def _rehearse(self, asked: dict[str, Any]) -> None:
        if self.change:
            on, places = self.change.on, places_of_change(self.change.batch)
        else:
            on, places = asked["on"], [value for value in asked.values() if isinstance(value, Organization)]
        visible = Organization.objects.visible_to(self.request.user)
        units = tuple(lines_of([self.organization, *places], visible))
        scene = Scene(self.request.user, units, on, dates.today())
        self.rehearsal = rehearse(scene, lambda: self._asked_of_service(asked))

    def _asked_of_service(self, asked: dict[str, Any]) -> Outcome:
        try:
            return self.service(asked)
        except ArrangedMeanwhileError:
            # What the refusal tells has been seen once the form is sent again.
            self.form.data = self.form.data.copy()
            self.form.data["seen"] = last_row(self.organization)
            raise

    def page(self, act: str, heading: str) -> HttpResponse:
        context = {"organization": self.organization, "form": self.form, "act": act, "heading": heading}
        context |= {"rehearsal": self.rehearsal, "RECORD": RECORD, "CHANGE_AGAIN": CHANGE_AGAIN}
        return render(self.request, "cells/arrange_form.html", context | {"change": self.change})


def _done(request: HttpRequest, outcome: Outcome, text: str) -> HttpResponse:
    """To the organisation, with what happened and how it is taken back."""
    unit = outcome.organization
    back = reverse("cells:organization-undo", args=[unit.public_id, outcome.batch])
    along = f" {_went_along(outcome)}" if outcome.members or outcome.units else ""
    messages.success(request, format_html('{}{} Ghi nhầm thì <a href="{}">bỏ thay đổi này</a>.', text, along, back))
    for note in outcome.notes:
        messages.info(request, note)
    return redirect("cells:organization-detail", unit.public_id)


def _went_along(outcome: Outcome) -> str:
    told = []
    if outcome.members and outcome.receiver:
        told.append(f"{len(outcome.members)} đảng viên chuyển về {outcome.receiver.name}.")
    if outcome.units:
        told.append(f"{len(outcome.units)} tổ chức trực thuộc chuyển theo.")
    return " ".join(told)


@form_view
def organization_found(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A new unit below an organisation."""
    parent = _arrangeable(request, public_id, Action.PLACE)
    if not KINDS_BELOW[parent.kind]:
        raise Http404
    form = forms.FoundForm(request.POST or None, user=request.user, organization=parent)

    def found(asked: dict[str, Any]) -> Outcome:
        return arranging.found(parent, _decision(asked), **_only(asked, "code", "name", "kind", *TRAIT_LABELS))

    steps = _Steps(request, parent, form, found)
    if steps.take():
        return _done(request, steps.outcome, f"Đã lập {steps.outcome.organization.name}, trực thuộc {parent.name}.")
    return steps.page("found", "Lập tổ chức trực thuộc")


@form_view
def organization_change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Name, kind and traits."""
    unit = _arrangeable(request, public_id)
    now = unit.versions.in_force().on(dates.today()).first()
    form = forms.ChangeForm(request.POST or None, user=request.user, organization=unit, now=now)

    def change(asked: dict[str, Any]) -> Outcome:
        # What was left as it is now may have been otherwise on that day: only what was changed is meant.
        names = [name for name in ("name", "kind", *TRAIT_LABELS) if name in form.changed_data]
        return arranging.change(unit, _decision(asked), **_only(asked, *names))

    steps = _Steps(request, unit, form, change)
    if steps.take():
        return _done(request, steps.outcome, f"Đã ghi thay đổi của {unit.name} từ ngày {_day(form)}.")
    return steps.page("change", "Đổi tên, loại hình, đặc điểm")


@form_view
def organization_move(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Under another parent."""
    unit = _arrangeable(request, public_id)
    form = forms.MoveForm(request.POST or None, user=request.user, organization=unit)

    def move(asked: dict[str, Any]) -> Outcome:
        kind = asked["kind"] if "kind" in form.changed_data else ""
        return arranging.move(unit, _decision(asked), parent=asked["parent"], kind=kind)

    steps = _Steps(request, unit, form, move)
    if steps.take():
        parent = form.cleaned_data["parent"]
        return _done(request, steps.outcome, f"Đã chuyển {unit.name} về {parent.name} từ ngày {_day(form)}.")
    return steps.page("move", "Chuyển cấp trên")


@form_view
def organization_merge(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Into another unit; members move along."""
    unit = _arrangeable(request, public_id)
    form = forms.MergeForm(request.POST or None, user=request.user, organization=unit)

    def merge(asked: dict[str, Any]) -> Outcome:
        return arranging.merge(unit, _decision(asked), **_only(asked, "successor", "receiver"))

    steps = _Steps(request, unit, form, merge)
    if steps.take():
        heir = form.cleaned_data["successor"]
        return _done(request, steps.outcome, f"Đã ghi sáp nhập {unit.name} vào {heir.name} từ ngày {_day(form)}.")
    return steps.page("merge", "Sáp nhập")


@form_view
def organization_dissolve(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Without a successor."""
    unit = _arrangeable(request, public_id)
    form = forms.DissolveForm(request.POST or None, user=request.user, organization=unit)

    def dissolve(asked: dict[str, Any]) -> Outcome:
        return arranging.dissolve(unit, _decision(asked), **_only(asked, "receiver"))

    steps = _Steps(request, unit, form, dissolve)
    if steps.take():
        return _done(request, steps.outcome, f"Đã ghi giải thể {unit.name} từ ngày {_day(form)}.")
    return steps.page("dissolve", "Giải thể")


@form_view
def organization_undo(request: HttpRequest, public_id: UUID, batch: UUID) -> HttpResponse:
    """One decision is taken back, with all that went along."""
    rows = Organization.objects.visible_to(request.user, Action.ARRANGE).select_related("parent")
    unit = get_object_or_404(rows, public_id=public_id)
    change = _change(changes_of(unit, request.user), unit, batch)
    form = forms.UndoForm(request.POST or None, user=request.user)

    def undo(asked: dict[str, Any]) -> Outcome:
        return undo_change(
            unit, batch, reason=asked["reason"], today=dates.today(),
            may_touch=lambda each: reaches(request.user, Action.PLACE, "cells.organization", each),
        )  # fmt: skip

    steps = _Steps(request, unit, form, undo, change)
    if steps.take():
        messages.success(request, f"Đã bỏ thay đổi của {unit.name}; mọi việc trở lại như trước thay đổi đó.")
        left = Organization.objects.visible_to(request.user)
        shown = left.filter(pk=unit.pk).first() or left.filter(pk=unit.parent_id).first()
        return redirect("cells:organization-detail", shown.public_id) if shown else redirect("home")
    return steps.page("undo", "Bỏ thay đổi")


def _change(changes: Iterable[Change], unit: Organization, batch: UUID) -> Change:
    found = next((change for change in changes if change.batch == batch and change.organization == unit), None)
    if found is None:
        raise Http404
    return found


def _only(asked: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: asked[name] for name in names}


def _day(form: RecordForm) -> str:
    return format_date(form.cleaned_data["on"])

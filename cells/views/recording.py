"""The forms that record something about members. Each asks the service, and shows its refusal beside the fields."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from cells.forms.members import MASKED, NewMemberForm, PersonalDataForm, RecognitionForm, stored_values
from cells.forms.movements import CorrectionForm, EndStateForm, MovementForm, ReversalForm, StateForm, TransferForm
from cells.forms.recording import carry_out
from cells.kinds import INCREASES, MovementKind
from cells.models import Member, MemberState, Movement
from cells.personal import TOO_YOUNG, joined_too_young
from cells.queries.probationers import ceremony_day
from cells.queries.roll import partner_of
from cells.roles import Action
from cells.scoping import may, reaches
from cells.services import members, roll, states
from core import dates

SLUGS = {
    MovementKind.ADMITTED: "ket-nap",
    MovementKind.TRANSFERRED_IN: "chuyen-den",
    MovementKind.REINSTATED: "phuc-hoi",
    MovementKind.TRANSFERRED_OUT: "chuyen-di",
    MovementKind.DIED: "tu-tran",
    MovementKind.EXPELLED: "khai-tru",
    MovementKind.STRUCK_OFF: "xoa-ten",
    MovementKind.RESIGNED: "xin-ra",
}
KINDS = {slug: kind for kind, slug in SLUGS.items()}
"""What the address says of a movement's kind."""

form_view = require_http_methods(["GET", "HEAD", "POST"])


def _recordable(request: HttpRequest, public_id: UUID) -> Member:
    rows = Member.objects.visible_to(request.user, Action.RECORD).select_related("organization")
    return get_object_or_404(rows, public_id=public_id)


def _page(request: HttpRequest, form: Any, member: Member | None, heading: str, **more: Any) -> HttpResponse:
    context = {"form": form, "member": member, "heading": heading} | more
    return render(request, "cells/record_form.html", context)


def _done(request: HttpRequest, member: Member, text: str, recorded: Iterable[Movement] = ()) -> HttpResponse:
    """Back to the person, or to the list where the change took him out of one's sight; with what is odd about it."""
    messages.success(request, text)
    for movement in recorded:
        for odd in movement.doubts:
            messages.warning(request, odd)
    if Member.objects.visible_to(request.user).filter(pk=member.pk).exists():
        return redirect("cells:member-detail", member.public_id)
    messages.info(request, f"{member.full_name} nay thuộc danh sách của nơi khác, ngoài phạm vi của bạn.")
    return redirect("cells:member-list")


# --- somebody new, and personal data ------------------------------------------------------------------------------
@form_view
def member_new(request: HttpRequest, how: str) -> HttpResponse:
    """Somebody new by an admission (`ket-nap`) or an arrival from outside (`chuyen-den`)."""
    kind = KINDS.get(how)
    if kind not in (MovementKind.ADMITTED, MovementKind.TRANSFERRED_IN):
        raise Http404
    if not may(request.user, Action.RECORD, "cells.member"):
        raise PermissionDenied
    today = dates.today()
    form = NewMemberForm(
        request.POST or None, user=request.user, today=today, kind=kind, code=request.GET.get("to-chuc", "")
    )
    recorded: list[Movement] = []

    def enter(asked: dict[str, Any]) -> None:
        facts = {name: asked.get(name) for name in ("organization", "effective_on", "held_on")}
        facts |= {"kind": kind, "document": asked["document"], "today": today}
        if form.returning:
            recorded.append(roll.record_movement(form.returning, joined_on=asked.get("joined_on"), **facts))
        else:
            member = Member(code=asked["code"], **form.personal)
            recorded.append(members.enter_member(member, identity_number=form.number or "", **facts))

    if carry_out(form, enter):
        member = recorded[0].member
        if joined_too_young(member.born_on, member.joined_on):
            messages.warning(request, TOO_YOUNG)
        if form.returning:
            messages.info(request, "Người này đã có trong hệ thống; thông tin cá nhân giữ như đã lưu.")
        done = "Đã ghi kết nạp" if kind == MovementKind.ADMITTED else "Đã ghi chuyển đến"
        return _done(request, member, f"{done}: {member.full_name}.", recorded)
    heading = "Kết nạp đảng viên mới" if kind == MovementKind.ADMITTED else "Tiếp nhận đảng viên chuyển đến"
    return _page(request, form, None, heading, note="new-" + how, known=getattr(form, "known", None))


@form_view
def member_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Personal data. Whoever is slower than a colleague sees what differs before it is overwritten."""
    member = _recordable(request, public_id)
    today = dates.today()
    options = {
        "user": request.user,
        "today": today,
        "member": member,
        "on_any_roll": member.movements.in_force().exists(),
    }
    form = PersonalDataForm(request.POST or None, **options)
    differing: list[tuple[str, Any, Any]] = []

    def change(asked: dict[str, Any]) -> None:
        try:
            members.change_personal_data(
                member,
                version=asked["version"],
                today=today,
                values=form.personal,
                code=asked["code"],
                identity_number=form.number,
            )
        except members.ChangedMeanwhile:
            differing.extend(_differing(form, member))
            form.data = form.data.copy()
            form.data["version"] = member.version
            raise

    if carry_out(form, change):
        if joined_too_young(member.born_on, member.joined_on):
            messages.warning(request, TOO_YOUNG)
        return _done(request, member, "Đã lưu thông tin.")
    return _page(request, form, member, "Sửa thông tin đảng viên", note="edit", differing=differing)


def _differing(form: PersonalDataForm, member: Member) -> list[tuple[str, Any, Any]]:
    """(label, what is stored, what was entered) for the fields that differ."""
    stored = stored_values(member)
    found = []
    for name, field in form.fields.items():
        entered = form.cleaned_data.get(name)
        if name in MASKED:
            continue  # what is stored is not shown; what was entered stands in the form
        now = stored[name]
        if name == "born":
            entered = str(entered) if entered else ""
        if name != "version" and (entered or "") != (now or ""):
            words = dict(getattr(field, "choices", ()))
            found.append((field.label, words.get(now, now), words.get(entered, entered)))
    return found


@form_view
def member_recognise(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Recognition of a probationer as official member."""
    member = _recordable(request, public_id)
    today = dates.today()
    ceremony_on = ceremony_day(member)
    form = RecognitionForm(request.POST or None, user=request.user, member=member, ceremony_on=ceremony_on)

    def recognise(asked: dict[str, Any]) -> None:
        members.recognise(
            member, official_on=asked["official_on"], document=asked["document"], version=asked["version"], today=today
        )

    if carry_out(form, recognise):
        return _done(request, member, f"Đã ghi công nhận chính thức: {member.full_name}.")
    return _page(request, form, member, "Công nhận đảng viên chính thức", note="recognise", ceremony_on=ceremony_on)


# --- movements ----------------------------------------------------------------------------------------------------
@form_view
def member_move(request: HttpRequest, public_id: UUID, what: str) -> HttpResponse:
    """One movement of the kind that the address names."""
    if what not in KINDS:
        raise Http404
    kind = KINDS[what]
    member = _recordable(request, public_id)
    today = dates.today()
    form = MovementForm(request.POST or None, user=request.user, member=member, kind=kind)

    recorded: list[Movement] = []

    def record(asked: dict[str, Any]) -> None:
        movement = roll.record_movement(
            member, kind=kind, organization=asked.get("organization") or member.organization, today=today,
            effective_on=asked["effective_on"], held_on=asked.get("held_on"), document=asked["document"],
            joined_on=asked.get("joined_on"),
        )  # fmt: skip
        recorded.append(movement)

    if carry_out(form, record):
        return _done(request, member, f"Đã ghi {kind.label}: {member.full_name}.", recorded)
    heading = f"Ghi {kind.label}" if kind not in INCREASES else f"Ghi {kind.label} vào danh sách"
    return _page(request, form, member, heading, note=what)


@form_view
def member_transfer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """From one cell of the tree to another, both sides in one step; ends on the receipt."""
    member = _recordable(request, public_id)
    today = dates.today()
    form = TransferForm(request.POST or None, user=request.user)
    recorded: list[Movement] = []

    def move(asked: dict[str, Any]) -> None:
        recorded.extend(roll.transfer(member, today=today, **asked))

    if carry_out(form, move):
        messages.success(request, f"Đã chuyển {member.full_name} đến {recorded[1].organization}.")
        return redirect("cells:transfer-receipt", recorded[0].public_id)
    return _page(request, form, member, "Chuyển sinh hoạt đảng", note="transfer")


@form_view
def movement_correct(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A movement entered wrongly: put the right one in its place, or take it back."""
    rows = Movement.objects.visible_to(request.user, Action.RECORD).select_related(
        "member__organization", "organization"
    )
    movement = get_object_or_404(rows, public_id=public_id)
    member, today = movement.member, dates.today()
    partner = partner_of(movement) if movement.counterpart_id and movement.in_force else None
    both = partner is not None and reaches(request.user, Action.RECORD, "cells.movement", partner.organization)
    takes_back = request.method == "POST" and "bo-reason" in request.POST
    submit = "Bỏ cả hai vế của lần chuyển" if both else "Bỏ biến động này"
    reversal = ReversalForm(request.POST if takes_back else None, user=request.user, submit=submit)
    correction = CorrectionForm(
        None if takes_back or request.method != "POST" else request.POST, user=request.user, movement=movement
    )

    def reverse(asked: dict[str, Any]) -> None:
        roll.reverse_movement(movement, reason=asked["reason"], today=today, with_partner=both)

    recorded: list[Movement] = []

    def correct(asked: dict[str, Any]) -> None:
        recorded.append(roll.correct_movement(movement, today=today, **asked))

    if takes_back and carry_out(reversal, reverse):
        return _done(request, member, f"Đã bỏ “{movement}”. Lần ghi sai vẫn lưu trong phần đã đính chính.")
    if correction.is_bound and carry_out(correction, correct):
        return _done(request, member, f"Đã đính chính “{movement}”.", recorded)
    context = {
        "movement": movement, "member": member, "correction": correction, "reversal": reversal, "partner": partner,
        "both": both, "sees_member": reaches(request.user, Action.VIEW, "cells.member", member.organization),
    }  # fmt: skip
    return render(request, "cells/movement_correct.html", context)


# --- states -------------------------------------------------------------------------------------------------------
@form_view
def member_state(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A state begins: exempt, temporarily away, suspended."""
    member = _recordable(request, public_id)
    form = StateForm(request.POST or None, user=request.user)

    def record(asked: dict[str, Any]) -> None:
        names = ("kind", "valid_from", "valid_until", "organization", "document")
        states.record_state(member, today=dates.today(), **{name: asked[name] for name in names})

    if carry_out(form, record):
        return _done(request, member, "Đã ghi trạng thái.")
    return _page(request, form, member, "Ghi trạng thái", note="state")


@form_view
def state_end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A state ends on a day."""
    state = _state(request, public_id)
    form = EndStateForm(request.POST or None, user=request.user, today=dates.today())

    def end(asked: dict[str, Any]) -> None:
        states.end_state(state, on=asked["on"], today=dates.today())

    if carry_out(form, end):
        return _done(request, state.member, "Đã ghi kết thúc trạng thái.")
    return _page(request, form, state.member, "Kết thúc trạng thái", state=state)


@form_view
def state_reverse(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A state entered by mistake is taken back."""
    state = _state(request, public_id)
    form = ReversalForm(request.POST or None, user=request.user, submit="Bỏ trạng thái này")

    def reverse(asked: dict[str, Any]) -> None:
        states.reverse_state(state, reason=asked["reason"])

    if carry_out(form, reverse):
        return _done(request, state.member, "Đã bỏ trạng thái ghi nhầm.")
    return _page(request, form, state.member, "Bỏ trạng thái ghi nhầm", state=state)


def _state(request: HttpRequest, public_id: UUID) -> MemberState:
    rows = MemberState.objects.visible_to(request.user, Action.RECORD).select_related("member__organization")
    return get_object_or_404(rows.filter(in_force=True), public_id=public_id)

"""One member: who he is, where he is now, what happened; the receipt of a transfer."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cells.keeping import files_of
from cells.kinds import MovementKind, OrganizationKind
from cells.models import Member, Movement, Organization
from cells.probation import forgotten_since, probation_ends
from cells.queries.life import Life, life_of, sides_of_transfer
from cells.queries.organizations import units_above
from cells.queries.probationers import ceremony_day
from cells.queries.trail import history_of
from cells.roles import Action
from cells.scoping import reaches
from cells.views.recording import SLUGS
from core import audit, dates
from core.field_classes import typed_masked_fields
from core.models import AuditEvent

SOON_DAYS = 60
HISTORY = 30
"""Entries of the trail shown with a person."""

LEAVES = (MovementKind.TRANSFERRED_OUT, MovementKind.DIED, MovementKind.EXPELLED, MovementKind.STRUCK_OFF,
          MovementKind.RESIGNED)  # fmt: skip
RETURNS = {
    MovementKind.TRANSFERRED_OUT: (MovementKind.TRANSFERRED_IN,),
    MovementKind.EXPELLED: (MovementKind.REINSTATED, MovementKind.ADMITTED),
    MovementKind.STRUCK_OFF: (MovementKind.REINSTATED, MovementKind.ADMITTED),
    MovementKind.RESIGNED: (MovementKind.REINSTATED, MovementKind.ADMITTED),
    MovementKind.DIED: (),
    None: (MovementKind.TRANSFERRED_IN, MovementKind.ADMITTED),
}
"""After what the last movement was: how one comes back. None: nothing has been entered yet."""
BUTTONS = {
    MovementKind.ADMITTED: "Kết nạp lại",
    MovementKind.TRANSFERRED_IN: "Chuyển đến",
    MovementKind.REINSTATED: "Phục hồi đảng tịch",
    MovementKind.TRANSFERRED_OUT: "Chuyển đi",
    MovementKind.DIED: "Từ trần",
    MovementKind.EXPELLED: "Khai trừ",
    MovementKind.STRUCK_OFF: "Xóa tên",
    MovementKind.RESIGNED: "Xin ra",
}


@require_safe
def member_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A member of one's reach; whoever has moved away is not found."""
    rows = Member.objects.visible_to(request.user).select_related("organization")
    member = get_object_or_404(rows, public_id=public_id)
    today = dates.today()
    life = life_of(member, request.user, today)
    above = units_above(member.organization)
    may_record = reaches(request.user, Action.RECORD, "cells.member", member.organization)
    masked = [
        (Member._meta.get_field(name).verbose_name, bool(getattr(member, name))) for name in typed_masked_fields(Member)
    ]
    files = files_of(member, request.user)
    context = {
        "member": member,
        "life": life,
        "files": files,
        "open_file": next((file for file in files if file.is_open), None),
        "history": history_of(member, HISTORY),
        "age": _age(member.born_on, today),
        "above": above,
        "ask": whom_to_ask(member.organization, above),
        "sees_place": reaches(request.user, Action.VIEW, "cells.organization", member.organization),
        "may_record": may_record,
        "masked": masked,
        "may_reveal": any(is_filled for _, is_filled in masked)
        and reaches(request.user, Action.REVEAL, "cells.member", member.organization),
        "probation": _probation(member, today),
        "movements": [(BUTTONS[kind], SLUGS[kind]) for kind in _possible(member, life)] if may_record else [],
    }
    return render(request, "cells/member_detail.html", context)


def whom_to_ask(organization: Organization, above: list[Organization]) -> str:
    """Who records for *organization*: its base committee, above that the Board."""
    base = next((unit for unit in above if unit.kind == OrganizationKind.BASE_COMMITTEE), None)
    return f"cấp ủy {base}" if base else "Ban Tổ chức của cấp ủy cấp trên"


def _possible(member: Member, life: Life) -> tuple[str, ...]:
    """The kinds of movement that can follow."""
    if member.on_roll:
        return LEAVES
    return RETURNS[MovementKind(life.last.kind) if life.last else None]


def _age(born_on: date | None, today: date) -> int | None:
    if born_on is None:
        return None
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))


def _probation(member: Member, today: date) -> dict[str, Any] | None:
    """For a probationer on the roll: when the twelve months end."""
    if not member.on_roll or member.official_on or not member.joined_on:
        return None
    ceremony_on = ceremony_day(member)
    ends = probation_ends(ceremony_on)
    return {
        "ends": ends,
        "is_over": ends <= today,
        "is_near": (ends - today).days <= SOON_DAYS,
        "is_forgotten": ceremony_on <= forgotten_since(today),
    }


@require_safe
def transfer_receipt(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Both sides of a transfer inside the tree on one sheet, for whoever may see either; named by either."""
    out, arrival = sides_of_transfer(public_id)
    sides = [side for side in (out, arrival) if side]
    if not Movement.objects.visible_to(request.user).filter(pk__in=[side.pk for side in sides]).exists():
        raise Http404
    member = sides[0].member
    audit.record(
        AuditEvent.Action.PRINT, sides[0], label=f"Phiếu chuyển {member}", scope_path=sides[0].organization.path
    )
    return render(
        request,
        "cells/transfer_receipt.html",
        {
            "member": member,
            "out": out,
            "arrival": arrival,
            "document": next((side.document for side in sides if side.document), ""),
            "is_valid": len(sides) == 2,
            "sees_member": reaches(request.user, Action.VIEW, "cells.member", member.organization),
        },
    )

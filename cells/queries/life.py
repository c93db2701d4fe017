"""One member's life in the Party as its reader may see it: movements, states, recognition, and what was corrected."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from cells.kinds import MovementKind as Kind
from cells.models import Member, MemberState, Movement
from cells.queries.roll import partner_of
from cells.roles import Action
from cells.scoping import reaches
from core.dates import day_before, format_date
from core.models import AuditEvent, User

WORDS = {
    Kind.ADMITTED: "Kết nạp tại {place}",
    Kind.TRANSFERRED_IN: "Chuyển đến {place}",
    Kind.REINSTATED: "Được phục hồi đảng tịch tại {place}",
    Kind.TRANSFERRED_OUT: "Chuyển đi khỏi {place}",
    Kind.DIED: "Từ trần",
    Kind.EXPELLED: "Bị khai trừ khỏi Đảng",
    Kind.STRUCK_OFF: "Bị xóa tên trong danh sách đảng viên",
    Kind.RESIGNED: "Xin ra khỏi Đảng",
}


@dataclass(frozen=True)
class Entry:
    """One thing that happened, in plain words."""

    day: date
    title: str
    notes: list[str] = field(default_factory=list)
    document: str = ""
    who: str = ""
    when: datetime | None = None
    tone: str = ""
    """`in` on the roll, `out` of it, `state` beside it, `official`."""
    movement: UUID | None = None
    """To be corrected by the reader."""
    is_implied: bool = False
    """An admission taken from Ngày vào Đảng: corrected with that day."""
    receipt: UUID | None = None
    state: UUID | None = None
    """To be ended or taken back by the reader."""
    has_ended: bool = False
    withdrawn: "Withdrawal | None" = None


@dataclass(frozen=True)
class Withdrawal:
    """Why an entry counts no more."""

    reason: str
    who: str
    when: datetime


@dataclass(frozen=True)
class Life:
    """What happened, by day, and what was entered by mistake and corrected since."""

    entries: list[Entry]
    corrected: list[Entry]
    begins_elsewhere: bool
    """Whether what came before is kept by an organisation out of the reader's sight."""
    present_states: list[MemberState]
    last: Movement | None
    """The last movement in force that the reader may see."""


def life_of(member: Member, user: Any, today: date) -> Life:
    """The life of *member*, whom *user* may see: movements follow their own organisation, so some may be hidden."""
    movements = list(
        Movement.objects.visible_to(user)
        .filter(member=member)
        .select_related("organization", "counterpart", "recorded_by")
        .order_by("effective_on", "id")
    )
    states = list(
        MemberState.objects.visible_to(user)
        .filter(member=member)
        .select_related("organization", "recorded_by")
        .order_by("valid_from", "id")
    )
    withdrawn = _withdrawals(member, movements) | _withdrawals(member, states)
    in_force = _in_order_of_the_roll([movement for movement in movements if movement.in_force])
    shown = [
        *(_movement_entry(movement, member, user) for movement in in_force),
        *(_state_entry(state, member, user, today) for state in states if state.in_force),
        *_recognition(member),
    ]
    corrected = [
        *(replace(_movement_entry(m, member, user), withdrawn=withdrawn[m]) for m in movements if m in withdrawn),
        *(replace(_state_entry(s, member, user, today), withdrawn=withdrawn[s]) for s in states if s in withdrawn),
    ]
    first = in_force[0] if in_force else None
    return Life(
        entries=sorted(shown, key=lambda entry: entry.day),
        corrected=sorted(corrected, key=lambda entry: entry.day),
        begins_elsewhere=bool(first and first.counterpart and first.kind == Kind.TRANSFERRED_IN),
        present_states=[state for state in states if state.in_force and _holds(state, today)],
        last=in_force[-1] if in_force else None,
    )


def _in_order_of_the_roll(movements: list[Movement]) -> list[Movement]:
    """Movements by day; out of one cell before into the next, where both are on one day."""
    ordered = sorted(movements, key=lambda movement: movement.effective_on)
    for place in range(len(ordered) - 1):
        first, second = ordered[place], ordered[place + 1]
        if first.effective_on == second.effective_on and second.pair_id == first.pk:
            ordered[place], ordered[place + 1] = second, first
    return ordered


Entered = Movement | MemberState


def _withdrawals(member: Member, facts: Sequence[Entered]) -> dict[Entered, "Withdrawal"]:
    """What of *facts* was entered wrongly, and what its correction says; a mere reversal is none itself.

    Asked among the member's own rows: by `corrects`, nearly always empty, SQLite would read the whole table.
    """
    wrong = {fact.pk: fact for fact in facts if not fact.in_force}
    if not wrong:
        return {}
    rows = type(facts[0]).objects.filter(member=member).exclude(corrects=None).select_related("recorded_by")
    return {
        wrong[row.corrects_id]: Withdrawal(row.reason, _named(row.recorded_by), row.recorded_at)
        for row in rows
        if row.corrects_id in wrong
    }


def _holds(state: MemberState, day: date) -> bool:
    return state.valid_from <= day and (state.valid_until is None or day < state.valid_until)


def _named(user: User | None) -> str:
    return str(user) if user else "hệ thống"


def _movement_entry(movement: Movement, member: Member, user: Any) -> Entry:
    may_correct = movement.in_force and reaches(user, Action.RECORD, "cells.movement", movement.organization)
    title = WORDS[Kind(movement.kind)].format(place=movement.organization)
    if movement.kind == Kind.ADMITTED and member.joined_on and member.joined_on < movement.effective_on:
        title = title.replace("Kết nạp", "Kết nạp lại", 1)
    return Entry(
        day=movement.effective_on,
        title=title,
        notes=list(_movement_notes(movement)),
        document=movement.document,
        who=_named(movement.recorded_by),
        when=movement.recorded_at,
        tone="in" if movement.sign > 0 else "out",
        movement=movement.public_id if may_correct else None,
        is_implied=movement.is_implied,
        receipt=movement.public_id if movement.in_force and movement.counterpart_id else None,
    )


def _movement_notes(movement: Movement) -> Iterator[str]:
    if movement.held_on:
        yield f"lễ kết nạp ngày {format_date(movement.held_on)}"
    if movement.is_implied:
        yield "lấy từ Ngày vào Đảng trong danh sách đảng viên"
    if movement.kind == Kind.TRANSFERRED_IN:
        yield f"từ {movement.counterpart}" if movement.counterpart else "từ ngoài đảng bộ"
    if movement.kind == Kind.TRANSFERRED_OUT:
        yield f"đến {movement.counterpart}" if movement.counterpart else "ra ngoài đảng bộ, hoặc nơi đến chưa ghi"


def _state_entry(state: MemberState, member: Member, user: Any, today: date) -> Entry:
    may_change = state.in_force and reaches(user, Action.RECORD, "cells.memberstate", member.organization)
    until = f"đến hết ngày {format_date(day_before(state.valid_until))}" if state.valid_until else "đến nay"
    notes = [until, *([f"tại {state.organization}"] if state.organization else [])]
    title = state.get_kind_display()
    return Entry(
        day=state.valid_from,
        title=title[0].upper() + title[1:],
        notes=notes,
        document=state.document,
        who=_named(state.recorded_by),
        when=state.recorded_at,
        tone="state",
        state=state.public_id if may_change else None,
        has_ended=state.valid_until is not None and state.valid_until <= today,
    )


def _recognition(member: Member) -> Iterator[Entry]:
    """Ngày chính thức is kept with the member; the paper and the hand that entered it stand in the trail."""
    if member.official_on is None:
        return
    about = AuditEvent.objects.filter(
        model="cells.member", object_id=str(member.public_id), changes__has_key="official_on"
    ).order_by("-at", "-id")
    day = member.official_on.isoformat()
    entered = next((event for event in about if _sets_official(event.changes, day)), None)
    yield Entry(
        day=member.official_on,
        title="Công nhận đảng viên chính thức",
        document=entered.changes.get("document", "") if entered else "",
        who=_named(User.objects.filter(username=entered.actor).first()) if entered else "",
        when=entered.at if entered else None,
        tone="official",
    )


def _sets_official(changes: dict[str, Any], day: str) -> bool:
    value = changes.get("official_on")
    return value == day or (isinstance(value, list) and value[-1] == day)


def sides_of_transfer(public_id: UUID) -> tuple[Movement | None, Movement | None]:
    """(departure, arrival) of the transfer that has *public_id* on either side; one alone where it counts no more."""
    kinds = (Kind.TRANSFERRED_OUT, Kind.TRANSFERRED_IN)
    named = Movement.objects.filter(public_id=public_id, kind__in=kinds).select_related("member__organization").first()
    if named is None:
        return None, None
    rows = Movement.objects.filter(member=named.member_id).select_related("organization__parent", "recorded_by")
    own = {row.pk: row for row in rows}
    for row in own.values():
        row.member = named.member
    partner = partner_of(named)
    sides = [own[named.pk], *([own[partner.pk]] if partner else [])]
    by_kind = {side.kind: side for side in sides}
    return by_kind.get(Kind.TRANSFERRED_OUT), by_kind.get(Kind.TRANSFERRED_IN)

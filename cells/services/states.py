"""Dated states of members: they change who counts at a vote, never the roll."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from cells.kinds import StateKind
from cells.models import Member, MemberState, Organization
from cells.queries.organizations import paths_of
from cells.services.errors import RuleError
from cells.services.locks import refuse_locked_days
from core import audit
from core.bulk import insert_rows, rows_by_key
from core.dates import format_date, overlaps
from core.models import AuditEvent


@transaction.atomic
def record_state(
    member: Member,
    *,
    kind: str,
    valid_from: date,
    today: date,
    valid_until: date | None = None,
    organization: Organization | None = None,
    document: str = "",
    reason: str = "",
) -> MemberState:
    """Enter a state of *member* for `[valid_from, valid_until)`.

    Raises RuleError for somebody who has left the roll, a day to come, and where one of its kind overlaps.
    """
    _lock(member)
    if not member.on_roll:
        raise RuleError(f"{member.full_name} không còn trong danh sách. Hãy kiểm tra lại quá trình của đảng viên.")
    if valid_from > today:
        raise RuleError("Ngày bắt đầu còn ở phía trước. Hãy chỉ nhập việc đã xảy ra.")
    refuse_locked_days([(member.organization_id, valid_from)])
    state = MemberState(
        member=member, kind=StateKind(kind), valid_from=valid_from, valid_until=valid_until,
        organization=organization, document=document, reason=reason,
    )  # fmt: skip
    return _write(state)


@transaction.atomic
@audit.one_change()
def record_states(states: Sequence[MemberState]) -> None:
    """Enter the first state of many members at once, each with its event. Raises RuleError for a second one."""
    members = {state.member_id for state in states}
    if len(members) < len(states) or next(rows_by_key(MemberState.objects.in_force(), "member", members), None):
        raise RuleError("Mỗi đảng viên chỉ nhập được một trạng thái, khi chưa có trạng thái nào. Hãy nhập từng người.")
    audit.sign(*states)
    insert_rows(states)
    paths = paths_of({state.member.organization_id for state in states})
    audit.record_many(
        audit.event(
            AuditEvent.Action.CREATE, state, changes=_told(state), scope_path=paths[state.member.organization_id]
        )
        for state in states
    )


@transaction.atomic
def end_state(state: MemberState, *, on: date, today: date, reason: str = "") -> MemberState:
    """State that it ended on day *on*: a new row takes the place of the one without an end. Raises RuleError."""
    if on > today:
        raise RuleError("Ngày kết thúc còn ở phía trước. Hãy ghi khi đã kết thúc.")
    refuse_locked_days([(state.member.organization_id, on)])
    _lock(state.member)
    ended = MemberState(
        member=state.member, kind=state.kind, valid_from=state.valid_from, valid_until=on,
        organization=state.organization, document=state.document, reason=reason, corrects=state,
    )  # fmt: skip
    return _write(ended)


@transaction.atomic
def reverse_state(state: MemberState, *, reason: str) -> None:
    """Take back a state entered by mistake; the row stays, reversed by a second one. Raises RuleError."""
    refuse_locked_days([(state.member.organization_id, state.valid_from)])
    reversal = MemberState(
        member=state.member, kind=state.kind, valid_from=state.valid_from, valid_until=state.valid_until,
        organization=state.organization, document=state.document, reason=reason, corrects=state, in_force=False,
    )  # fmt: skip
    _save(reversal)


def _lock(member: Member) -> None:
    """Read *member* anew; two people who enter states of one member wait for each other here."""
    member.refresh_from_db(from_queryset=Member.objects.select_for_update(of=("self",)).select_related("organization"))


def _write(state: MemberState) -> MemberState:
    if state.valid_until is not None and state.valid_until <= state.valid_from:
        raise RuleError("Ngày kết thúc phải sau ngày bắt đầu. Hãy sửa lại hai ngày.")
    others = state.member.states.in_force().filter(kind=state.kind).exclude(pk=state.corrects_id)
    for other in others:
        if overlaps(state.valid_from, state.valid_until, other.valid_from, other.valid_until):
            raise RuleError(
                f"{state.member.full_name} đã có trạng thái “{state.get_kind_display()}” từ ngày "
                f"{format_date(other.valid_from)}. Hãy kết thúc trạng thái đó trước."
            )
    return _save(state)


@audit.one_change()
def _save(state: MemberState) -> MemberState:
    if state.corrects_id:
        changed = MemberState.objects.in_force().filter(pk=state.corrects_id).update(in_force=False)
        if not changed:
            raise RuleError("Trạng thái này vừa được người khác sửa. Hãy tải lại trang.")
    audit.sign(state)
    state.save(force_insert=True)
    audit.record(
        AuditEvent.Action.REVERSE if state.corrects_id else AuditEvent.Action.CREATE,
        state,
        changes=_told(state),
        scope_path=state.member.organization.path,
        reason=state.reason,
    )
    return state


def _told(state: MemberState) -> dict[str, Any]:
    return {name: getattr(state, name) for name in ("kind", "valid_from", "valid_until", "document")}

"""The only writer of members and movements.

The workbook import plans thousands of members and writes them at once; a page plans one. Both pass the
same replay, so nothing contradictory gets in, and both leave one audit event per row.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from cells.kinds import MovementKind
from cells.models import FactsVersion, Member, Movement, Organization
from cells.queries.organizations import closing_days, paths_of
from cells.roll import Contradiction
from cells.services.errors import RuleError
from cells.services.locks import refuse_locked_days
from cells.services.roll_plan import PERSONAL, MemberPlan, day_problems, personal_data, plan_member
from cells.signals import facts_changed
from core import audit
from core.bulk import insert_rows, update_by_key, update_rows
from core.models import AuditEvent
from core.workdays import WorkingCalendar

SENSITIVE = ("ethnicity", "religion")


def record_movement(
    member: Member,
    *,
    kind: str,
    organization: Organization,
    effective_on: date,
    today: date,
    held_on: date | None = None,
    document: str = "",
    reason: str = "",
) -> Movement:
    """Enter one movement. Raises RuleError when it contradicts the roll, the calendar or a locked period."""
    movement = Movement(
        member=member, kind=MovementKind(kind), organization=organization, effective_on=effective_on,
        held_on=held_on, document=document, reason=reason,
    )  # fmt: skip
    _plan_and_write(member, today=today, additions=[movement])
    return movement


def transfer(
    member: Member, *, to: Organization, left_on: date, arrived_on: date, today: date, document: str = ""
) -> tuple[Movement, Movement]:
    """Move a member between two organisations of the tree, both sides in one step. Raises RuleError."""
    if not member.on_roll:
        raise RuleError(f"{member.full_name} không còn trong danh sách, không thể chuyển sinh hoạt.")
    if to == member.organization:
        raise RuleError(f"{member.full_name} đang sinh hoạt tại {to.name}. Hãy chọn tổ chức khác.")
    shared = {"member": member, "document": document}
    out = Movement(kind=MovementKind.TRANSFERRED_OUT, organization=member.organization, effective_on=left_on, **shared)
    arrival = Movement(kind=MovementKind.TRANSFERRED_IN, organization=to, effective_on=arrived_on, **shared)
    _plan_and_write(member, today=today, additions=[out, arrival])
    return out, arrival


def reverse_movement(movement: Movement, *, reason: str, today: date) -> None:
    """Take back a movement entered by mistake. The row stays, reversed by a second one. Raises RuleError."""
    if movement.is_implied:
        raise RuleError("Lần kết nạp này lấy từ Ngày vào Đảng của đảng viên. Hãy sửa Ngày vào Đảng.")
    _plan_and_write(movement.member, today=today, removals=[movement], reason=reason)


def correct_movement(movement: Movement, *, reason: str, today: date, **values: Any) -> Movement:
    """Put a right row in the place of a wrong one. Raises RuleError."""
    names = ("kind", "effective_on", "held_on", "document", "organization")
    right = Movement(
        member=movement.member, corrects=movement, reason=reason,
        **{name: values.get(name, getattr(movement, name)) for name in names},
    )  # fmt: skip
    _plan_and_write(movement.member, today=today, additions=[right])
    return right


@transaction.atomic
def _plan_and_write(
    member: Member,
    *,
    today: date,
    additions: Sequence[Movement] = (),
    removals: Sequence[Movement] = (),
    reason: str = "",
) -> None:
    FactsVersion.advance()  # first of all: two people who enter facts wait for each other here
    existing = list(member.movements.in_force().select_related("organization"))
    named = {m.pk for m in removals} | {m.corrects_id for m in additions if m.corrects_id}
    if named - {movement.pk for movement in existing}:
        raise RuleError("Biến động này vừa được người khác đính chính. Hãy tải lại trang.")
    plan = plan_member(
        member, home=member.organization, existing=existing, additions=additions, removals=removals,
        before=personal_data(member), calendar=WorkingCalendar.load(),
    )  # fmt: skip
    if plan.contradictions:
        raise RuleError(_in_words(plan.contradictions))
    problems = list(day_problems(plan.added, closing_days(), today))
    if problems:
        raise RuleError(message for _, message in problems)
    refuse_locked_days((m.organization_id, m.effective_on) for m in (*additions, *removals))
    write_plans([plan], reason=reason)


def _in_words(contradictions: Iterable[Contradiction]) -> list[str]:
    found = list(contradictions)
    names = dict(Organization.objects.filter(code__in={c.other for c in found}).values_list("code", "name"))
    return [c.message.format(place=names.get(c.other, "")) for c in found]


@transaction.atomic
@audit.one_change()
def write_plans(plans: Sequence[MemberPlan], *, announce: bool = True, reason: str = "") -> date | None:
    """Write plans that hold no contradiction, all in one go, each row with its audit event.

    Returns the first day whose figures may differ. With `announce` listeners are told of it; an import
    tells them once for all it did. The caller has raised the facts' version.
    """
    created = [plan.member for plan in plans if plan.before is None]
    for plan in plans:
        _set_counterparts(plan)
        if plan.before is None:
            plan.member.organization, plan.member.on_roll = plan.place, plan.replay.on_roll
            plan.member.fill_name_columns()
    insert_rows(created)

    added = [m for plan in plans for m in plan.added]
    reversals = [_reversal(m, reason) for plan in plans for m in plan.reversed]
    out_of_force = [m.corrects_id for m in (*added, *reversals) if m.corrects_id]
    update_by_key(Movement.objects.all(), out_of_force, in_force=False, pair=None)
    audit.sign(*added, *reversals)
    insert_rows([*added, *reversals])
    _write_pairs(plans)

    stale = [plan for plan in plans if plan.before is not None and plan.changes_member]
    for plan in stale:
        plan.member.organization, plan.member.on_roll = plan.place, plan.replay.on_roll
        plan.member.fill_name_columns()
        plan.member.version += 1
    update_rows(
        [plan.member for plan in stale],
        [*PERSONAL, "name_fold", "name_key", "organization", "on_roll", "version"],
    )
    audit.record_many(_events(plans, stale, reversals))
    since = min((m.effective_on for m in (*added, *reversals)), default=None)
    if announce and since:
        facts_changed.send(sender=Movement, since=since)
    return since


def _set_counterparts(plan: MemberPlan) -> None:
    for out, arrival in plan.pairs:
        for movement, partner in ((out, arrival), (arrival, out)):
            if movement.pk is None:
                movement.counterpart = partner.organization


def _write_pairs(plans: Iterable[MemberPlan]) -> None:
    """Partners in the tree follow from the whole history, so an addition can pair an old row too."""
    stale: list[Movement] = []
    for plan in plans:
        arrivals = {out.pk: arrival for out, arrival in plan.pairs}
        departures = {arrival.pk: out for out, arrival in plan.pairs}
        for movement in (*plan.kept, *plan.added):
            arrival = arrivals.get(movement.pk)
            partner = arrival or departures.get(movement.pk)
            wanted = (arrival.pk if arrival else None, partner.organization_id if partner else None)
            if (movement.pair_id, movement.counterpart_id) != wanted:
                movement.pair_id, movement.counterpart_id = wanted
                stale.append(movement)
    # Old pairs go first: a transfer in has one partner at a time.
    update_by_key(Movement.objects.exclude(pair=None), [m.pk for m in stale], pair=None)
    update_rows(stale, ["pair", "counterpart"])


def _reversal(movement: Movement, reason: str) -> Movement:
    return Movement(
        member=movement.member, organization=movement.organization, kind=movement.kind,
        effective_on=movement.effective_on, held_on=movement.held_on, document=movement.document,
        is_implied=movement.is_implied, corrects=movement, in_force=False, reason=reason,
    )  # fmt: skip


def _events(
    plans: Sequence[MemberPlan], stale: Sequence[MemberPlan], reversals: Sequence[Movement]
) -> Iterator[AuditEvent]:
    paths = paths_of({m.organization_id for plan in plans for m in (plan.member, *plan.added, *plan.reversed)})
    for plan in plans:
        if plan.before is None:
            yield _event(AuditEvent.Action.CREATE, plan.member, plan.member, _told(personal_data(plan.member)), paths)
    for plan in stale:
        changes = audit.differences(_told(plan.before or {}), _told(personal_data(plan.member)))
        if changes:
            yield _event(AuditEvent.Action.UPDATE, plan.member, plan.member, changes, paths)
    for movement in (m for plan in plans for m in plan.added):
        action = AuditEvent.Action.REVERSE if movement.corrects_id else AuditEvent.Action.CREATE
        yield _event(action, movement, movement.member, _facts(movement), paths)
    for movement in reversals:
        yield _event(AuditEvent.Action.REVERSE, movement.corrects, movement.member, _facts(movement), paths)


def _event(
    action: str, subject: Member | Movement, member: Member, changes: dict[str, Any], paths: Mapping[int, str]
) -> AuditEvent:
    return audit.event(
        action,
        subject,
        label=f"{member.code} {member.full_name}" + (f": {subject}" if subject is not member else ""),
        changes=changes,
        scope_path=paths[subject.organization_id],
        reason=getattr(subject, "reason", ""),
    )


def _facts(movement: Movement) -> dict[str, Any]:
    names = ("kind", "effective_on", "held_on", "document", "organization_id", "is_implied")
    return {name: getattr(movement, name) for name in names}


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: audit.digest(value) if name in SENSITIVE else value for name, value in values.items()}

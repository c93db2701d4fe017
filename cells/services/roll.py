"""The only writer of members and movements.

The workbook import plans thousands of members and writes them at once; a page plans one. Both pass the
same replay, so nothing contradictory gets in, and both leave one audit event per row.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import transaction

from cells.keeping import refuse_kept
from cells.kinds import MovementKind
from cells.models import FactsVersion, Member, Movement, Organization
from cells.queries.organizations import closing_days, paths_of
from cells.queries.roll import partner_of
from cells.roll import PAIRING_WORKING_DAYS, Contradiction
from cells.services.errors import RuleError
from cells.services.locks import refuse_locked_days
from cells.services.roll_plan import PERSONAL, MemberPlan, day_problems, personal_data, plan_member
from cells.signals import facts_changed, personal_data_changed
from core import audit
from core.bulk import insert_rows, update_by_key, update_rows
from core.dates import format_date
from core.field_classes import hidden
from core.models import AuditEvent
from core.workdays import WorkingCalendar


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
    joined_on: date | None = None,
) -> Movement:
    """Enter one movement. Raises RuleError when it contradicts the roll, the calendar or a locked period.

    *joined_on* is Ngày vào Đảng of a member of whom it is not known yet.
    """
    movement = Movement(
        member=member, kind=MovementKind(kind), organization=organization, effective_on=effective_on,
        held_on=held_on, document=document, reason=reason,
    )  # fmt: skip
    refuse_kept(member, [movement])
    with alone_with(member):
        values = {"joined_on": joined_on} if joined_on and not member.joined_on else {}
        if movement.kind == MovementKind.ADMITTED and member.official_on and member.official_on < effective_on:
            values["official_on"] = None  # who is admitted again begins the twelve months again
        plan_and_write(member, today=today, additions=[movement], values=values)
    return movement


def enter_member(member: Member, *, kind: str, organization: Organization, effective_on: date, today: date,
                 held_on: date | None = None, document: str = "") -> Movement:  # fmt: skip
    """Enter somebody new with what brings him onto a roll: an admission, or an arrival from outside the tree.

    Raises RuleError, also when the code is taken.
    """
    movement = Movement(
        member=member, kind=MovementKind(kind), organization=organization, effective_on=effective_on,
        held_on=held_on, document=document,
    )  # fmt: skip
    with alone_with(member):
        refuse_known_code(member.code)
        plan_and_write(member, today=today, additions=[movement])
    return movement


def transfer(
    member: Member, *, to: Organization, left_on: date, arrived_on: date, today: date, document: str = ""
) -> tuple[Movement, Movement]:
    """Move a member between two organisations of the tree, both sides in one step. Raises RuleError."""
    with alone_with(member):
        if not member.on_roll:
            raise RuleError(f"{member.full_name} không còn trong danh sách, không thể chuyển sinh hoạt.")
        if to == member.organization:
            raise RuleError(f"{member.full_name} đang sinh hoạt tại {to.name}. Hãy chọn tổ chức khác.")
        if arrived_on < left_on:
            raise RuleError("Ngày đến phải từ ngày đi trở đi. Hãy sửa lại hai ngày.")
        shared = {"member": member, "document": document}
        out = Movement(
            kind=MovementKind.TRANSFERRED_OUT, organization=member.organization, effective_on=left_on, **shared
        )
        arrival = Movement(kind=MovementKind.TRANSFERRED_IN, organization=to, effective_on=arrived_on, **shared)
        plan = plan_and_write(member, today=today, additions=[out, arrival])
        if (out, arrival) not in plan.pairs:
            raise RuleError(
                f"Hai ngày cách nhau quá {PAIRING_WORKING_DAYS} ngày làm việc nên không phải một lần chuyển. Hãy kiểm "
                "tra lại hai ngày; nếu đúng, hãy ghi chuyển đi trước rồi ghi chuyển đến."
            )
    return out, arrival


def reverse_movement(movement: Movement, *, reason: str, today: date, with_partner: bool = False) -> None:
    """Take back a movement entered by mistake. The row stays, reversed by a second one. Raises RuleError.

    With *with_partner* the other side of a transfer inside the tree is taken back in the same step.
    """
    if movement.is_implied:
        raise RuleError("Lần kết nạp này lấy từ Ngày vào Đảng của đảng viên. Hãy sửa Ngày vào Đảng.")
    with alone_with(movement.member):
        partner = partner_of(movement) if with_partner else None
        gone = [movement, partner] if partner else [movement]
        refuse_kept(movement.member, gone)
        plan_and_write(movement.member, today=today, removals=gone, reason=reason)


def correct_movement(movement: Movement, *, reason: str, today: date, **values: Any) -> Movement:
    """Put a right row in the place of a wrong one. Raises RuleError."""
    if movement.is_implied:
        raise RuleError("Lần kết nạp này lấy từ Ngày vào Đảng của đảng viên. Hãy sửa Ngày vào Đảng.")
    names = ("kind", "effective_on", "held_on", "document", "organization")
    right = Movement(
        member=movement.member, corrects=movement, reason=reason,
        **{name: values.get(name, getattr(movement, name)) for name in names},
    )  # fmt: skip
    if right.kind != MovementKind.ADMITTED:
        right.held_on = None
    refuse_kept(movement.member, [movement])
    with alone_with(movement.member):
        plan_and_write(movement.member, today=today, additions=[right])
    return right


def refuse_known_code(code: str) -> None:
    """Raise RuleError when a member has the code already; a number names one person only."""
    if Member.objects.filter(code=code).exists():
        raise RuleError(f"Mã đảng viên {code} đã có người dùng. Hãy kiểm tra lại mã trong hồ sơ.")


@contextmanager
def alone_with(member: Member) -> Iterator[None]:
    """A transaction in which nobody else changes facts; a stored *member* is read anew, as the last one left him."""
    with transaction.atomic():
        FactsVersion.advance()  # first of all: two people who enter facts wait for each other here
        if member.pk:
            stored = Member.objects.select_for_update(of=("self",)).select_related("organization")
            member.refresh_from_db(from_queryset=stored)
        yield


def plan_and_write(
    member: Member,
    *,
    today: date,
    additions: Sequence[Movement] = (),
    removals: Sequence[Movement] = (),
    values: Mapping[str, Any] | None = None,
    document: str = "",
    reason: str = "",
) -> MemberPlan:
    """Change one member's movements and personal data (*values*). Raises RuleError. Only within `alone_with`.

    *document* is the paper on which a change of personal data rests. What is odd about an addition, though it can be,
    its `doubts` say afterwards.
    """
    history = member.movements.select_related("organization") if member.pk else Movement.objects.none()
    existing = list(history.in_force()) if member.pk else []
    corrected = [m.corrects for m in additions if m.corrects_id]
    if {m.pk for m in (*removals, *corrected)} - {movement.pk for movement in existing}:
        raise RuleError("Biến động này vừa được người khác đính chính. Hãy tải lại trang.")
    before = personal_data(member) if member.pk else None
    for name, value in (values or {}).items():
        setattr(member, name, value)
    gone = (*removals, *corrected)
    # Where the roll once took an admission from Ngày vào Đảng, that day was stated and holds by itself, at that place.
    implied = history.filter(is_implied=True).order_by("-in_force", "-id").first() if member.pk else None
    day_was_stated = implied is not None
    _follow_admissions(member, additions, gone, day_was_stated)
    home = implied.organization if implied else member.organization if member.pk else additions[0].organization
    planning = {
        "home": home, "existing": existing, "additions": additions, "removals": removals, "before": before,
        "calendar": WorkingCalendar.load(), "home_is_stated": "joined_on" in (values or {}),
    }  # fmt: skip
    plan = plan_member(member, **planning)
    if gone and not day_was_stated and any(movement.is_implied for movement in plan.added):
        if plan.kept or additions:
            raise RuleError("Không bỏ được, vì sau đó còn biến động khác. Hãy đính chính các biến động sau trước.")
        member.joined_on = None  # nothing is left that puts him on a roll, so his day must not do so
        plan = plan_member(member, **planning)
    plan.document = document
    _refuse_contradictions(plan, today, removals if not additions else ())
    _refuse_locked(plan, corrected, values or {})
    if write_plans([plan], reason=reason) is None:
        facts_changed.send(sender=Member, since=today)
    for movement in additions:
        movement.doubts = in_words(odd for odd in plan.replay.doubts if odd.step and odd.step.source is movement)
    return plan


def _follow_admissions(
    member: Member, additions: Sequence[Movement], gone: Sequence[Movement], day_was_stated: bool
) -> None:
    """Ngày vào Đảng is that of the first admission: it goes, or comes anew, with that admission.

    With an admission that was none, what it did to Ngày chính thức is undone.
    """
    for movement in gone:
        if movement.kind != MovementKind.ADMITTED:
            continue
        if movement.effective_on == member.joined_on:
            is_replaced = any(m.corrects_id == movement.pk and m.kind == MovementKind.ADMITTED for m in additions)
            if is_replaced or not day_was_stated:
                member.joined_on = None
        elif member.official_on is None and not additions:
            member.official_on = _official_day_before(movement)


def _official_day_before(movement: Movement) -> date | None:
    """Ngày chính thức as it was when *movement* was entered, where that entry took it away."""
    if movement.batch is None:
        return None
    events = AuditEvent.objects.filter(
        batch=movement.batch, model="cells.member", object_id=str(movement.member.public_id)
    )
    for changes in events.values_list("changes", flat=True):
        former, _ = changes.get("official_on") or (None, None)
        if former:
            return date.fromisoformat(former)
    return None


def _refuse_contradictions(plan: MemberPlan, today: date, taken_back: Sequence[Movement]) -> None:
    if plan.contradictions:
        later = _resting_on(plan, taken_back) if taken_back else []
        raise RuleError(
            [
                f"Không bỏ được, vì sau đó còn “{movement} tại {movement.organization}”. Hãy đính chính biến động ấy "
                "trước."
                for movement in later
            ]
            or in_words(plan.contradictions)
        )
    problems = list(day_problems(plan.added, closing_days(), today))
    if problems:
        raise RuleError(message for _, message in problems)
    for movement in plan.added:
        if movement.held_on and movement.held_on < movement.effective_on:
            raise RuleError(
                f"Ngày tổ chức lễ {format_date(movement.held_on)} trước ngày quyết định "
                f"{format_date(movement.effective_on)}. Hãy sửa lại hai ngày."
            )
    joined, official = plan.member.joined_on, plan.member.official_on
    if joined and official and official < joined:
        raise RuleError(
            f"Ngày chính thức {format_date(official)} trước Ngày vào Đảng {format_date(joined)}. Hãy sửa lại hai ngày."
        )


def _refuse_locked(plan: MemberPlan, corrected: Sequence[Movement], values: Mapping[str, Any]) -> None:
    """Neither what comes nor what goes may lie in a locked period, by either admission date."""
    facts = {
        (movement.organization_id, day)
        for movement in (*plan.added, *plan.reversed, *corrected)
        for day in (movement.effective_on, movement.held_on)
        if day
    }
    if "official_on" in values and not plan.added and plan.before is not None:
        days = {plan.before["official_on"], values["official_on"]}
        facts |= {(plan.place.pk, day) for day in days if day} if len(days) > 1 else set()
    refuse_locked_days(facts)


def in_words(contradictions: Iterable[Contradiction]) -> list[str]:
    """What is wrong, for whoever fills in a form."""
    found = list(contradictions)
    if not found:
        return []
    names = dict(Organization.objects.filter(code__in={c.other for c in found}).values_list("code", "name"))
    return [c.message_at_form.format(place=names.get(c.other, "")) for c in found]


def _resting_on(plan: MemberPlan, taken_back: Sequence[Movement]) -> list[Movement]:
    """What else happened that could not have happened without the movements to be taken back."""
    named = [c.step.source for c in plan.contradictions if c.step and c.step.source]
    since = min(movement.effective_on for movement in taken_back)
    later = [movement for movement in plan.kept if movement.effective_on >= since and not movement.is_implied]
    return named or sorted(later, key=lambda movement: movement.effective_on)[:1]


@transaction.atomic(savepoint=False)
@audit.one_change()
def write_plans(plans: Sequence[MemberPlan], *, announce: bool = True, reason: str = "") -> date | None:
    """Write plans that hold no contradiction, all in one go, each row with its audit event.

    Returns the first day whose figures may differ. With `announce` listeners are told of it, and of changed personal
    data; an import tells them once for all it did. The caller has raised the facts' version.

    Within a transaction no savepoint: behind one, SQLite takes longer over each statement the more was written.
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
    if announce:
        announce_personal_data(stale)
        if since:
            facts_changed.send(sender=Movement, since=since)
    return since


def announce_personal_data(plans: Iterable[MemberPlan]) -> None:
    """Tell listeners of the stored members about whom something else is known after *plans* were written."""
    known = [plan for plan in plans if plan.before is not None]
    if changed := [plan.member for plan in known if personal_data(plan.member) != plan.before]:
        personal_data_changed.send(sender=Member, members=changed)


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
            told = changes | ({"document": plan.document} if plan.document else {})
            yield _event(AuditEvent.Action.UPDATE, plan.member, plan.member, told, paths)
    for movement in (m for plan in plans for m in plan.added):
        action = AuditEvent.Action.REVERSE if movement.corrects_id else AuditEvent.Action.CREATE
        yield _event(action, movement, movement.member, _facts(movement), paths)
    for movement in reversals:
        told = _facts(movement)
        yield _event(AuditEvent.Action.REVERSE, movement.corrects, movement.member, told, paths, movement.reason)


def _event(
    action: str, subject: Member | Movement, member: Member, changes: dict[str, Any], paths: Mapping[int, str],
    reason: str = "",
) -> AuditEvent:  # fmt: skip
    return audit.event(
        action,
        subject,
        label=f"{member.code} {member.full_name}" + (f": {subject}" if subject is not member else ""),
        changes=changes,
        scope_path=paths[subject.organization_id],
        reason=reason or getattr(subject, "reason", ""),
    )


def _facts(movement: Movement) -> dict[str, Any]:
    names = ("kind", "effective_on", "held_on", "document", "organization_id", "is_implied")
    return {name: getattr(movement, name) for name in names}


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    return hidden(Member, values, audit.digest)

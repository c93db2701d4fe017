"""Decisions about organisations, with all that follows of them: one decision, one change.

A decision is dated and cites its paper; members of a unit that closes move along; closed periods stay as they are; and
whoever has not seen what a colleague has just changed is told so.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from cells.kinds import CELL_KINDS, KINDS_BELOW, OrganizationKind
from cells.models import Appointment, Member, Organization, OrganizationVersion
from cells.queries.changes import last_row, recorded_since
from cells.roles import Role
from cells.services import tree
from cells.services.errors import RuleError
from cells.services.locks import refuse_locked_spans
from cells.services.member_moves import members_of, move_members, refuse_arrivals_since
from core.dates import format_date

LATE_DAYS = 30
"""Recorded later than this after its day, a decision needs a reason."""


@dataclass(frozen=True)
class Decision:
    """What every decision says. `seen` is the latest row of the organisation that whoever decides has seen."""

    on: date
    today: date
    document: str = ""
    reason: str = ""
    seen: int | None = None

    @property
    def is_to_come(self) -> bool:
        return self.on > self.today

    @property
    def is_late(self) -> bool:
        return self.on < self.today - timedelta(days=LATE_DAYS)

    @property
    def cited(self) -> dict[str, Any]:
        return {"document": self.document, "reason": self.reason, "today": self.today}


@dataclass
class Outcome:
    """What a decision came to: the organisation, the change that can be taken back, and who and what went along."""

    organization: Organization
    batch: UUID
    members: list[Member] = field(default_factory=list)
    receiver: Organization | None = None
    units: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What whoever decides should know: nothing stands against it."""

    @property
    def probationers(self) -> int:
        return sum(member.official_on is None for member in self.members)


class ArrangedMeanwhileError(RuleError):
    """Somebody else has changed the organisation since the form was opened."""


def found(parent: Organization, decision: Decision, *, code: str, name: str, kind: str, **traits: Any) -> Outcome:
    """Found a unit directly below *parent*. Raises RuleError."""
    with _deciding(parent, decision, parent) as batch:
        _refuse_misplaced(kind, parent, decision.on)
        unit = tree.create(
            code=code, name=name, kind=kind, parent=parent, valid_from=decision.on, **decision.cited, **traits
        )
    return Outcome(unit, batch)


def change(organization: Organization, decision: Decision, **values: Any) -> Outcome:
    """Change name, kind or traits from the decision's day. Raises RuleError, also where nothing would change."""
    with _deciding(organization, decision, organization) as batch:
        now = tree.version_on(organization, decision.on)
        differing = {name: value for name, value in values.items() if getattr(now, name) != value}
        if not differing:
            raise RuleError("Nội dung chưa khác hiện nay. Hãy sửa ít nhất một ô rồi xem trước lại.")
        outcome = Outcome(organization, batch)
        if "kind" in differing:
            _refuse_misplaced(differing["kind"], now.parent, decision.on)
            outcome.notes += _after_change_of_kind(organization, differing["kind"], decision.on)
        tree.change(organization, on=decision.on, **decision.cited, **differing)
    return outcome


def move(organization: Organization, decision: Decision, *, parent: Organization, kind: str = "") -> Outcome:
    """Put *organization*, with all below it, under *parent*; as a unit of *kind* where that changes with it."""
    with _deciding(organization, decision, organization, parent) as batch:
        now = tree.version_on(organization, decision.on)
        if now.parent_id == parent.pk:
            raise RuleError(f"{now.name} đang trực thuộc {parent.name}. Hãy chọn cấp trên khác.")
        kind = kind or now.kind
        _refuse_misplaced(kind, parent, decision.on)
        _refuse_locked(decision, now.parent)
        tree.change(organization, on=decision.on, **decision.cited, parent=parent, kind=kind)
    return Outcome(organization, batch)


def merge(
    organization: Organization, decision: Decision, *, successor: Organization, receiver: Organization | None = None
) -> Outcome:
    """Close *organization* into *successor*; its members go to *receiver*, by default the successor.

    Of a merger to come the members move on its day (:func:`cells.services.member_moves.move_as_planned`).
    """
    with _deciding(organization, decision, organization, successor) as batch:
        now = tree.version_on(organization, decision.on)
        if successor == organization:
            raise RuleError("Tổ chức không thể sáp nhập vào chính mình. Hãy chọn tổ chức kế thừa khác.")
        below = tree.open_children(organization, decision.on)
        heir = tree.version_on(successor, decision.on)
        for kind in {child.kind for child in below}:
            _refuse_misplaced(kind, successor, decision.on)
        _refuse_locked(decision, now.parent)
        _refuse_units_since(organization, decision.on, below)
        outcome = Outcome(organization, batch, units=[child.name for child in below])
        outcome.receiver = receiver or (successor if heir.kind in CELL_KINDS else None)
        _move_along(organization, decision, outcome, successor)
        outcome.notes += _offices_left(organization, decision.on)
        tree.merge(organization, successor, on=decision.on, **decision.cited)
    return outcome


def dissolve(organization: Organization, decision: Decision, *, receiver: Organization | None = None) -> Outcome:
    """Close *organization* without a successor; its members go to *receiver*. Raises RuleError."""
    with _deciding(organization, decision, organization) as batch:
        now = tree.version_on(organization, decision.on)
        _refuse_locked(decision, now.parent)
        _refuse_units_since(organization, decision.on, tree.open_children(organization, decision.on))
        outcome = Outcome(organization, batch, receiver=receiver)
        _move_along(organization, decision, outcome, None)
        outcome.notes += _offices_left(organization, decision.on)
        tree.dissolve(organization, on=decision.on, **decision.cited)
    return outcome


@contextmanager
def _deciding(seen: Organization, decision: Decision, *locked: Organization) -> Iterator[UUID]:
    """The transaction of one decision, once nothing general stands against it; *seen* is whose form it was."""
    if decision.is_late and not decision.reason:
        raise RuleError(
            f"Ngày có hiệu lực đã qua hơn {LATE_DAYS} ngày. Hãy ghi lý do ghi muộn: lý do được giữ lại cùng thay đổi."
        )
    with tree.alone() as batch:
        if decision.seen is not None and last_row(seen) != decision.seen:
            told = recorded_since(seen, decision.seen)
            raise ArrangedMeanwhileError(
                f"Người khác vừa sửa {seen.name}: {'; '.join(told)}. Chưa ghi gì; hãy xem lại rồi làm tiếp."
            )
        _refuse_locked(decision, *locked)
        yield batch


def _refuse_locked(decision: Decision, *units: Organization | None) -> None:
    """A period uses the tree of its last day: whichever ends on or after the decision's day would change."""
    refuse_locked_spans((unit.pk, decision.on, date.max) for unit in units if unit is not None)


def _refuse_misplaced(kind: str, parent: Organization | None, on: date) -> None:
    if parent is None:
        return
    above = tree.version_on(parent, on)
    allowed = KINDS_BELOW[above.kind]
    if kind not in allowed:
        words = ", ".join(OrganizationKind(each).label for each in allowed)
        remedy = f"Dưới đó chỉ có thể là: {words}." if allowed else "Dưới chi bộ không có tổ chức trực thuộc."
        raise RuleError(
            f"{above.name} là {OrganizationKind(above.kind).label}, không có {OrganizationKind(kind).label} trực thuộc."
            f" {remedy} Hãy chọn lại cấp trên hoặc loại hình."
        )


def _refuse_units_since(organization: Organization, on: date, below: Iterable[Organization]) -> None:
    """Raise RuleError where another unit came below *organization*, or was merged into it, on day *on* or later."""
    rows = OrganizationVersion.objects.in_force().filter(parent=organization, valid_from__gte=on)
    rows = rows.exclude(organization__in=[child.pk for child in below]).exclude(is_closed=True, has_successor=False)
    late = rows.order_by("valid_from", "pk").first()
    if late is not None:
        raise RuleError(
            f"{late.name} về {organization.name} từ ngày {format_date(late.valid_from)}, nên {organization.name} không "
            "thể thôi hoạt động trước hoặc trong ngày đó. Hãy kiểm tra lại ngày."
        )


def _after_change_of_kind(organization: Organization, kind: str, on: date) -> Iterator[str]:
    """What is left to do after *organization* has become one of *kind*; RuleError where units below do not fit."""
    for child in tree.open_children(organization, on):
        if child.kind not in KINDS_BELOW[kind]:
            raise RuleError(
                f"{child.name} là {OrganizationKind(child.kind).label}, không thể trực thuộc "
                f"{OrganizationKind(kind).label}. Hãy chuyển hoặc đổi loại hình của tổ chức ấy trước."
            )
    own = 0 if kind in CELL_KINDS else len(members_of(organization))
    if own:
        yield (
            f"{own} đảng viên đang ở trong danh sách của chính {organization.name}. Sau khi đổi, hãy lập chi bộ trực "
            "thuộc rồi chuyển đảng viên về các chi bộ đó."
        )


def _offices_left(organization: Organization, on: date) -> Iterator[str]:
    """Who still holds an office in *organization*, which closes: rights do not move by themselves."""
    rows = Appointment.objects.in_force().on(on).filter(organization=organization)
    held = [f"{row.user} ({Role(row.role).label})" for row in rows.select_related("user").order_by("id")]
    if held:
        yield (
            f"Còn được phân công tại {organization.name}: {'; '.join(held)}. Hãy kết thúc hoặc phân công lại nơi mới."
        )


def _move_along(
    organization: Organization, decision: Decision, outcome: Outcome, successor: Organization | None
) -> None:
    """Move the members of *organization*, which closes, as far as that can be done today. Raises RuleError."""
    receiver = outcome.receiver
    people = members_of(organization)
    refuse_arrivals_since(organization, decision.on)
    if not people:
        outcome.receiver = None
        return
    if decision.is_to_come and (successor is None or receiver != successor):
        raise RuleError(
            f"{organization.name} còn {len(people)} đảng viên. Ngày {format_date(decision.on)} chưa tới nên chưa "
            "chuyển được: hãy chuyển sinh hoạt cho họ trước, hoặc ghi quyết định này vào ngày đó."
        )
    if receiver is None:
        raise RuleError(
            f"{organization.name} còn {len(people)} đảng viên. Hãy chọn chi bộ tiếp nhận, hoặc chuyển sinh hoạt cho họ "
            "trước."
        )
    if receiver == organization:
        raise RuleError(f"{organization.name} thôi hoạt động nên không tiếp nhận được. Hãy chọn chi bộ khác.")
    if decision.is_to_come:
        outcome.notes.append(
            f"{len(people)} đảng viên chuyển về {receiver.name} vào ngày {format_date(decision.on)}, khi sáp nhập có "
            "hiệu lực; phần mềm tự ghi trong đêm."
        )
        return
    outcome.members = move_members(
        organization, receiver, on=decision.on, today=decision.today, document=decision.document,
        reason=decision.reason,
    )  # fmt: skip

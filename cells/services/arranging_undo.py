"""Taking back one decision about organisations, by corrections, while nothing builds on it."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from cells.kinds import DECREASES
from cells.models import Movement, Organization, OrganizationVersion, WorkbookImport
from cells.queries.changes import is_taken_back
from cells.services.arranging import Outcome
from cells.services.errors import RuleError
from cells.services.tree import alone
from cells.signals import facts_changed
from cells.workbook.undo.base import Undoing, origin, registered_objections
from cells.workbook.undo.members import MembersBack
from cells.workbook.undo.organizations import OrganizationsBack
from core.models import Fact

WHAT = "thay đổi này"


def undo_change(
    organization: Organization,
    batch: UUID,
    *,
    reason: str,
    today: date,
    may_touch: Callable[[Organization], bool] = lambda unit: True,
) -> Outcome:
    """Take back all that carries *batch*, a change of *organization*: versions, and the members who moved along.

    *may_touch* says which organisations are in reach of the one who asks. Raises RuleError with everything that stands
    against it: what builds on the change, a locked period, a unit out of reach. Reports made since do not: they are
    frozen, and the rehearsal tells of them.
    """
    imported = WorkbookImport.objects.filter(batch=batch).first()
    if imported is not None:
        raise RuleError(
            f"Thay đổi này được ghi khi nhập tệp {imported.name}. Hãy hoàn tác cả lần nhập ở mục Nhập, xuất Excel."
        )
    with alone() as own:
        if is_taken_back(batch):
            raise RuleError("Thay đổi này đã được bỏ trước đó. Hãy tải lại trang của tổ chức.")
        undo = Undoing(batch, _former(batch), None, today, reason, may_touch, WHAT)
        members = MembersBack(undo, undo.former["BIEN_DONG"])
        units = OrganizationsBack(undo, undo.former["TO_CHUC"])
        members.check()
        units.check()
        _touch_parents(undo, units)
        undo.refuse_locked((key, day, date.max) for key, day in undo.touched.items())
        undo.refuse_foreign()
        for objection in registered_objections():
            for message in objection(undo):
                undo.refuse(message)
        if undo.objections:
            raise RuleError(undo.objections)
        days = [day for part in (members, units) if (day := part.write())]
        facts_changed.send(sender=Organization, since=min(days))
    return Outcome(
        organization, own, members=list(members.members.values()),
        units=[unit.name for key, unit in units.units.items() if key != organization.pk],
    )  # fmt: skip


def _former(batch: UUID) -> dict[str, dict]:
    """What an import would have kept: where members were, and which facts were the last of the change."""
    moves = Movement.objects.filter(batch=batch).select_related("corrects__corrects")
    places = {move.member_id: move.organization_id for move in moves.order_by("-pk") if move.kind in DECREASES}
    changed = {str(key): {"was": {}, "digest": "", "place": place} for key, place in places.items()}
    versions = OrganizationVersion.objects.filter(batch=batch).select_related("corrects__corrects")
    return {
        "TO_CHUC": {"mark": _mark(versions)},
        "BIEN_DONG": {"created": [], "changed": changed, "mark": _mark(moves)},
    }


def _mark(facts) -> int:
    """The key of the last fact that the change itself wrote; what was said again since came later."""
    return max((_own_key(fact) for fact in facts), default=0)


def _own_key(fact: Fact) -> int:
    return fact.pk if origin(fact) is fact else 0


def _touch_parents(undo: Undoing, units: OrganizationsBack) -> None:
    """Where the units were, and will be again, figures change too."""
    for version in units.rows:
        if version.parent_id:
            undo.touch(version.parent_id, version.valid_from)
    for key, versions in units.versions_after(set(units.units)).items():
        day = undo.touched[key]
        standing = [version for version in versions if version.valid_from <= day]
        if standing and standing[-1].parent_id:
            undo.touch(standing[-1].parent_id, day)

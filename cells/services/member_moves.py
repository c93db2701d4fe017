"""The members of a unit that closes move together: transfers of one day that cite the decision."""

import logging
from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from cells.kinds import CELL_KINDS, INCREASES, MovementKind
from cells.models import Member, Movement, Organization, OrganizationVersion
from cells.services.errors import RuleError
from cells.services.locks import refuse_locked_days
from cells.services.roll import in_words, write_plans
from cells.services.roll_plan import MemberPlan, personal_data, plan_member
from cells.services.tree import alone, require_open
from core import audit
from core.dates import format_date
from core.workdays import WorkingCalendar

logger = logging.getLogger(__name__)

NAMED = 5
"""So many people are named where a closing is refused because of them; the others are counted."""


def members_of(unit: Organization) -> list[Member]:
    """Who is on the roll of *unit* itself now, by name."""
    return list(Member.objects.filter(organization=unit, on_roll=True).select_related("organization"))


def move_members(
    unit: Organization, to: Organization, *, on: date, today: date, document: str, reason: str = "",
    announce: bool = False,
) -> list[Member]:  # fmt: skip
    """Transfer everybody on the roll of *unit* to *to* on day *on*; returns them. Only within `alone`.

    Raises RuleError, naming people, where somebody cannot move on that day.
    """
    require_open(to, max(on, today))
    refuse_locked_days([(unit.pk, on), (to.pk, on)])
    refuse_arrivals_since(unit, on)
    people = members_of(unit)
    histories: dict[int, list[Movement]] = {person.pk: [] for person in people}
    moves = Movement.objects.in_force().filter(member__organization=unit, member__on_roll=True)
    for movement in moves.select_related("organization"):
        histories[movement.member_id].append(movement)
    calendar = WorkingCalendar.load()
    plans, refusals = [], []
    for person in people:
        plan = _plan(person, histories[person.pk], unit, to, on, document, reason, calendar)
        refusals += [f"{_named(person)}: {text}" for text in in_words(plan.contradictions)]
        plans.append(plan)
    if refusals:
        raise RuleError(refusals[:NAMED])
    write_plans(plans, announce=announce, reason=reason)
    return people


def _plan(
    person: Member, history: list[Movement], unit: Organization, to: Organization, on: date, document: str,
    reason: str, calendar: WorkingCalendar,
) -> MemberPlan:  # fmt: skip
    shared = {"member": person, "effective_on": on, "document": document, "reason": reason}
    additions = [
        Movement(kind=MovementKind.TRANSFERRED_OUT, organization=unit, **shared),
        Movement(kind=MovementKind.TRANSFERRED_IN, organization=to, **shared),
    ]
    return plan_member(
        person, home=unit, calendar=calendar, existing=history, additions=additions,
        before=personal_data(person),
    )  # fmt: skip


def refuse_arrivals_since(unit: Organization, on: date) -> None:
    """Raise RuleError where somebody joined *unit* on day *on* or later: it would be closed by then."""
    rows = Movement.objects.in_force().filter(organization=unit, kind__in=INCREASES, effective_on__gte=on)
    late = list(rows.select_related("member").order_by("effective_on", "id")[: NAMED + 1])
    if late:
        names = "; ".join(f"{_named(row.member)}, {row}" for row in late[:NAMED])
        more = "; …" if len(late) > NAMED else ""
        raise RuleError(
            f"Từ ngày {format_date(on)} trở đi {unit.name} còn tiếp nhận: {names}{more}. Hãy chọn ngày muộn hơn, hoặc "
            "đính chính nơi ghi của các biến động này trước."
        )


def move_as_planned(today: date) -> int:
    """Members of units whose merger, recorded before its day, takes effect by *today* move; returns how many.

    Where somebody cannot, nobody of that unit moves: the unit shows as closed with members, and the log says why.
    """
    moved = 0
    for closing in _due(today):
        try:
            with audit.acting(batch=closing.batch), alone():
                people = move_members(
                    closing.organization, closing.parent, on=closing.valid_from, today=today,
                    document=closing.document, announce=True,
                )  # fmt: skip
        except RuleError as refusal:
            logger.warning("Members of %s stay: %s", closing.organization.code, refusal)
        else:
            moved += len(people)
    return moved


def _due(today: date) -> Iterable[OrganizationVersion]:
    rows = OrganizationVersion.objects.in_force().filter(
        has_successor=True, valid_from__lte=today, parent__kind__in=CELL_KINDS, organization__members__on_roll=True
    )
    for closing in rows.select_related("organization", "parent").distinct().order_by("pk"):
        if timezone.localtime(closing.recorded_at).date() < closing.valid_from:
            yield closing


def _named(person: Member) -> str:
    return f"{person.full_name} ({person.born_on.year})" if person.born_on else f"{person.full_name} ({person.code})"

"""What one member's history becomes with some movements more or fewer. Reads and writes no database.

Organisations are known by their codes here: an import plans for organisations it has yet to create.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cells.models import Member, Movement, Organization
from cells.roll import Calendar, Contradiction, Replay, Step, replay
from core.dates import format_date

PERSONAL = (
    "full_name",
    "born_on",
    "born_precision",
    "sex",
    "ethnicity",
    "religion",
    "education",
    "joined_on",
    "official_on",
)
"""What is known of the person; organisation and place on the roll follow from the movements."""


STILL_TO_COME = "Ngày này còn ở phía trước. Hãy chỉ nhập việc đã xảy ra."


@dataclass
class MemberPlan:
    """What is to become of one member. Nothing is written yet."""

    member: Member
    before: dict[str, Any] | None
    """Personal data as stored; None for a new member."""
    place: Organization
    """Where the member will be on the roll, or was last."""
    replay: Replay
    kept: list[Movement] = field(default_factory=list)
    added: list[Movement] = field(default_factory=list)
    reversed: list[Movement] = field(default_factory=list)
    pairs: list[tuple[Movement, Movement]] = field(default_factory=list)
    document: str = ""
    """The paper on which a change of personal data rests."""

    @property
    def contradictions(self) -> list[Contradiction]:
        return self.replay.contradictions

    @property
    def changes_member(self) -> bool:
        """Whether a stored member is to be stored anew."""
        now = (self.member.organization_id, self.member.on_roll)
        return personal_data(self.member) != self.before or now != (self.place.pk, self.replay.on_roll)


def personal_data(member: Member) -> dict[str, Any]:
    return {name: getattr(member, name) for name in PERSONAL}


def plan_member(
    member: Member,
    *,
    home: Organization,
    calendar: Calendar,
    existing: Sequence[Movement] = (),
    additions: Sequence[Movement] = (),
    removals: Sequence[Movement] = (),
    before: dict[str, Any] | None = None,
    completes_history: bool = False,
    home_is_stated: bool = False,
) -> MemberPlan:
    """What *member*, entered under *home*, comes to with *additions* and without *removals*.

    *existing* are the movements in force; an addition that `corrects` one of them replaces it. The implied
    admission is added, kept or reversed as the history asks for. It may be taken away only by an import that
    brings earlier history (`completes_history`) or that says anew where the member belongs
    (`home_is_stated`). Sets the member's Ngày vào Đảng where an admission gives it.
    """
    gone = {movement.pk for movement in removals} | {m.corrects_id for m in additions if m.corrects_id}
    remaining = [movement for movement in existing if movement.pk not in gone]
    stated = [movement for movement in remaining if not movement.is_implied]
    result = replay([_step(m) for m in (*stated, *additions)], member.joined_on, home.code)

    units = {m.organization.code: m.organization for m in (*stated, *additions)} | {home.code: home}
    plan = MemberPlan(member, before, units[result.organization], result, stated, list(additions), list(removals))
    member.joined_on = result.joined_on
    for movement in remaining:
        if movement.is_implied:
            if _is(movement, result.implied):
                plan.kept.append(movement)
                continue
            plan.reversed.append(movement)
            # Where something else is wrong already, this would only repeat it from the other side.
            if not (plan.contradictions or home_is_stated or _may_yield(movement, result, completes_history)):
                since = format_date(movement.effective_on)
                plan.contradictions.append(
                    Contradiction(
                        _step(additions[0]) if additions else None,
                        f"Đảng viên đang trong danh sách của {{place}} từ ngày {since} (theo Ngày vào Đảng).",
                        "Hãy thêm dòng rời khỏi {place} trước đó, hoặc xóa dòng này.",
                        "Hãy ghi chuyển đi khỏi {place} trước, hoặc sửa lại ngày.",
                        movement.organization.code,
                    )
                )
    if result.implied and not any(movement.is_implied for movement in plan.kept):
        plan.added.append(
            Movement(
                member=member, organization=units[result.implied.organization], kind=result.implied.kind,
                effective_on=result.implied.on, is_implied=True,
            )
        )  # fmt: skip
    plan.pairs = [(out.source, arrival.source) for out, arrival in result.pairs(calendar)]
    return plan


def _step(movement: Movement) -> Step:
    return Step(movement.kind, movement.effective_on, movement.organization.code, movement.held_on, movement)


def _is(movement: Movement, implied: Step | None) -> bool:
    known = (movement.effective_on, movement.organization.code)
    return implied is not None and known == (implied.on, implied.organization)


def _may_yield(implied: Movement, result: Replay, completes_history: bool) -> bool:
    """Whether the admission taken from Ngày vào Đảng may give way to what was entered now.

    An admission entered for that day and place says the same. Earlier history may come in later, as long as
    it leads through the place where the member was known to be.
    """
    joined = [step for step in result.steps if step.is_increase]
    if completes_history:
        return any(step.organization == implied.organization.code for step in joined)
    return any(step.kind == implied.kind and _is(implied, step) for step in joined)


def day_problems(
    movements: Sequence[Movement], closing_days: Mapping[str, date | None], today: date
) -> Iterator[tuple[Movement, str]]:
    """Movements on days that cannot be: to come, a ceremony before its decision, joining an organisation closed.

    *closing_days* says for each organisation code from which day it is closed.
    """
    for movement in movements:
        closed_on = closing_days.get(movement.organization.code)
        if movement.effective_on > today or (movement.held_on and movement.held_on > today):
            yield movement, STILL_TO_COME
        elif movement.sign > 0 and closed_on and movement.effective_on >= closed_on:
            yield (
                movement,
                f"Tổ chức đã thôi hoạt động từ ngày {format_date(closed_on)}, không thể tiếp nhận sau đó. "
                "Hãy ghi tổ chức kế thừa.",
            )

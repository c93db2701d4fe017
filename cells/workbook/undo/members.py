"""Taking back what DANG_VIEN and BIEN_DONG wrote: movements reversed or stated again, personal data as it was,
persons whom the import brought in removed."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from cells.models import Member, Movement, Organization
from cells.roll import Replay, Step, replay
from cells.services.removal import remove_members
from cells.services.roll import announce_personal_data, write_plans
from cells.services.roll_plan import MemberPlan, personal_data
from cells.workbook.undo.base import TakingBack, Written, keep_batches, sorted_out, used_in
from core import audit
from core.bulk import rows_by_key
from core.dates import BEGINNING, format_date
from core.workdays import WorkingCalendar


def former_members(plans: Iterable[MemberPlan], places: Mapping[int, int]) -> dict[str, Any]:
    """What has to be kept of *plans*, just written: who is new, and what the others were before.

    *places* says where each was then. Of what they are now only a keyed digest is kept: enough to see later
    whether somebody else has changed it.
    """
    created, changed = [], {}
    for plan in plans:
        if plan.before is None:
            created.append(plan.member.pk)
            continue
        now = personal_data(plan.member)
        was = {name: audit.plain(value) for name, value in plan.before.items() if value != now[name]}
        changed[str(plan.member.pk)] = {
            "was": was, "digest": _digest(plan.member, was), "place": places[plan.member.pk],
        }  # fmt: skip
    last = Movement.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return {"created": created, "changed": changed, "mark": last}


def _digest(member: Member, names: Iterable[str]) -> str:
    """Stands for the present values of *names*."""
    return audit.digest(json.dumps({name: audit.plain(getattr(member, name)) for name in sorted(names)}))


class MembersBack(TakingBack):
    def check(self) -> None:
        self.created = set(self.former.get("created", ()))
        self.changed = {int(key): entry for key, entry in self.former.get("changed", {}).items()}
        self.movements: dict[int, list[Movement]] = {}
        facts = Movement.objects.filter(batch=self.undo.batch).order_by("pk")
        for movement in facts.select_related("organization", "corrects__organization"):
            self.movements.setdefault(movement.member_id, []).append(movement)
            self.undo.touch(movement.organization_id, movement.effective_on)
        self.written = _by_member(row for rows in self.movements.values() for row in rows)
        standing = self.changed.keys() | self.movements.keys() - self.created
        rows = Member.objects.select_related("organization")
        self.members = {member.pk: member for member in rows_by_key(rows, "pk", self.created | standing)}
        self.undo.release(Member, self.created | standing)
        if len(self.members) < len(self.created | standing):
            self.undo.refuse(f"Có đảng viên của {self.undo.what} không còn trong hệ thống.")
        self._refuse_what_is_used()
        self.plans = [plan for plan in self._plans(standing & self.members.keys()) if plan]
        self._refuse_locked()

    def _refuse_what_is_used(self) -> None:
        users: dict[int, list] = {}
        for key, model in self.undo.references(Member, self.created):
            users.setdefault(key, []).append(model)
        for key in users:
            self.undo.refuse(
                f"{_named(self.members[key])} do {self.undo.what} thêm vào, sau đó có: {used_in(users[key])}."
            )
        for key in self.created & self.members.keys():
            self.undo.touch(self.members[key].organization_id, self.undo.today)

    def _plans(self, keys: set[int]) -> Iterator[MemberPlan | None]:
        """What each member who was there before is to be again."""
        facts = Movement.objects.select_related("organization")
        existing: dict[int, list[Movement]] = {key: [] for key in keys}
        for movement in rows_by_key(facts.in_force(), "member", keys):
            existing[movement.member_id].append(movement)
        calendar = WorkingCalendar.load()
        places = {self.changed[key]["place"] for key in keys & self.changed.keys()}
        homes = {unit.pk: unit for unit in rows_by_key(Organization.objects.all(), "pk", places)}
        for key in sorted(keys):
            later = next((m for m in existing[key] if self.undo.is_later(m, "BIEN_DONG")), None)
            if later is not None and key in self.movements:
                self.undo.refuse(f"{_named(self.members[key])} có biến động ghi sau {self.undo.what}: {later}.")
                continue
            yield self._plan(self.members[key], existing[key], homes, calendar)

    def _plan(
        self, member: Member, existing: Sequence[Movement], homes: Mapping[int, Organization], calendar: WorkingCalendar
    ) -> MemberPlan | None:
        entry = self.changed.get(member.pk, {"was": {}})
        named = _named(member)
        now = personal_data(member)
        if entry["was"] and _digest(member, entry["was"]) != entry["digest"]:
            self.undo.refuse(f"Thông tin của {named} đã được sửa sau {self.undo.what}.")
            return None
        for name, value in entry["was"].items():
            setattr(member, name, Member._meta.get_field(name).to_python(value))
        written = self.written.get(member.pk, Written())
        if written.corrected:
            self.undo.refuse(f"{named} có biến động đã được đính chính sau {self.undo.what}.")
            return None
        kept = [movement for movement in existing if movement.batch != self.undo.batch]
        restated = [_stated_again(before, row, self.undo.reason) for row, before in written.restores]
        home = homes.get(entry.get("place"), member.organization)
        movements = [*kept, *restated]
        result = replay([_step(m) for m in movements if not m.is_implied], member.joined_on, home.code)
        if result.contradictions or not _implies(result, movements):
            self.undo.refuse(f"Lịch sử của {named} không còn như trước {self.undo.what}.")
            return None
        units = {movement.organization.code: movement.organization for movement in movements} | {home.code: home}
        place = units[result.organization]
        self._refuse_closed_place(member, named, place, result)
        for movement in restated:
            self.undo.touch(movement.organization_id, movement.effective_on)
        for unit in (place, member.organization):  # of whom something is said counts in every report
            self.undo.touch(unit.pk, BEGINNING if entry["was"] else self.undo.today)
        pairs = [(out.source, arrival.source) for out, arrival in result.pairs(calendar)]
        return MemberPlan(member, now, place, result, kept, restated, written.additions, pairs)

    def _refuse_closed_place(self, member: Member, named: str, place: Organization, result: Replay) -> None:
        """Nobody goes back to an organisation that has been closed meanwhile."""
        if not result.on_roll or place == member.organization or place.closed_on is None:
            return
        closings = place.versions.in_force().filter(is_closed=True).select_related("corrects__corrects")
        if any(self.undo.is_later(closing, "TO_CHUC") for closing in closings):
            self.undo.refuse(
                f"{named} sẽ trở lại {place.name}, tổ chức đã thôi hoạt động từ ngày {format_date(place.closed_on)}."
            )

    def _refuse_locked(self) -> None:
        facts = {(m.organization_id, m.effective_on) for rows in self.movements.values() for m in rows}
        facts |= {(m.organization_id, m.effective_on) for plan in self.plans for m in plan.added}
        self.undo.refuse_locked((organization, day, day) for organization, day in facts)

    def write(self) -> date | None:
        since = write_plans(self.plans, announce=False, reason=self.undo.reason)
        restated = [movement for plan in self.plans for movement in plan.added]
        keep_batches(Movement, restated)
        remove_members([self.members[key] for key in sorted(self.created)], reason=self.undo.reason)
        days = [since, *(movement.effective_on for rows in self.movements.values() for movement in rows)]
        return min((day for day in days if day), default=None)

    def announce(self) -> None:
        announce_personal_data(self.plans)


def _by_member(movements: Iterable[Movement]) -> dict[int, Written]:
    """What became of the movements of an import, for each member."""
    found: dict[int, Written] = {}
    everybody = sorted_out(movements)
    for name in ("standing", "reversals", "corrected"):
        for movement in getattr(everybody, name):
            getattr(found.setdefault(movement.member_id, Written()), name).append(movement)
    return found


def _stated_again(before: Movement, movement: Movement, reason: str) -> Movement:
    """An unsaved row in the place of *movement* that says what *before* said."""
    names = ("kind", "effective_on", "held_on", "document", "organization", "is_implied")
    said = {name: getattr(before, name) for name in names}
    again = Movement(member_id=before.member_id, corrects=movement, reason=reason, **said)
    again.restates = before
    return again


def _step(movement: Movement) -> Step:
    return Step(movement.kind, movement.effective_on, movement.organization.code, movement.held_on, movement)


def _implies(result: Replay, movements: Iterable[Movement]) -> bool:
    """Whether the admission taken from Ngày vào Đảng is the one that stands among *movements*, if any."""
    standing = [(m.effective_on, m.organization.code) for m in movements if m.is_implied]
    return standing == ([(result.implied.on, result.implied.organization)] if result.implied else [])


def _named(member: Member) -> str:
    return f"{member.full_name} ({member.born_on.year})" if member.born_on else f"{member.full_name} ({member.code})"

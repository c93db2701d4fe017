"""Taking back what CAM_TINH wrote: files it brought removed, what it added to others voided or put as it was.

Events only grow. Of a file that was there before, those of the import are voided by new rows. A file that the import
itself has brought goes whole, with the person, while nobody has done anything with it since: whoever was written down
by mistake must not stay stored (docs/adr/0011-imports.md).
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from cells.services.errors import RuleError
from cells.workbook.undo.base import TakingBack, Undoing, register_objection, used_in
from core import audit
from core.bulk import chunks, rows_by_key
from core.models import AuditEvent
from pipeline.models import Candidate, Case, CaseEvent, Mentorship, RollEntry
from pipeline.services.bulk import CaseDraft
from pipeline.services.extending import CHANGED_MEANWHILE, TAKES_BACK, Addition, Reduction, reduce_cases
from pipeline.services.removal import remove_cases

BESIDE = ("candidate__profile", "candidate__member", "organization")


class Former:
    """What has to be kept of an import to take it back: gathered while it is written."""

    def __init__(self) -> None:
        self.created: list[int] = []
        self.changed: dict[str, dict[str, Any]] = {}
        self._entries: set[int] = set()

    def before(self, additions: Sequence[Addition]) -> None:
        """What the files are that *additions* are about to change."""
        keys = [each.case.pk for each in additions]
        self._entries = {row.pk for row in rows_by_key(RollEntry.objects.all(), "case", keys)}
        for each in additions:
            person, profile = each.case.candidate, getattr(each.case.candidate, "profile", None)
            self.changed[str(each.case.pk)] = {
                "person": {name: audit.plain(getattr(person, name)) for name in each.person},
                "profile": {name: getattr(profile, name, "") for name in each.profile},
                "joins": each.member is not None,
            }

    def after(self, drafts: Sequence[CaseDraft], additions: Sequence[Addition]) -> None:
        """What they are now: of private values a keyed digest."""
        self.created = [draft.case.pk for draft in drafts]
        entries = defaultdict(list)
        for row in rows_by_key(RollEntry.objects.all(), "case", [each.case.pk for each in additions]):
            if row.pk not in self._entries:
                entries[row.case_id].append(row.pk)
        for each in additions:
            self.changed[str(each.case.pk)] |= {
                "version": each.case.version, "helpers": [row.pk for row in each.helpers],
                "entries": entries[each.case.pk], "digest": digest(each.case, each.person, each.profile),
            }  # fmt: skip

    def as_json(self) -> dict[str, Any] | None:
        return {"created": self.created, "changed": self.changed} if self.created or self.changed else None


def digest(case: Case, person: Iterable[str], profile: Iterable[str]) -> str:
    """Stands for the present values of those columns."""
    row = getattr(case.candidate, "profile", None)
    told = {name: audit.plain(getattr(case.candidate, name)) for name in person}
    told |= {name: getattr(row, name, "") for name in profile}
    return audit.digest(json.dumps(told, sort_keys=True))


class CasesBack(TakingBack):
    def check(self) -> None:
        created = set(self.former.get("created", ()))
        self.changed = {int(key): entry for key, entry in self.former.get("changed", {}).items()}
        rows = Case.objects.select_related(*BESIDE)
        cases = {case.pk: case for case in rows_by_key(rows, "pk", created | self.changed.keys())}
        if len(cases) < len(created) + len(self.changed):
            self.undo.refuse(f"Có hồ sơ của {self.undo.what} không còn trong hệ thống.")
        self.removed = [case for key, case in cases.items() if key in created]
        self.restored = [case for key, case in cases.items() if key in self.changed]
        for case in cases.values():
            self.undo.touch(case.organization_id, self.undo.today)
        self._release()
        self._refuse_changed(cases.values())
        self._refuse_used(created)

    def _release(self) -> None:
        undo = self.undo
        people = {case.candidate_id for case in self.removed}
        undo.release(Case, (case.pk for case in self.removed))
        undo.release(Candidate, people)
        undo.release(Candidate, (case.candidate_id for case in self.restored if self.changed[case.pk]["joins"]))
        undo.release(Mentorship, (key for entry in self.changed.values() for key in entry["helpers"]))
        undo.release(RollEntry, (key for entry in self.changed.values() for key in entry["entries"]))
        for model in (Mentorship, RollEntry):
            for keys in chunks(case.pk for case in self.removed):
                undo.release(model, model.objects.filter(case__in=keys).values_list("pk", flat=True))

    def _refuse_changed(self, cases: Collection[Case]) -> None:
        """Whatever was entered since, and not taken back again, stands against it."""
        self.changed_since: set[int] = set()
        moved_on = {
            str(case.public_id): case
            for case in cases
            if case.version != self.changed.get(case.pk, {}).get("version", 1)
        }  # fmt: skip
        for key in changed_since(self.undo, moved_on):
            self.changed_since.add(moved_on[key].pk)
            self.undo.refuse(f"Hồ sơ {_named(moved_on[key])} có việc ghi sau {self.undo.what}.")
        for case in self.restored:
            entry = self.changed[case.pk]
            if digest(case, entry["person"], entry["profile"]) != entry["digest"]:
                self.undo.refuse(f"Thông tin của {_named(case)} đã được sửa sau {self.undo.what}.")

    def _refuse_used(self, created: Collection[int]) -> None:
        """Nothing else may hang on a file, or a person, that is to be as if it had never been."""
        users: dict[int, list] = defaultdict(list)
        for key, model in self.undo.references(Case, created):
            users[key].append(model)
        owners = {case.candidate_id: case.pk for case in self.removed}
        for key, model in self.undo.references(Candidate, owners):
            users[owners[key]].append(model)
        for case in self.removed:
            if case.pk in users and case.pk not in self.changed_since:
                self.undo.refuse(f"Hồ sơ {_named(case)} do {self.undo.what} mở, sau đó có: {used_in(users[case.pk])}.")

    def write(self) -> date | None:
        undo = self.undo
        reduce_cases(
            [self._reduction(case, events) for case, events in self._events()], batch=undo.batch, today=undo.today,
            reason=undo.reason,
        )  # fmt: skip
        self._refuse_faster()
        remove_cases(self.removed, [case.candidate_id for case in self.removed], reason=undo.reason)
        return None

    def _events(self) -> Iterator[tuple[Case, list[CaseEvent]]]:
        found = defaultdict(list)
        rows = CaseEvent.objects.in_force().filter(batch=self.undo.batch)
        for row in rows_by_key(rows.order_by("pk"), "case", [case.pk for case in self.restored]):
            found[row.case_id].append(row)
        return ((case, found[case.pk]) for case in self.restored)

    def _reduction(self, case: Case, events: list[CaseEvent]) -> Reduction:
        entry = self.changed[case.pk]
        person = {name: Candidate._meta.get_field(name).to_python(value) for name, value in entry["person"].items()}
        if entry["joins"]:
            person["member"] = None
        return Reduction(case, person, entry["profile"], events, entry["helpers"], entry["entries"])

    def _refuse_faster(self) -> None:
        """Nobody may have changed one of the files to be removed since they were checked."""
        rows = Case.objects.select_for_update().order_by("pk")
        now = {row.pk: row.version for row in rows_by_key(rows, "pk", sorted(case.pk for case in self.removed))}
        for case in self.removed:
            if now.get(case.pk) != case.version:
                raise RuleError(CHANGED_MEANWHILE.format(case.code))


def changed_since(undo: Undoing, cases: Mapping[str, Case]) -> list[str]:
    """Those of *cases* (by public id) that something befell after the import, imports taken back again left out."""
    events: dict[str, list[AuditEvent]] = defaultdict(list)
    rows = AuditEvent.objects.filter(model=Case._meta.label_lower).order_by("pk")
    for event in rows_by_key(rows, "object_id", list(cases)):
        events[event.object_id].append(event)
    found = []
    for key in cases:
        own = max((event.pk for event in events[key] if event.batch == undo.batch), default=0)
        later = [event for event in events[key] if event.pk > own]
        undone = {event.changes[TAKES_BACK] for event in later if TAKES_BACK in event.changes}
        if any(str(event.batch) not in undone and TAKES_BACK not in event.changes for event in later):
            found.append(key)
    return found


@register_objection
def files_rest_on_movements(undo: Undoing) -> Iterator[str]:
    """Movements of the import by which a file knows its admission: what the file says must stay true."""
    rows = RollEntry.objects.filter(movement__batch=undo.batch, movement__in_force=True)
    gone = undo.released.get(RollEntry, set())
    for row in rows.select_related("case__candidate"):
        if row.pk not in gone:
            yield f"Việc kết nạp của hồ sơ {_named(row.case)} dựa vào {undo.what}."


def _named(case: Case) -> str:
    return f"{case.code} ({case.candidate.name_with_year})"

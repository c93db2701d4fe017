"""What people have decided about an organisation, change by change, in words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from cells.kinds import OrganizationKind
from cells.models import Movement, Organization, OrganizationVersion, WorkbookImport
from cells.roles import Action
from cells.scoping import reaches
from core.dates import BEGINNING

TRAIT_LABELS = {
    "sector": "Lĩnh vực",
    "is_residential": "Địa bàn dân cư",
    "is_ethnic_minority_area": "Vùng dân tộc thiểu số",
    "is_religious_area": "Vùng có đạo",
    "has_sources": "Còn nguồn",
}
_ANSWERS = {True: "có", False: "không", None: "chưa rõ", "": "chưa ghi"}


@dataclass
class Change:
    """One change of an organisation, as somebody recorded it. `words` say what became different.

    `is_in_force` is false once something recorded later took its place; then `undone_at` says whether, and when, it was
    taken back, by whom and why.
    """

    organization: Organization
    """Whose change it is: another's, where that was merged into the one asked about."""
    on: date
    words: list[str]
    document: str
    reason: str
    by: str
    recorded_at: datetime
    batch: UUID | None
    is_in_force: bool = True
    undone_at: datetime | None = None
    undone_by: str = ""
    undone_reason: str = ""
    workbook_import: str = ""
    """The name of the file, for what came with an import: that is taken back whole, on its own page."""
    is_undoable: bool = False
    """Whether the one who asks may try to take it back; what builds on it may still stand against that."""

    @property
    def is_undone(self) -> bool:
        return self.undone_at is not None

    @property
    def since(self) -> date | None:
        """Its day; None for what was there before anybody wrote it down."""
        return None if self.on == BEGINNING else self.on


@dataclass
class _Written:
    """The rows one change wrote of one organisation, and what stood there before."""

    rows: list[OrganizationVersion] = field(default_factory=list)
    before: OrganizationVersion | None = None


def changes_of(organization: Organization, user: Any) -> list[Change]:
    """All changes of *organization*, taken back ones included, the latest recorded first.

    What was merged into it is one of its changes too.
    """
    rows = list(_rows().filter(organization=organization).order_by("pk"))
    written = list(_by_change(rows))
    merged = _rows().filter(parent=organization, has_successor=True).exclude(organization=organization).order_by("pk")
    absorbed = list(merged)
    successors = {row.corrects_id: row for row in rows}
    successors |= {row.corrects_id: row for row in _rows().filter(corrects__in=[row.pk for row in absorbed])}
    changes = [_change(each.rows, words_of(each.rows[0], each.before), successors) for each in written]
    latest = max((change.recorded_at for change in changes if change.is_in_force), default=None)
    for change in changes:
        change.is_undoable = change.is_in_force and change.recorded_at == latest
    for row in absorbed:
        if not _is_reversal(row, successors) and not _is_restated(row):
            change = _change([row], [f"Tiếp nhận {row.name} ({row.organization.code}) sáp nhập vào"], successors)
            change.is_undoable = change.is_in_force  # nothing comes after the end of a unit
            changes.append(change)
    batches = {change.batch for change in changes if change.batch}
    imports = dict(WorkbookImport.objects.filter(batch__in=batches).values_list("batch", "name"))
    for change in changes:
        change.workbook_import = imports.get(change.batch, "")
        may = reaches(user, Action.ARRANGE, "cells.organization", change.organization)
        was_always_there = change.on == BEGINNING
        change.is_undoable &= may and change.batch is not None and not (change.workbook_import or was_always_there)
    return sorted(changes, key=lambda change: change.recorded_at, reverse=True)


def last_row(organization: Organization) -> int:
    """The key of the latest row about *organization*: what a form has seen of it."""
    return organization.versions.order_by("-pk").values_list("pk", flat=True).first() or 0


def recorded_since(organization: Organization, seen: int) -> list[str]:
    """What became of *organization* by rows later than *seen*, in words with who recorded it."""
    rows = list(_rows().filter(organization=organization).order_by("pk"))
    successors = {row.corrects_id: row for row in rows}
    told = []
    for each in _by_change(rows):
        if each.rows[0].pk > seen:
            told += [f"{words} ({_person(each.rows[0])})" for words in words_of(each.rows[0], each.before)]
    for row in rows:
        if row.pk > seen and (_is_reversal(row, successors) or _is_restated(row)):
            told.append(f"Bỏ một thay đổi trước đó ({_person(row)})")
    return list(dict.fromkeys(told))


def places_of_change(batch: UUID) -> list[Organization]:
    """The organisations that the change carrying *batch* is about, whatever they were ever below, and where members
    went with it."""
    versions = OrganizationVersion.objects.filter(batch=batch).order_by()
    keys = set(versions.values_list("organization_id", flat=True))
    ever = OrganizationVersion.objects.in_force().filter(organization__in=keys).order_by()
    keys |= set(ever.values_list("parent_id", flat=True)) | set(versions.values_list("parent_id", flat=True))
    keys |= set(Movement.objects.filter(batch=batch).order_by().values_list("organization_id", flat=True))
    return list(Organization.objects.filter(pk__in=keys - {None}))


def is_taken_back(batch: UUID) -> bool:
    """Whether of the change that carries *batch* nothing is left, because it was taken back."""
    rows = list(_rows().filter(batch=batch).order_by("pk"))
    units = {row.organization_id for row in rows}
    successors = {row.corrects_id: row for row in _rows().filter(organization__in=units)}
    return all(_change([row], [], successors).is_undone for row in rows if not _is_restated(row))


def words_of(row: OrganizationVersion, before: OrganizationVersion | None) -> list[str]:
    """What *row* says that *before* (what held until then) did not."""
    if before is None:
        place = f", trực thuộc {row.parent.name}" if row.parent else ""
        founded = "Có trong danh sách ban đầu" if row.valid_from == BEGINNING else "Thành lập"
        return [f"{founded}: {row.name}, {OrganizationKind(row.kind).label}{place}"]
    if row.is_closed and not before.is_closed:
        return [f"Sáp nhập vào {row.parent.name}" if row.has_successor and row.parent else "Giải thể"]
    told = []
    if row.name != before.name:
        told.append(f"Đổi tên: {before.name} → {row.name}")
    if row.kind != before.kind:
        told.append(f"Đổi loại hình: {OrganizationKind(before.kind).label} → {OrganizationKind(row.kind).label}")
    if row.parent_id != before.parent_id:
        told.append(f"Chuyển cấp trên: {before.parent or 'không có'} → {row.parent or 'không có'}")
    for name, label in TRAIT_LABELS.items():
        old, new = getattr(before, name), getattr(row, name)
        if old != new:
            told.append(f"{label}: {_ANSWERS.get(old, old)} → {_ANSWERS.get(new, new)}")
    return told or ["Ghi lại nội dung cũ"]


def _rows() -> Any:
    related = ("organization", "parent", "recorded_by", "corrects", "corrects__corrects")
    return OrganizationVersion.objects.select_related(*related)


def _by_change(rows: Iterable[OrganizationVersion]) -> Iterator[_Written]:
    """*rows* of one organisation, by key, put together change by change; what only took others back is left out."""
    rows = list(rows)
    successors = {row.corrects_id: row for row in rows}
    standing: dict[date, OrganizationVersion] = {}
    found: dict[Any, _Written] = {}
    for row in rows:
        is_reversal = _is_reversal(row, successors)
        if not is_reversal and not _is_restated(row):
            earlier = [day for day in standing if day < row.valid_from]
            before = standing.get(row.valid_from) or (standing[max(earlier)] if earlier else None)
            # What carries no batch was recorded by itself.
            entry = found.setdefault(row.batch or row.pk, _Written(before=before))
            if not entry.rows or row.valid_from < entry.rows[0].valid_from:
                entry.rows.insert(0, row)
                entry.before = before
            else:
                entry.rows.append(row)
        if row.corrects_id and row.corrects is not None:
            standing.pop(row.corrects.valid_from, None)
        if not is_reversal:
            standing[row.valid_from] = row
    yield from found.values()


def _is_reversal(row: OrganizationVersion, successors: dict[int | None, OrganizationVersion]) -> bool:
    """Whether *row* took another back with nothing in its place."""
    return not row.in_force and row.corrects_id is not None and row.pk not in successors


def _is_restated(row: OrganizationVersion) -> bool:
    """Whether *row* says again, under its batch, what a change taken back had replaced."""
    replaced = row.corrects.corrects if row.corrects else None
    return replaced is not None and row.batch is not None and replaced.batch == row.batch


def _change(
    rows: list[OrganizationVersion], words: list[str], successors: dict[int | None, OrganizationVersion]
) -> Change:
    first = rows[0]
    change = Change(
        first.organization, first.valid_from, words, first.document, first.reason, _person(first), first.recorded_at,
        first.batch,
    )  # fmt: skip
    row = first
    while (after := successors.get(row.pk)) is not None:
        if _is_restated(after) and after.batch == first.batch:  # said again: what had replaced it was taken back
            change.is_in_force, change.undone_at = True, None
        elif change.is_in_force:
            change.is_in_force = False
            if _is_reversal(after, successors) or _is_restated(after):
                change.undone_at, change.undone_by = after.recorded_at, _person(after)
                change.undone_reason = after.reason
        row = after
    return change


def _person(row: OrganizationVersion) -> str:
    return str(row.recorded_by) if row.recorded_by else "Hệ thống"

"""The only writer of declared years."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from cells.declared import FIGURES, closing_fault
from cells.models import DeclaredYear, FactsVersion, Organization
from cells.queries.organizations import paths_of
from cells.services.errors import ChangedMeanwhileError, RuleError
from cells.services.locks import refuse_locked_spans
from cells.signals import facts_changed
from core import audit
from core.bulk import BATCH, chunks, rows_by_key
from core.dates import end_of_year
from core.models import AuditEvent


@dataclass(frozen=True)
class DeclarationChange:
    """*figures* (every one of FIGURES) for an organisation's *year*; None deletes the declaration.

    *shown* is the :func:`mark` of what the person saw.
    """

    organization: Organization
    year: int
    figures: dict[str, int] | None
    shown: str

    def __hash__(self) -> int:
        return hash((self.organization.pk, self.year))


def mark(row: DeclaredYear | None) -> str:
    """Tells this state of this row from every other; empty where there is none."""
    return f"{row.pk}.{row.version}" if row else ""


@transaction.atomic
@audit.one_change()
def save_declared_years(changes: Sequence[DeclarationChange], *, today: date, reason: str = "") -> int:
    """Write, change and delete declarations as one change, all or none; returns how many.

    Raises RuleError where figures do not add up, a year has not come yet or is locked, or an existing row would
    change without a *reason*; :class:`ChangedMeanwhileError` where a row is not the one that was shown.
    """
    FactsVersion.advance()  # changes of facts wait for each other from here on
    stored = _stored(changes)
    stale = [change for change in changes if mark(stored.get(_place(change))) != change.shown]
    if stale:
        raise ChangedMeanwhileError(stale)
    real = [change for change in changes if _figures(stored.get(_place(change))) != (change.figures or {})]
    if not real:
        return 0
    _check(real, today)
    if not reason.strip() and any(_place(change) in stored for change in real):
        raise RuleError("Có số liệu đã khai bị sửa hoặc xóa. Hãy ghi lý do.")
    written = []
    for change in real:
        if change.figures is not None:
            row = stored.get(_place(change)) or DeclaredYear(organization=change.organization, year=change.year)
            for name, value in change.figures.items():
                setattr(row, name, value)
            written.append(row)
    since = date(min(change.year for change in real), 1, 1)
    remove_declared_years([stored[_place(change)] for change in real if change.figures is None], reason=reason.strip())
    write_declared_years(written, reason=reason.strip())
    facts_changed.send(sender=DeclaredYear, since=since)
    return len(real)


@transaction.atomic
def write_declared_years(declared: Sequence[DeclaredYear], *, reason: str = "") -> date | None:
    """Store new and changed rows; returns the first day whose figures may differ.

    The caller has checked that closing = opening + increases − decreases (the database does so too), and
    raises the facts' version.
    """
    before = {row.pk: row for row in rows_by_key(DeclaredYear.objects.all(), "pk", [d.pk for d in declared if d.pk])}
    new = [row for row in declared if row.pk is None]
    changed = [row for row in declared if row.pk is not None]
    for row in changed:
        row.version += 1
    DeclaredYear.objects.bulk_create(new, batch_size=BATCH)
    DeclaredYear.objects.bulk_update(changed, [*FIGURES, "version"], batch_size=BATCH)
    paths = paths_of({row.organization_id for row in declared})
    audit.record_many(
        audit.event(
            AuditEvent.Action.UPDATE if row.pk in before else AuditEvent.Action.CREATE,
            row,
            label=f"{row.organization.code} {row.year}",
            changes=audit.differences(_figures(before.get(row.pk)), _figures(row)),
            scope_path=paths[row.organization_id],
            reason=reason,
        )
        for row in declared
    )
    return date(min(row.year for row in declared), 1, 1) if declared else None


@transaction.atomic
def remove_declared_years(rows: Sequence[DeclaredYear], *, reason: str) -> None:
    """Remove declarations; what they said stays in the trail. The caller raises the facts' version."""
    paths = paths_of({row.organization_id for row in rows})
    audit.record_many(
        audit.event(
            AuditEvent.Action.DELETE,
            row,
            label=f"{row.organization.code} {row.year}",
            changes={name: [value, None] for name, value in _figures(row).items()},
            scope_path=paths[row.organization_id],
            reason=reason,
        )
        for row in rows
    )
    for some in chunks(row.pk for row in rows):
        DeclaredYear.objects.filter(pk__in=some).delete()


def _check(changes: Sequence[DeclarationChange], today: date) -> None:
    problems = []
    for change in changes:
        where = f"{change.organization.name}, năm {change.year}"
        if change.figures is not None and change.year > today.year:
            problems.append(f"{where}: năm này chưa tới. Hãy sửa lại năm.")
        elif change.figures is not None and (fault := closing_fault(change.figures)):
            problems.append(f"{where}: {fault}")
    if problems:
        raise RuleError(problems)
    refuse_locked_spans(
        (change.organization.pk, date(change.year, 1, 1), end_of_year(change.year)) for change in changes
    )


def _place(change: DeclarationChange) -> tuple[int, int]:
    return change.organization.pk, change.year


def _stored(changes: Sequence[DeclarationChange]) -> dict[tuple[int, int], DeclaredYear]:
    """The declarations in the places of *changes*."""
    years = {change.year for change in changes}
    rows = DeclaredYear.objects.filter(year__in=years).select_related("organization")
    found = rows_by_key(rows, "organization_id", {change.organization.pk for change in changes})
    return {(row.organization_id, row.year): row for row in found}


def _figures(row: DeclaredYear | None) -> dict[str, int]:
    return {name: getattr(row, name) for name in FIGURES} if row else {}

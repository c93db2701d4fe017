"""The workbook as `import_workbook` reads it: same sheets, same headers, nothing but values."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.db.models import Q, QuerySet

from cells.models import Member, Movement, Organization, OrganizationVersion
from cells.scoping import path_within
from cells.workbook.importing import registered_sheets
from core.documents.sheets import Sheets, Table

TITLE = "Tạo Nguồn: sổ dữ liệu"


@dataclass(frozen=True)
class ExportScope:
    """What an export holds.

    A part is made to stand by itself: members come with their whole history, and every organisation it
    names comes along with those above it.
    """

    organizations: QuerySet[Organization]
    members: QuerySet[Member]
    within: QuerySet[Organization]
    """Those the export is of, without what it only names."""


NOTHING = ExportScope(Organization.objects.none(), Member.objects.none(), Organization.objects.none())
"""Gives the workbook with its headers only."""


def export_scope(root: Organization | None = None) -> ExportScope:
    """The scope of *root* with all below it today; of everything without it."""
    if root is None:
        return ExportScope(Organization.objects.all(), Member.objects.all(), Organization.objects.all())
    below = Organization.objects.filter(path_within("path", root.path))
    touched = Movement.objects.in_force().filter(organization__in=below)
    members = Member.objects.filter(Q(pk__in=touched.values("member")) | Q(organization__in=below))
    named = Movement.objects.in_force().filter(member__in=members).values_list("organization", flat=True)
    keys = _with_all_above({*below.values_list("pk", flat=True), *named.distinct()})
    return ExportScope(Organization.objects.filter(pk__in=keys), members, below)


def _with_all_above(keys: set[int]) -> set[int]:
    """*keys* with their parents and successors of any time, and theirs in turn."""
    parents: dict[int, set[int]] = {}
    rows = OrganizationVersion.objects.in_force().exclude(parent=None)
    for organization, parent in rows.values_list("organization_id", "parent_id"):
        parents.setdefault(organization, set()).add(parent)
    reached, frontier = set(keys), set(keys)
    while frontier:
        frontier = {parent for key in frontier for parent in parents.get(key, ())} - reached
        reached |= frontier
    return reached


def write_workbook(path: Path | BinaryIO, scope: ExportScope) -> dict[str, int]:
    """Write every sheet of *scope* to *path* (or an open file); returns the number of rows by sheet."""
    with Sheets(str(path) if isinstance(path, Path) else path, TITLE) as book:
        return {
            sheet.name: book.add(
                sheet.name, Table(sheet.name, [column.header for column in sheet.columns], sheet.export(scope))
            )
            for sheet in registered_sheets()
        }

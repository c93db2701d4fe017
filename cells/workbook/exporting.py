"""The workbook as `import_workbook` reads it: same sheets, same headers, nothing but values."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter
from django.db.models import Q, QuerySet

from cells.models import Member, Movement, Organization, OrganizationVersion
from cells.scoping import path_within
from cells.workbook.importing import Sheet, registered_sheets

FIXED_DAY = datetime(2000, 1, 1)
"""Written as the day of creation, so that equal contents give equal files."""


@dataclass(frozen=True)
class ExportScope:
    """What an export holds.

    A part is made to stand by itself: members come with their whole history, and every organisation it
    names comes along with those above it.
    """

    organizations: QuerySet[Organization]
    members: QuerySet[Member]


NOTHING = ExportScope(Organization.objects.none(), Member.objects.none())
"""Gives the workbook with its headers only."""


def export_scope(root: Organization | None = None) -> ExportScope:
    """The scope of *root* with all below it today; of everything without it."""
    if root is None:
        return ExportScope(Organization.objects.all(), Member.objects.all())
    below = Organization.objects.filter(path_within("path", root.path))
    touched = Movement.objects.in_force().filter(organization__in=below)
    members = Member.objects.filter(Q(pk__in=touched.values("member")) | Q(organization__in=below))
    named = Movement.objects.in_force().filter(member__in=members).values_list("organization", flat=True)
    keys = _with_all_above({*below.values_list("pk", flat=True), *named.distinct()})
    return ExportScope(Organization.objects.filter(pk__in=keys), members)


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
    target = str(path) if isinstance(path, Path) else path
    book = xlsxwriter.Workbook(target, {"constant_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": "Tạo Nguồn: sổ dữ liệu", "created": FIXED_DAY})
    head = book.add_format({"bold": True, "bg_color": "#9B1C1F", "font_color": "#FFFFFF", "valign": "vcenter"})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    counts = {}
    for sheet in registered_sheets():
        counts[sheet.name] = _write_sheet(book, sheet, scope, head, day)
    book.close()
    return counts


def _write_sheet(book: xlsxwriter.Workbook, sheet: type[Sheet], scope: ExportScope, head: Any, day: Any) -> int:
    page = book.add_worksheet(sheet.name)
    page.freeze_panes(1, 0)
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, max(12, len(column.header) + 4))
        page.write_string(0, place, column.header, head)
    number = 0
    for number, cells in enumerate(sheet.export(scope), start=1):
        for place, value in enumerate(cells):
            if value is None or value == "":
                continue
            if isinstance(value, date):
                page.write_datetime(number, place, datetime(value.year, value.month, value.day), day)
            elif isinstance(value, int):
                page.write_number(number, place, value)
            else:
                # Always as text: a name that begins with "=" must never become a formula.
                page.write_string(number, place, str(value))
    return number

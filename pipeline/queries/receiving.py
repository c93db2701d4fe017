"""Where a file is handed in, and where it waits on its way up."""

from datetime import date
from typing import Any

from cells.kinds import CELL_KINDS
from cells.models import Organization
from cells.roles import Action
from cells.scoping import path_above
from pipeline.models import Case, FileReceipt, SessionItem
from pipeline.queries.sessions import is_waiting


def offices_above(user: Any, case: Case, today: date) -> list[Organization]:
    """The units above the cell for which *user* keeps files, the nearest first."""
    rows = Organization.objects.visible_to(user, Action.RECORD_CASE, on=today, of="pipeline.filereceipt")
    rows = rows.filter(path_above("path", case.organization.path)).exclude(kind__in=CELL_KINDS)
    return list(rows.order_by("-path"))


def receipts_of(case: Case) -> list[FileReceipt]:
    """Where the file was handed in, the last first."""
    rows = FileReceipt.objects.filter(case=case).select_related("organization")
    return list(rows.order_by("-received_on", "-pk"))


def agendas_of(case: Case) -> list[tuple[SessionItem, bool]]:
    """The sessions before which the file was put, the last first; whether it still waits there."""
    rows = SessionItem.objects.filter(case=case).select_related("session__organization", "event")
    items = rows.order_by("-session__held_on", "-pk")
    return [(item, is_waiting(item)) for item in items]

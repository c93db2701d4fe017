"""What imports leave to do: files that wait for a decision."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from cells.duties import Duty
from cells.models import WorkbookImport
from cells.roles import Action
from cells.scoping import may
from cells.workbook.imports import OPEN_FOR
from core.numbers import format_integer

MANY = 5
"""So many files are named; more are seen in the list of imports."""


def duties(user: Any, today: date) -> Iterator[Duty]:
    """Of the user's own files that were checked; a file goes when its time is over."""
    if not may(user, Action.IMPORT, "cells.organization", today):
        return
    states = (WorkbookImport.State.CHECKED, WorkbookImport.State.REFUSED)
    rows = WorkbookImport.objects.visible_to(user).filter(state__in=states).defer("found", "choices")
    for row in rows.order_by("created_at")[:MANY]:
        yield Duty(
            f"Sửa lỗi của tệp {row}" if row.errors else f"Xem trước và ghi tệp {row}",
            reverse("cells:import-detail", args=[row.public_id]),
            "Xem từng lỗi" if row.errors else "Xem trước",
            detail=f"Tệp có {format_integer(row.errors)} lỗi, chưa ghi gì." if row.errors else "Chưa ghi gì.",
            due=timezone.localtime(row.created_at + OPEN_FOR).date(),
            basis=f"Tệp chưa ghi được giữ {OPEN_FOR.days} ngày rồi xóa.",
        )

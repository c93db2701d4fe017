"""What lies in a file besides its events: written within one change of the file, told to the trail with it."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from django.db import IntegrityError, transaction

from cells.services.errors import RuleError
from core import audit
from pipeline.deriving import Judge
from pipeline.models import CaseRow
from pipeline.queries.cases import judge_of
from pipeline.services.settling import changing, settle, told

Row = TypeVar("Row", bound=CaseRow)
PLAIN = {"public_id", "case", "recorded_at", "recorded_by", "id"}
"""Columns that the trail says by itself."""


def insert(row: CaseRow) -> None:
    """Store a new row. Raises RuleError where it is there already. Only within `changing`."""
    row.recorded_by = audit.current().user
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise RuleError("Việc này vừa được ghi rồi. Hãy tải lại trang để xem.") from None


def add(row: Row, *, version: int, today: date, what: str, reason: str = "") -> Row:
    """Put a new row into its file. Raises CaseChangedError, RuleError."""
    with changing(row.case, version):
        insert(row)
        settle(row.case, judge_of(today), what=what, changes=shown(row), reason=reason)
    return row


def change(row: Row, values: Mapping[str, Any], *, version: int, today: date, what: str, reason: str = "") -> Row:
    """Set *values* on a row of a file. Raises CaseChangedError, RuleError."""
    with changing(row.case, version):
        update(row, values, judge_of(today), what=what, reason=reason)
    return row


def update(row: CaseRow, values: Mapping[str, Any], judge: Judge, *, what: str, reason: str = "") -> None:
    """The same within a change that has begun."""
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    settle(row.case, judge, what=what, changes=told(row, *values), reason=reason)


def shown(row: CaseRow) -> dict[str, Any]:
    """All that a new row says, for the trail; related rows in words."""
    names = [field.name for field in row._meta.concrete_fields if field.name not in PLAIN]
    return {name: value for name, value in told(row, *names).items() if value is not False}


def refuse_future(day: date | None, today: date, what: str = "Ngày này") -> None:
    if day and day > today:
        raise RuleError(f"{what} còn ở phía trước. Hãy ghi ngày đã diễn ra.")

"""One undo: every part checks, then all of them write, or none."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import ProtectedError

from cells.models import FactsVersion, Organization
from cells.services.errors import RuleError
from cells.signals import facts_changed
from cells.workbook.importing import MAX_TRIES, FactsMovedError, Progress, registered_sheets
from cells.workbook.undo.base import TakingBack, Undoing, registered_objections
from core import audit

BUSY = "Dữ liệu đang được nhiều người sửa cùng lúc. Hãy thử lại sau ít phút."


def run_undo(
    *,
    batch: UUID,
    former: Mapping[str, Any],
    facts_version: int,
    reason: str,
    today: date,
    may_touch: Callable[[Organization], bool],
    commit: Callable[[], AbstractContextManager],
    progress: Progress = lambda done, total, step: None,
) -> list[str]:
    """Take back everything that carries *batch*; returns the reasons why not, none when it was done.

    *commit* opens the transaction of the one who calls. When facts change meanwhile, everything is checked again.
    """
    for _ in range(MAX_TRIES):
        version = FactsVersion.current()
        undo = Undoing(batch, former, facts_version, today, reason, may_touch)
        parts = _checked(undo, progress)
        if undo.objections:
            return undo.objections
        try:
            with audit.one_change(), commit():
                if not FactsVersion.advance(expected=version):
                    raise FactsMovedError
                since = min((day for part in parts if (day := part.write())), default=None)
                for part in parts:
                    part.announce()
                if since:
                    facts_changed.send(sender=Undoing, since=since)
        except FactsMovedError:
            continue
        except RuleError as refusal:
            return refusal.messages
        except ProtectedError:
            return [BUSY]
        return []
    return [BUSY]


def _checked(undo: Undoing, progress: Progress) -> list[TakingBack]:
    """All parts, in the order in which they write: what was written last goes first."""
    sheets = [sheet for sheet in reversed(registered_sheets()) if sheet.taking_back]
    parts = [sheet.taking_back(undo, undo.former.get(sheet.name)) for sheet in sheets]
    for number, part in enumerate(parts, start=1):
        progress(number, len(parts) + 1, "Kiểm tra những gì dựa trên lần nhập này")
        part.check()
    undo.refuse_foreign()
    for objection in registered_objections():
        for message in objection(undo):
            undo.refuse(message)
    return parts

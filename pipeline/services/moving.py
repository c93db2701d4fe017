"""What befalls a file besides its steps: returned, paused, given up, refused, moved; each with its way back.

All of it is `perform`; here is what each needs besides.
"""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from cells.kinds import CELL_KINDS
from cells.models import Organization
from cells.services.errors import RuleError
from core import audit
from pipeline.models import Case, CaseEvent
from pipeline.services.cases import NO_DOCUMENT, Document, perform
from pipeline.services.helpers import end_helpers_of_cell

MOVED, RETURNED = "moved", "returned"


def return_file(
    case: Case, *, on: date, today: date, version: int, reason: str, steps: Iterable[str],
    document: Document = NO_DOCUMENT, late_reason: str = "",
) -> CaseEvent:  # fmt: skip
    """The file comes back: why, and which steps are to be done again. Raises RuleError where nothing is named."""
    again = list(dict.fromkeys(steps))
    if not again:
        raise RuleError("Hãy chọn việc phải làm lại hoặc bổ sung.")
    return perform(case, RETURNED, on=on, today=today, version=version, reason=reason, steps=again, document=document,
                   late_reason=late_reason)  # fmt: skip


def move_case(
    case: Case, *, to: Organization, on: date, today: date, version: int, reason: str, document: Document = NO_DOCUMENT,
    late_reason: str = "",
) -> CaseEvent:  # fmt: skip
    """The person goes to another cell, which takes the file over; the old one keeps what happened with it.

    Helpers of the old cell stop; the new one assigns somebody, without asking for shared time (`replaces`).
    """
    if to.kind not in CELL_KINDS or to.was_unfounded:
        raise RuleError("Hồ sơ chuyển đến một chi bộ. Hãy chọn chi bộ.")
    if to.closed_on and to.closed_on <= on:
        raise RuleError(f"{to.name} đã thôi hoạt động. Hãy chọn chi bộ kế thừa.")
    if to.pk == case.organization_id:
        raise RuleError(f"Hồ sơ đang ở {to.name}. Hãy chọn chi bộ khác.")
    with transaction.atomic(), audit.one_change():
        left = case.organization_id
        event = perform(case, MOVED, on=on, today=today, version=version, reason=reason, moved_to=to, document=document,
                        late_reason=late_reason)  # fmt: skip
        end_helpers_of_cell(case, left, on, "Chuyển sang chi bộ khác")
    return event

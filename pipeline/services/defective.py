"""Admissions that were wrong: cancelled, recognised after remedy, done again; and coming back after being struck off.

The roll follows each of them in the same transaction (:mod:`pipeline.services.joining`).
"""

from dataclasses import dataclass
from datetime import date

from cells.kinds import MovementKind
from cells.models import Member, Movement
from cells.services.errors import RuleError
from core.dates import add_months, format_date
from pipeline.engine.membership import CANCELLED, READMISSION, REMEDIED
from pipeline.kinds import CaseKind, LeftBecause, OnRoll
from pipeline.models import Case, CaseEvent, RollEntry
from pipeline.queries.cases import judge_of
from pipeline.services.cases import Document, perform
from pipeline.services.opening import Surroundings

REDO = "redo_ordered"
REASONS = {
    MovementKind.STRUCK_OFF: LeftBecause.STRUCK_OFF, MovementKind.EXPELLED: LeftBecause.EXPELLED,
    MovementKind.RESIGNED: LeftBecause.RESIGNED,
}  # fmt: skip


def cancel_admission(
    case: Case, *, on: date, today: date, version: int, reason: str, document: Document, late_reason: str = ""
) -> CaseEvent:
    """The admission is cancelled as wrong by a decision of the competent committee.

    The person leaves the roll, and the admission its year; where that year is locked, its figures stay and the roll is
    adjusted on the day of the cancellation (:func:`adjustments`).
    """
    _require(document, "quyết định hủy kết nạp")
    return perform(case, CANCELLED, on=on, today=today, version=version, reason=reason, document=document,
                   late_reason=late_reason)  # fmt: skip


def recognise_after_remedy(
    case: Case, *, on: date, today: date, version: int, reason: str, document: Document, late_reason: str = ""
) -> CaseEvent:
    """What was wrong has been put right: the cancelled admission holds again, by its own days."""
    _require(document, "quyết định công nhận sau khắc phục")
    return perform(case, REMEDIED, on=on, today=today, version=version, reason=reason, document=document,
                   late_reason=late_reason)  # fmt: skip


def order_redo(
    case: Case, *, on: date, today: date, version: int, reason: str, document: Document, late_reason: str = ""
) -> CaseEvent:
    """The procedure is to be done again from the cell's vote on; the next ceremony is an admission of its own."""
    _require(document, "văn bản yêu cầu làm lại")
    return perform(case, REDO, on=on, today=today, version=version, reason=reason, document=document,
                   late_reason=late_reason)  # fmt: skip


def begin_again(
    case: Case, *, on: date, today: date, version: int, reason: str, document: Document, late_reason: str = ""
) -> CaseEvent:
    """Somebody who was struck off is considered again in the same file, after 36 months; once, with consent above."""
    return perform(case, READMISSION, on=on, today=today, version=version, reason=reason, document=document,
                   late_reason=late_reason)  # fmt: skip


def _require(document: Document, what: str) -> None:
    if not document.number.strip() or document.on is None:
        raise RuleError(f"Hãy ghi số và ngày {what}.")


@dataclass(frozen=True)
class Return:
    """What the roll knows of somebody who was in the Party before. `earliest` is the day 36 months are over."""

    member: Member
    left_on: date
    because: str
    times_readmitted: int
    earliest: date

    def surroundings(self, because: str = "", expunged_on: date | None = None, **values: object) -> Surroundings:
        """For :func:`pipeline.services.opening.open_case`; *because* where the reason is known better."""
        given = {
            "former_left_on": self.left_on, "former_because": because or self.because,
            "former_expunged_on": expunged_on, "times_readmitted": self.times_readmitted,
        }  # fmt: skip
        return Surroundings(kind=CaseKind.READMISSION, values=given | values)


def return_of(member: Member, today: date) -> Return:
    """How *member* left, for a file of re-admission. Raises RuleError for who did not leave the Party."""
    rows = list(Movement.objects.in_force().filter(member=member).order_by("effective_on", "id"))
    last = rows[-1] if rows else None
    if member.on_roll or last is None or last.kind not in REASONS:
        raise RuleError(f"{member.full_name} không ở trong diện đã ra khỏi Đảng. Hãy xem lại quá trình của đảng viên.")
    if RollEntry.objects.filter(movement=last, kind=OnRoll.ADJUSTMENT).exists():
        raise RuleError(f"Việc kết nạp {member.full_name} đã bị hủy, không phải kết nạp lại. Hãy làm tiếp hồ sơ cũ.")
    months = judge_of(today).book.on(today).requirements["readmission_wait"].parameters["months"]
    admissions = sum(row.kind == MovementKind.ADMITTED for row in rows)
    return Return(
        member, last.effective_on, REASONS[last.kind], max(admissions - 1, 0), add_months(last.effective_on, months)
    )


@dataclass(frozen=True)
class Adjustment:
    """A cancelled admission of a locked period: the figures of its year stay, this says what is to be taken off."""

    case: Case
    member: Member
    admission: Movement
    correction: Movement

    def __str__(self) -> str:
        admitted, cancelled = format_date(self.admission.effective_on), format_date(self.correction.effective_on)
        return (
            f"Kết nạp {admitted} đã hủy ngày {cancelled} theo {self.correction.document}; kỳ kết nạp đã khóa nên giảm "
            "ở ngày hủy."
        )


def adjustments(first_day: date, last_day: date) -> list[Adjustment]:
    """Cancellations in `[first_day, last_day]` of admissions whose period was locked; for the notes of a report."""
    rows = RollEntry.objects.filter(
        kind=OnRoll.ADJUSTMENT, movement__in_force=True, movement__effective_on__range=(first_day, last_day)
    ).select_related("case__candidate", "movement__member", "movement__organization")
    found = []
    for row in rows.order_by("movement__effective_on", "pk"):
        admission = RollEntry.objects.filter(
            case=row.case_id, number=row.number, kind=OnRoll.ADMISSION, movement__in_force=True
        ).select_related("movement").first()  # fmt: skip
        if admission:
            found.append(Adjustment(row.case, row.movement.member, admission.movement, row.movement))
    return found

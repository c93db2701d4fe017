"""The ceremony (lễ kết nạp): one person, one day, and the person stands on the roll in the same transaction."""

from dataclasses import dataclass
from datetime import date

from cells.models import Member
from cells.services.errors import RuleError
from core.dates import format_date
from pipeline.deriving import Judge
from pipeline.engine.membership import CEREMONY
from pipeline.kinds import CaseKind, PaperKind
from pipeline.models import Case, CaseDocument, CaseEvent
from pipeline.queries.cases import judge_of
from pipeline.queries.facts import facts_of
from pipeline.services.cases import NO_DOCUMENT, Document, enter
from pipeline.services.joining import before_the_roll, link
from pipeline.services.rows import insert
from pipeline.services.settling import changing

CLOCK = "ceremony"


@dataclass(frozen=True)
class CeremonyCheck:
    """What to ask before a ceremony on a day is entered. `due` is None where no clock runs."""

    due: date | None
    needs_consent: bool
    """It is late, and no consent of the committee above lies in the file."""


def check_ceremony(case: Case, on: date, judge: Judge) -> CeremonyCheck:
    """Whether a ceremony on the day *on* is late and asks for the consent of the committee above."""
    found = Judge(judge.book, judge.calendar, on).situation(facts_of([case.pk], judge.today)[case.pk])
    reading = found.reading(CLOCK)
    due = reading.due if reading else None
    return CeremonyCheck(due, bool(due and on > due and not found.has_paper(PaperKind.CONSENT_CEREMONY)))


def hold_ceremony(
    case: Case, *, on: date, today: date, version: int, document: Document = NO_DOCUMENT,
    consent: Document | None = None, member: Member | None = None, code: str = "", late_reason: str = "",
) -> CaseEvent:  # fmt: skip
    """The person was admitted at the ceremony of the day *on* (*document*: its minutes) and joins the roll.

    *consent* is the paper of the committee above to a late one; without it the event's `warnings` say so. *member* is
    who comes back, where the identity number does not find him; *code* the Mã đảng viên of somebody new, else the
    file's. Raises GateError, RuleError, CaseChangedError.
    """
    with before_the_roll(case, CEREMONY), changing(case, version):
        judge = judge_of(today)
        told = _add_consent(case, consent, today) if consent else {}
        if member is not None:
            _come_back(case, member)
        case.member_code = code.strip()
        event = CaseEvent(
            case=case, kind=CEREMONY, occurred_on=on, document_number=document.number, document_date=document.on,
            document_issuer=document.issuer, late_reason=late_reason.strip(),
        )  # fmt: skip
        enter(event, None, judge, told)
    return event


def _add_consent(case: Case, consent: Document, today: date) -> dict[str, object]:
    if not consent.number.strip() or consent.on is None:
        raise RuleError("Lễ kết nạp quá hạn: hãy ghi số và ngày văn bản đồng ý của cấp trên.")
    if consent.on > today:
        raise RuleError("Ngày văn bản đồng ý còn ở phía trước. Hãy ghi lại ngày.")
    insert(
        CaseDocument(
            case=case, kind=PaperKind.CONSENT_CEREMONY, number=consent.number.strip(), signed_on=consent.on,
            issuer=consent.issuer.strip(),
        )
    )  # fmt: skip
    return {"number": consent.number.strip(), "signed_on": consent.on}


def _come_back(case: Case, member: Member) -> None:
    if case.kind != CaseKind.READMISSION:
        raise RuleError("Chỉ hồ sơ kết nạp lại mới gắn với đảng viên đã có. Hãy ghi loại hồ sơ trước.")
    if member.on_roll:
        raise RuleError(f"{member.full_name} đang trong danh sách đảng viên từ {format_date(member.joined_on)}.")
    if case.candidate.member_id not in (None, member.pk):
        raise RuleError(f"Hồ sơ đã gắn với đảng viên mã {case.candidate.member.code}.")
    link(case, member)

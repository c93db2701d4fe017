"""Probation and recognition: the helper goes on, the class for new members, the papers, the vote with its rounds.

The decision itself is made in a session (:mod:`pipeline.services.sessions`); Ngày chính thức follows from it by itself.
"""

from datetime import date

from cells.models import Member
from cells.services.errors import RuleError
from pipeline.engine.findings import Finding
from pipeline.kinds import PaperKind
from pipeline.models import Case, CaseDocument, CaseEvent, Mentorship
from pipeline.queries.cases import judge_of
from pipeline.services.ballots import Vote
from pipeline.services.cases import NO_DOCUMENT, Document, enter, perform
from pipeline.services.helpers import assign_helper
from pipeline.services.rows import insert
from pipeline.services.settling import changing

HELPER, NEW_MEMBER_CLASS, VOTE, ESCALATION = "probation_helper", "new_member_class", "recognition_vote", "escalation"
PAPERS = {"self_review": "10-KNĐ", "helper_comment": "11-KNĐ", "probation_opinions": "12-KNĐ"}


def keep_helper(
    case: Case, *, on: date, today: date, version: int, document: Document = NO_DOCUMENT, late_reason: str = ""
) -> CaseEvent:
    """Whoever helped before the admission helps on through the probation. Raises RuleError where nobody helps now."""
    helping = Mentorship.objects.filter(case=case, since__lte=on, until__isnull=True)
    if not helping.exists():
        raise RuleError("Hiện không có đảng viên nào giúp đỡ. Hãy phân công một đảng viên chính thức.")
    return perform(case, HELPER, on=on, today=today, version=version, document=document, late_reason=late_reason)


def assign_probation_helper(
    case: Case, helper: Member, *, on: date, today: date, version: int, replaces: Mentorship | None = None,
    document: Document = NO_DOCUMENT, reason: str = "", late_reason: str = "",
) -> tuple[Mentorship, tuple[Finding, ...]]:  # fmt: skip
    """Somebody else helps through the probation. Returns what the rules warned of, raises as `assign_helper`."""
    return assign_helper(case, helper, on=on, today=today, version=version, replaces=replaces, document=document,
                         reason=reason, late_reason=late_reason, step=HELPER)  # fmt: skip


def finish_class(
    case: Case, *, on: date, today: date, version: int, number: str, issuer: str = "", late_reason: str = ""
) -> CaseEvent:
    """The certificate of the class for new members: the step, and the paper in the file."""
    if not number.strip():
        raise RuleError("Hãy ghi số giấy chứng nhận lớp đảng viên mới.")
    with changing(case, version):
        insert(
            CaseDocument(
                case=case, kind=PaperKind.CERTIFICATE, form="CN-ĐVM", number=number.strip(), signed_on=on,
                issuer=issuer.strip(),
            )
        )  # fmt: skip
        event = CaseEvent(
            case=case, kind=NEW_MEMBER_CLASS, occurred_on=on, document_number=number.strip(), document_date=on,
            document_issuer=issuer.strip(), late_reason=late_reason.strip(),
        )  # fmt: skip
        enter(event, None, judge_of(today))
    return event


def take_paper(
    case: Case,
    step: str,
    *,
    on: date,
    today: date,
    version: int,
    document: Document = NO_DOCUMENT,
    late_reason: str = "",
) -> CaseEvent:
    """One of the papers of recognition (10-, 11-, 12-KNĐ) is there."""
    if step not in PAPERS:
        raise RuleError("Hãy chọn bản tự kiểm điểm, nhận xét của người giúp đỡ hoặc tổng hợp ý kiến.")
    return perform(case, step, on=on, today=today, version=version, document=document, late_reason=late_reason)


def vote_on_recognition(
    case: Case, vote: Vote, *, on: date, today: date, version: int, document: Document = NO_DOCUMENT,
    late_reason: str = "",
) -> CaseEvent:  # fmt: skip
    """The cell has voted (13-KNĐ): two thirds for it, two thirds against, or undecided, of which three are allowed."""
    return perform(case, VOTE, on=on, today=today, version=version, vote=vote, document=document,
                   late_reason=late_reason)  # fmt: skip


def report_upward(
    case: Case, *, on: date, today: date, version: int, document: Document = NO_DOCUMENT, late_reason: str = ""
) -> CaseEvent:
    """After the last round without a majority the matter goes to the committee that decides."""
    return perform(case, ESCALATION, on=on, today=today, version=version, document=document, late_reason=late_reason)

"""Papers and opinions of a file: that they are there, since when, where; no scans."""

from datetime import date

from cells.services.errors import RuleError
from core import audit
from pipeline.kinds import OpinionFrom, PaperKind
from pipeline.models import CandidateProfile, Case, CaseDocument, CaseEvent, Opinion
from pipeline.queries.cases import judge_of
from pipeline.services.cases import NO_DOCUMENT, Document, perform
from pipeline.services.rows import add, change, refuse_future
from pipeline.services.settling import changing, settle


def add_paper(
    case: Case, kind: str, *, signed_on: date, today: date, version: int, form: str = "", number: str = "",
    signer: str = "", issuer: str = "", kept_at: str = "",
) -> CaseDocument:  # fmt: skip
    """A paper is in the file, or is known to be kept somewhere."""
    if kind not in PaperKind.values:
        raise RuleError("Hãy chọn loại giấy tờ.")
    refuse_future(signed_on, today, "Ngày ký")
    row = CaseDocument(
        case=case, kind=kind, form=form.strip(), number=number.strip(), signed_on=signed_on, signer=signer.strip(),
        issuer=issuer.strip(), kept_at=kept_at.strip(),
    )  # fmt: skip
    return add(row, version=version, today=today, what=f"Ghi giấy tờ: {PaperKind(kind).label}")


def change_paper(paper: CaseDocument, *, today: date, version: int, reason: str, **values: object) -> CaseDocument:
    """Set right what was written of a paper. Raises RuleError without a reason."""
    if not reason.strip():
        raise RuleError("Hãy ghi lý do sửa.")
    refuse_future(values.get("signed_on"), today, "Ngày ký")
    return change(paper, values, version=version, today=today, what="Sửa giấy tờ", reason=reason)


def add_opinion(
    case: Case,
    from_whom: str,
    body: str,
    *,
    given_on: date,
    today: date,
    version: int,
    number: str = "",
    text: str = "",
) -> Opinion:
    """One opinion, of where the person works or lives; the summary (5-KNĐ) is a step of its own."""
    if from_whom not in OpinionFrom.values:
        raise RuleError("Hãy chọn ý kiến nơi công tác hay nơi cư trú.")
    if not body.strip():
        raise RuleError("Hãy ghi tổ chức cho ý kiến.")
    refuse_future(given_on, today, "Ngày cho ý kiến")
    row = Opinion(
        case=case, from_whom=from_whom, body=body.strip(), given_on=given_on, number=number.strip(), text=text.strip()
    )
    return add(row, version=version, today=today, what=f"Ghi ý kiến: {OpinionFrom(from_whom).label}")


def summarise_opinions(
    case: Case, *, on: date, today: date, version: int, document: Document = NO_DOCUMENT, late_reason: str = ""
) -> CaseEvent:
    """The 5-KNĐ is made: the step of the file. Raises RuleError while nobody has given an opinion by that day."""
    given = Opinion.objects.filter(case=case, given_on__lte=on).values_list("from_whom", flat=True)
    lacking = [each.label for each in OpinionFrom if each not in set(given)]
    if lacking:
        raise RuleError(f"Chưa có ý kiến của {', '.join(lacking)}. Hãy ghi ý kiến trước khi tổng hợp.")
    return perform(case, "opinions", on=on, today=today, version=version, document=document, late_reason=late_reason)


def set_political_question(case: Case, there_is: bool, *, today: date, version: int, reason: str = "") -> None:
    """Whether something political is to be looked into; if so, its conclusion is a step of the file. The trail keeps
    that something private was written, no more."""
    with changing(case, version):
        profile, _ = CandidateProfile.objects.get_or_create(candidate=case.candidate)
        profile.has_political_question = there_is
        profile.save(update_fields=["has_political_question"])
        changes = {"has_political_question": audit.digest(there_is)}
        settle(case, judge_of(today), what="Ghi phần riêng tư", changes=changes, reason=reason)

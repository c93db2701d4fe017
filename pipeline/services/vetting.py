"""Vetting, relative by relative and place by place: asked, chased, answered or exempt; the conclusion is a step.

A cell proposes; letters are the base committee's. What was found stays in the file as metadata and a masked text.
"""

from datetime import date

from cells.services.errors import RuleError
from core.dates import format_date
from pipeline.engine.checks.vetting import RELATIONS
from pipeline.kinds import ExemptionGround
from pipeline.models import Case, CaseEvent, Relative, VettingBody, VettingInquiry
from pipeline.queries.cases import judge_of
from pipeline.services.cases import NO_DOCUMENT, Document, perform
from pipeline.services.rows import add, change, insert, refuse_future
from pipeline.services.settling import changing, settle

REQUIRED = ("candidate", "father", "mother", "fosterer", "spouse", "spouse_father", "spouse_mother", "child")
"""About whom the rules ask (`requirements.only_required_relations`)."""


def declare_relative(
    case: Case, relation: str, full_name: str, *, today: date, version: int, birth_year: int | None = None,
    residence: str = "", declared_fully: bool = True,
) -> Relative:  # fmt: skip
    """Somebody of the family, as the curriculum vitae says. The trail keeps that, never who."""
    if relation not in RELATIONS or relation == "candidate":
        raise RuleError("Hãy chọn quan hệ với người xin vào Đảng.")
    if not full_name.strip():
        raise RuleError("Hãy ghi họ và tên người thân.")
    row = Relative(
        candidate=case.candidate, relation=relation, full_name=full_name.strip(), birth_year=birth_year,
        residence=residence.strip(), declared_fully=declared_fully,
    )  # fmt: skip
    with changing(case, version):
        row.save(force_insert=True)
        settle(case, judge_of(today), what="Khai người thân")
    return row


def plan_inquiries(case: Case, *, today: date, version: int) -> list[VettingInquiry]:
    """One inquiry about the person and each relative of whom the rules ask, where there is none yet."""
    with changing(case, version):
        known = set(VettingInquiry.objects.filter(case=case).values_list("relation", "relative"))
        wanted = [("candidate", None), *((row.relation, row) for row in case.candidate.relatives.order_by("id"))]
        rows = [
            VettingInquiry(
                case=case, relation=relation, relative=relative, place=relative.residence if relative else ""
            )
            for relation, relative in wanted
            if relation in REQUIRED and (relation, relative.pk if relative else None) not in known
        ]
        for row in rows:
            insert(row)
        settle(case, judge_of(today), what="Lập danh sách thẩm tra", changes={"rows": len(rows)})
    return rows


def add_inquiry(
    case: Case, *, relation: str, today: date, version: int, relative: Relative | None = None, place: str = "",
    addressee: str = "", body: VettingBody | None = None, abroad: bool = False,
) -> VettingInquiry:  # fmt: skip
    """One more inquiry: another place about the same person, or somebody else."""
    if relation not in RELATIONS:
        raise RuleError("Hãy chọn thẩm tra về ai.")
    if relative is not None and relative.candidate_id != case.candidate_id:
        raise RuleError("Người thân này không thuộc hồ sơ. Hãy chọn lại.")
    row = VettingInquiry(
        case=case, relation=relation, relative=relative, place=place.strip(), addressee=addressee.strip(), body=body,
        abroad=abroad,
    )  # fmt: skip
    return add(row, version=version, today=today, what="Thêm nơi thẩm tra")


def exempt(inquiry: VettingInquiry, because: str, *, today: date, version: int) -> VettingInquiry:
    """No inquiry is needed, for a ground that the rules name. Raises RuleError."""
    if because not in ExemptionGround.values:
        raise RuleError("Hãy chọn lý do miễn thẩm tra.")
    if inquiry.requested_on:
        raise RuleError("Đã gửi công văn thẩm tra nên không ghi miễn. Hãy ghi kết quả trả lời.")
    if inquiry.relative and not inquiry.relative.declared_fully:
        raise RuleError("Chỉ miễn khi đã khai đầy đủ, trung thực. Hãy gửi thẩm tra như thường lệ.")
    return change(inquiry, {"exempt_because": because}, version=version, today=today, what="Ghi miễn thẩm tra")


def send_request(
    inquiry: VettingInquiry, *, addressee: str, on: date, today: date, version: int, number: str = "",
    abroad: bool | None = None, vetted_by: str = "", body: VettingBody | None = None,
) -> VettingInquiry:  # fmt: skip
    """The letter went out, or somebody was sent (`vetted_by` names a relative of the person among those).

    *body* is the entry of the directory that was chosen; the letter keeps the name as it is today.
    """
    refuse_future(on, today, "Ngày gửi")
    if not addressee.strip():
        raise RuleError("Hãy ghi nơi được hỏi.")
    if inquiry.exempt_because:
        raise RuleError("Mục này đã ghi miễn thẩm tra. Hãy thêm mục khác nếu vẫn cần hỏi.")
    if inquiry.answered_on:
        raise RuleError("Mục này đã có trả lời. Hãy thêm mục khác nếu cần hỏi lại.")
    values = {"addressee": addressee.strip(), "body": body, "requested_on": on, "request_number": number.strip(),
              "vetted_by": vetted_by, "abroad": inquiry.abroad if abroad is None else abroad}  # fmt: skip
    return change(inquiry, values, version=version, today=today, what="Gửi thẩm tra")


def chase(inquiry: VettingInquiry, *, on: date, today: date, version: int) -> VettingInquiry:
    """The addressee was reminded."""
    refuse_future(on, today, "Ngày đôn đốc")
    if not inquiry.is_waiting:
        raise RuleError("Chỉ đôn đốc mục đã gửi mà chưa có trả lời.")
    values = {"chased_on": on, "times_chased": inquiry.times_chased + 1}
    return change(inquiry, values, version=version, today=today, what="Đôn đốc trả lời thẩm tra")


def record_answer(
    inquiry: VettingInquiry, conclusion: str, *, on: date, today: date, version: int, number: str = ""
) -> VettingInquiry:
    """The answer has come. Of what it says the trail keeps a digest only."""
    refuse_future(on, today, "Ngày trả lời")
    if inquiry.requested_on is None:
        raise RuleError("Mục này chưa gửi. Hãy ghi nơi được hỏi và ngày gửi trước.")
    if on < inquiry.requested_on:
        raise RuleError(f"Ngày trả lời trước ngày gửi {format_date(inquiry.requested_on)}. Hãy sửa lại ngày.")
    if not conclusion.strip():
        raise RuleError("Hãy ghi kết quả trả lời.")
    values = {"answered_on": on, "answer_number": number.strip(), "conclusion": conclusion.strip()}
    return change(inquiry, values, version=version, today=today, what="Ghi kết quả thẩm tra")


def conclude(
    case: Case, *, on: date, today: date, version: int, document: Document = NO_DOCUMENT, late_reason: str = ""
) -> CaseEvent:
    """The vetting is concluded: the step of the file. Raises GateError while an answer is missing, RuleError where
    nobody has been vetted."""
    if not VettingInquiry.objects.filter(case=case).exists():
        raise RuleError("Hồ sơ chưa có mục thẩm tra nào. Hãy lập danh sách thẩm tra trước.")
    return perform(case, "vetting", on=on, today=today, version=version, document=document, late_reason=late_reason)

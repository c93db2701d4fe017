"""What lies in a file besides its events: helpers, tasks, relatives, vetting, papers, opinions. One form each."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cells.roles import Action
from core import dates
from pipeline.forms.case_forms import CaseForm, carry_out
from pipeline.forms.case_rows import (
    INQUIRY_FORMS,
    EndHelperForm,
    FinishTaskForm,
    InquiryForm,
    OpinionForm,
    PaperForm,
    PlanInquiriesForm,
    PoliticalForm,
    RelativeForm,
    RemarkForm,
    sent_with,
)  # fmt: skip
from pipeline.models import Case
from pipeline.services import helpers, papers, vetting
from pipeline.services.vetting_desk import is_abroad
from pipeline.views.case_finding import case_or_404, done, form_view

Service = Callable[[dict[str, Any]], Any]


def _answer(
    request: HttpRequest, case: Case, form: CaseForm, service: Service, heading: str, told: str, back: str = "",
    **more: Any,
) -> HttpResponse:  # fmt: skip
    """The form, or once *service* has done what it asks, *back* to that page, else to the person."""
    if carry_out(form, service):
        if back:
            messages.success(request, told)
            return redirect(back)
        return done(request, case, told)
    context = {"case": case, "person": case.candidate, "form": form, "heading": heading} | more
    return render(request, "pipeline/case_form.html", context)


def _begun(request: HttpRequest, case: Case) -> dict[str, Any]:
    return {"user": request.user, "case": case}


# --- helpers and tasks --------------------------------------------------------------------------------------------
@form_view
def helper_end(request: HttpRequest, public_id: UUID, row: UUID) -> HttpResponse:
    """A helper stops helping."""
    case = case_or_404(request, public_id, Action.RECORD_CASE)
    mentorship = get_object_or_404(case.mentorship_set.select_related("helper"), public_id=row, until=None)
    mentorship.case = case
    today = dates.today()
    form = EndHelperForm(request.POST or None, **_begun(request, case), initial={"on": today})

    def end(asked: dict[str, Any]) -> None:
        helpers.end_helper(mentorship, on=asked["on"], today=today, version=asked["version"], reason=asked["reason"])

    heading = f"{mentorship.helper.full_name} thôi giúp đỡ"
    return _answer(request, case, form, end, heading, f"Đã ghi {heading}.")


@form_view
def helper_remark(request: HttpRequest, public_id: UUID, row: UUID) -> HttpResponse:
    """What a helper remarks for a quarter."""
    case = case_or_404(request, public_id, Action.RECORD_CASE)
    mentorship = get_object_or_404(case.mentorship_set.select_related("helper"), public_id=row)
    mentorship.case = case
    today = dates.today()
    form = RemarkForm(request.POST or None, **_begun(request, case), today=today, mentorship=mentorship)

    def record(asked: dict[str, Any]) -> None:
        year, quarter = asked["quarter"]
        version = asked["version"]
        helpers.record_remark(mentorship, asked["text"], year=year, quarter=quarter, today=today, version=version)

    heading = f"Nhận xét của {mentorship.helper.full_name}"
    return _answer(request, case, form, record, heading, "Đã ghi nhận xét của người giúp đỡ.")


@form_view
def task_finish(request: HttpRequest, public_id: UUID, row: UUID) -> HttpResponse:
    """What became of a trial task."""
    case = case_or_404(request, public_id, Action.RECORD_CASE)
    task = get_object_or_404(case.trialtask_set, public_id=row)
    task.case = case
    today = dates.today()
    form = FinishTaskForm(request.POST or None, **_begun(request, case), initial={"on": today, "result": task.result})

    def finish(asked: dict[str, Any]) -> None:
        helpers.finish_task(task, asked["result"], on=asked["on"], today=today, version=asked["version"])

    return _answer(
        request, case, form, finish, "Kết quả nhiệm vụ thử thách", "Đã ghi kết quả nhiệm vụ.", note=task.task
    )


# --- family and vetting -------------------------------------------------------------------------------------------
@form_view
def relative_declare(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Somebody of the family, as the curriculum vitae says."""
    case = case_or_404(request, public_id, Action.RECORD_CASE)
    today = dates.today()
    form = RelativeForm(request.POST or None, **_begun(request, case), today=today)

    def declare(asked: dict[str, Any]) -> None:
        names = ("birth_year", "residence", "declared_fully")
        vetting.declare_relative(
            case, asked["relation"], asked["full_name"], today=today, version=asked["version"],
            **{name: asked[name] for name in names},
        )  # fmt: skip

    note = "Ghi theo lý lịch 2-KNĐ. Lưu xong là che lại: trang hồ sơ chỉ hiện số người, không hiện là ai."
    return _answer(request, case, form, declare, "Ghi người thân", "Đã ghi một người thân, đang che.", note=note)


@form_view
def inquiries_plan(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One inquiry for the person and each relative of whom the rules ask."""
    case = case_or_404(request, public_id, Action.RECORD_CASE)
    form = PlanInquiriesForm(request.POST or None, **_begun(request, case))

    def plan(asked: dict[str, Any]) -> None:
        vetting.plan_inquiries(case, today=dates.today(), version=asked["version"])

    note = (
        "Mỗi người quy định bắt buộc thẩm tra có một mục: người xin vào Đảng, cha mẹ, người nuôi dưỡng, vợ chồng, "
        "cha mẹ của vợ chồng, con. Hãy ghi đủ người thân trước."
    )
    return _answer(
        request, case, form, plan, "Lập danh sách thẩm tra", "Đã lập danh sách thẩm tra.", note=note
    )  # fmt: skip


@form_view
def inquiry_add(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One more inquiry, at another place or about somebody else."""
    case = case_or_404(request, public_id, Action.RECORD_CASE)
    form = InquiryForm(request.POST or None, **_begun(request, case))

    def add(asked: dict[str, Any]) -> None:
        to, given = asked["addressee"], {name: asked[name] for name in ("relation", "place")}
        vetting.add_inquiry(
            case, addressee=to.name, body=to.body, abroad=asked["abroad"] or is_abroad(to.body), today=dates.today(),
            version=asked["version"], **given,
        )  # fmt: skip

    return _answer(request, case, form, add, "Thêm mục thẩm tra", "Đã thêm mục thẩm tra.")


@form_view
def inquiry_record(request: HttpRequest, public_id: UUID, row: UUID, what: str) -> HttpResponse:
    """An inquiry is sent (`gui`), answered (`tra-loi`), chased (`don-doc`) or not needed (`mien`).

    Whoever comes from the desk (`tu=ban`) goes back there.
    """
    case = case_or_404(request, public_id, Action.RECORD_CASE)
    inquiry = get_object_or_404(case.vettinginquiry_set.select_related("relative"), public_id=row)
    if what not in INQUIRY_FORMS:
        raise Http404
    inquiry.case = case
    today = dates.today()
    chosen, heading = INQUIRY_FORMS[what]
    form = chosen(request.POST or None, **_begun(request, case), initial=sent_with(inquiry, today))

    def record(asked: dict[str, Any]) -> None:
        INQUIRY_SERVICES[what](inquiry, asked, {"today": today, "version": asked["version"]})

    note = f"Nơi được hỏi: {inquiry.addressee}." if inquiry.addressee and what != "gui" else ""
    back = "pipeline:vetting-list" if request.GET.get("tu") == "ban" else ""
    told = f"{INQUIRY_TOLD[what]}: {case.candidate.full_name}."
    return _answer(request, case, form, record, heading, told, note=note, back=back)


INQUIRY_TOLD = {
    "gui": "Đã ghi gửi thẩm tra", "tra-loi": "Đã ghi trả lời thẩm tra", "don-doc": "Đã ghi đôn đốc",
    "mien": "Đã ghi miễn thẩm tra",
}  # fmt: skip
INQUIRY_SERVICES: dict[str, Callable[[Any, dict[str, Any], dict[str, Any]], Any]] = {
    "gui": lambda row, asked, given: vetting.send_request(
        row, addressee=asked["addressee"].name, body=asked["addressee"].body, on=asked["on"], number=asked["number"],
        abroad=asked["abroad"] or is_abroad(asked["addressee"].body), vetted_by=asked["vetted_by"], **given,
    ),
    "tra-loi": lambda row, asked, given: vetting.record_answer(
        row, asked["conclusion"], on=asked["on"], number=asked["number"], **given
    ),
    "don-doc": lambda row, asked, given: vetting.chase(row, on=asked["on"], **given),
    "mien": lambda row, asked, given: vetting.exempt(row, asked["because"], **given),
}  # fmt: skip


@form_view
def political_question(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Whether something political is to be looked into; the conclusion is then a step."""
    case = case_or_404(request, public_id, Action.RECORD_CASE)
    form = PoliticalForm(request.POST or None, **_begun(request, case))

    def record(asked: dict[str, Any]) -> None:
        there_is = asked["there_is"] == "co"
        papers.set_political_question(case, there_is, today=dates.today(), version=asked["version"])

    note = (
        "Ghi theo kết luận hoặc công văn của cấp có thẩm quyền. Khi có, hồ sơ thêm một bước chờ kết luận trước khi "
        "chi bộ xét. Nội dung giữ ở cấp ủy, không ghi vào đây."
    )
    return _answer(request, case, form, record, "Xem xét vấn đề chính trị", "Đã ghi.", note=note)


# --- papers and opinions ------------------------------------------------------------------------------------------
@form_view
def paper_add(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A paper is in the file."""
    case = case_or_404(request, public_id, Action.RECORD_CASE)
    form = PaperForm(request.POST or None, **_begun(request, case))

    def add(asked: dict[str, Any]) -> None:
        values = {name: asked[name] for name in PaperForm.COLUMNS}
        papers.add_paper(case, today=dates.today(), version=asked["version"], **values)

    note = "Chỉ ghi có giấy gì, ngày nào, lưu ở đâu. Không tải bản chụp lên."
    return _answer(request, case, form, add, "Ghi giấy tờ", "Đã ghi giấy tờ.", note=note)


@form_view
def paper_change(request: HttpRequest, public_id: UUID, row: UUID) -> HttpResponse:
    """What was written of a paper is set right."""
    case = case_or_404(request, public_id, Action.RECORD_CASE)
    paper = get_object_or_404(case.casedocument_set, public_id=row)
    paper.case = case
    form = PaperForm(request.POST or None, **_begun(request, case), paper=paper)

    def change(asked: dict[str, Any]) -> None:
        values = {name: asked[name] for name in PaperForm.COLUMNS if name in asked}
        papers.change_paper(paper, today=dates.today(), version=asked["version"], reason=asked["reason"], **values)

    note = paper.get_kind_display().capitalize()
    return _answer(request, case, form, change, "Sửa giấy tờ", "Đã sửa giấy tờ.", note=note)


@form_view
def opinion_add(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """An opinion for the 5-KNĐ."""
    case = case_or_404(request, public_id, Action.RECORD_CASE)
    form = OpinionForm(request.POST or None, **_begun(request, case))

    def add(asked: dict[str, Any]) -> None:
        papers.add_opinion(
            case, asked["from_whom"], asked["body"], given_on=asked["given_on"], today=dates.today(),
            version=asked["version"], number=asked["number"],
        )  # fmt: skip

    return _answer(request, case, form, add, "Ghi ý kiến nhận xét", "Đã ghi ý kiến.")

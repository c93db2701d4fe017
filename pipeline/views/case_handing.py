"""A file handed in to an office above: the receipt with what is to be added, and that it was added."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cells.roles import Action
from core import audit, dates
from core.models import AuditEvent
from pipeline.forms.case_forms import carry_out
from pipeline.forms.sessions import CompleteForm, ReceiptForm
from pipeline.queries.receiving import offices_above
from pipeline.services import upward
from pipeline.views.case_finding import case_or_404, done, form_view


@form_view
def file_receive(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The file was handed in to one of the offices above the cell in which the user works."""
    case = case_or_404(request, public_id, Action.RECORD_CASE)
    today = dates.today()
    offices = offices_above(request.user, case, today)
    form = ReceiptForm(request.POST or None, user=request.user, case=case, offices=offices, today=today)

    def receive(asked: dict[str, Any]) -> None:
        upward.receive_file(case, form.office, today=today, version=asked["version"], **form.values)

    if offices and carry_out(form, receive):
        return done(request, case, "Đã ghi nhận hồ sơ.")
    context = {
        "case": case, "person": case.candidate, "form": form if offices else None, "heading": "Nhận hồ sơ",
        "note": "Nơi nhận ghi phiếu nhận và kê giấy tờ còn thiếu; chi bộ thấy danh sách này ở trang hồ sơ."
        if offices else "Phiếu nhận do cấp ủy cấp trên ghi khi chi bộ nộp hồ sơ. Phân công của bạn không ở cấp đó.",
    }  # fmt: skip
    return render(request, "pipeline/case_form.html", context)


@form_view
def file_complete(request: HttpRequest, public_id: UUID, row: UUID) -> HttpResponse:
    """What was lacking has been added."""
    case = case_or_404(request, public_id, Action.RECORD_CASE)
    receipt = get_object_or_404(case.filereceipt_set.select_related("organization"), public_id=row)
    receipt.case = case
    today = dates.today()
    form = CompleteForm(request.POST or None, user=request.user, case=case, initial={"on": today})

    def complete(asked: dict[str, Any]) -> None:
        upward.complete_file(receipt, on=asked["on"], today=today, version=asked["version"])

    if carry_out(form, complete):
        return done(request, case, "Đã ghi hồ sơ đủ giấy tờ.")
    context = {
        "case": case, "person": case.candidate, "form": form, "heading": "Đã bổ sung đủ hồ sơ",
        "note": f"{receipt.organization} cần: {'; '.join(receipt.lacking)}.",
    }  # fmt: skip
    return render(request, "pipeline/case_form.html", context)


@require_safe
def file_receipt(request: HttpRequest, public_id: UUID, row: UUID) -> HttpResponse:
    """The receipt on paper, for whoever has handed the file in: what lacks, and by when."""
    case = case_or_404(request, public_id, Action.VIEW)
    receipt = get_object_or_404(case.filereceipt_set.select_related("organization__parent"), public_id=row)
    audit.record(
        AuditEvent.Action.PRINT, case, label=f"Phiếu nhận hồ sơ {case.candidate.full_name}",
        scope_path=case.organization.path,
    )  # fmt: skip
    context = {"case": case, "person": case.candidate, "receipt": receipt}
    return render(request, "pipeline/file_receipt.html", context)

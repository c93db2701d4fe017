"""Forms of steps after the cell's vote that ask for more than a day and a paper."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms

from core.dates import format_date
from core.forms import DayField
from pipeline.forms.case_forms import OPTIONAL, PAPER_ROW, CaseForm, LateReasonField, Paper
from pipeline.forms.steps import HelperForm, IsLate, StepForm
from pipeline.kinds import CaseKind
from pipeline.models import Case, SessionItem
from pipeline.queries.people import former_member
from pipeline.services.cases import Document
from pipeline.services.ceremony import CeremonyCheck

KEEP = "tiep-tuc"
"""The choice that whoever helped before goes on helping."""


class DecisionForm(StepForm):
    """What the committee has decided on one person; *item* where that was put before a session."""

    asks = ("rule", "again", "item")
    rows = (
        (("on", 4), ("document_number", 8)),
        (("agreed", 12),),
        (("reason", 12),),
        (("members", 4), ("present", 4)),
        (("yes", 4), ("no", 4), ("blank", 4)),
        (("by", 4), ("document_date", 4), ("document_issuer", 4)),
        (("late_reason", 12),),
    )

    def __init__(self, data: Any = None, *, item: SessionItem | None, **options: Any) -> None:
        super().__init__(data, **options)
        self.item = item
        self.fields["on"].label = "Ngày quyết định"
        number = self.fields["document_number"]
        number.required = True
        number.label = "Số quyết định"
        number.help_text = "Không đồng ý: số thông báo. Mỗi người một số riêng."
        number.error_messages["required"] = "Hãy ghi số quyết định, hoặc số thông báo nếu không đồng ý."
        if item:
            self.initial["on"] = format_date(item.session.held_on)
            self.fields["on"].help_text = "Từ ngày họp trở đi."
            for name in ("by", "document_date", "document_issuer"):
                del self.fields[name]


class CeremonyForm(CaseForm, Paper):
    """The ceremony: from this day on the person is a probationary member, on the roll."""

    asks = ("check",)
    on = DayField(label="Ngày tổ chức lễ")
    member_code = forms.CharField(
        label="Mã đảng viên", max_length=60, help_text="Chưa có thì bỏ trống: phần mềm dùng tạm mã hồ sơ.", **OPTIONAL
    )
    former_code = forms.CharField(
        label="Mã đảng viên trước đây", max_length=60, help_text="Kết nạp lại: mã trong danh sách đảng viên.",
        **OPTIONAL,
    )  # fmt: skip
    consent_number = forms.CharField(label="Văn bản đồng ý của cấp trên, số", max_length=60, **OPTIONAL)
    consent_date = DayField(label="Ngày văn bản", **OPTIONAL)
    consent_issuer = forms.CharField(label="Cấp đồng ý", max_length=200, **OPTIONAL)
    late_reason = LateReasonField()
    seen = forms.CharField(widget=forms.HiddenInput, **OPTIONAL)

    rows = (
        (("on", 4), ("member_code", 4), ("former_code", 4)),
        PAPER_ROW,
        (("consent_number", 4), ("consent_date", 4), ("consent_issuer", 4)),
        (("late_reason", 12),),
    )
    submit = "Ghi lễ kết nạp"

    def __init__(
        self, data: Any = None, *, user: Any, case: Case, today: date, is_late: IsLate, seen: str,
        check: Callable[[date], CeremonyCheck],
    ) -> None:  # fmt: skip
        super().__init__(data, user=user, case=case, initial={"on": today, "seen": seen})
        self.fields["document_number"].label = "Số biên bản"
        self.fields["document_date"].label = "Ngày biên bản"
        self.fields["document_issuer"].label = "Nơi lập"
        if case.candidate.member_id:
            del self.fields["member_code"], self.fields["former_code"]
        elif case.kind == CaseKind.READMISSION:
            del self.fields["member_code"]
        else:
            del self.fields["former_code"]
        if check(self.sent_day() or today).needs_consent:
            self.fields["consent_number"].help_text = "Lễ quá hạn: chỉ tổ chức khi cấp trên đã đồng ý."
        else:
            for name in ("consent_number", "consent_date", "consent_issuer"):
                del self.fields[name]
        self.ask_why_late(is_late)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("consent_number") and not cleaned.get("consent_date"):
            self.add_error("consent_date", "Hãy ghi ngày của văn bản đồng ý.")
        if code := cleaned.get("former_code", "").strip():
            cleaned["member"] = former_member(self.user, code)
            if cleaned["member"] is None:
                self.add_error("former_code", f"Không có đảng viên mã {code} trong phạm vi của bạn.")
        return cleaned

    @property
    def consent(self) -> Document | None:
        """The consent of the committee above, where it was given."""
        asked = self.cleaned_data
        if not asked.get("consent_number"):
            return None
        return Document(asked["consent_number"], asked["consent_date"], asked.get("consent_issuer", ""))


class ProbationHelperForm(HelperForm):
    """Who helps through the probation: whoever helped before, as a rule."""

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        if self.present:
            names = ", ".join(row.helper.full_name for row in self.present.values())
            field = self.fields["helper"]
            field.choices = [(KEEP, f"tiếp tục như trước: {names}"), *field.choices]
            self.initial["helper"] = KEEP

    def clean(self) -> dict[str, Any]:
        keeps = self.cleaned_data.get("helper") == KEEP
        cleaned = super().clean()
        if keeps:
            cleaned["helper"] = None
        return cleaned


LATER: dict[str, type[CaseForm]] = {
    "decision": DecisionForm, "recognition_decision": DecisionForm, "strike_off_decision": DecisionForm,
    "ceremony": CeremonyForm, "probation_helper": ProbationHelperForm,
}  # fmt: skip

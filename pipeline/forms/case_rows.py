"""Forms about what lies in a file besides its events: helpers, tasks, relatives, vetting, papers, opinions."""

from datetime import date
from typing import Any

from django import forms

from core.dates import format_date
from core.forms import DayField, MaskedField, YearField
from pipeline.engine.checks.vetting import RELATIONS
from pipeline.forms.case_forms import OPTIONAL, CaseForm
from pipeline.forms.vetting import AddresseeField
from pipeline.kinds import ExemptionGround, OpinionFrom, PaperKind
from pipeline.models import Case, CaseDocument, Mentorship, VettingInquiry

ANYBODY = [("", "người khác, không phải người thân"), *((k, v) for k, v in RELATIONS.items())]
OLDEST = 1900


class EndHelperForm(CaseForm):
    on = DayField(label="Thôi giúp đỡ từ ngày")
    reason = forms.CharField(label="Lý do", max_length=255)
    rows = ((("on", 4), ("reason", 8)),)
    submit = "Ghi thôi giúp đỡ"


class RemarkForm(CaseForm):
    """What the helper remarks for a quarter; the secretary writes it down."""

    quarter = forms.ChoiceField(label="Quý")
    text = forms.CharField(
        label="Nhận xét của đảng viên giúp đỡ", widget=forms.Textarea(attrs={"rows": 4}), max_length=2_000,
        help_text="Ghi điều liên quan việc rèn luyện, nhiệm vụ được giao; không ghi chuyện riêng của gia đình.",
    )  # fmt: skip
    rows = ((("quarter", 4),), (("text", 12),))
    submit = "Ghi nhận xét"

    def __init__(self, data: Any = None, *, user: Any, case: Case, today: date, mentorship: Mentorship) -> None:
        super().__init__(data, user=user, case=case)
        known = {(remark.year, remark.quarter) for remark in mentorship.remarks.all()}
        quarters = [each for each in _last_quarters(today) if each not in known]
        self.fields["quarter"].choices = [(f"{year}-{number}", f"Quý {number}/{year}") for year, number in quarters]
        self.is_full = not quarters

    def clean_quarter(self) -> tuple[int, int]:
        year, number = self.cleaned_data["quarter"].split("-")
        return int(year), int(number)


def _last_quarters(today: date, count: int = 8) -> list[tuple[int, int]]:
    """This quarter and those before, the latest first."""
    place = today.year * 4 + (today.month - 1) // 3
    return [((place - back) // 4, (place - back) % 4 + 1) for back in range(count)]


class FinishTaskForm(CaseForm):
    on = DayField(label="Ngày xong")
    result = forms.CharField(label="Kết quả", max_length=255)
    rows = ((("on", 4), ("result", 8)),)
    submit = "Ghi kết quả"


class RelativeForm(CaseForm):
    """Somebody of the family, as the curriculum vitae says. Not shown again."""

    relation = forms.ChoiceField(
        label="Quan hệ", choices=[("", "chọn"), *((k, v) for k, v in RELATIONS.items() if k != "candidate")]
    )
    full_name = forms.CharField(label="Họ và tên", max_length=200)
    birth_year = YearField(label="Năm sinh", **OPTIONAL)
    residence = forms.CharField(label="Nơi ở", max_length=255, **OPTIONAL)
    declared_fully = forms.BooleanField(label="Đã khai đầy đủ, trung thực trong lý lịch", initial=True, **OPTIONAL)
    rows = (
        (("relation", 4), ("full_name", 8)), (("birth_year", 4), ("residence", 8)), (("declared_fully", 12),),
    )  # fmt: skip
    submit = "Ghi người thân"

    def __init__(self, data: Any = None, *, user: Any, case: Case, today: date) -> None:
        super().__init__(data, user=user, case=case)
        self.fields["birth_year"].limit(OLDEST, today.year)
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"


class InquiryForm(CaseForm):
    """One more inquiry: about whom, and where."""

    relation = forms.ChoiceField(label="Thẩm tra về", choices=[("", "chọn"), *RELATIONS.items()])
    place = forms.CharField(label="Nội dung, nơi cần thẩm tra", max_length=255, **OPTIONAL)
    addressee = AddresseeField(**OPTIONAL)
    abroad = forms.BooleanField(label="Ở nước ngoài", **OPTIONAL)
    rows = ((("relation", 5), ("addressee", 7)), (("place", 12),), (("abroad", 12),))
    submit = "Thêm mục thẩm tra"

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["addressee"].choose_from(self.user)


class PlanInquiriesForm(CaseForm):
    """One inquiry for the person and each relative of whom the rules ask."""

    submit = "Lập danh sách thẩm tra"


class SendForm(CaseForm):
    addressee = AddresseeField(help_text="Chọn trong danh bạ, hoặc ghi như trên công văn: Đảng ủy xã Tân Lập.")
    on = DayField(label="Ngày gửi")
    number = forms.CharField(label="Số công văn", max_length=60, **OPTIONAL)
    abroad = forms.BooleanField(label="Ở nước ngoài", **OPTIONAL)
    vetted_by = forms.ChoiceField(label="Cử người đi thẩm tra", choices=ANYBODY, **OPTIONAL)
    rows = ((("addressee", 8), ("on", 4)), (("number", 4), ("vetted_by", 8)), (("abroad", 12),))
    submit = "Ghi đã gửi"

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["addressee"].choose_from(self.user)


class AnswerForm(CaseForm):
    on = DayField(label="Ngày trả lời")
    number = forms.CharField(label="Số văn bản trả lời", max_length=60, **OPTIONAL)
    conclusion = MaskedField(label="Kết quả", max_length=2_000)
    rows = ((("on", 4), ("number", 8)), (("conclusion", 12),))
    submit = "Ghi kết quả trả lời"

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["conclusion"].help_text = "Lưu kín, không hiện lại trên trang. Người có quyền xem phải ghi lý do."

    def clean_conclusion(self) -> str:
        text = self.cleaned_data["conclusion"] or ""
        if not text:
            raise forms.ValidationError("Hãy ghi kết quả trả lời, ví dụ: lý lịch rõ ràng.")
        return text


class ChaseForm(CaseForm):
    on = DayField(label="Ngày đôn đốc")
    rows = ((("on", 4),),)
    submit = "Ghi đã đôn đốc"


class ExemptForm(CaseForm):
    because = forms.ChoiceField(label="Lý do miễn", choices=[("", "chọn"), *ExemptionGround.choices])
    rows = ((("because", 12),),)
    submit = "Ghi miễn thẩm tra"


class PoliticalForm(CaseForm):
    """Whether something political is to be looked into; what was said before is not shown."""

    there_is = forms.ChoiceField(
        label="Có vấn đề chính trị cần xem xét", choices=[("co", "Có"), ("khong", "Không")], widget=forms.RadioSelect
    )
    rows = ((("there_is", 12),),)
    submit = "Ghi vào hồ sơ"


class PaperForm(CaseForm):
    """A paper of the file: what it is, when, where it is kept; no scan."""

    kind = forms.ChoiceField(label="Loại giấy tờ", choices=[("", "chọn"), *PaperKind.choices])
    signed_on = DayField(label="Ngày ký")
    form = forms.CharField(label="Mẫu", max_length=40, **OPTIONAL)
    number = forms.CharField(label="Số", max_length=60, **OPTIONAL)
    signer = forms.CharField(label="Người ký", max_length=200, **OPTIONAL)
    issuer = forms.CharField(label="Nơi ban hành", max_length=200, **OPTIONAL)
    kept_at = forms.CharField(label="Lưu tại", max_length=200, **OPTIONAL)
    reason = forms.CharField(label="Vì sao sửa", max_length=255)
    rows = (
        (("kind", 8), ("signed_on", 4)), (("form", 4), ("number", 4), ("signer", 4)), (("issuer", 6), ("kept_at", 6)),
        (("reason", 12),),
    )  # fmt: skip
    submit = "Ghi giấy tờ"
    COLUMNS = ("kind", "signed_on", "form", "number", "signer", "issuer", "kept_at")

    def __init__(self, data: Any = None, *, user: Any, case: Case, paper: CaseDocument | None = None) -> None:
        initial = {name: getattr(paper, name) for name in self.COLUMNS} if paper else {}
        super().__init__(data, user=user, case=case, initial=initial)
        if paper is None:
            del self.fields["reason"]
        else:
            del self.fields["kind"]
            self.submit = "Lưu giấy tờ"


class OpinionForm(CaseForm):
    """One opinion for the 5-KNĐ: from whom and when; what it says stays on paper."""

    from_whom = forms.ChoiceField(label="Ý kiến của", choices=OpinionFrom, widget=forms.RadioSelect)
    body = forms.CharField(label="Tổ chức cho ý kiến", max_length=200, help_text="Ví dụ: Đoàn xã; Chi ủy thôn Đông.")
    given_on = DayField(label="Ngày cho ý kiến")
    number = forms.CharField(label="Số văn bản", max_length=60, **OPTIONAL)
    rows = ((("from_whom", 12),), (("body", 6), ("given_on", 3), ("number", 3)))
    submit = "Ghi ý kiến"


INQUIRY_FORMS: dict[str, tuple[type[CaseForm], str]] = {
    "gui": (SendForm, "Gửi thẩm tra"), "tra-loi": (AnswerForm, "Ghi kết quả trả lời"),
    "don-doc": (ChaseForm, "Ghi đã đôn đốc"), "mien": (ExemptForm, "Ghi miễn thẩm tra"),
}  # fmt: skip
"""What the address says of an inquiry → its form and heading."""


def sent_with(inquiry: VettingInquiry, today: date) -> dict[str, Any]:
    """What the form of an inquiry begins with."""
    return {"on": format_date(today), "addressee": inquiry.addressee, "abroad": inquiry.abroad}

"""Introducing somebody, and what is known of the person afterwards."""

from datetime import date
from typing import Any

from django import forms

from cells.forms.members import SEXES
from cells.forms.recording import RecordForm
from core.dates import DatePrecision, PartialDate
from core.forms import DayField, IdentityNumberField, MaskedField, PartialDayField
from core.identity_numbers import disagreements
from core.names import display_name, fold
from pipeline.engine.deciding import BODIES
from pipeline.forms.case_forms import OPTIONAL, CaseForm, LateReasonField, OwnCellField
from pipeline.kinds import CaseKind, LeftBecause, PaperKind, Schooling
from pipeline.models import Candidate, Case
from pipeline.queries.masked import profile_of
from pipeline.queries.people import former_member, person_of
from pipeline.rulebook.loading import load
from pipeline.services.cases import LATE_DAYS
from pipeline.services.opening import Consent

KNOWN = [("", "chưa rõ"), ("co", "có"), ("khong", "không")]
CONSENTS = [(PaperKind.CONSENT, "Người đó đã đồng ý"), (PaperKind.NOTICE, "Đã thông báo cho người đó")]
PERSONAL = ("full_name", "sex", "education", "occupation", "phone", "sources", "in_youth_union", "in_trade_union",
            "is_citizen")  # fmt: skip
FORMER = ("former_left_on", "former_because", "former_expunged_on")
SURROUNDINGS = ("has_youth_union", "has_trade_union", "is_difficult_area", "kind", "routes", "decides_unit",
                "decides_body", "decides_reason")  # fmt: skip
MASKED = ("ethnicity", "religion", "home_address", "identity_number")


class KnownField(forms.ChoiceField):
    """Yes, no, or nobody has said."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=KNOWN, required=False, **options)

    def prepare_value(self, value: Any) -> Any:
        return {True: "co", False: "khong", None: ""}.get(value, value)

    def clean(self, value: Any) -> bool | None:
        return {"co": True, "khong": False}.get(super().clean(value))


class _Person(forms.Form):
    """What is known of a person."""

    full_name = forms.CharField(label="Họ và tên", max_length=200)
    born = PartialDayField(label="Ngày sinh", help_text="Không rõ ngày thì ghi 05/1998 hoặc 1998.", **OPTIONAL)
    sex = forms.ChoiceField(label="Giới tính", choices=SEXES, **OPTIONAL)
    education = forms.ChoiceField(label="Học vấn phổ thông", choices=Schooling, **OPTIONAL)
    occupation = forms.CharField(label="Chức danh, nghề nghiệp", max_length=200, **OPTIONAL)
    phone = forms.CharField(label="Điện thoại", max_length=40, **OPTIONAL)

    def clean_full_name(self) -> str:
        return display_name(self.cleaned_data["full_name"])

    def clean_education(self) -> str:
        return self.cleaned_data["education"] or Schooling.UNKNOWN

    @property
    def personal(self) -> dict[str, Any]:
        """What was entered, as columns of Candidate."""
        cleaned = self.cleaned_data
        born = cleaned["born"] or PartialDate(None, DatePrecision.DAY)
        found = {name: cleaned[name] for name in PERSONAL if name in cleaned}
        return found | {"born_on": born.value, "born_precision": born.precision}


class NewCaseForm(RecordForm, _Person):
    """Somebody new. What two minutes allow; the rest is filled in on the person's page."""

    organization = OwnCellField(label="Chi bộ")
    on = DayField(label="Ngày giới thiệu")
    by = forms.CharField(
        label="Ai giới thiệu", max_length=120, help_text="Ví dụ: Đoàn xã, Hội Phụ nữ thôn, công đoàn trường."
    )
    sources = forms.CharField(
        label="Nguồn", max_length=200, help_text="Ví dụ: đoàn viên ưu tú; phụ nữ; giáo viên.", **OPTIONAL
    )
    consent = forms.ChoiceField(label="Về dữ liệu cá nhân", choices=CONSENTS, widget=forms.RadioSelect)
    consent_on = DayField(label="Ngày đồng ý hoặc thông báo")
    kept_at = forms.CharField(label="Giấy này lưu tại", max_length=200, **OPTIONAL)
    former_code = forms.CharField(
        label="Mã đảng viên trước đây", max_length=60,
        help_text="Chỉ ghi khi người này từng là đảng viên, nay xin kết nạp lại.", **OPTIONAL,
    )  # fmt: skip
    late_reason = LateReasonField()

    rows = (
        "Người được giới thiệu",
        (("full_name", 8), ("born", 4)),
        (("sex", 4), ("education", 8)),
        (("occupation", 8), ("phone", 4)),
        (("former_code", 8),),
        "Giới thiệu",
        (("organization", 12),),
        (("by", 8), ("on", 4)),
        (("sources", 12),),
        "Người đó đã biết việc này",
        (("consent", 12),),
        (("consent_on", 4), ("kept_at", 8)),
        (("late_reason", 12),),
    )
    submit = "Ghi giới thiệu"

    def __init__(self, data: Any = None, *, user: Any, today: date, code: str = "") -> None:
        super().__init__(data, user=user, initial={"on": today})
        self.today = today
        cells = self.fields["organization"]
        chosen = cells.rows.filter(code=code).first() if code else None
        cells.initial = chosen or cells.only_one()
        self.fields["full_name"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
        self.fields["phone"].widget.attrs |= {"inputmode": "tel", "autocomplete": "off"}
        if not self._is_late():
            del self.fields["late_reason"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        code = cleaned.get("former_code", "").strip()
        member = former_member(self.user, code) if code else None
        if code and member is None:
            self.add_error("former_code", f"Không có đảng viên mã {code} trong phạm vi của bạn. Hãy xem lại mã.")
        elif member and fold(member.full_name) != fold(cleaned.get("full_name", "")):
            self.add_error("former_code", f"Mã {code} là của {member.full_name}. Hãy xem lại họ tên hoặc mã.")
        cleaned["former"] = member
        return cleaned

    def _is_late(self) -> bool:
        try:
            day = self.fields["on"].clean(self.data.get("on")) if self.is_bound else None
        except forms.ValidationError:
            return False
        return day is not None and (self.today - day).days > LATE_DAYS

    @property
    def given_consent(self) -> Consent:
        cleaned = self.cleaned_data
        return Consent(cleaned["consent_on"], kind=cleaned["consent"], kept_at=cleaned["kept_at"])

    @property
    def person(self) -> Candidate:
        """Somebody new; whoever comes back is the person of the file of then, where there is one."""
        former = self.cleaned_data["former"]
        known = person_of(former) if former else None
        return known or Candidate(member=former, **self.personal)


class EditCaseForm(CaseForm, _Person):
    """What is known of a person and of the place; what is masked is not shown again."""

    sources = forms.CharField(label="Nguồn", max_length=200, **OPTIONAL)
    in_youth_union = KnownField(label="Là đoàn viên thanh niên")
    in_trade_union = KnownField(label="Là đoàn viên công đoàn")
    is_citizen = KnownField(label="Có quốc tịch Việt Nam")
    ethnicity = MaskedField(label="Dân tộc", max_length=60)
    religion = MaskedField(label="Tôn giáo", max_length=60)
    home_address = MaskedField(label="Nơi cư trú", max_length=255)
    identity_number = IdentityNumberField(label="Số định danh cá nhân")
    has_youth_union = KnownField(label="Nơi công tác, cư trú có tổ chức Đoàn")
    has_trade_union = KnownField(label="Nơi công tác có công đoàn")
    is_difficult_area = forms.BooleanField(
        label="Nơi được hưởng ngoại lệ về học vấn (vùng khó khăn, biển đảo)", **OPTIONAL
    )
    kind = forms.ChoiceField(label="Loại hồ sơ", choices=CaseKind)
    routes = forms.MultipleChoiceField(
        label="Trường hợp đặc biệt", widget=forms.CheckboxSelectMultiple, help_text="Không có thì để trống.", **OPTIONAL
    )
    former_left_on = DayField(label="Ngày ra khỏi Đảng lần trước", **OPTIONAL)
    former_because = forms.ChoiceField(
        label="Lý do ra khỏi Đảng", choices=[("", "—"), *LeftBecause.choices], **OPTIONAL
    )
    former_expunged_on = DayField(label="Ngày được xóa án tích", **OPTIONAL)
    times_readmitted = forms.IntegerField(label="Số lần đã kết nạp lại", min_value=0, max_value=9, **OPTIONAL)
    decides_unit = forms.CharField(
        label="Cơ quan quyết định", max_length=255, help_text="Chỉ ghi khi cây tổ chức chưa nói đúng ai quyết định.",
        **OPTIONAL,
    )  # fmt: skip
    decides_body = forms.ChoiceField(label="Tập thể quyết định", choices=[("", "—"), *BODIES.items()], **OPTIONAL)
    decides_reason = forms.CharField(label="Vì sao ghi tay", max_length=255, **OPTIONAL)
    reason = forms.CharField(label="Lý do sửa", max_length=255, help_text="Ví dụ: đối chiếu thẻ căn cước.", **OPTIONAL)

    rows = (
        "Bản thân",
        (("full_name", 8), ("born", 4)),
        (("sex", 4), ("education", 8)),
        (("occupation", 8), ("phone", 4)),
        (("sources", 12),),
        (("in_youth_union", 4), ("in_trade_union", 4), ("is_citizen", 4)),
        "Phần che",
        (("ethnicity", 4), ("religion", 4), ("identity_number", 4)),
        (("home_address", 12),),
        "Nơi công tác, cư trú",
        (("has_youth_union", 6), ("has_trade_union", 6)),
        (("is_difficult_area", 12),),
        "Loại hồ sơ",
        (("kind", 4), ("former_left_on", 4), ("former_because", 4)),
        (("former_expunged_on", 4), ("times_readmitted", 4)),
        (("routes", 12),),
        "Cấp quyết định",
        (("decides_unit", 8), ("decides_body", 4)),
        (("decides_reason", 12),),
        (("reason", 12),),
    )
    submit = "Lưu thông tin"

    def __init__(self, data: Any = None, *, user: Any, case: Case, today: date) -> None:
        person, profile = case.candidate, profile_of(case)
        initial = {name: getattr(person, name) for name in PERSONAL} | {"born": person.born_text}
        initial |= {name: getattr(case, name) for name in (*SURROUNDINGS, "times_readmitted")}
        super().__init__(data, user=user, case=case, initial=initial)
        self.is_readmission = case.kind == CaseKind.READMISSION
        self.fields["routes"].choices = [(name, rule.title) for name, rule in load().on(today).routes.items()]
        for name in MASKED:
            self.fields[name].mask(is_filled=bool(profile and getattr(profile, name)))
        for name in FORMER:
            if getattr(case, name):
                self.fields[name].help_text = "Đã ghi, đang che. Để trống thì giữ nguyên."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if number := cleaned.get("identity_number"):
            for message in disagreements(number, cleaned.get("born"), cleaned.get("sex", "")):
                self.add_error("identity_number", message)
        if cleaned.get("decides_unit") and not cleaned.get("decides_reason"):
            self.add_error("decides_reason", "Hãy ghi lý do ghi tay cơ quan quyết định.")
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """What is to be stored; what is masked and was left empty stays."""
        cleaned = self.cleaned_data
        found = self.personal | {name: cleaned[name] for name in SURROUNDINGS}
        found |= {name: cleaned[name] for name in MASKED if cleaned.get(name) is not None}
        found["times_readmitted"] = cleaned.get("times_readmitted") or 0
        return found | {name: cleaned[name] for name in FORMER if cleaned[name]}

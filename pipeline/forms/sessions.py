"""Forms of sessions: the session itself, its agenda, and what becomes of each person on it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from cells.forms.recording import ReasonField, RecordForm
from cells.kinds import DecidingBody
from cells.models import Organization
from core.forms import AddressForm, DayField, YearField, dress
from pipeline.forms.case_forms import OPTIONAL, CaseForm, LateReasonField
from pipeline.forms.classes import ChosenForm
from pipeline.models import Case, Session, SessionItem

FIRST_YEAR = 1980


class SessionYearForm(AddressForm):
    nam = YearField(label="Năm", required=False)

    def __init__(self, data: Any = None, *, today: date, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["nam"].limit(FIRST_YEAR, today.year + 1)


class SessionForm(RecordForm):
    """A session as it is called, or as it is put right later; the committee and the body stay."""

    submit = "Lưu phiên họp"
    rows = (
        (("organizer", 7), ("body", 5)),
        (("held_on", 4), ("title", 8)),
        (("place", 8), ("minutes_number", 4)),
    )

    organizer = forms.ChoiceField(label="Cấp ủy")
    body = forms.ChoiceField(label="Tập thể quyết định", choices=[("", "theo quy định"), *DecidingBody.choices],
                             **OPTIONAL)  # fmt: skip
    held_on = DayField(label="Ngày họp")
    title = forms.CharField(
        label="Tên phiên họp", max_length=200, help_text="Ví dụ: Phiên họp Ban Thường vụ tháng 10.", **OPTIONAL
    )
    place = forms.CharField(label="Địa điểm", max_length=200, **OPTIONAL)
    minutes_number = forms.CharField(label="Số biên bản", max_length=60, **OPTIONAL)
    version = forms.IntegerField(widget=forms.HiddenInput, **OPTIONAL)

    def __init__(
        self, data: Any = None, *, deciders: Sequence[Organization] = (), session: Session | None = None,
        **options: Any,
    ) -> None:  # fmt: skip
        if session:
            names = ("held_on", "title", "place", "minutes_number", "version")
            options["initial"] = {name: getattr(session, name) for name in names}
        super().__init__(data, **options)
        self.deciders = {str(each.public_id): each for each in deciders}
        if session:
            del self.fields["organizer"], self.fields["body"]
        else:
            del self.fields["minutes_number"]
            self.fields["organizer"].choices = [(key, str(each)) for key, each in self.deciders.items()]
            self.initial["organizer"] = next(iter(self.deciders), None)

    @property
    def organization(self) -> Organization:
        return self.deciders[self.cleaned_data["organizer"]]

    @property
    def values(self) -> dict[str, Any]:
        """What may be changed later, too."""
        names = ("held_on", "title", "place", "minutes_number")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


class SubmitForm(ChosenForm):
    """Files put before a session."""

    on = DayField(label="Ngày trình")

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        dress(self)


class OrderForm(forms.Form):
    """The place of each person on the agenda, one number a row."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, items: Sequence[SessionItem], **options: Any) -> None:
        super().__init__(data, **options)
        self.items = {f"so-{item.public_id}": item for item in items}
        for number, (name, item) in enumerate(self.items.items(), 1):
            field = forms.IntegerField(
                label=f"Thứ tự của {item.case.candidate.full_name}", min_value=1, max_value=9999, initial=number,
                error_messages={"min_value": "Thứ tự từ 1 trở lên.", "invalid": "Hãy ghi một số, ví dụ 3."},
            )  # fmt: skip
            field.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}
            self.fields[name] = field
        dress(self)

    @property
    def lines(self) -> list[tuple[SessionItem, Any]]:
        return [(item, self[name]) for name, item in self.items.items()]

    @property
    def order(self) -> list[SessionItem]:
        """The items by their numbers; of equal ones the one that stood first."""
        asked = self.cleaned_data
        return [self.items[name] for name in sorted(self.items, key=lambda name: asked[name])]


class PostponeForm(CaseForm):
    """Not decided this time."""

    submit = "Để lại phiên sau"
    reason = ReasonField(help_text="Ví dụ: vắng người báo cáo; chờ ý kiến của cấp trên.")


class ReturnForm(CaseForm):
    """The session sends the file back."""

    submit = "Trả lại hồ sơ"
    rows = ((("on", 4),), (("reason", 12),), (("steps", 12),), (("late_reason", 12),))
    on = DayField(label="Ngày trả lại")
    reason = ReasonField(help_text="Chi bộ đọc lý do này để biết phải làm gì.")
    steps = forms.MultipleChoiceField(label="Việc phải làm lại hoặc bổ sung", widget=forms.CheckboxSelectMultiple)
    late_reason = LateReasonField()

    def __init__(
        self, data: Any = None, *, again: list[tuple[str, str]], is_late: Any, held_on: date, today: date, **more: Any
    ) -> None:  # fmt: skip
        super().__init__(data, initial={"on": min(held_on, today)}, **more)
        self.fields["steps"].choices = again
        self.ask_why_late(is_late)


class NotifyForm(CaseForm):
    """The cell was told what was decided."""

    submit = "Ghi đã thông báo"
    rows = ((("on", 4),), (("late_reason", 12),))
    on = DayField(label="Ngày chi bộ nhận được", help_text="Quyết định kết nạp: hạn tổ chức lễ tính theo ngày này "
                  "hoặc ngày ban hành, tùy quy định đang áp dụng.")  # fmt: skip
    late_reason = LateReasonField()

    def __init__(self, data: Any = None, *, case: Case, is_late: Any, today: date, **more: Any) -> None:
        super().__init__(data, case=case, initial={"on": today}, **more)
        self.ask_why_late(is_late)


class ReceiptForm(CaseForm):
    """A file was handed in to an office above."""

    submit = "Ghi nhận hồ sơ"
    rows = (
        (("at", 8), ("on", 4)),
        (("number", 4), ("handed_by", 8)),
        (("lacking", 12),),
        (("add_before", 4),),
    )
    at = forms.ChoiceField(label="Nơi nhận")
    on = DayField(label="Ngày nhận")
    number = forms.CharField(label="Số phiếu nhận", max_length=60, **OPTIONAL)
    handed_by = forms.CharField(label="Người nộp", max_length=200, **OPTIONAL)
    lacking = forms.CharField(
        label="Giấy tờ cần bổ sung", widget=forms.Textarea(attrs={"rows": 3}), help_text="Mỗi dòng một giấy tờ. "
        "Hồ sơ đủ thì để trống.", **OPTIONAL,
    )  # fmt: skip
    add_before = DayField(label="Bổ sung trước ngày", **OPTIONAL)

    def __init__(self, data: Any = None, *, offices: Sequence[Organization], today: date, **more: Any) -> None:
        super().__init__(data, initial={"on": today}, **more)
        self.offices = {str(each.public_id): each for each in offices}
        self.fields["at"].choices = [(key, str(each)) for key, each in self.offices.items()]
        self.initial["at"] = next(iter(self.offices), None)

    @property
    def values(self) -> dict[str, Any]:
        asked = self.cleaned_data
        names = ("on", "number", "handed_by", "add_before")
        return {name: asked[name] for name in names} | {"lacking": asked["lacking"].splitlines()}

    @property
    def office(self) -> Organization:
        return self.offices[self.cleaned_data["at"]]


class CompleteForm(CaseForm):
    """What was lacking has been added."""

    submit = "Ghi đã đủ"
    on = DayField(label="Ngày bổ sung đủ")

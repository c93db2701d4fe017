"""Forms of decisions about organisations. Each is filled in, shown with what it would touch, and sent once more."""

from datetime import date
from typing import Any

from django import forms

from cells.forms.fields import OrganizationField
from cells.forms.recording import CellField, DocumentField, ReasonField, RecordForm
from cells.kinds import KINDS_BELOW, OrganizationKind
from cells.models import Organization, OrganizationVersion
from cells.queries.changes import TRAIT_LABELS, last_row
from cells.queries.organizations import offered_as
from cells.roles import Action
from cells.services.arranging import LATE_DAYS
from core.dates import format_date
from core.forms import DayField

OPTIONAL = {"required": False}
DECISION_ROWS = ((("on", 4), ("document", 8)), (("reason", 12),))
WITH_UNITS = tuple(kind for kind, below in KINDS_BELOW.items() if below)
"""Kinds that have units below them."""


class AnswerField(forms.TypedChoiceField):
    """Yes, no, or nobody knows."""

    WORDS = {True: "co", False: "khong", None: ""}

    def __init__(self, **options: Any) -> None:
        choices = [("", "chưa rõ"), ("co", "có"), ("khong", "không")]
        coerce = {word: answer for answer, word in self.WORDS.items()}.__getitem__
        super().__init__(choices=choices, coerce=coerce, empty_value=None, required=False, **options)

    def prepare_value(self, value: Any) -> Any:
        return self.WORDS.get(value, value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class DecisionForm(RecordForm):
    """What every decision says: from which day, on which paper, and why so late."""

    on = DayField(label="Ngày có hiệu lực", help_text="Theo quyết định; có thể là ngày sắp tới.")
    document = DocumentField(label="Số quyết định", help_text="Ví dụ: Quyết định số 12-QĐ/HU.", **OPTIONAL)
    reason = ReasonField(
        label="Lý do ghi muộn", help_text=f"Chỉ cần khi ngày có hiệu lực đã qua hơn {LATE_DAYS} ngày.", **OPTIONAL
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, **OPTIONAL)

    submit = "Xem trước ảnh hưởng"

    def __init__(self, data: Any = None, *, user: Any, organization: Organization, **options: Any) -> None:
        initial = {"seen": last_row(organization)} | options.pop("initial", {})
        super().__init__(data, user=user, initial=initial, **options)
        self.organization = organization

    @property
    def stated(self) -> list[tuple[str, str]]:
        """What was filled in, field by field, in words; of a form that is valid."""
        return [(field.label, text) for name, field in self.fields.items() if (text := self._words(name, field))]

    def _words(self, name: str, field: forms.Field) -> str:
        value = self.cleaned_data[name]
        if isinstance(field.widget, forms.HiddenInput) or value in (None, ""):
            return ""
        if isinstance(value, date):
            return format_date(value)
        if isinstance(field, forms.ChoiceField):
            return str(dict(field.choices)[field.prepare_value(value)])
        return offered_as(value) if isinstance(value, Organization) else str(value)


class TraitsForm(DecisionForm):
    """What is said of a unit beside name and kind."""

    sector = forms.CharField(label=TRAIT_LABELS["sector"], max_length=100, **OPTIONAL)
    is_residential = AnswerField(label=TRAIT_LABELS["is_residential"])
    is_ethnic_minority_area = AnswerField(label=TRAIT_LABELS["is_ethnic_minority_area"])
    is_religious_area = AnswerField(label=TRAIT_LABELS["is_religious_area"])
    has_sources = AnswerField(
        label=TRAIT_LABELS["has_sources"], help_text="Địa bàn còn quần chúng có thể bồi dưỡng kết nạp."
    )

    TRAIT_ROWS = (
        (("sector", 4), ("is_residential", 4), ("is_ethnic_minority_area", 4)),
        (("is_religious_area", 4), ("has_sources", 8)),
    )


class FoundForm(TraitsForm):
    """A new unit directly below another."""

    code = forms.CharField(label="Mã", max_length=40, help_text="Chưa tổ chức nào dùng, ví dụ MH-05.")
    name = forms.CharField(label="Tên", max_length=255)
    kind = forms.ChoiceField(label="Loại hình")

    rows = ((("code", 3), ("name", 5), ("kind", 4)), *TraitsForm.TRAIT_ROWS, *DECISION_ROWS)

    def __init__(self, data: Any = None, *, user: Any, organization: Organization) -> None:
        super().__init__(data, user=user, organization=organization)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in KINDS_BELOW[organization.kind]]
        del self.fields["seen"]  # a colleague's change of the parent does not stand against it


class ChangeForm(TraitsForm):
    """Name, kind and traits from a day on; shown as they are now."""

    name = forms.CharField(label="Tên", max_length=255)
    kind = forms.ChoiceField(label="Loại hình", choices=OrganizationKind.choices)

    rows = ((("name", 8), ("kind", 4)), *TraitsForm.TRAIT_ROWS, *DECISION_ROWS)

    def __init__(
        self, data: Any = None, *, user: Any, organization: Organization, now: OrganizationVersion | None
    ) -> None:
        names = ("name", "kind", *TRAIT_LABELS)
        initial = {name: getattr(now, name) for name in names} if now else {}
        super().__init__(data, user=user, organization=organization, initial=initial)


class MoveForm(DecisionForm):
    """Under another parent, with all that is below."""

    parent = OrganizationField(
        label="Cấp trên mới", action=Action.PLACE, kinds=WITH_UNITS, help_text="Các đơn vị trực thuộc chuyển theo."
    )
    kind = forms.ChoiceField(
        label="Loại hình sau khi chuyển", choices=OrganizationKind.choices,
        help_text="Ví dụ chi bộ cơ sở về đảng bộ cơ sở thì thành chi bộ.",
    )  # fmt: skip

    rows = ((("parent", 8), ("kind", 4)), *DECISION_ROWS)

    def __init__(self, data: Any = None, *, user: Any, organization: Organization) -> None:
        super().__init__(data, user=user, organization=organization, initial={"kind": organization.kind})


class ClosingForm(DecisionForm):
    """A unit ends; its paper is cited by the movements of its members."""

    receiver = CellField(label="Chi bộ tiếp nhận đảng viên", **OPTIONAL)

    def __init__(self, data: Any = None, *, user: Any, organization: Organization) -> None:
        super().__init__(data, user=user, organization=organization)
        self.fields["document"].required = True


class MergeForm(ClosingForm):
    """Into another unit, which succeeds it."""

    successor = OrganizationField(
        label="Sáp nhập vào", action=Action.PLACE, help_text="Tổ chức kế thừa; các đơn vị trực thuộc chuyển về đó."
    )

    rows = ((("successor", 6), ("receiver", 6)), *DECISION_ROWS)

    def __init__(self, data: Any = None, *, user: Any, organization: Organization) -> None:
        super().__init__(data, user=user, organization=organization)
        self.fields["receiver"].help_text = "Bỏ trống khi chính chi bộ kế thừa tiếp nhận."


class DissolveForm(ClosingForm):
    """Without a successor."""

    rows = ((("receiver", 12),), *DECISION_ROWS)

    def __init__(self, data: Any = None, *, user: Any, organization: Organization) -> None:
        super().__init__(data, user=user, organization=organization)
        self.fields["receiver"].help_text = "Bỏ trống khi không còn đảng viên nào trong danh sách."


class UndoForm(RecordForm):
    """A decision recorded by mistake is taken back."""

    reason = ReasonField(label="Lý do bỏ")
    submit = "Xem trước ảnh hưởng"

"""Forms of the directory of outside bodies."""

from typing import Any

import django_filters
from django import forms

from cells.forms.fields import OrganizationField
from cells.forms.list_filters import OrganizationFilter
from cells.forms.recording import RecordForm
from cells.kinds import OrganizationKind
from cells.models import Organization
from cells.queries.organizations import places_of
from cells.roles import Action
from core import dates
from core.lists import ListFilter
from pipeline.kinds import BodyKind
from pipeline.models import VettingBody

KEEPERS = [kind for kind in OrganizationKind.values if kind != OrganizationKind.CELL]
"""Units with an office that keeps a directory."""
COLUMNS = ("name", "kind", "address", "phone", "note")


class BodyFilter(ListFilter):
    """Which entries are listed: by default those in use."""

    ten = django_filters.CharFilter(label="Tên nơi thẩm tra", method="elsewhere")
    to_chuc = OrganizationFilter(label="Cấp ủy giữ", method="elsewhere")
    tinh_trang = django_filters.ChoiceFilter(
        label="Tình trạng", method="elsewhere", empty_label="đang dùng", choices=[("tat-ca", "kể cả đã ngừng dùng")]
    )

    def __init__(self, data: Any, *, user: Any) -> None:
        super().__init__(data, VettingBody.objects.none())
        self.form.fields["to_chuc"].choose_from(user)
        self.form.fields["ten"].widget.attrs |= {"autocomplete": "off", "maxlength": 100}
        self.form.is_valid()

    def elsewhere(self, rows: Any, name: str, value: Any) -> Any:
        """Asked of by the view."""
        return rows

    @property
    def name(self) -> str:
        return self.form.cleaned_data.get("ten") or ""

    @property
    def organization(self) -> Organization | None:
        return self.form.cleaned_data.get("to_chuc")

    @property
    def inactive_too(self) -> bool:
        return bool(self.form.cleaned_data.get("tinh_trang"))


class BodyForm(RecordForm):
    """An entry of the directory. Whose it is, is said once."""

    submit = "Lưu vào danh bạ"
    rows = (
        (("name", 8), ("kind", 4)), (("address", 8), ("phone", 4)), (("note", 12),), (("organization", 12),),
        (("is_active", 12),),
    )  # fmt: skip

    name = forms.CharField(
        label="Tên nơi thẩm tra", max_length=255, help_text="Ghi như trên công văn, ví dụ: Đảng ủy xã Tân Lập."
    )
    kind = forms.ChoiceField(label="Loại", choices=BodyKind.choices)
    address = forms.CharField(label="Địa chỉ", max_length=255, required=False)
    phone = forms.CharField(label="Điện thoại", max_length=40, required=False)
    note = forms.CharField(
        label="Ghi chú", max_length=255, required=False, help_text="Ví dụ: gặp văn phòng, giờ hành chính."
    )
    organization = OrganizationField(
        label="Cấp ủy giữ", action=Action.VET, kinds=KEEPERS,
        help_text="Đơn vị này, cấp trên và cấp dưới của đơn vị đều chọn được.",
    )  # fmt: skip
    is_active = forms.BooleanField(label="Đang dùng: hiện trong gợi ý khi ghi nơi được hỏi", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, user: Any, body: VettingBody | None = None, name: str = "") -> None:
        if body:
            initial = {field: getattr(body, field) for field in (*COLUMNS, "is_active", "version")}
        else:
            places = places_of(user, dates.today())
            initial = {"name": name, "organization": places[0] if places else None}
        super().__init__(data, user=user, initial=initial)
        for field in ("organization",) if body else ("is_active", "version"):
            del self.fields[field]

    @property
    def values(self) -> dict[str, Any]:
        """Columns as they were sent."""
        return {name: self.cleaned_data[name] for name in (*COLUMNS, "is_active") if name in self.cleaned_data}

    @property
    def unsaved(self) -> VettingBody:
        return VettingBody(organization=self.cleaned_data["organization"], **self.values)

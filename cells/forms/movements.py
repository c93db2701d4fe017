"""Forms about what happens to a member: movements, transfers, corrections, states."""

from datetime import date
from typing import Any

from django import forms

from cells.forms.fields import OrganizationField
from cells.forms.recording import CellField, DocumentField, ReasonField, RecordForm
from cells.kinds import DECREASES, INCREASES, MovementKind, StateKind
from cells.models import Member, Movement
from core.dates import day_after
from core.forms import DayField

OPTIONAL = {"required": False}

DAY_LABELS = {
    MovementKind.ADMITTED: "Ngày quyết định kết nạp",
    MovementKind.TRANSFERRED_IN: "Ngày chuyển đến",
    MovementKind.REINSTATED: "Ngày phục hồi",
    MovementKind.TRANSFERRED_OUT: "Ngày chuyển đi",
    MovementKind.DIED: "Ngày từ trần",
    MovementKind.EXPELLED: "Ngày quyết định khai trừ",
    MovementKind.STRUCK_OFF: "Ngày quyết định xóa tên",
    MovementKind.RESIGNED: "Ngày được cho ra khỏi Đảng",
}
DOCUMENT_LABELS = {
    MovementKind.TRANSFERRED_IN: "Số giấy giới thiệu",
    MovementKind.TRANSFERRED_OUT: "Số giấy giới thiệu",
    MovementKind.DIED: "Giấy tờ kèm theo (nếu có)",
}
SUBMITS = {
    MovementKind.ADMITTED: "Ghi kết nạp lại",
    MovementKind.TRANSFERRED_IN: "Ghi chuyển đến",
    MovementKind.REINSTATED: "Ghi phục hồi",
    MovementKind.TRANSFERRED_OUT: "Ghi chuyển đi",
    MovementKind.DIED: "Ghi từ trần",
    MovementKind.EXPELLED: "Ghi khai trừ",
    MovementKind.STRUCK_OFF: "Ghi xóa tên",
    MovementKind.RESIGNED: "Ghi xin ra",
}
HELD_ON = "Chưa tổ chức thì bỏ trống."


class MovementForm(RecordForm):
    """One movement of a known kind."""

    organization = CellField(label="Chi bộ tiếp nhận")
    effective_on = DayField()
    held_on = DayField(label="Ngày tổ chức lễ kết nạp", help_text=HELD_ON, **OPTIONAL)
    joined_on = DayField(label="Ngày vào Đảng", help_text="Ngày của quyết định kết nạp.")
    document = DocumentField(**OPTIONAL)

    rows = (
        (("organization", 12),),
        (("effective_on", 6), ("held_on", 6)),
        (("joined_on", 6), ("document", 6)),
    )

    def __init__(self, data: Any = None, *, user: Any, member: Member, kind: str) -> None:
        super().__init__(data, user=user)
        kind = MovementKind(kind)
        self.submit = SUBMITS[kind]
        self.fields["effective_on"].label = DAY_LABELS[kind]
        self.fields["document"].label = DOCUMENT_LABELS.get(kind, "Số quyết định")
        if kind not in INCREASES:
            del self.fields["organization"]
        else:
            self.fields["organization"].initial = self.fields["organization"].only_one()
        if kind != MovementKind.ADMITTED:
            del self.fields["held_on"]
        if member.joined_on or kind not in (MovementKind.TRANSFERRED_IN, MovementKind.REINSTATED):
            del self.fields["joined_on"]


class TransferForm(RecordForm):
    """Out of one cell and into another in one step."""

    to = CellField(label="Chuyển đến chi bộ")
    left_on = DayField(label="Ngày chuyển đi")
    arrived_on = DayField(label="Ngày chuyển đến", help_text="Cùng ngày chuyển đi thì bỏ trống.", **OPTIONAL)
    document = DocumentField(label="Số giấy giới thiệu", **OPTIONAL)

    rows = ((("to", 12),), (("left_on", 4), ("arrived_on", 4), ("document", 4)))
    submit = "Chuyển sinh hoạt"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "arrived_on" not in self.errors:
            cleaned["arrived_on"] = cleaned.get("arrived_on") or cleaned.get("left_on")
        return cleaned


class CorrectionForm(RecordForm):
    """The right movement in the place of a wrong one."""

    kind = forms.ChoiceField(label="Loại biến động")
    organization = CellField(label="Tại chi bộ")
    effective_on = DayField(label="Ngày")
    held_on = DayField(label="Ngày tổ chức lễ kết nạp", help_text="Chỉ ghi khi kết nạp.", **OPTIONAL)
    document = DocumentField(label="Số văn bản", **OPTIONAL)
    reason = ReasonField(label="Lý do ghi lại")

    rows = (
        (("kind", 4), ("organization", 8)),
        (("effective_on", 4), ("held_on", 4), ("document", 4)),
        (("reason", 12),),
    )
    submit = "Ghi lại cho đúng"

    def __init__(self, data: Any = None, *, user: Any, movement: Movement) -> None:
        self.before = {name: getattr(movement, name) for name in ("kind", "effective_on", "held_on", "document")}
        self.before["organization"] = movement.organization
        super().__init__(data, user=user, initial=self.before)
        same_way = INCREASES if movement.sign > 0 else DECREASES
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in same_way]
        if MovementKind.ADMITTED not in same_way:
            del self.fields["held_on"]
        cells = self.fields["organization"]
        if not cells.rows.filter(pk=movement.organization_id).exists():
            # What was recorded at a committee itself, or at a unit that is no cell now, may stay there.
            cells.kinds = ()
            cells.choose_from(user)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("held_on") and cleaned.get("kind") != MovementKind.ADMITTED:
            self.add_error("held_on", "Chỉ kết nạp mới có ngày tổ chức lễ. Hãy xóa ô này.")
        if not self.errors and all(cleaned[name] == value for name, value in self.before.items() if name in cleaned):
            self.add_error(None, "Nội dung chưa khác lần đã ghi. Hãy sửa chỗ sai rồi lưu.")
        return cleaned


class ReversalForm(RecordForm):
    """Takes back what was entered by mistake."""

    reason = ReasonField(label="Lý do bỏ")
    submit = "Bỏ biến động này"

    def __init__(self, data: Any = None, *, user: Any, submit: str = "") -> None:
        super().__init__(data, user=user, prefix="bo")
        self.submit = submit or self.submit


class StateForm(RecordForm):
    """A state begins. What people call the last day is stored as the first day after it."""

    KINDS = (StateKind.EXEMPT, StateKind.AWAY, StateKind.SUSPENDED)

    kind = forms.ChoiceField(label="Trạng thái", choices=[(kind.value, kind.label) for kind in KINDS])
    valid_from = DayField(label="Từ ngày")
    last_day = DayField(label="Đến hết ngày", help_text="Chưa biết thì bỏ trống.", **OPTIONAL)
    organization = OrganizationField(
        label="Nơi sinh hoạt tạm thời", help_text="Chỉ ghi khi nơi ấy trong phạm vi của bạn.", **OPTIONAL
    )
    document = DocumentField(label="Số văn bản", **OPTIONAL)

    rows = (
        (("kind", 12),),
        (("valid_from", 4), ("last_day", 4), ("document", 4)),
        (("organization", 12),),
    )
    submit = "Ghi trạng thái"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("valid_from"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "Ngày cuối phải từ ngày bắt đầu trở đi. Hãy sửa lại.")
        cleaned["valid_until"] = day_after(last) if last else None
        if cleaned.get("organization") and cleaned.get("kind") != StateKind.AWAY:
            self.add_error("organization", "Chỉ ghi nơi tạm thời khi chuyển sinh hoạt tạm thời. Hãy xóa ô này.")
        return cleaned


class EndStateForm(RecordForm):
    """A state ends."""

    on = DayField(label="Sinh hoạt bình thường trở lại từ ngày")
    submit = "Ghi kết thúc"

    def __init__(self, data: Any = None, *, user: Any, today: date) -> None:
        super().__init__(data, user=user, initial={"on": today})

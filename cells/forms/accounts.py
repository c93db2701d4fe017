"""Forms about people who log in: somebody new, offices, hand-over, deputies, relatives."""

from datetime import date, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from cells.forms.fields import OrganizationField
from cells.forms.list_filters import ANY, OrganizationFilter
from cells.forms.recording import RecordForm
from cells.kinds import CELL_KINDS, AssociationKind
from cells.models import Appointment, Association, Member, Organization
from cells.queries.offices import may_give
from cells.roles import TWO_PEOPLE, Action, Role
from cells.scoping import path_within
from cells.services.appointments import BESIDE
from core.forms import DayField
from core.lists import ListFilter
from core.models import User
from core.names import display_name, fold

OPTIONAL = {"required": False}
KINDS = {
    Role.CELL_SECRETARY: CELL_KINDS,
}
"""Kinds of organisation in which a role is held, where it is not any."""


class FullNameField(forms.CharField):
    def __init__(self, **options: Any) -> None:
        super().__init__(**({"label": "Họ và tên", "max_length": 200} | options))
        self.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def clean(self, value: Any) -> str:
        return display_name(super().clean(value))


class OfficeForm(RecordForm):
    """An office of one role: where, from when to when."""

    organization = OrganizationField(label="Tổ chức đảng", action=Action.APPOINT)
    association = forms.ChoiceField(label="Đoàn thể, trung tâm")
    title = forms.CharField(
        label="Chức danh", max_length=100, help_text="Hiện bên cạnh tên, ví dụ “Phó Bí thư”.", **OPTIONAL
    )
    valid_from = DayField(label="Từ ngày")
    until = DayField(label="Đến hết ngày", help_text="Chưa biết thì bỏ trống.", **OPTIONAL)
    reason = forms.CharField(label="Căn cứ, lý do", max_length=255, **OPTIONAL)

    submit = "Ghi phân công"
    rows = (
        (("full_name", 6), ("username", 6)),
        (("phone", 6), ("email", 6)),
        (("organization", 12), ("association", 12)),
        (("title", 12),),
        (("valid_from", 6), ("until", 6)),
        (("reason", 12),),
    )

    def __init__(self, data: Any = None, *, user: Any, today: date, role: Role, **options: Any) -> None:
        super().__init__(data, user=user, **options)
        self.today, self.role = today, role
        self.fields["valid_from"].initial = today
        if role == Role.INSPECTOR:
            self.fields["until"].required, self.fields["until"].help_text = True, "Ngày cuối của đợt kiểm tra."
        if role in TWO_PEOPLE:
            self.fields["reason"].required = True
            self.fields["reason"].help_text = "Phân công này cần hai người: lãnh đạo Ban thứ hai đọc lý do rồi duyệt."
            self.submit = "Gửi đề nghị"
        self._keep_place_of(role)

    def _keep_place_of(self, role: Role) -> None:
        """Ask only for the kind of place in which *role* is held."""
        if role in BESIDE:
            del self.fields["organization"]
            found = self._associations()
            self.fields["association"].choices = [("", "hãy chọn"), *((row.code, str(row)) for row in found)]
            return
        del self.fields["association"]
        if role == Role.ADMINISTRATOR:
            del self.fields["organization"]
            return
        field = self.fields["organization"]
        if role in KINDS:
            field.kinds = KINDS[role]
            field.choose_from(self.user)

    def _associations(self) -> QuerySet[Association]:
        centre = Q(kind=AssociationKind.TRAINING_CENTRE)
        rows = Association.objects.visible_to(self.user)
        rows = rows.filter(centre if self.role == Role.TRAINING_CENTRE else ~centre)
        return rows.select_related("organization").order_by("organization__path", "name")

    def clean_association(self) -> Association:
        return self._associations().get(code=self.cleaned_data["association"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        field = next((name for name in ("organization", "association") if name in self.fields), None)
        place = cleaned.get(field) if field else None
        if (place is not None or field is None) and not may_give(self.user, self.role, place, self.today):
            self.add_error(field, f"Bạn không phân công {self.role.label.lower()} ở đây được. Hãy đề nghị cấp trên.")
        return cleaned

    @property
    def office(self) -> dict[str, Any]:
        """What the service takes."""
        asked, until = self.cleaned_data, self.cleaned_data.get("until")
        return {
            "role": self.role,
            "organization": asked.get("organization"),
            "association": asked.get("association"),
            "title": asked["title"],
            "valid_from": asked["valid_from"],
            "valid_until": until + timedelta(days=1) if until else None,
            "reason": asked["reason"],
        }


def _phone() -> forms.CharField:
    return forms.CharField(label="Điện thoại", max_length=20, help_text="Để người khác gọi khi có việc.", **OPTIONAL)


def _email() -> forms.EmailField:
    return forms.EmailField(label="Thư điện tử", help_text="Không có thì bỏ trống.", **OPTIONAL)


def _username(**options: Any) -> forms.CharField:
    field = forms.RegexField(
        "^[A-Za-z0-9][A-Za-z0-9._-]*$", label="Tên đăng nhập", min_length=3, max_length=60, **options
    )
    field.error_messages["invalid"] = "Tên đăng nhập chỉ gồm chữ không dấu, số, dấu chấm và gạch. Ví dụ: anh.nt"
    field.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
    return field


class NewUserForm(OfficeForm):
    """Somebody new, with a first office."""

    full_name = FullNameField()
    username = _username(help_text="Bỏ trống thì máy đặt, ví dụ anh.nt.", **OPTIONAL)
    phone = _phone()
    email = _email()

    submit = "Tạo người dùng"


class UserForm(RecordForm):
    """What is known of somebody who logs in."""

    full_name = FullNameField()
    phone = _phone()
    email = _email()


class ReasonForm(RecordForm):
    """Why; for what takes nothing else."""

    reason = forms.CharField(label="Lý do", max_length=255)

    def __init__(self, data: Any = None, *, user: Any, submit: str, **options: Any) -> None:
        self.submit = submit
        super().__init__(data, user=user, **options)


class SheetForm(RecordForm):
    """Nothing to fill in: what it does is said above its button."""

    submit = "In phiếu kích hoạt"


class EndForm(RecordForm):
    last = DayField(label="Ngày cuối còn giữ", help_text="Sau ngày này người ấy không còn quyền.")
    reason = forms.CharField(label="Căn cứ, lý do", max_length=255)
    submit = "Kết thúc phân công"


class SuccessorForm(RecordForm):
    """Somebody who takes an office over, or stands in: known already, or new."""

    known = _username(
        help_text="Nếu người ấy đã có tài khoản. Chưa có thì bỏ trống và ghi họ tên bên dưới.", **OPTIONAL
    )
    full_name = FullNameField(label="Họ và tên người mới", **OPTIONAL)
    phone = _phone()
    valid_from = DayField(label="Từ ngày")
    until = DayField(label="Đến hết ngày")
    reason = forms.CharField(label="Căn cứ, lý do", max_length=255)

    rows = (
        (("known", 12),),
        (("full_name", 6), ("phone", 6)),
        (("valid_from", 6), ("until", 6)),
        (("reason", 12),),
    )

    def __init__(
        self, data: Any = None, *, user: Any, people: QuerySet[User], holder: User, today: date, is_deputy: bool
    ) -> None:
        self.submit = "Ghi người làm thay" if is_deputy else "Bàn giao"
        super().__init__(data, user=user)
        self.people, self.holder = people, holder
        self.fields["valid_from"].initial = today
        if not is_deputy:
            del self.fields["until"]

    def clean_known(self) -> User | None:
        name = self.cleaned_data["known"].strip().lower()
        if not name:
            return None
        found = self.people.filter(username=name).first()
        if found is None:
            raise forms.ValidationError(f"Không có người dùng “{name}” trong phạm vi của bạn. Hãy xem lại danh sách.")
        if found == self.holder:
            raise forms.ValidationError("Đây chính là người đang giữ. Hãy chọn người khác.")
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "known" in cleaned and bool(cleaned["known"]) == bool(cleaned.get("full_name")):
            self.add_error("full_name", "Hãy ghi tên đăng nhập của người đã có tài khoản, hoặc họ tên người mới.")
        return cleaned


class RelativeForm(RecordForm):
    """A relative among the members of one's reach."""

    code = forms.CharField(label="Mã đảng viên của người thân", max_length=40)
    relation = forms.CharField(label="Quan hệ", max_length=100, help_text="Ví dụ: con ruột, em vợ.")
    submit = "Khai quan hệ"

    def clean_code(self) -> Member:
        code = self.cleaned_data["code"].strip()
        found = Member.objects.visible_to(self.user).select_related("organization").filter(code=code).first()
        if found is None:
            raise forms.ValidationError(f"Không có đảng viên mã {code} trong phạm vi của bạn. Hãy xem lại mã.")
        return found


class UserFilter(ListFilter):
    """Which people are listed."""

    q = django_filters.CharFilter(label="Họ tên hoặc tên đăng nhập", method="named")
    vai_tro = django_filters.ChoiceFilter(label="Vai trò", choices=Role.choices, empty_label=ANY, method="holding")
    to_chuc = OrganizationFilter(label="Tổ chức và cấp dưới", method="at")
    trang_thai = django_filters.ChoiceFilter(
        label="Tình trạng", empty_label=ANY, method="standing",
        choices=[("giu", "đang giữ phân công"), ("thoi", "không còn phân công"), ("khoa", "đang khóa")],
    )  # fmt: skip

    def __init__(self, data: Any, rows: QuerySet[User], *, user: Any, today: date) -> None:
        super().__init__(data, rows)
        self.form.fields["to_chuc"].choose_from(user, Organization.objects.visible_to(user, Action.APPOINT))
        self.offices = Appointment.objects.visible_to(user).in_force()
        self.today = today
        self.form.is_valid()

    def named(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        wanted = fold(text)
        keys = [
            key for key, username, full in rows.values_list("pk", "username", "full_name")
            if wanted in fold(full) or wanted in username
        ]  # fmt: skip
        return rows.filter(pk__in=keys)

    def holding(self, rows: QuerySet, name: str, role: str) -> QuerySet:
        return rows.filter(pk__in=self.offices.on(self.today).filter(role=role).values("user"))

    def at(self, rows: QuerySet, name: str, place: Organization) -> QuerySet:
        here = path_within("organization__path", place.path)
        beside = path_within("association__organization__path", place.path)
        return rows.filter(pk__in=self.offices.filter(here | beside).values("user"))

    def standing(self, rows: QuerySet, name: str, wanted: str) -> QuerySet:
        holds = Q(pk__in=self.offices.on(self.today).values("user"))
        return rows.filter({"giu": holds, "thoi": ~holds, "khoa": Q(is_active=False)}[wanted])

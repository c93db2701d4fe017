"""Forms about the person: somebody new, personal data, recognition."""

from datetime import date
from typing import Any

from django import forms

from cells.forms.recording import CellField, DocumentField, RecordForm
from cells.kinds import MovementKind, Sex
from cells.models import Member
from cells.personal import impossible_days
from cells.probation import probation_ends
from core.dates import DatePrecision, PartialDate, format_date
from core.field_classes import typed_masked_fields
from core.forms import DayField, IdentityNumberField, MaskedField, PartialDayField
from core.identity_numbers import disagreements
from core.names import display_name, fold

SEXES = [("", "chưa rõ"), *Sex.choices]
OPTIONAL = {"required": False}
MASKED = typed_masked_fields(Member)


class PersonForm(RecordForm):
    """What is known of a person."""

    code = forms.CharField(label="Mã đảng viên", max_length=40)
    full_name = forms.CharField(label="Họ và tên", max_length=200)
    born = PartialDayField(label="Ngày sinh", help_text="Hồ sơ không rõ ngày thì viết 05/1998 hoặc 1998.", **OPTIONAL)
    sex = forms.ChoiceField(label="Giới tính", choices=SEXES, **OPTIONAL)
    ethnicity = MaskedField(label="Dân tộc", max_length=60)
    religion = MaskedField(label="Tôn giáo", max_length=60)
    education = forms.CharField(label="Trình độ", max_length=200, **OPTIONAL)
    identity_number = IdentityNumberField(label="Số định danh cá nhân")

    def __init__(self, data: Any = None, *, user: Any, today: date, **options: Any) -> None:
        super().__init__(data, user=user, **options)
        self.today = today
        for name in ("code", "full_name"):
            self.fields[name].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def clean_code(self) -> str:
        return self.cleaned_data["code"].strip()

    def clean_full_name(self) -> str:
        return display_name(self.cleaned_data["full_name"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        born: PartialDate | None = cleaned.get("born")
        days = {name: cleaned.get(name) for name in ("joined_on", "official_on")}
        if number := cleaned.get("identity_number"):
            for message in disagreements(number, born, cleaned.get("sex", "")):
                self.add_error("identity_number", message)
        for name, message in impossible_days(days | {"born_on": born.value if born else None}, self.today):
            name = "born" if name == "born_on" else name
            if name in self.fields and name not in self.errors:
                self.add_error(name, message)
        return cleaned

    @property
    def personal(self) -> dict[str, Any]:
        """What was entered, as fields of Member; only those the form asks for."""
        cleaned = self.cleaned_data
        born = cleaned["born"] or PartialDate(None, DatePrecision.DAY)
        names = ("full_name", "sex", "ethnicity", "religion", "education", "joined_on", "official_on")
        kept = {name for name in MASKED if cleaned.get(name) is None}
        found = {name: cleaned[name] for name in names if name in cleaned and name not in kept}
        return found | {"born_on": born.value, "born_precision": born.precision}

    @property
    def number(self) -> str | None:
        """The identity number that was entered, "" to take it away, None where it stays."""
        return self.cleaned_data["identity_number"]


class NewMemberForm(PersonForm):
    """Somebody new, with the admission or the arrival from outside that brings him onto a roll."""

    organization = CellField(label="Chi bộ")
    joined_on = DayField(label="Ngày vào Đảng", help_text="Ngày của quyết định kết nạp.")
    official_on = DayField(label="Ngày chính thức", help_text="Đảng viên dự bị thì bỏ trống.", **OPTIONAL)
    effective_on = DayField(label="Ngày chuyển đến")
    held_on = DayField(label="Ngày tổ chức lễ kết nạp", help_text="Chưa tổ chức thì bỏ trống.", **OPTIONAL)
    document = DocumentField(label="Số giấy giới thiệu", **OPTIONAL)

    rows = (
        "Đảng viên",
        (("full_name", 6), ("code", 6)),
        (("born", 4), ("sex", 4), ("education", 4)),
        (("ethnicity", 4), ("religion", 4), ("identity_number", 4)),
        (("joined_on", 4), ("official_on", 4)),
        "Vào danh sách",
        (("organization", 12),),
        (("effective_on", 4), ("held_on", 4), ("document", 4)),
    )

    def __init__(self, data: Any = None, *, user: Any, today: date, kind: str, code: str = "") -> None:
        super().__init__(data, user=user, today=today)
        self.kind = kind
        self.known: Member | None = None
        """A member whom the user sees has the code already."""
        self.returning: Member | None = None
        """The very person entered here, known from a roll out of the user's sight, which he has left."""
        if kind == MovementKind.ADMITTED:
            for name in ("joined_on", "official_on"):
                del self.fields[name]
            self.fields["effective_on"].label = "Ngày quyết định kết nạp"
            self.fields["effective_on"].help_text = "Ngày này là ngày vào Đảng."
            self.fields["document"].label = "Số quyết định"
        else:
            del self.fields["held_on"]
        cells = self.fields["organization"]
        chosen = cells.rows.filter(code=code).first() if code else None
        cells.initial = chosen or cells.only_one()
        self.submit = "Ghi kết nạp" if kind == MovementKind.ADMITTED else "Ghi chuyển đến"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        stored = Member.objects.select_related("organization").filter(code=cleaned.get("code", "")).first()
        if stored is None:
            return cleaned
        self.known = Member.objects.visible_to(self.user).filter(pk=stored.pk).first()
        if self.known:
            self.add_error("code", f"Mã này là của {stored.full_name}. Hãy mở trang của người ấy để ghi tiếp.")
        elif not self._is(stored):
            self.add_error("code", "Mã này đã có người dùng. Hãy kiểm tra lại mã, họ tên và ngày sinh trong hồ sơ.")
        elif stored.on_roll:
            self.add_error(
                None, f"{stored.full_name} đang trong danh sách của nơi khác trong đảng bộ. Hãy đề nghị nơi ấy ghi "
                "chuyển đi, rồi ghi lại ở đây; hai lần ghi sẽ tự khớp thành một lần chuyển.",
            )  # fmt: skip
        else:
            self.returning = stored
        return cleaned

    def _is(self, stored: Member) -> bool:
        """Whether the paper in the user's hand is about *stored*: the same code, name and day of birth."""
        born: PartialDate | None = self.cleaned_data.get("born")
        name = self.cleaned_data.get("full_name", "")
        return fold(name) == stored.name_fold and stored.born_on == (born.value if born else None)


class PersonalDataForm(PersonForm):
    """Personal data of a stored member. `version` is the one its user saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    joined_on = DayField(label="Ngày vào Đảng", **OPTIONAL)
    official_on = DayField(label="Ngày chính thức", **OPTIONAL)

    rows = (
        (("full_name", 6), ("code", 6)),
        (("born", 4), ("sex", 4), ("education", 4)),
        (("joined_on", 4), ("official_on", 4)),
        (("ethnicity", 4), ("religion", 4), ("identity_number", 4)),
    )
    submit = "Lưu thông tin"

    def __init__(self, data: Any = None, *, user: Any, today: date, member: Member, on_any_roll: bool) -> None:
        super().__init__(data, user=user, today=today, initial=stored_values(member))
        for name in MASKED:
            self.fields[name].mask(is_filled=bool(getattr(member, name)))
        if not on_any_roll:
            # Without a movement that day alone would put him on a roll: an admission or an arrival must do so.
            del self.fields["joined_on"]


def stored_values(member: Member) -> dict[str, Any]:
    """What the form of personal data shows of *member*: nothing that is masked."""
    names = ("code", "full_name", "sex", "education", "joined_on", "official_on", "version")
    return {name: getattr(member, name) for name in names} | {"born": member.born_text}


class RecognitionForm(RecordForm):
    """Recognition of a probationer. Another day than the end of the twelve months is asked about once, not refused."""

    official_on = DayField(label="Ngày chính thức", help_text="Luôn là ngày hết 12 tháng dự bị, dù quyết định ra muộn.")
    document = DocumentField(label="Số quyết định công nhận")
    confirmed = forms.BooleanField(label="Đã đối chiếu quyết định, vẫn ghi ngày này", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    rows = ((("official_on", 6), ("document", 6)),)
    submit = "Ghi công nhận chính thức"

    def __init__(self, data: Any = None, *, user: Any, member: Member, ceremony_on: date | None) -> None:
        self.due = probation_ends(ceremony_on) if ceremony_on else None
        super().__init__(data, user=user, initial={"official_on": self.due, "version": member.version})
        if data is None:
            del self.fields["confirmed"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        day = cleaned.get("official_on")
        if not day or not self.due or day == self.due:
            del self.fields["confirmed"]
        elif not cleaned.get("confirmed"):
            self.add_error(
                "official_on", f"12 tháng dự bị hết ngày {format_date(self.due)}. Hãy ghi ngày ấy, hoặc đánh dấu ô "
                "bên dưới nếu quyết định ghi khác.",
            )  # fmt: skip
        return cleaned

"""Forms of classes: the class itself, who is chosen, results, certificates, corrections."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import django_filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from cells.forms.list_filters import ANY, OrganizationFilter, YearFilter
from cells.forms.recording import ReasonField, RecordForm
from cells.models import Association, Organization
from core.forms import AddressForm, DayField, YearField, dress
from core.lists import ListFilter
from pipeline.kinds import ClassKind, ClassResult
from pipeline.models import TrainingClass
from pipeline.queries.class_need import LAPSING
from pipeline.queries.classes import Student

MOST_SEATS, MOST_SESSIONS = 500, 60
FIRST_YEAR = 2000
WORDS = {"nhan-thuc": ClassKind.AWARENESS.value, "dang-vien-moi": ClassKind.NEW_MEMBER.value}
"""What the address says of a kind of class."""
NEEDS = WORDS | {"sap-het-han": LAPSING}
NEED_LABELS = {
    "nhan-thuc": "cần học lớp nhận thức về Đảng",
    "dang-vien-moi": "cần học lớp đảng viên mới",
    "sap-het-han": "giấy chứng nhận sắp hết giá trị",
}


class PlanYearForm(AddressForm):
    nam = YearField(label="Năm", required=False)

    def __init__(self, data: Any = None, *, today: date, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["nam"].limit(FIRST_YEAR, today.year + 5)


class ClassForm(RecordForm):
    """A class as it stands in the plan. The year is that in which it begins."""

    submit = "Lưu lớp"
    rows = (
        (("organizer", 7), ("kind", 5)), (("title", 12),), (("opens_on", 4), ("closes_on", 4), ("sessions", 4)),
        (("place", 8), ("seats", 4)),
    )  # fmt: skip

    organizer = forms.ChoiceField(label="Nơi mở lớp")
    kind = forms.ChoiceField(label="Loại lớp", choices=ClassKind.choices)
    title = forms.CharField(
        label="Tên lớp", max_length=200, help_text="Ví dụ: Lớp bồi dưỡng nhận thức về Đảng khóa I năm 2026."
    )
    opens_on = DayField(label="Khai giảng")
    closes_on = DayField(label="Bế giảng")
    place = forms.CharField(label="Địa điểm", max_length=200, required=False)
    seats = forms.IntegerField(label="Số chỗ", min_value=1, max_value=MOST_SEATS)
    sessions = forms.IntegerField(
        label="Số buổi", min_value=0, max_value=MOST_SESSIONS, required=False, help_text="Để trống nếu không điểm danh."
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any = None, *, organizers: Sequence[Association | Organization] = (),
        training_class: TrainingClass | None = None, **options: Any,
    ) -> None:  # fmt: skip
        if training_class:
            names = ("title", "opens_on", "closes_on", "place", "seats", "sessions", "version")
            options["initial"] = {name: getattr(training_class, name) for name in names}
        super().__init__(data, **options)
        self.organizers = {str(each.public_id): each for each in organizers}
        if training_class:
            del self.fields["organizer"], self.fields["kind"]
        else:
            self.fields["organizer"].choices = [(key, str(each)) for key, each in self.organizers.items()]

    @property
    def values(self) -> dict[str, Any]:
        """Columns that may be changed later, too."""
        asked = self.cleaned_data
        names = ("title", "opens_on", "closes_on", "place", "seats")
        return {name: asked[name] for name in names} | {
            "sessions": asked["sessions"] or 0, "year": asked["opens_on"].year
        }  # fmt: skip

    @property
    def unsaved(self) -> TrainingClass:
        """The class that was asked for."""
        by = self.organizers[self.cleaned_data["organizer"]]
        held = {"centre": by, "organization": by.organization} if isinstance(by, Association) else {"organization": by}
        return TrainingClass(kind=self.cleaned_data["kind"], **held, **self.values)


class ChosenForm(forms.Form):
    """People ticked in a list: rows known by their public id."""

    chosen = forms.TypedMultipleChoiceField(coerce=UUID, label="Người được chọn", error_messages={
        "required": "Chưa chọn ai. Hãy đánh dấu ít nhất một người.",
        "invalid_choice": "Danh sách vừa thay đổi. Hãy tải lại trang rồi chọn lại.",
    })  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, offered: Sequence[UUID], **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["chosen"].choices = [(str(key), str(key)) for key in offered]

    @property
    def ticked(self) -> set[str]:
        """What was ticked, as it was sent."""
        return set(self.data.getlist("chosen")) if self.is_bound else set()


class AcceptForm(ChosenForm):
    """Take people into the class, or not: which, the button says."""

    reason = forms.CharField(label="Lý do không nhận", max_length=255, required=False)

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        dress(self)


class WithdrawForm(RecordForm):
    submit = "Rút khỏi lớp"
    reason = ReasonField(help_text="Nơi mở lớp và cấp ủy xem được lý do này.")
    version = forms.IntegerField(widget=forms.HiddenInput)


class ResultsForm(forms.Form):
    """Attendance and result of everybody in the class, one row each."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, students: Sequence[Student], sessions: int, **options: Any) -> None:
        super().__init__(data, **options)
        self.students, self.sessions = students, sessions
        for student in students:
            if not student.number:
                self._add(student)
        dress(self)

    def _add(self, student: Student) -> None:
        key = student.public_id
        attended = forms.IntegerField(
            label=f"Số buổi có mặt của {student.name}", required=False, initial=student.attended,
            validators=[MinValueValidator(0, "Số buổi không âm."), MaxValueValidator(
                self.sessions or MOST_SESSIONS, f"Lớp có {self.sessions or MOST_SESSIONS} buổi."
            )],
        )  # fmt: skip
        attended.widget.attrs |= {"min": 0, "max": self.sessions or MOST_SESSIONS, "inputmode": "numeric"}
        self.fields[f"buoi-{key}"] = attended
        self.fields[f"kq-{key}"] = forms.ChoiceField(
            label=f"Kết quả của {student.name}", required=False, initial=student.result,
            choices=[("", "chưa có"), *ClassResult.choices],
        )  # fmt: skip

    @property
    def lines(self) -> Iterator[tuple[Student, Any, Any]]:
        """Each student with the two fields; without fields who is certified already."""
        for student in self.students:
            key = f"buoi-{student.public_id}"
            fields = (self[key], self[f"kq-{student.public_id}"]) if key in self.fields else (None, None)
            yield student, *fields

    @property
    def marks(self) -> Iterator[tuple[int, int | None, str]]:
        """(key, attended, result) of those that can be changed."""
        asked = self.cleaned_data
        for student in self.students:
            if f"buoi-{student.public_id}" in asked:
                yield student.key, asked[f"buoi-{student.public_id}"], asked[f"kq-{student.public_id}"]


class CertificateForm(ChosenForm):
    """A batch of certificates, numbered in a row."""

    first = forms.IntegerField(label="Số đầu tiên", min_value=1, max_value=99_999)
    suffix = forms.CharField(label="Phần sau số", max_length=40, required=False, strip=True)
    on = DayField(label="Ngày cấp")

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["suffix"].widget.attrs["placeholder"] = "/CN-TTCT"
        dress(self)


class CertificateCorrectionForm(RecordForm):
    """The right number, day and result of a certificate."""

    submit = "Ghi đính chính"
    rows = ((("number", 5), ("on", 4), ("result", 3)), (("reason", 12),))

    number = forms.CharField(label="Số giấy chứng nhận", max_length=60)
    on = DayField(label="Ngày cấp")
    result = forms.ChoiceField(label="Kết quả", choices=[each for each in ClassResult.choices if each[0] != "failed"])
    reason = ReasonField(label="Lý do đính chính", help_text="Lý do được giữ lại trong nhật ký và trong hồ sơ.")
    version = forms.IntegerField(widget=forms.HiddenInput)


class RevocationForm(RecordForm):
    """A certificate that should not have been issued."""

    submit = "Thu hồi giấy chứng nhận"
    reason = ReasonField(label="Lý do thu hồi", help_text="Việc đã ghi trong hồ sơ cũng được bỏ, kèm lý do này.")
    version = forms.IntegerField(widget=forms.HiddenInput)


class PlaceFilter(ListFilter):
    """Narrows a list to one organisation. The rows are asked for by the view: they are of no one model."""

    to_chuc = OrganizationFilter(label="Tổ chức", method="elsewhere")

    def __init__(self, data: Any, *, user: Any) -> None:
        super().__init__(data, TrainingClass.objects.none())
        self.form.fields["to_chuc"].choose_from(user)
        self.form.is_valid()

    def elsewhere(self, rows: Any, name: str, value: Any) -> Any:
        """Asked of by the view."""
        return rows

    @property
    def organization(self) -> Organization | None:
        return self.form.cleaned_data.get("to_chuc")


class NeedFilter(PlaceFilter):
    """Who needs which class."""

    lop = django_filters.ChoiceFilter(
        label="Cần gì", method="elsewhere", empty_label=NEED_LABELS["nhan-thuc"],
        choices=[(word, label) for word, label in NEED_LABELS.items() if word != "nhan-thuc"],
    )  # fmt: skip

    @property
    def word(self) -> str:
        return self.form.cleaned_data.get("lop") or "nhan-thuc"

    @property
    def what(self) -> str:
        return NEEDS[self.word]


class DoneFilter(PlaceFilter):
    """Who has done which class, where and when."""

    lop = django_filters.ChoiceFilter(
        label="Loại lớp", method="elsewhere", empty_label=ANY,
        choices=[(word, ClassKind(kind).label) for word, kind in WORDS.items()],
    )  # fmt: skip
    nam = YearFilter(label="Năm cấp giấy", method="elsewhere")

    def __init__(self, data: Any, *, user: Any, today: date) -> None:
        super().__init__(data, user=user)
        self.form.fields["nam"].limit(FIRST_YEAR, today.year)
        self.form.full_clean()

    @property
    def kind(self) -> str:
        return WORDS.get(self.form.cleaned_data.get("lop") or "", "")

    @property
    def year(self) -> int | None:
        return self.form.cleaned_data.get("nam")

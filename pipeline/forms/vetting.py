"""Forms of the vetting desk: what narrows it, whom letters go to, many inquiries at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import django_filters
from django import forms
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from cells.forms.list_filters import ANY, DayFilter, OrganizationFilter
from cells.models import Organization
from core import dates
from core.dates import format_date
from core.forms import DayField, MaskedField, dress
from core.lists import ListFilter
from pipeline.models import VettingBody, VettingInquiry
from pipeline.queries.case_list import is_cell
from pipeline.queries.vetting_bodies import body_named, offered_names
from pipeline.queries.vetting_clock import AnswerClock
from pipeline.queries.vetting_list import ANSWERED, EXEMPT, UNSENT, WAITING, Row, Wanted
from pipeline.services.vetting_desk import Answer, Letter

STATES = {"chua-gui": UNSENT, "cho": WAITING, "da-tra-loi": ANSWERED, "duoc-mien": EXEMPT}
LATE, ALL = "qua-han", "tat-ca"
WHERE = {"trong-nuoc": False, "nuoc-ngoai": True}
TICKED = "muc"
"""Name in the address of each inquiry that was ticked in the list."""
VERSION = "phien-ban-"
"""Name of a hidden field before the key of its inquiry: the version of the file that was shown."""
NAME_LENGTH = 255


# --- whom a letter goes to ----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Addressee:
    """Whom a letter goes to: the name as the letter has it, and the entry of the directory of that name."""

    name: str = ""
    body: VettingBody | None = None


class AddresseeInput(forms.TextInput):
    """A text field that suggests the names of the directory."""

    offered: Sequence[str] = ()

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        identifier = f"{(attrs or {}).get('id') or name}-offered"
        field = super().render(name, value, (attrs or {}) | {"list": identifier, "autocomplete": "off"}, renderer)
        options = {"identifier": identifier, "offered": self.offered}
        return SafeString(field + render_to_string("cells/_organization_options.html", options))


class AddresseeField(forms.CharField):
    """Whom a letter goes to: chosen from the directory, or typed. The form calls :meth:`choose_from`."""

    widget = AddresseeInput

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=NAME_LENGTH, **({"label": "Nơi được hỏi"} | options))
        self.user: Any = None

    def choose_from(self, user: Any) -> None:
        self.user = user
        self.widget.offered = offered_names(user, dates.today())

    def clean(self, value: Any) -> Addressee:
        text = super().clean(value).strip()
        body = body_named(self.user, text, dates.today()) if text else None
        return Addressee(body.name if body else text, body)


# --- what narrows the lists ---------------------------------------------------------------------------------------
class WaitingFilter(ListFilter):
    """What narrows every list of the desk; the rows are asked for by `wanted`."""

    ten = django_filters.CharFilter(label="Họ tên hoặc mã hồ sơ", method="elsewhere")
    to_chuc = OrganizationFilter(label="Tổ chức", method="elsewhere")
    noi = django_filters.CharFilter(label="Nơi được hỏi", method="elsewhere")
    o_dau = django_filters.ChoiceFilter(
        label="Ở đâu", method="elsewhere", empty_label=ANY,
        choices=[("trong-nuoc", "trong nước"), ("nuoc-ngoai", "ở nước ngoài")],
    )  # fmt: skip

    def __init__(self, data: Any, *, user: Any) -> None:
        super().__init__(data, VettingInquiry.objects.none())
        self.form.fields["to_chuc"].choose_from(user)
        for name in ("ten", "noi"):
            if name in self.form.fields:
                self.form.fields[name].widget.attrs |= {"autocomplete": "off", "maxlength": 100}
        self.form.is_valid()

    def elsewhere(self, rows: Any, name: str, value: Any) -> Any:
        """Taken into account by `wanted`."""
        return rows

    def _of(self, name: str) -> Any:
        return self.form.cleaned_data.get(name) or ""

    @property
    def organization(self) -> Organization | None:
        return self._of("to_chuc") or None

    @property
    def is_of_one_cell(self) -> bool:
        """Whether everybody listed is of the same cell, so that it need not be said of each."""
        offered = self.form.fields["to_chuc"].widget.offered
        return is_cell(self.organization) if self.organization else len(offered) == 1

    @property
    def addressee(self) -> str:
        return str(self._of("noi"))

    def wanted(self, state: Q) -> Wanted:
        """What is asked for, of the inquiries that stand as *state* says."""
        return Wanted(
            organization=self.organization, name=str(self._of("ten")), addressee=self.addressee, state=state,
            abroad=WHERE.get(self._of("o_dau")),
        )  # fmt: skip


class DeskFilter(WaitingFilter):
    """The list of the desk: by default every inquiry of files under way."""

    trang_thai = django_filters.ChoiceFilter(
        label="Tình trạng", method="elsewhere", empty_label="tất cả, chưa trả lời đứng trước",
        choices=[("chua-gui", "chưa gửi"), ("cho", "chờ trả lời"), (LATE, "quá hạn trả lời"),
                 ("da-tra-loi", "đã trả lời"), ("duoc-mien", "được miễn")],
    )  # fmt: skip
    ho_so = django_filters.ChoiceFilter(
        label="Hồ sơ", method="elsewhere", empty_label="đang làm", choices=[(ALL, "kể cả đã thôi, đã hoàn thành")]
    )

    def __init__(self, data: Any, *, user: Any, clock: AnswerClock) -> None:
        super().__init__(data, user=user)
        self._clock = clock

    @property
    def state(self) -> str:
        return str(self._of("trang_thai"))

    def asked(self) -> Wanted:
        """What the list shows."""
        state = WAITING & self._clock.overdue() if self.state == LATE else STATES.get(self.state, Q())
        return Wanted(**{**vars(self.wanted(state)), "ended_too": self._of("ho_so") == ALL})


class SentFilter(ListFilter):
    """The letters of one day."""

    ngay = DayFilter(label="Gửi ngày", method="elsewhere")
    to_chuc = OrganizationFilter(label="Tổ chức", method="elsewhere")

    def __init__(self, data: Any, *, user: Any, today: date) -> None:
        super().__init__(data, VettingInquiry.objects.none())
        self.form.fields["to_chuc"].choose_from(user)
        self.form.is_valid()
        self.day: date = self.form.cleaned_data.get("ngay") or today

    def elsewhere(self, rows: Any, name: str, value: Any) -> Any:
        """Asked of by the view."""
        return rows

    @property
    def organization(self) -> Organization | None:
        return self.form.cleaned_data.get("to_chuc")


# --- many inquiries at once ---------------------------------------------------------------------------------------
class ManyForm(forms.Form):
    """Inquiries of several files, each file at the version its user saw."""

    is_tried = False
    """Whether it was filled in rightly and the service was asked."""

    def __init__(self, data: Any = None, *, rows: Sequence[Row], **options: Any) -> None:
        super().__init__(data, **options)
        self.lines = list(rows)
        for row in rows:
            self.fields[f"{VERSION}{row.inquiry.public_id}"] = forms.IntegerField(
                widget=forms.HiddenInput, initial=row.inquiry.case.version, required=False
            )

    def show_again(self, rows: Sequence[Row]) -> None:
        """After a refusal: the same inquiries as they are now, at the versions of now."""
        self.lines = list(rows)
        self.data = self.data.copy()
        for row in rows:
            self.data[f"{VERSION}{row.inquiry.public_id}"] = str(row.inquiry.case.version)

    def field_of(self, row: Row, name: str) -> forms.BoundField:
        return self[f"{name}{row.inquiry.public_id}"]

    def value_of(self, row: Row, name: str) -> Any:
        return self.cleaned_data.get(f"{name}{row.inquiry.public_id}")

    @property
    def versions(self) -> dict[int, int]:
        """Key of a file → the version that was shown."""
        return {row.inquiry.case_id: self.value_of(row, VERSION) or 0 for row in self.lines}


class TickedForm(ManyForm):
    """Some of the inquiries, ticked."""

    chosen = forms.TypedMultipleChoiceField(coerce=UUID, label="Mục được chọn", error_messages={
        "required": "Chưa chọn mục nào. Hãy đánh dấu ít nhất một mục.",
        "invalid_choice": "Danh sách vừa thay đổi. Hãy tải lại trang rồi chọn lại.",
    })  # fmt: skip
    on = DayField()

    def __init__(self, data: Any = None, *, rows: Sequence[Row], today: date, **options: Any) -> None:
        initial = {"on": format_date(today)} | options.pop("initial", {})
        super().__init__(data, rows=rows, initial=initial, **options)
        keys = [str(row.inquiry.public_id) for row in rows]
        self.fields["chosen"].choices = [(key, key) for key in keys]

    @property
    def ticked(self) -> set[str]:
        """What was ticked, as it was sent."""
        return set(self.data.getlist("chosen")) if self.is_bound else set()

    @property
    def chosen_rows(self) -> list[Row]:
        chosen = set(self.cleaned_data["chosen"])
        return [row for row in self.lines if row.inquiry.public_id in chosen]


class SendManyForm(TickedForm):
    """Letters of one day: to one addressee, or each to whom it names; with one number, or each with its own."""

    addressee = AddresseeField(required=False, help_text="Để trống thì mỗi mục gửi đến nơi đã ghi ở dòng của mục.")
    number = forms.CharField(
        label="Số công văn", max_length=60, required=False, help_text="Dùng cho mọi dòng không ghi số riêng."
    )

    def __init__(self, data: Any = None, *, user: Any, rows: Sequence[Row], today: date) -> None:
        super().__init__(data, rows=rows, today=today)
        self.fields["on"].label = "Ngày gửi"
        self.fields["addressee"].choose_from(user)
        for row in rows:
            self.fields[f"so-{row.inquiry.public_id}"] = forms.CharField(
                label=f"Số công văn riêng của {row.inquiry.case.candidate.full_name}, mục {row.number}",
                max_length=60, required=False,
            )  # fmt: skip
        dress(self)

    @property
    def shown(self) -> Iterator[tuple[Row, Any, Any]]:
        """Each inquiry with the number of its own and the version of its file."""
        for row in self.lines:
            yield row, self.field_of(row, "so-"), self.field_of(row, VERSION)

    @property
    def letters(self) -> list[Letter]:
        to: Addressee = self.cleaned_data["addressee"]
        shared = self.cleaned_data["number"]
        return [
            Letter(row.inquiry, to.name, to.body, self.value_of(row, "so-") or shared) for row in self.chosen_rows
        ]  # fmt: skip


class RemindManyForm(TickedForm):
    """Who was asked was reminded, on one day."""

    def __init__(self, data: Any = None, *, rows: Sequence[Row], today: date) -> None:
        super().__init__(data, rows=rows, today=today)
        self.fields["on"].label = "Ngày đôn đốc"
        dress(self)

    @property
    def shown(self) -> Iterator[tuple[Row, Any]]:
        for row in self.lines:
            yield row, self.field_of(row, VERSION)


class AnswersForm(ManyForm):
    """Answers in a row. A line in which nothing is written stays as it is."""

    on = DayField(label="Ngày trả lời", required=False)
    number = forms.CharField(label="Số văn bản trả lời", max_length=60, required=False)

    def __init__(self, data: Any = None, *, rows: Sequence[Row]) -> None:
        super().__init__(data, rows=rows)
        for row in rows:
            key, whose = row.inquiry.public_id, f"của {row.inquiry.case.candidate.full_name}, mục {row.number}"
            self.fields[f"ngay-{key}"] = DayField(label=f"Ngày trả lời {whose}", required=False)
            self.fields[f"so-{key}"] = forms.CharField(label=f"Số văn bản {whose}", max_length=60, required=False)
            self.fields[f"kq-{key}"] = MaskedField(label=f"Kết quả {whose}", max_length=2_000)
        dress(self)

    @property
    def shown(self) -> Iterator[tuple[Row, Any, Any, Any, Any]]:
        for row in self.lines:
            yield row, *(self.field_of(row, name) for name in ("ngay-", "so-", "kq-", VERSION))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for row in self.lines:
            if not self._is_filled(row):
                continue
            name = row.inquiry.public_id
            if not self.value_of(row, "kq-") and not self.has_error(f"kq-{name}"):
                self.add_error(f"kq-{name}", "Hãy ghi kết quả, hoặc xóa cả dòng nếu chưa có trả lời.")
            if not (self.value_of(row, "ngay-") or cleaned.get("on") or self.has_error(f"ngay-{name}")):
                self.add_error(f"ngay-{name}", "Hãy ghi ngày trả lời ở dòng này, hoặc ngày chung ở trên.")
        if not self.errors and not any(map(self._is_filled, self.lines)):
            self.add_error(None, "Chưa ghi kết quả của mục nào. Hãy ghi vào dòng của mục đã có trả lời.")
        return cleaned

    def _is_filled(self, row: Row) -> bool:
        return any(self.value_of(row, name) for name in ("ngay-", "so-", "kq-"))

    @property
    def answers(self) -> list[Answer]:
        """Of the lines in which something is written."""
        asked = self.cleaned_data
        return [
            Answer(row.inquiry, self.value_of(row, "kq-"), self.value_of(row, "ngay-") or asked["on"],
                   self.value_of(row, "so-") or asked["number"])
            for row in self.lines if self._is_filled(row)
        ]  # fmt: skip

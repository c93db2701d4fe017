"""What the forms about a file have in common: the version its user saw, the day, the paper, the reason for lateness."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms

from cells.forms.fields import OrganizationField
from cells.forms.recording import CellField, RecordForm
from cells.kinds import CELL_KINDS
from cells.models import Organization
from cells.roles import Action
from cells.services.errors import RuleError
from core.dates import PartialDate
from core.forms import DayField, PartialDayField
from pipeline.engine.findings import Finding
from pipeline.models import Case
from pipeline.queries.cases import Changed, version_of
from pipeline.services.cases import Document
from pipeline.services.errors import CaseChangedError, GateError

OPTIONAL: dict[str, Any] = {"required": False}
CHANGED = (
    "Chưa lưu: vừa có người ghi vào hồ sơ này trước bạn. Hãy đọc phần “Vừa có người ghi”, rồi bấm lại nếu nội dung của "
    "bạn vẫn đúng."
)
BLOCKED = "Chưa ghi được: còn điều quy định chưa đủ. Hãy xem phần “Còn thiếu” và làm việc đó trước."
PAPER_ROW = (("document_number", 4), ("document_date", 4), ("document_issuer", 4))


class CaseForm(RecordForm):
    """Of a stored file. `version` is the one its user saw; who was faster meanwhile stands in `changed`."""

    asks: tuple[str, ...] = ()
    """What the form of a step wants to be given besides what every such form is given."""
    version = forms.IntegerField(widget=forms.HiddenInput)
    changed: list[Changed] = []
    blocked: tuple[Finding, ...] = ()

    def __init__(self, data: Any = None, *, user: Any, case: Case, **options: Any) -> None:
        initial = {"version": case.version} | options.pop("initial", {})
        super().__init__(data, user=user, initial=initial, **options)
        self.case = case

    def value_sent(self, name: str) -> Any:
        """What was sent in a field, before the whole form is cleaned; None where that cannot be."""
        if not self.is_bound or name not in self.fields:
            return None
        try:
            return self.fields[name].clean(self.data.get(name))
        except forms.ValidationError:
            return None

    def sent_day(self, name: str = "on") -> date | None:
        value = self.value_sent(name)
        return value.value if isinstance(value, PartialDate) else value

    def ask_why_late(self, is_late: Callable[[date], bool]) -> None:
        """The reason for entering late is asked for only where the rules want one."""
        day = self.sent_day()
        if day is None or not is_late(day):
            del self.fields["late_reason"]
        else:
            self.fields["late_reason"].required = True


class Paper(forms.Form):
    """The paper on which an event rests."""

    document_number = forms.CharField(label="Số văn bản", max_length=60, **OPTIONAL)
    document_date = DayField(label="Ngày văn bản", **OPTIONAL)
    document_issuer = forms.CharField(label="Nơi ban hành", max_length=200, **OPTIONAL)


class LateReasonField(forms.CharField):
    """Why something is entered long after it happened."""

    def __init__(self) -> None:
        super().__init__(
            label="Lý do ghi muộn", max_length=255,
            help_text="Việc đã quá 30 ngày, hoặc ghi lùi trước việc đã có. Ví dụ: nhập lại từ sổ giấy của chi bộ.",
            error_messages={"required": "Việc này ghi muộn hoặc ghi lùi. Hãy ghi lý do rồi bấm lại."},
        )  # fmt: skip


def day_field(label: str = "Ngày", **options: Any) -> PartialDayField:
    """The day of an event; older papers may know its month only."""
    given = {"help_text": "Giấy cũ không rõ ngày thì ghi 05/2024 hoặc 2024."}
    return PartialDayField(label=label, **(given | options))


def document_of(asked: dict[str, Any]) -> Document:
    return Document(
        asked.get("document_number", ""), asked.get("document_date"), asked.get("document_issuer", "")
    )  # fmt: skip


class AnyCellField(OrganizationField):
    """A cell anywhere: names and codes of organisations are a directory. Offered are the neighbours."""

    def __init__(self, **options: Any) -> None:
        super().__init__(action=Action.RECORD_CASE, kinds=CELL_KINDS, **options)

    def choose_from(self, user: Any, rows: Any = None) -> None:
        own = Organization.objects.visible_to(user, Action.RECORD_CASE).filter(kind__in=CELL_KINDS)
        everywhere = Organization.objects.filter(kind__in=CELL_KINDS, closed_on=None)
        super().choose_from(user, everywhere.filter(parent__in=own.values("parent")))
        self.rows = everywhere.select_related("parent")


class OwnCellField(CellField):
    """A cell whose files the user keeps."""

    action = Action.RECORD_CASE


def carry_out(form: CaseForm, service: Callable[[dict[str, Any]], Any]) -> bool:
    """Whether *form* was filled in rightly and *service* did what it asks; else the form says why not, and after a
    faster colleague carries the new version."""
    if not form.is_valid():
        return False
    try:
        service(form.cleaned_data)
    except CaseChangedError as refusal:
        form.changed = refusal.changes
        form.add_error(None, CHANGED)
        form.data = form.data.copy()
        form.data["version"] = version_of(form.case)
        return False
    except GateError as refusal:
        form.blocked = refusal.findings
        form.add_error(None, BLOCKED)
        return False
    except RuleError as refusal:
        form.add_error(None, refusal.messages)
        return False
    return True

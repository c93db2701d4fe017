"""Forms with which the head of a Board records what was read in a text, and takes it back."""

from typing import Any

from django import forms

from cells.forms.recording import ReasonField, RecordForm
from core.forms import AddressForm, DayField
from pipeline.rulebook.book import Rulebook
from pipeline.rulebook.entries import Entry, Setting


class ConfirmForm(RecordForm):
    """Đã đối chiếu: which text, which day; for an open question also the answer found there."""

    submit = "Ghi đã đối chiếu"
    rows = ((("answer", 12),), (("text", 8), ("checked_on", 4)))

    answer = forms.ChoiceField(label="Văn bản trả lời thế nào", widget=forms.RadioSelect)
    text = forms.CharField(
        label="Đã đọc ở văn bản nào", max_length=200,
        help_text="Số, ngày, điểm. Ví dụ: điểm 4.3, Quy định 208-QĐ/TW ngày 26/7/2026.",
    )  # fmt: skip
    checked_on = DayField(label="Ngày đối chiếu")

    def __init__(self, data: Any = None, *, entry: Entry, **options: Any) -> None:
        super().__init__(data, **options)
        if isinstance(entry, Setting):
            self.fields["answer"].choices = list(entry.choices.items())
            self.fields["answer"].initial = entry.value
        else:
            del self.fields["answer"]


class TakeBackForm(RecordForm):
    """Why a confirmation no longer holds."""

    submit = "Bỏ đối chiếu"
    reason = ReasonField(label="Lý do bỏ", help_text="Lần đối chiếu cũ vẫn được giữ lại cùng lý do này.")


class OtherEditionForm(AddressForm):
    """The edition to compare with."""

    voi = forms.ChoiceField(label="So với văn bản", required=False)

    def __init__(self, data: Any = None, *, book: Rulebook, but: str, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["voi"].choices = [
            (each.id, f"{each.number} ({each.issued:%d/%m/%Y})") for each in reversed(book.editions) if each.id != but
        ]


class RuleFilter(AddressForm):
    """What narrows the rules of an edition."""

    tim = forms.CharField(label="Tìm trong quy định", required=False, max_length=80)
    muc = forms.ChoiceField(
        label="Mức tin cậy", required=False,
        choices=[("", "Tất cả"), ("chan", "Có thể chặn"), ("mot", "Một nguồn"), ("chua", "Chưa đối chiếu")],
    )  # fmt: skip

"""Forms of card batches: the batch, its decision, numbers and hand-outs one row a person."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from cells.forms.recording import RecordForm
from cells.models import Organization
from core.dates import format_date
from core.forms import DayField, dress
from pipeline.kinds import CARD_DIGITS
from pipeline.models import MemberCard
from pipeline.services.cards import batch_days


class BatchForm(RecordForm):
    """A batch on one of the four days."""

    submit = "Mở đợt phát thẻ"
    rows = ((("organizer", 8), ("day", 4)),)
    organizer = forms.ChoiceField(label="Cấp ủy")
    day = forms.ChoiceField(label="Ngày của đợt")

    def __init__(self, data: Any = None, *, issuers: Sequence[Organization], today: date, **options: Any) -> None:
        super().__init__(data, **options)
        self.issuers = {str(each.public_id): each for each in issuers}
        self.fields["organizer"].choices = [(key, str(each)) for key, each in self.issuers.items()]
        self.initial["organizer"] = next(iter(self.issuers), None)
        days = [day for year in (today.year - 1, today.year, today.year + 1) for day in batch_days(year)]
        self.fields["day"].choices = [(day.isoformat(), format_date(day)) for day in days]
        self.initial["day"] = next(day for day in days if day >= today).isoformat()

    @property
    def organization(self) -> Organization:
        return self.issuers[self.cleaned_data["organizer"]]

    @property
    def chosen_day(self) -> date:
        return date.fromisoformat(self.cleaned_data["day"])


class BatchDecisionForm(RecordForm):
    """The decision by which the cards are issued."""

    submit = "Ghi quyết định"
    rows = ((("number", 6), ("on", 6)),)
    number = forms.CharField(label="Số quyết định phát thẻ", max_length=60)
    on = DayField(label="Ngày quyết định")
    version = forms.IntegerField(widget=forms.HiddenInput)


class CardsForm(forms.Form):
    """Numbers and hand-outs of the cards of a batch: one row a person, an empty field changes nothing."""

    late_reason = forms.CharField(
        label="Lý do ghi muộn", max_length=255, required=False,
        help_text="Chỉ cần khi ngày trao đã quá 30 ngày. Ví dụ: nhập lại từ sổ phát thẻ.",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, cards: Sequence[MemberCard], **options: Any) -> None:
        super().__init__(data, **options)
        self.cards = cards
        for card in cards:
            name = card.case.candidate.full_name
            if card.handed_on:
                continue
            number = forms.CharField(
                label=f"Số thẻ của {name}", required=False, max_length=20, strip=True
            )  # fmt: skip
            hint = "đã ghi, đang che" if card.number else f"{CARD_DIGITS} chữ số"
            number.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off", "placeholder": hint}
            self.fields[f"so-{card.public_id}"] = number
            self.fields[f"trao-{card.public_id}"] = DayField(label=f"Ngày trao thẻ cho {name}", required=False)
            self.fields[f"ban-{card.public_id}"] = forms.IntegerField(
                widget=forms.HiddenInput, initial=card.case.version, required=False
            )
        dress(self)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Each card with its fields; without fields who has the card already."""
        found = []
        for card in self.cards:
            key = str(card.public_id)
            fields = {name: self[f"{prefix}-{key}"] for name, prefix in (("number", "so"), ("on", "trao"),
                      ("version", "ban"))} if f"so-{key}" in self.fields else {}  # fmt: skip
            found.append({"card": card} | fields)
        return found

    @property
    def rows(self) -> list[tuple[MemberCard, str, date | None, int]]:
        """(card, number, day handed out, version of the file) of the rows in which something was written."""
        asked, found = self.cleaned_data, []
        for card in self.cards:
            key = str(card.public_id)
            number, on = asked.get(f"so-{key}", ""), asked.get(f"trao-{key}")
            if number or on:
                found.append((card, number, on, asked.get(f"ban-{key}") or 0))
        return found

"""Setting an event right, or taking it back."""

from typing import Any
from uuid import UUID

from django import forms

from cells.forms.recording import ReasonField
from pipeline.forms.case_forms import OPTIONAL, PAPER_ROW, CaseForm, Paper, day_field
from pipeline.forms.steps import AGREED, NUMBERS, number_field
from pipeline.models import Case, CaseEvent
from pipeline.services.ballots import Vote


class CorrectForm(CaseForm, Paper):
    """The right event in the place of a wrong one; what was confirmed name by name is kept."""

    on = day_field("Ngày diễn ra")
    by = forms.CharField(label="Ai làm", max_length=120, **OPTIONAL)
    agreed = forms.ChoiceField(label="Kết luận", choices=AGREED, widget=forms.RadioSelect)
    members = number_field("Tổng số thành viên")
    present = number_field("Có mặt", **OPTIONAL)
    yes = number_field("Tán thành")
    no = number_field("Không tán thành")
    blank = number_field("Phiếu trắng, hỏng")
    reason = ReasonField(label="Vì sao sửa")

    rows = (
        (("on", 4), ("by", 8)),
        (("agreed", 12),),
        (("members", 4), ("present", 4)),
        (("yes", 4), ("no", 4), ("blank", 4)),
        PAPER_ROW,
        (("reason", 12),),
    )
    submit = "Đính chính"

    def __init__(self, data: Any = None, *, user: Any, case: Case, event: CaseEvent) -> None:
        self.event = event
        names = ("by", "document_number", "document_date", "document_issuer")
        initial = {name: getattr(event, name) for name in names} | {"on": event.on_text}
        initial |= {"agreed": {True: "co", False: "khong"}.get(event.agreed)}
        if event.vote:
            initial |= {name: getattr(event.vote, name) for name in NUMBERS}
        super().__init__(data, user=user, case=case, initial=initial)
        if event.agreed is None:
            del self.fields["agreed"]
        if not event.vote:
            for name in NUMBERS:
                del self.fields[name]
        elif event.vote.confirmed:
            del self.fields["members"]

    @property
    def values(self) -> dict[str, Any]:
        """The columns of the right event that a person may say."""
        cleaned = self.cleaned_data
        found = {"occurred_on": cleaned["on"].value, "precision": cleaned["on"].precision, "by": cleaned["by"]}
        if "agreed" in self.fields:
            found["agreed"] = cleaned["agreed"] == "co"
        return found

    @property
    def vote(self) -> Vote | None:
        old = self.event.vote
        if old is None:
            return None
        cleaned = self.cleaned_data
        return Vote(
            yes=cleaned["yes"], no=cleaned["no"], blank=cleaned["blank"], present=cleaned["present"],
            confirmed=tuple(map(UUID, old.confirmed)), exempt_present=old.exempt_present,
            members=cleaned.get("members", old.members), body=old.body,
        )  # fmt: skip


class VoidForm(CaseForm):
    """It never happened."""

    void_reason = ReasonField(label="Vì sao bỏ")
    bo = forms.CharField(widget=forms.HiddenInput, initial="1", **OPTIONAL)

    rows = ((("void_reason", 12),),)
    submit = "Bỏ việc này"

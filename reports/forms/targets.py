"""The grid of targets and plans, and the year in its address."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from core.dates import format_date
from core.forms import DayField, YearField, dress
from core.grids import GridForm, Record
from reports.forms.reckoning import FIRST_YEAR
from reports.models import Plan, Target
from reports.models.targets import YearlyNumber
from reports.queries.allocation import Share
from reports.services.targets import NumberChange, mark

TARGET, PLAN = "target", "plan"
MODELS: dict[str, type[YearlyNumber]] = {TARGET: Target, PLAN: Plan}


class YearForm(forms.Form):
    """A year in the address. A wrong one is said and left out, never refused."""

    nam = YearField(label="Năm", required=False)

    def __init__(self, data: Any, *, first: int = FIRST_YEAR, last: int) -> None:
        super().__init__(data, use_required_attribute=False)
        self.first_year, self.last_year = first, last
        self.fields["nam"].limit(first, last)
        dress(self)

    @property
    def year(self) -> int | None:
        self.is_valid()
        return self.cleaned_data.get("nam")


class TargetsForm(GridForm):
    """Targets and plans of *own* and of *shares*, as far as the person may change them, and why they change."""

    reason = forms.CharField(
        label="Lý do sửa", required=False, max_length=255, help_text="Cần ghi khi sửa hoặc bỏ một số đã có."
    )
    document = forms.CharField(
        label="Văn bản", required=False, max_length=120, widget=forms.TextInput(attrs={"placeholder": "Kế hoạch số …"})
    )
    stated_on = DayField(label="Ngày văn bản", required=False)

    def __init__(
        self, data: Any = None, *, own: Share, shares: Iterable[Share], year: int, today: date, is_saving: bool = False
    ) -> None:
        self.year, self.today, self.is_saving = year, today, is_saving
        self.units = {share.organization.pk: share.organization for share in (own, *shares)}
        records = [*_records(own, year, {"data-own": ""}), *(r for share in shares for r in _records(share, year, {}))]
        super().__init__(data, records=records)
        dress(self)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        stated_on = cleaned.get("stated_on")
        if stated_on and stated_on > self.today:
            self.add_error("stated_on", f"Ngày văn bản không được sau hôm nay, {format_date(self.today)}.")
        is_correction = any(change.record.mark for change in self.changes)
        if self.is_saving and is_correction and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "Có số đã giao hoặc đã đề ra bị sửa. Hãy ghi lý do sửa.")
        return cleaned

    @property
    def number_changes(self) -> list[NumberChange]:
        found = []
        for change in self.changes:
            ((column, value),) = change.values.items()
            unit = self.units[_unit_of(change.record)]
            found.append(NumberChange(MODELS[column], unit, self.year, value, change.shown))
        return found


def field_name(column: str, key: int) -> str:
    """The name of the field of a target or plan of the organisation with that key."""
    return f"{column}-{column[0]}{key}"


def _records(share: Share, year: int, attrs: dict[str, Any]) -> Iterable[Record]:
    """The numbers of *share* that the person may change; of a closed unit only those it has."""
    cells = (
        (TARGET, share.target, share.may_assign, share.target_below, f"Chỉ tiêu năm {year}, {share.name}"),
        (PLAN, share.plan, share.may_plan, share.plan_below, f"Kế hoạch năm {year}, {share.name}"),
    )
    for column, row, may_change, below, spoken in cells:
        if may_change and (row or not share.is_closed):
            yield Record(
                key=f"{column[0]}{share.organization.pk}",
                mark=mark(row),
                values={column: row.value if row else None},
                spoken={column: spoken},
                attrs={"data-otherwise": "" if below is None else below, **attrs},
            )


def _unit_of(record: Record) -> int:
    return int(record.key[1:])
